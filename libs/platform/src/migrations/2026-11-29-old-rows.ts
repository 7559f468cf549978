import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * What nobody needs any longer is removed by jobs: keys of repeated requests, sessions that ended long ago. The policies say
 * how old is old enough, so that a mistake in a job removes nothing younger. And a series keeps what it was called.
 */
export class OldRows1795913200032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      withRoleNames(
        runner.dataSource,
        /* sql */ `
        CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
        GRANT SELECT (person_id, key, created_at), DELETE ON idempotency_key TO app_notices;
        CREATE POLICY notices_select ON idempotency_key FOR SELECT TO app_notices USING (created_at <= database_now() - interval '48 hours');
        CREATE POLICY notices_delete ON idempotency_key FOR DELETE TO app_notices USING (created_at <= database_now() - interval '48 hours');

        CREATE INDEX session_ended ON session (ended_at);
        GRANT DELETE ON session TO app_signin;
        CREATE POLICY signin_delete ON session FOR DELETE TO app_signin USING (ended_at <= database_now() - interval '30 days');

        ALTER TABLE series_change ADD COLUMN title bytea;
        `,
      ),
    );
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
