import { BusyFault } from './busy-faults.js';
import type { BusyWindow } from './ics-busy.js';
import { caldavNamespace, elementsIn, multistatusOf, type XmlElement } from './multistatus.js';
import { assertGiven, type SafeAnswer, type SafeFetch } from './safe-fetch.js';

export interface CaldavAccess {
  source: 'caldav';
  url: string;
  user: string;
  password: string;
}

/** Of one person. */
const mostCalendars = 20;

/**
 * [BT30] Her calendars on a CalDAV server (RFC 4791), as iCalendar streams. The address may be that of one calendar, of all of
 * them, of her as a principal, or of the server: it is asked where her calendars are. Those that she said are of no account for
 * her time (RFC 6638 § 9.1) are left out.
 *
 * @throws BusyFault
 */
export async function caldavCalendars(outside: SafeFetch, { url, user, password }: CaldavAccess, window: BusyWindow, signal: AbortSignal): Promise<Buffer[]> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  const ask: Ask = (method, at, depth, body) => outside.fetch(at, { method, body, authorization, signal, headers: { depth, 'content-type': 'application/xml; charset=utf-8' } });
  const streams: Buffer[] = [];
  for (const calendar of await calendarsAt(ask, outside.address(url))) streams.push(await calendarAt(ask, calendar, window));
  return streams;
}

type Ask = (method: 'PROPFIND' | 'REPORT', at: URL, depth: '0' | '1', body: string) => Promise<SafeAnswer>;

const propfind = `<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:" xmlns:C="${caldavNamespace}"><D:prop><D:resourcetype/><D:current-user-principal/><C:calendar-home-set/><C:supported-calendar-component-set/><C:schedule-calendar-transp/></D:prop></D:propfind>`;

async function calendarsAt(ask: Ask, begin: URL): Promise<URL[]> {
  let at = begin;
  // The server, she, her calendars: no more steps than that.
  for (let step = 0; step < 3; step += 1) {
    const [own] = responsesOf(await ask('PROPFIND', at, '0', propfind), begin);
    if (own === undefined) break;
    if (isCalendar(own)) return [own.href];
    const home = hrefIn(own, 'C:calendar-home-set', begin);
    const calendars = responsesOf(await ask('PROPFIND', home ?? at, '1', propfind), begin).filter(isCalendar);
    if (calendars.length > 0) return calendars.filter((one) => !isTransparent(one)).map(({ href }) => href).slice(0, mostCalendars);
    const next = home ?? hrefIn(own, 'D:current-user-principal', begin);
    if (next === null || next.href === at.href) break;
    at = next;
  }
  throw new BusyFault('notCaldav');
}

/** What touches the window; where only her being busy may be read, that. */
async function calendarAt(ask: Ask, calendar: URL, { fromMs, toMs }: BusyWindow): Promise<Buffer> {
  const range = `<C:time-range start="${utc(fromMs)}" end="${utc(toMs)}"/>`;
  const declared = '<?xml version="1.0" encoding="utf-8"?>';
  const query = `${declared}<C:calendar-query xmlns:D="DAV:" xmlns:C="${caldavNamespace}"><D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${range}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`;
  const answer = await ask('REPORT', calendar, '1', query);
  if ([403, 405, 501].includes(answer.status)) {
    const busy = await ask('REPORT', calendar, '1', `${declared}<C:free-busy-query xmlns:C="${caldavNamespace}">${range}</C:free-busy-query>`);
    assertGiven(busy);
    return busy.body;
  }
  const objects = responsesOf(answer, calendar).flatMap(({ element }) => elementsIn(element, 'C:calendar-data').map(({ text }) => text.trim()));
  // Without an event in the whole window the calendar is there, and empty.
  return Buffer.from(objects.length === 0 ? 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' : objects.map((one) => `${one}\r\n`).join(''));
}

interface Found {
  href: URL;
  element: XmlElement;
}

/** Those of the server that was named: her name and password are for no other. */
function responsesOf(answer: SafeAnswer, begin: URL): Found[] {
  assertGiven(answer);
  if (answer.status !== 207) throw new BusyFault('notCaldav');
  return elementsIn(multistatusOf(answer.body), 'D:response').flatMap((element) => {
    const href = urlOf(element.children.find(({ name }) => name === 'D:href')?.text, begin);
    return href === null ? [] : [{ href, element }];
  });
}

function urlOf(text: string | undefined, begin: URL): URL | null {
  const plain = text?.trim() ?? '';
  if (plain === '' || !URL.canParse(plain, begin.href)) return null;
  const url = new URL(plain, begin);
  return url.origin === begin.origin ? url : null;
}

const hrefIn = ({ element }: Found, name: string, begin: URL): URL | null => urlOf(elementsIn(element, name).flatMap((one) => elementsIn(one, 'D:href'))[0]?.text, begin);

function isCalendar({ element }: Found): boolean {
  const types = elementsIn(element, 'D:resourcetype').flatMap(({ children }) => children);
  const components = elementsIn(element, 'C:comp').map(({ attributes }) => attributes.name?.toUpperCase());
  return types.some(({ name }) => name === 'C:calendar') && (components.length === 0 || components.includes('VEVENT'));
}

const isTransparent = ({ element }: Found): boolean => elementsIn(element, 'C:transparent').length > 0;

/** `20261207T120000Z` */
const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
