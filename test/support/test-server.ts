import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { readConfig } from '@lib/platform/config.js';
import type { Role } from '@lib/contracts/enums.js';
import type { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { startServer, type RunningServer } from '../../apps/server/src/server.js';
import { asOwner, createTestDatabase, testDatabaseUrl } from './test-database.js';
import { TestClock } from './test-clock.js';

/** Who of the demo people: authority id and function. */
export interface Who {
  authorityId: string;
  role: Role;
  /** Which of several with that role, from 0. */
  nth?: number;
}

export const testDatabaseKind = testDatabaseUrl === undefined ? 'pglite' : 'postgres';
export const eksempelby = 'municipality:219';
export const nordsjaelland = 'policeDistrict:nordsjaelland';
export const boernehusHovedstaden = 'barnahus:boernehus-hovedstaden';
export const regionHovedstaden = 'region:1084';
export const retsmedicin = 'forensicInstitute:retsmedicin-koebenhavn';
export const taenktby = 'municipality:751';

export interface Answer<Body = never> {
  status: number;
  headers: Headers;
  body: Body;
}

/** A running product on a database of its own, spoken to over HTTP as a browser would. */
export class TestServer {
  private constructor(
    readonly running: RunningServer,
    readonly clock: TestClock,
    private readonly drop: () => Promise<void>,
  ) {}

  /** @param environment of an operator, beside what every test has */
  static async start(environment: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const clock = new TestClock();
    const database = testDatabaseUrl === undefined ? null : await createTestDatabase();
    const config = readConfig({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: 'memory:', ...environment, ...(database === null ? {} : { DATABASE_URL: database.url }) });
    config.rateLimits = false;
    const running = await startServer(config, { clock });
    return new TestServer(running, clock, async () => database?.drop());
  }

  /** Two processes of the product beside each other on one PostgreSQL, with their keys in one file; the first drops the database. */
  static async startTwo(): Promise<[TestServer, TestServer]> {
    const clock = new TestClock();
    const database = await createTestDatabase({ ownRoles: true });
    const folder = mkdtempSync(join(tmpdir(), 'samraad-two-'));
    const start = async () => {
      const config = readConfig({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: folder, DATABASE_URL: database.url });
      config.rateLimits = false;
      return startServer(config, { clock });
    };
    const [one, two] = [await start(), await start()];
    const drop = async () => {
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    };
    return [new TestServer(one, clock, drop), new TestServer(two, clock, async () => undefined)];
  }

  /** One that was started otherwise, and is stopped by who started it. */
  static of(running: RunningServer, clock: TestClock): TestServer {
    return new TestServer(running, clock, async () => undefined);
  }

  get origin(): string {
    return `http://localhost:${this.running.port}`;
  }

  /** Somebody whose session began on this database before the server was started anew. */
  comesBack(who: Browser): Browser {
    const browser = this.stranger();
    browser.cookie = who.cookie;
    browser.person = who.person;
    return browser;
  }

  /** Behind the product: sees and changes everything, as the owner of the database. */
  get unitOfWork(): UnitOfWork {
    return asOwner(this.running.app.get(DataSource), this.clock);
  }

  async stop(): Promise<void> {
    await this.running.close();
    await this.drop();
  }

  /** Somebody who has not signed in. */
  stranger(): Browser {
    return new Browser(this.origin);
  }

  async signIn(who: Who): Promise<Browser> {
    const browser = this.stranger();
    const { body } = await browser.get<{ clusters: Record<'authorities' | 'others', { authority: { id: string }; people: { membershipId: string; person: Person }[] }[]>[] }>('/api/v1/demo/people');
    const people = body.clusters.flatMap((cluster) => [...cluster.authorities, ...cluster.others]).find((one) => one.authority.id === who.authorityId)?.people ?? [];
    const found = people.filter((one) => one.person.role === who.role)[who.nth ?? 0];
    if (found === undefined) throw new Error(`no demo person ${JSON.stringify(who)}`);
    await browser.post('/api/v1/demo/sign-in', { membershipId: found.membershipId });
    browser.person = found.person;
    return browser;
  }
}

export interface Person {
  id: string;
  membershipId: string;
  name: string;
  role: string;
  authority: { id: string; name: string };
}

/** Keeps a cookie and sends an Origin, as a page of the product does. */
export class Browser {
  cookie = '';
  person!: Person;

  constructor(
    readonly origin: string,
    private readonly sentOrigin: string | null = origin,
  ) {}

  get<Body = never>(path: string): Promise<Answer<Body>> {
    return this.send('GET', path);
  }

  post<Body = never>(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    return this.send('POST', path, body, headers);
  }

  put<Body = never>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.send('PUT', path, body);
  }

  delete(path: string): Promise<Answer<string>> {
    return this.send('DELETE', path);
  }

  async send<Body>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    const response = await fetch(this.origin + path, {
      method,
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(this.sentOrigin === null ? {} : { origin: this.sentOrigin }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) this.cookie = cookie.split(';')[0] ?? '';
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  }
}

export const aKey = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });
