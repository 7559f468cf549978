import { Injectable, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { DomainEvents } from './events.service.js';
import { Lifeline, type LifelineHooks } from './lifeline.js';
import { log } from './log.js';
import type { Announcement, UnitOfWork } from './unit-of-work.service.js';

const outboxChannel = 'samraad_outbox';
const hintChannel = 'samraad_hint';
const hereChannel = 'samraad_here';
/** How often the outbox is looked into when nobody says that there is something: also the proof that the line holds. */
const lookEveryMs = 250;
const againMs = 100;
/** How long a start is kept waiting by a database that does not answer within its second. */
const patienceMs = 15_000;
/** DESIGN.md, invariant 3. */
const cutOffMs = 1_000;
/** Rows are removed after twice this time. */
const keptMs = 5 * 60_000;
/** How often a process says that it is there, and how long after the last word of another one there is nobody. */
const hereEveryMs = 1_000;
const aloneAfterMs = 5_000;
/** PostgreSQL takes 8000 bytes. */
const maxHintBytes = 7_500;

/** What is between the processes on one database. */
export interface LineOptions {
  /** A connection of its own that may read the outbox; connected. */
  open(name: string): Promise<pg.Client>;
}

interface Look {
  horizon: string;
  rows: { id: string; txid: string; messages: Announcement[] }[];
}

/**
 * What other processes on the database did, in two ways. Facts (`DomainEvents.emitIn`) are rows, written in the
 * transaction of the command: none is missed. Hints are said and not kept: who misses one finds out otherwise.
 *
 * Transactions commit in another order than rows get their numbers. So every look takes all rows that it can see and that it
 * has not had yet; behind the oldest transaction that was still open at a look there is nothing new (docs/adr/0039).
 *
 * On the embedded database there is nobody else, and nothing of this runs.
 */
@Injectable()
export class Outbox implements OnModuleInit {
  private readonly lifeline: Lifeline;
  private readonly hearers = new Set<(hint: string) => void>();
  private client: pg.Client | null = null;
  /** Every transaction before this one has ended, and was looked at. */
  private horizon: string | null = null;
  /** Rows behind it that were had already. */
  private readonly had = new Map<string, bigint>();
  private wake: () => void = () => undefined;
  private isTold = false;
  /** Hints that came behind a fact which has not been read yet: what was taken away before is known before they are followed. */
  private early: string[] = [];
  /** When another process was heard; whoever has just come takes it that there are some. */
  private heardMs: number;
  private saidHereMs = Number.NEGATIVE_INFINITY;
  /** Nobody had been heard for long when all that had been said until then was read. */
  private heardNobody = false;
  /** Said once, not at every attempt. */
  private isBroken = false;
  private isStopped = false;
  private running: Promise<void> = Promise.resolve();
  private asking: Promise<void> = Promise.resolve();

  /** @param line null: no other process can be on the database */
  constructor(
    private readonly line: LineOptions | null,
    readonly processId: string,
    private readonly events: DomainEvents,
    /** A clock that only goes forward, milliseconds. */
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.lifeline = new Lifeline(nowMs, { cutOffMs, keptMs });
    this.heardMs = nowMs();
    this.lifeline.on({ cut: () => log.warn('cut off from the other processes'), restore: async (isMuch) => this.events.emitHere('elsewhere.missed', { isMuch }), current: () => undefined });
  }

  get isShared(): boolean {
    return this.line !== null;
  }

  /**
   * No other process has said anything for seconds: to say something to nobody costs the database as much as a commit. Whoever comes says
   * so at once, before it has read anything; one that stood still for so long looks up all it missed. This one, when it stood still itself,
   * has not read what was said meanwhile, and does not know.
   */
  get isAlone(): boolean {
    return this.heardNobody && this.lifeline.isCurrent();
  }

  /** Before anything is kept in memory that another process could change. */
  async onModuleInit(): Promise<void> {
    if (this.line === null) return;
    await this.begin(this.line);
    this.running = this.run(this.line);
  }

  /** Whether it is known what was taken away from whom until a second ago. What may have been taken away is sent only then. */
  isCurrent(): boolean {
    return this.line === null || this.lifeline.isCurrent();
  }

  /** @returns a function that takes the hooks away again */
  watch(hooks: LifelineHooks): () => void {
    return this.lifeline.on(hooks);
  }

  /** Says something short to the other processes that are there; it may be lost, repeated and overtaken. Resolves when it is said, or lost with the line. */
  async hint(text: string): Promise<void> {
    if (this.client === null || text.length > maxHintBytes) return;
    await this.ask('SELECT pg_notify($1, $2)', [hintChannel, `${this.processId} ${text}`]).catch(() => undefined);
  }

  /** @returns a function that takes the hearer away again */
  onHint(hear: (hint: string) => void): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.wake();
    await this.running;
    await this.client?.end().catch(() => undefined);
    this.client = null;
  }

  /** The job: what everybody has had, or was cut off from for too long to have it. */
  async removeOld(unitOfWork: UnitOfWork): Promise<void> {
    await unitOfWork.run((tx) => tx.query(`DELETE FROM outbox WHERE at < clock_timestamp() - $1 * interval '1 millisecond'`, [2 * keptMs]), { lane: 'job', as: 'live' });
  }

  /** @throws what keeps it from the database, when that lasts: one that is slow for a moment must not keep a process from starting */
  private async begin(line: LineOptions): Promise<void> {
    const beganMs = performance.now();
    for (;;) {
      try {
        await this.connect(line);
        return await this.look();
      } catch (error) {
        this.drop();
        if (performance.now() - beganMs > patienceMs) throw error;
        await this.rest(againMs);
      }
    }
  }

  private async run(line: LineOptions): Promise<void> {
    while (!this.isStopped) {
      try {
        if (this.client === null) await this.connect(line);
        this.isTold = false;
        // Before it looks, and is told what to look up anew: what comes after that is said to it.
        if (this.nowMs() - this.saidHereMs >= hereEveryMs) await this.sayHere();
        await this.look();
        // The line keeps its order: what was said before the answer has been read.
        this.heardNobody = this.nowMs() - this.heardMs > aloneAfterMs;
        if (this.isTold) continue;
        for (const hint of this.early.splice(0)) this.hearHint(hint);
        await this.rest(lookEveryMs);
      } catch (error) {
        if (this.isStopped) return;
        if (!this.isBroken) log.warn({ error }, 'the line to the other processes broke');
        this.isBroken = true;
        this.drop();
        this.lifeline.isCurrent();
        await this.rest(againMs);
      }
    }
  }

  private hearHint(payload: string): void {
    for (const hear of this.hearers) hear(payload.slice(this.processId.length + 1));
  }

  /** A connection does one thing at a time. */
  private ask<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    const { client } = this;
    if (client === null) return Promise.reject(new Error('no line'));
    const answer = this.asking.then(async () => (await client.query(sql, parameters)).rows as Row[]);
    this.asking = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  /** Somebody is there, or may be. */
  private heard(): void {
    this.heardMs = this.nowMs();
    this.heardNobody = false;
  }

  private async sayHere(): Promise<void> {
    this.saidHereMs = this.nowMs();
    await this.ask(`NOTIFY ${hereChannel}, '${this.processId}'`, []);
  }

  private async rest(ms: number): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, ms);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  private async connect(line: LineOptions): Promise<void> {
    const isAgain = this.horizon !== null;
    const client = await line.open(`samraad line ${this.processId}`);
    client.on('error', () => this.drop(client));
    client.on('end', () => this.drop(client));
    client.on('notification', ({ channel, payload = '' }) => {
      if (payload.startsWith(this.processId)) return;
      this.heard();
      if (channel === hereChannel) return;
      if (channel === outboxChannel) {
        this.isTold = true;
        this.wake();
      } else if (this.isTold) this.early.push(payload);
      else this.hearHint(payload);
    });
    this.client = client;
    this.isBroken = false;
    await client.query(`LISTEN ${outboxChannel}`);
    await client.query(`LISTEN ${hintChannel}`);
    await client.query(`LISTEN ${hereChannel}`);
    this.heard();
    await this.sayHere();
    if (isAgain) this.events.emitHere('elsewhere.missed', { isMuch: false });
    this.horizon ??= (await client.query<{ horizon: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon')).rows[0]!.horizon;
  }

  private drop(client = this.client): void {
    if (client === null) return;
    if (client === this.client) this.client = null;
    // Whoever connects anew looks everything up.
    this.early = [];
    // A line that is silent would not hear a farewell either.
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    this.wake();
  }

  /** One statement, so that the horizon and the rows are of one snapshot. */
  private async look(): Promise<void> {
    const beganMs = this.nowMs();
    const answer = await this.ask<Look>(
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
         coalesce((SELECT json_agg(json_build_object('id', o.id::text, 'txid', o.txid::text, 'messages', o.messages) ORDER BY o.id)
                   FROM outbox o WHERE o.txid >= $1::xid8 AND o.process_id <> $2 AND NOT (o.id = ANY ($3::bigint[]))), '[]') AS rows`,
      [this.horizon, this.processId, [...this.had.keys()]],
    );
    const { horizon, rows } = answer[0]!;
    const handled: Promise<void>[] = [];
    for (const { id, txid, messages } of rows) {
      this.had.set(id, BigInt(txid));
      for (const { name, payload } of messages) handled.push(this.events.arrived(name, payload));
    }
    this.horizon = horizon;
    for (const [id, txid] of this.had) if (txid < BigInt(horizon)) this.had.delete(id);
    this.lifeline.looked(beganMs, Promise.all(handled));
  }
}
