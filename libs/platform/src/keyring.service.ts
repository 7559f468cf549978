import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { KeyManagement, KeysUnavailable } from './key-management.js';
import { currentOpening } from './openings.js';
import { Sealer, ShreddedSealer } from './sealing.js';
import { said } from './speaking.js';
import { UnitOfWork, type Tx } from './unit-of-work.service.js';

export { Sealer } from './sealing.js';

interface KeyRow {
  scope_id: string;
  kek_id: string;
  wrapped_key: Uint8Array;
}

/** A key that was shredded elsewhere leaves memory when that is heard; this is for whoever does not hear. */
const keptInMemoryMs = 10 * 60_000;

/**
 * One content key per scope (item, meeting, series), stored wrapped by the KEK of the authority that owns it.
 * Destroying the row, and then that KEK, makes the content unreadable for ever, in copies of the database too.
 *
 * A key that is not in memory is asked for inside the caller's transaction, which then waits for the KMS
 * (docs/adr/0029); most are in memory.
 *
 * Every key that is handed out is touched in the opening of whoever asked for it (openings.ts): nothing sealed is read
 * past the access trail.
 */
@Injectable()
export class Keyring implements OnModuleInit {
  /** Unwrapped keys live in memory only; a lost entry is read and unwrapped again. */
  private readonly sealers = new LRUCache<string, Sealer>({ max: 20_000, ttl: keptInMemoryMs });

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: KeyManagement,
  ) {}

  /** A database whose keys are elsewhere must not be written to: what is new would be readable, what is old not. */
  async onModuleInit(): Promise<void> {
    const used = await this.unitOfWork.run((tx) => tx.query<{ kek_id: string }>('SELECT DISTINCT kek_id FROM content_key'), { as: 'collab' });
    let missing = 0;
    for (const { kek_id } of used) if (!(await this.keys.has(kek_id))) missing += 1;
    if (missing > 0) throw new Error(`Samråd does not start: its keys lack ${missing} of the ${used.length} keys that the content of this database is sealed with. Start with the keys that belong to it; after a restore of the database run: npm run keys -- restore <key backup>`);
  }

  /** Makes the keys of new scopes, in the transaction that creates them. */
  async create(tx: Tx, ownerAuthorityId: string, scopeIds: readonly string[]): Promise<Map<string, Sealer>> {
    currentOpening()?.touch(scopeIds);
    const kekId = await this.currentKekIn(tx, ownerAuthorityId);
    const keys = scopeIds.map((scopeId) => ({ scopeId, key: randomBytes(32) }));
    const wrapped = await this.keys.wrap(kekId, keys);
    await tx.query(
      `INSERT INTO content_key (scope_id, owner_authority_id, kek_id, wrapped_key)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])`,
      [scopeIds, scopeIds.map(() => ownerAuthorityId), scopeIds.map(() => kekId), wrapped],
    );
    return new Map(keys.map(({ scopeId, key }) => [scopeId, new Sealer(scopeId, key)]));
  }

  /** @throws Error when the scope never had a key */
  async sealerFor(scopeId: string): Promise<Sealer> {
    currentOpening()?.touch([scopeId]);
    return this.sealers.get(scopeId) ?? this.unitOfWork.run((tx) => this.sealerIn(tx, scopeId), { lane: 'collab' });
  }

  /** The same for many; nothing is waited for where all are in memory. */
  async sealersFor(scopeIds: ReadonlySet<string>): Promise<Map<string, Sealer>> {
    currentOpening()?.touch([...scopeIds]);
    const answer = new Map<string, Sealer>();
    for (const scopeId of scopeIds) answer.set(scopeId, this.sealers.get(scopeId) ?? (await this.sealerFor(scopeId)));
    return answer;
  }

  /** As {@link sealerFor} inside a transaction. */
  async sealerIn(tx: Tx, scopeId: string): Promise<Sealer> {
    const found = (await this.sealersIn(tx, [scopeId])).get(scopeId);
    if (found === undefined) throw new Error('the scope has no content key');
    return found;
  }

  /** Many at once, for lists. Scopes that never had a key are missing from the answer; those of shredded ones say so. */
  async sealersIn(tx: Tx, scopeIds: readonly string[]): Promise<Map<string, Sealer>> {
    currentOpening()?.touch(scopeIds);
    const answer = new Map<string, Sealer>();
    const unknown: string[] = [];
    for (const scopeId of new Set(scopeIds)) {
      const known = this.sealers.get(scopeId);
      if (known === undefined) unknown.push(scopeId);
      else answer.set(scopeId, known);
    }
    if (unknown.length === 0) return answer;
    for (const sealer of await this.unwrapIn(tx, unknown)) {
      this.sealers.set(sealer.scopeId, sealer);
      answer.set(sealer.scopeId, sealer);
    }
    const missing = unknown.filter((scopeId) => !answer.has(scopeId));
    if (missing.length === 0) return answer;
    const shredded = await tx.query<{ scope_id: string; day: string }>(`SELECT scope_id, to_char(at AT TIME ZONE 'Europe/Copenhagen', 'YYYY-MM-DD') AS day FROM shredded_scope WHERE scope_id = ANY($1::uuid[])`, [missing]);
    for (const { scope_id, day } of shredded) answer.set(scope_id, new ShreddedSealer(scope_id, () => shreddedSentence(day)));
    return answer;
  }

  /**
   * Destroys the keys of scopes, and remembers since when. A copy of the database still holds them, wrapped: they are gone
   * for good when the KEK that wrapped them is destroyed. Its retirement begins here; `KeyRotation.finishAll` ends it.
   *
   * @param at ISO 8601 instant
   */
  async destroyIn(tx: Tx, scopeIds: readonly string[], at: string): Promise<void> {
    const gone = await tx.query<{ scope_id: string; owner_authority_id: string }>('DELETE FROM content_key WHERE scope_id = ANY($1::uuid[]) RETURNING scope_id, owner_authority_id', [scopeIds]);
    await tx.query(`INSERT INTO shredded_scope (scope_id, owner_authority_id, at) SELECT v.id, v.authority, $3::timestamptz FROM unnest($1::uuid[], $2::text[]) AS v (id, authority) ON CONFLICT DO NOTHING`, [
      gone.map((row) => row.scope_id),
      gone.map((row) => row.owner_authority_id),
      at,
    ]);
    tx.afterCommit(() => scopeIds.forEach((scopeId) => this.sealers.delete(scopeId)));
    await retireIn(tx, [...new Set(gone.map((row) => row.owner_authority_id))]);
  }

  /** Of what was destroyed elsewhere. */
  forget(scopeIds: readonly string[]): void {
    for (const scopeId of scopeIds) this.sealers.delete(scopeId);
  }

  forgetAll(): void {
    this.sealers.clear();
  }

  private async unwrapIn(tx: Tx, scopeIds: readonly string[], isSecondTry = false): Promise<Sealer[]> {
    const rows = await tx.query<KeyRow>('SELECT scope_id, kek_id, wrapped_key FROM content_key WHERE scope_id = ANY($1::uuid[])', [scopeIds]);
    const sealers: Sealer[] = [];
    try {
      for (const kekId of new Set(rows.map((row) => row.kek_id))) {
        const wrapped = rows.filter((row) => row.kek_id === kekId);
        const keys = await this.keys.unwrap(kekId, wrapped.map((row) => ({ scopeId: row.scope_id, wrapped: row.wrapped_key })));
        wrapped.forEach((row, n) => sealers.push(new Sealer(row.scope_id, keys[n] as Buffer)));
      }
      return sealers;
    } catch (error) {
      // Between the row and the KMS a rotation may have wrapped it anew and destroyed the KEK that was read.
      if (isSecondTry) throw error;
      return this.unwrapIn(tx, scopeIds, true);
    }
  }

  /** The lock makes a rotation wait until what is wrapped by this KEK is committed, and thus seen by it. */
  private async currentKekIn(tx: Tx, authorityId: string): Promise<string> {
    const current = () => tx.query<{ kek_id: string }>(`SELECT kek_id FROM kek WHERE authority_id = $1 AND state = 'current' FOR SHARE`, [authorityId]);
    // Asked twice: one that waits for a rotation sees that there is another KEK only when it asks again.
    const known = (await current())[0] ?? (await current())[0];
    if (known !== undefined) return known.kek_id;
    // Once in the life of an authority, or between the steps of a rotation. When the transaction is rolled back, the KEK stays behind and wraps nothing.
    await tx.query(`INSERT INTO kek (kek_id, authority_id, state) VALUES ($1, $2, 'current') ON CONFLICT DO NOTHING`, [await this.keys.createKek(authorityId), authorityId]);
    const [made] = await current();
    if (made === undefined) throw new KeysUnavailable('the authority has no key.');
    return made.kek_id;
  }
}

/** The present KEKs of authorities wrap nothing more from the commit on. Waits for the transactions that wrap by them. */
export async function retireIn(tx: Tx, authorityIds: readonly string[]): Promise<void> {
  await tx.query(`UPDATE kek SET state = 'retiring' WHERE authority_id = ANY($1::text[]) AND state = 'current'`, [authorityIds]);
}

/** @param day the date in Denmark, ISO 8601 */
export function shreddedSentence(day: string): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return said(`Indholdet er slettet efter reglerne for opbevaring den ${date}.${month}.${year}.`);
}
