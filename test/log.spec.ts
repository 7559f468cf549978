import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import WebSocket from 'ws';
import { DomainEvents } from '@lib/platform/events.service.js';
import { faultOf, log } from '@lib/platform/log.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { eksempelby, TestServer, type Browser } from './support/test-server.js';

interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  minimum?: number;
  allOf?: Schema[];
  oneOf?: Schema[];
}
interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
const api = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };
const resolve = (schema: Schema): Schema => {
  if (schema.$ref !== undefined) return resolve(api.components.schemas[schema.$ref.split('/').at(-1)!]!);
  const [only] = schema.allOf ?? schema.oneOf ?? [];
  return only === undefined ? schema : resolve(only);
};
const operations = Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));

const canary = 'Kanariefugl';
const nobody = '01890000-0000-7000-8000-000000000000';

let server: TestServer;
let browser: Browser;
let ids: Record<string, string>;
let said = '';
const level = log.level;
const spies: { mockRestore(): void }[] = [];

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr])
    spies.push(
      jest.spyOn(stream, 'write').mockImplementation((chunk: unknown) => {
        said += String(chunk);
        return true;
      }),
    );
  log.level = 'trace';
  server = await TestServer.start();
  const { coordinator, caseworker, series, meetingId } = await section115(server);
  browser = coordinator;
  const { item } = openItems(await meetingOf(coordinator, meetingId))[0]!;
  const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: `${canary} besluttes`, reasons: canary }));
  const followUp = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/follow-ups`, { text: canary, ownerPersonId: caseworker.person.id, deadline: '2026-12-14' });
  ids = { series: series.id, meetings: meetingId, items: item.id, documents: item.documentId, decisions: decision.body.id, 'follow-ups': followUp.body.id, authorities: encodeURIComponent(eksempelby) };
}, 60_000);
afterAll(async () => {
  await server.stop();
  log.level = level;
  for (const spy of spies) spy.mockRestore();
});

const pathOf = (path: string): string => path.replace(/\/api\/v1\/([^/]+)\/\{\w+\}/, (_whole, noun: string) => `/api/v1/${noun}/${ids[noun] ?? nobody}`).replace(/\{\w+\}/g, nobody);

/** Something the schema takes, with the canary in every text. */
function planted(schema: Schema, depth = 0): unknown {
  const { type, format, enum: choices, items, properties, minimum } = resolve(schema);
  if (choices !== undefined) return choices[0];
  if (type === 'array') return depth > 3 || items === undefined ? [] : [planted(items, depth + 1)];
  if (type === 'integer' || type === 'number') return minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'object' || properties !== undefined) return Object.fromEntries(Object.entries(properties ?? {}).map(([name, one]) => [name, planted(one, depth + 1)]));
  if (format === 'uuid') return ids.items;
  if (format === 'date') return '2026-12-14';
  if (format === 'date-time') return '2026-12-14T12:00:00Z';
  return canary;
}

/** Every operation, with the canary in query, body and headers, in forms that fit and forms that do not. */
async function plantEverywhere(): Promise<void> {
  for (const { method, path, operation } of operations) {
    // Ends the session, or changes who acts.
    if (path === '/api/v1/session' || path.endsWith('/acting') || path.includes('/demo/')) continue;
    const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => `${name}=${canary}`);
    const target = `${pathOf(path)}?${[...query, `ukendt=${canary}`].join('&')}`;
    const schema = operation.requestBody?.content['application/json']?.schema;
    const headers = { 'user-agent': canary, 'if-match': `"${canary}"`, 'idempotency-key': canary };
    if (schema === undefined) {
      await browser.send(method, target, undefined, headers);
      await browser.send(method, pathOf(path));
      continue;
    }
    const body = planted(schema) as Record<string, unknown>;
    await browser.send(method, pathOf(path), body);
    await browser.send(method, target, { ...body, [canary]: canary }, headers);
    await browser.send(method, pathOf(path), `{"${canary}`, headers);
  }
}

const lines = () => said.split('\n').filter((line) => line.startsWith('{'));

describe('the application log', () => {
  it('says nothing of what people write, however it is sent', async () => {
    await plantEverywhere();
    await browser.send('GET', `/api/v1/${canary}`);
    await browser.send('GET', `/${canary}?${canary}=${canary}`);
    const socket = new WebSocket(`ws://localhost:${server.running.port}/yjs/${ids.documents}`, { headers: { cookie: browser.cookie, origin: server.origin } });
    await new Promise((done) => socket.once('open', done));
    for (const frame of [Buffer.from(canary), Buffer.concat([Buffer.of(0, 2, 11), Buffer.from(canary)]), Buffer.concat([Buffer.of(1, 11), Buffer.from(canary)])]) socket.send(frame);
    await new Promise((done) => socket.once('close', done).once('error', done));
    expect(said).not.toContain(canary);
  }, 120_000);

  it('nor when everything fails: the database quotes what was sent, the log does not', async () => {
    const before = lines().length;
    const tables = ['agenda_item', 'decision', 'follow_up', 'meeting'];
    for (const table of tables) await server.unitOfWork.run((tx) => tx.query(`ALTER TABLE ${table} RENAME TO ${table}_gone`));
    try {
      await plantEverywhere();
    } finally {
      for (const table of tables) await server.unitOfWork.run((tx) => tx.query(`ALTER TABLE ${table}_gone RENAME TO ${table}`));
    }
    const events = server.running.app.get(DomainEvents);
    events.on('meeting.changed', () => Promise.reject(new Error(`event ${canary}`)));
    events.emitHere('meeting.changed', { meetingId: ids.meetings! });
    await events.idle();
    expect(lines().length - before).toBeGreaterThan(50);
    expect(said).not.toContain(canary);
    // It still says where to look.
    expect(said).toMatch(/"code":"42P01","frames":\["at /);
  }, 120_000);

  it('keeps of what it is given only the fields that it knows, in their form', () => {
    const from = said.length;
    log.info({ documentId: nobody, job: 'series horizon', title: canary, itemId: canary, event: 'Ærø', query: { q: canary }, headers: { cookie: canary } }, 'one');
    log.error(Object.assign(new Error(canary), { code: canary + ' ' }), 'two');
    log.error(new Error(canary));
    log.error({ error: Object.assign(new Error(`x\n    at ${canary} (/app/x.js:1:1)`), { name: `${canary}!` }) }, 'three');
    const mine = said.slice(from).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(mine.map(({ time: _time, level: _level, ...rest }) => rest)).toEqual([
      { documentId: nobody, job: 'series horizon', msg: 'one' },
      { error: { name: 'Error', frames: expect.any(Array) }, msg: 'two' },
      { error: { name: 'Error', frames: expect.any(Array) }, msg: 'error' },
      { error: { name: 'Error', frames: expect.any(Array) }, msg: 'three' },
    ]);
    expect(said).not.toContain(canary);
    expect(faultOf(canary)).toEqual({ name: 'string' });
  });

  it('has a line for everybody who comes in and everybody who is refused, whichever way she came', async () => {
    const from = said.length;
    const { person } = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    const stranger = server.stranger();
    await stranger.post('/api/v1/demo/sign-in', { membershipId: nobody });
    await stranger.post('/api/v1/guest/sign-in', { token: 'A'.repeat(43), code: '000000' });
    await stranger.post('/api/v1/first-administrator/options', { token: canary });
    await stranger.post('/api/v1/first-administrator/sign-in', { token: canary, providerId: canary, authorityId: canary });
    await stranger.get(`/api/v1/sign-in/${canary}/callback?state=${canary}`);
    const told = said.slice(from).trim().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ what }) => what === 'sign-in');
    expect(told.map(({ time: _time, level: _level, what: _what, ...rest }) => rest)).toEqual([
      { outcome: 'signed-in', method: 'demo', personId: person.id, sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/), msg: 'somebody signed in' },
      { outcome: 'not-found', method: 'demo', msg: 'a sign-in was refused' },
      { outcome: 'guest-link-over', method: 'guest', msg: 'a sign-in was refused' },
      { outcome: 'not-found', method: 'firstAdministrator', msg: 'a sign-in was refused' },
      { outcome: 'not-found', method: 'firstAdministrator', msg: 'a sign-in was refused' },
      { outcome: 'not-found', method: 'provider', msg: 'a sign-in was refused' },
    ]);
    expect(said.slice(from)).not.toContain(canary);
  });

  it('has a message that stands in the code: no line is composed', () => {
    const files = execSync('git ls-files "libs/*.ts" "apps/server/*.ts"', { encoding: 'utf8' }).trim().split('\n');
    for (const file of files) {
      const source = readFileSync(file, 'utf8');
      for (const [call] of source.matchAll(/\blog\.(error|warn|info)\(.*$/gm)) expect([file, call, /`|\+ /.test(call)]).toEqual([file, call, false]);
    }
  });
});
