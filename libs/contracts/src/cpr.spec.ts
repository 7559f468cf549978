import { describe, expect, it } from '@jest/globals';
import { containsCpr, cprBeginnings, cprDigits, cprMask, cprRanges, maskCpr } from './cpr.js';

describe('CPR numbers', () => {
  it.each(['0101011234', '010101-1234', '010101 1234', '(290200-0000)', 'nr.311299–4321.', '010101\u00a01234'])('sees %s', (text) => {
    expect(containsCpr(text)).toBe(true);
  });

  it.each(['3201011234', '0113011234', '290201-1234', '12345678901', 'Sag 2026-014', '000101-1234', 'tlf. 38 29 00 00'])(
    'lets %s through',
    (text) => {
      expect(containsCpr(text)).toBe(false);
    },
  );

  it.each([
    ['full width', '０１０１０１－１２３４'],
    ['of another script', '٠١٠١٠١-١٢٣٤'],
    ['outside the basic plane', '𝟎𝟏𝟎𝟏𝟎𝟏-𝟏𝟐𝟑𝟒'],
    ['of three kinds', '0１𝟎1٠1 1２3𝟒'],
    ['with zero width characters everywhere', [...'0101011234'].join('\u200b')],
    ['with joiners, marks of direction and soft hyphens', [...'010101-1234'].join('\u2060\u202d\u00ad')],
    ['with marks upon them', [...'0101011234'].join('\u0332')],
  ])('[CO80] sees digits %s, and the same number in them', (_how, text) => {
    expect(cprRanges(`æ𝟎 ${text} og mere`)).toEqual([{ start: 4, end: 4 + text.length }]);
    expect(cprDigits(text)).toBe('0101011234');
    expect(maskCpr(`æ𝟎 ${text} og mere`)).toBe(`æ𝟎 ${cprMask} og mere`);
    expect(cprBeginnings(text.slice(0, text.indexOf([...text].at(-1) as string)))).toHaveLength(1);
  });

  it('[CO80] a longer run of digits is none, however it is written', () => {
    for (const text of ['０１０１０１１２３４５', '𝟎0101011234', '0101011234\u200b5']) expect([text, containsCpr(text)]).toEqual([text, false]);
  });

  it('says where', () => {
    expect(cprRanges('a 010101-1234 b 0202021234')).toEqual([
      { start: 2, end: 13 },
      { start: 16, end: 26 },
    ]);
  });
});
