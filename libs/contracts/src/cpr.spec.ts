import { describe, expect, it } from '@jest/globals';
import { containsCpr, cprRanges } from './cpr.js';

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

  it('says where', () => {
    expect(cprRanges('a 010101-1234 b 0202021234')).toEqual([
      { start: 2, end: 13 },
      { start: 16, end: 26 },
    ]);
  });
});
