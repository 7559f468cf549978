import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * [AC100] What a command calls a guest is one: a membership that it, or another like it, made for a guest, of that very person. Who
 * stands as a guest of a meeting can be put out of her sessions by those who take part; said of a colleague, that would reach hers.
 * And a guest that stands is put at no item of another meeting, as a new one is not.
 */
export class GuestsAreGuests1796029200071 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const condition = 'in_circle(meeting_id) AND (item_id IS NULL OR in_circle_item(item_id)) AND is_guest(membership_id, person_id)';
const sql = /* sql */ `
    -- Of a membership that its asker may not see yet: until the guest stands nobody knows it.
    CREATE FUNCTION is_guest(membership uuid, person uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN EXISTS (SELECT 1 FROM public.membership m WHERE m.id = membership AND m.person_id = person AND m.role = 'guest');
    END $$;
    ALTER POLICY command_insert ON guest WITH CHECK (${condition});
    ALTER POLICY command_update ON guest USING (${condition}) WITH CHECK (${condition});
`;
