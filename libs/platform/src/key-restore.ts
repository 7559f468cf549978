import { existsSync, readFileSync } from 'node:fs';
import type { EntityManager } from 'typeorm';
import type { KeyBackup } from './key-backups.service.js';
import { writeWhole } from './whole-file.js';

/**
 * Gives a restored database the keys of a backup that is younger than it: what was shredded in between stays shredded,
 * everything else opens. Keys that only the database has are left as they are.
 *
 * @param keyFile where the KEKs belong when they are in a file; written only where there is none, because an older
 *   backup would bring destroyed ones back
 * @throws Error for the operator
 */
export async function restoreKeys(manager: EntityManager, backupPath: string, keyFile: string | null): Promise<{ keys: number; shredded: number }> {
  const backup = read(backupPath);
  const { contentKeys, keks, shredded } = backup;
  if (backup.keyFile !== null && keyFile !== null && !existsSync(keyFile)) writeWhole(keyFile, JSON.stringify(backup.keyFile));
  await manager.query(
    `INSERT INTO content_key (scope_id, owner_authority_id, kek_id, wrapped_key)
     SELECT v.scope_id, v.owner, v.kek_id, decode(v.wrapped, 'base64') FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS v (scope_id, owner, kek_id, wrapped)
     ON CONFLICT (scope_id) DO UPDATE SET kek_id = excluded.kek_id, wrapped_key = excluded.wrapped_key`,
    [contentKeys.map((one) => one.scopeId), contentKeys.map((one) => one.ownerAuthorityId), contentKeys.map((one) => one.kekId), contentKeys.map((one) => one.wrapped)],
  );
  const ids = shredded.map((one) => one.scopeId);
  await manager.query('DELETE FROM content_key WHERE scope_id = ANY($1::uuid[])', [ids]);
  await manager.query(
    'INSERT INTO shredded_scope (scope_id, owner_authority_id, at) SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) ON CONFLICT DO NOTHING',
    [ids, shredded.map((one) => one.ownerAuthorityId), shredded.map((one) => one.at)],
  );
  await manager.query(`DELETE FROM kek WHERE kek_id <> ALL($1::text[]) AND NOT EXISTS (SELECT 1 FROM content_key c WHERE c.kek_id = kek.kek_id)`, [keks.map((one) => one.kekId)]);
  await manager.query(`UPDATE kek SET state = 'retiring' WHERE state = 'current'`);
  await manager.query(
    'INSERT INTO kek (kek_id, authority_id, state) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT (kek_id) DO UPDATE SET state = excluded.state',
    [keks.map((one) => one.kekId), keks.map((one) => one.authorityId), keks.map((one) => one.state)],
  );
  return { keys: contentKeys.length, shredded: shredded.length };
}

function read(path: string): KeyBackup {
  let content: Partial<KeyBackup> | null;
  try {
    content = JSON.parse(readFileSync(path, 'utf8')) as Partial<KeyBackup> | null;
  } catch (error) {
    throw new Error(`Samråd cannot read the backup of the keys ${path}: ${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'}.`);
  }
  if (content?.version !== 1 || ![content.contentKeys, content.keks, content.shredded].every(Array.isArray)) throw new Error(`Samråd does not understand ${path}: it is no backup of its keys.`);
  return content as KeyBackup;
}
