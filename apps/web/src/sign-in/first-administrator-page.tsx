import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem, isNotFound } from '../api/problem.js';
import type { Provider } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { LanguageSwitch } from '../shell/language-switch.js';
import { PageHeading } from '../shell/page-heading.js';
import './sign-in.css';

const form = 'first-administrator';

/** The token stands behind the #: so it reaches neither the server's logs nor, taken away at once, the browser's history. */
function takeToken(): string {
  const token = window.location.hash.slice(1);
  if (token !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  return token;
}

/** The link on the console leads here: choose an authority, sign in, be its administrator. */
export function FirstAdministratorPage() {
  const { t } = useTranslation();
  const [token] = useState(takeToken);
  const options = useQuery({ queryKey: ['firstAdministrator'], queryFn: () => api.firstAdministratorOptions(token), retry: false, gcTime: 0 });
  return (
    <>
      <header className="sign-in-top">
        <p className="wordmark">{t('shell.name')}</p>
        <LanguageSwitch />
      </header>
      <main id="main" className="page sign-in-page" tabIndex={-1}>
        <PageHeading title={t('firstAdministrator.title')} />
        {isNotFound(options.error) ? (
          <div className="alert alert-warning">
            <p className="alert-heading">{t('firstAdministrator.overTitle')}</p>
            <p className="alert-text">{t('firstAdministrator.over')}</p>
          </div>
        ) : (
          <Answer query={options}>{({ providers }) => <Choice token={token} providers={providers} />}</Answer>
        )}
      </main>
    </>
  );
}

function Choice({ token, providers }: { token: string; providers: Provider[] }) {
  const { t } = useTranslation();
  const [providerId, setProviderId] = useState(providers[0]?.id ?? '');
  const [authorityId, setAuthorityId] = useState('');
  const authorities = providers.find((one) => one.id === providerId)?.authorities ?? [];
  const chosen = authorities.length === 1 ? authorities[0]!.id : authorityId;
  const begin = useMutation({ mutationFn: api.becomeFirstAdministrator, onSuccess: ({ url }) => window.location.assign(url) });
  const problem = begin.error instanceof ApiProblem ? begin.error : null;
  const errorOf = fieldErrors(problem);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!begin.isPending) begin.mutate({ token, providerId, authorityId: chosen });
  };
  return (
    <form onSubmit={submit} noValidate>
      <p className="font-lead">{t('firstAdministrator.lead')}</p>
      <ErrorSummary form={form} problem={problem} fields={{ providerId: t('firstAdministrator.provider'), authorityId: t('firstAdministrator.authority') }} />
      <Field id={fieldId(form, 'providerId')} label={t('firstAdministrator.provider')} hint={t('firstAdministrator.level')} error={errorOf('providerId')}>
        {(control) => (
          <select {...control} className="form-select" value={providerId} onChange={(event) => { setProviderId(event.target.value); setAuthorityId(''); }}>
            {providers.map(({ id, label }) => (
              <option key={id} value={id}>{label}</option>
            ))}
          </select>
        )}
      </Field>
      <Field id={fieldId(form, 'authorityId')} label={t('firstAdministrator.authority')} error={errorOf('authorityId')}>
        {(control) => (
          <select {...control} className="form-select" value={chosen} onChange={(event) => setAuthorityId(event.target.value)}>
            {authorities.length !== 1 && <option value="">{t('firstAdministrator.choose')}</option>}
            {authorities.map(({ id, name }) => (
              <option key={id} value={id}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={begin.isPending}>
          {t('firstAdministrator.go')}
        </button>
      </p>
    </form>
  );
}
