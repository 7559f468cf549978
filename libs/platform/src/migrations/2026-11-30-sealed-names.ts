import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';

/**
 * The names of guests are sealed as other words about people are (docs/adr/0085), and what was sealed before columns were bound may
 * be sealed anew in its place (docs/adr/0084). Both by jobs, which have the keys; this makes room for them.
 */
export class SealedNames1796043600084 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    const ofGuest = `EXISTS (SELECT 1 FROM guest g WHERE (g.item_id IS NULL AND g.meeting_id = scope_id) OR g.item_id = scope_id)`;
    const keepers = {
      guest: ['SELECT', 'UPDATE (name, organisation)'],
      person: ['SELECT (id, name, guest)', 'UPDATE (name)'],
      membership: ['SELECT (id, person_id, role, unit_title)', 'UPDATE (unit_title)'],
      series: ['SELECT (id, title, place, video_link)', 'UPDATE (title, place, video_link)'],
      meeting: ['SELECT (id, title, place, video_link)', 'UPDATE (title, place, video_link)'],
      item_proposal: ['SELECT (id, title, answer)', 'UPDATE (title, answer)'],
      busy_calendar: ['SELECT (id, access, times)', 'UPDATE (access, times)'],
    };
    // Of people the job changes guests alone.
    const bounds: Partial<Record<string, string>> = { person: 'guest', membership: `role = 'guest'` };
    const sql = [
      // [AC100] Whoever comes in as a guest is told her own name.
      'GRANT SELECT ON content_key TO app_signin',
      `CREATE POLICY signin_select ON content_key FOR SELECT TO app_signin USING (${ofGuest})`,
      'GRANT SELECT ON shredded_scope TO app_signin',
      'DROP POLICY IF EXISTS signin_select ON shredded_scope',
      `CREATE POLICY signin_select ON shredded_scope FOR SELECT TO app_signin USING (${ofGuest})`,
      ...Object.entries(keepers).flatMap(([table, verbs]) =>
        verbs.flatMap((grant) => {
          const verb = grant.split(' ')[0]!;
          return [
            `GRANT ${grant} ON ${table} TO app_keeper`,
            `DROP POLICY IF EXISTS keeper_${verb.toLowerCase()} ON ${table}`,
            `CREATE POLICY keeper_${verb.toLowerCase()} ON ${table} FOR ${verb} TO app_keeper USING (${(verb === 'UPDATE' ? bounds[table] : undefined) ?? 'true'})`,
          ];
        }),
      ),
    ];
    for (const statement of sql) await runner.query(withRoleNames(runner.dataSource, statement));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const tables = /* sql */ `
    -- Null in what stands from before, until the job has sealed it.
    ALTER TABLE guest ADD COLUMN name bytea, ADD COLUMN organisation bytea;

    -- The same words, sealed by the layout that names the column: as long as before to the byte.
    CREATE FUNCTION is_sealed_anew(before bytea, after bytea) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
      SELECT before IS NOT DISTINCT FROM after OR coalesce(get_byte(before, 0) = 1 AND get_byte(after, 0) = 2 AND length(before) = length(after), false) $$;
    CREATE OR REPLACE FUNCTION item_proposal_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (to_jsonb(NEW) - 'title' - 'answer') = (to_jsonb(OLD) - 'title' - 'answer')
         AND public.is_sealed_anew(OLD.title, NEW.title) AND public.is_sealed_anew(OLD.answer, NEW.answer) THEN
        RETURN NEW;
      END IF;
      IF OLD.state <> 'waiting' OR (NEW.state <> 'accepted' AND NEW.title IS DISTINCT FROM OLD.title)
         OR (to_jsonb(NEW) - 'title' - 'state' - 'answered_by_membership_id' - 'answer' - 'answered_at')
            IS DISTINCT FROM (to_jsonb(OLD) - 'title' - 'state' - 'answered_by_membership_id' - 'answer' - 'answered_at') THEN
        RAISE EXCEPTION 'a proposal is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
`;
