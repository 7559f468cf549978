import { returnPath } from '@lib/contracts/return-path.js';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { api } from '../api/client.js';
import { queries } from '../api/queries.js';
import { beginSession } from '../api/session.js';
import type { Provider } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { Field } from '../shell/form.js';
import { signInPath } from './sign-in-path.js';

/** More than this are found by typing. */
const fewProviders = 5;
const authoritiesShown = 3;

/** The identity providers, one button each. */
export function ProviderChoice({ hasUnsaved }: { hasUnsaved: boolean }) {
  const { t } = useTranslation();
  const providers = useQuery(queries.providers());
  useReturnFromOtherTab(hasUnsaved);
  return (
    <>
      <p className="font-lead">{t('signIn.production')}</p>
      {hasUnsaved && <p>{t('signIn.newTab')}</p>}
      <Answer query={providers} lines={4}>
        {({ providers: all }) => (all.length === 0 ? <p className="empty">{t('signIn.none')}</p> : <Choice all={all} inNewTab={hasUnsaved} />)}
      </Answer>
    </>
  );
}

function Choice({ all, inNewTab }: { all: Provider[]; inNewTab: boolean }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const [wanted, setWanted] = useState('');
  const needle = wanted.trim().toLocaleLowerCase('da');
  const matches = ({ label, authorities }: Provider) => [label, ...authorities.map((one) => one.name)].some((text) => text.toLocaleLowerCase('da').includes(needle));
  const shown = all.filter(matches);
  const videre = returnPath(search.get('videre'));
  return (
    <>
      {all.length > fewProviders && (
        <Field id="find-authority" label={t('signIn.find')}>
          {(control) => <input {...control} type="search" className="form-input" autoComplete="off" value={wanted} onChange={(event) => setWanted(event.target.value)} />}
        </Field>
      )}
      <ul className="unstyled-list provider-list">
        {shown.map((provider) => (
          <li key={provider.id}>
            <a
              className="sign-in-button"
              href={signInPath(provider.id, videre === '/' ? {} : { videre })}
              {...(inNewTab ? { target: '_blank', rel: 'noopener' } : {})}
            >
              <span className="sign-in-role" lang="da">{provider.label}</span>
              <span lang="da">{provider.authorities.slice(0, authoritiesShown).map((one) => one.name).join(', ')}</span>
              {provider.authorities.length > authoritiesShown && <span>{t('signIn.moreAuthorities', { count: provider.authorities.length - authoritiesShown })}</span>}
              {provider.usual && <span className="quiet">{t('signIn.usual')}</span>}
            </a>
          </li>
        ))}
      </ul>
      <p role="status">{shown.length === 0 ? t('signIn.noneFound') : ''}</p>
    </>
  );
}

/** Text that is not stored lives in this tab: the sign-in happens in another, and this one goes on when it is looked at again. */
function useReturnFromOtherTab(isNeeded: boolean): void {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  useEffect(() => {
    if (!isNeeded) return;
    const look = () =>
      void api.session().then(
        (session) => {
          beginSession(session);
          void navigate(returnPath(search.get('videre')), { replace: true });
        },
        () => undefined,
      );
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [isNeeded, search, navigate]);
}

const faults = {
  'sign-in-failed': 'failed',
  'sign-in-expired': 'expired',
  'sign-in-declined': 'declined',
  'identity-unknown': 'unknown',
  'assurance-too-low': 'assurance',
  'provider-unavailable': 'unavailable',
  'too-many-requests': 'tooMany',
} as const;
const isKnown = (code: string): code is keyof typeof faults => Object.hasOwn(faults, code);

/** Why a sign-in led back here, in words; what the address says otherwise is not repeated. */
export function SignInFault() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const code = search.get('fejl');
  if (code === null) return null;
  const fault = isKnown(code) ? faults[code] : 'failed';
  const provider = search.get('udbyder');
  return (
    <div className={fault === 'declined' ? 'alert alert-info' : 'alert alert-error'} role="alert">
      <p className="alert-heading">{t(`signIn.fault.${fault}.title`)}</p>
      <p className="alert-text">{t(`signIn.fault.${fault}.text`)}</p>
      {fault === 'assurance' && provider !== null && (
        <p className="alert-text">
          <a href={signInPath(provider, { til: 'administration' })}>{t('signIn.fault.assurance.again')}</a>
        </p>
      )}
    </div>
  );
}
