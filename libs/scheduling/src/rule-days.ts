import { civilOf, dayNumber, daysInMonth, isLeapYear, isoWeekday, weekOf } from './civil.js';
import { weekdays, type ByDay, type RruleParts } from './rrule.js';

/**
 * The days a rule chooses, as whole numbers (RFC 5545 §3.3.10). COUNT and UNTIL are not its business, nor is the time of
 * day. A rule is a row of periods (days, weeks, months, years), of which every INTERVAL-th counts; each period gives a
 * set of days, from which BYSETPOS chooses. The period of any day is found by arithmetic, so that a window forty years
 * after the start costs what one beside it costs (rule RC20).
 */
export class RuleDays {
  private readonly weekStart: number;
  private readonly startPeriod: number;
  /** Bit n: ISO weekday n + 1 is named without an ordinal. */
  private readonly plainDays: number;
  private readonly ordinalDays: readonly { ordinal: number; weekday: number }[];
  /** Bit n: month n + 1. */
  private readonly months: number;
  private readonly ordinalsOfYear: boolean;
  private readonly monthDays: readonly number[];
  private readonly byDay: readonly ByDay[];

  constructor(private readonly parts: RruleParts, private readonly start: number) {
    const { freq } = parts;
    const first = civilOf(start);
    this.weekStart = weekdays.indexOf(parts.weekStart) + 1;
    // What the RFC takes from DTSTART is written out: the day, and for a yearly rule the month.
    let { byDay, byMonthDay, byMonth } = parts;
    if (byDay.length === 0 && byMonthDay.length === 0 && parts.byYearDay.length === 0) {
      if (freq === 'WEEKLY' || parts.byWeekNo.length > 0) byDay = [{ ordinal: null, weekday: weekdays[isoWeekday(start) - 1]! }];
      else if (freq === 'MONTHLY' || freq === 'YEARLY') {
        byMonthDay = [first.day];
        if (freq === 'YEARLY' && byMonth.length === 0) byMonth = [first.month];
      }
    }
    this.byDay = byDay;
    this.monthDays = byMonthDay;
    this.months = byMonth.length === 0 ? 0xfff : byMonth.reduce((mask, month) => mask | (1 << (month - 1)), 0);
    this.plainDays = byDay.reduce((mask, { ordinal, weekday }) => (ordinal === null ? mask | (1 << weekdays.indexOf(weekday)) : mask), 0);
    this.ordinalDays = byDay.flatMap(({ ordinal, weekday }) => (ordinal === null ? [] : [{ ordinal, weekday: weekdays.indexOf(weekday) }]));
    this.ordinalsOfYear = freq === 'YEARLY' && parts.byMonth.length === 0;
    this.startPeriod = this.periodOf(start);
  }

  /**
   * Visits the chosen days in order, from `from` on and before `to`, none before the start of the rule, until `meet`
   * answers false. A visitor and no generator: each of its steps would cost more than finding the day.
   *
   * @returns false if `meet` ended it
   */
  visit(from: number, to: number, meet: (day: number) => boolean): boolean {
    const { interval, bySetPos } = this.parts;
    const earliest = Math.max(from, this.start);
    // The period of `earliest`, or the next one that counts.
    let step = Math.max(0, Math.ceil((this.periodOf(earliest) - this.startPeriod) / interval));
    const days: number[] = [];
    for (;; step += 1) {
      const period = this.startPeriod + step * interval;
      if (this.firstDayOf(period) >= to) return true;
      days.length = 0;
      this.fill(period, days);
      const chosen = bySetPos.length === 0 ? days : this.positioned(days);
      for (let n = 0; n < chosen.length; n += 1) {
        const day = chosen[n]!;
        if (day >= to) return true;
        if (day >= earliest && !meet(day)) return false;
      }
    }
  }

  private periodOf(day: number): number {
    switch (this.parts.freq) {
      case 'DAILY':
        return day;
      case 'WEEKLY':
        // Day −3 was a Monday.
        return Math.floor((day + 3 - (this.weekStart - 1)) / 7);
      case 'MONTHLY': {
        const { year, month } = civilOf(day);
        return year * 12 + month - 1;
      }
      case 'YEARLY':
        return civilOf(day).year;
    }
  }

  private firstDayOf(period: number): number {
    switch (this.parts.freq) {
      case 'DAILY':
        return period;
      case 'WEEKLY':
        return period * 7 - 3 + (this.weekStart - 1);
      case 'MONTHLY':
        return dayNumber(Math.floor(period / 12), (period % 12) + 1, 1);
      case 'YEARLY':
        return dayNumber(period, 1, 1);
    }
  }

  private fill(period: number, days: number[]): void {
    switch (this.parts.freq) {
      case 'DAILY':
        if (this.fitsDaily(period)) days.push(period);
        return;
      case 'WEEKLY': {
        const first = this.firstDayOf(period);
        for (let day = first; day < first + 7; day += 1) {
          if ((this.plainDays >> (isoWeekday(day) - 1)) & 1 && this.inMonths(day)) days.push(day);
        }
        return;
      }
      case 'MONTHLY': {
        const year = Math.floor(period / 12);
        const month = (period % 12) + 1;
        if ((this.months >> (month - 1)) & 1) this.fillMonth(year, month, days);
        return;
      }
      case 'YEARLY':
        for (let month = 1; month <= 12; month += 1) {
          if ((this.months >> (month - 1)) & 1) this.fillMonth(period, month, days);
        }
        this.limitYear(period, days);
    }
  }

  private inMonths(day: number): boolean {
    return this.months === 0xfff || ((this.months >> (civilOf(day).month - 1)) & 1) === 1;
  }

  private fitsDaily(day: number): boolean {
    if (this.plainDays !== 0 && ((this.plainDays >> (isoWeekday(day) - 1)) & 1) === 0) return false;
    if (this.months === 0xfff && this.monthDays.length === 0) return true;
    const date = civilOf(day);
    if (((this.months >> (date.month - 1)) & 1) === 0) return false;
    return this.monthDays.length === 0 || ((monthDayMask(this.monthDays, daysInMonth(date.year, date.month)) >>> (date.day - 1)) & 1) === 1;
  }

  /** Days of a month by its days and weekdays, as far as a month decides: bit n is day n + 1. */
  private fillMonth(year: number, month: number, days: number[]): void {
    const length = daysInMonth(year, month);
    const first = dayNumber(year, month, 1);
    let mask = length === 31 ? 0x7fff_ffff : (1 << length) - 1;
    if (this.monthDays.length > 0) mask &= monthDayMask(this.monthDays, length);
    if (this.byDay.length > 0 && !(this.ordinalsOfYear && this.ordinalDays.length > 0)) {
      const firstWeekday = isoWeekday(first) - 1;
      let chosen = 0;
      for (let weekday = 0; weekday < 7; weekday += 1) {
        if ((this.plainDays >> weekday) & 1) chosen |= 0x1020_4081 << ((weekday - firstWeekday + 7) % 7);
      }
      for (const { ordinal, weekday } of this.ordinalDays) {
        const earliest = (weekday - firstWeekday + 7) % 7;
        const many = Math.floor((length - 1 - earliest) / 7) + 1;
        const index = ordinal > 0 ? ordinal - 1 : many + ordinal;
        if (index >= 0 && index < many) chosen |= 1 << (earliest + 7 * index);
      }
      mask &= chosen;
    }
    for (; mask !== 0; mask &= mask - 1) days.push(first + 31 - Math.clz32(mask & -mask));
  }

  /** What only the year decides: BYYEARDAY, BYWEEKNO, and ordinals where no month is named. */
  private limitYear(year: number, days: number[]): void {
    const { byYearDay, byWeekNo } = this.parts;
    const ordinals = this.ordinalsOfYear && this.ordinalDays.length > 0;
    if (byYearDay.length === 0 && byWeekNo.length === 0 && !ordinals) return;
    const length = isLeapYear(year) ? 366 : 365;
    const first = dayNumber(year, 1, 1);
    let kept = 0;
    for (const day of days) {
      const place = day - first + 1;
      if (byYearDay.length > 0 && !byYearDay.some((one) => (one > 0 ? one : length + 1 + one) === place)) continue;
      if (ordinals && !this.hasOrdinal(day, place, length)) continue;
      if (byWeekNo.length > 0) {
        const { week, weeks } = weekOf(day, this.weekStart);
        if (!byWeekNo.some((one) => (one > 0 ? one : weeks + 1 + one) === week)) continue;
      }
      days[kept] = day;
      kept += 1;
    }
    days.length = kept;
  }

  private hasOrdinal(day: number, place: number, length: number): boolean {
    const weekday = isoWeekday(day) - 1;
    if ((this.plainDays >> weekday) & 1) return true;
    return this.ordinalDays.some((one) => {
      if (one.weekday !== weekday) return false;
      return one.ordinal > 0 ? Math.ceil(place / 7) === one.ordinal : Math.ceil((length - place + 1) / 7) === -one.ordinal;
    });
  }

  private positioned(days: readonly number[]): readonly number[] {
    const { bySetPos } = this.parts;
    if (days.length === 0) return days;
    const places = new Set(bySetPos.map((one) => (one > 0 ? one - 1 : days.length + one)));
    return days.filter((_, place) => places.has(place));
  }
}

function monthDayMask(monthDays: readonly number[], length: number): number {
  let mask = 0;
  for (const day of monthDays) {
    const index = day > 0 ? day - 1 : length + day;
    if (index >= 0 && index < length) mask |= 1 << index;
  }
  return mask;
}
