import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * [EM10] What an item has become is followed through meetings that the asker was not at: the line would end at the first of them, and
 * what she reads behind it would stand without the embargo. Only what she reads is answered.
 */
export class EmbargoLine1796083200086 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE FUNCTION item_became(item uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT pg_catalog.set_config('samraad.owner', 'on', true);
      WITH RECURSIVE line AS (
        SELECT i.id, 0 AS step FROM public.agenda_item i WHERE i.id = item OR i.parent_id = item
        UNION SELECT n.id, l.step + 1 FROM public.agenda_item n JOIN line l ON l.id IN (n.carried_from_item_id, n.moved_from_item_id))
      SELECT DISTINCT l.id FROM line l WHERE l.step > 0 AND public.reads_item(item) AND public.reads_item(l.id) $$;
`;
