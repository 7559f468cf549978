import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/**
 * Year plans (docs/adr/0107): of an authority, read, added to and removed by its coordinators alone. What a plan is made of is told by one
 * function: of the series that the authority owns or takes part in when they are, of which kind, whose, and who takes part. Nothing of what
 * they are called or are about.
 */
export class YearPlans1796256000107 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const own = `(SELECT session_role()) = 'coordinator' AND authority_id = (SELECT session_authority())`;
    // Whoever sees the plan.
    const ofOwn = 'plan_id IN (SELECT p.id FROM year_plan p)';
    await protect(runner, 'year_plan', {
      request: { select: own },
      command: { select: own, insert: own, delete: own },
      keeper: { 'select(id, authority_id, first_day, weeks)': 'true', delete: `first_day + 7 * weeks <= (database_now() AT TIME ZONE 'Europe/Copenhagen')::date` },
    });
    await protect(runner, 'year_plan_version', {
      request: { select: ofOwn },
      command: { select: ofOwn, insert: `${ofOwn} AND set_by_membership_id = (SELECT session_membership())`, 'update(body)': ofOwn, delete: ofOwn },
    });
    await runner.query(withRoleNames(runner.dataSource, 'REVOKE ALL ON FUNCTION series_to_plan FROM PUBLIC; GRANT EXECUTE ON FUNCTION series_to_plan TO app_request, app_command'));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

/** Within the access window of a place in a series and of the membership that has it (AC50). */
const open = `(p.valid_from IS NULL OR p.valid_from <= public.database_now()) AND (p.valid_to IS NULL OR p.valid_to > public.database_now())
              AND m.valid_from <= public.database_now() AND (m.valid_to IS NULL OR m.valid_to > public.database_now())`;

const sql = /* sql */ `
    CREATE TABLE year_plan (
      id uuid NOT NULL,
      authority_id text NOT NULL,
      year int NOT NULL,
      first_day date NOT NULL,
      weeks int NOT NULL,
      made_at timestamptz NOT NULL,
      CONSTRAINT "PK_year_plan" PRIMARY KEY (id)
    );
    CREATE INDEX year_plan_authority ON year_plan (authority_id);
    ALTER TABLE year_plan ADD CONSTRAINT "FK_833f08a7379e4d62814b5db2f49" FOREIGN KEY (authority_id) REFERENCES authority(id);

    CREATE TABLE year_plan_version (
      plan_id uuid NOT NULL,
      version int NOT NULL,
      body jsonb NOT NULL,
      set_by_membership_id uuid NOT NULL,
      set_at timestamptz NOT NULL,
      CONSTRAINT "PK_year_plan_version" PRIMARY KEY (plan_id, version)
    );
    ALTER TABLE year_plan_version ADD CONSTRAINT "FK_0cbeb7a0c3d9fc52592d09ce998" FOREIGN KEY (plan_id) REFERENCES year_plan(id) ON DELETE CASCADE;
    ALTER TABLE year_plan_version ADD CONSTRAINT "FK_80489637eb4ac67515f7887419d" FOREIGN KEY (set_by_membership_id) REFERENCES membership(id);

    -- [AC150] For a coordinator's session alone.
    CREATE FUNCTION series_to_plan() RETURNS TABLE (id uuid, kind_id text, owner_authority_id text, start_local text, time_zone text, rrule text, duration_minutes int, week_parity text,
        excluded_dates text[], added_dates text[], last_date text, holiday_policy text, people json)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      asker record := public.session_found();
    BEGIN
      IF asker.role IS DISTINCT FROM 'coordinator' THEN RETURN; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN QUERY SELECT s.id, s.kind_id, s.owner_authority_id, s.start_local, s.time_zone, s.rrule, s.duration_minutes, s.week_parity, s.excluded_dates, s.added_dates, s.last_date, s.holiday_policy,
          (SELECT json_agg(json_build_object('membershipId', m.id, 'personId', m.person_id, 'authorityId', m.authority_id) ORDER BY m.id)
           FROM public.series_participant p JOIN public.membership m ON m.id = p.membership_id
           WHERE p.series_id = s.id AND m.role IN ('coordinator', 'participant', 'leader') AND ${open})
        FROM public.series s
        WHERE (s.last_date IS NULL OR s.last_date >= to_char(public.database_now() AT TIME ZONE 'Europe/Copenhagen', 'YYYY-MM-DD'))
          AND (s.owner_authority_id = asker.authority_id OR s.id IN (SELECT p.series_id FROM public.series_participant p JOIN public.membership m ON m.id = p.membership_id WHERE m.authority_id = asker.authority_id AND m.role IN ('coordinator', 'participant', 'leader') AND ${open}))
        ORDER BY s.id;
    END $$;
`;
