import { Temporal } from 'temporal-polyfill';
import { itemStates, type ItemState } from '@lib/contracts/enums.js';

/** Where an item may go [MT44]. What was carried or moved goes on elsewhere, and only there. */
export const nextItemStates = {
  open: ['done', 'omitted', 'withdrawn', 'carried', 'moved'],
  done: ['open', 'moved'],
  omitted: ['open', 'moved'],
  carried: [],
  withdrawn: ['open'],
  moved: [],
} as const satisfies Record<ItemState, readonly ItemState[]>;

export function itemMayBecome(from: ItemState, to: ItemState): boolean {
  return (nextItemStates[from] as readonly ItemState[]).includes(to);
}

export const itemChangeKinds = ['added', 'framed', ...itemStates] as const;
export type ItemChangeKind = (typeof itemChangeKinds)[number];

/** What the place of an item in the agenda depends on. */
export interface AgendaPlace {
  id: string;
  parentId: string | null;
  orderKey: string;
  /** Whole minutes, ≥ 0. */
  plannedMinutes: number;
  state: ItemState;
}

export interface PlacedItem {
  id: string;
  parentId: string | null;
  /** `4`, or `4.2` under it; null for what is on the agenda and not taken. */
  number: string | null;
  startInstant: Temporal.Instant;
  endInstant: Temporal.Instant;
}

/**
 * [MT30] The items of a meeting in agenda order, each after the one it stands under, with planned times: an item begins
 * when those before it are planned to be over. What is not taken has no time and no number; what was withdrawn is left
 * out. An item with others under it lasts as long as they do together, or as long as it was given if that is more.
 */
export function placed(meetingStart: Temporal.Instant, items: readonly AgendaPlace[]): PlacedItem[] {
  const standing = items.filter((item) => item.state !== 'withdrawn').sort(byOrder);
  const answer: PlacedItem[] = [];
  /** @returns when the last of them ends */
  const place = (siblings: readonly AgendaPlace[], prefix: string, from: Temporal.Instant): Temporal.Instant => {
    let start = from;
    let count = 0;
    for (const item of siblings) {
      const taken = item.state !== 'omitted';
      const number = taken ? `${prefix}${(count += 1)}` : null;
      const own = { id: item.id, parentId: item.parentId, number, startInstant: start, endInstant: start };
      answer.push(own);
      const ended = place(standing.filter((one) => one.parentId === item.id), `${number ?? ''}.`, start);
      const planned = start.add({ minutes: taken ? item.plannedMinutes : 0 });
      own.endInstant = Temporal.Instant.compare(ended, planned) > 0 ? ended : planned;
      start = own.endInstant;
    }
    return start;
  };
  place(standing.filter((item) => item.parentId === null), '', meetingStart);
  return answer;
}

/** [MT38] Whether somebody outside an item is told its time: of what is not taken, and of the parts of what is closed, not even that. */
export const isTold = (place: Pick<PlacedItem, 'number' | 'parentId'>, sees: (itemId: string) => boolean): boolean => place.number !== null && (place.parentId === null || sees(place.parentId));

/** Keys are compared byte by byte, as the database does. */
export const byOrder = (a: { orderKey: string }, b: { orderKey: string }): number => (a.orderKey < b.orderKey ? -1 : a.orderKey > b.orderKey ? 1 : 0);

/** Where an item shall stand among its siblings: right after one, right before one, or (null) first or last. */
export type Target = { afterItemId: string | null } | { beforeItemId: string | null };

/**
 * The keys between which a moved item belongs. Items that the mover cannot see stay where they are: the place is named
 * by one that she can.
 *
 * @param siblings in order, without the moved one
 * @returns null when the named item is none of them
 */
export function between(siblings: readonly { id: string; orderKey: string }[], target: Target): [string | null, string | null] | null {
  const after = 'afterItemId' in target;
  const id = after ? target.afterItemId : target.beforeItemId;
  const at = siblings.findIndex((one) => one.id === id);
  if (id !== null && at < 0) return null;
  const behind = id === null ? (after ? 0 : siblings.length) : after ? at + 1 : at;
  return [siblings[behind - 1]?.orderKey ?? null, siblings[behind]?.orderKey ?? null];
}
