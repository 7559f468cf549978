import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '@lib/platform/clock.js';
import { log } from '@lib/platform/log.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';

interface Row {
  number: string;
  month: string;
  line: string;
}

export interface Checkpoint {
  number: number;
  /** First day of the month whose entries it holds fast. */
  month: string;
  entries: number;
  /** SHA-256, hexadecimal. */
  hash: string;
  madeAt: string;
}

/** What came of going through the chain anew. */
export interface TrailCheck {
  /** ISO 8601. */
  at: string;
  /** Number of the first checkpoint whose entries are no longer what they were; null when all are. */
  firstBroken: number | null;
}

const pageSize = 2000;

/**
 * [TR6] A chain of hashes over the entries. Whoever holds one hash that was made after an entry can tell whether the
 * entry, or any before it, was changed, taken away or put in later, for as long as its month is kept. Whoever can rewrite
 * the whole database can make a new chain; it then ends in other hashes than those that were handed out.
 */
@Injectable()
export class TrailCheckpoints {
  /** Of this process; null until it has gone through the chain. */
  lastCheck: TrailCheck | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** The job: holds fast what was written since the last time. */
  async make(): Promise<void> {
    const { after, upTo } = await this.unitOfWork.run(
      async (tx) => {
        const [last] = await tx.query<{ n: string | null }>('SELECT max(to_number) AS n FROM trail_checkpoint');
        const [numbers] = await tx.query<{ n: string }>('SELECT trail_numbers_up_to() AS n');
        return { after: last!.n ?? '0', upTo: numbers!.n };
      },
      { lane: 'job', as: 'trail' },
    );
    if (BigInt(upTo) <= BigInt(after)) return;
    const digests = await this.digests(after, upTo);
    await this.unitOfWork.run(
      async (tx) => {
        const [last] = await tx.query<{ number: string; hash: Uint8Array; to_number: string }>('SELECT number, hash, to_number FROM trail_checkpoint ORDER BY number DESC LIMIT 1');
        // Another process was quicker.
        if ((last?.to_number ?? '0') !== after) return;
        let previous: Uint8Array = last?.hash ?? Buffer.alloc(32);
        let number = Number(last?.number ?? 0);
        for (const [month, { entries, digest }] of [...digests].sort()) {
          number += 1;
          previous = chained(previous, { number, month, after, upTo, entries, digest });
          await tx.query('INSERT INTO trail_checkpoint (number, month, after_number, to_number, entries, hash, made_at) VALUES ($1, $2::date, $3, $4, $5, $6, $7)', [number, month, after, upTo, entries, previous, this.clock.now().toString()]);
        }
      },
      { lane: 'job', as: 'trail' },
    );
  }

  /** [TR8] The job: goes through the chain, and says so where the operator and the auditors look when it does not hold. */
  async check(): Promise<void> {
    const firstBroken = await this.firstBroken();
    this.lastCheck = { at: this.clock.now().toString(), firstBroken };
    if (firstBroken === null) log.info({ what: 'access trail' }, 'the access trail is what its checkpoints say');
    else log.error({ what: 'access trail', numbers: firstBroken }, 'the access trail is not what its checkpoints say: entries were changed, taken away or put in before the checkpoint of this number');
  }

  /** The last one, to be kept outside; null before the first. */
  async last(): Promise<Checkpoint | null> {
    const [row] = await this.unitOfWork.run((tx) => tx.query<{ number: string; month: string; entries: number; hash: Uint8Array; made_at: Date }>('SELECT number, month::text AS month, entries, hash, made_at FROM trail_checkpoint ORDER BY number DESC LIMIT 1'), { as: 'trail' });
    return row === undefined ? null : { number: Number(row.number), month: row.month, entries: row.entries, hash: Buffer.from(row.hash).toString('hex'), madeAt: row.made_at.toISOString() };
  }

  /**
   * Computes the chain anew over the months that are kept.
   *
   * @returns the number of the first checkpoint whose entries are no longer what they were; null when all are
   */
  async firstBroken(): Promise<number | null> {
    const rows = await this.unitOfWork.run(
      (tx) => tx.query<{ number: string; month: string; after_number: string; to_number: string; entries: number; hash: Uint8Array; is_kept: boolean }>(
        `SELECT number, month::text AS month, after_number, to_number, entries, hash, to_regclass('trail_entry_' || to_char(month, 'YYYY_MM')) IS NOT NULL AS is_kept FROM trail_checkpoint ORDER BY number`,
      ),
      { lane: 'job', as: 'trail' },
    );
    let previous: Uint8Array = Buffer.alloc(32);
    for (const row of rows) {
      if (row.is_kept) {
        const { entries, digest } = (await this.digests(row.after_number, row.to_number, row.month)).get(row.month) ?? { entries: 0, digest: '' };
        const hash = chained(previous, { number: Number(row.number), month: row.month, after: row.after_number, upTo: row.to_number, entries, digest });
        if (entries !== row.entries || !hash.equals(row.hash)) return Number(row.number);
      }
      previous = row.hash;
    }
    return null;
  }

  /** Of each month in a stretch of numbers: how many entries, and a digest over them in order. */
  private async digests(after: string, upTo: string, month?: string): Promise<Map<string, { entries: number; digest: string }>> {
    const open = new Map<string, { entries: number; hash: ReturnType<typeof createHash> }>();
    const pages = this.unitOfWork.pages<Row, string>(
      async (tx: Tx, cursor) => {
        const rows = await tx.query<Row>(
          `SELECT e.number, date_trunc('month', e."at" AT TIME ZONE 'UTC')::date::text AS month,
             json_build_array(e.id, extract(epoch FROM e."at")::text, e.opening_id, e.person_id, e.membership_id, e.authority_id, e.role, e.kind, e.route, e.rule,
                              e.object_kind, e.object_id, e.item_ids, e.legal_bases, encode(e.criterion, 'hex'))::text || COALESCE(' ' || array_to_json(e.asked_authority_ids)::text, '') AS line
           FROM trail_entry e WHERE e.number > $1 AND e.number <= $2 AND ($3::date IS NULL OR (e."at" >= ($3::date)::timestamp AT TIME ZONE 'UTC' AND e."at" < ($3::date + interval '1 month') AT TIME ZONE 'UTC'))
           ORDER BY e.number LIMIT ${pageSize}`,
          [cursor ?? after, upTo, month ?? null],
        );
        const last = rows.at(-1);
        return { rows, ...(rows.length === pageSize && last !== undefined ? { next: last.number } : {}) };
      },
      { lane: 'job', as: 'trail' },
    );
    for await (const page of pages) {
      for (const row of page) {
        const one = open.get(row.month) ?? { entries: 0, hash: createHash('sha256') };
        open.set(row.month, one);
        one.entries += 1;
        one.hash.update(`${row.number} ${row.line}\n`);
      }
    }
    return new Map([...open].map(([name, { entries, hash }]) => [name, { entries, digest: hash.digest('hex') }]));
  }
}

const chained = (previous: Uint8Array, { number, month, after, upTo, entries, digest }: { number: number; month: string; after: string; upTo: string; entries: number; digest: string }): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(['samraad/trail/1', Buffer.from(previous).toString('hex'), number, month, after, upTo, entries, digest]))
    .digest();
