import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { Product } from '../support/product.js';
import { axe, violations } from './support/axe.js';
import { focusKept } from './support/focus.js';
import { inDays, stageMeeting, type StagedMeeting } from './support/staging.js';
import { eventually, hasFocus, launchChromium, narrow, people, Visitor, wide } from './support/visitor.js';

/** Nothing here presses a mouse: what is done is done by Tab, arrows, Space, Enter and letters. */
let product: Product;
let browser: Browser;
let coordinator: Visitor;
let officer: Visitor;
let staged: StagedMeeting;

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  browser = await launchChromium();
  [coordinator, officer] = (await Promise.all([1, 2].map(() => Visitor.arrive(browser, product.origin, { script: axe })))) as [Visitor, Visitor];
  await coordinator.beSignedIn(people.coordinator);
  await officer.beSignedIn(people.officer);
  staged = await stageMeeting(coordinator, people.officer.name);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

/** Walks on from where the focus is. */
async function reach(visitor: Visitor, target: Locator): Promise<void> {
  await target.waitFor();
  if (!(await hasFocus(target))) await visitor.tabTo(target);
}
async function press(visitor: Visitor, target: Locator, key = 'Enter'): Promise<void> {
  await reach(visitor, target);
  await visitor.page.keyboard.press(key);
}
const takesFocus = (target: Locator) => eventually('it takes focus by itself', () => hasFocus(target), Boolean);

/** Nothing to complain of, as wide and as narrow as pages are made for. */
async function isFine(visitor: Visitor): Promise<void> {
  for (const size of [narrow, wide]) {
    await visitor.page.setViewportSize(size);
    expect([size.width, await violations(visitor), await visitor.overflow()]).toEqual([size.width, [], 0]);
  }
}

const nextYear = Number(inDays(0).slice(0, 4)) + 1;
/** Day and month alike: which comes first is the machine's choice. */
const someDay = `1212${nextYear}`;
const reader = async (authorityId: string, name: string) => {
  const { people: found } = await coordinator.ask<{ people: { name: string; id: string; membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(authorityId)}/people`);
  return found.find((one) => one.name === name)!;
};

describe('by the keyboard alone', () => {
  it('minutes are sent, changed on request and approved, and focus stays near what was done', async () => {
    const { membershipId } = await reader('policeDistrict:nordsjaelland', people.officer.name);
    // A meeting that began at midnight: the product runs on the real clock here.
    const meeting = await coordinator.ask<{ id: string; outline: { item: { id: string; title: string } }[] }>('POST', '/api/v1/meetings', {
      kindId: 'section115HandoverMeeting',
      startLocal: `${inDays(0)}T00:00`,
      durationMinutes: 60,
      authorityIds: ['policeDistrict:nordsjaelland'],
      participantMembershipIds: [membershipId],
    });
    const { page } = coordinator;
    await Promise.all([coordinator, officer].map((one) => one.open(`/moeder/${meeting.id}/referat`)));
    await press(coordinator, page.getByRole('button', { name: 'Send til godkendelse' }));
    await takesFocus(page.getByLabel('Svar senest'));
    await press(coordinator, page.getByRole('button', { name: 'Send nu' }));
    await page.getByRole('status').getByText('Til godkendelse').waitFor();
    expect(await focusKept(coordinator, 'sending')).toContain('approval-panel');
    await isFine(coordinator);

    const item = meeting.outline[1]!.item;
    const ask = officer.page.getByRole('button', { name: `Bed om ændring: 2 ${item.title}` });
    await press(officer, ask);
    await takesFocus(officer.page.getByLabel('Hvad skal ændres'));
    // Left and taken up again: the way back is where one came from.
    await officer.page.keyboard.press('Escape');
    await takesFocus(ask);
    await officer.page.keyboard.press('Enter');
    await takesFocus(officer.page.getByLabel('Hvad skal ændres'));
    await officer.page.keyboard.type('Datoen mangler.');
    await press(officer, officer.page.getByRole('button', { name: 'Send anmodningen' }));
    await officer.page.getByText('Åbnet igen: der er bedt om en ændring').waitFor();
    await focusKept(officer, 'asking for a change');
    await isFine(officer);

    await page.getByText('Datoen mangler.').first().waitFor();
    await press(coordinator, page.getByRole('button', { name: 'Send punktet igen' }));
    const answer = page.getByRole('textbox', { name: /^Svar/ });
    await takesFocus(answer);
    await coordinator.tabTo(page.getByLabel('Teksten er ændret'), 'Shift+Tab');
    await page.keyboard.press('ArrowDown');
    expect(await page.getByLabel('Teksten er ikke ændret').isChecked()).toBe(true);
    await coordinator.tabTo(answer);
    await page.keyboard.type('Den står i indkaldelsen.');
    await press(coordinator, page.getByRole('button', { name: 'Send punktet igen' }));
    await page.getByText('Åbnet igen: der er bedt om en ændring').waitFor({ state: 'detached' });
    await focusKept(coordinator, 'sending it again');

    for (const visitor of [officer, coordinator]) {
      const approve = visitor.page.getByRole('button', { name: 'Godkend', exact: true });
      await visitor.page.getByText('Åbnet igen: der er bedt om en ændring').waitFor({ state: 'detached' });
      // It is locked again first.
      await visitor.page.getByText('Punktet låses netop nu.').waitFor({ state: 'detached' });
      await press(visitor, approve);
      await approve.waitFor({ state: 'detached' });
      expect(await focusKept(visitor, 'approving')).toContain('approval-panel');
    }
    await officer.page.getByRole('status').getByText('Godkendt').waitFor();
    for (const visitor of [officer, coordinator]) await isFine(visitor);
  });

  it('follow-ups are done, overtaken and handed over on “Opfølgning”, to the last one', async () => {
    const { id } = await reader('policeDistrict:nordsjaelland', people.officer.name);
    const promised = ['Ringer til skolen.', 'Skriver til familien.', 'Finder en vagt.'] as const;
    for (const [n, text] of promised.entries()) await coordinator.ask('POST', `/api/v1/items/${staged.items[4]!.id}/follow-ups`, { text, ownerPersonId: id, deadline: inDays(14 + n) });
    const { page } = officer;
    await officer.open('/opfoelgning');
    const answer = async (text: string, downs: number, what: string) => {
      await press(officer, page.getByRole('button', { name: new RegExp(`^Svar ?: ${text}`) }));
      const form = page.getByRole('form', { name: `Svar på “${text}”` });
      await takesFocus(form.getByRole('radio').first());
      for (let n = 0; n < downs; n += 1) await page.keyboard.press('ArrowDown');
      expect(await form.getByRole('radio', { name: what, exact: true }).isChecked()).toBe(true);
      return form;
    };
    const isGone = async (text: string, after: string) => {
      await page.getByText(text, { exact: true }).waitFor({ state: 'detached' });
      return focusKept(officer, after);
    };

    await press(officer, (await answer(promised[0], 0, 'Udført')).getByRole('button', { name: 'Gem svar' }));
    expect(await isGone(promised[0], 'done')).toMatch(/^<ul class="[^"]*follow-ups/);

    const overtaken = await answer(promised[1], 2, 'Overhalet');
    // Without a reason it is refused, and the way to the field is one key.
    await press(officer, overtaken.getByRole('button', { name: 'Gem svar' }));
    await takesFocus(overtaken.getByRole('alert'));
    await press(officer, overtaken.getByRole('alert').getByRole('link', { name: /Hvorfor/ }));
    await takesFocus(overtaken.getByLabel('Hvorfor'));
    await page.keyboard.type('Kommunen har skrevet.');
    await isFine(officer);
    await press(officer, overtaken.getByRole('button', { name: 'Gem svar' }));
    await isGone(promised[1], 'overtaken');

    const handed = await answer(promised[2], 3, 'Givet videre');
    const owner = handed.getByLabel('Ny ansvarlig');
    // Who can have it is asked for when the field is shown.
    await owner.getByRole('option', { name: /^Skabelon Demosen/ }).waitFor({ state: 'attached' });
    await reach(officer, owner);
    const chosen = () => owner.evaluate((select: { selectedOptions: ArrayLike<{ textContent: string }> }) => select.selectedOptions[0]?.textContent ?? '');
    for (let n = 0; n < 20 && !(await chosen()).startsWith('Skabelon'); n += 1) await page.keyboard.press('ArrowDown');
    expect(await chosen()).toMatch(/^Skabelon Demosen/);
    await reach(officer, handed.getByLabel('Hvorfor'));
    await page.keyboard.type('Jeg har fri.');
    await press(officer, handed.getByRole('button', { name: 'Gem svar' }));
    expect(await isGone(promised[2], 'handed over')).toContain('<section');
    await page.getByText('Du har ingen åbne opfølgninger.').waitFor();

    await officer.tabTo(page.getByRole('button', { name: 'Afsluttede' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    for (const text of promised) await page.getByText(text, { exact: true }).waitFor();
    await page.getByText('Kommunen har skrevet.').waitFor();
    await page.getByText('Jeg har fri.').waitFor();
    await focusKept(officer, 'looking at what is closed');
    await isFine(officer);
    const { followUps } = await coordinator.ask<{ followUps: { text: string; state: string; owner: { name: string } }[] }>('GET', '/api/v1/follow-ups?scope=mine&open=true');
    expect(followUps.filter((one) => one.text === promised[2]).map((one) => [one.state, one.owner.name])).toEqual([['open', people.coordinator.name]]);
  });

  it('an item is closed to an authority, and opened to it again behind what that shows to whom', async () => {
    const { page } = coordinator;
    const path = `/moeder/${staged.meetingId}/punkt/${staged.items[3]!.id}`;
    await Promise.all([coordinator, officer].map((one) => one.open(path)));
    await officer.page.getByRole('textbox', { name: 'Referat', exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Referat', exact: true }).waitFor();
    const police = page.getByRole('checkbox', { name: 'Alle fra Nordsjællands Politi' });
    await press(coordinator, page.getByRole('button', { name: 'Begræns adgang' }));
    await takesFocus(page.getByRole('radio', { name: 'Kun udvalgte' }));
    await press(coordinator, police, 'Space');
    await page.getByText('Kan ikke længere se punktet: Prøve Betjentsen, Nordsjællands Politi.').waitFor();
    await isFine(coordinator);
    await press(coordinator, page.getByRole('button', { name: 'Gem adgang' }));
    await officer.page.getByText('Punktet kan ikke vises').waitFor();
    const again = page.getByRole('button', { name: 'Ændr adgang' });
    await takesFocus(again);
    await focusKept(coordinator, 'narrowing');

    await page.keyboard.press('Enter');
    await takesFocus(page.getByRole('radio', { name: 'Kun udvalgte' }));
    await press(coordinator, police, 'Space');
    await press(coordinator, page.getByRole('button', { name: 'Gem adgang' }));
    const dialog = page.getByRole('form', { name: 'Bekræft, hvad der bliver synligt' });
    await takesFocus(dialog.getByRole('textbox'));
    await dialog.getByText(`For: ${people.officer.name}`).waitFor();
    await isFine(coordinator);
    // Back to the choice, which still stands, and on.
    await page.keyboard.press('Escape');
    await takesFocus(page.getByRole('button', { name: 'Gem adgang' }));
    expect(await police.isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await takesFocus(dialog.getByRole('textbox'));
    await page.keyboard.type('De hjælper familien.');
    await press(coordinator, dialog.getByRole('button').first());
    await officer.page.getByText('Punktet kan ikke vises').waitFor({ state: 'detached' });
    await takesFocus(again);
    await focusKept(coordinator, 'opening it');
    await isFine(coordinator);
  });

  it('a consultation gets a step in its sequence plan and one in its informing plan', async () => {
    const [chair, police] = (await Promise.all([1, 2].map(() => Visitor.arrive(browser, product.origin, { script: axe })))) as [Visitor, Visitor];
    await chair.beSignedIn({ name: 'Øvelse Koordinatsen' });
    await police.beSignedIn({ name: 'Eksempla Vagtlund' });
    const [caseworker, other] = [await reader('municipality:219', 'Testine Prøvegaard'), await reader('policeDistrict:nordsjaelland', 'Eksempla Vagtlund')];
    const { id, outline } = await chair.ask<{ id: string; outline: { item: { id: string; title: string } }[] }>('POST', '/api/v1/meetings', {
      kindId: 'caseConsultation',
      startLocal: `${inDays(2)}T10:00`,
      durationMinutes: 60,
      authorityIds: ['municipality:219', 'policeDistrict:nordsjaelland'],
      participantMembershipIds: [caseworker.membershipId, other.membershipId],
    });
    const { page } = chair;
    const plans = [
      { item: 'Fælles rækkefølge', plan: 'Rækkefølgeplan', opens: 'Trin i rækkefølgeplanen', kind: 'Hvad sker der', first: 'B', words: ['Beskriv trinnet', 'Samtale på skolen uden forældre'], more: ['Tryghedsperson', 'mormor'], told: 'Med mormor' },
      { item: 'Hvem må vide hvad', plan: 'Orienteringsplan', opens: 'Trin i orienteringsplanen', kind: 'Hvem orienteres', first: 'F', words: ['Hvad må de få at vide', 'At der er en anmeldelse'], more: ['Venter på', 'pol'], told: 'Ikke før politiet har givet besked' },
    ] as const;
    for (const { item, plan, opens, kind, first, words, more, told } of plans) {
      const path = `/moeder/${id}/punkt/${outline.find((one) => one.item.title.startsWith(item))!.item.id}`;
      await Promise.all([chair, police].map((one) => one.open(path)));
      await page.getByRole('textbox', { name: 'Referat', exact: true }).waitFor();
      const opener = page.getByRole('button', { name: opens });
      await press(chair, opener);
      const form = page.getByRole('region', { name: opens });
      await takesFocus(form.getByLabel(kind));
      await page.keyboard.type(first);
      await form.getByLabel('Hvem gør det').getByRole('option', { name: /^Testine/ }).waitFor({ state: 'attached' });
      await reach(chair, form.getByLabel('Hvem gør det'));
      await page.keyboard.type('Tes');
      await reach(chair, form.getByLabel(words[0]));
      await page.keyboard.type(words[1]);
      await reach(chair, form.getByLabel('Hvilken dag'));
      await page.keyboard.type(someDay);
      await reach(chair, form.getByLabel(more[0]));
      await page.keyboard.type(more[1]);
      await isFine(chair);
      await press(chair, form.getByRole('button', { name: 'Gem trin' }));
      for (const visitor of [chair, police]) {
        const step = visitor.page.getByRole('region', { name: plan, exact: true }).getByRole('listitem');
        await step.getByText(words[1], { exact: true }).waitFor();
        await step.getByText(told).waitFor();
      }
      // Whoever writes one step writes the next.
      await takesFocus(opener);
      await focusKept(chair, `a step in ${plan}`);
      await isFine(chair);
    }
    for (const visitor of [chair, police]) await visitor.context.close();
  });

  it('and no browser complained', () => {
    // Answered as it should be: what was refused on purpose.
    for (const visitor of [coordinator, officer]) expect(visitor.complaints.filter((one) => !/400.*follow-ups\/[^/]*\/state|404.*\/items\//.test(one))).toEqual([]);
  });
});
