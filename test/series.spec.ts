import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boernehusHovedstaden, eksempelby, nordsjaelland, taenktby, TestServer, aKey } from './support/test-server.js';
import { meetingOf, newSeries, openItems, endless, section115, type Series } from './support/story.js';
import { SeriesService } from '@lib/meetings/series.service.js';

let server: TestServer;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());

describe('the directory', () => {
  it('is the real one, with its relations, under demo aliases', async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const all = await coordinator.get<{ authorities: { id: string; kind: string; name: string }[] }>('/api/v1/authorities');
    const count = (kind: string) => all.body.authorities.filter((one) => one.kind === kind).length;
    expect({ municipalities: count('municipality'), districts: count('policeDistrict'), barnahuse: count('barnahus'), institutes: count('forensicInstitute') }).toEqual({ municipalities: 98, districts: 12, barnahuse: 5, institutes: 3 });
    expect(all.body.authorities.find((one) => one.id === eksempelby)?.name).toBe('Eksempelby Kommune');
    const related = await coordinator.get<{ authorities: { id: string }[] }>('/api/v1/authorities?related=true');
    expect(related.body.authorities.map((one) => one.id)).toEqual([eksempelby, boernehusHovedstaden, nordsjaelland, 'region:1084']);
  });

  it('shows the people of related authorities only', async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    expect((await coordinator.get(`/api/v1/authorities/${nordsjaelland}/people`)).status).toBe(200);
    expect((await coordinator.get(`/api/v1/authorities/${taenktby}/people`)).status).toBe(404);
    expect((await coordinator.get('/api/v1/authorities/municipality:999/people')).status).toBe(404);
  });

  it('knows every kind of meeting with its template', async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const { body } = await coordinator.get<{ kinds: { id: string; agendaItems: unknown[] }[] }>('/api/v1/meeting-kinds');
    expect(body.kinds.map((kind) => [kind.id, kind.agendaItems.length])).toEqual([
      ['section115HandoverMeeting', 7],
      ['section115CaseMeeting', 8],
      ['caseConsultation', 9],
      ['barnahusForum', 8],
      ['policeDistrictMeeting', 10],
      ['municipalityRound', 8],
      ['themeDay', 10],
      ['policeMunicipalityMeeting', 5],
      ['localCrossSectorForum', 7],
      ['sparring', 2],
    ]);
  });
});

describe('a series', () => {
  it('[MT1] makes meetings from the template, Danish wall time kept across the clock change', async () => {
    const { series, coordinator, officer, meetingId } = await section115(server, endless);
    expect(series.ruleInWords).toMatch(/^Hver mandag kl\. 13\.00–14\.00/);
    expect(series.occurrences).toHaveLength(12);
    expect(series.occurrences[0]).toMatchObject({ startLocal: '2026-12-07T13:00', startInstant: '2026-12-07T12:00:00Z' });
    const meeting = await meetingOf(officer, meetingId);
    expect(openItems(meeting).map((entry) => entry.item.title)).toEqual([
      'Velkomst, deltagere og hjemmel',
      'Opfølgning på aftaler fra sidst',
      'Nye børn og unge på politiets liste',
      'Børn og unge, som kommunen vil tage op',
      'Hvem gør hvad',
      'Skal sagen over i et andet spor?',
      'Tendenser i lokalområdet',
    ]);
    expect(openItems(meeting).map((entry) => entry.startInstant.slice(11, 16))).toEqual(['12:00', '12:03', '12:13', '12:38', '12:48', '12:55', '12:58']);
    expect(openItems(meeting).map((entry) => entry.item.legalBasis?.id ?? null)).toEqual([null, 'rpl-115-1-1', 'rpl-115-1-1', 'rpl-115-1-1', 'rpl-115-1-1', 'rpl-115-1-1', null]);

    const summer = await coordinator.post<Series>('/api/v1/series', newSeries([officer.person.membershipId], { startLocal: '2027-03-22T13:00', recurrence: { kind: 'weekly', interval: 2 } }));
    expect(summer.status).toBe(201);
    expect(summer.body.rrule).toContain('INTERVAL=2');
    const list = await coordinator.get<{ meetings: { startInstant: string; seriesId: string }[] }>('/api/v1/meetings?from=2027-03-01T00:00:00Z&limit=100');
    expect(list.body.meetings.filter((one) => one.seriesId === summer.body.id).slice(0, 3).map((one) => one.startInstant)).toEqual(['2027-03-22T12:00:00.000Z', '2027-04-05T11:00:00.000Z', '2027-04-19T11:00:00.000Z']);
  });

  it('[MT2] lets the next meetings stand as time passes, each once', async () => {
    const { series, coordinator } = await section115(server, endless);
    const known = new Set(series.occurrences.map((one) => one.meetingId));
    expect(known.has(null)).toBe(false);
    server.clock.advance({ hours: 24 * 7 * 10 });
    try {
      const again = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
      const service = server.running.app.get(SeriesService);
      await Promise.all([service.extendHorizons(), service.extendHorizons()]);
      const later = await again.get<Series>(`/api/v1/series/${series.id}`);
      expect(later.body.occurrences.filter((one) => one.meetingId === null).length).toBeLessThanOrEqual(1);
      const list = await again.get<{ meetings: { startInstant: string; seriesId: string }[] }>('/api/v1/meetings?from=2026-11-01T00:00:00Z&limit=100');
      const starts = list.body.meetings.filter((one) => one.seriesId === series.id).map((one) => one.startInstant);
      expect(new Set(starts).size).toBe(starts.length);
      expect(starts.length).toBeGreaterThanOrEqual(20);
    } finally {
      server.clock.advance({ hours: -24 * 7 * 10 });
    }
    expect(coordinator.person.role).toBe('coordinator');
  });

  it('is made once, however often the request is repeated', async () => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    const key = aKey();
    const body = newSeries([officer.person.membershipId]);
    const answers = await Promise.all([1, 2, 3].map(() => coordinator.post<Series>('/api/v1/series', body, key)));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    const other = await coordinator.post<{ code: string }>('/api/v1/series', { ...body, durationMinutes: 90 }, key);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency-conflict']);
  });

  it.each([
    ['a kind that does not exist', { kindId: 'party' }, 'kindId'],
    ['a start that is no date', { startLocal: '2026-02-30T13:00' }, 'startLocal'],
    ['a start in the past', { startLocal: '2026-11-16T13:00' }, 'startLocal'],
    ['a start while the clocks change', { startLocal: '2026-12-06T02:30' }, 'startLocal'],
    ['a recurrence that is not offered', { recurrence: { kind: 'hourly' } }, 'recurrence.kind'],
    ['no recurrence', { recurrence: null }, 'recurrence'],
    ['a duration of nothing', { durationMinutes: 0 }, 'durationMinutes'],
    ['a duration in words', { durationMinutes: 'en time' }, 'durationMinutes'],
    ['an authority from elsewhere', { authorityIds: [taenktby] }, 'authorityIds'],
    ['a CPR number as title', { title: 'Om 010101-1234' }, 'title'],
    ['an unknown field', { sneaky: true }, 'sneaky'],
    ['somebody who is nobody', { participantMembershipIds: ['01890000-0000-7000-8000-000000000000'] }, 'participantMembershipIds'],
  ])('refuses %s and says which field', async (_what, change, field) => {
    const coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    const officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    const answer = await coordinator.post<{ code: string; title: string; errors: { field: string; message: string }[] }>('/api/v1/series', newSeries([officer.person.membershipId], change));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.errors.map((error) => error.field)).toContain(field);
    expect(answer.body.errors.every((error) => error.message.length > 3)).toBe(true);
  });

  it('is listed with the others, each with its people', async () => {
    const { officer, series } = await section115(server, endless);
    const second = await section115(server, endless);
    const { body } = await officer.get<{ series: { id: string; participants: unknown[] }[] }>('/api/v1/series');
    const own = body.series.filter((one) => [series.id, second.series.id].includes(one.id));
    expect(own.map((one) => one.participants.length)).toEqual([3, 3]);
  });

  it('[AC4] is for coordinators, and seen by those who take part', async () => {
    const { series, officer, policeLeader } = await section115(server, endless);
    const caseworker = await server.signIn({ authorityId: eksempelby, role: 'participant' });
    expect((await caseworker.post('/api/v1/series', newSeries([officer.person.membershipId]))).status).toBe(403);
    expect((await officer.get(`/api/v1/series/${series.id}`)).status).toBe(200);
    expect((await policeLeader.get(`/api/v1/series/${series.id}`)).status).toBe(404);
    expect((await policeLeader.get<{ series: unknown[] }>('/api/v1/series')).body.series).toEqual([]);
  });
});
