import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorsFor, type ApiProblem, type FieldError } from '../api/problem.js';
import { ProblemNotice } from './problem-notice.js';

/** The id of a field's control; the error summary links to it. */
export const fieldId = (form: string, name: string) => `${form}-${name}`;

interface FieldProps {
  id: string;
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  /** Gets what ties the control to its words. */
  children: (control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}

export function Field({ id, label, hint, error, optional, children }: FieldProps) {
  const { t } = useTranslation();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className={error ? 'form-group form-error' : 'form-group'}>
      <label className="form-label" htmlFor={id}>
        {label}
        {optional && <span className="weight-normal"> {t('form.optional')}</span>}
      </label>
      {hint && (
        <span className="form-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error && <FieldErrorText id={`${id}-error`} error={error} />}
      {children({ id, ...(described ? { 'aria-describedby': described } : {}), ...(error ? { 'aria-invalid': true } : {}) })}
    </div>
  );
}

function FieldErrorText({ id, error }: { id: string; error: string }) {
  const { t } = useTranslation();
  return (
    <span className="form-error-message" id={id}>
      <span className="sr-only">{t('form.error')} </span>
      {error}
    </span>
  );
}

interface FieldsetProps {
  id: string;
  legend: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  children: ReactNode;
}

export function Fieldset({ id, legend, hint, error, children }: FieldsetProps) {
  return (
    <div className={error ? 'form-group form-error' : 'form-group'}>
      <fieldset id={id} tabIndex={-1} aria-describedby={[hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined}>
        <legend className="form-label">{legend}</legend>
        {hint && (
          <span className="form-hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
        {error && <FieldErrorText id={`${id}-error`} error={error} />}
        {children}
      </fieldset>
    </div>
  );
}

interface ChoiceProps {
  id: string;
  type: 'checkbox' | 'radio';
  name?: string;
  checked: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}

export function Choice({ id, type, name, checked, disabled, autoFocus, onChange, children }: ChoiceProps) {
  return (
    <div className={`form-group-${type}`}>
      <input
        id={id}
        type={type}
        name={name}
        className={`form-${type}`}
        checked={checked}
        disabled={disabled}
        autoFocus={autoFocus}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{children}</label>
    </div>
  );
}

interface ErrorSummaryProps {
  form: string;
  problem: ApiProblem | null;
  /** Fields of this form with their labels; an error of any other is shown without a link. */
  fields: Readonly<Record<string, string>>;
}

/** All errors at the top, each leading to its field; takes focus when it appears. */
export function ErrorSummary({ form, problem, fields }: ErrorSummaryProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problem && problem.errors.length > 0) box.current?.focus();
  }, [problem]);
  if (!problem) return null;
  if (problem.errors.length === 0) return <ProblemNotice error={problem} />;
  const target = (error: FieldError) => Object.keys(fields).find((name) => error.field === name || error.field.startsWith(`${name}.`));
  return (
    <div ref={box} className="alert alert-error error-summary" role="alert" tabIndex={-1} aria-labelledby={`${form}-errors`}>
      <h2 className="alert-heading" id={`${form}-errors`}>
        {t('form.summary', { count: problem.errors.length })}
      </h2>
      <ul className="alert-text">
        {problem.errors.map((error) => {
          const name = target(error);
          return (
            <li key={`${error.field} ${error.message}`}>
              {name ? (
                <a
                  href={`#${fieldId(form, name)}`}
                  onClick={(event) => {
                    // A fragment would enter the history; the field just gets focus.
                    event.preventDefault();
                    document.getElementById(fieldId(form, name))?.focus();
                  }}
                >
                  {t('form.summaryEntry', { field: fields[name], message: error.message })}
                </a>
              ) : (
                error.message
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** What a form needs to know of its last refusal, per field. */
export const fieldErrors = (problem: ApiProblem | null) => (field: string) => errorsFor(problem, field);

/** Turns the translation keys of a form's labels into the labels. */
export function labelled<Key extends string, Name extends string>(labels: Record<Name, Key>, t: (key: Key) => string): Record<string, string> {
  return Object.fromEntries(Object.entries<Key>(labels).map(([name, key]) => [name, t(key)]));
}
