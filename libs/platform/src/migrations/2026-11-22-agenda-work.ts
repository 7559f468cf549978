import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agendas that are worked on: frames and states with versions, sections, children on lists, items that are carried. */
export class AgendaWork1795319500001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE agenda_item ADD parent_id uuid;
    ALTER TABLE agenda_item ADD lead_membership_id uuid;
    ALTER TABLE agenda_item ADD section bytea;
    ALTER TABLE agenda_item ADD case_reference bytea;
    ALTER TABLE agenda_item ADD state text NOT NULL DEFAULT 'open';
    ALTER TABLE agenda_item ALTER COLUMN state DROP DEFAULT;
    ALTER TABLE agenda_item ADD version integer NOT NULL DEFAULT 1;
    ALTER TABLE agenda_item ALTER COLUMN version DROP DEFAULT;
    -- Nobody could add a mandatory item so far; of the others the time of making tells.
    ALTER TABLE agenda_item ADD from_template boolean NOT NULL DEFAULT false;
    ALTER TABLE agenda_item ALTER COLUMN from_template DROP DEFAULT;
    UPDATE agenda_item i SET from_template = true FROM meeting m WHERE m.id = i.meeting_id AND (i.mandatory OR i.created_at < m.created_at + interval '5 seconds');
    ALTER TABLE agenda_item ADD carried_from_item_id uuid;
    ALTER TABLE agenda_item ADD changed_at timestamptz;
    ALTER TABLE agenda_item ADD CONSTRAINT agenda_item_state_known CHECK (state IN ('open','done','omitted','carried','withdrawn'));
    DROP INDEX agenda_item_order;
    CREATE UNIQUE INDEX agenda_item_order ON agenda_item (meeting_id, order_key) WHERE parent_id IS NULL;
    CREATE UNIQUE INDEX agenda_item_child_order ON agenda_item (parent_id, order_key);
    CREATE UNIQUE INDEX agenda_item_carried_from ON agenda_item (carried_from_item_id);
    CREATE TABLE agenda_item_event (
      id uuid NOT NULL,
      item_id uuid NOT NULL,
      version integer NOT NULL,
      kind text NOT NULL,
      membership_id uuid NOT NULL,
      content bytea,
      "at" timestamptz NOT NULL,
      CONSTRAINT agenda_item_event_kind_known CHECK (kind IN ('added','framed','open','done','omitted','carried','withdrawn')),
      CONSTRAINT "PK_4b5c27dde385748a8d5ffdc23be" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX agenda_item_event_order ON agenda_item_event (item_id, version);
    ALTER TABLE agenda_item ADD CONSTRAINT "FK_79252bd6b85d3ed8820654db280" FOREIGN KEY (parent_id) REFERENCES agenda_item(id);
    ALTER TABLE agenda_item ADD CONSTRAINT "FK_610108e7232a3b3288583d1cfd1" FOREIGN KEY (lead_membership_id) REFERENCES membership(id);
    ALTER TABLE agenda_item ADD CONSTRAINT "FK_01001918f678f0420b5318d3eb0" FOREIGN KEY (carried_from_item_id) REFERENCES agenda_item(id);
    ALTER TABLE agenda_item_event ADD CONSTRAINT "FK_29dba3513d70e565ea6ce854cfc" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE agenda_item_event ADD CONSTRAINT "FK_17f5f949e2375ed7d157ce65a2a" FOREIGN KEY (membership_id) REFERENCES membership(id);
    CREATE TRIGGER agenda_item_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON agenda_item_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE meeting_event DROP CONSTRAINT meeting_event_kind_known;
    ALTER TABLE meeting_event ADD CONSTRAINT meeting_event_kind_known CHECK (kind IN ('cancelled','restored','moved','kept','placed','rescheduled','renamed','invited','dropped','published','started','agendaClosed'));
`;
