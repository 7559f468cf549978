import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who was there, with every change of it. */
export class Attendance1795316400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE attendance_entry (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      state text NOT NULL,
      set_by_membership_id uuid NOT NULL,
      "at" timestamptz NOT NULL,
      CONSTRAINT attendance_entry_known CHECK (state IN ('present','late','excused','absent')),
      CONSTRAINT "PK_0d1f1a7ac61fd87beb4d8cf1f62" PRIMARY KEY (id)
    );
    CREATE INDEX attendance_entry_participant ON attendance_entry (meeting_id, membership_id, "at");
    ALTER TABLE attendance_entry ADD CONSTRAINT "FK_056fdbd7f8b4949afa9a0ad3fb0" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE attendance_entry ADD CONSTRAINT "FK_b80c8b72b50681e1415b7a80545" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE attendance_entry ADD CONSTRAINT "FK_6e6334302f7dfbe848c6167cebd" FOREIGN KEY (set_by_membership_id) REFERENCES membership(id);

    -- Who was there is part of what the minutes record: it is corrected by adding, never by rewriting.
    CREATE TRIGGER attendance_entry_change BEFORE UPDATE OR DELETE OR TRUNCATE ON attendance_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
