import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/**
 * Guests: somebody of no authority, invited to one meeting or one item by a link with a code (docs/adr/0035). Their names
 * are seen by those who take part, and of a guest of one item by its readers; by nobody else.
 */
export class Guests1795914435000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    const own = 'membership_id = (SELECT session_membership())';
    const shown = `(item_id IS NULL AND meeting_id IN (SELECT session_meetings())) OR (item_id IS NOT NULL AND reads_item(item_id))`;
    const circle = 'in_circle(meeting_id)';
    const reading = { select: 'true' };
    const everything = { select: 'true', insert: 'true', update: 'true' };
    await protect(runner, 'guest', {
      request: { select: `${own} OR ${shown}` },
      command: { select: `${own} OR ${circle}`, insert: `${circle} AND (item_id IS NULL OR in_circle_item(item_id))`, update: circle },
      signin: { select: 'true', 'update(opened_at, locked_at)': 'true' },
      series: reading,
      provisioning: reading,
      live: reading,
      notices: reading,
      minutes: reading,
      trail: reading,
      demo: everything,
    });
    const ofShown = (table: string) => `EXISTS (SELECT 1 FROM guest g WHERE g.membership_id = ${table}.membership_id)`;
    const ofCircle = (table: string, column = 'membership_id') => `EXISTS (SELECT 1 FROM guest g WHERE g.membership_id = ${table}.${column} AND in_circle(g.meeting_id))`;
    await protect(runner, 'guest_link', {
      signin: { select: 'true', 'update(wrong_codes)': 'true' },
      command: { 'select(membership_id)': ofCircle('guest_link'), insert: ofCircle('guest_link'), delete: ofCircle('guest_link') },
      demo: { ...everything, delete: 'true' },
    });
    await protect(runner, 'guest_event', {
      request: { select: ofShown('guest_event') },
      command: { select: ofShown('guest_event'), insert: ofCircle('guest_event') },
      signin: { insert: 'true' },
      minutes: reading,
      demo: everything,
    });
    const signedIn = '(SELECT session_person()) IS NOT NULL';
    // [AC100] A guest knows nobody by name but herself.
    const isMember = `(SELECT session_role()) <> 'guest'`;
    const sql = [
      functions,
      `GRANT SELECT ON meeting_participant TO app_notices`,
      `CREATE POLICY notices_select ON meeting_participant FOR SELECT TO app_notices USING (true)`,
      // What stood open to every session stays so, but for guests.
      ...(['request', 'command'] as const).flatMap((kind) => [
        `DROP POLICY ${kind}_select ON membership`,
        `CREATE POLICY ${kind}_select ON membership FOR SELECT TO app_${kind} USING (${signedIn} AND ((role <> 'guest' AND ${isMember}) OR ${own.replace('membership_id', 'id')} OR EXISTS (SELECT 1 FROM guest g WHERE g.membership_id = membership.id)))`,
        `DROP POLICY ${kind}_select ON person`,
        `CREATE POLICY ${kind}_select ON person FOR SELECT TO app_${kind} USING (${signedIn} AND ((NOT guest AND ${isMember}) OR id = (SELECT session_person()) OR EXISTS (SELECT 1 FROM guest g WHERE g.person_id = person.id)))`,
      ]),
      `DROP POLICY insight_select ON membership`,
      `CREATE POLICY insight_select ON membership FOR SELECT TO app_insight USING (${signedIn} AND role <> 'guest')`,
      // A command makes guests, ends them with their sessions, and nobody else.
      `GRANT INSERT (id, name, guest) ON person TO app_command`,
      `CREATE POLICY command_insert ON person FOR INSERT TO app_command WITH CHECK (guest AND (SELECT session_reader()) IS NOT NULL)`,
      `GRANT INSERT (id, person_id, authority_id, role, function_title, unit_title, valid_from, valid_to), UPDATE (valid_to) ON membership TO app_command`,
      `CREATE POLICY command_insert ON membership FOR INSERT TO app_command WITH CHECK (role = 'guest' AND authority_id IN ('guest:school', 'guest:other') AND (SELECT session_reader()) IS NOT NULL)`,
      `CREATE POLICY command_update ON membership FOR UPDATE TO app_command USING (role = 'guest' AND ${ofCircle('membership', 'id')}) WITH CHECK (role = 'guest')`,
      `GRANT SELECT (id, membership_id, ended_at), UPDATE (ended_at) ON session TO app_command`,
      `CREATE POLICY command_select ON session FOR SELECT TO app_command USING (${ofCircle('session')})`,
      `CREATE POLICY command_update ON session FOR UPDATE TO app_command USING (${ofCircle('session')}) WITH CHECK (${ofCircle('session')})`,
      // What a guest reads: her meeting's own row, and of items what item_reader says.
      `CREATE POLICY request_guest ON meeting FOR SELECT TO app_request USING (id = (SELECT session_guest_meeting()))`,
      `DROP POLICY request_select ON agenda_item`,
      `CREATE POLICY request_select ON agenda_item FOR SELECT TO app_request USING (EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = agenda_item.id AND r.membership_id = (SELECT session_item_reader())))`,
      `DROP POLICY request_select ON item_reader`,
      `CREATE POLICY request_select ON item_reader FOR SELECT TO app_request USING ((membership_id = (SELECT session_item_reader()) AND (valid_from IS NULL OR valid_from <= database_now()) AND (valid_to IS NULL OR valid_to > database_now())) OR reads_item(item_id))`,
    ];
    for (const statement of sql) await runner.query(withRoleNames(runner.dataSource, statement));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const tables = /* sql */ `
    INSERT INTO authority (id, kind, sector, name) VALUES ('guest:school', 'guest', 'school', 'Gæster fra skole'), ('guest:other', 'guest', 'other', 'Gæster');
    ALTER TABLE person ADD guest boolean NOT NULL DEFAULT false;
    ALTER TABLE disclosure DROP CONSTRAINT disclosure_kind_known;
    ALTER TABLE disclosure ADD CONSTRAINT disclosure_kind_known CHECK (kind IN ('audience','participant','series','substitute','guest'));
    CREATE TABLE guest (
      membership_id uuid NOT NULL,
      person_id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      item_id uuid,
      sector text NOT NULL,
      purpose text NOT NULL,
      may_write boolean NOT NULL,
      valid_from timestamptz NOT NULL,
      valid_to timestamptz NOT NULL,
      invited_by_membership_id uuid NOT NULL,
      invited_at timestamptz NOT NULL,
      opened_at timestamptz,
      locked_at timestamptz,
      revoked_at timestamptz,
      CONSTRAINT guest_sector_known CHECK (sector IN ('school','other')),
      CONSTRAINT guest_purpose_known CHECK (purpose IN ('school','counselling','interpreter','familyCourt','taskForce','adviser','other')),
      CONSTRAINT "PK_guest" PRIMARY KEY (membership_id)
    );
    CREATE INDEX guest_meeting ON guest (meeting_id);
    CREATE INDEX guest_person ON guest (person_id);
    CREATE TABLE guest_link (
      membership_id uuid NOT NULL,
      token_hash bytea NOT NULL,
      code_hash bytea NOT NULL,
      wrong_codes integer NOT NULL DEFAULT 0,
      CONSTRAINT "PK_guest_link" PRIMARY KEY (membership_id)
    );
    CREATE UNIQUE INDEX guest_link_token ON guest_link (token_hash);
    CREATE TABLE guest_event (
      id uuid NOT NULL,
      membership_id uuid NOT NULL,
      kind text NOT NULL,
      attendance text,
      by_membership_id uuid,
      "at" timestamptz NOT NULL,
      CONSTRAINT guest_event_kind_known CHECK (kind IN ('invited','opened','locked','renewed','revoked','marked')),
      CONSTRAINT "PK_guest_event" PRIMARY KEY (id)
    );
    CREATE INDEX guest_event_guest ON guest_event (membership_id, "at");
    ALTER TABLE guest ADD CONSTRAINT "FK_22c08c9303b5c8d81444902aaf9" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE guest ADD CONSTRAINT "FK_1f67d544d01ddad49398bff11e8" FOREIGN KEY (person_id) REFERENCES person(id);
    ALTER TABLE guest ADD CONSTRAINT "FK_190dcec98907d613d09224db8e3" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE guest ADD CONSTRAINT "FK_914226db8a93ae9f25d699c7f2b" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE guest ADD CONSTRAINT "FK_7b0432592b22ab9cb8eb44f71a6" FOREIGN KEY (invited_by_membership_id) REFERENCES membership(id);
    ALTER TABLE guest_link ADD CONSTRAINT "FK_29d6f5c61c81c73421b93e31d1d" FOREIGN KEY (membership_id) REFERENCES guest(membership_id);
    ALTER TABLE guest_event ADD CONSTRAINT "FK_6ad7724556b5b1e45ce931c42dd" FOREIGN KEY (membership_id) REFERENCES guest(membership_id);
    ALTER TABLE guest_event ADD CONSTRAINT "FK_4b601788550e02f32cd98d77ff7" FOREIGN KEY (by_membership_id) REFERENCES membership(id);
    CREATE TRIGGER guest_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON guest_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;

const functions = /* sql */ `
    -- Whoever has a membership is known to its authority; a guest has none.
    CREATE OR REPLACE FUNCTION membership_has_account() RETURNS trigger LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      IF NEW.role = 'guest' THEN RETURN NEW; END IF;
      PERFORM set_config('samraad.owner', 'on', true);
      INSERT INTO public.account (id, authority_id, person_id, name, name_key, active, version, created_at, changed_at)
      SELECT gen_random_uuid(), NEW.authority_id, p.id, p.name, '', true, 1, NEW.valid_from, NEW.valid_from FROM person p WHERE p.id = NEW.person_id
      ON CONFLICT (authority_id, person_id) DO NOTHING;
      RETURN NEW;
    END $$;

    -- [AC6] [AC100] The membership by which items are read: a guest's besides. session_reader() is never a guest's.
    CREATE FUNCTION session_item_reader() RETURNS uuid LANGUAGE sql STABLE AS $$
      SELECT membership_id FROM session_found() WHERE role IN ('coordinator', 'participant', 'leader', 'guest') $$;
    CREATE FUNCTION session_role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT role FROM session_found() $$;
    -- [AC100] The one meeting of a guest, in her time.
    CREATE FUNCTION session_guest_meeting() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN (SELECT g.meeting_id FROM public.guest g WHERE g.membership_id = public.session_membership()
        AND g.revoked_at IS NULL AND g.valid_from <= public.database_now() AND g.valid_to > public.database_now());
    END $$;
    -- [AC73] Of items that the session reads as a guest, those over which an embargo on informing stands: that, and no more.
    CREATE FUNCTION guest_embargoes(ids uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN QUERY SELECT DISTINCT i.id FROM public.agenda_item i
        JOIN public.embargo e ON e.item_id IN (i.id, i.parent_id) AND e.lifted_at IS NULL
        JOIN public.item_reader r ON r.item_id = i.id AND r.membership_id = (SELECT public.session_item_reader())
          AND (r.valid_from IS NULL OR r.valid_from <= public.database_now()) AND (r.valid_to IS NULL OR r.valid_to > public.database_now())
        WHERE i.id = ANY (ids);
    END $$;
`;
