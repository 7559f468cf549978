import { Injectable } from '@nestjs/common';
import { Outbox } from '@lib/platform/outbox.service.js';
import { FanOut, type CommitHint } from './fan-out.js';

const kind = 'yjs ';
/** Of 7500 bytes; a hint takes 85 and the digits of its number. */
const hintsAtOnce = 60;
/** Between two hints: as much as nobody notices who reads along on another process, and a small part of what a commit each would cost. */
const pauseMs = 5;
const form = /^([0-9a-f-]{36}) ([0-9a-f-]{36}) (\d{1,15})$/;

/** Over the line between the processes on one PostgreSQL. */
@Injectable()
export class OutboxFanOut extends FanOut {
  /** Of each document the newest that is not said yet. */
  private readonly waiting = new Map<string, CommitHint>();
  private saying: Promise<void> | null = null;
  private isStopping = false;

  constructor(private readonly outbox: Outbox) {
    super();
  }

  override get isShared(): boolean {
    return this.outbox.isShared;
  }

  /** The line listens from the start; when it was broken, everything that is open is looked up anew. */
  override async ready(): Promise<void> {}

  /** To nobody nothing. At once when nothing was said just now, else together with all that gathers: under load the database has better to do. */
  override publish(hints: readonly CommitHint[]): void {
    if (this.outbox.isAlone) return;
    for (const hint of hints) this.waiting.set(hint.documentId, hint);
    if (this.waiting.size > 0) this.saying ??= this.say();
  }

  private async say(): Promise<void> {
    while (this.waiting.size > 0) {
      const hints = [...this.waiting.values()].slice(0, hintsAtOnce);
      for (const { documentId } of hints) this.waiting.delete(documentId);
      await this.outbox.hint(kind + hints.map(({ documentId, itemId, seq }) => `${documentId} ${itemId} ${seq}`).join(','));
      if (!this.isStopping) await new Promise((done) => setTimeout(done, pauseMs));
    }
    this.saying = null;
  }

  override async stop(): Promise<void> {
    this.isStopping = true;
    await this.saying;
  }

  override onHint(hear: (hint: CommitHint) => void): () => void {
    return this.outbox.onHint((text) => {
      if (!text.startsWith(kind)) return;
      for (const one of text.slice(kind.length).split(',')) {
        const [, documentId, itemId, seq] = form.exec(one) ?? [];
        if (documentId !== undefined && itemId !== undefined) hear({ documentId, itemId, seq: Number(seq) });
      }
    });
  }
}
