import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * First pages of lists at a million decisions (docs/adr/0076-what-rules-cost-a-first-page.md): who may be known as a guest is asked of a
 * function, role and reader of a session are fields of the one look-up, and three orders that pages are asked in have their index. The
 * rules answer as before.
 */
export class FirstPages1796036400076 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(functions);
    await runner.query(withRoleNames(runner.dataSource, policies));
    await runner.query(indexes);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const definer = `SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp`;

const functions = /* sql */ `
    DROP FUNCTION session_found();
    CREATE FUNCTION session_found(OUT person_id uuid, OUT membership_id uuid, OUT authority_id text, OUT role text, OUT reader uuid, OUT leads text, OUT item_reader uuid)
      LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      -- Said for the owner's policy alone; to other roles it means nothing.
      PERFORM set_config('samraad.owner', 'on', true);
      SELECT s.person_id, s.membership_id, m.authority_id, m.role,
        -- [AC1] The membership, where its role works with content; and the authority that the session leads in.
        CASE WHEN m.role IN ('coordinator', 'participant', 'leader') THEN m.id END, CASE WHEN m.role = 'leader' THEN m.authority_id END,
        -- [AC6] [AC100] The membership by which items are read: a guest's besides.
        CASE WHEN m.role IN ('coordinator', 'participant', 'leader', 'guest') THEN m.id END
      INTO person_id, membership_id, authority_id, role, reader, leads, item_reader
      FROM public.session s JOIN public.membership m ON m.id = s.membership_id AND m.person_id = s.person_id
      WHERE s.token_hash = sha256(convert_to(current_setting('samraad.session', true), 'UTF8'))
        AND s.ended_at IS NULL AND s.expires_at > database_now() AND s.last_seen_at > database_now() - s.idle_minutes * interval '1 minute'
        AND m.valid_from <= database_now() AND (m.valid_to IS NULL OR m.valid_to > database_now());
    END $$;
    -- Nothing but a field of it, as the others: a function that selects from it is planned anew in every statement.
    CREATE OR REPLACE FUNCTION session_item_reader() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (public.session_found()).item_reader $$;
    CREATE OR REPLACE FUNCTION session_role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT (public.session_found()).role $$;

    -- [AC100] Whether a request's session may know of a guest: at a meeting that it takes part in, or of an item that it reads.
    CREATE FUNCTION knows_guest(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      place record;
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      SELECT g.meeting_id, g.item_id INTO place FROM public.guest g WHERE g.membership_id = asked;
      IF place.item_id IS NOT NULL THEN RETURN public.reads_item(place.item_id); END IF;
      RETURN coalesce(place.meeting_id IN (SELECT public.session_meetings()), false);
    END $$;
    -- The same of a person, who may have been a guest more than once.
    CREATE FUNCTION knows_guest_person(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN EXISTS (SELECT 1 FROM public.guest g WHERE g.person_id = asked AND (g.membership_id = public.session_membership() OR public.knows_guest(g.membership_id)));
    END $$;
`;

const signedIn = '(SELECT session_person()) IS NOT NULL';
const isMember = `(SELECT session_role()) <> 'guest'`;
/** As sub-selects these brought the rules of guests, and theirs of meetings and items, into every statement that names a member. */
const policies = /* sql */ `
    ALTER POLICY request_select ON membership USING (${signedIn} AND ((role <> 'guest' AND ${isMember}) OR id = (SELECT session_membership()) OR knows_guest(id)));
    ALTER POLICY request_select ON person USING (${signedIn} AND ((NOT guest AND ${isMember}) OR id = (SELECT session_person()) OR knows_guest_person(id)));
`;

const indexes = /* sql */ `
    -- The log by deadline across authorities, what waits for a leader, and what is still open of an owner's.
    CREATE INDEX decision_deadline ON decision (deadline, id);
    CREATE INDEX decision_waiting ON decision (deciding_authority_id, deadline, id) WHERE state IN ('recorded', 'escalated');
    CREATE INDEX follow_up_open ON follow_up (owner_membership_id, deadline, id) WHERE state = 'open';
`;
