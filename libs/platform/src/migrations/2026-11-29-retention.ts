import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/** Filing by each authority, rules of retention, the way of a meeting to its deletion, and legal holds. docs/retention.md. */
export class Retention1795913200037 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const reads = { select: 'true' };
    const attends = 'meeting_id IN (SELECT session_meetings())';
    const circle = 'in_circle(meeting_id)';
    const own = 'authority_id = (SELECT session_authority())';
    const readable = 'item_id IN (SELECT r.item_id FROM item_reader r WHERE r.membership_id = (SELECT session_reader()) AND (r.valid_from IS NULL OR r.valid_from <= database_now()) AND (r.valid_to IS NULL OR r.valid_to > database_now()))';
    await protect(runner, 'filing', { request: { select: attends }, command: { select: circle, insert: `${circle} AND ${own}` }, keeper: reads });
    await protect(runner, 'retention_rule', { request: { select: own }, command: { select: own, insert: own }, keeper: reads });
    await protect(runner, 'retention_run', {
      request: { select: attends },
      // [AC113] What a command does about it is to confirm, for the authority that owns the meeting.
      command: { select: circle, 'update(state, first_confirmed_by, version, changed_at)': `${circle} AND owner_authority_id = (SELECT session_authority()) AND state IN ('announced','firstConfirmed','confirmed')` },
      keeper: { ...reads, insert: 'true', update: 'true' },
    });
    await protect(runner, 'retention_event', { request: { select: attends }, command: { select: circle, insert: `${circle} AND kind IN ('firstConfirmed','confirmed') AND membership_id = (SELECT session_membership())` }, keeper: { ...reads, insert: 'true' } });
    const held = `item_id IS NULL AND ${attends} OR ${readable}`;
    // [AC112] Whoever sets one reads what it is set on, and it is released by the same authority.
    await protect(runner, 'legal_hold', {
      request: { select: held },
      command: { select: held, insert: `${circle} AND ${own} AND (item_id IS NULL OR ${readable})`, 'update(released_at, released_by_membership_id, release_reason)': `(${held}) AND ${own}` },
      keeper: reads,
    });
    // What the job must know to decide, and whom it tells: ids, days and states.
    const columns: Record<string, string> = {
      meeting: '(id, kind_id, owner_authority_id, start_instant, minutes_state)',
      meeting_participant: '',
      minutes_round: '(id, meeting_id, phase, ended_at)',
      minutes_addendum: '(id, meeting_id, part_id, at)',
      item_reader: '',
      decision: '(id, meeting_id, item_id, state)',
      follow_up: '(id, meeting_id, item_id, state)',
      embargo: '(id, item_id, lifted_at)',
      // Proposals for an agenda are sealed each by a key of its own, and go with their meeting.
      item_proposal: '(id, meeting_id)',
      authority: '',
      membership: '',
      person: '(id, name)',
      notification: '',
      notification_mute: '',
    };
    const add = (table: string, verb: string, what: string, clause: string) =>
      withRoleNames(runner.dataSource, `GRANT ${verb} ${what} ON ${table} TO app_keeper; DROP POLICY IF EXISTS keeper_${verb} ON ${table}; CREATE POLICY keeper_${verb} ON ${table} FOR ${verb} TO app_keeper ${clause}`);
    for (const [table, what] of Object.entries(columns)) await runner.query(add(table, 'select', what, 'USING (true)'));
    await runner.query(add('notification', 'insert', '', 'WITH CHECK (true)'));
    await runner.query(add('notification', 'delete', '', 'USING (true)'));
    // To lock the row: who changes anything about a meeting does it one after the other.
    await runner.query(add('meeting', 'update', '(version)', 'USING (true) WITH CHECK (true)'));
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    -- That an authority filed its copy of the approved minutes in its own system, or (without a day) that it did not after all.
    CREATE TABLE filing (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      authority_id text NOT NULL,
      version int NOT NULL,
      filed_on date,
      reference bytea,
      membership_id uuid NOT NULL,
      "at" timestamptz NOT NULL,
      CONSTRAINT "PK_filing" PRIMARY KEY (id),
      CONSTRAINT filing_says_where CHECK ((filed_on IS NULL) = (reference IS NULL))
    );
    CREATE UNIQUE INDEX filing_version ON filing (meeting_id, authority_id, version);
    ALTER TABLE filing ADD CONSTRAINT "FK_6c61eb98c6e52159ba600dece5e" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE filing ADD CONSTRAINT "FK_5fda4ae3cb7169d14559fb8c342" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE filing ADD CONSTRAINT "FK_a258ce3a7a114cae4d5f724d304" FOREIGN KEY (membership_id) REFERENCES membership(id);
    CREATE TRIGGER filing_change BEFORE UPDATE OR DELETE OR TRUNCATE ON filing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

    CREATE TABLE retention_rule (
      id uuid NOT NULL,
      authority_id text NOT NULL,
      kind_id text NOT NULL,
      version int NOT NULL,
      months int NOT NULL,
      waiting_days int NOT NULL,
      second_person boolean NOT NULL,
      set_by_membership_id uuid NOT NULL,
      set_at timestamptz NOT NULL,
      CONSTRAINT "PK_retention_rule" PRIMARY KEY (id),
      CONSTRAINT retention_rule_bounds CHECK (months BETWEEN 1 AND 240 AND waiting_days BETWEEN 14 AND 365)
    );
    CREATE UNIQUE INDEX retention_rule_version ON retention_rule (authority_id, kind_id, version);
    ALTER TABLE retention_rule ADD CONSTRAINT "FK_fd8d7039ecfdf410f4a3ae8600e" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE retention_rule ADD CONSTRAINT "FK_a4b2ce60c56269c0da2f58fc153" FOREIGN KEY (set_by_membership_id) REFERENCES membership(id);
    CREATE TRIGGER retention_rule_change BEFORE UPDATE OR DELETE OR TRUNCATE ON retention_rule FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

    -- How far a meeting with approved minutes has come on its way to deletion, and by which rule.
    CREATE TABLE retention_run (
      meeting_id uuid NOT NULL,
      owner_authority_id text NOT NULL,
      state text NOT NULL,
      approved_on date NOT NULL,
      due_on date NOT NULL,
      months int NOT NULL,
      waiting_days int NOT NULL,
      second_person boolean NOT NULL,
      first_confirmed_by uuid,
      version int NOT NULL,
      changed_at timestamptz NOT NULL,
      CONSTRAINT "PK_retention_run" PRIMARY KEY (meeting_id),
      CONSTRAINT retention_run_state_known CHECK (state IN ('planned','announced','firstConfirmed','confirmed','heldBack','destroyed','completed'))
    );
    CREATE INDEX retention_run_owner ON retention_run (owner_authority_id, due_on, meeting_id);
    ALTER TABLE retention_run ADD CONSTRAINT "FK_42d136243a92b898d35260b50b7" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE retention_run ADD CONSTRAINT "FK_239ed3925e22a3827c1fc61e813" FOREIGN KEY (owner_authority_id) REFERENCES authority(id);
    ALTER TABLE retention_run ADD CONSTRAINT "FK_3944e7ffad7a5915d80f69bf760" FOREIGN KEY (first_confirmed_by) REFERENCES person(id);

    -- Every step of it: days, states and who, no content. It stays when the content is gone.
    CREATE TABLE retention_event (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      version int NOT NULL,
      kind text NOT NULL,
      due_on date NOT NULL,
      months int NOT NULL,
      waiting_days int NOT NULL,
      second_person boolean NOT NULL,
      membership_id uuid,
      "at" timestamptz NOT NULL,
      CONSTRAINT "PK_retention_event" PRIMARY KEY (id),
      CONSTRAINT retention_event_kind_known CHECK (kind IN ('planned','announced','firstConfirmed','confirmed','heldBack','destroyed','completed'))
    );
    CREATE UNIQUE INDEX retention_event_order ON retention_event (meeting_id, version);
    ALTER TABLE retention_event ADD CONSTRAINT "FK_9bfbe9b54e0f853c650fdf10cdf" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE retention_event ADD CONSTRAINT "FK_b015abd152da9d5515df6e90a9d" FOREIGN KEY (membership_id) REFERENCES membership(id);
    CREATE TRIGGER retention_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON retention_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

    CREATE TABLE legal_hold (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      -- Null holds the whole meeting.
      item_id uuid,
      authority_id text NOT NULL,
      reason bytea NOT NULL,
      set_by_membership_id uuid NOT NULL,
      set_at timestamptz NOT NULL,
      released_at timestamptz,
      released_by_membership_id uuid,
      release_reason bytea,
      CONSTRAINT "PK_legal_hold" PRIMARY KEY (id),
      CONSTRAINT legal_hold_released_by_somebody CHECK ((released_at IS NULL) = (released_by_membership_id IS NULL) AND (released_at IS NULL) = (release_reason IS NULL))
    );
    CREATE INDEX legal_hold_meeting ON legal_hold (meeting_id);
    ALTER TABLE legal_hold ADD CONSTRAINT "FK_77a8704eedc6a7f3881d9b4ac85" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE legal_hold ADD CONSTRAINT "FK_9c51d543483dd86ab4935ad0b9d" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE legal_hold ADD CONSTRAINT "FK_e3a2e4d2c5e7395696641c5193d" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE legal_hold ADD CONSTRAINT "FK_4d7d1933425e0fbaaadaab9caee" FOREIGN KEY (set_by_membership_id) REFERENCES membership(id);
    ALTER TABLE legal_hold ADD CONSTRAINT "FK_8856a5c1b563c6fac7ccae562a7" FOREIGN KEY (released_by_membership_id) REFERENCES membership(id);
    CREATE FUNCTION legal_hold_is_released_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.released_at IS NOT NULL OR NEW.released_at IS NULL
         OR (to_jsonb(NEW) - 'released_at' - 'released_by_membership_id' - 'release_reason') IS DISTINCT FROM (to_jsonb(OLD) - 'released_at' - 'released_by_membership_id' - 'release_reason') THEN
        RAISE EXCEPTION 'a legal hold is released once and never rewritten' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER legal_hold_update BEFORE UPDATE ON legal_hold FOR EACH ROW EXECUTE FUNCTION legal_hold_is_released_once();
    CREATE TRIGGER legal_hold_delete BEFORE DELETE OR TRUNCATE ON legal_hold FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

    -- What is destroyed has been destroyed; and never under a hold, whatever the process thinks.
    CREATE FUNCTION retention_run_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.state = 'completed' OR (OLD.state = 'destroyed' AND NEW.state <> 'completed') OR (NEW.state = 'completed' AND OLD.state <> 'destroyed') THEN
        RAISE EXCEPTION 'what is destroyed stays destroyed' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF NEW.state = 'destroyed' AND EXISTS (SELECT 1 FROM legal_hold h WHERE h.meeting_id = NEW.meeting_id AND h.released_at IS NULL) THEN
        RAISE EXCEPTION 'a legal hold is in force' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER retention_run_update BEFORE UPDATE ON retention_run FOR EACH ROW EXECUTE FUNCTION retention_run_goes_on();
    CREATE TRIGGER retention_run_delete BEFORE DELETE OR TRUNCATE ON retention_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
