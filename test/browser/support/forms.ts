import { button, type FormRow, gone, press, told } from './form-row.js';
import { agendaForms } from './forms-agenda.js';
import { callingForms } from './forms-calling.js';
import { changeForms } from './forms-changes.js';
import { decisionForms } from './forms-decisions.js';
import { itemForms } from './forms-item.js';
import { minutesForms } from './forms-minutes.js';
import { officeForms } from './forms-office.js';
import { people } from './visitor.js';

/** Every form of the web app, and every command that is a button alone. Each row begins where the one before it ended. */
export const forms: FormRow[] = [
  ...callingForms,
  ...agendaForms,
  ...minutesForms,
  ...decisionForms,
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
  ...changeForms,
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
  'year-plan/year-plans-page.tsx': 'a year is chosen, nothing is typed; done in year-plan.spec.ts',
  'year-plan/plan-change.tsx': 'done in year-plan.spec.ts; what is refused is tried without a page, in test/year-plans.spec.ts',
  'year-plan/apply-series.tsx': 'sends what the form of a series sends; done in year-plan.spec.ts',
  'year-plan/year-plan-page.tsx': 'nothing is typed; removing a plan is tried without a page, in test/year-plans.spec.ts',
  'polls/ballot.tsx': 'refused and done in polls.spec.ts, by who takes part and by who has a link',
  'polls/open-poll.tsx': 'refused and done in polls.spec.ts',
  'polls/poll-lead.tsx': 'refused and done in polls.spec.ts',
  'polls/poll-outsiders.tsx': 'refused and done in polls.spec.ts',
  'polls/poll-page.tsx': 'sends what the ballot asks it to; polls.spec.ts',
  'polls/linked-poll-page.tsx': 'sends what the ballot asks it to; polls.spec.ts',
  'calendar/mail-choice.tsx': 'nothing is typed; done in meeting-mail.spec.ts',
  'meetings/meeting-mail.tsx': 'nothing is typed; done in meeting-mail.spec.ts',
  'shell/shortcuts.tsx': 'closes a dialog and asks nothing',
  'decisions/filter-sentence.tsx': 'changes the address; a refusal of it is tried in leader.spec.ts',
  'sign-in/sign-in-page.tsx': 'of demo mode, nothing is typed',
};
