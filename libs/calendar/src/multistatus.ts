import { Parser } from 'saxen';
import { BusyFault } from './busy-faults.js';

const davNamespace = 'DAV:';
export const caldavNamespace = 'urn:ietf:params:xml:ns:caldav';

/** An element of an answer, by `D:` for WebDAV and `C:` for CalDAV whatever prefixes the server has. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  text: string;
}

/** Of one person. */
const mostCalendars = 20;
const mostElements = 200_000;
const deepest = 40;

/** What a PROPFIND found: hrefs as addresses of the server that answered, and of no other. */
export interface DavFound {
  /** The first of the answer: what was asked about. */
  own: { href: string; isCalendar: boolean; home: string | null; principal: string | null } | null;
  /** Whether there are calendars at all, also such that take no time. */
  hasCalendars: boolean;
  /** Those that take time, the first {@link mostCalendars}. */
  calendars: string[];
}

/**
 * What a PROPFIND found, with no more of the answer than is asked for. What it costs somebody else decides: it is
 * for a thread of its own.
 *
 * @param base where it came from
 * @throws BusyFault `notCaldav`
 */
export function foundIn(xml: Uint8Array, base: string): DavFound {
  const begin = new URL(base);
  const all = responsesOf(xml, begin);
  const hrefIn = (element: XmlElement, name: string) => urlOf(elementsIn(element, name).flatMap((one) => elementsIn(one, 'D:href'))[0]?.text, begin);
  const calendars = all.filter(({ element }) => isCalendar(element));
  const [own] = all;
  return {
    own: own === undefined ? null : { href: own.href, isCalendar: isCalendar(own.element), home: hrefIn(own.element, 'C:calendar-home-set'), principal: hrefIn(own.element, 'D:current-user-principal') },
    hasCalendars: calendars.length > 0,
    calendars: calendars.filter(({ element }) => elementsIn(element, 'C:transparent').length === 0).map(({ href }) => href).slice(0, mostCalendars),
  };
}

/**
 * What stands in a calendar, from the answer to a calendar-query, as one iCalendar stream.
 *
 * @throws BusyFault `notCaldav`
 */
export function calendarDataIn(xml: Uint8Array): string {
  const objects = elementsIn(multistatusOf(xml), 'C:calendar-data').map(({ text }) => text.trim());
  // Without an event in the whole window the calendar is there, and empty.
  return objects.length === 0 ? 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' : objects.map((one) => `${one}\r\n`).join('');
}

/** Those of the server that was asked: her name and password are for no other. */
const responsesOf = (xml: Uint8Array, begin: URL): { href: string; element: XmlElement }[] =>
  elementsIn(multistatusOf(xml), 'D:response').flatMap((element) => {
    const href = urlOf(element.children.find(({ name }) => name === 'D:href')?.text, begin);
    return href === null ? [] : [{ href, element }];
  });

function urlOf(text: string | undefined, begin: URL): string | null {
  const plain = text?.trim() ?? '';
  if (plain === '' || plain.length > 4000 || !URL.canParse(plain, begin.href)) return null;
  const url = new URL(plain, begin);
  return url.origin === begin.origin ? url.href : null;
}

function isCalendar(element: XmlElement): boolean {
  const types = elementsIn(element, 'D:resourcetype').flatMap(({ children }) => children);
  const components = elementsIn(element, 'C:comp').map(({ attributes }) => attributes.name?.toUpperCase());
  return types.some(({ name }) => name === 'C:calendar') && (components.length === 0 || components.includes('VEVENT'));
}

/**
 * The multistatus of an answer (RFC 4918 § 13).
 *
 * @throws BusyFault `notCaldav` for anything else, also for XML that declares something of its own
 */
export function multistatusOf(body: Uint8Array): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let count = 0;
  let isBad = false;
  const parser = new Parser().ns({ [davNamespace]: 'D', [caldavNamespace]: 'C' });
  const bad = () => {
    isBad = true;
    parser.stop();
  };
  parser.on('openTag', (name, attributes) => {
    count += 1;
    if (count > mostElements || open.length > deepest) return bad();
    const element: XmlElement = { name, attributes: attributes(), children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('closeTag', () => void open.pop());
  parser.on('text', (text, decode) => void (open.at(-1)!.text += decode(text)));
  parser.on('cdata', (text) => void (open.at(-1)!.text += text));
  // DOCTYPE: nothing of WebDAV has one.
  parser.on('attention', bad);
  parser.on('error', bad);
  parser.parse(new TextDecoder().decode(body));
  const [top] = root.children;
  if (isBad || top?.name !== 'D:multistatus') throw new BusyFault('notCaldav');
  return top;
}

/** All of a name, however deep. */
const elementsIn = (element: XmlElement, name: string): XmlElement[] => element.children.flatMap((one) => (one.name === name ? [one] : elementsIn(one, name)));
