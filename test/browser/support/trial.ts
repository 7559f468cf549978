import { expect } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { violations } from './axe.js';
import type { FormRow, Stage } from './form-row.js';
import { eventually, type Visitor } from './visitor.js';

const refusal = 'Prøvens afslag af feltet';
const conflict = 'Prøvens afslag af det hele';
const unreachable = 'Serveren svarer ikke';

interface Failure {
  name: string;
  /** What is to be read of it. */
  says: string;
  give: (route: Route) => Promise<void>;
}
const problem = (route: Route, body: { status: number; code: string; title: string; errors?: object[] }) =>
  route.fulfill({ status: body.status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', ...body }) });

function failuresOf({ field, isFile = false, says }: Trial): Failure[] {
  // None says the same as the one before it: what is read is told of this press.
  const failures: Failure[] = [
    ...(field === undefined ? [] : [{ name: 'a field refused', says: refusal, give: (route: Route) => problem(route, { status: 422, code: 'invalid-input', title: 'Ret det', errors: [{ field, message: refusal }] }) }]),
    { name: 'nobody answers', says: unreachable, give: (route) => route.abort('connectionrefused') },
    { name: 'a field refused that is not on the screen', says: refusal, give: (route) => problem(route, { status: 422, code: 'invalid-input', title: refusal, errors: [{ field: 'elsewhere', message: refusal }] }) },
    ...(isFile ? [] : [{ name: 'the answer is torn', says: unreachable, give: (route: Route) => route.fulfill({ status: 200, contentType: 'application/json', body: '{"id":' }) }]),
    { name: 'refused as a whole', says: conflict, give: (route) => problem(route, { status: 409, code: 'transition-refused', title: conflict }) },
  ];
  return says === undefined ? failures : failures.map((failure) => ({ ...failure, says }));
}

/** What stands in the fields of the page, by field. */
const typed = (page: Page) =>
  page.evaluate<Record<string, string>>(`Object.fromEntries([
    ...[...document.querySelectorAll('main input, main select, main textarea')].map((one) => [one.id || one.name, one.type === 'checkbox' || one.type === 'radio' ? String(one.checked) : one.value]),
    ...[...document.querySelectorAll('main [contenteditable]')].map((one) => [one.getAttribute('aria-label'), one.textContent]),
  ])`);

/** Where somebody finds herself after the press. */
interface Found {
  /** Read out by itself, or by what has the focus. */
  told: boolean;
  inView: boolean;
  focus: string;
}
const find = (page: Page, text: string) =>
  page.evaluate<Found>(`((text) => {
    const holds = (one) => one !== null && one.checkVisibility() && one.textContent.includes(text);
    const alerts = [...document.querySelectorAll('[role=alert]')].filter(holds);
    const active = document.activeElement;
    const describes = (active?.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)).filter(holds);
    const box = [...alerts, ...describes].map((one) => one.getBoundingClientRect()).find(({ top, bottom }) => bottom > 0 && top < innerHeight);
    return {
      told: alerts.length + describes.length > 0,
      inView: box !== undefined,
      focus: active === null || active === document.body ? 'nowhere' : active.closest('main, header') === null ? 'elsewhere' : 'on the page',
    };
  })(${JSON.stringify(text)})`);

/** Tries a row of the table, from its address. */
export async function attempt(row: FormRow, arrived: Visitor, stage: Stage): Promise<void> {
  await arrived.open(await row.path(stage));
  await arrived.page.getByRole('heading', { level: 1 }).waitFor();
  await trial(arrived, { ...row, fill: (page) => row.fill(page, stage) });
}

/** What a trial must know of a form that stands on the screen. */
export type Trial = Omit<FormRow, 'name' | 'of' | 'who' | 'path' | 'fill'> & { fill: (page: Page) => Promise<unknown> };

/**
 * Fills in a form, has it refused, unanswered and answered by half, each time with what was typed still there and the
 * failure told in view; then presses it again, and it is done.
 */
export async function trial(arrived: Visitor, row: Trial): Promise<void> {
  const { page } = arrived;
  if (!row.asksItself) await row.fill(page);
  const failures = failuresOf(row);
  const left = [...failures];
  const sent: { body: string | null; key: string | undefined }[] = [];
  await page.route(
    (url) => row.sends.test(url.pathname),
    async (route) => {
      const request = route.request();
      if (request.method() === 'GET' ? !new URL(request.url()).pathname.endsWith('.pdf') : row.method !== undefined && request.method() !== row.method) return route.fallback();
      sent.push({ body: request.postData(), key: request.headers()['idempotency-key'] });
      const failure = left.shift();
      return failure === undefined ? route.continue() : failure.give(route);
    },
  );
  try {
    if (row.asksItself) await row.fill(page);
    const before = await typed(page);
    const go = async () => {
      await row.press(page).focus();
      await (row.by ?? (() => page.keyboard.press('Enter')))(page);
    };
    for (const [n, failure] of failures.entries()) {
      if (!row.asksItself || failure !== failures[0]) await go();
      // The page forgets the former answer a moment after the press; it has when it asks again.
      await eventually(`${failure.name}: asked`, async () => left.length, (count) => count < failures.length - n, 8_000);
      const found = await eventually(failure.name, () => find(page, failure.says), ({ told, inView }) => told && inView, 8_000);
      expect([failure.name, found.focus]).toEqual([failure.name, 'on the page']);
      expect([failure.name, await typed(page)]).toEqual([failure.name, expect.objectContaining(before)]);
      if (failure === failures[0]) expect(await violations(arrived)).toEqual([]);
    }
    await go();
    await row.done(page);
    expect(sent).toEqual(sent.map(() => sent[0]));
    expect(left).toEqual([]);
  } finally {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
}
