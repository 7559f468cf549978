import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@lib/platform/config.js';
import { KeyBackups, type KeyBackup } from '@lib/platform/key-backups.service.js';
import { KeyManagement } from '@lib/platform/key-management.js';
import { KeyRotation } from '@lib/platform/key-rotation.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { startServer } from '../apps/server/src/server.js';
import { FakeVault } from './support/fake-vault.js';
import { meetingOf, section115 } from './support/story.js';
import { createTestDatabase, testDatabaseUrl } from './support/test-database.js';
import { eksempelby, TestServer } from './support/test-server.js';
import { TestClock } from './support/test-clock.js';

const folder = mkdtempSync(join(tmpdir(), 'samraad-key-backups-'));
const backups = join(folder, 'backups');
let server: TestServer;
let vault: FakeVault;
let stop: () => Promise<void>;

/** The whole product with its keys in Vault. */
beforeAll(async () => {
  vault = await FakeVault.start('token-of-the-test');
  writeFileSync(join(folder, 'token'), 'token-of-the-test');
  const clock = new TestClock();
  const database = testDatabaseUrl === undefined ? null : await createTestDatabase();
  const config = readConfig({ PORT: '0', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: 'memory:', SAMRAAD_KMS: 'vault', VAULT_ADDR: vault.address, VAULT_TOKEN_FILE: join(folder, 'token'), VAULT_TIMEOUT_MS: '1000', SAMRAAD_KEY_BACKUP_DIR: backups, SAMRAAD_KEY_BACKUP_DAYS: '30', ...(database === null ? {} : { DATABASE_URL: database.url }) });
  const running = await startServer(config, { clock });
  server = TestServer.of(running, clock);
  stop = async () => {
    await running.close();
    await database?.drop();
    await vault.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}, 60_000);
afterAll(() => stop());
afterEach(() => void (vault.isSilent = false));

const get = <T>(type: abstract new (...args: never[]) => T): T => server.running.app.get(type as never);
const scopesOf = async (authorityId: string) => (await server.unitOfWork.run((tx) => tx.query<{ scope_id: string }>('SELECT scope_id FROM content_key WHERE owner_authority_id = $1 ORDER BY scope_id', [authorityId]), { as: 'keeper' })).map((row) => row.scope_id);
const keksOf = (authorityId: string) => server.unitOfWork.run((tx) => tx.query<{ kek_id: string; state: string }>('SELECT kek_id, state FROM kek WHERE authority_id = $1', [authorityId]), { as: 'keeper' });
/** Opened without anything that is in memory. */
const opens = async (scopeIds: readonly string[]) => (await server.unitOfWork.run((tx) => new Keyring(server.unitOfWork, get(KeyManagement)).sealersIn(tx, scopeIds), { as: 'keeper' })).size;

/** The rotation of a process that is killed at its n-th statement, or before or after its n-th call to the KMS. */
function mortalRotation(steps: number) {
  let left = steps;
  const step = () => {
    if (left-- <= 0) throw new Error('killed');
  };
  const unitOfWork = Object.create(server.unitOfWork) as UnitOfWork;
  unitOfWork.run = (work, options) => server.unitOfWork.run((tx) => work({ ...tx, query: async (sql, parameters) => (step(), tx.query(sql, parameters)) }), options);
  const keys = new Proxy(get(KeyManagement), {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      if (!['createKek', 'wrap', 'unwrap', 'destroyKek'].includes(String(name))) return method.bind(target);
      return async (...args: unknown[]) => {
        step();
        const answer = await method.apply(target, args);
        step();
        return answer;
      };
    },
  });
  return { rotation: new KeyRotation(unitOfWork, keys, get(KeyBackups)), wasKilled: () => left < 0 };
}

describe('keys of authorities', () => {
  it('[KE1] are in Vault: pages work, and when it does not answer the asker is told so, and nothing is lost', async () => {
    const { coordinator, meetingId } = await section115(server);
    const before = (await meetingOf(coordinator, meetingId)).title;
    const forget = () => (get(Keyring) as unknown as { sealers: Map<string, unknown> }).sealers.clear();
    forget();
    vault.isSilent = true;
    const refused = await coordinator.get<{ code: string; detail?: string }>(`/api/v1/meetings/${meetingId}`);
    expect([refused.status, refused.body.code]).toEqual([503, 'keys-unavailable']);
    vault.isSilent = false;
    expect((await meetingOf(coordinator, meetingId)).title).toBe(before);
  });

  it('[KE2] rotate: everything opens after it, nothing is wrapped by the key before, and that one is gone', async () => {
    await section115(server);
    const scopes = await scopesOf(eksempelby);
    const before = await keksOf(eksempelby);
    await get(KeyRotation).rotate([eksempelby]);
    const after = await keksOf(eksempelby);
    expect(after.filter((one) => one.state === 'current')).toHaveLength(1);
    for (const { kek_id } of before) {
      expect(after.find((one) => one.kek_id === kek_id)?.state).toBe('destroyed');
      expect(vault.keys.has(kek_id)).toBe(false);
    }
    expect(await opens(scopes)).toBe(scopes.length);
    await get(KeyRotation).finishAll();
    expect(await keksOf(eksempelby)).toEqual(after);
  });

  it('[KE3] killed at any step, a rotation has lost nothing, people go on working, and the next one finishes it', async () => {
    const { coordinator, meetingId } = await section115(server);
    let kills = 0;
    for (let steps = 0; ; steps += 1) {
      const { rotation, wasKilled } = mortalRotation(steps);
      await rotation.rotate([eksempelby]).catch((error: unknown) => expect(String(error)).toContain('killed'));
      if (!wasKilled()) break;
      kills += 1;
      if (steps % 4 === 1) expect((await coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title: `Punkt ${steps}`, plannedMinutes: 5, outputType: 'decision' })).status).toBe(201);
      const scopes = await scopesOf(eksempelby);
      expect([steps, await opens(scopes)]).toEqual([steps, scopes.length]);
      await get(KeyRotation).finishAll();
      expect([steps, await opens(scopes)]).toEqual([steps, scopes.length]);
      const keks = await keksOf(eksempelby);
      expect(keks.filter((one) => one.state !== 'destroyed').map((one) => one.state)).toEqual(['current']);
      for (const { kek_id, state } of keks) expect(vault.keys.has(kek_id)).toBe(state === 'current');
    }
    expect(kills).toBeGreaterThan(10);
  }, 240_000);

  it('[KE4] are backed up apart, with the rotation and daily; the copies expire, the newest stays', async () => {
    rmSync(backups, { recursive: true, force: true });
    await get(KeyRotation).rotate([eksempelby]);
    const [first] = readdirSync(backups);
    const backup = JSON.parse(readFileSync(join(backups, first!), 'utf8')) as KeyBackup;
    expect(backup.contentKeys.map((one) => one.scopeId)).toEqual(expect.arrayContaining(await scopesOf(eksempelby)));
    const current = (await keksOf(eksempelby)).find((one) => one.state === 'current')!.kek_id;
    expect(new Set(backup.contentKeys.filter((one) => one.ownerAuthorityId === eksempelby).map((one) => one.kekId))).toEqual(new Set([current]));
    expect(backup.keyFile).toBeNull();

    server.clock.advance({ hours: 24 * 29 });
    await get(KeyBackups).make();
    expect(existsSync(join(backups, first!))).toBe(true);
    server.clock.advance({ hours: 48 });
    await get(KeyBackups).make();
    expect(existsSync(join(backups, first!))).toBe(false);
    server.clock.advance({ hours: 24 * 400 });
    await get(KeyBackups).make();
    expect(readdirSync(backups)).toHaveLength(1);
  });
});
