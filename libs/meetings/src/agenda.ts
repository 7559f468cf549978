import { Temporal } from 'temporal-polyfill';

/** Where an item stands in the meeting's time: it begins when those before it are planned to be over. */
export interface Slot {
  startInstant: Temporal.Instant;
  endInstant: Temporal.Instant;
}

/**
 * The planned times of the items of an agenda, in its order. Closed items count like all others: their time is what
 * those outside them are told.
 *
 * @param plannedMinutes whole minutes, ≥ 0, in agenda order
 */
export function slots(meetingStart: Temporal.Instant, plannedMinutes: readonly number[]): Slot[] {
  let start = meetingStart;
  return plannedMinutes.map((minutes) => {
    const slot = { startInstant: start, endInstant: start.add({ minutes }) };
    start = slot.endInstant;
    return slot;
  });
}
