import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { io, type Socket } from 'socket.io-client';
import { readSessionToken, sessionCookie } from '@lib/access/session-cookie.js';
import { Sessions } from '@lib/access/sessions.service.js';
import { Config } from '@lib/platform/config.js';
import { livePath } from '@lib/contracts/live.js';
import { securityHeaders } from '../apps/server/src/server.js';
import { boernehusHovedstaden, Browser, eksempelby, nordsjaelland, taenktby, TestServer } from './support/test-server.js';
import { meetingOf, newDecision, openItems, section115, type Meeting } from './support/story.js';
import { Writer } from './support/writer.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await section115(server)));

const canary = 'Kanariefugl i minegangen';

/** Narrows item 3 (the police list) to the municipality and puts secrets into it. */
async function narrowed() {
  const { coordinator, caseworker, meetingId } = story;
  const item = openItems(await meetingOf(coordinator, meetingId))[2]!.item;
  const answer = await coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
  expect(answer.status).toBe(200);
  const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: canary, reasons: canary }));
  expect(decision.status).toBe(201);
  return { item, decisionId: decision.body.id };
}

describe('a narrowed item', () => {
  it('[AC6] [MT3] is “Lukket punkt” and its time for those outside, and nothing more', async () => {
    const { officer, caseworker, meetingId } = story;
    const { item } = await narrowed();
    const outside = await meetingOf(officer, meetingId);
    expect(outside.outline[2]).toEqual({ closed: true, parentId: null, startInstant: '2026-12-07T12:13:00Z', endInstant: '2026-12-07T12:38:00Z' });
    expect(JSON.stringify(outside)).not.toContain(item.id);
    expect(JSON.stringify(outside)).not.toContain(item.documentId);
    expect(JSON.stringify(outside)).not.toContain(item.title);
    expect(openItems(outside).map((entry) => entry.number)).toEqual(['1', '2', '4', '5', '6', '7']);
    expect(openItems(await meetingOf(caseworker, meetingId))).toHaveLength(7);
  });

  it('[AC12] answers outsiders on every path exactly as what does not exist', async () => {
    const { officer, policeLeader, meetingId } = story;
    const { item, decisionId } = await narrowed();
    const missing = '01890000-0000-7000-8000-000000000000';
    const paths = (itemId: string, documentId: string, decision: string): [string, string, unknown?][] => [
      ['GET', `/api/v1/items/${itemId}`],
      ['GET', `/api/v1/items/${itemId}/decisions`],
      ['GET', `/api/v1/items/${itemId}/decision-options`],
      ['POST', `/api/v1/items/${itemId}/decisions`, newDecision(officer)],
      ['PUT', `/api/v1/items/${itemId}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' }],
      ['POST', `/api/v1/meetings/${meetingId}/items`, { title: 'Efter', plannedMinutes: 5, outputType: 'discussion', afterItemId: itemId }],
      ['POST', `/api/v1/documents/${documentId}/ticket`, {}],
      ['GET', `/api/v1/decisions/${decision}`],
      ['POST', `/api/v1/decisions/${decision}/confirm`, {}],
      ['POST', `/api/v1/decisions/${decision}/return`, { comment: 'Hvorfor?' }],
    ];
    for (const outsider of [officer, policeLeader, await server.signIn({ authorityId: taenktby, role: 'leader' })]) {
      const real = paths(item.id, item.documentId, decisionId);
      const none = paths(missing, missing, missing);
      for (const [n, [method, path, body]] of real.entries()) {
        const a = await outsider.send<{ status: number }>(method, path, body);
        const b = await outsider.send<{ status: number }>(none[n]![0], none[n]![1], none[n]![2]);
        expect({ path, status: a.status, body: a.body }).toEqual({ path, status: b.status, body: b.body });
        expect(a.status).toBeGreaterThanOrEqual(400);
      }
      const log = await outsider.get<{ decisions: unknown[] }>('/api/v1/decisions?limit=100');
      expect(JSON.stringify(log.body)).not.toContain(canary);
    }
  });

  it('[AC14] changes nothing at all for outsiders when it is edited, decided in or narrowed further', async () => {
    const { officer, coordinator, caseworker, meetingId } = story;
    const { item } = await narrowed();
    const look = async () => {
      const meeting = await officer.get<Meeting>(`/api/v1/meetings/${meetingId}`);
      const log = await officer.get('/api/v1/decisions');
      return JSON.stringify([meeting.body, meeting.headers.get('etag'), meeting.headers.get('content-length'), log.body, log.headers.get('etag')]);
    };
    const before = await look();
    await coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: 'En mere' }));
    await coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [], personIds: [coordinator.person.id] });
    expect(await look()).toBe(before);
    expect((await caseworker.get(`/api/v1/items/${item.id}`)).status).toBe(404);
    await coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' });
    expect((await officer.get(`/api/v1/items/${item.id}`)).status).toBe(200);
  });

  it('[AC8] is narrowed by a coordinator who sees it, to people of the meeting, herself among them', async () => {
    const { officer, caseworker, coordinator, meetingId } = story;
    const item = openItems(await meetingOf(officer, meetingId))[2]!.item;
    const put = (who: Browser, body: unknown) => who.put<{ code: string }>(`/api/v1/items/${item.id}/audience`, body);
    expect((await put(officer, { kind: 'restricted', authorityIds: [nordsjaelland] })).status).toBe(403);
    expect((await put(caseworker, { kind: 'restricted', authorityIds: [eksempelby] })).status).toBe(403);
    expect((await put(coordinator, { kind: 'restricted', authorityIds: [nordsjaelland] })).body.code).toBe('own-access-needed');
    expect((await put(coordinator, { kind: 'restricted', authorityIds: [eksempelby, boernehusHovedstaden] })).body.code).toBe('invalid-input');
    expect((await put(coordinator, { kind: 'restricted' })).body.code).toBe('own-access-needed');
    expect((await put(coordinator, { kind: 'some' })).body.code).toBe('invalid-input');
    expect((await officer.get(`/api/v1/items/${item.id}`)).status).toBe(200);
  });
});

describe('a meeting', () => {
  it('[AC3] does not exist for those who take no part, be they its authority’s leader', async () => {
    const { meetingId, leader, policeLeader } = story;
    for (const outsider of [leader, policeLeader, await server.signIn({ authorityId: taenktby, role: 'coordinator' })]) {
      expect((await outsider.get(`/api/v1/meetings/${meetingId}`)).status).toBe(404);
      expect((await outsider.get<{ meetings: unknown[] }>('/api/v1/meetings')).body.meetings).toEqual([]);
    }
  });

  it('[AC5] gets new items from its coordinators', async () => {
    const { meetingId, coordinator, caseworker, officer } = story;
    const body = { title: 'Ny dreng i 7. klasse', plannedMinutes: 10, outputType: 'discussion' };
    expect((await caseworker.post(`/api/v1/meetings/${meetingId}/items`, body)).status).toBe(403);
    const first = openItems(await meetingOf(coordinator, meetingId))[2]!.item;
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { ...body, afterItemId: first.id })).status).toBe(201);
    expect(openItems(await meetingOf(officer, meetingId))[3]!.item.title).toBe('Ny dreng i 7. klasse');
  });
});

describe('signing in', () => {
  it('[AC13] nobody gets anything without a session, and nothing after sign-out', async () => {
    const { meetingId, officer } = story;
    const cookie = officer.cookie;
    for (const path of [`/api/v1/meetings/${meetingId}`, '/api/v1/meetings', '/api/v1/decisions', '/api/v1/session', '/api/v1/authorities', '/api/v1/series', '/api/v1/meeting-kinds']) {
      expect((await server.stranger().get(path)).status).toBe(401);
    }
    const out = await officer.delete('/api/v1/session');
    // What the browser keeps goes; no other tab is thrown away with what is unsaved in it, and no sister site's cookie.
    expect([out.status, out.headers.get('clear-site-data')]).toEqual([200, '"cache", "storage"']);
    officer.cookie = cookie;
    expect((await officer.get('/api/v1/session')).status).toBe(401);
  });

  it('[AC15] ends after eight hours without use and after twelve in any case', async () => {
    const idle = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    const busy = await server.signIn({ authorityId: eksempelby, role: 'participant' });
    try {
      for (let hour = 0; hour < 11; hour += 1) {
        server.clock.advance({ hours: 1 });
        expect((await busy.get('/api/v1/session')).status).toBe(200);
      }
      expect((await idle.get('/api/v1/session')).status).toBe(401);
      server.clock.advance({ hours: 1 });
      expect((await busy.get('/api/v1/session')).status).toBe(401);
    } finally {
      server.clock.advance({ hours: -12 });
    }
  });

  it('[AC15] ends after as long without use as it was made to live, and as is configured since', async () => {
    const [made, kept] = [await server.signIn({ authorityId: eksempelby, role: 'leader' }), await server.signIn({ authorityId: eksempelby, role: 'leader' })];
    const rows = await server.unitOfWork.run((tx) => tx.query<{ id: string }>('SELECT id FROM session WHERE person_id = $1 AND ended_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 2', [made.person.id]));
    const idle = (id: string, minutes: number) => server.unitOfWork.run((tx) => tx.query('UPDATE session SET idle_minutes = $2 WHERE id = $1', [id, minutes]));
    const minutesOf = async (id: string) => (await server.unitOfWork.run((tx) => tx.query<{ idle_minutes: number }>('SELECT idle_minutes FROM session WHERE id = $1', [id])))[0]!.idle_minutes;
    // The newer one is `kept`.
    await idle(rows[1]!.id, 20);
    const config = server.running.app.get(Config);
    const configured = config.SAMRAAD_SESSION_IDLE_MINUTES;
    try {
      server.clock.advance({ minutes: 25 });
      expect([(await made.get('/api/v1/session')).status, (await kept.get('/api/v1/session')).status]).toEqual([401, 200]);
      expect((await kept.get<{ sessions: { id: string }[] }>('/api/v1/sessions')).body.sessions.map(({ id }) => id)).not.toContain(rows[1]!.id);
      await server.running.app.get(Sessions).endExpired();
      expect(await server.unitOfWork.run((tx) => tx.query('SELECT 1 FROM session WHERE id = $1 AND ended_at IS NOT NULL', [rows[1]!.id]))).toHaveLength(1);
      // Started anew with a shorter time.
      config.SAMRAAD_SESSION_IDLE_MINUTES = 30;
      await server.running.app.get(Sessions).shortenIdle();
      expect(await minutesOf(rows[0]!.id)).toBe(30);
      server.clock.advance({ minutes: 31 });
      expect((await kept.get('/api/v1/session')).status).toBe(401);
    } finally {
      config.SAMRAAD_SESSION_IDLE_MINUTES = configured;
      server.clock.advance({ minutes: -56 });
    }
  });

  it('sets a cookie that scripts cannot read and foreign sites do not send', async () => {
    const { body } = await server.stranger().get<{ clusters: { authorities: { people: { membershipId: string }[] }[] }[] }>('/api/v1/demo/people');
    const answer = await server.stranger().post('/api/v1/demo/sign-in', { membershipId: body.clusters[0]!.authorities[0]!.people[0]!.membershipId });
    expect(answer.headers.get('set-cookie')).toMatch(/^samraad_session=[\w-]{43}; (?=.*HttpOnly)(?=.*SameSite=Lax)(?=.*Path=\/)/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('over TLS takes the prefixed cookie only, which no sister site can plant', () => {
    const both = 'samraad_session=planted; __Host-samraad_session=own';
    expect(readSessionToken(both, true)).toBe('own');
    expect(readSessionToken('samraad_session=planted', true)).toBeNull();
    expect(readSessionToken('samraad_session=plain', false)).toBe('plain');
    expect(sessionCookie('own', true)).toMatch(/^__Host-samraad_session=own; (?=.*HttpOnly)(?=.*Secure)(?=.*Path=\/)(?!.*Domain)/);
  });

  it('[AC13] gives nothing from the instant its membership ends', async () => {
    const { officer } = story;
    const other = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    expect(other.person.membershipId).toBe(officer.person.membershipId);
    await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [officer.person.membershipId, server.clock.now().toString()]));
    try {
      expect((await officer.get('/api/v1/session')).status).toBe(401);
      expect((await officer.get(`/api/v1/meetings/${story.meetingId}`)).status).toBe(401);
    } finally {
      await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = NULL WHERE id = $1', [officer.person.membershipId]));
    }
  });

  it('refuses state changes from a foreign or an unnamed origin', async () => {
    const { coordinator } = story;
    const hostile = [`http://localhost:${server.running.port + 1}`, 'http://localhost', 'https://evil.example', 'null', `http://localhost:${server.running.port}.evil.example`, null];
    for (const origin of hostile) {
      const page = new Browser(server.origin, origin);
      page.cookie = coordinator.cookie;
      const answer = await page.post<{ code: string }>('/api/v1/series', {});
      expect([origin, answer.status, answer.body.code]).toEqual([origin, 403, 'origin-refused']);
      expect((await page.get('/api/v1/session')).status).toBe(200);
    }
  });

  it('[V3.5] tells a foreign page nothing by which its browser would hand it an answer', async () => {
    const foreign = { cookie: story.coordinator.cookie, origin: 'https://evil.example' };
    const asked = await Promise.all([
      fetch(`${server.origin}/api/v1/meetings`, { headers: foreign }),
      fetch(`${server.origin}/api/v1/meetings`, { method: 'OPTIONS', headers: { ...foreign, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } }),
      fetch(`${server.origin}${livePath}/?EIO=4&transport=polling`, { headers: foreign }),
    ]);
    for (const { headers, url } of asked) expect([url, [...headers.keys()].filter((name) => name.startsWith('access-control-'))]).toEqual([url, []]);
    expect(asked.map(({ status }) => status < 300)).toEqual([true, false, false]);
  });
});

describe('what every answer says to the browser', () => {
  const policy = "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';manifest-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'";
  const always = {
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'SAMEORIGIN',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
  };
  const notCompared = ['accept-ranges', 'connection', 'content-length', 'date', 'etag', 'keep-alive', 'last-modified', 'transfer-encoding'];
  const own = ({ headers }: { headers: Headers }) => Object.fromEntries([...headers].filter(([name]) => !notCompared.includes(name)));

  it('[V3.4] is exactly this, on a page and from the API', async () => {
    const page = await fetch(`${server.origin}/moeder`, { headers: { accept: 'text/html' } });
    expect([page.status, own(page)]).toEqual([200, { ...always, 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' }]);
    const answer = await story.coordinator.get('/api/v1/session');
    expect([answer.status, own(answer)]).toEqual([200, { ...always, 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8', vary: 'Accept-Language' }]);
    // Refused it is no less.
    const refused = await server.stranger().get('/api/v1/session');
    expect([refused.status, own(refused)]).toEqual([401, { ...always, 'cache-control': 'no-store', 'content-language': 'da', 'content-type': 'application/problem+json; charset=utf-8', vary: 'Accept-Language' }]);
  });

  it('[V3.4.1] where cookies are for TLS alone says that the site is too', async () => {
    const secure = express().use(securityHeaders({ secureCookies: true })).get('/', (_request, response) => void response.end()).listen(0, '127.0.0.1');
    await new Promise((done) => secure.once('listening', done));
    const { headers } = await fetch(`http://127.0.0.1:${(secure.address() as AddressInfo).port}/`);
    await new Promise((done) => secure.close(done));
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(headers.get('content-security-policy')).toBe(policy);
  });
});

describe('live events', () => {
  const listen = async (who: Browser, origin = server.origin): Promise<{ socket: Socket; heard: [string, unknown][] }> => {
    const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin }, reconnection: false, forceNew: true });
    const heard: [string, unknown][] = [];
    socket.onAny((name: string, payload: unknown) => heard.push([name, payload]));
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('connect_error', reject);
    });
    return { socket, heard };
  };
  const until = async (condition: () => boolean) => {
    for (let n = 0; n < 200 && !condition(); n += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(condition()).toBe(true);
  };

  it('[AC6] tell of a narrowed item only those who read it', async () => {
    const { officer, caseworker, coordinator, meetingId } = story;
    const { item } = await narrowed();
    const outside = await listen(officer);
    const inside = await listen(caseworker);
    const decided = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker));
    await until(() => inside.heard.some(([name]) => name === 'decision.changed'));
    // She is made responsible, which is told to her apart.
    expect(inside.heard.filter(([name]) => name !== 'notification.changed')).toEqual([['decision.changed', { decisionId: decided.body.id }]]);
    // Something the officer may hear, to know that what came before has arrived.
    await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title: 'Åbent', plannedMinutes: 5, outputType: 'information' });
    await until(() => outside.heard.length > 0);
    expect(outside.heard).toEqual([['meeting.changed', { meetingId }]]);
    outside.socket.close();
    inside.socket.close();
  });

  it('tell the leader of a decision of her authority', async () => {
    const { leader, policeLeader, caseworker, coordinator } = story;
    const mine = await listen(leader);
    const theirs = await listen(policeLeader);
    const item = openItems(await meetingOf(coordinator, story.meetingId))[2]!.item;
    await coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker));
    await until(() => mine.heard.length === 1);
    expect(theirs.heard).toEqual([]);
    mine.socket.close();
    theirs.socket.close();
  });

  it('[AC13] end with the session, and need one, and a page of ours', async () => {
    const { officer } = story;
    await expect(listen(server.stranger())).rejects.toThrow();
    await expect(listen(officer, 'https://evil.example')).rejects.toThrow();
    const { socket, heard } = await listen(officer);
    await officer.delete('/api/v1/session');
    await until(() => socket.disconnected);
    expect(heard).toEqual([['session.ended', {}]]);
    await expect(listen(officer)).rejects.toThrow();
  });

  it('[AC13] [AC15] end after twelve hours however much she does, at that instant, and so do the documents that she has open', async () => {
    const who = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    const { documentId } = openItems(await meetingOf(story.coordinator, story.meetingId))[0]!.item;
    try {
      for (let n = 0; n < 3; n += 1) {
        server.clock.advance({ hours: 3 });
        expect((await who.get('/api/v1/session')).status).toBe(200);
      }
      server.clock.advance({ hours: 2, minutes: 59, seconds: 59, milliseconds: 600 });
      const { socket, heard } = await listen(who);
      const writer = await Writer.open(who, documentId);
      expect((await who.get('/api/v1/session')).status).toBe(200);
      server.clock.advance({ milliseconds: 400 });
      const began = performance.now();
      await until(() => socket.disconnected && writer.closes.includes(4401));
      expect(performance.now() - began).toBeLessThan(1000);
      expect(heard).toEqual([]);
      writer.close();
    } finally {
      server.clock.advance({ hours: -12 });
    }
  });

  it('[AC15] end where nobody used the session for too long, by themselves, and go on where somebody did', async () => {
    const [idle, busy] = [await server.signIn({ authorityId: nordsjaelland, role: 'participant' }), await server.signIn({ authorityId: nordsjaelland, role: 'participant' })];
    const { documentId } = openItems(await meetingOf(story.coordinator, story.meetingId))[0]!.item;
    const sessionOf = async (who: Browser) => (await server.running.app.get(Sessions).fromToken(who.cookie.split('=')[1]!))!.id;
    const ids = [await sessionOf(idle), await sessionOf(busy)];
    // A use is written down once a minute at most: what follows is none.
    await server.unitOfWork.run((tx) => tx.query('UPDATE session SET idle_minutes = 1 WHERE id = ANY($1::uuid[])', [ids]));
    try {
      server.clock.advance({ seconds: 59, milliseconds: 600 });
      const open = await Promise.all([idle, busy].map(async (who) => ({ ...(await listen(who)), writer: await Writer.open(who, documentId) })));
      await server.unitOfWork.run((tx) => tx.query('UPDATE session SET last_seen_at = $2 WHERE id = $1', [ids[1], server.clock.now().toString()]));
      server.clock.advance({ milliseconds: 400 });
      const began = performance.now();
      await until(() => open[0]!.socket.disconnected && open[0]!.writer.closes.includes(4401));
      expect(performance.now() - began).toBeLessThan(1000);
      // Both were asked at the same instant.
      await new Promise((done) => setTimeout(done, 500));
      expect([open[1]!.socket.connected, open[1]!.writer.closes]).toEqual([true, []]);
      for (const { socket, writer } of open) {
        socket.close();
        writer.close();
      }
    } finally {
      server.clock.advance({ minutes: -1 });
    }
  });

  it('[AC80] close with all sessions of a person when her access is taken away, and nobody else’s', async () => {
    const { officer, coordinator } = story;
    const sameElsewhere = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    const sessions = server.running.app.get(Sessions);
    const open = await Promise.all([officer, sameElsewhere, coordinator].map((who) => listen(who)));
    const ended = await server.unitOfWork.run((tx) => sessions.endAllOf(tx, { personId: officer.person.id }));
    await until(() => open[0]!.socket.disconnected && open[1]!.socket.disconnected);
    expect(ended).toBeGreaterThanOrEqual(2);
    for (const who of [officer, sameElsewhere]) expect((await who.get('/api/v1/session')).status).toBe(401);
    expect((await coordinator.get('/api/v1/session')).status).toBe(200);
    expect(open[2]!.socket.connected).toBe(true);
    open[2]!.socket.close();
  });

  it('[AC80] close with the sessions that act by a membership, save the one that is to go on', async () => {
    const { officer } = story;
    const [gone, goesOn] = [await server.signIn({ authorityId: nordsjaelland, role: 'participant' }), await server.signIn({ authorityId: nordsjaelland, role: 'participant' })];
    const sessions = server.running.app.get(Sessions);
    const kept = await sessions.fromToken(goesOn.cookie.split('=')[1]!);
    await server.unitOfWork.run((tx) => sessions.endAllOf(tx, { membershipId: officer.person.membershipId }, kept!.id));
    expect((await gone.get('/api/v1/session')).status).toBe(401);
    expect((await goesOn.get('/api/v1/session')).status).toBe(200);
  });

  it('[AC80] stay when what would have ended them is rolled back', async () => {
    const { officer } = story;
    const sessions = server.running.app.get(Sessions);
    const { socket } = await listen(officer);
    await expect(
      server.unitOfWork.run(async (tx) => {
        await sessions.endAllOf(tx, { personId: officer.person.id });
        throw new Error('the command failed');
      }),
    ).rejects.toThrow('the command failed');
    expect((await officer.get('/api/v1/session')).status).toBe(200);
    expect(socket.connected).toBe(true);
    socket.close();
  });
});
