import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Series change from one meeting on; what stood before is kept. Place and video link are each own or the series'. */
export class SeriesChanges1795318301001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE series ADD added_dates text[] NOT NULL DEFAULT '{}';
    ALTER TABLE series ALTER added_dates DROP DEFAULT;
    ALTER TABLE series ADD last_date text;

    ALTER TABLE meeting ADD own_place boolean NOT NULL DEFAULT false;
    ALTER TABLE meeting ALTER own_place DROP DEFAULT;
    ALTER TABLE meeting ADD own_video_link boolean NOT NULL DEFAULT false;
    ALTER TABLE meeting ALTER own_video_link DROP DEFAULT;
    -- Both are sealed, so that nobody can compare here: whatever was once placed by itself keeps what it has.
    UPDATE meeting m SET own_place = true, own_video_link = true
      WHERE series_id IS NOT NULL AND EXISTS (SELECT 1 FROM meeting_event e WHERE e.meeting_id = m.id AND e.kind = 'placed');

    ALTER TABLE meeting_event DROP CONSTRAINT meeting_event_kind_known;
    ALTER TABLE meeting_event ADD CONSTRAINT meeting_event_kind_known
      CHECK (kind IN ('cancelled','restored','moved','kept','placed','rescheduled','renamed','invited','dropped'));

    CREATE TABLE series_change (
      id uuid NOT NULL,
      series_id uuid NOT NULL,
      version integer NOT NULL,
      from_recurrence_id text,
      start_local text NOT NULL,
      rrule text NOT NULL,
      week_parity text,
      excluded_dates text[] NOT NULL,
      added_dates text[] NOT NULL,
      last_date text,
      holiday_policy text NOT NULL,
      duration_minutes integer NOT NULL,
      membership_id uuid NOT NULL,
      "at" timestamptz NOT NULL,
      CONSTRAINT "PK_98a4fe4f7e3de3237791bbca489" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX series_change_order ON series_change (series_id, version);
    ALTER TABLE series_change ADD CONSTRAINT "FK_312496a9ca4f12b19d279b690d4" FOREIGN KEY (series_id) REFERENCES series(id);
    ALTER TABLE series_change ADD CONSTRAINT "FK_59a83dd866b0d01acc41eab4870" FOREIGN KEY (membership_id) REFERENCES membership(id);
    CREATE TRIGGER series_change_change BEFORE UPDATE OR DELETE OR TRUNCATE ON series_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
