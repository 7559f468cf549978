import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, Navigate } from 'react-router';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { FollowUpList } from '../follow-ups/follow-up-list.js';
import { FilingsWaiting } from '../retention/filings-waiting.js';
import { WaitingReviews } from '../embargo/waiting-reviews.js';
import { PageHeading } from '../shell/page-heading.js';
import { Together } from '../shell/together.js';
import { CoordinatorOverview } from './coordinator-overview.js';
import { LeaderDecisions, LeaderInsight } from './leader-overview.js';
import { MinutesWaiting } from './minutes-waiting.js';
import { ParticipantOverview } from './participant-overview.js';

const shownFollowUps = 5;

export function OverviewPage() {
  const { t } = useTranslation();
  const { role } = useSession().acting;
  const isKnown = useQueryClient().getQueryData(queries.minutesWaiting().queryKey) !== undefined;
  const coordinates = role === 'coordinator';
  // Whoever manages people has nothing to look over but them (AC1).
  if (role === 'administrator') return <Navigate to="/administration" replace />;
  if (role === 'auditor') return <Navigate to="/revision" replace />;
  return (
    <>
      <div className="heading-line">
        <PageHeading title={t('overview.title')} />
        {coordinates && (
          <Link to="/serier/ny" className="button button-primary">
            {t('series.new')}
          </Link>
        )}
      </div>
      <Together isKnown={isKnown}>
        <WaitingReviews />
        <MinutesWaiting />
        <FilingsWaiting />
        {role === 'leader' && (
          <>
            <LeaderDecisions />
            <LeaderInsight />
          </>
        )}
        {coordinates ? (
          <>
            <MyFollowUps />
            <CoordinatorOverview />
          </>
        ) : (
          <ParticipantOverview between={<MyFollowUps />} />
        )}
      </Together>
    </>
  );
}

function MyFollowUps() {
  const { t } = useTranslation();
  const mine = useInfiniteQuery(queries.followUps({ scope: 'mine', open: 'true', limit: shownFollowUps }));
  const list = mine.data?.pages[0]?.followUps ?? [];
  // Whoever owes nothing need not be told so every morning.
  if (list.length === 0) return null;
  return (
    <section aria-labelledby="my-follow-ups">
      <h2 id="my-follow-ups" className="h3">
        {t('overview.myFollowUps')}
      </h2>
      <FollowUpList followUps={list} />
      {mine.data?.pages[0]?.nextCursor && (
        <p>
          <Link to="/opfoelgning">{t('overview.allFollowUps')}</Link>
        </p>
      )}
    </section>
  );
}
