import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleKinds, withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/**
 * Row-level security on every table, and the functions by which the database knows who asks. What each role may see is
 * narrowed in the migrations that follow; until then each sees what the product asks for.
 */
export class DatabaseRoles1795400000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(withRoleNames(runner.dataSource, sql));
    const tables = (await runner.query(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`)) as { name: string }[];
    const everything = { select: 'true', insert: 'true', update: 'true', delete: 'true' };
    for (const { name } of tables) await protect(runner, name, Object.fromEntries(roleKinds.map((kind) => [kind, everything])));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE ON SCHEMA public TO PUBLIC;

    -- The database's own clock. Nothing that a request says of the time counts.
    CREATE FUNCTION database_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT now() $$;

    -- The living session whose token was said for this transaction (AC13, AC15). Only who knows the token can say it: the
    -- table holds its hash, and what is said is hashed here.
    CREATE FUNCTION session_found(OUT person_id uuid, OUT membership_id uuid, OUT authority_id text, OUT role text)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      -- Said for the owner's policy alone; to other roles it means nothing.
      PERFORM set_config('samraad.owner', 'on', true);
      SELECT s.person_id, s.membership_id, m.authority_id, m.role INTO person_id, membership_id, authority_id, role
      FROM public.session s JOIN public.membership m ON m.id = s.membership_id AND m.person_id = s.person_id
      WHERE s.token_hash = sha256(convert_to(current_setting('samraad.session', true), 'UTF8'))
        AND s.ended_at IS NULL AND s.expires_at > database_now() AND s.last_seen_at > database_now() - interval '8 hours'
        AND m.valid_from <= database_now() AND (m.valid_to IS NULL OR m.valid_to > database_now());
    END $$;

    -- As policies ask, each as a sub-select, so that it is asked once in a statement. Null without a living session.
    CREATE FUNCTION session_person() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT person_id FROM session_found() $$;
    CREATE FUNCTION session_membership() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT membership_id FROM session_found() $$;
    CREATE FUNCTION session_authority() RETURNS text LANGUAGE sql STABLE AS $$ SELECT authority_id FROM session_found() $$;
    -- [AC1] The membership, where its role works with content.
    CREATE FUNCTION session_reader() RETURNS uuid LANGUAGE sql STABLE AS $$
      SELECT membership_id FROM session_found() WHERE role IN ('coordinator', 'participant', 'leader') $$;
    -- The authority that the session leads in.
    CREATE FUNCTION session_leads() RETURNS text LANGUAGE sql STABLE AS $$ SELECT authority_id FROM session_found() WHERE role = 'leader' $$;
`;
