import { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import { holidayName, isWorkingDay } from '@lib/scheduling/holidays.js';
import type { Ordinal } from '@lib/scheduling/patterns.js';
import { weekdays, type Weekday } from '@lib/scheduling/rrule.js';

/** The days of the story, counted from the moment it was begun, so that it is always fresh. All wall times are Danish. */
export class StoryTime {
  private readonly today: Temporal.PlainDate;

  constructor(readonly begun: Temporal.Instant) {
    this.today = begun.toZonedDateTimeISO(timeZone).toPlainDate();
  }

  /** So many days from today (negative: ago), or the next working day when that is none; `back`: the one before. */
  workday(days: number, towards: 'on' | 'back' = 'on'): Temporal.PlainDate {
    let day = this.today.add({ days });
    while (!isWorkingDay(day)) day = day.add({ days: towards === 'on' ? 1 : -1 });
    return day;
  }

  /**
   * A day of the month (“the fourth Thursday”) that falls on a public holiday within the year to come, and on none from `from`
   * to today: so a monthly series has been held, and asks what to do about one of its meetings.
   */
  dayThatMeetsAHoliday(from: Temporal.PlainDate): { ordinal: Ordinal; day: Weekday } {
    for (let days = 21; days < 360; days += 1) {
      const date = this.today.add({ days });
      const ordinal = Math.ceil(date.day / 7);
      if (date.dayOfWeek > 5 || ordinal > 4 || holidayName(date) === null) continue;
      const slots = Array.from({ length: from.until(this.today, { largestUnit: 'days' }).days + 1 }, (_, n) => from.add({ days: n })).filter((one) => one.dayOfWeek === date.dayOfWeek && Math.ceil(one.day / 7) === ordinal);
      if (slots.every((one) => holidayName(one) === null)) return { ordinal: ordinal as Ordinal, day: weekdayOf(date) };
    }
    return { ordinal: 2, day: 'WE' };
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
