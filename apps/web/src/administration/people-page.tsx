import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { AdministeredPerson } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { AddPerson } from './add-person.js';
import { AdministrationFrame } from './administration-frame.js';
import { wordsOf } from './labels.js';

const filters = ['active', 'withoutRole', 'inactive'] as const;
type Filter = (typeof filters)[number];

export function PeoplePage() {
  const { t } = useTranslation();
  const { authority } = useSession().acting;
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const [filter, setFilter] = useState<Filter>('active');
  const people = useInfiniteQuery(queries.administeredPeople({ search, filter }));
  const list = people.data?.pages.flatMap((page) => page.people) ?? [];
  return (
    <AdministrationFrame>
      <PageHeading title={t('administration.peopleOf', { authority: authority.name })} />
      <AddPerson />
      <div className="admin-search" role="search">
        <div className="form-group">
          <label className="form-label" htmlFor="admin-search">
            {t('administration.search')}
          </label>
          <input id="admin-search" type="search" className="form-input" maxLength={100} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
        <div className="form-group">
          <label className="form-label" htmlFor="admin-filter">
            {t('administration.show')}
          </label>
          <select id="admin-filter" className="form-select" value={filter} onChange={(event) => setFilter(event.target.value as Filter)}>
            {filters.map((one) => (
              <option key={one} value={one}>
                {t(`administration.filter.${one}`)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Answer query={people} lines={8}>
        {() => (
          <>
            {list.length === 0 ? (
              <p className="empty" role="status">
                {t(search === '' ? 'administration.nobody' : 'administration.nobodyFound')}
              </p>
            ) : (
              <ul className="unstyled-list no-max-width admin-people" aria-label={t('administration.people')}>
                {list.map((person) => (
                  <PersonRow key={person.id} person={person} />
                ))}
              </ul>
            )}
            <MoreButton query={people} />
          </>
        )}
      </Answer>
    </AdministrationFrame>
  );
}

function PersonRow({ person }: { person: AdministeredPerson }) {
  const { t } = useTranslation();
  const held = person.memberships.filter((one) => one.state === 'current' || one.state === 'future' || one.state === 'paused');
  return (
    <li>
      <div className="admin-line">
        <Link to={`/administration/personer/${person.id}`} className="row-title" lang="da">
          {person.name}
        </Link>
        {person.isSelf && <span className="quiet">{t('administration.you')}</span>}
      </div>
      {held.map((one) => (
        <p key={one.id}>
          {t(`role.${one.role}`)}
          {wordsOf(one) !== '' && <span className="quiet" lang="da">{` · ${wordsOf(one)}`}</span>}
          {one.state === 'future' && <span className="quiet">{` · ${t('administration.state.future')}`}</span>}
        </p>
      ))}
      {held.length === 0 && (
        <p className="quiet">
          <Icon name="info" /> {t('administration.noRole')}
        </p>
      )}
      {!person.active && (
        <p>
          <Icon name="close" /> {t('administration.deactivated')}
        </p>
      )}
    </li>
  );
}
