import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { currentAsking } from './asking.js';
import { Clock } from './clock.js';
import { bareBegin, type Connections } from './connections.js';
import type { RoleKind } from './database-roles.js';
import { Lanes, type Lane } from './lanes.js';
import { currentOpening, forNobody, within, type Opening } from './openings.js';

/** One open transaction. Use nothing but this inside it: on a single connection anything else waits for ever. */
export interface Tx {
  /**
   * The rows of a statement; of INSERT, UPDATE and DELETE those of their RETURNING clause. One after the other.
   *
   * @throws Error when the one before has not been answered: a connection does one thing at a time
   */
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** As whom it is done. */
  readonly role: RoleKind;
  /**
   * Runs after the commit, never after a rollback. Where the answer to the COMMIT was lost it runs, too, with `isKnown` false: what it
   * says may or may not be true.
   */
  afterCommit(hook: (isKnown: boolean) => void): void;
  /** Told to the other processes on the database, with the commit; see {@link DomainEvents.emitIn}. */
  announce(announcement: Announcement): void;
}

/** Ids only. */
export interface Announcement {
  name: string;
  payload: unknown;
}

/** A statement that is kept prepared under its name: the same text behind it always. */
export interface Statement {
  name: string;
  sql: string;
}

export interface RunOptions {
  /** Who waits for it; default `request`, in the background `job`. */
  lane?: Lane;
  /**
   * As which role of the database (docs/rls.md). Default: in the lane `collab` that of the documents, in a request that
   * of its reading or command, bound to its session; otherwise a reader without a session, who sees nothing.
   */
  as?: RoleKind;
}

/** What follows from a transaction; `isOpen`: COMMIT was sent and not answered. */
interface AfterCommit {
  hooks: ((isKnown: boolean) => void)[];
  isOpen: boolean;
}

/** Roles whose rows depend on whose session, or whose link, it is. */
const ofSession: ReadonlySet<RoleKind> = new Set(['request', 'command', 'insight', 'calendar', 'poll']);

/**
 * The one door to the database: every command and query is one short transaction. None may span the network, the
 * rendering of a document or a person's wait; what reads much reads it in pages, a transaction each (`pages`).
 */
@Injectable()
export class UnitOfWork {
  private readonly inside = new AsyncLocalStorage<true>();
  private readonly background = new AsyncLocalStorage<RoleKind>();
  private readonly lanes: Lanes;

  constructor(
    private readonly connections: Connections,
    private readonly clock: Clock,
    /** As whom this process speaks to the others; null: there can be no others. */
    private readonly processId: string | null = null,
  ) {
    const { places } = connections;
    this.lanes = places > 2 ? new Lanes(places, 2) : new Lanes(places, 0, () => new Promise((done) => setImmediate(done)));
  }

  /** Does `work` as a role, without anybody waiting for it: what names no lane of its own goes in that of the jobs. */
  inBackground<T>(as: RoleKind, work: () => T): T {
    return this.background.run(as, work);
  }

  /** @throws what `work` throws, after the rollback; Error when called inside another transaction */
  async run<T>(work: (tx: Tx) => Promise<T>, options: RunOptions = {}): Promise<T> {
    if (this.inside.getStore()) throw new Error('UnitOfWork.run inside UnitOfWork.run: pass the Tx on instead');
    const after: AfterCommit = { hooks: [], isOpen: false };
    const { role, begin, lane } = this.beginning(options);
    // What follows from a commit is the product's own business, not part of what was opened.
    const follow = (isKnown: boolean) => forNobody(() => after.hooks.forEach((hook) => hook(isKnown)));
    let result: T;
    try {
      result = await this.lanes.enter(lane, () => this.inside.run(true, () => this.transact(role, begin, work, after, currentOpening())));
    } catch (error) {
      // Other processes hear of it where it is committed; this one hears nothing of its own facts but this.
      if (after.isOpen) follow(false);
      throw error;
    }
    follow(true);
    return result;
  }

  /**
   * One statement that is a transaction by itself: the server commits it with its answer, which takes one journey in place of
   * three. Where something must be said before it, or written down with it, it is a transaction like all others.
   *
   * @returns its rows
   * @throws the driver's error, after which it is not known to be stored; Error when called inside another transaction
   */
  async once<Row>({ name, sql }: Statement, parameters: unknown[], options: RunOptions = {}): Promise<Row[]> {
    const { role, begin, lane } = this.beginning(options);
    if (begin !== bareBegin || currentOpening()?.isOwing === true) return this.run((tx) => tx.query<Row>(sql, parameters), options);
    if (this.inside.getStore()) throw new Error('UnitOfWork.once inside UnitOfWork.run: pass the Tx on instead');
    return this.lanes.enter(lane, async () => {
      const connection = await this.connections.take(role);
      let broken = true;
      try {
        const { rows } = await connection.query(sql, parameters, name);
        broken = false;
        return rows as Row[];
      } finally {
        connection.giveBack(broken);
      }
    });
  }

  /** As whom, in which lane, and what the transaction is told before its first statement. */
  private beginning(options: RunOptions): { role: RoleKind; begin: string; lane: Lane } {
    const background = this.background.getStore();
    const asking = currentAsking();
    const role = options.as ?? (options.lane === 'collab' ? 'collab' : (background ?? asking.as));
    const begin = this.connections.begin({ role, token: ofSession.has(role) ? asking.token : null, now: () => this.clock.now().toString() });
    return { role, begin, lane: options.lane ?? (background === undefined ? 'request' : 'job') };
  }

  /**
   * One short statement that keeps the embedded database in order and cannot run in a transaction, in the lane of the jobs.
   *
   * @returns its rows; null on a server, which does so by itself
   */
  async maintain<Row>(sql: string): Promise<Row[] | null> {
    const { connections } = this;
    if (connections.maintain === undefined) return null;
    if (this.inside.getStore()) throw new Error('UnitOfWork.maintain inside UnitOfWork.run');
    return this.lanes.enter('job', () => connections.maintain!(sql)) as Promise<Row[]>;
  }

  private async transact<T>(role: RoleKind, begin: string, work: (tx: Tx) => Promise<T>, after: AfterCommit, opening: Opening | null): Promise<T> {
    const connection = await this.connections.take(role);
    let isAsking = false;
    const query = async <Row>(sql: string, parameters?: unknown[]) => {
      if (isAsking) throw new Error('two statements at once in one transaction: await the first');
      isAsking = true;
      try {
        return (await connection.query(sql, parameters)).rows as Row[];
      } finally {
        isAsking = false;
      }
    };
    let broken = true;
    let isCommitted = false;
    let settled: (isCommitted: boolean) => void = () => undefined;
    const announced: Announcement[] = [];
    try {
      await connection.query(begin);
      const result = await work({ role, query, afterCommit: (hook) => void after.hooks.push(hook), announce: (one) => void announced.push(one) });
      if (announced.length > 0 && this.processId !== null) await query('SELECT outbox_tell($1, $2)', [this.processId, JSON.stringify(announced)]);
      // [AC93] Whoever was shown something is on record with it, or was shown nothing.
      if (opening !== null) settled = await opening.settleIn({ query, isAskers: role === 'request' || role === 'command' });
      after.isOpen = true;
      const { command } = await connection.query('COMMIT');
      after.isOpen = false;
      broken = false;
      // The server answers so when a statement failed and nobody said so: nothing of it is stored.
      if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
      isCommitted = true;
      return result;
    } catch (error) {
      if (broken) {
        await connection.query('ROLLBACK').then(
          () => (broken = false),
          () => undefined,
        );
      }
      throw error;
    } finally {
      settled(isCommitted);
      connection.giveBack(broken);
    }
  }

  /**
   * Reads a long list as many short transactions, so that others get their turn between two pages.
   *
   * @param readPage one page after `cursor` (undefined: the first); answers its rows and the next cursor, or none
   */
  pages<Row, Cursor>(
    readPage: (tx: Tx, cursor: Cursor | undefined) => Promise<{ rows: Row[]; next?: Cursor }>,
    options: RunOptions = {},
  ): AsyncGenerator<Row[]> {
    // Who pulls at a stream may be a socket that has drained: the pages belong to whoever asked for them.
    const opening = currentOpening();
    return this.eachPage<Row, Cursor>((tx, cursor) => readPage(tx, cursor), (work) => within(opening, () => this.run(work, options)));
  }

  private async *eachPage<Row, Cursor>(
    readPage: (tx: Tx, cursor: Cursor | undefined) => Promise<{ rows: Row[]; next?: Cursor }>,
    run: (work: (tx: Tx) => Promise<{ rows: Row[]; next?: Cursor }>) => Promise<{ rows: Row[]; next?: Cursor }>,
  ): AsyncGenerator<Row[]> {
    let cursor: Cursor | undefined;
    do {
      const page = await run((tx) => readPage(tx, cursor));
      if (page.rows.length > 0) yield page.rows;
      cursor = page.next;
    } while (cursor !== undefined);
  }
}
