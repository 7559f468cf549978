import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/** What the role of the access trail reads of other tables: what an auditor's questions need, and nothing more. */
export class TrailRole1795400009600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The role may have been given more where roles were given everything; it asks for this.
    const tables = (await runner.query(`SELECT DISTINCT tablename AS name FROM pg_policies WHERE schemaname = 'public' AND policyname LIKE 'trail\\_%' AND tablename NOT LIKE 'trail\\_%'`)) as { name: string }[];
    for (const { name } of tables) {
      for (const verb of ['select', 'insert', 'update', 'delete']) await runner.query(`DROP POLICY IF EXISTS trail_${verb} ON ${name}`);
      await runner.query(withRoleNames(runner.dataSource, `REVOKE ALL ON ${name} FROM app_trail`));
    }
    const reads = ['agenda_item', 'meeting', 'meeting_participant', 'membership', 'person', 'authority', 'content_key', 'decision', 'follow_up'];
    for (const name of reads) await runner.query(withRoleNames(runner.dataSource, `GRANT SELECT ON ${name} TO app_trail; CREATE POLICY trail_select ON ${name} FOR SELECT TO app_trail USING (true)`));
    await runner.query(
      withRoleNames(
        runner.dataSource,
        `GRANT INSERT, DELETE ON content_key TO app_trail;
         CREATE POLICY trail_insert ON content_key FOR INSERT TO app_trail WITH CHECK (true);
         GRANT SELECT, INSERT, UPDATE ON kek TO app_trail;
         CREATE POLICY trail_select ON kek FOR SELECT TO app_trail USING (true);
         CREATE POLICY trail_insert ON kek FOR INSERT TO app_trail WITH CHECK (true);
         CREATE POLICY trail_update ON kek FOR UPDATE TO app_trail USING (true) WITH CHECK (true);
         GRANT SELECT ON shredded_scope TO app_trail;
         CREATE POLICY trail_select ON shredded_scope FOR SELECT TO app_trail USING (true);
         CREATE POLICY trail_delete ON content_key FOR DELETE TO app_trail USING (scope_id IN (SELECT scope_id FROM trail_key))`,
      ),
    );
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
