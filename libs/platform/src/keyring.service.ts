import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { KeyManagement } from './key-management.js';
import { Sealer } from './sealing.js';
import { UnitOfWork, type Tx } from './unit-of-work.service.js';

export { Sealer } from './sealing.js';

interface KeyRow {
  scope_id: string;
  kek_id: string;
  wrapped_key: Uint8Array;
}

/**
 * One content key per scope (item, meeting, series), stored wrapped by the KEK of the authority that owns it.
 * Destroying the row makes the content unreadable for ever.
 */
@Injectable()
export class Keyring implements OnModuleInit {
  /** Unwrapped keys live in memory only; a lost entry is read and unwrapped again. */
  private readonly sealers = new LRUCache<string, Sealer>({ max: 20_000 });

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: KeyManagement,
  ) {}

  /** A database whose keys are elsewhere must not be written to: what is new would be readable, what is old not. */
  async onModuleInit(): Promise<void> {
    const used = await this.unitOfWork.run((tx) => tx.query<{ kek_id: string }>('SELECT DISTINCT kek_id FROM content_key'));
    const missing = used.filter((row) => !this.keys.has(row.kek_id)).length;
    if (missing > 0) throw new Error(`Samråd does not start: its key file lacks ${missing} of the ${used.length} keys that the content of this database is sealed with. Start with the key file that belongs to it`);
  }

  /** Makes the keys of new scopes, in the transaction that creates them. */
  async create(tx: Tx, ownerAuthorityId: string, scopeIds: readonly string[]): Promise<Map<string, Sealer>> {
    const rows = scopeIds.map((scopeId) => {
      const key = randomBytes(32);
      return { scopeId, key, ...this.keys.wrap(ownerAuthorityId, scopeId, key) };
    });
    await tx.query(
      `INSERT INTO content_key (scope_id, owner_authority_id, kek_id, wrapped_key)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])`,
      [rows.map((row) => row.scopeId), rows.map(() => ownerAuthorityId), rows.map((row) => row.kekId), rows.map((row) => row.wrapped)],
    );
    return new Map(rows.map((row) => [row.scopeId, new Sealer(row.scopeId, row.key)]));
  }

  /** @throws Error when the scope has no key (never made, or destroyed) */
  async sealerFor(scopeId: string): Promise<Sealer> {
    return this.sealers.get(scopeId) ?? this.unitOfWork.run((tx) => this.sealerIn(tx, scopeId), { lane: 'collab' });
  }

  /** The same inside a transaction. */
  async sealerIn(tx: Tx, scopeId: string): Promise<Sealer> {
    const found = (await this.sealersIn(tx, [scopeId])).get(scopeId);
    if (found === undefined) throw new Error('the scope has no content key');
    return found;
  }

  /** Many at once, for lists. Scopes without a key are missing from the answer. */
  async sealersIn(tx: Tx, scopeIds: readonly string[]): Promise<Map<string, Sealer>> {
    const answer = new Map<string, Sealer>();
    const unknown: string[] = [];
    for (const scopeId of new Set(scopeIds)) {
      const known = this.sealers.get(scopeId);
      if (known === undefined) unknown.push(scopeId);
      else answer.set(scopeId, known);
    }
    if (unknown.length > 0) {
      const rows = await tx.query<KeyRow>('SELECT scope_id, kek_id, wrapped_key FROM content_key WHERE scope_id = ANY($1::uuid[])', [unknown]);
      for (const row of rows) {
        const sealer = new Sealer(row.scope_id, this.keys.unwrap(row.kek_id, row.scope_id, row.wrapped_key));
        this.sealers.set(row.scope_id, sealer);
        answer.set(row.scope_id, sealer);
      }
    }
    return answer;
  }
}
