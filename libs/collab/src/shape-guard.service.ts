import { Injectable } from '@nestjs/common';
import { log } from '@lib/platform/log.js';
import { CollabHub } from './collab-hub.service.js';
import { CollabStore } from './collab-store.js';

/** Somebody may write while the repair is made; it must not take away a place that has words by then. For the last of them pages do not write. */
const attempts = 3;

/**
 * Words that stand in a document as our editor does not know them, although the gate lets none in: stored by a release
 * that knew more or was wrong. Put right by an edit of the server before a browser deletes them. Rule CO75.
 */
@Injectable()
export class ShapeGuard {
  constructor(
    private readonly service: CollabHub,
    private readonly store: CollabStore,
  ) {}

  async repair(documentId: string, itemId: string): Promise<void> {
    // A document that takes no updates is shown as words by the projection, and put right when it is opened.
    if ((await this.store.find(documentId))?.state !== 'open') return;
    const { hub, heavyWork, compactor } = this.service;
    for (let attempt = 0; attempt < attempts; attempt++) {
      let faults: string[] = [];
      const isStored = await hub.edit(
        documentId,
        async (content, clientId) => {
          const made = await heavyWork.repair([content], clientId);
          faults = made?.faults ?? [];
          return made?.update ?? null;
        },
        { spares: true, isStill: attempt === attempts - 1 },
      );
      if (isStored) {
        log.warn({ documentId, itemId, faults }, 'the shape of a document was repaired');
        return compactor.fulfil(documentId);
      }
      if (faults.length === 0) return;
    }
    log.error({ documentId, itemId }, 'the shape of a document could not be repaired; the next change tries again');
  }
}
