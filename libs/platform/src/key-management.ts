import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { decrypt, encrypt } from './sealing.js';

/**
 * Holds the key-encryption keys (KEK), one per owning authority, and never gives them out: it wraps and unwraps the
 * content keys. The file below is for development and small installations; a KMS takes its place behind the same
 * three functions.
 */
export abstract class KeyManagement {
  /** @returns the wrapped content key and the id of the KEK that wrapped it */
  abstract wrap(authorityId: string, scopeId: string, key: Buffer): { kekId: string; wrapped: Buffer };
  /** @throws Error when the KEK is unknown (destroyed, or the wrong key file) or the value was changed */
  abstract unwrap(kekId: string, scopeId: string, wrapped: Uint8Array): Buffer;
  abstract has(kekId: string): boolean;
}

interface KeyFile {
  version: 1;
  /** authority id → its present KEK */
  current: Record<string, string>;
  /** KEK id → key, base64 */
  keys: Record<string, string>;
}

/** KEKs in a file with mode 0600. Keep it, and its backups, apart from the backups of the database. */
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

  override wrap(authorityId: string, scopeId: string, key: Buffer): { kekId: string; wrapped: Buffer } {
    const kekId = this.content.current[authorityId] ?? this.create(authorityId);
    return { kekId, wrapped: encrypt(this.kek(kekId), key, Buffer.from(JSON.stringify([kekId, scopeId]))) };
  }

  override unwrap(kekId: string, scopeId: string, wrapped: Uint8Array): Buffer {
    return decrypt(this.kek(kekId), wrapped, Buffer.from(JSON.stringify([kekId, scopeId])));
  }

  override has(kekId: string): boolean {
    return Object.hasOwn(this.content.keys, kekId);
  }

  private kek(kekId: string): Buffer {
    const key = this.content.keys[kekId];
    if (key === undefined) throw new Error('the key-encryption key is not in the key file');
    return Buffer.from(key, 'base64');
  }

  private create(authorityId: string): string {
    // Another process may have added keys to the same file since it was read; writing ours alone would destroy theirs.
    const latest = this.path !== null && existsSync(this.path) ? readKeyFile(this.path) : this.content;
    const known = latest.current[authorityId];
    const kekId = known ?? randomUUID();
    const next: KeyFile = {
      version: 1,
      current: { ...latest.current, [authorityId]: kekId },
      keys: known === undefined ? { ...latest.keys, [kekId]: randomBytes(32).toString('base64') } : latest.keys,
    };
    // On the disk before anything is wrapped with it: content whose key is lost is lost. Until then it does not exist.
    if (this.path !== null && known === undefined) writeKeyFile(this.path, next);
    this.content = next;
    return kekId;
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

/** Written beside and moved into place: at every moment one whole file stands there. */
function writeKeyFile(path: string, content: KeyFile): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    // Writes until everything is written, or throws; a single write may stop short on a full disk.
    writeFileSync(file, JSON.stringify(content));
    fsyncSync(file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
