import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleKinds, withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/** The states of key-encryption keys, and scopes whose key was destroyed. */
export class Keys1795400000701 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const wraps = { select: 'true', insert: 'true', update: 'true' };
    await protect(runner, 'kek', { command: wraps, series: wraps, demo: wraps, collab: wraps, keeper: { ...wraps, delete: 'true' } });
    const told = Object.fromEntries(roleKinds.map((kind) => [kind, { select: 'true' }]));
    await protect(runner, 'shredded_scope', { ...told, keeper: { select: 'true', insert: 'true' } });
    // Databases that had their roles before this one was thought of.
    for (const [table, verbs] of Object.entries({ content_key: ['select', 'update', 'delete'], agenda_item: ['select', 'update'], yjs_document: ['select', 'update'], yjs_update: ['select', 'delete'], yjs_ticket: ['select', 'delete'] }))
      for (const verb of verbs)
        await runner.query(
          withRoleNames(runner.dataSource, `GRANT ${verb} ON ${table} TO app_keeper; DROP POLICY IF EXISTS keeper_${verb} ON ${table}; CREATE POLICY keeper_${verb} ON ${table} FOR ${verb} TO app_keeper USING (true)`),
        );
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE kek (
      kek_id text NOT NULL,
      authority_id text NOT NULL,
      state text NOT NULL,
      CONSTRAINT "PK_kek" PRIMARY KEY (kek_id),
      CONSTRAINT kek_state CHECK (state IN ('current', 'retiring', 'destroying', 'destroyed'))
    );
    CREATE UNIQUE INDEX kek_current ON kek (authority_id) WHERE state = 'current';
    -- Until now an authority had one, for good. Were there several, the rotation wraps the rest anew.
    INSERT INTO kek (kek_id, authority_id, state)
    SELECT kek_id, owner_authority_id, CASE WHEN row_number() OVER (PARTITION BY owner_authority_id ORDER BY kek_id) = 1 THEN 'current' ELSE 'retiring' END
    FROM (SELECT DISTINCT kek_id, owner_authority_id FROM content_key) AS used;
    CREATE INDEX content_key_kek ON content_key (kek_id);
    CREATE TABLE shredded_scope (
      scope_id uuid NOT NULL,
      owner_authority_id text NOT NULL,
      at timestamptz NOT NULL,
      CONSTRAINT "PK_shredded_scope" PRIMARY KEY (scope_id)
    );
`;
