import { Injectable } from '@nestjs/common';
import { contentRoles, type Subject } from '@lib/access/policy.js';
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
  ) {}

  /** [AC3] The meetings that `subject` takes part in, by the authority that owns them. */
  async readableMeetingsIn(tx: Tx, subject: Subject): Promise<Map<string, string[]>> {
    if (!contentRoles.includes(subject.role)) return new Map();
    return byAuthority(
      await tx.query<OwnedIds>(
        `SELECT m.owner_authority_id, string_agg(m.id::text, ',') AS ids FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id
         WHERE p.membership_id = $1 GROUP BY m.owner_authority_id`,
        [subject.membershipId],
      ),
    );
  }

  /** [AC6, AC14] The items that `subject` may read now, by the authority that owns their meeting. */
  async readableItemsIn(tx: Tx, subject: Subject): Promise<Map<string, string[]>> {
    if (!contentRoles.includes(subject.role)) return new Map();
    return byAuthority(
      await tx.query<OwnedIds>(
        `SELECT m.owner_authority_id, string_agg(i.id::text, ',') AS ids FROM item_reader r
         JOIN agenda_item i ON i.id = r.item_id JOIN meeting m ON m.id = i.meeting_id
         WHERE r.membership_id = $1 GROUP BY m.owner_authority_id`,
        [subject.membershipId],
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
          if (sealer === undefined) return [];
          const at = { table: 'meeting', rowId: row.id };
          const title = sealer.openText(row.title, at);
          const kind = meetingKind(row.kind_id)?.title;
          const text = [kind === title ? null : kind, row.place === null ? null : sealer.openText(row.place, at), ...uniqueAuthorities(people.get(row.id) ?? []).map((one) => one.name)];
          return [{ id: row.id, startMs: row.start_instant.getTime(), title, text: text.filter((part) => part != null).join(' · ') }];
        });
      },
      { lane: 'job' },
    );
  }

  /** Titles of items and the documents their words stand in. Those that are gone are missing. */
  async items(ids: readonly string[]): Promise<{ id: string; meetingId: string; documentId: string; startMs: number; title: string }[]> {
    return this.unitOfWork.run(
      async (tx) => {
        const rows = await tx.query<{ id: string; meeting_id: string; document_id: string; title: Uint8Array; start_instant: Date }>(
          'SELECT i.id, i.meeting_id, i.document_id, i.title, m.start_instant FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE i.id = ANY($1::uuid[])',
          [ids],
        );
        const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.id));
        return rows.flatMap((row) => {
          const sealer = sealers.get(row.id);
          if (sealer === undefined) return [];
          return [{ id: row.id, meetingId: row.meeting_id, documentId: row.document_id, startMs: row.start_instant.getTime(), title: sealer.openText(row.title, { table: 'agenda_item', rowId: row.id }) }];
        });
      },
      { lane: 'job' },
    );
  }
}

interface OwnedIds {
  owner_authority_id: string;
  /** Joined with commas: one value is read many times faster than thousands of rows. */
  ids: string;
}

const byAuthority = (rows: readonly OwnedIds[]) => new Map(rows.map((row) => [row.owner_authority_id, row.ids.split(',')]));
