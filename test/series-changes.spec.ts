import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SeriesService } from '@lib/meetings/series.service.js';
import { meetingOf, newDecision, newSeries, openItems, endless, section115 } from './support/story.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

interface Step {
  action: string;
  meetingId: string | null;
  fromLocal: string | null;
  startLocal: string;
  because: string | null;
  holiday: string | null;
}
interface Preview {
  version: number;
  digest: string;
  ruleInWords: string;
  steps: Step[];
  meetings: number;
  keepsOwnPlace: number;
}
interface Series {
  id: string;
  version: number;
  ruleInWords: string;
  title: string;
  formerTitles: { title: string; until: string; changedBy: string }[];
  participants: { membershipId: string }[];
  recurrence: { kind: string; ends?: { lastDate: string } };
  occurrences: { recurrenceId: string; startLocal: string; meetingId: string | null; state: string | null }[];
}
interface Meeting {
  state: string;
  version: number;
  startLocal: string;
  place: string | null;
  ownReply: string;
  participants: { membershipId: string; partStat: string; standsInForMembershipId: string | null }[];
}
interface Refusal {
  code: string;
  errors?: { field: string; message: string }[];
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await section115(server, endless)));

const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });
const path = (rest: string) => `/api/v1/series/${story.series.id}/${rest}`;
const preview = async (change: object, who = story.coordinator) => (await who.post<Preview>(path('changes/preview'), change)).body;
const apply = <Body = Series>(change: object, version?: number, who = story.coordinator) => who.post<Body>(path('changes'), change, version === undefined ? {} : ifMatch(version));
const seriesNow = async (who = story.officer) => (await who.get<Series>(`/api/v1/series/${story.series.id}`)).body;
const meeting = async (id: string, who = story.officer) => (await who.get<Meeting>(`/api/v1/meetings/${id}`)).body;
const ids = () => story.series.occurrences.map((one) => one.meetingId!);
const change = (id: string, command: string, body: object) => story.coordinator.send('POST', `/api/v1/meetings/${id}/${command}`, body);

/** What the form sends: the whole rule. */
const times = (changes: object = {}) => ({ startTime: '13:00', durationMinutes: 60, holidayPolicy: 'keep', recurrence: { kind: 'weekly', days: ['MO'] }, ...changes });
const fridays = times({ startTime: '09:30', recurrence: { kind: 'weekly', days: ['FR'] } });
const shown = (steps: Step[]) => steps.map((step) => [step.action, step.fromLocal?.slice(5) ?? null, step.startLocal.slice(5)]);

describe('this meeting and the following', () => {
  it('[MT30] move to another weekday with their agendas; those before stay, and the horizon goes on by the new rule', async () => {
    const [first, second, third] = ids();
    const item = openItems(await meetingOf(story.coordinator, second!))[1]!.item;
    const writer = await Writer.open(story.coordinator, item.documentId);
    writer.type('Forberedt. ');
    await until('it is stored', () => writer.acknowledged > 0);
    writer.close();

    const plan = { fromMeetingId: second, times: fridays };
    const asked = await preview(plan);
    expect(shown(asked.steps).slice(0, 2)).toEqual([['moves', '12-14T13:00', '12-18T09:30'], ['moves', '12-21T13:00', '12-25T09:30']]);
    expect(asked.ruleInWords).toBe('Hver fredag kl. 09.30–10.30');
    expect((await seriesNow()).version).toBe(1);

    const answer = await apply({ ...plan, digest: asked.digest, reason: 'Politiet har fået ny vagtplan.' }, asked.version);
    expect([answer.status, answer.body.version, answer.body.ruleInWords]).toEqual([200, 2, 'Hver fredag kl. 09.30–10.30']);
    expect(await meeting(first!)).toMatchObject({ startLocal: '2026-12-07T13:00', version: 1 });
    expect(await meeting(second!)).toMatchObject({ startLocal: '2026-12-18T09:30', state: 'proposed', version: 2 });
    expect(await meeting(third!)).toMatchObject({ startLocal: '2026-12-25T09:30' });
    expect(openItems(await meetingOf(story.officer, second!))[1]!.item.id).toBe(item.id);
    const changes = await story.officer.get<{ changes: { kind: string; reason: string; movedFromLocal: string }[] }>(`/api/v1/meetings/${second}/changes`);
    expect(changes.body.changes).toMatchObject([{ kind: 'rescheduled', reason: 'Politiet har fået ny vagtplan.', movedFromLocal: '2026-12-14T13:00' }]);

    server.clock.advance({ hours: 24 * 60 });
    try {
      await server.running.app.get(SeriesService).extendHorizons();
      const made = await server.unitOfWork.run((tx) => tx.query<{ start_local: string }>('SELECT start_local FROM meeting WHERE series_id = $1 ORDER BY start_instant', [story.series.id]));
      const starts = made.map((row) => row.start_local);
      expect(new Set(starts).size).toBe(starts.length);
      expect(starts.slice(1).every((start) => new Date(`${start}Z`).getUTCDay() === 5 && start.endsWith('09:30'))).toBe(true);
      const days = starts.slice(1).map((start) => Date.parse(`${start}Z`) / 86_400_000);
      expect(days.slice(1).every((day, n) => day - days[n]! === 7)).toBe(true);
    } finally {
      server.clock.advance({ hours: -24 * 60 });
    }
  });

  it('[MT31] leave alone what has a life of its own, say why, and make no second meeting beside it', async () => {
    const [first, second, third, fourth] = ids();
    await change(first!, 'move', { startLocal: '2026-12-09T10:00', durationMinutes: 60 });
    await change(second!, 'cancel', { reason: 'Lokalet er optaget.' });
    await story.coordinator.put(`/api/v1/meetings/${third}/place`, { place: 'Politigården' });
    const item = openItems(await meetingOf(story.coordinator, fourth!))[2]!.item;
    expect((await story.coordinator.post(`/api/v1/items/${item.id}/decisions`, newDecision(story.caseworker))).status).toBe(201);
    const asked = await preview({ times: fridays });
    const kept = asked.steps.filter((step) => step.action === 'keeps').map((step) => [step.meetingId, step.because, step.startLocal]);
    expect(kept).toEqual([
      [first, 'movedByHand', '2026-12-09T10:00'],
      [second, 'cancelled', '2026-12-14T13:00'],
      [third, 'ownPlace', '2026-12-21T13:00'],
      [fourth, 'decided', '2026-12-28T13:00'],
    ]);
    await apply({ times: fridays }, 1);
    const after = await seriesNow();
    expect(after.occurrences.slice(0, 5).map((one) => one.startLocal)).toEqual(['2026-12-09T10:00', '2026-12-14T13:00', '2026-12-21T13:00', '2026-12-28T13:00', '2027-01-08T09:30']);
    const [row] = await server.unitOfWork.run((tx) => tx.query<{ count: number }>(`SELECT count(*)::int AS count FROM meeting WHERE series_id = $1`, [story.series.id]));
    expect(row!.count).toBe(asked.steps.length);
  });

  it('[PE7] asks everybody anew whose meeting moved, also for the whole series, and keeps substitutes', async () => {
    const [first] = ids();
    const { officer } = story;
    await officer.put(path('reply'), { partStat: 'accepted' });
    const substitute = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    await officer.put(`/api/v1/meetings/${ids()[1]}/reply`, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er forhindret.' });
    await apply({ times: fridays }, 1);
    expect((await meeting(first!)).ownReply).toBe('needsAction');
    expect((await meeting(ids()[1]!)).participants.find((one) => one.membershipId === substitute.person.membershipId)?.standsInForMembershipId).toBe(officer.person.membershipId);
    const [standing] = await server.unitOfWork.run((tx) => tx.query<{ count: number }>('SELECT count(*)::int AS count FROM series_reply WHERE series_id = $1', [story.series.id]));
    expect(standing!.count).toBe(0);
  });

  it('[MT30] keep answers when only the length or the place changes', async () => {
    const { officer } = story;
    await officer.put(path('reply'), { partStat: 'accepted' });
    await apply({ times: times({ durationMinutes: 90 }), place: 'Politigården', title: 'Overlevering' }, 1);
    expect(await meeting(ids()[0]!)).toMatchObject({ ownReply: 'accepted', place: 'Politigården', title: 'Overlevering', endInstant: '2026-12-07T13:30:00Z'.replace('Z', '.000Z') });
    expect((await seriesNow()).title).toBe('Overlevering');
  });
});

describe('the rhythm of a series', () => {
  it('[MT33] halved cancels what falls away with its reason, keeps what somebody worked on, and doubled again brings it back', async () => {
    const [, second, , fourth] = ids();
    // A real clock goes on between a meeting and its agenda; that is nobody's work.
    await server.unitOfWork.run((tx) => tx.query(`UPDATE agenda_item i SET created_at = i.created_at + interval '5 milliseconds' FROM meeting m WHERE m.id = i.meeting_id AND m.series_id = $1`, [story.series.id]));
    server.clock.advance({ minutes: 1 });
    await story.coordinator.post(`/api/v1/meetings/${fourth}/items`, { title: 'Ekstra', plannedMinutes: 5, outputType: 'discussion' });
    server.clock.advance({ minutes: -1 });
    const fortnightly = { times: times({ recurrence: { kind: 'weekly', interval: 2, days: ['MO'] } }) };
    const asked = await preview(fortnightly);
    expect(asked.steps.slice(0, 4).map((step) => [step.action, step.because])).toEqual([['stays', null], ['fallsAway', null], ['stays', null], ['keeps', 'worked']]);
    const refused = await apply<Refusal>(fortnightly, 1);
    expect([refused.status, refused.body.errors?.[0]?.field]).toEqual([400, 'reason']);
    expect((await apply({ ...fortnightly, reason: 'Der er for få sager.' }, 1)).status).toBe(200);
    expect((await meeting(second!)).state).toBe('cancelled');
    expect((await meeting(fourth!)).state).toBe('proposed');
    const why = await story.officer.get<{ changes: { kind: string; reason: string }[] }>(`/api/v1/meetings/${second}/changes`);
    expect(why.body.changes).toMatchObject([{ kind: 'dropped', reason: 'Der er for få sager.' }]);

    const back = await preview({ times: times() });
    expect(back.steps.find((step) => step.meetingId === second)?.action).toBe('returns');
    await apply({ times: times() }, 2);
    expect(await meeting(second!)).toMatchObject({ state: 'proposed', startLocal: '2026-12-14T13:00' });
    const item = openItems(await meetingOf(story.officer, second!))[0]!.item;
    expect(item.canWrite).toBe(true);
  });

  it('[MT33] halved keeps what is closed to the coordinator, written in or not, and tells her no more than the outline does', async () => {
    const [, second, , fourth, , sixth] = ids();
    const { coordinator, officer } = story;
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
    expect((await apply({ add: [police.person.membershipId], disclosureReason: 'De skal bruge det på mødet.' }, 1)).status).toBe(200);
    const close = async (meetingId: string, n: number) => {
      const { id, documentId } = openItems(await meetingOf(police, meetingId))[n]!.item;
      expect((await police.put(`/api/v1/items/${id}/audience`, { kind: 'restricted', authorityIds: [nordsjaelland], personIds: [] })).status).toBe(200);
      return { id, documentId };
    };
    const written = await close(second!, 1);
    const writer = await Writer.open(officer, written.documentId, 'minutes');
    writer.type('Kun politiet.');
    await until('it is stored', () => writer.acknowledged > 0);
    writer.close();
    await close(fourth!, 1);
    // Of what is not taken nobody outside is told, not even the time: nor by this.
    const omitted = await close(sixth!, 1);
    expect((await police.send('PUT', `/api/v1/items/${omitted.id}/state`, { state: 'omitted', reason: 'Ikke denne gang.' })).status).toBe(200);
    const fortnightly = { times: times({ recurrence: { kind: 'weekly', interval: 2, days: ['MO'] } }) };
    const asked = await preview(fortnightly, coordinator);
    expect(asked.steps.slice(0, 6).map((step) => [step.action, step.because])).toEqual([['stays', null], ['keeps', 'closed'], ['stays', null], ['keeps', 'closed'], ['stays', null], ['fallsAway', null]]);
    expect((await preview(fortnightly, police)).steps.slice(1, 4).map((step) => [step.action, step.because])).toEqual([['keeps', 'worked'], ['stays', null], ['fallsAway', null]]);
    expect((await apply({ ...fortnightly, reason: 'Der er for få sager.' }, 2)).status).toBe(200);
    expect([(await meeting(second!)).state, (await meeting(fourth!)).state, (await meeting(sixth!)).state]).toEqual(['proposed', 'proposed', 'cancelled']);
  });

  it('[MT33] coming back opens nothing that was taken off the agenda before', async () => {
    const [, second] = ids();
    const { item } = openItems(await meetingOf(story.coordinator, second!)).at(-1)!;
    const added = await story.coordinator.post<{ id: string; documentId: string }>(`/api/v1/meetings/${second}/items`, { title: 'Ekstra', plannedMinutes: 5, outputType: 'discussion' });
    expect((await story.coordinator.send('PUT', `/api/v1/items/${added.body.id}/state`, { state: 'withdrawn' })).status).toBe(200);
    await apply({ lastDate: '2026-12-07', reason: 'Slut.' }, 1);
    await apply({ lastDate: null }, 2);
    const states = await server.unitOfWork.run((tx) => tx.query<{ id: string; state: string }>('SELECT id, state FROM yjs_document WHERE id = ANY($1::uuid[])', [[item.documentId, added.body.documentId]]));
    expect(Object.fromEntries(states.map((row) => [row.id, row.state]))).toEqual({ [item.documentId]: 'open', [added.body.documentId]: 'frozen' });
  });

  it('[MT30] from even to odd weeks moves each meeting to the next such week', async () => {
    const { body } = await story.coordinator.post<Series>('/api/v1/series', newSeries([story.officer.person.membershipId], { recurrence: { kind: 'isoWeeks', parity: 'even' } }));
    const asked = await story.coordinator.post<Preview>(`/api/v1/series/${body.id}/changes/preview`, { times: times({ recurrence: { kind: 'isoWeeks', parity: 'odd', days: ['MO'] } }) });
    expect(shown(asked.body.steps).slice(0, 3)).toEqual([['moves', '12-07T13:00', '12-14T13:00'], ['moves', '12-21T13:00', '12-28T13:00'], ['moves', '01-11T13:00', '01-04T13:00']]);
  });

  it('[MT33] ends with a day: what comes after is cancelled, nothing is made later, and the end can be taken back', async () => {
    const asked = await preview({ lastDate: '2026-12-21' });
    expect(asked.steps.filter((step) => step.action === 'fallsAway').length).toBeGreaterThan(8);
    await apply({ lastDate: '2026-12-21', reason: 'Samarbejdet fortsætter i en anden serie.' }, 1);
    const after = await seriesNow();
    expect(after.occurrences.filter((one) => one.state === 'proposed').map((one) => one.startLocal.slice(0, 10))).toEqual(['2026-12-07', '2026-12-14', '2026-12-21']);
    server.clock.advance({ hours: 24 * 120 });
    try {
      await server.running.app.get(SeriesService).extendHorizons();
    } finally {
      server.clock.advance({ hours: -24 * 120 });
    }
    const rows = await server.unitOfWork.run((tx) => tx.query<{ state: string }>(`SELECT state FROM meeting WHERE series_id = $1 AND start_local > '2026-12-22'`, [story.series.id]));
    expect(rows.every((row) => row.state === 'cancelled')).toBe(true);
    await apply({ lastDate: null }, 2);
    expect((await seriesNow()).occurrences.slice(0, 5).every((one) => one.state === 'proposed')).toBe(true);
  });

  it('[RC19] has days besides and days left out, on the same screen', async () => {
    const asked = await preview({ times: times({ recurrence: { kind: 'weekly', days: ['MO'], excludedDates: ['2026-12-28'], addedDates: ['2026-12-30'] } }) });
    expect(asked.ruleInWords).toContain('undtagen 28. december 2026, desuden 30. december 2026');
    // The meeting of that week becomes the extra one.
    expect(asked.steps.find((step) => step.fromLocal?.startsWith('2026-12-28'))).toMatchObject({ action: 'moves', startLocal: '2026-12-30T13:00' });
  });
});

describe('changing a series', () => {
  it('[MT32] does what was shown or nothing: refused after another change of series or meetings, one of two wins', async () => {
    const asked = await preview({ times: fridays });
    await change(ids()[3]!, 'cancel', { reason: 'Lokalet er optaget.' });
    const late = await apply<Refusal>({ times: fridays, digest: asked.digest }, asked.version);
    expect([late.status, late.body.code]).toEqual([412, 'precondition-failed']);
    const again = await preview({ times: fridays });
    const both = await Promise.all([1, 2].map(() => apply<Refusal>({ times: fridays, digest: again.digest }, again.version)));
    expect(both.map((one) => one.status).sort()).toEqual([200, 412]);
  });

  it('[AC5] is for its coordinators; to outsiders it does not exist', async () => {
    for (const command of ['changes', 'changes/preview']) {
      expect((await story.officer.post(path(command), { place: 'Her' })).status).toBe(403);
      expect((await story.policeLeader.post(path(command), { place: 'Her' })).status).toBe(404);
    }
  });

  it.each([
    ['a meeting of another series', { fromMeetingId: '01890000-0000-7000-8000-000000000000', place: 'Her' }, 404, undefined],
    ['the hour of the clock change', { times: times({ startTime: '02:30' }) }, 400, 'startLocal'],
    ['an end before the first meeting', { times: times({ recurrence: { kind: 'weekly', days: ['MO'], ends: { lastDate: '2026-11-01' } } }) }, 400, 'recurrence.ends'],
    ['no meetings at all', { times: times({ recurrence: { kind: 'weekly', days: ['MO'], ends: { count: 0 } } }) }, 400, 'times.recurrence.ends.count'],
    ['an extra day that does not exist', { times: times({ recurrence: { kind: 'weekly', days: ['MO'], addedDates: ['2026-02-30'] } }) }, 400, 'recurrence.addedDates'],
    ['a time that is none', { times: times({ startTime: '25:00' }) }, 400, 'times.startTime'],
    ['an empty title', { title: '  ' }, 400, 'title'],
    ['a script as link', { videoLink: 'javascript:alert(1)' }, 400, 'videoLink'],
    ['a CPR number as reason', { place: 'Her', reason: 'Om 010101-1234' }, 400, 'reason'],
    ['a last day that is none', { lastDate: 'snart' }, 400, 'lastDate'],
  ])('is refused %s', async (_what, body, status, field) => {
    const answer = await apply<Refusal>(body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([status, field]);
    expect((await seriesNow()).version).toBe(1);
  });

  it('[MT34] keeps what the series was called, sealed, for those who take part', async () => {
    const was = (await seriesNow()).title;
    expect((await seriesNow()).formerTitles).toEqual([]);
    await apply({ title: 'Overlevering' }, 1);
    await apply({ place: 'Politigården', title: 'Overlevering' }, 2);
    await apply({ title: was }, 3);
    const changedBy = story.coordinator.person.name;
    expect((await seriesNow()).formerTitles).toEqual([{ title: 'Overlevering', until: expect.any(String), changedBy }, { title: was, until: expect.any(String), changedBy }]);
    const rows = await server.unitOfWork.run((tx) => tx.query<{ title: Uint8Array | null }>('SELECT title FROM series_change WHERE series_id = $1', [story.series.id]));
    expect(rows.map(({ title }) => Buffer.from(title!).includes('Overlevering'))).toEqual([false, false]);
  });

  it('[MT34] leaves entries that nobody can change', async () => {
    await apply({ times: fridays }, 1);
    await expect(server.unitOfWork.run((tx) => tx.query("UPDATE series_change SET rrule = ''"))).rejects.toThrow(/append-only/);
    const rows = await server.unitOfWork.run((tx) => tx.query<{ rrule: string; from_recurrence_id: string }>('SELECT rrule, from_recurrence_id FROM series_change WHERE series_id = $1', [story.series.id]));
    expect(rows).toEqual([{ rrule: 'FREQ=WEEKLY;BYDAY=MO', from_recurrence_id: '2026-12-07T13:00' }]);
  });
});

describe('the standing participants', () => {
  const join = (who: Browser) => ({ add: [who.person.membershipId], disclosureReason: 'De skal bruge det på mødet.' });

  it('[MT35] [AC14] join and leave the coming meetings with that commit, items and later meetings included', async () => {
    const other = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    const [first, second] = ids();
    const item = openItems(await meetingOf(story.coordinator, second!))[1]!.item;
    expect((await other.get(`/api/v1/items/${item.id}`)).status).toBe(404);
    expect((await apply({ fromMeetingId: second, ...join(other) }, 1)).status).toBe(200);
    expect([(await other.get(`/api/v1/meetings/${first}`)).status, (await other.get(`/api/v1/items/${item.id}`)).status]).toEqual([404, 200]);

    const writer = await Writer.open(story.officer, item.documentId);
    const left = await apply({ remove: [story.officer.person.membershipId] }, 2);
    expect([left.status, left.body.participants.some((one) => one.membershipId === story.officer.person.membershipId)]).toEqual([200, false]);
    await until('the line is cut', () => writer.closes.length > 0);
    writer.close();
    expect([(await story.officer.get(`/api/v1/meetings/${second}`)).status, (await story.officer.get(`/api/v1/items/${item.id}`)).status, (await story.officer.get(path(''))).status]).toEqual([404, 404, 404]);

    server.clock.advance({ hours: 24 * 30 });
    try {
      await server.running.app.get(SeriesService).extendHorizons();
    } finally {
      server.clock.advance({ hours: -24 * 30 });
    }
    const rows = await server.unitOfWork.run((tx) =>
      tx.query<{ n: number }>(`SELECT count(DISTINCT m.id)::int AS n FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $2 WHERE m.series_id = $1 AND m.start_local > '2027-03-10'`, [story.series.id, other.person.membershipId]),
    );
    expect(rows[0]!.n).toBeGreaterThan(0);
  });

  it('[MT35] are never oneself taken out, nobody from a foreign authority, and nobody who alone reads an item', async () => {
    const alone = await apply<Refusal>({ remove: [story.coordinator.person.membershipId] });
    expect([alone.status, alone.body.errors?.[0]?.field]).toEqual([400, 'remove']);
    const foreign = await server.signIn({ authorityId: 'municipality:751', role: 'participant' });
    const added = await apply<Refusal>(join(foreign));
    expect([added.status, added.body.errors?.[0]?.field]).toEqual([400, 'add']);
    const item = openItems(await meetingOf(story.coordinator, ids()[0]!))[1]!.item;
    await story.coordinator.put(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [story.officer.person.id] });
    await server.unitOfWork.run(async (tx) => {
      await tx.query(`DELETE FROM item_audience WHERE item_id = $1 AND subject_kind = 'authority'`, [item.id]);
      await tx.query('DELETE FROM item_reader WHERE item_id = $1 AND membership_id <> $2', [item.id, story.officer.person.membershipId]);
    });
    const lost = await apply<Refusal>({ remove: [story.officer.person.membershipId] });
    expect([lost.status, lost.body.errors?.[0]?.field]).toEqual([400, 'remove']);
    expect((await meeting(ids()[0]!)).version).toBe(1);
  });
});
