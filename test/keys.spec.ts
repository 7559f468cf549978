import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '@lib/platform/config.js';
import { KeyBackups, type KeyBackup } from '@lib/platform/key-backups.service.js';
import { KeyManagement } from '@lib/platform/key-management.js';
import { KeyRotation } from '@lib/platform/key-rotation.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { SealedAnew } from '@lib/platform/sealed-anew.service.js';
import { encrypt, isOfOldLayout } from '@lib/platform/sealing.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { startServer } from '../apps/server/src/server.js';
import { FakeVault } from './support/fake-vault.js';
import { openedWith, sealedValues, type SealedValue } from './support/sealed-columns.js';
import { meetingOf, openItems, section115 } from './support/story.js';
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

/** As it was sealed before columns were bound. */
async function asBefore(value: SealedValue, text: string): Promise<void> {
  const { key } = (await get(Keyring).sealerFor(value.scopeId)) as unknown as { key: Buffer };
  const old = encrypt(key, Buffer.from(text), Buffer.from(JSON.stringify([1, value.table, value.rowId, value.scopeId])));
  await server.unitOfWork.run((tx) => tx.query(`UPDATE ${value.table} SET ${value.column} = $2 WHERE id = $1`, [value.rowId, old]));
}

describe('[KE5] what was sealed before columns were bound', () => {
  const tables = ['agenda_item', 'item_proposal', 'meeting', 'series'];
  const values = async () => (await sealedValues(server.unitOfWork)).filter((one) => tables.includes(one.table));
  const textsOf = (all: readonly SealedValue[]) => openedWith(server.unitOfWork, get(Keyring), all);

  it('is read as it was, and sealed anew by a job that may be killed; what does not open is left', async () => {
    const { coordinator, officer, meetingId } = await section115(server);
    const { proposals } = (await officer.post<{ proposals: { id: string }[] }>(`/api/v1/meetings/${meetingId}/proposals`, { title: 'Ungdomsklubben', plannedMinutes: 15, outputType: 'discussion' })).body;
    expect((await coordinator.post(`/api/v1/meetings/${meetingId}/proposals/${proposals.at(-1)!.id}/decline`, { word: 'Næste gang' })).status).toBe(200);
    const before = await values();
    const texts = await textsOf(before);
    expect(new Set(before.map((one) => one.table))).toEqual(new Set(tables));
    const shown = JSON.stringify(await meetingOf(coordinator, meetingId));
    await server.unitOfWork.run((tx) => tx.query('ALTER TABLE item_proposal DISABLE TRIGGER item_proposal_update'));
    for (const [n, value] of before.entries()) await asBefore(value, texts[n]!);
    await server.unitOfWork.run((tx) => tx.query('ALTER TABLE item_proposal ENABLE TRIGGER item_proposal_update'));
    expect((await values()).every((one) => isOfOldLayout(one.sealed))).toBe(true);
    expect(JSON.stringify(await meetingOf(coordinator, meetingId))).toBe(shown);
    const broken = before.find((one) => one.table === 'series')!;
    await server.unitOfWork.run((tx) => tx.query('UPDATE series SET title = set_byte(title, 20, get_byte(title, 20) # 1) WHERE id = $1', [broken.rowId]));

    let left = 3;
    const mortal = Object.create(server.unitOfWork) as UnitOfWork;
    mortal.run = (work, options) => (left-- > 0 ? get(UnitOfWork).run(work, options) : Promise.reject(new Error('killed')));
    await expect(new SealedAnew(mortal, get(Keyring)).run()).rejects.toThrow('killed');
    const halfway = (await values()).map((one) => isOfOldLayout(one.sealed));
    expect([halfway.includes(true), halfway.includes(false)]).toEqual([true, true]);

    // While keys are asked for, which may take the KMS long, nobody waits behind its rows.
    const held: string[] = [];
    const watched = Object.create(get(Keyring)) as Keyring;
    watched.sealersIn = async (tx, ids) => {
      const locks = await tx.query<{ mode: string }>(`SELECT mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() AND c.relname = ANY ($1::text[])`, [tables]);
      held.push(...locks.map((one) => one.mode));
      return get(Keyring).sealersIn(tx, ids);
    };
    expect(await new SealedAnew(get(UnitOfWork), watched).run()).toBeGreaterThan(0);
    expect(new Set(held)).toEqual(new Set(['AccessShareLock']));
    expect(await get(SealedAnew).run()).toBe(0);
    const after = await values();
    const old = after.filter((one) => isOfOldLayout(one.sealed));
    expect(new Set(old.map((one) => one.rowId))).toEqual(new Set([broken.rowId]));
    await server.unitOfWork.run((tx) => tx.query('UPDATE series SET title = set_byte(title, 20, get_byte(title, 20) # 1) WHERE id = $1', [broken.rowId]));
    expect(await get(SealedAnew).run()).toBe(1);
    expect(await textsOf(await values())).toEqual(texts);
    expect(JSON.stringify(await meetingOf(coordinator, meetingId))).toBe(shown);
    // Nothing but that may be done to a proposal that was answered.
    const words = `UPDATE item_proposal SET title = set_byte(title, 20, get_byte(title, 20) # 1) WHERE id = $1`;
    await expect(server.unitOfWork.run((tx) => tx.query(words, [proposals.at(-1)!.id]))).rejects.toThrow(/never rewritten/);
  });

  it('could be exchanged for what stands beside it; what is sealed now cannot', async () => {
    const { coordinator, meetingId } = await section115(server);
    const items = openItems(await meetingOf(coordinator, meetingId)).map((entry) => entry.item as (typeof entry)['item'] & { ledByText: string });
    const item = items.find((one) => one.ledByText !== '')!;
    const swap = () => server.unitOfWork.run((tx) => tx.query('UPDATE agenda_item SET title = led_by, led_by = title WHERE id = $1', [item.id]));
    await swap();
    const refused = await coordinator.get(`/api/v1/items/${item.id}`);
    expect([refused.status, JSON.stringify(refused.body).includes(item.ledByText)]).toEqual([500, false]);
    await swap();
    expect((await coordinator.get<{ title: string }>(`/api/v1/items/${item.id}`)).body.title).toBe(item.title);
  });
});

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
