// Samråd's collaboration as the product runs it: gate, encryption, group commit on PostgreSQL, threads for costly work. Only
// who may come in is not asked of the product's tables, nor written into the access trail: whoever names a person is that
// person.
import { createServer } from 'node:http';
import { history, seedUpdate } from '../history.mjs';
import { newId, serve } from './child.mjs';

const dist = '../../../dist/apps/server/libs';
const { readConfig } = await import(`${dist}/platform/src/config.js`);
const { openDatabase } = await import(`${dist}/platform/src/database.js`);
const { UnitOfWork } = await import(`${dist}/platform/src/unit-of-work.service.js`);
const { Keyring } = await import(`${dist}/platform/src/keyring.service.js`);
const { FileKeyManagement } = await import(`${dist}/platform/src/file-key-management.js`);
const { EmbeddedConnections } = await import(`${dist}/platform/src/connections.js`);
const { SystemClock } = await import(`${dist}/platform/src/clock.js`);
const { SqlStore } = await import(`${dist}/collab/src/sql-store.service.js`);
const { DomainEvents } = await import(`${dist}/platform/src/events.service.js`);
const { Outbox } = await import(`${dist}/platform/src/outbox.service.js`);
const { OutboxFanOut } = await import(`${dist}/collab/src/outbox-fan-out.service.js`);
const { Hub } = await import(`${dist}/collab/src/hub.js`);
const { Compactor } = await import(`${dist}/collab/src/compactor.js`);
const { heavyWork } = await import(`${dist}/collab/src/heavy-work.js`);
const { YjsSockets } = await import(`${dist}/collab/src/yjs-sockets.gateway.js`);
const { defaultLimits } = await import(`${dist}/collab/src/limits.js`);

const limits = { ...defaultLimits, ...JSON.parse(process.env.BENCH_LIMITS ?? '{}') };
const database = await openDatabase(readConfig({ DATABASE_URL: process.env.BENCH_DATABASE, SAMRAAD_DATA_DIR: process.env.BENCH_FOLDER }), []);
const clock = new SystemClock();
const unitOfWork = new UnitOfWork(database.connections, clock);
/** For what is no business of the collaboration: people, meetings and items. */
const owner = new UnitOfWork(new EmbeddedConnections(database.dataSource, null), clock);
const keyring = new Keyring(unitOfWork, new FileKeyManagement(`${process.env.BENCH_FOLDER}/kek.json`, true));

// What a process pays for others that could be there, although none is.
const outbox = new Outbox(database.line, newId(), new DomainEvents());
await outbox.onModuleInit();
const fanOut = new OutboxFanOut(outbox);
const store = new SqlStore(unitOfWork, keyring, clock);
const work = heavyWork(limits.heavyWorkMs);
const compaction = heavyWork(limits.compactionMs);
work.warm();
const people = new Map();

const hub = new Hub(
  {
    store,
    fanOut,
    isCurrent: () => outbox.isCurrent(),
    door: {
      byToken: async () => null,
      bySession: async (id) => people.get(id) ?? null,
      readsUntil: async () => Number.POSITIVE_INFINITY,
      record: async () => true,
    },
    nowMs: Date.now,
    merge: (updates) => work.merge(updates),
    diff: (content, stateVector) => work.diff(content, stateVector),
    repair: (updates, clientId) => work.repair(updates, clientId),
    repaired: () => undefined,
    numbersGone: () => undefined,
    changed: () => undefined,
    changedElsewhere: () => undefined,
    grown: (documentId) => compactor.ask(documentId),
    failed: (what, error, documentId) => console.error(what, documentId, error?.message),
  },
  limits,
);
const compactor = new Compactor(
  {
    store,
    merge: (updates) => compaction.compact(updates),
    nowMs: Date.now,
    compacted: (documentId, savedBytes) => hub.compacted(documentId, savedBytes),
    failed: (error, documentId) => console.error('compaction', documentId, error?.message),
  },
  limits,
);
// A ticket is a person here.
const findTicket = (hash, documentId) => {
  const person = people.get(Buffer.from(hash).toString('hex'));
  return person === undefined ? null : { tokenHash: hash, documentId, sessionId: person.id, personId: person.personId, clientId: person.clientId };
};
store.findTicket = async (hash, documentId) => findTicket(hash, documentId);

const server = createServer((_request, response) => response.writeHead(404).end());
new YjsSockets(hub, limits).attach(server, { isAllowedOrigin: () => true, sessionToken: () => null });
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const { createHash } = await import('node:crypto');
const now = () => new Date().toISOString();
let order = 0;

async function createRows(names, seed) {
  return owner.run(async (tx) => {
    const authorityId = 'municipality:bench';
    await tx.query("INSERT INTO authority (id, kind, sector, name) VALUES ($1, 'municipality', 'municipality', 'Testby') ON CONFLICT DO NOTHING", [authorityId]);
    const meetingId = newId();
    await tx.query(
      `INSERT INTO meeting (id, kind_id, owner_authority_id, title, start_local, time_zone, start_instant, duration_minutes, state, agenda_state, minutes_state, created_at, version, own_place, own_video_link)
       VALUES ($1, 'caseConsultation', $2, '\\x00', '2026-12-07T13:00', 'Europe/Copenhagen', $3, 60, 'confirmed', 'building', 'draft', $3, 1, false, false)`,
      [meetingId, authorityId, now()],
    );
    const documents = names.map((documentId) => ({ documentId, itemId: newId(), epoch: newId(), seed: { rowId: newId(), payload: seed } }));
    await keyring.create(tx, authorityId, documents.map(({ itemId }) => itemId));
    for (const { documentId, itemId } of documents) {
      await tx.query(
        `INSERT INTO agenda_item (id, meeting_id, document_id, order_key, planned_minutes, output_type, confidentiality, mandatory, per_person, audience_kind, title, led_by, created_at, state, version, from_template)
         VALUES ($1, $2, $3, $4, 10, 'discussion', 'internal', false, false, 'all', '\\x00', '\\x00', $5, 'open', 1, false)`,
        [itemId, meetingId, documentId, `a${order++}`, now()],
      );
    }
    await store.createIn(tx, documents);
    return documents;
  });
}

serve(server.address().port, {
  /** Documents with the same words, of so many characters. */
  create: async ({ names, characters }) => void (await createRows(names, seedUpdate('x'.repeat(characters)))),
  /** Who may come in: one person for each client. */
  admit: async ({ clients }) => {
    await owner.run(async (tx) => {
      for (const { ticket, client } of clients) {
        const personId = newId();
        await tx.query("INSERT INTO person (id, name) VALUES ($1, 'Test')", [personId]);
        const person = { id: newId(), personId, personName: 'Test', authorityName: 'Testby', membershipId: personId, validUntilMs: Number.POSITIVE_INFINITY, clientId: client };
        people.set(person.id, person);
        people.set(createHash('sha256').update(ticket).digest('hex'), person);
      }
    });
  },
  /** A long history, of which all but the last updates are compacted. */
  history: async ({ name, edits, tail }) => {
    const { updates } = history(edits);
    const [{ documentId, itemId }] = await createRows([name], updates[0]);
    const personId = newId();
    await owner.run((tx) => tx.query("INSERT INTO person (id, name) VALUES ($1, 'Test')", [personId]));
    const append = async (some) => {
      for (let from = 0; from < some.length; from += 1_000) {
        await store.append(some.slice(from, from + 1_000).map((payload) => ({ rowId: newId(), documentId, itemId, personId, sessionId: null, payload, clientIds: [7] })));
      }
    };
    await append(updates.slice(1, updates.length - tail));
    const begun = performance.now();
    await store.compact(documentId, (all) => compaction.compact(all), false);
    const compactionMs = performance.now() - begun;
    await append(updates.slice(updates.length - tail));
    return { compactionMs };
  },
  stats: async () => ({ connections: hub.connectionCount }),
  rows: async ({ name }) => (await store.load(name)).updates.length,
  /** Whoever left is gone from memory; what is kept is the budget of the contents. */
  limits: async () => limits,
});
