import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { until, Writer } from './support/writer.js';

let server: TestServer;
let somebody: Browser;
beforeAll(async () => {
  server = await TestServer.start();
  somebody = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
}, 60_000);
afterAll(() => server.stop());

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('bad input', () => {
  it.each([
    ['GET', '/api/v1/decisions?authorityId=%00'],
    ['GET', '/api/v1/meetings?from=2026-01-01T00:00:00'],
    ['GET', '/api/v1/meetings?from=%2B275000-01-01T00:00:00Z'],
    ['GET', '/api/v1/meetings?limit=1&limit=2'],
    ['GET', `/api/v1/meetings?cursor=${cursor(['2026-01-01T00:00:00.000Z', '-'.repeat(36)])}`],
    ['GET', `/api/v1/meetings?cursor=${cursor(['+275000-01-01T00:00:00.000Z', '01890000-0000-7000-8000-000000000000'])}`],
    ['GET', `/api/v1/meetings?cursor=${cursor([7, ['x']])}`],
    ['GET', `/api/v1/follow-ups?cursor=${cursor(['2026 (x)', '01890000-0000-7000-8000-000000000000'])}`],
    ['GET', `/api/v1/follow-ups?cursor=${cursor({ length: 2 })}`],
    ['GET', `/api/v1/follow-ups?cursor=${cursor(['2026-02-31', '01890000-0000-7000-8000-000000000000'])}`],
    ['GET', '/api/v1/decisions?cursor=--'],
    ['GET', '/api/v1/meetings/%2e%2e%2fsession'],
    ['GET', '/api/v1/meetings/not-a-uuid'],
    ['GET', '/api/v1/authorities/__proto__/people'],
    ['GET', '/api/v1/nothing'],
    ['POST', '/api/v1/series', '{"kindId":'],
    ['POST', '/api/v1/series', '"text"'],
    ['POST', '/api/v1/series', '{"__proto__":{"admin":true}}'],
    ['POST', '/api/v1/series', '{"kindId":"a\\u0000b"}'],
    ['POST', '/api/v1/series', '{"kindId":DEEP}'],
    ['POST', '/api/v1/demo/sign-in', '{"membershipId":DEEP}'],
    ['POST', '/api/v1/demo/sign-in', '{"membershipId":"01890000-0000-7000-8000-000000000000"}'],
    ['POST', '/api/v1/demo/sign-in', 'LONG'],
    ['PUT', '/api/v1/session/acting', '{"membershipId":["x"]}'],
    ['POST', '/nothing', '{}'],
    ['GET', '/health/nothing'],
    ['DELETE', '/api/v1/series'],
    // A row shorter than the function's parameters would be given Jest's `done` instead, hence the rest parameter below.
  ])('is refused as a problem in Danish: %s %s', async (...[method = '', path = '', body]: string[]) => {
    const answer = await somebody.send<{ code: string; title: string; status: number }>(method, path, body?.replace('DEEP', deep).replace('LONG', 'x'.repeat(300_000)));
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.title).toMatch(/[a-zæøå]/);
  });

  it('says of each field the one thing that explains most', async () => {
    const browser = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const { body } = await browser.post<{ errors: { field: string; message: string }[] }>('/api/v1/series', { kindId: 7, startLocal: '2026-12-07T13:00', recurrence: { kind: 'weekly' }, durationMinutes: '60', authorityIds: [['x']], participantMembershipIds: ['x'] });
    expect(Object.fromEntries(body.errors.map((error) => [error.field, error.message]))).toEqual({
      kindId: 'Skal være tekst.',
      durationMinutes: 'Skal være et helt tal.',
      authorityIds: 'Skal være tekst.',
      participantMembershipIds: 'Vælg fra listen.',
    });
  });
});

describe('whoever looks for a way in', () => {
  /** As a browser never asks: any method, the path as it is. */
  const raw = (method: string, path: string) =>
    new Promise<{ status: number; headers: object; text: string }>((done, failed) => {
      const asked = request({ port: server.running.port, method, path, headers: { cookie: somebody.cookie, 'x-canary': 'kanariefugl' } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => done({ status: answer.statusCode!, headers: answer.headers, text }));
      });
      asked.on('error', failed).end();
    });

  it('[V13.4] gets no echo of TRACE, no listing of a folder, no file beside the pages', async () => {
    const looks: [string, string][] = [['TRACE', '/'], ['TRACE', '/api/v1/session'], ['TRACE', '/health/live'], ['GET', '/assets/'], ['GET', '/assets'], ['GET', '/assets/../../server/main.js'], ['GET', '/assets/%2e%2e/%2e%2e/%2e%2e/package.json']];
    for (const [method, path] of looks) {
      const { status, headers, text } = await raw(method, path);
      expect([method, path, status >= 300 && status < 500]).toEqual([method, path, true]);
      expect(`${JSON.stringify(headers)} ${text}`).not.toMatch(/kanariefugl|samraad_session|index-|"dependencies"/);
    }
    // What is no file is a page, and never a file of the server.
    for (const path of ['/.env', '/package.json', '/../../package.json', '/.git/config']) expect([path, (await raw('GET', path)).text]).toEqual([path, expect.not.stringMatching(/"dependencies"|repositoryformatversion/)]);
  });

  it('[V13.4] [V16.5] is told nothing of what the server is made of when it fails', async () => {
    const faults = [await somebody.send<object>('POST', '/api/v1/series', '{"kindId":'), await somebody.get<object>('/api/v1/nothing'), await somebody.get<object>('/api/v1/meetings?cursor=--')];
    for (const { headers, body } of faults) expect([headers.get('server'), headers.get('x-powered-by'), JSON.stringify(body)]).toEqual([null, null, expect.not.stringMatching(/node_modules|\.ts|\.js|    at |SELECT|express|nest/i)]);
  });
});

describe('two at once', () => {
  it('adding items at the same place gives each its own', async () => {
    const { coordinator, meetingId } = await section115(server);
    const first = openItems(await meetingOf(coordinator, meetingId))[0]!.item.id;
    const add = (n: number) => coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title: `Nyt ${n}`, plannedMinutes: 5, outputType: 'discussion', afterItemId: first });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => add(n)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => 201));
    expect((await add(9)).status).toBe(201);
    expect(openItems(await meetingOf(coordinator, meetingId)).slice(1, 10).every((entry) => entry.item.title.startsWith('Nyt'))).toBe(true);
  });

  it('[AC9] a decision that meets a narrowing is taken before it or refused, never after', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { coordinator, caseworker, officer, meetingId, policeLeader } = await section115(server);
      const item = openItems(await meetingOf(coordinator, meetingId))[2]!.item;
      const [narrowed, decided] = await Promise.all([
        coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby] }),
        caseworker.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, { ...newDecision(officer), decidingAuthorityId: nordsjaelland }),
      ]);
      expect(narrowed.status).toBe(200);
      if (decided.status === 201) {
        // It was recorded while the police could still see the item: its readers had it before it was narrowed.
        expect((await policeLeader.get(`/api/v1/decisions/${decided.body.id}`)).status).toBe(200);
      } else expect(decided.status).toBe(400);
    }
  });
});

describe('a title', () => {
  it('reaches lists in the bounds of the form: short, on one line, without CPR numbers', async () => {
    const { coordinator, officer, meetingId } = await section115(server);
    const item = openItems(await meetingOf(coordinator, meetingId))[2]!.item;
    const writer = await Writer.open(officer, item.documentId);
    writer.type(`\n010190-1234 ${'æ'.repeat(300)}`);
    await until('stored', () => writer.stored.length === 1);
    let title = '';
    for (let n = 0; n < 200 && !title.includes('fjernet'); n += 1) {
      title = openItems(await meetingOf(coordinator, meetingId))[2]!.item.title;
      await new Promise((done) => setTimeout(done, 25));
    }
    expect(title).toMatch(/^Nye børn og unge på politiets liste \[CPR-nummer fjernet\] æ+…$/);
    expect(title).toHaveLength(200);
    writer.close();
  });
});

describe('signing in again', () => {
  it('ends the session that the browser had before', async () => {
    const browser = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const former = browser.cookie;
    await browser.post('/api/v1/demo/sign-in', { membershipId: browser.person.membershipId });
    expect((await browser.get('/api/v1/session')).status).toBe(200);
    browser.cookie = former;
    expect((await browser.get('/api/v1/session')).status).toBe(401);
  });
});
