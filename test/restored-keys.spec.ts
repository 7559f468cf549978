import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shredding } from '@lib/retention/shredding.service.js';
import { readConfig } from '@lib/platform/config.js';
import { openDatabase } from '@lib/platform/database.js';
import { KeyBackups } from '@lib/platform/key-backups.service.js';
import { restoreKeys } from '@lib/platform/key-restore.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { startServer } from '../apps/server/src/server.js';
import { planEverywhere } from './support/canary-story.js';
import { write } from './support/minutes-story.js';
import { openedWith, sealedValues, type SealedValue } from './support/sealed-columns.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { TestClock } from './support/test-clock.js';
import { createTestDatabase, testDatabaseUrl, type OwnDatabase } from './support/test-database.js';
import { TestServer } from './support/test-server.js';

const folder = mkdtempSync(join(tmpdir(), 'samraad-restored-'));
const [data, yesterday, keys, backups] = ['data', 'yesterday', 'keys/kek.json', 'key-backups'].map((name) => join(folder, name)) as [string, string, string, string];
const clock = new TestClock();
let database: OwnDatabase | null = null;
let server: TestServer | null = null;
const config = () => {
  const read = readConfig({ PORT: '0', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: data, SAMRAAD_KEY_FILE: keys, SAMRAAD_KEY_BACKUP_DIR: backups, ...(database === null ? {} : { DATABASE_URL: database.url }) });
  read.rateLimits = false;
  return read;
};
const start = async () => (server = TestServer.of(await startServer(config(), { clock }), clock));
const stop = async () => {
  await server?.running.close();
  server = null;
};
// Owned, dumped and put back by somebody who may not pass by row-level security, as an operator's database is.
beforeAll(async () => void (database = testDatabaseUrl === undefined ? null : await createTestDatabase({ plainOwner: true })));
afterAll(async () => {
  await stop();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A copy of everything but the keys, and the way back to it. */
async function backUp(): Promise<() => Promise<void>> {
  if (database !== null) return (await database.backUp()).restore;
  cpSync(data, yesterday, { recursive: true });
  return async () => {
    rmSync(data, { recursive: true });
    cpSync(yesterday, data, { recursive: true });
  };
}

const files = (path: string): string[] => (statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => files(join(path, name))) : [path]);
const nameOf = ({ table, column, rowId }: SealedValue) => `${table}.${column} ${rowId}`;
const opened = (of: TestServer, values: readonly SealedValue[]) => openedWith(of.unitOfWork, of.running.app.get(Keyring), values);

describe('[RE2] yesterday’s copy of the database', () => {
  it('holds no word in the clear, and opens with the keys of today without what was shredded since, and all the rest as it was', async () => {
    const first = await start();
    // Everything that can be written, so that whatever is not shredded is seen to come back.
    let planted = 0;
    await planEverywhere(first, (_field, kind = 'word') => (kind === 'case' ? `Sag 2099-${String((planted += 1) + 100)}` : `kanariefugl${(planted += 1)}x`));
    const { coordinator, caseworker, meetingId } = await section115(first);
    const items = [];
    for (const title of ['Kanariefugl der bliver', 'Kanariefugl der slettes']) {
      expect((await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title, plannedMinutes: 5, outputType: 'decision' })).status).toBe(201);
      const { item } = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.title === title)!;
      expect((await coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: `${title}: beslutning` }))).status).toBe(201);
      const guest = { name: `${title}: tolk`, organisation: 'Tolkene', sector: 'school', purpose: 'interpreter', itemId: item.id, mayWrite: false, to: clock.now().add({ hours: 48 }).toString(), disclosureReason: 'Tolker' };
      expect((await coordinator.post(`/api/v1/meetings/${meetingId}/guests`, guest)).status).toBe(201);
      expect((await coordinator.post(`/api/v1/meetings/${meetingId}/holds`, { itemId: item.id, reason: `${title}: stop` })).status).toBe(201);
      await write(coordinator, item.documentId, `${title}: referat`);
      items.push(item);
    }
    const [kept, gone] = items as [(typeof items)[number], (typeof items)[number]];
    const values = await sealedValues(first.unitOfWork);
    const texts = await opened(first, values);
    expect(texts.filter((text) => text === null)).toEqual([]);
    expect(new Set(values.map((one) => one.table)).size).toBeGreaterThan(25);
    const [polled] = await first.unitOfWork.run((tx) => tx.query<{ meeting_id: string }>('SELECT meeting_id FROM poll_outsider'));
    await first.running.app.get(KeyBackups).make();
    const [fromBefore] = readdirSync(backups).sort().slice(-1);
    await stop();
    if (database === null) for (const file of files(data)) expect([file, /kanariefugl/i.test(readFileSync(file).toString('latin1'))]).toEqual([file, false]);
    const putBack = await backUp();

    clock.advance({ minutes: 1 });
    const second = await start();
    const shredding = second.running.app.get(Shredding);
    await shredding.shred({ itemId: gone.id });
    await shredding.shred({ meetingId: polled!.meeting_id });
    const shredded = new Set((await second.unitOfWork.run((tx) => tx.query<{ scope_id: string }>('SELECT scope_id FROM shredded_scope'))).map((row) => row.scope_id));
    expect([shredded.has(gone.id), shredded.has(polled!.meeting_id), shredded.has(kept.id)]).toEqual([true, true, false]);
    await stop();
    await putBack();

    // Today's KEKs alone open nothing of it, and the product says so instead of starting.
    await expect(start()).rejects.toThrow(/npm run keys -- restore/);
    await stop();

    const restored = await openDatabase(config(), []);
    const newest = join(backups, readdirSync(backups).sort().at(-1)!);
    const told = await restored.dataSource.transaction((manager) => restoreKeys(manager, newest, keys));
    await restored.close();
    expect(told.shredded).toBe(shredded.size);

    const third = await start();
    // Of the same rows, word for word, and nothing of those two.
    const now = new Map((await sealedValues(third.unitOfWork)).map((one) => [nameOf(one), one]));
    expect(values.filter((one) => !now.has(nameOf(one))).map(nameOf)).toEqual([]);
    const back = await opened(third, values.map((one) => now.get(nameOf(one))!));
    const wrong = values.filter((one, n) => back[n] !== (shredded.has(one.scopeId) ? null : texts[n]));
    expect(wrong.map(nameOf)).toEqual([]);
    const lost = values.filter((one) => shredded.has(one.scopeId)).map((one) => one.table);
    expect(lost).toEqual(expect.arrayContaining(['guest', 'legal_hold', 'poll_outsider', 'decision', 'yjs_update']));

    const again = third.comesBack(coordinator);
    const meeting = await meetingOf(again, meetingId);
    const shown = openItems(meeting).map((entry) => entry.item);
    expect(shown.find((item) => item.id === kept.id)!.title).toBe('Kanariefugl der bliver');
    expect(shown.find((item) => item.id === gone.id)!.title).toMatch(/^Indholdet er slettet efter reglerne for opbevaring den /);
    expect((meeting as unknown as { guests: { name: string }[] }).guests.map((one) => one.name)).toEqual(['Kanariefugl der bliver: tolk', 'Gæst']);
    const document = JSON.stringify((await again.get<object>(`/api/v1/meetings/${meetingId}/documents/minutes.json`)).body);
    expect(['Kanariefugl der bliver: referat', 'Kanariefugl der bliver: beslutning', 'Kanariefugl der slettes'].map((words) => document.includes(words))).toEqual([true, true, false]);
    for (const at of ['', '/poll', '/changes']) expect([at, (await again.get(`/api/v1/meetings/${polled!.meeting_id}${at}`)).status]).toEqual([at, 200]);
    // New content is sealed under keys of today.
    expect((await again.post(`/api/v1/meetings/${meetingId}/items`, { title: 'Nyt', plannedMinutes: 5, outputType: 'decision' })).status).toBe(201);
    expect(existsSync(keys)).toBe(true);

    // The one copy of the keys that would give it back expires.
    expect(existsSync(join(backups, fromBefore!))).toBe(true);
    clock.advance({ hours: 24 * (config().SAMRAAD_KEY_BACKUP_DAYS + 1) });
    await third.running.app.get(KeyBackups).make();
    expect(existsSync(join(backups, fromBefore!))).toBe(false);
  }, 240_000);
});
