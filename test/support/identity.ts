import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { startServer, type RunningServer } from '../../apps/server/src/server.js';
import { DataSource } from 'typeorm';
import { asOwner, createTestDatabase, testDatabaseUrl } from './test-database.js';
import { freePort } from './product.js';
import { Browser } from './test-server.js';

/** Goes on like the machine's own, from wherever it was moved to: providers in tests sign by the machine's clock. */
export class MovableClock extends Clock {
  private offset = Temporal.Duration.from({ seconds: 0 });

  override now(): Temporal.Instant {
    return Temporal.Now.instant().add(this.offset);
  }

  advance(duration: { minutes?: number; seconds?: number; hours?: number }): void {
    this.offset = this.offset.add(duration);
  }
}

/** A key of the product's own, for `private_key_jwt`, and its public half for the provider. */
export function clientKey(): { pem: string; publicJwk: Record<string, unknown> } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }) as { privateKey: KeyObject; publicKey: KeyObject };
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicJwk: { ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' } };
}

export const nsisClaim = 'https://data.gov.dk/concept/core/nsis/loa';

/** An entry of the sign-in file, as docs/sign-in.md describes it. */
export function providerEntry(id: string, issuer: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    label: `Login hos ${id}`,
    issuer,
    clientId: `samraad-${id}`,
    authentication: { method: 'client_secret_basic', secretFile: 'secret' },
    authorities: ['municipality:219'],
    assurance: { claim: nsisClaim, values: { Low: 'low', Substantial: 'substantial', High: 'high' } },
    claims: { externalId: 'professional_id' },
    ...more,
  };
}

export const clientSecret = 'en-hemmelighed-til-proever-alene';

/** The product as it runs in production, on a database of its own, reached without TLS because it is a test. */
export class ProductionServer {
  private constructor(
    readonly running: RunningServer,
    readonly clock: MovableClock,
    private readonly config: Config,
    private readonly end: () => Promise<void>,
  ) {}

  /** @param providers entries of the sign-in file, made when the port is known */
  static async start(providers: (origin: string) => Record<string, unknown>[], settings: Partial<Config> = {}, files: Record<string, string> = {}): Promise<ProductionServer> {
    const folder = mkdtempSync(join(tmpdir(), 'samraad-sign-in-'));
    const database = testDatabaseUrl === undefined ? null : await createTestDatabase();
    const port = await freePort();
    const file = join(folder, 'sign-in.json');
    for (const [name, text] of Object.entries({ secret: clientSecret, ...files })) writeFileSync(join(folder, name), text);
    writeFileSync(file, JSON.stringify({ providers: providers(`http://localhost:${port}`) }));
    const config = Object.assign(new Config(), { SAMRAAD_MODE: 'production', PORT: port, SAMRAAD_DATA_DIR: 'memory:', SAMRAAD_SIGN_IN_FILE: file, ...(database === null ? {} : { DATABASE_URL: database.url }), ...settings });
    const clock = new MovableClock();
    const running = await startServer(config, { clock, insecureIssuers: true });
    return new ProductionServer(running, clock, config, async () => {
      await database?.drop();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  get origin(): string {
    return `http://localhost:${this.running.port}`;
  }

  get configuration(): Config {
    return this.config;
  }

  async stop(): Promise<void> {
    await this.running.close();
    await this.end();
  }

  traveller(): Traveller {
    return new Traveller(this.origin);
  }

  query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return asOwner(this.running.app.get(DataSource), this.clock).run((tx) => tx.query<Row>(sql, parameters));
  }

  /** Somebody whom her authority has set up. */
  async setUp({ name, externalId, authorityId = 'municipality:219', role = 'coordinator' }: { name: string; externalId: string | null; authorityId?: string; role?: string }): Promise<{ personId: string; membershipId: string }> {
    const [personId, membershipId] = [randomUUID(), randomUUID()];
    await this.query('INSERT INTO person (id, name) VALUES ($1, $2)', [personId, name]);
    await this.addMembership(personId, membershipId, authorityId, role);
    if (externalId !== null) await this.query('INSERT INTO person_external_id (authority_id, external_id, person_id) VALUES ($1, $2, $3)', [authorityId, externalId, personId]);
    return { personId, membershipId };
  }

  async addMembership(personId: string, membershipId: string, authorityId: string, role: string): Promise<void> {
    await this.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from) VALUES ($1, $2, $3, $4, 'Rådgiver', '2026-01-01T00:00:00Z')`, [membershipId, personId, authorityId, role]);
  }
}

/** What a browser does between the product and a provider: keeps cookies, goes where it is sent, one step at a time. */
export class Traveller {
  readonly jar = new Map<string, string>();

  constructor(readonly origin: string) {}

  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** @param form posted, where it is given */
  async go(path: string, headers: Record<string, string> = {}, form?: Record<string, string>): Promise<{ status: number; location: string | null; setCookies: string[]; text: string }> {
    const address = new URL(path, this.origin);
    const response = await fetch(address, { redirect: 'manual', headers: { cookie: this.cookie, ...headers }, ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }) });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.jar.delete(name!);
      else this.jar.set(name!, value!);
    }
    return { status: response.status, location: response.headers.get('location'), setCookies: response.headers.getSetCookie(), text: await response.text() };
  }

  /** @returns the provider's address that a sign-in leads to */
  async leave(providerId: string, query = ''): Promise<URL> {
    const { status, location } = await this.go(`/api/v1/sign-in/${providerId}${query}`);
    if (status !== 303 || location === null || location.startsWith('/')) throw new Error(`not led to a provider: ${status} ${location}`);
    return new URL(location);
  }

  /** The same person on a page of ours. */
  get page(): Browser {
    const browser = new Browser(this.origin);
    browser.cookie = this.cookie;
    return browser;
  }

  /** The session's token, or null. */
  get session(): string | null {
    return this.jar.get('samraad_session') ?? null;
  }
}

/** The code with which a sign-in that failed came back to the sign-in page. */
export const faultOf = (location: string | null): string | null => (location?.startsWith('/log-ind?') === true ? new URLSearchParams(location.slice(location.indexOf('?'))).get('fejl') : null);
