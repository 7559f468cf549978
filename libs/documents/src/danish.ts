import { timeZone, type AttendanceState, type DecisionState, type FollowUpState, type OutputType, type PartStat, type Plan } from '@lib/contracts/enums.js';

/** Danish words and Danish wall time of documents. Instants are ISO 8601; days are `YYYY-MM-DD`. */
const parts = new Intl.DateTimeFormat('da-DK', { timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

function wall(instant: string): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
}

/** “13.00” */
export function time(instant: string): string {
  const { hour, minute } = wall(instant);
  return `${hour}.${minute}`;
}

/** “13.00–13.20” */
export const timeSpan = (start: string, end: string): string => `${time(start)}–${time(end)}`;

/** “mandag 7. december 2026” */
export function weekdayAndDay(instant: string): string {
  const { weekday, day, month, year } = wall(instant);
  return `${weekday} ${day}. ${month} ${year}`;
}

/** “7. december 2026 kl. 14.12” */
export function dayAndTime(instant: string): string {
  const { day, month, year } = wall(instant);
  return `${day}. ${month} ${year} kl. ${time(instant)}`;
}

/** A day without a time: “7. december 2026” */
export function plainDay(date: string): string {
  const { day, month, year } = wall(`${date}T12:00:00Z`);
  return `${day}. ${month} ${year}`;
}

/** “mandag 7. december 2026 kl. 13.00–14.30 (uge 50)”; an end on another day is written in full. */
export function fullSpan(start: string, end: string): string {
  const sameDay = weekdayAndDay(start) === weekdayAndDay(end);
  return `${weekdayAndDay(start)} kl. ${time(start)}–${sameDay ? time(end) : `${weekdayAndDay(end)} kl. ${time(end)}`} (uge ${week(start)})`;
}

// Swedish writes dates as ISO does.
const isoDay = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });

/** The Danish day on which `instant` falls, `YYYY-MM-DD`. */
export const dayOf = (instant: string): string => isoDay.format(new Date(instant));

/** ISO 8601 week of the Danish day on which `instant` falls. */
export function week(instant: string): number {
  const at = new Date(`${dayOf(instant)}T00:00:00Z`);
  // The week belongs to the year of its Thursday.
  at.setUTCDate(at.getUTCDate() + 4 - (at.getUTCDay() || 7));
  return Math.ceil(((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
}

const collator = new Intl.Collator('da');

/** Danish alphabetical order: æ, ø and å last. */
export const byDanish = (a: string, b: string): number => collator.compare(a, b);

/** “a, b og c” */
export const listed = (words: readonly string[]): string => new Intl.ListFormat('da', { type: 'conjunction' }).format(words);

export const outputWords: Record<OutputType, string> = { information: 'Orientering', discussion: 'Drøftelse', decision: 'Beslutning' };

export const attendanceWords: Record<AttendanceState, string> = { present: 'Til stede', late: 'Kom senere', excused: 'Afbud', absent: 'Udeblevet' };

export const replyWords: Record<PartStat, string> = { needsAction: 'Har ikke svaret', accepted: 'Deltager', tentative: 'Måske', declined: 'Deltager ikke', delegated: 'Har sendt stedfortræder' };

export const decisionWords: Record<DecisionState, string> = { recorded: 'Venter på bekræftelse', confirmed: 'Bekræftet', returned: 'Returneret', superseded: 'Erstattet', escalated: 'Eskaleret' };

/** What happened to a decision, in its timeline. */
export const decisionEventWords: Record<DecisionState, string> = { recorded: 'Skrevet', confirmed: 'Bekræftet', returned: 'Returneret', superseded: 'Erstattet', escalated: 'Eskaleret' };

export const followUpWords: Record<FollowUpState, string> = { open: 'Åben', done: 'Udført', notDone: 'Ikke udført', overtaken: 'Overhalet', handedOver: 'Givet videre' };

export const planWords: Record<Plan, { title: string; caption: string; step: string }> = {
  sequence: { title: 'Rækkefølgeplan', caption: 'Hvem gør hvad i hvilken rækkefølge', step: 'Trin' },
  informing: { title: 'Orienteringsplan', caption: 'Hvem må vide hvad hvornår', step: 'Hvem og hvad' },
};
