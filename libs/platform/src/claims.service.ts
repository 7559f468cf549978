import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { log } from './log.js';
import type { LineOptions } from './outbox.service.js';

/** Any number, the same in every release: the first half of the advisory lock of a claim. */
const claimKey = 728_113;

/**
 * What one of several processes does for all: whoever claims it first does it until it ends, and then another may. Advisory
 * locks on a connection of their own, which the server gives back by itself. When that connection breaks, another may begin
 * while this one is still at it: what is claimed must bear that.
 */
@Injectable()
export class Claims {
  private readonly mine = new Set<string>();
  private client: Promise<pg.Client> | null = null;
  private asking: Promise<unknown> = Promise.resolve();

  /** @param line null: no other process can be on the database */
  constructor(private readonly line: LineOptions | null) {}

  /** Whether it is this process that does it. */
  isMine(name: string): Promise<boolean> {
    // A connection does one thing at a time.
    const answer = this.asking.then(() => this.claim(name));
    this.asking = answer;
    return answer;
  }

  private async claim(name: string): Promise<boolean> {
    if (this.line === null || this.mine.has(name)) return true;
    try {
      const client = await (this.client ??= this.open(this.line));
      const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS taken', [claimKey, name]);
      if (rows[0]?.taken === true) this.mine.add(name);
    } catch (error) {
      log.warn({ error, job: name }, 'not claimed');
      this.lose();
    }
    return this.mine.has(name);
  }

  async stop(): Promise<void> {
    const client = await this.client?.catch(() => null);
    this.lose();
    await client?.end().catch(() => undefined);
  }

  private async open(line: LineOptions): Promise<pg.Client> {
    const client = await line.open('samraad claims');
    client.on('error', () => this.lose());
    client.on('end', () => this.lose());
    return client;
  }

  private lose(): void {
    this.client = null;
    this.mine.clear();
  }
}
