import type { MigrationInterface, QueryRunner } from 'typeorm';

/** CPR numbers in documents: false alarms, what was taken out, and which documents still hold it in old rows. */
export class Cpr1795318207142 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE yjs_document ADD COLUMN wants_compaction boolean NOT NULL DEFAULT false;
    CREATE INDEX yjs_document_wants_compaction ON yjs_document (id) WHERE wants_compaction;

    -- A number that somebody says is none. Never its digits: a fingerprint under a key made from the item's own.
    CREATE TABLE cpr_dismissal (
      id uuid PRIMARY KEY,
      document_id uuid NOT NULL REFERENCES yjs_document (id),
      fingerprint bytea NOT NULL,
      person_id uuid NOT NULL REFERENCES person (id),
      membership_id uuid NOT NULL REFERENCES membership (id),
      at timestamptz NOT NULL
    );
    CREATE UNIQUE INDEX cpr_dismissal_once ON cpr_dismissal (document_id, fingerprint, person_id);
    CREATE TRIGGER cpr_dismissal_change BEFORE UPDATE OR DELETE OR TRUNCATE ON cpr_dismissal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

    -- What was found that a browser should have held back: who had written it (null: the template), never what.
    CREATE TABLE cpr_finding (
      id uuid PRIMARY KEY,
      document_id uuid NOT NULL REFERENCES yjs_document (id),
      person_id uuid REFERENCES person (id),
      fingerprint bytea NOT NULL,
      outcome text NOT NULL CHECK (outcome IN ('masked', 'locked')),
      at timestamptz NOT NULL
    );
    CREATE INDEX cpr_finding_document ON cpr_finding (document_id, at);
    CREATE UNIQUE INDEX cpr_finding_locked_once ON cpr_finding (document_id, fingerprint) WHERE outcome = 'locked';
    CREATE TRIGGER cpr_finding_change BEFORE UPDATE OR DELETE OR TRUNCATE ON cpr_finding FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
