import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Clock } from './clock.js';
import { Config } from './config.js';
import { KeyManagement } from './key-management.js';
import { UnitOfWork } from './unit-of-work.service.js';
import { writeWhole } from './whole-file.js';

export interface KeyBackup {
  version: 1;
  /** ISO 8601, UTC */
  at: string;
  /** The content keys, wrapped (base64): of no use without the KEKs. */
  contentKeys: { scopeId: string; ownerAuthorityId: string; kekId: string; wrapped: string }[];
  keks: { kekId: string; authorityId: string; state: string }[];
  shredded: { scopeId: string; ownerAuthorityId: string; at: string }[];
  /** The key file, when the KEKs are in one; null when a KMS keeps and backs them up. */
  keyFile: object | null;
}

const nameOf = (at: string) => `samraad-keys-${at.replace(/[:.]/g, '-')}.json`;
const isOurs = /^samraad-keys-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)[\d-]*Z\.json$/;

const oneMoment = /* sql */ `
  SELECT json_build_object(
    'contentKeys', coalesce((SELECT json_agg(json_build_object('scopeId', scope_id, 'ownerAuthorityId', owner_authority_id, 'kekId', kek_id, 'wrapped', replace(encode(wrapped_key, 'base64'), E'\\n', '')) ORDER BY scope_id) FROM content_key), '[]'),
    'keks', coalesce((SELECT json_agg(json_build_object('kekId', kek_id, 'authorityId', authority_id, 'state', state) ORDER BY kek_id) FROM kek k WHERE state = 'current' OR EXISTS (SELECT 1 FROM content_key c WHERE c.kek_id = k.kek_id)), '[]'),
    'shredded', coalesce((SELECT json_agg(json_build_object('scopeId', scope_id, 'ownerAuthorityId', owner_authority_id, 'at', at) ORDER BY scope_id) FROM shredded_scope), '[]')
  ) AS backup`;

/**
 * Copies of the keys, kept apart from those of the database, for a limited time. After a shredding a copy of the database
 * from before opens only with a backup of the keys: one from after gives everything back but what was shredded; one from
 * before would give that back too, which is why it expires.
 */
@Injectable()
export class KeyBackups {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: KeyManagement,
  ) {}

  /** Writes one and removes those that have expired; the newest stays, however old. Does nothing without a folder. */
  async make(): Promise<void> {
    if (this.config.SAMRAAD_KEY_BACKUP_DIR === undefined) return;
    const folder = resolve(this.config.SAMRAAD_KEY_BACKUP_DIR);
    const backup = await this.content();
    writeWhole(join(folder, nameOf(backup.at)), JSON.stringify(backup));
    this.expire(folder);
  }

  /** Everything at one moment: without a KEK that a key in it is wrapped by, it would be worth nothing. */
  async content(): Promise<KeyBackup> {
    for (let tries = 0; tries < 5; tries += 1) {
      const at = this.clock.now().toString({ smallestUnit: 'millisecond' });
      const [stored] = await this.unitOfWork.run((tx) => tx.query<{ backup: Omit<KeyBackup, 'version' | 'at' | 'keyFile'> }>(oneMoment), { lane: 'job', as: 'keeper' });
      if (stored === undefined) break;
      // A rotation that destroyed one of them in between has left the rows wrapped by another: they are read again.
      const keyFile = this.keys.forBackup(stored.backup.keks.map((one) => one.kekId));
      if (keyFile !== undefined) return { version: 1, at, ...stored.backup, keyFile };
    }
    throw new Error('the keys change too fast to be copied');
  }

  private expire(folder: string): void {
    if (!existsSync(folder)) return;
    const oldest = nameOf(this.clock.now().subtract({ hours: 24 * this.config.SAMRAAD_KEY_BACKUP_DAYS }).toString({ smallestUnit: 'millisecond' }));
    const names = readdirSync(folder).filter((name) => isOurs.test(name)).sort();
    for (const name of names.slice(0, -1)) if (name < oldest) rmSync(join(folder, name));
  }
}
