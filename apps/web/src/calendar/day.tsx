import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Hold, MeetingSummary } from '../api/types.js';
import { timeSpan } from '../dates.js';
import { Icon } from '../shell/icon.js';

export interface Day {
  /** `2026-12-07` */
  date: string;
  holiday: string | null;
  meetings: readonly MeetingSummary[];
  /** Times that polls hold until one is chosen. */
  holds: readonly Hold[];
}

/** The name of a public holiday, in words beside its day. */
export function HolidayName({ day }: { day: Day }) {
  return day.holiday ? (
    <span className="calendar-holiday">
      <Icon name="flag" /> {day.holiday}
    </span>
  ) : null;
}

/** [PO11] What polls hold of a day, each in words as no meeting yet. */
export function Holds({ day, className }: { day: Day; className: string }) {
  const { t } = useTranslation();
  return day.holds.map((hold) => (
    <Link key={`${hold.meetingId} ${hold.startLocal}`} to={`/moeder/${hold.meetingId}/afstemning`} className={className}>
      <span className="calendar-time">{timeSpan(hold.startInstant, hold.endInstant)}</span> <span lang="da">{hold.title}</span> <strong>({t('poll.held')})</strong>
    </Link>
  ));
}
