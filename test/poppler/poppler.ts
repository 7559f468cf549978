import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What poppler-utils find in a PDF (Debian: `apt-get install poppler-utils`). */

function withFile<Result>(pdf: Uint8Array, use: (path: string, folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'samraad-pdf-'));
  try {
    const path = join(folder, 'document.pdf');
    writeFileSync(path, pdf);
    return use(path, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const run = (program: string, ...argv: string[]) => execFileSync(program, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 });

/** Its text in the order in which it is drawn. */
export const pdfText = (pdf: Uint8Array): string => withFile(pdf, (path) => run('pdftotext', '-raw', '-enc', 'UTF-8', path, '-'));

/** Of the file: `Tagged`, `Pages`, `Title` … */
export const pdfInfo = (pdf: Uint8Array): Record<string, string> =>
  withFile(pdf, (path) => Object.fromEntries(run('pdfinfo', path).split('\n').filter((line) => line.includes(':')).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])));

/** Its XMP metadata. */
export const pdfMetadata = (pdf: Uint8Array): string => withFile(pdf, (path) => run('pdfinfo', '-meta', path));

/** The tags of its structure, one a line. */
export const pdfStructure = (pdf: Uint8Array): string => withFile(pdf, (path) => run('pdfinfo', '-struct', path));

/** The attached data.json as it stands in the file; null when nothing is attached. */
export function pdfAttachment(pdf: Uint8Array): string | null {
  return withFile(pdf, (path, folder) => {
    if (run('pdfdetach', '-list', path).startsWith('0 ')) return null;
    run('pdfdetach', '-save', '1', '-o', join(folder, 'data.json'), path);
    return readFileSync(join(folder, 'data.json'), 'utf8');
  });
}
