import { useIsMutating, useQuery } from '@tanstack/react-query';
import { useLayoutEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router';
import { useLiveEvents } from '../api/live.js';
import { queries } from '../api/queries.js';
import { isSignedOut, leavingByChoice, rememberIdentity } from '../api/session.js';
import type { Session } from '../api/types.js';
import { Header, leaving } from './header.js';
import { Loading } from './loading.js';
import { ProblemNotice } from './problem-notice.js';

/** The gate: below it there is a session. Without one the sign-in page leads back to where one wanted to go. */
export function SignedIn() {
  const { t } = useTranslation();
  const location = useLocation();
  const session = useQuery(queries.session());
  // [AC100] Whoever was here before leaves nothing to a guest, also in a tab that only hears of her.
  useLayoutEffect(() => {
    if (session.data?.acting.role === 'guest') rememberIdentity(session.data);
  }, [session.data]);
  // [AC100] A guest has one page.
  if (session.data?.acting.role === 'guest') return <Navigate to="/gaest" replace />;
  if (session.data) return <Inside session={session.data} />;
  if (isSignedOut(session.error)) {
    const wanted = location.pathname + location.search;
    return <Navigate to={wanted === '/' || leavingByChoice.get() ? '/log-ind' : `/log-ind?videre=${encodeURIComponent(wanted)}`} replace />;
  }
  return (
    <main id="main" className="page" tabIndex={-1}>
      {session.error ? (
        <ProblemNotice error={session.error} onRetry={() => void session.refetch()} />
      ) : (
        <Loading lines={6} label={t('shell.loading')} />
      )}
    </main>
  );
}

function Inside({ session }: { session: Session }) {
  // Before the pages below it begin anything in that name.
  useLayoutEffect(() => rememberIdentity(session), [session]);
  const identity = `${session.person.id} ${session.acting.id}`;
  useLiveEvents(identity);
  const isLeaving = useIsMutating({ mutationKey: leaving }) > 0;
  return (
    <>
      <Header session={session} />
      {/* Another authority is another reader: every page starts afresh. */}
      <main id="main" className="page" tabIndex={-1} key={identity} inert={isLeaving}>
        <Outlet />
      </main>
    </>
  );
}
