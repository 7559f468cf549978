import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useSession } from '../api/session.js';
import { NotFound } from '../shell/not-found.js';
import './administration.css';

const pages = [
  { to: '/administration', key: 'people' },
  { to: '/administration/brugerstyring', key: 'provisioning' },
  { to: '/administration/hjemler', key: 'legalBases' },
  { to: '/administration/opbevaring', key: 'retention' },
  { to: '/administration/sletning', key: 'deletions' },
  { to: '/administration/historik', key: 'history' },
] as const;

/** The pages of an administrator, with the way between them; for others there are none. */
export function AdministrationFrame({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  if (useSession().acting.role !== 'administrator') return <NotFound />;
  return (
    <>
      <nav className="admin-nav" aria-label={t('administration.nav')}>
        <ul className="unstyled-list no-max-width">
          {pages.map(({ to, key }) => (
            <li key={to}>
              <NavLink to={to} end>
                {t(`administration.${key}`)}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </>
  );
}
