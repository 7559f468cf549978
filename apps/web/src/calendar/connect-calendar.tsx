import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, Fieldset } from '../shell/form.js';

const form = 'connect-calendar';
const ways = ['link', 'file'] as const;
type Way = (typeof ways)[number];

/** Connects one's own calendar, in the place of the one before. What was filled in stays when it cannot be read. */
export function ConnectCalendar({ onConnected, onCancel }: { onConnected: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way>('link');
  const [url, setUrl] = useState('');
  const [missing, setMissing] = useState<'url' | 'file' | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const connect = useMutation({
    mutationFn: () => (way === 'file' ? api.connectCalendarFile(file.current!.files![0]!) : api.connectCalendarLink({ url: url.trim() })),
    onSuccess: onConnected,
  });
  const problem = connect.error instanceof ApiProblem ? connect.error : null;
  const choose = (one: Way) => {
    setWay(one);
    setMissing(null);
    connect.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (connect.isPending) return;
    const lacks = way === 'file' ? ((file.current?.files?.length ?? 0) === 0 ? 'file' : null) : url.trim() === '' ? 'url' : null;
    setMissing(lacks);
    if (lacks === null) connect.mutate();
    else document.getElementById(fieldId(form, lacks))?.focus();
  };
  const errorOf = (field: 'url' | 'file') => (missing === field ? t(`ownCalendar.missing.${field}`) : fieldErrors(problem)(field));
  return (
    <form className="inline-form" noValidate aria-labelledby={`${form}-heading`} onSubmit={send} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <h3 className="h5" id={`${form}-heading`}>
        {t('ownCalendar.connectHeading')}
      </h3>
      <ErrorSummary form={form} problem={problem} fields={{ url: t('ownCalendar.url'), file: t('ownCalendar.file') }} />
      <Fieldset id={fieldId(form, 'way')} legend={t('ownCalendar.way')}>
        {ways.map((one, n) => (
          <Choice key={one} id={`${form}-way-${one}`} type="radio" name={`${form}-way`} checked={way === one} onChange={() => choose(one)} {...(n === 0 ? { autoFocus: true } : {})}>
            {t(`ownCalendar.by.${one}`)}
          </Choice>
        ))}
      </Fieldset>
      {way === 'link' && (
        <Field id={fieldId(form, 'url')} label={t('ownCalendar.url')} hint={t('ownCalendar.urlHint')} error={errorOf('url')}>
          {(control) => <input {...control} type="url" className="form-input" autoComplete="off" spellCheck={false} value={url} onChange={(event) => setUrl(event.target.value)} />}
        </Field>
      )}
      {way === 'file' && (
        <Field id={fieldId(form, 'file')} label={t('ownCalendar.file')} hint={t('ownCalendar.fileHint')} error={errorOf('file')}>
          {(control) => <input {...control} ref={file} type="file" accept=".ics,text/calendar" className="form-input" />}
        </Field>
      )}
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={connect.isPending}>
          {connect.isPending ? t('ownCalendar.connecting') : t('ownCalendar.submit')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
