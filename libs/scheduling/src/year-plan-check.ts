import { usualWeights, type PlanCost, type PlanDate, type PlanInput, type PlannedMeeting, type PlanParticipant, type Placement, type PlanSeries, type PlanStretch, type PlanWeights, type YearPlan } from './year-plan.js';
import { hasWeek, meetingsOf, PlanCalendar, range } from './year-plan-calendar.js';

// Plans read date by date, the long way. The search does not use this; it is what its answers are held against.

/** The dates a placement meets by its pattern, closed days and absences included. */
export function patternDates(calendar: PlanCalendar, series: PlanSeries, placement: Placement): PlanDate[] {
  const day = placement.weekday - 1;
  const pattern = calendar
    .patterns(series.cadence, day)
    .find((one) => one.phase === placement.phase && one.ordinal === placement.ordinal && one.date === placement.date);
  if (pattern === undefined) return [];
  return range(calendar.weeks)
    .filter((week) => hasWeek(pattern.weeks, week))
    .map((week) => calendar.date(week, day));
}

/** Every meeting that is held, in order of time: what people would find in their calendars (rule YP6). */
export function plannedMeetings(input: PlanInput, plan: Pick<YearPlan, 'placements' | 'exceptions'>): PlannedMeeting[] {
  const calendar = new PlanCalendar(input.firstDay, input.weeks);
  const exceptions = new Map(plan.exceptions.map((one) => [`${one.seriesId} ${one.date}`, one]));
  return input.series
    .flatMap((series) => {
      const placement = plan.placements[series.id];
      if (placement === undefined) return [];
      return patternDates(calendar, series, placement).flatMap((date): PlannedMeeting[] => {
        const exception = exceptions.get(`${series.id} ${date}`);
        if (exception?.kind === 'dropped') return [];
        const startMinute = exception?.kind === 'moved' ? exception.toStartMinute : placement.startMinute;
        const instead = new Map((exception?.substitutes ?? []).map((one) => [one.personId, one.substituteId]));
        return [{
          seriesId: series.id,
          patternDate: date,
          date: exception?.kind === 'moved' ? exception.toDate : date,
          startMinute,
          endMinute: startMinute + series.durationMinutes,
          placeId: placement.placeId,
          roomId: series.places.find(({ placeId }) => placeId === placement.placeId)?.roomId ?? null,
          personIds: series.people.map(({ personId }) => instead.get(personId) ?? personId),
        }];
      });
    })
    .sort((a, b) => (a.date === b.date ? a.startMinute - b.startMinute || (a.seriesId < b.seriesId ? -1 : 1) : a.date < b.date ? -1 : 1));
}

export const violationKinds = ['person', 'room', 'closed', 'absent', 'partTime', 'weekday', 'time', 'place', 'pin', 'substitute', 'twice'] as const;

/** A hard rule that a plan breaks: which, on which date, and the meetings concerned. */
export interface PlanViolation {
  kind: (typeof violationKinds)[number];
  date: PlanDate;
  seriesIds: readonly string[];
  /** Person or room. */
  who: string | null;
}

/**
 * The hard rules a plan breaks (rules YP1 to YP5): none for a plan of the engine. Also what a screen shows while somebody
 * drags a meeting somewhere.
 */
export function violations(input: PlanInput, plan: Pick<YearPlan, 'placements' | 'exceptions'>): PlanViolation[] {
  const found: PlanViolation[] = [];
  const series = new Map(input.series.map((one) => [one.id, one]));
  const people = new Map(input.people.map((one) => [one.id, one]));
  const closed = new Set(input.closed?.map(({ date }) => date));
  const pins = new Map(input.pins?.map((pin) => [pin.seriesId, pin]));
  const travel = shortestWays(input);
  const byDay = new Map<string, PlannedMeeting[]>();
  const seriesDays = new Set<string>();

  for (const meeting of plannedMeetings(input, plan)) {
    const { date, seriesId, startMinute, endMinute } = meeting;
    const own = series.get(seriesId)!;
    const pin = pins.get(seriesId);
    const report = (kind: PlanViolation['kind'], who: string | null = null) => found.push({ kind, date, seriesIds: [seriesId], who });
    if (closed.has(date)) report('closed');
    // One that was moved onto a day its series meets anyway.
    if (seriesDays.has(`${seriesId} ${date}`)) report('twice');
    seriesDays.add(`${seriesId} ${date}`);
    const weekday = weekdayOf(date);
    if (weekday > 5 || (!own.weekdays.some((day) => day === weekday) && pin?.weekday !== weekday)) report('weekday');
    if (!own.startMinutes.includes(startMinute) && pin?.startMinute !== startMinute) report('time');
    if (!own.places.some(({ placeId }) => placeId === meeting.placeId) && pin?.placeId !== meeting.placeId) report('place');
    for (const [n, id] of meeting.personIds.entries()) {
      const person = people.get(id)!;
      const participant = own.people[n]!;
      if (id !== participant.personId && !participant.substituteIds?.includes(id)) report('substitute', id);
      if (isAway(person.absences, date)) report('absent', id);
      if (person.partTime?.some((one) => one.weekday === weekday && one.fromMinute < endMinute && startMinute < one.toMinute)) report('partTime', id);
    }
    for (const who of new Set([...meeting.personIds, ...(meeting.roomId === null ? [] : [`room ${meeting.roomId}`])])) {
      const key = `${who} ${date}`;
      for (const other of byDay.get(key) ?? []) {
        const way = travel(other.placeId, meeting.placeId);
        if (other.endMinute + way <= startMinute || endMinute + way <= other.startMinute) continue;
        found.push({ kind: who === `room ${meeting.roomId}` ? 'room' : 'person', date, seriesIds: [other.seriesId, seriesId], who });
      }
      byDay.set(key, [...(byDay.get(key) ?? []), meeting]);
    }
    if (new Set(meeting.personIds).size < new Set(own.people.map(({ personId }) => personId)).size) report('substitute');
  }
  for (const [seriesId, pin] of pins) {
    const placement = plan.placements[seriesId];
    const { seriesId: _, ...parts } = pin;
    const kept = (Object.entries(parts) as [keyof Placement, unknown][]).every(([part, value]) => value === undefined || placement?.[part] === value);
    if (placement !== undefined && !kept) found.push({ kind: 'pin', date: input.firstDay, seriesIds: [seriesId], who: null });
  }
  return found;
}

/** The cost of placements by term: docs/year-plan.md, literally. */
export function planCost(input: PlanInput, placements: YearPlan['placements']): PlanCost {
  const weights: PlanWeights = { ...usualWeights, ...input.weights };
  const cost: PlanCost = { travel: 0, otherWeekday: 0, otherTime: 0, offWishedDate: 0, lost: 0, substitute: 0, unpopular: 0, crowdedDay: 0, unevenWeek: 0, leftOut: 0, total: 0 };
  const calendar = new PlanCalendar(input.firstDay, input.weeks);
  const people = new Map(input.people.map((one) => [one.id, one]));
  const closed = new Set(input.closed?.map(({ date }) => date));
  const travel = shortestWays(input);
  const days = new Map<string, Map<PlanDate, { start: number; placeId: string }[]>>(input.people.map(({ id }) => [id, new Map()]));

  for (const series of input.series) {
    const placement = placements[series.id];
    if (placement === undefined) {
      cost.leftOut += weights.leftOut;
      continue;
    }
    const { usual, cadence } = series;
    const roundTrip = ({ personId }: PlanParticipant) => 2 * travel(people.get(personId)!.placeId, placement.placeId) * weights.travel;
    for (const date of patternDates(calendar, series, placement)) {
      if (usual?.weekday !== undefined && usual.weekday !== placement.weekday) cost.otherWeekday += weights.otherWeekday;
      if (usual?.startMinute !== undefined) cost.otherTime += weights.otherTime * Math.ceil(Math.abs(usual.startMinute - placement.startMinute) / 60);
      const attending = uniquePeople(series);
      const away = attending.filter(({ personId }) => isAway(people.get(personId)!.absences, date));
      if (closed.has(date) || away.some(({ substituteIds }) => (substituteIds?.length ?? 0) === 0)) {
        cost.lost += weights.lost;
        cost.travel += attending.reduce((sum, one) => sum + roundTrip(one), 0);
        continue;
      }
      cost.substitute += away.length * weights.substitute;
      cost.travel += away.reduce((sum, one) => sum + roundTrip(one), 0);
      if (isAway(input.unpopular, date)) cost.unpopular += weights.unpopular;
      for (const one of attending) {
        if (away.includes(one)) continue;
        const own = days.get(one.personId)!;
        own.set(date, [...(own.get(date) ?? []), { start: placement.startMinute, placeId: placement.placeId }]);
      }
    }
    if (cadence.every === 'once' && cadence.wished !== undefined) cost.offWishedDate += weights.offWishedDate * Math.ceil(Math.abs(calendar.dayOf(cadence.wished) - calendar.dayOf(placement.date!)) / 7);
  }
  for (const person of input.people) {
    const own = input.series.filter((series) => series.people.some(({ personId }) => personId === person.id));
    const share = Math.ceil(own.reduce((sum, { cadence }) => sum + meetingsOf(cadence, input.weeks), 0) / input.weeks - 1e-9);
    const weeks = new Map<number, number>();
    for (const [date, meetings] of days.get(person.id)!) {
      let at = person.placeId;
      for (const { placeId } of meetings.sort((a, b) => a.start - b.start)) {
        cost.travel += travel(at, placeId) * weights.travel;
        at = placeId;
      }
      cost.travel += travel(at, person.placeId) * weights.travel;
      cost.crowdedDay += Math.max(0, meetings.length - 2) * weights.crowdedDay;
      const week = Math.floor(calendar.dayOf(date) / 7);
      weeks.set(week, (weeks.get(week) ?? 0) + meetings.length);
    }
    for (const count of weeks.values()) cost.unevenWeek += Math.max(0, count - share) * weights.unevenWeek;
  }
  cost.total = cost.travel + cost.otherWeekday + cost.otherTime + cost.offWishedDate + cost.lost + cost.substitute + cost.unpopular + cost.crowdedDay + cost.unevenWeek + cost.leftOut;
  return cost;
}

/** Each person once, as the first time they are named. */
export function uniquePeople(series: PlanSeries): PlanParticipant[] {
  return series.people.filter(({ personId }, n) => series.people.findIndex((one) => one.personId === personId) === n);
}

/** Whether a date falls into any of the stretches. */
export function isAway(stretches: readonly PlanStretch[] | undefined, date: PlanDate): boolean {
  return stretches?.some(({ from, to }) => from <= date && date <= to) ?? false;
}

/** ISO number of the weekday of a date. */
export function weekdayOf(date: PlanDate): number {
  // A calendar date is the same everywhere: UTC is only a way to count.
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

function shortestWays({ places, travelMinutes }: PlanInput): (from: string, to: string) => number {
  const index = new Map(places.map(({ id }, n) => [id, n]));
  const ways = travelMinutes.map((row) => [...row]);
  for (const via of ways.keys()) {
    for (const row of ways) for (const b of ways.keys()) row[b] = Math.min(row[b]!, row[via]! + ways[via]![b]!);
  }
  return (from, to) => ways[index.get(from)!]![index.get(to)!]!;
}
