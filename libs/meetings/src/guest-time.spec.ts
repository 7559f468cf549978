import { describe, expect, it } from '@jest/globals';
import { coverOf, losesBy } from './guest-time.js';

const at = (hour: number) => Date.UTC(2026, 11, 7) + hour * 3_600_000;
const guest = (from: number, to: number) => ({ valid_from: new Date(at(from)), valid_to: new Date(at(to)) });
const meeting = (from: number, to: number) => ({ startMs: at(from), endMs: at(to) });

describe('a guest’s time and a meeting', () => {
  it.each([
    [8, 16, 'whole'],
    [12, 13, 'whole'],
    [8, 12, 'none'],
    [13, 16, 'none'],
    [12, 12.5, 'part'],
    [12.5, 16, 'part'],
  ] as const)('[GU10] from %d to %d is of one from 12 to 13: %s', (from, to, cover) => expect(coverOf(guest(from, to), meeting(12, 13))).toBe(cover));

  it('[GU10] is lost by a move that leaves less of it, and not by one that leaves the same part', () => {
    expect(losesBy(guest(8, 16), meeting(12, 13), meeting(15, 17))).toBe(true);
    expect(losesBy(guest(8, 16), meeting(12, 13), meeting(9, 10))).toBe(false);
    expect(losesBy(guest(12, 13), meeting(12, 14), meeting(12, 15))).toBe(false);
    expect(losesBy(guest(8, 9), meeting(12, 13), meeting(14, 15))).toBe(true);
  });
});
