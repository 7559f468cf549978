import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { queries } from '../api/queries.js';
import { Icon } from '../shell/icon.js';
import './notifications.css';

export const notificationsPath = '/beskeder';

/** How much is new, on every page; the number follows live. */
export function Bell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { data } = useQuery(queries.unreadNotifications());
  const unread = data?.unread ?? 0;
  return (
    <Link to={notificationsPath} className="header-tool" aria-current={pathname === notificationsPath ? 'page' : undefined}>
      <Icon name="bell" /> <span className="header-tool-word">{t('notifications.title')}</span>
      {unread > 0 && (
        <span className="bell-count">
          <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
          <span className="sr-only">{t('notifications.unread', { count: unread })}</span>
        </span>
      )}
    </Link>
  );
}
