import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/** [AC77] What a citizen is told from the access trail has nothing of what stands under an embargo: that it stands, and over what. */
export class CitizensOverview1796043660086 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(withRoleNames(runner.dataSource, 'GRANT SELECT (item_id, lifted_at) ON embargo TO app_trail; CREATE POLICY trail_select ON embargo FOR SELECT TO app_trail USING (true)'));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
