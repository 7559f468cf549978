import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';

export const wide = { width: 1280, height: 900 };
export const narrow = { width: 390, height: 844 };

/** Demo people of one cluster, as the sign-in page names them. */
export const people = {
  coordinator: { authority: 'Eksempelby Kommune', role: 'koordinator', name: 'Skabelon Demosen' },
  leader: { authority: 'Eksempelby Kommune', role: 'leder', name: 'Opdigt Larsnavn' },
  chief: { authority: 'Eksempelby Kommune', role: 'leder', name: 'Øvebine Chefgaard' },
  officer: { authority: 'Nordsjællands Politi', role: 'deltager', name: 'Prøve Betjentsen' },
  otherOfficer: { authority: 'Nordsjællands Politi', role: 'deltager', name: 'Eksempla Vagtlund' },
} as const;
export type DemoPerson = (typeof people)[keyof typeof people];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

interface Arrival {
  viewport?: { width: number; height: number };
  /** What the browser prefers to read; Danish unless told. */
  locale?: string;
  /** Text of a script that every page runs first; the page's own policy does not bind it. */
  script?: string;
}

/** Somebody at a computer of her own. Remembers what the browser complained about and fetched. */
export class Visitor {
  /** Errors in the console, uncaught exceptions, and what the content security policy forbade. */
  readonly complaints: string[] = [];
  /** Paths of scripts fetched since the last {@link open}. */
  scripts: string[] = [];
  /** How often a page has been loaded from its address. */
  loads = 0;

  private constructor(
    readonly origin: string,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async arrive(browser: Browser, origin: string, { viewport = wide, locale = 'da-DK', script }: Arrival = {}): Promise<Visitor> {
    // Far from Denmark: the times on screen must not depend on where the browser stands.
    const context = await browser.newContext({ viewport, locale, timezoneId: 'America/New_York' });
    const visitor = new Visitor(origin, context, await context.newPage());
    const { page, complaints } = visitor;
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      // Chromium writes down every refused request; asking who is signed in is refused to those who are not.
      const asksWhoIsSignedIn = message.text().includes('401') && message.location().url === `${origin}/api/v1/session`;
      if (message.type() === 'error' && !asksWhoIsSignedIn) complaints.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
    page.on('load', () => (visitor.loads += 1));
    // Not the page's alone: workers, frames and other tabs as well.
    context.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.origin !== origin && !['data:', 'blob:', 'about:'].includes(asked.protocol)) complaints.push(`foreign: ${request.url()}`);
    });
    page.on('request', (request) => {
      if (request.resourceType() === 'script') visitor.scripts.push(new URL(request.url()).pathname);
    });
    await context.exposeBinding('tellOfViolation', (_source, what: string) => void complaints.push(`policy: ${what}`));
    await context.addInitScript("document.addEventListener('securitypolicyviolation', (event) => tellOfViolation(event.violatedDirective + ' ' + event.blockedURI))");
    if (script !== undefined) await context.addInitScript(script);
    return visitor;
  }

  /** Loads a path as if it had been typed into the address bar. */
  async open(path: string): Promise<void> {
    this.scripts = [];
    await this.page.goto(this.origin + path);
  }

  async signIn(person: DemoPerson): Promise<void> {
    await this.open('/');
    await this.page.getByRole('button', { name: signInName(person) }).click();
    await this.page.getByRole('heading', { level: 1, name: 'Overblik' }).waitFor();
  }

  /** Sends a request as the person signed in, for what a test needs but does not tell about. */
  async ask<Body>(method: 'GET' | 'POST' | 'PUT', path: string, data?: object, headers: Record<string, string> = {}): Promise<Body> {
    const answer = await this.context.request.fetch(this.origin + path, { method, headers: { origin: this.origin, ...headers }, ...(data === undefined ? {} : { data }) });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as Body;
  }

  /** Signs in without the page. */
  async beSignedIn(person: { name: string }): Promise<void> {
    const { clusters } = await this.ask<DemoPeople>('GET', '/api/v1/demo/people');
    const everybody = clusters.flatMap((cluster) => cluster.authorities.flatMap((authority) => authority.people));
    const found = everybody.find((one) => one.person.name === person.name);
    if (found === undefined) throw new Error(`nobody is called ${person.name}`);
    await this.ask('POST', '/api/v1/demo/sign-in', { membershipId: found.membershipId });
  }

  /** Walks with the Tab key until `target` has focus; fails when the walk does not lead there. */
  async tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    for (let steps = 0; steps < 150; steps += 1) {
      await this.page.keyboard.press(key);
      if (await hasFocus(target)) return;
    }
    throw new Error(`Tab never came to ${String(target)}`);
  }

  /** What this site keeps in the browser beside its cookie. */
  kept(): Promise<{ local: number; session: number; databases: number; caches: number; workers: number }> {
    return this.page.evaluate(`(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }))()`);
  }

  /** How many CSS pixels the page is wider than its window. */
  overflow(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }
}

export const keptNothing = { local: 0, session: 0, databases: 0, caches: 0, workers: 0 };

interface DemoPeople {
  clusters: { authorities: { people: { membershipId: string; person: { name: string } }[] }[] }[];
}

export const signInName = ({ role, name }: DemoPerson) => new RegExp(`^Log ind som ${role}.*${name}`);

export async function hasFocus(target: Locator): Promise<boolean> {
  return (await target.and(target.page().locator(':focus')).count()) > 0;
}

/** Reads until what is read holds. Waits for a condition, never for a time. */
export async function eventually<Value>(what: string, read: () => Promise<Value>, holds: (value: Value) => boolean, timeoutMs = 20_000): Promise<Value> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}; it was ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
