import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The items of a meeting are found by its id, and those closed to the asker by a look-up each. The embedded database keeps the
 * plan it made while the tables were small; the former query then walked through every row that anybody reads, for every page.
 */
export class ClosedItems1795910400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      CREATE INDEX agenda_item_meeting ON agenda_item (meeting_id);
      CREATE INDEX minutes_part_meeting ON minutes_part (meeting_id);
      CREATE INDEX notification_meeting ON notification (meeting_id);
      CREATE INDEX follow_up_decision ON follow_up (decision_id);

      -- [AC6] Of the items of a meeting that the session takes part in and may not read, their place and nothing else: under an
      -- id that belongs to nobody, so that they cannot be asked for.
      CREATE OR REPLACE FUNCTION closed_items(asked uuid) RETURNS SETOF agenda_item LANGUAGE plpgsql STABLE
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        reader uuid := public.session_reader();
        found public.agenda_item;
        place public.agenda_item;
        closed uuid[];
      BEGIN
        PERFORM set_config('samraad.owner', 'on', true);
        IF reader IS NULL OR NOT EXISTS (
          SELECT 1 FROM public.meeting_participant p WHERE p.meeting_id = asked AND p.membership_id = reader
            AND (p.valid_from IS NULL OR p.valid_from <= public.database_now()) AND (p.valid_to IS NULL OR p.valid_to > public.database_now())
        ) THEN RETURN; END IF;
        closed := ARRAY(SELECT i.id FROM public.agenda_item i WHERE i.meeting_id = asked AND NOT EXISTS (
          SELECT 1 FROM public.item_reader r WHERE r.item_id = i.id AND r.membership_id = reader
            AND (r.valid_from IS NULL OR r.valid_from <= public.database_now()) AND (r.valid_to IS NULL OR r.valid_to > public.database_now())));
        FOR found IN SELECT * FROM public.agenda_item i WHERE i.id = ANY (closed) LOOP
          place := NULL;
          place.id := md5('closed ' || found.id)::uuid;
          place.document_id := place.id;
          place.meeting_id := found.meeting_id;
          place.parent_id := CASE WHEN found.parent_id = ANY (closed) THEN md5('closed ' || found.parent_id)::uuid ELSE found.parent_id END;
          place.order_key := found.order_key;
          place.planned_minutes := found.planned_minutes;
          place.state := found.state;
          place.audience_kind := 'restricted';
          RETURN NEXT place;
        END LOOP;
      END $$;
    `);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
