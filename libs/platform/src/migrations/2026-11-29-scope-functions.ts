import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who knows a meeting by what was decided or promised there, and whose keys somebody knows, are asked of functions. As
 * sub-selects each of these rules brought the rules of other tables along: keys took five milliseconds to plan on the
 * embedded database and a fifth of one to fetch (docs/adr/0042-policy-functions.md).
 */
export class ScopeFunctions1795914100042 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const definer = `SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp`;
/** Within the access window of a row (AC50). */
const open = (row: string) => `(${row}.valid_from IS NULL OR ${row}.valid_from <= public.database_now()) AND (${row}.valid_to IS NULL OR ${row}.valid_to > public.database_now())`;

const sql = /* sql */ `
    -- The titles of meetings are shown to leaders by way of their decisions, and to whoever promised something there.
    CREATE FUNCTION answers_at_meeting(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      asker record := public.session_found();
    BEGIN
      IF asker.reader IS NULL THEN RETURN false; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      IF asker.leads IS NOT NULL AND asker.leads = ANY (ARRAY(SELECT d.deciding_authority_id FROM public.decision d WHERE d.meeting_id = asked)) THEN RETURN true; END IF;
      RETURN EXISTS (SELECT 1 FROM public.membership o WHERE o.id = ANY (ARRAY(SELECT f.owner_membership_id FROM public.follow_up f WHERE f.meeting_id = asked))
        AND (o.id = asker.reader OR o.authority_id = asker.leads));
    END $$;

    -- Whether the session sees any row that is sealed with this key: an item, a meeting, a series, a view of the log, or what
    -- was decided or promised at an item.
    CREATE FUNCTION knows_scope(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      asker record := public.session_found();
    BEGIN
      IF asker.membership_id IS NULL THEN RETURN false; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      IF EXISTS (SELECT 1 FROM public.item_reader r WHERE r.item_id = asked AND r.membership_id = asker.reader AND ${open('r')}) THEN RETURN true; END IF;
      IF EXISTS (SELECT 1 FROM public.meeting_participant p WHERE p.meeting_id = asked AND p.membership_id = asker.reader AND ${open('p')}) THEN RETURN true; END IF;
      IF EXISTS (SELECT 1 FROM public.series_participant p WHERE p.series_id = asked AND p.membership_id = asker.reader) THEN RETURN true; END IF;
      IF EXISTS (SELECT 1 FROM public.log_view v WHERE v.id = asked AND v.membership_id = asker.membership_id) THEN RETURN true; END IF;
      RETURN public.answers_at_item(asked) OR public.answers_at_meeting(asked);
    END $$;

    -- Said as sub-selects that each brought the rules of their own tables along, these took longer to plan than to carry out.
    ALTER POLICY request_select ON meeting USING (id IN (SELECT session_meetings()) OR answers_at_meeting(id));
    ALTER POLICY command_select ON meeting USING (in_circle(id) OR id IN (SELECT session_meetings()) OR answers_at_meeting(id));
    ALTER POLICY request_select ON content_key USING (knows_scope(scope_id));
    ALTER POLICY command_select ON content_key USING (knows_scope(scope_id) OR in_circle_item(scope_id) OR in_circle(scope_id) OR in_series(scope_id));
    ALTER POLICY request_select ON shredded_scope USING (knows_scope(scope_id));
    ALTER POLICY command_select ON shredded_scope USING (knows_scope(scope_id) OR in_circle_item(scope_id) OR in_circle(scope_id) OR in_series(scope_id));
`;
