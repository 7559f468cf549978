import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plainText } from '@lib/contracts/rich-text.js';
import { meetingKinds } from '@lib/meetings/meeting-kinds.data.js';
import { documentOf } from './support/minutes-story.js';
import { aKey, eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, newSeries, openItems, type Meeting } from './support/story.js';

interface Occurrence {
  recurrenceId: string;
  startLocal: string;
  outcome: string;
  holiday: string | null;
  suggestedLocal?: string | null;
  meetingId: string | null;
  state: string | null;
}
interface Series {
  id: string;
  ruleInWords: string;
  notes: string[];
  rrule: string;
  videoLink: string | null;
  occurrences: Occurrence[];
}
interface Refusal {
  code: string;
  errors: { field: string; message: string }[];
}

let server: TestServer;
let coordinator: Browser;
let officer: Browser;
beforeAll(async () => {
  server = await TestServer.start();
  coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
  officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
}, 60_000);
afterAll(() => server.stop());

async function create(changes: object): Promise<Series> {
  const answer = await coordinator.post<Series>('/api/v1/series', newSeries([officer.person.membershipId], changes));
  expect(answer.status).toBe(201);
  return answer.body;
}
const starts = (series: { occurrences: Occurrence[] }, count: number) => series.occurrences.slice(0, count).map((one) => one.startLocal.slice(0, 10));

describe('the patterns of a series', () => {
  it.each([
    ['every second week', { kind: 'weekly', interval: 2 }, 'Hver 2. uge, mandag kl. 13.00–14.00, regnet fra mandag 7. december 2026', ['2026-12-07', '2026-12-21', '2027-01-04', '2027-01-18']],
    ['several days a week', { kind: 'weekly', days: ['TU', 'TH'] }, 'Hver tirsdag og torsdag kl. 13.00–14.00', ['2026-12-08', '2026-12-10', '2026-12-15', '2026-12-17']],
    ['[RC14] even weeks', { kind: 'isoWeeks', parity: 'even' }, 'Lige uger, mandag kl. 13.00–14.00', ['2026-12-07', '2026-12-21', '2027-01-11', '2027-01-25']],
    ['[RC14] odd weeks', { kind: 'isoWeeks', parity: 'odd' }, 'Ulige uger, mandag kl. 13.00–14.00', ['2026-12-14', '2026-12-28', '2027-01-04', '2027-01-18']],
    ['the first Wednesday', { kind: 'monthly', ordinal: 1, day: 'WE' }, 'Den første onsdag i måneden kl. 13.00–14.00', ['2027-01-06', '2027-02-03', '2027-03-03', '2027-04-07']],
    ['the last Friday of every second month', { kind: 'monthly', interval: 2, ordinal: -1, day: 'FR' }, 'Hver 2. måned, den sidste fredag', ['2026-12-25', '2027-02-26', '2027-04-30', '2027-06-25']],
    ['once a year', { kind: 'yearly', month: 10, ordinal: 2, day: 'TH' }, 'Den anden torsdag i oktober hvert år kl. 13.00–14.00', ['2027-10-14', '2028-10-12']],
    ['three times', { kind: 'weekly', ends: { count: 3 } }, 'i alt 3 gange', ['2026-12-07', '2026-12-14', '2026-12-21']],
    ['until a date, which counts', { kind: 'weekly', ends: { lastDate: '2026-12-21' } }, 'til og med 21. december 2026', ['2026-12-07', '2026-12-14', '2026-12-21']],
    ['without a date', { kind: 'weekly', excludedDates: ['2026-12-14'] }, 'undtagen 14. december 2026', ['2026-12-07', '2026-12-21', '2026-12-28']],
  ])('gives %s in words and in meetings that stand', async (_what, recurrence, words, dates) => {
    const series = await create({ recurrence });
    expect(series.ruleInWords).toContain(words);
    expect(starts(series, dates.length)).toEqual(dates);
    if ('ends' in recurrence) expect(series.occurrences).toHaveLength(dates.length);
    expect(series.occurrences[0]!.meetingId).not.toBeNull();
    const again = await officer.get<Series>(`/api/v1/series/${series.id}`);
    expect(starts(again.body, dates.length)).toEqual(dates);
  });

  it('[RC14] says what week 53 does to even, odd and every second week', async () => {
    expect((await create({ recurrence: { kind: 'isoWeeks', parity: 'even' } })).notes).toEqual(['2026 har 53 uger: fra uge 52 til uge 2 går der tre uger.']);
    expect((await create({ recurrence: { kind: 'weekly', interval: 2 } })).notes).toEqual(['2026 har 53 uger: til og med 2026 ligger møderne i lige uger, derefter i ulige uger.']);
    expect((await create({ recurrence: { kind: 'weekly' } })).notes).toEqual([]);
  });

  it.each([
    ['an end before the start', { recurrence: { kind: 'weekly', ends: { lastDate: '2026-12-01' } } }, 'recurrence.ends', 'før det første møde'],
    ['everything left out', { recurrence: { kind: 'weekly', ends: { count: 1 }, excludedDates: ['2026-12-07'] } }, 'recurrence.excludedDates', 'undtaget'],
    ['a left out date that does not exist', { recurrence: { kind: 'weekly', excludedDates: ['2026-02-30'] } }, 'recurrence.excludedDates', 'findes ikke'],
    ['even weeks without saying which', { recurrence: { kind: 'isoWeeks' } }, 'recurrence.parity', 'Vælg'],
    ['every second even week', { recurrence: { kind: 'isoWeeks', parity: 'even', interval: 2 } }, 'recurrence.interval', 'Hører ikke til'],
    ['a month that is none', { recurrence: { kind: 'yearly', month: 13, ordinal: 1 } }, 'recurrence.month', 'højst være 12'],
    ['a fifth Monday', { recurrence: { kind: 'monthly', ordinal: 5 } }, 'recurrence.ordinal', 'Vælg'],
    ['no day at all', { recurrence: { kind: 'weekly', days: [] } }, 'recurrence.days', 'mindst én'],
    ['both ends at once with nonsense', { recurrence: { kind: 'weekly', ends: { count: 0 } } }, 'recurrence.ends.count', 'mindst'],
    ['an end that is nothing', { recurrence: { kind: 'weekly', ends: {} } }, 'recurrence.ends', ''],
    ['the hour of the clock change', { startLocal: '2026-12-07T02:15' }, 'startLocal', 'mellem kl. 02.00 og 03.00'],
    ['a first meeting in three years', { startLocal: '2029-12-07T13:00' }, 'startLocal', 'to år'],
    ['a video link without https', { videoLink: 'http://video.example.dk/1' }, 'videoLink', 'https://'],
    ['a video link that is a script', { videoLink: 'javascript:alert(1)' }, 'videoLink', 'https://'],
    ['a video link under a false name', { videoLink: 'https://video.example.dk@ondt.example/1' }, 'videoLink', 'https://'],
    ['a policy that is none', { holidayPolicy: 'pray' }, 'holidayPolicy', 'Vælg'],
  ])('refuses %s and says why', async (_what, changes, field, words) => {
    const answer = await coordinator.post<Refusal>('/api/v1/series', newSeries([officer.person.membershipId], changes));
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error) => error.field).join()).toContain(field);
    expect(answer.body.errors.map((error) => error.message).join()).toContain(words);
  });

  it('previews what it would give, and refuses in the same words', async () => {
    const preview = await coordinator.post<Series>('/api/v1/series/preview', { startLocal: '2027-03-15T13:00', durationMinutes: 60, recurrence: { kind: 'weekly' }, holidayPolicy: 'nextWorkingDay' });
    expect(preview.status).toBe(200);
    expect(preview.body.occurrences.slice(0, 3)).toMatchObject([
      { startLocal: '2027-03-15T13:00', outcome: 'held', holiday: null, clocks: null },
      { startLocal: '2027-03-22T13:00', outcome: 'held' },
      { recurrenceId: '2027-03-29T13:00', startLocal: '2027-03-30T13:00', outcome: 'moved', holiday: 'Anden påskedag', clocks: 'forward' },
    ]);
    const refused = await coordinator.post<Refusal>('/api/v1/series/preview', { startLocal: '2027-03-15T02:30', durationMinutes: 60, recurrence: { kind: 'weekly' } });
    expect([refused.status, refused.body.code]).toEqual([400, 'rule-invalid']);
    const rare = await coordinator.post<Series>('/api/v1/series/preview', { startLocal: '2027-01-01T10:00', durationMinutes: 60, recurrence: { kind: 'yearly', month: 3, ordinal: 2, day: 'TU' } });
    expect(rare.body.occurrences).toHaveLength(8);
  });
});

describe('the kinds of meeting', () => {
  it('come with a cadence that the form can show, and each can be set up', async () => {
    const { body } = await coordinator.get<{ kinds: { id: string; cadence: { rrule: string | null; recurrence: object | null }; agendaItems: unknown[] }[] }>('/api/v1/meeting-kinds');
    for (const kind of body.kinds) {
      expect([kind.id, kind.cadence.recurrence === null]).toEqual([kind.id, kind.cadence.rrule === null]);
      if (kind.cadence.recurrence === null) continue;
      const series = await create({ kindId: kind.id, recurrence: kind.cadence.recurrence });
      expect(series.rrule.replace(/INTERVAL=1;|;INTERVAL=1$/, '')).toBe(kind.cadence.rrule!.replace(/INTERVAL=1;/, ''));
      expect(openItems(await meetingOf(officer, series.occurrences[0]!.meetingId!))).toHaveLength(kind.agendaItems.length);
    }
  });

  it.each(meetingKinds.map((kind) => [kind.id, kind] as const))('[MT20] can be a single meeting with the items of its template: %s', async (kindId, kind) => {
    const { recurrence: _none, ...frame } = newSeries([officer.person.membershipId], { kindId, durationMinutes: kind.defaultDurationMinutes });
    const made = await coordinator.post<Meeting & { seriesId: string | null; kindId: string }>('/api/v1/meetings', frame);
    expect([made.status, made.body]).toEqual([201, made.body]);
    expect(made.body).toMatchObject({ seriesId: null, kindId });
    const items = openItems(await meetingOf(officer, made.body.id)).map(({ item }) => item as typeof item & { ledBy: string; outputType: string; mandatory: boolean });
    expect(items.map(({ title, plannedMinutes, ledBy, outputType, confidentiality, mandatory, perPerson }) => ({ title, minutes: plannedMinutes, ledBy, outputType, confidentiality, mandatory, perPerson }))).toEqual(
      kind.agendaItems.map(({ title, minutes, ledBy, outputType, confidentiality, mandatory, perPerson }) => ({ title, minutes, ledBy, outputType, confidentiality, mandatory, perPerson })),
    );
    expect(items.every((item) => item.legalBasis === null || kind.legalBasisIds.includes(item.legalBasis.id))).toBe(true);
    // What the item is for is the text that its agenda begins with.
    const { items: told } = await documentOf(officer, made.body.id, 'agenda');
    expect(told.map((entry) => (entry.closed ? null : plainText(entry.agenda)))).toEqual(kind.agendaItems.map(({ purpose }) => purpose));
  });

  it('[MT20] can be a single meeting, made once, with the agenda of its kind', async () => {
    const { recurrence: _none, ...frame } = newSeries([officer.person.membershipId], { kindId: 'caseConsultation', videoLink: 'https://video.example.dk/rum/1234567890' });
    const key = aKey();
    const [first, second] = await Promise.all([1, 2].map(() => coordinator.post<Meeting & { seriesId: null; videoLink: string; kindId: string }>('/api/v1/meetings', frame, key)));
    expect([first!.status, second!.status]).toEqual([201, 201]);
    expect(second!.body.id).toBe(first!.body.id);
    expect(first!.body).toMatchObject({ seriesId: null, kindId: 'caseConsultation', startInstant: '2026-12-07T12:00:00.000Z', videoLink: 'https://video.example.dk/rum/1234567890' });
    expect(openItems(await meetingOf(officer, first!.body.id))).toHaveLength(9);
    const seen = await officer.get<{ participants: { membershipId: string; partStat: string }[] }>(`/api/v1/meetings/${first!.body.id}`);
    expect(seen.body.participants.find((one) => one.membershipId === coordinator.person.membershipId)?.partStat).toBe('accepted');
    expect((await officer.post('/api/v1/meetings', frame)).status).toBe(403);
    expect((await coordinator.post('/api/v1/meetings', { ...frame, startLocal: '2026-11-01T13:00' })).status).toBe(400);
  });
});

describe('holidays', () => {
  const easter = { startLocal: '2027-03-15T13:00', recurrence: { kind: 'weekly' } };

  it.each([
    ['keep', '2027-03-29T13:00', 'held', 'proposed'],
    ['nextWorkingDay', '2027-03-30T13:00', 'moved', 'proposed'],
    ['ask', '2027-03-29T13:00', 'undecided', 'draft'],
  ])('[MT22] policy %s puts the meeting of Easter Monday at %s', async (holidayPolicy, startLocal, outcome, state) => {
    const series = await create({ ...easter, holidayPolicy });
    const found = series.occurrences.find((one) => one.recurrenceId === '2027-03-29T13:00')!;
    expect(found).toMatchObject({ startLocal, outcome, state, holiday: 'Anden påskedag' });
    const meeting = await officer.get<{ startInstant: string; state: string }>(`/api/v1/meetings/${found.meetingId}`);
    expect(meeting.body).toMatchObject({ state, startInstant: `${startLocal.slice(0, 10)}T11:00:00.000Z` });
  });

  it('[MT21] [MT22] policy skip makes no meeting and still says so', async () => {
    const series = await create({ ...easter, holidayPolicy: 'skip' });
    expect(series.occurrences.find((one) => one.recurrenceId === '2027-03-29T13:00')).toMatchObject({ outcome: 'skipped', meetingId: null, holiday: 'Anden påskedag' });
    expect(series.occurrences.find((one) => one.recurrenceId === '2027-04-05T13:00')!.meetingId).not.toBeNull();
  });

  it('are named for a calendar', async () => {
    const { body } = await officer.get<{ holidays: { date: string; name: string }[] }>('/api/v1/holidays?from=2027-03-25&to=2027-03-30');
    expect(body.holidays).toEqual([
      { date: '2027-03-25', name: 'Skærtorsdag' },
      { date: '2027-03-26', name: 'Langfredag' },
      { date: '2027-03-28', name: 'Påskedag' },
      { date: '2027-03-29', name: 'Anden påskedag' },
    ]);
    expect((await officer.get('/api/v1/holidays?from=2027-02-30&to=2027-03-30')).status).toBe(400);
    expect((await officer.get('/api/v1/holidays?from=2000-01-01&to=2027-03-30')).status).toBe(400);
  });
});
