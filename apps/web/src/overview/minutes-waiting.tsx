import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { day, inDays, plainDate } from '../dates.js';

/** Minutes that wait for the reader's answer, or for being sent again; nothing when there are none. */
export function MinutesWaiting() {
  const { t } = useTranslation();
  const waiting = useQuery(queries.minutesWaiting());
  const list = waiting.data?.waiting ?? [];
  if (list.length === 0) return null;
  return (
    <section aria-labelledby="minutes-waiting">
      <h2 id="minutes-waiting" className="h3">
        {t('overview.minutesWaiting')}
      </h2>
      <ul className="unstyled-list no-max-width waiting-list">
        {list.map((one) => (
          <li key={one.meetingId}>
            <Link to={`/moeder/${one.meetingId}/referat`} className="row-title">
              {one.title}, {day(one.startInstant)}
            </Link>
            <p className="quiet">
              {one.approve > 0 && t('overview.minutesApprove')} {one.resend > 0 && t('overview.minutesResend', { count: one.resend })}{' '}
              {one.due ? t('minutes.dueBy', { date: plainDate(one.due) }) : t('overview.minutesSince', { days: inDays(one.sentAt) })}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
