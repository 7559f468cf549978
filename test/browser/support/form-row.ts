import type { Locator, Page } from 'playwright-core';
import type { StagedMeeting } from './staging.js';
import type { Visitor } from './visitor.js';

/** What the forms are tried on. */
export interface Stage {
  /** A § 115 meeting of a series, a week ahead, in which the officer has accepted. */
  ahead: StagedMeeting;
  /** A meeting of a series that begins within the hour. */
  begun: StagedMeeting;
  /** A single meeting that began at midnight. */
  held: StagedMeeting;
  /** Another such meeting, whose minutes have been sent for approval. */
  sent: StagedMeeting;
  /** A third, whose minutes are approved. */
  approved: StagedMeeting;
  /** A joint consultation that the børnehus calls. */
  consultation: StagedMeeting;
  coordinator: Visitor;
}

export interface FormRow {
  name: string;
  /** Source files under apps/web/src that this row answers for. */
  of: string[];
  who: { name: string };
  path: (stage: Stage) => string | Promise<string>;
  /** Opens the form and types into it. */
  fill: (page: Page, stage: Stage) => Promise<unknown>;
  press: (page: Page) => Locator;
  /** Presses it in another way than by Enter. */
  by?: (page: Page) => Promise<void>;
  /** The request that the press sends. */
  sends: RegExp;
  method?: string;
  /** A field of the form, as the API names it; without one the form has none. */
  field?: string;
  /** Asks without a press, once typing rests. */
  asksItself?: true;
  /** What it fetches is a file, of which nothing is read. */
  isFile?: boolean;
  /** What it says in the place of the server's words. */
  says?: string;
  /** What is seen when it was accepted. */
  done: (page: Page) => Promise<unknown>;
}

export const button = (name: string | RegExp, exact = true) => (page: Page) => page.getByRole('button', { name, exact });
export const press = (name: string | RegExp) => (page: Page) => button(name)(page).click();
export const told = (text: string | RegExp) => (page: Page) => page.getByRole('status').filter({ hasText: text }).first().waitFor();
export const gone = (locator: (page: Page) => Locator) => (page: Page) => locator(page).waitFor({ state: 'detached' });
export const appears = (locator: (page: Page) => Locator) => (page: Page) => locator(page).waitFor();
export const shows = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();

/** Addresses on the stage. */
export const meeting = (which: 'ahead' | 'begun' | 'held' | 'sent' | 'approved') => (stage: Stage) => `/moeder/${stage[which].meetingId}`;
export const minutes = (which: 'held' | 'sent' | 'approved') => (stage: Stage) => `/moeder/${stage[which].meetingId}/referat`;
export const item = (n: number, which: 'ahead' | 'begun' = 'ahead') => (stage: Stage) => `/moeder/${stage[which].meetingId}/punkt/${stage[which].items[n]!.id}`;
