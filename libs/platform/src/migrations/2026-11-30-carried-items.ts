import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who comes to one meeting alone, as a substitute, works with its items as everybody else there: also with one that was carried to it
 * from a meeting that she was not at. Where the rule asked for that meeting too, her change was answered and not made. What an
 * item says it was carried from is of the same series.
 */
export class CarriedItems1796032800080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const condition = 'in_circle(meeting_id) AND (parent_id IS NULL OR in_circle_item(parent_id)) AND (carried_from_item_id IS NULL OR carried_in_series(carried_from_item_id, meeting_id))';
const sql = /* sql */ `
    CREATE FUNCTION carried_in_series(item uuid, meeting uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN EXISTS (SELECT 1 FROM public.agenda_item i JOIN public.meeting a ON a.id = i.meeting_id JOIN public.meeting b ON b.series_id = a.series_id WHERE i.id = item AND b.id = meeting);
    END $$;
    ALTER POLICY command_update ON agenda_item USING (${condition}) WITH CHECK (${condition});
`;
