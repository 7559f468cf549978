import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect } from '../row-security.js';

/** What each authority prepares for an item: a document of its own beside it, and what the authority says of it. */
export class Preparations1795400000501 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const everything = { select: 'true', insert: 'true', update: 'true' };
    const mine = '(SELECT session_authority())';
    const readable = 'item_id IN (SELECT r.item_id FROM item_reader r WHERE r.membership_id = (SELECT session_reader()) AND (r.valid_from IS NULL OR r.valid_from <= database_now()) AND (r.valid_to IS NULL OR r.valid_to > database_now()))';
    // [AC71] Of what was not answered the others do not even have the row.
    const shown = `${readable} AND (authority_id = ${mine} OR answer <> 'open')`;
    const own = `${readable} AND authority_id = ${mine}`;
    await protect(runner, 'preparation', { request: { select: shown }, command: { select: shown, insert: own, update: own }, projector: { select: 'true' }, demo: everything });
    const ofShown = 'preparation_id IN (SELECT p.id FROM preparation p)';
    await protect(runner, 'preparation_event', {
      request: { select: ofShown },
      command: { select: ofShown, insert: `membership_id = (SELECT session_membership()) AND preparation_id IN (SELECT p.id FROM preparation p WHERE p.authority_id = ${mine})` },
      demo: everything,
    });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    -- The authority whose own among the item's readers may open the document; null for the item's own words.
    ALTER TABLE yjs_document ADD COLUMN authority_id text REFERENCES authority (id);

    -- Its id is that of its document. The words are there, and nowhere else.
    CREATE TABLE preparation (
      id uuid NOT NULL,
      item_id uuid NOT NULL,
      authority_id text NOT NULL,
      answer text NOT NULL,
      version int NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT preparation_answer_known CHECK (answer IN ('open','released','orally','nothing')),
      CONSTRAINT "PK_preparation" PRIMARY KEY (id)
    );
    ALTER TABLE preparation ADD CONSTRAINT "FK_bcf3ebe12349daa0f5c6943537b" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE preparation ADD CONSTRAINT "FK_c289c3118674cc5840a9209fefc" FOREIGN KEY (authority_id) REFERENCES authority(id);
    CREATE UNIQUE INDEX preparation_of_authority ON preparation (item_id, authority_id);

    CREATE TABLE preparation_event (
      id uuid NOT NULL,
      preparation_id uuid NOT NULL,
      version int NOT NULL,
      answer text NOT NULL,
      membership_id uuid NOT NULL,
      at timestamptz NOT NULL,
      CONSTRAINT preparation_event_answer_known CHECK (answer IN ('open','released','orally','nothing')),
      CONSTRAINT "PK_preparation_event" PRIMARY KEY (id)
    );
    ALTER TABLE preparation_event ADD CONSTRAINT "FK_7d16958a3af30f0806f68a173e8" FOREIGN KEY (preparation_id) REFERENCES preparation(id);
    ALTER TABLE preparation_event ADD CONSTRAINT "FK_876658b71990c86cb19225cf281" FOREIGN KEY (membership_id) REFERENCES membership(id);
    CREATE UNIQUE INDEX preparation_event_order ON preparation_event (preparation_id, version);
    CREATE TRIGGER preparation_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON preparation_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
