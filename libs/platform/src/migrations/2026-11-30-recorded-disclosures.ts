import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * Recorded disclosures are read: of an item by its coordinators, item by item, and by the auditors of an authority
 * (docs/adr/0081). Substitutes for a series keep the reason they were sent for; a decision the wording of the basis it cites.
 */
export class RecordedDisclosures1796043600081 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    for (const table of ['disclosure', 'legal_basis_setting']) {
      await runner.query(withRoleNames(runner.dataSource, `GRANT SELECT ON ${table} TO app_trail; CREATE POLICY trail_select ON ${table} FOR SELECT TO app_trail USING (true)`));
    }
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE disclosure ADD shown jsonb;
    CREATE INDEX disclosure_time ON disclosure ("at", id);
    ALTER TABLE series_substitute ADD reason bytea;
    ALTER TABLE decision ADD legal_basis_version text;

    -- [AC66] What was recorded of one item, for a coordinator of its meeting who reads it: nothing of what was shown beside it. The
    -- reason where it speaks of this item, and to whoever wrote it: one for taking part may speak of items that are closed to her.
    CREATE FUNCTION item_disclosures(asked uuid)
      RETURNS TABLE (id uuid, kind text, "at" timestamptz, made_by_membership_id uuid, to_membership_ids uuid[], legal_basis_id text, legal_basis_version text, reason bytea)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
      reader uuid := public.session_reader();
      held uuid;
    BEGIN
      IF reader IS NULL OR NOT public.reads_item(asked) THEN RETURN; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      held := (SELECT i.meeting_id FROM public.agenda_item i WHERE i.id = asked);
      IF NOT EXISTS (
        SELECT 1 FROM public.meeting_participant p JOIN public.membership m ON m.id = p.membership_id LEFT JOIN public.membership s ON s.id = p.stands_in_for_membership_id
        WHERE p.meeting_id = held AND p.membership_id = reader AND m.role = 'coordinator' AND COALESCE(s.role, 'coordinator') = 'coordinator'
          AND (p.valid_from IS NULL OR p.valid_from <= public.database_now()) AND (p.valid_to IS NULL OR p.valid_to > public.database_now())
      ) THEN RETURN; END IF;
      RETURN QUERY
        SELECT d.id, d.kind, d."at", d.made_by_membership_id,
               CASE WHEN d.shown IS NULL THEN d.to_membership_ids ELSE ARRAY(SELECT t.id::uuid FROM jsonb_array_elements_text(one.told -> 'to') AS t (id)) END,
               CASE WHEN d.shown IS NULL AND cardinality(d.legal_basis_ids) = 1 THEN d.legal_basis_ids[1] ELSE one.told ->> 'legalBasisId' END,
               one.told ->> 'legalBasisVersion',
               CASE WHEN d.item_id = asked OR d.made_by_membership_id = reader THEN d.reason END
        FROM public.disclosure d
        LEFT JOIN LATERAL (SELECT e.value AS told FROM jsonb_array_elements(d.shown) AS e WHERE e.value ->> 'itemId' = asked::text LIMIT 1) one ON true
        WHERE d.meeting_id = held AND asked = ANY (d.item_ids);
    END $$;
`;
