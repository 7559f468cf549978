import { appears, button, type FormRow, gone, meeting, press, shows, type Stage, told } from './form-row.js';
import { inDays } from './staging.js';
import { people } from './visitor.js';

/** A meeting of a series that asks about holidays, on the next of them: nobody is called to it before the coordinator has said so. */
async function onHoliday({ coordinator }: Stage): Promise<string> {
  const police = 'policeDistrict:nordsjaelland';
  const { people: officers } = await coordinator.ask<{ people: { membershipId: string }[] }>('GET', `/api/v1/authorities/${encodeURIComponent(police)}/people`);
  const { holidays } = await coordinator.ask<{ holidays: { date: string }[] }>('GET', `/api/v1/holidays?from=${inDays(5)}&to=${inDays(300)}`);
  const frame = { kindId: 'section115HandoverMeeting', startLocal: `${holidays[0]!.date}T10:00`, durationMinutes: 60, authorityIds: [police], participantMembershipIds: [officers[0]!.membershipId], holidayPolicy: 'ask' };
  const { occurrences } = await coordinator.ask<{ occurrences: { meetingId: string }[] }>('POST', '/api/v1/series', { ...frame, recurrence: { kind: 'weekly' } });
  return `/moeder/${occurrences[0]!.meetingId}`;
}

/** Calling people together: series, times, answers, substitutes, who is there. */
export const callingForms: FormRow[] = [
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
    press: button('Se, hvad der bliver synligt'),
    sends: /\/series\/[^/]+\/substitute\/preview$/,
    field: 'toDate',
    done: appears((page) => page.getByRole('form', { name: 'Bekræft, hvad der bliver synligt' })),
  },
  {
    name: 'substitute for a series, with the reason',
    of: ['series/series-substitute.tsx'],
    who: people.officer,
    path: (stage) => `/serier/${stage.begun.seriesId}`,
    fill: async (page) => {
      await press('Send en stedfortræder til seriens møder')(page);
      await page.getByLabel('Stedfortræder fra Nordsjællands Politi').selectOption({ index: 1 });
      await press('Se, hvad der bliver synligt')(page);
      await page.getByLabel('Hvorfor har de brug for det?').fill('Jeg er på barsel.');
    },
    press: button('Send stedfortræder'),
    sends: /\/series\/[^/]+\/substitute$/,
    field: 'disclosureReason',
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
      await page.getByLabel('Hvorfor har de brug for det?').fill('Jeg er i retten.');
    },
    press: button('Send stedfortræder'),
    sends: /\/meetings\/[^/]+\/reply$/,
    field: 'disclosureReason',
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
];
