import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect } from '../row-security.js';

/** People as their authority knows them, keys for its user management, and what administrators did. */
export class Provisioning1795400000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    // Everything here is one authority's own business, and done by one role.
    await protect(runner, 'account', { provisioning: { select: 'true', insert: 'true', update: 'true' } });
    await protect(runner, 'provisioning_client', { provisioning: { select: 'true', insert: 'true' } });
    await protect(runner, 'provisioning_token', { provisioning: { select: 'true', insert: 'true', update: 'true' } });
    await protect(runner, 'external_id', { provisioning: { select: 'true', insert: 'true', delete: 'true' } });
    await protect(runner, 'admin_event', { provisioning: { select: 'true', insert: 'true' } });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE membership ADD functions text[] NOT NULL DEFAULT '{}';
    ALTER TABLE membership ADD unit_title text NOT NULL DEFAULT '';
    ALTER TABLE membership ADD paused boolean NOT NULL DEFAULT false;
    ALTER TABLE membership ADD resumes_to timestamptz;

    CREATE TABLE account (
      id uuid NOT NULL,
      authority_id text NOT NULL,
      person_id uuid NOT NULL,
      name text NOT NULL,
      name_key text COLLATE "C" NOT NULL,
      given_name text,
      family_name text,
      user_name text,
      user_name_key text,
      active boolean NOT NULL,
      removed_at timestamptz,
      version integer NOT NULL,
      created_at timestamptz NOT NULL,
      changed_at timestamptz NOT NULL,
      CONSTRAINT account_key PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX account_person ON account (authority_id, person_id);
    CREATE INDEX account_list ON account (authority_id, name_key, id);
    CREATE UNIQUE INDEX account_user_name ON account (authority_id, user_name_key);

    CREATE TABLE provisioning_client (
      id uuid NOT NULL,
      authority_id text NOT NULL,
      name text NOT NULL,
      created_at timestamptz NOT NULL,
      CONSTRAINT provisioning_client_key PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX provisioning_client_name ON provisioning_client (authority_id, name);
    CREATE TABLE provisioning_token (
      id uuid NOT NULL,
      client_id uuid NOT NULL,
      token_hash bytea NOT NULL,
      created_by_membership_id uuid NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz,
      last_used_at timestamptz,
      CONSTRAINT provisioning_token_key PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX provisioning_token_hash ON provisioning_token (token_hash);
    CREATE INDEX provisioning_token_client ON provisioning_token (client_id);
    CREATE TABLE external_id (
      client_id uuid NOT NULL,
      resource text NOT NULL,
      resource_id text NOT NULL,
      value text NOT NULL,
      CONSTRAINT external_id_resource_known CHECK (resource IN ('User','Group')),
      CONSTRAINT external_id_key PRIMARY KEY (client_id, resource, resource_id)
    );
    CREATE UNIQUE INDEX external_id_value ON external_id (client_id, resource, value);
    CREATE TABLE admin_event (
      id uuid NOT NULL,
      authority_id text NOT NULL,
      kind text NOT NULL,
      account_id uuid,
      membership_id uuid,
      actor_membership_id uuid,
      client_id uuid,
      details jsonb NOT NULL,
      "at" timestamptz NOT NULL,
      CONSTRAINT admin_event_somebody_did_it CHECK ((actor_membership_id IS NULL) <> (client_id IS NULL)),
      CONSTRAINT admin_event_key PRIMARY KEY (id)
    );
    CREATE INDEX admin_event_authority ON admin_event (authority_id, id);
    CREATE INDEX admin_event_account ON admin_event (account_id, id);

    ALTER TABLE account ADD CONSTRAINT "FK_03fc793b2260ed1f3eac4bfd5d1" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE account ADD CONSTRAINT "FK_73b5a14ecc8f5529ea98a746d51" FOREIGN KEY (person_id) REFERENCES person(id);
    ALTER TABLE provisioning_client ADD CONSTRAINT "FK_8398757ce9a42ff7c75cf2138bb" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE provisioning_token ADD CONSTRAINT "FK_84af81163c76736a5cb226cf2f1" FOREIGN KEY (client_id) REFERENCES provisioning_client(id);
    ALTER TABLE provisioning_token ADD CONSTRAINT "FK_12b82873d9fffcc6fc313099dad" FOREIGN KEY (created_by_membership_id) REFERENCES membership(id);
    ALTER TABLE external_id ADD CONSTRAINT "FK_fae3d67882f3222ea34215a85d3" FOREIGN KEY (client_id) REFERENCES provisioning_client(id);
    ALTER TABLE admin_event ADD CONSTRAINT "FK_ac4987687263b578947a244e19f" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE admin_event ADD CONSTRAINT "FK_7d046e8de8b2d435d0b7f224fb1" FOREIGN KEY (account_id) REFERENCES account(id);
    ALTER TABLE admin_event ADD CONSTRAINT "FK_50b9da763c26a2f0b668d74823a" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE admin_event ADD CONSTRAINT "FK_58a7938b8e95e18a7f7c02ca2ef" FOREIGN KEY (actor_membership_id) REFERENCES membership(id);
    ALTER TABLE admin_event ADD CONSTRAINT "FK_434a7e9cb71e3e4559801eb7280" FOREIGN KEY (client_id) REFERENCES provisioning_client(id);

    -- Æ, Ø and Å stand last, in this order, and { | } do so in ASCII; accents do not count.
    CREATE FUNCTION account_sorts_in_danish() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.name_key := translate(lower(NEW.name), 'æøåÆØÅäöüéÄÖÜÉ', '{|}{|}{|ue{|ue');
      RETURN NEW;
    END $$;
    CREATE TRIGGER account_name_key BEFORE INSERT OR UPDATE OF name ON account FOR EACH ROW EXECUTE FUNCTION account_sorts_in_danish();

    -- Whoever has a membership is known to its authority, however the membership came to be.
    CREATE FUNCTION membership_has_account() RETURNS trigger LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      INSERT INTO public.account (id, authority_id, person_id, name, name_key, active, version, created_at, changed_at)
      SELECT gen_random_uuid(), NEW.authority_id, p.id, p.name, '', true, 1, NEW.valid_from, NEW.valid_from FROM person p WHERE p.id = NEW.person_id
      ON CONFLICT (authority_id, person_id) DO NOTHING;
      RETURN NEW;
    END $$;
    CREATE TRIGGER membership_account AFTER INSERT ON membership FOR EACH ROW EXECUTE FUNCTION membership_has_account();
    INSERT INTO account (id, authority_id, person_id, name, name_key, active, version, created_at, changed_at)
      SELECT gen_random_uuid(), m.authority_id, m.person_id, p.name, '', true, 1, min(m.valid_from), min(m.valid_from)
      FROM membership m JOIN person p ON p.id = m.person_id GROUP BY m.authority_id, m.person_id, p.name;

    CREATE TRIGGER admin_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
