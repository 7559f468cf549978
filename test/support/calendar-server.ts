import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from './test-server.js';

/** iCalendar of some events, each with its own lines. */
export const icsOf = (...events: readonly (readonly string[])[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//test//DA', ...events.flatMap((lines, n) => ['BEGIN:VEVENT', ...(lines.some((line) => line.startsWith('UID:')) ? [] : [`UID:event-${n}`]), 'DTSTAMP:20261101T080000Z', ...lines, 'END:VEVENT']), 'END:VCALENDAR', ''].join('\r\n');

/** Danish wall time, `20261208T090000`. */
export const taken = (from: string, to: string): string[] => [`DTSTART;TZID=Europe/Copenhagen:${from}`, `DTEND;TZID=Europe/Copenhagen:${to}`];

/** What somebody's calendar is published by, as far as a test lets it. */
export class CalendarServer {
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.writeHead(404).end();
  readonly asked: IncomingMessage[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CalendarServer> {
    const server = createServer((request, response) => {
      made.asked.push(request);
      made.answer(request, response);
    });
    const made = new CalendarServer(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return made;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  link(path = 'calendar.ics'): string {
    return `http://${this.host}/${path}`;
  }

  gives(text: string): void {
    this.answer = (_, response) => response.writeHead(200, { 'content-type': 'text/calendar' }).end(text);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** Somebody whose time is known to be her own, but for her meetings. @returns the status of the answer */
export async function connectEmptyCalendar(who: Browser): Promise<number> {
  return (await who.send('PUT', '/api/v1/own-calendar/file', icsOf(), { 'content-type': 'text/calendar' })).status;
}
