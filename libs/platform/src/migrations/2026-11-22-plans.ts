import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sequence plan and informing plan of a joint consultation: steps in order, each carried by a follow-up. */
export class Plans1795320000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE plan_step (
      id uuid NOT NULL,
      item_id uuid NOT NULL,
      plan text NOT NULL,
      order_key text COLLATE "C" NOT NULL,
      follow_up_id uuid NOT NULL,
      content bytea NOT NULL,
      replaces_id uuid,
      recorded_by_membership_id uuid NOT NULL,
      recorded_at timestamptz NOT NULL,
      withdrawn_at timestamptz,
      CONSTRAINT plan_step_plan_known CHECK (plan IN ('sequence','informing')),
      CONSTRAINT "PK_7d1c773ad786c25cb679a7a759a" PRIMARY KEY (id)
    );
    ALTER TABLE plan_step ADD CONSTRAINT "FK_ecf4585faa6e539b0b321870710" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE plan_step ADD CONSTRAINT "FK_2da8798f4525615538d80b6f16c" FOREIGN KEY (follow_up_id) REFERENCES follow_up(id);
    ALTER TABLE plan_step ADD CONSTRAINT "FK_7feff2db3cfc73fa8865876f40b" FOREIGN KEY (replaces_id) REFERENCES plan_step(id);
    ALTER TABLE plan_step ADD CONSTRAINT "FK_25b4acac837b8606259551be489" FOREIGN KEY (recorded_by_membership_id) REFERENCES membership(id);
    CREATE UNIQUE INDEX plan_step_order ON plan_step (item_id, plan, order_key) WHERE withdrawn_at IS NULL;
    CREATE UNIQUE INDEX plan_step_follow_up ON plan_step (follow_up_id);
    CREATE UNIQUE INDEX plan_step_replaces ON plan_step (replaces_id);
    -- What was planned stays readable: a changed step is a new one in the place of the old.
    CREATE FUNCTION plan_step_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (to_jsonb(NEW) - 'order_key' - 'withdrawn_at') IS DISTINCT FROM (to_jsonb(OLD) - 'order_key' - 'withdrawn_at')
         OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at) THEN
        RAISE EXCEPTION 'a step is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER plan_step_update BEFORE UPDATE ON plan_step FOR EACH ROW EXECUTE FUNCTION plan_step_keeps_its_words();
    CREATE TRIGGER plan_step_delete BEFORE DELETE OR TRUNCATE ON plan_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
