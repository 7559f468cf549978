import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Response } from 'express';
import { Problem, TooManyRequests } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Outbox } from '@lib/platform/outbox.service.js';

type Receiver = Pick<Session, 'id' | 'personId' | 'membershipId'>;

interface Running {
  session: Receiver;
  /** Whether it is one of those that are sent, or still waits for them. */
  hasTurn: boolean;
  /** Whether anything of it has been sent. */
  isBegun(): boolean;
  stop(): void;
}

/** Files that one person is sent at once; as many more may wait. */
export const mostAtOnce = 3;
/** Whoever takes nothing for so long is sent nothing more: a file held open holds what it was read from. */
export const stallMs = 60_000;
const secondsToWait = 10;
const lookAgainMs = 50;

/**
 * Files that are sent while they are read. One of them takes as long as its reader's line is slow; what was read before her
 * access was taken must not be sent after. So it breaks off, on whichever process it runs, and she may ask anew.
 */
@Injectable()
export class RunningFiles implements OnApplicationBootstrap {
  private readonly running = new Set<Running>();
  /** Files that wait for one before them to be sent, by person. */
  private readonly waiting = new Map<string, number>();
  /** How long a file waits for this process to know what was taken away, and for one before it. */
  patienceMs = 5_000;

  constructor(
    private readonly events: DomainEvents,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    const all = () => true;
    this.events.on('session.ended', ({ sessionId }) => this.stop(({ session }) => session.id === sessionId));
    this.events.on('item.audienceChanged', ({ affected }) => this.stop(({ session }) => affected.includes(session.membershipId)));
    this.events.on('meeting.left', ({ membershipId }) => this.stop(({ session }) => session.membershipId === membershipId));
    this.events.on('content.shredded', () => this.stop(all));
    // [AC77] Which files it is in, nobody kept count of.
    this.events.on('embargo.set', () => this.stop(all));
    // What was taken away elsewhere cannot be known. A file of which nothing has been sent waits until it is: what was
    // missed is heard first, and stops it like the rest, unless there was too much of it.
    this.outbox.watch({ cut: () => this.stop(({ isBegun }) => isBegun()), restore: async (isMuch) => this.stop((one) => isMuch || one.isBegun()), current: () => undefined });
  }

  /**
   * Sends the parts as they come. Until the first part is there, what goes wrong can still be said; later the connection breaks.
   *
   * @param headers of the answer
   * @throws Problem `conflict` when something was taken from the asker before the first part, `not-ready` when this process stays
   *   cut off from the others, `too-many-requests` when as many are on their way to her; whatever `parts` throws
   */
  async send(session: Receiver, parts: AsyncIterable<string | Uint8Array>, response: Response, headers: Record<string, string>): Promise<void> {
    let isStopped = false;
    const one: Running = {
      session,
      hasTurn: false,
      isBegun: () => response.headersSent,
      stop: () => {
        isStopped = true;
        if (response.headersSent) response.destroy();
      },
    };
    // From here on it hears of what is taken from its reader, also while it waits.
    this.running.add(one);
    const source = parts[Symbol.asyncIterator]();
    try {
      while (this.isFull(session.personId)) await this.turn(session.personId);
      one.hasTurn = true;
      if (!this.outbox.isCurrent()) await this.currentAgain();
      const first = await source.next();
      if (!this.outbox.isCurrent()) await this.currentAgain();
      if (isStopped) throw new Problem('conflict', 'Noget i det, du henter, kan være ændret imens. Hent det igen.');
      response.setTimeout(stallMs, () => response.destroy());
      // A proxy that gathers the file first would go on sending what breaks off here.
      response.set({ 'X-Accel-Buffering': 'no', ...headers });
      response.flushHeaders();
      await pipeline(Readable.from(this.whileCurrent(first, source), { objectMode: false }), response);
    } finally {
      this.running.delete(one);
      // Whoever closes the window stops the reading too.
      await source.return?.(undefined);
    }
  }

  private isFull(personId: string): boolean {
    return [...this.running].filter((one) => one.hasTurn && one.session.personId === personId).length >= mostAtOnce;
  }

  /** Small files follow each other within a moment; a few may wait for that, as somebody who opens several pages at once expects. */
  private async turn(personId: string): Promise<void> {
    const waiting = this.waiting.get(personId) ?? 0;
    const refusal = () => new TooManyRequests(secondsToWait, 'Du er ved at hente flere filer. Vent, til en af dem er hentet.');
    if (waiting >= mostAtOnce) throw refusal();
    this.waiting.set(personId, waiting + 1);
    try {
      for (const end = performance.now() + this.patienceMs; this.isFull(personId); ) {
        if (performance.now() > end) throw refusal();
        await wait(lookAgainMs);
      }
    } finally {
      const left = this.waiting.get(personId)! - 1;
      if (left === 0) this.waiting.delete(personId);
      else this.waiting.set(personId, left);
    }
  }

  /** Making a large file may itself have kept this process from looking; it does so again as soon as it can. */
  private async currentAgain(): Promise<void> {
    for (const end = performance.now() + this.patienceMs; !this.outbox.isCurrent(); ) {
      if (performance.now() > end) throw new Problem('not-ready');
      await wait(lookAgainMs);
    }
  }

  private async *whileCurrent<Part>(first: IteratorResult<Part>, source: AsyncIterator<Part>): AsyncGenerator<Part> {
    for (let part = first; part.done !== true; part = await source.next()) {
      if (!this.outbox.isCurrent()) throw new Problem('not-ready');
      yield part.value;
    }
  }

  private stop(concerns: (one: Running) => boolean): void {
    for (const one of this.running) if (concerns(one)) one.stop();
  }
}
