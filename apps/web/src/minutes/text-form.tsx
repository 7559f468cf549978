import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../api/problem.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';

interface TextFormProps {
  /** Unique on the page. */
  form: string;
  heading: string;
  label: string;
  hint?: string;
  /** The name of the field in the API's errors. */
  field: 'text' | 'reason';
  submit: string;
  optional?: boolean;
  pending: boolean;
  problem: ApiProblem | null;
  onSubmit: (text: string) => void;
  onCancel: () => void;
  children?: ReactNode;
  /** Stands in the place of the server's refusal, and is answered before anything is sent. */
  notice?: ReactNode;
}

/** A form of one text. What was typed stays when the server refuses it. */
export function TextForm({ form, heading, label, hint, field, submit, optional = false, pending, problem, onSubmit, onCancel, children, notice }: TextFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const give = (event: FormEvent) => {
    event.preventDefault();
    if (notice) return;
    const needed = !optional && text.trim() === '';
    setMissing(needed);
    if (needed) document.getElementById(fieldId(form, field))?.focus();
    else onSubmit(text.trim());
  };
  return (
    <form className="inline-form" noValidate aria-labelledby={`${form}-heading`} onSubmit={give} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <h3 className="h5" id={`${form}-heading`}>
        {heading}
      </h3>
      {notice ?? <ErrorSummary form={form} problem={problem} fields={{ [field]: label }} />}
      {children}
      <Field id={fieldId(form, field)} label={label} hint={hint} optional={optional} error={missing ? t('minutes.textMissing') : fieldErrors(problem)(field)}>
        {(control) => (
          <textarea
            {...control}
            rows={4}
            autoFocus
            className="form-input"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setMissing(false);
            }}
          />
        )}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={pending || notice !== undefined}>
          {submit}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
