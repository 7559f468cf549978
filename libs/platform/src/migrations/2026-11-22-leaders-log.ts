import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Decisions are escalated from leader to leader; views of the decision log are saved. */
export class LeadersLog1795320442114 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE decision DROP CONSTRAINT decision_state_known;
    ALTER TABLE decision ADD CONSTRAINT decision_state_known CHECK (state IN ('recorded','escalated','confirmed','returned','superseded'));
    ALTER TABLE decision ADD escalated_to_membership_id uuid;
    ALTER TABLE decision ADD CONSTRAINT decision_escalated_to_somebody CHECK ((state = 'escalated') = (escalated_to_membership_id IS NOT NULL));
    ALTER TABLE decision_event ADD to_membership_id uuid;
    CREATE INDEX decision_escalated ON decision (escalated_to_membership_id);
    CREATE INDEX decision_by_deadline ON decision (deciding_authority_id, deadline, id);
    ALTER TABLE decision ADD CONSTRAINT "FK_5bb8771deec24a9567fc2710a9a" FOREIGN KEY (escalated_to_membership_id) REFERENCES membership(id);
    ALTER TABLE decision_event ADD CONSTRAINT "FK_4a64c20e2ea49ece69bca647da9" FOREIGN KEY (to_membership_id) REFERENCES membership(id);
    -- Whom it waits for moves on with the state; the timeline keeps every step.
    CREATE OR REPLACE FUNCTION decision_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      moving CONSTANT text[] := ARRAY['state', 'version', 'escalated_to_membership_id'];
    BEGIN
      IF (to_jsonb(NEW) - moving) IS DISTINCT FROM (to_jsonb(OLD) - moving) THEN
        RAISE EXCEPTION 'a decision is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TABLE log_view (
      id uuid NOT NULL,
      membership_id uuid NOT NULL,
      content bytea NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT "PK_log_view" PRIMARY KEY (id)
    );
    CREATE INDEX log_view_membership ON log_view (membership_id);
    ALTER TABLE log_view ADD CONSTRAINT "FK_28755a5ad7b811e50951dc8fcdd" FOREIGN KEY (membership_id) REFERENCES membership(id);
`;
