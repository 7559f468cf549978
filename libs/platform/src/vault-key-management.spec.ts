import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeVault } from '../../../test/support/fake-vault.js';
import { KeysUnavailable } from './key-management.js';
import { VaultKeyManagement } from './vault-key-management.js';

const token = 'hvs.CAESIkanariefugl';
let vault: FakeVault;
let folder: string;
let tokenFile: string;
let keys: VaultKeyManagement;
beforeEach(async () => {
  vault = await FakeVault.start(token);
  folder = mkdtempSync(join(tmpdir(), 'samraad-vault-'));
  tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, `${token}\n`);
  keys = waiting(30_000);
});
afterEach(async () => {
  await vault.stop();
  rmSync(folder, { recursive: true, force: true });
});
const waiting = (timeoutMs: number) => new VaultKeyManagement({ address: vault.address, tokenFile, mount: 'transit', namespace: 'samraad/', timeoutMs });
const plain = (count: number) => Array.from({ length: count }, (_, n) => ({ scopeId: `scope-${n}`, key: randomBytes(32) }));
const failure = async (work: Promise<unknown>) => work.then(() => null, (error: unknown) => error as Error);

describe('keys in the transit engine of Vault', () => {
  it('come back as they were wrapped, many in one call, each for its own scope only', async () => {
    const kekId = await keys.createKek();
    const some = plain(1_100);
    const before = vault.asked.length;
    const wrapped = await keys.wrap(kekId, some);
    expect(vault.asked.length - before).toBe(3);
    expect(wrapped.every((one) => one.toString().startsWith('vault:v1:'))).toBe(true);
    const opened = await keys.unwrap(kekId, some.map(({ scopeId }, n) => ({ scopeId, wrapped: wrapped[n]! })));
    expect(opened).toEqual(some.map(({ key }) => key));
    await expect(keys.unwrap(kekId, [{ scopeId: 'scope-1', wrapped: wrapped[0]! }])).rejects.toThrow(KeysUnavailable);
    expect(vault.asked.every(({ namespace }) => namespace === 'samraad/')).toBe(true);
  });

  it('are deleted after Vault was told that they may be, once and for all', async () => {
    const [gone, kept] = [await keys.createKek(), await keys.createKek()];
    const [wrapped] = await keys.wrap(gone, plain(1));
    await keys.destroyKek(gone);
    await keys.destroyKek(gone);
    expect([await keys.has(gone), await keys.has(kept)]).toEqual([false, true]);
    await expect(keys.unwrap(gone, [{ scopeId: 'scope-0', wrapped: wrapped! }])).rejects.toThrow(KeysUnavailable);
    await expect(keys.wrap(gone, plain(1))).rejects.toThrow(KeysUnavailable);
    expect([...vault.keys.keys()]).toEqual([kept]);
  });

  it('are said to be unavailable, without the token or a word of the answer, whatever goes wrong', async () => {
    const kekId = await keys.createKek();
    const said: string[] = [];
    const wrong = async (what: string, asked = keys) => {
      const error = await failure(asked.wrap(kekId, plain(1)));
      expect([what, error?.name]).toEqual([what, 'KeysUnavailable']);
      expect([what, /kanariefugl|scope-|vault:v1/.test(`${error?.message}${error?.stack}${String(error?.cause)}`)]).toEqual([what, false]);
      said.push(error!.message);
    };
    for (const status of [307, 400, 403, 404, 500, 503]) {
      vault.status = status;
      await wrong(String(status));
    }
    vault.status = null;
    vault.isSilent = true;
    await wrong('silent', waiting(300));
    vault.isSilent = false;
    writeFileSync(tokenFile, 'hvs.kanariefugl-another');
    await wrong('another token');
    writeFileSync(tokenFile, '');
    await wrong('no token');
    rmSync(tokenFile);
    await wrong('no file');
    writeFileSync(tokenFile, token);
    expect(await keys.wrap(kekId, plain(1))).toHaveLength(1);
    await vault.stop();
    await wrong('gone');
    expect(new Set(said).size).toBeGreaterThan(6);
    vault = await FakeVault.start(token);
  });

  it('are never asked for by an id that is not one of theirs', async () => {
    for (const id of ['../../sys/seal', 'samraad-', 'other'] ) await expect(keys.has(id)).rejects.toThrow(KeysUnavailable);
    expect(vault.asked).toEqual([]);
  });
});
