import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../api/problem.js';
import type { Filing } from '../api/types.js';
import { dateAt } from '../dates.js';
import { ErrorSummary, Field, fieldErrors, fieldId, labelled } from '../shell/form.js';

const form = 'filing';
const labels = { reference: 'retention.referenceField', filedOn: 'retention.filedOn' } as const;

interface FilingFormProps {
  filing: Filing;
  pending: boolean;
  problem: ApiProblem | null;
  onSend: (said: { reference: string; filedOn: string }) => void;
  onRetract: () => void;
  onCancel: () => void;
}

/** Where and when the own copy was filed. What was typed stays on a refusal. */
export function FilingForm({ filing, pending, problem, onSend, onRetract, onCancel }: FilingFormProps) {
  const { t } = useTranslation();
  const [reference, setReference] = useState(filing.reference ?? '');
  const [filedOn, setFiledOn] = useState(() => filing.filedOn ?? dateAt(new Date()));
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) onSend({ reference: reference.trim(), filedOn });
  };
  return (
    <form className="inline-form" noValidate onSubmit={submit} aria-label={t(filing.state === 'missing' ? 'retention.file' : 'retention.fileAgain')} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <ErrorSummary form={form} problem={problem} fields={labelled(labels, t)} />
      <p className="quiet">{t('retention.filePersonal')}</p>
      <Field id={fieldId(form, 'reference')} label={t('retention.referenceField')} hint={t('retention.referenceHint')} error={errorOf('reference')}>
        {(control) => <input {...control} autoFocus className="form-input" maxLength={200} value={reference} onChange={(event) => setReference(event.target.value)} />}
      </Field>
      <Field id={fieldId(form, 'filedOn')} label={t('retention.filedOn')} error={errorOf('filedOn')}>
        {(control) => <input {...control} type="date" className="form-input" max={dateAt(new Date())} value={filedOn} onChange={(event) => setFiledOn(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={pending}>
          {t('retention.saveFiling')}
        </button>
        {filing.state !== 'missing' && (
          <button type="button" className="button button-secondary" aria-disabled={pending} onClick={onRetract}>
            {t('retention.retract')}
          </button>
        )}
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
