import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { occurrences, validateRule, type Occurrence, type SeriesRule } from './recurrence.js';
import { parseRrule, weekdays, type RruleParts } from './rrule.js';

/**
 * A second opinion: RFC 5545 read naively, day by day, sharing no code with the expansion. For each day it asks whether
 * its period is in the INTERVAL and whether the day is among those the BY parts choose from that period.
 */
function naive(rule: SeriesRule, until: Temporal.PlainDate): string[] {
  const parsed = parseRrule(rule.rrule ?? '');
  if (!parsed.ok) throw new Error(parsed.reason);
  const { parts } = parsed;
  const start = Temporal.PlainDateTime.from(rule.startLocal).toPlainDate();
  const found: string[] = [];
  for (let date = start; Temporal.PlainDate.compare(date, until) < 0; date = date.add({ days: 1 })) {
    const isStart = date.equals(start);
    if (!isStart && !(inInterval(date, start, parts) && chosen(date, start, parts))) continue;
    if (rule.weekParity && !isStart && (date.weekOfYear! % 2 === 0) !== (rule.weekParity === 'even')) continue;
    found.push(`${date.toString()}T${rule.startLocal.slice(11)}`);
    if (found.length === parts.count) break;
  }
  return found;
}

function inInterval(date: Temporal.PlainDate, start: Temporal.PlainDate, { freq, interval, weekStart }: RruleParts): boolean {
  const weekBegin = (day: Temporal.PlainDate) => day.subtract({ days: (day.dayOfWeek - 1 - weekdays.indexOf(weekStart) + 7) % 7 });
  const periods = {
    DAILY: () => start.until(date, { largestUnit: 'days' }).days,
    WEEKLY: () => weekBegin(start).until(weekBegin(date), { largestUnit: 'days' }).days / 7,
    MONTHLY: () => (date.year - start.year) * 12 + date.month - start.month,
    YEARLY: () => date.year - start.year,
  }[freq]();
  return periods % interval === 0;
}

function chosen(date: Temporal.PlainDate, start: Temporal.PlainDate, parts: RruleParts): boolean {
  if (!matches(date, start, parts)) return false;
  if (parts.bySetPos.length === 0) return true;
  const monthly = parts.freq === 'MONTHLY';
  const from = monthly ? date.with({ day: 1 }) : date.with({ month: 1, day: 1 });
  const length = monthly ? date.daysInMonth : date.daysInYear;
  const set = Array.from({ length }, (_, days) => from.add({ days })).filter((day) => matches(day, start, parts));
  const index = set.findIndex((day) => day.equals(date));
  return parts.bySetPos.some((position) => (position > 0 ? position - 1 : set.length + position) === index);
}

function matches(date: Temporal.PlainDate, start: Temporal.PlainDate, parts: RruleParts): boolean {
  const { freq, byDay, byMonth, byMonthDay } = parts;
  if (byMonth.length > 0 && !byMonth.includes(date.month)) return false;
  if (byMonthDay.length > 0) {
    if (!byMonthDay.some((day) => (day > 0 ? day : date.daysInMonth + 1 + day) === date.day)) return false;
  }
  if (byDay.length > 0) {
    const yearly = freq === 'YEARLY' && byMonth.length === 0;
    const day = yearly ? date.dayOfYear : date.day;
    const days = yearly ? date.daysInYear : date.daysInMonth;
    return byDay.some(({ ordinal, weekday }) => {
      if (weekdays.indexOf(weekday) + 1 !== date.dayOfWeek) return false;
      if (ordinal === null) return true;
      return ordinal > 0 ? Math.ceil(day / 7) === ordinal : Math.ceil((days - day + 1) / 7) === -ordinal;
    });
  }
  if (byMonthDay.length > 0) return true;
  if (freq === 'WEEKLY') return date.dayOfWeek === start.dayOfWeek;
  if (freq === 'MONTHLY') return date.day === start.day;
  if (freq === 'YEARLY') return date.day === start.day && (byMonth.length > 0 || date.month === start.month);
  return true;
}

const day = fc.constantFrom(...weekdays);
const dayList = fc.uniqueArray(day, { minLength: 1, maxLength: 4 }).map((days) => days.join(','));
const monthList = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }).map((months) => months.join(','));
const monthDays = fc
  .uniqueArray(fc.integer({ min: -31, max: 31 }).filter((n) => n !== 0), { minLength: 1, maxLength: 3 })
  .map((days) => days.join(','));
const ordinalDays = (largest: number) =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: -largest, max: largest }).filter((n) => n !== 0), day), { minLength: 1, maxLength: 3 })
    .map((days) => days.map(([n, name]) => `${n}${name}`).join(','));
const positions = fc.uniqueArray(fc.integer({ min: -4, max: 4 }).filter((n) => n !== 0), { minLength: 1, maxLength: 2 }).map((n) => n.join(','));
const maybe = (name: string, value: fc.Arbitrary<string>) => fc.option(value, { nil: '' }).map((text) => (text ? `;${name}=${text}` : ''));
const interval = fc.integer({ min: 1, max: 5 }).map((n) => (n === 1 ? '' : `;INTERVAL=${n}`));
const count = fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }).map((n) => (n ? `;COUNT=${n}` : ''));
const concat = (...pieces: fc.Arbitrary<string>[]) => fc.tuple(...pieces).map((texts) => texts.join(''));

const rrule = fc.oneof(
  concat(fc.constant('FREQ=DAILY'), interval, maybe('BYDAY', dayList), maybe('BYMONTH', monthList), maybe('BYMONTHDAY', monthDays), count),
  concat(fc.constant('FREQ=WEEKLY'), interval, maybe('BYDAY', dayList), maybe('BYMONTH', monthList), maybe('WKST', day), count),
  concat(fc.constant('FREQ=MONTHLY'), interval, fc.oneof(maybe('BYDAY', ordinalDays(5)), concat(maybe('BYDAY', dayList), maybe('BYMONTHDAY', monthDays))), maybe('BYMONTH', monthList), count),
  concat(fc.constant('FREQ=MONTHLY'), interval, dayList.map((days) => `;BYDAY=${days}`), positions.map((n) => `;BYSETPOS=${n}`), count),
  concat(fc.constant('FREQ=YEARLY'), interval, fc.oneof(maybe('BYDAY', ordinalDays(5)), concat(maybe('BYDAY', dayList), maybe('BYMONTHDAY', monthDays))), maybe('BYMONTH', monthList), count),
  concat(fc.constant('FREQ=YEARLY'), interval, dayList.map((days) => `;BYDAY=${days}`), monthList.map((n) => `;BYMONTH=${n}`), positions.map((n) => `;BYSETPOS=${n}`), count),
  ordinalDays(52).map((days) => `FREQ=YEARLY;BYDAY=${days}`),
);

const zone = fc.constantFrom('Europe/Copenhagen', 'Atlantic/Faroe', 'America/Nuuk', 'Europe/London', 'UTC', 'Pacific/Auckland');
const startDate = fc.integer({ min: 0, max: 4000 }).map((days) => Temporal.PlainDate.from('2022-01-01').add({ days }));
const clock = fc.tuple(fc.integer({ min: 4, max: 19 }), fc.constantFrom('00', '15', '30', '45')).map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const anyRule: fc.Arbitrary<SeriesRule> = fc
  .record({ date: startDate, time: clock, timeZone: zone, rrule, durationMinutes: fc.integer({ min: 15, max: 2000 }) })
  .map(({ date, time, ...rest }) => ({ ...rest, startLocal: `${date.toString()}T${time}` }));

function windowOf(rule: SeriesRule, fromDays: number, days: number) {
  const start = Temporal.PlainDateTime.from(rule.startLocal).toZonedDateTime(rule.timeZone).toInstant().add({ hours: fromDays * 24 });
  return { start, end: start.add({ hours: days * 24 }) };
}

describe('recurrence, by chance', () => {
  it('[RC5] [RC13] [RC16] agrees with a naive reading of the RFC over six years', () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const until = Temporal.PlainDate.from(rule.startLocal.slice(0, 10)).add({ years: 6 });
        const ids = occurrences(rule, windowOf(rule, -10, 6 * 366 + 20), 20_000).map((item) => item.recurrenceId);
        const last = until.toString();
        expect(ids.filter((id) => id.slice(0, 10) < last)).toEqual(naive(rule, until));
      }),
      { numRuns: 60 },
    );
  });

  it('[RC1] a weekly rule keeps its wall time for ten years', () => {
    const weekly = fc
      .record({ date: startDate, time: clock, timeZone: zone, days: dayList, every: interval })
      .map(({ date, time, timeZone, days, every }): SeriesRule => ({
        startLocal: `${date.toString()}T${time}`, timeZone, rrule: `FREQ=WEEKLY${every};BYDAY=${days}`, durationMinutes: 60,
      }));
    fc.assert(
      fc.property(weekly, (rule) => {
        for (const item of occurrences(rule, windowOf(rule, 0, 3653), 20_000)) {
          const local = item.startInstant.toZonedDateTimeISO(rule.timeZone);
          expect(local.toPlainTime().toString({ smallestUnit: 'minute' })).toBe(rule.startLocal.slice(11));
          expect(item.startLocal).toBe(item.recurrenceId);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('[RC2] a window is the filter of a bigger window', () => {
    const offsets = fc.record({ from: fc.integer({ min: -30, max: 2500 }), days: fc.integer({ min: 0, max: 200 }), minutes: fc.integer({ min: 0, max: 1439 }) });
    fc.assert(
      fc.property(anyRule, offsets, (rule, { from, days, minutes }) => {
        const all = occurrences(rule, windowOf(rule, -100, 3000), 20_000);
        const whole = windowOf(rule, from, days);
        const window = { start: whole.start.add({ minutes }), end: whole.end.add({ minutes }) };
        const expected = all.filter(
          (item) =>
            Temporal.Instant.compare(window.start, window.end) < 0 &&
            Temporal.Instant.compare(item.startInstant, window.end) < 0 &&
            Temporal.Instant.compare(item.endInstant, window.start) > 0,
        );
        expect(occurrences(rule, window, 20_000).map(asText)).toEqual(expected.map(asText));
      }),
      { numRuns: 150 },
    );
  });

  it('[RC3] recurrenceIds are unique and increase with the instants', () => {
    fc.assert(
      fc.property(anyRule, (rule) => {
        const found = occurrences(rule, windowOf(rule, -1, 2000), 20_000);
        for (let i = 1; i < found.length; i += 1) {
          expect(found[i]!.recurrenceId > found[i - 1]!.recurrenceId).toBe(true);
          expect(Temporal.Instant.compare(found[i]!.startInstant, found[i - 1]!.startInstant)).toBe(1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('[RC7] what is excluded disappears and moves nothing', () => {
    fc.assert(
      fc.property(anyRule, fc.array(fc.nat({ max: 40 }), { maxLength: 6 }), (rule, picks) => {
        const all = occurrences(rule, windowOf(rule, -1, 2000), 60);
        const gone = new Set(picks.flatMap((pick) => all[pick]?.recurrenceId ?? []));
        const left = occurrences({ ...rule, excludedDates: [...gone] }, windowOf(rule, -1, 2000), 60);
        const kept = all.filter((item) => !gone.has(item.recurrenceId)).map((item) => item.recurrenceId);
        expect(left.map((item) => item.recurrenceId).slice(0, kept.length)).toEqual(kept);
      }),
      { numRuns: 100 },
    );
  });

  it('[RC14] even weeks are even and odd weeks odd, and none is missed', () => {
    const parityRule = fc
      .record({ date: startDate, days: dayList, weekParity: fc.constantFrom('even' as const, 'odd' as const) })
      .map(({ date, days, weekParity }): SeriesRule => ({
        startLocal: `${date.toString()}T13:00`, timeZone: 'Europe/Copenhagen', rrule: `FREQ=WEEKLY;BYDAY=${days}`, durationMinutes: 60, weekParity,
      }));
    fc.assert(
      fc.property(parityRule, (rule) => {
        const all = occurrences({ ...rule, weekParity: null }, windowOf(rule, 0, 3653), 20_000);
        const inParity = all.filter((item, index) => {
          const even = Temporal.PlainDate.from(item.startLocal.slice(0, 10)).weekOfYear! % 2 === 0;
          return index === 0 || even === (rule.weekParity === 'even');
        });
        expect(occurrences(rule, windowOf(rule, 0, 3653), 20_000).map((item) => item.startLocal)).toEqual(inParity.map((item) => item.startLocal));
      }),
      { numRuns: 10 },
    );
  });

  it('[RC11] [RC12] no text makes validation throw or take more than two seconds', () => {
    const noise = fc.oneof(rrule, fc.string(), concat(rrule, fc.constant(';'), fc.string()), fc.constantFrom(
      'FREQ=DAILY;BYMONTHDAY=-1,-2;COUNT=5', 'FREQ=DAILY;INTERVAL=999;BYMONTHDAY=31;BYMONTH=4', 'FREQ=WEEKLY;BYDAY=MO;INTERVAL=1000',
      'FREQ=DAILY;INTERVAL=7;BYDAY=TU;BYMONTH=2;BYMONTHDAY=29', 'FREQ=YEARLY;BYDAY=53MO', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6',
    ));
    fc.assert(
      fc.property(anyRule, noise, (rule, text) => {
        const started = performance.now();
        const check = validateRule({ ...rule, rrule: text });
        expect(typeof check.ok).toBe('boolean');
        expect(performance.now() - started).toBeLessThan(2000);
      }),
      { numRuns: 200 },
    );
  });
});

function asText({ recurrenceId, startInstant, endInstant }: Occurrence): string {
  return `${recurrenceId} ${startInstant.toString()} ${endInstant.toString()}`;
}
