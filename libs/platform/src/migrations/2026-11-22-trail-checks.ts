import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/** What holds the access trail fast, and the regular check of it: checkpoints, samples and what was found. */
export class TrailChecks1795400000601 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(withRoleNames(runner.dataSource, sql));
    for (const table of ['trail_checkpoint', 'trail_sample', 'trail_sample_entry', 'trail_verdict']) await protect(runner, table, { trail: { select: 'true', insert: 'true' } });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    -- One for each month in each stretch of numbers: a month that is let go leaves the proof of the others whole.
    CREATE TABLE trail_checkpoint (
      number bigint NOT NULL,
      month date NOT NULL,
      after_number bigint NOT NULL,
      to_number bigint NOT NULL,
      entries integer NOT NULL,
      hash bytea NOT NULL,
      made_at timestamptz NOT NULL,
      CONSTRAINT "PK_trail_checkpoint" PRIMARY KEY (number)
    );
    CREATE TRIGGER trail_checkpoint_kept BEFORE UPDATE OR DELETE ON trail_checkpoint FOR EACH ROW EXECUTE FUNCTION trail_is_kept();
    CREATE TRIGGER trail_checkpoint_not_emptied BEFORE TRUNCATE ON trail_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION trail_is_kept();
    -- Nobody is between a number and its commit when the lock is granted: what is numbered up to the answer is all there.
    CREATE FUNCTION trail_numbers_up_to() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      LOCK TABLE trail_entry IN SHARE MODE;
      RETURN (SELECT COALESCE(max(number), 0) FROM trail_entry);
    END $$;

    CREATE TABLE trail_sample (
      id uuid NOT NULL,
      authority_id text NOT NULL,
      from_instant timestamptz NOT NULL,
      to_instant timestamptz NOT NULL,
      size integer NOT NULL,
      population integer NOT NULL,
      seed text NOT NULL,
      membership_id uuid NOT NULL,
      drawn_at timestamptz NOT NULL,
      CONSTRAINT "PK_trail_sample" PRIMARY KEY (id)
    );
    CREATE INDEX trail_sample_authority ON trail_sample (authority_id, drawn_at);
    CREATE TABLE trail_sample_entry (
      sample_id uuid NOT NULL,
      position integer NOT NULL,
      entry_id uuid NOT NULL,
      "at" timestamptz NOT NULL,
      CONSTRAINT "PK_trail_sample_entry" PRIMARY KEY (sample_id, position)
    );
    -- Each answer is a row of its own; the last one stands.
    CREATE TABLE trail_verdict (
      id uuid NOT NULL,
      sample_id uuid NOT NULL,
      position integer NOT NULL,
      verdict text NOT NULL CONSTRAINT trail_verdict_known CHECK (verdict IN ('inOrder','followUp')),
      note bytea,
      membership_id uuid NOT NULL,
      "at" timestamptz NOT NULL,
      CONSTRAINT "PK_trail_verdict" PRIMARY KEY (id)
    );
    CREATE INDEX trail_verdict_sample ON trail_verdict (sample_id, position, id);
    ALTER TABLE trail_sample ADD CONSTRAINT "FK_trail_sample_membership" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE trail_sample_entry ADD CONSTRAINT "FK_trail_sample_entry_sample" FOREIGN KEY (sample_id) REFERENCES trail_sample(id);
    ALTER TABLE trail_verdict ADD CONSTRAINT "FK_trail_verdict_entry" FOREIGN KEY (sample_id, position) REFERENCES trail_sample_entry(sample_id, position);
    CREATE TRIGGER trail_sample_kept BEFORE UPDATE OR DELETE ON trail_sample FOR EACH ROW EXECUTE FUNCTION trail_is_kept();
    CREATE TRIGGER trail_sample_entry_kept BEFORE UPDATE OR DELETE ON trail_sample_entry FOR EACH ROW EXECUTE FUNCTION trail_is_kept();
    CREATE TRIGGER trail_verdict_kept BEFORE UPDATE OR DELETE ON trail_verdict FOR EACH ROW EXECUTE FUNCTION trail_is_kept();
    REVOKE ALL ON FUNCTION trail_numbers_up_to FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION trail_numbers_up_to TO app_trail;
`;
