import type { Page } from 'playwright-core';
import { appears, button, type FormRow, gone, item, meeting, press, shows, told } from './form-row.js';
import { proposalForms } from './forms-item.js';
import { inDays } from './staging.js';
import { people } from './visitor.js';

const heldBack = (page: Page) => page.getByRole('heading', { name: /^CPR-nummer holdes tilbage/ });
/** Of a new one, and of one that corrects another. */
export async function fillDecision(page: Page): Promise<void> {
  await page.getByLabel('Beslutning', { exact: true }).fill('Kommunen kontakter familien.');
  await page.getByRole('textbox', { name: 'Begrundelse' }).fill('Politiet har mødt den unge to gange.');
  await page.getByLabel('Ansvarlig', { exact: true }).selectOption({ index: 1 });
  await page.getByLabel('Frist', { exact: true }).fill(inDays(20));
  await page.getByLabel('Sagsreference').fill('Sag 2026-014');
}

/** The agenda: items, who sees them, what is recorded at them, and sending it out. */
export const agendaForms: FormRow[] = [
  {
    name: 'new item',
    of: ['meetings/add-item.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: async (page) => {
      await press('Tilføj punkt')(page);
      await page.getByLabel('Titel').fill('Ungdomsklubben');
      await page.getByLabel('Minutter').fill('15');
      await page.getByLabel('Formål').selectOption({ index: 1 });
      await page.getByLabel('Overskrift').fill('Indsatser');
    },
    press: button('Tilføj punkt'),
    sends: /\/meetings\/[^/]+\/items$/,
    field: 'title',
    done: (page) => page.waitForURL(/\/punkt\//),
  },
  ...proposalForms,
  {
    name: 'child on a list',
    of: ['meetings/add-case.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: (page) => page.getByLabel('Sagsreference').first().fill('2026-077'),
    press: (page) => button('Tilføj barn')(page).first(),
    sends: /\/items\/[^/]+\/cases$/,
    field: 'caseReference',
    done: told('er tilføjet'),
  },
  {
    name: 'order of the agenda',
    of: ['meetings/use-reorder.ts'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: (page) => page.getByRole('button', { name: /^Flyt .* ned$/ }).first().waitFor(),
    press: (page) => page.getByRole('button', { name: /^Flyt .* ned$/ }).first(),
    sends: /\/items\/[^/]+\/move$/,
    done: told('er nu nr.'),
  },
  {
    name: 'frame of an item',
    of: ['meetings/frame-form.tsx'],
    who: people.coordinator,
    path: item(4),
    fill: async (page) => {
      await press('Ret')(page);
      await page.getByLabel('Rolle eller andre, der leder').fill('politiets repræsentant');
      await page.getByLabel('Minutter').fill('25');
      await page.getByRole('combobox', { name: /^Overskrift/ }).fill('Indsatser');
    },
    press: button('Gem'),
    sends: /\/items\/[^/]+\/frame$/,
    field: 'ledBy',
    done: told('Punktet er gemt'),
  },
  {
    name: 'audience of an item',
    of: ['meetings/audience-form.tsx', 'meetings/audience-panel.tsx'],
    who: people.coordinator,
    path: item(4),
    fill: async (page) => {
      await press('Begræns adgang')(page);
      await page.getByRole('checkbox', { name: 'Alle fra Nordsjællands Politi' }).uncheck();
    },
    press: button('Gem adgang'),
    sends: /\/items\/[^/]+\/audience$/,
    done: told('Adgangen er ændret'),
  },
  {
    name: 'audience put back',
    of: ['meetings/audience-panel.tsx'],
    who: people.coordinator,
    path: item(4),
    fill: async (page) => {
      await press('Ændr adgang')(page);
      await page.getByRole('radio', { name: 'Alle deltagere i mødet' }).check();
      await press('Gem adgang')(page);
      await page.getByLabel('Hvorfor har de brug for det?').fill('Politiet skal kende aftalen');
      await press('Giv adgang')(page);
      await button('Fortryd ændringen')(page).waitFor();
    },
    press: button('Fortryd ændringen'),
    sends: /\/items\/[^/]+\/audience$/,
    done: gone(button('Fortryd ændringen')),
  },
  {
    name: 'audience that is opened',
    of: ['meetings/disclosure-confirm.tsx', 'meetings/audience-panel.tsx'],
    who: people.coordinator,
    path: item(4),
    fill: async (page) => {
      await press('Ændr adgang')(page);
      await page.getByRole('radio', { name: 'Alle deltagere i mødet' }).check();
      await press('Gem adgang')(page);
      await page.getByLabel('Hvorfor har de brug for det?').fill('Politiet skal kende aftalen');
    },
    press: button('Giv adgang'),
    sends: /\/items\/[^/]+\/audience$/,
    field: 'disclosureReason',
    done: told('Adgangen er ændret'),
  },
  {
    name: 'legal basis of an authority',
    of: ['administration/legal-bases-page.tsx'],
    who: { name: 'Systema Adgangsen' },
    path: () => '/administration/hjemler',
    fill: async (page) => {
      await press('Ændr, hvad Samtykke omfatter')(page);
      await page.getByRole('checkbox', { name: 'skole' }).uncheck();
      await page.getByLabel('Grundlag for ændringen').fill('Direktionens beslutning');
    },
    press: button('Gem ny udgave'),
    sends: /\/administration\/legal-bases$/,
    field: 'source',
    done: told('er gemt i en ny udgave'),
  },
  {
    name: 'item that is not taken',
    of: ['meetings/item-state.tsx'],
    who: people.coordinator,
    path: item(1),
    fill: async (page) => {
      await page.waitForLoadState('networkidle');
      await press('Behandles ikke')(page);
      await page.getByLabel('Hvorfor behandles punktet ikke?').fill('Socialrådgiveren er syg');
    },
    press: button('Behandles ikke'),
    sends: /\/items\/[^/]+\/state$/,
    field: 'reason',
    done: appears(button('Åbn igen')),
  },
  {
    name: 'item that is taken up again',
    of: ['meetings/item-state.tsx'],
    who: people.coordinator,
    path: item(1),
    fill: async (page) => {
      await button('Åbn igen')(page).waitFor();
      // What of the item comes later moves what stands below it.
      await page.waitForLoadState('networkidle');
    },
    press: button('Åbn igen'),
    sends: /\/items\/[^/]+\/state$/,
    done: appears(button('Markér som behandlet')),
  },
  {
    name: 'decision',
    of: ['decisions/decision-form.tsx'],
    who: people.coordinator,
    path: item(4),
    fill: async (page) => {
      await page.getByRole('button', { name: 'Ny beslutning' }).click();
      await fillDecision(page);
    },
    press: button('Gem beslutning'),
    sends: /\/items\/[^/]+\/decisions$/,
    field: 'reasons',
    done: (page) => page.getByRole('link', { name: 'Kommunen kontakter familien.' }).first().waitFor(),
  },
  {
    name: 'follow-up',
    of: ['follow-ups/follow-up-form.tsx'],
    who: people.coordinator,
    path: item(4),
    fill: async (page) => {
      await page.getByRole('button', { name: 'Ny opfølgning' }).click();
      await page.getByLabel('Hvad skal gøres').fill('Skriv til skolen');
      await page.getByLabel('Ansvarlig', { exact: true }).selectOption({ index: 1 });
      await page.getByLabel('Frist', { exact: true }).fill(inDays(12));
      await page.getByLabel('Sagsreference').fill('Sag 2026-014');
    },
    press: button('Gem opfølgning'),
    sends: /\/items\/[^/]+\/follow-ups$/,
    field: 'deadline',
    done: shows('Skriv til skolen'),
  },
  {
    name: 'number that is none',
    of: ['collab/cpr-notice.tsx'],
    who: people.coordinator,
    path: item(3),
    fill: async (page) => {
      await page.locator('.save-status').filter({ hasText: /^\s*Gemt$/ }).waitFor();
      await page.getByRole('textbox', { name: 'Referat', exact: true }).click();
      await page.keyboard.type('Journal 010190-1234 er lukket');
      await heldBack(page).waitFor();
    },
    press: button('010190-1234 – det er ikke et CPR-nummer'),
    sends: /\/documents\/[^/]+\/not-cpr$/,
    done: gone(heldBack),
  },
  {
    name: 'documents of a meeting',
    of: ['documents/file-buttons.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: async (page) => {
      await press('Dokumenter')(page);
      await page.getByLabel('Lav dokumentet til').selectOption({ index: 1 });
    },
    press: (page) => page.getByRole('group', { name: 'Dagsorden' }).getByRole('button', { name: /Til læsning/ }),
    sends: /\/documents\/agenda\.pdf/,
    isFile: true,
    done: told('Dokumentet er hentet.'),
  },
  {
    name: 'agenda sent out',
    of: ['meetings/agenda-steps.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: (page) => button('Udsend dagsordenen')(page).waitFor(),
    press: button('Udsend dagsordenen'),
    sends: /\/agenda\/publish$/,
    done: told('Dagsordenen er udsendt'),
  },
  {
    name: 'items carried to the next meeting',
    of: ['meetings/carry.tsx'],
    who: people.coordinator,
    path: async (stage) => {
      const { version } = await stage.coordinator.ask<{ version: number }>('GET', `/api/v1/meetings/${stage.begun.meetingId}`);
      await stage.coordinator.ask('POST', `/api/v1/meetings/${stage.begun.meetingId}/agenda/start`, undefined, { 'If-Match': `"${version}"` });
      return meeting('begun')(stage);
    },
    fill: (page) => page.getByRole('group', { name: /Overfør til mødet/ }).getByRole('checkbox').first().check(),
    press: button('Overfør valgte punkter'),
    sends: /\/carry$/,
    done: told('er overført.'),
  },
];
