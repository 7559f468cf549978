import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostileProvider, type Misbehaviour } from '../support/hostile-provider.js';
import { faultOf, MovableClock, nsisClaim, ProductionServer, providerEntry, type Traveller } from '../support/identity.js';

let server: ProductionServer;
let provider: HostileProvider;
let other: HostileProvider;

beforeAll(async () => {
  const clock = new MovableClock();
  provider = await HostileProvider.start(clock);
  other = await HostileProvider.start(clock);
  server = await ProductionServer.start(() => [providerEntry('en', provider.issuer), providerEntry('to', other.issuer)]);
  provider.keepTime(server.clock);
  other.keepTime(server.clock);
  await server.setUp({ name: 'Prøve Personsen', externalId: 'kendt' });
}, 90_000);
afterAll(async () => {
  await server.stop();
  await provider.stop();
  await other.stop();
});

/** @returns the way back and the cookies somebody has who signed in at the provider as `subject` */
async function comeBack(subject = 'kendt', misbehaviour: Misbehaviour = {}, by: { traveller?: Traveller; query?: string } = {}) {
  const traveller = by.traveller ?? server.traveller();
  const path = provider.signIn(await traveller.leave('en', by.query), subject, misbehaviour);
  return { traveller, path, answer: await traveller.go(path) };
}

const secondsFromNow = (seconds: number) => Math.floor(server.clock.now().epochMilliseconds / 1000) + seconds;

describe('a sign-in', () => {
  it('[ID1] goes out with PKCE, state and nonce of its own, and comes back with a session', async () => {
    const one = server.traveller();
    const asked = (await one.leave('en')).searchParams;
    const again = (await server.traveller().leave('en')).searchParams;
    expect(asked.get('response_type')).toBe('code');
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('redirect_uri')).toBe(`${server.origin}/api/v1/sign-in/en/callback`);
    expect(asked.get('acr_values')).toBe('Substantial High');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
      expect(asked.get(name)).not.toBe(again.get(name));
    }
    const { traveller, answer } = await comeBack('kendt', {}, { query: '?videre=%2Fmoeder%3Fuge%3D50' });
    expect([answer.status, answer.location]).toEqual([303, '/moeder?uge=50']);
    const session = await traveller.page.get<{ person: { name: string }; assurance: string; providerId: string; mode: string }>('/api/v1/session');
    expect(session.body).toMatchObject({ person: { name: 'Prøve Personsen' }, assurance: 'substantial', providerId: 'en', mode: 'production' });
  });

  it('[ID2] leaves neither state nor nonce nor verifier at rest, and no token', async () => {
    const traveller = server.traveller();
    const asked = (await traveller.leave('en')).searchParams;
    await comeBack();
    const rows = JSON.stringify([await server.query('SELECT * FROM sign_in_transaction'), await server.query('SELECT * FROM session'), await server.query('SELECT * FROM identity')]);
    for (const name of ['state', 'nonce']) expect(rows).not.toContain(asked.get(name));
    for (const secret of traveller.jar.values()) expect(rows).not.toContain(secret);
    expect(rows).not.toContain('eyJ');
  });

  it('[ID5] gives a new session each time and ends the one the browser had', async () => {
    const { traveller } = await comeBack();
    const former = traveller.session;
    const formerPage = traveller.page;
    await comeBack('kendt', {}, { traveller });
    expect(traveller.session).not.toBe(former);
    expect((await traveller.page.get('/api/v1/session')).status).toBe(200);
    expect((await formerPage.get('/api/v1/session')).status).toBe(401);
  });

  it('[ID5] does not take over a session that somebody planted', async () => {
    const traveller = server.traveller();
    traveller.jar.set('samraad_session', 'A'.repeat(43));
    await comeBack('kendt', {}, { traveller });
    expect(traveller.session).toMatch(/^[\w-]{43}$/);
    expect(traveller.session).not.toBe('A'.repeat(43));
  });

  it.each([
    ['another host', '?videre=https%3A%2F%2Fevil.example%2F'],
    ['another host without a scheme', '?videre=%2F%2Fevil.example'],
    ['a backslash', '?videre=%2F%5Cevil.example'],
    ['a tab that browsers drop', '?videre=%2F%09%2Fevil.example'],
    ['dots that lead to another host', '?videre=%2F.%2F%2Fevil.example'],
    ['a script', '?videre=javascript%3Aalert(1)'],
    ['an answer of the API', '?videre=%2Fapi%2Fv1%2Fsession'],
  ])('[ID2] leads back to the front page instead of to %s', async (_what, query) => {
    const { answer } = await comeBack('kendt', {}, { query });
    expect([answer.status, answer.location]).toEqual([303, '/']);
  });
});

describe('an ID token', () => {
  const refused: [string, () => Misbehaviour, string][] = [
    ['of another issuer', () => ({ claims: { iss: 'https://evil.example' } }), 'sign-in-failed'],
    ['of the other provider', () => ({ claims: { iss: other.issuer } }), 'sign-in-failed'],
    ['for another client', () => ({ claims: { aud: 'somebody-else' } }), 'sign-in-failed'],
    ['for another client that presents it', () => ({ claims: { aud: ['samraad-en', 'another'], azp: 'another' } }), 'sign-in-failed'],
    ['with another nonce', () => ({ claims: { nonce: 'another' } }), 'sign-in-failed'],
    ['without a nonce', () => ({ claims: { nonce: undefined } }), 'sign-in-failed'],
    ['that nobody signed', () => ({ signing: 'none' }), 'sign-in-failed'],
    ['signed with the public key as a shared secret', () => ({ signing: 'hmac with the public key' }), 'sign-in-failed'],
    ['signed by somebody else', () => ({ signing: 'foreign key' }), 'sign-in-failed'],
    ['that ran out', () => ({ claims: { exp: secondsFromNow(-60) } }), 'sign-in-failed'],
    ['that begins later', () => ({ claims: { nbf: secondsFromNow(300) } }), 'sign-in-failed'],
    ['without an end', () => ({ claims: { exp: undefined } }), 'sign-in-failed'],
    ['without a subject', () => ({ claims: { sub: undefined } }), 'sign-in-failed'],
    ['that is not there', () => ({ idToken: 'missing' }), 'sign-in-failed'],
    ['below the floor', () => ({ claims: { [nsisClaim]: 'Low' } }), 'assurance-too-low'],
    ['without a level', () => ({ claims: { [nsisClaim]: undefined } }), 'assurance-too-low'],
    ['with a level nobody configured', () => ({ claims: { [nsisClaim]: 'toString' } }), 'assurance-too-low'],
  ];

  it.each(refused)('[ID1, ID3] %s lets nobody in', async (_what, misbehaviour, code) => {
    const { traveller, answer } = await comeBack('kendt', misbehaviour());
    expect([answer.status, faultOf(answer.location)]).toEqual([303, code]);
    expect(traveller.session).toBeNull();
  });

  it('[ID1] by a key that came since is good, and the key it replaced is not', async () => {
    await comeBack();
    const tokenOfOldKey = await provider.logoutToken('samraad-en', { sub: 'ingen' });
    provider.rotate();
    server.clock.advance({ seconds: 10 });
    expect((await comeBack()).traveller.session).not.toBeNull();
    const answer = await fetch(`${server.origin}/oidc/en/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: tokenOfOldKey }) });
    expect(answer.status).toBe(400);
  });
});

describe('what a browser brings back', () => {
  it.each([
    ['another state', { state: 'another' }, 'sign-in-failed'],
    ['no state', { state: undefined }, 'sign-in-failed'],
    ['another issuer', { iss: 'https://evil.example' }, 'sign-in-failed'],
    ['no issuer, though the provider names itself', { iss: undefined }, 'sign-in-failed'],
    ['a code of nobody', { code: 'nothing' }, 'sign-in-failed'],
    ['the person’s own refusal', { code: undefined, error: 'access_denied' }, 'sign-in-declined'],
    ['an error', { code: undefined, error: 'invalid_scope' }, 'sign-in-failed'],
    ['a provider out of order', { code: undefined, error: 'temporarily_unavailable' }, 'provider-unavailable'],
  ] as [string, Misbehaviour['callback'], string][])('[ID2] with %s gives no session', async (_what, callback, code) => {
    const { traveller, answer } = await comeBack('kendt', { callback });
    expect([answer.status, faultOf(answer.location)]).toEqual([303, code]);
    expect(traveller.session).toBeNull();
  });

  it('[ID2] counts once', async () => {
    const { traveller, path } = await comeBack();
    traveller.jar.delete('samraad_session');
    expect(faultOf((await traveller.go(path)).location)).toBe('sign-in-expired');
    const kept = server.traveller();
    const back = provider.signIn(await kept.leave('en'), 'kendt');
    const cookie = kept.cookie;
    await kept.go(back);
    expect(faultOf((await server.traveller().go(back, { cookie })).location)).toBe('sign-in-expired');
  });

  it('[ID2] counts for ten minutes', async () => {
    const traveller = server.traveller();
    const path = provider.signIn(await traveller.leave('en'), 'kendt');
    server.clock.advance({ minutes: 10 });
    expect(faultOf((await traveller.go(path)).location)).toBe('sign-in-expired');
  });

  it('[ID2] counts in the browser that set out, so that nobody is signed in as somebody else', async () => {
    const attacker = server.traveller();
    const path = provider.signIn(await attacker.leave('en'), 'kendt');
    const victim = server.traveller();
    expect(faultOf((await victim.go(path)).location)).toBe('sign-in-expired');
    await victim.leave('en');
    expect(faultOf((await victim.go(path)).location)).toBe('sign-in-failed');
    expect(victim.session).toBeNull();
    expect((await attacker.go(path)).location).toBe('/');
  });

  it('[ID2] from one provider does not count at another', async () => {
    const traveller = server.traveller();
    const path = provider.signIn(await traveller.leave('en'), 'kendt');
    const before = other.tokenRequests.length;
    expect(faultOf((await traveller.go(path.replace('/en/', '/to/'))).location)).toBe('sign-in-failed');
    // The code of the one was not shown to the other.
    expect(other.tokenRequests.length).toBe(before);
    expect(traveller.session).toBeNull();
  });
});

describe('a provider', () => {
  it('[ID6] that does not answer is told of, and the others work on', async () => {
    const traveller = server.traveller();
    const path = provider.signIn(await traveller.leave('en'), 'kendt');
    provider.isDown = true;
    try {
      expect(faultOf((await traveller.go(path)).location)).toBe('provider-unavailable');
      server.clock.advance({ hours: 2 });
      // What is known of it an hour long is known still: the browser gets to see the provider's own trouble.
      expect((await server.traveller().leave('en')).origin).toBe(provider.issuer);
      const elsewhere = server.traveller();
      expect((await elsewhere.go(other.signIn(await elsewhere.leave('to'), 'kendt-der'))).status).toBe(303);
    } finally {
      provider.isDown = false;
    }
  });

  it('[ID6] that calls itself otherwise than configured is not used', async () => {
    server.clock.advance({ hours: 2 });
    provider.metadata = { issuer: 'https://evil.example' };
    try {
      expect(faultOf((await server.traveller().go('/api/v1/sign-in/en')).location)).toBe('sign-in-failed');
    } finally {
      provider.metadata = {};
    }
  });

  it('[ID6] is asked about itself once an hour, not at every sign-in', async () => {
    await comeBack();
    const before = provider.discoveries;
    await comeBack();
    await comeBack();
    expect(provider.discoveries).toBe(before);
  });

  it('[ID6] that nobody configured leads to the sign-in page', async () => {
    expect(faultOf((await server.traveller().go('/api/v1/sign-in/ukendt')).location)).toBe('not-found');
  });
});
