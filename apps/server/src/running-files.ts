import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Response } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Outbox } from '@lib/platform/outbox.service.js';

interface Running {
  session: Pick<Session, 'id' | 'membershipId'>;
  stop(): void;
}

/**
 * Files that are sent while they are read. One of them takes as long as its reader's line is slow; what was read before her
 * access was taken must not be sent after. So it breaks off, on whichever process it runs, and she may ask anew.
 */
@Injectable()
export class RunningFiles implements OnApplicationBootstrap {
  private readonly running = new Set<Running>();

  constructor(
    private readonly events: DomainEvents,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    this.events.on('session.ended', ({ sessionId }) => this.stop(({ session }) => session.id === sessionId));
    this.events.on('item.audienceChanged', ({ affected }) => this.stop(({ session }) => affected.includes(session.membershipId)));
    this.events.on('meeting.left', ({ membershipId }) => this.stop(({ session }) => session.membershipId === membershipId));
    this.events.on('content.shredded', () => this.stop(() => true));
    // What was taken away elsewhere cannot be known.
    this.outbox.watch({ cut: () => this.stop(() => true), restore: async () => undefined, current: () => undefined });
  }

  /**
   * Sends the parts as they come. Until the first part is there, what goes wrong can still be said; later the connection breaks.
   *
   * @param headers of the answer
   * @throws Problem `conflict` when something was taken from the asker before the first part; whatever `parts` throws
   */
  async send(session: Session, parts: AsyncIterable<string | Uint8Array>, response: Response, headers: Record<string, string>): Promise<void> {
    const source = parts[Symbol.asyncIterator]();
    let isStopped = false;
    const one: Running = {
      session,
      stop: () => {
        isStopped = true;
        if (response.headersSent) response.destroy();
      },
    };
    this.running.add(one);
    try {
      const first = await source.next();
      if (isStopped) throw new Problem('conflict', 'Adgangen til en beslutning blev ændret imens. Hent listen igen.');
      response.set(headers);
      response.flushHeaders();
      await pipeline(Readable.from(all(first, source), { objectMode: false }), response);
    } finally {
      this.running.delete(one);
      // Whoever closes the window stops the reading too.
      await source.return?.(undefined);
    }
  }

  private stop(concerns: (one: Running) => boolean): void {
    for (const one of this.running) if (concerns(one)) one.stop();
  }
}

async function* all<Part>(first: IteratorResult<Part>, source: AsyncIterator<Part>): AsyncGenerator<Part> {
  for (let part = first; part.done !== true; part = await source.next()) yield part.value;
}
