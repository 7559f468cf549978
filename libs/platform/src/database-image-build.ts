import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { zipSync } from 'fflate';
import { readConfig } from './config.js';
import { databaseImage } from './database-image.js';
import { openDatabase } from './database.js';

/** Makes the image (for a folder and, as a tar, for memory) where it is missing, and removes those of other migrations. For the build. */
export async function makeDatabaseImage(): Promise<void> {
  const image = databaseImage();
  const forMemory = image.replace(/zip$/, 'tar');
  if (existsSync(image) && existsSync(forMemory)) return;
  const folder = mkdtempSync(join(tmpdir(), 'samraad-image-'));
  try {
    const database = await openDatabase(readConfig({ SAMRAAD_DATA_DIR: folder }), []);
    await database.close();
    const files: Record<string, Uint8Array> = {};
    for (const entry of readdirSync(join(folder, 'pglite'), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(join(folder, 'pglite').length + 1).replaceAll('\\', '/');
      files[entry.isDirectory() ? `${name}/` : name] = entry.isDirectory() ? new Uint8Array() : readFileSync(path);
    }
    for (const name of readdirSync(dirname(image))) if (/^database-\w+\.(zip|tar)$/.test(name)) rmSync(join(dirname(image), name));
    // Whole or not at all, should the build end here.
    writeFileSync(`${image}.part`, zipSync(files, { level: 6 }));
    renameSync(`${image}.part`, image);
    const pglite = await PGlite.create({ dataDir: join(folder, 'pglite') });
    writeFileSync(forMemory, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()));
    await pglite.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
