import { Injectable } from '@nestjs/common';
import { containsCpr } from '@lib/contracts/cpr.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { LogOrder } from './log-filter.js';

const mostViews = 20;
const table = 'log_view';

export interface LogView {
  id: string;
  name: string;
  filter: LogOrder;
}

/** [DE15] Saved views of the decision log: filters under a name, of one membership, sealed. */
@Injectable()
export class LogViews {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** In the order in which they were saved. */
  async list(subject: Subject): Promise<LogView[]> {
    return this.unitOfWork.run((tx) => this.listIn(tx, subject));
  }

  /** @throws Problem `invalid-input` for a name with a CPR number, one that is taken, or one too many */
  async save(subject: Subject, name: string, filter: LogOrder, request?: IdempotentRequest): Promise<LogView> {
    return this.unitOfWork.run(async (tx) => {
      // Two at once would both see room for one more.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`log views ${subject.membershipId}`]);
      const views = await this.listIn(tx, subject);
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      const made = views.find((one) => one.id === earlier);
      if (made !== undefined) return made;
      const message = containsCpr(name)
        ? 'Skriv ikke CPR-numre her. Brug sagsreferencen.'
        : views.some((one) => one.name === name)
          ? 'Du har allerede en visning med det navn.'
          : views.length >= mostViews
            ? `Du kan højst have ${mostViews} visninger. Slet en først.`
            : null;
      if (message !== null) throw new Problem('invalid-input', undefined, [{ field: 'name', message }]);
      const id = newId();
      const sealer = (await this.keyring.create(tx, subject.authorityId, [id])).get(id)!;
      await tx.query(`INSERT INTO ${table} (id, membership_id, content, created_at) VALUES ($1, $2, $3, $4)`, [
        id,
        subject.membershipId,
        sealer.sealText(JSON.stringify({ name, filter }), { table, rowId: id, column: 'content' }),
        this.clock.now().toString(),
      ]);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return { id, name, filter };
    });
  }

  /** Its key goes with it. @throws Problem `not-found` */
  async remove(subject: Subject, id: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      // The key first: that it is hers to destroy is told by the row (docs/rls.md).
      await tx.query(`DELETE FROM content_key k USING ${table} v WHERE k.scope_id = v.id AND v.id = $1 AND v.membership_id = $2`, [id, subject.membershipId]);
      const gone = await tx.query(`DELETE FROM ${table} WHERE id = $1 AND membership_id = $2 RETURNING id`, [id, subject.membershipId]);
      if (gone.length === 0) throw new Problem('not-found');
    });
  }

  private async listIn(tx: Tx, subject: Subject): Promise<LogView[]> {
    const rows = await tx.query<{ id: string; content: Uint8Array }>(`SELECT id, content FROM ${table} WHERE membership_id = $1 ORDER BY id`, [subject.membershipId]);
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.id));
    return rows.map((row) => ({ id: row.id, ...(JSON.parse(sealers.get(row.id)!.openText(row.content, { table, rowId: row.id, column: 'content' })) as Omit<LogView, 'id'>) }));
  }
}
