import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect } from '../row-security.js';

/**
 * Several processes: what processes on one database tell each other, written in the transaction that makes it true (ADR 0039). Ids only. Any
 * role writes by the one function; the lines between the processes read, and remove after minutes.
 */
export class Processes1795914000039 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(/* sql */ `
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- Ids are given out in another order than transactions commit in; by this a reader knows what is still to come.
        txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        process_id uuid NOT NULL,
        messages jsonb NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX outbox_txid ON outbox (txid);

      CREATE FUNCTION outbox_tell(process uuid, told jsonb) RETURNS void LANGUAGE plpgsql VOLATILE
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        PERFORM set_config('samraad.owner', 'on', true);
        INSERT INTO public.outbox (process_id, messages) VALUES (process, told);
        PERFORM pg_notify('samraad_outbox', process::text);
      END $$;

      -- As of now, and not as of the statement that asks: it may have waited for the lock of the document meanwhile.
      CREATE FUNCTION yjs_head(document uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
      BEGIN RETURN coalesce((SELECT max(u.seq) FROM yjs_update u WHERE u.document_id = document), 0); END $$;
      CREATE FUNCTION yjs_owner(document uuid, client bigint) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
      BEGIN RETURN (SELECT c.person_id FROM yjs_client c WHERE c.document_id = document AND c.client_id = client); END $$;
    `);
    await protect(runner, 'outbox', { live: { select: 'true', delete: 'true' } });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
