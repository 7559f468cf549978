import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PdfDocuments } from '@lib/documents/documents.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { aKey, eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';
import { readPdf, squeezed } from '../libs/documents/src/spec-pdf.js';
import { documentOf } from './support/minutes-story.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';

interface FollowUp {
  id: string;
  text: string;
  state: string;
  version: number;
  overdue: boolean;
  itemId: string | null;
  meeting: { id: string | null };
  owner: { id: string };
  deadline: string;
  continuesId: string | null;
  canAnswer: boolean;
  timeline: { kind: string; reason: string | null }[];
}
interface List {
  followUps: FollowUp[];
  nextCursor?: string | null;
}
interface Refusal {
  code: string;
  errors: { field: string }[];
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let itemId: string;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server);
  itemId = openItems(await meetingOf(story.coordinator, story.meetingId))[4]!.item.id;
});

const body = (owner: Browser, changes: object = {}) => ({ text: 'Ringer til skolen', ownerPersonId: owner.person.id, deadline: '2026-12-10', caseReference: 'Sag 2026-014', ...changes });
const record = async (by: Browser, owner: Browser, changes: object = {}) => {
  const answer = await by.post<FollowUp>(`/api/v1/items/${itemId}/follow-ups`, body(owner, changes));
  expect(answer.status).toBe(201);
  return answer.body;
};
const answerOf = (by: Browser, one: { id: string }, changes: object, headers = {}) => by.post<FollowUp & Refusal>(`/api/v1/follow-ups/${one.id}/state`, changes, headers);

describe('a follow-up', () => {
  it('[FU1, FU3, FU4] is promised, done, opened again, and not done for a reason', async () => {
    const { officer, caseworker, coordinator } = story;
    const one = await record(coordinator, officer);
    expect(one).toMatchObject({ state: 'open', version: 1, overdue: false, itemId, canAnswer: true });
    expect((await officer.get<List>('/api/v1/follow-ups?scope=mine&open=true')).body.followUps.map((f) => f.id)).toContain(one.id);

    expect((await answerOf(caseworker, one, { state: 'done' })).status).toBe(403);
    expect((await answerOf(officer, one, { state: 'done' })).body).toMatchObject({ state: 'done', version: 2 });
    expect((await officer.get<List>('/api/v1/follow-ups?scope=mine&open=true')).body.followUps.map((f) => f.id)).not.toContain(one.id);
    expect((await answerOf(officer, one, { state: 'open' })).body.state).toBe('open');
    expect((await answerOf(officer, one, { state: 'notDone' })).body.errors.map((error) => error.field)).toEqual(['reason']);
    const ended = await answerOf(officer, one, { state: 'notDone', reason: 'Familien er flyttet.' });
    expect(ended.body.timeline.map((entry) => [entry.kind, entry.reason])).toEqual([['open', null], ['done', null], ['open', null], ['notDone', 'Familien er flyttet.']]);
    expect((await answerOf(officer, one, { state: 'overtaken', reason: 'x' })).body.code).toBe('transition-refused');
  });

  it('[FU6] is handed over to somebody who can read the item, and goes on there', async () => {
    const { officer, caseworker, coordinator, leader } = story;
    const one = await record(coordinator, officer);
    expect((await answerOf(officer, one, { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: leader.person.id })).body.errors.map((error) => error.field)).toEqual(['newOwnerPersonId']);
    expect((await answerOf(officer, one, { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: officer.person.id })).status).toBe(400);
    expect((await answerOf(officer, one, { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: caseworker.person.id, newDeadline: '2026-12-17' })).body.state).toBe('handedOver');
    const mine = (await caseworker.get<List>('/api/v1/follow-ups?scope=mine&open=true&limit=100')).body.followUps.find((f) => f.continuesId === one.id);
    expect(mine).toMatchObject({ text: 'Ringer til skolen', deadline: '2026-12-17', state: 'open' });
  });

  it('[FU6] is handed over only by somebody who may read the item, and not beyond measure', async () => {
    const { coordinator, caseworker, officer, leader } = story;
    const one = await record(coordinator, caseworker);
    expect((await answerOf(leader, one, { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: officer.person.id, newDeadline: '2026-01-01' })).status).toBe(403);
    expect((await answerOf(caseworker, one, { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: officer.person.id, newDeadline: '9999-12-31' })).body.errors.map((error) => error.field)).toEqual(['newDeadline']);
    expect((await answerOf(leader, one, { state: 'done' })).status).toBe(200);
  });

  it('[FU8] tells the second of two that the first was faster', async () => {
    const { officer, coordinator } = story;
    const one = await record(coordinator, officer);
    const answers = await Promise.all([answerOf(officer, one, { state: 'done' }, { 'if-match': '"1"' }), answerOf(coordinator, one, { state: 'overtaken', reason: 'Ny sag' }, { 'if-match': '"1"' })]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });

  it('[FU5, AC20] is seen by the leader of who owes it, without a way to the item, and is overdue after its day', async () => {
    const { coordinator, caseworker } = story;
    const one = await record(coordinator, caseworker);
    server.clock.advance({ hours: 24 * 19 });
    try {
      const leader = await server.signIn({ authorityId: eksempelby, role: 'leader' });
      const policeLeader = await server.signIn({ authorityId: nordsjaelland, role: 'leader' });
      const seen = (await leader.get<List>('/api/v1/follow-ups?scope=authority&open=true&limit=100')).body.followUps.find((f) => f.id === one.id);
      expect(seen).toMatchObject({ overdue: true, itemId: null, meeting: { id: null }, canAnswer: true });
      expect(JSON.stringify((await policeLeader.get<List>('/api/v1/follow-ups?scope=all&limit=100')).body)).not.toContain(one.id);
      expect((await policeLeader.get(`/api/v1/follow-ups/${one.id}`)).status).toBe(404);
    } finally {
      server.clock.advance({ hours: -24 * 19 });
    }
  });

  it('[FU9, AC20] is listed for the unit of who owes it, as far as each of the unit may read it', async () => {
    const { coordinator, caseworker, officer } = story;
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
    const one = await record(coordinator, caseworker);
    const listed = async (who: Browser, scope = 'unit') => (await who.get<List>(`/api/v1/follow-ups?scope=${scope}&open=true&limit=100`)).body.followUps.some(({ id }) => id === one.id);
    const leader = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    expect((await caseworker.get<{ unitTitle: string }>('/api/v1/session')).body.unitTitle).toBe('Myndighedsafdelingen');
    // Her leader is of the unit and reads what its people owe; a colleague of the unit who is not at the meeting does not, and the coordinator, who reads it, is of another.
    const colleague = (await server.unitOfWork.run((tx) => tx.query<{ id: string }>(`SELECT id FROM membership WHERE authority_id = $1 AND role = 'participant' AND unit_title = 'Myndighedsafdelingen' AND id <> $2`, [eksempelby, caseworker.person.membershipId])))[0]!;
    const outside = server.stranger();
    expect((await outside.post('/api/v1/demo/sign-in', { membershipId: colleague.id })).status).toBe(200);
    expect(await Promise.all([caseworker, leader, outside, coordinator, officer].map((who) => listed(who)))).toEqual([true, true, false, false, false]);
    // Only leaders are shown what all of the authority owe.
    expect(await Promise.all([leader, caseworker, coordinator].map((who) => listed(who, 'authority')))).toEqual([true, false, false]);
  });

  it('[AC20] of a narrowed item is unknown to those outside, on every path', async () => {
    const { coordinator, caseworker, officer } = story;
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby] });
    const one = await record(coordinator, caseworker);
    for (const path of [`/api/v1/follow-ups/${one.id}`, `/api/v1/items/${itemId}/follow-ups`]) expect((await officer.get(path)).status).toBe(404);
    expect((await answerOf(officer, one, { state: 'done' })).status).toBe(404);
    expect((await officer.post(`/api/v1/items/${itemId}/follow-ups`, body(officer))).status).toBe(404);
    expect(JSON.stringify((await officer.get<List>('/api/v1/follow-ups?scope=all&limit=100')).body)).not.toContain(one.id);
    expect((await coordinator.post<Refusal>(`/api/v1/items/${itemId}/follow-ups`, body(officer))).body.errors.map((error) => error.field)).toEqual(['ownerPersonId']);
  });

  it('[FU7] stands first on the next meeting of the series, while it is open', async () => {
    const { coordinator, officer, caseworker, series, leader } = story;
    const late = await record(coordinator, officer, { deadline: '2026-12-20' });
    const soon = await record(coordinator, caseworker, { deadline: '2026-12-09' });
    const next = series.occurrences[1]!.meetingId!;
    const carried = () => officer.get<List>(`/api/v1/meetings/${next}/open-follow-ups`).then((answer) => answer.body.followUps.map((f) => f.id));
    expect(await carried()).toEqual([soon.id, late.id]);
    await answerOf(caseworker, soon, { state: 'done' });
    expect(await carried()).toEqual([late.id]);
    expect((await officer.get<List>(`/api/v1/meetings/${story.meetingId}/open-follow-ups`)).body.followUps).toEqual([]);
    expect((await leader.get(`/api/v1/meetings/${next}/open-follow-ups`)).status).toBe(404);
  });

  it('[FU7, DO15] stands before the items of the next agenda as a document, in every form, for those who may read it', async () => {
    const { coordinator, officer, caseworker, series } = story;
    const words = 'Kanariefuglen ringer til skolen';
    const late = await record(coordinator, officer, { text: `${words} om foråret`, deadline: '2026-12-20' });
    const soon = await record(coordinator, caseworker, { text: `${words} om vinteren`, deadline: '2026-12-09' });
    const next = series.occurrences[1]!.meetingId!;
    const file = (who: Browser, name: string, meetingId = next) => fetch(`${who.origin}/api/v1/meetings/${meetingId}/documents/${name}`, { headers: { cookie: who.cookie, origin: who.origin } });
    const text = async (who: Browser, name: string, meetingId = next) => {
      const answer = await file(who, name, meetingId);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return [answer.status, name.includes('.pdf') ? squeezed((await readPdf(bytes)).text) : squeezed(Buffer.from(bytes).toString())] as const;
    };
    const [first, second] = [squeezed(soon.text), squeezed(late.text)];

    const { openFollowUps } = await documentOf(officer, next, 'agenda');
    expect(openFollowUps!.map((one) => [one.id, one.text, one.owner.authority, one.state, one.meeting.startInstant])).toEqual([
      [soon.id, soon.text, 'Eksempelby Kommune', 'open', '2026-12-07T12:00:00.000Z'],
      [late.id, late.text, 'Nordsjællands Politi', 'open', '2026-12-07T12:00:00.000Z'],
    ]);
    for (const name of ['agenda.html', 'agenda.pdf', 'agenda.pdf?standard=a-3a']) {
      const [status, said] = await text(officer, name);
      const order = [squeezed('Åbne opfølgninger fra tidligere møder'), first, second, squeezed('1 Velkomst')].map((part) => said.indexOf(part));
      expect([name, status, order.every((at) => at >= 0), order.toSorted((a, b) => a - b)]).toEqual([name, 200, true, order]);
    }
    // Not at the meeting that it comes from, not in minutes, not in what is made for one authority.
    for (const [name, meetingId] of [['agenda.json', story.meetingId], ['minutes.json', next], [`agenda.json?authority=${nordsjaelland}`, next]] as const) {
      const [status, said] = await text(coordinator, name, meetingId);
      expect([name, status, said.includes(squeezed(words))]).toEqual([name, 200, false]);
    }

    // Under an embargo it is marked where it is read, and held back where it is handed on.
    await coordinator.post(`/api/v1/items/${itemId}/embargoes`, { parties: ['suspect'], reason: 'Anholdelse', reviewAt: server.clock.now().add({ hours: 24 }).toString() });
    expect((await text(officer, 'agenda.html'))[1]).toContain(squeezed('ORIENTERINGSSPÆRRE. Må ikke oplyses: åben opfølgning 1 til den mistænkte; åben opfølgning 2 til den mistænkte'));
    expect((await file(officer, 'agenda.pdf?standard=a-3a')).status).toBe(409);
    const [status, severed] = await text(officer, 'agenda.pdf?standard=a-3a&embargoed=omit');
    expect([status, severed.includes(squeezed(words))]).toEqual([200, false]);

    // Whom the item is closed to reads what is her own, and no other.
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
    for (const name of ['agenda.json', 'agenda.html', 'agenda.pdf']) expect([name, (await text(officer, name))[1].includes(first)]).toEqual([name, false]);
    await answerOf(caseworker, soon, { state: 'done' });
    expect((await documentOf(coordinator, next, 'agenda')).openFollowUps?.map((one) => one.id)).toEqual([late.id]);
  });

  it('[AC20, AC93] stands in the access trail under the rule that it is read by, beside the agenda as in the list', async () => {
    const { coordinator, officer, series } = story;
    const one = await record(coordinator, officer);
    // Her own, of an item that is closed to her.
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
    const next = series.occurrences[1]!.meetingId!;
    const agenda = openItems(await meetingOf(officer, next)).map(({ item }) => item.id).sort();
    const [{ n: last }] = (await server.unitOfWork.run((tx) => tx.query<{ n: string }>('SELECT max(number) AS n FROM trail_entry'))) as [{ n: string }];
    expect((await documentOf(officer, next, 'agenda')).openFollowUps?.map(({ id }) => id)).toEqual([one.id]);
    await officer.get(`/api/v1/meetings/${next}/documents/agenda.html`);
    await officer.get(`/api/v1/meetings/${next}/open-follow-ups`);
    const entries = await server.unitOfWork.run((tx) => tx.query<{ kind: string; rule: string; item_ids: string[]; opening_id: string }>('SELECT kind, rule, item_ids, opening_id FROM trail_entry WHERE number > $1 ORDER BY number', [last]));
    const [ofAgenda, ofFollowUps] = [{ kind: 'export', rule: 'AC6', item_ids: agenda }, { kind: 'export', rule: 'AC20', item_ids: [itemId] }];
    expect(entries.map(({ kind, rule, item_ids }) => ({ kind, rule, item_ids: [...item_ids].sort() }))).toEqual([ofAgenda, ofFollowUps, ofAgenda, ofFollowUps, { kind: 'list', rule: 'AC20', item_ids: [itemId] }]);
    expect(new Set(entries.map(({ opening_id }) => opening_id)).size).toBe(3);
  });

  it('[DO15] beyond two hundred are counted on the agenda, as far as its reader may read them', async () => {
    const { coordinator, officer, caseworker, series } = story;
    const one = await record(coordinator, caseworker, { deadline: '2026-12-09' });
    const next = series.occurrences[1]!.meetingId!;
    const copies = Array.from({ length: 211 }, () => newId());
    const sealer = await server.running.app.get(Keyring).sealerFor(itemId);
    const content = JSON.stringify({ text: 'Endnu en', caseReference: null });
    await server.unitOfWork.run((tx) =>
      tx.query(
        `INSERT INTO follow_up SELECT (jsonb_populate_record(f, jsonb_build_object('id', n.id, 'content', n.content, 'deadline', '2026-12-20', 'owner_membership_id', $4::uuid))).* FROM follow_up f, unnest($2::uuid[], $3::text[]) n(id, content) WHERE f.id = $1`,
        [one.id, copies, copies.map((id) => `\\x${Buffer.from(sealer.sealText(content, { table: 'follow_up', rowId: id, column: 'content' })).toString('hex')}`), coordinator.person.membershipId],
      ),
    );
    const said = async (who: Browser, name: string) => {
      const answer = await fetch(`${who.origin}/api/v1/meetings/${next}/documents/${name}`, { headers: { cookie: who.cookie, origin: who.origin } });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return name.endsWith('.pdf') ? squeezed((await readPdf(bytes)).text) : squeezed(Buffer.from(bytes).toString());
    };
    const { openFollowUps, openFollowUpsMore } = await documentOf(officer, next, 'agenda');
    expect([openFollowUps!.length, openFollowUps![0]!.id, openFollowUpsMore]).toEqual([200, one.id, 12]);
    for (const name of ['agenda.html', 'agenda.pdf']) expect([name, (await said(officer, name)).includes(squeezed('Der er 12 åbne opfølgninger mere, som ikke står her.'))]).toEqual([name, true]);
    await server.unitOfWork.run((tx) => tx.query(`UPDATE follow_up SET state = 'done' WHERE id = ANY ($1::uuid[])`, [copies.slice(0, 11)]));
    expect(await said(officer, 'agenda.html')).toContain(squeezed('Der er 1 åben opfølgning mere, som ikke står her.'));
    await server.unitOfWork.run((tx) => tx.query(`UPDATE follow_up SET state = 'done' WHERE id = $1`, [copies[12]]));
    expect(await documentOf(officer, next, 'agenda')).not.toHaveProperty('openFollowUpsMore');
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
    expect(await documentOf(officer, next, 'agenda')).not.toHaveProperty('openFollowUps');
  });

  it('[DO14] is handed out with the marks that stand: an embargo that is lifted at one while an equal one is set at another is noticed', async () => {
    const { coordinator, officer, series } = story;
    const next = series.occurrences[1]!.meetingId!;
    await record(coordinator, officer, { deadline: '2026-12-09' });
    const other = openItems(await meetingOf(coordinator, story.meetingId))[3]!.item.id;
    expect((await coordinator.post(`/api/v1/items/${other}/follow-ups`, body(officer))).status).toBe(201);
    const reviewAt = server.clock.now().add({ hours: 24 }).toString();
    const set = async (id: string) => (await coordinator.post<{ embargoes: { id: string }[] }>(`/api/v1/items/${id}/embargoes`, { parties: ['suspect'], reason: 'Anholdelse', reviewAt })).body.embargoes[0]!;
    const lift = async ({ id }: { id: string }) => (await officer.post(`/api/v1/embargoes/${id}/lift`, { reason: 'Anholdelsen er foretaget.' })).status;
    const pdfs = server.running.app.get(PdfDocuments);
    const make = pdfs.make.bind(pdfs);
    const file = async (meanwhile: () => Promise<unknown>) => {
      const spy = jest.spyOn(pdfs, 'make').mockImplementation(async (...args) => {
        await meanwhile();
        return make(...args);
      });
      try {
        return (await officer.get<Refusal>(`/api/v1/meetings/${next}/documents/agenda.pdf`)).status;
      } finally {
        spy.mockRestore();
      }
    };
    const standing = await set(itemId);
    expect(await file(async () => undefined)).toBe(200);
    expect(
      await file(async () => {
        expect(await lift(standing)).toBe(200);
        await set(other);
      }),
    ).toBe(409);
    expect(await file(async () => undefined)).toBe(200);
  });

  it.each([
    ['no text', { text: '' }, 'text'],
    ['a CPR number', { text: 'Ring til 010112-1234' }, 'text'],
    ['a date that does not exist', { deadline: '2026-02-30' }, 'deadline'],
    ['a deadline before the meeting', { deadline: '2026-11-01' }, 'deadline'],
    ['somebody who takes no part', { ownerPersonId: '01890000-0000-7000-8000-000000000000' }, 'ownerPersonId'],
    ['a decision of another item', { decisionId: '01890000-0000-7000-8000-000000000000' }, 'decisionId'],
    ['a name as case reference', { caseReference: 'Peter' }, 'caseReference'],
  ])('[FU2] is refused with %s', async (_what, change, field) => {
    const answer = await story.coordinator.post<Refusal>(`/api/v1/items/${itemId}/follow-ups`, body(story.officer, change));
    expect([answer.status, answer.body.errors.map((error) => error.field)]).toEqual([400, [field]]);
  });

  it('carries out a decision of its item, is recorded once, and pages without losing one', async () => {
    const { coordinator, caseworker } = story;
    const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${itemId}/decisions`, newDecision(caseworker));
    const key = aKey();
    const asked = body(caseworker, { decisionId: decision.body.id });
    const answers = await Promise.all([1, 2].map(() => coordinator.post<FollowUp>(`/api/v1/items/${itemId}/follow-ups`, asked, key)));
    expect(answers[0]!.body.id).toBe(answers[1]!.body.id);
    for (let n = 0; n < 5; n += 1) await record(coordinator, caseworker, { text: `Opgave ${n}`, deadline: n % 2 === 0 ? '2026-12-10' : '2026-12-11' });
    const all = (await caseworker.get<List>('/api/v1/follow-ups?scope=mine&limit=100')).body.followUps.map((f) => f.id);
    const paged: string[] = [];
    let cursor: string | null | undefined = '';
    while (cursor !== null && cursor !== undefined) {
      const page: { body: List } = await caseworker.get<List>(`/api/v1/follow-ups?scope=mine&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...page.body.followUps.map((f) => f.id));
      cursor = page.body.nextCursor;
    }
    expect(paged).toEqual(all);
    expect((await caseworker.get('/api/v1/follow-ups?cursor=nonsense')).status).toBe(400);
    // One's own are asked for by a shorter question, and answered as each of them alone.
    await record(coordinator, coordinator);
    for (const asker of [caseworker, coordinator]) {
      const { followUps } = (await asker.get<List>('/api/v1/follow-ups?scope=mine&limit=100')).body;
      expect(followUps.length).toBeGreaterThan(0);
      for (const one of followUps) expect((await asker.get<FollowUp>(`/api/v1/follow-ups/${one.id}`)).body).toEqual(one);
    }
  });

  it('cannot be rewritten or removed, not even in the database', async () => {
    const one = await record(story.coordinator, story.officer);
    const attempt = (sql: string) => server.unitOfWork.run((tx) => tx.query(sql, [one.id]));
    await expect(attempt(`UPDATE follow_up SET deadline = '2030-01-01' WHERE id = $1`)).rejects.toThrow('never rewritten');
    await expect(attempt('DELETE FROM follow_up WHERE id = $1')).rejects.toThrow('append-only');
    await expect(attempt('DELETE FROM follow_up_event WHERE follow_up_id = $1')).rejects.toThrow('append-only');
  });
});
