import { Injectable } from '@nestjs/common';
import { KeyBackups } from './key-backups.service.js';
import { KeyManagement } from './key-management.js';
import { retireIn } from './keyring.service.js';
import { UnitOfWork } from './unit-of-work.service.js';

/** Content keys that are wrapped anew between two looks at who else waits. */
const batch = 200;
const lane = { lane: 'job', as: 'keeper' } as const;

/**
 * Gives an authority another KEK, wraps its content keys anew, and destroys the KEK before. Each step leaves the database
 * and the KMS in a state from which `finishAll` goes on: a process killed anywhere loses nothing, and what reads and
 * writes meanwhile notices nothing.
 */
@Injectable()
export class KeyRotation {
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: KeyManagement,
    private readonly backups: KeyBackups,
  ) {}

  /** Gives each of the authorities another KEK. */
  async rotate(authorityIds: readonly string[]): Promise<void> {
    await this.unitOfWork.run((tx) => retireIn(tx, authorityIds), lane);
    await this.finishAll();
  }

  /** Goes on with every rotation that was begun. One at a time in a process; several processes do each other's work. */
  finishAll(): Promise<void> {
    const run = this.running.then(() => this.finish());
    this.running = run.catch(() => undefined);
    return run;
  }

  private async finish(): Promise<void> {
    const begun = await this.unitOfWork.run((tx) => tx.query<{ kek_id: string; authority_id: string }>(`SELECT kek_id, authority_id FROM kek WHERE state IN ('retiring', 'destroying') ORDER BY kek_id`), lane);
    if (begun.length === 0) return;
    for (const { kek_id, authority_id } of begun) while ((await this.wrapAnew(kek_id, authority_id)) > 0);
    // What lets everything else be opened is kept apart before the old KEK, and with it older backups, opens nothing more.
    await this.backups.make();
    for (const { kek_id } of begun) await this.destroy(kek_id);
  }

  /** @returns how many were still wrapped by it */
  private async wrapAnew(oldKekId: string, authorityId: string): Promise<number> {
    const rows = await this.unitOfWork.run(
      (tx) => tx.query<{ scope_id: string; wrapped_key: Uint8Array }>(`SELECT scope_id, wrapped_key FROM content_key WHERE kek_id = $1 ORDER BY scope_id LIMIT ${batch}`, [oldKekId]),
      lane,
    );
    if (rows.length === 0) return 0;
    const kekId = await this.currentKek(authorityId);
    // Outside any transaction: the KMS may be on the other side of a network.
    const opened = await this.keys.unwrap(oldKekId, rows.map((row) => ({ scopeId: row.scope_id, wrapped: row.wrapped_key })));
    const wrapped = await this.keys.wrap(kekId, rows.map((row, n) => ({ scopeId: row.scope_id, key: opened[n] as Buffer })));
    await this.unitOfWork.run(async (tx) => {
      // Another rotation may have retired it meanwhile: then the next round wraps these by the one after it.
      await tx.query('SELECT 1 FROM kek WHERE kek_id = $1 FOR SHARE', [kekId]);
      await tx.query(
        `UPDATE content_key c SET kek_id = $2, wrapped_key = v.wrapped FROM unnest($3::uuid[], $4::bytea[]) AS v (scope_id, wrapped)
         WHERE c.scope_id = v.scope_id AND c.kek_id = $1 AND EXISTS (SELECT 1 FROM kek WHERE kek_id = $2 AND state IN ('current', 'retiring'))`,
        [oldKekId, kekId, rows.map((row) => row.scope_id), wrapped],
      );
    }, lane);
    return rows.length;
  }

  /** Made before its row is: one that no row names wraps nothing, and does no harm. */
  private async currentKek(authorityId: string): Promise<string> {
    const current = () => this.unitOfWork.run((tx) => tx.query<{ kek_id: string }>(`SELECT kek_id FROM kek WHERE authority_id = $1 AND state = 'current'`, [authorityId]), lane);
    const [known] = await current();
    if (known !== undefined) return known.kek_id;
    const kekId = await this.keys.createKek(authorityId);
    await this.unitOfWork.run((tx) => tx.query(`INSERT INTO kek (kek_id, authority_id, state) VALUES ($1, $2, 'current') ON CONFLICT DO NOTHING`, [kekId, authorityId]), lane);
    return (await current())[0]?.kek_id ?? kekId;
  }

  /** In the database first: once `destroying` is committed, nothing is wrapped by it, now or later. */
  private async destroy(kekId: string): Promise<void> {
    const isFree = await this.unitOfWork.run(async (tx) => {
      await tx.query('SELECT 1 FROM kek WHERE kek_id = $1 FOR UPDATE', [kekId]);
      const left = await tx.query('SELECT 1 FROM content_key WHERE kek_id = $1 LIMIT 1', [kekId]);
      if (left.length > 0) return false;
      await tx.query(`UPDATE kek SET state = 'destroying' WHERE kek_id = $1 AND state <> 'destroyed'`, [kekId]);
      return true;
    }, lane);
    if (!isFree) return;
    await this.keys.destroyKek(kekId);
    await this.unitOfWork.run((tx) => tx.query(`UPDATE kek SET state = 'destroyed' WHERE kek_id = $1`, [kekId]), lane);
  }
}
