import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an authority adds as a legal basis admitted the steps of an investigation whatever it was, also its own wording of § 115. From
 * now on it does where the authority says so; those that stand did not say it.
 */
export class OwnBases1796040000090 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE legal_basis_setting ADD COLUMN admits_investigation boolean NOT NULL DEFAULT false');
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
