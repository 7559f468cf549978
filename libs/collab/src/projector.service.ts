import { Injectable, type OnModuleInit } from '@nestjs/common';
import { maskCpr } from '@lib/contracts/cpr.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { log } from '@lib/platform/log.js';
import { Debounce } from './debounce.js';
import type { DocumentText } from './document-content.js';
import { CollabHub } from './collab-hub.service.js';
import { CprGuard } from './cpr-guard.service.js';
import { CollabDocuments } from './documents.service.js';
import { ShapeGuard } from './shape-guard.service.js';

export type OnProjected = (documentId: string, itemId: string, text: DocumentText) => Promise<void>;

/** Tells whoever keeps titles and plain text what a document says, shortly after it changed; has its shape put right and CPR numbers taken out. */
@Injectable()
export class Projector implements OnModuleInit {
  /** Set once at start. A failure is logged; the next change tries again. */
  onProjected: OnProjected = async () => undefined;
  private readonly debounce: Debounce;
  private readonly itemOf = new Map<string, string>();
  private undo: () => void = () => undefined;

  constructor(
    private readonly documents: CollabDocuments,
    private readonly cpr: CprGuard,
    private readonly shape: ShapeGuard,
    private readonly events: DomainEvents,
    { limits }: CollabHub,
  ) {
    this.debounce = new Debounce((documentId) => this.project(documentId), limits.projectionDebounceMs, limits.projectionMaxWaitMs);
  }

  onModuleInit(): void {
    this.undo = this.events.onOwn('document.changed', ({ documentId, itemId }) => {
      this.itemOf.set(documentId, itemId);
      this.debounce.trigger(documentId);
    });
  }

  /** Projects what still waits, at once. On shutdown. */
  async flush(): Promise<void> {
    this.undo();
    await this.debounce.flush();
  }

  private async project(documentId: string): Promise<void> {
    const itemId = this.itemOf.get(documentId);
    if (itemId === undefined) return;
    this.itemOf.delete(documentId);
    try {
      const { cprNumbers, faults, title, agendaText, minutesText } = await this.documents.projection(documentId);
      const unwanted = await this.cpr.unwanted(documentId, itemId, cprNumbers);
      // Lists and search never hear of them, not even until the document is without them.
      const masked = (text: string) => maskCpr(text, (digits) => !unwanted.has(digits));
      await this.onProjected(documentId, itemId, { title: masked(title), agendaText: masked(agendaText), minutesText: masked(minutesText) });
      if (faults.length > 0) await this.shape.repair(documentId, itemId);
      if (unwanted.size > 0) await this.cpr.takeOut(documentId, itemId, [...unwanted]);
    } catch (error) {
      log.error({ documentId, error }, 'projection failed');
    }
  }
}
