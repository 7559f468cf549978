import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { queries } from '../api/queries.js';
import type { MeetingSummary } from '../api/types.js';
import { fullSpan, inDays, today } from '../dates.js';
import { StateBadge } from '../meetings/state-badge.js';
import { RowReply } from '../people/reply-buttons.js';
import { QuorumLine, ReplyNumbers } from '../people/reply-summary.js';
import { hasNoTime } from '../polls/no-time.js';
import { PreparationOfAll } from '../preparation/preparation-state.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { MoreButton } from '../shell/more-button.js';
import { lateOf } from './late.js';
import './overview.css';

const shownInFourWeeks = 50;
const shownPast = 100;

/** For whoever chases replies, agendas and minutes: the next four weeks, and what earlier meetings still lack. */
export function CoordinatorOverview() {
  return (
    <>
      <FourWeeks />
      <MissingMinutes />
    </>
  );
}

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
          const late = list.filter((meeting) => lateOf(meeting, Date.now()).length > 0).length;
          return (
            <>
              <p className={late > 0 ? 'late-count late-count-some' : 'late-count'}>
                <Icon name={late > 0 ? 'warning' : 'check'} /> {late > 0 ? t('overview.late.count', { count: late }) : t('overview.late.nothing')}
              </p>
              <ul className="rows unstyled-list no-max-width">
                {list.map((meeting) => (
                  <Row key={meeting.id} meeting={meeting} />
                ))}
              </ul>
            </>
          );
        }}
      </Answer>
      <MoreButton query={meetings} />
      <p>
        <Link to="/moeder">{t('overview.allMeetings')}</Link>
      </p>
    </section>
  );
}

/** Meetings of the last three months whose minutes are not approved. Says nothing when there are none. */
function MissingMinutes() {
  const { t } = useTranslation();
  const { start, threeMonthsAgo } = today();
  const past = useInfiniteQuery(queries.meetings({ from: threeMonthsAgo, to: start, limit: shownPast }));
  const list = (past.data?.pages ?? []).flatMap((page) => page.meetings).filter((meeting) => meeting.state !== 'cancelled' && meeting.minutesState !== 'approved');
  if (list.length === 0) return null;
  return (
    <section aria-labelledby="missing-minutes">
      <h2 id="missing-minutes" className="h3">
        {t('overview.missingMinutes')}
      </h2>
      <ul className="rows unstyled-list no-max-width">
        {list.map((meeting) => (
          <Row key={meeting.id} meeting={meeting} isPast />
        ))}
      </ul>
    </section>
  );
}

function Row({ meeting, isPast = false }: { meeting: MeetingSummary; isPast?: boolean }) {
  const { t } = useTranslation();
  const isCancelled = meeting.state === 'cancelled';
  const late = lateOf(meeting, Date.now());
  return (
    <li className="row-item row-item-meeting">
      <div>
        <Link to={`/moeder/${meeting.id}`} className="row-title" lang="da">
          {meeting.title}
        </Link>
        <p>
          {hasNoTime(meeting) ? (
            <Link to={`/moeder/${meeting.id}/afstemning`}>{t('poll.noTime')}</Link>
          ) : (
            <>
              {fullSpan(meeting.startInstant, meeting.endInstant)} <span className="quiet">{inDays(meeting.startInstant)}</span>
            </>
          )}
        </p>
        <p className="quiet" lang="da">
          {meeting.authorities.map(({ name }) => name).join(', ')}
          {meeting.place && ` · ${meeting.place}`}
        </p>
        {late.length > 0 && (
          <ul className="late unstyled-list" aria-label={t('overview.late.heading')}>
            {late.map((what) => (
              <li key={what}>
                <Icon name="warning" /> {t(`overview.late.${what}`, { count: meeting.replies.needsAction })}
              </li>
            ))}
          </ul>
        )}
        {meeting.ownReply === 'needsAction' && <RowReply meeting={meeting} />}
      </div>
      <div className="row-people">
        <StateBadge state={meeting.state} agendaState={meeting.agendaState} endInstant={meeting.endInstant} />
        {!isCancelled && !isPast && (
          <>
            <QuorumLine quorum={meeting.quorum} />
            <ReplyNumbers replies={meeting.replies} />
          </>
        )}
        {!isCancelled && (
          <dl className="work-states">
            {!isPast && (
              <div>
                <dt>{t('overview.agenda')}</dt>
                <dd>{t(`agendaState.${meeting.agendaState}`)}</dd>
              </div>
            )}
            {!isPast && <PreparationOfAll meetingId={meeting.id} />}
            <div>
              <dt>{t('overview.minutes')}</dt>
              <dd>{t(Date.parse(meeting.startInstant) > Date.now() && meeting.minutesState === 'draft' ? 'overview.notYet' : `minutesState.${meeting.minutesState}`)}</dd>
            </div>
          </dl>
        )}
      </div>
    </li>
  );
}
