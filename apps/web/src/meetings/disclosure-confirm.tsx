import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.js';
import type { DisclosureView } from '../api/types.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { DisclosureSummary } from './disclosure-summary.js';

interface DisclosureConfirmProps {
  view: DisclosureView;
  pending: boolean;
  error: unknown;
  submit: string;
  /** What the reason begins with, where the reason is nearly always the same. */
  suggestion?: string;
  /** What is said where nobody comes to see anything yet. */
  nobody?: string;
  onConfirm: (reason: string) => void;
  onBack: () => void;
}

const form = 'disclosure';

/** The last step before something is shown to more people: what exactly, and why they need it. */
export function DisclosureConfirm({ view, pending, error, submit, suggestion = '', nobody, onConfirm, onBack }: DisclosureConfirmProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState(suggestion);
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => box.current?.querySelector('textarea')?.focus(), []);
  const problem = error instanceof ApiProblem ? error : null;
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) onConfirm(reason.trim());
  };
  return (
    <form ref={box} className="inline-form" onSubmit={confirm} noValidate aria-label={t('disclosure.confirmLabel')} onKeyDown={(event) => event.key === 'Escape' && onBack()}>
      <ErrorSummary form={form} problem={problem} fields={{ disclosureReason: t('disclosure.reason') }} />
      <DisclosureSummary view={view} {...(nobody === undefined ? {} : { nobody })} />
      <Field id={fieldId(form, 'disclosureReason')} label={t('disclosure.reason')} hint={t('disclosure.reasonHint')} error={fieldErrors(problem)('disclosureReason')}>
        {(control) => <textarea {...control} rows={2} className="form-input" value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={pending}>
          {submit}
        </button>
        <button type="button" className="button button-tertiary" onClick={onBack}>
          {t('disclosure.back')}
        </button>
      </p>
    </form>
  );
}
