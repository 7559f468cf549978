import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Search } from '@lib/search/search.service.js';
import { eksempelby, taenktby, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { until, Writer } from './support/writer.js';

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await section115(server)));

interface Found {
  groups: { kind: string; total: number; hits: { kind: string; id: string; title: { text: string; hit: boolean }[]; excerpt: { text: string; hit: boolean }[]; meeting: { id: string | null; title: string }; itemId: string | null }[] }[];
  pending: number;
}

/** Asks until everything that may be read has been read in. */
async function find(who: Browser, query: string, more: object = {}): Promise<Found> {
  for (;;) {
    const answer = await who.post<Found>('/api/v1/search', { query, ...more });
    expect(answer.status).toBe(200);
    if (answer.body.pending === 0) return answer.body;
  }
}

const idsOf = (found: Found, kind: string) => found.groups.find((group) => group.kind === kind)?.hits.map((hit) => hit.id) ?? [];
/** A word that stands nowhere else. */
let count = 0;
const aWord = () => `kanariefugl${String.fromCharCode(97 + Math.floor(count / 26), 97 + (count++ % 26))}`;

async function newItem(title: string, changes: object = {}): Promise<{ id: string; documentId: string }> {
  const answer = await story.coordinator.post<{ id: string; documentId: string }>(`/api/v1/meetings/${story.meetingId}/items`, { title, plannedMinutes: 5, outputType: 'discussion', ...changes });
  expect(answer.status).toBe(201);
  return answer.body;
}

const audience = (itemId: string, body: object) => story.coordinator.put(`/api/v1/items/${itemId}/audience`, body);
const narrow = (itemId: string) => audience(itemId, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] });

describe('a search', () => {
  it('[SE2] finds meetings, items, decisions and follow-ups by their words', async () => {
    const { coordinator, caseworker, meetingId } = story;
    const word = aWord();
    const single = await coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'themeDay', title: `Temadag om ${word}en`, startLocal: '2026-12-09T10:00', durationMinutes: 60, authorityIds: [], participantMembershipIds: [] });
    expect(single.status).toBe(201);
    const item = await newItem(`Om ${word}en`);
    const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { reasons: `Derfor: ${word}` }));
    const followUp = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/follow-ups`, { text: `Ring om ${word}`, ownerPersonId: caseworker.person.id, deadline: '2026-12-14' });
    const found = await find(coordinator, word.toUpperCase());
    expect(found.groups.map((group) => [group.kind, group.total])).toEqual([['meeting', 1], ['item', 1], ['decision', 1], ['followUp', 1]]);
    expect([idsOf(found, 'meeting'), idsOf(found, 'item'), idsOf(found, 'decision'), idsOf(found, 'followUp')]).toEqual([[single.body.id], [item.id], [decision.body.id], [followUp.body.id]]);
    const hit = found.groups[1]!.hits[0]!;
    expect(hit.title).toEqual([{ text: 'Om ', hit: false }, { text: `${word}en`, hit: true }]);
    expect([hit.meeting.id, hit.itemId]).toEqual([meetingId, item.id]);
    expect((await find(coordinator, `${word} temadag`)).groups.map((group) => group.kind)).toEqual(['meeting']);
    expect((await find(coordinator, word, { kind: 'item', limit: 100 })).groups.map((group) => group.kind)).toEqual(['item']);
  });

  it('[SE5] finds what was written in the minutes as soon as it is stored, and no more once it is deleted', async () => {
    const { coordinator, officer } = story;
    const item = await newItem('Referat');
    const word = aWord();
    expect(idsOf(await find(officer, word), 'item')).toEqual([]);
    const writer = await Writer.open(coordinator, item.documentId, 'minutes');
    writer.type(`Vi talte om ${word} og <b>mere</b>. Ring til 010101-1234.`);
    await until('stored', () => writer.acknowledged >= writer.sent && writer.sent > 0);
    const found = await find(officer, word);
    expect(idsOf(found, 'item')).toEqual([item.id]);
    expect(found.groups[0]!.hits[0]!.excerpt.map((run) => run.text).join('')).toContain(`Vi talte om ${word} og <b>mere</b>. Ring til [CPR-nummer fjernet].`);
    expect(idsOf(await find(officer, '1234'), 'item')).not.toContain(item.id);
    writer.text.delete(0, writer.text.length);
    await until('stored', () => writer.acknowledged >= writer.sent);
    expect(idsOf(await find(officer, word), 'item')).toEqual([]);
    writer.close();
  });

  it('[SE1] answers those outside a narrowed item as if its words stood nowhere, from the commit on', async () => {
    const { coordinator, caseworker, officer, policeLeader } = story;
    const word = aWord();
    const item = await newItem(`Punkt ${word}`);
    await coordinator.post(`/api/v1/items/${item.id}/follow-ups`, { text: `Opgave ${word}`, ownerPersonId: caseworker.person.id, deadline: '2026-12-14' });
    await coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: `Beslutning ${word}` }));
    // Indexed while the officer could read it.
    expect((await find(officer, word)).groups.map((group) => group.total)).toEqual([1, 1, 1]);
    expect((await narrow(item.id)).status).toBe(200);

    const outsiders = [officer, policeLeader, await server.signIn({ authorityId: taenktby, role: 'coordinator' })];
    for (const outsider of outsiders) {
      const nowhere = await outsider.post('/api/v1/search', { query: 'findesslet ikke' });
      for (const query of [word, word.slice(0, 5), `${word}en`, `punkt ${word}`, word.slice(3)]) {
        const answer = await outsider.post<Found>('/api/v1/search', { query });
        const closed = { groups: answer.body.groups.filter((group) => JSON.stringify(group).includes(word)), pending: answer.body.pending };
        expect(closed).toEqual({ groups: [], pending: 0 });
        expect(JSON.stringify(answer.body)).not.toContain(item.id);
      }
      const exact = await outsider.post('/api/v1/search', { query: word });
      expect([exact.body, exact.headers.get('content-length'), exact.headers.get('etag')]).toEqual([nowhere.body, nowhere.headers.get('content-length'), nowhere.headers.get('etag')]);
    }
    expect((await find(caseworker, word)).groups.map((group) => group.total)).toEqual([1, 1, 1]);
    expect((await audience(item.id, { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' })).status).toBe(200);
    expect((await find(officer, word)).groups.map((group) => group.total)).toEqual([1, 1, 1]);
  });

  it('[SE1] counts, orders and waits the same whatever is written where the asker may not read', async () => {
    const { coordinator, officer } = story;
    const word = aWord();
    const closed = await newItem('Lukket');
    await narrow(closed.id);
    await newItem(`Et ${word}`);
    await newItem(`${word} først`);
    const look = async () => JSON.stringify(await find(officer, word, { limit: 100 }));
    const before = await look();
    const writer = await Writer.open(coordinator, closed.documentId, 'minutes');
    writer.type(`${word} `.repeat(200));
    await until('stored', () => writer.acknowledged >= writer.sent && writer.sent > 0);
    await find(coordinator, word);
    // Not even that something waits to be read in is told: the first answer is whole.
    writer.type(`${word} mere`);
    await until('stored', () => writer.acknowledged >= writer.sent);
    const once = await officer.post<Found>('/api/v1/search', { query: word, limit: 100 });
    expect(JSON.stringify(once.body)).toBe(before);
    writer.close();
  });

  it('[SE1] looks at the documents of the asker and at no others, so that closed ones take no time', async () => {
    const { coordinator, officer } = story;
    const word = aWord();
    const item = await newItem(`Punkt ${word}`);
    await find(officer, word);
    await narrow(item.id);
    await find(coordinator, word);
    const search = server.running.app.get(Search) as unknown as { indexes: Map<string, { entries: Map<string, unknown> }> };
    const read = new Set<string>();
    for (const index of search.indexes.values()) {
      const { entries } = index;
      const get = entries.get.bind(entries);
      entries.get = (id: string) => {
        read.add(id);
        return get(id);
      };
    }
    await officer.post('/api/v1/search', { query: word });
    expect(read.size).toBeGreaterThan(7);
    expect(read.has(item.id)).toBe(false);
    await coordinator.post('/api/v1/search', { query: word });
    expect(read.has(item.id)).toBe(true);
  });

  it('[AC10] finds a decision for the leader who answers for it, without the way to a meeting that is not hers', async () => {
    const { coordinator, caseworker, leader } = story;
    const word = aWord();
    const item = await newItem(`Punkt ${word}`);
    const decision = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker, { text: `Beslutning ${word}` }));
    const found = await find(leader, word);
    expect(found.groups.map((group) => group.kind)).toEqual(['decision']);
    expect(found.groups[0]!.hits[0]).toMatchObject({ id: decision.body.id, itemId: null, meeting: { id: null } });
  });

  it('[SE6] follows a substitute in and out, and a moved or renamed meeting', async () => {
    const { coordinator, caseworker, officer, meetingId } = story;
    const other = await server.signIn({ authorityId: 'policeDistrict:nordsjaelland', role: 'participant', nth: 1 });
    const word = aWord();
    await newItem(`Punkt ${word}`);
    expect((await find(other, word)).groups).toEqual([]);
    await officer.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'delegated', substituteMembershipId: other.person.membershipId, disclosureReason: 'Jeg er forhindret.' });
    expect((await find(other, word)).groups.map((group) => group.total)).toEqual([1]);
    await officer.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'accepted' });
    expect((await find(other, word)).groups).toEqual([]);

    const place = aWord();
    expect(idsOf(await find(caseworker, place), 'meeting')).toEqual([]);
    expect((await coordinator.put(`/api/v1/meetings/${meetingId}/place`, { place: `Lokale ${place}`, videoLink: null })).status).toBeLessThan(300);
    expect(idsOf(await find(caseworker, place), 'meeting')).toEqual([meetingId]);
  });

  it('[SE7] refuses a CPR number, an empty and an endless question, and says why', async () => {
    const { officer } = story;
    const refused = async (body: object) => {
      const answer = await officer.post<{ code: string; errors: { field: string; message: string }[] }>('/api/v1/search', body);
      return [answer.status, answer.body.errors?.[0]?.field, answer.body.errors?.[0]?.message];
    };
    expect(await refused({ query: 'dreng 010101-1234' })).toEqual([400, 'query', 'Skriv ikke CPR-numre her. Brug sagsreferencen.']);
    expect((await refused({ query: ' \u200b ' })).slice(0, 2)).toEqual([400, 'query']);
    expect((await refused({ query: 'x'.repeat(201) })).slice(0, 2)).toEqual([400, 'query']);
    expect((await refused({})).slice(0, 2)).toEqual([400, 'query']);
    expect((await server.stranger().post('/api/v1/search', { query: 'møde' })).status).toBe(401);
  });

  it('[SE6] stands again, from rows alone, when memory is empty', async () => {
    const { officer, meetingId } = story;
    const word = aWord();
    const item = await newItem(`Punkt ${word}`);
    await find(officer, word);
    // What a restart leaves: nothing.
    (server.running.app.get(Search) as unknown as { indexes: Map<string, unknown> }).indexes.clear();
    expect(idsOf(await find(officer, word), 'item')).toEqual([item.id]);
    expect(openItems(await meetingOf(officer, meetingId)).some((entry) => entry.item.id === item.id)).toBe(true);
  });
});
