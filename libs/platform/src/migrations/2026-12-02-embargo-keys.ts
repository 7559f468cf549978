import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * Whose keys those know whom an embargo concerns.
 *
 * [EM4] One on a list concerns whoever reads a child of it, or answers for what was decided or promised of one. It is sealed with the
 * key of the list, which they did not know unless they read the list as well: the embargo then stood over nothing of theirs.
 *
 * [EM3] One that is lifted is lifted wherever its item was carried. A command saw no item of a meeting that its person takes no part in,
 * and had no key to seal the reason with: there the embargo stood on, though the police had lifted it.
 */
export class EmbargoKeys1796169600100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    // A command alone is asked by its rules, and asks itself where a reason is to be told.
    await runner.query(withRoleNames(runner.dataSource, 'REVOKE ALL ON FUNCTION in_embargo_line, embargo_line FROM PUBLIC; GRANT EXECUTE ON FUNCTION in_embargo_line, embargo_line TO app_command'));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

/** Within the access window of a row (AC50). */
const open = (row: string) => `(${row}.valid_from IS NULL OR ${row}.valid_from <= public.database_now()) AND (${row}.valid_to IS NULL OR ${row}.valid_to > public.database_now())`;

const sql = /* sql */ `
    CREATE OR REPLACE FUNCTION knows_scope(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE
      SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      asker record := public.session_found();
      reader uuid := asker.reader;
    BEGIN
      IF asker.membership_id IS NULL THEN RETURN false; END IF;
      IF asker.role = 'guest' THEN reader := asker.membership_id; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      IF EXISTS (SELECT 1 FROM public.item_reader r WHERE r.item_id = asked AND r.membership_id = reader AND ${open('r')}) THEN RETURN true; END IF;
      IF asker.role = 'guest' THEN RETURN coalesce(asked = public.session_guest_meeting(), false); END IF;
      IF EXISTS (SELECT 1 FROM public.meeting_participant p WHERE p.meeting_id = asked AND p.membership_id = reader AND ${open('p')}) THEN RETURN true; END IF;
      IF EXISTS (SELECT 1 FROM public.series_participant p WHERE p.series_id = asked AND p.membership_id = reader) THEN RETURN true; END IF;
      IF EXISTS (SELECT 1 FROM public.log_view v WHERE v.id = asked AND v.membership_id = asker.membership_id) THEN RETURN true; END IF;
      IF public.answers_at_item(asked) OR public.answers_at_meeting(asked) THEN RETURN true; END IF;
      RETURN EXISTS (SELECT 1 FROM public.embargo e WHERE e.item_id = asked) AND public.embargo_concerns(asked);
    END $$;

    -- Whether an embargo of this item goes on with one that the session may know of.
    CREATE FUNCTION in_embargo_line(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE
      SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN EXISTS (SELECT 1 FROM public.embargo e WHERE e.item_id = asked AND public.embargo_line_concerns(e.origin_id));
    END $$;
    ALTER POLICY command_select ON content_key USING (knows_scope(scope_id) OR in_circle_item(scope_id) OR in_circle(scope_id) OR in_series(scope_id) OR in_embargo_line(scope_id));
    ALTER POLICY command_select ON shredded_scope USING (knows_scope(scope_id) OR in_circle_item(scope_id) OR in_circle(scope_id) OR in_series(scope_id) OR in_embargo_line(scope_id));

    -- Of the embargoes that go on with one another the meetings, also those that the session takes no part in: whoever is there is told.
    CREATE FUNCTION embargo_line(origin uuid) RETURNS TABLE (embargo_id uuid, at_meeting_id uuid) LANGUAGE plpgsql STABLE
      SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF NOT public.embargo_line_concerns(origin) THEN RETURN; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN QUERY SELECT e.id, i.meeting_id FROM public.embargo e JOIN public.agenda_item i ON i.id = e.item_id WHERE e.origin_id = origin;
    END $$;
`;
