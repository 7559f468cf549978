import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api } from '../api/client.js';
import { queries } from '../api/queries.js';
import type { AdministeredPersonDetails } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { AdministrationFrame } from './administration-frame.js';
import { Consequences } from './consequences.js';
import { History } from './history.js';
import { keepPerson } from './keep-person.js';
import { AddMembership, MembershipList } from './membership-list.js';

export function PersonPage() {
  const { personId = '' } = useParams();
  const person = useQuery(queries.administeredPerson(personId));
  return (
    <AdministrationFrame>
      <Answer query={person} lines={8} wholePage>
        {(found) => <Person person={found} />}
      </Answer>
    </AdministrationFrame>
  );
}

function Person({ person }: { person: AdministeredPersonDetails }) {
  const { t } = useTranslation();
  return (
    <>
      <PageHeading title={person.name} lang="da" />
      <p className="quiet">{person.userName === null ? t('administration.noUserName') : t('administration.hasUserName', { userName: person.userName })}</p>
      {person.managedBy.length > 0 && (
        <p>
          <Icon name="sync" /> {t('administration.managedBy', { systems: person.managedBy.join(', ') })}
        </p>
      )}
      {!person.active && (
        <div className="alert alert-info">
          <p className="alert-heading">{t('administration.deactivated')}</p>
          <p className="alert-text">{t(person.removed ? 'administration.removedHint' : 'administration.deactivatedHint')}</p>
        </div>
      )}
      <section aria-labelledby="memberships">
        <h2 id="memberships" className="h3">
          {t('administration.roles')}
        </h2>
        <MembershipList person={person} />
        {person.active && <AddMembership person={person} />}
      </section>
      <section aria-labelledby="access">
        <h2 id="access" className="h3">
          {t('administration.access')}
        </h2>
        <Activity person={person} />
      </section>
      <History personId={person.id} />
    </>
  );
}

function Activity({ person }: { person: AdministeredPersonDetails }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [alsoMyself, setAlsoMyself] = useState(false);
  const change = useMutation({
    mutationFn: () => (person.active ? api.deactivatePerson(person, alsoMyself) : api.reactivatePerson(person)),
    onSuccess: (updated) => {
      keepPerson(updated);
      setAsking(false);
    },
  });
  return (
    <>
      {change.error && <ProblemNotice error={change.error} />}
      {!person.active && (
        <p>
          <button type="button" className="button button-secondary" aria-disabled={change.isPending} onClick={() => !change.isPending && change.mutate()}>
            {t('administration.reactivate')}
          </button>
        </p>
      )}
      {person.active && !asking && (
        <p>
          <button type="button" className="button button-secondary" onClick={() => setAsking(true)}>
            {t('administration.deactivate')}
          </button>
        </p>
      )}
      {person.active && asking && (
        <div className="inline-form">
          <p>{t('administration.deactivateMeans')}</p>
          <Consequences personId={person.id} membershipId={null} until={null} alsoMyself={alsoMyself} onAlsoMyself={setAlsoMyself} />
          <p className="button-line">
            <button type="button" className="button button-primary" aria-disabled={change.isPending} onClick={() => !change.isPending && change.mutate()}>
              {t('administration.deactivateNow')}
            </button>
            <button type="button" className="button button-tertiary" onClick={() => setAsking(false)}>
              {t('form.cancel')}
            </button>
          </p>
        </div>
      )}
    </>
  );
}
