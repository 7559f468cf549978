import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whose follow-ups a leader answers for is asked of a function, once in a statement. As a sub-select it brought the rules of `membership`
 * into every statement that names a follow-up, also of those who lead nobody, which took longer to plan than their page to find
 * (docs/adr/0076-what-rules-cost-a-first-page.md). The rule answers as before.
 */
export class LedOwners1796169600076 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    -- Of the authority that the session leads in; none for everybody else.
    CREATE FUNCTION session_led_owners() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      led text := public.session_leads();
    BEGIN
      IF led IS NULL THEN RETURN '{}'; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN ARRAY(SELECT o.id FROM public.membership o WHERE o.authority_id = led);
    END $$;
    ALTER POLICY request_select ON follow_up USING (EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = follow_up.item_id AND r.membership_id = (SELECT session_reader()))
      OR owner_membership_id = (SELECT session_reader()) OR owner_membership_id = ANY ((SELECT session_led_owners())::uuid[]));
`;
