import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shredding } from '@lib/retention/shredding.service.js';
import { readConfig } from '@lib/platform/config.js';
import type { KeyBackup } from '@lib/platform/key-backups.service.js';
import { FileKeyManagement } from '@lib/platform/file-key-management.js';
import { KeyManagement } from '@lib/platform/key-management.js';
import { Sealer } from '@lib/platform/sealing.js';
import { startServer } from '../apps/server/src/server.js';
import { approve, consultation, documentOf, minutesOf, path, send, write } from './support/minutes-story.js';
import { meetingOf, newDecision, openItems } from './support/story.js';
import { TestClock } from './support/test-clock.js';
import { createTestDatabase, testDatabaseUrl } from './support/test-database.js';
import { eksempelby, TestServer } from './support/test-server.js';

const folder = mkdtempSync(join(tmpdir(), 'samraad-shredding-'));
let server: TestServer;
let stop: () => Promise<void>;
beforeAll(async () => {
  const clock = new TestClock();
  const database = testDatabaseUrl === undefined ? null : await createTestDatabase();
  const config = readConfig({ PORT: '0', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: 'memory:', SAMRAAD_KEY_FILE: join(folder, 'kek.json'), SAMRAAD_KEY_BACKUP_DIR: join(folder, 'backups'), ...(database === null ? {} : { DATABASE_URL: database.url }) });
  const running = await startServer(config, { clock });
  server = TestServer.of(running, clock);
  stop = async () => {
    await running.close();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  };
}, 60_000);
afterAll(() => stop());

const sentence = /^Indholdet er slettet efter reglerne for opbevaring den \d+\.\d+\.\d{4}\.$/;
const canary = 'Kanariefugl';

/** Every row of every table, as a dump has them. */
async function dump(): Promise<Map<string, Record<string, unknown>[]>> {
  const source = server.running.app.get((await import('typeorm')).DataSource);
  const tables = await source.query<{ name: string }[]>(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`);
  const answer = new Map<string, Record<string, unknown>[]>();
  for (const { name } of tables) answer.set(name, await source.query<Record<string, unknown>[]>(`SELECT * FROM "${name}"`));
  return answer;
}

interface KeyRow {
  scope_id: string;
  kek_id: string;
  wrapped_key: Uint8Array;
}
/** What a thief or a restore reads of a dump with these keys: the scopes that open. */
async function opened(rows: readonly KeyRow[], keys: KeyManagement): Promise<Map<string, Buffer>> {
  const answer = new Map<string, Buffer>();
  for (const row of rows) {
    const [key] = await keys.unwrap(row.kek_id, [{ scopeId: row.scope_id, wrapped: row.wrapped_key }]).catch(() => []);
    if (key !== undefined) answer.set(row.scope_id, key);
  }
  return answer;
}

/** Two items of one approved meeting, with words in every place that has some. */
async function story() {
  const all = await consultation(server);
  const { coordinator, caseworker, officer, police, psychologist, meetingId, items } = all;
  const [gone, kept] = items as [(typeof items)[number], (typeof items)[number]];
  for (const item of [gone, kept]) {
    await write(coordinator, item.documentId, `${canary} i referatet af ${item.id}`);
    expect((await officer.post(`/api/v1/items/${item.id}/decisions`, newDecision(officer, { text: `${canary} beslutning ${item.id}`, reasons: `${canary} grund`, legalBasisId: 'bl-126' }))).status).toBe(201);
    expect((await coordinator.post(`/api/v1/items/${item.id}/follow-ups`, { text: `${canary} opfølgning ${item.id}`, ownerPersonId: caseworker.person.id, deadline: '2026-12-24' })).status).toBe(201);
  }
  await send(coordinator, meetingId);
  for (const who of [coordinator, police, psychologist]) await approve(who, meetingId);
  return { ...all, gone, kept };
}

describe('shredding', () => {
  it('[RE1] an item: its words are nowhere any more, its pages say so, the others and the proof of the minutes stand', async () => {
    const { coordinator, officer, meetingId, gone, kept } = await story();
    const before = await dump();
    const hash = (await documentOf(coordinator, meetingId)).approval!.hash;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const proofBefore = (await coordinator.get<{ parts: { partId: string }[] }>(path(meetingId, 'proof'))).body;
    expect(proofBefore.parts.map((part) => part.partId)).toEqual(expect.arrayContaining([meetingId, gone.id, kept.id]));
    const search = async () => (await coordinator.post<{ groups: { hits: { itemId: string | null }[] }[] }>('/api/v1/search', { query: canary })).body.groups.flatMap((group) => group.hits.map((hit) => hit.itemId));
    expect(await search()).toEqual(expect.arrayContaining([gone.id, kept.id]));

    await server.running.app.get(Shredding).shred({ itemId: gone.id });

    const shown = openItems(await meetingOf(coordinator, meetingId)).map((entry) => entry.item);
    expect(shown.find((item) => item.id === gone.id)!.title).toMatch(sentence);
    expect(shown.find((item) => item.id === kept.id)!.title).toBe(kept.title);
    const log = (await officer.get<{ decisions: { text: string }[] }>('/api/v1/decisions')).body.decisions.map((one) => one.text);
    expect(log.filter((text) => sentence.test(text))).toHaveLength(1);
    expect(log.filter((text) => text.includes(kept.id))).toHaveLength(1);
    expect(await search()).toEqual(expect.not.arrayContaining([gone.id]));
    expect(await search()).toEqual(expect.arrayContaining([kept.id]));
    const document = JSON.stringify(await documentOf(coordinator, meetingId));
    expect([document.includes(gone.id + '"'), document.includes(`${canary} beslutning ${gone.id}`), document.includes(`i referatet af ${gone.id}`), document.includes(`i referatet af ${kept.id}`)]).toEqual([true, false, false, true]);
    for (const url of [`/api/v1/items/${gone.id}`, `/api/v1/meetings/${meetingId}/documents/minutes.pdf`, `/api/v1/meetings/${meetingId}/documents/agenda.json`, '/api/v1/follow-ups', `/api/v1/meetings/${meetingId}/minutes`]) {
      const answer = await coordinator.get<unknown>(url);
      expect([url, answer.status < 500 && answer.status !== 410]).toEqual([url, true]);
      expect([url, JSON.stringify(answer.body).includes(`referatet af ${gone.id}`)]).toEqual([url, false]);
    }
    expect((await coordinator.post(`/api/v1/documents/${gone.documentId}/ticket`)).status).toBe(200);
    // The auditor goes on finding the cases of what is left.
    const auditor = await server.signIn({ authorityId: eksempelby, role: 'auditor' });
    expect((await auditor.post<{ items: unknown[] }>('/api/v1/audit/cases', { caseReference: 'Sag 2026-999' })).body).toEqual({ items: [] });

    // What was approved is still provable: the hash, and every part that is left.
    expect((await documentOf(coordinator, meetingId)).approval!.hash).toBe(hash);
    expect((await minutesOf(coordinator, meetingId)).hash).toBe(hash);
    const proof = (await coordinator.get<{ parts: { partId: string }[] }>(path(meetingId, 'proof'))).body;
    expect(proof.parts).toEqual(proofBefore.parts.filter((part) => part.partId !== gone.id));

    // Yesterday's copy of the database with today's keys gives nothing of that authority; with today's backup of the keys
    // everything but what was shredded.
    const keyRows = before.get('content_key') as unknown as KeyRow[];
    const today = new FileKeyManagement(join(folder, 'kek.json'), false);
    expect((await opened(keyRows, today)).has(gone.id)).toBe(false);
    const backup = JSON.parse(readFileSync(join(folder, 'backups', readdirSync(join(folder, 'backups')).sort().at(-1)!), 'utf8')) as KeyBackup;
    const fromBackup = await opened(backup.contentKeys.map((one) => ({ scope_id: one.scopeId, kek_id: one.kekId, wrapped_key: Buffer.from(one.wrapped, 'base64') })), today);
    // And of what came since, as the key of the trail's searches.
    expect(keyRows.map((row) => row.scope_id).filter((id) => !fromBackup.has(id))).toEqual([gone.id]);
    const decisions = before.get('decision') as unknown as { id: string; item_id: string; content: Uint8Array }[];
    const readable = decisions.filter((row) => fromBackup.has(row.item_id)).map((row) => new Sealer(row.item_id, fromBackup.get(row.item_id)!).openText(row.content, { table: 'decision', rowId: row.id, column: 'content' }));
    expect(readable.some((text) => text.includes(kept.id))).toBe(true);
    expect(readable.some((text) => text.includes(gone.id))).toBe(false);
    // And no copy of the old key is left where today's keys are.
    const oldKek = keyRows.find((row) => row.scope_id === gone.id)!.kek_id;
    expect(readFileSync(join(folder, 'kek.json'), 'utf8')).not.toContain(oldKek);
  }, 60_000);

  it('[RE1] a whole meeting: who took part and when is left, every text says that it was deleted', async () => {
    const { coordinator, meetingId } = await story();
    await server.running.app.get(Shredding).shred({ meetingId });
    const meeting = await meetingOf(coordinator, meetingId);
    expect(meeting.title).toMatch(sentence);
    expect(meeting.participants.length).toBeGreaterThan(2);
    for (const { item } of openItems(meeting)) expect(item.title).toMatch(sentence);
    for (const url of ['/api/v1/meetings?from=2020-01-01&to=2030-01-01', '/api/v1/decisions', '/api/v1/follow-ups', `/api/v1/meetings/${meetingId}/documents/minutes.json`, `/api/v1/meetings/${meetingId}/documents/agenda.json`]) {
      const answer = await coordinator.get<unknown>(url);
      expect([url, answer.status < 500]).toEqual([url, true]);
    }
    const english = await coordinator.send<{ title: string }>('GET', `/api/v1/meetings/${meetingId}`, undefined, { 'accept-language': 'en' });
    expect(english.body.title).toMatch(/^The content was deleted under the rules of retention on/);
    const rows = await dump();
    expect((rows.get('shredded_scope') as { owner_authority_id: string }[]).every((row) => row.owner_authority_id === eksempelby)).toBe(true);
  }, 60_000);
});
