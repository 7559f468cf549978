import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, useLocation, useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { beginSession, endSession, leavingByChoice } from '../api/session.js';
import type { Session } from '../api/types.js';
import { unsavedDocuments } from '../collab/unsaved.js';
import { SearchLink } from '../search/search-link.js';
import { Icon } from './icon.js';
import { LanguageSwitch } from './language-switch.js';
import { ProblemNotice } from './problem-notice.js';

const places = [
  { to: '/', key: 'overview' },
  { to: '/moeder', key: 'meetings' },
  { to: '/kalender', key: 'calendar' },
  { to: '/beslutninger', key: 'decisions' },
  { to: '/opfoelgning', key: 'followUps' },
  { to: '/serier', key: 'series' },
] as const;

export function Header({ session }: { session: Session }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const [held, setHeld] = useState(false);
  useEffect(() => setOpen(false), [pathname]);

  const actAs = useMutation({
    mutationFn: api.actAs,
    onSuccess: (next) => {
      void navigate('/');
      beginSession(next);
    },
  });
  const signOut = useMutation({
    mutationFn: () => {
      leavingByChoice.set(true);
      return api.signOut();
    },
    onError: () => leavingByChoice.set(false),
    onSuccess: () => {
      unsavedDocuments.discardAll();
      void navigate('/log-ind');
      endSession();
    },
  });
  const leave = () => {
    // The one place where text could be thrown away on purpose: say so once, then obey.
    if (unsavedDocuments.get().length > 0 && !held) setHeld(true);
    else signOut.mutate();
  };

  return (
    <header className="site-header">
      <div className="site-header-line">
        <Link to="/" className="wordmark">
          {t('shell.name')}
        </Link>
        <div className="acting">
          {session.memberships.length > 1 ? (
            <label>
              {t('shell.actingAs')}{' '}
              <select
                className="acting-select"
                value={session.acting.id}
                disabled={actAs.isPending}
                onChange={(event) => actAs.mutate(event.target.value)}
              >
                {session.memberships.map(({ id, authority, functionTitle }) => (
                  <option key={id} value={id}>
                    {functionTitle ? `${authority.name}, ${functionTitle}` : authority.name}
                  </option>
                ))}
              </select>
            </label>
          ) : (
            <span>
              {t('shell.actingAs')} <strong>{session.acting.authority.name}</strong>
            </span>
          )}
          <span className="acting-person">
            {session.person.name}, {t(`role.${session.acting.role}`)}
          </span>
        </div>
        <div className="header-tools">
          <SearchLink />
        </div>
        <button
          type="button"
          className="menu-button"
          aria-expanded={open}
          aria-controls="site-nav"
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'close' : 'menu'} /> {t('shell.menu')}
        </button>
      </div>
      <nav
        id="site-nav"
        className={open ? 'site-nav site-nav-open' : 'site-nav'}
        aria-label={t('shell.nav')}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !open) return;
          setOpen(false);
          document.querySelector<HTMLElement>('.menu-button')?.focus();
        }}
      >
        <ul className="unstyled-list no-max-width">
          {places.map(({ to, key }) => (
            <li key={to}>
              <NavLink to={to} end={to === '/'}>
                {t(`nav.${key}`)}
              </NavLink>
            </li>
          ))}
          <li className="nav-end">
            <LanguageSwitch signedIn />
          </li>
          <li>
            <button type="button" className="link-button" onClick={leave} disabled={signOut.isPending}>
              {t('shell.signOut')}
            </button>
          </li>
        </ul>
      </nav>
      {held && !signOut.error && <p className="banner" role="alert">{t('shell.unsavedSignOut')}</p>}
      {(signOut.error ?? actAs.error) && <ProblemNotice error={signOut.error ?? actAs.error} />}
    </header>
  );
}
