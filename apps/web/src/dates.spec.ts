import { afterEach, describe, expect, it } from '@jest/globals';
import { dayAndMonth, dayAndTime, dayOfMonth, fullSpan, inDays, localDayAndTime, localTime, monthNames, plainDate, time, weekdayNames } from './dates.js';
import { setCurrentLanguage } from './i18n/language.js';
import { allOf, anyOf, inOrder, lowerCase } from './i18n/order.js';

afterEach(() => setCurrentLanguage('da'));

const start = '2026-12-07T12:00:00Z';
const end = '2026-12-07T13:30:00Z';
const inBoth = <T>(say: () => T): [T, T] => {
  setCurrentLanguage('da');
  const danish = say();
  setCurrentLanguage('en');
  return [danish, say()];
};

describe('[I18N8] dates', () => {
  it('are written as each language writes them, always in Danish time', () => {
    expect(inBoth(() => fullSpan(start, end))).toEqual(['mandag 7. december 2026 kl.\u00a013.00–14.30 (uge\u00a050)', 'Monday 7 December 2026, 13:00–14:30 (week\u00a050)']);
    expect(inBoth(() => dayAndTime('2026-07-07T22:30:00Z'))).toEqual(['onsdag 8. juli 2026 kl.\u00a000.30', 'Wednesday 8 July 2026, 00:30']);
    expect(inBoth(() => time(start))).toEqual(['13.00', '13:00']);
    expect(inBoth(() => plainDate('2026-03-01'))).toEqual(['søndag 1. marts 2026', 'Sunday 1 March 2026']);
    expect(inBoth(() => localTime('2026-12-07T13:05'))).toEqual(['kl.\u00a013.05', '13:05']);
    expect(inBoth(() => localDayAndTime('2026-12-07T13:05'))).toEqual(['mandag 7. december 2026 kl.\u00a013.05', 'Monday 7 December 2026, 13:05']);
    expect(inBoth(() => `${dayOfMonth('2026-12-07')} ${dayAndMonth('2026-12-07')}`)).toEqual(['7. 7. december', '7 7 December']);
  });

  it('write an end on another day in full', () => {
    const late = '2026-12-07T23:30:00Z';
    expect(inBoth(() => fullSpan(start, late))).toEqual([
      'mandag 7. december 2026 kl.\u00a013.00–tirsdag 8. december 2026 kl.\u00a000.30 (uge\u00a050)',
      'Monday 7 December 2026, 13:00–Tuesday 8 December 2026, 00:30 (week\u00a050)',
    ]);
  });

  it('say how far away they are, and name days and months', () => {
    const now = new Date('2026-12-06T12:00:00Z');
    expect(inBoth(() => inDays(start, now))).toEqual(['i morgen', 'tomorrow']);
    expect(inBoth(() => inDays('2026-12-11T12:00:00Z', now))).toEqual(['om 5 dage', 'in 5 days']);
    expect(inBoth(() => [weekdayNames()[0], monthNames()[4]])).toEqual([['mandag', 'maj'], ['Monday', 'May']]);
  });
});

describe('[I18N8] order and lists', () => {
  it('follow the alphabet of the language', () => {
    expect(inBoth(() => ['Ærø', 'Åbenrå', 'Odense', 'Øster', 'Allerød'].toSorted(inOrder))).toEqual([
      ['Allerød', 'Odense', 'Ærø', 'Øster', 'Åbenrå'],
      ['Åbenrå', 'Ærø', 'Allerød', 'Odense', 'Øster'],
    ]);
  });

  it('join words with its own “and” and “or”', () => {
    expect(inBoth(() => allOf(['a', 'b', 'c']))).toEqual(['a, b og c', 'a, b and c']);
    expect(inBoth(() => anyOf(['a', 'b']))).toEqual(['a eller b', 'a or b']);
    expect(inBoth(() => lowerCase('ÅBEN'))).toEqual(['åben', 'åben']);
  });
});
