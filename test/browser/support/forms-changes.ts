import { button, type FormRow, meeting, press, type Stage, told } from './form-row.js';
import { dayAfter, inDays } from './staging.js';
import { people } from './visitor.js';

/** Another meeting of the series that lies ahead, in the week that it is in. */
const another = async ({ coordinator, ahead }: Stage) => (await coordinator.ask<{ occurrences: { meetingId: string; startLocal: string }[] }>('GET', `/api/v1/series/${ahead.seriesId}`)).occurrences[1]!;

/** One meeting placed, moved, cancelled. */
export const changeForms: FormRow[] = [
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
];
