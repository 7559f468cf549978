import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { Decision, DecisionOptions, NewDecision } from '../api/types.js';
import { RecordFormFrame, type RecordFormProps } from '../meetings/record-form.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';

/** A new decision, from within the minutes. */
export function DecisionForm({ meetingId, itemId, hidden, onLeave, onDone }: RecordFormProps) {
  const { t } = useTranslation();
  return (
    <RecordFormFrame itemId={itemId} hidden={hidden} onLeave={onLeave} headingId="decision-form-heading" heading={t('decision.new')}>
      {(data) => <DecisionFields options={data} meetingId={meetingId} itemId={itemId} onDone={(saved) => onDone(saved?.id ?? null)} />}
    </RecordFormFrame>
  );
}

const form = 'decision';
const labels = {
  text: 'decision.text',
  reasons: 'decision.reasons',
  decidingAuthorityId: 'decision.authority',
  responsiblePersonId: 'decision.responsible',
  deadline: 'decision.deadline',
  legalBasisId: 'decision.basis',
  caseReference: 'decision.caseReference',
  why: 'correction.why',
} as const;
const id = (name: keyof typeof labels) => fieldId(form, name);

interface FieldsProps {
  options: DecisionOptions;
  meetingId: string;
  itemId: string;
  /** The decision that is being corrected: the form begins with its words and asks what was wrong. */
  corrects?: Decision;
  onDone: (saved: Decision | null) => void;
}

/** The fields of a decision, for a new one and for a correction. */
export function DecisionFields({ options, meetingId, itemId, corrects, onDone }: FieldsProps) {
  const { t } = useTranslation();
  const own = useSession().acting.authority;
  const usual = options.authorities.find((authority) => authority.id === own.id) ?? options.authorities[0];
  const [text, setText] = useState(corrects?.text ?? '');
  const [reasons, setReasons] = useState(corrects?.reasons ?? '');
  const [authorityId, setAuthorityId] = useState(corrects?.decidingAuthority.id ?? usual?.id ?? '');
  const [personId, setPersonId] = useState(corrects?.responsible.id ?? '');
  const [deadline, setDeadline] = useState(corrects?.deadline ?? '');
  const [basisId, setBasisId] = useState(corrects ? (corrects.legalBasis?.id ?? '') : (options.suggestedLegalBasisId ?? ''));
  const [caseReference, setCaseReference] = useState(corrects?.caseReference ?? '');
  const [why, setWhy] = useState('');
  const keys = useRef(creationKeys());

  const record = useMutation({
    mutationFn: (body: NewDecision) =>
      corrects ? api.correctDecision(corrects, { ...body, why: why.trim() }, keys.current({ ...body, why })) : api.recordDecision(itemId, body, keys.current(body)),
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: queries.itemDecisions(itemId).queryKey });
      void queryClient.invalidateQueries({ queryKey: ['meeting', meetingId] });
      void queryClient.invalidateQueries({ queryKey: ['decisions'] });
      if (corrects) void queryClient.invalidateQueries({ queryKey: queries.decision(corrects.id).queryKey });
      onDone(saved);
    },
  });
  const problem = record.error instanceof ApiProblem ? record.error : null;
  const errorOf = fieldErrors(problem);

  // Whoever decides carries it out: the responsible person belongs to the deciding authority.
  const people = options.people.filter((person) => person.authority.id === authorityId);
  // Those that the item's basis admits, an authority's own among them.
  const bases = options.legalBases.filter((basis) => basis.authorityIds.includes(authorityId));
  const chooseAuthority = (next: string) => {
    setAuthorityId(next);
    setPersonId('');
    // Another authority may not be able to cite what was chosen: what is not on its list is chosen anew.
    if (!options.legalBases.some((basis) => basis.id === basisId && basis.authorityIds.includes(next))) setBasisId('');
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (record.isPending) return;
    record.mutate({
      text: text.trim(),
      reasons: reasons.trim(),
      decidingAuthorityId: authorityId,
      responsiblePersonId: personId,
      deadline,
      ...(basisId ? { legalBasisId: basisId } : {}),
      ...(caseReference.trim() ? { caseReference: caseReference.trim() } : {}),
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <Field id={id('text')} label={t('decision.text')} error={errorOf('text')}>
        {(control) => <textarea {...control} rows={2} className="form-input" value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <Field id={id('reasons')} label={t('decision.reasons')} error={errorOf('reasons')}>
        {(control) => <textarea {...control} rows={3} className="form-input" value={reasons} onChange={(event) => setReasons(event.target.value)} />}
      </Field>
      <div className="field-row">
        <Field id={id('decidingAuthorityId')} label={t('decision.authority')} error={errorOf('decidingAuthorityId')}>
          {(control) => (
            <select {...control} className="form-select" value={authorityId} onChange={(event) => chooseAuthority(event.target.value)}>
              {options.authorities.map((authority) => (
                <option key={authority.id} value={authority.id}>
                  {authority.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id={id('responsiblePersonId')} label={t('decision.responsible')} error={errorOf('responsiblePersonId')}>
          {(control) => (
            <select {...control} className="form-select" value={personId} onChange={(event) => setPersonId(event.target.value)}>
              <option value="">{t('form.choose')}</option>
              {people.map((person) => (
                <option key={person.id} value={person.id}>
                  {person.functionTitle ? `${person.name}, ${person.functionTitle}` : person.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id={id('deadline')} label={t('decision.deadline')} error={errorOf('deadline')}>
          {(control) => <input {...control} type="date" className="form-input" value={deadline} onChange={(event) => setDeadline(event.target.value)} />}
        </Field>
        <Field id={id('legalBasisId')} label={t('decision.basis')} optional error={errorOf('legalBasisId')}>
          {(control) => (
            <select {...control} className="form-select" value={basisId} onChange={(event) => setBasisId(event.target.value)}>
              <option value="">{t('decision.noBasis')}</option>
              {basisId && !bases.some((basis) => basis.id === basisId) && <option value={basisId}>{corrects?.legalBasis?.label}</option>}
              {bases.map((basis) => (
                <option key={basis.id} value={basis.id}>
                  {basis.label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id={id('caseReference')} label={t('decision.caseReference')} optional hint={t('decision.caseReferenceHint')} error={errorOf('caseReference')}>
          {(control) => <input {...control} className="form-input" value={caseReference} onChange={(event) => setCaseReference(event.target.value)} />}
        </Field>
      </div>
      {corrects && (
        <Field id={id('why')} label={t('correction.why')} error={errorOf('why')}>
          {(control) => <textarea {...control} rows={2} className="form-input" value={why} onChange={(event) => setWhy(event.target.value)} />}
        </Field>
      )}
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={record.isPending}>
          {t(corrects ? 'correction.save' : 'decision.save')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => onDone(null)}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
