import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/**
 * People's own calendars, of which only busy times are kept, sealed (docs/adr/0070). Each person has her own and sees no other;
 * the role `busy` fetches them anew and removes those of who left, the index of busy times reads them.
 */
export class BusyCalendars1796040000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const own = `person_id = (SELECT session_person()) AND (SELECT session_role()) <> 'guest'`;
    await protect(runner, 'busy_calendar', {
      request: { select: own },
      command: { select: own, insert: `${own} AND authority_id = (SELECT session_authority())`, update: own, delete: own },
      busy: { select: 'true', 'update(times, read_at, known_until, unread, tried_at, next_at, failures, fault)': 'true', delete: 'true' },
      availability: { 'select(id, person_id, authority_id, times, read_at, known_until)': 'true' },
      demo: { select: 'true', insert: 'true', delete: 'true' },
    });
    const ofCalendar = 'EXISTS (SELECT 1 FROM busy_calendar c WHERE c.id = scope_id)';
    const statements = [
      `CREATE POLICY command_select_calendars ON content_key FOR SELECT TO app_command USING (${ofCalendar})`,
      `CREATE POLICY command_delete_calendars ON content_key FOR DELETE TO app_command USING (${ofCalendar})`,
      `GRANT DELETE ON content_key TO app_demo`,
      `CREATE POLICY demo_delete_calendars ON content_key FOR DELETE TO app_demo USING (${ofCalendar})`,
      `GRANT SELECT, DELETE ON content_key TO app_busy`,
      `CREATE POLICY busy_select ON content_key FOR SELECT TO app_busy USING (${ofCalendar})`,
      `CREATE POLICY busy_delete ON content_key FOR DELETE TO app_busy USING (${ofCalendar})`,
      `GRANT SELECT ON content_key TO app_availability`,
      `CREATE POLICY availability_select ON content_key FOR SELECT TO app_availability USING (${ofCalendar})`,
      // Who is still there, and which of the events in a calendar are meetings of ours.
      ...Object.entries(read).map(([table, columns]) => `GRANT SELECT (${columns}) ON ${table} TO app_busy; CREATE POLICY busy_select ON ${table} FOR SELECT TO app_busy USING (true)`),
      // A key that is missing asks whether it was destroyed; those of calendars never are, they go with their rows.
      ...['busy', 'availability'].map((kind) => `GRANT SELECT ON shredded_scope TO app_${kind}; CREATE POLICY ${kind}_select ON shredded_scope FOR SELECT TO app_${kind} USING (false)`),
    ];
    await runner.query(withRoleNames(runner.dataSource, statements.join(';\n')));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const read = {
  authority: 'id, valid_to',
  membership: 'id, person_id, authority_id, role, valid_from, valid_to',
  meeting_participant: 'meeting_id, membership_id',
  series_participant: 'series_id, membership_id',
};

const sql = /* sql */ `
    CREATE TABLE busy_calendar (
      id uuid NOT NULL,
      person_id uuid NOT NULL,
      authority_id text NOT NULL,
      source text NOT NULL,
      access bytea,
      times bytea,
      connected_at timestamptz NOT NULL,
      read_at timestamptz,
      known_until timestamptz,
      unread integer NOT NULL,
      tried_at timestamptz NOT NULL,
      next_at timestamptz,
      failures integer NOT NULL,
      fault text,
      CONSTRAINT "PK_busy_calendar" PRIMARY KEY (id),
      CONSTRAINT busy_calendar_source_known CHECK (source IN ('file', 'link', 'caldav')),
      CONSTRAINT busy_calendar_times_read CHECK (times IS NULL OR (read_at IS NOT NULL AND known_until IS NOT NULL))
    );
    CREATE UNIQUE INDEX busy_calendar_person ON busy_calendar (person_id);
    CREATE INDEX busy_calendar_next ON busy_calendar (next_at);
    ALTER TABLE busy_calendar ADD CONSTRAINT "FK_d10934acb3cc5ba7efe49dc5706" FOREIGN KEY (person_id) REFERENCES person(id);
    ALTER TABLE busy_calendar ADD CONSTRAINT "FK_e80027c04bc6b6f41dec78973a1" FOREIGN KEY (authority_id) REFERENCES authority(id);
`;
