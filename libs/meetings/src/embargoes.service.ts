import { Injectable } from '@nestjs/common';
import { containsCpr } from '@lib/contracts/cpr.js';
import type { EmbargoEventKind, EmbargoParty } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { partyWords } from '@lib/access/embargo.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { EmbargoContent } from './embargo.entity.js';
import { MeetingAccess } from './meeting-access.service.js';

export interface NewEmbargo {
  parties: EmbargoParty[];
  /** Who the other party is; asked for where one is meant. */
  other: string | null;
  /** On what it stands. */
  reason: string;
  /** ISO instant. */
  reviewAt: string;
}

/** An embargo in force, as whoever reads what stems from its item may know it [AC73]. */
export interface StandingEmbargo {
  id: string;
  parties: EmbargoParty[];
  /** “begge forældre”, Danish. */
  towards: string;
  /** Of the authority that set it. */
  setBy: string;
  /** ISO instant. */
  reviewAt: string;
  isOverdue: boolean;
}

interface EmbargoRow {
  id: string;
  item_id: string;
  origin_id: string;
  set_by_membership_id: string;
  content: Uint8Array;
  set_at: Date;
  review_at: Date;
  lifted_at: Date | null;
  version: number;
}

const table = 'embargo';
/** A review further away than this is none. */
const longestDays = 366;

/** Embargoes on informing (rules AC73–AC77, EM1–EM8). */
@Injectable()
export class Embargoes {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly access: ItemAccess,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly policy: Policy,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** All embargoes of an item, in force first. @throws Problem `not-found` */
  async ofItem(subject: Subject, itemId: string) {
    return this.unitOfWork.run((tx) => this.viewIn(tx, subject, itemId));
  }

  /** [EM1] @throws Problem `not-found`, `not-allowed`, `invalid-input`, `idempotency-conflict` */
  async set(subject: Subject, itemId: string, input: NewEmbargo, request?: IdempotentRequest) {
    return this.unitOfWork.run(async (tx) => {
      const { facts, meeting } = await this.meetings.itemFactsIn(tx, subject, itemId, 'UPDATE');
      if (!this.policy.may(subject, 'embargo.set', facts, facts)) throw new Problem('not-allowed', 'Mødet er aflyst.');
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return this.viewIn(tx, subject, itemId);
      const errors = [...this.reviewFaults(input.reviewAt), ...reasonFaults(input.reason)];
      if (input.parties.length === 0) errors.push({ field: 'parties', message: 'Vælg mindst én.' });
      if (input.parties.includes('other') && input.other === null) errors.push({ field: 'other', message: 'Skriv, hvem der ikke må orienteres.' });
      if (input.other !== null && containsCpr(input.other)) errors.push({ field: 'other', message: cprMessage });
      if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
      const content: EmbargoContent = { parties: input.parties, other: input.parties.includes('other') ? input.other : null, reason: input.reason };
      const id = await this.insertIn(tx, itemId, subject.membershipId, content, input.reviewAt);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      await this.tellIn(tx, subject, 'embargoSet', meeting.id, itemId);
      for (const later of await this.becameIn(tx, subject, itemId)) {
        await this.insertIn(tx, later.id, subject.membershipId, content, input.reviewAt, id);
        await this.tellIn(tx, subject, 'embargoSet', later.meeting_id, later.id);
      }
      return this.viewIn(tx, subject, itemId);
    });
  }

  /** [EM2] @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `invalid-input` */
  async moveReview(subject: Subject, embargoId: string, reviewAt: string, reason: string, expectedVersion: number | null) {
    return this.unitOfWork.run(async (tx) => {
      const { row, at, setBy } = await this.standingRowIn(tx, subject, embargoId);
      if (!this.policy.may(subject, 'embargo.moveReview', { ...at.facts, setByAuthorityId: setBy.authority.id, isLifted: row.lifted_at !== null }, at.facts)) {
        throw new Problem('not-allowed', 'Gennemgangen flyttes af den myndighed, der satte spærren, og af politiet.');
      }
      assertVersion(row, expectedVersion);
      const errors = [...this.reviewFaults(reviewAt), ...reasonFaults(reason)];
      if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
      await this.changeIn(tx, subject, row, 'reviewMoved', reason, reviewAt);
      return this.viewIn(tx, subject, row.item_id);
    });
  }

  /** [EM3] Here, and wherever the item has been carried. @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `invalid-input` */
  async lift(subject: Subject, embargoId: string, reason: string, expectedVersion: number | null) {
    return this.unitOfWork.run(async (tx) => {
      const { row, at } = await this.standingRowIn(tx, subject, embargoId);
      if (!this.policy.may(subject, 'embargo.lift', { ...at.facts, isLifted: row.lifted_at !== null }, at.facts)) throw new Problem('not-allowed', 'En orienteringsspærre ophæves kun af politiet.');
      assertVersion(row, expectedVersion);
      const errors = reasonFaults(reason);
      if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
      await this.changeIn(tx, subject, row, 'lifted', reason, null);
      await this.tellIn(tx, subject, 'embargoLifted', at.meeting.id, row.item_id);
      return this.viewIn(tx, subject, row.item_id);
    });
  }

  /**
   * [EM4] What is in force at these items, the embargoes of the list that a child stands under among them. That the items, or
   * what stems from them, may be read was asked before. Items without any are missing.
   */
  async standingIn(tx: Tx, itemIds: readonly string[]): Promise<Map<string, StandingEmbargo[]>> {
    const answer = new Map<string, StandingEmbargo[]>();
    const rows = await tx.query<EmbargoRow & { for_id: string }>(
      'SELECT e.*, u.for_id FROM items_under_embargo($1::uuid[]) u JOIN embargo e ON e.id = u.embargo_id ORDER BY e.set_at, e.id',
      [[...new Set(itemIds)]],
    );
    if (rows.length === 0) return answer;
    const contents = await this.contentsIn(tx, rows);
    const setters = await this.directory.pastMembersIn(tx, rows.map((row) => row.set_by_membership_id));
    const nowMs = this.clock.now().epochMilliseconds;
    for (const row of rows) {
      const content = contents.get(row.id);
      // Destroyed with its item.
      if (content === undefined) continue;
      const list = answer.get(row.for_id) ?? [];
      answer.set(row.for_id, list);
      list.push({
        id: row.id,
        parties: content.parties,
        towards: partyWords(content.parties, content.other),
        setBy: setters.get(row.set_by_membership_id)!.authority.name,
        reviewAt: row.review_at.toISOString(),
        isOverdue: row.review_at.getTime() < nowMs,
      });
    }
    return answer;
  }

  /** [EM5] An embargo goes on with its item in a later meeting. */
  async followIn(tx: Tx, fromItemId: string, toItemId: string): Promise<void> {
    const rows = await tx.query<EmbargoRow>('SELECT * FROM embargo WHERE item_id IN (SELECT unnest(ARRAY[id, parent_id]) FROM agenda_item WHERE id = $1) AND lifted_at IS NULL ORDER BY set_at, id', [fromItemId]);
    const contents = await this.contentsIn(tx, rows);
    for (const row of rows) await this.insertIn(tx, toItemId, row.set_by_membership_id, contents.get(row.id)!, row.review_at.toISOString(), row.origin_id);
  }

  /**
   * [EM10] What an item, or a child of it, has become before the embargo was set, in later meetings and on another track, as far as
   * the asker reads it. What was destroyed has nothing left to hold back.
   */
  private async becameIn(tx: Tx, subject: Subject, itemId: string): Promise<{ id: string; meeting_id: string }[]> {
    const rows = await tx.query<{ id: string; meeting_id: string }>(
      `SELECT i.id, i.meeting_id FROM agenda_item i WHERE i.id IN (SELECT item_became($1))
         AND NOT EXISTS (SELECT 1 FROM shredded_scope s WHERE s.scope_id = i.id) ORDER BY i.id`,
      [itemId],
    );
    const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, rows.map((row) => row.id));
    return rows.filter((row) => readable.has(row.id));
  }

  private async contentsIn(tx: Tx, rows: readonly EmbargoRow[]): Promise<Map<string, EmbargoContent>> {
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
    return new Map(rows.flatMap((row) => {
      const sealer = sealers.get(row.item_id);
      // Not as one that was destroyed: what it holds back would leave.
      if (sealer === undefined) throw new Error('an embargo concerns somebody who does not know its key');
      return sealer.isShredded ? [] : [[row.id, JSON.parse(sealer.openText(row.content, { table, rowId: row.id, column: 'content' })) as EmbargoContent] as const];
    }));
  }

  private async standingRowIn(tx: Tx, subject: Subject, embargoId: string) {
    const [found] = await tx.query<{ item_id: string }>('SELECT item_id FROM embargo WHERE id = $1', [embargoId]);
    if (found === undefined) throw new Problem('not-found');
    const at = await this.meetings.itemFactsIn(tx, subject, found.item_id, 'SHARE');
    const [row] = await tx.query<EmbargoRow>('SELECT * FROM embargo WHERE id = $1', [embargoId]);
    // In one order, whichever of them somebody begins with.
    await tx.query('SELECT 1 FROM embargo WHERE origin_id = $1 ORDER BY id FOR UPDATE', [row!.origin_id]);
    const [now] = await tx.query<EmbargoRow>('SELECT * FROM embargo WHERE id = $1', [embargoId]);
    const setBy = (await this.directory.pastMembersIn(tx, [now!.set_by_membership_id])).get(now!.set_by_membership_id)!;
    return { row: now!, at, setBy };
  }

  private async insertIn(tx: Tx, itemId: string, membershipId: string, content: EmbargoContent, reviewAt: string, originId?: string): Promise<string> {
    const id = newId();
    const sealer = await this.keyring.sealerIn(tx, itemId);
    const now = this.clock.now().toString();
    await tx.query('INSERT INTO embargo (id, item_id, origin_id, set_by_membership_id, content, set_at, review_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)', [
      id,
      itemId,
      originId ?? id,
      membershipId,
      sealer.sealText(JSON.stringify(content), { table, rowId: id, column: 'content' }),
      now,
      reviewAt,
    ]);
    await tx.query(`INSERT INTO embargo_event (id, embargo_id, version, kind, membership_id, review_at, at) VALUES ($1, $2, 1, 'set', $3, $4, $5)`, [newId(), id, membershipId, reviewAt, now]);
    this.events.emitIn(tx, 'embargo.set', { itemId });
    return id;
  }

  /** The same for all that go on with one another, each with its own entry. */
  private async changeIn(tx: Tx, subject: Subject, { origin_id: originId }: EmbargoRow, kind: Exclude<EmbargoEventKind, 'set'>, reason: string, reviewAt: string | null): Promise<void> {
    const now = this.clock.now().toString();
    const rows = await tx.query<EmbargoRow & { meeting_id: string }>('SELECT e.*, l.at_meeting_id AS meeting_id FROM embargo_line($1) l JOIN embargo e ON e.id = l.embargo_id WHERE e.lifted_at IS NULL ORDER BY e.id', [originId]);
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
    for (const row of rows) {
      const sealer = sealers.get(row.item_id)!;
      // Where the item was destroyed meanwhile nobody can write why; it must not keep the others from being lifted.
      const isGone = sealer.isShredded;
      const id = newId();
      await tx.query('UPDATE embargo SET version = $2, review_at = COALESCE($3::timestamptz, review_at), lifted_at = $4::timestamptz WHERE id = $1', [row.id, row.version + 1, reviewAt, kind === 'lifted' ? now : null]);
      await tx.query('INSERT INTO embargo_event (id, embargo_id, version, kind, membership_id, review_at, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
        id,
        row.id,
        row.version + 1,
        kind,
        subject.membershipId,
        reviewAt,
        isGone ? null : sealer.sealText(reason, { table: 'embargo_event', rowId: id, column: 'reason' }),
        now,
      ]);
      this.events.emitIn(tx, 'item.changed', { meetingId: row.meeting_id, itemId: row.item_id });
    }
  }

  /** [EM7] To everybody who reads the item; what it says is neutral. */
  private async tellIn(tx: Tx, subject: Subject, kind: 'embargoSet' | 'embargoLifted', meetingId: string, itemId: string): Promise<void> {
    await this.notifications.addIn(tx, subject.personId, [{ kind, membershipIds: await this.access.readersIn(tx, itemId), meetingId, itemId }]);
    this.events.emitIn(tx, 'item.changed', { meetingId, itemId });
  }

  private reviewFaults(reviewAt: string): FieldError[] {
    const days = (Date.parse(reviewAt) - this.clock.now().epochMilliseconds) / 86_400_000;
    if (days <= 0) return [{ field: 'reviewAt', message: 'Tidspunktet er allerede passeret.' }];
    return days > longestDays ? [{ field: 'reviewAt', message: 'Gennemgangen kan højst ligge et år frem.' }] : [];
  }

  private async viewIn(tx: Tx, subject: Subject, itemId: string) {
    const at = await this.meetings.itemFactsIn(tx, subject, itemId);
    const rows = await tx.query<EmbargoRow>('SELECT * FROM embargo WHERE item_id = $1 ORDER BY (lifted_at IS NOT NULL), set_at, id', [itemId]);
    const contents = await this.contentsIn(tx, rows);
    const sealer = await this.keyring.sealerIn(tx, itemId);
    const entries = await tx.query<{ id: string; embargo_id: string; kind: EmbargoEventKind; membership_id: string; review_at: Date | null; reason: Uint8Array | null; at: Date }>(
      'SELECT id, embargo_id, kind, membership_id, review_at, reason, at FROM embargo_event WHERE embargo_id = ANY($1::uuid[]) ORDER BY version',
      [rows.map((row) => row.id)],
    );
    const people = await this.directory.pastMembersIn(tx, [...rows.map((row) => row.set_by_membership_id), ...entries.map((one) => one.membership_id)]);
    const nowMs = this.clock.now().epochMilliseconds;
    return {
      canSet: this.policy.may(subject, 'embargo.set', at.facts, at.facts),
      // What was destroyed with its item has nothing left to say.
      embargoes: rows.filter((row) => contents.has(row.id)).map((row) => {
        const content = contents.get(row.id)!;
        const setBy: Member = people.get(row.set_by_membership_id)!;
        const isLifted = row.lifted_at !== null;
        return {
          id: row.id,
          ...content,
          towards: partyWords(content.parties, content.other),
          setBy,
          setAt: row.set_at.toISOString(),
          reviewAt: row.review_at.toISOString(),
          isOverdue: !isLifted && row.review_at.getTime() < nowMs,
          liftedAt: row.lifted_at?.toISOString() ?? null,
          version: row.version,
          canMoveReview: this.policy.may(subject, 'embargo.moveReview', { ...at.facts, setByAuthorityId: setBy.authority.id, isLifted }, at.facts),
          canLift: this.policy.may(subject, 'embargo.lift', { ...at.facts, isLifted }, at.facts),
          timeline: entries
            .filter((one) => one.embargo_id === row.id)
            .map((one) => ({
              kind: one.kind,
              by: people.get(one.membership_id)!,
              at: one.at.toISOString(),
              reviewAt: one.review_at?.toISOString() ?? null,
              reason: one.reason === null ? null : sealer.openText(one.reason, { table: 'embargo_event', rowId: one.id, column: 'reason' }),
            })),
        };
      }),
    };
  }
}

function assertVersion(row: EmbargoRow, expected: number | null): void {
  if (row.lifted_at !== null || (expected !== null && expected !== row.version)) throw new Problem('precondition-failed', 'Spærren er ændret, siden du åbnede den. Se, hvad der gælder nu.');
}

const cprMessage = 'Skriv ikke CPR-numre her. Brug sagsreferencen.';
const reasonFaults = (reason: string): FieldError[] => (containsCpr(reason) ? [{ field: 'reason', message: cprMessage }] : []);
