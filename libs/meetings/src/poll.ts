import { Temporal } from 'temporal-polyfill';
import { timeZone, type MeetingState, type PollChoice, type PollState } from '@lib/contracts/enums.js';
import { isPlanned } from './meeting.js';
import { quorum, type Chair, type Quorum, type QuorumRule } from './quorum.js';

/** An answer to the times of a poll, in their order; null where nothing was said. */
export type Choices = readonly (PollChoice | null)[];

export interface PollTimes {
  /** Danish wall times, the earliest first. */
  slots: readonly string[];
  durationMinutes: number;
}

export const fewestSlots = 2;
export const mostSlots = 20;
export const mostOutsiders = 50;
/** How far ahead a time may lie. */
export const farthestDays = 366;

/** Wall time is kept across clock changes [PO2]. */
export const instantOfSlot = (startLocal: string): Temporal.Instant => Temporal.PlainDateTime.from(startLocal).toZonedDateTime(timeZone).toInstant();

/**
 * [PO3] When nobody answers any more: at the end of the Danish day, and never after the last of the times.
 *
 * @param answerBy a day, `2026-12-04`
 */
export function closingOf(slots: readonly string[], answerBy: string): Temporal.Instant {
  const endOfDay = Temporal.PlainDate.from(answerBy).add({ days: 1 }).toZonedDateTime(timeZone).toInstant();
  const last = instantOfSlot(slots.at(-1)!);
  return Temporal.Instant.compare(last, endOfDay) < 0 ? last : endOfDay;
}

/** [PO3] A poll is over with its time, and when its meeting is not to be placed any more. */
export function stateOfPoll(poll: { state: 'open' | 'chosen' | 'withdrawn'; closes_at: Date }, meeting: { state: MeetingState; start_instant: Date }, nowMs: number): PollState {
  if (poll.state !== 'open') return poll.state;
  return poll.closes_at.getTime() > nowMs && isPlanned(meeting.state) && meeting.start_instant.getTime() > nowMs ? 'open' : 'over';
}

export interface SlotCount {
  yes: number;
  ifNeedBe: number;
  no: number;
  /** Of those who are asked. */
  missing: number;
  /** [PO10] All who were asked have said no. */
  isRefused: boolean;
  /** The one that suits most, of those that lie ahead. */
  isBest: boolean;
}

/**
 * [PO6] How many can when.
 *
 * @param asked    how many were asked
 * @param ballots  the last answer of each who has given one
 * @param isPassed whether a slot has passed
 */
export function counted(slots: number, asked: number, ballots: readonly Choices[], isPassed: (slot: number) => boolean): SlotCount[] {
  const counts = Array.from({ length: slots }, (_, slot) => {
    const of = (choice: PollChoice) => ballots.filter((one) => one[slot] === choice).length;
    const [yes, ifNeedBe, no] = [of('yes'), of('ifNeedBe'), of('no')];
    const missing = Math.max(0, asked - yes - ifNeedBe - no);
    return { yes, ifNeedBe, no, missing, isRefused: no > 0 && yes + ifNeedBe + missing === 0 };
  });
  // Whom it shuts out counts more than whom it merely does not suit.
  const worth = ({ yes, ifNeedBe, no }: (typeof counts)[number]) => (yes + ifNeedBe) * 1000 + yes - no;
  const open = counts.filter((one, slot) => !isPassed(slot) && one.yes + one.ifNeedBe > 0);
  const best = open.length === 0 ? null : Math.max(...open.map(worth));
  return counts.map((one, slot) => ({ ...one, isBest: best !== null && !isPassed(slot) && one.yes + one.ifNeedBe > 0 && worth(one) === best }));
}

/** Whether something is still to be said about a time that lies ahead. */
export const isMissing = (choices: Choices | null, slots: readonly string[], isPassed: (slot: number) => boolean): boolean => slots.some((_, slot) => !isPassed(slot) && (choices === null || choices[slot] == null));

/** [PO10] Whether the meeting could be held then as its kind asks. Whoever can if need be can; whoever has said nothing may. */
export function quorumAt(rule: QuorumRule, people: readonly (Omit<Chair, 'coming'> & { choices: Choices | null })[], slot: number): Quorum {
  const coming = { yes: 'yes', ifNeedBe: 'yes', no: 'no' } as const;
  return quorum(rule, people.map(({ choices, ...chair }) => ({ ...chair, coming: choices?.[slot] == null ? 'maybe' : coming[choices[slot]] })));
}
