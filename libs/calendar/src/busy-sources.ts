import { caldavCalendars, type CaldavAccess } from './caldav.js';
import { BusyFault } from './busy-faults.js';
import type { BusyLane, BusyWork } from './busy-work.js';
import type { BusyReading, BusyWindow } from './ics-busy.js';
import { assertGiven, type SafeFetch } from './safe-fetch.js';

/** How a calendar is reached again and again; sealed where it is kept. */
export type BusyAccess = { source: 'link'; url: string } | CaldavAccess;

/** Where busy times come from, all behind `read`. */
export class BusySources {
  constructor(
    private readonly outside: SafeFetch,
    private readonly work: BusyWork,
  ) {}

  /** The address of a calendar as it is kept. @throws BusyFault `address` */
  address(text: string): string {
    return this.outside.address(text).href;
  }

  /** @throws BusyFault for whatever is no calendar that can be read */
  async parse(bytes: Uint8Array, window: BusyWindow, lane: BusyLane): Promise<BusyReading> {
    if (bytes.length > mostBytes) throw new BusyFault('tooLarge');
    // “PK”: what Google gives as an export is an archive.
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw new BusyFault('zipped');
    return this.work.read([{ form: 'icalendar', bytes }], window, lane);
  }

  /** [BT20] One reading, whose time and bytes are counted together however many requests it takes. @throws BusyFault */
  async read(access: BusyAccess, window: BusyWindow, lane: BusyLane, signal: AbortSignal): Promise<BusyReading> {
    const allowance = this.outside.allowance(signal);
    if (access.source === 'caldav') {
      // The calendars of one person are one: what stands in any of them takes her time.
      return this.work.read(await caldavCalendars(this.outside, (xml, base) => this.work.found(xml, base, lane), access, window, allowance), window, lane);
    }
    const answer = await this.outside.fetch(this.outside.address(access.url), { headers: { accept: 'text/calendar, */*;q=0.5' }, allowance });
    assertGiven(answer);
    return this.parse(answer.body, window, lane);
  }
}

export const mostBytes = 20 * 1024 * 1024;
