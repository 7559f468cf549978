import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eksempelby, nordsjaelland, taenktby, TestServer, type Browser } from './support/test-server.js';
import { meetingOf, newDecision, openItems, endless, section115 } from './support/story.js';

interface Rate {
  total: number;
  reached: number | null;
}
interface Insight {
  overdue: { authority: { id: string }; decisions: number }[];
  overdueFollowUps: number;
  indicators: (Rate & { id: string; months: (Rate & { month: string })[] })[];
}

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let itemId: string;
const signIn = (role: 'coordinator' | 'participant' | 'leader', authorityId = eksempelby) => server.signIn({ authorityId, role });
beforeAll(async () => {
  server = await TestServer.start();
  story = await section115(server, endless);
  itemId = openItems(await meetingOf(story.coordinator, story.meetingId))[4]!.item.id;
}, 60_000);
afterAll(() => server.stop());

const read = async (by: Browser) => {
  const { status, body } = await by.get<Insight>('/api/v1/insight');
  expect(status).toBe(200);
  return { ...body, of: (id: string) => body.indicators.find((one) => one.id === id)! };
};
const at = (indicator: { months: (Rate & { month: string })[] }, month: string) => {
  const { total, reached } = indicator.months.find((one) => one.month === month)!;
  return [total, reached];
};

/** One story, told in the order in which it happens: the clock only goes on. */
describe('the indicators of a leader', () => {
  it('[AC24] are for leaders', async () => {
    for (const by of [story.coordinator, story.caseworker, story.officer]) expect((await by.get('/api/v1/insight')).status).toBe(403);
    const { indicators, overdue, overdueFollowUps } = await read(story.leader);
    expect([overdue, overdueFollowUps]).toEqual([[], 0]);
    expect(indicators.map((one) => [one.id, one.total, one.reached, one.months.length])).toEqual([['confirmedInTime', 0, null, 12], ['followUpsInTime', 0, null, 12], ['sectorsPresent', 0, null, 12]]);
  });

  it('[IN3] count a decision when its seven days are over, and what was corrected not at all', async () => {
    const { officer, leader, caseworker } = story;
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push((await officer.post<{ id: string }>(`/api/v1/items/${itemId}/decisions`, newDecision(caseworker, { deadline: '2026-11-24' }))).body.id);
    await leader.post(`/api/v1/decisions/${made[0]}/confirm`);
    await caseworker.post(`/api/v1/decisions/${made[4]}/correction`, { ...newDecision(caseworker, { deadline: '2027-03-01' }), why: 'Forkert frist' });
    expect((await read(leader)).of('confirmedInTime')).toMatchObject({ total: 0, reached: null });

    server.clock.advance({ hours: 168 });
    const later = await signIn('leader');
    await later.post(`/api/v1/decisions/${made[1]}/confirm`);
    server.clock.advance({ seconds: 1 });
    await later.post(`/api/v1/decisions/${made[2]}/confirm`);
    // Five stand: one that was corrected is out, its correction is in; the third was a second late, the fourth waits.
    expect(at((await read(later)).of('confirmedInTime'), '2026-11')).toEqual([5, 2]);
    expect((await read(await signIn('leader', nordsjaelland))).of('confirmedInTime').total).toBe(0);
  });

  it('[IN6] tell what is overdue, by authority, as far as it may be read', async () => {
    expect((await read(await signIn('leader'))).overdue).toMatchObject([{ authority: { id: eksempelby }, decisions: 1 }]);
    // Her officer read the item; she herself did not.
    expect((await read(await signIn('leader', nordsjaelland))).overdue).toEqual([]);
  });

  it('[IN2, IN4] count follow-ups by deadline; two make no rate', async () => {
    const caseworker = await signIn('participant');
    const promise = async (deadline: string) =>
      (await caseworker.post<{ id: string }>(`/api/v1/items/${itemId}/follow-ups`, { text: 'Ring', ownerPersonId: caseworker.person.id, deadline })).body.id;
    const due = [await promise('2026-12-01'), await promise('2026-12-01'), await promise('2026-12-01'), await promise('2026-12-01')];
    const say = (id: string, state: string, reason: string | null = null) => caseworker.post(`/api/v1/follow-ups/${id}/state`, { state, reason });
    await say(due[0]!, 'done');
    await say(due[1]!, 'overtaken', 'Barnet er flyttet');
    server.clock.advance({ hours: 48 });
    const leader = await signIn('leader');
    expect((await read(leader)).of('followUpsInTime').total).toBe(3);
    const again = await signIn('participant');
    await again.post(`/api/v1/follow-ups/${due[2]}/state`, { state: 'done', reason: null });
    const told = await read(leader);
    expect(at(told.of('followUpsInTime'), '2026-12')).toEqual([3, 1]);
    expect(told.overdueFollowUps).toBe(1);
    await again.post(`/api/v1/follow-ups/${due[3]}/state`, { state: 'overtaken', reason: 'Ikke længere nødvendigt' });
    expect(at((await read(leader)).of('followUpsInTime'), '2026-12')).toEqual([2, null]);
  });

  it('[IN5] count meetings where attendance was marked, and whether every needed sector was there', async () => {
    server.clock.advance({ hours: 24 * 21 });
    const coordinator = await signIn('coordinator');
    const mark = async (meetingId: string, present: (person: { id: string }) => boolean) => {
      const { participants } = await meetingOf(coordinator, meetingId);
      const entries = participants.map((one) => ({ membershipId: one.membershipId, state: present(one) ? 'late' : 'absent' }));
      expect((await coordinator.put(`/api/v1/meetings/${meetingId}/attendance`, { entries })).status).toBeLessThan(300);
    };
    const [first, second, third] = story.series.occurrences.map((one) => one.meetingId!) as [string, string, string];
    const told = async (authorityId?: string) => at((await read(await signIn('leader', authorityId))).of('sectorsPresent'), '2026-12');
    expect(await told()).toEqual([0, null]);
    await mark(first, () => true);
    await mark(second, () => true);
    await mark(third, (one) => one.id !== story.officer.person.id);
    expect(await told()).toEqual([3, 2]);
    // The police take part: it is their meeting as well, and nobody else's.
    expect(await told(nordsjaelland)).toEqual([3, 2]);
    expect(await told(taenktby)).toEqual([0, null]);
    // The last marking counts.
    await mark(second, (one) => one.id === story.officer.person.id);
    expect(await told()).toEqual([3, 1]);
  });
});
