import { Injectable } from '@nestjs/common';
import { openAt } from '@lib/access/item-access.service.js';
import { contentRoles, type Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { MeetingPeople } from './meeting-people.service.js';
import { uniqueAuthorities } from './series.service.js';

/** What stands in rows about meetings and items, for a search. Who may read it is asked apart from what it says. */
@Injectable()
export class MeetingTexts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly people: MeetingPeople,
    private readonly clock: Clock,
  ) {}

  /** [AC3] The meetings that `subject` takes part in, by the authority that owns them; only those `among` others when given. */
  async readableMeetingsIn(tx: Tx, subject: Subject, among: readonly string[] | null = null): Promise<Map<string, string[]>> {
    if (!contentRoles.includes(subject.role)) return new Map();
    return byAuthority(
      await tx.query<OwnedIds>(
        `SELECT m.owner_authority_id, string_agg(m.id::text, ',') AS ids FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id
         WHERE p.membership_id = $1 AND ${openAt('p', '$3')} AND ($2::uuid[] IS NULL OR m.id = ANY($2)) GROUP BY m.owner_authority_id`,
        [subject.membershipId, among, this.clock.now().toString()],
      ),
    );
  }

  /** [AC6, AC14] The items that `subject` may read now, by the authority that owns their meeting; only those `among` others when given. */
  async readableItemsIn(tx: Tx, subject: Subject, among: readonly string[] | null = null): Promise<Map<string, string[]>> {
    if (!contentRoles.includes(subject.role)) return new Map();
    return byAuthority(
      await tx.query<OwnedIds>(
        `SELECT m.owner_authority_id, string_agg(i.id::text, ',') AS ids FROM item_reader r
         JOIN agenda_item i ON i.id = r.item_id JOIN meeting m ON m.id = i.meeting_id
         WHERE r.membership_id = $1 AND ${openAt('r', '$3')} AND ($2::uuid[] IS NULL OR r.item_id = ANY($2)) GROUP BY m.owner_authority_id`,
        [subject.membershipId, among, this.clock.now().toString()],
      ),
    );
  }

  /** Title, kind, place and authorities of meetings. Those that are gone are missing. */
  async meetings(ids: readonly string[]): Promise<{ id: string; startMs: number; title: string; text: string }[]> {
    return this.unitOfWork.run(
      async (tx) => {
        const rows = await tx.query<{ id: string; kind_id: string; title: Uint8Array; place: Uint8Array | null; start_instant: Date }>(
          'SELECT id, kind_id, title, place, start_instant FROM meeting WHERE id = ANY($1::uuid[])',
          [ids],
        );
        const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.id));
        const people = await this.people.ofIn(tx, rows.map((row) => row.id));
        return rows.flatMap((row) => {
          const sealer = sealers.get(row.id);
          // A meeting whose key was destroyed has nothing to be found by.
          if (sealer === undefined || sealer.isShredded) return [];
          const at = { table: 'meeting', rowId: row.id };
          const title = sealer.openText(row.title, { ...at, column: 'title' });
          const kind = meetingKind(row.kind_id)?.title;
          const text = [kind === title ? null : kind, row.place === null ? null : sealer.openText(row.place, { ...at, column: 'place' }), ...uniqueAuthorities(people.get(row.id) ?? []).map((one) => one.name)];
          return [{ id: row.id, startMs: row.start_instant.getTime(), title, text: text.filter((part) => part != null).join(' · ') }];
        });
      },
      { lane: 'job' },
    );
  }

  /** Titles of items and the documents their words stand in. Those that are gone are missing. */
  async items(ids: readonly string[]): Promise<ItemText[]> {
    return this.unitOfWork.run((tx) => this.itemsIn(tx, ids), { lane: 'job' });
  }

  async itemsIn(tx: Tx, ids: readonly string[]): Promise<ItemText[]> {
    const rows = await tx.query<{ id: string; meeting_id: string; document_id: string; title: Uint8Array; start_instant: Date }>(
      'SELECT i.id, i.meeting_id, i.document_id, i.title, m.start_instant FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE i.id = ANY($1::uuid[])',
      [ids],
    );
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.id));
    return rows.flatMap((row) => {
      const sealer = sealers.get(row.id);
      if (sealer === undefined || sealer.isShredded) return [];
      return [{ id: row.id, meetingId: row.meeting_id, documentId: row.document_id, startMs: row.start_instant.getTime(), title: sealer.openText(row.title, { table: 'agenda_item', rowId: row.id, column: 'title' }) }];
    });
  }
}

export interface ItemText {
  id: string;
  meetingId: string;
  documentId: string;
  startMs: number;
  title: string;
}

interface OwnedIds {
  owner_authority_id: string;
  /** Joined with commas: one value is read many times faster than thousands of rows. */
  ids: string;
}

const byAuthority = (rows: readonly OwnedIds[]) => new Map(rows.map((row) => [row.owner_authority_id, row.ids.split(',')]));
