import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { Icon } from '../shell/icon.js';
import { isWriting } from '../shell/shortcuts.js';

export const searchFieldId = 'search-query';
export const searchPath = '/soeg';

/** The way to the search, from every page; “/” leads there too. */
export function SearchLink() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      if (pathname === searchPath) document.getElementById(searchFieldId)?.focus();
      else void navigate(searchPath);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [navigate, pathname]);
  return (
    <Link to={searchPath} className="header-tool" aria-current={pathname === searchPath ? 'page' : undefined}>
      <Icon name="search" /> {t('search.open')}
    </Link>
  );
}
