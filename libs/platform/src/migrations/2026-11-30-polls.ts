import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/**
 * Polls on the time of a meeting (docs/adr/0065). Somebody without an account answers by a link: the role of it is bound to the
 * hash of the link's secret, as that of a calendar feed is. What is counted for all who take part is given by a function that
 * names nobody. What was said by links goes with the link, thirty days after the poll, and with the meeting's words.
 */
export class Polls1796036400065 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const attended = 'meeting_id IN (SELECT session_meetings())';
    const coordinated = 'meeting_id IN (SELECT session_coordinated())';
    const own = `membership_id = (SELECT session_reader()) AND ${attended}`;
    const shredded = 'EXISTS (SELECT 1 FROM shredded_scope s WHERE s.scope_id = meeting_id)';
    // The end by which a link answers nobody any more.
    const longOver = `EXISTS (SELECT 1 FROM poll p WHERE p.id = poll_id AND LEAST(p.closes_at, p.ended_at) <= database_now() - interval '30 days')`;
    const everything = { select: 'true', insert: 'true', update: 'true' };
    await protect(runner, 'poll', {
      request: { select: attended },
      command: { select: attended, insert: coordinated, update: coordinated },
      poll: { 'select(id, meeting_id, slots, duration_minutes, closes_at)': 'id = (SELECT poll_of_link())' },
      keeper: { 'select(id, closes_at, ended_at)': 'true' },
      demo: everything,
    });
    await protect(runner, 'poll_outsider', {
      request: { select: coordinated },
      command: { select: coordinated, insert: coordinated, 'update(token_hash, renewed_at)': coordinated, delete: coordinated },
      keeper: { 'select(id, poll_id, meeting_id)': 'true', delete: `${shredded} OR ${longOver}` },
      demo: everything,
    });
    await protect(runner, 'poll_ballot', {
      request: { select: `(${own}) OR ${coordinated}` },
      command: { select: `(${own}) OR ${coordinated}`, insert: own },
      keeper: { 'select(meeting_id)': 'true', delete: shredded },
      poll: { select: 'outsider_id = (SELECT outsider_of_link())', insert: 'outsider_id = (SELECT outsider_of_link()) AND poll_id = (SELECT poll_of_link()) AND meeting_id = (SELECT meeting_of_link())' },
      demo: everything,
    });
    // [PO11] What polls hold of somebody's time; of answers the choices, and of nobody who has only a link.
    for (const [table, columns] of Object.entries({ poll: 'id, meeting_id, slots, duration_minutes, closes_at, state', poll_ballot: 'poll_id, membership_id, version, choices' }))
      await runner.query(withRoleNames(runner.dataSource, `GRANT SELECT (${columns}) ON ${table} TO app_availability; CREATE POLICY availability_select ON ${table} FOR SELECT TO app_availability USING (true)`));
    // Of the meeting its kind: neither its words, time or place nor whose it is.
    await runner.query(withRoleNames(runner.dataSource, 'GRANT SELECT (id, kind_id) ON meeting TO app_poll; CREATE POLICY poll_select ON meeting FOR SELECT TO app_poll USING (id = (SELECT meeting_of_link()))'));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const definer = `SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp`;

const sql = /* sql */ `
    CREATE TABLE poll (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      opened_by_membership_id uuid NOT NULL,
      slots text[] NOT NULL,
      duration_minutes int NOT NULL,
      closes_at timestamptz NOT NULL,
      state text NOT NULL,
      chosen_local text,
      opened_at timestamptz NOT NULL,
      reminded_at timestamptz,
      ended_at timestamptz,
      CONSTRAINT poll_state_known CHECK (state IN ('open','chosen','withdrawn')),
      CONSTRAINT poll_chosen_once CHECK ((state = 'chosen') = (chosen_local IS NOT NULL)),
      CONSTRAINT "PK_poll" PRIMARY KEY (id)
    );
    CREATE INDEX poll_meeting ON poll (meeting_id);
    CREATE UNIQUE INDEX poll_open ON poll (meeting_id) WHERE state = 'open';
    ALTER TABLE poll ADD CONSTRAINT "FK_7368195b3a602ec375dc76ce96a" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE poll ADD CONSTRAINT "FK_05915e8b357ac780f4c49e1a847" FOREIGN KEY (opened_by_membership_id) REFERENCES membership(id);

    CREATE TABLE poll_outsider (
      id uuid NOT NULL,
      poll_id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      name bytea NOT NULL,
      token_hash bytea NOT NULL,
      invited_by_membership_id uuid NOT NULL,
      invited_at timestamptz NOT NULL,
      renewed_at timestamptz,
      CONSTRAINT "PK_poll_outsider" PRIMARY KEY (id)
    );
    CREATE INDEX poll_outsider_poll ON poll_outsider (poll_id);
    CREATE UNIQUE INDEX poll_outsider_token ON poll_outsider (token_hash);
    ALTER TABLE poll_outsider ADD CONSTRAINT "FK_5201977a6c9aa4fce02dbce3867" FOREIGN KEY (poll_id) REFERENCES poll(id) ON DELETE CASCADE;
    ALTER TABLE poll_outsider ADD CONSTRAINT "FK_1b4e99db6db1920a93e295043de" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE poll_outsider ADD CONSTRAINT "FK_a64ccf84e6b0b43071de69cce34" FOREIGN KEY (invited_by_membership_id) REFERENCES membership(id);

    CREATE TABLE poll_ballot (
      id uuid NOT NULL,
      poll_id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      membership_id uuid,
      outsider_id uuid,
      version int NOT NULL,
      choices text[] NOT NULL,
      at timestamptz NOT NULL,
      CONSTRAINT poll_ballot_of_one CHECK ((membership_id IS NULL) <> (outsider_id IS NULL)),
      CONSTRAINT poll_ballot_known CHECK (choices <@ ARRAY['yes','ifNeedBe','no','none']),
      CONSTRAINT "PK_poll_ballot" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX poll_ballot_member ON poll_ballot (poll_id, membership_id, version);
    CREATE UNIQUE INDEX poll_ballot_outsider ON poll_ballot (outsider_id, version);
    ALTER TABLE poll_ballot ADD CONSTRAINT "FK_932357ab55e0a09309464e5c35d" FOREIGN KEY (poll_id) REFERENCES poll(id) ON DELETE CASCADE;
    ALTER TABLE poll_ballot ADD CONSTRAINT "FK_b578244c31febf15cfa39562582" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE poll_ballot ADD CONSTRAINT "FK_d0939aa128d8fbf303d737cc032" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE poll_ballot ADD CONSTRAINT "FK_c946d2c9bf3d00d9d02a8ad3dbc" FOREIGN KEY (outsider_id) REFERENCES poll_outsider(id) ON DELETE CASCADE;

    -- [PO3] [PO9] What was asked is never changed, and what has ended stays ended.
    CREATE FUNCTION poll_keeps_its_question() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state <> 'open' OR (to_jsonb(NEW) - 'state' - 'chosen_local' - 'reminded_at' - 'ended_at') IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'chosen_local' - 'reminded_at' - 'ended_at') THEN
        RAISE EXCEPTION 'a poll is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER poll_update BEFORE UPDATE ON poll FOR EACH ROW EXECUTE FUNCTION poll_keeps_its_question();
    -- [PO4] Another answer is another row. A row goes with the link it was given by, or with its meeting.
    CREATE TRIGGER poll_ballot_change BEFORE UPDATE OR TRUNCATE ON poll_ballot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

    -- [PO6] The last answers of those who take part now and have sent nobody else, and of outsiders; an outsider without an answer
    -- counts, too. To who takes part in the meeting; of nobody is told who it was.
    CREATE FUNCTION poll_choices(asked uuid) RETURNS TABLE (is_outsider boolean, choices text[]) LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      at_meeting uuid;
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      at_meeting := (SELECT p.meeting_id FROM public.poll p WHERE p.id = asked);
      IF at_meeting IS NULL OR NOT at_meeting IN (SELECT public.session_meetings()) THEN RETURN; END IF;
      RETURN QUERY
        SELECT false, (SELECT b.choices FROM public.poll_ballot b WHERE b.poll_id = asked AND b.membership_id = m.membership_id ORDER BY b.version DESC LIMIT 1) AS c
        FROM public.meeting_participant m JOIN public.membership s ON s.id = m.membership_id
        WHERE m.meeting_id = at_meeting AND (m.valid_from IS NULL OR m.valid_from <= public.database_now()) AND (m.valid_to IS NULL OR m.valid_to > public.database_now()) AND (s.valid_to IS NULL OR s.valid_to > public.database_now())
          AND EXISTS (SELECT 1 FROM public.poll_ballot b WHERE b.poll_id = asked AND b.membership_id = m.membership_id)
          AND NOT EXISTS (SELECT 1 FROM public.meeting_reply r WHERE r.meeting_id = at_meeting AND r.membership_id = m.membership_id AND r.part_stat = 'delegated')
        UNION ALL
        SELECT true, (SELECT b.choices FROM public.poll_ballot b WHERE b.outsider_id = o.id ORDER BY b.version DESC LIMIT 1)
        FROM public.poll_outsider o WHERE o.poll_id = asked
        ORDER BY 2;
    END $$;

    -- [PO7] Whose link it is that was said for this transaction, while her poll goes on. Only who knows its secret can say it.
    CREATE FUNCTION outsider_of_link() RETURNS uuid LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN (SELECT o.id FROM public.poll_outsider o JOIN public.poll p ON p.id = o.poll_id JOIN public.meeting m ON m.id = p.meeting_id
        WHERE o.token_hash = sha256(convert_to(current_setting('samraad.session', true), 'UTF8'))
          AND p.state = 'open' AND p.closes_at > public.database_now() AND m.state IN ('draft', 'proposed', 'confirmed') AND m.start_instant > public.database_now());
    END $$;
    CREATE FUNCTION poll_of_link() RETURNS uuid LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      outsider uuid := public.outsider_of_link();
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN (SELECT o.poll_id FROM public.poll_outsider o WHERE o.id = outsider);
    END $$;
    CREATE FUNCTION meeting_of_link() RETURNS uuid LANGUAGE plpgsql STABLE ${definer} AS $$
    DECLARE
      outsider uuid := public.outsider_of_link();
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      RETURN (SELECT o.meeting_id FROM public.poll_outsider o WHERE o.id = outsider);
    END $$;
`;
