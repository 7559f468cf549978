import { describe, expect, it } from '@jest/globals';
import { caldavCalendars } from './caldav.js';
import { BusyFault } from './busy-faults.js';
import { BusySources } from './busy-sources.js';
import { InlineBusyWork } from './busy-work.js';
import type { BusyAnswer, BusyPart, BusyTask } from './busy.worker.js';
import { calendarDataIn, foundIn, multistatusOf } from './multistatus.js';
import { SafeFetch, type SafeAnswer, type SafeRequest } from './safe-fetch.js';

const window = { fromMs: Date.UTC(2026, 10, 23), toMs: Date.UTC(2028, 0, 1) };
const event = 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a&amp;b\r\nDTSTART:20261207T080000Z\r\nEND:VEVENT\r\nEND:VCALENDAR';
const multistatus = (...responses: string[]) => `<?xml version="1.0"?><x:multistatus xmlns:x="DAV:" xmlns="urn:ietf:params:xml:ns:caldav">${responses.join('')}</x:multistatus>`;
const response = (href: string, prop: string) => `<x:response><x:href>${href}</x:href><x:propstat><x:prop>${prop}</x:prop><x:status>HTTP/1.1 200 OK</x:status></x:propstat></x:response>`;
const calendar = '<x:resourcetype><x:collection/><calendar/></x:resourcetype>';
const principal = '<x:resourcetype><x:collection/></x:resourcetype><x:current-user-principal><x:href>/principals/her/</x:href></x:current-user-principal>';

/** A server that answers by method and path, and remembers what it was asked. */
function served(answers: Record<string, string | number>) {
  const asked: string[] = [];
  const requests: SafeRequest[] = [];
  const outside = {
    address: (text: string) => new URL(text),
    fetch: async (url: URL, request: SafeRequest = {}): Promise<SafeAnswer> => {
      const kind = request.body?.includes('free-busy-query') === true ? 'FREEBUSY' : request.method!;
      asked.push(`${kind} ${url.pathname}`);
      requests.push(request);
      const answer = answers[`${kind} ${url.pathname} ${request.headers?.depth}`] ?? answers[`${kind} ${url.pathname}`] ?? 404;
      return { url, status: typeof answer === 'number' ? answer : answer.startsWith('<') ? 207 : 200, body: Buffer.from(typeof answer === 'number' ? '' : answer) };
    },
  } as unknown as SafeFetch;
  const textOf = ({ form, bytes }: BusyPart) => (form === 'multistatus' ? calendarDataIn(bytes) : String(bytes));
  const access = (path: string) => ({ source: 'caldav' as const, url: `https://dav.example${path}`, user: 'hende', password: 'æøå' });
  const read = async (path = '/') => (await caldavCalendars(outside, async (xml, base) => foundIn(xml, base), access(path), window, new SafeFetch({ allowsHttp: false, innerHosts: new Set() }).allowance())).map(textOf);
  return { read, asked, requests, outside, access };
}
const fault = (name: string) => expect.objectContaining({ fault: name });

describe('[BT30] the calendars of somebody on a CalDAV server', () => {
  it('are found from the server, by her principal and its home, without tasks and what takes no time', async () => {
    const { read, asked, requests } = served({
      'PROPFIND / 0': multistatus(response('/', principal)),
      'PROPFIND / 1': multistatus(response('/', principal)),
      'PROPFIND /principals/her/ 0': multistatus(response('/principals/her/', '<calendar-home-set><x:href>/home/her</x:href></calendar-home-set>')),
      'PROPFIND /home/her 1': multistatus(
        response('/home/her', '<x:resourcetype><x:collection/></x:resourcetype>'),
        response('/home/her/work', calendar),
        response('/home/her/tasks', `${calendar}<supported-calendar-component-set><comp name="VTODO"/></supported-calendar-component-set>`),
        response('/home/her/birthdays', `${calendar}<schedule-calendar-transp><transparent/></schedule-calendar-transp>`),
        response('https://evil.example/home', calendar),
      ),
      'REPORT /home/her/work': multistatus(response('/home/her/work/1.ics', `<calendar-data>${event}</calendar-data>`), response('/home/her/work/2.ics', `<calendar-data><![CDATA[${event}]]></calendar-data>`)),
    });
    const [stream, ...others] = await read();
    // [BT20] One reading, whose time and bytes are counted together.
    expect(new Set(requests.map(({ allowance }) => allowance)).size).toBe(1);
    expect([others, stream!.match(/UID:a&b/g)?.length, stream!.match(/BEGIN:VCALENDAR/g)?.length]).toEqual([[], 1, 2]);
    expect(asked).toEqual(['PROPFIND /', 'PROPFIND /', 'PROPFIND /principals/her/', 'PROPFIND /home/her', 'REPORT /home/her/work']);
    expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set([`Basic ${Buffer.from('hende:æøå').toString('base64')}`]));
    expect(requests.at(-1)!.body).toContain('<C:time-range start="20261123T000000Z" end="20280101T000000Z"/>');
  });

  it('may be one that is named, empty, or open for free and busy alone', async () => {
    const own = { 'PROPFIND /c 0': multistatus(response('/c', calendar)) };
    expect(await served({ ...own, 'REPORT /c': multistatus() }).read('/c')).toEqual(['BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n']);
    const busy = 'BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n';
    expect(await served({ ...own, 'REPORT /c': 403, 'FREEBUSY /c': busy }).read('/c')).toEqual([busy]);
    await expect(served({ ...own, 'REPORT /c': 403, 'FREEBUSY /c': 403 }).read('/c')).rejects.toEqual(fault('denied'));
  });

  it('is read in a thread of its own, XML too, and is counted together', async () => {
    const kinds: string[] = [];
    const work = new (class extends InlineBusyWork {
      protected override answer(task: BusyTask): Promise<BusyAnswer> {
        kinds.push(task.kind);
        return super.answer(task);
      }
    })();
    const calendars = Array.from({ length: 20 }, (_, n) => response(`/c/${n}`, calendar));
    const answers = Object.fromEntries(calendars.map((_, n) => [`REPORT /c/${n}`, multistatus(response('/c/1.ics', `<calendar-data>${event.replace('BEGIN:VEVENT', `BEGIN:VEVENT\r\nDURATION:PT1H\r\nSUMMARY:${'x'.repeat(10_000)}`)}</calendar-data>`))]));
    const { outside, access } = served({ 'PROPFIND /c 0': multistatus(response('/c', '')), 'PROPFIND /c 1': multistatus(...calendars), ...answers });
    const reading = (mostBytes: number) => {
      const limits = new SafeFetch({ allowsHttp: false, innerHosts: new Set(), mostBytes });
      // As `SafeFetch` does it with what really comes.
      const counted = { ...outside, allowance: (signal: AbortSignal) => limits.allowance(signal), fetch: async (url: URL, request: SafeRequest) => {
        const answer = await outside.fetch(url, request);
        if (!request.allowance!.take(answer.body.length)) throw new BusyFault('tooLarge');
        return answer;
      } } as unknown as SafeFetch;
      return new BusySources(counted, work).read(access('/c'), window, 'person', new AbortController().signal);
    };
    expect((await reading(400_000)).times).toHaveLength(1);
    expect(kinds).toEqual(['found', 'found', 'read']);
    await expect(reading(200_000)).rejects.toEqual(fault('tooLarge'));
  });

  it.each([
    ['denied', { 'PROPFIND /': 401 }],
    ['gone', {}],
    ['serverFault', { 'PROPFIND /': 500 }],
    ['notCaldav', { 'PROPFIND /': 'Hej' }],
    ['notCaldav', { 'PROPFIND /': '<html></html>' }],
    ['notCaldav', { 'PROPFIND /': multistatus() }],
    ['notCaldav', { 'PROPFIND /': multistatus(response('/', principal)), 'PROPFIND /principals/her/': multistatus(response('/principals/her/', '')) }],
    ['notCaldav', { 'PROPFIND /': multistatus(response('/', '<calendar-home-set><x:href>https://evil.example/</x:href></calendar-home-set>')) }],
  ] as [string, Record<string, string | number>][])('are said not to be there: %s', async (name, answers) => {
    await expect(served(answers).read()).rejects.toEqual(fault(name));
  });

  it.each([
    ['declares entities', `<!DOCTYPE m [<!ENTITY a "aaaa">]>${multistatus()}`],
    ['goes on into the deep', multistatus('<a>'.repeat(100_000))],
    ['holds very much', multistatus('<a/>'.repeat(200_001))],
    ['is broken', multistatus().slice(0, -3)],
    ['is of another name space', '<multistatus xmlns="http://example"/>'],
  ])('an answer that %s is refused', (_, xml) => {
    expect(() => multistatusOf(Buffer.from(xml))).toThrow(fault('notCaldav'));
  });
});
