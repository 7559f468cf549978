import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One substitute for a whole series, or for a period of it. */
export class StandingSubstitutes1795318301002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE series_substitute (
      series_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      substitute_membership_id uuid NOT NULL,
      from_date text,
      to_date text,
      set_at timestamptz NOT NULL,
      CONSTRAINT "PK_853143795235ebfd7fe2721ed13" PRIMARY KEY (series_id, membership_id)
    );
    ALTER TABLE series_substitute ADD CONSTRAINT "FK_86f8e2cd7f53dc12d2662cf55ee" FOREIGN KEY (series_id) REFERENCES series(id) ON DELETE CASCADE;
    ALTER TABLE series_substitute ADD CONSTRAINT "FK_ab0555d83cb768bd5a0038c24c1" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE series_substitute ADD CONSTRAINT "FK_800fc5c91e007d79c5502e1914b" FOREIGN KEY (substitute_membership_id) REFERENCES membership(id);
`;
