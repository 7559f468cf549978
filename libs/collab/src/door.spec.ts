import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import type { ItemAccess } from '@lib/access/item-access.service.js';
import { readSessionToken } from '@lib/access/session-cookie.js';
import type { Session } from '@lib/access/sessions.service.js';
import { TooManyRequests } from '@lib/contracts/problems.js';
import { hashTicket, type AdmissionRequest, type HubPorts } from './hub.js';
import { defaultLimits, type Limits } from './limits.js';
import { step1Frame } from './protocol.js';
import { Page } from './spec-page.js';
import { SpecServer } from './spec-server.js';
import { Tickets } from './tickets.service.js';
import type { AttachOptions } from './yjs-sockets.gateway.js';

/** The door of a document where it lets in; then one thing after the other is otherwise, and it must not. A clause that is lost shows. */
class Scene {
  readonly server: SpecServer;
  readonly ports: HubPorts;
  readonly anna: Session;
  readonly bo: Session;
  readonly document: ReturnType<SpecServer['document']>;
  readonly recorded: [personId: string, documentId: string, itemId: string | null][] = [];

  constructor(limits: Partial<Limits> = {}) {
    this.server = new SpecServer(limits);
    this.anna = this.server.signIn('Anna');
    this.bo = this.server.signIn('Bo');
    this.document = this.server.document([this.anna]);
    ({ ports: this.ports } = this.server.hub as unknown as { ports: HubPorts });
    this.ports.door.record = async (session, documentId, itemId) => {
      this.recorded.push([session.personId, documentId, itemId]);
      return true;
    };
  }

  /** `in`, or why not. */
  async ask(request: Partial<AdmissionRequest>): Promise<string> {
    const answer = await this.server.hub.admit(new Page(), { documentId: this.document.documentId, ticket: null, token: null, acks: true, epoch: null, ...request });
    return typeof answer === 'string' ? answer : 'in';
  }
}
const byToken = ({ anna }: Scene) => ({ token: anna.id });

describe('the door of a document', () => {
  it('[CO61] opens by a ticket of this document, of a living session and the person it was made for', async () => {
    const scene = new Scene();
    const { server, anna, bo, document } = scene;
    const { ticket, clientId } = await server.ticket(anna, document.documentId);
    const admission = await server.hub.admit(new Page(), { documentId: document.documentId, ticket, token: null, acks: true, epoch: null });
    expect(typeof admission === 'string' ? admission : [admission.connection.who.personId, admission.connection.clientId]).toEqual([anna.personId, clientId]);
    expect(await scene.ask({ ticket, documentId: document.documentId.toUpperCase() })).toBe('in');
    const other = server.document([anna]);
    expect([await scene.ask({ ticket: randomUUID() }), await scene.ask({ ticket, documentId: other.documentId }), await scene.ask({ ticket, documentId: 'no uuid' })]).toEqual(['not-signed-in', 'not-signed-in', 'not-signed-in']);
    // Whoever shows a ticket is known by it alone.
    expect(await scene.ask({ ticket: randomUUID(), token: anna.id })).toBe('not-signed-in');
    const add = async (session: Session, personId: string) => {
      const made = randomUUID();
      await server.store.addTicket({ tokenHash: hashTicket(made), documentId: document.documentId, sessionId: session.id, personId, clientId: 7 }, 60_000);
      return made;
    };
    expect(await scene.ask({ ticket: await add(anna, bo.personId) })).toBe('not-signed-in');
    server.sessions.delete(anna.id);
    expect(await scene.ask({ ticket })).toBe('not-signed-in');
  });

  it('[CO61] opens by the cookie of a living session, to whoever may read it; missing and closed answer alike and are on record', async () => {
    const scene = new Scene();
    const { anna, bo, document } = scene;
    expect([await scene.ask(byToken(scene)), await scene.ask({ token: randomUUID() }), await scene.ask({})]).toEqual(['in', 'not-signed-in', 'not-signed-in']);
    const missing = randomUUID();
    expect([await scene.ask({ token: bo.id }), await scene.ask({ token: anna.id, documentId: missing }), await scene.ask({ token: anna.id, documentId: 'no uuid' })]).toEqual(['not-found', 'not-found', 'not-found']);
    expect(scene.recorded).toEqual([
      [anna.personId, document.documentId, document.itemId],
      [bo.personId, document.documentId, null],
      [anna.personId, missing, null],
      [anna.personId, '00000000-0000-0000-0000-000000000000', null],
    ]);
    // What cannot be put on record is neither shown nor refused as if it were.
    scene.ports.door.record = async () => false;
    expect([await scene.ask(byToken(scene)), await scene.ask({ token: bo.id })]).toEqual(['not-ready', 'not-ready']);
  });

  it('opens to the content that was asked for, to nobody who is kept out, and not beyond the number of one person', async () => {
    const scene = new Scene({ maxConnectionsPerPerson: 2 });
    const { server, anna, bo, document } = scene;
    expect([await scene.ask({ ...byToken(scene), epoch: randomUUID() }), await scene.ask({ ...byToken(scene), epoch: document.epoch })]).toEqual(['precondition-failed', 'in']);
    const other = server.document([anna, bo]);
    server.nowMs = () => 1_000;
    server.hub.bar(other.documentId, anna.personId, 500);
    const there = (session: Session) => scene.ask({ token: session.id, documentId: other.documentId });
    expect([await there(anna), await there(bo)]).toEqual(['cpr-number', 'in']);
    server.nowMs = () => 1_499;
    expect(await there(anna)).toBe('cpr-number');
    server.nowMs = () => 1_500;
    expect([await there(anna), await scene.ask(byToken(scene)), await there(bo)]).toEqual(['in', 'too-many-requests', 'in']);
  });

  it('[CO33] looks again when access may have been taken while it looked, and opens to nobody on a process that is cut off or stops', async () => {
    const taken = new Scene();
    const { server, anna, document } = taken;
    taken.ports.door.record = async () => {
      server.readable.delete(`${anna.personId} ${document.itemId}`);
      void server.hub.audienceChanged(document.itemId);
      return true;
    };
    expect(await taken.ask(byToken(taken))).toBe('not-found');
    expect(server.hub.connectionCount).toBe(0);

    // Where it never comes to rest, she is sent away to come back.
    const restless = new Scene();
    let looks = 0;
    restless.ports.door.readsUntil = async () => {
      if (++looks > 50) throw new Error('looks again and again');
      void restless.server.hub.audienceChanged(restless.document.itemId);
      return Number.POSITIVE_INFINITY;
    };
    expect([await restless.ask(byToken(restless)), looks]).toEqual(['not-ready', 5]);

    // The last place of a person is hers while it is looked again.
    const last = new Scene({ maxConnectionsPerPerson: 1 });
    let changes = 0;
    last.ports.door.readsUntil = async () => {
      if (++changes === 1) void last.server.hub.audienceChanged(last.document.itemId);
      return Number.POSITIVE_INFINITY;
    };
    expect([await last.ask(byToken(last)), changes, await last.ask(byToken(last))]).toEqual(['in', 2, 'too-many-requests']);

    const gone = new Scene();
    gone.server.store.load = async () => null;
    expect(await gone.ask(byToken(gone))).toBe('not-found');

    const cut = new Scene();
    cut.server.isCurrent = () => false;
    expect(await cut.ask(byToken(cut))).toBe('not-ready');

    const stopping = new Scene();
    stopping.ports.door.record = async () => {
      void stopping.server.hub.stop();
      return true;
    };
    expect(await stopping.ask(byToken(stopping))).toBe('not-ready');
    const stopped = new Scene();
    await stopped.server.hub.stop();
    expect([await stopped.ask(byToken(stopped)), stopped.recorded]).toEqual(['not-ready', []]);
  });

  it('[CO60] is asked for from a page of ours, or by a ticket without a page, and not too often', async () => {
    const { server, anna, document } = new Scene();
    await server.listen();
    try {
      const { ticket } = await server.ticket(anna, document.documentId);
      const come = async (path: string, headers: Record<string, string> = {}) => {
        const socket = new WebSocket(server.url.replace('/yjs', path), { headers });
        const answer = await Promise.race([
          once(socket, 'open').then(() => 'open'),
          once(socket, 'unexpected-response').then(([, response]) => {
            const { statusCode, headers: told } = response as { statusCode: number; headers: Record<string, string> };
            return told['retry-after'] === undefined ? statusCode : `${statusCode}, after ${told['retry-after']} s`;
          }),
        ]).catch(() => 'cut');
        socket.on('error', () => undefined);
        if (answer !== 'open') return answer;
        socket.send(step1Frame(new Map()));
        const [code] = (await Promise.race([once(socket, 'close'), once(socket, 'message').then(() => ['in'])])) as [unknown];
        socket.terminate();
        return code;
      };
      const [here, cookie] = [`/yjs/${document.documentId}`, `samraad_session=${anna.id}`];
      const [ours, theirs] = ['https://samraad.example', 'https://evil.example'];
      expect([await come(here, { cookie, origin: ours }), await come(`${here}?ticket=${ticket}`), await come(`${here}?ticket=${ticket}`, { origin: ours })]).toEqual(['in', 'in', 'in']);
      expect([await come(here, { cookie }), await come(here, { cookie, origin: theirs }), await come(`${here}?ticket=${ticket}`, { origin: theirs })]).toEqual([403, 403, 403]);
      // Without a word of who it is; and with a ticket the cookie counts for nothing.
      expect([await come(here, { origin: ours }), await come(`${here}?ticket=${randomUUID()}`, { cookie, origin: ours })]).toEqual([4401, 4401]);
      // [RL1] Whoever asks too often is told how long to wait; it is known by then who that is, and of which document.
      const asked: unknown[] = [];
      let admits: AttachOptions['admits'] = async (_request, documentId, who) => {
        asked.push([documentId, (await who())?.personId ?? null]);
        throw new TooManyRequests(7);
      };
      const limited: AttachOptions = { isAllowedOrigin: (origin) => origin === ours, admits: (...call) => admits!(...call), sessionToken: (header) => readSessionToken(header, false) };
      server.server.removeAllListeners('upgrade');
      server.sockets.attach(server.server, limited);
      const who = [await come(here, { cookie, origin: ours }), await come(`${here}?ticket=${ticket}`), await come(`/yjs/x?ticket=${ticket}`), await come(here, { cookie: 'samraad_session=gone', origin: ours })];
      expect(who).toEqual(Array(4).fill('429, after 7 s'));
      expect(asked.splice(0)).toEqual([[document.documentId, anna.personId], [document.documentId, anna.personId], ['x', null], [document.documentId, null]]);
      // A foreign page takes nothing of what she may.
      expect([await come(here, { cookie, origin: theirs }), asked]).toEqual([403, []]);
      admits = async () => Promise.reject(new Error('broken'));
      expect(await come(here, { cookie, origin: ours })).toBe('cut');
      let counted = 0;
      admits = async () => void (counted += 1);
      expect([await come(here, { cookie, origin: ours }), counted]).toEqual(['in', 1]);
      await server.sockets.stop();
      server.sockets.attach(server.server, limited);
      expect([await come(here, { cookie, origin: ours }), counted]).toEqual([503, 2]);
      // Other sockets of the same server are none of its business.
      server.server.on('upgrade', (request, socket) => request.url === '/live' && socket.end('HTTP/1.1 418 Not Ours\r\nContent-Length: 0\r\n\r\n'));
      expect([await come('/live', { cookie, origin: ours }), counted]).toEqual([418, 2]);
    } finally {
      await server.stop();
    }
  });

  it('[CO61] is promised by a ticket to whoever may read it, and to nobody else', async () => {
    const { server, anna, bo, document } = new Scene();
    const access = { readable: async ({ personId }: Session, itemId: string) => (personId === anna.personId && itemId === document.itemId ? {} : null) } as unknown as ItemAccess;
    const tickets = new Tickets(server.store, access);
    const made = await tickets.issue(anna, document.documentId);
    expect(made.epoch).toBe(document.epoch);
    expect(await server.store.findTicket(hashTicket(made.ticket), document.documentId)).toMatchObject({ sessionId: anna.id, personId: anna.personId, clientId: made.clientId });
    await expect(tickets.issue(bo, document.documentId)).rejects.toMatchObject({ code: 'not-found' });
    await expect(tickets.issue(anna, randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    expect(defaultLimits.ticketMs).toBeGreaterThan(0);
  });
});
