import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/** An auditor's request for a sample can be repeated as every other create: the role of the access trail, which knows of no session, sees those that made a sample and no others. */
export class RepeatedSamples1796025600060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      withRoleNames(
        runner.dataSource,
        /* sql */ `
        GRANT SELECT, INSERT ON idempotency_key TO app_trail;
        CREATE POLICY trail_select ON idempotency_key FOR SELECT TO app_trail USING (EXISTS (SELECT 1 FROM trail_sample s WHERE s.id = resource_id));
        CREATE POLICY trail_insert ON idempotency_key FOR INSERT TO app_trail WITH CHECK (EXISTS (SELECT 1 FROM trail_sample s WHERE s.id = resource_id));
        `,
      ),
    );
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
