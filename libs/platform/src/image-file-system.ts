import type { postgresMod } from '@electric-sql/pglite';
import { EmscriptenBuiltinFilesystem } from '@electric-sql/pglite/basefs';

/** Where PGlite has its data, inside its own file system. */
const dataFolder = '/pglite/data';

/** A data folder as one run of bytes: `[name, length]` of each entry as JSON before them, folders ending in “/” and without any. */
export function packImage(files: Record<string, Uint8Array>): Uint8Array {
  const index = Buffer.from(JSON.stringify(Object.entries(files).map(([name, content]) => [name, content.length])));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(index.length);
  return Buffer.concat([length, index, ...Object.values(files)]);
}

/**
 * The memory that an embedded database is in, filled with an image before it starts. PGlite's own way to load one unpacks a
 * tar and copies each byte some times over, which takes longer than all else of a start; here the bytes that were read are
 * what the database writes in.
 */
export class ImageFileSystem extends EmscriptenBuiltinFilesystem {
  /** @param image of packImage, and nobody else's from now on */
  constructor(private readonly image: Buffer) {
    super();
  }

  override async init(pglite: Parameters<EmscriptenBuiltinFilesystem['init']>[0], options: Partial<postgresMod.PostgresMod>): Promise<{ emscriptenOpts: Partial<postgresMod.PostgresMod> }> {
    this.pg = pglite;
    const fill = ({ FS }: postgresMod.PostgresMod): void => {
      let at = 4 + this.image.readUInt32LE();
      FS.mkdirTree(dataFolder, 0o700);
      for (const [name, length] of JSON.parse(this.image.toString('utf8', 4, at)) as [string, number][]) {
        const path = `${dataFolder}/${name.replace(/\/$/, '')}`;
        if (name.endsWith('/')) FS.mkdirTree(path, 0o700);
        else FS.writeFile(path, this.image.subarray(at, at + length), { canOwn: true });
        at += length;
      }
    };
    return { emscriptenOpts: { ...options, preRun: [...(options.preRun ?? []), fill] } };
  }
}
