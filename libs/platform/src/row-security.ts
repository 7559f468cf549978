import type { QueryRunner } from 'typeorm';
import { roleKinds, withRoleNames, type RoleKind } from './database-roles.js';

type Verb = 'select' | 'insert' | 'update' | 'delete';
/** What is granted: a verb, perhaps of some columns only. */
export type Grant = Verb | `${Exclude<Verb, 'delete'>}(${string})`;

/**
 * Which rows of a table each role may see and change, as SQL conditions over its columns. What is not said is not allowed.
 * A condition of `update` holds for the row before and after. docs/rls.md has the functions that conditions are made of.
 */
export type TableRules = Partial<Record<RoleKind, Partial<Record<Grant, string>>>>;

/**
 * Closes a table and opens it again for the roles that are named: row-level security, also for the owner, who sees rows only
 * in migrations and in the functions that policies are made of. For the migration that makes the table.
 */
export async function protect(runner: QueryRunner, table: string, rules: TableRules): Promise<void> {
  const statements = [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `DROP POLICY IF EXISTS owner ON ${table}`,
    `CREATE POLICY owner ON ${table} TO CURRENT_USER USING (current_setting('samraad.owner', true) = 'on')`,
    ...Object.entries(rules).flatMap(([kind, verbs]) =>
      Object.entries(verbs as Record<string, string>).flatMap(([grant, condition]) => {
        const verb = grant.split('(')[0] as Verb;
        return [`GRANT ${grant} ON ${table} TO app_${kind}`, `CREATE POLICY ${kind}_${verb} ON ${table} FOR ${verb} TO app_${kind} ${clauses(verb, condition)}`];
      }),
    ),
  ];
  await runner.query(withRoleNames(runner.dataSource, statements.join(';\n')));
}

function clauses(verb: Verb, condition: string): string {
  if (verb === 'insert') return `WITH CHECK (${condition})`;
  return verb === 'update' ? `USING (${condition}) WITH CHECK (${condition})` : `USING (${condition})`;
}

/** Takes back what {@link protect} opened, for a migration that opens it otherwise. */
export async function unprotect(runner: QueryRunner, table: string): Promise<void> {
  const policies = (await runner.query(`SELECT policyname AS name FROM pg_policies WHERE schemaname = 'public' AND tablename = $1 AND policyname <> 'owner'`, [table])) as { name: string }[];
  for (const { name } of policies) await runner.query(`DROP POLICY "${name}" ON ${table}`);
  await runner.query(withRoleNames(runner.dataSource, `REVOKE ALL ON ${table} FROM ${roleKinds.map((kind) => `app_${kind}`).join(', ')}`));
}
