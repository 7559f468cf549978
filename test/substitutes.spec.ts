import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SeriesService } from '@lib/meetings/series.service.js';
import { meetingOf, openItems, endless, section115 } from './support/story.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

interface Seen {
  ownReply: string;
  participants: { membershipId: string; partStat: string; standsInForMembershipId: string | null }[];
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let substitute: Browser;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server, endless);
  substitute = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
});

const path = () => `/api/v1/series/${story.series.id}/substitute`;
const send = (body: object, who = story.officer) => who.send<{ sent: number; left: number; code?: string; errors?: { field: string }[] }>('PUT', path(), body);
const ids = () => story.series.occurrences.flatMap((one) => one.meetingId ?? []);
const reads = async (who: Browser, meetingId: string) => (await who.get(`/api/v1/meetings/${meetingId}`)).status;
const named = () => ({ substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er på barsel.' });

describe('a substitute for a whole series', () => {
  it('[PE8] [PE10] is let into all coming meetings, their items, and those planned later; another substitute stays', async () => {
    const { officer, policeLeader } = story;
    const [first, second] = ids();
    await officer.put(`/api/v1/meetings/${second}/reply`, { partStat: 'delegated', substituteMembershipId: policeLeader.person.membershipId, disclosureReason: 'Jeg er forhindret.' });
    const answer = await send(named());
    expect([answer.status, answer.body.left]).toEqual([200, 1]);
    expect(answer.body.sent).toBeGreaterThan(8);
    expect([await reads(substitute, first!), await reads(substitute, second!), await reads(policeLeader, second!)]).toEqual([200, 404, 200]);
    const item = openItems(await meetingOf(substitute, first!))[0]!.item;
    expect((await substitute.get(`/api/v1/items/${item.id}`)).status).toBe(200);
    expect((await officer.get<Seen>(`/api/v1/meetings/${first}`)).body.ownReply).toBe('delegated');
    expect((await officer.get<{ ownSubstitute: object }>(`/api/v1/series/${story.series.id}`)).body.ownSubstitute).toMatchObject({ person: { membershipId: substitute.person.membershipId }, fromDate: null, toDate: null });
    expect((await story.coordinator.get<{ ownSubstitute: null }>(`/api/v1/series/${story.series.id}`)).body.ownSubstitute).toBeNull();

    server.clock.advance({ hours: 24 * 30 });
    try {
      await server.running.app.get(SeriesService).extendHorizons();
    } finally {
      server.clock.advance({ hours: -24 * 30 });
    }
    const [later] = await server.unitOfWork.run((tx) => tx.query<{ id: string }>(`SELECT id FROM meeting WHERE series_id = $1 ORDER BY start_instant DESC LIMIT 1`, [story.series.id]));
    expect(ids()).not.toContain(later!.id);
    expect([await reads(substitute, later!.id), (await officer.get<Seen>(`/api/v1/meetings/${later!.id}`)).body.ownReply]).toEqual([200, 'delegated']);
    // [MT73] To the meeting that has come to be, for the reason that was given then.
    const told = await server.unitOfWork.run((tx) => tx.query<{ meeting_id: string; made_by_membership_id: string; reason: Uint8Array | null }>(`SELECT * FROM disclosure WHERE kind = 'substitute' AND meeting_id = $1`, [later!.id]));
    expect(told).toEqual([expect.objectContaining({ made_by_membership_id: officer.person.membershipId, reason: expect.anything() })]);
    const auditor = await server.signIn({ authorityId: eksempelby, role: 'auditor' });
    const { body } = await auditor.get<{ disclosures: { meetingStart: string; reason: string | null }[] }>('/api/v1/audit/disclosures?limit=200');
    expect(body.disclosures.filter((one) => one.reason === 'Jeg er på barsel.').length).toBeGreaterThan(9);
    const last = openItems(await meetingOf(substitute, later!.id))[0]!.item;
    expect((await substitute.get(`/api/v1/items/${last.id}`)).status).toBe(200);
  });

  it('[PE9] goes in one step, with all she could see', async () => {
    await send(named());
    const back = await story.officer.send<{ takenBack: number }>('DELETE', path());
    expect(back.body.takenBack).toBeGreaterThan(8);
    for (const id of ids().slice(0, 3)) expect([await reads(substitute, id), (await story.officer.get<Seen>(`/api/v1/meetings/${id}`)).body.ownReply]).toEqual([404, 'accepted']);
    expect((await story.officer.send<{ takenBack: number }>('DELETE', path())).body.takenBack).toBe(0);
  });

  it('[PE8] may stand for a period, which may be changed', async () => {
    const [first, second, third] = ids();
    await send({ ...named(), fromDate: '2026-12-14', toDate: '2026-12-14' });
    expect([await reads(substitute, first!), await reads(substitute, second!), await reads(substitute, third!)]).toEqual([404, 200, 404]);
    await send({ ...named(), fromDate: '2026-12-21', toDate: '2026-12-21' });
    expect([await reads(substitute, first!), await reads(substitute, second!), await reads(substitute, third!)]).toEqual([404, 404, 200]);
  });

  it('[AC12] [AC16] is refused to outsiders, for strangers, for who takes part already, and for no period', async () => {
    expect((await send(named(), story.policeLeader)).status).toBe(404);
    for (const who of [story.coordinator, story.caseworker]) expect([(await send({ ...named(), substituteMembershipId: who.person.membershipId })).body.errors?.[0]?.field]).toEqual(['substituteMembershipId']);
    expect((await send({ ...named(), fromDate: '2026-12-21', toDate: '2026-12-14' })).body.errors?.[0]?.field).toBe('toDate');
    expect((await send({ ...named(), fromDate: 'snart' })).body.errors?.[0]?.field).toBe('fromDate');
    expect(await reads(substitute, ids()[0]!)).toBe(404);
  });
});

describe('a substitute for one meeting', () => {
  it('[AC14] sent in the same second as an item is narrowed reads it in neither order', async () => {
    const [first] = ids();
    const item = openItems(await meetingOf(story.coordinator, first!))[1]!.item;
    const narrow = (audience: object) => story.coordinator.put<object>(`/api/v1/items/${item.id}/audience`, { ...audience, disclosureReason: 'De skal bruge det på mødet.' });
    const reply = (body: object) => story.officer.put<object>(`/api/v1/meetings/${first}/reply`, body);
    for (let round = 0; round < 4; round += 1) {
      const sent = () => reply({ partStat: 'delegated', ...named() });
      const closed = () => narrow({ kind: 'restricted', authorityIds: [eksempelby], personIds: [] });
      const both = await Promise.all(round % 2 === 0 ? [sent(), closed()] : [closed(), sent()]);
      expect(both.map((one) => one.status)).toEqual([200, 200]);
      expect([(await substitute.get(`/api/v1/items/${item.id}`)).status, await reads(substitute, first!)]).toEqual([404, 200]);
      const readers = await server.unitOfWork.run((tx) => tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM item_reader r JOIN membership m ON m.id = r.membership_id WHERE r.item_id = $1 AND m.authority_id <> $2`, [item.id, eksempelby]));
      expect(readers[0]!.n).toBe(0);
      await narrow({ kind: 'all', authorityIds: [], personIds: [] });
      await reply({ partStat: 'accepted' });
    }
  });
});

describe('attendance', () => {
  it('[PE7] marked before the series moved the meeting belongs to another time', async () => {
    const [first] = ids();
    const ahead = { hours: 339, minutes: 30 };
    server.clock.advance(ahead);
    try {
      const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
      const seen = async () => (await coordinator.get<{ quorum: { gaps: { sector?: string; possible: boolean }[] } }>(`/api/v1/meetings/${first}`)).body.quorum.gaps.find((gap) => gap.sector === 'police');
      const marked = await coordinator.put<object>(`/api/v1/meetings/${first}/attendance`, { entries: [{ membershipId: story.officer.person.membershipId, state: 'absent' }] });
      expect([marked.status, (await seen())?.possible]).toEqual([200, false]);
      server.clock.advance({ minutes: 1 });
      const moved = await coordinator.post(`/api/v1/series/${story.series.id}/changes`, {
        times: { startTime: '15:00', durationMinutes: 60, recurrence: { kind: 'weekly', days: ['MO'] }, holidayPolicy: 'keep' },
      });
      expect([moved.status, (await seen())?.possible]).toEqual([200, true]);
      server.clock.advance({ minutes: -1 });
    } finally {
      server.clock.advance({ hours: -339, minutes: -30 });
    }
  });
});

describe('the horizon job', () => {
  it('[MT2] goes on with the other series when one cannot be read', async () => {
    const broken = story.series.id;
    const whole = (await section115(server, endless)).series.id;
    const [kept] = await server.unitOfWork.run((tx) => tx.query<{ title: Uint8Array }>('SELECT title FROM series WHERE id = $1', [broken]));
    await server.unitOfWork.run((tx) => tx.query('UPDATE series SET title = $2 WHERE id = $1', [broken, Buffer.from('unreadable')]));
    const horizons = () => server.unitOfWork.run((tx) => tx.query<{ id: string; horizon_until: Date }>('SELECT id, horizon_until FROM series WHERE id = ANY($1::uuid[])', [[broken, whole]]));
    const before = new Map((await horizons()).map((row) => [row.id, row.horizon_until.getTime()]));
    server.clock.advance({ hours: 24 * 30 });
    try {
      await server.running.app.get(SeriesService).extendHorizons();
    } finally {
      server.clock.advance({ hours: -24 * 30 });
    }
    const after = new Map((await horizons()).map((row) => [row.id, row.horizon_until.getTime()]));
    expect(after.get(broken)).toBe(before.get(broken));
    expect(after.get(whole)).toBeGreaterThan(before.get(whole)!);
    await server.unitOfWork.run((tx) => tx.query('UPDATE series SET title = $2 WHERE id = $1', [broken, Buffer.from(kept!.title)]));
  });
});
