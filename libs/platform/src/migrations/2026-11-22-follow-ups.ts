import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Follow-ups: what somebody promised, and what became of it. */
export class FollowUps1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE follow_up (
      id uuid NOT NULL,
      item_id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      decision_id uuid,
      continues_id uuid,
      owner_membership_id uuid NOT NULL,
      deadline date NOT NULL,
      content bytea NOT NULL,
      state text NOT NULL,
      version integer NOT NULL,
      recorded_by_membership_id uuid NOT NULL,
      recorded_at timestamptz NOT NULL,
      CONSTRAINT follow_up_state_known CHECK (state IN ('open','done','notDone','overtaken','handedOver')),
      CONSTRAINT "PK_5c0a5f5b32937e47e0ab09d596c" PRIMARY KEY (id)
    );
    CREATE INDEX follow_up_item ON follow_up (item_id);
    CREATE INDEX follow_up_meeting ON follow_up (meeting_id);
    CREATE INDEX follow_up_owner ON follow_up (owner_membership_id, deadline, id);
    CREATE TABLE follow_up_event (
      id uuid NOT NULL,
      follow_up_id uuid NOT NULL,
      version integer NOT NULL,
      kind text NOT NULL,
      membership_id uuid NOT NULL,
      reason bytea,
      "at" timestamptz NOT NULL,
      CONSTRAINT "PK_84ddc94147870649eff1ccdc862" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX follow_up_event_order ON follow_up_event (follow_up_id, version);
    ALTER TABLE follow_up ADD CONSTRAINT "FK_1191a2a8d8dac68a51aa3321b59" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE follow_up ADD CONSTRAINT "FK_ac97a4be168d01fedd5e02ae302" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE follow_up ADD CONSTRAINT "FK_dbf9dc3fdd378c37dd17655b5ef" FOREIGN KEY (decision_id) REFERENCES decision(id);
    ALTER TABLE follow_up ADD CONSTRAINT "FK_e18ac790c5951e58e689aea8bf9" FOREIGN KEY (continues_id) REFERENCES follow_up(id);
    ALTER TABLE follow_up ADD CONSTRAINT "FK_f338e0f3baf3895a8928a74b020" FOREIGN KEY (owner_membership_id) REFERENCES membership(id);
    ALTER TABLE follow_up ADD CONSTRAINT "FK_2495a1784d80057e5f163933e16" FOREIGN KEY (recorded_by_membership_id) REFERENCES membership(id);
    ALTER TABLE follow_up_event ADD CONSTRAINT "FK_98e7ba01f14187951b30587b33b" FOREIGN KEY (follow_up_id) REFERENCES follow_up(id);
    ALTER TABLE follow_up_event ADD CONSTRAINT "FK_49d7f0a5749a874fe65b01418c1" FOREIGN KEY (membership_id) REFERENCES membership(id);
    -- As with decisions: only the state moves on, and the timeline only grows.
    CREATE TRIGGER follow_up_update BEFORE UPDATE ON follow_up FOR EACH ROW EXECUTE FUNCTION decision_keeps_its_words();
    CREATE TRIGGER follow_up_delete BEFORE DELETE OR TRUNCATE ON follow_up FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER follow_up_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON follow_up_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
