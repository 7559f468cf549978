import { Injectable } from '@nestjs/common';
import { Keyring, type Sealer } from '@lib/platform/keyring.service.js';
import { forNobody } from '@lib/platform/openings.js';
import { said } from '@lib/platform/speaking.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { GuestRow } from './guests.js';

/** What a guest is called, and where she comes from, in words. */
export interface Named {
  name: string;
  organisation: string;
}

type Place = Pick<GuestRow, 'membership_id' | 'meeting_id' | 'item_id'>;
type SealedRow = Place & Pick<GuestRow, 'name' | 'organisation'>;
const columns = 'membership_id, person_id, meeting_id, item_id, name, organisation';

/** [GU9] The key of a guest's names: that of the item she is invited to, or of the meeting. */
export const scopeOfGuest = ({ item_id, meeting_id }: Pick<GuestRow, 'item_id' | 'meeting_id'>): string => item_id ?? meeting_id;

/**
 * [GU9] What guests are called, sealed with what they are invited to and destroyed with it. A name is no word of the item: it is
 * told to those who know of her by the item or the meeting, which are in the access trail by themselves.
 */
@Injectable()
export class GuestNames {
  constructor(private readonly keyring: Keyring) {}

  /** @throws Problem `content-shredded` */
  async sealIn(tx: Tx, guest: Place, { name, organisation }: Named): Promise<{ name: Buffer; organisation: Buffer }> {
    const sealer = await forNobody(() => this.keyring.sealerIn(tx, scopeOfGuest(guest)));
    return { name: sealer.sealText(name, at(guest, 'name')), organisation: sealer.sealText(organisation, at(guest, 'organisation')) };
  }

  /** Undefined for one of before whose names are not sealed yet. */
  async openIn(tx: Tx, row: SealedRow): Promise<Named | undefined> {
    return (await this.openAllIn(tx, [row])).get(row);
  }

  /** By membership, as far as the database shows guests to whoever asks. */
  async byMembershipIn(tx: Tx, membershipIds: readonly string[]): Promise<Map<string, Named>> {
    if (membershipIds.length === 0) return new Map();
    const rows = await tx.query<SealedRow>(`SELECT ${columns} FROM guest WHERE membership_id = ANY($1::uuid[])`, [membershipIds]);
    return new Map([...(await this.openAllIn(tx, rows))].map(([row, named]) => [row.membership_id, named]));
  }

  /** The same by person. */
  async byPersonIn(tx: Tx, personIds: readonly string[]): Promise<Map<string, Named>> {
    if (personIds.length === 0) return new Map();
    const rows = await tx.query<SealedRow & { person_id: string }>(`SELECT ${columns} FROM guest WHERE person_id = ANY($1::uuid[])`, [personIds]);
    return new Map([...(await this.openAllIn(tx, rows))].map(([row, named]) => [row.person_id, named]));
  }

  private async openAllIn<Row extends SealedRow>(tx: Tx, rows: readonly Row[]): Promise<Map<Row, Named>> {
    const sealed = rows.filter((row) => row.name !== null);
    if (sealed.length === 0) return new Map();
    const sealers = await forNobody(() => this.keyring.sealersIn(tx, sealed.map(scopeOfGuest)));
    return new Map(sealed.map((row) => [row, namesOf(row, sealers.get(scopeOfGuest(row)))]));
  }
}

const at = ({ membership_id: rowId }: Place, column: 'name' | 'organisation') => ({ table: 'guest', rowId, column });

/** Who was destroyed with her item is a guest still: that she was there stays. */
function namesOf(row: SealedRow, sealer: Sealer | undefined): Named {
  return { name: sealer?.openOrNull(row.name, at(row, 'name')) ?? said('Gæst'), organisation: sealer?.openOrNull(row.organisation, at(row, 'organisation')) ?? '' };
}
