import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people are told within the product, and what each does not want to be told. */
export class Notifications1795340123456 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE notification (
      id uuid NOT NULL,
      membership_id uuid NOT NULL,
      kind text NOT NULL,
      meeting_id uuid NOT NULL,
      item_id uuid,
      decision_id uuid,
      follow_up_id uuid,
      once_key text,
      "at" timestamptz NOT NULL,
      read_at timestamptz,
      CONSTRAINT "PK_notification" PRIMARY KEY (id)
    );
    CREATE INDEX notification_reader ON notification (membership_id, id);
    CREATE UNIQUE INDEX notification_once ON notification (membership_id, once_key);
    CREATE TABLE notification_mute (
      person_id uuid NOT NULL,
      kind text NOT NULL,
      CONSTRAINT "PK_notification_mute" PRIMARY KEY (person_id, kind)
    );
    ALTER TABLE notification ADD CONSTRAINT "FK_d5cf0f2d5e4c1c046ee3c7ea0dd" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE notification ADD CONSTRAINT "FK_4d98bbd6b7f1e427eba8e46ac69" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE notification ADD CONSTRAINT "FK_9771db58828c13ffeea28471cb8" FOREIGN KEY (item_id) REFERENCES agenda_item(id) ON DELETE CASCADE;
    ALTER TABLE notification ADD CONSTRAINT "FK_a553980b2fa4d7b44e89e1646a7" FOREIGN KEY (decision_id) REFERENCES decision(id) ON DELETE CASCADE;
    ALTER TABLE notification ADD CONSTRAINT "FK_e71684d46185d87719572aafe0e" FOREIGN KEY (follow_up_id) REFERENCES follow_up(id) ON DELETE CASCADE;
    ALTER TABLE notification_mute ADD CONSTRAINT "FK_a48f78247826bf34fa35212b711" FOREIGN KEY (person_id) REFERENCES person(id);
`;
