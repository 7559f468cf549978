import { followUpStates } from '@lib/contracts/enums.js';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { FollowUp, FollowUpAnswer } from '../api/types.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, Fieldset, labelled } from '../shell/form.js';
import { personAndAuthority } from '../shell/people.js';

const labels = { reason: 'followUp.reason', newOwnerPersonId: 'followUp.newOwner', newDeadline: 'followUp.newDeadline' } as const;

/** What became of it, in place. A closed one can only be opened again. */
export function FollowUpAnswerForm({ followUp, onDone }: { followUp: FollowUp; onDone: () => void }) {
  const { t } = useTranslation();
  const reopens = followUp.state !== 'open';
  // Several rows may be answered side by side.
  const form = `answer-${followUp.id}`;
  const id = (name: string) => fieldId(form, name);
  const [state, setState] = useState<FollowUpAnswer['state']>(reopens ? 'open' : 'done');
  const [reason, setReason] = useState('');
  const [newOwnerId, setNewOwnerId] = useState('');
  const [newDeadline, setNewDeadline] = useState(followUp.deadline);
  const first = useRef<HTMLFormElement>(null);
  useEffect(() => first.current?.querySelector<HTMLElement>('input, textarea')?.focus(), []);

  const answer = useMutation({
    mutationFn: () =>
      api.answerFollowUp(followUp, {
        state,
        reason: reason.trim() || null,
        ...(state === 'handedOver' ? { newOwnerPersonId: newOwnerId || null, newDeadline: newDeadline || null } : {}),
      }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['followUps'] });
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'item' && queryKey[2] === 'followUps' });
      onDone();
    },
  });
  const problem = answer.error instanceof ApiProblem ? answer.error : null;
  const errorOf = fieldErrors(problem);
  // Whoever may not open the item does not learn who else can, so there is nobody to hand it to.
  const choices = followUpStates.filter((one) => one !== 'open' && (one !== 'handedOver' || followUp.itemId !== null));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!answer.isPending) answer.mutate();
  };

  return (
    <form ref={first} className="inline-form" onSubmit={submit} noValidate aria-label={t('followUp.answerTo', { text: followUp.text })}>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      {!reopens && (
        <Fieldset id={id('state')} legend={t('followUp.what')}>
          {choices.map((choice) => (
            <Choice key={choice} id={id(choice)} type="radio" name={id('state')} checked={state === choice} onChange={() => setState(choice)}>
              {t(`followUpState.${choice}`)}
            </Choice>
          ))}
        </Fieldset>
      )}
      {state === 'handedOver' && followUp.itemId !== null && (
        <div className="field-row">
          <NewOwner itemId={followUp.itemId} id={id('newOwnerPersonId')} present={followUp.owner.id} value={newOwnerId} error={errorOf('newOwnerPersonId')} onChange={setNewOwnerId} />
          <Field id={id('newDeadline')} label={t('followUp.newDeadline')} error={errorOf('newDeadline')}>
            {(control) => <input {...control} type="date" className="form-input" min={followUp.deadline} value={newDeadline} onChange={(event) => setNewDeadline(event.target.value)} />}
          </Field>
        </div>
      )}
      <Field id={id('reason')} label={t('followUp.reason')} hint={!reopens && t('followUp.reasonHint')} optional={state === 'done' || reopens} error={errorOf('reason')}>
        {(control) => <textarea {...control} rows={2} className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={answer.isPending}>
          {t(reopens ? 'followUp.reopen' : 'followUp.saveAnswer')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onDone}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}

interface NewOwnerProps {
  itemId: string;
  id: string;
  /** Who has it now, and so cannot be given it. */
  present: string;
  value: string;
  error: string | undefined;
  onChange: (personId: string) => void;
}

function NewOwner({ itemId, id, present, value, error, onChange }: NewOwnerProps) {
  const { t } = useTranslation();
  const options = useQuery(queries.decisionOptions(itemId));
  return (
    <Field id={id} label={t('followUp.newOwner')} error={error}>
      {(control) => (
        <select {...control} className="form-select" value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t('form.choose')}</option>
          {options.data?.people
            .filter((person) => person.id !== present)
            .map((person) => (
              <option key={person.id} value={person.id}>
                {personAndAuthority(person)}
              </option>
            ))}
        </select>
      )}
    </Field>
  );
}
