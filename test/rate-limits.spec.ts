import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressKey, RateLimits } from '@lib/platform/rate-limits.service.js';
import { Config } from '@lib/platform/config.js';
import { startServer } from '../apps/server/src/server.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, openItems, section115 } from './support/story.js';
import { TestClock } from './support/test-clock.js';

let server: TestServer;
beforeAll(async () => {
  const clock = new TestClock();
  const running = await startServer(Object.assign(new Config(), { PORT: 0, SAMRAAD_DATA_DIR: 'memory:', SAMRAAD_DEMO_STORY: 'no' }), { clock });
  server = TestServer.of(running, clock);
}, 60_000);
afterAll(() => server.running.close());

describe('who asks too often', () => {
  /** All that twenty people may, who do nothing else. */
  const spentAt = async (kind: 'search' | 'export' | 'ticket' | 'socket', address: string, points: number) => {
    const limits = server.running.app.get(RateLimits);
    for (let n = 0; n < points; n += 1) await limits.spendOf(kind, `p${n % 20} of ${address}`, addressKey(address));
  };
  const at = (address: string) => ({ 'x-forwarded-for': address });
  const refused = (answer: { status: number; headers: Headers }) => [answer.status, Number(answer.headers.get('retry-after')) >= 1 && Number(answer.headers.get('retry-after')) <= 60];
  /** By doors, as SQL's LIKE has them: the tests' people are the same. */
  const onRecord = (who: Browser, doors: string) =>
    server.unitOfWork.run((tx) => tx.query<{ kind: string; route: string; object_kind: string | null; object_id: string | null; role: string; criterion: unknown }>(`SELECT kind, route, object_kind, object_id, role, criterion FROM trail_entry WHERE person_id = $1 AND rule = 'RL5' AND route LIKE $2 ORDER BY route`, [who.person.id, doors]));

  it('[RL1] for a search is told to wait and how long, while others search on', async () => {
    const [busy, calm] = [await server.signIn({ authorityId: eksempelby, role: 'coordinator' }), await server.signIn({ authorityId: nordsjaelland, role: 'participant' })];
    const search = (who: typeof busy) => who.post<{ code: string }>('/api/v1/search', { query: 'familie' });
    const answers = [];
    for (let n = 0; n < 61; n += 1) answers.push(await search(busy));
    expect(answers.slice(0, 60).every((one) => one.status === 200)).toBe(true);
    const refused = answers[60]!;
    expect([refused.status, refused.body.code]).toEqual([429, 'too-many-requests']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await search(calm)).status).toBe(200);
    expect((await busy.get('/api/v1/meetings')).status).toBe(200);
  });

  it('[RL1] for exports is refused in each of their forms together', async () => {
    const who = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    for (let n = 0; n < 60; n += 1) expect((await who.get('/api/v1/decision-log/export?format=csv')).status).toBe(200);
    for (const path of ['/api/v1/decision-log/export?format=xlsx', '/api/v1/decisions/export.pdf']) expect((await who.get(path)).status).toBe(429);
  }, 60_000);

  it('[RL1] for year plans that are worked out is refused; what stands is read all the same', async () => {
    const who = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const at = '/api/v1/year-plans/01890000-0000-7000-8000-000000000000/changes';
    const preview = async () => (await who.post(`${at}/preview`, { kind: 'renewed' })).status;
    expect(await preview()).toBe(404);
    const limits = server.running.app.get(RateLimits);
    for (let n = 0; n < 19; n += 1) await limits.spend('yearPlan', who.person.id);
    expect([await preview(), (await who.post(at, { kind: 'renewed', digest: '0'.repeat(64) })).status, (await who.post('/api/v1/year-plans', { year: 2027 })).status, (await who.get('/api/v1/year-plans')).status]).toEqual([429, 429, 429, 200]);
  });

  it('[RL3] about people’s time is refused by how many people’s days it would be told of, not by how often she asks', async () => {
    const who = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const other = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
    const limits = server.running.app.get(RateLimits);
    const ask = (asker: typeof who, toDate: string, more: object = {}) => asker.post<{ code?: string; detail?: string }>('/api/v1/find-time', { kindId: 'caseConsultation', required: [asker.person.membershipId], durationMinutes: 60, fromDate: '2026-12-07', toDate, quorate: false, ...more });
    // A meeting of thirty people over four weeks, asked three times, leaves 200: ten days of twenty people.
    for (let n = 0; n < 3; n += 1) await limits.spendPersonDays(who.person.id, 30 * 20);
    await limits.spendPersonDays(who.person.id, 179);
    // What is refused for its form takes nothing.
    expect((await ask(who, '2027-12-01', { earliest: '09:00', latest: '10:00' })).status).toBe(400);
    expect((await ask(who, '2026-12-11')).status).toBe(200);
    // A few days cost what the relaxations tell of, six; a year is told of by twenty.
    const refused = await ask(who, '2027-06-01');
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([429, 'too-many-requests', 'Der er spurgt om mange menneskers tid. Spørg om færre mennesker eller færre dage, eller vent.']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await ask(who, '2026-12-27')).status).toBe(200);
    expect((await ask(who, '2026-12-07')).status).toBe(429);
    expect((await ask(who, '2026-12-13', { fromDate: '2026-12-12' })).status).toBe(429);
    expect((await ask(other, '2027-06-01')).status).toBe(200);
    // [RL5] What the guard let pass and was too much all the same is on record too, once.
    expect(await onRecord(who, '%find-time')).toMatchObject([{ kind: 'refused', route: 'POST /find-time', object_id: null }]);
    expect(await onRecord(other, '%find-time')).toEqual([]);
  });

  it('[FT11] about one time counts as six days of everybody it tells of, and of twenty people at least; outside usual hours it tells of nobody', async () => {
    const who = await server.signIn({ authorityId: boernehusHovedstaden, role: 'coordinator' });
    const colleague = await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant' });
    const made = await who.post<{ id: string }>('/api/v1/meetings', { kindId: 'caseConsultation', startLocal: '2026-12-08T10:00', durationMinutes: 60, authorityIds: [], participantMembershipIds: [colleague.person.membershipId] });
    expect(made.status).toBe(201);
    const limits = server.running.app.get(RateLimits);
    await limits.spendPersonDays(who.person.id, 2_000 - 20 * 6);
    const ask = async (startLocal: string) => (await who.post(`/api/v1/meetings/${made.body.id}/move-preview`, { startLocal, durationMinutes: 60 })).status;
    expect([await ask('2026-12-12T10:00'), await ask('2026-12-09T10:00'), await ask('2026-12-09T10:00'), await ask('2026-12-12T10:00')]).toEqual([200, 200, 429, 200]);
  });

  it('[RL4] about one person of another authority at one time is refused after sixty in a day, by whomever and in whichever meeting', async () => {
    const [who, colleague] = [await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' }), await server.signIn({ authorityId: nordsjaelland, role: 'participant' })];
    const caseworker = await server.signIn({ authorityId: eksempelby, role: 'participant' });
    const meeting = async (...people: (typeof who)[]) => {
      const made = await who.post<{ id: string }>('/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: '2026-12-08T10:00', durationMinutes: 60, authorityIds: people.map((one) => one.person.authority.id).filter((id) => id !== nordsjaelland), participantMembershipIds: people.map((one) => one.person.membershipId) });
      expect(made.status).toBe(201);
      return made.body.id;
    };
    const [one, other, own] = [await meeting(caseworker), await meeting(caseworker, colleague), await meeting(colleague)];
    const ask = (id: string) => who.post<{ detail?: string }>(`/api/v1/meetings/${id}/move-preview`, { startLocal: '2026-12-09T10:00', durationMinutes: 60 });
    const limits = server.running.app.get(RateLimits);
    const elsewhere = { personId: 'a colleague', authorityId: nordsjaelland };
    for (let n = 0; n < 59; n += 1) await limits.spendExactTime(elsewhere, 1, [caseworker.person.id]);
    expect((await ask(one)).status).toBe(200);
    const refused = await ask(other);
    expect([refused.status, refused.body.detail]).toEqual([429, 'Der er spurgt mange gange om, hvornår de samme mennesker kan. Find et tidspunkt med Find tid, eller vent.']);
    expect((await ask(own)).status).toBe(200);
    // What is refused takes nothing of anybody else's, and another authority has its own.
    await limits.spendExactTime(elsewhere, 1_941, []);
    await expect(limits.spendExactTime(elsewhere, 1, [])).rejects.toThrow('too-many-requests');
    await limits.spendExactTime({ personId: 'a stranger', authorityId: boernehusHovedstaden }, 1, [caseworker.person.id]);
  });

  it('[RL3] about more people than an hour allows can be asked once, and a day has its own end', async () => {
    const limits = server.running.app.get(RateLimits);
    await limits.spendPersonDays('once', 4_000);
    await expect(limits.spendPersonDays('once', 1)).rejects.toThrow('too-many-requests');
    const both = await Promise.allSettled([limits.spendPersonDays('twice', 1_500), limits.spendPersonDays('twice', 1_500)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('[RL1] [RL2] [RL5] searches and exports are limited by address as well, whoever of its people asks, and each refusal is on record once', async () => {
    const [one, other] = [await server.signIn({ authorityId: nordsjaelland, role: 'leader' }), await server.signIn({ authorityId: boernehusHovedstaden, role: 'leader' })];
    await spentAt('search', '192.0.2.50', 1_200);
    await spentAt('export', '192.0.2.50', 1_200);
    const search = (who: Browser, address: string) => who.post('/api/v1/search', { query: 'familie' }, at(address));
    const exported = (who: Browser, address: string, path: string) => who.send('GET', path, undefined, at(address));
    const paths = ['/api/v1/decision-log/export?format=csv', '/api/v1/decisions/export.pdf', '/api/v1/meetings/01890000-0000-7000-8000-000000000000/documents/minutes.json', '/api/v1/meetings/01890000-0000-7000-8000-000000000000/minutes/proof'];
    for (const who of [one, other]) {
      for (let n = 0; n < 3; n += 1) {
        expect(refused(await search(who, '192.0.2.50'))).toEqual([429, true]);
        for (const path of paths) expect([path, refused(await exported(who, '192.0.2.50', path))]).toEqual([path, [429, true]]);
      }
      expect((await search(who, '192.0.2.51')).status).toBe(200);
      expect((await exported(who, '192.0.2.51', paths[0]!)).status).toBe(200);
      // One for each door, however often it was tried: a flood does not fill the trail.
      const entry = { kind: 'refused', role: 'leader', object_kind: null, object_id: null, criterion: null };
      const meeting = { object_kind: 'meeting', object_id: '01890000-0000-7000-8000-000000000000' };
      expect(await onRecord(who, '%')).toEqual([
        { ...entry, route: 'GET /decision-log/export' },
        { ...entry, route: 'GET /decisions/export.pdf' },
        { ...entry, ...meeting, route: 'GET /meetings/{id}/documents/minutes.json' },
        { ...entry, ...meeting, route: 'GET /meetings/{id}/minutes/proof' },
        { ...entry, route: 'POST /search' },
      ]);
    }
  });

  it('[RL1] [RL2] [RL5] for tickets to documents is refused, by person and by address', async () => {
    const story = await section115(server);
    const { documentId } = openItems(await meetingOf(story.coordinator, story.meetingId))[0]!.item;
    const limits = server.running.app.get(RateLimits);
    const ask = (who: Browser, address: string) => who.post(`/api/v1/documents/${documentId}/ticket`, {}, at(address));
    for (let n = 0; n < 299; n += 1) await limits.spendOf('ticket', story.officer.person.id, 'elsewhere');
    expect((await ask(story.officer, '192.0.2.60')).status).toBe(200);
    for (let n = 0; n < 3; n += 1) expect(refused(await ask(story.officer, '192.0.2.61'))).toEqual([429, true]);
    expect((await ask(story.caseworker, '192.0.2.61')).status).toBe(200);
    await spentAt('ticket', '192.0.2.62', 6_000);
    expect([refused(await ask(story.caseworker, '192.0.2.62')), (await ask(story.caseworker, '192.0.2.63')).status]).toEqual([[429, true], 200]);
    const entry = { kind: 'refused', route: 'POST /documents/{id}/ticket', object_kind: 'document', object_id: documentId, criterion: null };
    expect([await onRecord(story.officer, '%ticket'), await onRecord(story.caseworker, '%ticket')]).toEqual([[{ ...entry, role: 'participant' }], [{ ...entry, role: 'participant' }]]);
  });

  /** An upgrade as a browser asks for one: its status, and after how many seconds to come back. */
  const upgrade = (path: string, headers: Record<string, string>) =>
    new Promise<[status: number, retryAfter: string | undefined]>((done, failed) => {
      const asked = request({ port: server.running.port, path, headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', origin: server.origin, ...headers } });
      asked.once('upgrade', ({ statusCode }, socket) => {
        socket.destroy();
        done([statusCode!, undefined]);
      });
      asked.once('response', (answer) => {
        answer.resume();
        done([answer.statusCode!, answer.headers['retry-after']]);
      });
      asked.once('error', failed).end();
    });

  it('[RL1] [RL2] [RL5] for sockets is refused by the answer to the upgrade, by person and by address, live and of documents', async () => {
    const story = await section115(server);
    const { documentId } = openItems(await meetingOf(story.coordinator, story.meetingId))[0]!.item;
    const limits = server.running.app.get(RateLimits);
    const ticket = async (who: Browser) => {
      const { status, body } = await who.post<{ ticket: string }>(`/api/v1/documents/${documentId}/ticket`);
      expect(status).toBe(200);
      return body.ticket;
    };
    const [hers, theirs] = [await ticket(story.coordinator), await ticket(story.caseworker)];
    const live = (who: Browser, address: string) => upgrade('/live/?EIO=4&transport=websocket', { cookie: who.cookie, ...at(address) });
    const byCookie = (who: Browser, address: string) => upgrade(`/yjs/${documentId}`, { cookie: who.cookie, ...at(address) });
    const byTicket = (token: string, address: string) => upgrade(`/yjs/${documentId}?ticket=${token}`, at(address));
    const [open, wait] = [[101, undefined], [429, expect.stringMatching(/^([1-9]|[1-5]\d|60)$/)]];

    // By person: on whichever of them, by whichever way she shows who she is, and wherever she sits.
    for (let n = 0; n < 297; n += 1) await limits.spendOf('socket', story.coordinator.person.id, 'elsewhere');
    expect([await live(story.coordinator, '192.0.2.70'), await byCookie(story.coordinator, '192.0.2.70'), await byTicket(hers, '192.0.2.70')]).toEqual([open, open, open]);
    expect([await live(story.coordinator, '192.0.2.71'), await byCookie(story.coordinator, '192.0.2.71'), await byTicket(hers, '192.0.2.72')]).toEqual([wait, wait, wait]);
    expect([await live(story.caseworker, '192.0.2.70'), await byTicket(theirs, '192.0.2.70')]).toEqual([open, open]);
    // Documents are restricted; that something happened, by ids, is not.
    expect(await onRecord(story.coordinator, 'socket%')).toMatchObject([{ kind: 'refused', route: 'socket /yjs/{id}', object_kind: 'document', object_id: documentId }]);

    // By address: whoever asks, also whom nobody knows.
    await spentAt('socket', '192.0.2.80', 1_200);
    expect([await live(story.caseworker, '192.0.2.80'), await byCookie(story.caseworker, '192.0.2.80'), await byTicket(theirs, '192.0.2.80'), await byTicket('x', '192.0.2.80')]).toEqual([wait, wait, wait, wait]);
    expect([await live(story.caseworker, '192.0.2.81'), await byTicket(theirs, '192.0.2.81')]).toEqual([open, open]);
    // A page that is not ours takes nothing of what she may, and a session that is not one is refused as before.
    expect(await upgrade('/live/?EIO=4&transport=websocket', { cookie: story.caseworker.cookie, origin: 'https://evil.example', ...at('192.0.2.81') })).toEqual([403, undefined]);
    expect(await upgrade(`/yjs/${documentId}`, { cookie: story.caseworker.cookie, origin: 'https://evil.example', ...at('192.0.2.81') })).toEqual([403, undefined]);
    expect(await live(server.stranger(), '192.0.2.81')).toEqual([403, undefined]);
  });

  it('[RL2] before it is known who, is counted by address, of IPv4 also where it is written as IPv6', async () => {
    await spentAt('socket', '127.0.0.1', 1_200);
    const limits = server.running.app.get(RateLimits);
    await expect(limits.spendOf('socket', null, addressKey('::ffff:127.0.0.1'))).rejects.toThrow('too-many-requests');
    await limits.spendOf('socket', null, addressKey('127.0.0.2'));
    expect(await upgrade('/yjs/01890000-0000-7000-8000-000000000000?ticket=x', {})).toEqual([429, expect.any(String)]);
  });

  it('[RL2] behind a proxy on this machine nobody uses up the sign-ins of others, nor the logouts that a provider tells', async () => {
    const setOut = (address: string) => fetch(`${server.origin}/api/v1/sign-in/nobody`, { redirect: 'manual', headers: { 'x-forwarded-for': address } });
    const statuses = new Set<number>();
    for (let n = 0; n < 300; n += 1) statuses.add((await setOut('192.0.2.1')).status);
    expect([...statuses]).toEqual([303]);
    expect((await setOut('192.0.2.1')).status).toBe(429);
    expect((await setOut('192.0.2.2')).status).toBe(303);
    const logout = await fetch(`${server.origin}/oidc/nobody/backchannel-logout`, { method: 'POST', headers: { 'x-forwarded-for': '192.0.2.1' }, body: new URLSearchParams({ logout_token: 'x' }) });
    expect(logout.status).toBe(404);
  });

  it('[CF9] a calendar program that polls too often is told when to come back, whether or not there is such a link', async () => {
    const who = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    const { body } = await who.post<{ link: string }>('/api/v1/calendar-feed');
    const other = await server.signIn({ authorityId: eksempelby, role: 'participant' });
    const { body: calm } = await other.post<{ link: string }>('/api/v1/calendar-feed');
    const ask = (link: string, address: string) => fetch(link, { headers: { 'x-forwarded-for': address } });
    for (const link of [body.link, `${server.origin}/ical/${'x'.repeat(43)}.ics`]) {
      const answers = [];
      for (let n = 0; n < 13; n += 1) answers.push(await ask(link, '192.0.2.20'));
      expect(new Set(answers.slice(0, 12).map((one) => one.status)).size).toBe(1);
      expect([answers[12]!.status, Number(answers[12]!.headers.get('retry-after')) > 0]).toEqual([429, true]);
    }
    expect((await ask(calm.link, '192.0.2.20')).status).toBe(200);
    const limits = server.running.app.get(RateLimits);
    for (let n = 0; n < 600; n += 1) await limits.spend('calendarAddress', addressKey('192.0.2.21'));
    expect([(await ask(calm.link, '192.0.2.21')).status, (await ask(calm.link, '192.0.2.22')).status]).toEqual([429, 200]);
  });

  it('[CF9] [CF11] a link to one’s calendar is made a few times, and no more notices than that', async () => {
    const [eager, calm] = [await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant' }), await server.signIn({ authorityId: boernehusHovedstaden, role: 'coordinator' })];
    const make = async (who: typeof eager) => (await who.post('/api/v1/calendar-feed')).status;
    const statuses = [];
    for (let n = 0; n < 7; n += 1) statuses.push(await make(eager));
    expect([statuses, await make(calm)]).toEqual([[...Array<number>(6).fill(201), 429], 201]);
    const { body } = await eager.get<{ notifications: { kind: string }[] }>('/api/v1/notifications');
    expect(body.notifications.filter(({ kind }) => kind === 'calendarLinkMade')).toHaveLength(6);
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:0db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('[RL2] %s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
