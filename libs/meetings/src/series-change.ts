import { Temporal } from 'temporal-polyfill';
import type { MeetingState } from '@lib/contracts/enums.js';
import type { PlannedOccurrence } from '@lib/scheduling/holidays.js';
import { patternOf, type SeriesPattern } from '@lib/scheduling/patterns.js';
import { occurrences, type SeriesRule } from '@lib/scheduling/recurrence.js';
import { originalStart } from './series-plan.js';

/** Why a meeting keeps its time though its series changes [MT31]. `worked` and `closed`: it would have fallen away. */
export const keptReasons = ['begun', 'cancelled', 'movedByHand', 'ownPlace', 'decided', 'worked', 'closed'] as const;
export type KeptReason = (typeof keptReasons)[number];

/** A meeting of the series from the chosen one on, as it stands before the change. */
export interface StandingMeeting {
  id: string;
  recurrenceId: string;
  startLocal: string;
  durationMinutes: number;
  state: MeetingState;
  /** Its time has come, or it is in session, held or being approved. */
  begun: boolean;
  /** A person moved it, or decided that it is held on a holiday. */
  movedByHand: boolean;
  ownPlace: boolean;
  /** Decisions or follow-ups are recorded in it. */
  decided: boolean;
  /** Somebody wrote in its agenda, added to it or published it. */
  worked: boolean;
  /** It has items that the asker cannot see, and knows of: whether somebody works in them, nobody may tell her. */
  hasClosed: boolean;
  /** It is cancelled because an earlier change of the series left it without a day, not because somebody cancelled it. */
  dropped: boolean;
}

export interface SeriesMeeting extends StandingMeeting {
  startInstant: Date;
  ownVideoLink: boolean;
  version: number;
}

/** `recurrenceId` null: what it was called is another meeting's name now. */
export type TimeStep =
  | { action: 'stays' | 'moves' | 'returns'; meeting: StandingMeeting; to: PlannedOccurrence }
  | { action: 'keeps'; meeting: StandingMeeting; because: KeptReason; recurrenceId: string | null }
  | { action: 'fallsAway'; meeting: StandingMeeting; recurrenceId: string | null; holiday: string | null }
  | { action: 'isAdded'; to: PlannedOccurrence };

/** The first day that a changed rule may meet on: within the week (month, year) of the chosen meeting, after the one before it. */
export function anchorOf(kind: SeriesPattern['kind'], chosen: string | null, before: string | null, earliest: Temporal.PlainDate): Temporal.PlainDate {
  if (chosen === null) return earliest;
  const day = Temporal.PlainDate.from(chosen.slice(0, 10));
  const period = kind === 'yearly' ? day.with({ month: 1, day: 1 }) : kind === 'monthly' ? day.with({ day: 1 }) : monday(day);
  const after = before === null ? period : Temporal.PlainDate.from(before.slice(0, 10)).add({ days: 1 });
  return [period, after, earliest].reduce((latest, one) => (Temporal.PlainDate.compare(one, latest) > 0 ? one : latest));
}

const monday = (day: Temporal.PlainDate) => day.subtract({ days: day.dayOfWeek - 1 });

/**
 * Which occurrence of the new rule each occurrence of the old one becomes, by recurrenceId: the first the first, and so
 * on, where both rules meet equally often; otherwise within the same week [MT30].
 *
 * @param recurrenceIds of the standing meetings, in order, the chosen one first
 * @param firstLocal    the first occurrence of the new rule that counts
 */
export function matchOccurrences(oldRule: SeriesRule, newRule: SeriesRule, recurrenceIds: readonly string[], firstLocal: string): Map<string, string> {
  const first = recurrenceIds[0];
  if (first === undefined) return new Map();
  const count = recurrenceIds.length + spare;
  const plain = (rule: SeriesRule, from: string) =>
    occurrences({ ...rule, excludedDates: [], addedDates: [] }, { start: originalStart(from, rule.timeZone), end: farAhead }, count).map((one) => one.recurrenceId);
  const before = plain(oldRule, first);
  const after = plain(newRule, firstLocal);
  const added = new Map((newRule.addedDates ?? []).map((day) => [day, `${day}${newRule.startLocal.slice(10)}`]));
  const matched = new Map<string, string>();
  const taken = new Set<string>();
  const left = new Set(newRule.excludedDates);
  const match = (from: string, to: string | undefined) => {
    if (to === undefined || taken.has(to) || left.has(to.slice(0, 10))) return;
    matched.set(from, to);
    taken.add(to);
  };

  if (meetEquallyOften(oldRule, newRule)) {
    const place = new Map(before.map((recurrenceId, n) => [recurrenceId, n]));
    for (const one of recurrenceIds) if (place.has(one)) match(one, after[place.get(one)!]);
  }
  // Added days, and what earlier changes left outside the rule: the same day, or else what is free in the same week.
  const open = () => recurrenceIds.filter((one) => !matched.has(one));
  const free = [...after, ...added.values()].filter((to) => !left.has(to.slice(0, 10))).sort();
  for (const one of open()) match(one, free.find((to) => to.slice(0, 10) === one.slice(0, 10)));
  for (const one of open()) match(one, free.find((to) => !taken.has(to) && weekOf(to) === weekOf(one)));
  return matched;
}

const spare = 60;
const farAhead = Temporal.Instant.from('2250-01-01T00:00Z');
const weekOf = (recurrenceId: string) => monday(Temporal.PlainDate.from(recurrenceId.slice(0, 10))).toString();

function meetEquallyOften(a: SeriesRule, b: SeriesRule): boolean {
  const shape = (rule: SeriesRule) => {
    const pattern = patternOf(rule);
    if (pattern === null) return null;
    return [pattern.kind, 'interval' in pattern ? pattern.interval : 1, 'days' in pattern ? pattern.days.length : 1].join();
  };
  return shape(a) !== null && shape(a) === shape(b);
}

/**
 * [MT30] [MT31] What becomes of each meeting. Every meeting goes on as what it is: moved with its agenda, or kept as it
 * is and counted as the occurrence that it would have become, so that none is made beside it.
 *
 * @param standing in order of their recurrenceId
 * @param planned the occurrences after the change, skipped ones among them, at least as far as any that was matched
 * @param horizon occurrences from here on are made later
 */
export function stepsOf(standing: readonly StandingMeeting[], matched: ReadonlyMap<string, string>, planned: readonly PlannedOccurrence[], horizon: Temporal.Instant): TimeStep[] {
  const byId = new Map(planned.map((one) => [one.recurrenceId, one]));
  const keptFor = (meeting: StandingMeeting): KeptReason | null =>
    meeting.begun ? 'begun' : meeting.state === 'cancelled' && !meeting.dropped ? 'cancelled' : meeting.movedByHand ? 'movedByHand' : meeting.decided ? 'decided' : meeting.ownPlace ? 'ownPlace' : null;
  const unchanged = (meeting: StandingMeeting, to: PlannedOccurrence) =>
    to.startLocal === meeting.startLocal && minutesOf(to) === meeting.durationMinutes && to.outcome !== 'skipped' && (to.outcome === 'undecided') === (meeting.state === 'draft');
  const taken = new Set<string>();
  const steps: TimeStep[] = [];
  const keep = (meeting: StandingMeeting, because: KeptReason) => {
    const target = matched.get(meeting.recurrenceId);
    const recurrenceId = target !== undefined && byId.has(target) && !taken.has(target) ? target : freeName(meeting);
    if (recurrenceId !== null) taken.add(recurrenceId);
    steps.push({ action: 'keeps', meeting, because, recurrenceId });
  };
  const freeName = ({ recurrenceId }: StandingMeeting) => (taken.has(recurrenceId) ? null : recurrenceId);
  // Those that keep their time choose first: no other meeting may be called what they are called.
  for (const meeting of standing) {
    const because = keptFor(meeting);
    const to = byId.get(matched.get(meeting.recurrenceId) ?? '');
    if (because !== null && (meeting.begun || to === undefined || !unchanged(meeting, to))) keep(meeting, because);
  }
  const left: { meeting: StandingMeeting; to: PlannedOccurrence | undefined }[] = [];
  for (const meeting of standing) {
    if (steps.some((step) => 'meeting' in step && step.meeting === meeting)) continue;
    const to = byId.get(matched.get(meeting.recurrenceId) ?? '');
    if (to === undefined || to.outcome === 'skipped' || taken.has(to.recurrenceId)) {
      left.push({ meeting, to });
      continue;
    }
    taken.add(to.recurrenceId);
    steps.push({ action: meeting.dropped ? 'returns' : unchanged(meeting, to) ? 'stays' : 'moves', meeting, to });
  }
  for (const { meeting, to } of left) {
    if (meeting.dropped) keep(meeting, 'cancelled');
    else if (meeting.worked) keep(meeting, 'worked');
    else if (meeting.hasClosed) keep(meeting, 'closed');
    else {
      const recurrenceId = freeName(meeting);
      if (recurrenceId !== null) taken.add(recurrenceId);
      steps.push({ action: 'fallsAway', meeting, recurrenceId, holiday: to?.holiday ?? null });
    }
  }
  for (const one of planned) {
    if (one.outcome === 'skipped' || taken.has(one.recurrenceId)) continue;
    if (Temporal.Instant.compare(originalStart(one.recurrenceId, 'Europe/Copenhagen'), horizon) < 0) steps.push({ action: 'isAdded', to: one });
  }
  return steps.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
}

export const minutesOf = (one: PlannedOccurrence) => one.startInstant.until(one.endInstant).total('minutes');

/** Where a step leaves its meeting, for the order on screen. */
const startOf = (step: TimeStep) => ('to' in step ? step.to.startLocal : step.meeting.startLocal);
