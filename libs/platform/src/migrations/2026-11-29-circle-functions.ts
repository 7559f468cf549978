import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The functions that commands are bound by ask row by row, one look-up after the other, each by a key. Said as one condition
 * with several EXISTS, the plan that the embedded database keeps gathered all meetings and all decisions of the asker first,
 * for every row that was written. They answer as before (docs/adr/0042-policy-functions.md).
 */
export class CircleFunctions1795912000000 implements MigrationInterface {
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
    -- The living session whose token was said for this transaction (AC13, AC15), with what most rules ask of it. Only who knows
    -- the token can say it: the table holds its hash, and what is said is hashed here.
    DROP FUNCTION session_found();
    CREATE FUNCTION session_found(OUT person_id uuid, OUT membership_id uuid, OUT authority_id text, OUT role text, OUT reader uuid, OUT leads text)
      LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      -- Said for the owner's policy alone; to other roles it means nothing.
      PERFORM set_config('samraad.owner', 'on', true);
      SELECT s.person_id, s.membership_id, m.authority_id, m.role,
        -- [AC1] The membership, where its role works with content; and the authority that the session leads in.
        CASE WHEN m.role IN ('coordinator', 'participant', 'leader') THEN m.id END, CASE WHEN m.role = 'leader' THEN m.authority_id END
      INTO person_id, membership_id, authority_id, role, reader, leads
      FROM public.session s JOIN public.membership m ON m.id = s.membership_id AND m.person_id = s.person_id
      WHERE s.token_hash = sha256(convert_to(current_setting('samraad.session', true), 'UTF8'))
        AND s.ended_at IS NULL AND s.expires_at > database_now() AND s.last_seen_at > database_now() - interval '8 hours'
        AND m.valid_from <= database_now() AND (m.valid_to IS NULL OR m.valid_to > database_now());
    END $$;
    -- Nothing but a field of it, so that the planner puts the field in place of the call.
    CREATE OR REPLACE FUNCTION session_person() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (public.session_found()).person_id $$;
    CREATE OR REPLACE FUNCTION session_membership() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (public.session_found()).membership_id $$;
    CREATE OR REPLACE FUNCTION session_authority() RETURNS text LANGUAGE sql STABLE AS $$ SELECT (public.session_found()).authority_id $$;
    CREATE OR REPLACE FUNCTION session_reader() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (public.session_found()).reader $$;
    CREATE OR REPLACE FUNCTION session_leads() RETURNS text LANGUAGE sql STABLE AS $$ SELECT (public.session_found()).leads $$;

    CREATE OR REPLACE FUNCTION in_series(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      reader uuid := public.session_reader();
    BEGIN
      IF reader IS NULL OR asked IS NULL THEN RETURN false; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      IF EXISTS (SELECT 1 FROM public.series_participant p WHERE p.series_id = asked AND p.membership_id = reader) THEN RETURN true; END IF;
      -- A row that a transaction wrote carries its number.
      RETURN EXISTS (SELECT 1 FROM public.series s WHERE s.id = asked AND s.xmin = pg_current_xact_id_if_assigned()::xid);
    END $$;

    CREATE OR REPLACE FUNCTION in_circle(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      reader uuid := public.session_reader();
      of_series uuid;
      own boolean;
    BEGIN
      IF reader IS NULL OR asked IS NULL THEN RETURN false; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      IF EXISTS (SELECT 1 FROM public.meeting_participant p WHERE p.meeting_id = asked AND p.membership_id = reader AND ${open('p')}) THEN RETURN true; END IF;
      SELECT m.series_id, m.xmin = pg_current_xact_id_if_assigned()::xid INTO of_series, own FROM public.meeting m WHERE m.id = asked;
      IF own THEN RETURN true; END IF;
      RETURN of_series IS NOT NULL AND EXISTS (SELECT 1 FROM public.series_participant p WHERE p.series_id = of_series AND p.membership_id = reader);
    END $$;

    CREATE OR REPLACE FUNCTION in_circle_decision(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN public.in_circle((SELECT i.meeting_id FROM public.decision d JOIN public.agenda_item i ON i.id = d.item_id WHERE d.id = asked));
    END $$;

    -- Of one item few rows, of one authority many: the item's are gathered before it is asked whose they are.
    CREATE OR REPLACE FUNCTION answers_at_item(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      asker record := public.session_found();
    BEGIN
      IF asker.reader IS NULL THEN RETURN false; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      IF asker.leads IS NOT NULL AND asker.leads = ANY (ARRAY(SELECT d.deciding_authority_id FROM public.decision d WHERE d.item_id = asked)) THEN RETURN true; END IF;
      RETURN EXISTS (SELECT 1 FROM public.membership o WHERE o.id = ANY (ARRAY(SELECT f.owner_membership_id FROM public.follow_up f WHERE f.item_id = asked))
        AND (o.id = asker.reader OR o.authority_id = asker.leads));
    END $$;

    -- [AC73] The same of the embargoes of an item: who reads it or a child of it, or answers for a decision or promise of them.
    CREATE OR REPLACE FUNCTION embargo_concerns(item uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      asker record := public.session_found();
      concerned uuid[];
    BEGIN
      IF asker.reader IS NULL THEN RETURN false; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      IF EXISTS (SELECT 1 FROM public.item_reader r WHERE r.item_id = item AND r.membership_id = asker.reader AND ${open('r')}) THEN RETURN true; END IF;
      concerned := item || ARRAY(SELECT i.id FROM public.agenda_item i WHERE i.parent_id = item);
      IF EXISTS (SELECT 1 FROM public.item_reader r WHERE r.item_id = ANY (concerned) AND r.membership_id = asker.reader AND ${open('r')}) THEN RETURN true; END IF;
      IF asker.leads IS NOT NULL AND asker.leads = ANY (ARRAY(SELECT d.deciding_authority_id FROM public.decision d WHERE d.item_id = ANY (concerned))) THEN RETURN true; END IF;
      RETURN EXISTS (SELECT 1 FROM public.membership o WHERE o.id = ANY (ARRAY(SELECT f.owner_membership_id FROM public.follow_up f WHERE f.item_id = ANY (concerned)))
        AND (o.id = asker.reader OR o.authority_id = asker.leads));
    END $$;
`;
