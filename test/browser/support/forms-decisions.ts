import { button, type FormRow, gone, press, shows, type Stage, told } from './form-row.js';
import { fillDecision } from './forms-agenda.js';
import { inDays, stageDecision } from './staging.js';
import { people } from './visitor.js';

const decision = async (stage: Stage) => `/beslutninger/${await stageDecision(stage.coordinator, stage.ahead.items[4]!.id)}`;
async function withFollowUp(stage: Stage): Promise<string> {
  const { person } = await stage.coordinator.ask<{ person: { id: string } }>('GET', '/api/v1/session');
  await stage.coordinator.ask('POST', `/api/v1/items/${stage.ahead.items[6]!.id}/follow-ups`, { text: 'Ring til skolen', ownerPersonId: person.id, deadline: inDays(9) });
  return '/opfoelgning';
}

/** What was promised and decided: answers, corrections, leaders, the log. */
export const decisionForms: FormRow[] = [
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
];
