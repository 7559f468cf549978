import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { livePath } from '@lib/contracts/live.js';
import { meetingOf, newDecision, newSeries, openItems, endless, section115 } from './support/story.js';
import { eksempelby, taenktby, TestServer, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

interface Meeting {
  id: string;
  state: string;
  version: number;
  startInstant: string;
  endInstant: string;
  recurrenceId: string;
  place: string | null;
  videoLink: string | null;
}
interface Problem {
  code: string;
  errors?: { field: string }[];
}
interface Change {
  kind: string;
  reason: string | null;
  movedFromLocal: string | null;
  by: { name: string };
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await section115(server, endless)));

const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });
const at = (path: string) => `/api/v1/meetings/${story.meetingId}/${path}`;
const reason = 'Lokalet er optaget.';

/** What the participants of the meeting hear. */
async function listen(browser: Browser): Promise<{ heard: string[]; socket: Socket }> {
  const heard: string[] = [];
  const socket = io(browser.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: browser.cookie, origin: browser.origin } });
  socket.on('meeting.changed', ({ meetingId }: { meetingId: string }) => heard.push(meetingId));
  await new Promise<void>((done) => socket.once('connect', done));
  return { heard, socket };
}

describe('a cancelled meeting', () => {
  it('[MT24] says why to all who take part, at once, and keeps its place in the series', async () => {
    const { coordinator, officer, meetingId, series } = story;
    const { heard, socket } = await listen(officer);
    const answer = await coordinator.post<Meeting>(at('cancel'), { reason }, ifMatch(1));
    expect([answer.status, answer.body.state, answer.body.version]).toEqual([200, 'cancelled', 2]);
    await until('the officer hears of it', () => heard.includes(meetingId));
    socket.disconnect();
    const history = await officer.get<{ changes: Change[] }>(at('changes'));
    expect(history.body.changes).toMatchObject([{ kind: 'cancelled', reason, by: { name: coordinator.person.name } }]);
    const after = await officer.get<{ occurrences: { meetingId: string; state: string }[] }>(`/api/v1/series/${series.id}`);
    expect(after.body.occurrences[0]).toMatchObject({ meetingId, state: 'cancelled' });
  });

  it('[MT24] [AC7] is read and no longer written, over HTTP and in an open document', async () => {
    const { coordinator, caseworker, officer, meetingId } = story;
    const item = openItems(await meetingOf(officer, meetingId))[2]!.item;
    const writer = await Writer.open(officer, item.documentId);
    await coordinator.post(at('cancel'), { reason });
    writer.type('For sent. ');
    await until('the document is closed to the writer', () => writer.closes.includes(4423));
    expect([writer.refusals.at(-1), writer.stored]).toEqual(['document-frozen', []]);
    writer.close();
    const items = openItems(await meetingOf(coordinator, meetingId));
    expect(items.map((entry) => [entry.item.canWrite, entry.item.canChangeAudience])).toEqual(items.map(() => [false, false]));
    const refusals = [
      await coordinator.post<Problem>(`/api/v1/meetings/${meetingId}/items`, { title: 'Mere', plannedMinutes: 5, outputType: 'discussion' }),
      await coordinator.post<Problem>(`/api/v1/items/${item.id}/decisions`, newDecision(caseworker)),
      await coordinator.put<Problem>(`/api/v1/items/${item.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] }),
      await coordinator.post<Problem>(at('move'), { startLocal: '2026-12-09T13:00', durationMinutes: 60 }),
      await coordinator.put<Problem>(at('place'), { place: 'Et andet sted' }),
      await coordinator.post<Problem>(at('cancel'), { reason }),
    ];
    expect(refusals.map((answer) => answer.body.code)).toEqual(['transition-refused', 'not-allowed', 'not-allowed', 'transition-refused', 'transition-refused', 'transition-refused']);
  });

  it('[MT25] is taken back while its time lies ahead, and can be written again', async () => {
    const { coordinator, officer, meetingId } = story;
    expect((await coordinator.post<Problem>(at('restore'))).body.code).toBe('transition-refused');
    await coordinator.post(at('cancel'), { reason });
    const back = await coordinator.post<Meeting>(at('restore'), {}, ifMatch(2));
    expect([back.status, back.body.state, back.body.version]).toEqual([200, 'proposed', 3]);
    const item = openItems(await meetingOf(officer, meetingId))[2]!.item;
    expect(item.canWrite).toBe(true);
    const writer = await Writer.open(officer, item.documentId);
    writer.type('Genoptaget. ');
    await until('it is stored', () => writer.acknowledged > 0);
    writer.close();

    await coordinator.post(at('cancel'), { reason });
    server.clock.advance({ hours: 24 * 21 });
    try {
      const later = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
      expect((await later.post<Problem>(at('restore'))).body.code).toBe('transition-refused');
    } finally {
      server.clock.advance({ hours: -24 * 21 });
    }
  });
});

describe('a moved meeting', () => {
  it('[MT21] [MT26] keeps its recurrenceId, moves its agenda along and is made once', async () => {
    const { coordinator, officer, series } = story;
    const answer = await coordinator.post<Meeting>(at('move'), { startLocal: '2026-12-16T09:30', durationMinutes: 90, reason: 'Politiet kan først da.' }, ifMatch(1));
    expect(answer.body).toMatchObject({ startInstant: '2026-12-16T08:30:00.000Z', endInstant: '2026-12-16T10:00:00.000Z', recurrenceId: '2026-12-07T13:00', state: 'proposed', version: 2 });
    expect(openItems(await meetingOf(officer, story.meetingId))[0]!.startInstant).toBe('2026-12-16T08:30:00Z');
    const after = await officer.get<{ occurrences: { recurrenceId: string; startLocal: string; outcome: string }[] }>(`/api/v1/series/${series.id}`);
    expect(after.body.occurrences.slice(0, 3)).toMatchObject([
      { recurrenceId: '2026-12-14T13:00', outcome: 'held' },
      { recurrenceId: '2026-12-07T13:00', startLocal: '2026-12-16T09:30', outcome: 'moved' },
      { recurrenceId: '2026-12-21T13:00', outcome: 'held' },
    ]);
    expect((await officer.get<{ changes: Change[] }>(at('changes'))).body.changes).toMatchObject([{ kind: 'moved', movedFromLocal: '2026-12-07T13:00', reason: 'Politiet kan først da.' }]);
  });

  it.each([
    ['a time that is gone', { startLocal: '2026-11-23T08:00', durationMinutes: 60 }, 'startLocal'],
    ['a day that is none', { startLocal: '2026-02-30T13:00', durationMinutes: 60 }, 'startLocal'],
    ['an hour that the clock leaves out', { startLocal: '2027-03-28T02:30', durationMinutes: 60 }, 'startLocal'],
    ['no duration', { startLocal: '2026-12-08T13:00', durationMinutes: 0 }, 'durationMinutes'],
    ['a CPR number as reason', { startLocal: '2026-12-08T13:00', durationMinutes: 60, reason: 'Om 010101-1234' }, 'reason'],
  ])('is refused %s', async (_what, body, field) => {
    const answer = await story.coordinator.post<Problem>(at('move'), body);
    expect([answer.status, answer.body.errors?.map((error) => error.field)]).toEqual([400, [field]]);
  });
});

describe('changing a meeting', () => {
  it('[MT28] is refused when somebody else changed it meanwhile, and one of two at once wins', async () => {
    const { coordinator } = story;
    const move = (startLocal: string) => coordinator.post<Problem>(at('move'), { startLocal, durationMinutes: 60 }, ifMatch(1));
    const [first, second, third] = await Promise.all([move('2026-12-08T13:00'), move('2026-12-09T13:00'), coordinator.post<Problem>(at('cancel'), { reason }, ifMatch(1))]);
    expect([first.status, second.status, third.status].sort()).toEqual([200, 412, 412]);
    expect((await coordinator.get<Meeting>(`/api/v1/meetings/${story.meetingId}`)).body.version).toBe(2);
    expect((await coordinator.post<Problem>(at('cancel'), { reason }, ifMatch(1))).body.code).toBe('precondition-failed');
  });

  it('[MT28] [AC5] is for its coordinators; to outsiders it does not exist', async () => {
    const { officer, policeLeader } = story;
    const outsiders = [policeLeader, await server.signIn({ authorityId: taenktby, role: 'coordinator' })];
    const commands: [string, string, object][] = [
      ['POST', 'cancel', { reason }],
      ['POST', 'restore', {}],
      ['POST', 'keep', {}],
      ['POST', 'move', { startLocal: '2026-12-08T13:00', durationMinutes: 60 }],
      ['PUT', 'place', { place: 'Her' }],
    ];
    for (const [method, path, body] of commands) {
      expect([path, (await officer.send(method, at(path), body)).status]).toEqual([path, 403]);
      for (const outsider of outsiders) expect([path, (await outsider.send(method, at(path), body)).status]).toEqual([path, 404]);
    }
    for (const outsider of outsiders) expect((await outsider.get(at('changes'))).status).toBe(404);
  });

  it('[MT28] leaves entries that nobody can change', async () => {
    await story.coordinator.post(at('cancel'), { reason });
    await expect(server.unitOfWork.run((tx) => tx.query("UPDATE meeting_event SET kind = 'moved'"))).rejects.toThrow(/append-only/);
    await expect(server.unitOfWork.run((tx) => tx.query('DELETE FROM meeting_event'))).rejects.toThrow(/append-only/);
    const rows = await server.unitOfWork.run((tx) => tx.query<{ reason: Uint8Array }>('SELECT reason FROM meeting_event WHERE reason IS NOT NULL'));
    expect(rows.every((row) => !Buffer.from(row.reason).includes('Lokalet'))).toBe(true);
  });

  it('[MT27] sets place and video link of this meeting only', async () => {
    const { coordinator, officer, series } = story;
    const link = 'https://video.example.dk/rum/42';
    const answer = await coordinator.send<Meeting>('PUT', at('place'), { place: null, videoLink: link }, ifMatch(1));
    expect(answer.body).toMatchObject({ place: null, videoLink: link, version: 2, state: 'proposed' });
    const second = await officer.get<Meeting>(`/api/v1/meetings/${series.occurrences[1]!.meetingId}`);
    expect(second.body).toMatchObject({ place: 'Rådhuset, lokale 2', videoLink: null });
    expect((await coordinator.put<Problem>(at('place'), { videoLink: 'ftp://video.example.dk' })).body.errors).toMatchObject([{ field: 'videoLink' }]);
  });

  it('[MT22] settles a meeting on a holiday that asks: held, or moved', async () => {
    const { coordinator, officer } = story;
    const { body } = await coordinator.post<{ occurrences: { recurrenceId: string; meetingId: string; state: string }[] }>(
      '/api/v1/series',
      newSeries([officer.person.membershipId], { startLocal: '2027-03-22T13:00', holidayPolicy: 'ask' }),
    );
    const onHoliday = body.occurrences.filter((one) => one.state === 'draft');
    expect(onHoliday.map((one) => one.recurrenceId)).toEqual(['2027-03-29T13:00', '2027-05-17T13:00']);
    expect((await coordinator.post<Meeting>(`/api/v1/meetings/${onHoliday[0]!.meetingId}/keep`)).body.state).toBe('proposed');
    expect((await coordinator.post<Problem>(`/api/v1/meetings/${onHoliday[0]!.meetingId}/keep`)).body.code).toBe('transition-refused');
    const moved = await coordinator.post<Meeting>(`/api/v1/meetings/${onHoliday[1]!.meetingId}/move`, { startLocal: '2027-05-18T13:00', durationMinutes: 60 });
    expect(moved.body).toMatchObject({ state: 'proposed', recurrenceId: '2027-05-17T13:00' });
  });

  it('[MT29] gives the series another place, and leaves meetings alone that have their own, place and link each by itself', async () => {
    const { coordinator, officer, policeLeader, series } = story;
    const [first, second, third] = series.occurrences.map((one) => one.meetingId!);
    await coordinator.put(at('place'), { place: 'Politigården' });
    await coordinator.put(`/api/v1/meetings/${second}/place`, { place: 'Rådhuset, lokale 2', videoLink: 'https://video.example.dk/eget' });
    const place = (who: Browser, version: number, words: object) => who.post<{ version: number; place: string; code?: string }>(`/api/v1/series/${series.id}/changes`, words, ifMatch(version));
    const words = { place: 'Rådhuset, lokale 9', videoLink: 'https://video.example.dk/9' };
    expect([(await place(officer, 1, words)).status, (await place(policeLeader, 1, words)).status]).toEqual([403, 404]);
    expect((await place(coordinator, 1, words)).body).toMatchObject({ version: 2, place: 'Rådhuset, lokale 9' });
    expect((await place(coordinator, 1, words)).body.code).toBe('precondition-failed');
    const seen = async (id: string) => (await officer.get<Meeting>(`/api/v1/meetings/${id}`)).body;
    expect(await seen(first!)).toMatchObject({ place: 'Politigården', videoLink: 'https://video.example.dk/9' });
    expect(await seen(second!)).toMatchObject({ place: 'Rådhuset, lokale 9', videoLink: 'https://video.example.dk/eget' });
    expect(await seen(third!)).toMatchObject({ place: 'Rådhuset, lokale 9', videoLink: 'https://video.example.dk/9', version: 2 });
    // Given back what the series has, it follows the series again.
    await coordinator.put(at('place'), words);
    await place(coordinator, 2, { place: 'Rådhuset, lokale 10' });
    expect(await seen(first!)).toMatchObject({ place: 'Rådhuset, lokale 10' });
  });

  it('[MT27] sets place and link each by itself: what is not said stays, and null takes it away', async () => {
    const { coordinator } = story;
    const place = async (body: object) => {
      const answer = await coordinator.put<Meeting>(at('place'), body);
      expect(answer.status).toBe(200);
      return [answer.body.place, answer.body.videoLink];
    };
    expect(await place({ place: 'Skolen', videoLink: 'https://video.example.dk/rum' })).toEqual(['Skolen', 'https://video.example.dk/rum']);
    expect(await place({ place: 'Lokale 4' })).toEqual(['Lokale 4', 'https://video.example.dk/rum']);
    expect(await place({ videoLink: null })).toEqual(['Lokale 4', null]);
    expect(await place({})).toEqual(['Lokale 4', null]);
    expect(await place({ place: ' ' })).toEqual([null, null]);
  });

  it('[MT29] moves a cancelled meeting along, so that it is right when it is taken back', async () => {
    const { coordinator, officer, series } = story;
    await coordinator.post(at('cancel'), { reason });
    await coordinator.post(`/api/v1/series/${series.id}/changes`, { place: 'Rådhuset, lokale 9' });
    expect((await officer.get<Meeting>(`/api/v1/meetings/${story.meetingId}`)).body).toMatchObject({ state: 'cancelled', place: 'Rådhuset, lokale 9' });
    await coordinator.post(at('restore'));
    expect((await officer.get<Meeting>(`/api/v1/meetings/${story.meetingId}`)).body).toMatchObject({ state: 'proposed', place: 'Rådhuset, lokale 9' });
  });
});
