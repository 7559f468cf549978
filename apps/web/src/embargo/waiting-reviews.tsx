import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { EmbargoMark } from './embargo-banner.js';
import { dayAndTime } from '../dates.js';

/** Embargoes whose review has come or comes soon, for whoever set them and for the police. Says nothing when there are none. */
export function WaitingReviews() {
  const { t } = useTranslation();
  const reviews = useQuery(queries.embargoesWaiting()).data?.reviews ?? [];
  if (reviews.length === 0) return null;
  return (
    <section aria-labelledby="embargo-reviews">
      <h2 id="embargo-reviews" className="h3">
        {t('embargo.waiting')}
      </h2>
      <ul className="rows unstyled-list no-max-width">
        {reviews.map(({ meetingId, itemId, title, embargo }) => (
          <li key={embargo.id} className="row-item row-item-stacked">
            <Link to={`/moeder/${meetingId}/punkt/${itemId}`} className="row-title" lang="da">
              {title || t('item.untitled')}
            </Link>
            <EmbargoMark embargoes={[embargo]} />
            <p>
              {t('embargo.reviewed', { when: dayAndTime(embargo.reviewAt) })}
              {embargo.isOverdue && <strong> ({t('embargo.overdue')})</strong>}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
