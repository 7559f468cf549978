import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Minutes are frozen, approved by each authority, held fast and added to. */
export class Minutes1795320004107 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE meeting ADD minutes_reopened boolean NOT NULL DEFAULT false;
    ALTER TABLE agenda_item ADD minutes_reopened boolean NOT NULL DEFAULT false;

    CREATE TABLE minutes_round (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      number integer NOT NULL,
      phase text NOT NULL,
      due date,
      sent_by_membership_id uuid NOT NULL,
      sent_at timestamptz NOT NULL,
      ended_at timestamptz,
      leaves bytea,
      root bytea,
      CONSTRAINT minutes_round_phase_known CHECK (phase IN ('open','withdrawn','approved')),
      CONSTRAINT minutes_round_key PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX minutes_round_number ON minutes_round (meeting_id, number);
    CREATE TABLE minutes_part (
      round_id uuid NOT NULL,
      part_id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      state text NOT NULL,
      version integer NOT NULL,
      freeze_id uuid,
      is_restore boolean NOT NULL,
      CONSTRAINT minutes_part_state_known CHECK (state IN ('freezing','frozen','reopened')),
      CONSTRAINT minutes_part_key PRIMARY KEY (round_id, part_id)
    );
    CREATE INDEX minutes_part_freezing ON minutes_part (meeting_id) WHERE state = 'freezing';
    CREATE TABLE minutes_snapshot (
      id uuid NOT NULL,
      round_id uuid NOT NULL,
      part_id uuid NOT NULL,
      version integer NOT NULL,
      content bytea NOT NULL,
      commitment bytea NOT NULL,
      taken_at timestamptz NOT NULL,
      CONSTRAINT minutes_snapshot_key PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX minutes_snapshot_version ON minutes_snapshot (round_id, part_id, version);
    CREATE TABLE minutes_event (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      round_id uuid NOT NULL,
      kind text NOT NULL,
      part_ids uuid[] NOT NULL,
      versions integer[] NOT NULL,
      authority_id text,
      membership_id uuid,
      about_id uuid,
      text bytea,
      digest bytea,
      "at" timestamptz NOT NULL,
      CONSTRAINT minutes_event_kind_known CHECK (kind IN ('sent','approved','changeRequested','requestWithdrawn','resent','reminded','withdrawn','completed','addendum')),
      CONSTRAINT minutes_event_key PRIMARY KEY (id)
    );
    CREATE INDEX minutes_event_meeting ON minutes_event (meeting_id, id);
    CREATE TABLE minutes_addendum (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      part_id uuid NOT NULL,
      content bytea NOT NULL,
      commitment bytea NOT NULL,
      membership_id uuid NOT NULL,
      "at" timestamptz NOT NULL,
      CONSTRAINT minutes_addendum_key PRIMARY KEY (id)
    );
    CREATE INDEX minutes_addendum_meeting ON minutes_addendum (meeting_id, id);

    ALTER TABLE minutes_round ADD CONSTRAINT "FK_777c92655d2c6b36756b4ebd79e" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE minutes_round ADD CONSTRAINT "FK_c8ddce79851640fbcab5faef7f9" FOREIGN KEY (sent_by_membership_id) REFERENCES membership(id);
    ALTER TABLE minutes_part ADD CONSTRAINT "FK_ce8307f3f48eed60e8174eb7cb7" FOREIGN KEY (round_id) REFERENCES minutes_round(id);
    ALTER TABLE minutes_part ADD CONSTRAINT "FK_6a8381d707129cd9af9e6de78d4" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE minutes_snapshot ADD CONSTRAINT "FK_fa557f3b0876cbfaaf46bc77503" FOREIGN KEY (round_id) REFERENCES minutes_round(id);
    ALTER TABLE minutes_event ADD CONSTRAINT "FK_9dac72b80f8a5c1b7780f9e5904" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE minutes_event ADD CONSTRAINT "FK_0e376371354ab2abcdb75f1fd50" FOREIGN KEY (round_id) REFERENCES minutes_round(id);
    ALTER TABLE minutes_event ADD CONSTRAINT "FK_0df9d8441ddb1e9a6205ba0eea0" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE minutes_event ADD CONSTRAINT "FK_44304eb2d373aaed9ea80b57a11" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE minutes_event ADD CONSTRAINT "FK_b07b5c2c3bda78b01967c161dbe" FOREIGN KEY (about_id) REFERENCES minutes_event(id);
    ALTER TABLE minutes_addendum ADD CONSTRAINT "FK_c7a619ca5b55efef3581001b3fe" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE minutes_addendum ADD CONSTRAINT "FK_a789c89e0c0313a37aa9216301d" FOREIGN KEY (membership_id) REFERENCES membership(id);

    -- What was frozen, said and added stays as it was.
    CREATE TRIGGER minutes_snapshot_change BEFORE UPDATE OR DELETE OR TRUNCATE ON minutes_snapshot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER minutes_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON minutes_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER minutes_addendum_change BEFORE UPDATE OR DELETE OR TRUNCATE ON minutes_addendum FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER minutes_round_delete BEFORE DELETE OR TRUNCATE ON minutes_round FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER minutes_part_delete BEFORE DELETE OR TRUNCATE ON minutes_part FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

    -- A round that has ended, approved or withdrawn, has ended; nothing is frozen into it any more.
    CREATE FUNCTION minutes_round_has_ended() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'minutes that were approved or withdrawn do not change' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER minutes_round_update BEFORE UPDATE ON minutes_round FOR EACH ROW WHEN (OLD.phase <> 'open') EXECUTE FUNCTION minutes_round_has_ended();
    CREATE FUNCTION minutes_round_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM minutes_round r WHERE r.id = NEW.round_id AND r.phase = 'open') THEN
        RAISE EXCEPTION 'minutes that were approved or withdrawn do not change' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER minutes_part_write BEFORE INSERT OR UPDATE ON minutes_part FOR EACH ROW EXECUTE FUNCTION minutes_round_stands();
    CREATE TRIGGER minutes_snapshot_insert BEFORE INSERT ON minutes_snapshot FOR EACH ROW EXECUTE FUNCTION minutes_round_stands();
    CREATE TRIGGER meeting_minutes_approved BEFORE UPDATE ON meeting FOR EACH ROW
      WHEN (OLD.minutes_state = 'approved' AND NEW.minutes_state <> 'approved') EXECUTE FUNCTION minutes_round_has_ended();
`;
