import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MeetingDocument } from '@lib/contracts/meeting-document.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { EmbargoReviews } from '@lib/meetings/embargo-reviews.service.js';
import { consultation, documentOf, narrow } from './support/minutes-story.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { aKey, TestServer, taenktby, type Browser } from './support/test-server.js';

interface Embargo {
  id: string;
  parties: string[];
  towards: string;
  reason: string;
  setBy: { name: string };
  reviewAt: string;
  isOverdue: boolean;
  liftedAt: string | null;
  version: number;
  canMoveReview: boolean;
  canLift: boolean;
  timeline: { kind: string; by: { name: string }; reason: string | null; reviewAt: string | null }[];
}
interface View {
  embargoes: Embargo[];
  canSet: boolean;
  code?: string;
  detail?: string;
  errors?: { field: string }[];
}
interface Note {
  kind: string;
  about: string | null;
  itemId: string | null;
  decisionId: string | null;
}

const canary = 'Kanariefugl om mistanken';

let server: TestServer;
let story: Awaited<ReturnType<typeof consultation>>;
let item: (typeof story)['items'][number];
let informing: (typeof story)['items'][number];
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await consultation(server);
  item = story.items.find((one) => one.title.startsWith('Det ved vi'))!;
  informing = story.items.find((one) => one.title.startsWith('Hvem må vide'))!;
});

const inHours = (hours: number) => server.clock.now().add({ hours }).toString();
const body = (changes: object = {}) => ({ parties: ['parentOne', 'parentTwo'], reason: canary, reviewAt: inHours(24), ...changes });
const set = (who: Browser, itemId = item.id, changes: object = {}, headers: Record<string, string> = {}) => who.post<View>(`/api/v1/items/${itemId}/embargoes`, body(changes), headers);
const of = async (who: Browser, itemId = item.id) => (await who.get<View>(`/api/v1/items/${itemId}/embargoes`)).body;
const lift = (who: Browser, id: string, version?: number) => who.post<View>(`/api/v1/embargoes/${id}/lift`, { reason: 'Anholdelsen er foretaget.' }, version === undefined ? {} : { 'if-match': `"${version}"` });
const moveReview = (who: Browser, id: string, changes: object = {}, version?: number) =>
  who.post<View>(`/api/v1/embargoes/${id}/review`, { reviewAt: inHours(48), reason: 'Afventer afhøring.', ...changes }, version === undefined ? {} : { 'if-match': `"${version}"` });
const notes = async (who: Browser) => (await who.get<{ notifications: Note[] }>('/api/v1/notifications')).body.notifications;

describe('an embargo on informing', () => {
  it('[AC73, AC74, EM1] is set by whoever reads the item, towards somebody and with a review, and known to its readers', async () => {
    const told: string[] = [];
    const undo = server.running.app.get(DomainEvents).on('embargo.set', ({ itemId }) => void told.push(itemId));
    const answer = await set(story.caseworker);
    undo();
    // What is on its way out breaks off (running-files.spec.ts).
    expect(told).toEqual([item.id]);
    expect(answer.status).toBe(201);
    expect(answer.body.embargoes).toMatchObject([{ parties: ['parentOne', 'parentTwo'], towards: 'begge forældre', reason: canary, version: 1, liftedAt: null, canMoveReview: true, canLift: false, timeline: [{ kind: 'set' }] }]);
    expect((await of(story.officer)).embargoes).toMatchObject([{ towards: 'begge forældre', canLift: true }]);
    const open = (await meetingOf(story.psychologist, story.meetingId)).outline.find((entry) => !entry.closed && entry.item.id === item.id)!;
    expect(open).toMatchObject({ item: { embargoes: [{ towards: 'begge forældre', isOverdue: false }] } });
  });

  it('[EM1] asks for a party, a reason and a review in time to come, and keeps CPR numbers out', async () => {
    const faults = async (changes: object) => {
      const answer = await set(story.caseworker, item.id, changes);
      return [answer.status, (answer.body.errors ?? []).map((one) => one.field)];
    };
    expect(await faults({ parties: [] })).toEqual([400, ['parties']]);
    expect(await faults({ parties: ['other'] })).toEqual([400, ['other']]);
    expect(await faults({ reason: ' ' })).toEqual([400, ['reason']]);
    expect(await faults({ reason: 'Barnet 010190-1234' })).toEqual([400, ['reason']]);
    expect(await faults({ reviewAt: inHours(-1) })).toEqual([400, ['reviewAt']]);
    expect(await faults({ reviewAt: inHours(24 * 400) })).toEqual([400, ['reviewAt']]);
    const key = aKey();
    const twice = await Promise.all([set(story.caseworker, item.id, {}, key), set(story.caseworker, item.id, {}, key)]);
    expect(twice.map((one) => one.status)).toEqual([201, 201]);
    expect((await of(story.caseworker)).embargoes).toHaveLength(1);
  });

  it('[AC75, AC76, EM2, EM3] is reviewed by who set it and by the police, lifted by the police alone, and stays in the timeline', async () => {
    const { id } = (await set(story.caseworker)).body.embargoes[0]!;
    expect((await lift(story.caseworker, id)).status).toBe(403);
    expect((await lift(story.psychologist, id)).status).toBe(403);
    expect((await moveReview(story.psychologist, id)).status).toBe(403);
    expect((await moveReview(story.caseworker, id, {}, 1)).status).toBe(200);
    expect((await moveReview(story.officer, id, {}, 1)).status).toBe(412);
    expect((await lift(story.officer, id, 2)).status).toBe(200);
    const [lifted] = (await of(story.caseworker)).embargoes;
    expect(lifted).toMatchObject({ version: 3, canLift: false, canMoveReview: false, timeline: [{ kind: 'set' }, { kind: 'reviewMoved', reason: 'Afventer afhøring.' }, { kind: 'lifted', by: { name: story.officer.person.name }, reason: 'Anholdelsen er foretaget.' }] });
    expect(lifted!.liftedAt).not.toBeNull();
    expect((await lift(story.officer, id)).status).toBe(403);
    await expect(server.unitOfWork.run((tx) => tx.query('UPDATE embargo SET lifted_at = NULL WHERE id = $1', [id]))).rejects.toThrow(/never rewritten/);
    await expect(server.unitOfWork.run((tx) => tx.query('DELETE FROM embargo_event'))).rejects.toThrow(/append-only/);
  });

  it('[AC73] is not there for whoever is outside the item', async () => {
    const { id } = (await set(story.caseworker)).body.embargoes[0]!;
    await narrow(story.coordinator, item.id, [story.coordinator.person.authority.id, story.officer.person.authority.id]);
    const before = JSON.stringify(await meetingOf(story.psychologist, story.meetingId));
    const missing = JSON.stringify((await story.psychologist.get('/api/v1/items/01890000-0000-7000-8000-000000000000/embargoes')).body);
    const outsider = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    for (const who of [story.psychologist, outsider]) {
      const answer = await who.get(`/api/v1/items/${item.id}/embargoes`);
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([404, missing]);
      expect([(await set(who)).status, (await lift(who, id)).status, (await moveReview(who, id)).status]).toEqual([404, 404, 404]);
    }
    expect((await set(story.officer)).status).toBe(201);
    expect(JSON.stringify(await meetingOf(story.psychologist, story.meetingId))).toBe(before);
    expect((await notes(story.psychologist)).filter((one) => one.itemId === item.id)).toEqual([]);
    for (const way of ['minutes.json', 'minutes.html', `minutes.json?authority=${encodeURIComponent(story.psychologist.person.authority.id)}`]) {
      const answer = await story.psychologist.get<unknown>(`/api/v1/meetings/${story.meetingId}/documents/${way}`);
      expect([answer.status, /spærre/i.test(JSON.stringify(answer.body).replace(/Deltagere, hjemmel og orienteringsspærre|Spærren står øverst[^"<]*/g, ''))]).toEqual([200, false]);
    }
  });
});

describe('[AC77, EM9] what an embargo does on the ways out', () => {
  const get = <Body>(who: Browser, way: string) => who.get<Body>(`/api/v1/meetings/${story.meetingId}/documents/${way}`);
  const own = () => `authority=${encodeURIComponent(story.coordinator.person.authority.id)}`;

  it('marks what is read at the meeting: on the screen, in HTML and on paper', async () => {
    await set(story.caseworker);
    const entry = (await documentOf(story.coordinator, story.meetingId)).items.find((one) => !one.closed && one.id === item.id);
    expect(entry).toMatchObject({ embargoes: [{ towards: 'begge forældre', setBy: story.caseworker.person.authority.name }] });
    for (const way of ['agenda.html', 'minutes.html']) {
      const html = (await get<string>(story.coordinator, way)).body;
      expect(html).toContain('ORIENTERINGSSPÆRRE. Må ikke oplyses: punkt 2 til begge forældre');
      expect(html).toContain('Må ikke oplyses til begge forældre, før politiet har ophævet spærren.');
      // Why, is for the item's own page.
      expect(html).not.toContain(canary);
    }
    expect((await get<string>(story.coordinator, 'minutes.pdf')).status).toBe(200);
  });

  it.each([
    ['minutes.json', 'an extract'],
    ['minutes.html', 'an extract'],
    ['minutes.pdf', 'an extract'],
    ['agenda.pdf', 'an extract'],
    ['minutes.pdf?standard=a-3a', 'a copy for filing'],
    ['agenda.pdf?standard=a-3a', 'a copy for filing'],
  ])('refuses %s as %s with the reason, and makes it without what is under embargo', async (file, what) => {
    const { id } = (await set(story.caseworker)).body.embargoes[0]!;
    const way = what === 'an extract' ? `${file}?${own()}` : file;
    const refused = await get<View>(story.coordinator, way);
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([409, 'embargo-in-force', 'Ét punkt er under orienteringsspærre. Hent udgaven uden det, eller vent, til politiet har ophævet spærren.']);
    const severed = await get<unknown>(story.coordinator, `${way}${way.includes('?') ? '&' : '?'}embargoed=omit`);
    expect(severed.status).toBe(200);
    const words = typeof severed.body === 'string' ? severed.body : JSON.stringify(severed.body);
    if (!file.includes('.pdf')) {
      expect(words).not.toContain('Det ved vi');
      // Not even that there is one: the copy may come to those who must not know.
      expect(words).not.toMatch(/embargo|ORIENTERINGSSPÆRRE\./);
    }
    expect((await lift(story.officer, id)).status).toBe(200);
    expect((await get<unknown>(story.coordinator, way)).status).toBe(200);
  });

  it('refuses the log as a file while it holds such decisions, and leaves them out on request', async () => {
    const decision = await story.coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker, { legalBasisId: 'bl-126', text: 'Kanariefugl er besluttet' }));
    expect(decision.status).toBe(201);
    await set(story.caseworker);
    const files = ['decision-log/export?format=csv', 'decision-log/export?format=xlsx', 'decisions/export.pdf?', 'decisions/export.pdf?standard=a-3a'];
    for (const file of files) {
      const refused = await story.coordinator.get<View>(`/api/v1/${file}&meetingId=${story.meetingId}`);
      expect([file, refused.status, refused.body.code]).toEqual([file, 409, 'embargo-in-force']);
      expect((await story.coordinator.get<unknown>(`/api/v1/${file}&meetingId=${story.meetingId}&embargoed=omit`)).status).toBe(200);
    }
    const csv = (await story.coordinator.get<string>(`/api/v1/decision-log/export?format=csv&meetingId=${story.meetingId}&embargoed=omit`)).body;
    expect(csv).not.toContain('Kanariefugl');
    expect(csv).toMatch(/Ikke med i denne udgave;1/);
    // Of others' meetings nothing follows.
    const outsider = await server.signIn({ authorityId: taenktby, role: 'coordinator' });
    expect((await outsider.get<unknown>('/api/v1/decision-log/export?format=csv')).status).toBe(200);
    for (const way of ['extract.json', 'extract.html', 'extract.pdf', 'extract.pdf?standard=a-3a']) {
      const refused = await story.coordinator.get<View>(`/api/v1/decisions/${decision.body.id}/${way}`);
      expect([way, refused.status, refused.body.code]).toEqual([way, 409, 'embargo-in-force']);
    }
    // [AC94] Each is on record, by the rule that held it back.
    const held = await server.unitOfWork.run((tx) => tx.query<{ route: string; n: number }>(`SELECT route, count(*)::int AS n FROM trail_entry WHERE kind = 'refused' AND rule = 'AC77' AND membership_id = $1 GROUP BY route ORDER BY route`, [story.coordinator.person.membershipId]));
    for (const [route, n] of [['GET /decision-log/export', 2], ['GET /decisions/export.pdf', 2], ['GET /decisions/{id}/extract.html', 1], ['GET /decisions/{id}/extract.pdf', 2]] as const) expect(held.find((one) => one.route === route)?.n).toBeGreaterThanOrEqual(n);
    // On the page it is marked, also for the leader who was not at the table.
    const leader = await server.signIn({ authorityId: story.coordinator.person.authority.id, role: 'leader' });
    expect((await leader.get(`/api/v1/decisions/${decision.body.id}`)).body).toMatchObject({ itemId: null, embargoes: [{ towards: 'begge forældre' }] });
    expect(JSON.stringify((await leader.get(`/api/v1/decisions/${decision.body.id}`)).body)).not.toContain(canary);
  });

  it('[EM7] tells of it without a word of what it is about', async () => {
    await story.coordinator.post(`/api/v1/items/${item.id}/follow-ups`, { text: 'Ring til skolen', ownerPersonId: story.officer.person.id, deadline: '2026-12-24' });
    const told = async () => (await notes(story.officer)).filter((one) => one.itemId === item.id || one.about === 'Ring til skolen').map((one) => [one.kind, one.about]);
    expect(await told()).toEqual([['followUpOwner', 'Ring til skolen']]);
    const { id } = (await set(story.caseworker)).body.embargoes[0]!;
    expect(await told()).toEqual([
      ['embargoSet', null],
      ['followUpOwner', null],
    ]);
    await lift(story.police, id);
    expect((await told())[0]).toEqual(['embargoLifted', item.title]);
  });

  it('[SE8] marks what is found, until it is lifted, for those who may know', async () => {
    const text = `Kanariefugl ${Math.random().toString(36).slice(2)}`;
    expect((await story.coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker, { legalBasisId: 'bl-126', text }))).status).toBe(201);
    const leader = await server.signIn({ authorityId: story.coordinator.person.authority.id, role: 'leader' });
    const found = async (who: Browser) => (await who.post<{ groups: { hits: { kind: string; isUnderEmbargo: boolean }[] }[] }>('/api/v1/search', { query: text.split(' ')[1] })).body.groups.flatMap((group) => group.hits.map(({ kind, isUnderEmbargo }) => [kind, isUnderEmbargo]));
    expect([await found(story.officer), await found(leader)]).toEqual([[['decision', false]], [['decision', false]]]);
    const { id } = (await set(story.caseworker)).body.embargoes[0]!;
    expect([await found(story.officer), await found(leader)]).toEqual([[['decision', true]], [['decision', true]]]);
    await lift(story.police, id);
    expect(await found(story.officer)).toEqual([['decision', false]]);
  });

  it('never becomes part of frozen minutes, nor of their hash', async () => {
    await set(story.caseworker);
    expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/agenda/start`, {})).status).toBe(200);
    expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/minutes/send`)).status).toBe(200);
    const entry = async () => (await documentOf(story.coordinator, story.meetingId)).items.find((one) => !one.closed && one.id === item.id) as MeetingDocument['items'][number] & { embargoes?: unknown };
    expect((await entry()).embargoes).toHaveLength(1);
    // A leak is closed whenever it is found.
    const second = await set(story.officer, item.id, { parties: ['suspect'] });
    expect(second.status).toBe(201);
    for (const { id } of second.body.embargoes) expect((await lift(story.officer, id)).status).toBe(200);
    expect((await entry()).embargoes).toBeUndefined();
  });
});

describe('an embargo on a list', () => {
  it('[EM4] [AC73] stands over its children, also for the leader who answers for a decision of one of them and reads neither', async () => {
    const { coordinator, officer, leader, caseworker, meetingId } = await section115(server);
    const list = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.perPerson)!.item;
    const child = (await coordinator.post<{ id: string }>(`/api/v1/items/${list.id}/cases`, { caseReference: 'Sag 2026-077' })).body;
    const decision = (await coordinator.post<{ id: string }>(`/api/v1/items/${child.id}/decisions`, newDecision(caseworker, { text: canary, caseReference: 'Sag 2026-077' }))).body;
    const { id } = (await set(officer, list.id, { parties: ['parentTwo'] })).body.embargoes[0]!;
    // As in another process, and after a while: what was opened before is in nobody's memory.
    const asLeader = async <Body>(path: string) => {
      server.running.app.get(Keyring).forgetAll();
      return leader.get<Body>(`/api/v1/${path}`);
    };
    expect((await asLeader(`decisions/${decision.id}`)).body).toMatchObject({ text: canary, itemId: null, embargoes: [{ towards: 'forælder 2' }] });
    const log = 'decision-log/export?format=csv&caseReference=Sag%202026-077';
    for (const way of [`decisions/${decision.id}/extract.json`, log]) expect([way, (await asLeader<View>(way)).body]).toMatchObject([way, { code: 'embargo-in-force' }]);
    const severed = await asLeader<string>(`${log}&embargoed=omit`);
    expect([severed.status, severed.body.includes(canary)]).toEqual([200, false]);
    server.running.app.get(Keyring).forgetAll();
    expect((await notes(leader)).filter((one) => one.kind === 'decisionToConfirm' && one.decisionId === decision.id).map((one) => one.about)).toEqual([null]);
    expect(openItems(await meetingOf(caseworker, meetingId)).find((entry) => entry.item.id === child.id)).toMatchObject({ item: { embargoes: [{ towards: 'forælder 2' }] } });
    expect((await lift(officer, id)).status).toBe(200);
    expect((await asLeader(`decisions/${decision.id}/extract.json`)).status).toBe(200);
  });
});

describe('[EM6] the informing plan', () => {
  const step = (kind: string, itemId = informing.id) =>
    story.coordinator.post<{ plans: { plan: string; steps: { followUp: { id: string } }[] }[] }>(`/api/v1/items/${itemId}/plan-steps`, { plan: 'informing', kind, text: 'At der er en anmeldelse', ownerPersonId: story.caseworker.person.id, day: '2026-12-24' });
  const done = (followUpId: string) => story.caseworker.post<View>(`/api/v1/follow-ups/${followUpId}/state`, { state: 'done' });

  it('is not done against an embargo, until it is lifted', async () => {
    const followUp = (await step('custodyHolders')).body.plans.find((one) => one.plan === 'informing')!.steps[0]!.followUp.id;
    const { id } = (await set(story.officer, informing.id, { parties: ['parentTwo'] })).body.embargoes[0]!;
    const refused = await done(followUp);
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([409, 'embargo-in-force', 'Der må ikke orienteres endnu: orienteringsspærren over for forælder 2 ophæves kun af politiet.']);
    expect((await lift(story.officer, id)).status).toBe(200);
    expect((await done(followUp)).status).toBe(200);
  });

  it('is done where it informs somebody else', async () => {
    const steps = (await step('child')).body.plans.find((one) => one.plan === 'informing')!.steps;
    await set(story.officer, informing.id, { parties: ['parentTwo'] });
    expect((await done(steps.at(-1)!.followUp.id)).status).toBe(200);
  });

  it('is still refused when the step was handed over', async () => {
    const followUp = (await step('custodyHolders')).body.plans.find((one) => one.plan === 'informing')!.steps[0]!.followUp.id;
    await set(story.officer, informing.id, { parties: ['parentOne'] });
    expect((await story.caseworker.post(`/api/v1/follow-ups/${followUp}/state`, { state: 'handedOver', reason: 'Ferie', newOwnerPersonId: story.coordinator.person.id })).status).toBe(200);
    const all = (await story.coordinator.get<{ followUps: { id: string; continuesId: string | null }[] }>(`/api/v1/items/${informing.id}/follow-ups`)).body.followUps;
    const next = all.find((one) => one.continuesId === followUp)!;
    expect((await story.coordinator.post<View>(`/api/v1/follow-ups/${next.id}/state`, { state: 'done' })).body.code).toBe('embargo-in-force');
  });
});

describe('[EM8] the review', () => {
  it('that is overdue is told once to who set it and to the police, and shown to them', async () => {
    await set(story.caseworker);
    const waiting = async (who: Browser) => (await who.get<{ reviews: { itemId: string; embargo: { isOverdue: boolean } }[] }>('/api/v1/embargoes/waiting')).body.reviews.filter((one) => one.itemId === item.id);
    const reviews = server.running.app.get(EmbargoReviews);
    await reviews.remind();
    const due = async (who: Browser) => (await notes(who)).filter((one) => one.kind === 'embargoReviewDue' && one.itemId === item.id).length;
    expect([await due(story.caseworker), await due(story.officer)]).toEqual([0, 0]);
    server.clock.advance({ hours: 25 });
    story = { ...story, caseworker: await server.signIn({ authorityId: story.caseworker.person.authority.id, role: 'participant' }), officer: await server.signIn({ authorityId: story.officer.person.authority.id, role: 'participant' }), psychologist: await server.signIn({ authorityId: story.psychologist.person.authority.id, role: 'participant' }) };
    await reviews.remind();
    await reviews.remind();
    expect([await due(story.caseworker), await due(story.officer), await due(story.psychologist)]).toEqual([1, 1, 0]);
    expect(await waiting(story.caseworker)).toMatchObject([{ embargo: { isOverdue: true } }]);
    expect(await waiting(story.officer)).toMatchObject([{ embargo: { isOverdue: true } }]);
    expect(await waiting(story.psychologist)).toEqual([]);
  });
});
