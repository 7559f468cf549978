import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Snapshots among the updates of a document: everything before them in one row, without what was deleted. */
export class Compaction1795400000801 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE yjs_update ADD COLUMN is_snapshot boolean NOT NULL DEFAULT false;
    -- The server's own first words are one.
    UPDATE yjs_update u SET is_snapshot = true
    WHERE person_id IS NULL AND NOT EXISTS (SELECT 1 FROM yjs_update earlier WHERE earlier.document_id = u.document_id AND earlier.seq < u.seq);
    -- What waits for a compaction.
    CREATE INDEX yjs_update_tail ON yjs_update (document_id, created_at) WHERE NOT is_snapshot;
`;
