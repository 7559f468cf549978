import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MeetingSummary } from '../api/types.js';
import { fullSpan, inDays } from '../dates.js';
import { RowReply } from '../people/reply-buttons.js';
import { QuorumLine, ReplyNumbers } from '../people/reply-summary.js';
import { hasNoTime } from '../polls/no-time.js';
import { StateBadge } from './state-badge.js';

interface MeetingRowsProps {
  meetings: readonly MeetingSummary[];
  /** Who comes, in numbers, and whether they are enough: for those who chase replies. */
  withReplies?: boolean;
  /** One's own answer only where it is missing. */
  askOnly?: boolean;
}

export function MeetingRows({ meetings, withReplies = false, askOnly = false }: MeetingRowsProps) {
  const { t } = useTranslation();
  return (
    <ul className="rows unstyled-list no-max-width">
      {meetings.map((meeting) => (
        <li key={meeting.id} className="row-item row-item-meeting">
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
            <p className="quiet">
              {meeting.authorities.map(({ name }) => name).join(', ')}
              {meeting.place && ` · ${meeting.place}`}
            </p>
            {(!askOnly || meeting.ownReply === 'needsAction') && <RowReply meeting={meeting} />}
          </div>
          <div className={withReplies ? 'row-people' : undefined}>
            <StateBadge state={meeting.state} agendaState={meeting.agendaState} endInstant={meeting.endInstant} />
            {withReplies && meeting.state !== 'cancelled' && !hasNoTime(meeting) && (
              <>
                <QuorumLine quorum={meeting.quorum} />
                <ReplyNumbers replies={meeting.replies} />
              </>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
