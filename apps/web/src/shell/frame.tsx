import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useNavigationType } from 'react-router';
import { queries } from '../api/queries.js';
import { keepFocus } from './keep-focus.js';
import { ReachableBanner, UnsavedBanner } from './reachable-banner.js';
import { Shortcuts } from './shortcuts.js';

/** Around every page, signed in or not: skip link, demo notice, banners. */
export function Frame() {
  const { t } = useTranslation();
  const { data: configuration } = useQuery(queries.configuration());
  useScrollToTop();
  useEffect(keepFocus, []);
  return (
    <>
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('shell.skip')}
      </a>
      <aside aria-label={t('shell.notices')}>
        {/* The place is kept while the mode is not known, so that the page does not jump. */}
        {configuration?.mode !== 'production' && <p className="demo-line">{configuration?.mode === 'demo' ? t('shell.demo') : '\u00a0'}</p>}
        <ReachableBanner />
        <UnsavedBanner />
      </aside>
      <Outlet />
      <Shortcuts />
    </>
  );
}

/** A new page begins at its top; back and forward are the browser's. React Router's own way keeps a list in storage. */
function useScrollToTop(): void {
  const { pathname } = useLocation();
  const arrived = useNavigationType();
  // The items of one meeting are one page.
  const page = pathname.replace(/\/punkt\/.*$/, '');
  useEffect(() => {
    if (arrived !== 'POP') window.scrollTo(0, 0);
  }, [page]);
}
