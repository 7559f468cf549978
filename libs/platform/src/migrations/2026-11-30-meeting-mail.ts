import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/**
 * Invitations by mail (docs/adr/0090). That a meeting changed is marked by triggers, in the transaction that changes it, whichever
 * command it is; the role `mail` makes of the marks what each calendar is to be told, sends it, and takes answers in. Of a meeting it
 * reads when and where it is, neither title nor anything on its agenda.
 */
export class MeetingMail1796047200090 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const all = { mail: { select: 'true', insert: 'true', update: 'true', delete: 'true' } } as const;
    for (const table of ['meeting_mail', 'mail_due', 'mail_received']) await protect(runner, table, all);
    const own = `person_id = (SELECT session_person()) AND (SELECT session_role()) <> 'guest'`;
    await protect(runner, 'mail_choice', { request: { select: own }, command: { select: own, insert: own, update: own }, mail: { select: 'true' } });
    const ofMeeting = 'EXISTS (SELECT 1 FROM meeting m WHERE m.id = scope_id)';
    const statements = [
      ...Object.entries(read).map(([table, columns]) => `GRANT SELECT (${columns}) ON ${table} TO app_mail; CREATE POLICY mail_select ON ${table} FOR SELECT TO app_mail USING (true)`),
      // The answers of those who were asked by mail, and of nobody else.
      'GRANT SELECT, INSERT, UPDATE ON meeting_reply TO app_mail',
      'CREATE POLICY mail_select ON meeting_reply FOR SELECT TO app_mail USING (true)',
      `CREATE POLICY mail_insert ON meeting_reply FOR INSERT TO app_mail WITH CHECK (${asked} AND part_stat <> 'delegated')`,
      `CREATE POLICY mail_update ON meeting_reply FOR UPDATE TO app_mail USING (${asked} AND part_stat <> 'delegated') WITH CHECK (${asked} AND part_stat <> 'delegated')`,
      `GRANT SELECT ON content_key, shredded_scope TO app_mail`,
      `CREATE POLICY mail_select ON content_key FOR SELECT TO app_mail USING (${ofMeeting})`,
      `CREATE POLICY mail_select ON shredded_scope FOR SELECT TO app_mail USING (${ofMeeting})`,
    ];
    await runner.query(withRoleNames(runner.dataSource, statements.join(';\n')));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const asked = 'EXISTS (SELECT 1 FROM meeting_mail s WHERE s.meeting_id = meeting_reply.meeting_id AND s.membership_id = meeting_reply.membership_id)';

const read = {
  meeting: 'id, series_id, kind_id, owner_authority_id, place, own_place, start_instant, duration_minutes, state, version, created_at',
  meeting_participant: 'meeting_id, membership_id, stands_in_for_membership_id, valid_from, valid_to',
  membership: 'id, person_id, authority_id, role, valid_from, valid_to',
  authority: 'id, name, alias, valid_to',
  person: 'id, language',
  account: 'person_id, authority_id, email, active, removed_at',
  notification_mute: 'person_id, kind',
};

const definer = `SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp`;

const sql = /* sql */ `
    ALTER TABLE account ADD COLUMN email text;

    CREATE TABLE meeting_mail (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      token_hash bytea NOT NULL,
      method text NOT NULL,
      sequence integer NOT NULL,
      start_instant timestamptz NOT NULL,
      duration_minutes integer NOT NULL,
      said bytea NOT NULL,
      stamped_at timestamptz NOT NULL,
      state text NOT NULL,
      sent_at timestamptz,
      next_at timestamptz,
      failures integer NOT NULL,
      answered_stamp timestamptz,
      declines_counter boolean NOT NULL DEFAULT false,
      CONSTRAINT "PK_meeting_mail" PRIMARY KEY (id),
      CONSTRAINT meeting_mail_method_known CHECK (method IN ('request','cancel')),
      CONSTRAINT meeting_mail_state_known CHECK (state IN ('waiting','sent','refused','expired'))
    );
    CREATE UNIQUE INDEX meeting_mail_once ON meeting_mail (meeting_id, membership_id);
    CREATE UNIQUE INDEX meeting_mail_token ON meeting_mail (token_hash);
    CREATE INDEX meeting_mail_next ON meeting_mail (next_at);
    ALTER TABLE meeting_mail ADD CONSTRAINT "FK_9218c09ecdb36c7078aa9cda6b3" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE meeting_mail ADD CONSTRAINT "FK_601f812ac634f2e360459fb7b0b" FOREIGN KEY (membership_id) REFERENCES membership(id);

    CREATE TABLE mail_due (
      meeting_id uuid NOT NULL,
      marks integer NOT NULL,
      CONSTRAINT "PK_mail_due" PRIMARY KEY (meeting_id)
    );

    CREATE TABLE mail_choice (
      person_id uuid NOT NULL,
      wanted boolean NOT NULL,
      CONSTRAINT "PK_mail_choice" PRIMARY KEY (person_id)
    );
    ALTER TABLE mail_choice ADD CONSTRAINT "FK_12a7d2a5af6a4f2b274ef149a4c" FOREIGN KEY (person_id) REFERENCES person(id);

    CREATE TABLE mail_received (
      id uuid NOT NULL,
      digest bytea NOT NULL,
      received_at timestamptz NOT NULL,
      meeting_id uuid,
      membership_id uuid,
      outcome text NOT NULL,
      proposed_start timestamptz,
      proposed_minutes integer,
      settled_at timestamptz,
      CONSTRAINT "PK_mail_received" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX mail_received_digest ON mail_received (digest);
    CREATE INDEX mail_received_meeting ON mail_received (meeting_id);
    CREATE INDEX mail_received_at ON mail_received (received_at);
    ALTER TABLE mail_received ADD CONSTRAINT "FK_d3cd44fcf6ac63da9aad1723723" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE mail_received ADD CONSTRAINT "FK_3c460f4e51341ee48086b49b6f5" FOREIGN KEY (membership_id) REFERENCES membership(id);

    -- One mark for each meeting. The update locks it until the change is committed: whoever makes mail of it sees the change, or comes later.
    CREATE FUNCTION mail_mark(meetings uuid[]) RETURNS void LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      INSERT INTO public.mail_due (meeting_id, marks) SELECT DISTINCT m, 1 FROM unnest(meetings) m WHERE m IS NOT NULL ORDER BY m
      ON CONFLICT (meeting_id) DO UPDATE SET marks = public.mail_due.marks + 1;
    END $$;
    REVOKE ALL ON FUNCTION mail_mark(uuid[]) FROM PUBLIC;

    CREATE FUNCTION meeting_marks_mail() RETURNS trigger LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      PERFORM public.mail_mark(ARRAY[NEW.id]);
      RETURN NULL;
    END $$;
    CREATE TRIGGER meeting_mail_made AFTER INSERT ON meeting FOR EACH ROW EXECUTE FUNCTION meeting_marks_mail();
    CREATE TRIGGER meeting_mail_changed AFTER UPDATE ON meeting FOR EACH ROW
      WHEN ((OLD.state, OLD.start_instant, OLD.duration_minutes, OLD.place) IS DISTINCT FROM (NEW.state, NEW.start_instant, NEW.duration_minutes, NEW.place))
      EXECUTE FUNCTION meeting_marks_mail();

    CREATE FUNCTION participant_marks_mail() RETURNS trigger LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      PERFORM public.mail_mark(ARRAY[CASE WHEN TG_OP = 'DELETE' THEN OLD.meeting_id ELSE NEW.meeting_id END]);
      RETURN NULL;
    END $$;
    CREATE TRIGGER meeting_participant_mail AFTER INSERT OR UPDATE OR DELETE ON meeting_participant FOR EACH ROW EXECUTE FUNCTION participant_marks_mail();

    -- An address that comes to be known, or a choice: of the meetings that were not held yet.
    CREATE FUNCTION person_marks_mail() RETURNS trigger LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      PERFORM public.mail_mark(ARRAY(SELECT p.meeting_id FROM public.membership m JOIN public.meeting_participant p ON p.membership_id = m.id JOIN public.meeting e ON e.id = p.meeting_id
        WHERE m.person_id = NEW.person_id AND e.state IN ('draft', 'proposed', 'confirmed')));
      RETURN NULL;
    END $$;
    CREATE TRIGGER account_mail AFTER UPDATE ON account FOR EACH ROW WHEN ((OLD.email, OLD.active) IS DISTINCT FROM (NEW.email, NEW.active)) EXECUTE FUNCTION person_marks_mail();
    CREATE TRIGGER mail_choice_mail AFTER INSERT OR UPDATE ON mail_choice FOR EACH ROW EXECUTE FUNCTION person_marks_mail();
`;
