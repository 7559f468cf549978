import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { ImageFileSystem } from './image-file-system.js';

const ownMigrations = new URL('./migrations/', import.meta.url);

/**
 * Where an empty embedded database stands ready, with every migration run: `dist/database-<key>.zip`. The key is made of the
 * text of the migrations, so that an image of others is never found. Migrations put nothing secret and nothing of their
 * own time into a database: every installation may begin with the same one.
 */
export function databaseImage(folder: URL = ownMigrations): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    if (/\.(js|ts)$/.test(name) && !name.endsWith('.d.ts')) hash.update(name).update('\0').update(readFileSync(new URL(name, folder))).update('\0');
  }
  return resolve(process.env.SAMRAAD_ROOT ?? process.cwd(), 'dist', `database-${hash.digest('hex').slice(0, 16)}.zip`);
}

/** The same for a database in memory, as it lies there: a hundred files of the suite begin with it. */
export function memoryImage(image: string): string {
  return image.replace(/\.zip$/, '.image');
}

/** How a database in memory begins: with the image that `SAMRAAD_MEMORY_IMAGE` names, where there is one. */
export function inMemory(): { fs?: ImageFileSystem } {
  const path = process.env.SAMRAAD_MEMORY_IMAGE;
  return path === undefined || !existsSync(path) ? {} : { fs: new ImageFileSystem(readFileSync(path)) };
}

/** Puts the image, where there is one, in the place of a database that does not exist yet: whole or not at all. */
export function beginWithImage(database: string): void {
  const image = databaseImage();
  if (existsSync(database) || !existsSync(image)) return;
  const part = `${database}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  for (const [name, content] of Object.entries(unzipSync(readFileSync(image)))) {
    const path = join(part, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, content);
  }
  renameSync(part, database);
}
