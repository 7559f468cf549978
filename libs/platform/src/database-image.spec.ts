import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, appendFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';
import { makeDatabaseImage } from './database-image-build.js';
import { beginWithImage, databaseImage } from './database-image.js';
import { openDatabase } from './database.js';
import { migrations } from './migrations/index.js';

const root = mkdtempSync(join(tmpdir(), 'samraad-image-spec-'));
const formerRoot = process.env.SAMRAAD_ROOT;
const foreign = join(root, 'dist/database-0123456789abcdef.zip');

beforeAll(async () => {
  mkdirSync(join(root, 'dist'));
  writeFileSync(foreign, 'of other migrations');
  process.env.SAMRAAD_ROOT = root;
  await makeDatabaseImage();
}, 120_000);
afterAll(() => {
  if (formerRoot === undefined) delete process.env.SAMRAAD_ROOT;
  else process.env.SAMRAAD_ROOT = formerRoot;
  rmSync(root, { recursive: true, force: true });
});

describe('the image of an empty database', () => {
  it('is the only one, and begins a database in which every migration has been run', async () => {
    expect(existsSync(foreign)).toBe(false);
    const folder = join(root, 'data');
    mkdirSync(folder);
    // Somebody ended in the middle of it.
    mkdirSync(join(folder, 'pglite.part'));
    writeFileSync(join(folder, 'pglite.part', 'PG_VERSION'), 'half');
    beginWithImage(join(folder, 'pglite'));
    expect(readdirSync(folder)).toEqual(['pglite']);

    const database = await openDatabase(readConfig({ SAMRAAD_DATA_DIR: folder }), []);
    try {
      const run: { name: string }[] = await database.dataSource.query('SELECT name FROM migrations ORDER BY id');
      expect(run).toHaveLength(migrations.length);
      expect(await database.dataSource.query('SELECT count(*)::int AS meetings FROM meeting')).toEqual([{ meetings: 0 }]);
    } finally {
      await database.close();
    }
  }, 60_000);

  it('never takes the place of a database that exists', () => {
    const folder = join(root, 'old');
    mkdirSync(folder);
    beginWithImage(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not found once a migration is added or another word stands in one', () => {
    const folder = join(root, 'migrations');
    mkdirSync(folder);
    const url = pathToFileURL(`${folder}/`);
    const own = new URL('./migrations/', import.meta.url);
    for (const name of readdirSync(own)) copyFileSync(new URL(name, own), join(folder, name));
    expect(databaseImage(url)).toBe(databaseImage());
    writeFileSync(join(folder, '2099-01-01-more.ts'), '');
    const more = databaseImage(url);
    appendFileSync(join(folder, '2099-01-01-more.ts'), ' ');
    expect(new Set([databaseImage(), more, databaseImage(url)]).size).toBe(3);
  });
});
