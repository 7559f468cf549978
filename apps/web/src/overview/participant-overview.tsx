import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import type { MeetingSummary } from '../api/types.js';
import { fullSpan, inDays, today } from '../dates.js';
import { MeetingRows } from '../meetings/meeting-rows.js';
import { hasNoTime } from '../polls/no-time.js';
import { RowReply } from '../people/reply-buttons.js';
import { OwnPreparation } from '../preparation/preparation-state.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import './overview.css';

const shownMeetings = 8;

/**
 * For whoever comes to meetings: the next one with what it still needs, and the meetings after it. `between` stands before those.
 */
export function ParticipantOverview({ between }: { between: ReactNode }) {
  const { t } = useTranslation();
  const meetings = useInfiniteQuery(queries.meetings({ from: today().start, limit: shownMeetings }));
  return (
    <Answer query={meetings} lines={6}>
      {({ pages }) => {
        // What was over earlier today is not what comes next; one that runs late is.
        const list = (pages[0]?.meetings ?? []).filter((one) => Date.parse(one.endInstant) > Date.now() || one.agendaState === 'inSession');
        const next = list.find((one) => one.state !== 'cancelled' && !hasNoTime(one));
        const later = list.filter((one) => one !== next);
        const hasMore = Boolean(pages[0]?.nextCursor);
        return (
          <>
            <section className="next-meeting" aria-labelledby="next-meeting">
              <h2 id="next-meeting" className="h3">
                {t('overview.nextMeeting')}
              </h2>
              {next ? <NextMeeting meeting={next} /> : !hasMore && <p>{t('overview.noMeetings')}</p>}
            </section>
            {between}
            {(later.length > 0 || hasMore) && (
              <section aria-labelledby="later-meetings">
                <h2 id="later-meetings" className="h3">
                  {t('overview.laterMeetings')}
                </h2>
                <MeetingRows meetings={later} />
                {hasMore && (
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
  const { t } = useTranslation();
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
      {meeting.place && (
        <p className="quiet" lang="da">
          {meeting.place}
        </p>
      )}
      <p className="next-preparation">
        <Icon name={meeting.agendaState === 'building' ? 'time' : 'check'} />{' '}
        {meeting.agendaState === 'building' ? t('overview.agendaComing') : <Link to={`/moeder/${meeting.id}`}>{t(meeting.agendaState === 'published' ? 'overview.agendaReady' : 'overview.agendaRunning')}</Link>}
      </p>
      <OwnPreparation meetingId={meeting.id} />
      <RowReply meeting={meeting} />
    </>
  );
}
