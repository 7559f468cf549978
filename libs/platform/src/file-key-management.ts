import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { FolderInUse, lockFolder } from './folder-lock.js';
import { KeyManagement, KeysUnavailable, type PlainKey, type WrappedKey } from './key-management.js';
import { decrypt, encrypt } from './sealing.js';
import { writeWhole } from './whole-file.js';

interface KeyFile {
  version: 1;
  /** authority id → the KEK that was made for it last */
  current: Record<string, string>;
  /** KEK id → key, base64 */
  keys: Record<string, string>;
}

/** Milliseconds between two tries to change the file, and how many there are: a change takes as long as a write to the disk. */
const againMs = 20;
const tries = 250;

const bindingOf = (kekId: string, scopeId: string) => Buffer.from(JSON.stringify([kekId, scopeId]));

/** For development and small installations: KEKs in a file with mode 0600. Keep it apart from the backups of the database. */
export class FileKeyManagement extends KeyManagement {
  private content: KeyFile;

  /**
   * @param path      null keeps the keys in memory (tests)
   * @param mayCreate false outside demo mode: a missing key file then stops the start
   * @throws Error for the operator when the file is missing or is no key file
   */
  constructor(
    private readonly path: string | null,
    mayCreate: boolean,
  ) {
    super();
    if (path !== null && existsSync(path)) this.content = readKeyFile(path);
    else if (path !== null && !mayCreate) throw new Error(`Samråd does not find its key file ${path}. Create it with {"version":1,"current":{},"keys":{}} and mode 0600.`);
    else this.content = { version: 1, current: {}, keys: {} };
  }

  override async createKek(authorityId: string): Promise<string> {
    const kekId = randomUUID();
    // On the disk before anything is wrapped with it: content whose key is lost is lost. Until then it does not exist.
    await this.change(({ current, keys }) => ({ version: 1, current: { ...current, [authorityId]: kekId }, keys: { ...keys, [kekId]: randomBytes(32).toString('base64') } }));
    return kekId;
  }

  override async wrap(kekId: string, keys: readonly PlainKey[]): Promise<Buffer[]> {
    const kek = this.kek(kekId);
    return keys.map(({ scopeId, key }) => encrypt(kek, key, bindingOf(kekId, scopeId)));
  }

  override async unwrap(kekId: string, keys: readonly WrappedKey[]): Promise<Buffer[]> {
    const kek = this.kek(kekId);
    return keys.map(({ scopeId, wrapped }) => decrypt(kek, wrapped, bindingOf(kekId, scopeId)));
  }

  override async has(kekId: string): Promise<boolean> {
    return Object.hasOwn(this.content.keys, kekId) || Object.hasOwn(this.latest().keys, kekId);
  }

  override async destroyKek(kekId: string): Promise<void> {
    const without = (map: Record<string, string>, isGone: (key: string, value: string) => boolean) => Object.fromEntries(Object.entries(map).filter(([key, value]) => !isGone(key, value)));
    await this.change(({ current, keys }) => ({ version: 1, current: without(current, (_authority, id) => id === kekId), keys: without(keys, (id) => id === kekId) }));
  }

  override forBackup(kekIds: readonly string[]): KeyFile | undefined {
    const { current, keys } = this.latest();
    if (kekIds.some((id) => !Object.hasOwn(keys, id))) return undefined;
    return { version: 1, current, keys: Object.fromEntries(kekIds.map((id) => [id, keys[id] as string])) };
  }

  private kek(kekId: string): Buffer {
    if (!Object.hasOwn(this.content.keys, kekId)) this.content = this.latest();
    const key = this.content.keys[kekId];
    if (key === undefined) throw new Error('the key-encryption key is not in the key file');
    return Buffer.from(key, 'base64');
  }

  /** Another process may have changed the file since it was read; writing ours alone would undo that. */
  private latest(): KeyFile {
    return this.path !== null && existsSync(this.path) ? readKeyFile(this.path) : this.content;
  }

  /** One process at a time reads the file and writes it: of two at once the second would write the first one's key away. */
  private async change(changed: (latest: KeyFile) => KeyFile): Promise<void> {
    const release = this.path === null ? () => undefined : await lock(`${this.path}.lock`);
    try {
      const next = changed(this.latest());
      if (this.path !== null) writeWhole(this.path, JSON.stringify(next));
      this.content = next;
    } finally {
      release();
    }
  }
}

/** @throws KeysUnavailable when another process does not let go */
async function lock(folder: string): Promise<() => void> {
  for (let left = tries; ; left -= 1) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error;
      if (left === 0) throw new KeysUnavailable('another process keeps the key file locked.');
      await wait(againMs);
    }
  }
}

function readKeyFile(path: string): KeyFile {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`Samråd cannot read the key file ${path}: ${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'}.`);
  }
  const { version, current, keys } = (content ?? {}) as Partial<KeyFile>;
  const isMap = (value: unknown) => typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
  if (version !== 1 || !isMap(current) || !isMap(keys)) throw new Error(`Samråd does not understand the key file ${path}: it is not one of its own.`);
  return content as KeyFile;
}
