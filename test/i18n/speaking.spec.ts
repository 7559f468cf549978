import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eksempelby, TestServer, type Browser } from '../support/test-server.js';

interface Session {
  language: string | null;
}
interface Problem {
  title: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

let server: TestServer;
let coordinator: Browser;
beforeAll(async () => {
  server = await TestServer.start();
  coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
}, 60_000);
afterAll(() => server.stop());

const inEnglish = { 'accept-language': 'en-GB,en;q=0.9' };
const english = <Body>(path: string, headers: object = {}) => coordinator.send<Body>('GET', path, undefined, { ...inEnglish, ...headers });

describe('the choice of a language', () => {
  it('[I18N7] is the person’s, from one sign-in to the next, and nobody else’s', async () => {
    const leader = { authorityId: eksempelby, role: 'leader' } as const;
    const first = await server.signIn(leader);
    expect((await first.get<Session>('/api/v1/session')).body.language).toBeNull();
    expect((await first.put<Session>('/api/v1/session/language', { language: 'en' })).body.language).toBe('en');
    expect((await first.get<Session>('/api/v1/session')).body.language).toBe('en');
    expect((await (await server.signIn(leader)).get<Session>('/api/v1/session')).body.language).toBe('en');
    expect((await coordinator.get<Session>('/api/v1/session')).body.language).toBeNull();
  });

  it('[I18N7] is one of ours, and asks who is choosing', async () => {
    for (const language of ['sv', '', null, 'DA', ['da']]) expect((await coordinator.put('/api/v1/session/language', { language })).status).toBe(400);
    expect((await server.stranger().put('/api/v1/session/language', { language: 'en' })).status).toBe(401);
  });
});

describe('the server speaks', () => {
  it('[I18N6] English or Danish, as the request asks, in the problem and in each of its fields', async () => {
    const refuse = async (headers: Record<string, string>) => (await coordinator.send<Problem>('POST', '/api/v1/series', { kindId: 7, place: 'x'.repeat(5000) }, { ...headers, 'idempotency-key': crypto.randomUUID() }));
    const danish = await refuse({});
    expect(danish.body.title).toBe('Noget i det indtastede skal rettes');
    expect(danish.headers.get('content-language')).toBe('da');
    const answer = await refuse(inEnglish);
    expect(answer.body.title).toBe('Some of the input must be corrected');
    expect([answer.headers.get('content-language'), answer.headers.get('vary')]).toEqual(['en', expect.stringContaining('Accept-Language')]);
    expect(answer.body.errors!.map(({ field }) => field)).toEqual(danish.body.errors!.map(({ field }) => field));
    expect(answer.body.errors).toContainEqual({ field: 'kindId', message: 'Must be text.' });
    expect(answer.body.errors!.find(({ field }) => field === 'place')!.message).toMatch(/^Must be at most \d+ characters\.$/);
    expect(JSON.stringify(answer.body)).not.toMatch(/[æøå]|Skal |Vælg/);
  });

  it('[I18N6] to strangers too, and Danish to whoever asks for neither', async () => {
    const titleFor = async (language: string) => (await server.stranger().send<Problem>('GET', '/api/v1/session', undefined, { 'accept-language': language })).body.title;
    expect(await titleFor('en')).toBe('You are not signed in');
    expect(await titleFor('da;q=0.5, en;q=0.8')).toBe('You are not signed in');
    expect(await titleFor('fr, de')).toBe('Du er ikke logget ind');
    expect(await titleFor('en;q=0, fr')).toBe('Du er ikke logget ind');
  });

  it('[I18N6] of kinds, legal bases, holidays and recurrence; what is stored stays Danish', async () => {
    const { body } = await english<{ kinds: { title: string; limits: string }[] }>('/api/v1/meeting-kinds');
    expect(body.kinds.map(({ title }) => title)).toContain('Police district meeting');
    const bases = (await english<{ legalBases: { label: string }[] }>('/api/v1/legal-bases')).body.legalBases.map(({ label }) => label);
    expect(bases).toEqual(['Retsplejeloven § 115, stk. 1, nr. 1', 'Barnets lov §§ 125-126', 'Consent (samtykke)', 'No personal data']);
    const { holidays } = (await english<{ holidays: { date: string; name: string }[] }>('/api/v1/holidays?from=2026-12-24&to=2026-12-27')).body;
    expect(holidays.map(({ name }) => name)).toEqual(['Christmas Eve', 'Christmas Day', 'Boxing Day']);

    const plan = { startLocal: '2026-12-07T13:00', recurrence: { kind: 'weekly', interval: 2 }, durationMinutes: 60, holidayPolicy: 'skip' };
    const preview = await coordinator.post<{ ruleInWords: string; notes: string[] }>('/api/v1/series/preview', plan, inEnglish);
    expect(preview.body.ruleInWords).toBe('Every second Monday, 13:00–14:00, counted from Monday 7 December 2026');
    const created = await coordinator.post<{ id: string; title: string; kindTitle: string }>(
      '/api/v1/series',
      { ...plan, kindId: 'barnahusForum', participantMembershipIds: [coordinator.person.membershipId], authorityIds: [] },
      { ...inEnglish, 'idempotency-key': crypto.randomUUID() },
    );
    expect([created.status, created.body.title, created.body.kindTitle]).toEqual([201, 'Børnehussamråd', 'Barnahus forum']);
  });

  it('[I18N7] the person’s own language where a link carries only the browser’s wish', async () => {
    const participant = await server.signIn({ authorityId: eksempelby, role: 'participant' });
    await participant.put('/api/v1/session/language', { language: 'en' });
    const missing = (headers: Record<string, string>) => participant.send<Problem>('GET', '/api/v1/meetings/018f0000-0000-7000-8000-000000000000', undefined, { 'accept-language': 'da', ...headers });
    expect((await missing({})).body.title).toBe('Det findes ikke, eller du har ikke adgang til det');
    // fetch writes this header itself, so that a page cannot; a link is played by a plain request.
    const followed = await new Promise<string>((resolve, reject) => {
      get(`${server.origin}/api/v1/meetings/018f0000-0000-7000-8000-000000000000`, { headers: { cookie: participant.cookie, 'accept-language': 'da', 'sec-fetch-mode': 'navigate' } }, (response) => {
        text(response).then(resolve, reject);
      }).on('error', reject);
    });
    expect((JSON.parse(followed) as Problem).title).toBe('It does not exist, or you have no access to it');
  });
});
