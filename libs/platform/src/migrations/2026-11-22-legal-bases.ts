import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protect } from '../row-security.js';

/**
 * What a legal basis admits, on each item, with the version it was made under; what authorities made of the bases; times
 * at an item. Items that stand get the sectors of the basis they name, and readers whose sector it does not admit go,
 * unless nobody would be left to read the item: then it stays as it is until a coordinator says on what it stands.
 * docs/adr/0023.
 */
export class LegalBases1795400000402 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sql);
    const all = { select: 'true', insert: 'true', update: 'true', delete: 'true' };
    const reads = { select: 'true' };
    await protect(runner, 'item_window', {
      request: { select: 'item_id IN (SELECT r.item_id FROM item_reader r WHERE r.membership_id = (SELECT session_reader()))' },
      command: all,
      series: all,
      demo: all,
      minutes: reads,
      notices: reads,
      live: reads,
      projector: reads,
    });
    // What a basis means is no secret to those who work; an authority sets its own.
    await protect(runner, 'legal_basis_setting', {
      request: reads,
      command: { select: 'true', insert: 'authority_id = (SELECT session_authority())' },
      series: reads,
      demo: reads,
      minutes: reads,
      notices: reads,
      projector: reads,
    });
  }

  /** Migrations only go forward once merged. */
  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const sql = /* sql */ `
    ALTER TABLE series_participant ADD valid_from timestamptz;
    ALTER TABLE series_participant ADD valid_to timestamptz;
    ALTER TABLE agenda_item ADD legal_basis_version text;
    ALTER TABLE agenda_item ADD admitted_sectors text[];
    CREATE TABLE item_window (
      item_id uuid NOT NULL,
      subject_kind text NOT NULL,
      subject_id text NOT NULL,
      valid_from timestamptz,
      valid_to timestamptz,
      CONSTRAINT "PK_item_window" PRIMARY KEY (item_id, subject_kind, subject_id)
    );
    CREATE TABLE legal_basis_setting (
      id uuid NOT NULL,
      authority_id text NOT NULL,
      basis_id text NOT NULL,
      version integer NOT NULL,
      label text,
      limits text,
      sectors text[] NOT NULL,
      source text NOT NULL,
      valid_from date NOT NULL,
      valid_to date,
      set_by_membership_id uuid NOT NULL,
      set_at timestamptz NOT NULL,
      CONSTRAINT "PK_legal_basis_setting" PRIMARY KEY (id)
    );
    CREATE UNIQUE INDEX legal_basis_setting_version ON legal_basis_setting (authority_id, basis_id, version);
    ALTER TABLE legal_basis_setting ADD CONSTRAINT "FK_de2ae2c29f3aad5777314f5a8c1" FOREIGN KEY (authority_id) REFERENCES authority(id);
    ALTER TABLE legal_basis_setting ADD CONSTRAINT "FK_cbac260ed0199b61e3cc8e10677" FOREIGN KEY (set_by_membership_id) REFERENCES membership(id);

    UPDATE agenda_item SET legal_basis_version = '2026-11-21' WHERE legal_basis_id IS NOT NULL;
    UPDATE agenda_item SET admitted_sectors = '{municipality,police,school,health}' WHERE legal_basis_id = 'rpl-115-1-1';
    UPDATE agenda_item SET admitted_sectors = '{municipality,police,barnahus,health,forensic}' WHERE legal_basis_id = 'bl-126';
    -- A child is read by nobody whom the basis of its list does not admit.
    UPDATE agenda_item c SET admitted_sectors = ARRAY(SELECT s FROM unnest(COALESCE(c.admitted_sectors, p.admitted_sectors)) s WHERE s = ANY(p.admitted_sectors))
      FROM agenda_item p WHERE p.id = c.parent_id AND p.admitted_sectors IS NOT NULL;
    UPDATE agenda_item i SET admitted_sectors = NULL WHERE i.admitted_sectors IS NOT NULL
      AND EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = i.id)
      AND NOT EXISTS (SELECT 1 FROM item_reader r JOIN membership m ON m.id = r.membership_id JOIN authority a ON a.id = m.authority_id WHERE r.item_id = i.id AND a.sector = ANY(i.admitted_sectors));
    DELETE FROM item_reader r USING agenda_item i, membership m, authority a
      WHERE i.id = r.item_id AND m.id = r.membership_id AND a.id = m.authority_id AND i.admitted_sectors IS NOT NULL AND NOT a.sector = ANY(i.admitted_sectors);
`;
