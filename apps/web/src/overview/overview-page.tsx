import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import { useSession } from '../api/session.js';
import type { MeetingSummary } from '../api/types.js';
import { fullSpan, inDays, today } from '../dates.js';
import { DecisionRows } from '../decisions/decision-rows.js';
import { FollowUpList } from '../follow-ups/follow-up-list.js';
import { MeetingRows } from '../meetings/meeting-rows.js';
import { RowReply } from '../people/reply-buttons.js';
import { Answer } from '../shell/answer.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { MinutesWaiting } from './minutes-waiting.js';

const shownMeetings = 8;
const shownInFourWeeks = 50;
const shownDecisions = 10;
const shownFollowUps = 5;

export function OverviewPage() {
  const { t } = useTranslation();
  const { role } = useSession().acting;
  const coordinates = role === 'coordinator';
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
      <MinutesWaiting />
      {role === 'leader' && <LeaderDecisions />}
      {coordinates ? (
        <>
          <MyFollowUps />
          <FourWeeks />
        </>
      ) : (
        <NextMeetings between={<MyFollowUps />} />
      )}
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

/** For whoever chases replies: the next four weeks, who comes and who is missing. */
function FourWeeks() {
  const { t } = useTranslation();
  const { start, inFourWeeks } = today();
  const meetings = useInfiniteQuery(queries.meetings({ from: start, to: inFourWeeks, limit: shownInFourWeeks }));
  const any = useInfiniteQuery(queries.meetings({ from: start, limit: 1 }));
  return (
    <section aria-labelledby="four-weeks">
      <h2 id="four-weeks" className="h3">
        {t('overview.fourWeeks')}
      </h2>
      <Answer query={meetings} lines={6}>
        {({ pages }) => {
          const list = pages.flatMap((page) => page.meetings);
          if (list.length === 0) return <p className="empty">{t(any.data?.pages[0]?.meetings.length ? 'overview.noneInFourWeeks' : 'overview.noMeetingsCoordinator')}</p>;
          return <MeetingRows meetings={list} withReplies askOnly />;
        }}
      </Answer>
      <MoreButton query={meetings} />
      <p>
        <Link to="/moeder">{t('overview.allMeetings')}</Link>
      </p>
    </section>
  );
}

/** The next meeting with what it still needs from me, what I owe, and the meetings after it. */
function NextMeetings({ between }: { between: ReactNode }) {
  const { t } = useTranslation();
  const meetings = useInfiniteQuery(queries.meetings({ from: today().start, limit: shownMeetings }));
  return (
    <Answer query={meetings} lines={6}>
      {({ pages }) => {
        const list = pages[0]?.meetings ?? [];
        const next = list.find(({ state }) => state !== 'cancelled');
        const later = list.filter((one) => one !== next);
        return (
          <>
            <section className="next-meeting" aria-labelledby="next-meeting">
              <h2 id="next-meeting" className="h3">
                {t('overview.nextMeeting')}
              </h2>
              {next ? <NextMeeting meeting={next} /> : <p>{t('overview.noMeetings')}</p>}
            </section>
            {between}
            {later.length > 0 && (
              <section aria-labelledby="later-meetings">
                <h2 id="later-meetings" className="h3">
                  {t('overview.laterMeetings')}
                </h2>
                <MeetingRows meetings={later} />
                {pages[0]?.nextCursor && (
                  <p>
                    <Link to="/moeder">{t('overview.allMeetings')}</Link>
                  </p>
                )}
              </section>
            )}
          </>
        );
      }}
    </Answer>
  );
}

function NextMeeting({ meeting }: { meeting: MeetingSummary }) {
  return (
    <>
      <p>
        <Link to={`/moeder/${meeting.id}`} className="row-title" lang="da">
          {meeting.title}
        </Link>
      </p>
      <p>
        {fullSpan(meeting.startInstant, meeting.endInstant)} <span className="quiet">{inDays(meeting.startInstant)}</span>
      </p>
      {meeting.place && <p className="quiet">{meeting.place}</p>}
      <RowReply meeting={meeting} />
    </>
  );
}

function LeaderDecisions() {
  const { t } = useTranslation();
  const own = useSession().acting.authority;
  const waiting = useInfiniteQuery(queries.decisions({ state: 'recorded', authorityId: own.id, limit: shownDecisions }));
  return (
    <section aria-labelledby="waiting-decisions">
      <h2 id="waiting-decisions" className="h3">
        {t('overview.waiting')}
      </h2>
      <Answer query={waiting} lines={4}>
        {({ pages }) => {
          const list = pages[0]?.decisions ?? [];
          if (list.length === 0) return <p className="empty">{t('overview.nothingWaiting', { authority: own.name })}</p>;
          return (
            <>
              <DecisionRows decisions={list} />
              {pages[0]?.nextCursor && (
                <p>
                  <Link to={`/beslutninger?tilstand=recorded&myndighed=${encodeURIComponent(own.id)}`}>{t('overview.allWaiting')}</Link>
                </p>
              )}
            </>
          );
        }}
      </Answer>
    </section>
  );
}
