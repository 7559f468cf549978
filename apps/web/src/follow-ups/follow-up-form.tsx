import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { DecisionOptions, NewFollowUp } from '../api/types.js';
import { RecordFormFrame, type RecordFormProps } from '../meetings/record-form.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';
import { personAndAuthority } from '../shell/people.js';

/** Who does what until when, from within the minutes. */
export function FollowUpForm({ meetingId, itemId, hidden, onLeave, onDone }: RecordFormProps) {
  const { t } = useTranslation();
  return (
    <RecordFormFrame itemId={itemId} hidden={hidden} onLeave={onLeave} headingId="follow-up-form-heading" heading={t('followUp.new')}>
      {(data) => <Fields options={data} meetingId={meetingId} itemId={itemId} onDone={onDone} />}
    </RecordFormFrame>
  );
}

const form = 'followUp';
const labels = {
  text: 'followUp.text',
  ownerPersonId: 'followUp.owner',
  deadline: 'followUp.deadline',
  decisionId: 'followUp.decision',
  caseReference: 'followUp.caseReference',
} as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

function Fields({ options, meetingId, itemId, onDone }: Pick<RecordFormProps, 'meetingId' | 'itemId' | 'onDone'> & { options: DecisionOptions }) {
  const { t } = useTranslation();
  const decisions = useQuery(queries.itemDecisions(itemId));
  const [text, setText] = useState('');
  const [ownerId, setOwnerId] = useState('');
  const [deadline, setDeadline] = useState('');
  const [decisionId, setDecisionId] = useState('');
  const [caseReference, setCaseReference] = useState('');
  const keys = useRef(creationKeys());

  const record = useMutation({
    mutationFn: (body: NewFollowUp) => api.recordFollowUp(itemId, body, keys.current(body)),
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: queries.itemFollowUps(itemId).queryKey });
      void queryClient.invalidateQueries({ queryKey: ['meeting', meetingId] });
      void queryClient.invalidateQueries({ queryKey: ['followUps'] });
      onDone(saved.id);
    },
  });
  const problem = record.error instanceof ApiProblem ? record.error : null;
  const errorOf = fieldErrors(problem);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (record.isPending) return;
    record.mutate({
      text: text.trim(),
      ownerPersonId: ownerId,
      deadline,
      ...(decisionId ? { decisionId } : {}),
      ...(caseReference.trim() ? { caseReference: caseReference.trim() } : {}),
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <Field id={id('text')} label={t('followUp.text')} error={errorOf('text')}>
        {(control) => <textarea {...control} rows={2} className="form-input" value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <div className="field-row">
        <Field id={id('ownerPersonId')} label={t('followUp.owner')} error={errorOf('ownerPersonId')}>
          {(control) => (
            <select {...control} className="form-select" value={ownerId} onChange={(event) => setOwnerId(event.target.value)}>
              <option value="">{t('form.choose')}</option>
              {options.people.map((person) => (
                <option key={person.id} value={person.id}>
                  {personAndAuthority(person)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id={id('deadline')} label={t('followUp.deadline')} error={errorOf('deadline')}>
          {(control) => <input {...control} type="date" className="form-input" value={deadline} onChange={(event) => setDeadline(event.target.value)} />}
        </Field>
        {decisions.data && decisions.data.decisions.length > 0 && (
          <Field id={id('decisionId')} label={t('followUp.decision')} optional error={errorOf('decisionId')}>
            {(control) => (
              <select {...control} className="form-select" value={decisionId} onChange={(event) => setDecisionId(event.target.value)}>
                <option value="">{t('followUp.noDecision')}</option>
                {decisions.data.decisions.map((decision) => (
                  <option key={decision.id} value={decision.id}>
                    {decision.text}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field id={id('caseReference')} label={t('followUp.caseReference')} optional hint={t('followUp.caseReferenceHint')} error={errorOf('caseReference')}>
          {(control) => <input {...control} className="form-input" value={caseReference} onChange={(event) => setCaseReference(event.target.value)} />}
        </Field>
      </div>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={record.isPending}>
          {t('followUp.save')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => onDone(null)}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
