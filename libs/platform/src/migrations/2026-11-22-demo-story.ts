import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the story of demo mode was told; empty outside demo mode. */
export class DemoStory1795340234567 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE demo_step (
      name text NOT NULL,
      result text,
      CONSTRAINT "PK_demo_step" PRIMARY KEY (name)
    );
`;
