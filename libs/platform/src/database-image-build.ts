import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { readConfig } from './config.js';
import { databaseImage, memoryImage } from './database-image.js';
import { openDatabase } from './database.js';
import { packImage } from './image-file-system.js';

/** Makes the image (for a folder and for memory) where it is missing, and removes those of other migrations. For the build. */
export async function makeDatabaseImage(): Promise<void> {
  const image = databaseImage();
  const forMemory = memoryImage(image);
  if (existsSync(image) && existsSync(forMemory)) return;
  const folder = mkdtempSync(join(tmpdir(), 'samraad-image-'));
  try {
    const database = await openDatabase(readConfig({ SAMRAAD_DATA_DIR: folder }), []);
    const [{ name: lastOfLog }] = await database.dataSource.query<[{ name: string }]>('SELECT pg_walfile_name(pg_current_wal_lsn()) AS name');
    await database.close();
    const files: Record<string, Uint8Array> = {};
    for (const entry of readdirSync(join(folder, 'pglite'), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(join(folder, 'pglite').length + 1).replaceAll('\\', '/');
      // Segments of the log that are kept to be written anew are a quarter of all bytes, and made when they are wanted.
      if (/^pg_wal\/[0-9A-F]{24}$/.test(name) && name > `pg_wal/${lastOfLog}`) continue;
      files[entry.isDirectory() ? `${name}/` : name] = entry.isDirectory() ? new Uint8Array() : readFileSync(path);
    }
    for (const name of readdirSync(dirname(image))) if (/^database-.*\.(zip|image|tar)$/.test(name)) rmSync(join(dirname(image), name));
    for (const [path, content] of [[image, zipSync(files, { level: 6 })], [forMemory, packImage(files)]] as const) {
      // Whole or not at all, should the build end here.
      writeFileSync(`${path}.part`, content);
      renameSync(`${path}.part`, path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
