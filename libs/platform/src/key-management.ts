import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
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
  private readonly content: KeyFile;

  /**
   * @param path      null keeps the keys in memory (tests)
   * @param mayCreate false outside demo mode: a missing key file then stops the start
   */
  constructor(
    private readonly path: string | null,
    mayCreate: boolean,
  ) {
    super();
    if (path !== null && existsSync(path)) {
      this.content = JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
      if (this.content.version !== 1) throw new Error(`The key file ${path} has an unknown version`);
      return;
    }
    if (path !== null && !mayCreate) throw new Error(`The key file ${path} does not exist. Create it with {"version":1,"current":{},"keys":{}} and mode 0600`);
    this.content = { version: 1, current: {}, keys: {} };
  }

  override wrap(authorityId: string, scopeId: string, key: Buffer): { kekId: string; wrapped: Buffer } {
    const kekId = this.content.current[authorityId] ?? this.create(authorityId);
    return { kekId, wrapped: encrypt(this.kek(kekId), key, Buffer.from(JSON.stringify([kekId, scopeId]))) };
  }

  override unwrap(kekId: string, scopeId: string, wrapped: Uint8Array): Buffer {
    return decrypt(this.kek(kekId), wrapped, Buffer.from(JSON.stringify([kekId, scopeId])));
  }

  override has(kekId: string): boolean {
    return kekId in this.content.keys;
  }

  private kek(kekId: string): Buffer {
    const key = this.content.keys[kekId];
    if (key === undefined) throw new Error('the key-encryption key is not in the key file');
    return Buffer.from(key, 'base64');
  }

  private create(authorityId: string): string {
    const kekId = randomUUID();
    this.content.keys[kekId] = randomBytes(32).toString('base64');
    this.content.current[authorityId] = kekId;
    // On the disk before anything is wrapped with it: content whose key is lost is lost.
    if (this.path !== null) this.write(this.path);
    return kekId;
  }

  private write(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    const draft = `${path}.new`;
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, JSON.stringify(this.content));
      fsyncSync(file);
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
}
