import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roleKinds } from '../database-roles.js';
import { protect } from '../row-security.js';

/** Tables that were made beside row-level security and said nothing of it yet: on and forced, and open to every role. */
export class LateTables1795400009000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const tables = (await runner.query(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migrations' AND NOT relrowsecurity AND NOT relispartition`,
    )) as { name: string }[];
    const everything = { select: 'true', insert: 'true', update: 'true', delete: 'true' };
    for (const { name } of tables) await protect(runner, name, Object.fromEntries(roleKinds.map((kind) => [kind, everything])));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
