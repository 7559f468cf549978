import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { clientSecret, ProductionServer, providerEntry } from '../support/identity.js';
import { freePort } from '../support/product.js';
import { RealProvider } from '../support/real-provider.js';
import { axe, violations } from './support/axe.js';
import { trial } from './support/trial.js';
import { keptNothing, launchChromium, narrow, Visitor } from './support/visitor.js';

let chromium: Browser;
let server: ProductionServer;
let provider: RealProvider;
beforeAll(async () => {
  chromium = await launchChromium();
  const port = await freePort();
  server = await ProductionServer.start(() => [
    providerEntry('kommune', `http://localhost:${port}`, { label: 'Hillerød Kommunes login' }),
    providerEntry('politi', 'http://localhost:9', { label: 'Politiets login', authorities: ['policeDistrict:nordsjaelland', 'policeDistrict:oestjylland'] }),
  ]);
  provider = await RealProvider.start(port, { clientId: 'samraad-kommune', origin: server.origin, providerId: 'kommune', authentication: { token_endpoint_auth_method: 'client_secret_basic', client_secret: clientSecret } });
  await server.setUp({ name: 'Prøve Personsen', externalId: 'kendt' });
}, 120_000);
afterAll(async () => {
  await chromium.close();
  await server.stop();
  await provider.stop();
});

const shots = process.env.SCREENSHOT_DIR;
const shoot = async (visitor: Visitor, name: string) => void (shots === undefined ? null : await visitor.page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }));

describe('signing in', () => {
  it('leads from the page one wanted to the provider and back there, by keyboard alone', async () => {
    const visitor = await Visitor.arrive(chromium, server.origin, { script: axe });
    const { page } = visitor;
    await visitor.open('/kalender');
    await page.getByRole('heading', { level: 1, name: 'Log ind' }).waitFor();
    expect(await violations(visitor)).toEqual([]);
    expect(await page.getByText('Demo').count()).toBe(0);
    await shoot(visitor, 'sign-in-1280');
    await visitor.tabTo(page.getByRole('link', { name: /Hillerød Kommunes login/ }));
    await page.keyboard.press('Enter');
    await page.getByLabel('Navn').fill('kendt');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Kalender' }).waitFor();
    expect(await page.getByText('Prøve Personsen').first().isVisible()).toBe(true);
    expect(await visitor.kept()).toEqual(keptNothing);
    // The provider's own page has no icon.
    expect(visitor.complaints.filter((one) => !one.includes(provider.issuer))).toEqual([]);

    const elsewhere = server.traveller();
    await elsewhere.go(await provider.signIn(elsewhere, await elsewhere.leave('kommune'), 'kendt'));
    await page.getByRole('link', { name: 'Mine sessioner' }).click();
    await page.getByRole('heading', { level: 1, name: 'Mine sessioner' }).waitFor();
    await page.getByText('Denne', { exact: true }).waitFor();
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'sessions-1280');
    await visitor.tabTo(page.getByRole('button', { name: 'Log ud alle andre steder' }));
    await page.keyboard.press('Enter');
    await page.getByText('Én anden session er logget ud.').waitFor();
    expect((await elsewhere.page.get('/api/v1/session')).status).toBe(401);
  });

  it('says in words why it did not succeed, on a phone too', async () => {
    const visitor = await Visitor.arrive(chromium, server.origin, { viewport: narrow, script: axe });
    const { page } = visitor;
    await visitor.open('/');
    await page.getByRole('link', { name: /Hillerød Kommunes login/ }).click();
    await page.getByLabel('Navn').fill('ukendt');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Du har ikke adgang til Samråd').waitFor();
    expect(await violations(visitor)).toEqual([]);
    expect(await visitor.overflow()).toBe(0);
    await shoot(visitor, 'sign-in-unknown-390');
    await page.getByRole('link', { name: /Politiets login/ }).click();
    await page.getByRole('alert').getByText('Login-tjenesten svarer ikke').waitFor();
  });

  it('makes the first administrator by the link on the console', async () => {
    const visitor = await Visitor.arrive(chromium, server.origin, { script: axe });
    const { page } = visitor;
    await page.goto(server.running.firstAdministratorLink!);
    await page.getByRole('heading', { level: 1, name: 'Bliv den første administrator' }).waitFor();
    await page.getByLabel('Myndighed').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    expect(await violations(visitor)).toEqual([]);
    await shoot(visitor, 'first-administrator-1280');
    await trial(visitor, {
      fill: () => page.getByLabel('Myndighed').waitFor(),
      press: () => page.getByRole('button', { name: 'Log ind og bliv administrator' }),
      sends: /\/first-administrator\/sign-in$/,
      field: 'authorityId',
      done: () => page.getByLabel('Navn').waitFor(),
    });
    await page.getByLabel('Navn').fill('hoej-1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^Personer i / }).waitFor();
    expect(await page.getByText('Rigtig Personsen, administrator').first().isVisible()).toBe(true);
    await page.goto('about:blank');
    await page.goto(server.running.firstAdministratorLink!);
    await page.getByText('Linket gælder ikke').waitFor();
  });
});
