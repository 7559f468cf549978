import type { GuestCover } from '@lib/contracts/enums.js';
import type { GuestRow } from '@lib/access/guests.js';

/** When a meeting is, epoch milliseconds; the end exclusive. */
export interface MeetingTime {
  startMs: number;
  endMs: number;
}

/** [GU10] How much of a meeting lies within a guest's time. */
export function coverOf({ valid_from, valid_to }: Pick<GuestRow, 'valid_from' | 'valid_to'>, { startMs, endMs }: MeetingTime): GuestCover {
  const [from, to] = [valid_from.getTime(), valid_to.getTime()];
  if (to <= startMs || from >= endMs) return 'none';
  return from <= startMs && to >= endMs ? 'whole' : 'part';
}

const rank: Record<GuestCover, number> = { none: 0, part: 1, whole: 2 };

/** [GU10] Whether a guest can be at less of a meeting when it is moved. */
export const losesBy = (guest: Pick<GuestRow, 'valid_from' | 'valid_to'>, from: MeetingTime, to: MeetingTime): boolean => rank[coverOf(guest, to)] < rank[coverOf(guest, from)] || coverOf(guest, to) === 'none';
