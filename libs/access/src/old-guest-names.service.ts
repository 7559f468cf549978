import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { GuestNames } from './guest-names.service.js';
import type { GuestRow } from './guests.js';

const batch = 200;
const lane = { lane: 'job', as: 'keeper' } as const;

type OldGuest = Pick<GuestRow, 'membership_id' | 'person_id' | 'meeting_id' | 'item_id'> & { clear_name: string; clear_organisation: string; is_shredded: boolean };

/**
 * [GU9] Seals the names of guests that stand in the clear from before they were sealed. A name leaves the clear in the transaction
 * that stores it sealed: killed anywhere, each is in one place or the other, and the next run goes on.
 */
@Injectable()
export class OldGuestNames {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly names: GuestNames,
  ) {}

  /** @returns how many were sealed */
  async seal(): Promise<number> {
    let sealed = 0;
    for (let done = batch; done === batch; sealed += done) done = await this.sealSome();
    return sealed;
  }

  private sealSome(): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<OldGuest>(
        `SELECT g.membership_id, g.person_id, g.meeting_id, g.item_id, p.name AS clear_name, m.unit_title AS clear_organisation,
                EXISTS (SELECT 1 FROM shredded_scope s WHERE s.scope_id = coalesce(g.item_id, g.meeting_id)) AS is_shredded
         FROM guest g JOIN person p ON p.id = g.person_id JOIN membership m ON m.id = g.membership_id
         WHERE g.name IS NULL AND p.guest AND (p.name <> '' OR m.unit_title <> '') ORDER BY g.membership_id LIMIT ${batch} FOR NO KEY UPDATE OF g`,
      );
      const kept = rows.filter((row) => !row.is_shredded);
      const words = [];
      for (const row of kept) words.push(await this.names.sealIn(tx, row, { name: row.clear_name, organisation: row.clear_organisation }));
      await tx.query(
        `UPDATE guest g SET name = v.name, organisation = v.organisation FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS v (id, name, organisation) WHERE g.membership_id = v.id`,
        [kept.map((row) => row.membership_id), words.map((one) => one.name), words.map((one) => one.organisation)],
      );
      // What she was invited to was destroyed meanwhile: her name belongs to it, and goes too.
      await tx.query(`UPDATE person SET name = '' WHERE id = ANY($1::uuid[])`, [rows.map((row) => row.person_id)]);
      await tx.query(`UPDATE membership SET unit_title = '' WHERE id = ANY($1::uuid[])`, [rows.map((row) => row.membership_id)]);
      return rows.length;
    }, lane);
  }
}
