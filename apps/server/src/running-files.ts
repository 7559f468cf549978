import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Response } from 'express';
import { Problem, TooManyRequests } from '@lib/contracts/problems.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { endOf, Sessions, type Session } from '@lib/access/sessions.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { forNobody } from '@lib/platform/openings.js';
import { Outbox } from '@lib/platform/outbox.service.js';

type Receiver = Pick<Session, 'id' | 'personId' | 'membershipId'>;

/** Whose file it is, and by what she reads it. */
export interface Reader {
  /** By whom her files are counted. */
  who: string;
  /** Null for a program that comes with a link of hers. */
  sessionId: string | null;
  personId: string;
  membershipIds: readonly string[];
  /**
   * How it stands now: null when it is over. `untilMs`: when it ends whatever anybody does; `askAtMs`: when it has to be asked again
   * (epoch milliseconds).
   */
  look(): Promise<{ untilMs: number; askAtMs: number } | null>;
}

interface Running {
  reader: Reader;
  /** Whether it is one of those that are sent, or still waits for them. */
  hasTurn: boolean;
  /** From when on nothing more of it is sent, whatever anybody does. */
  untilMs: number;
  timer: NodeJS.Timeout | undefined;
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
/** A longer wait would be no wait: timers count in 32 bits. */
const longestWaitMs = 86_400_000;

/**
 * Files that are sent while they are read. One of them takes as long as its reader's line is slow; what was read before her
 * access was taken must not be sent after. So it breaks off, on whichever process it runs, and she may ask anew: with the command that
 * takes it, and at the instant at which it ends by itself.
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
    private readonly sessions: Sessions,
    private readonly access: ItemAccess,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    const all = () => true;
    this.events.on('session.ended', ({ sessionId }) => this.stop(({ reader }) => reader.sessionId === sessionId));
    this.events.on('item.audienceChanged', ({ affected }) => this.stop(({ reader }) => reader.membershipIds.some((id) => affected.includes(id))));
    this.events.on('meeting.left', ({ membershipId }) => this.stop(({ reader }) => reader.membershipIds.includes(membershipId)));
    this.events.on('calendarLink.ended', ({ personId }) => this.stop(({ reader }) => reader.sessionId === null && reader.personId === personId));
    // [AC13] Its end was moved while it goes on.
    this.events.on('membership.changed', async ({ membershipId }) => {
      await Promise.all([...this.running].filter(({ reader }) => reader.membershipIds.includes(membershipId)).map((one) => this.countAnew(one)));
    });
    this.events.on('content.shredded', () => this.stop(all));
    // [AC77] Which files it is in, nobody kept count of.
    this.events.on('embargo.set', () => this.stop(all));
    // What was taken away elsewhere cannot be known. A file of which nothing has been sent waits until it is: what was
    // missed is heard first, and stops it like the rest, unless there was too much of it.
    this.outbox.watch({ cut: () => this.stop(({ isBegun }) => isBegun()), restore: async (isMuch) => this.stop((one) => isMuch || one.isBegun()), current: () => undefined });
  }

  /**
   * Sends the parts as they come, to somebody who is signed in. Until the first part is there, what goes wrong can still be said; later the connection breaks.
   *
   * @param headers of the answer
   * @throws Problem `not-signed-in` when her session is over, `conflict` when something was taken from the asker before the first part, `not-ready` when this process stays
   *   cut off from the others, `too-many-requests` when as many are on their way to her; whatever `parts` throws
   */
  async send(session: Receiver, parts: AsyncIterable<string | Uint8Array>, response: Response, headers: Record<string, string>): Promise<void> {
    // A command that changes one of these times stops the file.
    let timesEndMs: number | undefined;
    const look = async () => {
      const now = await forNobody(() => this.sessions.byId(session.id));
      if (now === null || now.membershipId !== session.membershipId) return null;
      timesEndMs ??= await this.access.nextEndOf(session.membershipId);
      return { untilMs: Math.min(now.validUntilMs, timesEndMs), askAtMs: Math.min(endOf(now), timesEndMs) };
    };
    await this.sendTo({ who: session.personId, sessionId: session.id, personId: session.personId, membershipIds: [session.membershipId], look }, parts, response, headers);
  }

  /** The same to whoever may read it as `reader` says. @throws as {@link send}; Problem `not-found` where it is over and there is no session */
  async sendTo(reader: Reader, parts: AsyncIterable<string | Uint8Array>, response: Response, headers: Record<string, string>): Promise<void> {
    let isStopped = false;
    const one: Running = {
      reader,
      hasTurn: false,
      untilMs: Number.POSITIVE_INFINITY,
      timer: undefined,
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
      // What ended before it heard of anything.
      if (!(await this.count(one))) throw new Problem(reader.sessionId === null ? 'not-found' : 'not-signed-in');
      while (this.isFull(reader.who)) await this.turn(reader.who);
      one.hasTurn = true;
      if (!this.outbox.isCurrent()) await this.currentAgain();
      const first = await source.next();
      if (!this.outbox.isCurrent()) await this.currentAgain();
      if (isStopped || this.isOver(one)) throw new Problem('conflict', 'Noget i det, du henter, kan være ændret imens. Hent det igen.');
      response.setTimeout(stallMs, () => response.destroy());
      // A proxy that gathers the file first would go on sending what breaks off here.
      response.set({ 'X-Accel-Buffering': 'no', ...headers });
      response.flushHeaders();
      await pipeline(Readable.from(this.whileOpen(one, first, source), { objectMode: false }), response);
    } finally {
      this.running.delete(one);
      clearTimeout(one.timer);
      // Whoever closes the window stops the reading too.
      await source.return?.(undefined);
    }
  }

  /** Until when, by what stands now. @returns false when it is over */
  private async count(one: Running): Promise<boolean> {
    const standing = await one.reader.look();
    if (standing === null) return false;
    one.untilMs = standing.untilMs;
    if (this.running.has(one)) this.wait(one, standing.askAtMs);
    return true;
  }

  /** [AC13] [AC15] [AC50] Stops it at its end, or asks at `atMs` whether the session was used meanwhile. */
  private wait(one: Running, atMs: number): void {
    clearTimeout(one.timer);
    const leftMs = atMs - this.clock.now().epochMilliseconds;
    one.timer = setTimeout(() => {
      // Timers count in their own milliseconds, and not beyond a day.
      if (this.clock.now().epochMilliseconds < atMs) this.wait(one, atMs);
      else if (this.isOver(one)) one.stop();
      else void this.countAnew(one);
    }, Math.min(Math.max(1, leftMs), longestWaitMs)).unref();
  }

  private async countAnew(one: Running): Promise<void> {
    if (!(await this.count(one).catch(() => false))) one.stop();
  }

  private isOver({ untilMs }: Running): boolean {
    return this.clock.now().epochMilliseconds >= untilMs;
  }

  private isFull(who: string): boolean {
    return [...this.running].filter((one) => one.hasTurn && one.reader.who === who).length >= mostAtOnce;
  }

  /** Small files follow each other within a moment; a few may wait for that, as somebody who opens several pages at once expects. */
  private async turn(who: string): Promise<void> {
    const waiting = this.waiting.get(who) ?? 0;
    const refusal = () => new TooManyRequests(secondsToWait, 'Du er ved at hente flere filer. Vent, til en af dem er hentet.');
    if (waiting >= mostAtOnce) throw refusal();
    this.waiting.set(who, waiting + 1);
    try {
      for (const end = performance.now() + this.patienceMs; this.isFull(who); ) {
        if (performance.now() > end) throw refusal();
        await wait(lookAgainMs);
      }
    } finally {
      const left = this.waiting.get(who)! - 1;
      if (left === 0) this.waiting.delete(who);
      else this.waiting.set(who, left);
    }
  }

  /** Making a large file may itself have kept this process from looking; it does so again as soon as it can. */
  private async currentAgain(): Promise<void> {
    for (const end = performance.now() + this.patienceMs; !this.outbox.isCurrent(); ) {
      if (performance.now() > end) throw new Problem('not-ready');
      await wait(lookAgainMs);
    }
  }

  private async *whileOpen<Part>(one: Running, first: IteratorResult<Part>, source: AsyncIterator<Part>): AsyncGenerator<Part> {
    for (let part = first; part.done !== true; part = await source.next()) {
      if (!this.outbox.isCurrent() || this.isOver(one)) throw new Problem('not-ready');
      yield part.value;
    }
  }

  private stop(concerns: (one: Running) => boolean): void {
    for (const one of this.running) if (concerns(one)) one.stop();
  }
}
