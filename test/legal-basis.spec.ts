import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { meetingOf, newSeries, openItems, type Meeting, type Series } from './support/story.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, regionHovedstaden, TestServer, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

interface Item {
  id: string;
  documentId: string;
  version: number;
  state: string;
  title: string;
  canWrite: boolean;
  meetingId: string;
  legalBasis: { id: string; version: string; sectors: string[] } | null;
  audience: { kind: string; authorities: { id: string }[]; windows: { authorityId: string | null; personId: string | null; from: string | null; to: string | null }[]; notAdmitted: { id: string }[] };
}
interface Problem {
  code: string;
  detail?: string;
  errors?: { field: string }[];
}

let server: TestServer;
let coordinator: Browser;
let officer: Browser;
let psychologist: Browser;
let series: Series;
let meetingId: string;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
/** Municipality, police and børnehus at a § 115 meeting, whose basis does not admit the børnehus. */
beforeEach(async () => {
  coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
  officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
  psychologist = await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant' });
  const created = await coordinator.post<Series>('/api/v1/series', newSeries([officer.person.membershipId, psychologist.person.membershipId], { authorityIds: [nordsjaelland, boernehusHovedstaden] }));
  expect(created.status).toBe(201);
  series = created.body;
  meetingId = series.occurrences[0]!.meetingId!;
});

const itemsOf = async (browser: Browser): Promise<Item[]> => openItems(await meetingOf(browser, meetingId)).map((entry) => entry.item as unknown as Item);
const underBasis = async () => (await itemsOf(coordinator)).find((item) => item.legalBasis?.id === 'rpl-115-1-1')!;
const reads = async (browser: Browser, itemId: string) => (await browser.get(`/api/v1/items/${itemId}`)).status === 200;
const open = (itemId: string, body: object) => coordinator.put<Item & Problem>(`/api/v1/items/${itemId}/audience`, body);
const refusals = (itemId: string) => server.unitOfWork.run((tx) => tx.query(`SELECT route, rule FROM trail_entry WHERE kind = 'refused' AND object_id = $1 ORDER BY number`, [itemId]));
const readers = (itemId: string) =>
  server.unitOfWork.run(async (tx) => (await tx.query<{ authority_id: string }>('SELECT DISTINCT m.authority_id FROM item_reader r JOIN membership m ON m.id = r.membership_id WHERE r.item_id = $1 ORDER BY 1', [itemId])).map((row) => row.authority_id));

describe('the legal basis of an item', () => {
  it('[AC60] keeps whom it does not admit out of an item that is open to all, and says so to those inside', async () => {
    const item = await underBasis();
    expect(item.legalBasis).toMatchObject({ version: '2026-11-21', sectors: ['municipality', 'police', 'school', 'health'] });
    expect(item.audience).toMatchObject({ kind: 'all', notAdmitted: [{ id: boernehusHovedstaden }] });
    expect([await reads(coordinator, item.id), await reads(officer, item.id), await reads(psychologist, item.id)]).toEqual([true, true, false]);
    expect(await readers(item.id)).toEqual([eksempelby, nordsjaelland]);
    // At the meeting she is told when to leave the room, and reads what names nobody.
    const hers = await meetingOf(psychologist, meetingId);
    expect(hers.outline.filter((entry) => entry.closed).length).toBeGreaterThan(0);
    expect(openItems(hers).map((entry) => entry.item.legalBasis)).toEqual(openItems(hers).map(() => null));
  });

  it('[AC60] refuses an audience that names a sector it does not admit, with basis, limit, sector and name', async () => {
    const item = await underBasis();
    for (const audience of [{ authorityIds: [eksempelby, boernehusHovedstaden] }, { authorityIds: [eksempelby], personIds: [psychologist.person.id] }]) {
      const { status, body } = await open(item.id, { kind: 'restricted', ...audience });
      expect([status, body.code]).toEqual([409, 'legal-basis-limit']);
      expect(body.detail).toContain('Retsplejeloven § 115, stk. 1, nr. 1 omfatter ikke børnehuset (');
      expect(body.detail).toContain('Aldrig med henblik på efterforskning (stk. 2)');
      expect(body.errors).toMatchObject([{ field: 'audience' }]);
    }
    expect(await readers(item.id)).toEqual([eksempelby, nordsjaelland]);
    // [AC94] That it was tried is on record.
    expect(await refusals(item.id)).toEqual([{ route: 'PUT /items/{id}/audience', rule: 'AC60' }, { route: 'PUT /items/{id}/audience', rule: 'AC60' }]);
  });

  it('[AC60] holds for whoever joins later, for children on lists, for new items and for substitutes', async () => {
    const region = await server.signIn({ authorityId: regionHovedstaden, role: 'participant' });
    const husleder = await server.signIn({ authorityId: boernehusHovedstaden, role: 'leader' });
    const list = openItems(await meetingOf(coordinator, meetingId)).find((entry) => entry.item.perPerson)!.item;
    const child = (await coordinator.post<Item>(`/api/v1/items/${list.id}/cases`, { caseReference: 'Sag 2026-201', plannedMinutes: 5 })).body;
    const added = (await coordinator.post<Item>(`/api/v1/meetings/${meetingId}/items`, { title: 'Om et barn', plannedMinutes: 5, outputType: 'discussion' })).body;
    await coordinator.post(`/api/v1/series/${series.id}/changes`, { add: [region.person.membershipId, husleder.person.membershipId], disclosureReason: 'De skal bruge det på mødet.' });
    await psychologist.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'delegated', substituteMembershipId: (await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant', nth: 1 })).person.membershipId, disclosureReason: 'Jeg er forhindret.' });
    for (const { id } of [list, child, added]) {
      expect(await readers(id)).toEqual([eksempelby, nordsjaelland, regionHovedstaden]);
      expect(await reads(husleder, id)).toBe(false);
    }
  });

  it('[AC60] may come to admit fewer, and never more: another purpose is another item', async () => {
    const meeting = await coordinator.post<Meeting>('/api/v1/meetings', { kindId: 'section115CaseMeeting', startLocal: '2026-12-09T10:00', durationMinutes: 60, place: null, authorityIds: [nordsjaelland, boernehusHovedstaden], participantMembershipIds: [officer.person.membershipId, psychologist.person.membershipId] });
    const item = (await coordinator.post<Item>(`/api/v1/meetings/${meeting.body.id}/items`, { title: 'Med samtykke', plannedMinutes: 5, outputType: 'discussion', legalBasisId: 'samtykke' })).body;
    expect(await reads(psychologist, item.id)).toBe(true);
    const frame = (legalBasisId: string) => coordinator.put<Problem>(`/api/v1/items/${item.id}/frame`, { ledBy: 'mødeleder', leadMembershipId: null, plannedMinutes: 5, outputType: 'discussion', section: null, mandatory: false, legalBasisId });
    expect((await frame('rpl-115-1-1')).status).toBe(200);
    expect(await reads(psychologist, item.id)).toBe(false);
    const wider = await frame('samtykke');
    expect([wider.status, wider.body.code]).toEqual([409, 'legal-basis-limit']);
  });

  it('[AC60] nor where whom it would admit is invited only afterwards', async () => {
    const meeting = await coordinator.post<Meeting>('/api/v1/meetings', { kindId: 'section115CaseMeeting', startLocal: '2026-12-09T10:00', durationMinutes: 60, place: null, authorityIds: [nordsjaelland], participantMembershipIds: [officer.person.membershipId] });
    const item = (await coordinator.post<Item>(`/api/v1/meetings/${meeting.body.id}/items`, { title: 'Uden børnehuset', plannedMinutes: 5, outputType: 'discussion', legalBasisId: 'rpl-115-1-1' })).body;
    const wider = await coordinator.put<Problem>(`/api/v1/items/${item.id}/frame`, { ledBy: 'mødeleder', leadMembershipId: null, plannedMinutes: 5, outputType: 'discussion', section: null, mandatory: false, legalBasisId: 'samtykke' });
    expect([wider.status, wider.body.code]).toEqual([409, 'legal-basis-limit']);
  });
});

describe('a time of access', () => {
  const window = (ms: number) => server.clock.now().add({ milliseconds: ms }).toString();

  it('[AC50] ends at its instant on every path, without a job', async () => {
    const item = await underBasis();
    const given = await open(item.id, { kind: 'all', windows: [{ personId: officer.person.id, from: window(1_000), to: window(5_000) }] });
    expect(given.body.audience.windows).toMatchObject([{ personId: officer.person.id, authorityId: null }]);
    const paths = async () => [
      await reads(officer, item.id),
      openItems(await meetingOf(officer, meetingId)).some((entry) => entry.item.id === item.id),
      (await officer.get<{ decisions?: unknown }>(`/api/v1/items/${item.id}/decisions`)).status === 200,
      (await officer.post(`/api/v1/documents/${item.documentId}/ticket`)).status === 200,
      (await officer.post(`/api/v1/items/${item.id}/cases`, { caseReference: 'Sag 2026-301', plannedMinutes: 5 })).status !== 404,
    ];
    const none = [false, false, false, false, false];
    expect(await paths()).toEqual(none);
    server.clock.advance({ milliseconds: 1_000 });
    expect(await paths()).toEqual([true, true, true, true, true]);
    server.clock.advance({ milliseconds: 3_999 });
    expect(await reads(officer, item.id)).toBe(true);
    server.clock.advance({ milliseconds: 1 });
    expect(await paths()).toEqual(none);
    // Nobody else is touched.
    expect(await reads(coordinator, item.id)).toBe(true);
  });

  it('[AC17, AC50] holds for whoever comes in her place as well', async () => {
    const item = await underBasis();
    const stranger = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    await open(item.id, { kind: 'all', windows: [{ personId: officer.person.id, to: window(5_000) }] });
    expect((await officer.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'delegated', substituteMembershipId: stranger.person.membershipId, disclosureReason: 'Jeg er forhindret.' })).status).toBe(200);
    expect(await reads(stranger, item.id)).toBe(true);
    server.clock.advance({ milliseconds: 5_000 });
    expect([await reads(officer, item.id), await reads(stranger, item.id)]).toEqual([false, false]);
  });

  it('[AC50] closes the socket of an open document at its end', async () => {
    const item = await underBasis();
    await open(item.id, { kind: 'all', windows: [{ authorityId: nordsjaelland, to: window(400) }] });
    const writer = await Writer.open(officer, item.documentId);
    server.clock.advance({ milliseconds: 400 });
    await until('the socket is closed', () => writer.closes.includes(4403), 2_000);
    writer.close();
  });

  it('[AC50] is that of a participant in all meetings of a series, and of everything in them', async () => {
    const colleague = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    const add = { add: [colleague.person.membershipId], addTo: window(10_000), disclosureReason: 'De skal bruge det på mødet.' };
    expect((await coordinator.post(`/api/v1/series/${series.id}/changes`, add)).status).toBe(200);
    const item = await underBasis();
    const paths = async () => [
      await reads(colleague, item.id),
      (await colleague.get(`/api/v1/meetings/${meetingId}`)).status === 200,
      (await colleague.get(`/api/v1/series/${series.id}`)).status === 200,
      (await colleague.get<{ meetings: { seriesId: string }[] }>('/api/v1/meetings')).body.meetings.some((one) => one.seriesId === series.id),
      (await colleague.get<{ series: { id: string }[] }>('/api/v1/series')).body.series.some((one) => one.id === series.id),
    ];
    expect(await paths()).toEqual([true, true, true, true, true]);
    server.clock.advance({ seconds: 10 });
    expect(await paths()).toEqual([false, false, false, false, false]);
  });

  it('[AC50] cannot be set for oneself, nor for somebody who takes no part, nor end before it begins', async () => {
    const item = await underBasis();
    const refused = async (entry: object) => (await open(item.id, { kind: 'all', windows: [entry] })).body;
    expect((await refused({ personId: coordinator.person.id, to: window(1_000) })).code).toBe('own-access-needed');
    expect((await refused({ authorityId: eksempelby, to: window(1_000) })).code).toBe('own-access-needed');
    expect(await refused({ personId: '01890000-0000-7000-8000-000000000000', to: window(1_000) })).toMatchObject({ errors: [{ field: 'windows' }] });
    expect(await refused({ personId: officer.person.id, from: window(1_000), to: window(1_000) })).toMatchObject({ errors: [{ field: 'windows.0.to' }] });
    expect(await refused({ to: window(1_000) })).toMatchObject({ errors: [{ field: 'windows.0' }] });
  });
});
