import type { MoveItem, OutlineEntry } from '../api/types.js';

/** The id of each entry; null for closed ones, which nobody can name who does not see them. */
export const namesOf = (entries: readonly OutlineEntry[]) => entries.map((entry) => (entry.closed ? null : entry.item.id));

/**
 * Names the place `to` among its siblings by a neighbour, as the server asks for it: another coordinator may have changed
 * every number meanwhile.
 *
 * @param to index after the move, from 0
 * @returns null between two closed entries: no neighbour can be named there
 */
export function placeAt(names: readonly (string | null)[], from: number, to: number): MoveItem | null {
  const rest = names.filter((_, index) => index !== from);
  if (to <= 0) return { afterItemId: null };
  if (to >= rest.length) return { beforeItemId: null };
  const [before, after] = [rest[to - 1], rest[to]];
  if (after) return { beforeItemId: after };
  return before ? { afterItemId: before } : null;
}

/** The nearest place in a direction that can be named; null at the end of the list. */
export function stepFrom(names: readonly (string | null)[], from: number, step: 1 | -1): MoveItem | null {
  for (let to = from + step; to >= 0 && to < names.length; to += step) {
    const place = placeAt(names, from, to);
    if (place) return place;
  }
  return null;
}
