import { Temporal } from 'temporal-polyfill';
import { timeZone, type DecisionPeriod, type DecisionSort, type DecisionState } from '@lib/contracts/enums.js';

/** What of the decision log is shown. Every part narrows; an empty filter shows all that may be read. */
export interface LogFilter {
  /** [DE11] Only what waits for the asker's own answer. */
  waiting?: boolean;
  state?: DecisionState;
  /** The deciding authority. */
  authorityId?: string;
  responsiblePersonId?: string;
  overdue?: boolean;
  /** Which day the period is about; default `recorded`. */
  period?: DecisionPeriod;
  /** Danish day `YYYY-MM-DD`, the first of the period. */
  from?: string;
  /** Danish day `YYYY-MM-DD`, the last of the period. */
  to?: string;
  kindId?: string;
  legalBasisId?: string;
  /** Exactly, “Sag 2026-014”. */
  caseReference?: string;
  /** A series the asker takes part in. */
  seriesId?: string;
  /** A meeting the asker takes part in. */
  meetingId?: string;
}

export interface LogOrder extends LogFilter {
  sort: DecisionSort;
}

/** Days as instants: the beginning of the first Danish day, and the end of the last. */
export const startOfDay = (day: string): string => Temporal.PlainDate.from(day).toZonedDateTime(timeZone).toInstant().toString();
export const endOfDay = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone).toInstant().toString();

/** Names for the ids in a filter, as far as the asker may know them. */
export interface FilterNames {
  authority?: string;
  responsible?: string;
  kind?: string;
  legalBasis?: string;
  series?: string;
  meeting?: string;
}

const stateWords: Record<DecisionState, string> = {
  recorded: 'der venter på bekræftelse',
  escalated: 'der er eskaleret',
  confirmed: 'der er bekræftet',
  returned: 'der er returneret',
  superseded: 'der er erstattet',
};
const sortWords: Record<DecisionSort, string> = { newest: 'nyeste først', oldest: 'ældste først', deadline: 'tidligste frist først' };
const unknown = 'en, du ikke har adgang til';

/** The filter as a Danish sentence: “Beslutninger, truffet af Eksempelby Kommune, der venter på bekræftelse, nyeste først.” */
export function sentenceOf(query: LogOrder, names: FilterNames): string {
  const by = query.period === 'deadline' ? 'med frist' : 'skrevet';
  const parts = [
    query.waiting && 'der venter på mit svar',
    query.state && stateWords[query.state],
    query.authorityId && `truffet af ${names.authority ?? unknown}`,
    query.responsiblePersonId && `med ${names.responsible ?? unknown} som ansvarlig`,
    query.overdue && 'over fristen',
    query.from && query.to ? `${by} fra ${danishDay(query.from)} til ${danishDay(query.to)}` : query.from ? `${by} fra ${danishDay(query.from)}` : query.to && `${by} til og med ${danishDay(query.to)}`,
    query.kindId && `på møder af typen ${names.kind ?? unknown}`,
    query.seriesId && `i serien ${names.series ?? unknown}`,
    query.meetingId && `fra mødet ${names.meeting ?? unknown}`,
    query.legalBasisId && `efter ${names.legalBasis ?? unknown}`,
    query.caseReference && `om ${query.caseReference}`,
  ].filter((part) => typeof part === 'string' && part !== '');
  return `${[parts.length === 0 ? 'Alle beslutninger' : 'Beslutninger', ...parts, sortWords[query.sort]].join(', ')}.`;
}

/** “1. september 2026” */
const danishDay = (day: string): string => new Intl.DateTimeFormat('da-DK', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(`${day}T12:00:00Z`));
