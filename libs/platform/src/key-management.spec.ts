import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileKeyManagement } from './key-management.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samraad-keys-'));
  path = join(folder, 'kek.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const key = randomBytes(32);

describe('the key file', () => {
  it('gives back after a restart what it wrapped, and nobody else may read it', () => {
    const { kekId, wrapped } = new FileKeyManagement(path, true).wrap('municipality:219', 'scope', key);
    const again = new FileKeyManagement(path, false);
    expect(again.unwrap(kekId, 'scope', wrapped).equals(key)).toBe(true);
    expect(() => again.unwrap(kekId, 'another scope', wrapped)).toThrow();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('wraps nothing with a key that could not be written', () => {
    const keys = new FileKeyManagement(path, true);
    mkdirSync(path);
    for (let n = 0; n < 3; n += 1) expect(() => keys.wrap('municipality:219', 'scope', key)).toThrow();
    rmSync(path, { recursive: true });
    const { kekId, wrapped } = keys.wrap('municipality:219', 'scope', key);
    expect(new FileKeyManagement(path, false).unwrap(kekId, 'scope', wrapped).equals(key)).toBe(true);
  });

  it('keeps the keys that another process wrote meanwhile', () => {
    const one = new FileKeyManagement(path, true);
    const other = new FileKeyManagement(path, true);
    const a = one.wrap('municipality:219', 'a', key);
    const b = other.wrap('policeDistrict:fyn', 'b', key);
    const c = other.wrap('municipality:219', 'c', key);
    const after = new FileKeyManagement(path, false);
    for (const [scope, { kekId, wrapped }] of Object.entries({ a, b, c })) expect(after.unwrap(kekId, scope, wrapped).equals(key)).toBe(true);
    expect(Object.keys((JSON.parse(readFileSync(path, 'utf8')) as { keys: object }).keys)).toHaveLength(2);
  });

  it.each(['', 'null', '{"version":1}', '{"version":2,"current":{},"keys":{}}', '[]'])('is refused when it holds %j, in a sentence', (text) => {
    writeFileSync(path, text);
    expect(() => new FileKeyManagement(path, true)).toThrow(/^Samråd .* key file/);
  });

  it('must be there outside demo mode', () => {
    expect(() => new FileKeyManagement(path, false)).toThrow('does not find its key file');
  });
});
