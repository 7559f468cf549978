import { Injectable } from '@nestjs/common';
import { Keyring, type Sealer } from './keyring.service.js';
import { log } from './log.js';
import { isOfOldLayout } from './sealing.js';
import { UnitOfWork, type Tx } from './unit-of-work.service.js';

/**
 * The tables with several sealed columns, which could be exchanged for each other before columns were bound. Each row is sealed with
 * the key of its own id. Where one column alone is sealed there is nothing to exchange, and most of those rows may never change.
 */
const tables: Readonly<Record<string, readonly string[]>> = {
  agenda_item: ['title', 'led_by', 'section', 'case_reference'],
  busy_calendar: ['access', 'times'],
  item_proposal: ['title', 'answer'],
  meeting: ['title', 'place', 'video_link'],
  series: ['title', 'place', 'video_link'],
};

/** Rows that one statement looks at, and that one transaction changes. */
const [looked, changed] = [2_000, 200];
const lane = { lane: 'job', as: 'keeper' } as const;

type Row = { id: string } & Record<string, Uint8Array | null>;

/**
 * [KE5] Seals anew, bound to its column, what was sealed before columns were (docs/adr/0084). Nothing of it is remembered: a run
 * goes through the rows by id and changes those of the old layout, so that one that is killed has lost nothing and the next one
 * goes on.
 */
@Injectable()
export class SealedAnew {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
  ) {}

  /** @returns how many rows were sealed anew */
  async run(): Promise<number> {
    let count = 0;
    for (const [table, columns] of Object.entries(tables)) {
      for (let after: string | null = null; ; ) {
        const { last, done } = await this.someIn(table, columns, after);
        count += done;
        if (last === null) break;
        after = last;
      }
    }
    return count;
  }

  private someIn(table: string, columns: readonly string[], after: string | null): Promise<{ last: string | null; done: number }> {
    return this.unitOfWork.run(async (tx) => {
      const isOld = columns.map((column) => `coalesce(get_byte(${column}, 0) = 1, false)`).join(' OR ');
      const seen = await tx.query<{ id: string; is_old: boolean }>(`SELECT id, ${isOld} AS is_old FROM ${table} WHERE ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT ${looked}`, [after]);
      const old = seen.filter((row) => row.is_old).slice(0, changed);
      const done = old.length === 0 ? 0 : await this.sealIn(tx, table, columns, old.map((row) => row.id));
      const last = old.length === changed ? old.at(-1)!.id : seen.length === looked ? seen.at(-1)!.id : null;
      return { last, done };
    }, lane);
  }

  private async sealIn(tx: Tx, table: string, columns: readonly string[], ids: readonly string[]): Promise<number> {
    // Before any row is held: a KMS that answers late keeps nobody waiting who wants to write there.
    const sealers = await this.keyring.sealersIn(tx, ids);
    // Behind the lock: somebody may have written other words meanwhile.
    const rows = await tx.query<Row>(`SELECT id, ${columns.join(', ')} FROM ${table} WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, [ids]);
    const fresh = rows.flatMap((row) => anew(table, columns, row, sealers.get(row.id)) ?? []);
    await tx.query(
      `UPDATE ${table} t SET ${columns.map((column) => `${column} = v.${column}`).join(', ')}
       FROM unnest($1::uuid[], ${columns.map((_, n) => `$${n + 2}::bytea[]`).join(', ')}) AS v (id, ${columns.join(', ')}) WHERE t.id = v.id`,
      [fresh.map((row) => row.id), ...columns.map((column) => fresh.map((row) => row[column]))],
    );
    return fresh.length;
  }
}

/** Null where it cannot be opened: its key was destroyed, or somebody changed it. It is left as it is. */
function anew(table: string, columns: readonly string[], row: Row, sealer: Sealer | undefined): Row | null {
  if (sealer === undefined || sealer.isShredded) return null;
  try {
    const values = columns.map((column) => {
      const sealed = row[column] ?? null;
      const place = { table, rowId: row.id, column };
      return [column, sealed === null || !isOfOldLayout(sealed) ? sealed : sealer.seal(sealer.open(sealed, place), place)] as const;
    });
    return { ...Object.fromEntries(values), id: row.id } as Row;
  } catch {
    log.error({ kind: table }, 'sealed value does not open in its place');
    return null;
  }
}
