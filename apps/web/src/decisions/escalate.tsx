import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Decision } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';

const form = 'escalation';

/** What this leader cannot answer herself goes to another of the same authority, with the reason. */
export function Escalation({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <p>
        <button type="button" className="quiet-command" onClick={() => setOpen(true)}>
          <Icon name="flag" /> {t('escalation.open')}
        </button>
      </p>
    );
  }
  return <EscalationForm decision={decision} onDone={() => setOpen(false)} />;
}

function EscalationForm({ decision, onDone }: { decision: Decision; onDone: () => void }) {
  const { t } = useTranslation();
  const self = useSession().person.id;
  const people = useQuery(queries.peopleOf(decision.decidingAuthority.id));
  const leaders = people.data?.people.filter((one) => one.role === 'leader' && one.id !== self);
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const box = useRef<HTMLFormElement>(null);
  const loaded = leaders !== undefined;
  useEffect(() => box.current?.querySelector<HTMLElement>('select, button')?.focus(), [loaded]);
  // One other leader needs no choosing.
  const toMembershipId = chosen || (leaders?.length === 1 ? leaders[0]!.membershipId : '');

  const escalate = useMutation({
    mutationFn: () => api.escalateDecision(decision, { toMembershipId, reason: reason.trim() }),
    onSuccess: (updated) => {
      queryClient.setQueryData(queries.decision(decision.id).queryKey, updated);
      void queryClient.invalidateQueries({ queryKey: ['decisions'] });
      onDone();
    },
  });
  const problem = escalate.error instanceof ApiProblem ? escalate.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!escalate.isPending) escalate.mutate();
  };
  return (
    <form ref={box} className="inline-form" onSubmit={submit} noValidate aria-labelledby="escalation-heading">
      <h2 id="escalation-heading" className="h4">
        {t('escalation.open')}
      </h2>
      <p>{t('escalation.explanation')}</p>
      <ErrorSummary form={form} problem={problem} fields={{ toMembershipId: t('escalation.to'), reason: t('escalation.reason') }} />
      <Answer query={people} lines={3}>
        {() =>
          leaders!.length === 0 ? (
            <p>{t('escalation.none', { authority: decision.decidingAuthority.name })}</p>
          ) : (
            <>
              <Field id={fieldId(form, 'toMembershipId')} label={t('escalation.to')} error={fieldErrors(problem)('toMembershipId')}>
                {(control) => (
                  <select {...control} className="form-select" value={toMembershipId} onChange={(event) => setChosen(event.target.value)}>
                    {leaders!.length > 1 && <option value="">{t('form.choose')}</option>}
                    {leaders!.map((one) => (
                      <option key={one.membershipId} value={one.membershipId}>
                        {one.functionTitle ? `${one.name}, ${one.functionTitle}` : one.name}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <Field id={fieldId(form, 'reason')} label={t('escalation.reason')} error={fieldErrors(problem)('reason')}>
                {(control) => <textarea {...control} rows={3} className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
              </Field>
            </>
          )
        }
      </Answer>
      <p className="button-line">
        {leaders !== undefined && leaders.length > 0 && (
          <button type="submit" className="button button-primary" aria-disabled={escalate.isPending}>
            {t('escalation.save')}
          </button>
        )}
        <button type="button" className="button button-tertiary" onClick={onDone}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
