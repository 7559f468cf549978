import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect } from '../row-security.js';

/**
 * The contact register (docs/adr/0094): who can be asked for in an authority, version upon version. Read by everybody who works with
 * content and by administrators, of all authorities, as the directory is; added to by an authority's own coordinators and administrators,
 * with people of its own alone.
 */
export class Contacts1796047200094 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const reads = `(SELECT session_role()) IN ('coordinator', 'participant', 'leader', 'administrator')`;
    const sets = `(SELECT session_role()) IN ('coordinator', 'administrator')`;
    const own = 'SELECT m.id FROM membership m WHERE m.authority_id = (SELECT session_authority())';
    const demo = { select: 'true', insert: 'true' };
    await protect(runner, 'contact_entry', {
      request: { select: reads },
      command: { select: reads, insert: `${sets} AND authority_id = (SELECT session_authority())` },
      demo,
    });
    await protect(runner, 'contact_version', {
      request: { select: reads },
      command: {
        select: reads,
        insert: `${sets} AND set_by_membership_id = (SELECT session_membership())
          AND entry_id IN (SELECT e.id FROM contact_entry e WHERE e.authority_id = (SELECT session_authority()))
          AND (membership_id IS NULL OR membership_id IN (${own})) AND substitutes <@ ARRAY(${own})`,
      },
      demo,
    });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE contact_entry (
      id uuid NOT NULL,
      authority_id text NOT NULL,
      function_name text NOT NULL,
      made_at timestamptz NOT NULL,
      CONSTRAINT contact_entry_function_known CHECK (function_name IN ('contactPerson','keyPerson')),
      CONSTRAINT "PK_contact_entry" PRIMARY KEY (id)
    );
    CREATE INDEX contact_entry_authority ON contact_entry (authority_id);
    ALTER TABLE contact_entry ADD CONSTRAINT "FK_c1c4ac3120168df66161c255b4f" FOREIGN KEY (authority_id) REFERENCES authority(id);

    CREATE TABLE contact_version (
      id uuid NOT NULL,
      entry_id uuid NOT NULL,
      version int NOT NULL,
      kind_id text,
      area text,
      membership_id uuid,
      substitutes uuid[] NOT NULL,
      telephone text,
      email text,
      valid_from date NOT NULL,
      valid_to date,
      withdrawn boolean NOT NULL,
      set_by_membership_id uuid NOT NULL,
      set_at timestamptz NOT NULL,
      CONSTRAINT "PK_contact_version" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX contact_version_number ON contact_version (entry_id, version);
    ALTER TABLE contact_version ADD CONSTRAINT "FK_84b1f02179386650894fb443f23" FOREIGN KEY (entry_id) REFERENCES contact_entry(id);
    ALTER TABLE contact_version ADD CONSTRAINT "FK_2b5c5783b48e771d243a31ede9e" FOREIGN KEY (membership_id) REFERENCES membership(id);
    ALTER TABLE contact_version ADD CONSTRAINT "FK_ad22770ea1fdf070a70ff094448" FOREIGN KEY (set_by_membership_id) REFERENCES membership(id);

    -- [CO7] What was said stays said.
    CREATE TRIGGER contact_entry_change BEFORE UPDATE OR DELETE OR TRUNCATE ON contact_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER contact_version_change BEFORE UPDATE OR DELETE OR TRUNCATE ON contact_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
