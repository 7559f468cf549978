import { Temporal } from 'temporal-polyfill';
import { InvalidPlanInput, planWeekdays, type Cadence, type PlanDate, type PlanStretch } from './year-plan.js';

/** Up to 64 weeks as bits: `lo` has the first 32. */
export interface Weeks {
  lo: number;
  hi: number;
}

export function bitCount(lo: number, hi: number): number {
  return count32(lo) + count32(hi);
}

function count32(bits: number): number {
  let v = bits - ((bits >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function setWeek(weeks: Weeks, week: number): void {
  if (week < 32) weeks.lo |= 1 << week;
  else weeks.hi |= 1 << (week - 32);
}

export function hasWeek({ lo, hi }: Weeks, week: number): boolean {
  return ((week < 32 ? lo >>> week : hi >>> (week - 32)) & 1) === 1;
}

/** The days of a plan, counted from its first Monday; only Monday to Friday have a place in it. */
export class PlanCalendar {
  readonly weeks: number;
  private readonly first: Temporal.PlainDate;
  /** Month (counted from year 0) and ordinal of its weekday, by day number. */
  private readonly months: { month: number; ordinal: number }[] = [];
  private readonly texts: PlanDate[] = [];

  /** @throws InvalidPlanInput for a first day that is no Monday, or more than 64 weeks */
  constructor(firstDay: PlanDate, weeks: number) {
    this.first = parse(firstDay);
    if (this.first.dayOfWeek !== 1) throw new InvalidPlanInput('firstDay is no Monday');
    if (!Number.isInteger(weeks) || weeks < 1 || weeks > 64) throw new InvalidPlanInput('weeks must be 1 to 64');
    this.weeks = weeks;
    for (let day = 0; day < weeks * 7; day += 1) {
      const date = this.first.add({ days: day });
      this.months.push({ month: date.year * 12 + date.month - 1, ordinal: Math.ceil(date.day / 7) });
      this.texts.push(date.toString());
    }
  }

  /** Days after the first one; may lie outside the plan. */
  dayOf(date: PlanDate): number {
    return this.first.until(parse(date), { largestUnit: 'days' }).days;
  }

  /** @param weekday 0 is Monday */
  date(week: number, weekday: number): PlanDate {
    return this.texts[week * 7 + weekday]!;
  }

  /** Month of a day, to be compared with others. */
  month(week: number, weekday: number): number {
    return this.months[week * 7 + weekday]!.month;
  }

  /** Weeks in which a weekday (0 is Monday) falls into any of the stretches. */
  weeksWithin(stretches: readonly PlanStretch[], weekday: number): Weeks {
    const found = { lo: 0, hi: 0 };
    for (const { from, to } of stretches) {
      const last = Math.min(this.dayOf(to), this.weeks * 7 - 1);
      for (let week = Math.max(0, Math.ceil((this.dayOf(from) - weekday) / 7)); week * 7 + weekday <= last; week += 1) setWeek(found, week);
    }
    return found;
  }

  /** Every phase of a cadence on one weekday (0 is Monday), with the weeks it meets in, closed days included. */
  patterns(cadence: Cadence, weekday: number): { phase: number; ordinal?: number; date?: PlanDate; weeks: Weeks }[] {
    if (cadence.every === 'week') {
      return range(cadence.interval).map((phase) => ({ phase, weeks: this.where((week) => week % cadence.interval === phase) }));
    }
    if (cadence.every === 'month') {
      const firstMonth = this.months[0]!.month;
      return range(cadence.interval).flatMap((phase) =>
        range(4).map((n) => ({
          phase,
          ordinal: n + 1,
          weeks: this.where((week) => {
            const { month, ordinal } = this.months[week * 7 + weekday]!;
            return ordinal === n + 1 && (month - firstMonth) % cadence.interval === phase;
          }),
        })),
      );
    }
    const [from, to] = [this.dayOf(cadence.from), this.dayOf(cadence.to)];
    return range(this.weeks)
      .filter((week) => from <= week * 7 + weekday && week * 7 + weekday <= to)
      .map((week) => ({ phase: 0, date: this.date(week, weekday), weeks: this.where((one) => one === week) }));
  }

  private where(chosen: (week: number) => boolean): Weeks {
    const weeks = { lo: 0, hi: 0 };
    for (let week = 0; week < this.weeks; week += 1) if (chosen(week)) setWeek(weeks, week);
    return weeks;
  }
}

/** Meetings a year of so many weeks has by its cadence, a fraction for months. */
export function meetingsOf(cadence: Cadence, weeks: number): number {
  if (cadence.every === 'week') return weeks / cadence.interval;
  return cadence.every === 'month' ? (weeks * 12 * 7) / 365.25 / cadence.interval : 1;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

export const weekdayCount = planWeekdays.length;

function parse(date: PlanDate): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(date, { overflow: 'reject' });
  } catch {
    throw new InvalidPlanInput(`no date: ${date.slice(0, 20)}`);
  }
}
