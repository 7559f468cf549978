import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Meeting } from '../api/types.js';
import { DisclosureSummary } from '../meetings/disclosure-summary.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { useReply } from './reply-buttons.js';
import { substituteReason } from './substitute-reason.js';

const form = 'substitute';
const labels = { substituteMembershipId: 'reply.chooseSubstitute', disclosureReason: 'disclosure.reason' } as const;

/**
 * Sends a colleague of one's own authority instead of oneself. What she will see is shown as soon as she is chosen, with a reason
 * that can stand; it is sent by one press.
 */
export function SubstituteForm({ meeting, onDone }: { meeting: Meeting; onDone: () => void }) {
  const { t } = useTranslation();
  const { person, acting } = useSession();
  const colleagues = useQuery(queries.peopleOf(acting.authority.id));
  const [chosen, setChosen] = useState('');
  /** null until she writes one of her own. */
  const [written, setWritten] = useState<string | null>(null);
  const preview = useMutation({ mutationFn: (substitute: string) => api.previewSubstitute(meeting.id, substitute) });
  const reply = useReply(meeting.id);
  const view = preview.data && preview.variables === chosen ? preview.data : null;
  const reason = written ?? (view === null ? '' : substituteReason(view, person.name));
  const error = reply.error ?? preview.error;
  const problem = error instanceof ApiProblem ? error : null;
  const errorOf = fieldErrors(problem);
  const taken = new Set(meeting.participants.map(({ id }) => id));

  const choose = (substitute: string) => {
    setChosen(substitute);
    reply.reset();
    preview.reset();
    if (substitute) preview.mutate(substitute);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reply.isPending || preview.isPending) return;
    // What was not shown is not sent.
    if (view === null) {
      reply.reset();
      preview.mutate(chosen);
      return;
    }
    reply.mutate(
      { partStat: 'delegated', substituteMembershipId: chosen, disclosureReason: reason.trim(), disclosureDigest: view.digest },
      { onSuccess: onDone, onError: (refused) => refused instanceof ApiProblem && refused.status === 412 && preview.mutate(chosen) },
    );
  };
  const cancel = (
    <button type="button" className="button button-tertiary" onClick={onDone}>
      {t('form.cancel')}
    </button>
  );
  return (
    <form className="inline-form" onSubmit={submit} noValidate onKeyDown={(event) => event.key === 'Escape' && onDone()}>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <Answer query={colleagues} lines={2}>
        {({ people }) => {
          const free = people.filter(({ id }) => !taken.has(id));
          if (free.length === 0) {
            return (
              <>
                <p>{t('reply.nobodyToSend', { authority: acting.authority.name })}</p>
                {cancel}
              </>
            );
          }
          return (
            <>
              <Field
                id={fieldId(form, 'substituteMembershipId')}
                label={t('reply.substitute', { authority: acting.authority.name })}
                hint={t('reply.substituteHint', { authority: acting.authority.name })}
                error={errorOf('substituteMembershipId')}
              >
                {(control) => (
                  <select {...control} className="form-select" required value={chosen} onChange={(event) => choose(event.target.value)}>
                    <option value="">{t('reply.chooseSubstitute')}</option>
                    {free.map((one) => (
                      <option key={one.membershipId} value={one.membershipId}>
                        {one.functionTitle ? `${one.name}, ${one.functionTitle}` : one.name}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <div role="status">{view && <DisclosureSummary view={view} />}</div>
              {view && (
                <Field id={fieldId(form, 'disclosureReason')} label={t('disclosure.reason')} hint={t('disclosure.reasonHint')} error={errorOf('disclosureReason')}>
                  {(control) => <textarea {...control} rows={2} className="form-input" lang="da" value={reason} onChange={(event) => setWritten(event.target.value)} />}
                </Field>
              )}
              <p className="button-line">
                <button type="submit" className="button button-primary" aria-disabled={reply.isPending || preview.isPending}>
                  {t(view ? 'reply.send' : 'invite.preview')}
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
