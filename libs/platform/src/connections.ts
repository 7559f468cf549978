import pg from 'pg';
import type { DataSource } from 'typeorm';
import { roleName, roleUrl, type RoleKind, type RoleNames } from './database-roles.js';

/** What a transaction is begun with. */
export interface Beginning {
  role: RoleKind;
  /** Of the session it is done for; looked up by the database itself. */
  token: string | null;
  /** ISO 8601; believed only by a database that was told to (tests). */
  now: () => string;
}

/** A connection for one transaction. */
export interface Held {
  /** @param name keeps the statement prepared on this connection: the same text behind it always */
  query(sql: string, parameters?: unknown[], name?: string): Promise<{ rows: unknown[]; command: string }>;
  /** @param broken it is closed instead of being used again */
  giveBack(broken: boolean): void;
}

/** Where transactions get their connection, and what begins them. */
export interface Connections {
  /** How many transactions may be open at once. */
  readonly places: number;
  take(role: RoleKind): Promise<Held>;
  begin(beginning: Beginning): string;
  /** One statement of the owner's outside any transaction; where nobody else keeps the database in order. */
  maintain?(sql: string): Promise<unknown[]>;
  close(): Promise<void>;
}

const token = /^[A-Za-z0-9_-]{1,200}$/;

/** What a transaction is begun with that needs to be told nothing. */
export const bareBegin = 'BEGIN';

/** One message, so that knowing the asker costs no round trip. What is no token of ours is not said at all. */
function begin(beginning: Beginning, believesProcess: boolean, role?: string): string {
  const said = [
    ...(role === undefined ? [] : [`SET LOCAL ROLE "${role}"`]),
    ...(beginning.token !== null && token.test(beginning.token) ? [`SET LOCAL samraad.session = '${beginning.token}'`] : []),
    ...(believesProcess ? [`SET LOCAL samraad.now = '${beginning.now()}'`] : []),
  ];
  return [bareBegin, ...said].join('; ');
}

/**
 * The one connection of the embedded database: a transaction takes its role on. The policies are the same; that nobody
 * could take another role on is not claimed here.
 */
export class EmbeddedConnections implements Connections {
  readonly places = 1;

  /** @param names null leaves the owner's role on (tests that look behind the product) */
  constructor(
    private readonly dataSource: DataSource,
    private readonly names: RoleNames | null,
    private readonly believesProcess = false,
  ) {}

  async take(): Promise<Held> {
    const client = await poolOf(this.dataSource).connect();
    return { query: (sql, parameters) => client.query(sql, parameters), giveBack: (broken) => client.release(broken) };
  }

  begin(beginning: Beginning): string {
    return begin(beginning, this.believesProcess, this.names === null ? undefined : roleName(this.names, beginning.role));
  }

  async maintain(sql: string): Promise<unknown[]> {
    return (await poolOf(this.dataSource).query(sql)).rows as unknown[];
  }

  async close(): Promise<void> {}
}

/** The pool that TypeORM made. */
const poolOf = (dataSource: DataSource): pg.Pool => (dataSource.driver as unknown as { master: pg.Pool }).master;

/**
 * A statement that runs longer than a person waits is a fault; it must not hold a connection. The server sees to that; where it
 * or the network falls silent, whoever asked does, somewhat later, long before the network gives up. A statement that arrives after that
 * does no harm: it ends with its transaction, and a commit of typing, which is one by itself, stores nothing where the document has
 * gone on (ADR 0040), and the same rows once.
 */
export const serverLimits = { statement_timeout: 20_000, idle_in_transaction_session_timeout: 20_000 };
export const roleLimits = { ...serverLimits, query_timeout: 25_000, connectionTimeoutMillis: 5_000, keepAlive: true };

const idleMs = 10_000;
/** Beyond those at work: roles take turns, and signing in anew takes longer than a statement. */
const spare = 4;

/**
 * Documents are asked the same few things by their keys all day, and the commit of typing most of all: to plan it for the very values of
 * each took the server as long as to do it. Planned once, whatever they are.
 */
const plannedOnce = '-c plan_cache_mode=force_generic_plan';

/** What the driver says where `query_timeout` has passed. */
const silent = 'Query read timeout';

/** Connections to a PostgreSQL server, signed in as the role that each transaction needs. */
export class RoleConnections implements Connections {
  /** Least recently used first. */
  private readonly idle: { role: RoleKind; client: pg.Client; sinceMs: number }[] = [];
  private readonly sweep: NodeJS.Timeout;
  private open = 0;
  private isClosing = false;

  /**
   * @param urlOf   how a role signs in
   * @param options what every connection is opened with
   */
  constructor(
    readonly places: number,
    private readonly urlOf: (role: RoleKind) => string,
    private readonly options: pg.ClientConfig,
    private readonly believesProcess = false,
  ) {
    this.sweep = setInterval(() => {
      while (this.idle[0] !== undefined && performance.now() - this.idle[0].sinceMs > idleMs) this.drop(this.idle[0].client);
    }, idleMs / 2).unref();
  }

  static of(url: string, names: RoleNames, places: number, options: pg.ClientConfig, believesProcess: boolean): RoleConnections {
    return new RoleConnections(places, (kind) => roleUrl(url, roleName(names, kind)), options, believesProcess);
  }

  async take(role: RoleKind): Promise<Held> {
    const at = this.idle.findLastIndex((one) => one.role === role);
    const client = at >= 0 ? this.idle.splice(at, 1)[0]!.client : await this.connect(role);
    return {
      query: async (text, values, name) => {
        try {
          return await client.query(name === undefined ? { text, values } : { name, text, values });
        } catch (error) {
          // What is asked next, a ROLLBACK first of all, would wait behind what is not answered.
          if ((error as Error).message === silent) this.drop(client);
          throw error;
        }
      },
      giveBack: (broken) => {
        if (broken || this.isClosing) this.drop(client);
        else this.idle.push({ role, client, sinceMs: performance.now() });
      },
    };
  }

  begin(beginning: Beginning): string {
    return begin(beginning, this.believesProcess);
  }

  async close(): Promise<void> {
    this.isClosing = true;
    clearInterval(this.sweep);
    await Promise.all(this.idle.splice(0).map(({ client }) => client.end().catch(() => undefined)));
  }

  private async connect(role: RoleKind): Promise<pg.Client> {
    if (this.open >= this.places + spare && this.idle[0] !== undefined) this.drop(this.idle[0].client);
    this.open += 1;
    const options = role === 'collab' ? [this.options.options, plannedOnce].join(' ') : this.options.options;
    const client = new pg.Client({ ...this.options, options, connectionString: this.urlOf(role) });
    client.on('error', () => this.drop(client));
    client.once('end', () => {
      this.open -= 1;
      this.forget(client);
    });
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  private drop(client: pg.Client): void {
    this.forget(client);
    void client.end().catch(() => undefined);
  }

  private forget(client: pg.Client): void {
    const at = this.idle.findIndex((one) => one.client === client);
    if (at >= 0) this.idle.splice(at, 1);
  }
}
