import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect, unprotect } from '../row-security.js';
import { functions } from './2026-11-23-row-security-functions.js';
import { rules } from './2026-11-23-row-security-rules.js';

/** Who sees and changes which rows (docs/rls.md). */
export class RowSecurity1795400009100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(functions);
    // A role that could make temporary tables could put them in the way of those that are meant.
    await runner.query(`DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$`);
    for (const [table, tableRules] of Object.entries(rules)) {
      await unprotect(runner, table);
      await protect(runner, table, { ...tableRules, demo: { select: 'true', insert: 'true', update: 'true', delete: 'true' } });
    }
    // The titles of meetings are shown to leaders by way of their decisions.
    await runner.query('CREATE INDEX decision_meeting ON decision (meeting_id, deciding_authority_id)');
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
