import { icsOf } from '../../support/calendar-server.js';
import type { Page } from 'playwright-core';
import { button, type FormRow, gone, press, shows, type Stage, told } from './form-row.js';
import { inDays } from './staging.js';
import { people } from './visitor.js';

const administrator = { name: 'Systema Adgangsen' };
const auditor = { name: 'Kontrolla Sporby' };
const newcomer = 'Åbenlyst Prøvenavn';

/** Opens the newcomer's page from the list. */
async function toNewcomer(page: Page): Promise<void> {
  await page.getByRole('link', { name: newcomer }).click();
  await page.getByRole('heading', { level: 1, name: newcomer }).waitFor();
}
/** A person signed in at one more place. */
async function elsewhere({ coordinator: { origin } }: Stage, name: string): Promise<string> {
  const { clusters } = (await (await fetch(`${origin}/api/v1/demo/people`)).json()) as { clusters: { authorities: { people: { membershipId: string; person: { name: string } }[] }[] }[] };
  const { membershipId } = clusters.flatMap((cluster) => cluster.authorities.flatMap((authority) => authority.people)).find(({ person }) => person.name === name)!;
  await fetch(`${origin}/api/v1/demo/sign-in`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify({ membershipId }) });
  return '/mine-sessioner';
}
/** A follow-up about a case, for the auditor to find. */
async function withCase(stage: Stage): Promise<string> {
  const { person } = await stage.coordinator.ask<{ person: { id: string } }>('GET', '/api/v1/session');
  await stage.coordinator.ask('POST', `/api/v1/items/${stage.ahead.items[6]!.id}/follow-ups`, { text: 'Ring til hjemmet', ownerPersonId: person.id, deadline: inDays(9), caseReference: 'Sag 2026-088' });
  return '/revision';
}

/** The forms of administrators and auditors, and of one's own sessions. */
export const officeForms: FormRow[] = [
  {
    name: 'new person',
    of: ['administration/add-person.tsx'],
    who: administrator,
    path: () => '/administration',
    fill: async (page) => {
      await press('Tilføj en person')(page);
      await page.getByLabel('Navn', { exact: true }).fill(newcomer);
      await page.getByLabel('Rolle', { exact: true }).selectOption('participant');
      await page.getByLabel(/^Enhed/).fill('Familieafdelingen');
      await page.getByRole('checkbox').first().check();
    },
    press: button('Gem personen'),
    sends: /\/administration\/people$/,
    field: 'membership.unitTitle',
    done: (page) => page.getByRole('heading', { level: 1, name: newcomer }).waitFor(),
  },
  {
    name: 'new contact',
    of: ['contacts/contact-form.tsx', 'contacts/contact-entry.tsx'],
    who: people.coordinator,
    path: () => '/kontakter',
    fill: async (page) => {
      await press('Tilføj kontakt')(page);
      await page.getByLabel('Funktion', { exact: true }).selectOption('keyPerson');
      await page.getByLabel(/^Område/).fill('Prøveområdet');
      await page.getByLabel('Person', { exact: true }).selectOption({ index: 1 });
      await press('Tilføj stedfortræder')(page);
      await page.getByLabel('Stedfortræder 1').selectOption({ index: 1 });
      await page.getByLabel(/^Telefon/).fill('00 12 34 56');
    },
    press: button('Gem kontakt'),
    sends: /\/contacts$/,
    field: 'area',
    done: shows('Prøveområdet'),
  },
  {
    name: 'a contact taken out',
    of: ['contacts/contact-entry.tsx'],
    who: people.coordinator,
    path: () => '/kontakter',
    fill: async (page) => page.getByText('Prøveområdet').first().waitFor(),
    press: button('Fjern fra registret: Nøgleperson, Prøveområdet'),
    sends: /\/contacts\/[^/]+$/,
    method: 'DELETE',
    done: told('Nøgleperson, Prøveområdet er fjernet fra registret.'),
  },
  {
    name: 'a contact put back',
    of: ['contacts/contacts-page.tsx'],
    who: people.coordinator,
    path: async ({ coordinator }) => {
      await coordinator.ask('POST', '/api/v1/contacts', { function: 'keyPerson', area: 'Søndersogn', substituteMembershipIds: [], validFrom: inDays(0) });
      return '/kontakter';
    },
    fill: async (page) => {
      await page.getByText('Søndersogn').first().waitFor();
      await press('Fjern fra registret: Nøgleperson, Søndersogn')(page);
    },
    press: button('Fortryd'),
    sends: /\/contacts\/[^/]+$/,
    method: 'PUT',
    done: shows('Søndersogn'),
  },
  {
    name: 'words of a role',
    of: ['administration/membership-list.tsx'],
    who: administrator,
    path: () => '/administration',
    fill: async (page) => {
      await toNewcomer(page);
      await page.getByRole('button', { name: /^Ret funktion/ }).click();
      await page.getByLabel(/^Enhed/).fill('Børn og unge');
    },
    press: button('Gem'),
    sends: /\/memberships\/[^/]+$/,
    field: 'unitTitle',
    done: gone(button('Gem')),
  },
  {
    name: 'another role',
    of: ['administration/membership-list.tsx'],
    who: administrator,
    path: () => '/administration',
    fill: async (page) => {
      await toNewcomer(page);
      await press('Giv en rolle')(page);
      await page.getByLabel('Rolle', { exact: true }).selectOption('leader');
      await page.getByLabel(/^Til og med/).fill(inDays(90));
    },
    press: button('Giv rollen'),
    sends: /\/people\/[^/]+\/memberships$/,
    field: 'until',
    done: gone(button('Giv rollen')),
  },
  {
    name: 'end of a role',
    of: ['administration/end-membership.tsx'],
    who: administrator,
    path: () => '/administration',
    fill: async (page) => {
      await toNewcomer(page);
      await page.getByRole('button', { name: /^Afslut rollen ?: deltager/ }).click();
      await page.getByRole('radio', { name: 'Efter en bestemt dag' }).check();
      await page.getByLabel('Sidste dag').fill(inDays(20));
    },
    press: button('Gem slutdatoen'),
    sends: /\/memberships\/[^/]+\/end$/,
    field: 'until',
    done: gone(button('Gem slutdatoen')),
  },
  {
    name: 'person deactivated',
    of: ['administration/person-page.tsx'],
    who: administrator,
    path: () => '/administration',
    fill: async (page) => {
      await toNewcomer(page);
      await press('Deaktivér personen')(page);
    },
    press: button('Deaktivér nu'),
    sends: /\/deactivate$/,
    done: (page) => button('Aktivér personen igen')(page).waitFor(),
  },
  {
    name: 'person activated again',
    of: ['administration/person-page.tsx'],
    who: administrator,
    path: () => '/administration',
    fill: async (page) => {
      await page.getByLabel('Vis', { exact: true }).selectOption('inactive');
      await toNewcomer(page);
    },
    press: button('Aktivér personen igen'),
    sends: /\/reactivate$/,
    done: (page) => button('Deaktivér personen')(page).waitFor(),
  },
  {
    name: 'key for user management',
    of: ['administration/provisioning-page.tsx'],
    who: administrator,
    path: () => '/administration/brugerstyring',
    fill: async (page) => {
      await page.getByLabel('Navn på systemet', { exact: true }).fill('Kommunens IdM');
      await page.getByLabel('Gælder i').selectOption('90');
    },
    press: button('Lav nøglen'),
    sends: /\/provisioning\/tokens$/,
    field: 'days',
    done: (page) => page.getByRole('group', { name: 'Nøglen er lavet' }).waitFor(),
  },
  {
    name: 'key taken back',
    of: ['administration/provisioning-page.tsx'],
    who: administrator,
    path: () => '/administration/brugerstyring',
    fill: (page) => page.getByRole('button', { name: /^Træk nøglen tilbage/ }).waitFor(),
    press: (page) => page.getByRole('button', { name: /^Træk nøglen tilbage/ }),
    sends: /\/provisioning\/tokens\/[^/]+$/,
    done: shows('Trukket tilbage'),
  },
  {
    name: 'items about a case',
    of: ['audit/by-case.tsx'],
    who: auditor,
    path: withCase,
    fill: (page) => page.getByLabel('Sagsreference').fill('2026-088'),
    press: button('Find punkter'),
    sends: /\/audit\/cases$/,
    field: 'caseReference',
    done: (page) => page.getByRole('heading', { name: 'Et punkt om sagen' }).waitFor(),
  },
  {
    name: 'overview for a citizen',
    of: ['audit/by-case.tsx'],
    who: auditor,
    path: () => '/revision',
    fill: async (page) => {
      await page.getByLabel('Sagsreference').fill('2026-088');
      await press('Find punkter')(page);
      await button('Hent oversigt til borgeren (CSV)')(page).waitFor();
    },
    press: button('Hent oversigt til borgeren (CSV)'),
    sends: /\/audit\/disclosures$/,
    isFile: true,
    done: told('Oversigten er hentet.'),
  },
  {
    name: 'sample drawn',
    of: ['audit/samples.tsx'],
    who: auditor,
    path: () => '/revision?vis=samples',
    fill: async (page) => {
      await page.getByLabel('Periode').selectOption('7');
      await page.getByLabel('Antal opslag').selectOption('5');
    },
    press: button('Udtag stikprøve'),
    sends: /\/audit\/samples$/,
    field: 'from',
    done: (page) => page.locator('.audit-entries > li').first().waitFor(),
  },
  {
    name: 'entry of a sample judged',
    of: ['audit/samples.tsx'],
    who: auditor,
    path: () => '/revision?vis=samples',
    fill: async (page) => {
      await page.locator('.audit-choices button').first().click();
      const first = page.locator('.audit-entries > li').first();
      await first.getByLabel('Følges op').check();
      await first.getByLabel(/^Bemærkning/).fill('Spørg om formålet');
    },
    press: (page) => button('Gem vurdering')(page).first(),
    sends: /\/audit\/samples\/[^/]+\/entries\/[^/]+$/,
    field: 'note',
    done: shows(`Gemt af ${auditor.name}`),
  },
  {
    name: 'one other session ended',
    of: ['sign-in/own-sessions-page.tsx'],
    who: people.officer,
    path: (stage) => elsewhere(stage, people.officer.name),
    fill: (page) => page.getByRole('button', { name: /^Log ud ?: / }).first().waitFor(),
    press: (page) => page.getByRole('button', { name: /^Log ud ?: / }).first(),
    sends: /\/api\/v1\/sessions\/[^/]+$/,
    done: told('Sessionen er logget ud.'),
  },
  {
    name: 'all other sessions ended',
    of: ['sign-in/own-sessions-page.tsx'],
    who: people.officer,
    path: (stage) => elsewhere(stage, people.officer.name),
    fill: (page) => button('Log ud alle andre steder')(page).waitFor(),
    press: button('Log ud alle andre steder'),
    sends: /\/api\/v1\/sessions$/,
    done: told('Én anden session er logget ud.'),
  },
  {
    name: 'own calendar connected',
    of: ['calendar/connect-calendar.tsx'],
    who: people.officer,
    path: () => '/mine-sessioner',
    fill: async (page) => {
      await button(/^Forbind en (kalender|anden)$/)(page).click();
      await page.getByLabel('Med en fil').check();
      await page.getByLabel('Kalenderfil (.ics)').setInputFiles({ name: 'kalender.ics', mimeType: 'text/calendar', buffer: Buffer.from(icsOf()) });
    },
    press: button('Forbind'),
    sends: /\/api\/v1\/own-calendar\/file$/,
    method: 'PUT',
    field: 'file',
    done: told('Kalenderen er forbundet.'),
  },
  {
    name: 'own calendar ended',
    of: ['calendar/own-calendar.tsx'],
    who: people.officer,
    path: () => '/mine-sessioner',
    fill: (page) => button('Afbryd forbindelsen')(page).waitFor(),
    press: button('Afbryd forbindelsen'),
    sends: /\/api\/v1\/own-calendar$/,
    method: 'DELETE',
    done: told('Forbindelsen er afbrudt'),
  },
  {
    name: 'link for a calendar program',
    of: ['calendar/own-feed.tsx'],
    who: people.officer,
    path: () => '/mine-sessioner',
    fill: (page) => button(/^Lav et (nyt )?link$/)(page).waitFor(),
    press: button(/^Lav et (nyt )?link$/),
    sends: /\/api\/v1\/calendar-feed$/,
    method: 'POST',
    done: (page) => page.getByRole('heading', { name: 'Dit link er klar' }).waitFor(),
  },
  {
    name: 'link for a calendar program taken back',
    of: ['calendar/own-feed.tsx'],
    who: people.officer,
    path: () => '/mine-sessioner',
    fill: (page) => button('Træk linket tilbage')(page).waitFor(),
    press: button('Træk linket tilbage'),
    sends: /\/api\/v1\/calendar-feed$/,
    method: 'DELETE',
    done: told('Linket er trukket tilbage og viser ikke mere noget.'),
  },
];
