import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A decision is corrected by another that stands in its place. */
export class DecisionCorrections1795309200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE decision DROP CONSTRAINT decision_state_known;
    ALTER TABLE decision ADD CONSTRAINT decision_state_known CHECK (state IN ('recorded','confirmed','returned','superseded'));
    ALTER TABLE decision ADD supersedes_id uuid;
    CREATE UNIQUE INDEX decision_supersedes ON decision (supersedes_id);
    ALTER TABLE decision ADD CONSTRAINT "FK_2dfbe7478bac978c97cbc410094" FOREIGN KEY (supersedes_id) REFERENCES decision(id);
`;
