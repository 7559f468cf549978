import type { PlanDate, PlanException, PlanParticipant, Placement, PlanSeries } from './year-plan.js';
import { isAway, patternDates, uniquePeople, weekdayOf } from './year-plan-check.js';
import { partTime, type PlanModel } from './year-plan-model.js';

type Substitutes = { personId: string; substituteId: string }[];

/** A meeting whose day is closed, or whose people are away. */
interface Troubled {
  series: PlanSeries;
  placement: Placement;
  date: PlanDate;
  reason: PlanException['reason'];
  away: PlanParticipant[];
}

/**
 * What becomes of the single meetings that cannot be held as their placement says: by substitutes, on another day of the
 * same week or month, or not at all (rules YP7, YP8). Settled in order of date, so that the same plan always has the same
 * exceptions.
 *
 * @param keep earlier exceptions, which stay as they are wherever they are still needed and still possible
 */
export function settle(model: PlanModel, placements: Readonly<Record<string, Placement>>, keep: readonly PlanException[] = []): PlanException[] {
  const { input, calendar } = model;
  const book = new Book(model);
  const people = new Map(input.people.map((one) => [one.id, one]));
  const closed = new Set(input.closed?.map(({ date }) => date));
  const kept = new Map(keep.map((one) => [`${one.seriesId} ${one.date}`, one]));
  const troubled: Troubled[] = [];
  const dates = new Map<string, Set<PlanDate>>();

  for (const series of input.series) {
    const placement = placements[series.id];
    if (placement === undefined) continue;
    const all = patternDates(calendar, series, placement);
    dates.set(series.id, new Set(all));
    for (const date of all) {
      const attending = uniquePeople(series);
      const away = attending.filter(({ personId }) => isAway(people.get(personId)!.absences, date));
      if (closed.has(date)) troubled.push({ series, placement, date, reason: 'closed', away: [] });
      else if (away.length > 0) troubled.push({ series, placement, date, reason: 'absence', away });
      // Where all can be replaced, the time is held for those who are there.
      if (closed.has(date) || away.some(({ substituteIds }) => !substituteIds?.length)) continue;
      book.enter(series, placement, date, placement.startMinute, attending.filter((one) => !away.includes(one)).map(({ personId }) => personId));
    }
  }

  troubled.sort((a, b) => (a.date === b.date ? a.placement.startMinute - b.placement.startMinute : a.date < b.date ? -1 : 1));
  const settled = new Map<Troubled, PlanException>();
  const base = (one: Troubled) => ({ seriesId: one.series.id, date: one.date, reason: one.reason, personIds: one.away.map(({ personId }) => personId) });
  const asBefore = (one: Troubled, kind: PlanException['kind']) => {
    const before = kept.get(`${one.series.id} ${one.date}`);
    return before?.kind === kind && before.reason === one.reason && before.personIds.join() === one.away.map(({ personId }) => personId).join() ? before : null;
  };

  // Those who stood in before stand in again, before anybody new is asked.
  for (const earlier of [true, false]) {
    for (const one of troubled) {
      if (settled.has(one) || one.reason === 'closed' || one.away.some(({ substituteIds }) => !substituteIds?.length)) continue;
      const before = asBefore(one, 'substituted');
      if (earlier && before?.kind !== 'substituted') continue;
      const { series, placement, date } = one;
      const wanted = earlier && before?.kind === 'substituted' ? before.substitutes : undefined;
      const substitutes = book.substitutes(one.series, one.away, date, placement, placement.startMinute, wanted);
      if (substitutes === null) {
        if (earlier) continue;
        book.strike(series, placement, date);
        continue;
      }
      book.enter(series, placement, date, placement.startMinute, substitutes.map(({ substituteId }) => substituteId), true);
      settled.set(one, { ...base(one), kind: 'substituted', substitutes });
    }
  }
  for (const earlier of [true, false]) {
    for (const one of troubled) {
      if (settled.has(one) || !one.series.moveLost) continue;
      const before = asBefore(one, 'moved');
      if (earlier && before?.kind !== 'moved') continue;
      const wanted = earlier && before?.kind === 'moved' ? [{ date: before.toDate, startMinute: before.toStartMinute }] : otherTimes(model, one, dates.get(one.series.id)!, closed);
      for (const { date, startMinute } of wanted) {
        const attending = uniquePeople(one.series);
        const away = attending.filter(({ personId }) => isAway(people.get(personId)!.absences, date));
        const present = attending.filter((who) => !away.includes(who)).map(({ personId }) => personId);
        if (closed.has(date) || dates.get(one.series.id)!.has(date) || !book.isFree(one.series, one.placement, date, startMinute, present)) continue;
        const substitutes = book.substitutes(one.series, away, date, one.placement, startMinute);
        if (substitutes === null) continue;
        book.enter(one.series, one.placement, date, startMinute, [...present, ...substitutes.map(({ substituteId }) => substituteId)]);
        dates.get(one.series.id)!.add(date);
        settled.set(one, { ...base(one), kind: 'moved', toDate: date, toStartMinute: startMinute, substitutes });
        break;
      }
    }
  }
  return troubled.map((one) => settled.get(one) ?? { ...base(one), kind: 'dropped' });
}

/** Other days of the same week (or stretch of weeks, or month), the nearest first, each at the usual time first. */
function otherTimes(model: PlanModel, { series, placement, date }: Troubled, taken: ReadonlySet<PlanDate>, closed: ReadonlySet<PlanDate>): { date: PlanDate; startMinute: number }[] {
  const { calendar } = model;
  const { cadence } = series;
  const day = calendar.dayOf(date);
  const week = Math.floor(day / 7);
  const starts = [...series.startMinutes].sort((a, b) => Math.abs(a - placement.startMinute) - Math.abs(b - placement.startMinute) || a - b);
  const found: { date: PlanDate; far: number }[] = [];
  const reach = cadence.every === 'week' ? cadence.interval : 5;
  for (let other = Math.max(0, week - reach); other <= Math.min(calendar.weeks - 1, week + reach); other += 1) {
    // Weekly meetings stay in their week; every n-th week, anywhere nearer to this meeting than to its neighbours.
    if (cadence.every === 'week' && 2 * Math.abs(other - week) >= cadence.interval + (cadence.interval === 1 ? 1 : 0)) continue;
    for (let d = 0; d < 5; d += 1) {
      const one = calendar.date(other, d);
      if (cadence.every === 'month' && calendar.month(other, d) !== calendar.month(week, placement.weekday - 1)) continue;
      if (taken.has(one) || closed.has(one) || !series.weekdays.some((allowed) => allowed === d + 1)) continue;
      found.push({ date: one, far: Math.abs(other * 7 + d - day) });
    }
  }
  return found.sort((a, b) => a.far - b.far || (a.date < b.date ? -1 : 1)).flatMap(({ date: to }) => starts.map((startMinute) => ({ date: to, startMinute })));
}

interface Entry {
  series: string;
  start: number;
  end: number;
  place: number;
}

/** Who is where on which day. */
class Book {
  private readonly entries = new Map<string, Entry[]>();
  private readonly places: Map<string, number>;
  private readonly people: Map<string, number>;

  constructor(private readonly model: PlanModel) {
    this.places = new Map(model.input.places.map(({ id }, n) => [id, n]));
    this.people = new Map(model.input.people.map(({ id }, n) => [id, n]));
  }

  /** @param more whether the room is in the book already, because only further people come */
  enter(series: PlanSeries, placement: Placement, date: PlanDate, start: number, who: readonly string[], more = false): void {
    const entry = { series: series.id, start, end: start + series.durationMinutes, place: this.places.get(placement.placeId)! };
    for (const key of [...who, ...(more ? [] : this.rooms(series, placement))]) {
      const at = `${key} ${date}`;
      this.entries.set(at, [...(this.entries.get(at) ?? []), entry]);
    }
  }

  /** Takes a meeting of a day out again. */
  strike(series: PlanSeries, placement: Placement, date: PlanDate): void {
    for (const key of [...series.people.map(({ personId }) => personId), ...this.rooms(series, placement)]) {
      const at = `${key} ${date}`;
      this.entries.set(at, (this.entries.get(at) ?? []).filter((entry) => entry.series !== series.id));
    }
  }

  isFree(series: PlanSeries, placement: Placement, date: PlanDate, start: number, who: readonly string[]): boolean {
    return [...who.map((id) => ({ id, person: true })), ...this.rooms(series, placement).map((id) => ({ id, person: false }))].every(({ id, person }) => this.has(id, person, series, placement, date, start));
  }

  /** The first of each absent person's substitutes who can come; null when one has none. */
  substitutes(series: PlanSeries, away: readonly PlanParticipant[], date: PlanDate, placement: Placement, start: number, wanted?: readonly { personId: string; substituteId: string }[]): Substitutes | null {
    const found: Substitutes = [];
    const here = new Set(series.people.map(({ personId }) => personId));
    for (const { personId, substituteIds } of away) {
      const named = wanted === undefined ? (substituteIds ?? []) : wanted.filter((one) => one.personId === personId && substituteIds?.includes(one.substituteId)).map((one) => one.substituteId);
      const substituteId = named.find((id) => !here.has(id) && this.has(id, true, series, placement, date, start));
      if (substituteId === undefined) return null;
      here.add(substituteId);
      found.push({ personId, substituteId });
    }
    return found;
  }

  private has(id: string, person: boolean, series: PlanSeries, placement: Placement, date: PlanDate, start: number): boolean {
    const { model } = this;
    const end = start + series.durationMinutes;
    if (person) {
      const n = this.people.get(id)!;
      const weekday = weekdayOf(date) as Placement['weekday'];
      if (isAway(model.input.people[n]!.absences, date) || partTime(model.input, n, weekday, start, end)) return false;
    }
    const place = this.places.get(placement.placeId)!;
    return (this.entries.get(`${id} ${date}`) ?? []).every((entry) => {
      const way = model.travel[entry.place * model.placeCount + place]!;
      return entry.end + way <= start || end + way <= entry.start;
    });
  }

  private rooms(series: PlanSeries, placement: Placement): string[] {
    const roomId = series.places.find(({ placeId }) => placeId === placement.placeId)?.roomId;
    return roomId === undefined ? [] : [`room ${roomId}`];
  }
}
