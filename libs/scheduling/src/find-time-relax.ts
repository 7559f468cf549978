import type { Availability } from './availability.js';
import { clockText, dateText, readClock, readDate } from './civil.js';
import { compile, quorumName, type FindTimeQuery } from './find-time-query.js';
import { explain, type Candidate } from './find-time-reasons.js';
import { search, slotBits, soleObstacles } from './find-time-search.js';

/** One thing that could give; worded by find-time-words.ts. */
export type Change =
  /** People whose calendars are unknown are asked. */
  | { code: 'askUnknown' }
  | { code: 'tentativePasses' }
  | { code: 'substituteComes'; personId: string; substituteId: string }
  | { code: 'lessBuffer'; minutes: number }
  | { code: 'shorter'; minutes: number }
  /** Later than asked for; `startLocal` of the first start is in the candidate. */
  | { code: 'later'; until: string }
  | { code: 'widerHours'; earliest: string; latest: string }
  | { code: 'withoutRoom' }
  | { code: 'personOptional'; personId: string }
  | { code: 'groupOptional'; groupId: string }
  | { code: 'smallerQuorum'; of: string; least: number };

export interface Relaxation {
  /** One change, or two where none alone is enough. */
  changes: Change[];
  /** How much is asked of people; smaller is less. */
  hardship: number;
  /** How many starts there would be. */
  starts: number;
  /** The best of them; for `later` the first in time. */
  best: Candidate;
  /** The question with the changes made. */
  query: FindTimeQuery;
}

interface Step {
  change: Change;
  hardship: number;
  apply: (query: FindTimeQuery) => FindTimeQuery;
}

const mostPairs = 600;
const mostShown = 12;
/**
 * How many people are looked at for changes, one counted anew in each question that is tried: what it takes grows with both,
 * and whoever asks for two hundred must not keep everybody else waiting. A count and no clock, so that the answer stays the
 * same whatever the machine has to do.
 */
export const mostLooks = 10_000;

/**
 * The smallest changes to a question without an answer that would give it one: single changes, and pairs only where no
 * single one is enough (rule AV14). Of durations only the longest is given, of hours the narrowest.
 */
export function relaxationsOf(index: Availability, query: FindTimeQuery): Relaxation[] {
  const steps = stepsFor(index, query);
  const looks = { left: mostLooks };
  // Of the people those who alone are in the way of something: without any other there would be no start either.
  const alone = soleObstacles(compile(index, query));
  const single: Relaxation[] = [];
  for (const step of steps) {
    if (step.change.code === 'personOptional' && !alone.has(step.change.personId)) continue;
    if (looks.left <= 0) break;
    const found = tried(index, query, [step], looks);
    if (found !== null) single.push(found);
  }
  if (single.length > 0) return firstOfLadders(single);
  const pairs: Relaxation[] = [];
  let tries = 0;
  // By hardship, so that the bounds cut off only the harder ones; the single ones come in that order.
  const all = steps.flatMap((first, n) => steps.slice(n + 1).map((second): [Step, Step] => [first, second]));
  all.sort((a, b) => a[0].hardship + a[1].hardship - b[0].hardship - b[1].hardship);
  for (const pair of all) {
    if (rungOf(pair[0].change) !== null && rungOf(pair[0].change) === rungOf(pair[1].change)) continue;
    tries += 1;
    if (tries > mostPairs || looks.left <= 0 || pairs.length >= mostShown) break;
    const found = tried(index, query, pair, looks);
    if (found !== null) pairs.push(found);
  }
  return pairs;
}

/** Changes that come in sizes: only the smallest that is enough is worth showing. */
function rungOf(change: Change): string | null {
  if (change.code === 'smallerQuorum') return `${change.code} ${change.of}`;
  return change.code === 'shorter' || change.code === 'widerHours' ? change.code : null;
}

function firstOfLadders(found: readonly Relaxation[]): Relaxation[] {
  const seen = new Set<string>();
  const kept = [...found]
    .sort((a, b) => a.hardship - b.hardship || b.starts - a.starts)
    .filter(({ changes: [change] }) => {
      const rung = change === undefined ? null : rungOf(change);
      if (rung === null) return true;
      if (seen.has(rung)) return false;
      seen.add(rung);
      return true;
    });
  return kept.slice(0, mostShown);
}

function tried(index: Availability, query: FindTimeQuery, steps: readonly Step[], looks: { left: number }): Relaxation | null {
  const changed = steps.reduce((one, step) => step.apply(one), query);
  if (changed.required.length + (changed.optional?.length ?? 0) + (changed.oneOf?.length ?? 0) === 0) return null;
  const compiled = compile(index, changed);
  looks.left -= compiled.people.length * compiled.venues.length;
  const keys = search(compiled);
  if (keys.length === 0) return null;
  const later = steps.some(({ change }) => change.code === 'later');
  const key = later ? keys.reduce((first, one) => ((one & slotBits) < (first & slotBits) ? one : first)) : keys[0]!;
  return {
    changes: steps.map(({ change }) => change),
    hardship: steps.reduce((sum, { hardship }) => sum + hardship, 0),
    starts: keys.length,
    best: explain(compiled, key),
    query: changed,
  };
}

/** How hard each change is on people; docs/scheduling.md says why. */
function stepsFor(index: Availability, query: FindTimeQuery): Step[] {
  const steps: Step[] = [];
  const add = (hardship: number, change: Change, apply: Step['apply']) => steps.push({ hardship, change, apply });
  const { durationMinutes, bufferMinutes = 0, earliest = '08:00', latest = '16:00' } = query;

  if (query.unknown !== 'ask') add(1, { code: 'askUnknown' }, (one) => ({ ...one, unknown: 'ask' }));
  if (query.tentative === 'blocks') add(2, { code: 'tentativePasses' }, (one) => ({ ...one, tentative: 'passes' }));
  if (bufferMinutes > 0) add(2, { code: 'lessBuffer', minutes: 0 }, (one) => ({ ...one, bufferMinutes: 0 }));
  for (const personId of query.required) {
    for (const substituteId of index.person(personId)?.person.substitutes ?? []) {
      if (query.required.includes(substituteId) || index.person(substituteId) === null) continue;
      add(3, { code: 'substituteComes', personId, substituteId }, (one) => ({
        ...one,
        required: one.required.filter((id) => id !== personId),
        oneOf: [...(one.oneOf ?? []), { id: personId, people: [personId, substituteId] }],
      }));
    }
  }
  const end = index.firstDay + index.days;
  const until = readDate(query.until)!;
  if (until < end) add(4, { code: 'later', until: dateText(end) }, (one) => ({ ...one, from: dateText(until), until: dateText(end) }));
  // Not shorter than half: half a meeting is another meeting.
  for (let minutes = durationMinutes - 15; minutes >= Math.max(15, durationMinutes / 2); minutes -= 15) {
    add(4 + (durationMinutes - minutes) / durationMinutes, { code: 'shorter', minutes }, (one) => ({ ...one, durationMinutes: minutes }));
  }
  for (const wider of [60, 120]) {
    const hours = { earliest: clockText(Math.max(0, readClock(earliest)! - wider)), latest: clockText(Math.min(1440, readClock(latest)! + wider)) };
    add(5 + wider / 240, { code: 'widerHours', ...hours }, (one) => ({ ...one, ...hours }));
  }
  if ((query.rooms?.length ?? 0) > 0) add(6, { code: 'withoutRoom' }, (one) => ({ ...one, rooms: [] }));
  for (const quorum of query.quorum ?? []) {
    for (let fewer = quorum.least - 1; fewer >= 0; fewer -= 1) {
      add(7 + (quorum.least - fewer) / (quorum.least + 1), { code: 'smallerQuorum', of: quorumName(quorum), least: fewer }, (one) => ({
        ...one,
        quorum: one.quorum!.flatMap((other) => (other.of !== quorum.of ? [other] : fewer === 0 ? [] : [{ ...other, least: fewer }])),
      }));
    }
  }
  for (const personId of query.required) {
    add(8, { code: 'personOptional', personId }, (one) => ({
      ...one,
      required: one.required.filter((id) => id !== personId),
      optional: [...(one.optional ?? []), personId],
    }));
  }
  for (const { id: groupId, people } of query.oneOf ?? []) {
    add(9, { code: 'groupOptional', groupId }, (one) => ({
      ...one,
      oneOf: one.oneOf!.filter(({ id }) => id !== groupId),
      optional: [...(one.optional ?? []), ...people],
    }));
  }
  return steps;
}
