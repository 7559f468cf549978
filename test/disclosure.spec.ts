import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Keyring } from '@lib/platform/keyring.service.js';
import { Shredding } from '@lib/retention/shredding.service.js';
import { meetingOf, newDecision, openItems, section115, type Meeting } from './support/story.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

interface Item {
  id: string;
  documentId: string;
  version: number;
  meetingId: string;
  state: string;
  title: string;
  caseReference: string | null;
  canWrite: boolean;
  canMove: boolean;
  legalBasis: { id: string } | null;
  audience: { kind: string; authorities: { id: string }[] };
  movedFrom: { itemId: string } | null;
  movedTo: { itemId: string } | null;
  change: { kind: string; reason: string | null } | null;
}
interface View {
  digest: string;
  people: { membershipId: string }[];
  meetings: { id: string; joins: boolean; hasMinutes: boolean; closedItems: number; items: { itemId: string; title: string; decisions: number; followUps: number; toMembershipIds: string[] }[] }[];
  counts: { items: number; decisions: number; followUps: number; minutes: number };
}
interface Problem {
  code: string;
  detail?: string;
  errors?: { field: string }[];
}
type Story = Awaited<ReturnType<typeof section115>>;

let server: TestServer;
let story: Story;
let colleague: Browser;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server);
  colleague = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
});

const personal = async (browser: Browser = story.coordinator) => openItems(await meetingOf(browser, story.meetingId)).find((entry) => entry.item.legalBasis?.id === 'rpl-115-1-1' && !entry.item.perPerson)!.item as unknown as Item;
const own = { kind: 'restricted', authorityIds: [eksempelby], personIds: [] };
const audience = (itemId: string, body: object) => story.coordinator.put<Item & Problem>(`/api/v1/items/${itemId}/audience`, body);
const preview = (path: string, body: object) => story.coordinator.post<View & Problem>(`/api/v1/${path}/preview`, body);
const recorded = (kind: string) =>
  server.unitOfWork.run((tx) => tx.query<{ meeting_id: string; item_ids: string[]; to_membership_ids: string[]; legal_basis_ids: string[]; reason: Uint8Array | null; made_by_membership_id: string }>('SELECT * FROM disclosure WHERE kind = $1 ORDER BY id', [kind]));

/** A joint consultation of municipality, police and børnehus, where suspicion of abuse belongs. */
const consultation = async (): Promise<string> => {
  const psychologist = await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant' });
  const made = await story.coordinator.post<Meeting>('/api/v1/meetings', { kindId: 'caseConsultation', startLocal: '2026-12-10T09:00', durationMinutes: 60, place: null, authorityIds: [nordsjaelland, boernehusHovedstaden], participantMembershipIds: [story.officer.person.membershipId, psychologist.person.membershipId] });
  return made.body.id;
};

const stepOf = (kind: string) => ({ plan: 'sequence', kind, text: 'Trin', ownerPersonId: story.officer.person.id, day: '2026-12-10', time: null, place: null, trustedAdult: null, awaits: null, caseReference: null });

describe('a wider audience', () => {
  it('[MT70] [MT71] says exactly what becomes visible to whom, and stores nothing by saying it', async () => {
    const item = await personal();
    await audience(item.id, own);
    await story.coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker));
    const { status, body } = await preview(`items/${item.id}/audience`, { kind: 'all' });
    expect(status).toBe(200);
    expect(body.people.map((one) => one.membershipId)).toEqual([story.officer.person.membershipId]);
    expect(body.meetings).toMatchObject([{ id: story.meetingId, joins: false, hasMinutes: false, items: [{ itemId: item.id, title: item.title, decisions: 1, followUps: 0, toMembershipIds: [story.officer.person.membershipId] }] }]);
    expect(body.counts).toEqual({ items: 1, decisions: 1, followUps: 0, minutes: 0 });
    expect((await story.officer.get(`/api/v1/items/${item.id}`)).status).toBe(404);
    // Narrowing shows nobody anything.
    expect((await preview(`items/${item.id}/audience`, own)).body).toMatchObject({ people: [], meetings: [] });
  });

  it('[MT72] asks why, and does what was shown or nothing', async () => {
    const item = await personal();
    await audience(item.id, own);
    expect((await audience(item.id, { kind: 'all' })).body).toMatchObject({ code: 'invalid-input', errors: [{ field: 'disclosureReason' }] });
    const { digest } = (await preview(`items/${item.id}/audience`, { kind: 'all' })).body;
    await story.coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker));
    const wide = { kind: 'all', disclosureReason: 'Politiet skal kende aftalen.', disclosureDigest: digest };
    const late = await audience(item.id, wide);
    expect([late.status, late.body.code]).toEqual([412, 'precondition-failed']);
    expect((await story.officer.get(`/api/v1/items/${item.id}`)).status).toBe(404);
    const again = (await preview(`items/${item.id}/audience`, { kind: 'all' })).body.digest;
    expect((await audience(item.id, { ...wide, disclosureDigest: again })).status).toBe(200);
    expect((await story.officer.get(`/api/v1/items/${item.id}`)).status).toBe(200);
  });

  it('[MT73] leaves what was shown, to whom, on which basis and why, sealed, for good', async () => {
    const item = await personal();
    await audience(item.id, own);
    await audience(item.id, { kind: 'all', disclosureReason: 'Kanariefugl-grund' });
    const row = (await recorded('audience')).at(-1)!;
    expect(row).toMatchObject({ meeting_id: story.meetingId, item_ids: [item.id], to_membership_ids: [story.officer.person.membershipId], legal_basis_ids: ['rpl-115-1-1'], made_by_membership_id: story.coordinator.person.membershipId });
    expect(Buffer.from(row.reason!).includes('Kanariefugl')).toBe(false);
  });

  it('[MT70] [MT71] names a longer time as what it is', async () => {
    const item = await personal();
    const to = (hours: number) => ({ kind: 'all', windows: [{ personId: story.officer.person.id, to: server.clock.now().add({ hours }).toString() }] });
    expect((await audience(item.id, to(1))).status).toBe(200);
    expect((await preview(`items/${item.id}/audience`, to(2))).body.people).toHaveLength(1);
    expect((await audience(item.id, to(2))).body.errors).toMatchObject([{ field: 'disclosureReason' }]);
  });
});

describe('somebody who joins', () => {
  it('[MT70] [MT71] [MT72] sees at one meeting what the asker was told, and nothing that is closed', async () => {
    const item = await personal();
    const closed = openItems(await meetingOf(story.coordinator, story.meetingId)).find((entry) => entry.item.id !== item.id && entry.item.legalBasis !== null)!.item;
    await audience(closed.id, { kind: 'restricted', authorityIds: [eksempelby, nordsjaelland], personIds: [] });
    const invitation = { membershipIds: [colleague.person.membershipId] };
    const path = `meetings/${story.meetingId}/participants`;
    const { body } = await preview(path, invitation);
    expect(body.people.map((one) => one.membershipId)).toEqual(invitation.membershipIds);
    expect(body.meetings[0]).toMatchObject({ joins: true, hasMinutes: false });
    expect((await colleague.get(`/api/v1/meetings/${story.meetingId}`)).status).toBe(404);
    expect((await story.coordinator.post<Problem>(`/api/v1/${path}`, invitation)).status).toBe(400);
    expect((await story.coordinator.post(`/api/v1/${path}`, { ...invitation, disclosureReason: 'Kender området.', disclosureDigest: body.digest })).status).toBe(200);
    const theirs = openItems(await meetingOf(colleague, story.meetingId)).map((entry) => entry.item.id);
    expect(theirs.toSorted()).toEqual(body.meetings[0]!.items.map((one) => one.itemId).toSorted());
    expect((await recorded('participant')).at(-1)).toMatchObject({ to_membership_ids: invitation.membershipIds });
  });

  it('[MT71] is told to nobody beyond what the asker reads herself', async () => {
    // Closed to the coordinator who invites: counted as closed, opened to nobody by name.
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
    await story.coordinator.post(`/api/v1/series/${story.series.id}/changes`, { add: [police.person.membershipId], disclosureReason: 'Skal koordinere med.' });
    const item = await personal(police);
    await police.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [nordsjaelland], personIds: [] });
    const { body } = await preview(`meetings/${story.meetingId}/participants`, { membershipIds: [colleague.person.membershipId] });
    expect(body.meetings[0]!.items.map((one) => one.itemId)).not.toContain(item.id);
    expect(body.meetings[0]!.closedItems).toBe(1);
    // Nor by a hash that is another one when only closed items are.
    const digest = async () => (await preview(`series/${story.series.id}/changes`, { add: [colleague.person.membershipId] })).body.digest;
    const before = await digest();
    expect((await police.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [], personIds: [police.person.id] })).status).toBe(200);
    expect(await digest()).toBe(before);
  });

  it('[MT72] joins a series with a reason, for all of its meetings', async () => {
    const change = { add: [colleague.person.membershipId] };
    const shown = (await preview(`series/${story.series.id}/changes`, change)).body as unknown as { digest: string; disclosure: View };
    expect(shown.disclosure.meetings.length).toBeGreaterThan(1);
    expect(shown.disclosure.people.map((one) => one.membershipId)).toEqual(change.add);
    expect((await story.coordinator.post<Problem>(`/api/v1/series/${story.series.id}/changes`, change)).body.errors).toMatchObject([{ field: 'disclosureReason' }]);
    const before = (await recorded('series')).length;
    expect((await story.coordinator.post(`/api/v1/series/${story.series.id}/changes`, { ...change, digest: shown.digest, disclosureReason: 'Ny i teamet.' })).status).toBe(200);
    expect((await recorded('series')).length - before).toBe(shown.disclosure.meetings.length);
  });

  it('[MT71] [MT72] [PE3] in somebody’s place sees what whoever sends her was told, for a reason', async () => {
    const path = `/api/v1/meetings/${story.meetingId}/reply`;
    const named = { substituteMembershipId: colleague.person.membershipId };
    const item = await personal();
    const shown = await story.officer.post<View>(`${path}/preview`, named);
    expect([shown.status, shown.body.people.map((one) => one.membershipId)]).toEqual([200, [named.substituteMembershipId]]);
    expect(shown.body.meetings).toMatchObject([{ id: story.meetingId, joins: true }]);
    expect(shown.body.meetings[0]!.items.find((one) => one.itemId === item.id)).toMatchObject({ title: item.title, legalBasis: { id: 'rpl-115-1-1', label: 'Retsplejeloven § 115, stk. 1, nr. 1' } });
    expect((await colleague.get(`/api/v1/meetings/${story.meetingId}`)).status).toBe(404);
    const send = (more: object) => story.officer.put<Problem & { ownReply: string }>(path, { partStat: 'delegated', ...named, ...more });
    expect((await send({})).body).toMatchObject({ code: 'invalid-input', errors: [{ field: 'disclosureReason' }] });
    // Something more to see than was shown: nobody comes, and the answer stays what it was.
    await story.coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker));
    const late = await send({ disclosureReason: 'Jeg er syg.', disclosureDigest: shown.body.digest });
    expect([late.status, late.body.code, (await story.officer.get<{ ownReply: string }>(`/api/v1/meetings/${story.meetingId}`)).body.ownReply]).toEqual([412, 'precondition-failed', 'needsAction']);
    const again = (await story.officer.post<View>(`${path}/preview`, named)).body;
    expect((await send({ disclosureReason: 'Jeg er syg.', disclosureDigest: again.digest })).status).toBe(200);
    const row = (await recorded('substitute')).at(-1)!;
    expect(row).toMatchObject({ meeting_id: story.meetingId, to_membership_ids: [colleague.person.membershipId], legal_basis_ids: ['rpl-115-1-1'] });
    expect(row.item_ids.toSorted()).toEqual(again.meetings[0]!.items.map((one) => one.itemId).toSorted());
    expect(Buffer.from(row.reason!).includes('syg')).toBe(false);
    // The same request again, whose answer was lost.
    expect((await send({ disclosureReason: 'Jeg er syg.', disclosureDigest: again.digest })).status).toBe(200);
    expect((await story.officer.post<View>(`${path}/preview`, named)).body).toMatchObject({ people: [], meetings: [] });
    expect((await story.officer.post<Problem>(`${path}/preview`, { substituteMembershipId: story.caseworker.person.membershipId })).body.errors).toMatchObject([{ field: 'substituteMembershipId' }]);
  });

  it('[MT72] [PE8] in somebody’s place at a whole series is shown meeting by meeting, for a reason', async () => {
    const path = `/api/v1/series/${story.series.id}/substitute`;
    const named = { substituteMembershipId: colleague.person.membershipId, fromDate: '2026-12-14' };
    const shown = await story.officer.post<View>(`${path}/preview`, named);
    expect([shown.status, shown.body.meetings.length, shown.body.meetings.some((one) => one.id === story.meetingId)]).toEqual([200, 3, false]);
    expect((await story.officer.send<Problem>('PUT', path, named)).body.errors).toMatchObject([{ field: 'disclosureReason' }]);
    // Also where no meeting stands yet: she comes to those that are planned later.
    expect((await story.officer.send<Problem>('PUT', path, { ...named, fromDate: '2027-06-01' })).body.errors).toMatchObject([{ field: 'disclosureReason' }]);
    expect((await story.officer.send<Problem>('PUT', path, { ...named, disclosureReason: 'Barsel', disclosureDigest: '0'.repeat(64) })).status).toBe(412);
    expect((await story.officer.get<{ ownSubstitute: object | null }>(`/api/v1/series/${story.series.id}`)).body.ownSubstitute).toBeNull();
    const before = (await recorded('substitute')).length;
    expect((await story.officer.send('PUT', path, { ...named, disclosureReason: 'Barsel', disclosureDigest: shown.body.digest })).status).toBe(200);
    const rows = (await recorded('substitute')).slice(before);
    expect(rows.map((row) => row.meeting_id).toSorted()).toEqual(shown.body.meetings.map((one) => one.id).toSorted());
    expect(rows.every((row) => row.reason !== null)).toBe(true);
  });

  it('[MT73] is written down also where a substitute is sent', async () => {
    await story.officer.put(`/api/v1/meetings/${story.meetingId}/reply`, { partStat: 'delegated', substituteMembershipId: colleague.person.membershipId, disclosureReason: 'Jeg er forhindret.' });
    expect((await recorded('substitute')).at(-1)).toMatchObject({ meeting_id: story.meetingId, to_membership_ids: [colleague.person.membershipId], made_by_membership_id: story.officer.person.membershipId });
  });
});

describe('what was recorded of an item', () => {
  interface Recorded {
    kind: string;
    at: string;
    by: { membershipId: string };
    to: { membershipId: string }[];
    legalBasis: { label: string } | null;
    reason: string | null;
  }
  const told = async (itemId: string, who: Browser = story.coordinator) => who.get<{ disclosures: Recorded[] }>(`/api/v1/items/${itemId}/disclosures`);

  it('[AC66] is read by the coordinators who read it: when, by whom, to whom, on which basis and why', async () => {
    const item = await personal();
    await audience(item.id, own);
    expect((await told(item.id)).body).toEqual({ disclosures: [] });
    await audience(item.id, { kind: 'all', disclosureReason: 'Politiet skal kende aftalen.' });
    expect((await told(item.id)).body.disclosures).toEqual([
      expect.objectContaining({
        kind: 'audience', at: server.clock.now().toString({ fractionalSecondDigits: 3 }), reason: 'Politiet skal kende aftalen.',
        by: expect.objectContaining({ membershipId: story.coordinator.person.membershipId }), to: [expect.objectContaining({ membershipId: story.officer.person.membershipId })],
        legalBasis: expect.objectContaining({ label: 'Retsplejeloven § 115, stk. 1, nr. 1' }),
      }),
    ]);
    expect([(await told(item.id, story.officer)).status, (await told(item.id, colleague)).status]).toEqual([403, 404]);
  });

  it('[AC66] [AC6] tells of people only at the items that they came to see, and a reason for taking part to its writer alone', async () => {
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
    await story.coordinator.post(`/api/v1/series/${story.series.id}/changes`, { add: [police.person.membershipId], disclosureReason: 'Skal koordinere med.' });
    const [item, closed] = openItems(await meetingOf(story.coordinator, story.meetingId)).filter((entry) => entry.item.legalBasis !== null).map((entry) => entry.item);
    await audience(closed!.id, own);
    await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/participants`, { membershipIds: [colleague.person.membershipId], disclosureReason: 'På grund af det lukkede punkt.' });
    const seen = async (who: Browser, id: string) => (await told(id, who)).body.disclosures.filter((one) => one.kind === 'participant').map((one) => [one.to.map((person) => person.membershipId), one.reason]);
    expect(await seen(story.coordinator, item!.id)).toEqual([[[colleague.person.membershipId], 'På grund af det lukkede punkt.']]);
    expect(await seen(police, item!.id)).toEqual([[[colleague.person.membershipId], null]]);
    expect(await seen(story.coordinator, closed!.id)).toEqual([]);
    expect((await told(closed!.id, police)).status).toBe(404);
  });

  it('[AC93] is a read of the item, on record', async () => {
    const item = await personal();
    await told(item.id);
    const [entry] = await server.unitOfWork.run((tx) => tx.query<{ kind: string; rule: string; item_ids: string[]; membership_id: string }>(`SELECT kind, rule, item_ids, membership_id FROM trail_entry WHERE route = 'GET /items/{id}/disclosures' ORDER BY "at" DESC, id DESC LIMIT 1`));
    expect(entry).toEqual({ kind: 'read', rule: 'AC66', item_ids: [item.id], membership_id: story.coordinator.person.membershipId });
  });
});

describe('another track', () => {
  const reason = 'Mistanke om overgreb hører ikke til her.';
  const move = (itemId: string, body: object) => story.coordinator.post<Item & Problem>(`/api/v1/items/${itemId}/other-track`, body);

  it('[MT75] [MT76] makes a new item under the other basis, without words, seen by the own authority alone', async () => {
    const meetingId = await consultation();
    const item = await personal();
    expect(item.canMove).toBe(true);
    const { body } = await story.coordinator.get<{ targets: { meeting: { id: string }; bases: { id: string }[] }[] }>(`/api/v1/items/${item.id}/other-track`);
    expect(body.targets.find((one) => one.meeting.id === meetingId)?.bases.map((one) => one.id)).toEqual(['bl-126']);
    // Meetings of the same kind have no other basis to go on under.
    expect(body.targets.some((one) => one.meeting.id === story.meetingId)).toBe(false);
    const made = await move(item.id, { meetingId, legalBasisId: 'bl-126', title: 'Bekymring om vold', caseReference: 'Sag 2026-014', reason });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ meetingId, title: 'Bekymring om vold', caseReference: 'Sag 2026-014', legalBasis: { id: 'bl-126' }, audience: { kind: 'restricted', authorities: [{ id: eksempelby }] }, movedFrom: { itemId: item.id }, change: { kind: 'added', reason } });
    expect(made.body.documentId).not.toBe(item.documentId);
    expect((await story.officer.get(`/api/v1/items/${made.body.id}`)).status).toBe(404);
    const after = (await story.coordinator.get<Item>(`/api/v1/items/${item.id}`)).body;
    expect(after).toMatchObject({ state: 'moved', canWrite: false, canMove: false, movedTo: { itemId: made.body.id }, change: { kind: 'moved', reason } });
  });

  it('[EM5] keeps the embargo: it stands over what the item becomes, and is lifted there when the police lift it', async () => {
    const item = await personal();
    const embargoesOf = async (id: string) => (await story.coordinator.get<{ embargoes: { id: string; towards: string; liftedAt: string | null }[] }>(`/api/v1/items/${id}/embargoes`)).body.embargoes;
    expect((await story.coordinator.post(`/api/v1/items/${item.id}/embargoes`, { parties: ['parentOne'], reason: 'Anholdelse', reviewAt: server.clock.now().add({ hours: 24 }).toString() })).status).toBe(201);
    const made = (await move(item.id, { meetingId: await consultation(), legalBasisId: 'bl-126', title: 'Bekymring om vold', caseReference: null, reason })).body;
    const [standing] = await embargoesOf(item.id);
    expect(await embargoesOf(made.id)).toEqual([expect.objectContaining({ towards: standing!.towards, liftedAt: null })]);
    const shown = openItems(await meetingOf(story.coordinator, made.meetingId)).find((entry) => entry.item.id === made.id)!.item;
    expect((shown as unknown as { embargoes: object[] }).embargoes).toHaveLength(1);
    expect((await story.officer.post(`/api/v1/embargoes/${standing!.id}/lift`, { reason: 'Anholdelsen er foretaget.' })).status).toBe(200);
    expect((await embargoesOf(made.id)).map(({ liftedAt }) => liftedAt === null)).toEqual([false]);
  });

  it('[EM10] reaches what the item has become already, and is lifted there too when one of them was destroyed meanwhile', async () => {
    const item = await personal();
    const made = (await move(item.id, { meetingId: await consultation(), legalBasisId: 'bl-126', title: 'Bekymring om vold', caseReference: null, reason })).body;
    const embargoesOf = async (who: Browser, id: string) => (await who.get<{ embargoes: { id: string; liftedAt: string | null; timeline: { kind: string; reason: string | null }[] }[] }>(`/api/v1/items/${id}/embargoes`)).body.embargoes;
    const set = await story.coordinator.post<{ embargoes: { id: string }[] }>(`/api/v1/items/${item.id}/embargoes`, { parties: ['parentOne'], reason: 'Anholdelse', reviewAt: server.clock.now().add({ hours: 24 }).toString() });
    expect(set.status).toBe(201);
    expect((await embargoesOf(story.coordinator, made.id)).map(({ liftedAt }) => liftedAt)).toEqual([null]);
    const extract = `/api/v1/meetings/${made.meetingId}/documents/agenda.json?authority=${encodeURIComponent(eksempelby)}`;
    expect((await story.coordinator.get<Problem>(extract)).body.code).toBe('embargo-in-force');
    // Somebody who does not read what it became sets one on the old: it reaches no further, and she learns of nothing.
    expect((await story.officer.post(`/api/v1/items/${item.id}/embargoes`, { parties: ['child'], reason: 'Afhøring', reviewAt: server.clock.now().add({ hours: 24 }).toString() })).status).toBe(201);
    expect(await embargoesOf(story.coordinator, made.id)).toHaveLength(1);

    await server.running.app.get(Shredding).shred({ itemId: made.id });
    expect((await story.officer.post(`/api/v1/embargoes/${set.body.embargoes[0]!.id}/lift`, { reason: 'Anholdelsen er foretaget.' })).status).toBe(200);
    expect((await embargoesOf(story.officer, item.id)).find((one) => one.id === set.body.embargoes[0]!.id)!.liftedAt).not.toBeNull();
    const lifted = await server.unitOfWork.run((tx) => tx.query<{ n: number }>('SELECT count(*)::int AS n FROM embargo WHERE item_id = $1 AND lifted_at IS NULL', [made.id]));
    expect(lifted).toEqual([{ n: 0 }]);
  });

  it('[EM3] is lifted with the one it goes on from, also where the police who lift it take no part', async () => {
    const item = await personal();
    expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/participants`, { membershipIds: [colleague.person.membershipId], disclosureReason: 'Hun kender sagen.' })).status).toBeLessThan(300);
    const set = await story.coordinator.post<{ embargoes: { id: string }[] }>(`/api/v1/items/${item.id}/embargoes`, { parties: ['parentOne'], reason: 'Anholdelse', reviewAt: server.clock.now().add({ hours: 24 }).toString() });
    const alone = await story.coordinator.post<Meeting>('/api/v1/meetings', { kindId: 'caseConsultation', startLocal: '2026-12-11T09:00', durationMinutes: 60, place: null, authorityIds: [], participantMembershipIds: [story.caseworker.person.membershipId] });
    const made = (await move(item.id, { meetingId: alone.body.id, legalBasisId: 'bl-126', title: 'Bekymring om vold', caseReference: null, reason })).body;
    // As in a process that has opened nothing of either.
    server.running.app.get(Keyring).forgetAll();
    expect((await colleague.post(`/api/v1/embargoes/${set.body.embargoes[0]!.id}/lift`, { reason: 'Anholdelsen er foretaget.' })).status).toBe(200);
    const there = await story.coordinator.get<{ embargoes: { liftedAt: string | null; timeline: { kind: string; reason: string | null }[] }[] }>(`/api/v1/items/${made.id}/embargoes`);
    expect(there.body.embargoes).toMatchObject([{ liftedAt: expect.any(String), timeline: [{ kind: 'set' }, { kind: 'lifted', reason: 'Anholdelsen er foretaget.' }] }]);
  });

  it('[MT77] tells those who read the old one that it was moved, and not to where', async () => {
    const meetingId = await consultation();
    const item = await personal();
    const made = (await move(item.id, { meetingId, legalBasisId: 'bl-126', title: 'Kanariefugl', reason })).body;
    const theirs = await story.officer.get<Item>(`/api/v1/items/${item.id}`);
    expect(theirs.body).toMatchObject({ state: 'moved', movedTo: null, canWrite: false, change: { kind: 'moved' } });
    expect(JSON.stringify(theirs.body)).not.toContain(made.id);
    expect(JSON.stringify((await story.officer.get(`/api/v1/meetings/${story.meetingId}`)).body)).not.toContain('Kanariefugl');
    expect((await move(item.id, { meetingId, legalBasisId: 'bl-126', title: 'Igen', reason })).status).toBe(403);
    expect((await story.coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker))).status).toBe(403);
  });

  it.each([
    ['the same basis', { legalBasisId: 'rpl-115-1-1' }, 400],
    ['a basis of another kind of meeting', { legalBasisId: 'samtykke' }, 400],
    ['a case reference that names somebody', { caseReference: 'Lille Peter' }, 400],
    ['a meeting that is not there', { meetingId: '01890000-0000-7000-8000-000000000000' }, 404],
    ['no reason', { reason: '' }, 400],
  ])('[MT76] refuses %s', async (_what, changes, status) => {
    const meetingId = await consultation();
    const item = await personal();
    expect((await move(item.id, { meetingId, legalBasisId: 'bl-126', title: 'Videre', reason, ...changes })).status).toBe(status);
    expect((await personal()).state).toBe('open');
  });

  it('[AC64] is where the steps of an investigation belong: a § 115 item plans none', async () => {
    const item = await personal();
    const refused = await story.coordinator.post<Problem>(`/api/v1/items/${item.id}/plan-steps`, stepOf('videoInterview'));
    expect([refused.status, refused.body.code]).toEqual([409, 'legal-basis-limit']);
    expect(refused.body.detail).toContain('efterforskning');
  });
});

describe('what an authority makes of a basis', () => {
  const bases = '/api/v1/administration/legal-bases';
  const setting = (changes: object) => ({ basisId: 'rpl-115-1-1', sectors: ['municipality'], source: 'Direktionens beslutning', validFrom: '2026-11-01', ...changes });

  it('[AC63] counts for what is made from then on, under a version of its own', async () => {
    const administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    const before = await personal();
    const set = await administrator.post<{ bases: { id: string; sectors: string[]; version: string; history: unknown[] }[] }>(bases, setting({}));
    expect(set.status).toBe(201);
    expect(set.body.bases.find((one) => one.id === 'rpl-115-1-1')).toMatchObject({ sectors: ['municipality'], version: '2026-11-21+1', history: [{ version: 1, source: 'Direktionens beslutning' }] });
    const made = (await story.coordinator.post<Item & { legalBasis: { version: string } }>(`/api/v1/meetings/${story.meetingId}/items`, { title: 'Nyt', plannedMinutes: 5, outputType: 'discussion' })).body;
    expect(made.legalBasis.version).toBe('2026-11-21+1');
    expect((await story.officer.get(`/api/v1/items/${made.id}`)).status).toBe(404);
    expect((await story.officer.get(`/api/v1/items/${before.id}`)).status).toBe(200);
    // Back to what ships with the product.
    expect((await administrator.post(bases, setting({ sectors: ['municipality', 'police', 'school', 'health'] }))).status).toBe(201);
  });

  it('[AC63] may add one of its own, which its items can stand on', async () => {
    const administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    const { body } = await administrator.post<{ bases: { id: string; isOwn: boolean; label: string }[] }>(bases, setting({ basisId: null, label: 'Lokal samarbejdsaftale', limits: 'Kun mellem kommune og politi.', sectors: ['municipality', 'police'] }));
    const basis = body.bases.find((one) => one.isOwn)!;
    const made = await story.coordinator.post<Item>(`/api/v1/meetings/${story.meetingId}/items`, { title: 'Under egen hjemmel', plannedMinutes: 5, outputType: 'discussion', legalBasisId: basis.id });
    expect([made.status, made.body.legalBasis?.id]).toEqual([201, basis.id]);
  });

  it('[AC64] admits the steps of an investigation under one of its own only where it says so', async () => {
    const administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    const own = { basisId: null, limits: 'Kun mellem kommune og politi.', sectors: ['municipality', 'police'] };
    const meetingId = await consultation();
    const planned: unknown[] = [];
    for (const admits of [{}, { admitsInvestigation: true }]) {
      const label = `Aftale ${planned.length}`;
      const { body } = await administrator.post<{ bases: { id: string; label: string; admitsInvestigation: boolean }[] }>(bases, setting({ ...own, label, ...admits }));
      const basis = body.bases.find((one) => one.label === label)!;
      const { body: item } = await story.coordinator.post<Item>(`/api/v1/meetings/${meetingId}/items`, { title: 'Under egen hjemmel', plannedMinutes: 5, outputType: 'discussion', legalBasisId: basis.id });
      for (const kind of ['videoInterview', 'forensicExamination', 'support']) planned.push([basis.admitsInvestigation, kind, (await story.coordinator.post(`/api/v1/items/${item.id}/plan-steps`, stepOf(kind))).status]);
      // Nor does a step become one.
      const { body: view } = await story.coordinator.get<{ plans: { steps: { id: string; kind: string }[] }[] }>(`/api/v1/items/${item.id}/plans`);
      const { id } = view.plans.flatMap(({ steps }) => steps).find(({ kind }) => kind === 'support')!;
      planned.push((await story.coordinator.put(`/api/v1/plan-steps/${id}`, stepOf('forensicExamination'))).status);
    }
    const refused = ['videoInterview', 'forensicExamination'].map((kind) => [false, kind, 409]);
    const made = ['videoInterview', 'forensicExamination', 'support'].map((kind) => [true, kind, 201]);
    expect(planned).toEqual([...refused, [false, 'support', 201], 409, ...made, 200]);
  });

  it.each([
    ['more sectors than the law', { sectors: ['municipality', 'barnahus'] }, 'sectors'],
    ['no sector', { sectors: [] }, 'sectors'],
    ['a period that ends before it begins', { validTo: '2026-10-01' }, 'validTo'],
    ['an own one without a name', { basisId: null, limits: 'Grænser' }, 'label'],
  ])('[AC63] refuses %s', async (_what, changes, field) => {
    const administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    expect((await administrator.post<Problem>(bases, setting(changes))).body.errors).toMatchObject([{ field }]);
  });

  it('[DE16] [DE17] [AC65] can be cited by a decision where the basis of the item admits it, in the words it had then', async () => {
    const administrator = await server.signIn({ authorityId: eksempelby, role: 'administrator' });
    interface Basis { id: string; label: string }
    const add = async (label: string, changes: object = {}) => (await administrator.post<{ bases: Basis[] }>(bases, setting({ basisId: null, label, limits: 'Kun mellem kommune og politi.', sectors: ['municipality', 'police'], ...changes }))).body.bases.find((one) => one.label === label)!;
    const plain = await add(`Lokal aftale ${story.meetingId}`);
    const wide = await add(`Efterforskningsaftale ${story.meetingId}`, { admitsInvestigation: true });
    const ended = await add(`Udløbet aftale ${story.meetingId}`, { validTo: '2026-11-20' });
    const theirs = await server.signIn({ authorityId: nordsjaelland, role: 'administrator' });
    const police = (await theirs.post<{ bases: Basis[] }>(bases, setting({ basisId: null, label: `Politiets aftale ${story.meetingId}`, limits: 'Politiets.', sectors: ['police'] }))).body.bases.find((one) => one.label === `Politiets aftale ${story.meetingId}`)!;
    const item = await personal();
    const { body: offered } = await story.coordinator.get<{ legalBases: { id: string; authorityIds: string[] }[]; suggestedLegalBasisId: string }>(`/api/v1/items/${item.id}/decision-options`);
    const whose = (id: string) => offered.legalBases.find((one) => one.id === id)?.authorityIds.toSorted() ?? [];
    expect(offered.suggestedLegalBasisId).toBe('rpl-115-1-1');
    expect([whose('rpl-115-1-1'), whose(plain.id), whose(police.id), whose('bl-126'), whose(wide.id), whose(ended.id)]).toEqual([[eksempelby, nordsjaelland], [eksempelby, nordsjaelland], [nordsjaelland], [], [], []]);
    const decide = (who: Browser, legalBasisId: string) => story.coordinator.post<Problem & { id: string; legalBasis: { label: string } | null }>(`/api/v1/items/${item.id}/decisions`, newDecision(who, { legalBasisId }));
    for (const id of ['bl-126', wide.id]) {
      const refused = await decide(story.caseworker, id);
      expect([refused.status, refused.body.code, refused.body.errors?.map((one) => one.field)]).toEqual([409, 'legal-basis-limit', ['legalBasisId']]);
      expect(refused.body.detail).toContain('Retsplejeloven § 115, stk. 1, nr. 1, som ikke giver adgang til at dele med henblik på efterforskning');
    }
    for (const id of [ended.id, police.id]) expect((await decide(story.caseworker, id)).body.errors).toMatchObject([{ field: 'legalBasisId' }]);
    const made = (await decide(story.caseworker, plain.id)).body;
    expect(made.legalBasis).toMatchObject({ id: plain.id, label: plain.label });
    expect((await decide(story.officer, police.id)).body.legalBasis).toMatchObject({ label: police.label });
    // Called otherwise afterwards, the decision still says what it cited; the log finds it.
    await administrator.post(bases, setting({ basisId: plain.id, label: 'Et andet navn', limits: 'Andre grænser.', sectors: ['municipality', 'police'] }));
    expect((await story.leader.get<{ legalBasis: { label: string } }>(`/api/v1/decisions/${made.id}`)).body.legalBasis.label).toBe(plain.label);
    const log = await story.leader.get<{ decisions: { id: string }[] }>(`/api/v1/decisions?legalBasisId=${encodeURIComponent(plain.id)}`);
    expect(log.body.decisions.map((one) => one.id)).toEqual([made.id]);
    expect((await story.leader.get<{ legalBases: { id: string; name: string }[] }>('/api/v1/decision-log/options')).body.legalBases).toContainEqual({ id: plain.id, name: 'Et andet navn' });
    const entry = await server.unitOfWork.run((tx) => tx.query<{ rule: string }>(`SELECT rule FROM trail_entry WHERE kind = 'refused' AND route = 'POST /items/{id}/decisions' ORDER BY "at" DESC, id DESC LIMIT 1`));
    expect(entry).toEqual([{ rule: 'AC65' }]);
  });
});
