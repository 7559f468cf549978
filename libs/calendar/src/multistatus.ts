import { Parser } from 'saxen';
import { BusyFault } from './busy-faults.js';

export const davNamespace = 'DAV:';
export const caldavNamespace = 'urn:ietf:params:xml:ns:caldav';

/** An element of an answer, by `D:` for WebDAV and `C:` for CalDAV whatever prefixes the server has. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  text: string;
}

const mostElements = 200_000;
const deepest = 40;

/**
 * The multistatus of an answer (RFC 4918 § 13).
 *
 * @throws BusyFault `notCaldav` for anything else, also for XML that declares something of its own
 */
export function multistatusOf(body: Buffer): XmlElement {
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
  parser.parse(body.toString('utf8'));
  const [top] = root.children;
  if (isBad || top?.name !== 'D:multistatus') throw new BusyFault('notCaldav');
  return top;
}

/** All of a name, however deep. */
export const elementsIn = (element: XmlElement, name: string): XmlElement[] => element.children.flatMap((one) => (one.name === name ? [one] : elementsIn(one, name)));
