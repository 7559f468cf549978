import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientKey, clientSecret, faultOf, ProductionServer, providerEntry } from '../support/identity.js';
import { freePort } from '../support/product.js';
import { RealProvider } from '../support/real-provider.js';

const key = clientKey();
let server: ProductionServer;
let byKey: RealProvider;
let bySecret: RealProvider;

beforeAll(async () => {
  const [keyPort, secretPort] = [await freePort(), await freePort()];
  server = await ProductionServer.start(
    () => [
      providerEntry('noegle', `http://localhost:${keyPort}`, { authentication: { method: 'private_key_jwt', keyFile: 'key.pem' } }),
      providerEntry('hemmelighed', `http://localhost:${secretPort}`, { authorities: ['policeDistrict:nordsjaelland'], userInfo: true }),
    ],
    {},
    { 'key.pem': key.pem },
  );
  const { origin } = server;
  byKey = await RealProvider.start(keyPort, { clientId: 'samraad-noegle', origin, providerId: 'noegle', authentication: { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', jwks: { keys: [key.publicJwk] } } });
  bySecret = await RealProvider.start(secretPort, { clientId: 'samraad-hemmelighed', origin, providerId: 'hemmelighed', authentication: { token_endpoint_auth_method: 'client_secret_basic', client_secret: clientSecret } });
  await server.setUp({ name: 'Prøve Personsen', externalId: 'kendt' });
  await server.setUp({ name: 'Betjent Personsen', externalId: 'kendt', authorityId: 'policeDistrict:nordsjaelland', role: 'participant' });
}, 90_000);
afterAll(async () => {
  await server.stop();
  await byKey.stop();
  await bySecret.stop();
});

describe('a real provider', () => {
  it.each([['noegle', 'Prøve Personsen'], ['hemmelighed', 'Betjent Personsen']])('[ID1] signs people in (%s), each as who she is there', async (providerId, name) => {
    const provider = providerId === 'noegle' ? byKey : bySecret;
    const traveller = server.traveller();
    const back = await provider.signIn(traveller, await traveller.leave(providerId, '?videre=%2Fkalender'), 'kendt');
    expect(new URL(back).pathname).toBe(`/api/v1/sign-in/${providerId}/callback`);
    expect((await traveller.go(back)).location).toBe('/kalender');
    expect((await traveller.page.get<{ person: { name: string } }>('/api/v1/session')).body.person.name).toBe(name);
    // The same way back a second time.
    expect(faultOf((await server.traveller().go(back)).location)).toBe('sign-in-expired');
  });

  it('[ID4] signs nobody in whom nobody set up', async () => {
    const traveller = server.traveller();
    const back = await byKey.signIn(traveller, await traveller.leave('noegle'), 'ukendt');
    expect(faultOf((await traveller.go(back)).location)).toBe('identity-unknown');
  });
});
