import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Meeting } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { useReply } from './reply-buttons.js';

const form = 'substitute';

/** Sends a colleague of one's own authority instead of oneself, and says first what she will see. */
export function SubstituteForm({ meeting, onDone }: { meeting: Meeting; onDone: () => void }) {
  const { t } = useTranslation();
  const { authority } = useSession().acting;
  const colleagues = useQuery(queries.peopleOf(authority.id));
  const [chosen, setChosen] = useState('');
  const reply = useReply(meeting.id);
  const problem = reply.error instanceof ApiProblem ? reply.error : null;
  const taken = new Set(meeting.participants.map(({ id }) => id));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!reply.isPending) reply.mutate({ partStat: 'delegated', substituteMembershipId: chosen }, { onSuccess: onDone });
  };
  const cancel = (
    <button type="button" className="button button-tertiary" onClick={onDone}>
      {t('form.cancel')}
    </button>
  );
  return (
    <form className="inline-form" onSubmit={submit} noValidate onKeyDown={(event) => event.key === 'Escape' && onDone()}>
      <ErrorSummary form={form} problem={problem} fields={{ substituteMembershipId: t('reply.chooseSubstitute') }} />
      <Answer query={colleagues} lines={2}>
        {({ people }) => {
          const free = people.filter(({ id }) => !taken.has(id));
          if (free.length === 0) {
            return (
              <>
                <p>{t('reply.nobodyToSend', { authority: authority.name })}</p>
                {cancel}
              </>
            );
          }
          return (
            <>
              <Field
                id={fieldId(form, 'substituteMembershipId')}
                label={t('reply.substitute', { authority: authority.name })}
                hint={t('reply.substituteHint', { authority: authority.name })}
                error={fieldErrors(problem)('substituteMembershipId')}
              >
                {(control) => (
                  <select {...control} className="form-select" required value={chosen} onChange={(event) => setChosen(event.target.value)}>
                    <option value="">{t('reply.chooseSubstitute')}</option>
                    {free.map((person) => (
                      <option key={person.membershipId} value={person.membershipId}>
                        {person.functionTitle ? `${person.name}, ${person.functionTitle}` : person.name}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <p className="button-line">
                <button type="submit" className="button button-primary" aria-disabled={reply.isPending}>
                  {t('reply.send')}
                </button>
                {cancel}
              </p>
            </>
          );
        }}
      </Answer>
      {!colleagues.data && cancel}
    </form>
  );
}
