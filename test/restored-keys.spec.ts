import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shredding } from '@lib/retention/shredding.service.js';
import { readConfig } from '@lib/platform/config.js';
import { openDatabase } from '@lib/platform/database.js';
import { restoreKeys } from '@lib/platform/key-restore.js';
import { startServer } from '../apps/server/src/server.js';
import { write } from './support/minutes-story.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { TestClock } from './support/test-clock.js';
import { createTestDatabase, testDatabaseUrl, type OwnDatabase } from './support/test-database.js';
import { TestServer } from './support/test-server.js';

const folder = mkdtempSync(join(tmpdir(), 'samraad-restored-'));
const [data, yesterday, keys, backups] = ['data', 'yesterday', 'keys/kek.json', 'key-backups'].map((name) => join(folder, name)) as [string, string, string, string];
const clock = new TestClock();
let database: OwnDatabase | null = null;
let server: TestServer | null = null;
const config = () => readConfig({ PORT: '0', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: data, SAMRAAD_KEY_FILE: keys, SAMRAAD_KEY_BACKUP_DIR: backups, ...(database === null ? {} : { DATABASE_URL: database.url }) });
const start = async () => (server = TestServer.of(await startServer(config(), { clock }), clock));
const stop = async () => {
  await server?.running.close();
  server = null;
};
beforeAll(async () => void (database = testDatabaseUrl === undefined ? null : await createTestDatabase()));
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

describe('[RE2] yesterday’s copy of the database', () => {
  it('holds no word in the clear, and opens with the keys of today without what was shredded since, and all the rest as it was', async () => {
    const first = await start();
    const { coordinator, caseworker, meetingId } = await section115(first);
    const items = [];
    for (const title of ['Kanariefugl der bliver', 'Kanariefugl der slettes']) {
      expect((await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title, plannedMinutes: 5, outputType: 'decision' })).status).toBe(201);
      const { item } = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.title === title)!;
      expect((await coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: `${title}: beslutning` }))).status).toBe(201);
      await write(coordinator, item.documentId, `${title}: referat`);
      items.push(item);
    }
    const [kept, gone] = items as [(typeof items)[number], (typeof items)[number]];
    await stop();
    if (database === null) for (const file of files(data)) expect([file, /kanariefugl/i.test(readFileSync(file).toString('latin1'))]).toEqual([file, false]);
    const putBack = await backUp();

    const second = await start();
    await second.running.app.get(Shredding).shred({ itemId: gone.id });
    await stop();
    await putBack();

    // Today's KEKs alone open nothing of it, and the product says so instead of starting.
    await expect(start()).rejects.toThrow(/npm run keys -- restore/);
    await stop();

    const restored = await openDatabase(config(), []);
    const newest = join(backups, readdirSync(backups).sort().at(-1)!);
    const told = await restored.dataSource.transaction((manager) => restoreKeys(manager, newest, keys));
    await restored.close();
    expect(told.shredded).toBe(1);

    const third = await start();
    const again = third.comesBack(coordinator);
    const shown = openItems(await meetingOf(again, meetingId)).map((entry) => entry.item);
    expect(shown.find((item) => item.id === kept.id)!.title).toBe('Kanariefugl der bliver');
    expect(shown.find((item) => item.id === gone.id)!.title).toMatch(/^Indholdet er slettet efter reglerne for opbevaring den /);
    const document = JSON.stringify((await again.get<object>(`/api/v1/meetings/${meetingId}/documents/minutes.json`)).body);
    expect(['Kanariefugl der bliver: referat', 'Kanariefugl der bliver: beslutning', 'Kanariefugl der slettes'].map((words) => document.includes(words))).toEqual([true, true, false]);
    // New content is sealed under keys of today.
    expect((await again.post(`/api/v1/meetings/${meetingId}/items`, { title: 'Nyt', plannedMinutes: 5, outputType: 'decision' })).status).toBe(201);
    expect(existsSync(keys)).toBe(true);
  }, 180_000);
});
