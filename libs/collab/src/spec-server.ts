import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readSessionToken } from '@lib/access/session-cookie.js';
import type { Session } from '@lib/access/sessions.service.js';
import { seedUpdate } from './document-content.js';
import { NoFanOut, type FanOut } from './fan-out.js';
import { InlineHeavyWork, type HeavyWork } from './heavy-work.js';
import { hashTicket, Hub, type Chance, type HubPorts } from './hub.js';
import { defaultLimits, type Limits } from './limits.js';
import { MemoryStore } from './memory-store.js';
import { YjsSockets } from './yjs-sockets.gateway.js';

/** A real HTTP server with real sockets over the store in memory; sessions and access are what the test says. */
export class SpecServer {
  readonly sessions = new Map<string, Session>();
  /** `${personId} ${itemId}` of everything that may be read. */
  readonly readable = new Set<string>();
  /** When that ends, by person; absent for those who have no end. */
  readonly readsUntilMs = new Map<string, number>();
  readonly failures: string[] = [];
  readonly changed: string[] = [];
  readonly changedElsewhere: string[] = [];
  isCurrent: () => boolean = () => true;
  readonly grown: string[] = [];
  readonly repairs: string[] = [];
  readonly gone: { digits: string; personId: string | null }[] = [];
  /** How often content was compared with a state vector. */
  diffs = 0;
  merges = 0;
  /** Waited for before access is answered. */
  beforeAccess: () => Promise<void> = async () => undefined;
  repair: HubPorts['repair'] = (updates, clientId) => this.heavyWork.repair(updates, clientId);
  nowMs: () => number = Date.now;
  readonly hub: Hub;
  readonly sockets: YjsSockets;
  readonly server: Server;
  private nextClientId = 1_000;

  constructor(
    limits: Partial<Limits> = {},
    readonly store = new MemoryStore(),
    private readonly fanOut: FanOut = new NoFanOut(),
    private readonly chance?: Chance,
    readonly heavyWork: HeavyWork = new InlineHeavyWork(),
  ) {
    const all = { ...defaultLimits, retryDelaysMs: [1, 1], ...limits };
    this.hub = new Hub(
      {
        store: this.store,
        fanOut: this.fanOut,
        isCurrent: () => this.isCurrent(),
        door: {
          byToken: async (token) => this.sessions.get(token) ?? null,
          bySession: async (sessionId) => {
            const session = this.sessions.get(sessionId);
            return session === undefined || session.validUntilMs <= this.nowMs() ? null : session;
          },
          record: async () => true,
          readsUntil: async (session, itemId) => {
            await this.beforeAccess();
            return this.readable.has(`${session.personId} ${itemId}`) ? (this.readsUntilMs.get(session.personId) ?? Number.POSITIVE_INFINITY) : null;
          },
        },
        nowMs: () => this.nowMs(),
        merge: (updates) => {
          this.merges++;
          return heavyWork.merge(updates);
        },
        diff: (content, stateVector) => {
          this.diffs++;
          return heavyWork.diff(content, stateVector);
        },
        repair: (updates, clientId) => this.repair(updates, clientId),
        repaired: (_documentId, _itemId, faults) => this.repairs.push(...faults),
        numbersGone: (_documentId, _itemId, numbers) => this.gone.push(...numbers),
        changed: (documentId) => this.changed.push(documentId),
        changedElsewhere: (documentId) => this.changedElsewhere.push(documentId),
        grown: (documentId) => this.grown.push(documentId),
        failed: (what, error) => this.failures.push(`${what}: ${error instanceof Error ? error.message : 'unknown'}`),
      },
      all,
      chance,
    );
    fanOut.onHint((hint) => this.hub.heard(hint));
    this.sockets = new YjsSockets(this.hub, all);
    this.server = createServer((_request, response) => response.writeHead(404).end());
    this.sockets.attach(this.server, { isAllowedOrigin: (origin) => origin === 'https://samraad.example', sessionToken: (cookie) => readSessionToken(cookie, false) });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/yjs`;
  }

  /** The session id is the session token, too. */
  signIn(name: string): Session {
    const id = randomUUID();
    const session: Session = {
      id,
      personId: randomUUID(),
      personName: name,
      membershipId: randomUUID(),
      authorityId: 'municipality:000',
      authorityName: 'Testby Kommune',
      role: 'participant',
      functionTitle: 'Rådgiver', unitTitle: '',
      language: null,
      providerId: null,
      assurance: 'high',
      mayAdminister: true,
      authorityIds: null,
      lastSeenMs: 0,
      isReadOnly: false,
      validUntilMs: Number.POSITIVE_INFINITY,
    };
    this.sessions.set(id, session);
    return session;
  }

  document(readers: readonly Session[], title = ''): { documentId: string; itemId: string; epoch: string } {
    const row = { documentId: randomUUID(), itemId: randomUUID(), epoch: randomUUID() };
    this.store.create(row, seedUpdate({ title, agendaParagraphs: [] }, this.chance?.clientId()));
    for (const reader of readers) this.readable.add(`${reader.personId} ${row.itemId}`);
    return row;
  }

  async ticket(session: Session, documentId: string): Promise<{ ticket: string; clientId: number }> {
    const ticket = randomUUID();
    const clientId = this.nextClientId++;
    await this.store.addTicket({ tokenHash: hashTicket(ticket), documentId, sessionId: session.id, personId: session.personId, clientId }, 60_000);
    return { ticket, clientId };
  }

  async stop(): Promise<void> {
    await this.sockets.stop();
    this.server.closeAllConnections();
    await this.heavyWork.stop();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Waits for a condition, looking often; fails with `what` when it does not come true. */
export async function until(what: string, condition: () => boolean, timeMs = 10_000): Promise<void> {
  const end = Date.now() + timeMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
