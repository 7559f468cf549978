import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The language a person chose to read in. */
export class Language1795317000407 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE person ADD COLUMN language text, ADD CONSTRAINT person_language_known CHECK (language IN ('da','en'))");
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
