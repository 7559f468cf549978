import { Injectable } from '@nestjs/common';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { DecisionContent } from './decision.entity.js';
import { mayRead, readsAs } from './decision-reader.service.js';
import type { FollowUpContent } from './follow-up.entity.js';
import { mayReadFollowUp } from './follow-ups.service.js';

export interface RecordedText {
  id: string;
  meetingId: string;
  itemId: string;
  startMs: number;
  title: string;
  text: string;
}

/** The words of decisions and follow-ups, for a search. Who may read them is asked apart from what they say. */
@Injectable()
export class DecisionTexts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** [AC10] The decisions that `subject` may read now, by the authority that owns their meeting; only those `among` others when given. */
  async readableDecisionsIn(tx: Tx, subject: Subject, among: readonly string[] | null = null): Promise<Map<string, string[]>> {
    return byAuthority(
      await tx.query<OwnedIds>(
        `SELECT m.owner_authority_id, string_agg(d.id::text, ',') AS ids FROM decision d JOIN meeting m ON m.id = d.meeting_id
         WHERE ${mayRead} AND ($5::uuid[] IS NULL OR d.id = ANY($5)) GROUP BY m.owner_authority_id`,
        [...readsAs(subject, this.clock.now().toString()), among],
      ),
    );
  }

  /** [AC20] The follow-ups that `subject` may read now, by the authority that owns their meeting; only those `among` others when given. */
  async readableFollowUpsIn(tx: Tx, subject: Subject, among: readonly string[] | null = null): Promise<Map<string, string[]>> {
    return byAuthority(
      await tx.query<OwnedIds>(
        `SELECT m.owner_authority_id, string_agg(f.id::text, ',') AS ids FROM follow_up f JOIN membership o ON o.id = f.owner_membership_id
         JOIN meeting m ON m.id = f.meeting_id
         WHERE ${mayReadFollowUp} AND ($5::uuid[] IS NULL OR f.id = ANY($5)) GROUP BY m.owner_authority_id`,
        [...readsAs(subject, this.clock.now().toString()), among],
      ),
    );
  }

  /** Those that are gone are missing. */
  async decisions(ids: readonly string[]): Promise<RecordedText[]> {
    return this.unitOfWork.run((tx) => this.decisionsIn(tx, ids), { lane: 'job' });
  }

  async decisionsIn(tx: Tx, ids: readonly string[]): Promise<RecordedText[]> {
    return this.textsIn(tx, 'decision', ids, (json) => {
      const { text, reasons, caseReference } = JSON.parse(json) as DecisionContent;
      return { title: text, text: joined(reasons, caseReference) };
    });
  }

  /** Those that are gone are missing. */
  async followUps(ids: readonly string[]): Promise<RecordedText[]> {
    return this.unitOfWork.run((tx) => this.followUpsIn(tx, ids), { lane: 'job' });
  }

  async followUpsIn(tx: Tx, ids: readonly string[]): Promise<RecordedText[]> {
    return this.textsIn(tx, 'follow_up', ids, (json) => {
      const { text, caseReference } = JSON.parse(json) as FollowUpContent;
      return { title: text, text: joined(caseReference) };
    });
  }

  private async textsIn(tx: Tx, table: 'decision' | 'follow_up', ids: readonly string[], read: (json: string) => { title: string; text: string }): Promise<RecordedText[]> {
    const rows = await tx.query<{ id: string; item_id: string; meeting_id: string; content: Uint8Array; start_instant: Date }>(
      `SELECT t.id, t.item_id, t.meeting_id, t.content, m.start_instant FROM ${table} t JOIN meeting m ON m.id = t.meeting_id WHERE t.id = ANY($1::uuid[])`,
      [ids],
    );
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
    return rows.flatMap((row) => {
      const sealer = sealers.get(row.item_id);
      // Content whose key was destroyed is not to be found any more.
      if (sealer === undefined || sealer.isShredded) return [];
      return [{ id: row.id, meetingId: row.meeting_id, itemId: row.item_id, startMs: row.start_instant.getTime(), ...read(sealer.openText(row.content, { table, rowId: row.id, column: 'content' })) }];
    });
  }
}

interface OwnedIds {
  owner_authority_id: string;
  ids: string;
}

const byAuthority = (rows: readonly OwnedIds[]) => new Map(rows.map((row) => [row.owner_authority_id, row.ids.split(',')]));

const joined = (...parts: (string | null)[]) => parts.filter((part) => part !== null && part !== '').join(' · ');
