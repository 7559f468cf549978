import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers to invitations, for one meeting or a series, and substitutes. */
export class Replies1795312800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE meeting_participant ADD stands_in_for_membership_id uuid;
    CREATE UNIQUE INDEX meeting_participant_substitute ON meeting_participant (meeting_id, stands_in_for_membership_id);
    CREATE TABLE meeting_reply (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      part_stat text NOT NULL,
      start_instant timestamptz NOT NULL,
      note bytea,
      replied_at timestamptz NOT NULL,
      CONSTRAINT meeting_reply_known CHECK (part_stat IN ('accepted','tentative','declined','delegated')),
      CONSTRAINT "PK_13a6d8b384e4ec9f4662e5fc984" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX meeting_reply_participant ON meeting_reply (meeting_id, membership_id);
    CREATE TABLE series_reply (
      series_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      part_stat text NOT NULL,
      replied_at timestamptz NOT NULL,
      CONSTRAINT series_reply_known CHECK (part_stat IN ('accepted','tentative','declined')),
      CONSTRAINT "PK_9c7428a3695cc068e41efe9dc01" PRIMARY KEY (series_id, membership_id)
    );
    ALTER TABLE meeting_participant ADD CONSTRAINT "FK_fb3497c008ddff7c541a1b13dd2" FOREIGN KEY (stands_in_for_membership_id) REFERENCES membership(id);
    ALTER TABLE meeting_reply ADD CONSTRAINT "FK_016e765ac2358e0d7c3d81248f3" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE meeting_reply ADD CONSTRAINT "FK_969aa3656157103037fe1ad5e40" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE series_reply ADD CONSTRAINT "FK_ca43a0cfbe5bc5e313f9b171457" FOREIGN KEY (series_id) REFERENCES series(id) ON DELETE CASCADE;
    ALTER TABLE series_reply ADD CONSTRAINT "FK_83b4366a62be132493555a46fe5" FOREIGN KEY (membership_id) REFERENCES membership(id);
`;
