import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { Sessions } from '@lib/access/sessions.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { log } from '@lib/platform/log.js';
import { Outbox } from '@lib/platform/outbox.service.js';
import { CollabStore } from './collab-store.js';
import { Compactor } from './compactor.js';
import { FanOut } from './fan-out.js';
import { heavyWork, type HeavyWork } from './heavy-work.js';
import { Hub, type Door, type HubPorts } from './hub.js';
import { defaultLimits, type Limits } from './limits.js';

/** The hub with what it stands on: access, events, store and worker. */
@Injectable()
export class CollabHub implements OnModuleInit {
  readonly limits: Limits = defaultLimits;
  readonly heavyWork: HeavyWork;
  readonly hub: Hub;
  /** The access trail; set by the application. */
  record: Door['record'] = async () => true;
  /** Set by whoever has CPR numbers taken out. */
  onNumbersGone: HubPorts['numbersGone'] = () => undefined;
  readonly compactor: Compactor;
  /** A thread of its own for whoever opens a document: projections and repairs of others must not hold it up. */
  private readonly openings: HeavyWork;
  /** And one for long histories. */
  private readonly compaction: HeavyWork;
  private readonly undo: (() => void)[] = [];

  constructor(
    store: CollabStore,
    sessions: Sessions,
    access: ItemAccess,
    private readonly events: DomainEvents,
    clock: Clock,
    private readonly fanOut: FanOut,
    private readonly outbox: Outbox,
  ) {
    this.heavyWork = heavyWork(this.limits.heavyWorkMs);
    this.openings = heavyWork(this.limits.heavyWorkMs);
    this.compaction = heavyWork(this.limits.compactionMs);
    this.hub = new Hub(
      {
        store,
        fanOut,
        isCurrent: () => outbox.isCurrent(),
        door: {
          byToken: (token) => sessions.fromToken(token),
          bySession: (sessionId) => sessions.byId(sessionId),
          readsUntil: (session, itemId, side) => access.readableUntil(session, itemId, side),
          record: (session, documentId, itemId) => this.record(session, documentId, itemId),
        },
        nowMs: () => clock.now().epochMilliseconds,
        merge: (updates) => this.openings.merge(updates),
        diff: (content, stateVector) => this.openings.diff(content, stateVector),
        repair: (updates, clientId) => this.heavyWork.repair(updates, clientId),
        repaired: (documentId, itemId, faults) => log.warn({ documentId, itemId, faults }, 'the shape of a document was repaired'),
        numbersGone: (documentId, itemId, numbers) => this.onNumbersGone(documentId, itemId, numbers),
        changed: (documentId, itemId) => events.emitHere('document.changed', { documentId, itemId }),
        // Its projection is made where it was written.
        changedElsewhere: (documentId, itemId) => void events.arrived('document.changed', { documentId, itemId }),
        grown: (documentId) => this.compactor.ask(documentId),
        failed: (what, error, documentId) => log.error({ what, documentId, error }, 'collaboration'),
      },
      this.limits,
    );
    this.compactor = new Compactor(
      {
        store,
        merge: (updates) => this.compaction.compact(updates),
        nowMs: () => clock.now().epochMilliseconds,
        compacted: (documentId, savedBytes) => this.hub.compacted(documentId, savedBytes),
        failed: (error, documentId) => log.error({ documentId, error }, 'compaction failed'),
      },
      this.limits,
    );
  }

  onModuleInit(): void {
    this.openings.warm();
    this.undo.push(
      this.events.on('item.audienceChanged', ({ itemId }) => this.hub.audienceChanged(itemId)),
      this.events.on('session.ended', ({ sessionId }) => this.hub.sessionEnded(sessionId)),
      // Whoever's end was moved is counted anew.
      this.events.on('membership.changed', () => this.hub.recheckAll()),
      this.events.on('document.stateChanged', ({ documentId }) => this.hub.stateChangedElsewhere(documentId)),
      this.events.on('document.shredded', ({ documentId }) => this.hub.shredded(documentId)),
      this.events.on('elsewhere.missed', () => this.hub.sweep()),
      this.fanOut.onHint((hint) => this.hub.heard(hint)),
      this.outbox.watch({ cut: () => this.hub.cut(), restore: (isMuch) => this.hub.restore(isMuch), current: () => this.hub.current() }),
    );
    if (this.fanOut.isShared) {
      const look = setInterval(() => void this.hub.sweep(), this.limits.lookForCommitsMs);
      look.unref();
      this.undo.push(() => clearInterval(look));
    }
    let isRunning = false;
    const timer = setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      void this.hub.recheckAll().finally(() => (isRunning = false));
    }, this.limits.recheckMs);
    timer.unref();
    const sweep = setInterval(() => void this.compactor.sweep(), this.limits.compactSweepMs);
    sweep.unref();
    this.undo.push(() => clearInterval(timer), () => clearInterval(sweep));
  }

  /** After the sockets are gone. */
  async stop(): Promise<void> {
    for (const undo of this.undo.splice(0)) undo();
    await this.fanOut.stop();
    // The one under way would begin again at the next start: its thread is stopped, and its rows stay.
    await Promise.all([this.compaction.stop(), this.compactor.stop()]);
    await Promise.all([this.heavyWork.stop(), this.openings.stop()]);
  }
}
