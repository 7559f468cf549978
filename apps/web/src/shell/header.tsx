import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, useLocation, useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { beginSession, endSession, identityOf, leavingByChoice } from '../api/session.js';
import type { Session } from '../api/types.js';
import { unsavedDocuments } from '../collab/unsaved.js';
import { Bell } from '../notifications/bell.js';
import { SearchLink } from '../search/search-link.js';
import { signInPath } from '../sign-in/sign-in-path.js';
import { ActAsConfirm, membershipLabel } from './act-as-confirm.js';
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
  { to: '/kontakter', key: 'contacts' },
] as const;

/** Whoever manages people reads no content. */
const adminPlaces = [
  { to: '/administration', key: 'administration' },
  { to: '/kontakter', key: 'contacts' },
] as const;
/** An auditor reads no content: her one place is the access trail. */
const auditorsPlaces = [{ to: '/revision', key: 'audit' }] as const;
const placesOf = (role: Session['acting']['role']) => (role === 'administrator' ? adminPlaces : role === 'auditor' ? auditorsPlaces : places);

/** Under way: she becomes another reader, or nobody. What was typed now would be thrown away unasked, so nothing can be. */
export const leaving = ['leaving'];

export function Header({ session }: { session: Session }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const [held, setHeld] = useState(false);
  const acting = useRef<HTMLSelectElement>(null);
  /** What she wants to act as, while she is asked about text that would be lost. */
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => setOpen(false), [pathname]);

  const actAs = useMutation({
    mutationKey: leaving,
    mutationFn: api.actAs,
    onSuccess: (next) => {
      void navigate('/');
      // She was asked; what she is told of in between may have come first.
      unsavedDocuments.discardAll(identityOf(next.person, next.acting));
      beginSession(next);
    },
  });
  const signOut = useMutation({
    mutationKey: leaving,
    mutationFn: () => {
      leavingByChoice.set(true);
      return api.signOut();
    },
    onError: () => leavingByChoice.set(false),
    onSuccess: ({ providerSignOut }) => {
      unsavedDocuments.discardAll();
      void navigate('/log-ind');
      endSession();
      // Signed out here; at the provider the browser has a session of its own.
      if (providerSignOut !== null) window.location.assign(providerSignOut);
    },
  });
  /** Another authority is another reader: what is not stored cannot go with her, and she is asked before it is thrown away. */
  const change = (membershipId: string) => {
    const isLost = membershipId !== session.acting.id && unsavedDocuments.lostWith(identityOf(session.person, { id: membershipId })).length > 0;
    setWanted(isLost ? membershipId : null);
    if (!isLost && membershipId !== session.acting.id) actAs.mutate(membershipId);
  };
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
                ref={acting}
                className="acting-select"
                value={session.acting.id}
                disabled={actAs.isPending}
                onChange={(event) => change(event.target.value)}
              >
                {session.memberships.map((one) => (
                  <option key={one.id} value={one.id}>
                    {membershipLabel(one)}
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
          {/* Whoever reads no content has nothing to search in. */}
          {placesOf(session.acting.role) === places && <SearchLink />}
          <Bell />
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
          {placesOf(session.acting.role).map(({ to, key }) => (
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
            <NavLink to="/mine-sessioner">{t('sessions.title')}</NavLink>
          </li>
          <li>
            <button type="button" className="link-button" onClick={() => !signOut.isPending && leave()} aria-disabled={signOut.isPending}>
              {t('shell.signOut')}
            </button>
          </li>
        </ul>
      </nav>
      {held && !signOut.error && <p className="banner" role="alert">{t('shell.unsavedSignOut')}</p>}
      {wanted !== null && (
        <ActAsConfirm
          session={session}
          wanted={wanted}
          onYes={() => {
            setWanted(null);
            actAs.mutate(wanted);
          }}
          onNo={() => {
            setWanted(null);
            acting.current?.focus();
          }}
        />
      )}
      {(signOut.error ?? actAs.error) && <ProblemNotice error={signOut.error ?? actAs.error} />}
      {needsHigherLevel(actAs.error) && session.providerId && actAs.variables && (
        <p className="banner">
          <a href={signInPath(session.providerId, { til: 'administration', rolle: actAs.variables })}>{t('shell.higherLevel')}</a>
        </p>
      )}
    </header>
  );
}

const needsHigherLevel = (error: unknown) => error instanceof ApiProblem && error.code === 'assurance-too-low';
