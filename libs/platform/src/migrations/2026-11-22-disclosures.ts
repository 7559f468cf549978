import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect } from '../row-security.js';

/** Who was shown what, why, by whom; and items that go on under another legal basis. */
export class Disclosures1795400000403 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    // Written by whoever shows something, and by the job that sends standing substitutes to new meetings.
    await protect(runner, 'disclosure', {
      // New meetings of a series get its standing substitutes in the name of those who sent them.
      command: { insert: '(SELECT session_reader()) IS NOT NULL' },
      series: { insert: 'true' },
      demo: { insert: 'true' },
    });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE disclosure (
      id uuid NOT NULL,
      kind text NOT NULL,
      meeting_id uuid NOT NULL,
      item_id uuid,
      item_ids uuid[] NOT NULL,
      to_membership_ids uuid[] NOT NULL,
      legal_basis_ids text[] NOT NULL,
      reason bytea,
      made_by_membership_id uuid NOT NULL,
      "at" timestamptz NOT NULL,
      CONSTRAINT disclosure_kind_known CHECK (kind IN ('audience','participant','series','substitute')),
      CONSTRAINT "PK_disclosure" PRIMARY KEY (id)
    );
    CREATE INDEX disclosure_meeting ON disclosure (meeting_id, "at");
    ALTER TABLE disclosure ADD CONSTRAINT "FK_78f9d54c2ad08d9d410860d29ee" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE disclosure ADD CONSTRAINT "FK_893f5713365e00113ff0cd51591" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE disclosure ADD CONSTRAINT "FK_84303005f1f39f8f58998fee844" FOREIGN KEY (made_by_membership_id) REFERENCES membership(id);
    CREATE TRIGGER disclosure_change BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE agenda_item ADD moved_from_item_id uuid;
    CREATE UNIQUE INDEX agenda_item_moved_from ON agenda_item (moved_from_item_id);
    ALTER TABLE agenda_item ADD CONSTRAINT "FK_76cfb5b93da894b3cabab73bbb9" FOREIGN KEY (moved_from_item_id) REFERENCES agenda_item(id);
`;
