import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Product } from '../support/product.js';
import { focusKept } from './support/focus.js';
import { dayAfter, inDays, stageMeeting, type StagedMeeting } from './support/staging.js';
import { hasFocus, launchChromium, narrow, people, Visitor } from './support/visitor.js';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let meeting: StagedMeeting;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [coordinator, officer] = (await Promise.all([1, 2].map(() => Visitor.arrive(browser, product.origin, { script: axe })))) as [Visitor, Visitor];
  await coordinator.beSignedIn(people.coordinator);
  await officer.beSignedIn(people.officer);
  meeting = await stageMeeting(coordinator, people.officer.name);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const clean = async ({ page }: Visitor) => {
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`);
  expect(violations.map((one) => [one.id, one.nodes.map((node) => node.html)])).toEqual([]);
};
const change = (body: object) => coordinator.ask('POST', `/api/v1/series/${meeting.seriesId}/changes`, body);

/** Each begins where the one before it ended. */
describe('a series', () => {
  it('[MT30] is changed from one meeting on by the keyboard, after showing what becomes of each meeting', async () => {
    const { page } = coordinator;
    await officer.open(`/serier/${meeting.seriesId}`);
    await coordinator.open(`/moeder/${meeting.meetingId}`);
    await coordinator.tabTo(page.getByRole('link', { name: 'Ret dette og de følgende' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Ret serien' }).waitFor();
    await page.getByText('Ret noget for at se, hvad det betyder').waitFor();
    await coordinator.tabTo(page.getByLabel('Klokkeslæt'));
    await page.locator(':focus').fill('09:30');
    await page.getByText(/^\d+ møder flyttes eller ændrer længde/).waitFor();
    await page.getByText('Flyttes fra').first().waitFor();
    await clean(coordinator);
    await coordinator.tabTo(page.getByRole('button', { name: 'Gennemfør ændringen' }));
    await page.keyboard.press('Enter');
    await page.getByText('Serien er ændret. Alle deltagere ser det med det samme.').waitFor();
    await page.getByText(/kl\.\s09\.30–10\.30 \(uge/).first().waitFor();
    await officer.page.getByText(/kl\.\s09\.30–10\.30 \(uge/).first().waitFor();
  });

  it('[MT23] leaves the choice when one of its meetings is changed by another while its form stands open', async () => {
    const { page } = coordinator;
    const { meetingId } = await stageMeeting(coordinator, people.officer.name);
    await coordinator.open(`/moeder/${meetingId}`);
    await page.getByRole('button', { name: 'Ret sted og videolink' }).click();
    await page.getByLabel(/^Sted/).fill('Rådhuset, lokale 9');
    const { version } = await coordinator.ask<{ version: number }>('GET', `/api/v1/meetings/${meetingId}`);
    await coordinator.ask('PUT', `/api/v1/meetings/${meetingId}/place`, { place: 'Politigården', videoLink: '' }, { 'If-Match': `"${version}"` });
    // The page knows of it, and of its version.
    await page.locator('.meeting-when').getByText('Politigården').waitFor();
    await page.getByRole('button', { name: 'Gem sted og videolink' }).click();
    await page.getByRole('alert').getByText('Mødet er ændret, mens du skrev').waitFor();
    await page.getByRole('alert').getByText('Sted: Politigården.').waitFor();
    expect(await page.getByLabel(/^Sted/).inputValue()).toBe('Rådhuset, lokale 9');
    await clean(coordinator);
    await page.getByRole('button', { name: 'Gennemfør min ændring' }).click();
    await page.getByText('Sted og videolink er gemt. Alle deltagere kan se dem.').waitFor();
    await page.locator('.meeting-when').getByText('Rådhuset, lokale 9').waitFor();
  });

  it('[MT32] shows what another changed meanwhile, keeps what was typed, and leaves the choice', async () => {
    const { page } = coordinator;
    await coordinator.open(`/serier/${meeting.seriesId}/ret`);
    await page.getByLabel('Sted', { exact: false }).first().fill('Politigården');
    await page.getByText(/^Gælder \d+ kommende møder/).waitFor();
    // Between the preview and the press, and before the live line can tell.
    let presses = 0;
    page.on('request', (request) => void (presses += Number(request.url().endsWith('/changes'))));
    let show = () => {};
    const shown = new Promise<void>((done) => (show = done));
    const isAsked = new Promise<void>((done) => {
      void page.route('**/api/v1/series/*/changes', async (route) => {
        await change({ title: 'Overlevering med politiet' });
        await page.route('**/api/v1/series/*/changes/preview', async (preview) => {
          done();
          await shown;
          await preview.continue();
        });
        await route.continue();
      }, { times: 1 });
    });
    const refused = page.waitForResponse((answer) => answer.status() === 412);
    const press = page.getByRole('button', { name: 'Gennemfør ændringen' });
    await press.click();
    await Promise.all([refused, isAsked]);
    // A press before it is shown what the change means now would be about what was refused.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await press.click({ force: true });
    show();
    await page.getByText('Serien eller dens møder blev ændret imens').waitFor();
    expect(presses).toBe(1);
    expect(await page.getByLabel('Sted', { exact: false }).first().inputValue()).toBe('Politigården');
    await page.getByRole('button', { name: 'Gennemfør ændringen', disabled: false }).click();
    await page.getByText('Serien er ændret.').waitFor();
    await page.getByRole('heading', { level: 1, name: 'Overlevering med politiet' }).waitFor();
    await page.getByText('Politigården').waitFor();
  });

  it('[PE8] [PE9] gets one substitute for all its meetings, who is let in and out in one step', async () => {
    const { page } = officer;
    await officer.open(`/serier/${meeting.seriesId}`);
    const own = page.getByRole('region', { name: 'Din stedfortræder i serien' });
    await officer.tabTo(own.getByRole('button', { name: 'Send en stedfortræder til seriens møder' }));
    await page.keyboard.press('Enter');
    await page.getByLabel('Stedfortræder fra Nordsjællands Politi').selectOption({ label: 'Eksempla Vagtlund, videoafhører' });
    await page.getByLabel('Fra og med').fill('2030-01-02');
    await page.getByLabel('Til og med').fill('2030-01-01');
    await own.getByRole('button', { name: 'Se, hvad der bliver synligt' }).click();
    await page.getByRole('alert').getByText('Perioden slutter, før den begynder.').first().waitFor();
    expect(await page.getByLabel('Fra og med').inputValue()).toBe('2030-01-02');
    await page.getByLabel('Fra og med').fill('');
    await page.getByLabel('Til og med').fill('');
    await clean(officer);
    await own.getByRole('button', { name: 'Se, hvad der bliver synligt' }).press('Enter');
    const confirm = page.getByRole('form', { name: 'Bekræft, hvad der bliver synligt' });
    await confirm.getByText(/^og \d+ møder mere med det samme$/).waitFor();
    const reason = confirm.getByLabel('Hvorfor har de brug for det?');
    expect([await hasFocus(reason), await reason.inputValue()]).toEqual([true, 'Stedfortræder for Prøve Betjentsen, som er forhindret. Hjemmel: Retsplejeloven § 115, stk. 1, nr. 1']);
    await clean(officer);
    await reason.fill('');
    await confirm.getByRole('button', { name: 'Send stedfortræder' }).click();
    await confirm.getByRole('alert').waitFor();
    await reason.fill('Jeg er på barsel.');
    await confirm.getByRole('button', { name: 'Send stedfortræder' }).click();
    await own.getByText(/^Stedfortræderen er sendt til \d+ møder\.$/).waitFor();
    await own.getByText('Du sender Eksempla Vagtlund til seriens møder.').waitFor();
    await own.getByRole('button', { name: 'Tag pladserne tilbage' }).click();
    await own.getByText(/^Du har taget din plads tilbage i \d+ møder/).waitFor();
  });

  it('[RC19] has days left out in calm words, and ends with a day and a reason', async () => {
    const { page } = coordinator;
    await coordinator.open(`/serier/${meeting.seriesId}/ret`);
    await page.getByLabel('Ekstra den').fill(inDays(15));
    await page.getByRole('button', { name: 'Tilføj dagen' }).click();
    await page.getByText('1 nyt møde').waitFor();
    await page.getByLabel('Afslut serien').check();
    await page.getByText(/^\d+ møder aflyses/).first().waitFor();
    await page.getByRole('button', { name: 'Afslut serien' }).click();
    await page.getByRole('alert').getByText('Skriv, hvorfor møder aflyses').first().waitFor();
    await page.getByLabel('Begrundelse').fill('Samarbejdet fortsætter i en anden serie.');
    await page.getByRole('button', { name: 'Afslut serien' }).click();
    await page.getByText('Sidste dag er').waitFor();
    await officer.open(`/moeder/${meeting.meetingId}`);
    await officer.page.getByText('Begrundelse: Samarbejdet fortsætter i en anden serie.').waitFor();
  });

  it('is changed on a narrow page, without anything beside it', async () => {
    const visitor = await Visitor.arrive(browser, product.origin, { viewport: narrow, script: axe });
    await visitor.beSignedIn(people.coordinator);
    await visitor.open(`/serier/${meeting.seriesId}/ret`);
    await visitor.page.getByLabel('Varighed i minutter').fill('90');
    await visitor.page.getByText('Det sker der').waitFor();
    expect(await visitor.overflow()).toBe(0);
    await clean(visitor);
  });
});

describe('a series that asks on holidays', () => {
  it('[MT22] puts its meeting on the holiday before the coordinator, by name: she has it held, moved or cancelled, and the others follow', async () => {
    const { page } = coordinator;
    // The next two holidays on working days that lie far enough ahead, whatever today is.
    const { holidays } = await coordinator.ask<{ holidays: { date: string; name: string }[] }>('GET', `/api/v1/holidays?from=${inDays(9)}&to=${inDays(400)}`);
    const [first, second] = holidays.filter(({ date }) => ![0, 6].includes(new Date(`${date}T12:00:00Z`).getUTCDay()));
    const seriesOn = async (date: string) => {
      const { people: found } = await coordinator.ask<{ people: { name: string; membershipId: string }[] }>('GET', '/api/v1/authorities/policeDistrict%3Anordsjaelland/people');
      return coordinator.ask<{ id: string; occurrences: { meetingId: string; startLocal: string; state: string }[] }>('POST', '/api/v1/series', {
        kindId: 'section115HandoverMeeting',
        startLocal: `${dayAfter(date, -7)}T13:00`,
        recurrence: { kind: 'weekly' },
        durationMinutes: 60,
        holidayPolicy: 'ask',
        authorityIds: ['policeDistrict:nordsjaelland'],
        participantMembershipIds: [found.find((one) => one.name === people.officer.name)!.membershipId],
      });
    };
    const askedOn = async (holiday: { date: string; name: string }) => {
      const { id, occurrences } = await seriesOn(holiday.date);
      await coordinator.open(`/serier/${id}`);
      const row = page.getByRole('region', { name: 'Næste møder' }).getByRole('listitem').filter({ hasText: `Det er ${holiday.name}.` });
      await row.getByText('Kladde').waitFor();
      await coordinator.tabTo(row.getByRole('link'));
      await page.keyboard.press('Enter');
      await page.getByText(`Mødet ligger på ${holiday.name}`).waitFor();
      await page.getByText('Ingen er indkaldt endnu. Afgør, om det holdes alligevel, flyttes eller aflyses.').waitFor();
      const { meetingId } = occurrences.find(({ startLocal }) => startLocal.startsWith(holiday.date))!;
      await officer.open(`/moeder/${meetingId}`);
      await officer.page.getByText('Koordinatoren afgør, om det holdes, flyttes eller aflyses.').waitFor();
      expect(await officer.page.getByRole('button', { name: 'Hold det alligevel' }).count()).toBe(0);
      return meetingId;
    };
    const isSettled = () => Promise.all([coordinator, officer].map((one) => one.page.getByText(/^Mødet ligger på/).waitFor({ state: 'detached' })));

    // Already the form of a new series tells which meetings she will be asked about.
    await coordinator.open('/serier/ny');
    await page.getByRole('radio', { name: 'Hver uge' }).check();
    await page.getByRole('radio', { name: 'Spørg mig' }).check();
    await page.getByLabel('Første møde').fill(dayAfter(first!.date, -7));
    // The kind proposes Mondays.
    const day = ['søndag', 'mandag', 'tirsdag', 'onsdag', 'torsdag', 'fredag', 'lørdag'][new Date(`${first!.date}T12:00:00Z`).getUTCDay()]!;
    await page.getByRole('checkbox', { name: day, exact: true }).check();
    if (day !== 'mandag') await page.getByRole('checkbox', { name: 'mandag', exact: true }).uncheck();
    await page.getByRole('region', { name: 'Næste møder' }).getByText(`Det er ${first!.name}. Koordinatoren afgør, om mødet holdes, flyttes eller aflyses`).waitFor();

    const held = await askedOn(first!);
    await clean(coordinator);
    await coordinator.tabTo(page.getByRole('button', { name: 'Hold det alligevel' }));
    await page.keyboard.press('Enter');
    await page.getByText('Mødet holdes. Det er nu foreslået for alle deltagere.').waitFor();
    await isSettled();
    await focusKept(coordinator, 'having it held');
    expect(await coordinator.ask<object>('GET', `/api/v1/meetings/${held}`)).toMatchObject({ state: 'proposed' });

    await askedOn(second!);
    await coordinator.tabTo(page.getByRole('button', { name: 'Flyt mødet' }));
    await page.keyboard.press('Enter');
    await page.getByText(`Det er ${second!.name}.`).waitFor();
    await page.getByLabel('Ny dato').fill(dayAfter(second!.date, 1));
    await coordinator.tabTo(page.getByRole('button', { name: 'Flyt mødet' }));
    await page.keyboard.press('Enter');
    await page.getByText('Mødet er flyttet. Alle deltagere kan se det nye tidspunkt.').waitFor();
    await isSettled();
    for (const one of [coordinator, officer]) await one.page.getByText(new RegExp(`^Flyttet fra ${second!.name}`)).waitFor();
    await focusKept(coordinator, 'moving it');

    const meetingId = await askedOn(first!);
    // The overview looks four weeks ahead; late.spec.ts knows it on any day.
    if (first!.date < inDays(27)) {
      await coordinator.open('/');
      const row = page.getByRole('region', { name: 'De næste fire uger' }).getByRole('listitem').filter({ hasText: 'Ligger på en helligdag. Afgør, om mødet holdes, flyttes eller aflyses' });
      await row.getByRole('link').first().click();
      await page.waitForURL((url) => url.pathname === `/moeder/${meetingId}`);
    }
    await coordinator.tabTo(page.getByRole('button', { name: 'Aflys mødet' }));
    await page.keyboard.press('Enter');
    await page.getByLabel('Begrundelse').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('Alle holder fri.');
    await coordinator.tabTo(page.getByRole('button', { name: 'Aflys mødet' }));
    await page.keyboard.press('Enter');
    for (const one of [coordinator, officer]) await one.page.getByText('Begrundelse: Alle holder fri.').waitFor();
    await isSettled();
    await focusKept(coordinator, 'cancelling it');
    expect(await coordinator.ask<object>('GET', `/api/v1/meetings/${meetingId}`)).toMatchObject({ state: 'cancelled' });
    await clean(coordinator);
  });
});

describe('the calendar', () => {
  it('is filtered by authority and kind in its address, and walked by the keyboard alone', async () => {
    const { page } = coordinator;
    const { occurrences } = await coordinator.ask<{ occurrences: { startLocal: string; meetingId: string | null }[] }>('GET', `/api/v1/series/${meeting.seriesId}`);
    await coordinator.open(`/kalender?vis=liste&dato=${occurrences.find(({ meetingId }) => meetingId !== null)!.startLocal.slice(0, 10)}`);
    const filter = page.getByLabel('Myndighed');
    await coordinator.tabTo(filter);
    await filter.selectOption({ label: 'Nordsjællands Politi' });
    expect(new URL(page.url()).searchParams.get('myndighed')).toBe('policeDistrict:nordsjaelland');
    await page.reload();
    await page.getByRole('combobox', { name: 'Myndighed' }).and(page.locator(':has(option:checked:text-is("Nordsjællands Politi"))')).waitFor();
    // Into a meeting, and back to where one was.
    const list = page.url();
    const entry = page.getByRole('main').getByRole('link').first();
    await entry.waitFor();
    await coordinator.tabTo(entry);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/moeder\//);
    await page.getByRole('heading', { level: 2, name: 'Dagsorden', exact: true }).waitFor();
    await page.goBack();
    await page.waitForURL(list);
    const next = page.getByRole('button', { name: 'Næste måned' });
    await coordinator.tabTo(next);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.href !== list);
    const week = page.getByRole('button', { name: 'Uge', exact: true });
    await coordinator.tabTo(week, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/vis=uge/);
    await clean(coordinator);
    // The week of the last Monday of a year of 53 weeks is the first row of January.
    await coordinator.open('/kalender?dato=2027-01-15');
    await page.getByRole('rowheader').first().waitFor();
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(['53', '1', '2', '3', '4']);
  });

  it('numbers its weeks by ISO 8601 in every view, also where the year turns', async () => {
    const { page } = coordinator;
    const phone = await Visitor.arrive(browser, product.origin, { viewport: narrow });
    await phone.beSignedIn(people.coordinator);
    // [a day, its week, that week in words]; of the list a day on which something is: New Year's Day or Eve.
    const turns: [string, number, string][] = [
      ['2024-12-31', 1, 'Uge 1, 30. december 2024 – 5. januar 2025'],
      ['2027-01-01', 53, 'Uge 53, 28. december 2026 – 3. januar 2027'],
      ['2028-01-01', 52, 'Uge 52, 27. december 2027 – 2. januar 2028'],
      ['2028-12-31', 52, 'Uge 52, 25. december – 31. december 2028'],
    ];
    for (const visitor of [coordinator, phone]) {
      const period = visitor.page.locator('.calendar-period');
      for (const [date, number, words] of turns) {
        await visitor.open(`/kalender?vis=uge&dato=${date}`);
        await period.getByText(words, { exact: true }).waitFor();
        await visitor.open(`/kalender?vis=liste&dato=${date}`);
        const day = visitor.page.getByRole('region', { name: new RegExp(` ${Number(date.slice(8))}\\. (december|januar) ${date.slice(0, 4)}`) });
        await day.waitFor();
        expect([date, await day.locator('xpath=preceding-sibling::h3[1]').textContent()]).toEqual([date, `Uge ${number}`]);
      }
      // From one week to the next it is counted on, not begun anew on the first of January.
      await visitor.open('/kalender?vis=uge&dato=2026-12-24');
      for (const words of ['Uge 52, 21. december – 27. december 2026', 'Uge 53, 28. december 2026 – 3. januar 2027', 'Uge 1, 4. januar – 10. januar 2027']) {
        await period.getByText(words, { exact: true }).waitFor();
        await visitor.page.getByRole('button', { name: 'Næste uge' }).click();
      }
    }
    await phone.context.close();
    // In the month the number leads to its week.
    await coordinator.open('/kalender?dato=2024-12-15');
    await page.getByRole('rowheader').first().waitFor();
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(['48', '49', '50', '51', '52', '1']);
    await page.getByRole('rowheader').last().getByRole('link').click();
    await page.locator('.calendar-period').getByText('Uge 1, 30. december 2024 – 5. januar 2025', { exact: true }).waitFor();
  });
});
