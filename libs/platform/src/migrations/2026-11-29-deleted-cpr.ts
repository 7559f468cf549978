import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A CPR number that was typed and deleted before anybody looked: taken out of what is stored, without a mask in the words. */
export class DeletedCpr1795915000043 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      ALTER TABLE cpr_finding DROP CONSTRAINT cpr_finding_outcome_check;
      ALTER TABLE cpr_finding ADD CONSTRAINT cpr_finding_outcome_check CHECK (outcome IN ('masked', 'locked', 'deleted'));
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
