import { Module } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { CollabGateway } from './collab.gateway.js';
import { CollabHub } from './collab-hub.service.js';
import { CollabStore } from './collab-store.js';
import { FanOut } from './fan-out.js';
import { OutboxFanOut } from './outbox-fan-out.service.js';
import { CprGuard } from './cpr-guard.service.js';
import { CollabDocuments } from './documents.service.js';
import { Projector } from './projector.service.js';
import { ShapeGuard } from './shape-guard.service.js';
import { SqlStore } from './sql-store.service.js';
import { Tickets } from './tickets.service.js';

/** Writing together. The application attaches `CollabGateway` to its HTTP server and sets `Projector.onProjected`. */
@Module({
  imports: [AccessModule],
  providers: [SqlStore, { provide: CollabStore, useExisting: SqlStore }, { provide: FanOut, useClass: OutboxFanOut }, CollabHub, CollabDocuments, CprGuard, ShapeGuard, Projector, Tickets, CollabGateway],
  exports: [CollabDocuments, CprGuard, Projector, Tickets, CollabGateway],
})
export class CollabModule {}
