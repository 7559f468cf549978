import type { MeetingSummary } from '../api/types.js';
import { Icon } from '../shell/icon.js';

export interface Day {
  /** `2026-12-07` */
  date: string;
  holiday: string | null;
  meetings: readonly MeetingSummary[];
}

/** The name of a public holiday, in words beside its day. */
export function HolidayName({ day }: { day: Day }) {
  return day.holiday ? (
    <span className="calendar-holiday">
      <Icon name="flag" /> {day.holiday}
    </span>
  ) : null;
}
