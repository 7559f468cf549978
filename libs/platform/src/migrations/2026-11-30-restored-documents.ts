import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A document remembers that the store was put back once: somebody may come with words that it lost (ADR 0088). */
export class RestoredDocuments1796043600088 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE yjs_document ADD COLUMN is_restored boolean NOT NULL DEFAULT false');
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
