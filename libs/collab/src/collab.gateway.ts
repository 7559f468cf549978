import type { Server } from 'node:http';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { CollabHub } from './collab-hub.service.js';
import type { Door } from './hub.js';
import { Projector } from './projector.service.js';
import { YjsSockets, type AttachOptions } from './yjs-sockets.gateway.js';

/** The collaboration sockets of the application. */
@Injectable()
export class CollabGateway implements BeforeApplicationShutdown {
  private readonly sockets: YjsSockets;

  constructor(
    private readonly service: CollabHub,
    private readonly projector: Projector,
  ) {
    this.sockets = new YjsSockets(service.hub, service.limits);
  }

  /** Who opens which document is put on record by `record` from now on. */
  recordWith(record: Door['record']): void {
    this.service.record = record;
  }

  /** Takes the upgrades under /yjs/ of an HTTP server and leaves all others alone. */
  attach(server: Server, options: AttachOptions): void {
    this.sockets.attach(server, options);
  }

  /** Before the HTTP server closes, which would wait for the sockets, and before the database does. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.sockets.stop();
    await this.projector.flush();
    await this.service.stop();
  }
}
