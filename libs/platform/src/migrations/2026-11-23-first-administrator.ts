import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * [ID9] Signing in makes people and memberships in one case only: the first administrator, while there is none. Otherwise
 * they are the administrators' and the authorities' own systems' to make.
 */
export class FirstAdministrator1795400009201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const none = `NOT EXISTS (SELECT 1 FROM membership a WHERE a.role = 'administrator' AND a.valid_from <= database_now() AND (a.valid_to IS NULL OR a.valid_to > database_now()))`;
    await runner.query(
      withRoleNames(
        runner.dataSource,
        `GRANT INSERT (id, name) ON person TO app_signin;
         CREATE POLICY signin_insert ON person FOR INSERT TO app_signin WITH CHECK (${none});
         GRANT INSERT (id, person_id, authority_id, role, function_title, valid_from) ON membership TO app_signin;
         CREATE POLICY signin_insert ON membership FOR INSERT TO app_signin WITH CHECK (role = 'administrator' AND ${none})`,
      ),
    );
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
