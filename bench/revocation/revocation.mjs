// How soon what is taken away is gone: two processes of the product on one PostgreSQL, people typing on both, and somebody who
// loses an item, or is logged out, again and again, on the process where it is decided and on the other in turn.
//
// `TEST_DATABASE_URL=postgresql://… npm run bench:revocation [-- --rounds=200]`. Writes dist/bench/revocation.json. Fails when
// a socket was open for longer than a second after the command was answered, or a byte came after that.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { build } from '../../scripts/build.mjs';

const serverUrl = process.env.TEST_DATABASE_URL;
if (!serverUrl) {
  console.error('Set TEST_DATABASE_URL to a PostgreSQL server, as a superuser.');
  process.exit(1);
}
const rounds = Number(process.argv.find((one) => one.startsWith('--rounds='))?.slice(9) ?? 200);
await build({ ifStale: true, only: ['server'] });
const { roleKinds, roleName } = await import('../../dist/apps/server/libs/platform/src/database-roles.js');

const limitMs = 1_000;
const [municipality, police] = ['municipality:219', 'policeDistrict:nordsjaelland'];
const name = `samraad_bench_${randomBytes(4).toString('hex')}`;
const url = new URL(serverUrl);
url.pathname = `/${name}`;
const folder = mkdtempSync(join(tmpdir(), 'samraad-bench-'));
await onServer(`CREATE DATABASE ${name} TEMPLATE template0`);
const children = [];
let failed = true;
try {
  for (let n = 0; n < 2; n++) children.push(await startChild());
  const [one, two] = children.map(({ address }) => address);
  const coordinator = await signIn(one, municipality, 'coordinator');
  const caseworker = await signIn(two, municipality, 'participant');
  const officer = await signIn(one, police, 'participant');
  const series = await coordinator.ask('POST', '/api/v1/series', {
    kindId: 'section115HandoverMeeting', startLocal: nextMonday(), recurrence: { kind: 'weekly' }, durationMinutes: 60, place: 'Rådhuset',
    authorityIds: [police], participantMembershipIds: [officer.person.membershipId, caseworker.person.membershipId],
  });
  const meeting = await coordinator.ask('GET', `/api/v1/meetings/${series.occurrences[0].meetingId}`);
  const { id: itemId, documentId } = meeting.outline[2].item;

  const typists = [await typist(coordinator, documentId), await typist(caseworker, documentId)];
  const measured = [];
  for (let round = 0; round < rounds; round++) {
    const isOther = round % 2 === 1;
    const isLogout = round % 4 >= 2;
    const who = isLogout ? await signIn(one, police, 'participant') : officer;
    const socket = await reader(who, isOther ? two : one, documentId);
    await socket.hears(3);
    const sentAt = performance.now();
    if (isLogout) await who.ask('DELETE', '/api/v1/session');
    else await coordinator.ask('PUT', `/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [municipality], personIds: [] });
    const answeredAt = performance.now();
    const { closedAt, code } = await socket.closed;
    const bytes = (from) => socket.frames.filter(({ at }) => at > from).reduce((sum, { length }) => sum + length, 0);
    measured.push({ isOther, isLogout, code, fromSendingMs: closedAt - sentAt, fromAnswerMs: Math.max(0, closedAt - answeredAt), bytesUntilClosed: bytes(answeredAt), bytesAfter: bytes(Math.min(closedAt, answeredAt + limitMs)) });
    if (!isLogout) await coordinator.ask('PUT', `/api/v1/items/${itemId}/audience`, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' });
  }
  for (const each of typists) each.stop();
  const typed = typists.reduce((sum, { count }) => sum + count(), 0);

  const rows = [['on the same process', false], ['on the other process', true]].map(([where, isOther]) => {
    const some = measured.filter((each) => each.isOther === isOther);
    const ms = (field) => some.map((each) => each[field]).toSorted((a, b) => a - b);
    const at = (values, share) => Number(values[Math.min(values.length - 1, Math.floor(values.length * share))].toFixed(1));
    const [sending, answer] = [ms('fromSendingMs'), ms('fromAnswerMs')];
    return { where, rounds: some.length, 'command sent → closed, p50 ms': at(sending, 0.5), 'p95 ms': at(sending, 0.95), 'max ms': at(sending, 1), 'answered → closed, max ms': at(answer, 1), 'bytes until closed, max': Math.max(...some.map((each) => each.bytesUntilClosed)), 'bytes after': some.reduce((sum, each) => sum + each.bytesAfter, 0) };
  });
  console.table(rows);
  console.log(`${typed} edits typed meanwhile on two processes.`);
  failed = measured.some(({ code, fromAnswerMs, bytesAfter, isLogout }) => code !== (isLogout ? 4401 : 4403) || fromAnswerMs > limitMs || bytesAfter > 0);
  mkdirSync('dist/bench', { recursive: true });
  writeFileSync('dist/bench/revocation.json', JSON.stringify({ rounds, typed, rows, measured }, null, 2));
  console.log(failed ? 'FAILED: something was open for longer than a second, or came after that' : 'Nothing was open for longer than a second; no byte came after.');
} finally {
  for (const { child } of children) {
    child.send('stop');
    await once(child, 'exit');
  }
  await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, ...roleKinds.map((kind) => `DROP ROLE IF EXISTS ${roleName({ prefix: name }, kind)}`));
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

async function startChild() {
  const child = fork(new URL('server.mjs', import.meta.url), { env: { ...process.env, BENCH_DATABASE: url.href, BENCH_FOLDER: folder, LOG_LEVEL: 'warn' } });
  const [{ address }] = await once(child, 'message');
  return { child, address };
}

async function signIn(address, authorityId, role) {
  const person = { cookie: '', address };
  person.ask = async (method, path, body, to = address) => {
    const answer = await fetch(to + path, { method, headers: { cookie: person.cookie, origin: to, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    for (const cookie of answer.headers.getSetCookie()) person.cookie = cookie.split(';')[0];
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const { clusters } = await person.ask('GET', '/api/v1/demo/people');
  const { people } = clusters.flatMap(({ authorities, others }) => [...authorities, ...others]).find((each) => each.authority.id === authorityId);
  const found = people.find((each) => each.person.role === role);
  await person.ask('POST', '/api/v1/demo/sign-in', { membershipId: found.membershipId });
  person.person = found.person;
  return person;
}

/** Somebody who only reads, below Yjs: when which bytes came. */
async function reader(who, address, documentId) {
  const { ticket } = await who.ask('POST', `/api/v1/documents/${documentId}/ticket`, {}, address);
  const socket = new WebSocket(`${address.replace('http', 'ws')}/yjs/${documentId}?ticket=${ticket}`);
  const frames = [];
  socket.on('message', (data) => frames.push({ at: performance.now(), length: data.length }));
  socket.on('error', () => undefined);
  const closed = new Promise((done) => socket.on('close', (code) => done({ closedAt: performance.now(), code })));
  await once(socket, 'open');
  socket.send(Uint8Array.of(0, 0, 1, 0));
  socket.send(Uint8Array.of(0, 1, 2, 0, 0));
  const hears = async (count) => {
    const until = frames.length + count;
    while (frames.length < until) await new Promise((done) => socket.once('message', done));
  };
  return { frames, closed, hears };
}

/** Somebody who writes a hundred letters a second. */
async function typist(who, documentId) {
  const { ticket, clientId } = await who.ask('POST', `/api/v1/documents/${documentId}/ticket`, {});
  const doc = new Y.Doc();
  doc.clientID = clientId;
  const provider = new WebsocketProvider(`${who.address.replace('http', 'ws')}/yjs`, documentId, doc, { WebSocketPolyfill: WebSocket, params: { ticket }, disableBc: true });
  await new Promise((done) => provider.once('sync', done));
  let typed = 0;
  const text = doc.getXmlFragment('minutes').get(0).get(0);
  const timer = setInterval(() => {
    // Every line is taken away again, so that the document stays as long as one that people write in.
    if (++typed % 200 === 0) text.delete(0, Math.max(0, text.length - 200));
    else text.insert(text.length, 'x');
  }, 10);
  const stop = () => {
    clearInterval(timer);
    provider.destroy();
    doc.destroy();
  };
  return { stop, count: () => typed };
}

/** A week from now or later. */
function nextMonday() {
  const day = new Date(Date.now() + 7 * 86_400_000);
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7));
  return `${day.toISOString().slice(0, 10)}T13:00`;
}

async function onServer(...statements) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
