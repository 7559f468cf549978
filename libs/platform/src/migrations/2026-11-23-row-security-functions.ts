/**
 * What policies ask beyond the session itself. Each is run with the owner's eyes and answers one question about the session
 * of the transaction; without a living session none answers anything.
 */
const definer = `SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp`;

/** Within the access window of a row (AC50). */
const open = (row: string) => `(${row}.valid_from IS NULL OR ${row}.valid_from <= public.database_now()) AND (${row}.valid_to IS NULL OR ${row}.valid_to > public.database_now())`;

export const functions = /* sql */ `
    -- [AC3] The meetings that the session takes part in, and the series.
    CREATE FUNCTION session_meetings() RETURNS SETOF uuid LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN QUERY SELECT p.meeting_id FROM public.meeting_participant p WHERE p.membership_id = (SELECT public.session_reader()) AND ${open('p')};
    END $$;
    CREATE FUNCTION session_series() RETURNS SETOF uuid LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN QUERY SELECT p.series_id FROM public.series_participant p WHERE p.membership_id = (SELECT public.session_reader());
    END $$;

    -- [AC6] Whether the session reads this item. Asked row by row, so only where few rows are asked for.
    CREATE FUNCTION reads_item(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN EXISTS (SELECT 1 FROM public.item_reader r WHERE r.item_id = asked AND r.membership_id = public.session_reader() AND ${open('r')});
    END $$;

    -- What a command may know and change beyond what its person reads: meetings she takes part in, or whose series she is in,
    -- with everything of them, and what this very transaction has made. A row that a transaction wrote carries its number.
    CREATE FUNCTION in_series(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE reader uuid := public.session_reader();
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN reader IS NOT NULL AND EXISTS (SELECT 1 FROM public.series s WHERE s.id = asked AND (
        EXISTS (SELECT 1 FROM public.series_participant p WHERE p.series_id = s.id AND p.membership_id = reader)
        OR s.xmin = pg_current_xact_id_if_assigned()::xid));
    END $$;
    CREATE FUNCTION in_circle(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE reader uuid := public.session_reader();
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN reader IS NOT NULL AND EXISTS (SELECT 1 FROM public.meeting m WHERE m.id = asked AND (
        EXISTS (SELECT 1 FROM public.meeting_participant p WHERE p.meeting_id = m.id AND p.membership_id = reader AND ${open('p')})
        OR EXISTS (SELECT 1 FROM public.series_participant p WHERE p.series_id = m.series_id AND p.membership_id = reader)
        OR m.xmin = pg_current_xact_id_if_assigned()::xid));
    END $$;
    CREATE FUNCTION in_circle_item(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN public.in_circle((SELECT i.meeting_id FROM public.agenda_item i WHERE i.id = asked));
    END $$;

    CREATE FUNCTION in_circle_decision(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN public.in_circle_item((SELECT d.item_id FROM public.decision d WHERE d.id = asked));
    END $$;

    -- Whether who reads an item may be known, so that they are told of a decision or a follow-up (AC10, AC20): where its
    -- leader or owner answers without reading the item herself.
    CREATE FUNCTION answers_at_item(asked uuid) RETURNS boolean LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      reader uuid := public.session_reader();
      led text := public.session_leads();
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN reader IS NOT NULL AND (EXISTS (SELECT 1 FROM public.decision d WHERE d.item_id = asked AND d.deciding_authority_id = led)
        OR EXISTS (SELECT 1 FROM public.follow_up f JOIN public.membership o ON o.id = f.owner_membership_id
                   WHERE f.item_id = asked AND (f.owner_membership_id = reader OR o.authority_id = led)));
    END $$;

    -- [AC6] Of the items of a meeting that the session takes part in and may not read, their place and nothing else: under an
    -- id that belongs to nobody, so that they cannot be asked for.
    CREATE FUNCTION closed_items(asked uuid) RETURNS SETOF agenda_item LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      reader uuid := public.session_reader();
      found public.agenda_item;
      place public.agenda_item;
      readable uuid[];
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      IF reader IS NULL OR NOT EXISTS (SELECT 1 FROM public.meeting_participant p WHERE p.meeting_id = asked AND p.membership_id = reader AND ${open('p')}) THEN RETURN; END IF;
      readable := ARRAY(SELECT r.item_id FROM public.item_reader r JOIN public.agenda_item i ON i.id = r.item_id WHERE r.membership_id = reader AND i.meeting_id = asked AND ${open('r')});
      FOR found IN SELECT * FROM public.agenda_item i WHERE i.meeting_id = asked AND i.id <> ALL (readable) LOOP
        place := NULL;
        place.id := md5('closed ' || found.id)::uuid;
        place.document_id := place.id;
        place.meeting_id := found.meeting_id;
        place.parent_id := CASE WHEN found.parent_id IS NULL OR found.parent_id = ANY (readable) THEN found.parent_id ELSE md5('closed ' || found.parent_id)::uuid END;
        place.order_key := found.order_key;
        place.planned_minutes := found.planned_minutes;
        place.state := found.state;
        place.audience_kind := 'restricted';
        RETURN NEXT place;
      END LOOP;
    END $$;
`;
