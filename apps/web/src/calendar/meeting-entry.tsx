import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { MeetingSummary } from '../api/types.js';
import { time } from '../dates.js';

/** Time and title of a meeting; what is not as usual is said in words. */
export function MeetingEntry({ meeting }: { meeting: MeetingSummary }) {
  const { t } = useTranslation();
  const unusual = meeting.state === 'cancelled' || meeting.state === 'draft';
  return (
    <Link to={`/moeder/${meeting.id}`} className={`calendar-meeting calendar-meeting-${meeting.state}`}>
      <span className="calendar-time">{time(meeting.startInstant)}</span> <span lang="da">{meeting.state === 'cancelled' ? <s>{meeting.title}</s> : meeting.title}</span>
      {unusual && <strong> ({t(`meetingState.${meeting.state}`)})</strong>}
    </Link>
  );
}
