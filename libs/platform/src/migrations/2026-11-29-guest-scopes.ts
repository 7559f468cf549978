import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/** [AC100] The keys that a guest knows: of her one meeting, whose title she is shown, and of the items that she reads. */
export class GuestScopes1795915200044 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    // A guest who writes says that what was held back is no CPR number; a row about a document needs one that is seen.
    await runner.query(withRoleNames(runner.dataSource, `CREATE POLICY command_guest ON yjs_document FOR SELECT TO app_command USING ((SELECT session_role()) = 'guest' AND authority_id IS NULL AND knows_scope(item_id))`));
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
      RETURN public.answers_at_item(asked) OR public.answers_at_meeting(asked);
    END $$;
`;
