import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { plainText } from '@lib/contracts/rich-text.js';
import { consultation, documentOf, narrow, write } from './support/minutes-story.js';
import { newDecision } from './support/story.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer } from './support/test-server.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof consultation>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await consultation(server)));

const canary = 'Kanariefugl i referatet';

describe('agenda and minutes as a document', () => {
  it('[MI1] hold the words, decisions and follow-ups of the items, and who takes part', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = story;
    await write(officer, items[1]!.documentId, 'Politiet orienterede om forløbet.');
    await coordinator.post(`/api/v1/items/${items[1]!.id}/decisions`, newDecision(caseworker, { legalBasisId: 'bl-126' }));
    await coordinator.post(`/api/v1/items/${items[1]!.id}/follow-ups`, { text: 'Ringer til skolen', ownerPersonId: officer.person.id, deadline: '2026-12-14' });
    const minutes = await documentOf(officer, meetingId);
    const item = minutes.items[1]!;
    if (item.closed) throw new Error('closed');
    expect(plainText(item.minutes)).toBe('Politiet orienterede om forløbet.');
    expect(item.decisions.map((one) => [one.text, one.decidingAuthority.id, one.legalBasis?.id, one.caseReference])).toEqual([['SSP-konsulenten kontakter familien.', eksempelby, 'bl-126', 'Sag 2026-014']]);
    expect(item.followUps.map((one) => [one.text, one.owner.name, one.state])).toEqual([['Ringer til skolen', officer.person.name, 'open']]);
    expect(item).toMatchObject({ number: '2', title: items[1]!.title, audience: null });
    expect(minutes.items).toHaveLength(items.length);
    expect(minutes.participants.map((one) => one.name).sort()).toEqual([coordinator, caseworker, officer, story.police, story.psychologist].map((one) => one.person.name).sort());
    expect(minutes).toMatchObject({ schema: 'samraad/meeting-document/1', kind: 'minutes', extractFor: null, approval: { state: 'draft', hash: null } });

    const agenda = await documentOf(officer, meetingId, 'agenda');
    expect(JSON.stringify(agenda)).not.toContain('Politiet orienterede');
    expect(agenda.items.map((one) => (one.closed ? null : [one.title, one.minutes, one.decisions]))).toEqual(items.map((one) => [one.title, [], []]));
    expect(agenda.approval).toBeNull();
  });

  it('[MI1] show of a closed item only its time, and nothing to those who take no part', async () => {
    const { coordinator, caseworker, officer, meetingId, items } = story;
    const closed = items[2]!;
    await narrow(coordinator, closed.id, [eksempelby]);
    await write(caseworker, closed.documentId, canary);
    await coordinator.post(`/api/v1/items/${closed.id}/decisions`, newDecision(caseworker, { text: canary, legalBasisId: 'bl-126' }));
    const inside = await documentOf(coordinator, meetingId);
    expect(JSON.stringify(inside)).toContain(canary);
    for (const kind of ['agenda', 'minutes'] as const) {
      const outside = await documentOf(officer, meetingId, kind);
      const { startInstant, endInstant } = inside.items[2]!;
      expect(outside.items[2]).toEqual({ closed: true, startInstant, endInstant });
      for (const secret of [canary, closed.id, closed.documentId, closed.title]) expect(JSON.stringify(outside)).not.toContain(secret);
      const stranger = await server.signIn({ authorityId: taenktby, role: 'leader' });
      const refused = await stranger.get<object>(`/api/v1/meetings/${meetingId}/documents/${kind}.json`);
      const missing = await stranger.get<object>(`/api/v1/meetings/01890000-0000-7000-8000-000000000000/documents/${kind}.json`);
      expect([refused.status, refused.body]).toEqual([404, missing.body]);
    }
  });

  it('[MI2] are severed for one authority, and never hold more than the asker reads', async () => {
    const { coordinator, officer, psychologist, meetingId, items } = story;
    await narrow(coordinator, items[2]!.id, [eksempelby, boernehusHovedstaden]);
    await narrow(coordinator, items[3]!.id, [eksempelby, nordsjaelland]);
    const open = async (who: typeof officer, authorityId: string) => (await documentOf(who, meetingId, 'minutes', authorityId)).items.map((one) => !one.closed);
    const all = items.map(() => true);
    expect(await open(coordinator, eksempelby)).toEqual(all);
    expect(await open(coordinator, nordsjaelland)).toEqual(all.with(2, false));
    expect(await open(officer, nordsjaelland)).toEqual(all.with(2, false));
    expect(await open(psychologist, boernehusHovedstaden)).toEqual(all.with(3, false));
    // The police coordinator makes one for the børnehus out of what she reads herself.
    expect(await open(story.police, boernehusHovedstaden)).toEqual(all.with(2, false).with(3, false));
    expect((await documentOf(coordinator, meetingId, 'minutes', nordsjaelland)).extractFor?.id).toBe(nordsjaelland);
    for (const [who, authorityId] of [[officer, boernehusHovedstaden], [coordinator, taenktby]] as const) {
      expect((await who.get(`/api/v1/meetings/${meetingId}/documents/minutes.json?authority=${authorityId}`)).status).toBe(404);
    }
  });
});
