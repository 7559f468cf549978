import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * [AC95] A search for when people can come stands in the trail of whoever asked; beside it now whose people were asked about, so
 * that their own auditors find it too. How many they were, and who, is not beside it.
 */
export class TrailAsked1795997000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(withRoleNames(runner.dataSource, sql));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    -- Null where nobody else's people were asked about.
    ALTER TABLE trail_entry ADD asked_authority_ids text[];
    CREATE INDEX trail_entry_asked ON trail_entry USING gin (asked_authority_ids);

    -- One entry in which no item was shown, about people of these authorities.
    CREATE FUNCTION trail_write_asked(entry_id uuid, entry_at timestamptz, opening uuid, entry_kind text, door text, by_rule text, of_kind text, of_id uuid, sealed bytea,
                                      person uuid, membership uuid, authority text, acts_as text, asked text[]) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      INSERT INTO trail_entry (id, "at", opening_id, person_id, membership_id, authority_id, role, kind, route, rule, object_kind, object_id, criterion, item_ids, legal_bases, asked_authority_ids)
      VALUES (entry_id, entry_at, opening, person, membership, authority, acts_as, entry_kind, door, by_rule, of_kind, of_id, sealed, '{}', '{}', asked);
      RETURN true;
    END $$;
    REVOKE ALL ON FUNCTION trail_write_asked FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION trail_write_asked TO app_trail;
`;
