import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { day, inDays } from '../dates.js';
import { Icon } from '../shell/icon.js';
import './retention.css';

/** Approved minutes that the reader should file for her authority; nothing when there are none. */
export function FilingsWaiting() {
  const { t } = useTranslation();
  const waiting = useQuery(queries.filingsWaiting());
  const list = waiting.data?.waiting ?? [];
  if (list.length === 0) return null;
  return (
    <section aria-labelledby="filings-waiting">
      <h2 id="filings-waiting" className="h3">
        {t('retention.overview.heading')}
      </h2>
      <ul className="unstyled-list no-max-width waiting-list">
        {list.map((one) => (
          <li key={one.meetingId}>
            <Link to={`/moeder/${one.meetingId}/referat#sletning`} className="row-title" lang="da">
              {one.title}, {day(one.startInstant)}
            </Link>
            <p className="quiet">
              {one.isLate && (
                <span className="filing-late">
                  <Icon name="warning" /> {t('retention.overview.late')}.{' '}
                </span>
              )}
              {one.state === 'outdated' ? t('retention.overview.outdated') : t('retention.overview.approved', { days: inDays(one.approvedAt) })}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
