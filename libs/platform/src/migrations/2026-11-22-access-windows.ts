import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Times of access: of a participant in a meeting, and of what she reads of it; an item that goes on under another basis. */
export class AccessWindows1795400000401 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE item_reader ADD valid_from timestamptz;
    ALTER TABLE item_reader ADD valid_to timestamptz;
    ALTER TABLE meeting_participant ADD valid_from timestamptz;
    ALTER TABLE meeting_participant ADD valid_to timestamptz;
    ALTER TABLE agenda_item DROP CONSTRAINT agenda_item_state_known;
    ALTER TABLE agenda_item ADD CONSTRAINT agenda_item_state_known CHECK (state IN ('open','done','omitted','carried','withdrawn','moved'));
    ALTER TABLE agenda_item_event DROP CONSTRAINT agenda_item_event_kind_known;
    ALTER TABLE agenda_item_event ADD CONSTRAINT agenda_item_event_kind_known CHECK (kind IN ('added','framed','open','done','omitted','carried','withdrawn','moved'));
`;
