import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sign-in by identity providers: who somebody is there, what a session knows of it, and the first administrator. */
export class Identity1795400000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Demo or production, once and for all: until this migration only demo mode could make people.
    await runner.query(`CREATE TABLE installation (
      id boolean PRIMARY KEY, mode text NOT NULL,
      CONSTRAINT installation_is_one CHECK (id), CONSTRAINT installation_mode_known CHECK (mode IN ('demo','production')))`);
    await runner.query(`INSERT INTO installation (id, mode) SELECT true, 'demo' WHERE EXISTS (SELECT 1 FROM person)`);
    await runner.query(`CREATE TABLE identity (
      id uuid PRIMARY KEY, issuer text NOT NULL, subject text NOT NULL,
      person_id uuid NOT NULL, bound_at timestamptz NOT NULL,
      CONSTRAINT "FK_729e566ab420d47f55455331bd8" FOREIGN KEY (person_id) REFERENCES person (id))`);
    await runner.query('CREATE UNIQUE INDEX identity_subject ON identity (issuer, subject)');
    await runner.query('CREATE INDEX identity_person ON identity (person_id)');
    await runner.query(`CREATE TABLE person_external_id (
      authority_id text NOT NULL, external_id text NOT NULL, person_id uuid NOT NULL, PRIMARY KEY (authority_id, external_id),
      CONSTRAINT "FK_b297cb3d0d0d543c12cddc39f4e" FOREIGN KEY (authority_id) REFERENCES authority (id),
      CONSTRAINT "FK_7439df8c72247c6c6c1eefd5bfa" FOREIGN KEY (person_id) REFERENCES person (id))`);
    await runner.query('CREATE INDEX person_external_id_person ON person_external_id (person_id)');
    await runner.query(`CREATE TABLE first_administrator_link (
      id uuid PRIMARY KEY, token_hash bytea NOT NULL, expires_at timestamptz NOT NULL, used_at timestamptz)`);
    await runner.query('CREATE UNIQUE INDEX first_administrator_token ON first_administrator_link (token_hash)');
    await runner.query(`CREATE TABLE sign_in_transaction (
      id uuid PRIMARY KEY, secret_hash bytea NOT NULL, provider_id text NOT NULL, return_path text NOT NULL, expires_at timestamptz NOT NULL,
      wanted_membership_id uuid, first_administrator_link_id uuid, first_administrator_authority_id text)`);
    await runner.query('CREATE UNIQUE INDEX sign_in_transaction_secret ON sign_in_transaction (secret_hash)');
    await runner.query('CREATE TABLE logout_token_seen (issuer text NOT NULL, jti text NOT NULL, expires_at timestamptz NOT NULL, PRIMARY KEY (issuer, jti))');
    await runner.query(`ALTER TABLE session
      ADD COLUMN identity_id uuid,
      ADD CONSTRAINT "FK_7abe7c83f534bb5fa32bcafe043" FOREIGN KEY (identity_id) REFERENCES identity (id),
      ADD COLUMN provider_id text,
      ADD COLUMN provider_session_id text,
      ADD COLUMN assurance text,
      ADD COLUMN may_administer boolean NOT NULL DEFAULT false,
      ADD COLUMN authority_ids text[],
      ADD COLUMN browser text,
      ADD COLUMN platform text,
      ADD COLUMN sealed_id_token bytea,
      ADD CONSTRAINT session_assurance_known CHECK (assurance IN ('low','substantial','high'))`);
    await runner.query('CREATE INDEX session_person ON session (person_id)');
    await runner.query('CREATE INDEX session_identity ON session (identity_id)');
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
