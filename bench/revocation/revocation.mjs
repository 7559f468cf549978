// How soon what is taken away is gone: two processes of the product on one PostgreSQL, people typing on both, and somebody who
// loses it in each of the ways that there are (`causes` below), again and again, on the process where it is decided and on the
// other in turn. Her document and, where her session ends, her live socket are both looked at; where it goes on, whether it tells her of
// the item.
//
// `TEST_DATABASE_URL=postgresql://… npm run bench:revocation [-- --rounds=200]`. Writes dist/bench/revocation.json. Fails when
// a socket was open for longer than a second after the command was answered, or anything came after that.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { io } from 'socket.io-client';
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
/** Of what ends by the clock: how long before that it is set. */
const aheadMs = 800;
const [municipality, police, region] = ['municipality:219', 'policeDistrict:nordsjaelland', 'region:1084'];
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
  const nurse = await signIn(one, region, 'participant');
  const administrator = await signIn(one, municipality, 'administrator');
  const series = await coordinator.ask('POST', '/api/v1/series', {
    kindId: 'section115HandoverMeeting', startLocal: nextMonday(), recurrence: { kind: 'weekly', ends: { count: 4 } }, durationMinutes: 60, place: 'Rådhuset',
    authorityIds: [police, region], participantMembershipIds: [officer, caseworker, nurse].map((each) => each.person.membershipId),
  });
  const meetingId = series.occurrences[0].meetingId;
  const meeting = await coordinator.ask('GET', `/api/v1/meetings/${meetingId}`);
  const { id: itemId, documentId } = meeting.outline[2].item;
  const disclosureReason = 'De skal bruge det på mødet.';
  const audience = (body) => coordinator.ask('PUT', `/api/v1/items/${itemId}/audience`, { disclosureReason, ...body });
  const open = () => audience({ kind: 'all', windows: [] });
  let changes = 0;
  const changeItem = () => {
    const { plannedMinutes, outputType, legalBasis } = meeting.outline[2].item;
    return coordinator.ask('PUT', `/api/v1/items/${itemId}/frame`, { ledBy: `mødeleder ${(changes += 1)}`, leadMembershipId: null, plannedMinutes, outputType, section: null, mandatory: false, legalBasisId: legalBasis?.id ?? null });
  };
  const sql = async (statement, parameters) => {
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query(statement, parameters);
    await client.end();
  };
  const sessionOf = (who) => who.cookie.slice(who.cookie.indexOf('=') + 1);
  const soon = () => new Date(Date.now() + aheadMs);

  /** A colleague of the municipality's, who was invited to the meeting. */
  async function newcomer() {
    const { id, memberships } = await administrator.ask('POST', '/api/v1/administration/people', { name: 'Prøve Nykommer', userName: null, membership: { role: 'participant', functions: [], functionTitle: 'Prøve', unitTitle: '', from: null, until: null } });
    const who = Object.assign(stranger(one), { id, membershipId: memberships[0].id });
    await coordinator.ask('POST', `/api/v1/meetings/${meetingId}/participants`, { membershipIds: [who.membershipId], disclosureReason });
    await who.ask('POST', '/api/v1/demo/sign-in', { membershipId: who.membershipId });
    return who;
  }
  /** Somebody without an identity provider, at this item until then. */
  async function guest() {
    const who = stranger(one);
    who.endsAt = new Date(Date.now() + 3 * aheadMs);
    const { link, code } = await coordinator.ask('POST', `/api/v1/meetings/${meetingId}/guests`, { name: 'Prøve Gæst', organisation: 'Prøveskolen', sector: 'school', purpose: 'school', mayWrite: false, itemId, to: who.endsAt.toISOString(), disclosureReason });
    await who.ask('POST', '/api/v1/guest/sign-in', { token: link.split('#')[1], code });
    return who;
  }
  const theOfficer = async () => officer;
  const again = (authorityId) => () => signIn(one, authorityId, 'participant');
  /** Each answers when it is taken, where that is another instant than the answer's. */
  const causes = [
    { cause: 'the item is closed to her', who: theOfficer, take: () => audience({ kind: 'restricted', authorityIds: [municipality, region], personIds: [] }), giveBack: open },
    { cause: 'her time at the item is over', staysLive: true, who: theOfficer, take: async () => {
      const to = soon();
      await audience({ kind: 'all', windows: [{ personId: officer.person.id, to: to.toISOString() }] });
      return to;
    }, giveBack: open },
    { cause: 'she takes part no longer', who: theOfficer, take: () => coordinator.ask('POST', `/api/v1/series/${series.id}/changes`, { remove: [officer.person.membershipId], reason: 'Fejl' }), giveBack: () => coordinator.ask('POST', `/api/v1/series/${series.id}/changes`, { add: [officer.person.membershipId], disclosureReason }) },
    { cause: 'she logs out elsewhere', endsSession: true, who: again(police), take: (who) => who.ask('DELETE', '/api/v1/session') },
    { cause: 'her session runs out', endsSession: true, who: async () => {
      const who = await again(police)();
      // Looked at when she opens it, as it is with the session's real end.
      who.endsAt = new Date(Date.now() + 3 * aheadMs);
      await sql(`UPDATE session SET expires_at = $2 WHERE token_hash = sha256(convert_to($1, 'UTF8'))`, [sessionOf(who), who.endsAt]);
      return who;
    }, take: async (who) => who.endsAt },
    { cause: 'her time as a guest is over', endsSession: true, who: guest, take: async (who) => who.endsAt },
    { cause: 'her membership is ended', endsSession: true, who: newcomer, take: (who) => administrator.ask('POST', `/api/v1/administration/people/${who.id}/memberships/${who.membershipId}/end`, { when: 'now', until: null }) },
    { cause: 'she is deactivated', endsSession: true, who: newcomer, take: (who) => administrator.ask('POST', `/api/v1/administration/people/${who.id}/deactivate`, {}) },
    { cause: 'her authority is closed', endsSession: true, who: again(region), take: () => sql(`UPDATE authority SET valid_to = (now() AT TIME ZONE 'Europe/Copenhagen')::date - 1 WHERE id = $1`, [region]), giveBack: () => sql('UPDATE authority SET valid_to = NULL WHERE id = $1', [region]) },
  ];

  const typists = [await typist(coordinator, documentId), await typist(caseworker, documentId)];
  const measured = [];
  for (let round = 0; round < rounds; round++) {
    const { cause, endsSession = false, staysLive = false, who: find, take, giveBack } = causes[round % causes.length];
    const isOther = Math.floor(round / causes.length) % 2 === 1;
    const who = await find();
    const live = endsSession || staysLive ? await listener(who, isOther ? two : one) : null;
    const socket = await reader(who, isOther ? two : one, documentId);
    await socket.hears(3);
    const sentAt = performance.now();
    const instant = await take(who);
    const takenAt = instant instanceof Date ? instant.getTime() - performance.timeOrigin : performance.now();
    const { closedAt, code } = await socket.closed;
    const liveClosedAt = endsSession ? await live.closed : null;
    // Her live socket stays, for all else that she may know: of this item it tells her nothing from the instant on.
    const heardOfItem = async () => {
      const before = live.heard.length;
      await changeItem();
      await new Promise((done) => setTimeout(done, 300));
      return live.heard.slice(before).filter((payload) => payload.itemId === itemId).length;
    };
    const toldAfter = staysLive ? await heardOfItem() : 0;
    const bytes = (from) => socket.frames.filter(({ at }) => at > from).reduce((sum, { length }) => sum + length, 0);
    measured.push({ cause, endsSession, isOther, code, fromSendingMs: closedAt - sentAt, fromAnswerMs: Math.max(0, closedAt - takenAt), liveMs: liveClosedAt === null ? 0 : Math.max(0, liveClosedAt - takenAt), bytesUntilClosed: bytes(takenAt), bytesAfter: bytes(Math.min(closedAt, takenAt + limitMs)), toldAfter });
    await giveBack?.();
    if (staysLive) {
      // Open to her again, she hears of it: it is no deaf socket that was looked at.
      if ((await heardOfItem()) === 0) throw new Error('a live socket heard nothing of an open item');
      live.stop();
    }
  }
  for (const each of typists) each.stop();
  const typed = typists.reduce((sum, { count }) => sum + count(), 0);

  const rows = causes.flatMap(({ cause, endsSession }) => [['same', false], ['other', true]].map(([where, isOther]) => {
    const some = measured.filter((each) => each.cause === cause && each.isOther === isOther);
    const most = (field) => Number(Math.max(0, ...some.map((each) => each[field])).toFixed(1));
    const middle = some.map((each) => each.fromAnswerMs).toSorted((a, b) => a - b)[Math.floor(some.length / 2)] ?? 0;
    return { cause, process: where, rounds: some.length, 'document closed after, p50 ms': Number(middle.toFixed(1)), 'max ms': most('fromAnswerMs'), 'live socket, max ms': endsSession ? most('liveMs') : '–', 'told live after': some.reduce((sum, each) => sum + each.toldAfter, 0), 'bytes until closed, max': most('bytesUntilClosed'), 'bytes after': some.reduce((sum, each) => sum + each.bytesAfter, 0) };
  }));
  console.table(rows);
  console.log(`${typed} edits typed meanwhile on two processes.`);
  failed = measured.some(({ code, fromAnswerMs, liveMs, bytesAfter, toldAfter, endsSession }) => code !== (endsSession ? 4401 : 4403) || fromAnswerMs > limitMs || liveMs > limitMs || bytesAfter > 0 || toldAfter > 0);
  mkdirSync('dist/bench', { recursive: true });
  writeFileSync('dist/bench/revocation.json', JSON.stringify({ rounds, typed, rows, measured }, null, 2));
  console.log(failed ? 'FAILED: something was open for longer than a second, or something came after that' : 'Nothing was open for longer than a second; no byte came after.');
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

/** Somebody who has not signed in. */
function stranger(address) {
  const person = { cookie: '', address };
  person.ask = async (method, path, body, to = address) => {
    const answer = await fetch(to + path, { method, headers: { cookie: person.cookie, origin: to, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    for (const cookie of answer.headers.getSetCookie()) person.cookie = cookie.split(';')[0];
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return person;
}

async function signIn(address, authorityId, role) {
  const person = stranger(address);
  const { clusters } = await person.ask('GET', '/api/v1/demo/people');
  const { people } = clusters.flatMap(({ authorities, others }) => [...authorities, ...others]).find((each) => each.authority.id === authorityId);
  const found = people.find((each) => each.person.role === role);
  await person.ask('POST', '/api/v1/demo/sign-in', { membershipId: found.membershipId });
  person.person = found.person;
  return person;
}

/** Hears what happens, by ids: until when. */
async function listener(who, address) {
  const socket = io(address, { path: '/live', transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: address }, reconnection: false, forceNew: true });
  const closed = new Promise((done) => socket.once('disconnect', () => done(performance.now())));
  const heard = [];
  socket.onAny((_name, payload) => heard.push(payload));
  await new Promise((done, failed) => socket.once('connect', done).once('connect_error', failed));
  return { closed, heard, stop: () => socket.close() };
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
