import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type FilingState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { openAt } from '@lib/access/item-access.service.js';
import { contentRoles, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import type { MeetingRow } from '@lib/meetings/meeting-rows.js';
import { seat } from '@lib/meetings/participants.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';

/** Days after the approval from which a missing filing is late, and days between two reminders of it. */
const lateDays = 14;
const remindedEveryDays = 30;
const pageSize = 100;

export interface FilingRow {
  meetingId: string;
  authorityId: string;
  state: FilingState;
  /** It lacks nothing but addenda to items: that much is for their readers alone [RE13]. */
  isOutdatedInside: boolean;
  /** How often the authority said something about it. */
  version: number;
  /** The last word; null where there is none. `filedOn` and `reference` are null when it was taken back. */
  last: { id: string; filedOn: string | null; reference: Uint8Array | null; membershipId: string; at: Date } | null;
}

/**
 * The copy that authority `side` of `meeting` has filed lacks an addendum that somebody of it reads. Under row-level
 * security it counts those that the asker may know of.
 */
const outdated = (meeting: string, side: string, at: string): string => `(${lacksForAll(meeting, at)} OR EXISTS (
  SELECT 1 FROM minutes_addendum a JOIN item_reader x ON x.item_id = a.part_id JOIN membership o ON o.id = x.membership_id
  WHERE a.meeting_id = ${meeting} AND a.at > ${at} AND o.authority_id = ${side}))`;

/** It lacks an addendum to the frame, which all who take part know of. */
const lacksForAll = (meeting: string, at: string): string => `EXISTS (SELECT 1 FROM minutes_addendum a WHERE a.meeting_id = ${meeting} AND a.at > ${at} AND a.part_id = a.meeting_id)`;

const lastFiling = (meeting: string, side: string): string => `(SELECT l.* FROM filing l WHERE l.meeting_id = ${meeting} AND l.authority_id = ${side} ORDER BY l.version DESC LIMIT 1)`;

/** Each authority files its own copy of approved minutes in its own system, and says so here [FI1–FI5]. */
@Injectable()
export class Filings {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly policy: Policy,
    private readonly keyring: Keyring,
    private readonly idempotency: Idempotency,
    private readonly notifications: Notifications,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** [FI1] One row for each authority that takes part, or took part, in one of the meetings. */
  async ofIn(tx: Tx, meetingIds: readonly string[]): Promise<FilingRow[]> {
    const rows = await tx.query<{ meeting_id: string; authority_id: string; id: string | null; version: number | null; filed_on: string | null; reference: Uint8Array | null; membership_id: string; at: Date; is_outdated: boolean; lacks_for_all: boolean }>(
      `SELECT s.meeting_id, s.authority_id, f.id, f.version, f.filed_on::text AS filed_on, f.reference, f.membership_id, f.at, f.id IS NOT NULL AND ${outdated('s.meeting_id', 's.authority_id', 'f.at')} AS is_outdated,
         f.id IS NOT NULL AND ${lacksForAll('s.meeting_id', 'f.at')} AS lacks_for_all
       FROM (SELECT DISTINCT p.meeting_id, m.authority_id FROM meeting_participant p JOIN membership m ON m.id = p.membership_id WHERE p.meeting_id = ANY($1::uuid[])) s
       LEFT JOIN LATERAL ${lastFiling('s.meeting_id', 's.authority_id')} f ON true ORDER BY s.meeting_id, s.authority_id`,
      [meetingIds],
    );
    return rows.map((row) => ({
      meetingId: row.meeting_id,
      authorityId: row.authority_id,
      state: row.filed_on === null ? 'missing' : row.is_outdated ? 'outdated' : 'filed',
      isOutdatedInside: row.filed_on !== null && row.is_outdated && !row.lacks_for_all,
      version: row.version ?? 0,
      last: row.id === null ? null : { id: row.id, filedOn: row.filed_on, reference: row.reference, membershipId: row.membership_id, at: row.at },
    }));
  }

  /**
   * [FI2] Says that the asker's authority filed its copy, or says it anew.
   *
   * @param expected how many words of the authority were on the screen; null says it whatever stands
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `precondition-failed`, `invalid-input`, `content-shredded`
   */
  async confirm(subject: Subject, meetingId: string, filing: { reference: string; filedOn: string }, expected: number | null, request?: IdempotentRequest): Promise<void> {
    await this.sayIn(subject, meetingId, filing, expected, request);
  }

  /** [FI3] Takes back that it was filed. @throws as {@link confirm} */
  async retract(subject: Subject, meetingId: string, expected: number | null): Promise<void> {
    await this.sayIn(subject, meetingId, null, expected);
  }

  private async sayIn(subject: Subject, meetingId: string, filing: { reference: string; filedOn: string } | null, expected: number | null, request?: IdempotentRequest): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.lockForIn(tx, subject, meetingId);
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      if (!this.policy.may(subject, 'filing.confirm', {}, { participants: participants.map(seat) })) throw new Problem('not-allowed', 'Journaliseringen bekræftes af myndighedens koordinator ved mødet.');
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return;
      if (row.minutes_state !== 'approved') throw new Problem('transition-refused', 'Referatet journaliseres, når det er godkendt.');
      const own = (await this.ofIn(tx, [meetingId])).find((one) => one.authorityId === subject.authorityId)!;
      if (expected !== null && expected !== own.version) throw new Problem('precondition-failed', 'En kollega har rettet journaliseringen, siden du åbnede den. Se, hvad der står nu.');
      if (filing === null && own.state === 'missing') throw new Problem('transition-refused', 'Referatet er ikke meldt journaliseret.');
      if (filing !== null) this.assertDay(filing.filedOn, row);
      const id = newId();
      const sealer = await this.keyring.sealerIn(tx, meetingId);
      if (sealer.isShredded) throw new Problem('content-shredded');
      await tx.query('INSERT INTO filing (id, meeting_id, authority_id, version, filed_on, reference, membership_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
        id,
        meetingId,
        subject.authorityId,
        own.version + 1,
        filing?.filedOn ?? null,
        filing === null ? null : sealer.sealText(filing.reference, { table: 'filing', rowId: id, column: 'reference' }),
        subject.membershipId,
        this.clock.now().toString(),
      ]);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      this.events.emitIn(tx, 'meeting.changed', { meetingId });
    });
  }

  /** [FI4] Approved minutes that the asker should file for her authority, the longest waiting first. */
  async waiting(subject: Subject): Promise<{ meetingId: string; title: string; startInstant: string; approvedAt: string; state: FilingState; isLate: boolean }[]> {
    if (!contentRoles.includes(subject.role)) return [];
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const rows = await tx.query<{ meeting_id: string; ended_at: Date }>(
        `SELECT r.meeting_id, r.ended_at FROM minutes_round r JOIN meeting_participant p ON p.meeting_id = r.meeting_id AND p.membership_id = $1 AND ${openAt('p', '$3')}
         LEFT JOIN LATERAL ${lastFiling('r.meeting_id', '$2')} f ON true
         WHERE r.phase = 'approved' AND (f.filed_on IS NULL OR ${outdated('r.meeting_id', '$2', 'f.at')})
           AND NOT EXISTS (SELECT 1 FROM retention_run d WHERE d.meeting_id = r.meeting_id AND d.state IN ('destroyed', 'completed'))
         ORDER BY r.ended_at, r.meeting_id LIMIT 50`,
        [subject.membershipId, subject.authorityId, now.toString()],
      );
      const ids = rows.map((row) => row.meeting_id);
      const own = new Map((await this.ofIn(tx, ids)).filter((one) => one.authorityId === subject.authorityId).map((one) => [one.meetingId, one]));
      const headlines = await this.meetings.headlinesIn(tx, ids);
      const answer = [];
      for (const row of rows) {
        const { participants } = await this.meetings.readableMeetingIn(tx, subject, row.meeting_id);
        if (!this.policy.may(subject, 'filing.confirm', {}, { participants: participants.map(seat) })) continue;
        const { title, startInstant } = headlines.get(row.meeting_id)!;
        answer.push({ meetingId: row.meeting_id, title, startInstant, approvedAt: row.ended_at.toISOString(), state: own.get(row.meeting_id)!.state, isLate: isLate(row.ended_at, now) });
      }
      return answer;
    });
  }

  /** [FI5] The job: reminds whoever should file, two weeks after the approval and each month from then on. */
  async remind(): Promise<void> {
    const now = this.clock.now();
    const pages = this.unitOfWork.pages<{ meeting_id: string }, string>(
      async (tx, cursor) => {
        const rows = await tx.query<{ meeting_id: string; ended_at: Date }>(
          `SELECT d.meeting_id, r.ended_at FROM retention_run d JOIN minutes_round r ON r.meeting_id = d.meeting_id AND r.phase = 'approved'
           WHERE d.state NOT IN ('destroyed', 'completed') AND r.ended_at <= $1::timestamptz AND ($2::uuid IS NULL OR d.meeting_id > $2) ORDER BY d.meeting_id LIMIT ${pageSize}`,
          [now.subtract({ hours: 24 * lateDays }).toString(), cursor ?? null],
        );
        const missing = (await this.ofIn(tx, rows.map((row) => row.meeting_id))).filter((one) => one.state !== 'filed');
        const round = new Map(rows.map((row) => [row.meeting_id, Math.floor((daysSince(row.ended_at, now) - lateDays) / remindedEveryDays)]));
        const people = await this.knowingIn(tx, missing, await this.addresseesIn(tx, missing));
        await this.notifications.addIn(
          tx,
          null,
          missing.map((one, n) => ({ kind: 'filingMissing' as const, meetingId: one.meetingId, membershipIds: people[n]!, once: `filing ${one.meetingId} ${one.version} ${round.get(one.meetingId)}` })),
        );
        return rows.length === pageSize ? { rows, next: rows.at(-1)!.meeting_id } : { rows };
      },
      { lane: 'job', as: 'keeper' },
    );
    for await (const page of pages) void page;
  }

  /** For each side of a meeting its coordinators who take part; where there are none, all who do. */
  async addresseesIn(tx: Tx, sides: readonly { meetingId: string; authorityId: string }[]): Promise<string[][]> {
    const rows = await tx.query<{ meeting_id: string; authority_id: string; membership_id: string; role: string }>(
      `SELECT p.meeting_id, m.authority_id, m.id AS membership_id, m.role FROM meeting_participant p JOIN membership m ON m.id = p.membership_id
       WHERE p.meeting_id = ANY($1::uuid[]) AND m.role = ANY($2) AND (m.valid_to IS NULL OR m.valid_to > $3::timestamptz)`,
      [[...new Set(sides.map((one) => one.meetingId))], contentRoles, this.clock.now().toString()],
    );
    return sides.map((side) => {
      const all = rows.filter((row) => row.meeting_id === side.meetingId && row.authority_id === side.authorityId);
      const coordinators = all.filter((row) => row.role === 'coordinator');
      return (coordinators.length > 0 ? coordinators : all).map((row) => row.membership_id);
    });
  }

  /** Of the addressees of each side those who may know what its copy lacks: of an item its readers. */
  private async knowingIn(tx: Tx, sides: readonly FilingRow[], people: readonly string[][]): Promise<string[][]> {
    const inside = sides.filter((one) => one.isOutdatedInside);
    const rows = await tx.query<{ meeting_id: string; authority_id: string; membership_id: string }>(
      `SELECT DISTINCT v.meeting_id, v.authority_id, r.membership_id FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS v (meeting_id, authority_id, at)
       JOIN minutes_addendum a ON a.meeting_id = v.meeting_id AND a.at > v.at JOIN item_reader r ON r.item_id = a.part_id AND ${openAt('r', '$4')}`,
      [inside.map((one) => one.meetingId), inside.map((one) => one.authorityId), inside.map((one) => one.last!.at.toISOString()), this.clock.now().toString()],
    );
    const knows = new Set(rows.map((row) => `${row.meeting_id} ${row.authority_id} ${row.membership_id}`));
    return sides.map((side, n) => people[n]!.filter((id) => !side.isOutdatedInside || knows.has(`${side.meetingId} ${side.authorityId} ${id}`)));
  }

  /** Not before the meeting, and not to come. */
  private assertDay(day: string, row: Pick<MeetingRow, 'start_instant'>): void {
    const danish = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(timeZone).toPlainDate().toString();
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
    if (!isDay || day > danish(this.clock.now()) || day < danish(Temporal.Instant.fromEpochMilliseconds(row.start_instant.getTime())))
      throw new Problem('invalid-input', undefined, [{ field: 'filedOn', message: 'Vælg en dag fra mødets dag til i dag.' }]);
  }
}

const daysSince = (then: Date, now: Temporal.Instant): number => (now.epochMilliseconds - then.getTime()) / 86_400_000;
const isLate = (approvedAt: Date, now: Temporal.Instant): boolean => daysSince(approvedAt, now) >= lateDays;
