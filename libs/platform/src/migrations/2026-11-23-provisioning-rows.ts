import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/** The role that administers people, in the tables that were closed before it was there. */
export class ProvisioningRows1795400009300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(withRoleNames(runner.dataSource, opened()));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

/** What administering people touches of the tables that are there already; which rows, its services say: those of one authority, and of the meetings its people take part in. */
const touched: Readonly<Record<string, readonly string[]>> = {
  authority: ['select'],
  authority_relation: ['select'],
  person: ['select', 'insert', 'update'],
  person_external_id: ['select', 'insert', 'delete'],
  membership: ['select', 'insert', 'update'],
  session: ['select', 'update'],
  idempotency_key: ['select', 'insert'],
  meeting: ['select'],
  meeting_participant: ['select'],
  meeting_reply: ['select'],
  meeting_event: ['select'],
  attendance_entry: ['select'],
  agenda_item: ['select', 'update'],
  item_audience: ['select', 'insert', 'delete'],
  item_window: ['select'],
  item_reader: ['select', 'insert', 'delete'],
  notification: ['select', 'insert', 'delete'],
  notification_mute: ['select'],
  follow_up: ['select'],
  decision: ['select'],
};

const opened = () =>
  Object.entries(touched)
    .flatMap(([table, verbs]) =>
      verbs.flatMap((verb) => [
        `GRANT ${verb} ON ${table} TO app_provisioning`,
        `DROP POLICY IF EXISTS provisioning_${verb} ON ${table}`,
        `CREATE POLICY provisioning_${verb} ON ${table} FOR ${verb} TO app_provisioning ${verb === 'insert' ? 'WITH CHECK (true)' : 'USING (true)'}`,
      ]),
    )
    .join(';\n');
