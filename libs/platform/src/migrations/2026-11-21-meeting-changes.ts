import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Meetings that are cancelled, moved and placed: which version stands, and who changed what, why. */
export class MeetingChanges1795304400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE meeting ADD COLUMN version integer NOT NULL DEFAULT 1;
    ALTER TABLE meeting ALTER COLUMN version DROP DEFAULT;
    ALTER TABLE series ADD COLUMN version integer NOT NULL DEFAULT 1;
    ALTER TABLE series ALTER COLUMN version DROP DEFAULT;
    CREATE TABLE meeting_event (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      version integer NOT NULL,
      kind text NOT NULL,
      membership_id uuid NOT NULL,
      reason bytea,
      moved_from_local text,
      "at" timestamptz NOT NULL,
      CONSTRAINT meeting_event_kind_known CHECK (kind IN ('cancelled','restored','moved','kept','placed')),
      CONSTRAINT "PK_d94049aa42beca95e52d7e7fb57" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX meeting_event_order ON meeting_event (meeting_id, version);
    ALTER TABLE meeting_event ADD CONSTRAINT "FK_e9cfff1b7ab9c5ee57b77f97e95" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE meeting_event ADD CONSTRAINT "FK_a27f0152b7c21ba240e66685f0f" FOREIGN KEY (membership_id) REFERENCES membership(id);
    CREATE TRIGGER meeting_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON meeting_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
