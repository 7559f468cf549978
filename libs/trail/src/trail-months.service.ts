import { Injectable } from '@nestjs/common';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring, type Sealer } from '@lib/platform/keyring.service.js';
import { forNobody } from '@lib/platform/openings.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { addMonths, monthOf } from './trail.js';

const as = { as: 'trail' } as const;

/** SQLSTATE of PostgreSQL. */
const duplicateTable = '42P07';

/** How far ahead the job makes partitions. */
const monthsAhead = 2;

/** [AC97] The months of the trail: a partition and, for each authority that searched, a key; both go together. */
@Injectable()
export class TrailMonths {
  private readonly known = new Set<string>();
  private readonly opening = new Map<string, Promise<void>>();
  private readonly scopes = new Map<string, string>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Entries of this month can be written. @param month its first day */
  async ready(month: string): Promise<void> {
    if (this.known.has(month)) return;
    const opening = this.opening.get(month) ?? this.open(month).finally(() => this.opening.delete(month));
    this.opening.set(month, opening);
    await opening;
  }

  private async open(month: string): Promise<void> {
    try {
      await forNobody(() => this.unitOfWork.run((tx) => tx.query('SELECT trail_open_month($1::date)', [month]), as));
    } catch (error) {
      // Another process made it while this one waited: PostgreSQL remembered, past the lock, that it was not there.
      if ((error as { code?: string }).code !== duplicateTable) throw error;
    }
    this.known.add(month);
  }

  /** The key that an authority's criteria of a month are sealed with. */
  async sealerFor(authorityId: string, month: string): Promise<Sealer> {
    const at = `${authorityId} ${month}`;
    const scopeId = this.scopes.get(at) ?? (await forNobody(() => this.scope(authorityId, month)));
    this.scopes.set(at, scopeId);
    return forNobody(() => this.keyring.sealerFor(scopeId));
  }

  /** The job: partitions ahead of time, and none beyond their term. */
  async keep(): Promise<void> {
    const now = monthOf(this.clock.now().toString());
    for (let ahead = 0; ahead <= monthsAhead; ahead++) await this.ready(addMonths(now, ahead));
    const first = addMonths(now, -this.config.TRAIL_MONTHS);
    for (const month of await this.months()) if (month < first) await this.remove(month);
  }

  /** The first days of the months that there are, oldest first. */
  async months(): Promise<string[]> {
    const rows = await this.unitOfWork.run(
      (tx) => tx.query<{ name: string }>(`SELECT c.relname AS name FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid WHERE h.inhparent = 'trail_entry'::regclass ORDER BY c.relname`),
      { lane: 'job', as: 'trail' },
    );
    return rows.map(({ name }) => `${name.slice(-7).replace('_', '-')}-01`);
  }

  /** A month with its entries, and the keys of what was looked for in it. */
  private async remove(month: string): Promise<void> {
    await this.unitOfWork.run(
      async (tx) => {
        await tx.query('SELECT trail_remove_month($1::date)', [month]);
        await tx.query('DELETE FROM content_key WHERE scope_id IN (SELECT scope_id FROM trail_key WHERE month = $1::date)', [month]);
        await tx.query('DELETE FROM trail_key WHERE month = $1::date', [month]);
      },
      { lane: 'job', as: 'trail' },
    );
    this.known.delete(month);
    for (const at of this.scopes.keys()) if (at.endsWith(month)) this.scopes.delete(at);
  }

  private scope(authorityId: string, month: string): Promise<string> {
    return this.unitOfWork.run(async (tx) => {
      const find = async () => (await tx.query<{ scope_id: string }>('SELECT scope_id FROM trail_key WHERE authority_id = $1 AND month = $2::date', [authorityId, month]))[0]?.scope_id;
      const found = await find();
      if (found !== undefined) return found;
      const id = newId();
      const [made] = await tx.query('INSERT INTO trail_key (scope_id, authority_id, month) VALUES ($1, $2, $3::date) ON CONFLICT DO NOTHING RETURNING scope_id', [id, authorityId, month]);
      if (made === undefined) return (await find())!;
      await this.keyring.create(tx, authorityId, [id]);
      return id;
    }, as);
  }
}
