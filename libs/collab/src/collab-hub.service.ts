import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { Sessions } from '@lib/access/sessions.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { log } from '@lib/platform/log.js';
import { CollabStore } from './collab-store.js';
import { heavyWork, type HeavyWork } from './heavy-work.js';
import { Hub } from './hub.js';
import { defaultLimits, type Limits } from './limits.js';

/** The hub with what it stands on: access, events, store and worker. */
@Injectable()
export class CollabHub implements OnModuleInit {
  readonly limits: Limits = defaultLimits;
  readonly heavyWork: HeavyWork;
  readonly hub: Hub;
  private readonly undo: (() => void)[] = [];

  constructor(
    store: CollabStore,
    sessions: Sessions,
    access: ItemAccess,
    private readonly events: DomainEvents,
    clock: Clock,
  ) {
    this.heavyWork = heavyWork(this.limits.heavyWorkMs);
    this.hub = new Hub(
      {
        store,
        door: {
          byToken: (token) => sessions.fromToken(token),
          bySession: (sessionId) => sessions.byId(sessionId),
          mayRead: async (session, itemId) => (await access.readable(session, itemId)) !== null,
        },
        nowMs: () => clock.now().epochMilliseconds,
        merge: (updates) => this.heavyWork.merge(updates),
        diff: (content, stateVector) => this.heavyWork.diff(content, stateVector),
        changed: (documentId, itemId) => events.emit('document.changed', { documentId, itemId }),
        failed: (what, error, documentId) => log.error({ what, documentId, error: error instanceof Error ? error.message : 'unknown' }, 'collaboration'),
      },
      this.limits,
    );
  }

  onModuleInit(): void {
    this.undo.push(
      this.events.on('item.audienceChanged', ({ itemId }) => this.hub.audienceChanged(itemId)),
      this.events.on('session.ended', ({ sessionId }) => this.hub.sessionEnded(sessionId)),
    );
    let isRunning = false;
    const timer = setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      void this.hub.recheckAll().finally(() => (isRunning = false));
    }, this.limits.recheckMs);
    timer.unref();
    this.undo.push(() => clearInterval(timer));
  }

  /** After the sockets are gone. */
  async stop(): Promise<void> {
    for (const undo of this.undo.splice(0)) undo();
    await this.heavyWork.stop();
  }
}
