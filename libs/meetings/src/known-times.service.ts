import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type PartStat, type Sector } from '@lib/contracts/enums.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { log } from '@lib/platform/log.js';
import { forNobody } from '@lib/platform/openings.js';
import { UnitOfWork, type RunOptions, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Availability, type BusyTime } from '@lib/scheduling/availability.js';
import { unpackBusy, type BusyTimes } from './busy-times.js';
import { heldSlots, type BallotRow } from './poll-rows.js';
import { plannedIn, timesOfRow, type SeriesTimesRow } from './series-row.js';
import { inPeriod } from './standing-substitutes.service.js';

/** Somebody whose time is asked for, by the membership she would come with. */
export interface Asked {
  personId: string;
  membershipId: string;
}

interface KnownPerson {
  memberships: Map<string, { authorityId: string; sector: Sector; fromMs: number | null; toMs: number | null }>;
  busy: { startMs: number; endMs: number; authorityId: string; isCertain: boolean; isAsked: boolean; eventId: string }[];
  /** Meetings and series that what is known depends on. */
  sources: Set<string>;
  /** What her own calendar says, while that counts; null where nobody knows. */
  calendar: (BusyTimes & { untilMs: number; authorityId: string }) | null;
  /** [PO11] When the first poll ends by itself, and with it what it holds; nobody tells of that. */
  staleAtMs: number;
}

/** A name in the index of nobody, who has nothing but usual hours. */
export const usualHours = 'usual hours';

/** From today on. A question looks at most a year ahead; a later day is for what would give when nothing fits. */
export const indexDays = 400;
const mostPeople = 3000;
/** People read at once in the background: one short statement after the other. */
const pageSize = 100;
const tries = 3;

/**
 * [FT1–FT4] When people are in meetings of Samråd, prepared for questions, in memory. Read when somebody is first asked
 * about; what commands of any process change is read again at once, before somebody asks. It holds times and which
 * authority somebody comes for; what a meeting is, it does not know.
 */
@Injectable()
export class KnownTimes implements OnModuleInit, OnModuleDestroy {
  private index: Availability | null = null;
  private today = '';
  /** The one asked about longest ago first. */
  private readonly known = new Map<string, KnownPerson>();
  private readonly stale = new Set<string>();
  private readonly loading = new Set<string>();
  private readonly changed = { meetings: new Set<string>(), series: new Set<string>() };
  private settling: Promise<void> | null = null;
  private refreshing: Promise<void> | null = null;
  private lastLoad: Promise<void> = Promise.resolve();
  private isStopped = false;
  private undo: (() => void)[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.undo = [
      this.events.on('meeting.changed', ({ meetingId }) => this.note('meetings', meetingId)),
      this.events.on('poll.changed', ({ meetingId }) => this.note('meetings', meetingId)),
      this.events.on('meeting.left', ({ meetingId }) => this.note('meetings', meetingId)),
      this.events.on('series.changed', ({ seriesId }) => this.note('series', seriesId)),
      this.events.on('calendar.changed', ({ personId }) => this.doubtWhere((_, id) => id === personId)),
      this.events.on('content.shredded', ({ ids }) => ids.forEach((id) => this.doubtWhere(({ sources }) => sources.has(id)))),
      this.events.on('membership.changed', ({ membershipId }) => this.doubtWhere(({ memberships }) => memberships.has(membershipId))),
      this.events.on('elsewhere.missed', () => this.doubtWhere(() => true)),
    ];
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    for (const undo of this.undo) undo();
    await this.settling;
    await this.refreshing;
    await this.lastLoad;
  }

  /**
   * What is known of these people's time, as somebody of `authorityId` may be told it (FT2). Ask it at once: it changes
   * with the next commit.
   *
   * @returns the index, and by membership the name it has there
   */
  async of(asked: readonly Asked[], authorityId: string): Promise<{ index: Availability; names: ReadonlyMap<string, string> }> {
    for (let n = 0; n < tries; n += 1) {
      while (this.settling !== null) await this.settling;
      this.beginToday();
      if (asked.every((one) => this.isFresh(one))) break;
      await this.load(() => asked.filter((one) => !this.isFresh(one)).map(({ personId }) => personId), {});
    }
    const index = this.index!;
    const names = new Map<string, string>();
    for (const { personId, membershipId } of asked) {
      const person = this.known.get(personId);
      const membership = person?.memberships.get(membershipId);
      if (person === undefined || membership === undefined) continue;
      this.known.delete(personId);
      this.known.set(personId, person);
      const isColleague = membership.authorityId === authorityId;
      const name = nameOf(membershipId, isColleague);
      names.set(membershipId, name);
      if (index.person(name) !== null) continue;
      const colleaguesOf = isColleague ? authorityId : null;
      index.setPerson({
        id: name,
        authorityId: membership.authorityId,
        sector: membership.sector,
        calendarKnown: person.calendar !== null,
        busy: [...this.busyOf(person, colleaguesOf), ...this.ofCalendar(person, colleaguesOf), ...this.outside(membership)],
      });
    }
    this.forgetSome();
    return { index, names };
  }

  /**
   * [FT2] To whom is no colleague everything is alike: there or not. A colleague is also told what is not settled, of what
   * concerns their own authority. [PO11] A time of a poll that she has said nothing about is nobody else's to know: taken in exactly those
   * times, she would be known to be asked by it.
   */
  private busyOf({ busy }: KnownPerson, colleaguesOf: string | null): BusyTime[] {
    const stateOf = (isOwn: boolean, isCertain: boolean, isAsked: boolean): BusyTime['state'] => (isOwn && !isCertain ? 'tentative' : isAsked ? 'unknown' : 'busy');
    return busy.map(({ startMs, endMs, authorityId, isCertain, isAsked, eventId }) => ({ startMs, endMs, eventId, placeId: null, state: stateOf(authorityId === colleaguesOf, isCertain, isAsked) }));
  }

  /**
   * [FT12] What her own calendar says beside it; where it says nothing she is neither free nor taken. To whom is no colleague of
   * where it was connected what is tentative is taken as well, and so is what could not be followed [BT6]: that nobody knows exactly
   * then would say that there is something.
   */
  private ofCalendar({ calendar }: KnownPerson, colleaguesOf: string | null): BusyTime[] {
    if (calendar === null) return [];
    const { startMs, endMs } = this.bounds();
    const silent = [{ startMs, endMs: Math.min(calendar.fromMs, endMs) }, { startMs: Math.max(calendar.toMs, startMs), endMs }].filter((one) => one.startMs < one.endMs);
    const times = calendar.times.filter((one) => one.endMs > startMs && one.startMs < endMs);
    return [
      ...times.map((one): BusyTime => ({ startMs: one.startMs, endMs: one.endMs, placeId: null, state: calendar.authorityId === colleaguesOf ? one.state : 'busy' })),
      ...silent.map((one): BusyTime => ({ ...one, placeId: null, state: 'unknown' })),
    ];
  }

  /** Before and after her membership she comes to nothing. */
  private outside({ fromMs, toMs }: { fromMs: number | null; toMs: number | null }): BusyTime[] {
    const { startMs, endMs } = this.bounds();
    return [...(fromMs !== null && fromMs > startMs ? [{ startMs, endMs: Math.min(fromMs, endMs), placeId: null }] : []), ...(toMs !== null && toMs < endMs ? [{ startMs: Math.max(toMs, startMs), endMs, placeId: null }] : [])];
  }

  private bounds(): { startMs: number; endMs: number } {
    const first = Temporal.PlainDate.from(this.today);
    return { startMs: first.toZonedDateTime(timeZone).epochMilliseconds, endMs: first.add({ days: indexDays }).toZonedDateTime(timeZone).epochMilliseconds };
  }

  /** Every day has an index of its own; it fills as people are asked about. */
  private beginToday(): void {
    const today = this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().toString();
    if (today === this.today) return;
    this.today = today;
    this.index = new Availability({ from: today, days: indexDays, timeZone });
    this.index.setPerson({ id: usualHours, authorityId: '', sector: '', calendarKnown: true, busy: [] });
    this.known.clear();
    // What is being read was read for another day.
    for (const id of this.loading) this.stale.add(id);
  }

  private isFresh({ personId, membershipId }: Asked): boolean {
    const person = this.known.get(personId);
    // [BT10] A reading ends by itself, and nothing says so.
    if (person === undefined || (person.calendar !== null && person.calendar.untilMs <= this.clock.now().epochMilliseconds)) return false;
    // Of whom is being read anew what is known is old until then.
    return !this.stale.has(personId) && !this.loading.has(personId) && person.memberships.has(membershipId) && this.clock.now().epochMilliseconds < person.staleAtMs;
  }

  private note(kind: 'meetings' | 'series', id: string): void {
    if (this.known.size === 0 && this.loading.size === 0) return;
    this.doubtWhere(({ sources }) => sources.has(id));
    this.changed[kind].add(id);
    this.follow();
  }

  private follow(): void {
    this.settling ??= this.settle().finally(() => {
      this.settling = null;
      if (this.changed.meetings.size + this.changed.series.size > 0 && !this.isStopped) this.follow();
    });
  }

  private doubtWhere(holds: (person: KnownPerson, id: string) => boolean): void {
    for (const [id, person] of this.known) if (holds(person, id)) this.stale.add(id);
    // Whoever is being read may have been read before.
    for (const id of this.loading) this.stale.add(id);
    this.refresh();
  }

  /** Who else a change concerns than those of whom it was known. */
  private async settle(): Promise<void> {
    while (this.changed.meetings.size + this.changed.series.size > 0 && !this.isStopped) {
      const meetings = [...this.changed.meetings];
      const series = [...this.changed.series];
      this.changed.meetings.clear();
      this.changed.series.clear();
      try {
        const rows = await this.read((tx) => tx.query<{ person_id: string }>(concerned, [meetings, series]), {});
        for (const { person_id } of rows) if (this.known.has(person_id) || this.loading.has(person_id)) this.stale.add(person_id);
      } catch (error) {
        log.error({ error }, 'busy times not followed');
        for (const id of this.known.keys()) this.stale.add(id);
      }
    }
    this.refresh();
  }

  /** Reads again what is doubted, without anybody waiting: how long an answer takes must not tell that something changed. */
  private refresh(): void {
    if (this.stale.size === 0 || this.isStopped) return;
    this.refreshing ??= this.refreshAll().finally(() => (this.refreshing = null));
  }

  private async refreshAll(): Promise<void> {
    try {
      while (this.stale.size > 0 && !this.isStopped) {
        const page = () => [...this.stale].filter((id) => this.known.has(id)).slice(0, pageSize);
        if (page().length === 0) return;
        await this.load(page, { lane: 'job' });
      }
    } catch (error) {
      // The next question tries again, and so does the next change.
      log.error({ error }, 'busy times not read');
    }
  }

  /** One after the other: what two questions lack is read once. */
  private load(lacking: () => readonly string[], options: RunOptions): Promise<void> {
    const run = this.lastLoad.then(async () => {
      const ids = [...new Set(lacking())];
      if (ids.length === 0) return;
      const { today } = this;
      for (const id of ids) {
        this.stale.delete(id);
        this.loading.add(id);
      }
      try {
        const people = await this.read((tx) => this.peopleIn(tx, ids), options);
        if (today === this.today) for (const id of ids) this.take(id, people.get(id));
      } catch (error) {
        for (const id of ids) this.stale.add(id);
        throw error;
      } finally {
        for (const id of ids) this.loading.delete(id);
      }
    });
    this.lastLoad = run.catch(() => undefined);
    return run;
  }

  private take(id: string, person: KnownPerson | undefined): void {
    this.drop(id);
    if (person !== undefined) this.known.set(id, person);
  }

  private drop(id: string): void {
    for (const membershipId of this.known.get(id)?.memberships.keys() ?? []) for (const isColleague of [true, false]) this.index?.removePerson(nameOf(membershipId, isColleague));
    this.known.delete(id);
  }

  private forgetSome(): void {
    for (const id of this.known.keys()) {
      if (this.known.size <= mostPeople) return;
      this.drop(id);
    }
  }

  private read<T>(work: (tx: Tx) => Promise<T>, options: RunOptions): Promise<T> {
    // What is read here is shown to nobody yet.
    return forNobody(() => this.unitOfWork.run(work, { ...options, as: 'availability' }));
  }

  private async peopleIn(tx: Tx, personIds: readonly string[]): Promise<Map<string, KnownPerson>> {
    const { startMs, endMs } = this.bounds();
    const window = [new Date(startMs - dayMs).toISOString(), new Date(endMs).toISOString()];
    const memberships = await tx.query<{ id: string; person_id: string; authority_id: string; sector: Sector; valid_from: Date; valid_to: Date | null }>(
      'SELECT m.id, m.person_id, m.authority_id, a.sector, m.valid_from, m.valid_to FROM membership m JOIN authority a ON a.id = m.authority_id WHERE m.person_id = ANY($1::uuid[])',
      [personIds],
    );
    const people = new Map<string, KnownPerson>();
    const whose = new Map<string, { person: KnownPerson; authorityId: string; fromMs: number; toMs: number | null }>();
    for (const row of memberships) {
      const person = people.get(row.person_id) ?? { memberships: new Map(), busy: [], sources: new Set(), calendar: null, staleAtMs: Infinity };
      people.set(row.person_id, person);
      const own = { authorityId: row.authority_id, fromMs: row.valid_from.getTime(), toMs: row.valid_to?.getTime() ?? null };
      person.memberships.set(row.id, { ...own, sector: row.sector });
      whose.set(row.id, { ...own, person });
    }
    const nowMs = this.clock.now().epochMilliseconds;
    const add = (membershipId: string, time: { startMs: number; endMs: number; eventId: string; partStat: PartStat | null; isAsked?: boolean }) => {
      const { person, authorityId, fromMs, toMs } = whose.get(membershipId)!;
      if (time.partStat === 'declined' || time.partStat === 'delegated' || time.startMs < fromMs || (toMs !== null && time.startMs >= toMs)) return;
      person.busy.push({ startMs: time.startMs, endMs: time.endMs, authorityId, isCertain: time.partStat === 'accepted', isAsked: time.isAsked === true, eventId: time.eventId });
    };
    const ids = [...whose.keys()];
    for (const row of await tx.query<MeetingTime>(meetingTimes, [ids, ...window])) {
      const startsAt = row.start_instant.getTime();
      const { sources } = whose.get(row.membership_id)!.person;
      sources.add(row.id);
      if (row.series_id !== null) sources.add(row.series_id);
      if (row.is_held) add(row.membership_id, { startMs: startsAt, endMs: startsAt + row.duration_minutes * 60_000, eventId: row.id, partStat: row.part_stat });
    }
    // [PO11] What polls hold until a time is chosen: not certain, so that colleagues may be told so.
    for (const row of await tx.query<HoldTime>(holdTimes, [ids, this.clock.now().toString()])) {
      const { person } = whose.get(row.membership_id)!;
      person.sources.add(row.meeting_id);
      // Her time in the meeting may begin or end while the poll goes on; nobody tells of that either.
      const [fromMs, toMs] = [row.valid_from?.getTime() ?? -Infinity, row.valid_to?.getTime() ?? Infinity];
      const changes = [row.closes_at.getTime(), row.start_instant.getTime(), fromMs, toMs].filter((one) => one > nowMs);
      person.staleAtMs = Math.min(person.staleAtMs, ...changes);
      if (fromMs > nowMs) continue;
      for (const { start, isAnswered } of heldSlots(row)) {
        const at = start.epochMilliseconds;
        if (at >= startMs && at < endMs && at < toMs) add(row.membership_id, { startMs: at, endMs: at + row.duration_minutes * 60_000, eventId: row.meeting_id, partStat: null, isAsked: !isAnswered });
      }
    }
    // [FT3] Meetings of a series that are not rows yet.
    const planned = new Map<string, ReturnType<typeof plannedIn>>();
    for (const row of await tx.query<SeriesTime>(seriesTimes, [ids])) {
      whose.get(row.membership_id)!.person.sources.add(row.id);
      const horizon = Temporal.Instant.fromEpochMilliseconds(Math.max(row.horizon_until.getTime(), startMs));
      if (horizon.epochMilliseconds >= endMs) continue;
      const all = planned.get(row.id) ?? plannedIn(timesOfRow(row), horizon, Temporal.Instant.fromEpochMilliseconds(endMs)).filter(({ outcome }) => outcome === 'held' || outcome === 'moved');
      planned.set(row.id, all);
      for (const { startInstant, endInstant, startLocal } of all) {
        const at = startInstant.epochMilliseconds;
        // Within the period her substitute comes, and she does not.
        const comesAnother = row.sends !== null && inPeriod(row, startLocal);
        if (comesAnother !== row.is_substitute || at < (row.valid_from?.getTime() ?? at) || at >= (row.valid_to?.getTime() ?? Infinity)) continue;
        add(row.membership_id, { startMs: at, endMs: endInstant.epochMilliseconds, eventId: row.id, partStat: row.part_stat });
      }
    }
    await this.calendarsIn(tx, people);
    return people;
  }

  private async calendarsIn(tx: Tx, people: ReadonlyMap<string, KnownPerson>): Promise<void> {
    const rows = await tx.query<{ id: string; person_id: string; authority_id: string; times: Uint8Array; known_until: Date }>(
      'SELECT id, person_id, authority_id, times, known_until FROM busy_calendar WHERE person_id = ANY($1::uuid[]) AND times IS NOT NULL AND known_until > $2',
      [[...people.keys()], this.clock.now().toString()],
    );
    const sealers = await this.keyring.sealersIn(tx, rows.map(({ id }) => id));
    for (const { id, person_id, authority_id, times, known_until } of rows) {
      const sealer = sealers.get(id);
      const person = people.get(person_id);
      if (sealer === undefined || sealer.isShredded || person === undefined) continue;
      person.calendar = { ...unpackBusy(sealer.open(times, { table: 'busy_calendar', rowId: id, column: 'times' })), untilMs: known_until.getTime(), authorityId: authority_id };
    }
  }
}

const dayMs = 86_400_000;
const nameOf = (membershipId: string, isColleague: boolean): string => (isColleague ? `${membershipId} colleague` : membershipId);

const concerned = /* sql */ `
  SELECT m.person_id FROM meeting_participant p JOIN membership m ON m.id = p.membership_id WHERE p.meeting_id = ANY($1::uuid[])
  UNION SELECT m.person_id FROM series_participant p JOIN membership m ON m.id = p.membership_id
    WHERE p.series_id = ANY($2::uuid[]) OR p.series_id IN (SELECT series_id FROM meeting WHERE id = ANY($1::uuid[]))
  UNION SELECT m.person_id FROM series_substitute s JOIN membership m ON m.id = s.substitute_membership_id WHERE s.series_id = ANY($2::uuid[])`;

interface MeetingTime {
  id: string;
  series_id: string | null;
  membership_id: string;
  start_instant: Date;
  duration_minutes: number;
  is_held: boolean;
  part_stat: PartStat | null;
}

/** [PE7] An answer is to one time; who sent a substitute sent her to the meeting, whenever it is. A draft calls nobody. */
const meetingTimes = /* sql */ `
  SELECT m.id, m.series_id, p.membership_id, m.start_instant, m.duration_minutes, m.state NOT IN ('draft', 'cancelled')
           AND (p.valid_from IS NULL OR p.valid_from <= m.start_instant) AND (p.valid_to IS NULL OR p.valid_to > m.start_instant) AS is_held, r.part_stat
  FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id
  LEFT JOIN meeting_reply r ON r.meeting_id = m.id AND r.membership_id = p.membership_id AND (r.start_instant = m.start_instant OR r.part_stat = 'delegated')
  WHERE p.membership_id = ANY($1::uuid[]) AND m.start_instant >= $2::timestamptz AND m.start_instant < $3::timestamptz`;

interface HoldTime {
  meeting_id: string;
  membership_id: string;
  start_instant: Date;
  closes_at: Date;
  slots: string[];
  duration_minutes: number;
  valid_from: Date | null;
  valid_to: Date | null;
  choices: BallotRow['choices'] | null;
}

/** Who sent a substitute leaves the choice to her; whose time in the meeting is over is not asked. */
const holdTimes = /* sql */ `
  SELECT h.meeting_id, h.membership_id, m.start_instant, p.closes_at, p.slots, p.duration_minutes, h.valid_from, h.valid_to,
         (SELECT b.choices FROM poll_ballot b WHERE b.poll_id = p.id AND b.membership_id = h.membership_id ORDER BY b.version DESC LIMIT 1) AS choices
  FROM meeting_participant h JOIN poll p ON p.meeting_id = h.meeting_id AND p.state = 'open' JOIN meeting m ON m.id = h.meeting_id
  WHERE h.membership_id = ANY($1::uuid[]) AND p.closes_at > $2::timestamptz AND m.state IN ('draft', 'proposed', 'confirmed') AND m.start_instant > $2::timestamptz AND (h.valid_to IS NULL OR h.valid_to > $2::timestamptz)
    AND NOT EXISTS (SELECT 1 FROM meeting_reply r WHERE r.meeting_id = h.meeting_id AND r.membership_id = h.membership_id AND r.part_stat = 'delegated')`;

interface SeriesTime extends SeriesTimesRow {
  id: string;
  membership_id: string;
  horizon_until: Date;
  valid_from: Date | null;
  valid_to: Date | null;
  part_stat: PartStat | null;
  /** The substitute of the period; null where there is none. */
  sends: string | null;
  from_date: string | null;
  to_date: string | null;
  is_substitute: boolean;
}

const timesColumns = 's.id, s.horizon_until, s.start_local, s.time_zone, s.rrule, s.duration_minutes, s.week_parity, s.excluded_dates, s.added_dates, s.last_date, s.holiday_policy';
const seriesTimes = /* sql */ `
  SELECT ${timesColumns}, p.membership_id, p.valid_from, p.valid_to, r.part_stat, u.substitute_membership_id AS sends, u.from_date, u.to_date, false AS is_substitute
  FROM series_participant p JOIN series s ON s.id = p.series_id
  LEFT JOIN series_reply r ON r.series_id = s.id AND r.membership_id = p.membership_id
  LEFT JOIN series_substitute u ON u.series_id = s.id AND u.membership_id = p.membership_id
  WHERE p.membership_id = ANY($1::uuid[])
  UNION ALL
  SELECT ${timesColumns}, u.substitute_membership_id, NULL, NULL, NULL, u.substitute_membership_id, u.from_date, u.to_date, true
  FROM series_substitute u JOIN series s ON s.id = u.series_id WHERE u.substitute_membership_id = ANY($1::uuid[])`;
