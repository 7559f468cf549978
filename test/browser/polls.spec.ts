import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { appears, button, told } from './support/form-row.js';
import { inDays, stageMeeting } from './support/staging.js';
import { trial } from './support/trial.js';
import { hasFocus, launchChromium, narrow, people, Visitor, wide } from './support/visitor.js';

let product: Product;
let chromium: Browser;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
  chromium = await launchChromium();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await product?.dispose();
});

const shots = process.env.SCREENSHOT_DIR;
const shoot = async (visitor: Visitor, name: string) => void (shots === undefined ? null : await visitor.page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }));
/** At both widths, and back. */
async function look(visitor: Visitor, name: string): Promise<void> {
  for (const [size, viewport] of [[1280, wide], [390, narrow]] as const) {
    await visitor.page.setViewportSize(viewport);
    expect([name, size, await violations(visitor)]).toEqual([name, size, []]);
    expect([name, size, (await visitor.overflow()) <= 0]).toEqual([name, size, true]);
    await shoot(visitor, `${name}-${size}`);
  }
}
const slot = (page: Visitor['page'], n: number): Locator => page.getByRole('form', { name: 'Dit svar' }).getByRole('group').nth(n);

describe('a poll on the time of a meeting', () => {
  it('[PO1, PO4–PO8, PO11] is asked, answered by phone and by link, and becomes the meeting’s time, by keyboard, at both widths without violations', async () => {
    const visitor = await Visitor.arrive(chromium, product.origin, { script: axe });
    const { page } = visitor;
    await visitor.beSignedIn(people.coordinator);
    const { meetingId } = await stageMeeting(visitor, people.officer.name);
    const at = `/moeder/${meetingId}/afstemning`;
    await visitor.open(`/moeder/${meetingId}`);
    const pressed = async (what: Locator) => {
      await what.first().waitFor();
      await visitor.tabTo(what.first());
      await page.keyboard.press('Enter');
    };
    await pressed(page.getByRole('link', { name: 'Afstemning om tidspunktet' }));
    await page.getByRole('heading', { level: 1, name: 'Afstemning om tidspunktet' }).waitFor();

    // Asked: two times typed, one that “Find tid” proposes. Refused or unanswered, nothing of it is lost.
    await trial(visitor, {
      fill: async () => {
        for (const days of [20, 21]) {
          await page.getByLabel('Dato').fill(inDays(days));
          await page.getByLabel('Klokkeslæt').fill('09:00');
          await pressed(page.getByRole('button', { name: 'Tilføj tid' }));
        }
        await pressed(page.getByRole('button', { name: 'Find gode tider' }));
        await pressed(page.getByRole('button', { name: 'Find tider' }));
        await pressed(page.getByRole('button', { name: /^Vælg / }));
        await page.getByRole('status').filter({ hasText: /^Tilføjet: / }).waitFor();
        await page.getByRole('button', { name: 'Luk Find tid' }).click();
        await page.getByLabel('Varighed i minutter').fill('90');
        await look(visitor, 'poll-open');
      },
      press: button('Begynd afstemningen'),
      sends: /\/meetings\/[^/]+\/poll$/,
      method: 'POST',
      field: 'slots',
      done: appears((to) => to.getByRole('form', { name: 'Dit svar' })),
    });

    // The officer, on a phone: told of it, she says something about each time.
    const officer = await Visitor.arrive(chromium, product.origin, { script: axe, viewport: narrow });
    await officer.beSignedIn(people.officer);
    await officer.open('/beskeder');
    await officer.page.getByText('Du bliver spurgt, hvornår du kan').first().waitFor();
    await officer.open(at);
    await trial(officer, {
      fill: async () => {
        for (const [n, choice] of ['Ja', 'Hvis nødvendigt', 'Nej'].entries()) await slot(officer.page, n).getByText(choice, { exact: true }).click();
        await officer.page.getByText('Ikke gemt endnu.').waitFor();
      },
      press: button('Gem svar'),
      sends: /\/poll\/answer$/,
      done: told('Dit svar er gemt.'),
    });
    const target = await slot(officer.page, 0).getByText('Ja', { exact: true }).evaluate((one) => one.closest('label')!.getBoundingClientRect().toJSON() as { width: number; height: number });
    expect([target.width >= 44, target.height >= 44]).toEqual([true, true]);
    await look(officer, 'poll-participant');
    // Held in her calendar until then.
    await officer.page.setViewportSize(narrow);
    await officer.open('/moeder');
    await officer.page.getByText('2 tider er holdt, indtil afstemninger er slut').waitFor();
    await officer.open(`/kalender?dato=${inDays(21)}`);
    await officer.page.getByRole('link', { name: /\(holdt\)$/ }).first().waitFor();
    await look(officer, 'poll-calendar');

    // A link for the school, to be passed on.
    await page.setViewportSize(wide);
    await trial(visitor, {
      fill: async () => {
        await pressed(page.getByRole('button', { name: 'Giv et link til at svare' }));
        await page.getByLabel('Hvem er linket til').fill('Skoleleder, Prøveskolen');
      },
      press: button('Lav linket'),
      sends: /\/poll\/outsiders$/,
      field: 'name',
      done: appears((to) => to.getByRole('heading', { name: 'Send linket videre' })),
    });
    const letter = await page.getByLabel('Tekst til at sende').inputValue();
    const link = /https?:\S+\/afstemning#\S+/.exec(letter)![0];
    await look(visitor, 'poll-link');
    await page.setViewportSize(wide);
    await pressed(page.getByRole('button', { name: 'Jeg har sendt linket' }));
    expect(await hasFocus(page.getByRole('button', { name: 'Giv et link til at svare' }))).toBe(true);

    const outsider = await Visitor.arrive(chromium, product.origin, { script: axe, viewport: narrow });
    await outsider.open(link.replace(product.origin, '').replace(/^https?:\/\/[^/]+/, ''));
    await trial(outsider, {
      fill: async () => {
        await outsider.page.getByRole('heading', { level: 1, name: 'Hvornår kan du?' }).waitFor();
        // By the keys of a group of choices.
        await outsider.tabTo(slot(outsider.page, 0).getByRole('radio', { name: 'Ja' }));
        await outsider.page.keyboard.press('Space');
        await outsider.tabTo(slot(outsider.page, 1).getByRole('radio', { name: 'Ja' }));
        await outsider.page.keyboard.press('ArrowRight');
        await slot(outsider.page, 2).getByText('Nej', { exact: true }).click();
      },
      press: button('Gem svar'),
      sends: /\/poll-links\/answer$/,
      done: told('Dit svar er gemt.'),
    });
    expect(await slot(outsider.page, 1).getByRole('radio', { name: 'Hvis nødvendigt' }).isChecked()).toBe(true);
    await look(outsider, 'poll-outsider');
    await outsider.page.setViewportSize(narrow);
    await outsider.page.getByRole('button', { name: /English/ }).click();
    await outsider.page.getByRole('heading', { level: 1, name: 'When can you come?' }).waitFor();
    // Loaded anew it is still there, and the browser keeps nothing beside the address.
    await outsider.page.reload();
    await outsider.page.getByText(/You answered on|Du svarede/).waitFor();

    // The coordinator sees who can, and holds it at the time that suits most.
    await page.getByText('2 af 3 har svaret', { exact: false }).waitFor();
    const table = page.getByRole('region', { name: 'Hvem kan hvornår' });
    await table.getByRole('row', { name: /Skoleleder, Prøveskolen/ }).getByText('hvis nødvendigt').waitFor();
    await look(visitor, 'poll-lead');
    await page.setViewportSize(wide);
    await page.getByText('Passer flest').waitFor();
    await trial(visitor, {
      fill: async () => {
        await pressed(page.getByRole('listitem').filter({ hasText: 'Passer flest' }).getByRole('button', { name: /^Vælg denne tid/ }));
        await page.getByRole('textbox', { name: 'Begrundelse' }).fill('Flest kan');
      },
      press: button('Flyt mødet hertil'),
      sends: /\/poll\/choose$/,
      field: 'reason',
      done: told(/Afstemningen er slut\. Valgt: /),
    });
    await look(visitor, 'poll-chosen');
    await outsider.page.reload();
    await outsider.page.getByRole('alert').filter({ hasText: /The link is not valid|Linket gælder ikke/ }).waitFor();
    await officer.open('/beskeder');
    await officer.page.getByText('Et møde er flyttet').first().waitFor();
    expect([visitor, officer].flatMap(({ complaints }) => complaints.filter((one) => !/Failed to load resource/.test(one)))).toEqual([]);
  }, 240_000);

  it('[PO1, PO8] calls a new meeting, whose time is nobody’s until it is chosen', async () => {
    const visitor = await Visitor.arrive(chromium, product.origin, { script: axe });
    const { page } = visitor;
    await visitor.beSignedIn(people.coordinator);
    await visitor.open('/serier/ny');
    await page.getByRole('radio', { name: 'Én gang' }).check();
    await page.getByLabel('Titel').fill('Møde uden tid');
    await page.getByRole('checkbox', { name: people.officer.name }).check();
    await page.getByRole('checkbox', { name: /^Tidspunktet er ikke fastlagt/ }).check();
    for (const days of [30, 31]) {
      await page.getByLabel('Dato').fill(inDays(days));
      await page.getByRole('button', { name: 'Tilføj tid' }).click();
    }
    await look(visitor, 'poll-new');
    await page.setViewportSize(wide);
    await page.getByRole('button', { name: 'Begynd afstemningen' }).click();
    await page.getByText('Tidspunktet er ikke valgt endnu').waitFor();
    await page.getByRole('link', { name: 'Møde uden tid' }).click();
    await page.getByText('Tidspunktet vælges ved en afstemning').waitFor();
    await look(visitor, 'poll-draft');
    await page.setViewportSize(wide);
    await page.getByRole('link', { name: 'Svar, hvornår du kan' }).click();
    await page.getByRole('button', { name: /^Vælg denne tid/ }).first().click();
    await page.getByRole('button', { name: 'Indkald til denne tid' }).click();
    await page.getByText(/Afstemningen er slut\. Valgt: /).waitFor();
    await page.getByRole('link', { name: 'Møde uden tid' }).click();
    await page.getByText(/ kl\.\s.*\(uge\s/).first().waitFor();
  }, 60_000);

  /** A poll on two times, begun elsewhere. */
  const begun = (visitor: Visitor, meetingId: string) =>
    visitor.ask<{ poll: { id: string } }>('POST', `/api/v1/meetings/${meetingId}/poll`, { slots: [`${inDays(20)}T09:00`, `${inDays(21)}T09:00`], durationMinutes: 60, answerBy: inDays(5) });

  it('[PO4] knows what is stored: chosen back there is nothing to save, and what was stored elsewhere can be kept', async () => {
    const coordinator = await Visitor.arrive(chromium, product.origin);
    await coordinator.beSignedIn(people.coordinator);
    const { meetingId } = await stageMeeting(coordinator, people.officer.name);
    const { poll } = await begun(coordinator, meetingId);
    const officer = await Visitor.arrive(chromium, product.origin);
    const { page } = officer;
    await officer.beSignedIn(people.officer);
    await officer.open(`/moeder/${meetingId}/afstemning`);
    const ballot = page.getByRole('form', { name: 'Dit svar' });
    const pick = (n: number, choice: string) => slot(page, n).getByText(choice, { exact: true }).click();
    const save = ballot.getByRole('button', { name: 'Gem svar' });
    for (const n of [0, 1]) await pick(n, 'Ja');
    await save.click();
    await ballot.getByText('Dit svar er gemt.').waitFor();
    await pick(0, 'Nej');
    await ballot.getByText('Ikke gemt endnu.').waitFor();
    await pick(0, 'Ja');
    await ballot.getByText(/^Du svarede .* Svaret kan ændres\.$/).waitFor();
    expect(await save.getAttribute('aria-disabled')).toBe('true');

    // On her phone she is quicker, and what stood on the screen is what stands no more.
    const quicker = (choices: string[]) =>
      page.route(
        '**/poll/answer',
        async (route) => {
          await officer.ask('PUT', `/api/v1/meetings/${meetingId}/poll/answer`, { pollId: poll.id, choices });
          await route.continue();
        },
        { times: 1 },
      );
    await quicker(['ifNeedBe', 'no']);
    await pick(0, 'Nej');
    await save.click();
    const choice = ballot.getByRole('alert');
    await choice.getByText('Hvis nødvendigt').waitFor();
    await choice.getByRole('button', { name: 'Behold det, der står nu' }).click();
    await choice.waitFor({ state: 'detached' });
    expect([await slot(page, 0).getByRole('radio', { name: 'Hvis nødvendigt' }).isChecked(), await slot(page, 1).getByRole('radio', { name: 'Nej' }).isChecked()]).toEqual([true, true]);
    await ballot.getByText(/^Du svarede /).waitFor();

    // Or what was chosen here is, without a second refusal.
    await quicker(['yes', 'yes']);
    await pick(0, 'Nej');
    await save.click();
    await choice.getByRole('button', { name: 'Gem det, jeg har valgt her' }).click();
    await ballot.getByText('Dit svar er gemt.').waitFor();
    expect([await choice.count(), await slot(page, 0).getByRole('radio', { name: 'Nej' }).isChecked()]).toEqual([0, true]);
  }, 60_000);

  it('[PO1] keeps what was typed for a poll when a colleague begins hers first', async () => {
    const visitor = await Visitor.arrive(chromium, product.origin, { script: axe });
    const { page } = visitor;
    await visitor.beSignedIn(people.coordinator);
    const { meetingId } = await stageMeeting(visitor, people.officer.name);
    await visitor.open(`/moeder/${meetingId}/afstemning`);
    const form = page.getByRole('form', { name: 'Spørg, hvornår mødet kan holdes' });
    const begin = form.getByRole('button', { name: 'Begynd afstemningen' });
    const notice = form.getByRole('alert').filter({ hasText: 'Der er begyndt en afstemning om mødet' });
    const add = async (days: number) => {
      await form.getByLabel('Dato').fill(inDays(days));
      await form.getByRole('button', { name: 'Tilføj tid' }).click();
    };
    await add(30);
    const minutes = form.getByLabel('Varighed i minutter');
    await minutes.fill('45');
    const { poll } = await begun(visitor, meetingId);
    await page.getByRole('form', { name: 'Dit svar' }).waitFor();
    await notice.waitFor();
    expect([await minutes.inputValue(), await hasFocus(minutes), await form.getByRole('list', { name: 'Tider, der spørges om' }).getByRole('listitem').count(), await begin.getAttribute('aria-disabled')]).toEqual(['45', true, 1, 'true']);
    await look(visitor, 'poll-goes-on');
    await page.setViewportSize(wide);

    // Hers is over: the form goes on where it was.
    await visitor.ask('POST', `/api/v1/meetings/${meetingId}/poll/withdraw`, { pollId: poll.id });
    await notice.waitFor({ state: 'detached' });
    await add(31);
    await begin.click();
    await form.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Hvor mange kan' }).getByRole('listitem').nth(1).waitFor();

    // Or it is let go.
    const own = (await visitor.ask<{ poll: { id: string } }>('GET', `/api/v1/meetings/${meetingId}/poll`)).poll.id;
    await visitor.ask('POST', `/api/v1/meetings/${meetingId}/poll/withdraw`, { pollId: own });
    await form.waitFor();
    expect(await minutes.inputValue()).toBe('60');
    await add(32);
    await begun(visitor, meetingId);
    await notice.getByRole('button', { name: 'Kassér det, jeg har skrevet' }).click();
    await form.waitFor({ state: 'detached' });
    expect(await hasFocus(page.getByRole('heading', { name: 'Hvor mange kan' }))).toBe(true);
    expect(visitor.complaints).toEqual([]);
  }, 60_000);
});
