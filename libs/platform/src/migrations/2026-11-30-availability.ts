import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * What the index of busy times is made from: who is where in which authority, when meetings are, what was answered. Columns
 * that say what a meeting is, even its kind and its owner, are not among them.
 */
export class Availability1795996800006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(read)) {
      await runner.query(
        withRoleNames(runner.dataSource, `GRANT SELECT (${columns}) ON ${table} TO app_availability; CREATE POLICY availability_select ON ${table} FOR SELECT TO app_availability USING (true)`),
      );
    }
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const read = {
  authority: 'id, sector',
  membership: 'id, person_id, authority_id, valid_from, valid_to',
  meeting: 'id, series_id, start_instant, duration_minutes, state',
  meeting_participant: 'meeting_id, membership_id, valid_from, valid_to',
  meeting_reply: 'meeting_id, membership_id, start_instant, part_stat',
  series: 'id, start_local, time_zone, rrule, duration_minutes, week_parity, excluded_dates, added_dates, last_date, holiday_policy, horizon_until',
  series_participant: 'series_id, membership_id, valid_from, valid_to',
  series_reply: 'series_id, membership_id, part_stat',
  series_substitute: 'series_id, membership_id, substitute_membership_id, from_date, to_date',
};
