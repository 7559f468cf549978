import type { Keyring } from '@lib/platform/keyring.service.js';
import type { Clock } from '@lib/platform/clock.js';
import { readConfig, type Config } from '@lib/platform/config.js';
import { openDatabase, type Database } from '@lib/platform/database.js';
import { newId } from '@lib/platform/ids.js';
import type { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { createTestDatabase, testDatabaseUrl } from '../../../test/support/test-database.js';
import { SqlStore } from './sql-store.service.js';
import type { StoreUnderTest } from './store-contract.js';

/** The rows around a document that the real tables ask for: people, a session, and a meeting with an item each. */
export async function sqlStoreUnderTest(unitOfWork: UnitOfWork, keyring: Keyring, clock: Clock): Promise<StoreUnderTest> {
  const store = new SqlStore(unitOfWork, keyring, clock);
  const authorityId = `municipality:${newId()}`;
  const [meetingId, sessionId, membershipId] = [newId(), newId(), newId()];
  const people = [newId(), newId()] as const;
  const now = clock.now().toString();
  const later = clock.now().add({ hours: 12 }).toString();
  await unitOfWork.run(async (tx) => {
    await tx.query("INSERT INTO authority (id, kind, sector, name) VALUES ($1, 'municipality', 'municipality', 'Testby')", [authorityId]);
    for (const personId of people) await tx.query("INSERT INTO person (id, name) VALUES ($1, 'Test')", [personId]);
    await tx.query("INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, 'participant', '', $4)", [
      membershipId,
      people[0],
      authorityId,
      now,
    ]);
    await tx.query(
      'INSERT INTO session (id, token_hash, person_id, membership_id, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $5, $6)',
      [sessionId, Buffer.from(sessionId), people[0], membershipId, now, later],
    );
    await tx.query(
      `INSERT INTO meeting (id, kind_id, owner_authority_id, title, start_local, time_zone, start_instant, duration_minutes, state, agenda_state, minutes_state, created_at, version, own_place, own_video_link)
       VALUES ($1, 'caseConsultation', $2, '\\x00', '2026-12-07T13:00', 'Europe/Copenhagen', $3, 60, 'confirmed', 'building', 'draft', $3, 1, false, false)`,
      [meetingId, authorityId, now],
    );
  });
  let order = 0;
  return {
    store,
    people,
    sessionId,
    newDocument: async (seed) => {
      const document = { documentId: newId(), itemId: newId(), epoch: newId() };
      await unitOfWork.run(async (tx) => {
        await keyring.create(tx, authorityId, [document.itemId]);
        await tx.query(
          `INSERT INTO agenda_item (id, meeting_id, document_id, order_key, planned_minutes, output_type, confidentiality, mandatory, per_person, audience_kind, title, led_by, created_at, state, version, from_template)
           VALUES ($1, $2, $3, $4, 10, 'discussion', 'internal', false, false, 'all', '\\x00', '\\x00', $5, 'open', 1, false)`,
          [document.itemId, meetingId, document.documentId, `a${order++}`, now],
        );
        await store.createIn(tx, [{ ...document, seed: { rowId: newId(), payload: seed } }]);
      });
      return document;
    },
  };
}

/** The embedded database, or with TEST_DATABASE_URL one of its own on that PostgreSQL server; `drop` it after closing. */
export async function openTestDatabase(): Promise<{ database: Database; config: Config; url: string | undefined; drop(): Promise<void> }> {
  const own = testDatabaseUrl === undefined ? null : await createTestDatabase();
  const config = readConfig({ SAMRAAD_DATA_DIR: 'memory:', ...(own === null ? {} : { DATABASE_URL: own.url }) });
  return { database: await openDatabase(config, []), config, url: own?.url, drop: async () => own?.drop() };
}
