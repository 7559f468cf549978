import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readConfig } from '@lib/platform/config.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { log } from '@lib/platform/log.js';
import { startServer, type RunningServer } from '../apps/server/src/server.js';
import { excused, fieldsOf } from './support/canary-fields.js';
import { planEverywhere, type Plant } from './support/canary-story.js';
import { TestClock } from './support/test-clock.js';
import { pgDump } from './support/postgres-programs.js';
import { openedWith, otherBytes, sealedColumns, sealedValues } from './support/sealed-columns.js';
import { createTestDatabase, testDatabaseUrl, type OwnDatabase } from './support/test-database.js';
import { eksempelby, nordsjaelland, TestServer } from './support/test-server.js';

/** Sealed columns that this story has nothing for. */
const notWritten = ['busy_calendar.access', 'busy_calendar.times', 'meeting.video_link', 'series.video_link'];
/** What was planted, by the field it went into. */
const planted = new Map<string, string>();
/** Everything that the product answered. */
let answered = '';
let said = '';
let folder: string;
let database: OwnDatabase | null = null;
let running: RunningServer;
let server: TestServer;
const spies: { mockRestore(): void }[] = [];
const level = log.level;

/** What every canary holds: who searches much, searches for this. */
const stems = ['kanariefuglensang', `Sag ${randomInt(3000, 9999)}-1`];
/** A word that nobody writes; or, where only a reference is taken, a case that nobody has. */
const plant: Plant = (field, kind = 'word') => {
  const canary = kind === 'case' ? `${stems[1]}${String(10 + planted.size)}00` : `${stems[0]}${Array.from({ length: 10 }, () => 'bdfgklmnprstvz'[randomInt(14)]).join('')}`;
  planted.set(field, canary);
  return canary;
};

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) spies.push(jest.spyOn(stream, 'write').mockImplementation((chunk: unknown) => ((said += String(chunk)), true)));
  log.level = 'trace';
  folder = mkdtempSync(join(tmpdir(), 'samraad-canary-'));
  database = testDatabaseUrl === undefined ? null : await createTestDatabase();
  const config = readConfig({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: folder, ...(database === null ? {} : { DATABASE_URL: database.url }) });
  config.rateLimits = false;
  const clock = new TestClock();
  running = await startServer(config, { clock });
  server = TestServer.of(running, clock);
  answered = await planEverywhere(server, plant);
}, 180_000);
afterAll(async () => {
  for (const spy of spies) spy.mockRestore();
  log.level = level;
  await running?.close();
  await database?.drop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** A text as it could stand somewhere, whatever writes it. */
function formsOf(text: string): Buffer[] {
  const bytes = [text, text.toUpperCase(), text.toLowerCase()].flatMap((one) => {
    const little = Buffer.from(one, 'utf16le');
    return [Buffer.from(one), little, Buffer.from(little).swap16()];
  });
  const hex = bytes.flatMap((one) => [one.toString('hex'), one.toString('hex').toUpperCase()]);
  // Base64 looks otherwise for each place in a group of three; groups that are shared with what stands beside it are left out.
  const base64 = bytes.flatMap((one) =>
    [0, 1, 2].flatMap((skipped) => {
      const whole = one.subarray(skipped, one.length - ((one.length - skipped) % 3));
      return [whole.toString('base64'), whole.toString('base64url')];
    }),
  );
  return [...bytes, ...[...new Set([...hex, ...base64])].map((one) => Buffer.from(one))];
}
const stemForms = stems.flatMap(formsOf);
let ofEach: { field: string; forms: Buffer[] }[] = [];

/** Of every canary where it was found. */
function foundIn(haystack: Buffer): string[] {
  if (!stemForms.some((form) => haystack.includes(form))) return [];
  if (ofEach.length !== planted.size) ofEach = [...planted].map(([field, canary]) => ({ field, forms: formsOf(canary) }));
  const fields = ofEach.filter(({ forms }) => forms.some((form) => haystack.includes(form))).map(({ field }) => field);
  return fields.length > 0 ? fields : ['a part of one'];
}

const files = (at: string): string[] => readdirSync(at).flatMap((name) => (statSync(join(at, name)).isDirectory() ? files(join(at, name)) : [join(at, name)]));

/** Every row of every table as text, and what stands in its binary columns as it is. */
async function dump(): Promise<Map<string, Buffer>> {
  const tables = await server.unitOfWork.run((tx) => tx.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`));
  const all = new Map<string, Buffer>();
  for (const { name } of tables) {
    const rows = await server.unitOfWork.run((tx) => tx.query<Record<string, unknown>>(`SELECT t::text AS "row as text", t.* FROM "${name}" t`));
    const values = rows.flatMap((row) => Object.values(row));
    all.set(name, Buffer.concat(values.map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(`${typeof value === 'object' ? JSON.stringify(value) : String(value)}\n`)))));
  }
  return all;
}

describe('a text that a person writes', () => {
  it('was planted in every field of the API that takes one, or the field is excused with a reason', () => {
    const fields = fieldsOf('docs/openapi.json');
    expect(fields.length).toBeGreaterThan(60);
    expect(fields.filter((field) => !planted.has(field) && !(field in excused))).toEqual([]);
    // Nor is anything excused or planted that is not there.
    const documents = [...planted.keys()].filter((field) => field.startsWith('document '));
    expect(documents.length).toBe(4);
    expect([...Object.keys(excused), ...planted.keys()].filter((field) => !fields.includes(field) && !documents.includes(field))).toEqual([]);
  });

  it('can be found by those it was written for, so that not finding it says something', () => {
    const lost = [...planted].filter(([, canary]) => !answered.includes(canary)).map(([field]) => field);
    // What was searched for is recorded, and read by no page of these people.
    expect(lost.sort()).toEqual(['SearchBody.query']);
    // The search itself would find any form.
    for (const [field, canary] of planted) {
      for (const beside of ['', 'f', 'fø']) {
        const text = Buffer.from(`${beside}${canary}efter`);
        for (const form of [text, Buffer.from(text.toString('base64')), Buffer.from(text.toString('hex')), Buffer.from(text.toString(), 'utf16le')]) expect([field, foundIn(form)]).toEqual([field, [field]]);
      }
    }
  });

  it('stands in no table', async () => {
    const tables = await dump();
    expect(tables.size).toBeGreaterThan(50);
    const leaks = [...tables].flatMap(([name, bytes]) => foundIn(bytes).map((field) => `${field} in ${name}`));
    expect(leaks).toEqual([]);
  });

  it('[KE5] is sealed for the column it stands in, whichever that is, and opens in no other', async () => {
    const columns = await server.unitOfWork.run((tx) =>
      tx.query<{ name: string }>(`SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid = 'bytea'::regtype AND NOT a.attisdropped ORDER BY 1`),
    );
    const known = [...sealedColumns.map(({ table, column }) => `${table}.${column}`), ...otherBytes];
    expect(columns.map((one) => one.name).sort()).toEqual([...known].sort());
    const values = await sealedValues(server.unitOfWork);
    const keyring = server.running.app.get(Keyring);
    const [inPlace, elsewhere] = [await openedWith(server.unitOfWork, keyring, values), await openedWith(server.unitOfWork, keyring, values, 'another')];
    const at = (n: number) => `${values[n]!.table}.${values[n]!.column}`;
    expect(inPlace.flatMap((text, n) => (text === null ? [at(n)] : []))).toEqual([]);
    expect(elsewhere.flatMap((text, n) => (text === null ? [] : [at(n)]))).toEqual([]);
    // What was planted is among what opened: the story writes in every column, but those of calendars that are fetched.
    expect([...new Set(values.map((_, n) => at(n)))].sort()).toEqual(sealedColumns.map(({ table, column }) => `${table}.${column}`).filter((name) => !notWritten.includes(name)).sort());
  });

  it('stands in no dump of the database, as an operator makes it', async () => {
    if (database === null) return;
    const { stdout } = spawnSync(pgDump, ['--no-owner', database.url], { maxBuffer: 1_000_000_000 });
    expect(stdout.includes('COPY public.agenda_item')).toBe(true);
    expect(foundIn(stdout)).toEqual([]);
  });

  it('[CF4] leaves with no calendar feed, but as the place of a whole series', async () => {
    for (const who of [{ authorityId: eksempelby, role: 'coordinator' }, { authorityId: nordsjaelland, role: 'participant' }] as const) {
      const { body } = await (await server.signIn(who)).post<{ link: string }>('/api/v1/calendar-feed');
      const text = (await (await fetch(body.link)).text()).replaceAll('\r\n ', '');
      expect(text).toContain('BEGIN:VEVENT');
      expect(foundIn(Buffer.from(text)).filter((field) => !/place$/i.test(field))).toEqual([]);
    }
  });

  it('stands in no log line', () => {
    log.warn({ title: planted.get('NewItemBody.title') }, 'the log is being looked at');
    expect(said).toContain('the log is being looked at');
    expect(foundIn(Buffer.from(said))).toEqual([]);
  });

  it('stands nowhere in the data folder, while the product runs and after it has ended', async () => {
    const everywhere = () => files(folder).flatMap((path) => foundIn(readFileSync(path)).map((field) => `${field} in ${path.slice(folder.length)}`));
    expect(everywhere()).toEqual([]);
    await running.close();
    expect(files(folder).length).toBeGreaterThan(0);
    expect(everywhere()).toEqual([]);
  });
});
