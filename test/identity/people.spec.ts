import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { livePath } from '@lib/contracts/live.js';
import { Providers } from '@lib/identity/providers.service.js';
import { HostileProvider, type Misbehaviour } from '../support/hostile-provider.js';
import { faultOf, MovableClock, nsisClaim, ProductionServer, providerEntry, type Traveller } from '../support/identity.js';

const kommune = 'municipality:219';
const politi = 'policeDistrict:nordsjaelland';

let server: ProductionServer;
let provider: HostileProvider;
let other: HostileProvider;
const sockets: Socket[] = [];

beforeAll(async () => {
  const clock = new MovableClock();
  provider = await HostileProvider.start(clock);
  other = await HostileProvider.start(clock);
  server = await ProductionServer.start(() => [
    providerEntry('kommune', provider.issuer, { authorities: [kommune, 'municipality:751'] }),
    providerEntry('politi', other.issuer, {
      authorities: [{ id: politi, cvr: '12345678' }, { id: 'policeDistrict:oestjylland', cvr: '87654321' }],
      claims: { externalId: 'professional_id', cvr: 'cvr' },
      require: [{ claim: 'roller', value: 'samraad' }],
    }),
  ]);
  provider.keepTime(server.clock);
  other.keepTime(server.clock);
}, 90_000);
afterEach(() => void sockets.splice(0).forEach((socket) => socket.close()));
afterAll(async () => {
  await server.stop();
  await provider.stop();
  await other.stop();
});

const high = { claims: { [nsisClaim]: 'High' } };
const police = { cvr: '12345678', roller: ['andet', 'samraad'] };

async function signIn(subject: string, misbehaviour: Misbehaviour = {}, { traveller = server.traveller(), query = '', at = 'kommune' } = {}): Promise<{ traveller: Traveller; fault: string | null }> {
  const from = at === 'kommune' ? provider : other;
  const { location } = await traveller.go(from.signIn(await traveller.leave(at, query), subject, misbehaviour), { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0' });
  return { traveller, fault: faultOf(location) };
}

interface SessionBody {
  person: { id: string; name: string };
  acting: { id: string; role: string; authority: { id: string } };
  memberships: { id: string }[];
}
const sessionOf = async (traveller: Traveller) => (await traveller.page.get<SessionBody>('/api/v1/session')).body;

async function listen(traveller: Traveller): Promise<Socket> {
  const socket = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: traveller.cookie, origin: server.origin }, reconnection: false, forceNew: true });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });
  return socket;
}
const closed = (socket: Socket) => new Promise<void>((resolve) => (socket.disconnected ? resolve() : socket.once('disconnect', () => resolve())));

describe('who somebody is', () => {
  it('[ID4] is found by the id that her authority gave, once, and by issuer and subject from then on', async () => {
    const { personId } = await server.setUp({ name: 'Bunden Engang', externalId: 'b-1' });
    const first = await signIn('b-1');
    expect((await sessionOf(first.traveller)).person).toEqual({ id: personId, name: 'Bunden Engang' });
    await server.query('DELETE FROM person_external_id WHERE person_id = $1', [personId]);
    const second = await signIn('b-1', { claims: { professional_id: undefined, name: 'En helt anden' } });
    expect((await sessionOf(second.traveller)).person).toEqual({ id: personId, name: 'Bunden Engang' });
  });

  it('[ID4] is another at another issuer, though the subject is the same', async () => {
    await server.setUp({ name: 'Her Hjemme', externalId: 'samme' });
    await server.setUp({ name: 'Hos Politiet', externalId: 'samme', authorityId: politi });
    const here = await signIn('samme');
    const there = await signIn('samme', { claims: police }, { at: 'politi' });
    expect((await sessionOf(here.traveller)).person.name).toBe('Her Hjemme');
    expect((await sessionOf(there.traveller)).person.name).toBe('Hos Politiet');
  });

  it('[ID4] is never found by an id of an authority that the provider does not speak for', async () => {
    await server.setUp({ name: 'Kun Politi', externalId: 'kun-politi', authorityId: politi });
    expect((await signIn('kun-politi')).fault).toBe('identity-unknown');
    // The provider speaks for two districts, but this time for the other one.
    expect((await signIn('kun-politi', { claims: { ...police, cvr: '87654321' } }, { at: 'politi' })).fault).toBe('identity-unknown');
    expect((await signIn('kun-politi', { claims: police }, { at: 'politi' })).fault).toBeNull();
  });

  it('[ID4] is not taken over by another subject that claims the same id', async () => {
    await server.setUp({ name: 'Den Rette', externalId: 'den-rette' });
    expect((await signIn('den-rette')).fault).toBeNull();
    expect((await signIn('en-anden', { claims: { professional_id: 'den-rette' } })).fault).toBe('identity-unknown');
  });

  it('[ID4] is told in the same words to nobody, to the ended and to the one without the role', async () => {
    const { membershipId } = await server.setUp({ name: 'Forhen Ansat', externalId: 'forhen' });
    expect((await signIn('forhen')).fault).toBeNull();
    await server.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [membershipId, server.clock.now().toString()]);
    await server.setUp({ name: 'Uden Rolle', externalId: 'uden-rolle', authorityId: politi });
    const answers = [
      await signIn('aldrig-set'),
      await signIn('forhen'),
      await signIn('uden-rolle', { claims: { ...police, roller: ['andet'] } }, { at: 'politi' }),
      await signIn('uden-rolle', { claims: { cvr: '12345678' } }, { at: 'politi' }),
      await signIn('uden-rolle', { claims: { ...police, cvr: '00000000' } }, { at: 'politi' }),
    ];
    expect(answers.map((one) => [one.fault, one.traveller.session])).toEqual(answers.map(() => ['identity-unknown', null]));
    // Nor did anybody come to be by trying.
    expect(await server.query('SELECT 1 FROM identity WHERE subject = ANY($1)', [['aldrig-set', 'uden-rolle']])).toEqual([]);
  });

  it('[ID4] is nobody when two people bear the id, and the one where the provider names the company', async () => {
    await server.setUp({ name: 'Den Ene', externalId: 'delt' });
    await server.setUp({ name: 'Den Anden', externalId: 'delt', authorityId: 'municipality:751' });
    expect((await signIn('delt')).fault).toBe('identity-unknown');
    await server.setUp({ name: 'Den Tredje', externalId: 'delt', authorityId: politi });
    await server.setUp({ name: 'Den Fjerde', externalId: 'delt', authorityId: 'policeDistrict:oestjylland' });
    expect((await sessionOf((await signIn('delt', { claims: police }, { at: 'politi' })).traveller)).person.name).toBe('Den Tredje');
  });

  it('[ID1] is refused before anything is looked up when the level is too low, so that it says nothing of her', async () => {
    await server.setUp({ name: 'Kendt Lav', externalId: 'kendt-lav' });
    const low = { claims: { [nsisClaim]: 'Low' } };
    expect((await signIn('kendt-lav', low)).fault).toBe('assurance-too-low');
    expect((await signIn('slet-ingen', low)).fault).toBe('assurance-too-low');
  });
});

describe('acting', () => {
  it('[AC82] is for the authorities of the provider only', async () => {
    const { personId, membershipId } = await server.setUp({ name: 'To Steder', externalId: 'to-steder' });
    const elsewhere = randomUUID();
    await server.addMembership(personId, elsewhere, politi, 'participant');
    const { traveller } = await signIn('to-steder');
    const session = await sessionOf(traveller);
    expect(session.acting.id).toBe(membershipId);
    expect(session.memberships.map((one) => one.id)).toEqual([membershipId]);
    const answers = await Promise.all([elsewhere, randomUUID()].map((id) => traveller.page.put<{ code: string }>('/api/v1/session/acting', { membershipId: id })));
    expect(answers[0]).toEqual({ ...answers[1]!, headers: answers[0]!.headers });
    expect(answers[0]!.status).toBe(404);
  });

  it('[AC81] as administrator asks for the level of administration, and says how to get there', async () => {
    const { personId, membershipId } = await server.setUp({ name: 'Til Daglig', externalId: 'til-daglig' });
    const administration = randomUUID();
    await server.addMembership(personId, administration, kommune, 'administrator');
    const { traveller } = await signIn('til-daglig');
    expect((await sessionOf(traveller)).acting.id).toBe(membershipId);
    const refused = await traveller.page.put<{ code: string; status: number }>('/api/v1/session/acting', { membershipId: administration });
    expect([refused.status, refused.body.code]).toEqual([403, 'assurance-too-low']);
    expect((await sessionOf(traveller)).acting.id).toBe(membershipId);

    const asked = await traveller.leave('kommune', `?til=administration&rolle=${administration}`);
    expect(asked.searchParams.get('acr_values')).toBe('High');
    // The provider was asked for more and gave no more: back in as before.
    await traveller.go(provider.signIn(asked, 'til-daglig'));
    expect((await sessionOf(traveller)).acting.id).toBe(membershipId);
    await signIn('til-daglig', high, { traveller, query: `?til=administration&rolle=${administration}` });
    expect((await sessionOf(traveller)).acting).toMatchObject({ id: administration, role: 'administrator' });
    expect((await traveller.page.put('/api/v1/session/acting', { membershipId })).status).toBe(200);
    expect((await traveller.page.put('/api/v1/session/acting', { membershipId: administration })).status).toBe(200);
  });

  it.each(['administrator', 'auditor'])('[AC81] as %s alone is not possible below that level', async (role) => {
    await server.setUp({ name: 'Kun Forvalter', externalId: `kun-${role}`, role });
    expect((await signIn(`kun-${role}`)).fault).toBe('assurance-too-low');
    expect((await sessionOf((await signIn(`kun-${role}`, high)).traveller)).acting.role).toBe(role);
  });

  it('[AC81] ends for the session that is not sure enough when the role becomes another under it', async () => {
    const { membershipId } = await server.setUp({ name: 'Forfremmet', externalId: 'forfremmet' });
    const { traveller } = await signIn('forfremmet');
    await server.query(`UPDATE membership SET role = 'administrator' WHERE id = $1`, [membershipId]);
    expect((await traveller.page.get('/api/v1/session')).status).toBe(401);
  });

  it('begins where she was last', async () => {
    const { personId } = await server.setUp({ name: 'Husker Stedet', externalId: 'husker' });
    const leads = randomUUID();
    await server.addMembership(personId, leads, kommune, 'leader');
    const { traveller } = await signIn('husker');
    const before = (await sessionOf(traveller)).acting.id;
    const otherOne = (await sessionOf(traveller)).memberships.find((one) => one.id !== before)!.id;
    await traveller.page.put('/api/v1/session/acting', { membershipId: otherOne });
    server.clock.advance({ seconds: 5 });
    expect((await sessionOf((await signIn('husker')).traveller)).acting.id).toBe(otherOne);
  });
});

describe('logout', () => {
  const send = async (token: string, at = 'kommune') => (await fetch(`${server.origin}/oidc/${at}/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) })).status;

  it('[ID7] from the provider ends what it speaks of at once, sockets too, and nothing else', async () => {
    await server.setUp({ name: 'Ud Herfra', externalId: 'ud' });
    await server.setUp({ name: 'Bliver Her', externalId: 'bliver' });
    const [one, two, staying] = [(await signIn('ud')).traveller, (await signIn('ud', { claims: { sid: 'en-anden' } })).traveller, (await signIn('bliver')).traveller];
    const [socketOne, socketTwo, socketStaying] = await Promise.all([one, two, staying].map((who) => listen(who)));
    expect(await send(await provider.logoutToken('samraad-kommune', { sid: 'session-of-ud' }))).toBe(200);
    await closed(socketOne!);
    expect((await one.page.get('/api/v1/session')).status).toBe(401);
    expect((await two.page.get('/api/v1/session')).status).toBe(200);
    expect(await send(await provider.logoutToken('samraad-kommune', { sub: 'ud' }))).toBe(200);
    await closed(socketTwo!);
    expect((await two.page.get('/api/v1/session')).status).toBe(401);
    expect((await staying.page.get('/api/v1/session')).status).toBe(200);
    expect(socketStaying!.connected).toBe(true);
  });

  it('[ID7] is obeyed once, so that a token that was kept ends no later session', async () => {
    await server.setUp({ name: 'Igen Og Igen', externalId: 'igen' });
    await signIn('igen');
    const token = await provider.logoutToken('samraad-kommune', { sub: 'igen' });
    expect(await send(token)).toBe(200);
    const later = (await signIn('igen')).traveller;
    expect(await send(token)).toBe(400);
    expect((await later.page.get('/api/v1/session')).status).toBe(200);
  });

  const now = () => Math.floor(server.clock.now().epochMilliseconds / 1000);
  it.each([
    ['of another issuer', () => provider.logoutToken('samraad-kommune', { sub: 'holder', iss: 'https://evil.example' })],
    ['for another client', () => provider.logoutToken('somebody-else', { sub: 'holder' })],
    ['that the other provider signed', () => other.logoutToken('samraad-kommune', { sub: 'holder', iss: provider.issuer })],
    ['that nobody signed', () => provider.logoutToken('samraad-kommune', { sub: 'holder' }, 'none')],
    ['signed with the public key as a shared secret', () => provider.logoutToken('samraad-kommune', { sub: 'holder' }, 'hmac with the public key')],
    ['that ran out', () => provider.logoutToken('samraad-kommune', { sub: 'holder', iat: now() - 200, exp: now() - 60 })],
    ['that is old, whatever it says', () => provider.logoutToken('samraad-kommune', { sub: 'holder', iat: now() - 3600, exp: now() + 3600 })],
    ['from the future', () => provider.logoutToken('samraad-kommune', { sub: 'holder', iat: now() + 300, exp: now() + 600 })],
    ['without a time', () => provider.logoutToken('samraad-kommune', { sub: 'holder', iat: undefined })],
    ['without an end', () => provider.logoutToken('samraad-kommune', { sub: 'holder', exp: undefined })],
    ['without a name of its own', () => provider.logoutToken('samraad-kommune', { sub: 'holder', jti: undefined })],
    ['without the event', () => provider.logoutToken('samraad-kommune', { sub: 'holder', events: {} })],
    ['with a nonce, as an ID token has', () => provider.logoutToken('samraad-kommune', { sub: 'holder', nonce: 'x' })],
    ['of nobody', () => provider.logoutToken('samraad-kommune', {})],
    ['of another type', () => provider.logoutToken('samraad-kommune', { sub: 'holder' }, 'own key', 'at+jwt')],
    ['that is none', async () => 'eyJ'],
  ])('[ID7] by a token %s is refused', async (_what, token) => {
    if ((await server.query('SELECT 1 FROM person_external_id WHERE external_id = $1', ['holder'])).length === 0) await server.setUp({ name: 'Holder Ved', externalId: 'holder' });
    const { traveller } = await signIn('holder');
    expect(await send(await token())).toBe(400);
    expect((await traveller.page.get('/api/v1/session')).status).toBe(200);
  });

  it('[ID7] at a provider that is not configured is not there', async () => {
    expect(await send(await provider.logoutToken('samraad-kommune', { sub: 'holder' }), 'ukendt')).toBe(404);
  });

  it('[ID8] by herself leads on to the provider, which learns whose session it was from what only her browser could open', async () => {
    await server.setUp({ name: 'Går Selv', externalId: 'gaar-selv' });
    const { traveller } = await signIn('gaar-selv');
    const page = traveller.page;
    const answer = await page.send<{ providerSignOut: string }>('DELETE', '/api/v1/session');
    const url = new URL(answer.body.providerSignOut);
    expect(url.origin + url.pathname).toBe(`${provider.issuer}/end`);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${server.origin}/log-ind`);
    const hint = JSON.parse(Buffer.from(url.searchParams.get('id_token_hint')!.split('.')[1]!, 'base64url').toString()) as { sub: string };
    expect(hint.sub).toBe('gaar-selv');
  });
});

describe('my sessions', () => {
  interface Listed {
    sessions: { id: string; isThis: boolean; browser: string; platform: string; authorityName: string }[];
  }
  const listOf = async (traveller: Traveller) => (await traveller.page.get<Listed>('/api/v1/sessions')).body.sessions;

  it('[AC83] tell where, in words, and end one by one, at once', async () => {
    await server.setUp({ name: 'Har Flere', externalId: 'flere' });
    const [here, there] = [(await signIn('flere')).traveller, (await signIn('flere')).traveller];
    const listed = await listOf(here);
    expect(listed.map(({ isThis, browser, platform, authorityName }) => ({ isThis, browser, platform, authorityName }))).toEqual([
      { isThis: true, browser: 'firefox', platform: 'windows', authorityName: 'Hillerød Kommune' },
      { isThis: false, browser: 'firefox', platform: 'windows', authorityName: 'Hillerød Kommune' },
    ]);
    const socket = await listen(there);
    expect((await here.page.delete(`/api/v1/sessions/${listed[1]!.id}`)).status).toBe(204);
    await closed(socket);
    expect((await there.page.get('/api/v1/session')).status).toBe(401);
    expect(await listOf(here)).toHaveLength(1);
    expect((await here.page.delete(`/api/v1/sessions/${listed[1]!.id}`)).status).toBe(404);
  });

  it('[AC83] are nobody else’s to see or end', async () => {
    await server.setUp({ name: 'Sin Egen', externalId: 'sin-egen' });
    await server.setUp({ name: 'Nysgerrig', externalId: 'nysgerrig' });
    const [owner, curious] = [(await signIn('sin-egen')).traveller, (await signIn('nysgerrig')).traveller];
    const [own] = await listOf(owner);
    expect((await listOf(curious)).map((one) => one.id)).not.toContain(own!.id);
    const [real, none] = await Promise.all([own!.id, randomUUID()].map((id) => curious.page.send('DELETE', `/api/v1/sessions/${id}`)));
    expect([real!.status, real!.body]).toEqual([404, none!.body]);
    expect((await owner.page.get('/api/v1/session')).status).toBe(200);
  });

  it('[AC83] end everywhere else in one go', async () => {
    await server.setUp({ name: 'Glemte En', externalId: 'glemte' });
    const travellers = [(await signIn('glemte')).traveller, (await signIn('glemte')).traveller, (await signIn('glemte')).traveller];
    const socket = await listen(travellers[1]!);
    const answer = await travellers[0]!.page.send<{ ended: number }>('DELETE', '/api/v1/sessions');
    expect(answer.body).toEqual({ ended: 2 });
    await closed(socket);
    expect(await Promise.all(travellers.map(async (one) => (await one.page.get('/api/v1/session')).status))).toEqual([200, 401, 401]);
  });
});

describe('a provider that speaks for fewer than before', () => {
  it('[AC82] loses the sessions that it gave for the others, at the next start', async () => {
    await server.setUp({ name: 'Mister Sit', externalId: 'mister' });
    const { traveller } = await signIn('mister');
    const { Sessions } = await import('@lib/access/sessions.service.js');
    const configured = server.running.app.get(Providers).all.map((one) => ({ id: one.id, authorityIds: one.authorities.map((authority) => authority.id) }));
    await server.running.app.get(Sessions).endOfOtherProviders(configured);
    expect((await traveller.page.get('/api/v1/session')).status).toBe(200);
    await server.running.app.get(Sessions).endOfOtherProviders(configured.map((one) => (one.id === 'kommune' ? { ...one, authorityIds: [politi] } : one)));
    expect((await traveller.page.get('/api/v1/session')).status).toBe(401);
  });

  it('[AC82] loses the calendar links that were made in them as well', async () => {
    await server.setUp({ name: 'Har Kalender', externalId: 'kalender' });
    const { Sessions } = await import('@lib/access/sessions.service.js');
    const configured = server.running.app.get(Providers).all.map((one) => ({ id: one.id, authorityIds: one.authorities.map((authority) => authority.id) }));
    const start = (providers: typeof configured) => server.running.app.get(Sessions).endOfOtherProviders(providers);
    for (const without of [configured.map((one) => (one.id === 'kommune' ? { ...one, authorityIds: [politi] } : one)), configured.filter((one) => one.id !== 'kommune')]) {
      const { traveller } = await signIn('kalender');
      const { body } = await traveller.page.post<{ link: string }>('/api/v1/calendar-feed');
      const path = new URL(body.link).pathname;
      const status = async () => (await fetch(server.origin + path)).status;
      await start(configured);
      expect(await status()).toBe(200);
      await start(without);
      expect(await status()).toBe(404);
    }
  });
});
