/** Why a calendar could not be read; the words are in busy-faults.ts. */
export class UnreadableCalendar extends Error {
  constructor(readonly fault: 'notCalendar' | 'truncated' | 'tooLarge' | 'tooMany') {
    super(fault);
    this.name = 'UnreadableCalendar';
  }
}

/** A component with those of its lines that say when; unfolded, as they stand in the file. */
export interface IcsComponent {
  name: 'VEVENT' | 'VFREEBUSY' | 'VTIMEZONE';
  lines: string[];
}

export interface IcsFile {
  components: IcsComponent[];
  /** X-WR-TIMEZONE: where all-day and floating times are. */
  timeZone: string | null;
}

const mostComponents = 50_000;
/** Lines that are kept of one component: a series with its exceptions, years of free and busy. */
const mostLines = 5_000;
const longestLine = 256 * 1024;

/** What says when, and whether it counts. Titles, places, people and notes are not taken out of the file at all. */
const wanted: Readonly<Record<IcsComponent['name'], ReadonlySet<string>>> = {
  VEVENT: new Set(['UID', 'DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXRULE', 'RDATE', 'EXDATE', 'RECURRENCE-ID', 'STATUS', 'TRANSP', 'SEQUENCE', 'DTSTAMP', 'X-MICROSOFT-CDO-BUSYSTATUS']),
  VFREEBUSY: new Set(['DTSTART', 'DTEND', 'FREEBUSY']),
  VTIMEZONE: new Set(['TZID', 'X-LIC-LOCATION', 'DTSTART', 'TZOFFSETFROM', 'TZOFFSETTO', 'RRULE', 'RDATE', 'BEGIN', 'END']),
};

/**
 * Takes an iCalendar stream (RFC 5545 §3.4, also several objects one after the other) apart, line by line, so that a file of
 * many megabytes costs what is kept of it and not what it is. Lenient where files in the wild are: bare LF, blank lines, a byte order mark, names in
 * lower case.
 *
 * @throws UnreadableCalendar
 */
export function componentsOf(text: string): IcsFile {
  const answer: IcsFile = { components: [], timeZone: null };
  const open: string[] = [];
  let current: IcsComponent | null = null;
  let objects = 0;
  for (const line of unfolded(text)) {
    const end = nameEnd(line);
    const name = line.slice(0, end).toUpperCase();
    if (name === 'BEGIN') {
      const what = line.slice(end + 1).trim().toUpperCase();
      if (open.length === 0 && what !== 'VCALENDAR') throw new UnreadableCalendar('notCalendar');
      open.push(what);
      if (open.length > 8) throw new UnreadableCalendar('notCalendar');
      if (open.length === 2 && (what === 'VEVENT' || what === 'VFREEBUSY' || what === 'VTIMEZONE')) {
        if (answer.components.length >= mostComponents) throw new UnreadableCalendar('tooMany');
        current = { name: what, lines: [] };
        answer.components.push(current);
      } else if (current?.name === 'VTIMEZONE') keep(current, line);
      continue;
    }
    if (name === 'END') {
      const what = line.slice(end + 1).trim().toUpperCase();
      if (open.pop() !== what) throw new UnreadableCalendar(objects === 0 && open.length === 0 ? 'notCalendar' : 'truncated');
      if (open.length === 0) objects += 1;
      if (open.length === 1) current = null;
      else if (current?.name === 'VTIMEZONE') keep(current, line);
      continue;
    }
    if (open.length === 0) throw new UnreadableCalendar('notCalendar');
    // What an alarm within an event says is not when the event is.
    if (current !== null && (open.length === 2 || current.name === 'VTIMEZONE')) {
      if (wanted[current.name].has(name)) keep(current, line);
    } else if (open.length === 1 && name === 'X-WR-TIMEZONE') answer.timeZone = line.slice(end + 1).trim();
  }
  if (open.length > 0) throw new UnreadableCalendar('truncated');
  if (objects === 0) throw new UnreadableCalendar('notCalendar');
  return answer;
}

function keep(component: IcsComponent, line: string): void {
  if (component.lines.length >= mostLines || line.length > longestLine) throw new UnreadableCalendar('tooMany');
  component.lines.push(line);
}

/** Content lines without their folds (§3.1), none of them empty. */
function* unfolded(text: string): Generator<string> {
  let line: string[] = [];
  let length = 0;
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    const piece = text.slice(at, text.charCodeAt(end - 1) === 13 ? end - 1 : end);
    at = end + 1;
    const first = piece.charCodeAt(0);
    if (line.length > 0 && (first === 32 || first === 9)) {
      // A description of many megabytes is folded too: what nobody keeps is not put together.
      length += piece.length;
      if (length <= longestLine + 1) line.push(piece.slice(1));
      continue;
    }
    if (line.length > 0) yield line.join('');
    line = piece === '' ? [] : [piece];
    length = piece.length;
  }
  if (line.length > 0) yield line.join('');
}

/** Where the name of a line ends: at the first parameter or the value. */
function nameEnd(line: string): number {
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 58 || code === 59) return at;
  }
  return line.length;
}
