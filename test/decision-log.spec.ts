import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import readExcelFile from 'read-excel-file/node';
import { DecisionLog } from '@lib/decisions/decision-log.service.js';
import { aKey, boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';
import { csv } from './support/csv.js';
import { likeDecision } from './support/many-decisions.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';

interface Decision {
  id: string;
  text: string;
  state: string;
  version: number;
  canReview: boolean;
  canReturn: boolean;
  canEscalate: boolean;
  escalatedTo: { membershipId: string; name: string } | null;
  timeline: { kind: string; by: { membershipId: string }; to: { membershipId: string } | null; comment: string | null }[];
}
interface Log {
  decisions: Decision[];
  nextCursor: string | null;
  total: number | null;
}
interface Refusal {
  code: string;
  errors: { field: string; message: string }[];
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let chief: Browser;
let itemId: string;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server);
  chief = await server.signIn({ authorityId: eksempelby, role: 'leader', nth: 1 });
  itemId = openItems(await meetingOf(story.coordinator, story.meetingId))[4]!.item.id;
});

const record = async (changes: object = {}, by: Browser = story.officer) => {
  const answer = await by.post<Decision>(`/api/v1/items/${itemId}/decisions`, newDecision(story.caseworker, changes));
  expect(answer.status).toBe(201);
  return answer.body;
};
const ids = async (by: Browser, query: string) => {
  const answer = await by.get<Log>(`/api/v1/decisions?limit=100&${query}`);
  expect(answer.status).toBe(200);
  return answer.body.decisions.map((one) => one.id);
};
const escalate = (by: Browser, id: string, to: Browser, reason = 'Den koster mere, end jeg råder over.', version?: number) =>
  by.post<Decision & Refusal>(`/api/v1/decisions/${id}/escalate`, { toMembershipId: to.person.membershipId, reason }, version === undefined ? {} : { 'if-match': `"${version}"` });

describe('escalating a decision', () => {
  it('[DE10, AC22] hands it to another leader, who then answers; every step stands in the timeline', async () => {
    const { leader, caseworker } = story;
    const decision = await record();
    const handed = await escalate(leader, decision.id, chief, undefined, 1);
    expect(handed.status).toBe(200);
    expect(handed.body).toMatchObject({ state: 'escalated', version: 2, canReview: false, canReturn: false, canEscalate: false, escalatedTo: { membershipId: chief.person.membershipId } });

    expect((await leader.post<Refusal>(`/api/v1/decisions/${decision.id}/confirm`)).status).toBe(403);
    expect((await leader.post<Refusal>(`/api/v1/decisions/${decision.id}/return`, { comment: 'Nej' })).status).toBe(403);
    expect((await chief.get<Decision>(`/api/v1/decisions/${decision.id}`)).body).toMatchObject({ canReview: true, canReturn: true, canEscalate: true });
    const returned = await chief.post<Decision>(`/api/v1/decisions/${decision.id}/return`, { comment: 'Find en billigere vej.' });
    expect(returned.body).toMatchObject({ state: 'returned', escalatedTo: null });

    const seen = (await caseworker.get<Decision>(`/api/v1/decisions/${decision.id}`)).body;
    expect(seen.timeline.map((entry) => [entry.kind, entry.by.membershipId, entry.to?.membershipId ?? null, entry.comment])).toEqual([
      ['recorded', story.officer.person.membershipId, null, null],
      ['escalated', leader.person.membershipId, chief.person.membershipId, 'Den koster mere, end jeg råder over.'],
      ['returned', chief.person.membershipId, null, 'Find en billigere vej.'],
    ]);
  });

  it('[DE10] goes on to a third step, and back to the first leader', async () => {
    const { leader } = story;
    const decision = await record();
    await escalate(leader, decision.id, chief);
    expect((await escalate(chief, decision.id, leader, 'Det er dit budget.')).body).toMatchObject({ state: 'escalated', escalatedTo: { membershipId: leader.person.membershipId } });
    expect((await leader.post<Decision>(`/api/v1/decisions/${decision.id}/confirm`)).body.state).toBe('confirmed');
    expect((await escalate(leader, decision.id, chief)).body.code).toBe('transition-refused');
  });

  it('[AC23] goes to no one but another leader of the deciding authority, and needs a reason', async () => {
    const { leader, policeLeader, coordinator } = story;
    const decision = await record();
    for (const to of [leader, policeLeader, coordinator]) {
      const refused = await escalate(leader, decision.id, to);
      expect([refused.status, refused.body.errors.map((error) => error.field)]).toEqual([400, ['toMembershipId']]);
    }
    expect((await escalate(leader, decision.id, chief, ' ')).body.errors.map((error) => error.field)).toEqual(['reason']);
    expect((await escalate(leader, decision.id, chief, 'Se 010112-1234')).body.errors.map((error) => error.field)).toEqual(['reason']);
    expect((await escalate(leader, decision.id, chief, 'Nu', 7)).status).toBe(412);
    expect((await escalate(policeLeader, decision.id, chief)).status).toBe(404);
    expect((await escalate(coordinator, decision.id, chief)).status).toBe(403);
    expect((await leader.get<Decision>(`/api/v1/decisions/${decision.id}`)).body).toMatchObject({ state: 'recorded', version: 1 });
  });

  it('[DE11] waits for the one it was handed to, before what was recorded, and for her alone', async () => {
    const { leader, caseworker } = story;
    const plain = await record({ text: 'Almindelig' });
    const handed = await record({ text: 'Eskaleret', deadline: '2026-12-20' });
    await escalate(leader, handed.id, chief);
    const confirmed = await record({ text: 'Bekræftet' });
    await leader.post(`/api/v1/decisions/${confirmed.id}/confirm`);

    const forChief = await ids(chief, 'waiting=true&sort=deadline');
    expect(forChief[0]).toBe(handed.id);
    expect(forChief).toContain(plain.id);
    expect(forChief).not.toContain(confirmed.id);
    const forLeader = await ids(leader, 'waiting=true');
    expect(forLeader).toContain(plain.id);
    expect(forLeader).not.toContain(handed.id);
    expect(await ids(caseworker, 'waiting=true')).toEqual([]);

    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Log = (await chief.get<Log>(`/api/v1/decisions?waiting=true&sort=deadline&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)).body;
      paged.push(...page.decisions.map((one) => one.id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(forChief);
  });

  it('[AC22] waits for any leader again when the one it was handed to leads there no longer', async () => {
    const { leader } = story;
    const decision = await record();
    await escalate(leader, decision.id, chief);
    const until = (end: string | null) => server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [chief.person.membershipId, end]));
    await until('2026-11-23T07:59:00Z');
    try {
      expect(await ids(leader, 'waiting=true')).toContain(decision.id);
      expect((await leader.get<Decision>(`/api/v1/decisions/${decision.id}`)).body).toMatchObject({ escalatedTo: null, canReview: true });
      expect((await leader.post<Decision>(`/api/v1/decisions/${decision.id}/confirm`)).body.state).toBe('confirmed');
    } finally {
      await until(null);
    }
  });

  it('[DE4] cannot be bent in the database: whom it waits for goes with the state', async () => {
    const decision = await record();
    const attempt = (sql: string) => server.unitOfWork.run((tx) => tx.query(sql, [decision.id, chief.person.membershipId]));
    await expect(attempt('UPDATE decision SET escalated_to_membership_id = $2 WHERE id = $1')).rejects.toThrow('decision_escalated_to_somebody');
    await expect(attempt(`UPDATE decision SET state = 'escalated', escalated_to_membership_id = $2, recorded_by_membership_id = $2 WHERE id = $1`)).rejects.toThrow('never rewritten');
  });
});

describe('filters of the log', () => {
  it('[DE12] narrow by state, authority, person, period, kind, basis, series, meeting and case', async () => {
    const { leader, officer, coordinator, caseworker } = story;
    const ours = await record({ text: 'Vores', caseReference: 'Sag 2026-555', deadline: '2026-12-24' });
    // Under an item that stands on no basis any may be cited (AC65).
    itemId = openItems(await meetingOf(coordinator, story.meetingId)).find((entry) => entry.item.legalBasis === null)!.item.id;
    const theirs = await record({ text: 'Deres', decidingAuthorityId: nordsjaelland, responsiblePersonId: officer.person.id, legalBasisId: 'samtykke', caseReference: null, deadline: '2027-01-05' });
    const both = async (query: string) => {
      const found = await ids(coordinator, query);
      return { ours: found.includes(ours.id), theirs: found.includes(theirs.id) };
    };
    expect(await both('')).toEqual({ ours: true, theirs: true });
    expect(await both(`authorityId=${nordsjaelland}`)).toEqual({ ours: false, theirs: true });
    expect(await both(`responsiblePersonId=${caseworker.person.id}`)).toEqual({ ours: true, theirs: false });
    expect(await both('legalBasisId=samtykke')).toEqual({ ours: false, theirs: true });
    expect(await both('period=deadline&from=2027-01-05')).toEqual({ ours: false, theirs: true });
    expect(await both('period=deadline&from=2026-12-24&to=2026-12-24')).toEqual({ ours: true, theirs: false });
    expect(await both('from=2026-11-23&to=2026-11-23')).toEqual({ ours: true, theirs: true });
    expect(await both('from=2026-11-24')).toEqual({ ours: false, theirs: false });
    expect(await both('to=2026-11-22')).toEqual({ ours: false, theirs: false });
    expect(await both('kindId=section115HandoverMeeting')).toEqual({ ours: true, theirs: true });
    expect(await both('kindId=barnahusForum')).toEqual({ ours: false, theirs: false });
    expect(await both('caseReference=Sag%202026-555')).toEqual({ ours: true, theirs: false });
    expect(await both('caseReference=Sag%202026-55')).toEqual({ ours: false, theirs: false });
    expect(await both(`seriesId=${story.series.id}&state=recorded`)).toEqual({ ours: true, theirs: true });
    expect(await both(`meetingId=${story.meetingId}`)).toEqual({ ours: true, theirs: true });
    // She reads the decision, but not from which meeting it came.
    expect(await ids(leader, `authorityId=${eksempelby}`)).toContain(ours.id);
    expect(await ids(leader, `meetingId=${story.meetingId}`)).toEqual([]);
    expect(await ids(leader, `seriesId=${story.series.id}`)).toEqual([]);
  });

  it('pages by deadline and from the oldest without losing or repeating one', async () => {
    const { coordinator } = story;
    for (const deadline of ['2027-02-01', '2026-12-30', '2027-02-01', '2027-01-15', '2026-12-30']) await record({ deadline });
    for (const sort of ['deadline', 'oldest', 'newest']) {
      const whole = await ids(coordinator, `sort=${sort}&meetingId=${story.meetingId}`);
      expect(whole).toHaveLength(5);
      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: Log = (await coordinator.get<Log>(`/api/v1/decisions?sort=${sort}&meetingId=${story.meetingId}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).body;
        expect(page.total).toBe(cursor === '' ? 5 : null);
        paged.push(...page.decisions.map((one) => one.id));
        cursor = page.nextCursor;
      }
      expect([sort, paged]).toEqual([sort, whole]);
    }
    expect(await ids(coordinator, `sort=oldest&meetingId=${story.meetingId}`)).toEqual((await ids(coordinator, `sort=newest&meetingId=${story.meetingId}`)).reverse());
  });

  it('[DE12] finds a case among many, page by page, and does not say how many there are', async () => {
    const { coordinator } = story;
    for (let n = 0; n < 6; n += 1) await record({ caseReference: n % 2 === 0 ? 'Sag 2026-777' : 'Sag 2026-778' });
    const first = (await coordinator.get<Log>(`/api/v1/decisions?caseReference=Sag%202026-777&meetingId=${story.meetingId}&limit=2`)).body;
    expect([first.decisions.length, first.total]).toEqual([2, null]);
    const second = (await coordinator.get<Log>(`/api/v1/decisions?caseReference=Sag%202026-777&meetingId=${story.meetingId}&limit=2&cursor=${first.nextCursor}`)).body;
    expect([second.decisions.length, second.nextCursor]).toEqual([1, null]);
  });

  it('[DE8] offers and counts only what the asker may read', async () => {
    const { coordinator, officer } = story;
    await record({ text: 'Lukket', caseReference: 'Sag 2026-901' });
    const before = (await officer.get<Log>(`/api/v1/decisions?meetingId=${story.meetingId}`)).body.total;
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby] });
    const after = (await officer.get<Log>(`/api/v1/decisions?meetingId=${story.meetingId}`)).body;
    expect([before, after.total, after.decisions]).toEqual([1, 0, []]);
    const stranger = await server.signIn({ authorityId: taenktby, role: 'leader' });
    expect((await stranger.get<Log>('/api/v1/decisions')).body).toEqual({ decisions: [], nextCursor: null, total: 0 });
    expect((await stranger.get('/api/v1/decision-log/options')).body).toEqual({ authorities: [], people: [], kinds: [], legalBases: [], series: [] });
    const options = (await coordinator.get<{ authorities: { id: string }[]; series: { id: string; name: string }[] }>('/api/v1/decision-log/options')).body;
    expect(options.authorities.map((one) => one.id)).toContain(eksempelby);
    expect(options.series).toContainEqual({ id: story.series.id, name: '§ 115-møde: overleveringsmøde' });
  });

  it('[DE8] shows the same, whether it is looked up by the items that one reads or walked through', async () => {
    const { coordinator, officer, leader } = story;
    for (const changes of [{ deadline: '2027-02-01', caseReference: 'Sag 2026-903' }, { deadline: '2026-12-30', decidingAuthorityId: nordsjaelland, responsiblePersonId: officer.person.id }, { deadline: '2027-01-15' }]) await record(changes);
    // What she reads as the leader of its authority she may also read at its item.
    await server.unitOfWork.run((tx) => tx.query('INSERT INTO item_reader (item_id, membership_id, person_id) VALUES ($1, $2, $3)', [itemId, leader.person.membershipId, leader.person.id]));
    const stranger = await server.signIn({ authorityId: taenktby, role: 'leader' });
    const shown = async () => {
      const answers: { who: string; first?: Log; next?: Log | null }[] = [];
      for (const who of [coordinator, officer, leader, chief, stranger]) {
        for (const query of ['sort=newest', 'sort=oldest', 'sort=deadline', 'state=recorded&period=deadline&from=2027-01-01', 'waiting=true', 'caseReference=Sag%202026-903']) {
          const first = (await who.get<Log>(`/api/v1/decisions?${query}&limit=2`)).body;
          const next = first.nextCursor === null ? null : (await who.get<Log>(`/api/v1/decisions?${query}&limit=2&cursor=${first.nextCursor}`)).body;
          answers.push({ who: `${who.person.name}, ${query}`, first, next });
        }
        answers.push({ who: who.person.name, ...(await who.get<object>('/api/v1/decision-log/options')).body });
      }
      return answers;
    };
    const lookedUp = await shown();
    expect(lookedUp.find((one) => one.who === `${leader.person.name}, sort=newest`)!.first!.total).toBeGreaterThanOrEqual(3);
    const log = server.running.app.get(DecisionLog);
    const { mostItems } = log;
    log.mostItems = -1;
    const walked = await shown().finally(() => (log.mostItems = mostItems));
    expect(walked).toEqual(lookedUp);
  });

  it.each(['state=lost', 'from=2026-02-30', 'from=i+dag', 'from=2026-12-02&to=2026-12-01', 'responsiblePersonId=x', 'sort=price', 'period=never', 'caseReference=010112-1234', 'cursor=abc', 'cursor=r', 'overdue=perhaps', 'limit=101', 'unknown=1'])('are refused when they make no sense: %s', async (query) => {
    expect((await story.leader.get<Refusal>(`/api/v1/decisions?${query}`)).body.code).toBe('invalid-input');
  });
});

describe('confirming several at once', () => {
  it('[DE14] confirms each for itself and says which were answered by others first', async () => {
    const { leader } = story;
    const [one, two, three] = [await record({ text: 'En' }), await record({ text: 'To' }), await record({ text: 'Tre' })];
    await escalate(leader, two.id, chief);
    await leader.post(`/api/v1/decisions/${three.id}/return`, { comment: 'Uklart' });
    const theirs = await record({ decidingAuthorityId: nordsjaelland, responsiblePersonId: story.officer.person.id });
    const { body } = await leader.post<{ results: { id: string; confirmed: boolean; reason: string | null }[] }>('/api/v1/decisions/confirm', { decisions: [one, two, three, theirs].map(({ id }) => ({ id, version: 1 })) });
    expect(body.results.map((result) => [result.id, result.confirmed])).toEqual([[one.id, true], [two.id, false], [three.id, false], [theirs.id, false]]);
    expect(body.results.map((result) => result.reason)).toEqual([null, expect.stringContaining('eskaleret'), expect.stringContaining('ændret'), expect.stringContaining('findes ikke')]);
    expect((await leader.get<Decision>(`/api/v1/decisions/${one.id}`)).body.state).toBe('confirmed');
    expect((await leader.get<Decision>(`/api/v1/decisions/${three.id}`)).body.state).toBe('returned');
    for (const decisions of [[], [{ id: one.id, version: 1 }, { id: one.id, version: 1 }], 'alle']) expect((await leader.post<Refusal>('/api/v1/decisions/confirm', { decisions })).status).toBe(400);
  });
});

describe('saved views', () => {
  it('[DE15] are their owner’s alone, kept once per key, at most twenty, and go when deleted', async () => {
    const { leader } = story;
    const filter = { state: 'recorded', authorityId: eksempelby, overdue: 'true', sort: 'deadline', caseReference: 'Sag 2026-014' };
    const key = aKey();
    const saved = await leader.post<{ id: string; filter: object }>('/api/v1/decision-log/views', { name: 'Mine sene', filter }, key);
    expect([saved.status, saved.body.filter]).toEqual([201, filter]);
    expect((await leader.post<{ id: string }>('/api/v1/decision-log/views', { name: 'Mine sene', filter }, key)).body.id).toBe(saved.body.id);
    expect((await leader.post<Refusal>('/api/v1/decision-log/views', { name: 'Mine sene', filter: {} })).body.errors).toEqual([{ field: 'name', message: 'Du har allerede en visning med det navn.' }]);
    expect((await chief.get<{ views: object[] }>('/api/v1/decision-log/views')).body.views).toEqual([]);
    expect((await chief.delete(`/api/v1/decision-log/views/${saved.body.id}`)).status).toBe(404);
    for (let n = 1; n < 20; n += 1) expect((await leader.post('/api/v1/decision-log/views', { name: `Visning ${n}`, filter: {} })).status).toBe(201);
    expect((await leader.post<Refusal>('/api/v1/decision-log/views', { name: 'En for meget', filter: {} })).body.errors[0]!.field).toBe('name');
    const { views } = (await leader.get<{ views: { id: string }[] }>('/api/v1/decision-log/views')).body;
    expect(views).toHaveLength(20);
    for (const view of views) expect((await leader.delete(`/api/v1/decision-log/views/${view.id}`)).status).toBe(204);
    expect((await leader.delete(`/api/v1/decision-log/views/${saved.body.id}`)).status).toBe(404);
  });

  it.each([
    [{ name: ' ', filter: {} }, 'name'],
    [{ name: 'x'.repeat(81), filter: {} }, 'name'],
    [{ name: '010112-1234', filter: {} }, 'name'],
    [{ name: 'A' }, 'filter'],
    [{ name: 'A', filter: { state: 'lost' } }, 'filter.state'],
    [{ name: 'A', filter: { secret: 1 } }, 'filter.secret'],
  ])('are refused when they make no sense: %j', async (body, field) => {
    expect((await story.leader.post<Refusal>('/api/v1/decision-log/views', body)).body.errors.map((error) => error.field)).toEqual([field]);
  });

  it('[DE15] hold no name in the clear', async () => {
    await story.leader.post('/api/v1/decision-log/views', { name: 'Kanariefugl', filter: { caseReference: 'Sag 2099-888' } });
    const rows = await server.unitOfWork.run((tx) => tx.query<{ content: Uint8Array }>('SELECT content FROM log_view'));
    expect(rows).toHaveLength(1);
    for (const canary of ['Kanariefugl', '2099-888']) expect(Buffer.from(rows[0]!.content).includes(canary)).toBe(false);
  });
});

describe('exports', () => {
  const hostile = ['=HYPERLINK("http://x.dk";"Klik")', '+45 12 34 56 78', '-1+1', '@SUM(A1)', '＝1+1', 'Med "gæsegøjne"; og semikolon\nog linjeskift', 'Æble & <træ> _x0041_ \u0001'];

  const stage = async () => {
    // Everything of this story and nothing of the others: the last test’s decisions are older.
    for (const text of hostile) await record({ text, deadline: '2027-03-04' });
    return `authorityId=${eksempelby}&period=deadline&from=2027-03-04&to=2027-03-04&sort=oldest&meetingId=${story.meetingId}`;
  };

  it('[DE13] as CSV holds exactly the rows of the log, harmless to a spreadsheet, and who made it', async () => {
    const query = await stage();
    const { coordinator } = story;
    const answer = await fetch(`${server.origin}/api/v1/decision-log/export?format=csv&${query}`, { headers: { cookie: coordinator.cookie } });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toContain(`filename*=UTF-8''Beslutningslog%2C%20Eksempelby%20Kommune%2C%202026-11-23.csv`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const rows = csv(bytes.subarray(3).toString('utf8'));
    expect(rows[0]!.slice(0, 5)).toEqual(['Beslutning', 'Begrundelse', 'Status', 'Over fristen', 'Frist']);
    expect(rows.slice(1, 1 + hostile.length).map((row) => row[0])).toEqual(hostile.map((text, n) => (n < 5 ? `'${text}` : text)));
    expect(rows[1]!.slice(2)).toEqual(['Venter på bekræftelse', 'Nej', '04-03-2027', 'Eksempelby Kommune', `${story.caseworker.person.name}, Eksempelby Kommune`, 'Retsplejeloven § 115, stk. 1, nr. 1', 'Sag 2026-014', '§ 115-møde: overleveringsmøde', '§ 115-møde: overleveringsmøde', '07-12-2026 13:00', '23-11-2026 09:00', `${story.officer.person.name}, Nordsjællands Politi`, '', '', '', '', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(rows.slice(1 + hostile.length)).toEqual([
      [''],
      ['Udtrukket af', `${coordinator.person.name}, Eksempelby Kommune`],
      ['Udtrukket', '23-11-2026 09:00'],
      ['Filter', 'Beslutninger, truffet af Eksempelby Kommune, med frist fra 4. marts 2027 til 4. marts 2027, fra mødet § 115-møde: overleveringsmøde, ældste først.'],
      ['Antal beslutninger', String(hostile.length)],
      [],
    ]);
  });

  it('[DE13] as XLSX opens with typed cells, and text that looks like a formula stays text', async () => {
    const query = await stage();
    const answer = await fetch(`${server.origin}/api/v1/decision-log/export?format=xlsx&${query}`, { headers: { cookie: story.coordinator.cookie } });
    expect(answer.headers.get('content-type')).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    const sheets = await readExcelFile(Buffer.from(await answer.arrayBuffer()));
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Beslutninger', 'Om udtrækket']);
    const [header, ...rows] = sheets[0]!.data;
    const at = (name: string) => header!.indexOf(name);
    expect(rows.map((row) => row[0])).toEqual(hostile.map((text) => text.replace('\u0001', '').trimEnd()));
    expect(rows[0]![at('Frist')]).toEqual(new Date('2027-03-04T00:00:00Z'));
    expect(rows[0]![at('Mødet begyndte')]).toEqual(new Date('2026-12-07T13:00:00Z'));
    expect(rows[0]![at('Besvaret')]).toBeNull();
    expect(sheets[1]!.data.map((row) => row[0])).toEqual(['Udtrukket af', 'Udtrukket', 'Filter', 'Antal beslutninger']);
    expect(sheets[1]!.data[3]![1]).toBe(String(hostile.length));
  });

  it('[DE13] holds nothing that its maker may not read, and nothing for those who read nothing', async () => {
    const { coordinator, officer } = story;
    await record({ text: 'Kanariefugl i et lukket punkt' });
    await coordinator.put(`/api/v1/items/${itemId}/audience`, { kind: 'restricted', authorityIds: [eksempelby] });
    const husk = await server.signIn({ authorityId: boernehusHovedstaden, role: 'leader' });
    for (const asker of [officer, husk]) {
      const { body, status } = await asker.get<string>('/api/v1/decision-log/export?format=csv');
      expect(status).toBe(200);
      expect(body).not.toContain('Kanariefugl');
    }
    expect((await coordinator.get<string>('/api/v1/decision-log/export?format=csv')).body).toContain('Kanariefugl');
    expect((await server.stranger().get('/api/v1/decision-log/export?format=csv')).status).toBe(401);
    expect((await officer.get<Refusal>('/api/v1/decision-log/export?format=exe')).body.code).toBe('invalid-input');
    const about = (await officer.get<string>(`/api/v1/decision-log/export?format=csv&responsiblePersonId=${husk.person.id}`)).body;
    expect(about).not.toContain(husk.person.name);
    expect(about).toContain('Antal beslutninger;0');
  });

  it('carries the leader’s last answer and every page of a long log', async () => {
    const { leader } = story;
    const decision = await record({ text: 'Den besvarede' });
    await leader.post(`/api/v1/decisions/${decision.id}/return`, { comment: 'Hvem gør det?' });
    await likeDecision(server, (await record()).id, Array.from({ length: 205 }, (_, n) => `Nummer ${n}`));
    const rows = csv((await story.coordinator.get<string>(`/api/v1/decision-log/export?format=csv&meetingId=${story.meetingId}`)).body);
    const found = rows.find((row) => row[0] === 'Den besvarede')!;
    expect(rows.filter((row) => row[0]?.startsWith('Nummer '))).toHaveLength(205);
    expect(found.slice(14, 17)).toEqual(['23-11-2026 09:00', `${leader.person.name}, Eksempelby Kommune`, 'Hvem gør det?']);
  });
});
