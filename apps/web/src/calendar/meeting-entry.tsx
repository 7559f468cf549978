import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MeetingSummary } from '../api/types.js';
import { time } from '../dates.js';
import { MoveButton } from './move-button.js';
import { entryClass, useMoving } from './moving.js';

/** Time and title of a meeting; what is not as usual is said in words. */
export function MeetingEntry({ meeting }: { meeting: MeetingSummary }) {
  const { t } = useTranslation();
  const moving = useMoving();
  const unusual = meeting.state === 'cancelled' || meeting.state === 'draft';
  return (
    <div className={`calendar-meeting calendar-meeting-${meeting.state} ${entryClass(moving, meeting)}`} {...moving.card(meeting)}>
      <Link to={`/moeder/${meeting.id}`} draggable={false}>
        <span className="calendar-time">{time(meeting.startInstant)}</span> <span lang="da">{meeting.state === 'cancelled' ? <s>{meeting.title}</s> : meeting.title}</span>
        {unusual && <strong> ({t(`meetingState.${meeting.state}`)})</strong>}
      </Link>
      <MoveButton meeting={meeting} isHandle />
    </div>
  );
}
