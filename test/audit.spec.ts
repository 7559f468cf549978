import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TrailCheckpoints } from '@lib/trail/trail-checkpoints.service.js';
import { newDecision, section115 } from './support/story.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

interface Item {
  id: string;
  number: string | null;
  meetingKind: string;
  meetingStart: string;
  caseReference: string | null;
}
interface Entry {
  id: string;
  at: string;
  kind: string;
  route: string;
  rule: string | null;
  authority: { id: string };
  person: { id: string; name: string } | null;
  items: (Item & { legalBasis: string | null })[];
  otherItems: number;
}
interface Page {
  entries: Entry[];
  nextCursor: string | null;
}
interface Sample {
  id: string;
  size: number;
  population: number;
  seed: string;
  answered: number;
  toFollow: number;
  entries: { position: number; entry: Entry; verdict: string | null; note: string | null; by: { name: string } | null }[];
}

const nobody = '01890000-0000-7000-8000-000000000000';
let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let auditor: Browser;
let policeAuditor: Browser;
let strangeAuditor: Browser;
let itemId: string;
let closedId: string;

beforeAll(async () => {
  server = await TestServer.start();
  story = await section115(server);
  [auditor, policeAuditor, strangeAuditor] = (await Promise.all([eksempelby, nordsjaelland, 'municipality:751'].map((authorityId) => server.signIn({ authorityId, role: 'auditor' })))) as [Browser, Browser, Browser];
  const { coordinator, caseworker, officer, meetingId } = story;
  const add = async (title: string) => (await coordinator.post<{ id: string }>(`/api/v1/meetings/${meetingId}/items`, { title, plannedMinutes: 5, outputType: 'decision' })).body.id;
  itemId = await add('=Kanariefugl');
  closedId = await add('Lukket kanariefugl');
  await coordinator.put(`/api/v1/items/${closedId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
  await coordinator.post(`/api/v1/items/${itemId}/decisions`, newDecision(caseworker, { caseReference: 'Sag 2026-031' }));
  await caseworker.get(`/api/v1/items/${itemId}`);
  await officer.get(`/api/v1/items/${itemId}`);
  await officer.get(`/api/v1/items/${closedId}`);
}, 60_000);
afterAll(() => server.stop());

const entriesOf = async (who: Browser, path: string) => {
  const answer = await who.get<Page>(`/api/v1/audit/${path}`);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.body.entries;
};

interface Disclosed {
  kind: string;
  at: string;
  authority: { id: string };
  person: { membershipId: string } | null;
  to: { membershipId: string }[];
  others: { authority: { id: string }; count: number }[];
  items: { id: string; legalBasis: string | null }[];
  reason: string | null;
}

describe('who chose to show what to whom [AC98]', () => {
  const reason = 'Politiet skal bruge det på mødet.';
  const disclosed = async (who: Browser, path = 'disclosures') => (await who.get<{ disclosures: Disclosed[] }>(`/api/v1/audit/${path}`)).body.disclosures;

  it('is told the owner with reason and basis, others by their authority, and never in words of the item', async () => {
    const { coordinator, officer } = story;
    await coordinator.put(`/api/v1/items/${closedId}/audience`, { kind: 'all', disclosureReason: reason });
    const [newest] = await disclosed(auditor);
    expect(newest).toMatchObject({
      kind: 'audience', authority: { id: eksempelby }, person: { membershipId: coordinator.person.membershipId }, reason,
      to: [], others: [{ authority: { id: nordsjaelland }, count: 1 }], items: [{ id: closedId, legalBasis: 'Retsplejeloven § 115, stk. 1, nr. 1' }],
    });
    expect(JSON.stringify(await disclosed(auditor))).not.toMatch(/kanariefugl/i);
    expect(JSON.stringify(newest)).not.toContain(officer.person.name);
    // The police learn what their own people were shown, and not why.
    expect((await disclosed(policeAuditor))[0]).toMatchObject({ person: null, authority: { id: eksempelby }, to: [{ membershipId: officer.person.membershipId }], others: [], items: [{ id: closedId }], reason: null });
    expect(JSON.stringify(await disclosed(strangeAuditor))).not.toContain(closedId);
    await coordinator.put(`/api/v1/items/${closedId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
  });

  it('is told by item, page by page, and the look is on record', async () => {
    expect((await disclosed(auditor, `items/${closedId}/disclosures`)).map((one) => [one.kind, one.reason])).toEqual([['audience', reason]]);
    expect((await strangeAuditor.get(`/api/v1/audit/items/${closedId}/disclosures`)).status).toBe(404);
    await story.coordinator.put(`/api/v1/items/${closedId}/audience`, { kind: 'all', disclosureReason: 'Igen' });
    const first = await auditor.get<{ disclosures: Disclosed[]; nextCursor: string }>('/api/v1/audit/disclosures?limit=1');
    const second = await auditor.get<{ disclosures: Disclosed[] }>(`/api/v1/audit/disclosures?limit=1&cursor=${first.body.nextCursor}`);
    expect([first.body.disclosures[0]!.reason, second.body.disclosures[0]!.reason]).toEqual(['Igen', reason]);
    const looks = await server.unitOfWork.run((tx) => tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM trail_entry WHERE kind = 'audit' AND rule = 'AC90' AND route LIKE '%/disclosures' AND membership_id = $1`, [auditor.person.membershipId]));
    expect(looks[0]!.n).toBeGreaterThanOrEqual(4);
    await story.coordinator.put(`/api/v1/items/${closedId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
  });

  it('[AC1] is nobody’s but an auditor’s', async () => {
    for (const path of ['disclosures', `items/${closedId}/disclosures`]) expect([path, (await story.coordinator.get(`/api/v1/audit/${path}`)).status]).toEqual([path, 403]);
  });
});

describe('who was shown an item [AC91]', () => {
  it('is found by the case, and shown by number, kind and date of the meeting', async () => {
    const { status, body } = await auditor.post<{ items: Item[] }>('/api/v1/audit/cases', { caseReference: '2026-31' });
    expect(status).toBe(200);
    expect(body.items).toEqual([{ id: itemId, number: expect.any(String), meetingKind: expect.stringContaining('115'), meetingStart: '2026-12-07T12:00:00.000Z', caseReference: null }]);
    expect((await auditor.post<{ items: Item[] }>('/api/v1/audit/cases', { caseReference: 'Sag 2026-999' })).body.items).toEqual([]);
    // The police take part; the meeting is the municipality's.
    expect((await policeAuditor.post<{ items: Item[] }>('/api/v1/audit/cases', { caseReference: 'Sag 2026-031' })).body.items).toEqual([]);
  });

  it('tells the owner of all, of others by their authority alone, newest first', async () => {
    const entries = await entriesOf(auditor, `items/${itemId}/entries`);
    expect(entries[0]).toMatchObject({ kind: 'read', rule: 'AC6', authority: { id: nordsjaelland }, person: null, items: [{ id: itemId }], otherItems: 0 });
    expect(entries.find((entry) => entry.person?.id === story.caseworker.person.id)).toMatchObject({ kind: 'read', authority: { id: eksempelby }, items: [{ id: itemId, legalBasis: expect.any(String) }] });
    expect(JSON.stringify(entries)).not.toMatch(/anariefugl/);
    expect(JSON.stringify(entries)).not.toContain(story.officer.person.name);
  });

  it('tells another authority that takes part of its own people only, and everybody else of nothing', async () => {
    const entries = await entriesOf(policeAuditor, `items/${itemId}/entries`);
    expect(entries.length).toBeGreaterThan(0);
    expect(new Set(entries.map((entry) => entry.person?.id))).toEqual(new Set([story.officer.person.id]));
    for (const id of [itemId, nobody]) expect((await strangeAuditor.get(`/api/v1/audit/items/${id}/entries`)).status).toBe(404);
  });

  it('goes page by page, without a gap and without a repetition', async () => {
    const all = await entriesOf(auditor, `items/${itemId}/entries?limit=200`);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: Page } = await auditor.get<Page>(`/api/v1/audit/items/${itemId}/entries?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...body.entries.map((entry) => entry.id));
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(all.map((entry) => entry.id));
  });
});

describe('what a person was shown [AC91]', () => {
  it('is told to the auditor of her authority, with every item', async () => {
    const { body } = await auditor.get<{ people: { id: string; name: string }[] }>('/api/v1/audit/people');
    expect(body.people.map((one) => one.id)).toContain(story.caseworker.person.id);
    expect(body.people.map((one) => one.id)).not.toContain(story.officer.person.id);
    const [entry] = await entriesOf(auditor, `people/${story.caseworker.person.id}/entries`);
    expect(entry).toMatchObject({ kind: 'read', route: 'GET /items/{id}', person: { id: story.caseworker.person.id }, items: [{ id: itemId }] });
    for (const id of [story.officer.person.id, nobody]) expect((await auditor.get(`/api/v1/audit/people/${id}/entries`)).status).toBe(404);
  });

  it('with what she was refused: of what her authority has nothing to do with, only that there was something', async () => {
    const [refused] = await entriesOf(policeAuditor, 'refusals');
    expect(refused).toMatchObject({ kind: 'refused', person: { id: story.officer.person.id }, items: [{ id: closedId }] });
    const outsider = await server.signIn({ authorityId: 'municipality:751', role: 'coordinator' });
    for (const id of [closedId, nobody]) {
      await outsider.get(`/api/v1/items/${id}`);
      expect((await entriesOf(strangeAuditor, 'refusals'))[0]).toMatchObject({ items: [], otherItems: 1 });
    }
    expect((await entriesOf(auditor, 'refusals')).some((entry) => entry.person?.id === outsider.person.id)).toBe(false);
  });
});

describe('the auditor', () => {
  const doors = (): [method: 'GET' | 'POST' | 'PUT', path: string, body?: object][] => [
    ['POST', 'cases', { caseReference: 'Sag 2026-031' }],
    ['POST', 'disclosures', { caseReference: 'Sag 2026-031' }],
    ['GET', `items/${itemId}`],
    ['GET', `items/${itemId}/entries`],
    ['GET', 'people'],
    ['GET', `people/${story.caseworker.person.id}/entries`],
    ['GET', 'refusals'],
    ['GET', 'samples'],
    ['POST', 'samples', { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z', size: 3 }],
  ];

  it('[AC90] nobody else looks into the trail', async () => {
    const administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    for (const who of [story.coordinator, story.caseworker, story.leader, administrator]) {
      for (const [method, path, body] of [...doors(), ['GET', 'checkpoint'] as const]) expect([path, (await who.send(method, `/api/v1/audit/${path}`, body)).status]).toEqual([path, 403]);
    }
  });

  it('[AC92] stands in the trail herself, once for each look', async () => {
    const own = () => server.unitOfWork.run((tx) => tx.query<{ kind: string; route: string; criterion: Uint8Array | null }>('SELECT kind, route, criterion FROM trail_entry WHERE person_id = $1 ORDER BY number', [auditor.person.id]));
    for (const [method, path, body] of doors()) {
      const before = (await own()).length;
      const { status } = await auditor.send(method, `/api/v1/audit/${path}`, body);
      expect([path, status < 300]).toEqual([path, true]);
      const entries = (await own()).slice(before);
      expect([path, entries.map(({ kind }) => kind)]).toEqual([path, ['audit']]);
      if (body !== undefined) expect(Buffer.from(entries[0]!.criterion!).includes('2026')).toBe(false);
    }
  });

  it('[AC1] reads no content', async () => {
    for (const path of [`items/${itemId}`, `meetings/${story.meetingId}`, `items/${itemId}/decisions`]) expect((await auditor.get(`/api/v1/${path}`)).status).toBe(404);
  });
});

describe('the regular check [AC95]', () => {
  const period = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

  it('is drawn by a seed that anybody can draw by again', async () => {
    const { status, body } = await auditor.post<Sample>('/api/v1/audit/samples', { ...period, size: 4 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ size: 4, answered: 0, toFollow: 0 });
    const rows = await server.unitOfWork.run((tx) => tx.query<{ id: string }>(`SELECT id FROM trail_entry WHERE authority_id = $1 ORDER BY number LIMIT $2`, [eksempelby, body.population]));
    const rank = (id: string) => createHash('sha256').update(body.seed + id).digest('hex');
    const drawn = rows.map((row) => row.id).sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, 4);
    expect(body.entries.map((one) => one.entry.id)).toEqual(drawn);
    expect(body.entries.every((one) => one.entry.authority.id === eksempelby)).toBe(true);
  });

  it('keeps what was found, and what was found before', async () => {
    const { body: sample } = await auditor.post<Sample>('/api/v1/audit/samples', { ...period, size: 2 });
    const answer = (verdict: string, note: string | null) => auditor.put<Sample>(`/api/v1/audit/samples/${sample.id}/entries/1`, { verdict, note });
    await answer('inOrder', null);
    const { body } = await answer('followUp', 'Spørg kanariefuglen');
    expect(body).toMatchObject({ answered: 1, toFollow: 1 });
    expect(body.entries[0]).toMatchObject({ verdict: 'followUp', note: 'Spørg kanariefuglen', by: { name: auditor.person.name } });
    expect(await server.unitOfWork.run((tx) => tx.query('SELECT verdict FROM trail_verdict WHERE sample_id = $1 ORDER BY id', [sample.id]))).toEqual([{ verdict: 'inOrder' }, { verdict: 'followUp' }]);
    await expect(server.unitOfWork.run((tx) => tx.query('DELETE FROM trail_verdict'))).rejects.toMatchObject({ code: '23000' });
    const list = await auditor.get<{ samples: Sample[] }>('/api/v1/audit/samples');
    expect(list.body.samples[0]).toMatchObject({ id: sample.id, answered: 1 });
    for (const id of [sample.id, nobody]) {
      expect((await policeAuditor.get(`/api/v1/audit/samples/${id}`)).status).toBe(404);
      expect((await policeAuditor.put(`/api/v1/audit/samples/${id}/entries/1`, { verdict: 'inOrder' })).status).toBe(404);
    }
    expect((await auditor.put(`/api/v1/audit/samples/${sample.id}/entries/99`, { verdict: 'inOrder' })).status).toBe(404);
  });

  it('says so when there is nothing to draw from', async () => {
    expect((await auditor.post<{ code: string }>('/api/v1/audit/samples', { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z', size: 2 })).body.code).toBe('invalid-input');
  });
});

describe('what a citizen is told [AC96]', () => {
  it('times, authorities and purposes; no name of anybody, and nothing that a spreadsheet would run', async () => {
    const answer = await auditor.send<string>('POST', '/api/v1/audit/disclosures', { caseReference: 'Sag 2026-031' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="videregivelser-2026-031.csv"');
    const lines = answer.body.replace('\uFEFF', '').split('\r\n');
    expect(lines[0]).toBe('Tidspunkt;Myndighed;Formål;Mødetype;Hjemmel');
    expect(lines.filter((one) => one.includes('Læst i forbindelse med mødet')).length).toBeGreaterThanOrEqual(2);
    expect(answer.body).toMatch(/Nordsjællands Politi;Læst/);
    for (const who of [story.caseworker, story.officer, story.coordinator, auditor]) expect(answer.body).not.toContain(who.person.name);
    expect(answer.body).not.toMatch(/anariefugl|(^|;)=/m);
  });

  it('[AC77] nothing of what stands under an embargo: it is refused with the reason, or made without', async () => {
    const overview = (changes: object = {}) => auditor.send<string & { code?: string; detail?: string }>('POST', '/api/v1/audit/disclosures', { caseReference: 'Sag 2026-031', ...changes });
    const told = (csv: string) => csv.split('\r\n').filter((line) => /Læst i forbindelse med mødet|Vist i en oversigt/.test(line)).length;
    expect(told((await overview({ embargoed: 'omit' })).body)).toBeGreaterThan(0);
    const set = await story.officer.post<{ embargoes: { id: string }[] }>(`/api/v1/items/${itemId}/embargoes`, { parties: ['parentOne'], reason: 'Anholdelse', reviewAt: server.clock.now().add({ hours: 24 }).toString() });
    expect(set.status).toBe(201);
    const refused = await overview();
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([409, 'embargo-in-force', 'Ét punkt er under orienteringsspærre. Hent udgaven uden det, eller vent, til politiet har ophævet spærren.']);
    const severed = (await overview({ embargoed: 'omit' })).body;
    // Not even that there is one: the letter goes to those who must not know.
    expect([told(severed), /spærre/i.test(severed)]).toEqual([0, false]);
    // Who is no auditor is refused as before, and learns nothing of it.
    expect((await story.caseworker.post<{ code: string }>('/api/v1/audit/disclosures', { caseReference: 'Sag 2026-031' })).body.code).toBe('not-allowed');
    expect((await story.officer.post(`/api/v1/embargoes/${set.body.embargoes[0]!.id}/lift`, { reason: 'Anholdelsen er foretaget.' })).status).toBe(200);
    expect(told((await overview()).body)).toBeGreaterThan(0);
  });
});

describe('the trail is held fast [TR6]', () => {
  it('a changed, missing or added entry shows', async () => {
    const checkpoints = server.running.app.get(TrailCheckpoints);
    await checkpoints.make();
    expect(await checkpoints.firstBroken()).toBeNull();
    const first = (await checkpoints.last())!;
    await story.caseworker.get(`/api/v1/items/${itemId}`);
    await checkpoints.make();
    const second = (await checkpoints.last())!;
    expect(second.number).toBe(first.number + 1);
    await checkpoints.make();
    expect((await checkpoints.last())!.number).toBe(second.number);

    const tampered = (statement: string) =>
      server.unitOfWork.run(async (tx) => {
        await tx.query('ALTER TABLE trail_entry DISABLE TRIGGER trail_entry_kept');
        await tx.query(statement);
        await tx.query('ALTER TABLE trail_entry ENABLE TRIGGER trail_entry_kept');
      });
    await tampered(`CREATE TABLE kept AS SELECT * FROM trail_entry ORDER BY number LIMIT 1`);
    const restore = `DELETE FROM trail_entry WHERE number = (SELECT number FROM kept); INSERT INTO trail_entry SELECT * FROM kept`;
    for (const [statement, undo] of [
      [`UPDATE trail_entry SET rule = 'AC0' WHERE number = (SELECT number FROM kept)`, restore],
      [`DELETE FROM trail_entry WHERE number = (SELECT number FROM kept)`, restore],
      [`INSERT INTO trail_entry SELECT gen_random_uuid(), k.number, k."at", k.opening_id, k.person_id, k.membership_id, k.authority_id, k.role, k.kind, k.route, k.rule, k.object_kind, k.object_id, k.item_ids, k.legal_bases, k.criterion FROM kept k`, restore],
    ] as const) {
      for (const one of statement.split('; ')) await tampered(one);
      expect([statement, await checkpoints.firstBroken()]).toEqual([statement, 1]);
      await checkpoints.check();
      expect((await auditor.get<{ check: { firstBroken: number | null } }>('/api/v1/audit/checkpoint')).body.check).toMatchObject({ firstBroken: 1 });
      for (const one of undo.split('; ')) await tampered(one);
      expect([statement, await checkpoints.firstBroken()]).toEqual([statement, null]);
    }
    // [TR8] Gone through anew it holds, and the page says so.
    await checkpoints.check();
    expect((await auditor.get<{ check: object }>('/api/v1/audit/checkpoint')).body.check).toEqual({ at: expect.any(String), firstBroken: null });
    const { body } = await auditor.get<{ checkpoint: { hash: string }; months: number }>('/api/v1/audit/checkpoint');
    expect(body).toMatchObject({ checkpoint: { hash: second.hash }, months: 13 });
  });
});
