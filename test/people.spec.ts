import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { livePath } from '@lib/contracts/live.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, openItems, endless, section115 } from './support/story.js';
import { until, Writer } from './support/writer.js';

interface Person {
  id: string;
  membershipId: string;
  name: string;
  partStat: string;
  note: string | null;
  standsInForMembershipId: string | null;
  attendance: { state: string; setBy: string; at: string }[];
}
interface View {
  ownReply: string;
  canReply: boolean;
  isSubstitute: boolean;
  replies: Record<string, number>;
  quorum: { met: boolean; gaps: object[] };
  participants: Person[];
  attendanceOpen: boolean;
}
interface Refusal {
  code: string;
  errors?: { field: string }[];
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => void (story = await section115(server, endless)));

const view = async (who: Browser) => (await who.get<View>(`/api/v1/meetings/${story.meetingId}`)).body;
const answer = <Body = View>(who: Browser, body: object, meetingId = story.meetingId) => who.send<Body>('PUT', `/api/v1/meetings/${meetingId}/reply`, body);
const of = (meeting: View, who: Browser) => meeting.participants.find((one) => one.membershipId === who.person.membershipId);
const colleague = (who: { nth?: number; role?: 'participant' | 'coordinator' | 'leader'; authorityId?: string } = {}) => server.signIn({ authorityId: who.authorityId ?? nordsjaelland, role: who.role ?? 'participant', nth: who.nth ?? 1 });

const listen = async (who: Browser) => {
  const socket: Socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: who.cookie, origin: server.origin }, reconnection: false, forceNew: true });
  const heard: [string, unknown][] = [];
  socket.onAny((name: string, payload: unknown) => heard.push([name, payload]));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });
  return { socket, heard };
};
/** Waits until everything that happened so far has been told on this socket: one socket keeps the order of what it is told. */
const toldSoFar = async (who: Browser, heard: [string, unknown][]) => {
  const events = server.running.app.get(DomainEvents);
  await events.idle();
  const fence = ['meeting.changed', { meetingId: randomUUID() }] as const;
  events.emitHere('meeting.left', { ...fence[1], membershipId: who.person.membershipId });
  const at = () => heard.findIndex(([, payload]) => JSON.stringify(payload) === JSON.stringify(fence[1]));
  await until('the fence', () => at() >= 0);
  heard.splice(at(), 1);
};
/** Forgets what was told of the making of the series. */
const quiet = async (who: Browser, heard: [string, unknown][]) => {
  await toldSoFar(who, heard);
  heard.length = 0;
};

describe('an answer', () => {
  it('[PE1] is given and changed, seen by all participants and told them live', async () => {
    const { coordinator, officer, caseworker, meetingId } = story;
    expect((await view(officer)).ownReply).toBe('needsAction');
    const { socket, heard } = await listen(coordinator);
    await quiet(coordinator, heard);
    const accepted = await answer(officer, { partStat: 'accepted' });
    expect([accepted.status, accepted.body.ownReply]).toEqual([200, 'accepted']);
    await toldSoFar(coordinator, heard);
    expect(heard).toEqual([['meeting.changed', { meetingId }]]);
    expect(of(await view(caseworker), officer)).toMatchObject({ partStat: 'accepted', note: null });
    await answer(officer, { partStat: 'tentative' });
    const seen = await view(coordinator);
    expect(of(seen, officer)!.partStat).toBe('tentative');
    expect(seen.replies).toEqual({ needsAction: 1, accepted: 1, tentative: 1, declined: 0, delegated: 0 });
    const list = await officer.get<{ meetings: { id: string; ownReply: string }[] }>('/api/v1/meetings?limit=100');
    expect(list.body.meetings.find((one) => one.id === meetingId)!.ownReply).toBe('tentative');
    socket.close();
  });

  it('[QU1, QU5] counts towards the quorum of the kind', async () => {
    const { coordinator, officer } = story;
    expect((await view(coordinator)).quorum).toEqual({ met: false, gaps: [{ kind: 'sector', sector: 'police', possible: true }, { kind: 'participants', count: 1, possible: true }] });
    await answer(officer, { partStat: 'declined' });
    expect((await view(coordinator)).quorum.gaps[0]).toEqual({ kind: 'sector', sector: 'police', possible: false });
    await answer(officer, { partStat: 'accepted' });
    expect((await view(coordinator)).quorum).toEqual({ met: true, gaps: [] });
  });

  it('[AC18] carries a note that only the writer and the coordinators read, and that is sealed', async () => {
    const { coordinator, officer, caseworker } = story;
    expect((await answer(officer, { partStat: 'declined', note: ' Kanariefugl i retten ' })).status).toBe(200);
    expect(of(await view(coordinator), officer)!.note).toBe('Kanariefugl i retten');
    expect(of(await view(officer), officer)!.note).toBe('Kanariefugl i retten');
    expect(JSON.stringify(await view(caseworker))).not.toContain('Kanariefugl');
    const rows = await server.unitOfWork.run((tx) => tx.query<{ note: Uint8Array | null }>('SELECT note FROM meeting_reply WHERE note IS NOT NULL'));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some((row) => Buffer.from(row.note!).includes('Kanariefugl'))).toBe(false);
    const item = openItems(await meetingOf(caseworker, story.meetingId))[0]!.item;
    const options = await caseworker.get<{ people: object[] }>(`/api/v1/items/${item.id}/decision-options`);
    expect(Object.keys(options.body.people[0]!).sort()).toEqual(['authority', 'functionTitle', 'id', 'membershipId', 'name', 'role']);
  });

  it('[AC12] is for participants; to all others the meeting does not exist', async () => {
    const missing = '01890000-0000-7000-8000-000000000000';
    for (const outsider of [story.policeLeader, await colleague(), await server.signIn({ authorityId: taenktby, role: 'coordinator' })]) {
      const real = await answer<Refusal>(outsider, { partStat: 'accepted' });
      const none = await answer<Refusal>(outsider, { partStat: 'accepted' }, missing);
      expect([real.status, real.body]).toEqual([404, none.body]);
      const series = await outsider.send<Refusal>('PUT', `/api/v1/series/${story.series.id}/reply`, { partStat: 'accepted' });
      expect([series.status, series.body]).toEqual([404, none.body]);
    }
  });

  it.each([
    ['nothing', {}, 'partStat'],
    ['an answer that does not exist', { partStat: 'perhaps' }, 'partStat'],
    ['needsAction, which is no answer', { partStat: 'needsAction' }, 'partStat'],
    ['a CPR number in the note', { partStat: 'declined', note: 'Skal til 010101-1234' }, 'note'],
    ['a note that is too long', { partStat: 'declined', note: 'a'.repeat(501) }, 'note'],
    ['a substitute who is not named', { partStat: 'delegated' }, 'substituteMembershipId'],
    ['a field nobody knows', { partStat: 'accepted', membershipId: '01890000-0000-7000-8000-000000000000' }, 'membershipId'],
  ])('refuses %s and says which field', async (_what, body, field) => {
    const refused = await answer<Refusal>(story.officer, body);
    expect([refused.status, refused.body.errors?.map((error) => error.field)]).toEqual([400, [field]]);
    expect((await view(story.officer)).ownReply).toBe('needsAction');
  });

  it('[PE1] stands once the meeting’s time is over', async () => {
    const { officer } = story;
    await answer(officer, { partStat: 'accepted' });
    server.clock.advance({ hours: 24 * 15 });
    try {
      const again = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
      expect((await view(again)).canReply).toBe(false);
      const refused = await answer<Refusal>(again, { partStat: 'declined' });
      expect([refused.status, refused.body.code]).toEqual([409, 'transition-refused']);
    } finally {
      server.clock.advance({ hours: -24 * 15 });
    }
  });

  it('[PE7] is to one time: a moved meeting asks anew, and a substitute stays sent', async () => {
    const { coordinator, officer, meetingId } = story;
    const move = (hours: number) => server.unitOfWork.run((tx) => tx.query('UPDATE meeting SET start_instant = start_instant + make_interval(hours => $2) WHERE id = $1', [meetingId, hours]));
    await answer(officer, { partStat: 'accepted', note: 'Gerne' });
    await move(2);
    expect(of(await view(coordinator), officer)).toMatchObject({ partStat: 'needsAction', note: null });
    expect((await view(officer)).replies).toMatchObject({ accepted: 0, needsAction: 3 });
    await move(-2);
    expect(of(await view(coordinator), officer)!.partStat).toBe('accepted');
    await answer(officer, { partStat: 'delegated', substituteMembershipId: (await colleague()).person.membershipId, disclosureReason: 'Jeg er forhindret.' });
    await move(2);
    expect((await view(officer)).ownReply).toBe('delegated');
  });

  it('[PE2] is given for all coming meetings of a series at once, those that are planned later included', async () => {
    const { officer, coordinator, series, meetingId } = story;
    const second = series.occurrences[1]!.meetingId!;
    await answer(officer, { partStat: 'delegated', substituteMembershipId: (await colleague()).person.membershipId, disclosureReason: 'Jeg er forhindret.' }, second);
    const done = await officer.send<{ answered: number; withSubstitute: number }>('PUT', `/api/v1/series/${series.id}/reply`, { partStat: 'tentative', note: 'Ferie i vejen' });
    expect(done.status).toBe(200);
    expect(done.body.withSubstitute).toBe(1);
    expect(done.body.answered).toBeGreaterThanOrEqual(11);
    expect(of((await officer.get<View>(`/api/v1/meetings/${second}`)).body, officer)!.partStat).toBe('delegated');
    expect(of((await coordinator.get<View>(`/api/v1/meetings/${meetingId}`)).body, officer)).toMatchObject({ partStat: 'tentative', note: 'Ferie i vejen' });

    server.clock.advance({ hours: 24 * 7 * 5 });
    try {
      await server.running.app.get(SeriesService).extendHorizons();
      const again = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
      const list = await again.get<{ meetings: { seriesId: string; ownReply: string }[] }>('/api/v1/meetings?from=2027-03-10T00:00:00Z&limit=100');
      const late = list.body.meetings.filter((one) => one.seriesId === series.id);
      expect(late.length).toBeGreaterThan(1);
      expect(new Set(late.map((one) => one.ownReply))).toEqual(new Set(['tentative']));
    } finally {
      server.clock.advance({ hours: -24 * 7 * 5 });
    }
  });

  it('[PE2] of the coordinator who calls the meetings is that she comes', async () => {
    expect(of(await view(story.officer), story.coordinator)!.partStat).toBe('accepted');
  });
});

describe('a substitute', () => {
  const send = (who: Browser, substitute: Browser) => answer<View & Refusal>(who, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er forhindret.' });

  it('[AC16, AC14] sees what the authority may see, not what is the replaced person’s alone', async () => {
    const { coordinator, officer, meetingId } = story;
    const substitute = await colleague();
    const items = openItems(await meetingOf(coordinator, meetingId)).map((entry) => entry.item);
    const narrow = (n: number, authorityIds: string[], personIds: string[]) => coordinator.put(`/api/v1/items/${items[n]!.id}/audience`, { kind: 'restricted', authorityIds, personIds, disclosureReason: 'De skal bruge det på mødet.' });
    await narrow(1, [eksempelby, nordsjaelland], []);
    await narrow(2, [eksempelby], [officer.person.id]);
    await narrow(3, [eksempelby], []);
    expect((await substitute.get(`/api/v1/meetings/${meetingId}`)).status).toBe(404);

    const sent = await send(officer, substitute);
    expect([sent.status, sent.body.ownReply]).toEqual([200, 'delegated']);
    expect(openItems(await meetingOf(substitute, meetingId)).map((entry) => entry.item.id)).toEqual([items[0], items[1], items[4], items[5], items[6]].map((one) => one!.id));
    expect(openItems(await meetingOf(officer, meetingId))).toHaveLength(6);
    for (const hidden of [items[2]!, items[3]!]) {
      expect((await substitute.get(`/api/v1/items/${hidden.id}`)).status).toBe(404);
      expect((await substitute.post(`/api/v1/documents/${hidden.documentId}/ticket`)).status).toBe(404);
      expect((await substitute.get(`/api/v1/items/${hidden.id}/decisions`)).status).toBe(404);
    }
    const seen = await view(substitute);
    expect([seen.isSubstitute, seen.ownReply, seen.canReply]).toEqual([true, 'needsAction', true]);
    expect(of(seen, substitute)!.standsInForMembershipId).toBe(officer.person.membershipId);
    // A coordinator inside that audience may name her as well.
    await narrow(2, [eksempelby], [officer.person.id, substitute.person.id]);
    expect((await substitute.get(`/api/v1/items/${items[2]!.id}`)).status).toBe(200);
    // [PE4] That she was named goes with her, and does not come back with her.
    await answer(officer, { partStat: 'accepted' });
    await send(officer, substitute);
    expect((await substitute.get(`/api/v1/items/${items[2]!.id}`)).status).toBe(404);
    expect((await substitute.get(`/api/v1/items/${items[1]!.id}`)).status).toBe(200);
  });

  it('[PE4, QU6] loses everything the moment the chair is taken back, sockets included', async () => {
    const { coordinator, officer, meetingId } = story;
    const substitute = await colleague();
    await send(officer, substitute);
    await answer(substitute, { partStat: 'accepted' });
    expect((await view(coordinator)).quorum.met).toBe(true);
    const item = openItems(await meetingOf(substitute, meetingId))[0]!.item;
    const open = await Writer.open(substitute, item.documentId);
    const { socket, heard } = await listen(substitute);

    await answer(officer, { partStat: 'tentative' });
    expect((await substitute.get(`/api/v1/meetings/${meetingId}`)).status).toBe(404);
    expect((await substitute.get(`/api/v1/items/${item.id}`)).status).toBe(404);
    expect((await substitute.post(`/api/v1/documents/${item.documentId}/ticket`)).status).toBe(404);
    expect((await answer<Refusal>(substitute, { partStat: 'accepted' })).status).toBe(404);
    expect((await substitute.get<{ meetings: { id: string }[] }>('/api/v1/meetings?limit=100')).body.meetings.map((one) => one.id)).not.toContain(meetingId);
    await until('the socket closed', () => open.closes.includes(4403));
    open.close();
    await toldSoFar(substitute, heard);
    expect(heard.length).toBeGreaterThan(0);
    expect(new Set(heard.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(['meeting.changed', { meetingId }])]));
    const readers = await server.unitOfWork.run((tx) => tx.query('SELECT 1 FROM item_reader r JOIN agenda_item i ON i.id = r.item_id WHERE i.meeting_id = $1 AND r.membership_id = $2', [meetingId, substitute.person.membershipId]));
    expect(readers).toEqual([]);
    expect(JSON.stringify(await view(coordinator))).not.toContain(substitute.person.membershipId);
    // What happens afterwards is not told her either.
    const before = heard.length;
    await answer(officer, { partStat: 'accepted' });
    await toldSoFar(substitute, heard);
    expect(heard).toHaveLength(before);
    socket.close();
  });

  it('[PE3] is exchanged for another in one step', async () => {
    const { officer, meetingId } = story;
    const first = await colleague();
    const second = await colleague({ role: 'leader', nth: 0 });
    await send(officer, first);
    expect((await send(officer, second)).status).toBe(200);
    expect((await first.get(`/api/v1/meetings/${meetingId}`)).status).toBe(404);
    expect((await second.get(`/api/v1/meetings/${meetingId}`)).status).toBe(200);
  });

  it('[AC16] is refused when she is of another authority, takes part already, or is sent by a substitute', async () => {
    const { officer, coordinator, caseworker } = story;
    const substitute = await colleague();
    const ghost = { person: { membershipId: '01890000-0000-7000-8000-000000000000' } } as Browser;
    const elsewhere = await server.signIn({ authorityId: taenktby, role: 'participant' });
    for (const wrong of [officer, caseworker, coordinator, elsewhere, ghost, await colleague({ authorityId: eksempelby })]) {
      const refused = await send(officer, wrong);
      expect([refused.status, refused.body.errors?.map((error) => error.field)]).toEqual([400, ['substituteMembershipId']]);
    }
    await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [substitute.person.membershipId, server.clock.now().toString()]));
    try {
      expect((await send(officer, substitute)).status).toBe(400);
    } finally {
      await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = NULL WHERE id = $1', [substitute.person.membershipId]));
    }
    expect((await view(officer)).ownReply).toBe('needsAction');
    await send(officer, substitute);
    const onward = await send(substitute, await colleague({ role: 'leader', nth: 0 }));
    expect([onward.status, onward.body.errors?.map((error) => error.field)]).toEqual([400, ['substituteMembershipId']]);
    expect((await substitute.send('PUT', `/api/v1/series/${story.series.id}/reply`, { partStat: 'accepted' })).status).toBe(404);
  });

  it('[AC17] coordinates nothing where the person she stands in for did not', async () => {
    const { officer, meetingId } = story;
    const substitute = await colleague({ role: 'coordinator', nth: 0 });
    await send(officer, substitute);
    const meeting = await meetingOf(substitute, meetingId);
    expect(meeting.canCoordinate).toBe(false);
    expect(openItems(meeting).some((entry) => entry.item.canChangeAudience)).toBe(false);
    expect((await substitute.post(`/api/v1/meetings/${meetingId}/items`, { title: 'Nyt', plannedMinutes: 5, outputType: 'discussion' })).status).toBe(403);
    expect((await substitute.put(`/api/v1/items/${openItems(meeting)[0]!.item.id}/audience`, { kind: 'restricted', authorityIds: [nordsjaelland], personIds: [] })).status).toBe(403);
  });

  it('[AC14] leaves the readers right when items are added and audiences change while she comes and goes', async () => {
    const { coordinator, officer, meetingId } = story;
    const substitute = await colleague();
    const item = openItems(await meetingOf(coordinator, meetingId))[1]!.item;
    for (let n = 0; n < 6; n += 1) {
      await Promise.all([
        n % 2 === 0 ? send(officer, substitute) : answer(officer, { partStat: 'accepted' }),
        coordinator.post(`/api/v1/meetings/${meetingId}/items`, { title: `Nyt ${n}`, plannedMinutes: 5, outputType: 'discussion' }),
        coordinator.put(`/api/v1/items/${item.id}/audience`, n % 3 === 0 ? { kind: 'restricted', authorityIds: [eksempelby], personIds: [] } : { kind: 'all', disclosureReason: 'De skal bruge det på mødet.' }),
      ]);
      const rows = await server.unitOfWork.run((tx) =>
        tx.query<{ wrong: string }>(
          `SELECT i.id AS wrong FROM agenda_item i CROSS JOIN (SELECT $2::uuid AS membership_id) s
           WHERE i.meeting_id = $1 AND (EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = i.id AND r.membership_id = s.membership_id))
             IS DISTINCT FROM (i.audience_kind = 'all' AND EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = i.meeting_id AND p.membership_id = s.membership_id))`,
          [meetingId, substitute.person.membershipId],
        ),
      );
      expect(rows).toEqual([]);
    }
  });
});

describe('attendance', () => {
  const mark = (who: Browser, ...entries: [Browser | { person: { membershipId: string } }, string][]) =>
    who.send<View & Refusal>('PUT', `/api/v1/meetings/${story.meetingId}/attendance`, { entries: entries.map(([one, state]) => ({ membershipId: one.person.membershipId, state })) });
  /** The people of the story at the time of their meeting; sessions of two weeks ago are over. */
  const atTheMeeting = async (work: (now: { coordinator: Browser; officer: Browser; caseworker: Browser }) => Promise<void>) => {
    const hours = 24 * 14 + 4;
    server.clock.advance({ hours });
    try {
      await work({
        coordinator: await server.signIn({ authorityId: eksempelby, role: 'coordinator' }),
        officer: await server.signIn({ authorityId: nordsjaelland, role: 'participant' }),
        caseworker: await server.signIn({ authorityId: eksempelby, role: 'participant' }),
      });
    } finally {
      server.clock.advance({ hours: -hours });
    }
  };

  it('[PE5] is not marked long before the meeting, nor after its minutes are approved', async () => {
    const early = await mark(story.coordinator, [story.officer, 'present']);
    expect([early.status, early.body.code, (await view(story.coordinator)).attendanceOpen]).toEqual([409, 'transition-refused', false]);
    await atTheMeeting(async ({ coordinator, officer }) => {
      expect((await mark(coordinator, [officer, 'present'])).status).toBe(200);
      await server.unitOfWork.run((tx) => tx.query(`UPDATE meeting SET minutes_state = 'approved' WHERE id = $1`, [story.meetingId]));
      expect((await mark(coordinator, [officer, 'absent'])).status).toBe(409);
      expect(of(await view(officer), officer)!.attendance.map((one) => one.state)).toEqual(['present']);
    });
  });

  it('[PE6, QU7] is marked live, the last counting and all staying to be seen, and decides the quorum', async () => {
    await answer(story.officer, { partStat: 'accepted' });
    expect((await view(story.officer)).quorum.met).toBe(true);
    await atTheMeeting(async ({ coordinator, officer, caseworker }) => {
      const { socket, heard } = await listen(caseworker);
      await quiet(caseworker, heard);
      const marked = await mark(coordinator, [coordinator, 'present'], [caseworker, 'late']);
      expect(marked.status).toBe(200);
      await toldSoFar(caseworker, heard);
      expect(heard).toEqual([['meeting.changed', { meetingId: story.meetingId }]]);
      expect((await view(officer)).quorum.gaps).toEqual([{ kind: 'sector', sector: 'police', possible: true }]);
      await mark(coordinator, [officer, 'absent']);
      await mark(coordinator, [officer, 'absent']);
      server.clock.advance({ seconds: 60 });
      await mark(officer, [officer, 'late']);
      server.clock.advance({ seconds: -60 });
      const seen = await view(caseworker);
      expect(of(seen, officer)!.attendance.map((one) => [one.state, one.setBy])).toEqual([
        ['late', officer.person.name],
        ['absent', coordinator.person.name],
      ]);
      expect(seen.quorum.met).toBe(true);
      socket.close();
    });
    await expect(server.unitOfWork.run((tx) => tx.query('DELETE FROM attendance_entry'))).rejects.toThrow(/append-only/);
    await expect(server.unitOfWork.run((tx) => tx.query(`UPDATE attendance_entry SET state = 'present'`))).rejects.toThrow(/append-only/);
  });

  it('[AC19, AC12] of others is marked by coordinators only, all or nobody, and never by outsiders', async () => {
    await atTheMeeting(async ({ coordinator, officer, caseworker }) => {
      expect((await mark(officer, [officer, 'present'], [caseworker, 'absent'])).status).toBe(403);
      expect(of(await view(officer), officer)!.attendance).toEqual([]);
      const outsider = await colleague();
      expect((await mark(outsider, [outsider, 'present'])).status).toBe(404);
      const stranger = await mark(coordinator, [officer, 'present'], [outsider, 'present']);
      expect([stranger.status, stranger.body.errors?.map((error) => error.field)]).toEqual([400, ['entries']]);
      for (const entries of [[], undefined, [{ membershipId: officer.person.membershipId, state: 'asleep' }], ['x']]) {
        expect((await coordinator.send<Refusal>('PUT', `/api/v1/meetings/${story.meetingId}/attendance`, { entries })).status).toBe(400);
      }
    });
  });
});

describe('a substitute who came', () => {
  it('[AC17] and coordinates elsewhere does not answer for what others promised', async () => {
    const { officer, caseworker, coordinator } = story;
    const sent = await colleague({ role: 'coordinator', nth: 0 });
    const item = openItems(await meetingOf(coordinator, story.meetingId))[4]!.item;
    const one = await coordinator.post<{ id: string }>(`/api/v1/items/${item.id}/follow-ups`, { text: 'Ringer', ownerPersonId: caseworker.person.id, deadline: '2026-12-10' });
    expect((await answer(officer, { partStat: 'delegated', substituteMembershipId: sent.person.membershipId, disclosureReason: 'Jeg er forhindret.' })).status).toBe(200);
    expect((await sent.get<{ canAnswer: boolean }>(`/api/v1/follow-ups/${one.body.id}`)).body.canAnswer).toBe(false);
    expect((await sent.post(`/api/v1/follow-ups/${one.body.id}/state`, { state: 'done' })).status).toBe(403);
    expect((await coordinator.post(`/api/v1/follow-ups/${one.body.id}/state`, { state: 'done' })).status).toBe(200);
  });

  it('[PE6] and was marked as there is not sent away again', async () => {
    const substitute = await colleague();
    await answer(story.officer, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er forhindret.' });
    const minutes = (24 * 14 + 4.5) * 60;
    server.clock.advance({ minutes });
    try {
      const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
      const officer = await colleague({ nth: 0 });
      const entries = [{ membershipId: substitute.person.membershipId, state: 'present' }];
      expect((await coordinator.send('PUT', `/api/v1/meetings/${story.meetingId}/attendance`, { entries })).status).toBe(200);
      expect((await answer<{ code: string }>(officer, { partStat: 'accepted' })).body.code).toBe('transition-refused');
      expect(of(await view(coordinator), substitute)).toBeDefined();
    } finally {
      server.clock.advance({ minutes: -minutes });
    }
  });
});
