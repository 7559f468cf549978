import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CollabGateway } from '@lib/collab/collab.gateway.js';
import { Trail } from '@lib/trail/trail.service.js';
import type { Door } from './rate-refusals.service.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param documentId as it was asked for; anything */
export const documentDoor = (documentId: string): Door => ({ route: 'socket /yjs/{id}', rule: 'AC6', object: uuid.test(documentId) ? { kind: 'document', id: documentId.toLowerCase() } : null });

/** [AC93] Who opens a document to write in it, once for each socket; never for each word. */
@Injectable()
export class TrailWatch implements OnModuleInit {
  constructor(
    private readonly sockets: CollabGateway,
    private readonly trail: Trail,
  ) {}

  onModuleInit(): void {
    this.sockets.recordWith(async (session, documentId, itemId) => {
      const door = documentDoor(documentId);
      try {
        if (itemId === null) await this.trail.refused(session, door);
        else await this.trail.opened(session, { kind: 'open', ...door }, itemId);
        return true;
      } catch {
        // It is logged where it failed.
        return false;
      }
    });
  }
}
