import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';
import { minutesPerDay, msPerDay, msPerMinute, readDate, readWall, wallText } from '@lib/scheduling/civil.js';
import { InvalidRule, type SeriesRule } from '@lib/scheduling/recurrence.js';
import { setOccurrences, type Override } from '@lib/scheduling/recurrence-set.js';
import { clockOf } from '@lib/scheduling/zone-clock.js';
import { danishZone } from '@lib/scheduling/zones.js';
import { componentsOf, UnreadableCalendar, type IcsComponent } from './ics-components.js';
import { zoneOf } from './zone-names.js';

/** How a time is taken. `unknown`: something is there that could not be understood, so that nobody can say. */
export type TakenState = 'busy' | 'tentative' | 'unknown';

export interface TakenTime {
  /** ms since 1970, half-open. */
  startMs: number;
  endMs: number;
  state: TakenState;
}

export interface BusyReading {
  times: TakenTime[];
  /** By UID, of events that may be meetings of ours: the UID has the form of their ids. */
  named: { uid: string; times: TakenTime[] }[];
  /** What the calendar says something about: all that was asked for, or the period of a published free/busy. */
  fromMs: number;
  toMs: number;
  /** Events whose time could not be read at all, or only that there is something. */
  unread: number;
}

export interface BusyWindow {
  fromMs: number;
  toMs: number;
}

/** What one calendar may take in some fourteen months. */
export const mostTimes = 20_000;
const longestMs = 400 * msPerDay;
/** The patterns of Gregorian dates and weekdays come again after 28 years, of every second one after 56. */
const sameDaysYears = 56;
const ourUid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * [BT1] When a calendar says its person is taken. Nothing else leaves this function.
 *
 * @param text   an iCalendar stream; anything
 * @param window what is asked for
 * @throws UnreadableCalendar
 */
export function busyIn(text: string, window: BusyWindow): BusyReading {
  const { components, timeZone } = componentsOf(text);
  const reader = new Reader(window, components, timeZone);
  return reader.read();
}

/** A value of DTSTART and its like. `wall` in minutes; a day alone is midnight where the calendar is. */
type Moment = { kind: 'day'; wall: number } | { kind: 'wall'; wall: number; zone: string } | { kind: 'instant'; ms: number };

interface Event {
  uid: string;
  start: Moment;
  /** null: it does not repeat. */
  rrule: string | null;
  exdates: Moment[];
  added: { start: Moment; lengthMs: number | null }[];
  recurrenceId: { at: Moment; andFuture: boolean } | null;
  lengthMs: number;
  /** null: takes no time. */
  state: 'busy' | 'tentative' | null;
  /** What is newer, by SEQUENCE and then DTSTAMP (CALENDAR.md 8). */
  sequence: number;
  stamp: string;
}

/** jCal (RFC 7265): name, parameters, type, values. */
type JProperty = [string, Record<string, string | string[]>, string, ...unknown[]];

class NotUnderstood extends Error {}

class Reader {
  private readonly zones = new Map<string, string | null>();
  private readonly descriptions = new Map<string, string[]>();
  private readonly home: string;
  private readonly times: TakenTime[] = [];
  private readonly named = new Map<string, TakenTime[]>();
  private taken = 0;
  private unread = 0;

  constructor(
    private readonly window: BusyWindow,
    private readonly components: readonly IcsComponent[],
    timeZone: string | null,
  ) {
    for (const { name, lines } of components) {
      if (name !== 'VTIMEZONE') continue;
      const id = /^TZID[^:]*:(.*)$/i.exec(lines.find((line) => /^TZID/i.test(line)) ?? '')?.[1]?.trim();
      if (id !== undefined && this.descriptions.size < 50) this.descriptions.set(id, lines);
    }
    this.home = (timeZone === null ? null : this.zone(timeZone)) ?? danishZone;
  }

  read(): BusyReading {
    const groups = new Map<string, Event[]>();
    let events = 0;
    for (const { name, lines } of this.components) {
      if (name !== 'VEVENT') continue;
      events += 1;
      try {
        const event = this.event(lines, `${events}`);
        const group = groups.get(event.uid);
        if (group === undefined) groups.set(event.uid, [event]);
        else group.push(event);
      } catch (error) {
        if (!(error instanceof NotUnderstood)) throw error;
        this.doubtLines(lines);
      }
    }
    for (const [uid, group] of groups) this.takeGroup(uid, group);
    const { fromMs, toMs } = this.publishedPeriod(events);
    return { times: merged(this.times), named: [...this.named].map(([uid, times]) => ({ uid, times: merged(times) })), fromMs, toMs, unread: this.unread };
  }

  /** [BT7] A published free/busy (VFREEBUSY) speaks of its period alone. Beside events it adds to them. */
  private publishedPeriod(events: number): BusyWindow {
    let period: BusyWindow | null = null;
    for (const { name, lines } of this.components) {
      if (name !== 'VFREEBUSY') continue;
      try {
        const all = properties('VFREEBUSY', lines);
        const [start, end] = ['dtstart', 'dtend'].map((one) => all.find(([own]) => own === one)).map((one) => (one === undefined ? null : this.ms(this.moment(one))));
        let [first, last] = [Infinity, -Infinity];
        for (const [own, parameters, , ...values] of all) {
          if (own !== 'freebusy') continue;
          const type = String(parameters.fbtype ?? 'BUSY').toUpperCase();
          for (const value of values) {
            const [from, to] = this.period(value);
            [first, last] = [Math.min(first, from), Math.max(last, to)];
            if (type !== 'FREE') this.take('', { startMs: from, endMs: to, state: type === 'BUSY-TENTATIVE' ? 'tentative' : 'busy' });
          }
        }
        const [fromMs, toMs] = [start ?? first, end ?? last];
        if (toMs > fromMs) period = period === null ? { fromMs, toMs } : { fromMs: Math.min(period.fromMs, fromMs), toMs: Math.max(period.toMs, toMs) };
      } catch (error) {
        if (!(error instanceof NotUnderstood)) throw error;
        this.unread += 1;
      }
    }
    if (events > 0 || !this.components.some(({ name }) => name === 'VFREEBUSY')) return this.window;
    // A free/busy without a time in it says nothing of any.
    if (period === null) return { fromMs: this.window.fromMs, toMs: this.window.fromMs };
    return { fromMs: Math.max(period.fromMs, this.window.fromMs), toMs: Math.max(Math.max(period.fromMs, this.window.fromMs), Math.min(period.toMs, this.window.toMs)) };
  }

  /** @throws NotUnderstood */
  private event(lines: readonly string[], nth: string): Event {
    const all = properties('VEVENT', lines.filter((line) => !/^(RRULE|EXRULE)[;:]/i.test(line)));
    const one = (name: string): JProperty | undefined => all.find(([own]) => own === name);
    const word = (name: string) => String(one(name)?.[3] ?? '').trim().toUpperCase();
    const rules = lines.filter((line) => /^RRULE[;:]/i.test(line)).map((line) => line.slice(line.indexOf(':') + 1));
    const dtstart = one('dtstart');
    if (dtstart === undefined) throw new NotUnderstood();
    const start = this.moment(dtstart);
    const recurrence = one('recurrence-id');
    const uid = String(one('uid')?.[3] ?? '');
    // Two rules at once, or one that takes away: RFC 5545 has neither any more, and we do not guess.
    if (rules.length > 1 || lines.some((line) => /^EXRULE[;:]/i.test(line))) throw new NotUnderstood();
    return {
      // Without a UID it belongs to nothing else.
      uid: uid === '' ? `nameless ${nth}` : uid,
      start,
      rrule: rules[0] ?? null,
      exdates: all.filter(([name]) => name === 'exdate').flatMap((property) => this.moments(property)),
      added: all.filter(([name]) => name === 'rdate').flatMap((property) => this.added(property)),
      recurrenceId: recurrence === undefined ? null : { at: this.moment(recurrence), andFuture: String(recurrence[1].range ?? '').toUpperCase() === 'THISANDFUTURE' },
      lengthMs: this.lengthOf(start, one('dtend'), one('duration')),
      state: stateOf(word('status'), word('transp'), word('x-microsoft-cdo-busystatus')),
      sequence: Number(one('sequence')?.[3] ?? 0) || 0,
      stamp: String(one('dtstamp')?.[3] ?? ''),
    };
  }

  private lengthOf(start: Moment, dtend: JProperty | undefined, duration: JProperty | undefined): number {
    let lengthMs = start.kind === 'day' ? msPerDay : 0;
    if (dtend !== undefined) {
      const end = this.moment(dtend);
      // A wall has no seconds here: the minute that is begun is taken.
      const begun = end.kind === 'wall' && /:(?!00)\d\d$/.test(String(dtend[3])) ? msPerMinute : 0;
      // Days are counted on the wall: a day of a clock change is one.
      lengthMs = start.kind === 'day' && end.kind === 'day' ? Math.max(end.wall - start.wall, minutesPerDay) * msPerMinute : this.ms(end) + begun - this.ms(start);
    } else if (duration !== undefined) lengthMs = durationMs(String(duration[3]));
    return Math.min(Math.max(lengthMs, 0), longestMs);
  }

  /** [BT3] An event with all that was changed of it. */
  private takeGroup(uid: string, group: readonly Event[]): void {
    const masters = newest(group.filter(({ recurrenceId }) => recurrenceId === null));
    const overrides = newestOfEach(group.filter(({ recurrenceId }) => recurrenceId !== null), (one) => `${this.ms(one.recurrenceId!.at)} ${one.recurrenceId!.andFuture}`);
    // An invitation to one occurrence alone comes without its series.
    if (masters.length === 0) for (const one of overrides) this.takeOne(uid, one);
    for (const master of masters) {
      if (overrides.length === 0 && (master.state === null || (master.rrule === null && master.added.length === 0))) this.takeOne(uid, master);
      else this.takeSeries(uid, master, overrides);
    }
  }

  private takeOne(uid: string, { start, lengthMs, state }: Event): void {
    if (state === null) return;
    const startMs = this.ms(start);
    this.take(uid, { startMs, endMs: this.endOf(start, startMs, lengthMs), state });
  }

  /** The end of a whole day is midnight, on days of a clock change too. */
  private endOf(start: Moment, startMs: number, lengthMs: number): number {
    if (start.kind !== 'day') return startMs + lengthMs;
    const clock = clockOf(this.home);
    return clock.epochMs(clock.wall(startMs) + Math.ceil(lengthMs / msPerMinute));
  }

  private takeSeries(uid: string, master: Event, overrides: readonly Event[]): void {
    const zone = master.start.kind === 'day' ? this.home : master.start.kind === 'wall' ? master.start.zone : 'UTC';
    const clock = clockOf(zone);
    const wallOf = (moment: Moment) => (moment.kind === 'day' ? moment.wall + (startWall % minutesPerDay) : clock.wall(this.ms(moment)));
    const startWall = master.start.kind === 'day' ? master.start.wall : clock.wall(this.ms(master.start));
    // Seconds are more than a wall of minutes shows: who is taken from 9.00.30 is taken from 9.00.
    const lengths = [master, ...overrides].map(({ lengthMs }) => lengthMs);
    const longest = Math.max(...lengths) + msPerMinute;
    const originals = new Map(overrides.map((one) => [clock.epochMs(wallOf(one.recurrenceId!.at)), one]));
    const future = overrides.filter(({ recurrenceId }) => recurrenceId!.andFuture).map((one) => ({ one, atMs: clock.epochMs(wallOf(one.recurrenceId!.at)) })).sort((a, b) => a.atMs - b.atMs);
    // What is as the series says is taken from it; what somebody changed, from the latest change that holds for it.
    const sourceOf = (atMs: number): Event => {
      const own = originals.get(atMs);
      return own !== undefined ? own : (future.findLast((one) => one.atMs <= atMs)?.one ?? master);
    };
    const window = { start: instant(this.window.fromMs - longest), end: instant(this.window.toMs) };
    const rule = this.ruleOf(master, zone, startWall);
    const changes = overrides.map((one): Override => ({
      recurrenceId: wallText(wallOf(one.recurrenceId!.at)),
      ...(one.recurrenceId!.andFuture ? { range: 'thisAndFuture' as const } : {}),
      cancelled: one.state === null,
      startLocal: wallText(clock.wall(this.ms(one.start))),
      durationMinutes: 1,
    }));
    try {
      for (const found of setOccurrences(rule, changes, window, mostTimes)) {
        const { state, lengthMs, start } = sourceOf(clock.epochMs(readWall(found.recurrenceId)!));
        if (state === null) continue;
        const startMs = found.startInstant.epochMilliseconds;
        this.take(uid, { startMs, endMs: this.endOf(start, startMs, lengthMs) + (start.kind === 'day' ? 0 : this.secondsOf(start)), state });
      }
    } catch (error) {
      if (!(error instanceof InvalidRule)) throw error;
      // An UNTIL before the start leaves the start alone: a series that somebody took back.
      if (error.reason === 'untilBeforeStart') return this.takeGroup(uid, [{ ...master, rrule: null, exdates: [] }, ...overrides]);
      for (const one of overrides) this.takeOne(uid, one);
      if (master.rrule === null) this.takeOne(uid, master);
      else if (master.state !== null) this.doubt(master);
    }
    this.takeAdded(uid, master, zone, originals);
  }

  private secondsOf(start: Moment): number {
    return start.kind === 'instant' && start.ms % msPerMinute !== 0 ? msPerMinute : 0;
  }

  private ruleOf(master: Event, zone: string, startWall: number): SeriesRule {
    const named = (moment: Moment) => (moment.kind === 'day' ? wallText(moment.wall).slice(0, 10) : moment.kind === 'instant' ? new Date(moment.ms).toISOString().slice(0, 19) + 'Z' : moment.zone === zone ? wallText(moment.wall) : `${wallText(moment.wall)}[${moment.zone}]`);
    let startLocal = wallText(startWall);
    const isPlain = master.rrule !== null && !/COUNT=|INTERVAL=(?![12](;|$))/i.test(master.rrule);
    // Birthdays of people who were born before time began.
    while (isPlain && startLocal < '1970' && startLocal > '1800') startLocal = `${Number(startLocal.slice(0, 4)) + sameDaysYears}${startLocal.slice(4)}`;
    return { startLocal, timeZone: zone, rrule: master.rrule, durationMinutes: 1, excludedDates: master.exdates.map(named), inClockChange: 'shift' };
  }

  /** RDATE. Where the rule meets too it is the same time twice, which takes nothing more. */
  private takeAdded(uid: string, master: Event, zone: string, originals: ReadonlyMap<number, Event>): void {
    if (master.state === null) return;
    const excluded = new Set(master.exdates.filter(({ kind }) => kind !== 'day').map((one) => this.ms(one)));
    const days = new Set(master.exdates.flatMap((one) => (one.kind === 'day' ? [Math.floor(one.wall / minutesPerDay)] : [])));
    const clock = clockOf(zone);
    const timeOfDay = master.start.kind === 'wall' ? master.start.wall % minutesPerDay : 0;
    for (const { start, lengthMs } of master.added) {
      const startMs = start.kind === 'day' && master.start.kind !== 'day' ? clock.epochMs(start.wall + timeOfDay) : this.ms(start);
      if (excluded.has(startMs) || days.has(Math.floor(clock.wall(startMs) / minutesPerDay)) || originals.has(startMs)) continue;
      this.take(uid, { startMs, endMs: this.endOf(master.start, startMs, lengthMs ?? master.lengthMs), state: master.state });
    }
  }

  /**
   * [BT6] A repetition that cannot be followed: from when it begins until it ends nobody can say, and that is what is said. It
   * is never simply left out, which would be free.
   */
  private doubt({ start, rrule, lengthMs }: Event): void {
    this.unread += 1;
    this.take('', { startMs: this.ms(start), endMs: this.lastOf(rrule ?? '') + lengthMs, state: 'unknown' });
  }

  /** The same of an event of which less is understood: its day, wherever in the world that is. */
  private doubtLines(lines: readonly string[]): void {
    const value = (name: string) => new RegExp(`^${name}(?:;[^:]*)?:\\s*(.*)$`, 'im').exec(lines.join('\n'))?.[1]?.trim() ?? '';
    if (stateOf(value('STATUS').toUpperCase(), value('TRANSP').toUpperCase(), value('X-MICROSOFT-CDO-BUSYSTATUS').toUpperCase()) === null) return;
    this.unread += 1;
    const [start, end] = ['DTSTART', 'DTEND'].map((name) => /(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$/.exec(value(name))).map((found) => (found === null ? null : Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3]))));
    if (start === null || start === undefined) return;
    const rule = value('RRULE');
    this.take('', { startMs: start - msPerDay, endMs: rule === '' ? Math.max(start, end ?? start) + 2 * msPerDay : this.lastOf(rule), state: 'unknown' });
  }

  private lastOf(rule: string): number {
    const until = /UNTIL=(\d{4})(\d{2})(\d{2})/i.exec(rule);
    return until === null ? this.window.toMs : Date.UTC(Number(until[1]), Number(until[2]) - 1, Number(until[3]) + 2);
  }

  private take(uid: string, { startMs, endMs, state }: TakenTime): void {
    const [from, to] = [Math.max(startMs, this.window.fromMs), Math.min(endMs, this.window.toMs)];
    if (from >= to) return;
    this.taken += 1;
    if (this.taken > mostTimes) throw new UnreadableCalendar('tooMany');
    const list = ourUid.test(uid) ? (this.named.get(uid) ?? []) : this.times;
    if (list !== this.times) this.named.set(uid, list);
    list.push({ startMs: from, endMs: to, state });
  }

  private zone(name: string): string | null {
    const known = this.zones.get(name);
    if (known !== undefined) return known;
    const found = zoneOf(name, this.descriptions.get(name) ?? null, this.window.fromMs);
    if (this.zones.size < 1000) this.zones.set(name, found);
    return found;
  }

  private moment(property: JProperty): Moment {
    const [first] = this.moments(property);
    if (first === undefined) throw new NotUnderstood();
    return first;
  }

  private moments([, parameters, , ...values]: JProperty): Moment[] {
    return values.map((value) => this.momentOf(String(value), parameters.tzid));
  }

  /** @throws NotUnderstood for what is no time, or in a zone that nobody knows */
  private momentOf(text: string, tzid: string | string[] | undefined): Moment {
    const day = readDate(text);
    if (day !== null) return { kind: 'day', wall: day * minutesPerDay };
    if (text.endsWith('Z')) {
      const ms = Date.parse(text);
      if (!Number.isNaN(ms)) return { kind: 'instant', ms };
    }
    const wall = readWall(text);
    // [BT5] A floating time is where the calendar is; a zone that nobody knows is nowhere.
    const zone = tzid === undefined ? this.home : this.zone(String(tzid));
    if (wall === null || zone === null) throw new NotUnderstood();
    return { kind: 'wall', wall, zone };
  }

  private added([, parameters, type, ...values]: JProperty): Event['added'] {
    return values.map((value) => {
      if (type !== 'period') return { start: this.momentOf(String(value), parameters.tzid), lengthMs: null };
      const [from, end] = value as [string, string];
      const start = this.momentOf(from, parameters.tzid);
      return { start, lengthMs: /^[-+]?P/.test(end) ? durationMs(end) : this.ms(this.momentOf(end, parameters.tzid)) - this.ms(start) };
    });
  }

  private period(value: unknown): [number, number] {
    const [from, end] = value as [string, string];
    const startMs = this.ms(this.momentOf(from, undefined));
    return [startMs, /^[-+]?P/.test(end) ? startMs + durationMs(end) : this.ms(this.momentOf(end, undefined))];
  }

  private ms(moment: Moment): number {
    if (moment.kind === 'instant') return moment.ms;
    return clockOf(moment.kind === 'day' ? this.home : moment.zone).epochMs(moment.wall);
  }
}

const instant = (ms: number) => Temporal.Instant.fromEpochMilliseconds(Math.floor(ms));

/** The grammar is ical.js's; what it cannot read is not understood. */
function properties(name: string, lines: readonly string[]): JProperty[] {
  try {
    return (ICAL.parse([`BEGIN:${name}`, ...lines, `END:${name}`].join('\r\n')) as unknown as [string, JProperty[]])[1];
  } catch {
    throw new NotUnderstood();
  }
}

function durationMs(text: string): number {
  try {
    return Math.max(0, Math.min(ICAL.Duration.fromString(text).toSeconds() * 1000, longestMs));
  } catch {
    throw new NotUnderstood();
  }
}

/**
 * [BT4] Whether an event takes its person's time. Outlook says it in a property of its own, more exactly than TRANSP can: who works
 * elsewhere can meet, as Outlook's own assistant has it.
 */
function stateOf(status: string, transp: string, outlook: string): Event['state'] {
  if (status === 'CANCELLED') return null;
  if (outlook === 'FREE' || outlook === 'WORKINGELSEWHERE') return null;
  if (outlook === 'TENTATIVE') return 'tentative';
  if (outlook === '' && transp === 'TRANSPARENT') return null;
  return status === 'TENTATIVE' ? 'tentative' : 'busy';
}

const isNewer = (one: Event, other: Event): boolean => one.sequence > other.sequence || (one.sequence === other.sequence && one.stamp > other.stamp);

/** Of versions of one event the newest; those that are equally new all count. */
function newest(events: readonly Event[]): Event[] {
  let best: Event | undefined;
  for (const one of events) if (best === undefined || isNewer(one, best)) best = one;
  return events.filter((one) => !isNewer(best!, one));
}

function newestOfEach(events: readonly Event[], keyOf: (event: Event) => string): Event[] {
  const byKey = new Map<string, Event>();
  for (const one of events) {
    const known = byKey.get(keyOf(one));
    if (known === undefined || !isNewer(known, one)) byKey.set(keyOf(one), one);
  }
  return [...byKey.values()];
}

const strength: Record<TakenState, number> = { busy: 2, unknown: 1, tentative: 0 };

/** Each state as stretches that do not touch, in order; what is busy takes nothing from the others, which only say less. */
export function merged(times: readonly TakenTime[]): TakenTime[] {
  const answer: TakenTime[] = [];
  const sorted = [...times].sort((a, b) => strength[b.state] - strength[a.state] || a.startMs - b.startMs);
  for (const one of sorted) {
    const last = answer.at(-1);
    if (last !== undefined && last.state === one.state && one.startMs <= last.endMs) last.endMs = Math.max(last.endMs, one.endMs);
    else answer.push({ ...one });
  }
  return answer;
}
