import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { strFromU8, unzipSync } from 'fflate';
import { WebSocket } from 'ws';
import { livePath } from '@lib/contracts/live.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { readPdf, squeezed } from '../libs/documents/src/spec-pdf.js';
import { send } from './support/minutes-story.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

/**
 * Two installations that differ only in what is in one narrowed item, seen by somebody who takes part but is outside its
 * audience; and for somebody who takes no part also in whether it is there at all (DESIGN.md, invariant 2).
 */
let quiet: Installation;
let busy: Installation;
beforeAll(async () => {
  quiet = await Installation.start();
  busy = await Installation.start();
}, 120_000);
afterAll(async () => {
  await quiet.stop();
  await busy.stop();
});

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** GETs without an id that say nothing of what somebody reads, each with the reason. */
const saysNothing: Record<string, string> = {
  'sign-in/providers': 'before sign-in, the same for everybody',
  'demo/people': 'before sign-in, the same for everybody',
};
/** What the bare route does not show. */
const queried = [
  'meetings?limit=50', 'decisions?limit=100', 'decisions?sort=deadline', 'decisions/export.pdf?standard=a-3a', 'decision-log/export?format=csv', 'decision-log/export?format=xlsx',
  'follow-ups?scope=mine', 'follow-ups?scope=authority', 'follow-ups?scope=unit', 'holidays?from=2026-12-01&to=2026-12-31', `authorities/${encodeURIComponent(eksempelby)}/people`, `authorities/${encodeURIComponent(nordsjaelland)}/people`,
];
/** Of every thing that she can read by its id: what she is told before she does something. */
const previews: Record<string, (who: Browser, one: Installation) => [string, object][]> = {
  series: () => [['changes/preview', { title: 'Andet navn' }], ['changes/preview', { times: { startTime: '14:00', durationMinutes: 60, holidayPolicy: 'keep', recurrence: { kind: 'weekly' } } }]],
  meetings: (who, { newcomer }) => [['participants/preview', { membershipIds: [newcomer.person.membershipId] }], ['guests/preview', { name: 'Gæst', organisation: 'Skole', sector: 'school', purpose: 'school', mayWrite: false, to: '2026-12-08T11:00:00Z' }], ['find-time', { required: [who.person.membershipId], durationMinutes: 60, fromDate: '2026-12-01', toDate: '2026-12-14' }]],
  items: () => [['audience/preview', { kind: 'all' }]],
};

class Installation {
  heard: unknown[] = [];
  private sockets: Socket[] = [];

  private constructor(
    readonly server: TestServer,
    readonly story: Awaited<ReturnType<typeof section115>>,
    readonly stranger: Browser,
    /** She coordinates the meeting with the municipality, outside the audience. */
    readonly police: Browser,
    /** Whom one might invite. */
    readonly newcomer: Browser,
    readonly hidden: { id: string; documentId: string; listId: string },
  ) {}

  static async start(): Promise<Installation> {
    const server = await TestServer.start();
    // Every meeting more is asked for in every way by everybody.
    const story = await section115(server, { recurrence: { kind: 'weekly', ends: { count: 2 } } });
    const { coordinator, meetingId, officer } = story;
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
    expect((await coordinator.post(`/api/v1/series/${story.series.id}/changes`, { add: [police.person.membershipId], disclosureReason: 'Hun koordinerer for politiet.' })).status).toBe(200);
    const [first, , , , other] = openItems(await meetingOf(coordinator, meetingId)).map((entry) => entry.item);
    const list = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.perPerson)!.item;
    for (const item of [list, other!]) expect((await coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] })).status).toBe(200);
    // Something the officer sees, so that not seeing is not for want of anything to see.
    expect((await coordinator.post(`/api/v1/items/${first!.id}/decisions`, newDecision(officer))).status).toBe(201);
    const installation = new Installation(server, story, await server.signIn({ authorityId: taenktby, role: 'coordinator' }), police, await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 }), { id: other!.id, documentId: other!.documentId, listId: list.id });
    // What the setting up told is not part of what is compared.
    await server.running.app.get(DomainEvents).idle();
    for (const who of [officer, police, story.policeLeader, installation.stranger]) installation.listen(who);
    await until('the sockets are open', () => installation.sockets.every((socket) => socket.connected));
    return installation;
  }

  private listen(who: Browser): void {
    const socket = io(this.server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: this.server.origin } });
    socket.onAny((name: string, payload: unknown) => this.heard.push([name, payload]));
    this.sockets.push(socket);
  }

  /** Much happens in the closed items, and in a meeting that the officer takes no part in. */
  async work(): Promise<void> {
    const { coordinator, caseworker, meetingId } = this.story;
    for (const field of ['title', 'minutes'] as const) {
      const writer = await Writer.open(caseworker, this.hidden.documentId, field);
      writer.type('Kanariefugl i det lukkede punkt');
      await until('stored', () => writer.stored.length === 1);
      writer.close();
    }
    const recorded = await coordinator.post<{ id: string }>(`/api/v1/items/${this.hidden.id}/decisions`, newDecision(caseworker, { text: 'Kanariefugl i beslutningen' }));
    expect(recorded.status).toBe(201);
    expect((await this.story.leader.post(`/api/v1/decisions/${recorded.body.id}/return`, { comment: 'Kanariefugl i svaret' })).status).toBe(200);
    expect((await coordinator.post(`/api/v1/items/${this.hidden.id}/follow-ups`, { text: 'Kanariefugl i opfølgningen', ownerPersonId: caseworker.person.id, deadline: '2026-12-14' })).status).toBe(201);
    expect((await coordinator.put(`/api/v1/items/${this.hidden.id}/audience`, { kind: 'restricted', authorityIds: [], personIds: [coordinator.person.id, caseworker.person.id] })).status).toBe(200);
    const child = await coordinator.post<{ id: string; documentId: string }>(`/api/v1/items/${this.hidden.listId}/cases`, { caseReference: 'Sag 2026-555' });
    expect(child.status).toBe(201);
    const writer = await Writer.open(caseworker, child.body.documentId, 'minutes');
    writer.type('Kanariefugl hos barnet');
    await until('stored', () => writer.stored.length === 1);
    writer.close();
    // What each authority keeps for itself beside the item, and what else hangs on it.
    const did = async (asked: Promise<{ status: number; body: unknown }>) => {
      const { status, body } = await asked;
      expect([status < 300, body]).toEqual([true, body]);
      return body;
    };
    const at = `/api/v1/items/${this.hidden.id}`;
    const { own } = (await did(coordinator.put(`${at}/preparations/own`, {}))) as { own: { documentId: string } };
    const prepared = await Writer.open(coordinator, own.documentId, 'agenda');
    prepared.type('Kanariefugl i forberedelsen');
    await until('stored', () => prepared.stored.length === 1);
    prepared.close();
    await did(coordinator.post(`${at}/preparations/own/answer`, { answer: 'released' }));
    await did(coordinator.post(`${at}/embargoes`, { parties: ['parentOne'], reason: 'Kanariefugl i spærren', reviewAt: '2026-12-01T11:00:00Z' }));
    await did(coordinator.post(`/api/v1/meetings/${meetingId}/guests`, { name: 'Kanariefugl Gæst', organisation: 'Skolen', sector: 'school', purpose: 'school', mayWrite: true, to: '2026-12-08T11:00:00Z', itemId: this.hidden.id, disclosureReason: 'Skolen' }));
    await did(coordinator.put(`${at}/state`, { state: 'done' }));
    const elsewhere = await coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'section115CaseMeeting', startLocal: '2026-12-09T10:00', durationMinutes: 60, authorityIds: [], participantMembershipIds: [caseworker.person.membershipId] });
    expect([elsewhere.status, elsewhere.body]).toEqual([201, elsewhere.body]);
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/agenda/publish`)).status).toBe(200);
  }

  /** Every way in that a person can reach, and what comes back: from the lists on, through every id that is met. */
  async everythingSeenBy(who: Browser): Promise<Map<string, string>> {
    const answers = new Map<string, string>();
    const known: string[] = [];
    // The ids of the demo people are the same everywhere: those who stand on a list of people need no other name, and are no things to ask for.
    let meets = true;
    const name = (id: string): string => {
      if (!known.includes(id) && !meets) return id;
      if (!known.includes(id)) known.push(id);
      return `#${known.indexOf(id)}`;
    };
    const normal = (text: string): string => text.replace(uuid, name).replace(/[0-9a-f]{64}/g, '<hash>').replace(/"cursor":"[^"]+"/g, '"cursor"');
    const ask = async (method: string, path: string, body?: object): Promise<number> => {
      const answer = await fetched(who, method, path, body);
      const text = await readable(path, answer);
      // [V14.3.2] Nothing of this is kept by the browser or on the way.
      if (method === 'GET') expect([path, answer.headers.get('cache-control')]).toEqual([path, 'no-store']);
      const etag = answer.headers.get('etag');
      // A validator says no more than the body does: it is its length and digest, or a version that stands in it.
      const said = etag?.startsWith('W/') === true && /json/.test(answer.headers.get('content-type') ?? '') ? etag === expressTag(text) : etag;
      answers.set(`${method} ${normal(path)} ${normal(JSON.stringify(body ?? null))}`, `${answer.status} ${said} ${normal(text)}`);
      return answer.status;
    };
    for (const list of [...this.routesWithoutId(), ...queried]) {
      meets = !list.startsWith('authorities/');
      await ask('GET', `/api/v1/${list}`);
    }
    meets = true;
    // [CF4] What her calendar program fetches, with a link of her own on each.
    const { body: made } = await who.post<{ link: string }>('/api/v1/calendar-feed');
    const feed = await fetch(made.link);
    answers.set('calendar feed', `${feed.status} ${normal((await feed.text()).replaceAll('\r\n ', '').replaceAll(this.server.origin, ''))}`);
    for (const query of ['kanariefugl', 'familie', 'sag 2026-555', 'punkt', 'politi']) await ask('POST', '/api/v1/search', { query, limit: 50 });
    const nouns = this.readingRoutes();
    for (let n = 0; n < known.length; n++) {
      for (const [noun, ways] of nouns) {
        if ((await ask('GET', `/api/v1/${noun}/${known[n]}`)) !== 200) continue;
        for (const way of ways) await ask('GET', `/api/v1/${noun}/${known[n]}${way}`);
        for (const [way, body] of previews[noun]?.(who, this) ?? []) await ask('POST', `/api/v1/${noun}/${known[n]}/${way}`, body);
      }
      await ask('POST', `/api/v1/documents/${known[n]}/ticket`, {}).then(() => answers.set(`ticket ${n}`, (answers.get(`POST /api/v1/documents/#${n}/ticket {}`) ?? '').split(' ')[0]!));
      answers.delete(`POST /api/v1/documents/#${n}/ticket {}`);
    }
    return answers;
  }

  private getRoutes(): string[] {
    const { router } = this.server.running.app.getHttpAdapter().getInstance() as { router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] } };
    return router.stack.flatMap(({ route }) => (route?.methods.get === true && route.path.startsWith('/api/v1/') ? [route.path.slice('/api/v1/'.length)] : []));
  }

  private routesWithoutId(): string[] {
    const routes = this.getRoutes().filter((path) => !path.includes(':'));
    expect(Object.keys(saysNothing).filter((path) => !routes.includes(path))).toEqual([]);
    return routes.filter((path) => !(path in saysNothing));
  }

  /** The GET routes below one thing, of the things that can be read by their id. */
  private readingRoutes(): [string, string[]][] {
    const paths = this.getRoutes().map((path) => `/api/v1/${path}`);
    return paths
      .flatMap((path) => /^\/api\/v1\/([\w-]+)\/:id$/.exec(path)?.[1] ?? [])
      .map((noun) => [noun, paths.filter((path) => path.startsWith(`/api/v1/${noun}/:id/`) && !path.slice(8).includes('/:', 5 + noun.length)).map((path) => path.slice(`/api/v1/${noun}/:id`.length))]);
  }

  /** How the collaboration socket answers somebody who knows the id of the closed document. */
  knock(who: Browser, documentId: string): Promise<string> {
    return new Promise((done) => {
      const socket = new WebSocket(`${this.server.origin.replace('http', 'ws')}/yjs/${documentId}`, { headers: { cookie: who.cookie, origin: this.server.origin } });
      socket.on('unexpected-response', (_request, response) => done(`HTTP ${response.statusCode} ${JSON.stringify(Object.keys(response.headers).sort())}`));
      socket.on('close', (code, reason) => done(`${code} ${reason.toString()}`));
      socket.on('error', (error) => done(error.message));
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.close();
    await this.server.stop();
  }
}

interface Fetched {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
}

async function fetched(who: Browser, method: string, path: string, body?: object): Promise<Fetched> {
  const response = await fetch(who.origin + path, { method, headers: { cookie: who.cookie, origin: who.origin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** What a program reads out of a file: all that stands in it, ids that need normalising among it. */
async function readable(path: string, { status, headers, bytes }: Fetched): Promise<string> {
  const type = headers.get('content-type') ?? '';
  if (status !== 200 || !/pdf|sheet/.test(type)) return Buffer.from(bytes).toString();
  if (type.includes('sheet')) return Object.entries(unzipSync(bytes)).map(([name, file]) => `${name}\n${strFromU8(file)}`).join('\n');
  const { text, title, outline, pages, metadata, attachment } = await readPdf(bytes);
  // An id may run over the end of a line: as it was before its lines were joined, without the hyphens that joining takes.
  const joined = squeezed(text).replace(/([0-9a-f]{8})([0-9a-f]{4})([47][0-9a-f]{3})([89ab][0-9a-f]{3})([0-9a-f]{12})/g, '$1-$2-$3-$4-$5');
  return JSON.stringify({ path, text: joined, title, outline, pages, metadata: metadata.replace(/(Document|[Ii]nstance)ID>[^<]*</g, ''), attachment });
}

function expressTag(body: string): string {
  return `W/"${Buffer.byteLength(body).toString(16)}-${createHash('sha1').update(body).digest('base64').slice(0, 27)}"`;
}

describe('somebody outside the audience of an item', () => {
  it('[AC6, AC12] cannot tell by anything she can reach what is in it, or whether anything is', async () => {
    const outsiders: [string, (one: Installation) => Browser][] = [
      ['a participant', (one) => one.story.officer],
      ['a coordinator who takes part', (one) => one.police],
      ['a leader who takes no part', (one) => one.story.policeLeader],
      ['a coordinator elsewhere', (one) => one.stranger],
    ];
    await quiet.story.coordinator.post(`/api/v1/meetings/${quiet.story.meetingId}/agenda/publish`);
    await busy.work();

    for (const [name, of] of outsiders) {
      const [here, there] = [await quiet.everythingSeenBy(of(quiet)), await busy.everythingSeenBy(of(busy))];
      expect([name, [...there]]).toEqual([name, [...here]]);
      expect([...there.values()].join('\n')).not.toMatch(/kanariefugl|2026-555/i);
      // The crawl went somewhere: a participant reaches items, documents and a decision.
      expect([name, here.size]).toEqual([name, name === 'a participant' ? expect.any(Number) : here.size]);
      if (name === 'a participant') expect([...here.keys()].filter((key) => /items\/#\d+ |decisions\/#\d+ |minutes\.html/.test(key)).length).toBeGreaterThan(10);
    }
    // An agenda that is sent out is told live to those who take part, and nothing else is told to anybody of them.
    await until('the officer heard of the agenda', () => quiet.heard.length > 0 && busy.heard.length > 0);
    const names = (one: Installation) => one.heard.map((event) => JSON.stringify(event).replace(uuid, '#'));
    expect(names(busy)).toEqual(names(quiet));
  }, 240_000);

  it('[AC6] nor by a moment later, byte for byte, when more happens in it and its minutes are sent', async () => {
    const { officer, meetingId, coordinator, caseworker } = busy.story;
    busy.server.clock.advance({ hours: 24 * 14 + 5 });
    const back = await busy.server.signIn({ authorityId: officer.person.authority.id, role: 'participant' });
    const boss = await busy.server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const look = async () => {
      const paths = [`meetings/${meetingId}`, `meetings/${meetingId}/minutes`, ...['json', 'html', 'pdf'].flatMap((format) => [`meetings/${meetingId}/documents/agenda.${format}`, `meetings/${meetingId}/documents/minutes.${format}`]), 'decisions?limit=100', 'notifications', 'follow-ups'];
      return Promise.all(paths.map(async (path) => { const answer = await back.get<unknown>(`/api/v1/${path}`); return [path, answer.status, answer.headers.get('etag'), answer.headers.get('content-length'), JSON.stringify(answer.body)]; }));
    };
    const before = await look();
    expect((await boss.post(`/api/v1/items/${busy.hidden.id}/decisions`, newDecision(caseworker, { deadline: '2026-12-24' }))).status).toBe(201);
    expect((await boss.put(`/api/v1/items/${busy.hidden.id}/state`, { state: 'open' })).status).toBe(200);
    expect(await look()).toEqual(before);
    await send(boss, meetingId);
    expect(JSON.stringify(await look())).not.toMatch(/kanariefugl|2026-555/i);
    expect(coordinator.person.id).toBe(boss.person.id);
  }, 60_000);

  it('[AC12] nor at the socket, which answers the closed document as one that is not there', async () => {
    for (const who of [busy.story.officer, busy.stranger, busy.server.stranger()])
      expect(await busy.knock(who, busy.hidden.documentId)).toBe(await busy.knock(who, '01890000-0000-7000-8000-000000000000'));
  });
});
