import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eksempelby, nordsjaelland, taenktby, TestServer, aKey, type Browser } from './support/test-server.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';

interface Decision {
  id: string;
  text: string;
  reasons: string;
  state: string;
  version: number;
  deadline: string;
  overdue: boolean;
  caseReference: string | null;
  itemId: string | null;
  meeting: { id: string | null; title: string };
  decidingAuthority: { id: string };
  responsible: { id: string };
  legalBasis: { id: string } | null;
  canReview: boolean;
  canReturn: boolean;
  canCorrect: boolean;
  supersedesId: string | null;
  supersededById: string | null;
  timeline: { kind: string; by: { name: string }; comment: string | null }[];
}
interface Refusal {
  code: string;
  errors: { field: string; message: string }[];
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

const record = async (by: Browser, changes: object = {}) => {
  const answer = await by.post<Decision>(`/api/v1/items/${itemId}/decisions`, newDecision(story.caseworker, changes));
  expect(answer.status).toBe(201);
  return answer.body;
};

describe('a decision', () => {
  it('[DE1, DE5] goes from the minutes to the leader’s log, is returned, confirmed, and seen by the participant', async () => {
    const { officer, leader, caseworker } = story;
    const decision = await record(officer);
    expect(decision).toMatchObject({ text: 'SSP-konsulenten kontakter familien.', reasons: 'Politiet har mødt den unge tre gange på en måned.', state: 'recorded', deadline: '2026-12-14', caseReference: 'Sag 2026-014', overdue: false, decidingAuthority: { id: eksempelby }, legalBasis: { id: 'rpl-115-1-1' }, canReview: false });

    const log = await leader.get<{ decisions: Decision[] }>('/api/v1/decisions');
    expect(log.body.decisions.map((one) => one.id)).toContain(decision.id);
    const opened = await leader.get<Decision>(`/api/v1/decisions/${decision.id}`);
    expect(opened.body).toMatchObject({ canReview: true, canReturn: true, itemId: null, meeting: { id: null, title: '§ 115-møde: overleveringsmøde' } });

    expect((await leader.post<Refusal>(`/api/v1/decisions/${decision.id}/return`, { comment: '  ' })).body.errors).toEqual([{ field: 'comment', message: 'Skal udfyldes.' }]);
    const returned = await leader.post<Decision>(`/api/v1/decisions/${decision.id}/return`, { comment: 'Hvem følger op over for skolen?' });
    expect(returned.body).toMatchObject({ state: 'returned', canReview: true, canReturn: false, version: 2 });
    expect((await leader.post<Refusal>(`/api/v1/decisions/${decision.id}/return`, { comment: 'Igen' })).body.code).toBe('transition-refused');

    const seen = await caseworker.get<Decision>(`/api/v1/decisions/${decision.id}`);
    expect(seen.body.timeline.map((entry) => [entry.kind, entry.comment])).toEqual([['recorded', null], ['returned', 'Hvem følger op over for skolen?']]);
    expect(seen.body.itemId).toBe(itemId);

    const confirmed = await leader.post<Decision>(`/api/v1/decisions/${decision.id}/confirm`, {});
    expect(confirmed.body).toMatchObject({ state: 'confirmed', canReview: false });
    expect((await leader.post<Refusal>(`/api/v1/decisions/${decision.id}/confirm`, {})).status).toBe(409);
    expect((await officer.get<{ decisions: Decision[] }>(`/api/v1/items/${itemId}/decisions`)).body.decisions.find((one) => one.id === decision.id)?.state).toBe('confirmed');
  });

  it('[DE9] is corrected by another in its place; both stay, and the new one waits for the leader', async () => {
    const { officer, leader, caseworker, policeLeader } = story;
    const old = await record(officer);
    await leader.post(`/api/v1/decisions/${old.id}/return`, { comment: 'Hvem gør det?' });
    const body = { ...newDecision(caseworker, { text: 'Nøglepersonen kontakter familien.' }), why: 'Ansvaret var ikke placeret.' };
    expect((await leader.post(`/api/v1/decisions/${old.id}/correction`, body)).status).toBe(404);
    expect((await policeLeader.post(`/api/v1/decisions/${old.id}/correction`, body)).status).toBe(404);
    expect((await caseworker.post<Refusal>(`/api/v1/decisions/${old.id}/correction`, { ...body, why: '' })).body.errors.map((error) => error.field)).toEqual(['why']);
    expect((await caseworker.post<Refusal>(`/api/v1/decisions/${old.id}/correction`, body, { 'if-match': '"1"' })).status).toBe(412);

    const key = aKey();
    const corrected = await caseworker.post<Decision>(`/api/v1/decisions/${old.id}/correction`, body, { ...key, 'if-match': '"2"' });
    expect(corrected.body).toMatchObject({ state: 'recorded', supersedesId: old.id, text: 'Nøglepersonen kontakter familien.' });
    expect((await caseworker.post<Decision>(`/api/v1/decisions/${old.id}/correction`, body, { ...key, 'if-match': '"2"' })).body.id).toBe(corrected.body.id);

    const seen = (await leader.get<Decision>(`/api/v1/decisions/${old.id}`)).body;
    expect(seen).toMatchObject({ state: 'superseded', supersededById: corrected.body.id, canReview: false, canReturn: false, canCorrect: false, text: old.text });
    expect(seen.timeline.at(-1)).toMatchObject({ kind: 'superseded', comment: 'Ansvaret var ikke placeret.' });
    expect((await caseworker.post<Refusal>(`/api/v1/decisions/${old.id}/correction`, body)).body.code).toBe('transition-refused');
    expect((await leader.post(`/api/v1/decisions/${old.id}/confirm`, {})).status).toBe(409);
    expect((await leader.post<Decision>(`/api/v1/decisions/${corrected.body.id}/confirm`, {})).body.state).toBe('confirmed');
  });

  it('[DE9] is corrected for the same authority only, and while that authority is inside the audience', async () => {
    const { officer, coordinator, caseworker, policeLeader } = story;
    const old = await record(officer, { decidingAuthorityId: nordsjaelland, responsiblePersonId: officer.person.id });
    await policeLeader.post(`/api/v1/decisions/${old.id}/confirm`, {});
    const why = 'Kun kommunen må vide dette';
    const takenOver = await caseworker.post<Refusal>(`/api/v1/decisions/${old.id}/correction`, { ...newDecision(caseworker), why });
    expect([takenOver.status, takenOver.body.errors.map((error) => error.field)]).toEqual([400, ['decidingAuthorityId']]);
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby] });
    expect((await caseworker.get<Decision>(`/api/v1/decisions/${old.id}`)).body.canCorrect).toBe(false);
    const body = { ...newDecision(caseworker), decidingAuthorityId: nordsjaelland, responsiblePersonId: officer.person.id, why };
    expect((await caseworker.post(`/api/v1/decisions/${old.id}/correction`, body)).status).toBe(400);
    const seen = await policeLeader.get<Decision>(`/api/v1/decisions/${old.id}`);
    expect(seen.body.state).toBe('confirmed');
    expect(JSON.stringify(seen.body)).not.toContain(why);
  });

  it('[DE7] tells the second of two leaders that the first was faster', async () => {
    const { leader, officer } = story;
    const decision = await record(officer);
    const answers = await Promise.all([
      leader.post<Refusal>(`/api/v1/decisions/${decision.id}/confirm`, {}, { 'if-match': '"1"' }),
      leader.post<Refusal>(`/api/v1/decisions/${decision.id}/return`, { comment: 'Nej' }, { 'if-match': '"1"' }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
    expect((await leader.get<Decision>(`/api/v1/decisions/${decision.id}`)).body.timeline).toHaveLength(2);
  });

  it('is recorded once, however often the request is repeated', async () => {
    const { officer, caseworker } = story;
    const key = aKey();
    const answers = await Promise.all([1, 2, 3].map(() => officer.post<Decision>(`/api/v1/items/${itemId}/decisions`, newDecision(caseworker), key)));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect((await officer.get<{ decisions: unknown[] }>(`/api/v1/items/${itemId}/decisions`)).body.decisions).toHaveLength(1);
  });

  it('[DE2] offers only who is inside the audience', async () => {
    const { officer, coordinator } = story;
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby] });
    const { body } = await coordinator.get<{ authorities: { id: string }[]; people: { authority: { id: string } }[] }>(`/api/v1/items/${itemId}/decision-options`);
    expect(body.authorities.map((one) => one.id)).toEqual([eksempelby]);
    expect(new Set(body.people.map((one) => one.authority.id))).toEqual(new Set([eksempelby]));
    const refused = await coordinator.post<Refusal>(`/api/v1/items/${itemId}/decisions`, newDecision(officer));
    expect(refused.body.errors.map((error) => error.field)).toEqual(['decidingAuthorityId', 'responsiblePersonId']);
  });

  it.each([
    ['no text', { text: ' ' }, 'text'],
    ['no reasons', { reasons: '' }, 'reasons'],
    ['a CPR number in the text', { text: 'Drengen (010112-1234) mødes.' }, 'text'],
    ['a CPR number in the reasons', { reasons: '0101121234' }, 'reasons'],
    ['a CPR number as case reference', { caseReference: '010112-1234' }, 'caseReference'],
    ['a case reference with a name', { caseReference: 'Sag om Peter' }, 'caseReference'],
    ['a deadline that is no date', { deadline: '2026-02-30' }, 'deadline'],
    ['a deadline in words', { deadline: 'på mandag' }, 'deadline'],
    ['a deadline before the meeting', { deadline: '2026-11-22' }, 'deadline'],
    ['an authority that takes no part', { decidingAuthorityId: taenktby }, 'decidingAuthorityId'],
    ['a responsible person of another authority', { decidingAuthorityId: nordsjaelland }, 'responsiblePersonId'],
    ['a legal basis that does not exist', { legalBasisId: 'min-egen' }, 'legalBasisId'],
    ['a legal basis of an authority that does not decide', { legalBasisId: 'egen:01890000-0000-7000-8000-000000000000' }, 'legalBasisId'],
    ['an endless text', { text: 'x'.repeat(4001) }, 'text'],
    ['text that is no text', { text: { $gt: '' } }, 'text'],
  ])('[DE3] is refused with %s, and says which field', async (_what, change, field) => {
    const answer = await story.officer.post<Refusal>(`/api/v1/items/${itemId}/decisions`, newDecision(story.caseworker, change));
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error) => error.field)).toContain(field);
  });

  it('[AC11] is answered by leaders of the deciding authority only', async () => {
    const { officer, policeLeader, caseworker, coordinator } = story;
    const decision = await record(officer);
    expect((await policeLeader.post(`/api/v1/decisions/${decision.id}/confirm`, {})).status).toBe(404);
    for (const reader of [officer, caseworker, coordinator]) expect((await reader.post(`/api/v1/decisions/${decision.id}/confirm`, {})).status).toBe(403);
  });

  it('[DE4] cannot be rewritten or removed, not even in the database', async () => {
    const decision = await record(story.officer);
    const attempt = (sql: string) => server.unitOfWork.run((tx) => tx.query(sql, sql.includes('$1') ? [decision.id] : []));
    await expect(attempt(`UPDATE decision SET deadline = '2030-01-01' WHERE id = $1`)).rejects.toThrow('never rewritten');
    await expect(attempt('UPDATE decision SET content = content || content WHERE id = $1')).rejects.toThrow('never rewritten');
    await expect(attempt('DELETE FROM decision WHERE id = $1')).rejects.toThrow('append-only');
    await expect(attempt('UPDATE decision_event SET comment = NULL WHERE decision_id = $1')).rejects.toThrow('append-only');
    await expect(attempt('DELETE FROM decision_event WHERE decision_id = $1')).rejects.toThrow('append-only');
    await expect(attempt('TRUNCATE decision CASCADE')).rejects.toThrow('append-only');
  });
});

describe('the decision log', () => {
  it('pages without losing or repeating one, and filters', async () => {
    const { officer, leader } = story;
    const before = (await leader.get<{ decisions: Decision[] }>('/api/v1/decisions?limit=100')).body.decisions.length;
    for (let n = 0; n < 7; n += 1) await record(officer, { text: `Beslutning ${n}` });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: { decisions: Decision[]; nextCursor: string | null } } = await leader.get(`/api/v1/decisions?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.body.decisions.map((one) => one.id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toHaveLength(before + 7);
    expect(new Set(seen).size).toBe(seen.length);

    const [first] = seen;
    await leader.post(`/api/v1/decisions/${first}/confirm`, {});
    const confirmed = await leader.get<{ decisions: Decision[] }>('/api/v1/decisions?state=confirmed&limit=100');
    expect(confirmed.body.decisions.every((one) => one.state === 'confirmed')).toBe(true);
    expect(confirmed.body.decisions.map((one) => one.id)).toContain(first);
    expect((await leader.get<{ decisions: unknown[] }>(`/api/v1/decisions?authorityId=${nordsjaelland}`)).body.decisions).toEqual([]);
    expect((await leader.get<Refusal>('/api/v1/decisions?state=lost')).status).toBe(400);
    expect((await leader.get<Refusal>('/api/v1/decisions?limit=1000')).status).toBe(400);
  });

  it('[DE6] shows what is overdue', async () => {
    const { officer } = story;
    const decision = await record(officer, { deadline: '2026-11-24' });
    server.clock.advance({ hours: 72 });
    try {
      const later = await server.signIn({ authorityId: eksempelby, role: 'leader' });
      const overdue = await later.get<{ decisions: Decision[] }>('/api/v1/decisions?overdue=true&limit=100');
      expect(overdue.body.decisions.map((one) => one.id)).toContain(decision.id);
      await later.post(`/api/v1/decisions/${decision.id}/confirm`, {});
      const after = await later.get<{ decisions: Decision[] }>('/api/v1/decisions?overdue=true&limit=100');
      expect(after.body.decisions.map((one) => one.id)).not.toContain(decision.id);
    } finally {
      server.clock.advance({ hours: -72 });
    }
  });
});
