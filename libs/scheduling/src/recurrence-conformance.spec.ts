import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { occurrences, validateRule, type SeriesRule } from './recurrence.js';

/**
 * RFC 5545 §3.8.5.3 as facts: the rule, its first day, and the days that its occurrences fall on. All begin at 09.00 in
 * America/New_York. Days of one month share a line: `1997-09: 2 3 4`. A list that the RFC breaks off with «…» is
 * compared as far as it goes.
 */
const table: readonly (readonly [name: string, first: string, rrule: string, days: string, goesOn?: 'goesOn'])[] = [
  ['daily for 10 occurrences', '1997-09-02', 'FREQ=DAILY;COUNT=10', '1997-09: 2 3 4 5 6 7 8 9 10 11'],
  ['every other day', '1997-09-02', 'FREQ=DAILY;INTERVAL=2', '1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; 1997-10: 2 4 6', 'goesOn'],
  ['every 10 days, 5 occurrences', '1997-09-02', 'FREQ=DAILY;INTERVAL=10;COUNT=5', '1997-09: 2 12 22; 1997-10: 2 12'],
  ['weekly for 10 occurrences', '1997-09-02', 'FREQ=WEEKLY;COUNT=10', '1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4'],
  ['weekly until 24 December 1997', '1997-09-02', 'FREQ=WEEKLY;UNTIL=19971224T000000Z', '1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4 11 18 25; 1997-12: 2 9 16 23'],
  ['every other week', '1997-09-02', 'FREQ=WEEKLY;INTERVAL=2;WKST=SU', '1997-09: 2 16 30; 1997-10: 14 28; 1997-11: 11 25; 1997-12: 9 23; 1998-01: 6 20; 1998-02: 3 17', 'goesOn'],
  ['weekly on Tuesday and Thursday for five weeks', '1997-09-02', 'FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH', '1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2'],
  ['the same by number', '1997-09-02', 'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH', '1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2'],
  ['every other week on three days until Christmas', '1997-09-01', 'FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR',
    '1997-09: 1 3 5 15 17 19 29; 1997-10: 1 3 13 15 17 27 29 31; 1997-11: 10 12 14 24 26 28; 1997-12: 8 10 12 22'],
  ['every other week on Tuesday and Thursday', '1997-09-02', 'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH', '1997-09: 2 4 16 18 30; 1997-10: 2 14 16'],
  ['monthly on the first Friday, 10 times', '1997-09-05', 'FREQ=MONTHLY;COUNT=10;BYDAY=1FR', '1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5; 1998-01: 2; 1998-02: 6; 1998-03: 6; 1998-04: 3; 1998-05: 1; 1998-06: 5'],
  ['monthly on the first Friday until Christmas', '1997-09-05', 'FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR', '1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5'],
  ['every other month on the first and last Sunday', '1997-09-07', 'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU', '1997-09: 7 28; 1997-11: 2 30; 1998-01: 4 25; 1998-03: 1 29; 1998-05: 3 31'],
  ['the second to last Monday, six months', '1997-09-22', 'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', '1997-09: 22; 1997-10: 20; 1997-11: 17; 1997-12: 22; 1998-01: 19; 1998-02: 16'],
  ['the third to last day of the month', '1997-09-28', 'FREQ=MONTHLY;BYMONTHDAY=-3', '1997-09: 28; 1997-10: 29; 1997-11: 28; 1997-12: 29; 1998-01: 29; 1998-02: 26', 'goesOn'],
  ['the 2nd and 15th, 10 times', '1997-09-02', 'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15', '1997-09: 2 15; 1997-10: 2 15; 1997-11: 2 15; 1997-12: 2 15; 1998-01: 2 15'],
  ['the first and last day, 10 times', '1997-09-30', 'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1', '1997-09: 30; 1997-10: 1 31; 1997-11: 1 30; 1997-12: 1 31; 1998-01: 1 31; 1998-02: 1'],
  ['every 18 months on the 10th to the 15th', '1997-09-10', 'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15', '1997-09: 10 11 12 13 14 15; 1999-03: 10 11 12 13'],
  ['every Tuesday, every other month', '1997-09-02', 'FREQ=MONTHLY;INTERVAL=2;BYDAY=TU', '1997-09: 2 9 16 23 30; 1997-11: 4 11 18 25; 1998-01: 6 13 20 27; 1998-03: 3 10 17 24 31', 'goesOn'],
  ['yearly in June and July, 10 times', '1997-06-10', 'FREQ=YEARLY;COUNT=10;BYMONTH=6,7', '1997-06: 10; 1997-07: 10; 1998-06: 10; 1998-07: 10; 1999-06: 10; 1999-07: 10; 2000-06: 10; 2000-07: 10; 2001-06: 10; 2001-07: 10'],
  ['every other year in January to March', '1997-03-10', 'FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3', '1997-03: 10; 1999-01: 10; 1999-02: 10; 1999-03: 10; 2001-01: 10; 2001-02: 10; 2001-03: 10; 2003-01: 10; 2003-02: 10; 2003-03: 10'],
  ['every third year on the 1st, 100th and 200th day', '1997-01-01', 'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200', '1997-01: 1; 1997-04: 10; 1997-07: 19; 2000-01: 1; 2000-04: 9; 2000-07: 18; 2003-01: 1; 2003-04: 10; 2003-07: 19; 2006-01: 1'],
  ['every 20th Monday of the year', '1997-05-19', 'FREQ=YEARLY;BYDAY=20MO', '1997-05: 19; 1998-05: 18; 1999-05: 17', 'goesOn'],
  ['Monday of week 20', '1997-05-12', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', '1997-05: 12; 1998-05: 11; 1999-05: 17', 'goesOn'],
  ['every Thursday in March', '1997-03-13', 'FREQ=YEARLY;BYMONTH=3;BYDAY=TH', '1997-03: 13 20 27; 1998-03: 5 12 19 26; 1999-03: 4 11 18 25', 'goesOn'],
  ['every Thursday of the summer', '1997-06-05', 'FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8',
    '1997-06: 5 12 19 26; 1997-07: 3 10 17 24 31; 1997-08: 7 14 21 28; 1998-06: 4 11 18 25; 1998-07: 2 9 16 23 30; 1998-08: 6 13 20 27', 'goesOn'],
  ['Saturday after the first Sunday', '1997-09-13', 'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13', '1997-09: 13; 1997-10: 11; 1997-11: 8; 1997-12: 13; 1998-01: 10; 1998-02: 7; 1998-03: 7; 1998-04: 11; 1998-05: 9; 1998-06: 13', 'goesOn'],
  ['the day of the U.S. presidential election', '1996-11-05', 'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8', '1996-11: 5; 2000-11: 7; 2004-11: 2', 'goesOn'],
  ['the third of Tuesday, Wednesday and Thursday', '1997-09-04', 'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '1997-09: 4; 1997-10: 7; 1997-11: 6'],
  ['the second to last weekday', '1997-09-29', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2', '1997-09: 29; 1997-10: 30; 1997-11: 27; 1997-12: 30; 1998-01: 29; 1998-02: 26; 1998-03: 30', 'goesOn'],
  ['weeks that begin on Monday', '1997-08-05', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997-08: 5 10 19 24'],
  ['weeks that begin on Sunday', '1997-08-05', 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997-08: 5 17 19 31'],
  ['an invalid date is left out', '2007-01-15', 'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5', '2007-01: 15 30; 2007-02: 15; 2007-03: 15 30'],
];

function daysOf(text: string): string[] {
  return text.split('; ').flatMap((line) => {
    const [month = '', days = ''] = line.split(': ');
    return days.split(' ').map((day) => `${month}-${day.padStart(2, '0')}T09:00`);
  });
}

function rule(first: string, rrule: string, changes: Partial<SeriesRule> = {}): SeriesRule {
  return { startLocal: `${first}T09:00`, timeZone: 'America/New_York', rrule, durationMinutes: 60, ...changes };
}

const century = { start: Temporal.Instant.from('1970-01-01T00:00Z'), end: Temporal.Instant.from('2070-01-01T00:00Z') };
const found = (one: SeriesRule, limit = 500) => occurrences(one, century, limit).map((item) => item.startLocal);

describe('the examples of RFC 5545', () => {
  it.each(table)('[RC11] %s', (...[, first, rrule, days, goesOn]) => {
    const expected = daysOf(days);
    const one = rule(first, rrule);
    expect(validateRule(one)).toEqual({ ok: true, startInRule: true });
    expect(found(one, goesOn ? expected.length : expected.length + 1)).toEqual(expected);
  });

  it('[RC11] every Friday the 13th; the start is none, and is taken out', () => {
    const one = rule('1997-09-02', 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', { excludedDates: ['1997-09-02T09:00'] });
    expect(found(one, 5)).toEqual(daysOf('1998-02: 13; 1998-03: 13; 1998-11: 13; 1999-08: 13; 2000-10: 13'));
  });

  it('[RC11] daily until Christmas, and every day in January for three years, by day and by year', () => {
    const daily = found(rule('1997-09-02', 'FREQ=DAILY;UNTIL=19971224T000000Z'));
    expect([daily.length, daily.at(-1)]).toEqual([113, '1997-12-23T09:00']);
    const byYear = found(rule('1998-01-01', 'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA'));
    const byDay = found(rule('1998-01-01', 'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1'));
    expect([byYear.length, byYear[31], byYear.at(-1)]).toEqual([93, '1999-01-01T09:00', '2000-01-31T09:00']);
    expect(byDay).toEqual(byYear);
  });

  it('[RC1] the offset follows the wall: EDT to EST on 26 October 1997', () => {
    const instants = occurrences(rule('1997-09-02', 'FREQ=WEEKLY;COUNT=10'), century).map((item) => item.startInstant.toString());
    expect([instants[7], instants[8]]).toEqual(['1997-10-21T13:00:00Z', '1997-10-28T14:00:00Z']);
  });

  it('[RC11] what hours and minutes repeat more often than daily stays outside', () => {
    for (const rrule of ['FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z', 'FREQ=MINUTELY;INTERVAL=15;COUNT=6', 'FREQ=DAILY;BYHOUR=9,10,11,12;BYMINUTE=0,20,40']) {
      expect(validateRule(rule('1997-09-02', rrule))).toEqual({ ok: false, reason: 'moreOftenThanDaily' });
    }
  });
});

/** What calendars in this field write, and what they are known to get wrong. */
const field: readonly (readonly [name: string, first: string, rrule: string, days: string])[] = [
  ['week 1 begins in December', '2026-12-28', 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=2', '2026-12: 28; 2032-12: 27'],
  ['the last week of the year has 52 or 53', '2026-12-31', 'FREQ=YEARLY;BYWEEKNO=-1;BYDAY=TH;COUNT=3', '2026-12: 31; 2027-12: 30; 2028-12: 28'],
  ['week 8 without a weekday is on that of the start', '2026-02-18', 'FREQ=YEARLY;BYWEEKNO=8;COUNT=3', '2026-02: 18; 2027-02: 24; 2028-02: 23'],
  ['the last day of the year', '2027-12-31', 'FREQ=YEARLY;BYYEARDAY=-1;COUNT=3', '2027-12: 31; 2028-12: 31; 2029-12: 31'],
  ['day 366 is only in leap years', '2024-12-31', 'FREQ=YEARLY;BYYEARDAY=366;COUNT=2', '2024-12: 31; 2028-12: 31'],
  ['the first working day of the week', '2026-01-05', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1;COUNT=3', '2026-01: 5 12 19'],
  ['the last of three days a week', '2026-01-07', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE;BYSETPOS=-1;COUNT=3', '2026-01: 7 21; 2026-02: 4'],
  ['the first Monday, if it is the 2nd to the 4th', '2026-02-02', 'FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=2,3,4;COUNT=4', '2026-02: 2; 2026-03: 2; 2026-05: 4; 2026-08: 3'],
  ['29 February', '2024-02-29', 'FREQ=YEARLY;COUNT=3', '2024-02: 29; 2028-02: 29; 2032-02: 29'],
  ['the fifth Monday, where there is one', '2026-03-30', 'FREQ=MONTHLY;BYDAY=5MO;COUNT=4', '2026-03: 30; 2026-06: 29; 2026-08: 31; 2026-11: 30'],
];

describe('what calendars write', () => {
  it.each(field)('[RC11] [RC16] %s', (...[, first, rrule, days]) => {
    const expected = daysOf(days);
    expect(found(rule(first, rrule, { timeZone: 'Europe/Copenhagen' }), expected.length + 1)).toEqual(expected);
  });

  it('[RC9] every day of 2026 and 2027 at every half hour: no wall time is lost, and none is met twice', () => {
    const years = { start: Temporal.Instant.from('2025-12-31T23:00Z'), end: Temporal.Instant.from('2027-12-31T23:00Z') };
    for (let minutes = 0; minutes < 1440; minutes += 30) {
      const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${minutes % 60 === 0 ? '00' : '30'}`;
      const daily: SeriesRule = { startLocal: `2026-01-01T${clock}`, timeZone: 'Europe/Copenhagen', rrule: 'FREQ=DAILY', durationMinutes: 15, inClockChange: 'shift' };
      const all = occurrences(daily, years);
      expect(all).toHaveLength(730);
      // In the night of 29 March 2026 and of 28 March 2027 the clock goes from 02.00 to 03.00.
      const elsewhere = all.filter((item) => item.startLocal !== item.recurrenceId).map((item) => `${item.recurrenceId} ${item.startLocal.slice(11)}`);
      const gap = clock.startsWith('02');
      expect(elsewhere).toEqual(gap ? [`2026-03-29T${clock} 03${clock.slice(2)}`, `2027-03-28T${clock} 03${clock.slice(2)}`] : []);
      expect(occurrences({ ...daily, inClockChange: 'skip' }, years)).toHaveLength(gap ? 728 : 730);
      // 02.00–03.00 comes twice on 25 October 2026 and 31 October 2027: the first, in summer time, is the one.
      const autumn = all.filter((item) => /^(2026-10-25|2027-10-31)/.test(item.recurrenceId)).map((item) => item.startInstant.toZonedDateTimeISO('Europe/Copenhagen').offset);
      expect(autumn).toEqual(clock < '03' ? ['+02:00', '+02:00'] : ['+01:00', '+01:00']);
    }
  });
});
