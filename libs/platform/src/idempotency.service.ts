import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Clock } from './clock.js';
import { UnitOfWork, type Tx } from './unit-of-work.service.js';

/** How long a create may be repeated; the policy of the table says the same. */
const keptHours = 48;
const removedAtOnce = 1000;

/** A create that its caller may repeat (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header). */
export interface IdempotentRequest {
  /** A UUID of the caller's. */
  key: string;
  /** What identifies the request: who acts, method, path and body. */
  fingerprint: string;
}

/** Makes a repeated create answer with what the first one made, per person. */
@Injectable()
export class Idempotency {
  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @returns the id that the first request made; null when this is the first, or has no key
   * @throws Problem `idempotency-conflict` when the key was used for something else
   */
  async recallIn(tx: Tx, personId: string, request: IdempotentRequest | undefined): Promise<string | null> {
    if (request === undefined) return null;
    // Two requests with one key at the same time: the second waits here until the first has committed.
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${personId} ${request.key}`]);
    const [row] = await tx.query<{ request_hash: Uint8Array; resource_id: string }>(
      'SELECT request_hash, resource_id FROM idempotency_key WHERE person_id = $1 AND key = $2',
      [personId, request.key],
    );
    if (row === undefined) return null;
    if (!hash(request).equals(row.request_hash)) throw new Problem('idempotency-conflict');
    return row.resource_id;
  }

  async rememberIn(tx: Tx, personId: string, request: IdempotentRequest | undefined, resourceId: string): Promise<void> {
    if (request === undefined) return;
    await tx.query('INSERT INTO idempotency_key (person_id, key, request_hash, resource_id, created_at) VALUES ($1, $2, $3, $4, $5)', [
      personId,
      request.key,
      hash(request),
      resourceId,
      // A story tells of last month; whoever goes on with it repeats its requests today.
      this.clock.real().toString(),
    ]);
  }

  /** Removes keys after 48 hours, so many at once: with one used again later something new is made. */
  async removeOld(): Promise<void> {
    const before = this.clock.now().subtract({ hours: keptHours }).toString();
    for (let removed = removedAtOnce; removed === removedAtOnce; ) {
      removed = await this.unitOfWork.run(
        async (tx) =>
          (
            await tx.query(
              `DELETE FROM idempotency_key WHERE (person_id, key) IN (SELECT person_id, key FROM idempotency_key WHERE created_at <= $1 ORDER BY created_at LIMIT ${removedAtOnce}) RETURNING key`,
              [before],
            )
          ).length,
        { lane: 'job', as: 'notices' },
      );
    }
  }
}

function hash(request: IdempotentRequest): Buffer {
  return createHash('sha256').update(request.fingerprint).digest();
}
