import type { MigrationInterface, QueryRunner } from 'typeorm';

/** First cut: directory, people, sessions, series, meetings, agenda, collaboration, decisions, keys. */
export class FirstCut1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE authority (
      id text NOT NULL,
      kind text NOT NULL,
      sector text NOT NULL,
      name text NOT NULL,
      alias text,
      valid_from date,
      valid_to date,
      CONSTRAINT "PK_b0f9bb35ff132fc6bd92d0582ce" PRIMARY KEY (id)
    );
    CREATE TABLE authority_relation (
      from_id text NOT NULL,
      kind text NOT NULL,
      to_id text NOT NULL,
      valid_from date,
      valid_to date,
      CONSTRAINT "PK_80133a019a32e3601099cc73071" PRIMARY KEY (from_id, kind, to_id)
    );
    CREATE TABLE person (
      id uuid NOT NULL,
      name text NOT NULL,
      CONSTRAINT "PK_5fdaf670315c4b7e70cce85daa3" PRIMARY KEY (id)
    );
    CREATE TABLE membership (
      id uuid NOT NULL,
      person_id uuid NOT NULL,
      authority_id text NOT NULL,
      role text NOT NULL,
      function_title text NOT NULL,
      valid_from timestamptz NOT NULL,
      valid_to timestamptz,
      CONSTRAINT "PK_83c1afebef3059472e7c37e8de8" PRIMARY KEY (id)
    );
    CREATE INDEX membership_person ON membership (person_id);
    CREATE INDEX membership_authority ON membership (authority_id);
    CREATE TABLE session (
      id uuid NOT NULL,
      token_hash bytea NOT NULL,
      person_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      created_at timestamptz NOT NULL,
      last_seen_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      ended_at timestamptz,
      CONSTRAINT "PK_f55da76ac1c3ac420f444d2ff11" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX session_token ON session (token_hash);
    CREATE TABLE item_audience (
      item_id uuid NOT NULL,
      subject_kind text NOT NULL,
      subject_id text NOT NULL,
      CONSTRAINT "PK_c67fbfb700e54d9ecc96fded5bd" PRIMARY KEY (item_id, subject_kind, subject_id)
    );
    CREATE TABLE item_reader (
      item_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      person_id uuid NOT NULL,
      CONSTRAINT "PK_8d65b37a66cc12b433ee0e60d38" PRIMARY KEY (item_id, membership_id)
    );
    CREATE INDEX item_reader_membership ON item_reader (membership_id, item_id);
    CREATE TABLE series (
      id uuid NOT NULL,
      kind_id text NOT NULL,
      owner_authority_id text NOT NULL,
      title bytea NOT NULL,
      place bytea,
      start_local text NOT NULL,
      time_zone text NOT NULL,
      rrule text NOT NULL,
      duration_minutes integer NOT NULL,
      legal_basis_id text,
      horizon_until timestamptz NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT "PK_e725676647382eb54540d7128ba" PRIMARY KEY (id)
    );
    CREATE TABLE series_participant (
      series_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      CONSTRAINT "PK_9057f552fab5a0eeb4feaca1abf" PRIMARY KEY (series_id, membership_id)
    );
    CREATE INDEX series_participant_membership ON series_participant (membership_id);
    CREATE TABLE meeting (
      id uuid NOT NULL,
      series_id uuid,
      recurrence_id text,
      kind_id text NOT NULL,
      owner_authority_id text NOT NULL,
      title bytea NOT NULL,
      place bytea,
      start_local text NOT NULL,
      time_zone text NOT NULL,
      start_instant timestamptz NOT NULL,
      duration_minutes integer NOT NULL,
      state text NOT NULL,
      agenda_state text NOT NULL,
      minutes_state text NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT meeting_state_known CHECK (state IN ('draft','proposed','confirmed','held','closed','cancelled')),
      CONSTRAINT "PK_dccaf9e4c0e39067d82ccc7bb83" PRIMARY KEY (id)
    );
    CREATE INDEX meeting_start ON meeting (start_instant);
    CREATE UNIQUE INDEX meeting_occurrence ON meeting (series_id, recurrence_id);
    CREATE TABLE meeting_participant (
      meeting_id uuid NOT NULL,
      membership_id uuid NOT NULL,
      added_at timestamptz NOT NULL,
      CONSTRAINT "PK_78cc5ff96319f921441849e40ff" PRIMARY KEY (meeting_id, membership_id)
    );
    CREATE INDEX meeting_participant_membership ON meeting_participant (membership_id, meeting_id);
    CREATE TABLE agenda_item (
      id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      document_id uuid NOT NULL,
      order_key text COLLATE "C" NOT NULL,
      planned_minutes integer NOT NULL,
      output_type text NOT NULL,
      confidentiality text NOT NULL,
      mandatory boolean NOT NULL,
      per_person boolean NOT NULL,
      audience_kind text NOT NULL,
      legal_basis_id text,
      title bytea NOT NULL,
      led_by bytea NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT agenda_item_audience_known CHECK (audience_kind IN ('all','restricted')),
      CONSTRAINT "PK_413623e61232799619c2e0a1d42" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX agenda_item_document ON agenda_item (document_id);
    CREATE UNIQUE INDEX agenda_item_order ON agenda_item (meeting_id, order_key);
    CREATE TABLE decision (
      id uuid NOT NULL,
      item_id uuid NOT NULL,
      meeting_id uuid NOT NULL,
      deciding_authority_id text NOT NULL,
      responsible_membership_id uuid NOT NULL,
      deadline date NOT NULL,
      legal_basis_id text,
      content bytea NOT NULL,
      state text NOT NULL,
      version integer NOT NULL,
      recorded_by_membership_id uuid NOT NULL,
      recorded_at timestamptz NOT NULL,
      CONSTRAINT decision_state_known CHECK (state IN ('recorded','confirmed','returned')),
      CONSTRAINT "PK_fa4cbd6abf1215054f13c27df5a" PRIMARY KEY (id)
    );
    CREATE INDEX decision_item ON decision (item_id);
    CREATE INDEX decision_log ON decision (deciding_authority_id, id);
    CREATE TABLE decision_event (
      id uuid NOT NULL,
      decision_id uuid NOT NULL,
      version integer NOT NULL,
      kind text NOT NULL,
      membership_id uuid NOT NULL,
      comment bytea,
      "at" timestamptz NOT NULL,
      CONSTRAINT "PK_05006d1eedf064a0bc6977685d9" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX decision_event_order ON decision_event (decision_id, version);
    CREATE TABLE idempotency_key (
      person_id uuid NOT NULL,
      "key" uuid NOT NULL,
      request_hash bytea NOT NULL,
      resource_id uuid NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT "PK_919666cdc99ede935ddb1957cd8" PRIMARY KEY (person_id, "key")
    );
    CREATE TABLE content_key (
      scope_id uuid NOT NULL,
      owner_authority_id text NOT NULL,
      kek_id text NOT NULL,
      wrapped_key bytea NOT NULL,
      CONSTRAINT "PK_c41dac8f97d6602b7cfd3c299b4" PRIMARY KEY (scope_id)
    );
    CREATE INDEX content_key_owner ON content_key (owner_authority_id);
    ALTER TABLE authority_relation ADD CONSTRAINT "FK_5c713b7fcbd4d3f2935b946e0ed" FOREIGN KEY (from_id) REFERENCES authority(id) ON DELETE CASCADE;
    ALTER TABLE authority_relation ADD CONSTRAINT "FK_4388c280329cfd25a1ec6bf3d67" FOREIGN KEY (to_id) REFERENCES authority(id) ON DELETE CASCADE;
    ALTER TABLE membership ADD CONSTRAINT "FK_6fc5e2153171bbeb54f4fda6595" FOREIGN KEY (person_id) REFERENCES person(id);
    ALTER TABLE membership ADD CONSTRAINT "FK_147882d9870b063a26b3f61256b" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE session ADD CONSTRAINT "FK_5c6e00902a1344d01a8d90f33cf" FOREIGN KEY (person_id) REFERENCES person(id);
    ALTER TABLE session ADD CONSTRAINT "FK_175961ba07239d071d701be5e50" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE series ADD CONSTRAINT "FK_28e4b71e9a45ae8e7ae85e5bf2f" FOREIGN KEY (owner_authority_id) REFERENCES authority(id);
    ALTER TABLE series_participant ADD CONSTRAINT "FK_1a34db107f3878dad70cb409867" FOREIGN KEY (series_id) REFERENCES series(id) ON DELETE CASCADE;
    ALTER TABLE series_participant ADD CONSTRAINT "FK_047cb526c484e1658602df1ab8a" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE meeting ADD CONSTRAINT "FK_4eca052972681e25409955b1774" FOREIGN KEY (series_id) REFERENCES series(id);
    ALTER TABLE meeting ADD CONSTRAINT "FK_145b89c2a2df72473ace4b03703" FOREIGN KEY (owner_authority_id) REFERENCES authority(id);
    ALTER TABLE meeting_participant ADD CONSTRAINT "FK_edff9f9b6ac4c6d5a813f008885" FOREIGN KEY (meeting_id) REFERENCES meeting(id) ON DELETE CASCADE;
    ALTER TABLE meeting_participant ADD CONSTRAINT "FK_8931f2dde6bc606d2bd4f9e239d" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE agenda_item ADD CONSTRAINT "FK_4d88141b534e8aad85bb583eb3b" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE decision ADD CONSTRAINT "FK_048e0f524e5b1c023647b73796e" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE decision ADD CONSTRAINT "FK_2f94d2220056fd79cfd6e0e898c" FOREIGN KEY (meeting_id) REFERENCES meeting(id);
    ALTER TABLE decision ADD CONSTRAINT "FK_65f94e72d890b1ca006e98fb7dd" FOREIGN KEY (deciding_authority_id) REFERENCES authority(id);
    ALTER TABLE decision ADD CONSTRAINT "FK_c41d06724dc63e95edfb215eae2" FOREIGN KEY (responsible_membership_id) REFERENCES membership(id);
    ALTER TABLE decision ADD CONSTRAINT "FK_f18771202ae4d72bc1439699aa9" FOREIGN KEY (recorded_by_membership_id) REFERENCES membership(id);
    ALTER TABLE decision_event ADD CONSTRAINT "FK_7e051c86069e0292f82706c1708" FOREIGN KEY (decision_id) REFERENCES decision(id);
    ALTER TABLE decision_event ADD CONSTRAINT "FK_8921ac104c26c0f2439076238a3" FOREIGN KEY (membership_id) REFERENCES membership(id);

    -- Collaboration. A document holds the words of one item; updates are sealed with the item's key and only added.
    CREATE TABLE yjs_document (
      id uuid PRIMARY KEY,
      item_id uuid NOT NULL REFERENCES agenda_item (id),
      epoch uuid NOT NULL,
      state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'frozen', 'closed')),
      created_at timestamptz NOT NULL
    );
    CREATE INDEX yjs_document_item ON yjs_document (item_id);
    CREATE TABLE yjs_update (
      id uuid PRIMARY KEY,
      seq bigint GENERATED ALWAYS AS IDENTITY,
      document_id uuid NOT NULL REFERENCES yjs_document (id),
      person_id uuid REFERENCES person (id),
      payload bytea NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE UNIQUE INDEX yjs_update_order ON yjs_update (document_id, seq);
    CREATE TABLE yjs_client (
      document_id uuid NOT NULL REFERENCES yjs_document (id),
      client_id bigint NOT NULL,
      person_id uuid NOT NULL REFERENCES person (id),
      session_id uuid,
      created_at timestamptz NOT NULL,
      PRIMARY KEY (document_id, client_id)
    );
    CREATE TABLE yjs_ticket (
      token_hash bytea PRIMARY KEY,
      document_id uuid NOT NULL REFERENCES yjs_document (id),
      session_id uuid NOT NULL REFERENCES session (id) ON DELETE CASCADE,
      person_id uuid NOT NULL REFERENCES person (id),
      client_id bigint NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz
    );
    CREATE INDEX yjs_ticket_session ON yjs_ticket (session_id);

    -- What was decided stays: only the state of a decision moves on, and its timeline only grows.
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE FUNCTION decision_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (to_jsonb(NEW) - 'state' - 'version') IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'version') THEN
        RAISE EXCEPTION 'a decision is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER decision_update BEFORE UPDATE ON decision FOR EACH ROW EXECUTE FUNCTION decision_keeps_its_words();
    CREATE TRIGGER decision_delete BEFORE DELETE OR TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER decision_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
