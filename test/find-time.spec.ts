import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainEvents } from '@lib/platform/events.service.js';
import { KnownTimes } from '@lib/meetings/known-times.service.js';
import { TrailCheckpoints } from '@lib/trail/trail-checkpoints.service.js';
import { connectEmptyCalendar } from './support/calendar-server.js';
import { newSeries } from './support/story.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';

interface Time {
  startLocal: string;
  durationMinutes: number;
  reasons: string[];
  people: { membershipId: string; availability: string }[];
}
interface Found {
  people: { person: { name: string; membershipId: string }; isRequired: boolean; substitute: { name: string } | null }[];
  times: Time[];
  relaxations: { words: string; time: Time }[];
  code?: string;
  errors?: { field: string; message: string }[];
}

let server: TestServer;
let coordinator: Browser;
let caseworker: Browser;
let officer: Browser;
let deputy: Browser;
/** Coordinates for the police: what she calls, the municipality knows nothing of. */
let police: Browser;
let stranger: Browser;
beforeAll(async () => {
  server = await TestServer.start();
  const signIn = (authorityId: string, role: 'coordinator' | 'participant', nth = 0) => server.signIn({ authorityId, role, nth });
  [coordinator, caseworker] = [await signIn(eksempelby, 'coordinator'), await signIn(eksempelby, 'participant')];
  [police, officer, deputy, stranger] = [await signIn(nordsjaelland, 'coordinator'), await signIn(nordsjaelland, 'participant'), await signIn(nordsjaelland, 'participant', 1), await signIn(taenktby, 'coordinator')];
  for (const who of [coordinator, caseworker, police, officer, deputy, stranger]) expect(await connectEmptyCalendar(who)).toBe(200);
}, 60_000);
afterAll(() => server.stop());

const id = (who: Browser) => who.person.membershipId;
/** A meeting whose place in the calendar no other test uses: each has a week of its own. */
const single = async (who: Browser, startLocal: string, participants: Browser[], changes: object = {}) => {
  const answer = await who.post<{ id: string }>('/api/v1/meetings', {
    kindId: 'section115HandoverMeeting', startLocal, durationMinutes: 60, authorityIds: [...new Set(participants.map((one) => one.person.authority.id))].filter((one) => one !== who.person.authority.id), participantMembershipIds: participants.map(id), ...changes,
  });
  expect(answer.status).toBe(201);
  return answer.body.id;
};
const reply = (who: Browser, meetingId: string, partStat: string, more: object = {}) => who.put(`/api/v1/meetings/${meetingId}/reply`, { partStat, ...more });
/** The shortest that may be asked for, and what takes all of it. */
const morning = { earliest: '09:00', latest: '12:00' };
const hours = { durationMinutes: 180 };
const day = (date: string, more: object = {}) => ({ durationMinutes: 60, fromDate: date, toDate: date, ...more });
const forMeeting = async (who: Browser, meetingId: string, body: object) => (await who.post<Found>(`/api/v1/meetings/${meetingId}/find-time`, { required: [id(coordinator), id(officer)], ...body })).body;
const forNew = async (who: Browser, body: object) => (await who.post<Found>('/api/v1/find-time', { required: [id(coordinator), id(officer)], kindId: 'section115HandoverMeeting', ...body })).body;
const starts = ({ times }: Found) => times.map(({ startLocal }) => startLocal.slice(11));
const gist = ({ startLocal, reasons, people }: Time) => [startLocal.slice(11), reasons, people.map(({ availability }) => availability).sort()];

describe('finding a time for a meeting', () => {
  it('[FT1] gives of each day the best time, with why, and takes the meeting itself out of the way', async () => {
    const meetingId = await single(coordinator, '2026-12-08T09:00', [officer]);
    await reply(officer, meetingId, 'accepted');
    const found = await forMeeting(coordinator, meetingId, { durationMinutes: 60, fromDate: '2026-12-07', toDate: '2026-12-11' });
    expect(found.times.map(({ startLocal }) => startLocal)).toEqual(['2026-12-07T09:00', '2026-12-08T09:00', '2026-12-09T09:00', '2026-12-10T09:00', '2026-12-11T09:00']);
    expect(gist(found.times[0]!)).toEqual(['09:00', ['Begge kan.'], ['can', 'can']]);
    expect(found.people.map(({ person, isRequired }) => [person.name, isRequired])).toEqual(expect.arrayContaining([[coordinator.person.name, true], [officer.person.name, true]]));
    // Chosen, it moves by the command there is.
    const [time] = found.times;
    const moved = await coordinator.post<{ startLocal: string }>(`/api/v1/meetings/${meetingId}/move`, { startLocal: time!.startLocal, durationMinutes: time!.durationMinutes });
    expect([moved.status, moved.body.startLocal]).toEqual([200, '2026-12-07T09:00']);
  });

  it('[FT2] tells whoever is no colleague nothing but can and cannot, whatever stands in the way and whether it is settled', async () => {
    const mine = await single(coordinator, '2027-01-12T10:00', [officer]);
    const [accepted, tentative, unanswered] = [await single(police, '2027-01-13T09:00', [officer], { ...hours, title: 'Razzia på havnen', place: 'Havnen' }), await single(police, '2027-01-14T09:00', [officer], hours), await single(police, '2027-01-15T09:00', [officer], hours)];
    const declined = await single(police, '2027-01-11T09:00', [officer]);
    await reply(officer, accepted, 'accepted');
    await reply(officer, tentative, 'tentative');
    await reply(officer, declined, 'declined');
    const week = { durationMinutes: 60, fromDate: '2027-01-11', toDate: '2027-01-15', ...morning };
    const found = await forMeeting(coordinator, mine, week);
    expect(found.times.map(gist)).toEqual([['09:00', ['Begge kan.'], ['can', 'can']], ['09:00', ['Begge kan.'], ['can', 'can']]]);
    expect(found.times.map(({ startLocal }) => startLocal)).toEqual(['2027-01-11T09:00', '2027-01-12T09:00']);
    // As a welcome guest of the question she is “cannot” in the same words and the same place for all three.
    const optional = await forMeeting(coordinator, mine, { ...week, required: [id(coordinator)], optional: [id(officer)], quorate: false });
    const three = ['2027-01-13', '2027-01-14', '2027-01-15'].map((date) => gist(optional.times.find(({ startLocal }) => startLocal.startsWith(date))!));
    expect(three).toEqual(three.map(() => ['09:00', ['Den, der skal være med, kan.', `${officer.person.name} kan ikke, men behøver ikke.`], ['can', 'cannot']]));
    const answer = JSON.stringify(await forMeeting(coordinator, mine, { ...week, required: [id(officer)] }));
    for (const word of [accepted, tentative, unanswered, 'razzia', 'havnen', 'overlevering', 'forbehold']) expect(answer.toLowerCase()).not.toContain(word.toLowerCase());
    // Her own authority is told what is not settled: of its own meetings.
    await single(coordinator, '2027-01-18T09:00', [caseworker, officer], hours);
    const [own] = (await forNew(coordinator, { ...day('2027-01-18', morning), required: [id(caseworker)], quorate: false })).times;
    expect(gist(own!)).toEqual(['09:00', [expect.any(String), `${caseworker.person.name} har et forbehold i kalenderen.`], ['unsettled']]);
  });

  it('[FT4] follows every command at once, also who joins and who is sent', async () => {
    const mine = await single(coordinator, '2027-02-01T14:00', [officer]);
    const at = (date: string) => forMeeting(coordinator, mine, day(date, { ...morning, required: [id(officer)] }));
    expect(starts(await at('2027-02-02'))).toEqual(['09:00']);
    const other = await single(police, '2027-02-02T09:00', [officer], hours);
    expect(starts(await at('2027-02-02'))).toEqual([]);
    await police.post(`/api/v1/meetings/${other}/move`, { startLocal: '2027-02-03T09:00', ...hours });
    expect([starts(await at('2027-02-02')), starts(await at('2027-02-03'))]).toEqual([['09:00'], []]);
    expect((await reply(officer, other, 'delegated', { substituteMembershipId: id(deputy), disclosureReason: 'Jeg er forhindret.' })).status).toBe(200);
    expect(starts(await at('2027-02-03'))).toEqual(['09:00']);
    const deputys = () => forNew(coordinator, day('2027-02-03', { ...morning, required: [id(deputy)] }));
    expect(starts(await deputys())).toEqual([]);
    await police.post(`/api/v1/meetings/${other}/cancel`, { reason: 'Ferie' });
    expect(starts(await deputys())).toEqual(['09:00']);
    // What happened in a process that was not heard of is read again.
    await server.unitOfWork.run((tx) => tx.query(`UPDATE meeting SET state = 'proposed' WHERE id = $1`, [other]));
    expect(starts(await deputys())).toEqual(['09:00']);
    server.running.app.get(DomainEvents).emitHere('elsewhere.missed', { isMuch: false });
    expect(starts(await deputys())).toEqual([]);
  });

  it('[FT5] lets the substitute whom somebody sent come in her place, and says so', async () => {
    const mine = await single(coordinator, '2027-02-08T10:00', [officer]);
    await reply(officer, mine, 'delegated', { substituteMembershipId: id(deputy), disclosureReason: 'Jeg er forhindret.' });
    await reply(officer, await single(police, '2027-02-09T09:00', [officer], hours), 'accepted');
    const found = await forMeeting(coordinator, mine, day('2027-02-09', morning));
    expect(found.people.find(({ person }) => person.membershipId === id(officer))!.substitute!.name).toBe(deputy.person.name);
    expect(found.times[0]!.people.find(({ membershipId }) => membershipId === id(officer))!.availability).toBe('substitute');
    expect(found.times[0]!.reasons).toContain(`${officer.person.name} kan kun med stedfortræder: ${deputy.person.name} i stedet for ${officer.person.name}.`);
    expect((await forMeeting(coordinator, mine, day('2027-02-09', { required: [id(deputy)] }))).errors).toMatchObject([{ field: 'required' }]);
  });

  it('[FT6] says what would have to give when nothing fits, and which time that gives', async () => {
    const mine = await single(coordinator, '2027-02-15T10:00', [officer, caseworker]);
    await reply(officer, await single(police, '2027-02-16T09:00', [officer], { durationMinutes: 420 }), 'accepted');
    const found = await forMeeting(coordinator, mine, day('2027-02-16', { required: [id(coordinator), id(officer), id(caseworker)], durationMinutes: 120 }));
    expect(found.times).toEqual([]);
    // The police cannot be done without while the meeting must be able to decide.
    expect(found.relaxations.map(({ words }) => words)).toEqual(['Søg senere, til og med 27. december 2027.', 'Afkort mødet til 1 time.']);
    expect(found.relaxations.map(({ time: { startLocal, durationMinutes } }) => [startLocal, durationMinutes])).toEqual([['2027-02-17T08:00', 120], ['2027-02-16T08:00', 60]]);
    const unbound = await forMeeting(coordinator, mine, day('2027-02-16', { required: [id(coordinator), id(officer), id(caseworker)], durationMinutes: 120, quorate: false }));
    expect(unbound.relaxations.map(({ words }) => words)).toContain(`Hold mødet uden ${officer.person.name}.`);
  });

  it('[FT3] knows the meetings of a series that are not rows yet, and holidays', async () => {
    const mine = await single(coordinator, '2027-03-01T10:00', [officer]);
    const created = await police.post<{ id: string }>('/api/v1/series', newSeries([id(officer)], { startLocal: '2027-03-02T09:00', ...hours }));
    expect(created.status).toBe(201);
    const at = (date: string) => forMeeting(coordinator, mine, day(date, morning));
    // Thirteen weeks stand as rows; in September none.
    expect([starts(await at('2027-09-07')), starts(await at('2027-09-08'))]).toEqual([[], ['09:00']]);
    // Maundy Thursday.
    expect(starts(await at('2027-03-25'))).toEqual([]);
    expect((await officer.put(`/api/v1/series/${created.body.id}/reply`, { partStat: 'declined' })).status).toBe(200);
    expect(starts(await at('2027-09-07'))).toEqual(['09:00']);
  });

  it('[AC120] is asked for people of the meeting, or whom one could call, and for no others', async () => {
    const mine = await single(coordinator, '2027-04-12T10:00', [officer]);
    const elsewhere = await server.signIn({ authorityId: boernehusHovedstaden, role: 'participant' });
    for (const required of [[id(caseworker)], [id(elsewhere)], ['01890000-0000-7000-8000-000000000000']]) expect(await forMeeting(coordinator, mine, day('2027-04-13', { required }))).toMatchObject({ code: 'invalid-input', errors: [{ field: 'required' }] });
    const refusals = await Promise.all([id(stranger), '01890000-0000-7000-8000-000000000000'].map((membershipId) => forNew(coordinator, day('2027-04-13', { required: [id(officer), membershipId] }))));
    expect(refusals[0]).toMatchObject({ code: 'invalid-input', errors: [{ field: 'required' }] });
    expect(refusals[0]).toEqual(refusals[1]);
    expect((await forMeeting(officer, mine, day('2027-04-13'))).code).toBe('not-allowed');
    expect((await forMeeting(stranger, mine, day('2027-04-13'))).code).toBe('not-found');
    await coordinator.post(`/api/v1/meetings/${mine}/cancel`, { reason: 'Ferie' });
    expect((await forMeeting(coordinator, mine, day('2027-04-13'))).code).toBe('not-allowed');
  });

  it.each([
    ['fromDate', { fromDate: '2026-11-23' }],
    ['toDate', { toDate: '2026-12-01', fromDate: '2026-12-02' }],
    ['toDate', { toDate: '2028-12-01' }],
    ['latest', { earliest: '10:00', latest: '10:00' }],
    ['durationMinutes', { earliest: '08:00', latest: '12:00', durationMinutes: 245 }],
    ['durationMinutes', { durationMinutes: 485 }],
    ['required', { required: [] }],
    ['kindId', { kindId: 'nothing' }],
  ])('[FT7] refuses a question that has no answer: %s', async (field, wrong) => {
    expect(await forNew(coordinator, { ...day('2026-12-08'), ...wrong })).toMatchObject({ errors: [{ field }] });
  });

  it.each([
    ['shorter than three hours', { earliest: '09:00', latest: '11:55' }, 60],
    ['shorter than twice the meeting', { earliest: '08:00', latest: '13:00' }, 180],
    ['almost all of it when nobody works', { earliest: '03:00', latest: '10:30' }, 60],
    ['shorter than the day, for a meeting of half a day', { earliest: '08:00', latest: '15:30' }, 270],
  ])('[FT8] refuses hours by which somebody’s day could be read piece by piece: %s', async (_, narrow, durationMinutes) => {
    expect(await forNew(coordinator, { ...day('2026-12-08', narrow), durationMinutes })).toMatchObject({ code: 'invalid-input', errors: [{ field: 'latest' }] });
    expect((await forNew(coordinator, { ...day('2026-12-08'), durationMinutes })).code).toBeUndefined();
  });

  it('[AC93] is in the access trail, with whom it was asked about', async () => {
    const count = () => server.unitOfWork.run((tx) => tx.query<{ kind: string; object_id: string | null; criterion: Uint8Array | null }>(`SELECT kind, object_id, criterion FROM trail_entry WHERE route LIKE '%find-time' ORDER BY number DESC`));
    const before = (await count()).length;
    const mine = await single(coordinator, '2027-05-10T10:00', [officer]);
    await forMeeting(coordinator, mine, day('2027-05-11'));
    const after = await count();
    expect([after.length - before, after[0]!.kind, after[0]!.object_id, after[0]!.criterion === null]).toEqual([1, 'search', mine, false]);
  });

  it('[AC95] is found by the auditors of everybody it was asked about, without who asked or about whom, and by no others', async () => {
    const mine = await single(coordinator, '2027-05-17T10:00', [officer]);
    server.clock.advance({ minutes: 10 });
    await forMeeting(coordinator, mine, day('2027-05-18'));
    const now = server.clock.now();
    const drawn = async (authorityId: string) => {
      const auditor = await server.signIn({ authorityId, role: 'auditor' });
      const period = { from: now.subtract({ minutes: 1 }).toString(), to: now.add({ minutes: 1 }).toString(), size: 50 };
      const { status, body } = await auditor.post<{ code?: string; entries?: { entry: { kind: string; route: string; authority: { id: string }; person: { id: string } | null } }[] }>('/api/v1/audit/samples', period);
      // Where nothing happened there is nothing to draw from, and that is said.
      expect([status, body.entries === undefined]).toEqual(authorityId === 'municipality:751' ? [400, true] : [status, false]);
      return (body.entries ?? []).map(({ entry }) => entry).filter(({ route, authority }) => route.endsWith('find-time') && authority.id === eksempelby);
    };
    const [ours, theirs, others] = [await drawn(eksempelby), await drawn(nordsjaelland), await drawn('municipality:751')];
    expect(ours.some(({ person }) => person?.id === coordinator.person.id)).toBe(true);
    expect([theirs.length > 0, new Set(theirs.map(({ kind, person }) => `${kind} ${person}`))]).toEqual([true, new Set(['search null'])]);
    expect(JSON.stringify(theirs)).not.toContain(id(officer));
    expect(others).toEqual([]);
    // It is under the chain of hashes like everything else.
    const checkpoints = server.running.app.get(TrailCheckpoints);
    await checkpoints.make();
    expect(await checkpoints.firstBroken()).toBeNull();
  });

  describe('what it would mean to move a meeting to a time', () => {
    interface Preview {
      version: number;
      from: { startInstant: string };
      to: { startInstant: string; endInstant: string };
      holiday: string | null;
      isKnown: boolean;
      people: { person: { membershipId: string }; substitute: { membershipId: string } | null; availability: string }[];
      quorum: { met: boolean; gaps: { kind: string; sector: string | null; possible: boolean }[] } | null;
      code?: string;
      errors?: { field: string }[];
    }
    const preview = async (who: Browser, meetingId: string, startLocal: string, durationMinutes = 60) => (await who.post<Preview>(`/api/v1/meetings/${meetingId}/move-preview`, { startLocal, durationMinutes })).body;
    const canOf = ({ people }: Preview) => [coordinator, caseworker, officer].map((who) => people.find(({ person }) => person.membershipId === id(who))?.availability);

    it('[FT9] says who can, cannot, or can with whom she sent, and whether the meeting could decide; nothing moves by it', async () => {
      const mine = await single(coordinator, '2027-06-07T10:00', [officer, caseworker]);
      const busy = await single(police, '2027-06-08T09:00', [officer], { ...hours, title: 'Razzia på havnen' });
      await single(coordinator, '2027-06-09T12:00', [caseworker, officer]);
      const blocked = await preview(coordinator, mine, '2027-06-08T11:40');
      expect(blocked).toMatchObject({ version: 1, from: { startInstant: '2027-06-07T08:00:00.000Z' }, to: { startInstant: '2027-06-08T09:40:00Z', endInstant: '2027-06-08T10:40:00Z' }, holiday: null, isKnown: true });
      expect(canOf(blocked)).toEqual(['can', 'can', 'cannot']);
      expect(blocked.quorum).toMatchObject({ met: false, gaps: [{ kind: 'sector', sector: 'police', possible: false }] });
      for (const word of [busy, 'razzia']) expect(JSON.stringify(blocked).toLowerCase()).not.toContain(word);
      const free = await preview(coordinator, mine, '2027-06-08T12:00');
      expect([canOf(free), free.quorum]).toEqual([['can', 'can', 'can'], { met: true, gaps: [] }]);
      // What a colleague has not answered she could give up; whoever called it has said that she comes, and of the police less is told.
      expect(canOf(await preview(coordinator, mine, '2027-06-09T12:30'))).toEqual(['cannot', 'unsettled', 'cannot']);
      // The meeting itself is in nobody's way.
      expect(canOf(await preview(coordinator, mine, '2027-06-07T10:30'))).toEqual(['can', 'can', 'can']);
      await reply(officer, mine, 'delegated', { substituteMembershipId: id(deputy), disclosureReason: 'Jeg er forhindret.' });
      const sent = await preview(coordinator, mine, '2027-06-08T10:00');
      expect([canOf(sent), sent.people.find(({ substitute }) => substitute !== null)?.substitute?.membershipId, sent.quorum]).toEqual([['can', 'can', 'substitute'], id(deputy), { met: true, gaps: [] }]);
      const { body } = await coordinator.get<{ startLocal: string; version: number }>(`/api/v1/meetings/${mine}`);
      expect([body.startLocal, body.version]).toEqual(['2027-06-07T10:00', 1]);
      // It is moved under the version that was shown, and refused under another.
      const move = (version: number) => coordinator.post<{ startLocal: string }>(`/api/v1/meetings/${mine}/move`, { startLocal: '2027-06-08T10:00', durationMinutes: 60 }, { 'if-match': `"${version}"` });
      expect((await move(sent.version)).body.startLocal).toBe('2027-06-08T10:00');
      expect((await move(sent.version)).status).toBe(412);
    });

    it.each([
      ['a holiday', '2027-05-17T10:00', 60, 'Anden pinsedag'],
      ['a Saturday', '2027-06-12T10:00', 60, null],
      ['Friday afternoon', '2027-06-11T13:30', 60, null],
      ['the early morning', '2027-06-10T07:45', 60, null],
      ['across midnight', '2027-06-10T23:30', 60, null],
    ])('[FT10] does not know who can on %s, and asks about nobody', async (_, startLocal, durationMinutes, holiday) => {
      const mine = await single(coordinator, '2027-06-14T10:00', [officer]);
      expect(await preview(coordinator, mine, startLocal, durationMinutes)).toMatchObject({ holiday, isKnown: false, people: [], quorum: null });
      expect((await coordinator.post(`/api/v1/meetings/${mine}/cancel`, { reason: 'Ferie' })).status).toBe(200);
    });

    it('[AC120] is told to who may move it, of times that are to come; lists say so of each meeting', async () => {
      const mine = await single(coordinator, '2027-06-21T10:00', [officer]);
      const may = async (who: Browser) => (await who.get<{ meetings: { id: string; canMove: boolean; version: number; startLocal: string }[] }>('/api/v1/meetings?from=2027-06-21T00:00:00Z&to=2027-06-22T00:00:00Z')).body.meetings.map(({ canMove, version, startLocal }) => [canMove, version, startLocal]);
      expect([await may(coordinator), await may(officer)]).toEqual([[[true, 1, '2027-06-21T10:00']], [[false, 1, '2027-06-21T10:00']]]);
      expect([(await preview(officer, mine, '2027-06-22T10:00')).code, (await preview(stranger, mine, '2027-06-22T10:00')).code]).toEqual(['not-allowed', 'not-found']);
      for (const startLocal of ['2026-11-20T10:00', '2027-12-22T10:00']) expect(await preview(coordinator, mine, startLocal)).toMatchObject({ code: 'invalid-input', errors: [{ field: 'startLocal' }] });
      const entries = () => server.unitOfWork.run((tx) => tx.query<{ kind: string; object_id: string | null; criterion: Uint8Array | null }>(`SELECT kind, object_id, criterion FROM trail_entry WHERE route LIKE '%move-preview' ORDER BY number DESC`));
      const before = (await entries()).length;
      await preview(coordinator, mine, '2027-06-22T10:00');
      const after = await entries();
      expect([after.length - before, after[0]!.kind, after[0]!.object_id, after[0]!.criterion === null]).toEqual([1, 'search', mine, false]);
      await coordinator.post(`/api/v1/meetings/${mine}/cancel`, { reason: 'Ferie' });
      expect([(await preview(coordinator, mine, '2027-06-22T10:00')).code, await may(coordinator)]).toEqual(['not-allowed', [[false, 2, '2027-06-21T10:00']]]);
    });
  });

  it('[FT2] the index holds nothing of what meetings are, and neither may its role', async () => {
    const held = JSON.stringify([...(server.running.app.get(KnownTimes) as unknown as { known: Map<string, object> }).known.values()]);
    expect(held).not.toMatch(/section115|Overlevering|Rådhuset/i);
    const [row] = await server.unitOfWork.run((tx) => tx.query<{ columns: string[] }>(`SELECT array_agg(column_name::text ORDER BY column_name) AS columns FROM information_schema.column_privileges WHERE table_name = 'meeting' AND grantee LIKE '%availability'`));
    expect(row!.columns).toEqual(['duration_minutes', 'id', 'series_id', 'start_instant', 'state']);
  });
});
