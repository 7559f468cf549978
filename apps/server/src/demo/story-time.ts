import { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import { weekdays, type Weekday } from '@lib/scheduling/rrule.js';

/** The days of the story, counted from the moment it was begun, so that it is always fresh. All wall times are Danish. */
export class StoryTime {
  private readonly today: Temporal.PlainDate;

  constructor(readonly begun: Temporal.Instant) {
    this.today = begun.toZonedDateTimeISO(timeZone).toPlainDate();
  }

  /** So many days from today (negative: ago), or the next Monday when that is in a weekend; `back`: the Friday before. */
  workday(days: number, towards: 'on' | 'back' = 'on'): Temporal.PlainDate {
    let day = this.today.add({ days });
    while (day.dayOfWeek > 5) day = day.add({ days: towards === 'on' ? 1 : -1 });
    return day;
  }

  /** The last whole working hour that has begun: where a meeting that is in session began. */
  lastHour(): Temporal.ZonedDateTime {
    const now = this.begun.toZonedDateTimeISO(timeZone);
    const isAtWork = now.dayOfWeek <= 5 && now.hour >= 9;
    const day = isAtWork ? this.today : this.workday(-1, 'back');
    return day.toZonedDateTime({ timeZone, plainTime: { hour: isAtWork ? Math.min(now.hour, 14) : 14 } });
  }
}

export const at = (day: Temporal.PlainDate, time: string): Temporal.Instant => day.toZonedDateTime({ timeZone, plainTime: time }).toInstant();
export const weekdayOf = (day: Temporal.PlainDate): Weekday => weekdays[day.dayOfWeek - 1]!;
export const dayOf = (instant: Temporal.Instant): Temporal.PlainDate => instant.toZonedDateTimeISO(timeZone).toPlainDate();
