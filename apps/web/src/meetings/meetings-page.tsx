import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { fullSpan, today } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { MeetingRows } from './meeting-rows.js';

const pageSize = 50;
// The API counts forward in time; what lies behind is read at once and shown newest first.
const pastSize = 100;

export function MeetingsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const coordinates = useSession().acting.role === 'coordinator';
  const past = search.get('vis') === 'tidligere';
  const { start, threeMonthsAgo } = today();
  const meetings = useInfiniteQuery(queries.meetings(past ? { from: threeMonthsAgo, to: start, limit: pastSize } : { from: start, limit: pageSize }));
  return (
    <>
      <PageHeading title={t('meetings.title')} />
      <div className="segments" role="group" aria-label={t('meetings.which')}>
        {[false, true].map((value) => (
          <button
            key={String(value)}
            type="button"
            aria-pressed={past === value}
            onClick={() => setSearch(value ? { vis: 'tidligere' } : {}, { replace: true })}
          >
            {t(value ? 'meetings.past' : 'meetings.coming')}
          </button>
        ))}
      </div>
      {!past && <HeldTimes from={start} />}
      <Answer query={meetings} lines={8}>
        {({ pages }) => {
          const inOrder = pages.flatMap((page) => page.meetings);
          const all = past ? inOrder.toReversed() : inOrder;
          if (all.length === 0) return <p className="empty">{t(past ? 'meetings.noPast' : 'meetings.noComing')}</p>;
          return (
            <>
              <MeetingRows meetings={all} withReplies={coordinates && !past} />
              <MoreButton query={meetings} />
            </>
          );
        }}
      </Answer>
    </>
  );
}

/** [PO11] Times that polls hold until one is chosen; nothing where there are none. */
function HeldTimes({ from }: { from: string }) {
  const { t } = useTranslation();
  const holds = useQuery(queries.holds(from, new Date(Date.parse(from) + 366 * 86_400_000).toISOString()));
  if (!holds.data || holds.data.holds.length === 0) return null;
  return (
    <details className="held-times">
      <summary>{t('poll.heldTimes', { count: holds.data.holds.length })}</summary>
      <ul>
        {holds.data.holds.map((hold) => (
          <li key={`${hold.meetingId} ${hold.startLocal}`}>
            {fullSpan(hold.startInstant, hold.endInstant)}: <span lang="da">{hold.title}</span> ({t('poll.held')}). <Link to={`/moeder/${hold.meetingId}/afstemning`}>{t('poll.goSee')}</Link>
          </li>
        ))}
      </ul>
    </details>
  );
}
