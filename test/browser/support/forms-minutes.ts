import type { Page } from 'playwright-core';
import { appears, button, type FormRow, gone, minutes, press, shows, type Stage, told } from './form-row.js';
import { inDays } from './staging.js';
import { people } from './visitor.js';

const chair = { name: 'Øvelse Koordinatsen' };
const plan = (stage: Stage) => `/moeder/${stage.consultation.meetingId}/punkt/${stage.consultation.items.find(({ title }) => title.startsWith('Fælles rækkefølge'))!.id}`;
/** Minutes of which the coordinator has asked for a change. */
async function withChangeRequest(stage: Stage): Promise<string> {
  const of = `/api/v1/meetings/${stage.sent.meetingId}/minutes`;
  const { parts } = await stage.coordinator.ask<{ parts: { itemId: string | null; version: number; canRequestChange: boolean }[] }>('GET', of);
  const { itemId, version } = parts.find((part) => part.itemId !== null && part.canRequestChange)!;
  await stage.coordinator.ask('POST', `${of}/change-requests`, { itemId, version, text: 'Klokkeslættet mangler.' });
  return minutes('sent')(stage);
}
async function fillStep(page: Page): Promise<void> {
  const form = page.getByRole('region', { name: /Trin i rækkefølgeplanen|Ret trin/ });
  await form.getByLabel('Hvad sker der').selectOption({ index: 1 });
  await form.getByLabel('Hvem gør det').selectOption({ index: 1 });
  await form.getByLabel('Beskriv trinnet').fill('Samtale på skolen');
  await form.getByLabel('Hvilken dag').fill(inDays(5));
  await form.getByLabel('Klokken').fill('09:30');
  await form.getByLabel(/^Hvor \(/).fill('Skolen');
  await form.getByLabel('Tryghedsperson').fill('mormor');
}

/** What comes of a meeting: minutes, filing, stops of a deletion, plans. */
export const minutesForms: FormRow[] = [
  {
    name: 'minutes sent for approval',
    of: ['minutes/approval-panel.tsx', 'minutes/use-minutes.ts'],
    who: people.coordinator,
    path: minutes('held'),
    fill: async (page) => {
      await press('Send til godkendelse')(page);
      await page.getByLabel('Svar senest').fill(inDays(8));
    },
    press: button('Send nu'),
    sends: /\/minutes\/send$/,
    field: 'due',
    done: told('Til godkendelse'),
  },
  {
    name: 'reminder of the minutes',
    of: ['minutes/approval-panel.tsx'],
    who: people.coordinator,
    path: minutes('sent'),
    fill: (page) => page.getByRole('button', { name: /Mind dem om det: Nordsjællands/ }).waitFor(),
    press: (page) => page.getByRole('button', { name: /Mind dem om det: Nordsjællands/ }),
    sends: /\/minutes\/reminders$/,
    done: shows('Mindet om det'),
  },
  {
    name: 'change of the minutes asked for',
    of: ['minutes/part-actions.tsx', 'minutes/text-form.tsx'],
    who: people.officer,
    path: minutes('sent'),
    fill: async (page) => {
      await page.getByRole('button', { name: /^Bed om ændring: 2 / }).click();
      await page.getByLabel('Hvad skal ændres').fill('Datoen er den 3.');
    },
    press: button('Send anmodningen'),
    sends: /\/minutes\/change-requests$/,
    field: 'text',
    done: shows('Åbnet igen: der er bedt om en ændring'),
  },
  {
    name: 'item of the minutes sent again',
    of: ['minutes/part-actions.tsx'],
    who: people.coordinator,
    path: minutes('sent'),
    fill: async (page) => {
      await press('Send punktet igen')(page);
      await page.getByLabel('Teksten er ikke ændret').check();
      await page.getByLabel('Svar', { exact: true }).fill('Datoen er rigtig.');
    },
    press: button('Send punktet igen'),
    sends: /\/minutes\/resend$/,
    field: 'text',
    done: gone(button('Send punktet igen')),
  },
  {
    name: 'minutes approved',
    of: ['minutes/approval-panel.tsx'],
    who: people.officer,
    path: minutes('sent'),
    fill: (page) => button('Godkend')(page).waitFor(),
    press: button('Godkend'),
    sends: /\/minutes\/approve$/,
    done: gone(button('Godkend')),
  },
  {
    name: 'asking for a change of the minutes taken back',
    of: ['minutes/part-actions.tsx'],
    who: people.coordinator,
    path: withChangeRequest,
    fill: (page) => button('Træk anmodningen tilbage')(page).waitFor(),
    press: button('Træk anmodningen tilbage'),
    sends: /\/minutes\/change-requests\/[^/]+\/withdraw$/,
    done: gone(button('Træk anmodningen tilbage')),
  },
  {
    name: 'minutes taken back',
    of: ['minutes/approval-panel.tsx'],
    who: people.coordinator,
    path: minutes('sent'),
    fill: async (page) => {
      await press('Træk tilbage')(page);
      await page.getByLabel('Begrundelse').fill('Et punkt mangler.');
    },
    press: button('Træk tilbage'),
    sends: /\/minutes\/withdraw$/,
    field: 'reason',
    done: appears(button('Send til godkendelse')),
  },
  {
    name: 'addendum',
    of: ['minutes/part-actions.tsx'],
    who: people.coordinator,
    path: minutes('approved'),
    fill: async (page) => {
      await page.getByRole('button', { name: /^Tilføj tillæg: 1 / }).click();
      await page.getByLabel('Tillæg', { exact: true }).fill('Mødet sluttede kl. 14.');
    },
    press: button('Gem tillægget'),
    sends: /\/minutes\/addenda$/,
    field: 'text',
    done: shows('Mødet sluttede kl. 14.'),
  },
  {
    name: 'filing',
    of: ['retention/filing-form.tsx', 'retention/use-retention.ts'],
    who: people.coordinator,
    path: minutes('approved'),
    fill: async (page) => {
      await page.getByRole('button', { name: 'Bekræft journalisering' }).click();
      await page.getByLabel('Sag eller dokument i jeres system').fill('ESDH 2026-4711');
    },
    press: button('Bekræft'),
    sends: /\/filings$/,
    field: 'reference',
    done: shows('Journalnummer: ESDH 2026-4711'),
  },
  {
    name: 'filing taken back',
    of: ['retention/filing-form.tsx', 'retention/retention-panel.tsx'],
    who: people.coordinator,
    path: minutes('approved'),
    fill: async (page) => {
      await page.getByRole('button', { name: 'Ret journaliseringen' }).click();
      await page.getByLabel('Sag eller dokument i jeres system').fill('ESDH 2026-4712');
    },
    press: button('Det er ikke journaliseret alligevel'),
    sends: /\/filings\/retract$/,
    done: told('Referatet står igen som ikke journaliseret.'),
  },
  {
    name: 'stop of a deletion',
    of: ['retention/hold-part.tsx'],
    who: people.coordinator,
    path: minutes('approved'),
    fill: async (page) => {
      await page.getByRole('button', { name: 'Stop sletningen' }).click();
      await page.getByLabel('Hvorfor skal indholdet bevares?').fill('Der er en klagesag.');
    },
    press: button('Stop sletningen'),
    sends: /\/holds$/,
    field: 'reason',
    done: shows('Der er en klagesag.'),
  },
  {
    name: 'end of a stop',
    of: ['retention/hold-part.tsx'],
    who: people.coordinator,
    path: minutes('approved'),
    fill: async (page) => {
      await page.getByRole('button', { name: 'Ophæv stoppet' }).click();
      await page.getByLabel('Hvorfor er der ikke længere brug for det?').fill('Klagesagen er afgjort.');
    },
    press: button('Ophæv stoppet'),
    sends: /\/release$/,
    field: 'reason',
    done: shows('Klagesagen er afgjort.'),
  },
  {
    name: 'step of a plan',
    of: ['plans/step-form.tsx'],
    who: chair,
    path: plan,
    fill: async (page) => {
      await press('Trin i rækkefølgeplanen')(page);
      await fillStep(page);
    },
    press: button('Gem trin'),
    sends: /\/items\/[^/]+\/plan-steps$/,
    field: 'trustedAdult',
    done: shows('Planen er gemt'),
  },
  {
    name: 'step of a plan changed',
    of: ['plans/step-form.tsx'],
    who: chair,
    path: plan,
    fill: async (page) => {
      await page.getByRole('button', { name: /^Ret ?: Samtale/ }).click();
      await fillStep(page);
    },
    press: button('Gem trin'),
    sends: /\/plan-steps\/[^/]+$/,
    field: 'text',
    done: told('Planen er gemt'),
  },
  {
    name: 'order of a plan',
    of: ['plans/plan-steps.tsx'],
    who: chair,
    path: plan,
    fill: async (page) => {
      await press('Trin i rækkefølgeplanen')(page);
      await fillStep(page);
      await press('Gem trin')(page);
      await button('Flyt trin 2 op')(page).waitFor();
    },
    press: button('Flyt trin 2 op'),
    sends: /\/plan-steps\/[^/]+\/position$/,
    done: told('Trinnet er nu nummer 1'),
  },
  {
    name: 'step of a plan withdrawn',
    of: ['plans/plan-steps.tsx'],
    who: chair,
    path: plan,
    fill: async (page) => {
      await page.getByRole('button', { name: /^Tag ud ?: / }).first().click();
      await page.getByLabel('Hvorfor tages trinnet ud').fill('Barnet er flyttet');
    },
    press: button('Tag trinnet ud'),
    sends: /\/plan-steps\/[^/]+\/withdraw$/,
    field: 'reason',
    done: gone(button('Tag trinnet ud')),
  },
];
