import { Link } from 'react-router';
import type { MeetingSummary } from '../api/types.js';
import { fullSpan, inDays } from '../dates.js';
import { StateBadge } from './state-badge.js';

export function MeetingRows({ meetings }: { meetings: readonly MeetingSummary[] }) {
  return (
    <ul className="rows unstyled-list no-max-width">
      {meetings.map((meeting) => (
        <li key={meeting.id} className="row-item row-item-meeting">
          <div>
            <Link to={`/moeder/${meeting.id}`} className="row-title">
              {meeting.title}
            </Link>
            <p>
              {fullSpan(meeting.startInstant, meeting.endInstant)} <span className="quiet">{inDays(meeting.startInstant)}</span>
            </p>
            <p className="quiet">
              {meeting.authorities.map(({ name }) => name).join(', ')}
              {meeting.place && ` · ${meeting.place}`}
            </p>
          </div>
          <StateBadge state={meeting.state} />
        </li>
      ))}
    </ul>
  );
}
