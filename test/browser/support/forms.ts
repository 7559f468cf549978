import type { Page } from 'playwright-core';
import { appears, button, type FormRow, gone, press, shows, type Stage, told } from './form-row.js';
import { itemForms, proposalForms } from './forms-item.js';
import { officeForms } from './forms-office.js';
import { dayAfter, inDays, stageDecision } from './staging.js';
import { people } from './visitor.js';

const chair = { name: 'Øvelse Koordinatsen' };
const heldBack = (page: Page) => page.getByRole('heading', { name: /^CPR-nummer holdes tilbage/ });
const meeting = (which: 'ahead' | 'begun' | 'held' | 'sent' | 'approved') => (stage: Stage) => `/moeder/${stage[which].meetingId}`;
const minutes = (which: 'held' | 'sent' | 'approved') => (stage: Stage) => `/moeder/${stage[which].meetingId}/referat`;
const item = (n: number, which: 'ahead' | 'begun' = 'ahead') => (stage: Stage) => `/moeder/${stage[which].meetingId}/punkt/${stage[which].items[n]!.id}`;
const decision = async (stage: Stage) => `/beslutninger/${await stageDecision(stage.coordinator, stage.ahead.items[4]!.id)}`;
const plan = (stage: Stage) => `/moeder/${stage.consultation.meetingId}/punkt/${stage.consultation.items.find(({ title }) => title.startsWith('Fælles rækkefølge'))!.id}`;

/** Another meeting of the series that lies ahead, in the week that it is in. */
const another = async ({ coordinator, ahead }: Stage) => (await coordinator.ask<{ occurrences: { meetingId: string; startLocal: string }[] }>('GET', `/api/v1/series/${ahead.seriesId}`)).occurrences[1]!;

async function withFollowUp(stage: Stage): Promise<string> {
  const { person } = await stage.coordinator.ask<{ person: { id: string } }>('GET', '/api/v1/session');
  await stage.coordinator.ask('POST', `/api/v1/items/${stage.ahead.items[6]!.id}/follow-ups`, { text: 'Ring til skolen', ownerPersonId: person.id, deadline: inDays(9) });
  return '/opfoelgning';
}
/** A meeting of a series that asks about holidays, on the next of them: nobody is called to it before the coordinator has said so. */
async function onHoliday({ coordinator }: Stage): Promise<string> {
  const police = 'policeDistrict:nordsjaelland';
  const { people: officers } = await coordinator.ask<{ people: { membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  const { holidays } = await coordinator.ask<{ holidays: { date: string }[] }>('GET', `/api/v1/holidays?from=${inDays(5)}&to=${inDays(300)}`);
  const frame = { kindId: 'section115HandoverMeeting', startLocal: `${holidays[0]!.date}T10:00`, durationMinutes: 60, authorityIds: [police], participantMembershipIds: [officers[0]!.membershipId], holidayPolicy: 'ask' };
  const { occurrences } = await coordinator.ask<{ occurrences: { meetingId: string }[] }>('POST', '/api/v1/series', { ...frame, recurrence: { kind: 'weekly' } });
  return `/moeder/${occurrences[0]!.meetingId}`;
}
/** Minutes of which the coordinator has asked for a change. */
async function withChangeRequest(stage: Stage): Promise<string> {
  const of = `/api/v1/meetings/${stage.sent.meetingId}/minutes`;
  const { parts } = await stage.coordinator.ask<{ parts: { itemId: string | null; version: number; canRequestChange: boolean }[] }>('GET', of);
  const { itemId, version } = parts.find((part) => part.itemId !== null && part.canRequestChange)!;
  await stage.coordinator.ask('POST', `${of}/change-requests`, { itemId, version, text: 'Klokkeslættet mangler.' });
  return minutes('sent')(stage);
}
async function fillDecision(page: Page): Promise<void> {
  await page.getByLabel('Beslutning', { exact: true }).fill('Kommunen kontakter familien.');
  await page.getByRole('textbox', { name: 'Begrundelse' }).fill('Politiet har mødt den unge to gange.');
  await page.getByLabel('Ansvarlig', { exact: true }).selectOption({ index: 1 });
  await page.getByLabel('Frist', { exact: true }).fill(inDays(20));
  await page.getByLabel('Sagsreference').fill('Sag 2026-014');
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

/** Every form of the web app, and every command that is a button alone. Each row begins where the one before it ended. */
export const forms: FormRow[] = [
  {
    name: 'new series',
    of: ['series/new-series-page.tsx'],
    who: people.coordinator,
    path: () => '/serier/ny',
    fill: async (page) => {
      await page.getByLabel('Første møde').fill(inDays(30));
      await page.getByLabel('Klokkeslæt').fill('10:15');
      await page.getByLabel('Sted').fill('Rådhuset, lokale 9');
      await page.getByLabel('Titel').fill('Et andet navn');
      await page.getByRole('checkbox', { name: people.officer.name }).check();
    },
    press: button('Opret serien'),
    sends: /\/api\/v1\/series$/,
    field: 'place',
    done: (page) => page.getByRole('heading', { level: 1, name: 'Et andet navn' }).waitFor(),
  },
  {
    name: 'a time for a new meeting',
    of: ['find-time/find-time-panel.tsx'],
    who: people.coordinator,
    path: () => '/serier/ny',
    fill: async (page) => {
      await page.getByRole('radio', { name: 'Én gang' }).check();
      await page.getByRole('checkbox', { name: people.officer.name }).check();
      await press('Find tid')(page);
      await page.getByRole('combobox', { name: people.officer.name }).selectOption('optional');
      await page.getByLabel('Tidligst den').fill(inDays(3));
      await page.getByLabel('Senest den').fill(inDays(60));
      await page.getByLabel('Begynder tidligst kl.').fill('09:00');
    },
    press: button('Find tider'),
    sends: /\/api\/v1\/find-time$/,
    field: 'toDate',
    done: (page) => page.getByRole('list', { name: 'Forslag, det bedste først' }).waitFor(),
  },
  {
    name: 'a time for a meeting that is moved',
    of: ['find-time/find-time-panel.tsx', 'meetings/meeting-changes.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: async (page) => {
      await press('Flyt mødet')(page);
      await press('Find tid')(page);
      await page.getByLabel('Slutter senest kl.').fill('15:30');
    },
    press: button('Find tider'),
    sends: /\/meetings\/[^/]+\/find-time$/,
    field: 'fromDate',
    done: (page) => page.getByRole('list', { name: 'Forslag, det bedste først' }).waitFor(),
  },
  {
    name: 'change of a series',
    of: ['series/series-change-page.tsx'],
    who: people.coordinator,
    path: (stage) => `/serier/${stage.ahead.seriesId}/ret`,
    fill: async (page) => {
      await page.getByLabel('Sted').fill('Rådhuset, lokale 3');
      await page.getByLabel('Varighed i minutter').fill('75');
      await page.getByLabel('Begrundelse').fill('Lokalet er optaget');
      await page.getByRole('region', { name: 'Det sker der' }).getByText(/ændrer længde/).first().waitFor();
    },
    press: button('Gennemfør ændringen'),
    sends: /\/series\/[^/]+\/changes$/,
    field: 'reason',
    done: (page) => page.waitForURL(/\/serier\/[^/]+$/),
  },
  {
    name: 'holidays of a series',
    of: ['series/series-change-page.tsx'],
    who: people.coordinator,
    path: (stage) => `/serier/${stage.ahead.seriesId}/ret`,
    fill: async (page) => {
      await page.getByRole('radio', { name: 'Spring det over' }).check();
      await page.getByLabel('Begrundelse').fill('Vi holder fri på helligdage');
      // A press before the preview stands is about nothing yet.
      await button('Gennemfør ændringen')(page).and(page.locator('[aria-disabled="false"]')).waitFor();
    },
    press: button('Gennemfør ændringen'),
    sends: /\/series\/[^/]+\/changes$/,
    field: 'reason',
    done: (page) => page.waitForURL(/\/serier\/[^/]+$/),
  },
  {
    name: 'meeting on a holiday kept',
    of: ['meetings/meeting-changes.tsx'],
    who: people.coordinator,
    path: onHoliday,
    fill: (page) => button('Hold det alligevel')(page).waitFor(),
    press: button('Hold det alligevel'),
    sends: /\/meetings\/[^/]+\/keep$/,
    done: told('Mødet holdes. Det er nu foreslået for alle deltagere.'),
  },
  {
    name: 'substitute for a series',
    of: ['series/series-substitute.tsx'],
    who: people.officer,
    path: (stage) => `/serier/${stage.begun.seriesId}`,
    fill: async (page) => {
      await press('Send en stedfortræder til seriens møder')(page);
      await page.getByLabel('Stedfortræder fra Nordsjællands Politi').selectOption({ index: 1 });
      await page.getByLabel('Fra og med').fill(inDays(10));
      await page.getByLabel('Til og med').fill(inDays(20));
    },
    press: button('Send stedfortræder'),
    sends: /\/series\/[^/]+\/substitute$/,
    field: 'toDate',
    done: told('Stedfortræderen er sendt til'),
  },
  {
    name: 'places of a series taken back',
    of: ['series/series-substitute.tsx'],
    who: people.officer,
    path: (stage) => `/serier/${stage.begun.seriesId}`,
    fill: (page) => button('Tag pladserne tilbage')(page).waitFor(),
    press: button('Tag pladserne tilbage'),
    sends: /\/series\/[^/]+\/substitute$/,
    done: told('Du har taget din plads tilbage'),
  },
  {
    name: 'note to the coordinator',
    of: ['people/own-reply.tsx', 'people/reply-buttons.tsx'],
    who: people.officer,
    path: meeting('ahead'),
    fill: async (page) => {
      await press('Skriv en besked til koordinatoren')(page);
      await page.getByLabel('Besked', { exact: true }).fill('Jeg kommer ti minutter senere');
    },
    press: button('Gem besked'),
    sends: /\/meetings\/[^/]+\/reply$/,
    field: 'note',
    done: shows('Din besked: “Jeg kommer ti minutter senere”'),
  },
  {
    name: 'answer to a meeting',
    of: ['people/reply-buttons.tsx'],
    who: people.officer,
    path: meeting('ahead'),
    fill: (page) => button('Måske')(page).waitFor(),
    press: button('Måske'),
    sends: /\/meetings\/[^/]+\/reply$/,
    done: (page) => page.locator('[aria-pressed=true]', { hasText: 'Måske' }).waitFor(),
  },
  {
    name: 'answer to a whole series',
    of: ['people/own-reply.tsx'],
    who: people.officer,
    path: meeting('ahead'),
    fill: (page) => button('Svar det samme til alle kommende møder i serien')(page).waitFor(),
    press: button('Svar det samme til alle kommende møder i serien'),
    sends: /\/series\/[^/]+\/reply$/,
    done: told('Svaret gælder nu'),
  },
  {
    name: 'substitute for a meeting',
    of: ['people/substitute-form.tsx'],
    who: people.officer,
    path: meeting('ahead'),
    fill: async (page) => {
      await press('Send stedfortræder')(page);
      await page.getByLabel('Stedfortræder fra Nordsjællands Politi').selectOption({ index: 1 });
    },
    press: button('Send stedfortræder'),
    sends: /\/meetings\/[^/]+\/reply$/,
    field: 'substituteMembershipId',
    done: appears(button('Tag pladsen tilbage')),
  },
  {
    name: 'place taken back',
    of: ['people/own-reply.tsx'],
    who: people.officer,
    path: meeting('ahead'),
    fill: (page) => button('Tag pladsen tilbage')(page).waitFor(),
    press: button('Tag pladsen tilbage'),
    sends: /\/meetings\/[^/]+\/reply$/,
    done: gone(button('Tag pladsen tilbage')),
  },
  {
    name: 'attendance of one',
    of: ['people/attendance.tsx'],
    who: people.coordinator,
    path: meeting('held'),
    fill: (page) => page.getByRole('group', { name: `Fremmøde for ${people.officer.name}` }).waitFor(),
    press: (page) => page.getByRole('group', { name: `Fremmøde for ${people.officer.name}` }).getByRole('button', { name: 'Kom senere' }),
    sends: /\/attendance$/,
    done: shows('Kom senere, noteret af'),
  },
  {
    name: 'attendance of the rest',
    of: ['people/attendance.tsx'],
    who: people.coordinator,
    path: meeting('held'),
    fill: (page) => button('Notér resten som til stede')(page).waitFor(),
    press: button('Notér resten som til stede'),
    sends: /\/attendance$/,
    done: gone(button('Notér resten som til stede')),
  },
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
  {
    name: 'answer to a follow-up',
    of: ['follow-ups/follow-up-answer.tsx'],
    who: people.coordinator,
    path: withFollowUp,
    fill: async (page) => {
      await page.getByRole('listitem').filter({ hasText: 'Ring til skolen' }).getByRole('button', { name: /^Svar/ }).click();
      await page.getByRole('radio', { name: 'Ikke udført' }).check();
      await page.getByLabel('Hvorfor', { exact: true }).fill('Skolen har ferie');
    },
    press: button('Gem svar'),
    sends: /\/follow-ups\/[^/]+\/state$/,
    field: 'reason',
    done: gone(button('Gem svar')),
  },
  {
    name: 'follow-up handed over',
    of: ['follow-ups/follow-up-answer.tsx'],
    who: people.coordinator,
    path: withFollowUp,
    fill: async (page) => {
      await page.getByRole('listitem').filter({ hasText: 'Ring til skolen' }).getByRole('button', { name: /^Svar/ }).click();
      await page.getByRole('radio', { name: 'Givet videre' }).check();
      await page.getByLabel('Ny ansvarlig').selectOption({ index: 1 });
      await page.getByLabel('Ny frist').fill(inDays(25));
      await page.getByLabel('Hvorfor', { exact: true }).fill('Jeg er på ferie');
    },
    press: button('Gem svar'),
    sends: /\/follow-ups\/[^/]+\/state$/,
    field: 'newDeadline',
    done: gone(button('Gem svar')),
  },
  {
    name: 'correction of a decision',
    of: ['decisions/decision-form.tsx'],
    who: people.coordinator,
    path: decision,
    fill: async (page) => {
      await press('Ret beslutningen')(page);
      await fillDecision(page);
      await page.getByLabel('Hvad var forkert').fill('Fristen var for kort');
    },
    press: button('Gem rettelsen'),
    sends: /\/decisions\/[^/]+\/correction$/,
    field: 'why',
    done: shows('Erstatter en tidligere beslutning'),
  },
  {
    name: 'escalation',
    of: ['decisions/escalate.tsx'],
    who: people.leader,
    path: decision,
    fill: async (page) => {
      await press('Eskalér til en anden leder')(page);
      await page.getByLabel('Hvorfor').fill('Det er ikke mit område');
    },
    press: button('Eskalér'),
    sends: /\/decisions\/[^/]+\/escalate$/,
    field: 'reason',
    done: gone(button('Eskalér')),
  },
  {
    name: 'return of a decision',
    of: ['decisions/review.tsx'],
    who: people.leader,
    path: decision,
    fill: (page) => page.getByLabel('Kommentar').fill('Hvem skriver til skolen?'),
    press: button('Returnér med kommentar'),
    sends: /\/decisions\/[^/]+\/return$/,
    field: 'comment',
    done: gone(button('Returnér med kommentar')),
  },
  {
    name: 'confirmation of a decision',
    of: ['decisions/review.tsx'],
    who: people.leader,
    path: decision,
    fill: (page) => page.getByLabel('Kommentar').fill('Godt tænkt'),
    press: button('Bekræft'),
    sends: /\/decisions\/[^/]+\/confirm$/,
    field: 'comment',
    done: gone(button('Bekræft')),
  },
  {
    name: 'confirmation of several',
    of: ['decisions/confirm-many.tsx'],
    who: people.leader,
    path: async (stage) => {
      await decision(stage);
      return '/beslutninger?tilstand=recorded';
    },
    fill: (page) => page.getByRole('checkbox', { name: /^Vælg: / }).first().check(),
    press: (page) => page.getByRole('button', { name: /^Bekræft 1 valgt/ }),
    sends: /\/decisions\/confirm$/,
    done: told('er bekræftet'),
  },
  {
    name: 'view saved under a name',
    of: ['decisions/saved-views.tsx'],
    who: people.leader,
    path: () => '/beslutninger?tilstand=recorded',
    fill: async (page) => {
      await press('Gem visningen')(page);
      await page.getByLabel('Visningens navn').fill('Venter');
    },
    press: (page) => page.locator('form').getByRole('button', { name: 'Gem visningen' }),
    sends: /\/decision-log\/views$/,
    field: 'name',
    done: (page) => page.getByRole('link', { name: 'Venter', exact: true }).waitFor(),
  },
  {
    name: 'log as a PDF',
    of: ['decisions/decision-log-page.tsx'],
    who: people.leader,
    path: () => '/beslutninger',
    fill: (page) => page.getByRole('button', { name: 'PDF' }).waitFor(),
    press: (page) => page.getByRole('button', { name: 'PDF' }),
    sends: /\/decision.*\.pdf$/,
    isFile: true,
    done: told('Dokumentet er hentet.'),
  },
  {
    name: 'notifications marked as read',
    of: ['notifications/notifications-page.tsx'],
    who: people.officer,
    path: () => '/beskeder',
    fill: (page) => button('Markér alle som læst')(page).waitFor(),
    press: button('Markér alle som læst'),
    sends: /\/notifications\/all-read$/,
    done: told('Alt er læst.'),
  },
  {
    name: 'choice of notifications',
    of: ['notifications/notification-choices.tsx'],
    who: people.officer,
    path: () => '/beskeder',
    fill: async (page) => {
      await press('Vælg, hvad du vil have besked om')(page);
      await page.getByText('et møde bliver flyttet').waitFor();
    },
    press: (page) => page.getByRole('checkbox', { name: 'et møde bliver flyttet' }),
    by: (page) => page.keyboard.press('Space'),
    sends: /\/notifications\/choices$/,
    done: told('Valget er gemt.'),
  },
  {
    name: 'search',
    of: ['search/search-page.tsx'],
    who: people.coordinator,
    path: () => '/soeg',
    asksItself: true,
    fill: (page) => page.getByRole('searchbox').fill('familien'),
    press: (page) => page.getByRole('searchbox'),
    sends: /\/api\/v1\/search$/,
    field: 'query',
    done: (page) => page.locator('.search-hit').first().waitFor(),
  },
  {
    name: 'place and link of a meeting',
    of: ['meetings/meeting-changes.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: async (page) => {
      await press('Ret sted og videolink')(page);
      await page.getByLabel(/^Sted \(/).fill('Politigården');
      await page.getByLabel(/^Videolink/).fill('https://video.example/1');
    },
    press: button('Gem sted og videolink'),
    sends: /\/meetings\/[^/]+\/place$/,
    field: 'videoLink',
    done: told('Sted og videolink er gemt'),
  },
  {
    name: 'move of a meeting',
    of: ['meetings/meeting-changes.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: async (page) => {
      await press('Flyt mødet')(page);
      await page.getByLabel('Ny dato').fill(inDays(11));
      await page.getByLabel('Klokkeslæt').fill('11:30');
      await page.getByLabel('Begrundelse').fill('Politiet er forhindret');
    },
    press: button('Flyt mødet'),
    sends: /\/meetings\/[^/]+\/move$/,
    field: 'startLocal',
    done: told('Mødet er flyttet'),
  },
  {
    name: 'move of a meeting in the calendar',
    of: ['calendar/move-panel.tsx'],
    who: people.coordinator,
    path: async (stage) => `/kalender?vis=uge&dato=${(await another(stage)).startLocal.slice(0, 10)}`,
    fill: async (page, stage) => {
      const { meetingId, startLocal } = await another(stage);
      await page.locator(`[data-move="${meetingId}"]`).click();
      await page.getByLabel('Ny dato').fill(dayAfter(startLocal.slice(0, 10), 1));
      await page.getByLabel('Begrundelse').fill('Politiet er forhindret');
      // A press before it was shown what it would mean is about nothing yet.
      await button('Flyt mødet')(page).and(page.locator('[aria-disabled="false"]')).waitFor();
    },
    press: button('Flyt mødet'),
    sends: /\/meetings\/[^/]+\/move$/,
    field: 'startLocal',
    done: told('Mødet er flyttet til'),
  },
  {
    name: 'cancellation of a meeting',
    of: ['meetings/meeting-changes.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: async (page) => {
      await press('Aflys mødet')(page);
      await page.getByLabel('Begrundelse').fill('Der er intet at drøfte');
    },
    press: button('Aflys mødet'),
    sends: /\/meetings\/[^/]+\/cancel$/,
    field: 'reason',
    done: told('Mødet er aflyst'),
  },
  {
    name: 'cancellation taken back',
    of: ['meetings/meeting-changes.tsx'],
    who: people.coordinator,
    path: meeting('ahead'),
    fill: (page) => button('Fortryd aflysningen')(page).waitFor(),
    press: button('Fortryd aflysningen'),
    sends: /\/meetings\/[^/]+\/restore$/,
    done: told('Aflysningen er taget tilbage'),
  },
  ...itemForms,
  ...officeForms,
  {
    name: 'language of the pages',
    of: ['shell/language-switch.tsx'],
    who: people.leader,
    path: () => '/moeder',
    fill: (page) => button('Dansk')(page).waitFor(),
    press: button('Dansk'),
    sends: /\/session\/language$/,
    says: 'Sproget er skiftet',
    done: gone((page) => page.getByText('Sproget er skiftet')),
  },
  {
    name: 'sign-out',
    of: ['shell/header.tsx'],
    who: people.leader,
    path: () => '/moeder',
    fill: (page) => button('Log ud')(page).waitFor(),
    press: button('Log ud'),
    sends: /\/api\/v1\/session$/,
    method: 'DELETE',
    done: (page) => page.waitForURL(/\/log-ind/),
  },
];

/** Files with a form or a command that no row tries, and why. */
export const untried: Record<string, string> = {
  'retention/retention-rules-page.tsx': 'refused and done in retention.spec.ts',
  'retention/deletions-page.tsx': 'nothing is typed; done in retention.spec.ts',
  'guests/invite-guest.tsx': 'refused and done in guests.spec.ts',
  'guests/guest-page.tsx': 'refused and done in guests.spec.ts',
  'guests/guest-list.tsx': 'nothing is typed; done in guests.spec.ts',
  'sign-in/first-administrator-page.tsx': 'of production mode; tried in sign-in.spec.ts',
  'polls/ballot.tsx': 'refused and done in polls.spec.ts, by who takes part and by who has a link',
  'polls/open-poll.tsx': 'refused and done in polls.spec.ts',
  'polls/poll-lead.tsx': 'refused and done in polls.spec.ts',
  'polls/poll-outsiders.tsx': 'refused and done in polls.spec.ts',
  'polls/poll-page.tsx': 'sends what the ballot asks it to; polls.spec.ts',
  'polls/linked-poll-page.tsx': 'sends what the ballot asks it to; polls.spec.ts',
  'shell/shortcuts.tsx': 'closes a dialog and asks nothing',
  'decisions/filter-sentence.tsx': 'changes the address; a refusal of it is tried in leader.spec.ts',
  'sign-in/sign-in-page.tsx': 'of demo mode, nothing is typed',
};
