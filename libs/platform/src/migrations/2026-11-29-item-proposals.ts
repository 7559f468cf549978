import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/** Items that participants propose, for the proposer and the meeting's coordinators alone. */
export class ItemProposals1795913200033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const own = 'proposed_by_membership_id = (SELECT session_reader()) AND meeting_id IN (SELECT session_meetings())';
    // [AC60] A coordinator whose sector the basis does not admit is not shown it either.
    const coordinated = `meeting_id IN (SELECT session_coordinated()) AND (admitted_sectors IS NULL OR (SELECT a.sector FROM authority a WHERE a.id = (SELECT session_authority())) = ANY (admitted_sectors))`;
    const both = `(${own}) OR (${coordinated})`;
    await protect(runner, 'item_proposal', {
      request: { select: `(${own}) OR (state IN ('waiting', 'declined') AND ${coordinated})` },
      command: { select: both, insert: own, update: both },
      keeper: { 'select(id, meeting_id)': 'true' },
      demo: { select: 'true', insert: 'true', update: 'true' },
    });
    await runner.query(withRoleNames(runner.dataSource, keys));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE item_proposal (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      proposed_by_membership_id uuid NOT NULL,
      title bytea,
      planned_minutes int NOT NULL,
      output_type text NOT NULL,
      legal_basis_id text,
      admitted_sectors text[],
      state text NOT NULL,
      answered_by_membership_id uuid,
      answer bytea,
      proposed_at timestamptz NOT NULL,
      answered_at timestamptz,
      CONSTRAINT item_proposal_state_known CHECK (state IN ('waiting','accepted','declined','withdrawn')),
      CONSTRAINT item_proposal_words_once CHECK ((state = 'accepted') = (title IS NULL)),
      CONSTRAINT "PK_item_proposal" PRIMARY KEY (id)
    );
    ALTER TABLE item_proposal ADD CONSTRAINT "FK_6705b01a34be9d2b25a470e79e9" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE item_proposal ADD CONSTRAINT "FK_ae6671fff16fc675aee9236ab8a" FOREIGN KEY (proposed_by_membership_id) REFERENCES membership(id);
    ALTER TABLE item_proposal ADD CONSTRAINT "FK_c984ee2acb36ace17b8e773c0d7" FOREIGN KEY (answered_by_membership_id) REFERENCES membership(id);
    CREATE INDEX item_proposal_meeting ON item_proposal (meeting_id);

    -- What was proposed and what was answered is never rewritten.
    CREATE FUNCTION item_proposal_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state <> 'waiting' OR (NEW.state <> 'accepted' AND NEW.title IS DISTINCT FROM OLD.title)
         OR (to_jsonb(NEW) - 'title' - 'state' - 'answered_by_membership_id' - 'answer' - 'answered_at')
            IS DISTINCT FROM (to_jsonb(OLD) - 'title' - 'state' - 'answered_by_membership_id' - 'answer' - 'answered_at') THEN
        RAISE EXCEPTION 'a proposal is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER item_proposal_update BEFORE UPDATE ON item_proposal FOR EACH ROW EXECUTE FUNCTION item_proposal_keeps_its_words();

    -- [AC5] [AC17] The meetings that the session coordinates; in somebody else's place only where that is a coordinator's.
    CREATE FUNCTION session_coordinated() RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN QUERY SELECT p.meeting_id FROM public.meeting_participant p JOIN public.membership m ON m.id = p.membership_id
        LEFT JOIN public.membership s ON s.id = p.stands_in_for_membership_id
        WHERE p.membership_id = (SELECT public.session_reader()) AND m.role = 'coordinator' AND COALESCE(s.role, 'coordinator') = 'coordinator'
          AND (p.valid_from IS NULL OR p.valid_from <= public.database_now()) AND (p.valid_to IS NULL OR p.valid_to > public.database_now());
    END $$;
`;

/** Once it is an item, its key is for those who read the item. Who was shown a proposal is on record under the item's id. */
const keys = ['content_key', 'shredded_scope']
  .flatMap((table) =>
    ['request', 'command'].map((kind) => `CREATE POLICY ${kind}_select_proposals ON ${table} FOR SELECT TO app_${kind} USING (EXISTS (SELECT 1 FROM item_proposal p WHERE p.id = ${table}.scope_id AND p.state <> 'accepted'))`),
  )
  .concat(
    `CREATE OR REPLACE FUNCTION trail_write_for(entry_id uuid, entry_at timestamptz, opening uuid, entry_kind text, door text, by_rule text, of_kind text, of_id uuid, sealed bytea,
                                    scopes uuid[], is_owed boolean, person uuid, membership uuid, authority text, acts_as text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      -- What was asked for may not exist: the refused item stands as it was named.
      IF entry_kind = 'refused' THEN
        INSERT INTO trail_entry (id, "at", opening_id, person_id, membership_id, authority_id, role, kind, route, rule, object_kind, object_id, criterion, item_ids, legal_bases)
        VALUES (entry_id, entry_at, opening, person, membership, authority, acts_as, entry_kind, door, by_rule, of_kind, of_id, sealed,
                CASE WHEN of_kind = 'item' THEN ARRAY[of_id] ELSE '{}' END, '{}');
        RETURN true;
      END IF;
      INSERT INTO trail_entry (id, "at", opening_id, person_id, membership_id, authority_id, role, kind, route, rule, object_kind, object_id, criterion, item_ids, legal_bases)
      SELECT entry_id, entry_at, opening, person, membership, authority, acts_as, entry_kind, door, by_rule, of_kind, of_id, sealed,
             COALESCE(array_agg(i.id ORDER BY i.id), '{}'), COALESCE(array_agg(COALESCE(i.legal_basis_id, '') ORDER BY i.id), '{}')
      FROM (SELECT a.id, a.legal_basis_id FROM agenda_item a WHERE a.id = ANY(scopes)
            UNION ALL SELECT p.id, p.legal_basis_id FROM item_proposal p WHERE p.id = ANY(scopes) AND p.state <> 'accepted') i HAVING is_owed OR count(*) > 0;
      RETURN FOUND;
    END $$`,
  )
  .join(';\n');
