import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withRoleNames } from '../database-roles.js';
import { protect } from '../row-security.js';

/** Embargoes on informing: towards whom, why and until when reviewed; lifted by the police. */
export class Embargoes1795400000502 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(withRoleNames(runner.dataSource, sql));
    const concerns = 'embargo_concerns(item_id)';
    const readable = 'item_id IN (SELECT r.item_id FROM item_reader r WHERE r.membership_id = (SELECT session_reader()) AND (r.valid_from IS NULL OR r.valid_from <= database_now()) AND (r.valid_to IS NULL OR r.valid_to > database_now()))';
    const everything = { select: 'true', insert: 'true', update: 'true' };
    // [EM3] One that is lifted is lifted wherever its item was carried, also where the police of this meeting take no part.
    const ofLine = 'embargo_line_concerns(origin_id)';
    await protect(runner, 'embargo', { request: { select: concerns }, command: { select: ofLine, insert: readable, update: ofLine }, demo: everything });
    const ofShown = 'embargo_id IN (SELECT e.id FROM embargo e)';
    await protect(runner, 'embargo_event', { request: { select: ofShown }, command: { select: ofShown, insert: ofShown }, demo: everything });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    CREATE TABLE embargo (
      id uuid NOT NULL,
      item_id uuid NOT NULL,
      -- The embargo that it goes on with in the item of a later meeting; its own id for the first.
      origin_id uuid NOT NULL,
      set_by_membership_id uuid NOT NULL,
      content bytea NOT NULL,
      set_at timestamptz NOT NULL,
      review_at timestamptz NOT NULL,
      lifted_at timestamptz,
      version int NOT NULL,
      CONSTRAINT "PK_embargo" PRIMARY KEY (id)
    );
    ALTER TABLE embargo ADD CONSTRAINT "FK_1efa8c0653c7dd73806fcffe3fe" FOREIGN KEY (item_id) REFERENCES agenda_item(id);
    ALTER TABLE embargo ADD CONSTRAINT "FK_a534ffd875795b23326e016075e" FOREIGN KEY (set_by_membership_id) REFERENCES membership(id);
    CREATE INDEX embargo_item ON embargo (item_id);
    CREATE INDEX embargo_origin ON embargo (origin_id);
    CREATE INDEX embargo_review ON embargo (review_at) WHERE (lifted_at IS NULL);
    -- [AC73] Whether the session may know of embargoes of an item: it reads the item or a child of it, or a decision or follow-up of it.
    CREATE FUNCTION embargo_concerns(item uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT pg_catalog.set_config('samraad.owner', 'on', true);
      WITH concerned AS (SELECT i.id FROM public.agenda_item i WHERE i.id = item OR i.parent_id = item)
      SELECT EXISTS (SELECT 1 FROM public.item_reader r JOIN concerned c ON c.id = r.item_id WHERE r.membership_id = (SELECT public.session_reader())
          AND (r.valid_from IS NULL OR r.valid_from <= public.database_now()) AND (r.valid_to IS NULL OR r.valid_to > public.database_now()))
        OR EXISTS (SELECT 1 FROM public.decision d JOIN concerned c ON c.id = d.item_id WHERE d.deciding_authority_id = (SELECT public.session_leads()))
        OR EXISTS (SELECT 1 FROM public.follow_up f JOIN concerned c ON c.id = f.item_id JOIN public.membership m ON m.id = f.owner_membership_id
          WHERE f.owner_membership_id = (SELECT public.session_reader()) OR m.authority_id = (SELECT public.session_leads())) $$;
    -- [EM3] The same of any item that an embargo was carried along with.
    CREATE FUNCTION embargo_line_concerns(origin uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT pg_catalog.set_config('samraad.owner', 'on', true);
      SELECT EXISTS (SELECT 1 FROM public.embargo e WHERE e.origin_id = origin AND public.embargo_concerns(e.item_id)) $$;
    -- Which embargoes in force stand over which of these items; those of the list that a child stands under among them.
    CREATE FUNCTION items_under_embargo(ids uuid[]) RETURNS TABLE (for_id uuid, embargo_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT pg_catalog.set_config('samraad.owner', 'on', true);
      SELECT i.id, e.id FROM public.agenda_item i JOIN public.embargo e ON e.item_id IN (i.id, i.parent_id)
      WHERE i.id = ANY (ids) AND e.lifted_at IS NULL AND public.embargo_concerns(e.item_id) $$;
    -- Every item under embargo that the session may know of.
    CREATE FUNCTION embargoed_items() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT pg_catalog.set_config('samraad.owner', 'on', true);
      SELECT i.id FROM public.embargo e JOIN public.agenda_item i ON e.item_id IN (i.id, i.parent_id) WHERE e.lifted_at IS NULL AND public.embargo_concerns(e.item_id) $$;
    -- [EM8] For the job that reminds: reviews that have come, and whose they are. Ids and times, nothing of the content.
    CREATE FUNCTION embargo_reviews_due(at timestamptz, after uuid, most int) RETURNS TABLE (id uuid, item_id uuid, meeting_id uuid, review text, memberships text[])
      LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      SELECT pg_catalog.set_config('samraad.owner', 'on', true);
      SELECT e.id, e.item_id, i.meeting_id, extract(epoch FROM e.review_at)::bigint::text,
        (SELECT array_agg(r.membership_id::text) FROM public.item_reader r JOIN public.membership m ON m.id = r.membership_id JOIN public.authority a ON a.id = m.authority_id
         WHERE r.item_id = e.item_id AND (r.valid_from IS NULL OR r.valid_from <= at) AND (r.valid_to IS NULL OR r.valid_to > at)
           AND (r.membership_id = e.set_by_membership_id OR a.sector = 'police'))
      FROM public.embargo e JOIN public.agenda_item i ON i.id = e.item_id
      WHERE e.lifted_at IS NULL AND e.review_at <= at AND i.state <> 'carried' AND (after IS NULL OR e.id > after) ORDER BY e.id LIMIT most $$;
    REVOKE ALL ON FUNCTION embargo_reviews_due(timestamptz, uuid, int) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION embargo_reviews_due(timestamptz, uuid, int) TO app_notices;
    CREATE FUNCTION embargo_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (to_jsonb(NEW) - 'review_at' - 'lifted_at' - 'version') IS DISTINCT FROM (to_jsonb(OLD) - 'review_at' - 'lifted_at' - 'version')
         OR OLD.lifted_at IS NOT NULL THEN
        RAISE EXCEPTION 'an embargo is never rewritten' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER embargo_update BEFORE UPDATE ON embargo FOR EACH ROW EXECUTE FUNCTION embargo_keeps_its_words();
    CREATE TRIGGER embargo_delete BEFORE DELETE OR TRUNCATE ON embargo FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

    CREATE TABLE embargo_event (
      id uuid NOT NULL,
      embargo_id uuid NOT NULL,
      version int NOT NULL,
      kind text NOT NULL,
      membership_id uuid NOT NULL,
      review_at timestamptz,
      reason bytea,
      at timestamptz NOT NULL,
      CONSTRAINT embargo_event_kind_known CHECK (kind IN ('set','reviewMoved','lifted')),
      CONSTRAINT "PK_embargo_event" PRIMARY KEY (id)
    );
    ALTER TABLE embargo_event ADD CONSTRAINT "FK_f9bacfc5e5e6f82d06e91ed07c4" FOREIGN KEY (embargo_id) REFERENCES embargo(id);
    ALTER TABLE embargo_event ADD CONSTRAINT "FK_eb73932d4e38f733853fd8123b1" FOREIGN KEY (membership_id) REFERENCES membership(id);
    CREATE UNIQUE INDEX embargo_event_order ON embargo_event (embargo_id, version);
    CREATE TRIGGER embargo_event_change BEFORE UPDATE OR DELETE OR TRUNCATE ON embargo_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
`;
