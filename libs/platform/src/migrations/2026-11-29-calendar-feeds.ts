import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/**
 * Links by which calendar programs fetch a person's meetings (docs/adr/0050). Nobody is signed in then: the role of it is bound
 * to the hash of the link's secret, as that of a request is to its session's.
 */
export class CalendarFeeds1795915300050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const own = `person_id = (SELECT session_person()) AND (SELECT session_role()) <> 'guest'`;
    const ofLink = 'person_id = (SELECT feed_person())';
    await protect(runner, 'calendar_feed', {
      request: { select: own },
      command: { select: own, insert: own, update: own, delete: own },
      calendar: { select: ofLink, 'update(last_fetched_at, recorded_on)': ofLink },
    });
    const meetings = 'IN (SELECT feed_meetings())';
    const rules: [grant: string, table: string, condition: string][] = [
      ['SELECT (id, language)', 'person', 'id = (SELECT feed_person())'],
      ['SELECT (id, person_id, authority_id, role, valid_from, valid_to)', 'membership', 'id IN (SELECT feed_memberships())'],
      ['SELECT', 'authority', '(SELECT feed_person()) IS NOT NULL'],
      // Neither title nor video link.
      ['SELECT (id, series_id, kind_id, owner_authority_id, place, own_place, start_instant, duration_minutes, state, version, created_at)', 'meeting', `id ${meetings}`],
      ['SELECT (meeting_id, membership_id, added_at, stands_in_for_membership_id, valid_from, valid_to)', 'meeting_participant', 'membership_id IN (SELECT feed_memberships())'],
      ['SELECT (meeting_id, membership_id, part_stat, start_instant, replied_at)', 'meeting_reply', 'membership_id IN (SELECT feed_memberships())'],
      ['SELECT (meeting_id, at)', 'meeting_event', `meeting_id ${meetings}`],
      // For the places of meetings.
      ['SELECT', 'content_key', `scope_id ${meetings}`],
      ['SELECT', 'shredded_scope', `scope_id ${meetings}`],
    ];
    for (const [grant, table, condition] of rules)
      await runner.query(withRoleNames(runner.dataSource, `GRANT ${grant} ON ${table} TO app_calendar; CREATE POLICY calendar_select ON ${table} FOR SELECT TO app_calendar USING (${condition})`));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const definer = `SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp`;

const sql = /* sql */ `
    CREATE TABLE calendar_feed (
      person_id uuid NOT NULL,
      token_hash bytea NOT NULL,
      authority_ids text[],
      created_at timestamptz NOT NULL,
      last_fetched_at timestamptz,
      recorded_on text,
      CONSTRAINT "PK_calendar_feed" PRIMARY KEY (person_id)
    );
    CREATE UNIQUE INDEX calendar_feed_token ON calendar_feed (token_hash);
    ALTER TABLE calendar_feed ADD CONSTRAINT "FK_6f1e687ddc5e27d066c00af5478" FOREIGN KEY (person_id) REFERENCES person(id);

    -- [CF2] Whose link it is that was said for this transaction. Only who knows its secret can say it.
    CREATE FUNCTION feed_person() RETURNS uuid LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN (SELECT f.person_id FROM public.calendar_feed f WHERE f.token_hash = sha256(convert_to(current_setting('samraad.session', true), 'UTF8')));
    END $$;
    -- [CF2] Her living memberships that work with content (AC1), of living authorities that the link was made for (AC82).
    CREATE FUNCTION feed_memberships() RETURNS SETOF uuid LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      person uuid := public.feed_person();
    BEGIN
      IF person IS NULL THEN RETURN; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN QUERY SELECT m.id FROM public.membership m JOIN public.authority a ON a.id = m.authority_id JOIN public.calendar_feed f ON f.person_id = m.person_id
        WHERE m.person_id = person AND m.role IN ('coordinator', 'participant', 'leader')
          AND (f.authority_ids IS NULL OR m.authority_id = ANY (f.authority_ids))
          AND m.valid_from <= public.database_now() AND (m.valid_to IS NULL OR m.valid_to > public.database_now())
          AND (a.valid_to IS NULL OR (a.valid_to + 1)::timestamp AT TIME ZONE 'Europe/Copenhagen' > public.database_now());
    END $$;
    -- [CF2] What she takes part in now (AC3, AC50).
    CREATE FUNCTION feed_meetings() RETURNS SETOF uuid LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      memberships uuid[] := ARRAY(SELECT public.feed_memberships());
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN QUERY SELECT p.meeting_id FROM public.meeting_participant p WHERE p.membership_id = ANY (memberships)
        AND (p.valid_from IS NULL OR p.valid_from <= public.database_now()) AND (p.valid_to IS NULL OR p.valid_to > public.database_now());
    END $$;
`;
