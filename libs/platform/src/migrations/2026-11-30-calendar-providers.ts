import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * [AC82] A calendar link names the identity provider in whose sign-in it was made, and ends when that one is configured no
 * longer, or speaks for fewer authorities, as its sessions do. Of links from before this nobody can say who vouched for them.
 */
export class CalendarProviders1795996900050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      withRoleNames(
        runner.dataSource,
        `ALTER TABLE calendar_feed ADD provider_id text;
         DELETE FROM calendar_feed WHERE authority_ids IS NOT NULL;
         GRANT SELECT (provider_id, authority_ids), DELETE ON calendar_feed TO app_signin;
         CREATE POLICY signin_select ON calendar_feed FOR SELECT TO app_signin USING (true);
         CREATE POLICY signin_delete ON calendar_feed FOR DELETE TO app_signin USING (true)`,
      ),
    );
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
