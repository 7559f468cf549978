import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a row of typing costs, besides itself (ADR 0097). Two foreign keys looked up, and marked as locked, a document and a person
 * for every row; the commit has the document locked already, and knows the person from her session. What they kept true is kept where
 * it could become untrue: a document or a person with words cannot be removed. And which documents have something behind their
 * snapshot is said once by the document instead of by an index of all their rows.
 */
export class AppendCost1796043600097 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE yjs_update DROP CONSTRAINT yjs_update_document_id_fkey, DROP CONSTRAINT yjs_update_person_id_fkey;
    CREATE FUNCTION yjs_update_parents() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
      PERFORM set_config('samraad.owner', 'on', true);
      IF TG_OP = 'UPDATE' AND NEW.id = OLD.id THEN RETURN NEW; END IF;
      IF (TG_TABLE_NAME = 'yjs_document' AND EXISTS (SELECT 1 FROM public.yjs_update u WHERE u.document_id = OLD.id))
        OR (TG_TABLE_NAME = 'person' AND EXISTS (SELECT 1 FROM public.yjs_update u WHERE u.person_id = OLD.id)) THEN
        RAISE EXCEPTION 'words name this % still', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
      END IF;
      RETURN coalesce(NEW, OLD);
    END $$;
    CREATE TRIGGER yjs_update_document BEFORE DELETE OR UPDATE OF id ON yjs_document FOR EACH ROW EXECUTE FUNCTION yjs_update_parents();
    CREATE TRIGGER yjs_update_person BEFORE DELETE OR UPDATE OF id ON person FOR EACH ROW EXECUTE FUNCTION yjs_update_parents();

    ALTER TABLE yjs_document ADD COLUMN has_tail boolean NOT NULL DEFAULT false;
    UPDATE yjs_document d SET has_tail = true WHERE EXISTS (SELECT 1 FROM yjs_update u WHERE u.document_id = d.id AND NOT u.is_snapshot);
    CREATE INDEX yjs_document_has_tail ON yjs_document (id) WHERE has_tail;
    DROP INDEX yjs_update_tail;

    -- As of now, and not as of the statement that asks: it may have waited for the lock of the document meanwhile.
    CREATE FUNCTION yjs_last(document uuid) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
    BEGIN RETURN (SELECT u.id FROM yjs_update u WHERE u.document_id = document ORDER BY u.seq DESC LIMIT 1); END $$;
    DROP FUNCTION yjs_head(uuid);
`;
