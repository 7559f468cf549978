import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { planStep } from './support/authorisation-scene.js';
import { did } from './support/full-meeting.js';
import { approve, consultation, minutesOf, path, send } from './support/minutes-story.js';
import { meetingOf, newDecision, newSeries, openItems, section115 } from './support/story.js';
import { aKey, eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

let server: TestServer;
let begun: ReturnType<TestServer['clock']['now']>;
beforeAll(async () => {
  server = await TestServer.start();
  begun = server.clock.now();
}, 60_000);
afterAll(() => server.stop());
afterEach(() => server.clock.advance(server.clock.now().until(begun)));

/** A create that is about to be asked for. */
interface Create {
  who: Browser;
  at: string;
  body: object;
  /** What differs when something else is asked for under the same key. */
  other: object;
  /** Where what it makes is a row. */
  table: string;
  /** What asking anew comes to, under another key. */
  anew: 'makes another' | 'is refused' | 'changes nothing';
}

const laterToday = () => server.clock.now().add({ hours: 2 }).toZonedDateTimeISO('Europe/Copenhagen').toPlainDateTime().toString({ smallestUnit: 'minute' });
const question = () => ({ slots: ['2026-12-14T09:00', '2026-12-15T13:00'], durationMinutes: 60, answerBy: '2026-12-11' });
const ahead = () => section115(server);
const itemsOf = async (who: Browser, meetingId: string) => openItems(await meetingOf(who, meetingId)).map((entry) => entry.item);
async function held() {
  const story = await consultation(server);
  const item = story.items.find((one) => one.title.startsWith('Fælles rækkefølge'))!;
  return { ...story, item };
}
async function approved() {
  const story = await held();
  await send(story.coordinator, story.meetingId);
  for (const who of [story.coordinator, story.police, story.psychologist]) if ((await minutesOf(who, story.meetingId)).canApprove) await approve(who, story.meetingId);
  expect((await minutesOf(story.coordinator, story.meetingId)).state).toBe('approved');
  return story;
}

/** Every operation of the API that takes an Idempotency-Key, and a scene in which it makes something. */
const creates: Readonly<Record<string, () => Promise<Create>>> = {
  '/series': async () => {
    const { coordinator, caseworker, officer } = await ahead();
    const body = newSeries([caseworker, officer].map((one) => one.person.membershipId), { recurrence: { kind: 'weekly', ends: { count: 2 } } });
    return { who: coordinator, at: '/series', body, other: { place: 'Et andet sted' }, table: 'series', anew: 'makes another' };
  },
  '/meetings': async () => {
    const { coordinator, caseworker, officer } = await ahead();
    const body = { kindId: 'caseConsultation', startLocal: laterToday(), durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: [caseworker, officer].map((one) => one.person.membershipId) };
    return { who: coordinator, at: '/meetings', body, other: { durationMinutes: 90 }, table: 'meeting', anew: 'makes another' };
  },
  '/polls': async () => {
    const { coordinator, officer } = await ahead();
    const body = { kindId: 'caseConsultation', ...question(), authorityIds: [nordsjaelland], participantMembershipIds: [officer.person.membershipId] };
    return { who: coordinator, at: '/polls', body, other: { durationMinutes: 90 }, table: 'meeting', anew: 'makes another' };
  },
  '/meetings/{id}/poll': async () => {
    const { coordinator, meetingId } = await ahead();
    return { who: coordinator, at: `/meetings/${meetingId}/poll`, body: question(), other: { durationMinutes: 90 }, table: 'poll', anew: 'is refused' };
  },
  '/meetings/{id}/items': async () => {
    const { coordinator, meetingId } = await ahead();
    return { who: coordinator, at: `/meetings/${meetingId}/items`, body: { title: 'Ungdomsklubben', plannedMinutes: 10, outputType: 'discussion' }, other: { title: 'Hallen' }, table: 'agenda_item', anew: 'makes another' };
  },
  '/items/{id}/cases': async () => {
    const { officer, meetingId } = await ahead();
    const list = (await itemsOf(officer, meetingId)).find((item) => item.perPerson)!;
    return { who: officer, at: `/items/${list.id}/cases`, body: { caseReference: 'Sag 2026-051' }, other: { caseReference: 'Sag 2026-052' }, table: 'agenda_item', anew: 'is refused' };
  },
  '/items/{id}/other-track': async () => {
    const { coordinator, meetingId, caseworker, officer } = await ahead();
    const target = await did(coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'caseConsultation', startLocal: laterToday(), durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: [caseworker, officer].map((one) => one.person.membershipId) }));
    const list = (await itemsOf(coordinator, meetingId)).find((item) => item.perPerson)!;
    const child = await did(coordinator.post<{ id: string }>(`/api/v1/items/${list.id}/cases`, { caseReference: 'Sag 2026-053' }));
    const body = { meetingId: target.id, legalBasisId: 'bl-126', title: 'Bekymring om vold', caseReference: 'Sag 2026-053', reason: 'Det hører ikke til her.' };
    return { who: coordinator, at: `/items/${child.id}/other-track`, body, other: { title: 'Noget andet' }, table: 'agenda_item', anew: 'is refused' };
  },
  '/meetings/{id}/carry': async () => {
    const { coordinator, meetingId } = await ahead();
    const [one, two] = await itemsOf(coordinator, meetingId);
    server.clock.advance(server.clock.now().until((await meetingOf(coordinator, meetingId)).startInstant));
    const again = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    await did(again.post(`/api/v1/meetings/${meetingId}/agenda/start`, {}));
    return { who: again, at: `/meetings/${meetingId}/carry`, body: { itemIds: [one!.id] }, other: { itemIds: [two!.id] }, table: 'agenda_item', anew: 'changes nothing' };
  },
  '/meetings/{id}/proposals': async () => {
    const { officer, meetingId } = await ahead();
    return { who: officer, at: `/meetings/${meetingId}/proposals`, body: { title: 'Ungdomsklubben', plannedMinutes: 10, outputType: 'discussion' }, other: { plannedMinutes: 15 }, table: 'item_proposal', anew: 'makes another' };
  },
  '/items/{id}/decisions': async () => {
    const { coordinator, caseworker, item } = await held();
    return { who: coordinator, at: `/items/${item.id}/decisions`, body: newDecision(caseworker, { legalBasisId: 'bl-126' }), other: { text: 'Noget andet.' }, table: 'decision', anew: 'makes another' };
  },
  '/decisions/{id}/correction': async () => {
    const { coordinator, caseworker, item } = await held();
    const body = newDecision(caseworker, { legalBasisId: 'bl-126' });
    const { id } = await did(coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, body));
    return { who: coordinator, at: `/decisions/${id}/correction`, body: { ...body, text: 'Nøglepersonen gør det.', why: 'Ansvaret var ikke placeret.' }, other: { text: 'Noget andet.' }, table: 'decision', anew: 'is refused' };
  },
  '/contacts': async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    return { who: coordinator, at: '/contacts', body: { function: 'keyPerson', area: 'Vold', substituteMembershipIds: [], validFrom: '2026-01-01' }, other: { area: 'Noget andet' }, table: 'contact_entry', anew: 'makes another' };
  },
  '/year-plans': async () => {
    const { coordinator } = await ahead();
    await did(coordinator.post('/api/v1/series', newSeries([], { authorityIds: [] })));
    return { who: coordinator, at: '/year-plans', body: { year: 2027 }, other: { year: 2026 }, table: 'year_plan', anew: 'makes another' };
  },
  '/decision-log/views': async () => {
    const leader = await server.signIn({ authorityId: eksempelby, role: 'leader' });
    return { who: leader, at: '/decision-log/views', body: { name: 'Det, der haster', filter: { overdue: 'true' } }, other: { name: 'Noget andet' }, table: 'log_view', anew: 'is refused' };
  },
  '/items/{id}/follow-ups': async () => {
    const { coordinator, officer, item } = await held();
    return { who: coordinator, at: `/items/${item.id}/follow-ups`, body: { text: 'Ring til skolen', ownerPersonId: officer.person.id, deadline: '2027-01-14' }, other: { deadline: '2027-01-15' }, table: 'follow_up', anew: 'makes another' };
  },
  '/items/{id}/plan-steps': async () => {
    const { coordinator, caseworker, item } = await held();
    return { who: coordinator, at: `/items/${item.id}/plan-steps`, body: { ...planStep(caseworker), day: '2027-01-14' }, other: { text: 'En anden samtale' }, table: 'plan_step', anew: 'makes another' };
  },
  '/items/{id}/embargoes': async () => {
    const { caseworker, item } = await held();
    const reviewAt = server.clock.now().add({ hours: 24 }).toString();
    return { who: caseworker, at: `/items/${item.id}/embargoes`, body: { parties: ['suspect'], reason: 'Afhøringen er ikke begyndt.', reviewAt }, other: { parties: ['child'] }, table: 'embargo', anew: 'makes another' };
  },
  '/meetings/{id}/minutes/change-requests': async () => {
    const { coordinator, police, meetingId, item } = await held();
    await send(coordinator, meetingId);
    const { version } = (await minutesOf(police, meetingId)).parts.find((part) => part.itemId === item.id)!;
    return { who: police, at: `/meetings/${meetingId}/minutes/change-requests`, body: { itemId: item.id, version, text: 'Skriv, hvem der ringer.' }, other: { text: 'Skriv noget andet.' }, table: 'minutes_event', anew: 'makes another' };
  },
  '/meetings/{id}/minutes/addenda': async () => {
    const { coordinator, meetingId, item } = await approved();
    return { who: coordinator, at: path(meetingId, 'addenda').replace('/api/v1', ''), body: { itemId: item.id, text: 'Familien har henvendt sig.' }, other: { text: 'Noget andet.' }, table: 'minutes_addendum', anew: 'makes another' };
  },
  '/meetings/{id}/filings': async () => {
    const { coordinator, meetingId } = await approved();
    const filedOn = server.clock.now().toZonedDateTimeISO('Europe/Copenhagen').toPlainDate().toString();
    return { who: coordinator, at: `/meetings/${meetingId}/filings`, body: { reference: 'ESDH 2026-4711', filedOn }, other: { reference: 'ESDH 2026-4712' }, table: 'filing', anew: 'makes another' };
  },
  '/meetings/{id}/holds': async () => {
    const { coordinator, meetingId } = await held();
    return { who: coordinator, at: `/meetings/${meetingId}/holds`, body: { itemId: null, reason: 'Klagesagen er ikke afgjort.' }, other: { reason: 'Noget andet.' }, table: 'legal_hold', anew: 'is refused' };
  },
};

/** Keys, people and guests have their own specs (test/repeats-administration.spec.ts, test/calendar-feed.spec.ts), and so have samples and links of polls. */
const elsewhere = /^\/api\/v1\/(administration|audit|guests|calendar-feed)\b|\/(guests|outsiders)$/;

describe('[DESIGN § 4] a create with an Idempotency-Key', () => {
  it('is asked for here, whichever operation takes one', () => {
    const api = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>> };
    const taking = Object.entries(api.paths).flatMap(([at, methods]) => Object.values(methods).flatMap(({ parameters = [] }) => (parameters.some((one) => one.in === 'header' && one.name === 'Idempotency-Key') ? [at] : [])));
    expect(taking.filter((at) => !elsewhere.test(at)).sort()).toEqual(Object.keys(creates).map((at) => `/api/v1${at}`).sort());
  });

  it.each(Object.keys(creates))('makes one row and answers alike however often it is sent, and refuses another body under the key: %s', async (name) => {
    const { who, at, body, other, table, anew } = await creates[name]!();
    const rows = async () => (await server.unitOfWork.run((tx) => tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)))[0]!.n;
    const before = await rows();
    const ask = (sent: object, key: Record<string, string>) => who.post<{ code?: string }>(`/api/v1${at}`, sent, key);
    const key = aKey();
    // Two at the same time, as when a page is pressed twice, and one when the answer was lost.
    const answers = [...(await Promise.all([ask(body, key), ask(body, key)])), await ask(body, key)];
    expect(answers.map(({ status }) => status)).toEqual([answers[0]!.status, answers[0]!.status, answers[0]!.status]);
    expect(answers[0]!.status).toBeLessThan(300);
    // When something is to be deleted is worked out behind the last filing, by a job.
    for (const answer of answers) expect({ ...answer.body, deletion: null }).toEqual({ ...answers[0]!.body, deletion: null });
    expect((await rows()) - before).toBe(1);

    const refused = await ask({ ...body, ...other }, key);
    expect([refused.status, refused.body.code]).toEqual([409, 'idempotency-conflict']);
    expect((await rows()) - before).toBe(1);

    // It is the key that holds it to one.
    const { status } = await ask(body, aKey());
    expect([status < 300, (await rows()) - before]).toEqual([anew !== 'is refused', anew === 'makes another' ? 2 : 1]);
  }, 60_000);

  it('takes no key that is no UUID', async () => {
    const { coordinator, meetingId } = await ahead();
    const answer = await coordinator.post<{ errors: { field: string }[] }>(`/api/v1/meetings/${meetingId}/items`, { title: 'Ungdomsklubben', plannedMinutes: 10, outputType: 'discussion' }, { 'idempotency-key': 'igen' });
    expect([answer.status, answer.body.errors.map(({ field }) => field)]).toEqual([400, ['Idempotency-Key']]);
  });
});
