import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Lanes, type Lane } from './lanes.js';

/** One open transaction. Use nothing but this inside it: on a single connection anything else waits for ever. */
export interface Tx {
  manager: EntityManager;
  /**
   * The rows of a statement; of UPDATE and DELETE those of their RETURNING clause. One after the other.
   *
   * @throws Error when the one before has not been answered: a connection does one thing at a time
   */
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Runs after the commit, never after a rollback. */
  afterCommit(hook: () => void): void;
}

/**
 * The one door to the database: every command and query is one short transaction. None may span the network, the
 * rendering of a document or a person's wait; what reads much reads it in pages, a transaction each (`pages`).
 */
@Injectable()
export class UnitOfWork {
  private readonly inside = new AsyncLocalStorage<true>();
  private readonly lanes: Lanes;

  constructor(private readonly dataSource: DataSource) {
    const places = (dataSource.options.extra as { max?: number } | undefined)?.max ?? 10;
    this.lanes = places > 2 ? new Lanes(places, 2) : new Lanes(places, 0, () => new Promise((done) => setImmediate(done)));
  }

  /**
   * @param options.lane who waits for it; default `request`
   * @throws what `work` throws, after the rollback; Error when called inside another transaction
   */
  async run<T>(work: (tx: Tx) => Promise<T>, options: { lane?: Lane } = {}): Promise<T> {
    if (this.inside.getStore()) throw new Error('UnitOfWork.run inside UnitOfWork.run: pass the Tx on instead');
    const hooks: (() => void)[] = [];
    let isAsking = false;
    const query = async <Row>(manager: EntityManager, sql: string, parameters?: unknown[]) => {
      if (isAsking) throw new Error('two statements at once in one transaction: await the first');
      isAsking = true;
      try {
        return rowsOf<Row>(await manager.query(sql, parameters));
      } finally {
        isAsking = false;
      }
    };
    const result = await this.lanes.enter(options.lane ?? 'request', () =>
      this.inside.run(true, () =>
        this.dataSource.transaction((manager) =>
          work({
            manager,
            query: <Row>(sql: string, parameters?: unknown[]) => query<Row>(manager, sql, parameters),
            afterCommit: (hook) => void hooks.push(hook),
          }),
        ),
      ),
    );
    for (const hook of hooks) hook();
    return result;
  }

  /**
   * Reads a long list as many short transactions, so that others get their turn between two pages.
   *
   * @param readPage one page after `cursor` (undefined: the first); answers its rows and the next cursor, or none
   */
  async *pages<Row, Cursor>(
    readPage: (tx: Tx, cursor: Cursor | undefined) => Promise<{ rows: Row[]; next?: Cursor }>,
    options: { lane?: Lane } = {},
  ): AsyncGenerator<Row[]> {
    let cursor: Cursor | undefined;
    do {
      const page = await this.run((tx) => readPage(tx, cursor), options);
      if (page.rows.length > 0) yield page.rows;
      cursor = page.next;
    } while (cursor !== undefined);
  }
}

/** TypeORM answers UPDATE and DELETE as [rows, count], everything else as rows. */
function rowsOf<Row>(answer: unknown): Row[] {
  if (!Array.isArray(answer)) return [];
  return (answer.length === 2 && Array.isArray(answer[0]) ? answer[0] : answer) as Row[];
}
