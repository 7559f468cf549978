import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/** The access trail: entries in monthly partitions that nobody changes, the keys of what was looked for, checkpoints. */
export class Trail1795400000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(withRoleNames(runner.dataSource, sql));
    await protect(runner, 'trail_entry', { trail: { select: 'true' } });
    await protect(runner, 'trail_key', { trail: { select: 'true', insert: 'true', delete: 'true' } });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE SEQUENCE trail_number;
    -- No foreign keys: an entry outlives what it tells of, and writing it must wait for nobody.
    CREATE TABLE trail_entry (
      id uuid NOT NULL,
      number bigint NOT NULL DEFAULT nextval('trail_number'),
      "at" timestamptz NOT NULL,
      opening_id uuid NOT NULL,
      person_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      authority_id text NOT NULL,
      role text NOT NULL,
      kind text NOT NULL CONSTRAINT trail_entry_kind_known CHECK (kind IN ('read','list','search','export','change','open','refused','audit')),
      route text NOT NULL,
      rule text,
      object_kind text,
      object_id uuid,
      -- The items whose content was shown, and beside each the legal basis it stood on then ('' for none).
      item_ids uuid[] NOT NULL,
      legal_bases text[] NOT NULL,
      -- What was looked for, sealed with the key of the authority and month.
      criterion bytea,
      CONSTRAINT "PK_trail_entry" PRIMARY KEY (id, "at")
    ) PARTITION BY RANGE ("at");
    CREATE INDEX trail_entry_authority ON trail_entry (authority_id, "at", id);
    CREATE INDEX trail_entry_person ON trail_entry (person_id, "at", id);
    CREATE INDEX trail_entry_items ON trail_entry USING gin (item_ids);
    CREATE INDEX trail_entry_refused ON trail_entry (authority_id, "at", id) WHERE kind = 'refused';
    CREATE INDEX trail_entry_number ON trail_entry (number);

    CREATE FUNCTION trail_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the access trail is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER trail_entry_kept BEFORE UPDATE OR DELETE ON trail_entry FOR EACH ROW EXECUTE FUNCTION trail_is_kept();
    CREATE TRIGGER trail_entry_not_emptied BEFORE TRUNCATE ON trail_entry FOR EACH STATEMENT EXECUTE FUNCTION trail_is_kept();

    -- The partition of a month, its first day given; harmless to repeat.
    CREATE FUNCTION trail_open_month(first_day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      partition text := 'trail_entry_' || to_char(first_day, 'YYYY_MM');
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      IF to_regclass('public.' || partition) IS NOT NULL THEN RETURN; END IF;
      PERFORM pg_advisory_xact_lock(728140);
      IF to_regclass('public.' || partition) IS NOT NULL THEN RETURN; END IF;
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.trail_entry FOR VALUES FROM (%L) TO (%L)', partition,
                     first_day::text || ' 00:00:00+00', (first_day + interval '1 month')::date::text || ' 00:00:00+00');
      -- Neither statement triggers nor row-level security are inherited by those who name the partition itself.
      EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
      EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
      EXECUTE format('CREATE POLICY owner ON public.%I TO CURRENT_USER USING (current_setting(''samraad.owner'', true) = ''on'')', partition);
      EXECUTE format('CREATE TRIGGER trail_entry_not_emptied BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT EXECUTE FUNCTION public.trail_is_kept()', partition);
    END $$;

    CREATE FUNCTION trail_remove_month(first_day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      EXECUTE format('DROP TABLE IF EXISTS public.%I', 'trail_entry_' || to_char(first_day, 'YYYY_MM'));
    END $$;

    CREATE TABLE trail_key (
      scope_id uuid NOT NULL,
      authority_id text NOT NULL,
      month date NOT NULL,
      CONSTRAINT "PK_trail_key" PRIMARY KEY (scope_id)
    );
    CREATE UNIQUE INDEX trail_key_month ON trail_key (authority_id, month);
    ALTER TABLE trail_key ADD CONSTRAINT "FK_trail_key_authority" FOREIGN KEY (authority_id) REFERENCES authority(id);

    -- One entry, about whoever is named; for those who work for nobody's session. Answers whether there was something to tell.
    CREATE FUNCTION trail_write_for(entry_id uuid, entry_at timestamptz, opening uuid, entry_kind text, door text, by_rule text, of_kind text, of_id uuid, sealed bytea,
                                    scopes uuid[], is_owed boolean, person uuid, membership uuid, authority text, acts_as text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      -- What was asked for may not exist: the refused item stands as it was named.
      IF entry_kind = 'refused' THEN
        INSERT INTO trail_entry (id, "at", opening_id, person_id, membership_id, authority_id, role, kind, route, rule, object_kind, object_id, criterion, item_ids, legal_bases)
        VALUES (entry_id, entry_at, opening, person, membership, authority, acts_as, entry_kind, door, by_rule, of_kind, of_id, sealed,
                CASE WHEN of_kind = 'item' THEN ARRAY[of_id] ELSE '{}' END, '{}');
        RETURN true;
      END IF;
      INSERT INTO trail_entry (id, "at", opening_id, person_id, membership_id, authority_id, role, kind, route, rule, object_kind, object_id, criterion, item_ids, legal_bases)
      SELECT entry_id, entry_at, opening, person, membership, authority, acts_as, entry_kind, door, by_rule, of_kind, of_id, sealed,
             COALESCE(array_agg(i.id ORDER BY i.id), '{}'), COALESCE(array_agg(COALESCE(i.legal_basis_id, '') ORDER BY i.id), '{}')
      FROM agenda_item i WHERE i.id = ANY(scopes) HAVING is_owed OR count(*) > 0;
      RETURN FOUND;
    END $$;
    -- The same about the person of the session, whoever that is: nobody writes in another's name.
    CREATE FUNCTION trail_write(entry_id uuid, entry_at timestamptz, opening uuid, entry_kind text, door text, by_rule text, of_kind text, of_id uuid, sealed bytea,
                                scopes uuid[], is_owed boolean) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      asker record;
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      SELECT * INTO asker FROM session_found();
      IF asker.person_id IS NULL THEN RAISE EXCEPTION 'nobody asks' USING ERRCODE = 'insufficient_privilege'; END IF;
      RETURN trail_write_for(entry_id, entry_at, opening, entry_kind, door, by_rule, of_kind, of_id, sealed, scopes, is_owed, asker.person_id, asker.membership_id, asker.authority_id, asker.role);
    END $$;
    REVOKE ALL ON FUNCTION trail_write, trail_write_for, trail_open_month, trail_remove_month FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION trail_write TO app_request, app_command;
    -- Sockets and the steps of a command that run as another role say who it is; those roles take no statement from a request.
    GRANT EXECUTE ON FUNCTION trail_write_for TO app_trail, app_collab, app_signin, app_minutes, app_projector, app_series, app_notices, app_demo, app_directory, app_live;
    GRANT EXECUTE ON FUNCTION trail_open_month, trail_remove_month TO app_trail;
`;
