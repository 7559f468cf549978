import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { Choice, ErrorSummary, Field, fieldErrors, fieldId, Fieldset } from '../shell/form.js';

const form = 'connect-calendar';
const ways = ['link', 'caldav', 'file'] as const;
type Way = (typeof ways)[number];
/** What each way is filled in by, and asked for when it is missing. */
const fieldsOf = { link: ['url'], caldav: ['url', 'user', 'password'], file: ['file'] } as const satisfies Record<Way, readonly string[]>;
type Name = (typeof fieldsOf)[Way][number];

/** Connects one's own calendar, in the place of the one before. What was filled in stays when it cannot be read. */
export function ConnectCalendar({ onConnected, onCancel }: { onConnected: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way>('link');
  const [given, setGiven] = useState({ url: '', user: '', password: '' });
  const [missing, setMissing] = useState<Name | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const connect = useMutation({
    mutationFn: () => {
      const url = given.url.trim();
      if (way === 'file') return api.connectCalendarFile(file.current!.files![0]!);
      return way === 'link' ? api.connectCalendarLink({ url }) : api.connectCaldav({ url, user: given.user.trim(), password: given.password });
    },
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
    const isMissing = (name: Name) => (name === 'file' ? (file.current?.files?.length ?? 0) === 0 : given[name].trim() === '');
    const lacks = fieldsOf[way].find(isMissing) ?? null;
    setMissing(lacks);
    if (lacks === null) connect.mutate();
    else document.getElementById(fieldId(form, lacks))?.focus();
  };
  const errorOf = (field: Name) => (missing === field ? t(`ownCalendar.missing.${field}`) : fieldErrors(problem)(field));
  const urlLabel = t(way === 'caldav' ? 'ownCalendar.caldavUrl' : 'ownCalendar.url');
  const type = (name: 'url' | 'user' | 'password') => ({ value: given[name], onChange: (event: { target: { value: string } }) => setGiven({ ...given, [name]: event.target.value }) });
  return (
    <form className="inline-form" noValidate aria-labelledby={`${form}-heading`} onSubmit={send} onKeyDown={(event) => event.key === 'Escape' && onCancel()}>
      <h3 className="h5" id={`${form}-heading`}>
        {t('ownCalendar.connectHeading')}
      </h3>
      <ErrorSummary form={form} problem={problem} fields={{ url: urlLabel, user: t('ownCalendar.user'), password: t('ownCalendar.password'), file: t('ownCalendar.file') }} />
      <Fieldset id={fieldId(form, 'way')} legend={t('ownCalendar.way')}>
        {ways.map((one, n) => (
          <Choice key={one} id={`${form}-way-${one}`} type="radio" name={`${form}-way`} checked={way === one} onChange={() => choose(one)} {...(n === 0 ? { autoFocus: true } : {})}>
            {t(`ownCalendar.by.${one}`)}
          </Choice>
        ))}
      </Fieldset>
      {way !== 'file' && (
        <Field id={fieldId(form, 'url')} label={urlLabel} hint={t(way === 'caldav' ? 'ownCalendar.caldavHint' : 'ownCalendar.urlHint')} error={errorOf('url')}>
          {(control) => <input {...control} type="url" className="form-input" autoComplete="off" spellCheck={false} {...type('url')} />}
        </Field>
      )}
      {way === 'caldav' && (
        <>
          <Field id={fieldId(form, 'user')} label={t('ownCalendar.user')} error={errorOf('user')}>
            {(control) => <input {...control} className="form-input" autoComplete="off" spellCheck={false} {...type('user')} />}
          </Field>
          <Field id={fieldId(form, 'password')} label={t('ownCalendar.password')} hint={t('ownCalendar.passwordHint')} error={errorOf('password')}>
            {(control) => <input {...control} type="password" className="form-input" autoComplete="off" {...type('password')} />}
          </Field>
        </>
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
