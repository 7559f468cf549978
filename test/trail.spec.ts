import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { askingAs } from '@lib/platform/asking.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { TrailMonths } from '@lib/trail/trail-months.service.js';
import { trailRoutes } from '../apps/server/src/trail-routes.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { eksempelby, TestServer, type Browser } from './support/test-server.js';

interface Entry {
  id: string;
  at: Date;
  person_id: string;
  membership_id: string;
  authority_id: string;
  role: string;
  kind: string;
  route: string;
  rule: string | null;
  object_kind: string | null;
  object_id: string | null;
  item_ids: string[];
  legal_bases: string[];
  criterion: Uint8Array | null;
}

const nobody = '01890000-0000-7000-8000-000000000000';
const unwritten = { status: 503, body: { code: 'trail-unavailable', title: 'Opslaget kunne ikke registreres, og derfor vises det ikke. Prøv igen om lidt' } };

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let itemId: string;
let documentId: string;
let closedId: string;
let closedDocumentId: string;
let decisionId: string;
let followUpId: string;

const entriesAfter = (number: number) => server.unitOfWork.run((tx) => tx.query<Entry>('SELECT * FROM trail_entry WHERE number > $1 ORDER BY number', [number]));
const lastNumber = async () => Number((await server.unitOfWork.run((tx) => tx.query<{ n: string | null }>('SELECT max(number) AS n FROM trail_entry')))[0]!.n ?? 0);

/** What `work` left on record. */
async function recorded(work: () => Promise<unknown>): Promise<Entry[]> {
  const before = await lastNumber();
  await work();
  return entriesAfter(before);
}

/** Does `work` while no entry can be written. */
async function withoutTrail<T>(work: () => Promise<T>): Promise<T> {
  await server.unitOfWork.run((tx) => tx.query(`ALTER TABLE trail_entry ADD CONSTRAINT trail_full CHECK (id IS NULL) NOT VALID`));
  try {
    return await work();
  } finally {
    await server.unitOfWork.run((tx) => tx.query('ALTER TABLE trail_entry DROP CONSTRAINT trail_full'));
  }
}

beforeAll(async () => {
  server = await TestServer.start();
  story = await section115(server);
  const { coordinator, caseworker, meetingId } = story;
  const add = async (title: string) => (await coordinator.post<{ id: string; documentId: string }>(`/api/v1/meetings/${meetingId}/items`, { title, plannedMinutes: 5, outputType: 'decision' })).body;
  ({ id: itemId, documentId } = await add('Åbent punkt'));
  ({ id: closedId, documentId: closedDocumentId } = await add('Lukket punkt'));
  await coordinator.put(`/api/v1/items/${closedId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
  decisionId = (await coordinator.post<{ id: string }>(`/api/v1/items/${itemId}/decisions`, newDecision(caseworker))).body.id;
  followUpId = (await coordinator.post<{ id: string }>(`/api/v1/items/${itemId}/follow-ups`, { text: 'Ring til skolen', ownerPersonId: caseworker.person.id, deadline: '2026-12-14' })).body.id;
}, 60_000);
afterAll(() => server.stop());

describe('what is shown is on record [AC93]', () => {
  it('[TR1] an item: who, for which authority, by which rule and on which legal basis, and when', async () => {
    const entries = await recorded(() => story.caseworker.get(`/api/v1/items/${itemId}`));
    const { person } = story.caseworker;
    expect(entries).toMatchObject([
      { person_id: person.id, membership_id: person.membershipId, authority_id: eksempelby, role: 'participant', kind: 'read', route: 'GET /items/{id}', rule: 'AC6', object_kind: 'item', object_id: itemId, item_ids: [itemId], criterion: null },
    ]);
    expect(entries[0]!.at.toISOString()).toBe(new Date(server.clock.now().epochMilliseconds).toISOString());
    const [item] = await server.unitOfWork.run((tx) => tx.query<{ legal_basis_id: string | null }>('SELECT legal_basis_id FROM agenda_item WHERE id = $1', [itemId]));
    expect(entries[0]!.legal_bases).toEqual([item!.legal_basis_id ?? '']);
  });

  it('a meeting: one entry with every item whose title was shown, and none that was not', async () => {
    const mine = await meetingOf(story.officer, story.meetingId);
    const entries = await recorded(() => story.officer.get(`/api/v1/meetings/${story.meetingId}`));
    expect(entries).toHaveLength(1);
    expect([...entries[0]!.item_ids].sort()).toEqual(openItems(mine).map((entry) => entry.item.id).sort());
    expect(entries[0]!.item_ids).not.toContain(closedId);
    expect(entries[0]!.legal_bases).toHaveLength(entries[0]!.item_ids.length);
  });

  const reads = (): [path: string, shown: () => string][] => [
    [`/api/v1/items/${itemId}`, () => itemId],
    [`/api/v1/items/${itemId}/decisions`, () => itemId],
    [`/api/v1/items/${itemId}/follow-ups`, () => itemId],
    [`/api/v1/decisions`, () => itemId],
    [`/api/v1/decisions/${decisionId}`, () => itemId],
    [`/api/v1/decisions/${decisionId}/extract.json`, () => itemId],
    [`/api/v1/decisions/${decisionId}/extract.html`, () => itemId],
    [`/api/v1/decisions/${decisionId}/extract.pdf`, () => itemId],
    [`/api/v1/decisions/export.pdf`, () => itemId],
    [`/api/v1/decision-log/export?format=csv`, () => itemId],
    [`/api/v1/decision-log/export?format=xlsx`, () => itemId],
    [`/api/v1/follow-ups?scope=mine`, () => itemId],
    [`/api/v1/follow-ups/${followUpId}`, () => itemId],
    [`/api/v1/meetings/${story.meetingId}`, () => itemId],
    [`/api/v1/meetings/${story.meetingId}/documents/agenda.json`, () => itemId],
    [`/api/v1/meetings/${story.meetingId}/documents/agenda.html`, () => itemId],
    [`/api/v1/meetings/${story.meetingId}/documents/agenda.pdf`, () => itemId],
    [`/api/v1/meetings/${story.meetingId}/documents/minutes.json`, () => itemId],
  ];

  it('[TR2] every way to read it: rows, lists, documents, exports', async () => {
    for (const [path, shown] of reads()) {
      const before = await lastNumber();
      const answer = await story.caseworker.get(path);
      const entries = await entriesAfter(before);
      expect([path, answer.status]).toEqual([path, 200]);
      expect([path, entries.some((entry) => entry.item_ids.includes(shown()) && entry.person_id === story.caseworker.person.id)]).toEqual([path, true]);
      expect([path, entries.length]).toEqual([path, 1]);
    }
  }, 60_000);

  it('a search, with its words sealed, and the items that it found', async () => {
    const entries = await recorded(() => story.caseworker.post('/api/v1/search', { query: 'åbent punkt' }));
    expect(entries).toMatchObject([{ kind: 'search', item_ids: expect.arrayContaining([itemId]) }]);
    const { criterion, id } = entries[0]!;
    expect(Buffer.from(criterion!).includes('bent')).toBe(false);
    const sealer = await server.running.app.get(TrailMonths).sealerFor(eksempelby, '2026-11-01');
    expect(JSON.parse(sealer.openText(criterion!, { table: 'trail_entry', rowId: id, column: 'criterion' }))).toMatchObject({ query: 'åbent punkt' });
    // Also one that found nothing: what was looked for may be what matters.
    expect(await recorded(() => story.caseworker.post('/api/v1/search', { query: 'findesikke' }))).toMatchObject([{ kind: 'search', item_ids: [] }]);
  });

  it('a log asked for one case: only what it showed, not what was compared', async () => {
    const entries = await recorded(() => story.coordinator.get(`/api/v1/decisions?caseReference=${encodeURIComponent('Sag 2026-999')}`));
    expect(entries).toEqual([]);
    expect(await recorded(() => story.coordinator.get(`/api/v1/decisions?caseReference=${encodeURIComponent('Sag 2026-014')}`))).toMatchObject([{ kind: 'list', item_ids: [itemId] }]);
  });

  it('a change, with what it changed', async () => {
    const entries = await recorded(() => story.coordinator.post(`/api/v1/items/${itemId}/move`, { afterItemId: null }));
    expect(entries).toMatchObject([{ kind: 'change', rule: 'AC30', object_id: itemId, item_ids: [itemId], person_id: story.coordinator.person.id }]);
  });

  it('the ticket of a document, and each socket once, however much is written', async () => {
    const ticket = await story.caseworker.post<{ ticket: string }>(`/api/v1/documents/${documentId}/ticket`);
    expect(ticket.status).toBe(200);
    const entries = await recorded(async () => {
      const socket = new WebSocket(`ws://localhost:${server.running.port}/yjs/${documentId}?ticket=${ticket.body.ticket}`);
      socket.once('open', () => socket.send(Uint8Array.of(0, 0, 1, 0))); // the first question of the protocol: what is there?
      await new Promise((done, fail) => socket.once('message', done).once('error', fail).once('close', fail));
      socket.close();
    });
    expect(entries).toMatchObject([{ kind: 'open', route: 'socket /yjs/{id}', object_kind: 'document', object_id: documentId, item_ids: [itemId], person_id: story.caseworker.person.id }]);
  });
});

describe('no entry, no read [AC93]', () => {
  it('[TR2] what cannot be put on record is not shown', async () => {
    await withoutTrail(async () => {
      for (const path of [`/api/v1/items/${itemId}`, `/api/v1/meetings/${story.meetingId}`, `/api/v1/decisions`, `/api/v1/decisions/${decisionId}`, `/api/v1/decisions/${decisionId}/extract.pdf`, `/api/v1/meetings/${story.meetingId}/documents/agenda.pdf`]) {
        expect([path, await story.caseworker.get(path)]).toMatchObject([path, unwritten]);
      }
      // A file that has begun is cut off before its first row.
      await expect(story.caseworker.get(`/api/v1/decision-log/export?format=csv`)).rejects.toThrow('terminated');
      expect(await story.caseworker.post('/api/v1/search', { query: 'åbent' })).toMatchObject(unwritten);
      expect(await story.officer.get(`/api/v1/items/${closedId}`)).toMatchObject(unwritten);
      expect(await story.officer.get(`/api/v1/items/${nobody}`)).toMatchObject(unwritten);
      // An auditor's is not begun, since it is asked first whether an embargo stands in its way.
      const auditor = await server.signIn({ authorityId: eksempelby, role: 'auditor' });
      expect(await auditor.post('/api/v1/audit/disclosures', { caseReference: 'Sag 2026-014' })).toMatchObject(unwritten);
      // What shows nothing restricted goes on.
      expect((await story.caseworker.get('/api/v1/session')).status).toBe(200);
    });
    expect((await story.caseworker.get(`/api/v1/items/${itemId}`)).status).toBe(200);
  });

  it('nor is anything changed', async () => {
    const promised = async () => (await story.coordinator.get<{ followUps: unknown[] }>(`/api/v1/items/${itemId}/follow-ups`)).body.followUps.length;
    const before = await promised();
    await withoutTrail(async () => expect(await story.coordinator.post(`/api/v1/items/${itemId}/follow-ups`, { text: 'Uset', ownerPersonId: story.caseworker.person.id, deadline: '2026-12-14' })).toMatchObject(unwritten));
    expect(await promised()).toBe(before);
  });

  it('nor is a document opened: the socket is closed before the first byte', async () => {
    const { body } = await story.caseworker.post<{ ticket: string }>(`/api/v1/documents/${documentId}/ticket`);
    await withoutTrail(async () => {
      const socket = new WebSocket(`ws://localhost:${server.running.port}/yjs/${documentId}?ticket=${body.ticket}`);
      let heard = 0;
      socket.on('message', () => heard++);
      const code = await new Promise((done) => socket.once('close', done));
      expect([code, heard]).toEqual([4503, 0]);
    });
  });
});

describe('a refusal is on record [AC94]', () => {
  it('in the same words whether what was asked for is closed or is not there', async () => {
    const kinds = ['items', 'documents', 'decisions', 'follow-ups', 'meetings'] as const;
    const outsider = await server.signIn({ authorityId: 'municipality:751', role: 'coordinator' });
    const there = { items: closedId, documents: closedDocumentId, decisions: decisionId, 'follow-ups': followUpId, meetings: story.meetingId };
    for (const kind of kinds) {
      for (const id of [there[kind], nobody]) {
        const ask = () => (kind === 'documents' ? outsider.post(`/api/v1/documents/${id}/ticket`) : outsider.get(`/api/v1/${kind}/${id}`));
        const entries = await recorded(async () => expect((await ask()).status).toBe(404));
        expect(entries).toMatchObject([{ kind: 'refused', object_id: id, person_id: outsider.person.id, item_ids: kind === 'items' ? [id] : [], legal_bases: [], criterion: null }]);
      }
    }
    // Both do the same work: as many statements, in the same order.
    const entries = await recorded(async () => {
      await story.officer.get(`/api/v1/items/${closedId}`);
      await story.officer.get(`/api/v1/items/${nobody}`);
    });
    const [closed, missing] = entries.map(({ id: _id, object_id: _object, item_ids: _items, opening_id: _opening, number: _number, ...rest }: Entry & { opening_id?: string; number?: string }) => rest);
    expect(closed).toEqual(missing);
  });

  it('also a command that one who reads it may not give, and a closed document behind a socket', async () => {
    expect(await recorded(() => story.caseworker.put(`/api/v1/items/${itemId}/audience`, { kind: 'all' }))).toMatchObject([{ kind: 'refused', route: 'PUT /items/{id}/audience' }]);
    const entries = await recorded(async () => {
      const socket = new WebSocket(`ws://localhost:${server.running.port}/yjs/${closedDocumentId}`, { headers: { cookie: story.officer.cookie, origin: server.origin } });
      await new Promise((done) => socket.once('close', done));
    });
    expect(entries).toMatchObject([{ kind: 'refused', object_kind: 'document', object_id: closedDocumentId, item_ids: [] }]);
  });
});

describe('the trail stays as it was written [AC97]', () => {
  it.each([['UPDATE trail_entry SET rule = NULL'], ['DELETE FROM trail_entry'], ['TRUNCATE trail_entry'], ['TRUNCATE trail_entry_2026_11'], ['DELETE FROM trail_entry_2026_11']])('[TR5] %s is refused', async (statement) => {
    await expect(server.unitOfWork.run((tx) => tx.query(statement))).rejects.toMatchObject({ code: '23000' });
  });

  it('[TR7] a request or command writes of its own person alone, and reads and removes none', async () => {
    const token = story.caseworker.cookie.split('=')[1]!;
    const act = () => `'${newId()}'::uuid, '${server.clock.now().toString()}'::timestamptz, '${newId()}'::uuid, 'read', 'GET /items/{id}', 'AC6', 'item', '${itemId}'::uuid, NULL::bytea, ARRAY['${itemId}']::uuid[], true`;
    const { id, membershipId } = story.officer.person;
    const ofAnother = `'${id}'::uuid, '${membershipId}'::uuid, 'policeDistrict:nordsjaelland', 'participant'`;
    for (const as of ['request', 'command'] as const) {
      const asked = (sql: string) => askingAs({ token, as }, () => server.running.app.get(UnitOfWork).run((tx) => tx.query(sql))).then(() => 'done', (error: Error) => error.message);
      expect(await recorded(async () => expect([as, await asked(`SELECT trail_write(${act()})`)]).toEqual([as, 'done']))).toMatchObject([{ person_id: story.caseworker.person.id, membership_id: story.caseworker.person.membershipId }]);
      for (const sql of [`SELECT trail_write_for(${act()}, ${ofAnother})`, 'INSERT INTO trail_entry SELECT', 'SELECT 1 FROM trail_entry', `SELECT trail_remove_month('2026-11-01')`]) expect([as, sql, await asked(sql)]).toEqual([as, sql, expect.stringContaining('permission denied')]);
    }
  });

  it('no entry names an item that its person could not see', async () => {
    const strange = await server.unitOfWork.run((tx) =>
      tx.query(
        `SELECT e.route, e.role, x FROM trail_entry e, unnest(e.item_ids) x
         WHERE e.kind <> 'refused' AND NOT EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = x AND r.membership_id = e.membership_id)
           AND NOT (e.role = 'leader' AND EXISTS (SELECT 1 FROM decision d WHERE d.item_id = x AND d.deciding_authority_id = e.authority_id))`,
      ),
    );
    expect(strange).toEqual([]);
  });

  it('[TR3] holds a name of nobody and a title of nothing', async () => {
    const rows = await server.unitOfWork.run((tx) => tx.query('SELECT * FROM trail_entry'));
    const text = JSON.stringify(rows);
    for (const word of ['Åbent punkt', 'Lukket punkt', 'Ring til skolen', 'Sag 2026', story.caseworker.person.name]) expect(text).not.toContain(word);
  });
});

describe('every route is declared', () => {
  const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>> };
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`));

  it('as what it goes into the trail, or with the reason why it does not (apps/server/src/trail-routes.ts)', () => {
    expect(routes.filter((route) => trailRoutes[route] === undefined)).toEqual([]);
    expect(Object.keys(trailRoutes).filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('and what is said to show nothing leaves nothing behind', async () => {
    const silent = Object.entries(trailRoutes).filter(([route, line]) => route.startsWith('GET ') && 'reason' in line && !route.includes('{'));
    const entries = await recorded(async () => {
      for (const [route] of silent.filter(([one]) => !one.includes('audit'))) await story.leader.get(`/api/v1${route.slice(4)}`);
    });
    // Some are an administrator's: that is a refusal.
    expect(entries.filter((entry) => entry.kind !== 'refused')).toEqual([]);
  });
});

describe('the trail is kept for its time [AC97]', () => {
  it('[TR4] months are made ahead, and go with their entries and keys when their time is over', async () => {
    const months = server.running.app.get(TrailMonths);
    const searched = () => server.unitOfWork.run((tx) => tx.query(`SELECT 1 FROM content_key WHERE scope_id IN (SELECT scope_id FROM trail_key WHERE month = '2026-11-01')`));
    await months.keep();
    expect(await months.months()).toEqual(['2026-11-01', '2026-12-01', '2027-01-01']);
    expect(await searched()).not.toEqual([]);
    server.clock.advance({ hours: 24 * 400 }); // 28 December 2027: November 2026 is 13 whole months back
    await months.keep();
    expect((await months.months())[0]).toBe('2026-11-01');
    server.clock.advance({ hours: 24 * 4 });
    await months.keep();
    expect(await months.months()).toEqual(['2026-12-01', '2027-01-01', '2027-12-01', '2028-01-01', '2028-02-01', '2028-03-01']);
    expect(await server.unitOfWork.run((tx) => tx.query(`SELECT 1 FROM trail_entry WHERE "at" < '2026-12-01'`))).toEqual([]);
    expect(await searched()).toEqual([]);
    const late: Browser = await server.signIn({ authorityId: eksempelby, role: 'participant' });
    expect(await recorded(() => late.get(`/api/v1/items/${itemId}`))).toHaveLength(1);
  });
});
