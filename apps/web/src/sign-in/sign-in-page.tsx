import { returnPath } from '@lib/contracts/return-path.js';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { api } from '../api/client.js';
import { queries } from '../api/queries.js';
import { beginSession } from '../api/session.js';
import type { DemoCluster, Role } from '../api/types.js';
import { unsavedDocuments } from '../collab/unsaved.js';
import { Answer } from '../shell/answer.js';
import { Disclosure } from '../shell/disclosure.js';
import { LanguageSwitch } from '../shell/language-switch.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { ProviderChoice, SignInFault } from './provider-choice.js';
import './sign-in.css';

export function SignInPage() {
  const { t } = useTranslation();
  const configuration = useQuery(queries.configuration());
  const unsaved = useSyncExternalStore(unsavedDocuments.subscribe, unsavedDocuments.get);
  return (
    <>
      {/* Outside the content: whoever skips to it comes to the first thing to do, as on every other page. */}
      <header className="sign-in-top">
        <p className="wordmark">{t('shell.name')}</p>
        <LanguageSwitch />
      </header>
      <main id="main" className="page sign-in-page" tabIndex={-1}>
        <PageHeading title={t('signIn.title')} />
        <SignInFault />
        {unsaved.length > 0 && (
          <div className="alert alert-warning" role="alert">
            <p className="alert-text">{t('signIn.unsaved')}</p>
          </div>
        )}
        <Answer query={configuration} lines={10}>
          {({ demoSignIn }) => (demoSignIn ? <DemoPeople /> : <ProviderChoice hasUnsaved={unsaved.length > 0} />)}
        </Answer>
      </main>
    </>
  );
}

function DemoPeople() {
  const { t } = useTranslation();
  const people = useQuery(queries.demoPeople());
  return (
    <>
      <p className="font-lead">{t('signIn.lead')}</p>
      <div className="alert alert-info">
        <p className="alert-heading">{t('signIn.fictionalTitle')}</p>
        <p className="alert-text">{t('signIn.fictional')}</p>
      </div>
      <Answer query={people} lines={10}>
        {({ clusters }) => <Clusters clusters={clusters} />}
      </Answer>
    </>
  );
}

const roleOrder: readonly Role[] = ['coordinator', 'participant', 'leader', 'administrator', 'auditor'];

function Clusters({ clusters }: { clusters: DemoCluster[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const signIn = useMutation({
    mutationFn: api.demoSignIn,
    onSuccess: (session) => {
      beginSession(session);
      void navigate(returnPath(search.get('videre')), { replace: true });
    },
  });
  return (
    <>
      {signIn.error && <ProblemNotice error={signIn.error} />}
      {clusters.map(({ authorities, others }, index) => (
        <section key={authorities[0]?.authority.id ?? index} className="cluster" aria-labelledby={`cluster-${index}`}>
          <h2 id={`cluster-${index}`} className="h3">
            {t('signIn.cluster', { authority: authorities[0]?.authority.name })}
          </h2>
          <Authorities authorities={authorities} disabled={signIn.isPending} onChoose={signIn.mutate} />
          {others.length > 0 && (
            <Disclosure summary={t('signIn.others', { count: others.length })}>
              <Authorities authorities={others} disabled={signIn.isPending} onChoose={signIn.mutate} />
            </Disclosure>
          )}
        </section>
      ))}
    </>
  );
}

interface AuthoritiesProps {
  authorities: DemoCluster['authorities'];
  disabled: boolean;
  onChoose: (membershipId: string) => void;
}

function Authorities({ authorities, disabled, onChoose }: AuthoritiesProps) {
  const { t } = useTranslation();
  return (
    <div className="cluster-authorities">
      {authorities.map(({ authority, people }) => (
        <div key={authority.id}>
          <h3 className="h5">{authority.name}</h3>
          <ul className="unstyled-list">
            {people
              .toSorted((a, b) => roleOrder.indexOf(a.person.role) - roleOrder.indexOf(b.person.role))
              .map(({ membershipId, person }) => (
                <li key={membershipId}>
                  <button type="button" className="sign-in-button" disabled={disabled} onClick={() => onChoose(membershipId)}>
                    <span className="sign-in-role">{t('signIn.as', { role: t(`role.${person.role}`) })}</span>
                    <span>
                      {person.name}
                      {person.functionTitle && <span className="quiet" lang="da">, {person.functionTitle}</span>}
                    </span>
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
