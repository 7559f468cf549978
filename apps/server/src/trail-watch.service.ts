import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CollabGateway } from '@lib/collab/collab.gateway.js';
import { Trail } from '@lib/trail/trail.service.js';

const route = 'socket /yjs/{id}';

/** [AC93] Who opens a document to write in it, once for each socket; never for each word. */
@Injectable()
export class TrailWatch implements OnModuleInit {
  constructor(
    private readonly sockets: CollabGateway,
    private readonly trail: Trail,
  ) {}

  onModuleInit(): void {
    this.sockets.recordWith(async (session, documentId, itemId) => {
      const object = { kind: 'document', id: documentId } as const;
      try {
        if (itemId === null) await this.trail.refused(session, { route, rule: 'AC6', object });
        else await this.trail.opened(session, { kind: 'open', route, rule: 'AC6', object }, itemId);
        return true;
      } catch {
        // It is logged where it failed.
        return false;
      }
    });
  }
}
