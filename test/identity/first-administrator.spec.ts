import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirstAdministrator } from '@lib/identity/first-administrator.service.js';
import { Config, readConfig } from '@lib/platform/config.js';
import { startServer } from '../../apps/server/src/server.js';
import { HostileProvider, type Misbehaviour } from '../support/hostile-provider.js';
import { clientSecret, faultOf, MovableClock, nsisClaim, ProductionServer, providerEntry, type Traveller } from '../support/identity.js';
import { createTestDatabase, testDatabaseUrl } from '../support/test-database.js';
import { TestServer } from '../support/test-server.js';

const kommune = 'municipality:219';
const high: Misbehaviour = { claims: { [nsisClaim]: 'High', name: 'Første Forvalter' } };

describe('the first administrator', () => {
  let server: ProductionServer;
  let provider: HostileProvider;
  let token: string;
  beforeAll(async () => {
    provider = await HostileProvider.start(new MovableClock());
    server = await ProductionServer.start(() => [providerEntry('kommune', provider.issuer)]);
    provider.keepTime(server.clock);
    token = tokenOf(server.running.firstAdministratorLink!);
  }, 90_000);
  afterAll(async () => {
    await server.stop();
    await provider.stop();
  });

  const tokenOf = (link: string) => link.slice(link.indexOf('#') + 1);
  const options = (given: string) => server.traveller().page.post<{ providers: { id: string; authorities: { name: string }[] }[] }>('/api/v1/first-administrator/options', { token: given });

  /** Chooses on the page and comes to the provider. */
  async function begin(given: string, authorityId = kommune): Promise<{ traveller: Traveller; status: number; url: URL | null }> {
    const traveller = server.traveller();
    const response = await fetch(`${server.origin}/api/v1/first-administrator/sign-in`, {
      method: 'POST',
      headers: { origin: server.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ token: given, providerId: 'kommune', authorityId }),
    });
    for (const line of response.headers.getSetCookie()) traveller.jar.set(line.slice(0, line.indexOf('=')), /=([^;]*)/.exec(line)![1]!);
    const { url } = (await response.json()) as { url?: string };
    return { traveller, status: response.status, url: url === undefined ? null : new URL(url) };
  }

  it('[ID9] gets a link whose token is behind the #, and stands nowhere', async () => {
    expect(server.running.firstAdministratorLink).toMatch(new RegExp(`^${server.origin}/foerste-administrator#[\\w-]{43}$`));
    expect(JSON.stringify(await server.query('SELECT * FROM first_administrator_link'))).not.toContain(token);
    const { status, body } = await options(token);
    expect([status, body.providers.map((one) => one.authorities.map(({ name }) => name))]).toEqual([200, [['Hillerød Kommune']]]);
    expect((await options('A'.repeat(43))).status).toBe(404);
  });

  it('[ID9] is not who signs in below the level, at another authority, or without the link', async () => {
    const low = await begin(token);
    expect(low.url!.searchParams.get('acr_values')).toBe('High');
    expect(faultOf((await low.traveller.go(provider.signIn(low.url!, 'foerste', { claims: { [nsisClaim]: 'Substantial' } }))).location)).toBe('assurance-too-low');
    expect((await begin(token, 'municipality:751')).status).toBe(400);
    const without = server.traveller();
    expect(faultOf((await without.go(provider.signIn(await without.leave('kommune', '?til=administration'), 'foerste', high))).location)).toBe('identity-unknown');
    expect(await server.query('SELECT 1 FROM person')).toEqual([]);
    expect((await options(token)).status).toBe(200);
  });

  it('[ID9] has an hour, and a link that a new start replaces', async () => {
    const renewed = (await server.running.app.get(FirstAdministrator).issue())!;
    expect((await options(token)).status).toBe(404);
    const late = await begin(renewed);
    server.clock.advance({ minutes: 60 });
    expect((await options(renewed)).status).toBe(404);
    expect(faultOf((await late.traveller.go(provider.signIn(late.url!, 'foerste', high))).location)).toBe('sign-in-expired');
    token = (await server.running.app.get(FirstAdministrator).issue())!;
  });

  it('[ID9] is whoever signs in by it, once, of two who try it at the same time too', async () => {
    const tries = await Promise.all([begin(token), begin(token)]);
    const back = await Promise.all(tries.map(({ traveller, url }, n) => traveller.go(provider.signIn(url!, `foerste-${n}`, high))));
    expect(back.map(({ location }) => faultOf(location)).toSorted()).toEqual(['sign-in-expired', null].toSorted());
    const { traveller } = tries[back.findIndex(({ location }) => location === '/')]!;
    const { body } = await traveller.page.get<{ person: { name: string }; acting: { role: string; authority: { id: string } } }>('/api/v1/session');
    expect(body).toMatchObject({ person: { name: 'Første Forvalter' }, acting: { role: 'administrator', authority: { id: kommune } } });
    expect((await options(token)).status).toBe(404);
    expect(await server.query('SELECT name FROM person')).toEqual([{ name: 'Første Forvalter' }]);
    // And is known from now on, without any link.
    const again = server.traveller();
    const subject = `foerste-${tries.findIndex((one) => one.traveller === traveller)}`;
    expect((await again.go(provider.signIn(await again.leave('kommune', '?til=administration'), subject, high))).location).toBe('/');
  });

  it('[ID9] is the only one who gets a link', async () => {
    expect(await server.running.app.get(FirstAdministrator).issue()).toBeNull();
  });
});

describe('demo and production', () => {
  it('[ID10] are told apart by the configuration', () => {
    const demo = { SAMRAAD_DATA_DIR: 'memory:' };
    expect(() => readConfig(demo)).not.toThrow();
    expect(() => readConfig({ ...demo, SAMRAAD_SIGN_IN_FILE: './sign-in.json' })).toThrow('SAMRAAD_SIGN_IN_FILE belongs to production');
    expect(() => readConfig({ ...demo, PUBLIC_ORIGIN: 'https://samraad.example' })).toThrow('set SAMRAAD_MODE=production');
    expect(() => readConfig({ ...demo, PUBLIC_ORIGIN: 'https://localhost.evil.example' })).toThrow('set SAMRAAD_MODE=production');
    expect(() => readConfig({ ...demo, PUBLIC_ORIGIN: 'https://localhost' })).not.toThrow();
    expect(() => readConfig({ SAMRAAD_MODE: 'production' })).toThrow('SAMRAAD_SIGN_IN_FILE must name');
  });

  it('[ID10] are told apart by the database, for ever', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'samraad-mode-'));
    const databases = testDatabaseUrl === undefined ? [] : [await createTestDatabase(), await createTestDatabase()];
    writeFileSync(join(folder, 'secret'), clientSecret);
    writeFileSync(join(folder, 'sign-in.json'), JSON.stringify({ providers: [providerEntry('kommune', 'https://login.example')] }));
    const config = (mode: 'demo' | 'production', name: string) =>
      Object.assign(new Config(), {
        SAMRAAD_MODE: mode, PORT: 0, SAMRAAD_DATA_DIR: join(folder, name), SAMRAAD_KEY_FILE: join(folder, `${name}.json`), SAMRAAD_DEMO_STORY: 'no',
        ...(mode === 'production' ? { SAMRAAD_SIGN_IN_FILE: join(folder, 'sign-in.json') } : {}),
        ...(databases.length === 0 ? {} : { DATABASE_URL: databases[name === 'one' ? 0 : 1]!.url }),
      });
    for (const name of ['one', 'two']) writeFileSync(join(folder, `${name}.json`), JSON.stringify({ version: 1, current: {}, keys: {} }));
    try {
      for (const [mode, name, other] of [['production', 'one', 'demo'], ['demo', 'two', 'production']] as const) {
        await (await startServer(config(mode, name))).close();
        await expect(startServer(config(other, name))).rejects.toThrow(`Samråd does not start in ${other}`);
      }
    } finally {
      for (const database of databases) await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 90_000);

  it('[ID10] leave no door of the one in the other', async () => {
    const demo = await TestServer.start();
    try {
      expect(demo.running.firstAdministratorLink).toBeNull();
      expect((await demo.stranger().get<{ providers: unknown[] }>('/api/v1/sign-in/providers')).body.providers).toEqual([]);
    } finally {
      await demo.stop();
    }
    const production = await ProductionServer.start(() => [providerEntry('kommune', 'https://login.example')]);
    try {
      const page = production.traveller().page;
      expect((await page.get('/api/v1/demo/people')).status).toBe(404);
      expect((await page.post('/api/v1/demo/sign-in', { membershipId: '01890000-0000-7000-8000-000000000000' })).status).toBe(404);
      expect((await page.get<{ demoSignIn: boolean }>('/api/v1/configuration')).body.demoSignIn).toBe(false);
    } finally {
      await production.stop();
    }
  }, 90_000);
});
