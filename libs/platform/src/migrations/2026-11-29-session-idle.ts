import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * [AC15] How long a session lives unused stands in its row since it was made, so that the policies of the database end it when
 * the product does, and not after eight hours whatever an operator has set.
 */
export class SessionIdle1795915900045 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE session ADD idle_minutes int NOT NULL DEFAULT 480;
    ALTER TABLE session ADD CONSTRAINT session_idle_bounds CHECK (idle_minutes BETWEEN 1 AND 480);

    CREATE OR REPLACE FUNCTION session_found(OUT person_id uuid, OUT membership_id uuid, OUT authority_id text, OUT role text, OUT reader uuid, OUT leads text)
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      -- Said for the owner's policy alone; to other roles it means nothing.
      PERFORM set_config('samraad.owner', 'on', true);
      SELECT s.person_id, s.membership_id, m.authority_id, m.role,
        -- [AC1] The membership, where its role works with content; and the authority that the session leads in.
        CASE WHEN m.role IN ('coordinator', 'participant', 'leader') THEN m.id END, CASE WHEN m.role = 'leader' THEN m.authority_id END
      INTO person_id, membership_id, authority_id, role, reader, leads
      FROM public.session s JOIN public.membership m ON m.id = s.membership_id AND m.person_id = s.person_id
      WHERE s.token_hash = sha256(convert_to(current_setting('samraad.session', true), 'UTF8'))
        AND s.ended_at IS NULL AND s.expires_at > database_now() AND s.last_seen_at > database_now() - s.idle_minutes * interval '1 minute'
        AND m.valid_from <= database_now() AND (m.valid_to IS NULL OR m.valid_to > database_now());
    END $$;
`;
