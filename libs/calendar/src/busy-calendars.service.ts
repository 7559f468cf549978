import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import { Problem, TooManyRequests } from '@lib/contracts/problems.js';
import { contentRoles } from '@lib/access/policy.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import type { BusySource } from '@lib/meetings/busy-calendar.entity.js';
import { packBusy, type BusyTimes } from '@lib/meetings/busy-times.js';
import { indexDays } from '@lib/meetings/known-times.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { log } from '@lib/platform/log.js';
import type { Sealer } from '@lib/platform/sealing.js';
import { forNobody } from '@lib/platform/openings.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { BusyFault, busyFaults, faultInWords, type BusyFaultName } from './busy-faults.js';
import { BusySources, type BusyAccess } from './busy-sources.js';
import type { BusyLane } from './busy-work.js';
import { merged, type BusyReading, type BusyWindow } from './ics-busy.js';
import { ReadingPlaces } from './reading-places.js';

/** Her own calendar as its person is shown it: nothing of what was read. */
export interface OwnCalendar {
  source: BusySource;
  connectedAt: Date;
  /** The last good reading; null before the first. */
  readAt: Date | null;
  /** Until when that counts; null where nothing was read. */
  knownUntil: Date | null;
  /** Whether “Find tid” knows her time by it now. */
  isKnown: boolean;
  unread: number;
  triedAt: Date;
  /** Why the last try failed, as a sentence in Danish; null when it did not. */
  fault: string | null;
}

interface Row {
  id: string;
  source: BusySource;
  connected_at: Date;
  read_at: Date | null;
  known_until: Date | null;
  unread: number;
  tried_at: Date;
  fault: string | null;
}

interface DueRow {
  id: string;
  person_id: string;
  source: BusySource;
  access: Uint8Array | null;
  failures: number;
}

const table = 'busy_calendar';
const columns = 'id, source, connected_at, read_at, known_until, unread, tried_at, fault';

/** [BT10] How long a reading counts: a file says nothing of what was agreed since, and a server may be away over a weekend. */
const countsForHours: Record<BusySource, number> = { file: 14 * 24, link: 72, caldav: 72 };
/** [BT11] */
const everyMinutes = 30;
const mostMinutesBetween = 12 * 60;
/** Ahead of the day it is read on: what “Find tid” looks at, for as long as a reading counts and some more. */
const daysRead = indexDays + 40;
const atOnce = 4;
const aRun = 400;
/** People who wait for a reading at once, in this process. */
const mostReadings = 12;
const waitSeconds = 10;
/** What is no fault of the calendar, and is over soon. */
const passing: ReadonlySet<BusyFaultName> = new Set(['beingRead', 'overloaded']);

/** [BT1–BT14] People's own calendars: when they are taken, and nothing else (SPEC.md, docs/adr/0070). */
@Injectable()
export class BusyCalendars implements OnModuleInit, OnModuleDestroy {
  private readonly ending = new AbortController();
  private readonly places = new ReadingPlaces(mostReadings);
  private refreshing: Promise<void> | null = null;
  private undo: (() => void)[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly sources: BusySources,
    private readonly policy: Policy,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    // Somebody's last membership may have ended with it.
    this.undo = [this.events.onOwn('membership.changed', () => this.forgetLeft())];
  }

  onModuleDestroy(): void {
    for (const undo of this.undo) undo();
    this.ending.abort();
  }

  /** Her own; null while none is connected. */
  async own(session: Session): Promise<OwnCalendar | null> {
    const [row] = await this.unitOfWork.run((tx) => tx.query<Row>(`SELECT ${columns} FROM ${table} WHERE person_id = $1`, [session.personId]));
    return row === undefined ? null : this.view(row);
  }

  /** @throws Problem `not-allowed` for whom no time is looked for */
  assertMay(subject: Subject): void {
    if (!this.policy.may(subject, 'calendar.connect', {}, {})) throw new Problem('not-allowed', 'Kalenderen bruges til møder. Forbind den i en rolle, der deltager i dem.');
  }

  /**
   * [BT2] Reads a file, once, in the place of what was connected before.
   *
   * @param upload takes it in; not asked to where nothing can be read now
   * @throws Problem `invalid-input`; TooManyRequests; nothing has changed then
   */
  async connectFile(subject: Subject, upload: () => Promise<Uint8Array>): Promise<OwnCalendar> {
    return this.connect(subject, 'file', null, 'file', async () => this.sources.parse(await upload(), this.window(), 'person'));
  }

  /**
   * [BT2] Reads a calendar where it is, and from now on again and again. What cannot be read is not connected.
   *
   * @param field that the reason belongs to when it cannot be read
   * @throws Problem `invalid-input`; TooManyRequests; nothing has changed then
   */
  async connectAccess(subject: Subject, access: BusyAccess, field: string): Promise<OwnCalendar> {
    return this.connect(subject, access.source, access, field, () => this.sources.read(access, this.window(), 'person', this.ending.signal));
  }

  private async connect(subject: Subject, source: BusySource, access: BusyAccess | null, field: string, read: () => Promise<BusyReading>): Promise<OwnCalendar> {
    this.assertMay(subject);
    const reading = await this.places.hold(subject.personId, 'person', read).catch((error: unknown) => {
      if (!(error instanceof BusyFault)) throw error;
      if (passing.has(error.fault)) throw new TooManyRequests(waitSeconds, busyFaults[error.fault]);
      log.info({ personId: subject.personId, what: error.fault }, 'own calendar not connected');
      throw new Problem('invalid-input', undefined, [{ field, message: busyFaults[error.fault] }]);
    });
    const row = await this.unitOfWork.run(async (tx) => {
      // Two at once would both find none to take the place of.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`own calendar ${subject.personId}`]);
      await this.removeIn(tx, subject.personId);
      const id = newId();
      const sealer = (await this.keyring.create(tx, subject.authorityId, [id])).get(id)!;
      const at = { table, rowId: id };
      const now = this.clock.now();
      const times = packBusy(await this.ofOthersIn(tx, subject.personId, reading));
      const sealed = access === null ? null : sealer.sealText(JSON.stringify(access), { ...at, column: 'access' });
      const [made] = await tx.query<Row>(
        `INSERT INTO ${table} (id, person_id, authority_id, source, access, times, connected_at, read_at, known_until, unread, tried_at, next_at, failures, fault)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $7, $10, 0, NULL) RETURNING ${columns}`,
        [id, subject.personId, subject.authorityId, source, sealed, sealer.seal(times, { ...at, column: 'times' }), now.toString(), this.countsUntil(source, now), reading.unread, access === null ? null : now.add({ minutes: everyMinutes }).toString()],
      );
      await this.tellIn(tx, subject.personId);
      return made!;
    });
    return this.view(row);
  }

  /**
   * [BT12] Reads it again now; what went wrong stands in the answer. Null where nothing is connected. A file stays as it was read.
   *
   * @throws TooManyRequests where it is being read already, or too much is
   */
  async refresh(session: Session): Promise<OwnCalendar | null> {
    const [due] = await this.unitOfWork.run((tx) => tx.query<DueRow>(`SELECT id, person_id, source, access, failures FROM ${table} WHERE person_id = $1 AND next_at IS NOT NULL`, [session.personId]));
    if (due !== undefined) {
      await this.refreshOne(due, 'person').catch((error: unknown) => {
        throw error instanceof BusyFault ? new TooManyRequests(waitSeconds, busyFaults[error.fault]) : error;
      });
    }
    return this.own(session);
  }

  /** [BT13] Ends it: what was read, the way to it and its key are gone with the commit. Nothing where there is none. */
  async disconnect(session: Session): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.removeIn(tx, session.personId);
      await this.tellIn(tx, session.personId);
    });
  }

  /** [BT11] The job: reads again what it is time for, a few at once. */
  refreshDue(): Promise<void> {
    this.refreshing ??= this.refreshAllDue().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async refreshAllDue(): Promise<void> {
    const due = await this.unitOfWork.run((tx) => tx.query<DueRow>(`SELECT id, person_id, source, access, failures FROM ${table} WHERE next_at <= $1 ORDER BY next_at LIMIT ${aRun}`, [this.clock.now().toString()]), { lane: 'job', as: 'busy' });
    const work = async () => {
      for (let one = due.shift(); one !== undefined && !this.ending.signal.aborted; one = due.shift()) {
        // Who has her own read meanwhile stays due, as does everybody where the keys or the database do not answer.
        await this.refreshOne(one, 'job').catch((error: unknown) => (error instanceof BusyFault ? undefined : log.error({ error }, 'own calendar not read again')));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  /** [BT13] The job: removes the calendars of those who no longer work with meetings where they were connected, and readings that count no longer. */
  async forgetLeft(): Promise<void> {
    const now = this.clock.now().toString();
    const gone = `SELECT c.id FROM ${table} c WHERE NOT EXISTS (
      SELECT 1 FROM membership m JOIN authority a ON a.id = m.authority_id WHERE m.person_id = c.person_id AND m.authority_id = c.authority_id AND m.role = ANY ($2::text[]) AND (m.valid_to IS NULL OR m.valid_to > $1::timestamptz)
        AND (a.valid_to IS NULL OR (a.valid_to + 1)::timestamp AT TIME ZONE '${timeZone}' > $1::timestamptz))`;
    await this.unitOfWork.run(
      async (tx) => {
        await tx.query(`DELETE FROM content_key WHERE scope_id IN (${gone})`, [now, contentRoles]);
        const removed = await tx.query<{ person_id: string }>(`DELETE FROM ${table} WHERE id IN (${gone}) RETURNING person_id`, [now, contentRoles]);
        await tx.query(`UPDATE ${table} SET times = NULL WHERE times IS NOT NULL AND known_until <= $1`, [now]);
        for (const { person_id } of removed) await this.tellIn(tx, person_id);
      },
      { lane: 'job', as: 'busy' },
    );
  }

  /** @throws BusyFault of those that pass: nothing was tried then */
  private refreshOne(due: DueRow, lane: BusyLane): Promise<void> {
    return this.places.hold(due.person_id, lane, () => this.readAgain(due, lane));
  }

  /** Outside of any transaction but for its first and its last statement: the network may take its time. */
  private async readAgain(due: DueRow, lane: BusyLane): Promise<void> {
    const options = lane === 'job' ? ({ lane: 'job', as: 'busy' } as const) : {};
    const at = { table, rowId: due.id };
    const begun = this.clock.now();
    // Nobody is shown what is opened here.
    const sealer = await forNobody(() => this.unitOfWork.run(async (tx) => (await this.keyring.sealersIn(tx, [due.id])).get(due.id), options));
    let reading: BusyReading | null = null;
    let fault: BusyFaultName | null = null;
    try {
      reading = await this.sources.read(accessOf(sealer, due, at), this.window(), lane, this.ending.signal);
    } catch (error) {
      if (this.ending.signal.aborted) return;
      if (error instanceof BusyFault && passing.has(error.fault)) throw error;
      // What nobody foresaw was brought on by what the server sent. It must not be tried again at every run.
      fault = error instanceof BusyFault ? error.fault : 'serverFault';
      if (!(error instanceof BusyFault)) log.error({ error }, 'own calendar not read again');
      else log.info({ personId: due.person_id, what: fault }, 'own calendar not read again');
    }
    await forNobody(() =>
      this.unitOfWork.run(async (tx) => {
        const failures = fault === null ? 0 : due.failures + 1;
        const minutes = Math.min(everyMinutes * 2 ** Math.max(0, failures - 1), mostMinutesBetween);
        const tried = [due.id, begun.toString(), this.clock.now().add({ minutes }).toString(), failures, fault];
        // It may have been ended, or another put in its place, meanwhile; and a slower try says nothing over a later one.
        if (reading === null) await tx.query(`UPDATE ${table} SET tried_at = $2, next_at = $3, failures = $4, fault = $5 WHERE id = $1 AND tried_at <= $2`, tried);
        else {
          const sealer = (await this.keyring.sealersIn(tx, [due.id])).get(due.id);
          if (sealer === undefined) return;
          const times = sealer.seal(packBusy(await this.ofOthersIn(tx, due.person_id, reading)), { ...at, column: 'times' });
          await tx.query(`UPDATE ${table} SET tried_at = $2, next_at = $3, failures = $4, fault = $5, times = $6, read_at = $2, known_until = $7, unread = $8 WHERE id = $1 AND tried_at <= $2`, [...tried, times, this.countsUntil(due.source, begun), reading.unread]);
        }
        await this.tellIn(tx, due.person_id);
      }, options),
    );
  }

  /** The key first: that it is hers to remove is told by the row (docs/rls.md). */
  private async removeIn(tx: Tx, personId: string): Promise<void> {
    await tx.query(`DELETE FROM content_key k USING ${table} c WHERE k.scope_id = c.id AND c.person_id = $1`, [personId]);
    await tx.query(`DELETE FROM ${table} WHERE person_id = $1`, [personId]);
  }

  /** [BT8] What is read without the meetings of Samråd that she has in it by her feed or an invitation: those are known already, and may be moved. */
  private async ofOthersIn(tx: Tx, personId: string, { times, named, fromMs, toMs }: BusyReading): Promise<BusyTimes> {
    const ours = new Set<string>();
    if (named.length > 0) {
      const rows = await tx.query<{ id: string }>(
        `SELECT p.meeting_id AS id FROM meeting_participant p JOIN membership m ON m.id = p.membership_id WHERE m.person_id = $1 AND p.meeting_id = ANY ($2::uuid[])
         UNION SELECT p.series_id FROM series_participant p JOIN membership m ON m.id = p.membership_id WHERE m.person_id = $1 AND p.series_id = ANY ($2::uuid[])`,
        [personId, named.map(({ uid }) => uid)],
      );
      for (const { id } of rows) ours.add(id);
    }
    return { fromMs, toMs, times: merged([...times, ...named.filter(({ uid }) => !ours.has(uid)).flatMap((one) => one.times)]) };
  }

  private async tellIn(tx: Tx, personId: string): Promise<void> {
    const rows = await tx.query<{ id: string }>('SELECT id FROM membership WHERE person_id = $1 ORDER BY id', [personId]);
    this.events.emitIn(tx, 'calendar.changed', { personId, membershipIds: rows.map(({ id }) => id) });
  }

  private window(): BusyWindow {
    const today = this.clock.now().toZonedDateTimeISO(timeZone).startOfDay();
    return { fromMs: today.subtract({ days: 1 }).epochMilliseconds, toMs: today.add({ days: daysRead }).epochMilliseconds };
  }

  private countsUntil(source: BusySource, from: Temporal.Instant): string {
    return from.add({ hours: countsForHours[source] }).toString();
  }

  private view(row: Row): OwnCalendar {
    return {
      source: row.source,
      connectedAt: row.connected_at,
      readAt: row.read_at,
      knownUntil: row.known_until,
      isKnown: row.known_until !== null && row.known_until.getTime() > this.clock.now().epochMilliseconds,
      unread: row.unread,
      triedAt: row.tried_at,
      fault: faultInWords(row.fault),
    };
  }
}

/** @throws BusyFault `keys` for what cannot be opened */
function accessOf(sealer: Sealer | undefined, { access }: DueRow, at: { table: string; rowId: string }): BusyAccess {
  try {
    const text = sealer?.openOrNull(access === null ? null : Buffer.from(access), { ...at, column: 'access' }) ?? null;
    if (text !== null) return JSON.parse(text) as BusyAccess;
  } catch {
    // Sealed by another key, or changed: to whom it belongs it is the same as gone.
  }
  throw new BusyFault('keys');
}
