import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a series needs to be expanded as its coordinator meant it: week parity, dates left out, holidays; video links. */
export class SeriesPatterns1795302600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

// Series that stand already were made without a choice: their meetings lie where the rule puts them.
const sql = /* sql */ `
    ALTER TABLE series
      ADD COLUMN week_parity text,
      ADD COLUMN excluded_dates text[] NOT NULL DEFAULT '{}',
      ADD COLUMN holiday_policy text NOT NULL DEFAULT 'keep',
      ADD COLUMN video_link bytea,
      ADD CONSTRAINT series_week_parity_known CHECK (week_parity IN ('even','odd')),
      ADD CONSTRAINT series_holiday_policy_known CHECK (holiday_policy IN ('keep','skip','nextWorkingDay','ask'));
    ALTER TABLE series ALTER COLUMN excluded_dates DROP DEFAULT, ALTER COLUMN holiday_policy DROP DEFAULT;
    ALTER TABLE meeting ADD COLUMN video_link bytea;
`;
