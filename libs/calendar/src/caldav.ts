import { BusyFault } from './busy-faults.js';
import type { BusyPart } from './busy.worker.js';
import type { BusyWindow } from './ics-busy.js';
import { caldavNamespace, type DavFound } from './multistatus.js';
import { assertGiven, type Allowance, type SafeAnswer, type SafeFetch } from './safe-fetch.js';

export interface CaldavAccess {
  source: 'caldav';
  url: string;
  user: string;
  password: string;
}

/** Reads the answer to a PROPFIND, at a cost that somebody else decides. @throws BusyFault */
export type ReadFound = (xml: Uint8Array, base: string) => Promise<DavFound>;

/**
 * [BT30] Her calendars on a CalDAV server (RFC 4791), as they were answered. The address may be that of one calendar, of all of
 * them, of her as a principal, or of the server: it is asked where her calendars are. Those that she said are of no account for
 * her time (RFC 6638 § 9.1) are left out.
 *
 * @param allowance for all of it together
 * @throws BusyFault
 */
export async function caldavCalendars(outside: SafeFetch, found: ReadFound, { url, user, password }: CaldavAccess, window: BusyWindow, allowance: Allowance): Promise<BusyPart[]> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  const ask: Ask = (method, at, depth, body) => outside.fetch(at, { method, body, authorization, allowance, headers: { depth, 'content-type': 'application/xml; charset=utf-8' } });
  const parts: BusyPart[] = [];
  for (const calendar of await calendarsAt(ask, found, outside.address(url))) parts.push(await calendarAt(ask, calendar, window));
  return parts;
}

type Ask = (method: 'PROPFIND' | 'REPORT', at: URL, depth: '0' | '1', body: string) => Promise<SafeAnswer>;

const propfind = `<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:C="${caldavNamespace}"><D:prop><D:resourcetype/><D:current-user-principal/><C:calendar-home-set/><C:supported-calendar-component-set/><C:schedule-calendar-transp/></D:prop></D:propfind>`;

async function calendarsAt(ask: Ask, found: ReadFound, begin: URL): Promise<URL[]> {
  const at = async (url: string, depth: '0' | '1') => found(multistatus(await ask('PROPFIND', new URL(url), depth, propfind)), begin.href);
  let where = begin.href;
  // The server, she, her calendars: no more steps than that.
  for (let step = 0; step < 3; step += 1) {
    const { own } = await at(where, '0');
    if (own === null) break;
    if (own.isCalendar) return [new URL(own.href)];
    const { hasCalendars, calendars } = await at(own.home ?? where, '1');
    if (hasCalendars) return calendars.map((one) => new URL(one));
    const next = own.home ?? own.principal;
    if (next === null || next === where) break;
    where = next;
  }
  throw new BusyFault('notCaldav');
}

/** What touches the window; where only her being busy may be read, that. */
async function calendarAt(ask: Ask, calendar: URL, { fromMs, toMs }: BusyWindow): Promise<BusyPart> {
  const range = `<C:time-range start="${utc(fromMs)}" end="${utc(toMs)}"/>`;
  const declared = '<?xml version="1.0" encoding="utf-8"?>';
  const query = `${declared}<C:calendar-query xmlns:D="DAV:" xmlns:C="${caldavNamespace}"><D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${range}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`;
  const answer = await ask('REPORT', calendar, '1', query);
  if ([403, 405, 501].includes(answer.status)) {
    const busy = await ask('REPORT', calendar, '1', `${declared}<C:free-busy-query xmlns:C="${caldavNamespace}">${range}</C:free-busy-query>`);
    assertGiven(busy);
    return { form: 'icalendar', bytes: busy.body };
  }
  return { form: 'multistatus', bytes: multistatus(answer) };
}

function multistatus(answer: SafeAnswer): Buffer {
  assertGiven(answer);
  if (answer.status !== 207) throw new BusyFault('notCaldav');
  return answer.body;
}

/** `20261207T120000Z` */
const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
