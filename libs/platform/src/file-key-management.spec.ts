import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from './folder-lock.js';
import { FileKeyManagement } from './file-key-management.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samraad-keys-'));
  path = join(folder, 'kek.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const key = randomBytes(32);

async function wrapOne(keys: FileKeyManagement, authorityId: string, scopeId: string) {
  const kekId = await keys.createKek(authorityId);
  const [wrapped] = await keys.wrap(kekId, [{ scopeId, key }]);
  return { kekId, scopeId, wrapped: wrapped! };
}
const unwrapOne = async (keys: FileKeyManagement, { kekId, scopeId, wrapped }: { kekId: string; scopeId: string; wrapped: Buffer }) => (await keys.unwrap(kekId, [{ scopeId, wrapped }]))[0]!;

describe('the key file', () => {
  it('gives back after a restart what it wrapped, and nobody else may read it', async () => {
    const one = await wrapOne(new FileKeyManagement(path, true), 'municipality:219', 'scope');
    const again = new FileKeyManagement(path, false);
    expect((await unwrapOne(again, one)).equals(key)).toBe(true);
    await expect(unwrapOne(again, { ...one, scopeId: 'another scope' })).rejects.toThrow();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('has no key that could not be written', async () => {
    const keys = new FileKeyManagement(path, true);
    mkdirSync(path);
    for (let n = 0; n < 3; n += 1) await expect(keys.createKek('municipality:219')).rejects.toThrow();
    rmSync(path, { recursive: true });
    const one = await wrapOne(keys, 'municipality:219', 'scope');
    expect((await unwrapOne(new FileKeyManagement(path, false), one)).equals(key)).toBe(true);
    expect(Object.keys((JSON.parse(readFileSync(path, 'utf8')) as { keys: object }).keys)).toHaveLength(1);
  });

  it('keeps the keys that another process wrote meanwhile, and opens with them', async () => {
    const one = new FileKeyManagement(path, true);
    const other = new FileKeyManagement(path, true);
    const all = [await wrapOne(one, 'municipality:219', 'a'), await wrapOne(other, 'policeDistrict:fyn', 'b'), await wrapOne(one, 'municipality:219', 'c')];
    for (const keys of [one, other, new FileKeyManagement(path, false)]) for (const each of all) expect((await unwrapOne(keys, each)).equals(key)).toBe(true);
  });

  it('waits for a process that is changing the file: neither writes the key of the other away', async () => {
    const keys = new FileKeyManagement(path, true);
    const first = await wrapOne(keys, 'municipality:219', 'a');
    const release = lockFolder(`${path}.lock`);
    const read = JSON.parse(readFileSync(path, 'utf8')) as { keys: Record<string, string> };
    const made = wrapOne(keys, 'municipality:219', 'b');
    writeFileSync(path, JSON.stringify({ ...read, keys: { ...read.keys, theirs: key.toString('base64') } }));
    release();
    const all = [first, await made];
    const again = new FileKeyManagement(path, false);
    for (const one of all) expect((await unwrapOne(again, one)).equals(key)).toBe(true);
    expect(await again.has('theirs')).toBe(true);
  });

  it('destroys a key for good, keeps the others, and does not mind being told twice', async () => {
    const keys = new FileKeyManagement(path, true);
    const [gone, kept] = [await wrapOne(keys, 'municipality:219', 'a'), await wrapOne(keys, 'municipality:219', 'b')];
    await keys.destroyKek(gone.kekId);
    await keys.destroyKek(gone.kekId);
    for (const each of [keys, new FileKeyManagement(path, false)]) {
      expect(await each.has(gone.kekId)).toBe(false);
      await expect(unwrapOne(each, gone)).rejects.toThrow('not in the key file');
      expect((await unwrapOne(each, kept)).equals(key)).toBe(true);
    }
    expect(readFileSync(path, 'utf8')).not.toContain(gone.kekId);
  });

  it.each(['', 'null', '{"version":1}', '{"version":2,"current":{},"keys":{}}', '[]'])('is refused when it holds %j, in a sentence', (text) => {
    writeFileSync(path, text);
    expect(() => new FileKeyManagement(path, true)).toThrow(/^Samråd .* key file/);
  });

  it('must be there outside demo mode', () => {
    expect(() => new FileKeyManagement(path, false)).toThrow('does not find its key file');
  });
});
