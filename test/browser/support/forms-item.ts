import type { Page } from 'playwright-core';
import { appears, button, type FormRow, gone, press, type Stage, told } from './form-row.js';
import { inDays } from './staging.js';
import { people } from './visitor.js';

const police = 'policeDistrict:nordsjaelland';

/** An item of the meeting ahead that has a legal basis and is no list. */
async function aboutPerson({ coordinator, ahead }: Stage): Promise<string> {
  const { outline } = await coordinator.ask<{ outline: { item: { id: string; legalBasis: object | null; perPerson: boolean } }[] }>('GET', `/api/v1/meetings/${ahead.meetingId}`);
  return `/moeder/${ahead.meetingId}/punkt/${outline.find(({ item }) => item.legalBasis !== null && !item.perPerson)!.item.id}`;
}
/** A joint consultation that the coordinator calls too, for an item to go on to. */
async function withOtherTrack(stage: Stage): Promise<string> {
  const { people: officers } = await stage.coordinator.ask<{ people: { membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  const frame = { kindId: 'caseConsultation', startLocal: `${inDays(12)}T13:00`, durationMinutes: 60, place: null, authorityIds: [police], participantMembershipIds: [officers[0]!.membershipId] };
  await stage.coordinator.ask('POST', '/api/v1/meetings', frame);
  return aboutPerson(stage);
}
async function fillInvitation(page: Page): Promise<void> {
  await press('Invitér flere')(page);
  await page.getByLabel('Myndighed').selectOption({ label: 'Nordsjællands Politi' });
  await page.getByLabel('Person').selectOption({ index: 1 });
  await page.getByLabel(/^Til og med/).fill(inDays(30));
}
const preparation = (page: Page) => page.getByRole('region', { name: 'Forberedelse', exact: true });

/** What participants want on the agenda, before it is sent out. */
export const proposalForms: FormRow[] = [
  {
    name: 'item proposed',
    of: ['meetings/propose-item.tsx'],
    who: people.officer,
    path: (stage) => `/moeder/${stage.ahead.meetingId}`,
    fill: async (page) => {
      await press('Foreslå et punkt')(page);
      await page.getByLabel('Titel').fill('Ungdomsklubben');
      await page.getByLabel('Minutter').fill('15');
      await page.getByLabel('Formål').selectOption({ index: 1 });
    },
    press: button('Send forslaget'),
    sends: /\/meetings\/[^/]+\/proposals$/,
    field: 'title',
    done: told('Forslaget er sendt til mødets koordinatorer.'),
  },
  {
    name: 'proposal taken back',
    of: ['meetings/item-proposals.tsx'],
    who: people.officer,
    path: (stage) => `/moeder/${stage.ahead.meetingId}`,
    fill: (page) => page.getByRole('button', { name: /^Træk forslaget tilbage ?: Ungdomsklubben/ }).waitFor(),
    press: (page) => page.getByRole('button', { name: /^Træk forslaget tilbage ?: Ungdomsklubben/ }),
    sends: /\/proposals\/[^/]+\/withdraw$/,
    done: told('Forslaget er trukket tilbage.'),
  },
  {
    name: 'proposal taken in',
    of: ['meetings/answer-proposal.tsx'],
    who: people.coordinator,
    path: (stage) => `/moeder/${stage.ahead.meetingId}`,
    fill: async (page) => {
      await page.getByRole('button', { name: /^Tag med ?: Aftenerne/ }).click();
      await page.getByLabel('Plads på dagsordenen').selectOption({ index: 7 });
      await page.getByRole('radio', { name: 'Kun udvalgte myndigheder' }).check();
    },
    press: button('Tag med på dagsordenen'),
    sends: /\/proposals\/[^/]+\/accept$/,
    field: 'authorityIds',
    done: told('Forslaget er nu et punkt på dagsordenen.'),
  },
  {
    name: 'proposal declined',
    of: ['meetings/answer-proposal.tsx'],
    who: people.coordinator,
    path: (stage) => `/moeder/${stage.ahead.meetingId}`,
    fill: async (page) => {
      await page.getByRole('button', { name: /^Afvis ?: Parkering/ }).click();
      await page.getByLabel('Besked til den, der foreslog det').fill('Det hører til hos driften.');
    },
    press: button('Afvis forslaget'),
    sends: /\/proposals\/[^/]+\/decline$/,
    field: 'word',
    done: told('Forslaget er afvist.'),
  },
];

/** The forms of an item beyond its agenda: embargo, preparation, another track; and who is invited to see it. */
export const itemForms: FormRow[] = [
  {
    name: 'what an invitation shows',
    of: ['people/invite.tsx'],
    who: people.coordinator,
    path: (stage) => `/moeder/${stage.ahead.meetingId}`,
    fill: fillInvitation,
    press: button('Se, hvad der bliver synligt'),
    sends: /\/participants\/preview$/,
    field: 'to',
    done: appears((page) => page.getByRole('form', { name: 'Bekræft, hvad der bliver synligt' })),
  },
  {
    name: 'invitation',
    of: ['people/invite.tsx', 'meetings/disclosure-confirm.tsx'],
    who: people.coordinator,
    path: (stage) => `/moeder/${stage.ahead.meetingId}`,
    fill: async (page) => {
      await fillInvitation(page);
      await press('Se, hvad der bliver synligt')(page);
      await page.getByLabel('Hvorfor har de brug for det?').fill('Hun afhører børn i området.');
    },
    press: button('Invitér'),
    sends: /\/participants$/,
    field: 'disclosureReason',
    done: gone(button('Invitér')),
  },
  {
    name: 'preparation begun',
    of: ['preparation/item-preparation.tsx'],
    who: people.officer,
    path: aboutPerson,
    fill: (page) => button('Skriv forberedelse')(page).waitFor(),
    press: button('Skriv forberedelse'),
    sends: /\/preparations\/own$/,
    done: (page) => page.getByRole('textbox', { name: 'Jeres forberedelse' }).waitFor(),
  },
  {
    name: 'preparation answered',
    of: ['preparation/item-preparation.tsx'],
    who: people.officer,
    path: aboutPerson,
    fill: (page) => page.getByRole('textbox', { name: 'Jeres forberedelse' }).waitFor(),
    press: (page) => preparation(page).getByRole('button', { name: 'Kun mundtligt' }),
    sends: /\/preparations\/own\/answer$/,
    done: told('Svaret er gemt: kun mundtligt.'),
  },
  {
    name: 'embargo',
    of: ['embargo/embargo-form.tsx', 'embargo/item-embargoes.tsx'],
    who: people.officer,
    path: aboutPerson,
    fill: async (page) => {
      await press('Sæt orienteringsspærre')(page);
      await page.getByRole('checkbox', { name: 'Andre' }).check();
      await page.getByRole('textbox', { name: 'Hvem er det?' }).fill('farmor');
      await page.getByLabel('Hvad bygger spærren på?').fill('Barnet har fortalt om vold.');
      await page.getByLabel('Hvornår gennemgås den?').fill(inDays(1));
      await page.getByLabel('Klokken').fill('09:15');
    },
    press: button('Sæt spærren'),
    sends: /\/items\/[^/]+\/embargoes$/,
    field: 'other',
    done: told('Orienteringsspærren er sat.'),
  },
  {
    name: 'review of an embargo moved',
    of: ['embargo/embargo-form.tsx', 'embargo/item-embargoes.tsx'],
    who: people.officer,
    path: aboutPerson,
    fill: async (page) => {
      await press('Flyt gennemgangen')(page);
      await page.getByLabel('Begrundelse').fill('Afhøringen er udsat.');
      await page.getByLabel('Hvornår gennemgås den?').fill(inDays(3));
    },
    press: button('Flyt gennemgangen'),
    sends: /\/embargoes\/[^/]+\/review$/,
    field: 'reviewAt',
    done: told('Gennemgangen er flyttet'),
  },
  {
    name: 'embargo lifted',
    of: ['embargo/embargo-form.tsx', 'embargo/item-embargoes.tsx'],
    who: people.officer,
    path: aboutPerson,
    fill: async (page) => {
      await press('Ophæv spærren')(page);
      await page.getByLabel('Begrundelse').fill('Afhøringen er gennemført.');
    },
    press: button('Ophæv spærren'),
    sends: /\/embargoes\/[^/]+\/lift$/,
    field: 'reason',
    done: told('Orienteringsspærren er ophævet.'),
  },
  {
    name: 'item moved to another track',
    of: ['meetings/other-track.tsx'],
    who: people.coordinator,
    path: withOtherTrack,
    fill: async (page) => {
      await press('Flyt til andet spor')(page);
      await page.getByLabel('Titel på det nye punkt').fill('Bekymring om vold i hjemmet');
      await page.getByLabel('Sagsreference').fill('Sag 2026-014');
      await page.getByLabel('Hvorfor flyttes punktet?').fill('Mistanke om overgreb hører til under barnets lov.');
    },
    press: button('Flyt punktet'),
    sends: /\/items\/[^/]+\/other-track$/,
    field: 'caseReference',
    done: (page) => page.getByRole('link', { name: /^Kommer fra mødet/ }).waitFor(),
  },
];
