import { decisionPeriods, decisionSorts, decisionStates } from '@lib/contracts/enums.js';
import { useSearchParams } from 'react-router';
import type { DecisionFilter } from '../api/client.js';

/** The filters of the log as the API takes them. */
export type LogFilter = Omit<DecisionFilter, 'limit' | 'cursor'>;

/** Their Danish names in the address. */
const names: Record<keyof LogFilter, string> = {
  waiting: 'venter',
  state: 'tilstand',
  authorityId: 'myndighed',
  responsiblePersonId: 'ansvarlig',
  overdue: 'overskredet',
  period: 'periode',
  from: 'fra',
  to: 'til',
  kindId: 'moedetype',
  legalBasisId: 'hjemmel',
  caseReference: 'sag',
  seriesId: 'serie',
  meetingId: 'moede',
  sort: 'sortering',
};
const yes = 'ja';
const id = /^[\w:-]{1,100}$/;

/** What each may be; anything else in an address is passed over. */
const readers: { [Key in keyof LogFilter]-?: (text: string) => LogFilter[Key] } = {
  waiting: (text) => (text === yes ? 'true' : undefined),
  overdue: (text) => (text === yes ? 'true' : undefined),
  state: (text) => decisionStates.find((one) => one === text),
  period: (text) => decisionPeriods.find((one) => one === text),
  sort: (text) => decisionSorts.find((one) => one === text),
  from: (text) => (isDay(text) ? text : undefined),
  to: (text) => (isDay(text) ? text : undefined),
  caseReference: (text) => (isCaseReference(text) ? text : undefined),
  authorityId: (text) => (id.test(text) ? text : undefined),
  responsiblePersonId: (text) => (id.test(text) ? text : undefined),
  kindId: (text) => (id.test(text) ? text : undefined),
  legalBasisId: (text) => (id.test(text) ? text : undefined),
  seriesId: (text) => (id.test(text) ? text : undefined),
  meetingId: (text) => (id.test(text) ? text : undefined),
};

export const isCaseReference = (text: string) => /^Sag \d{4}-\d{3,5}$/.test(text);
/** A day that exists and that somebody means: a year that is being typed begins with zeros. */
export const isDay = (text: string) => /^(19|20|21)\d{2}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

function readFilter(search: URLSearchParams): LogFilter {
  const entries = (Object.keys(names) as (keyof LogFilter)[]).map((key) => [key, readers[key](search.get(names[key]) ?? '')] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as LogFilter;
}

/** The address of a filter, “?tilstand=recorded&overskredet=ja”; the usual order is not written. */
export function addressOf(filter: LogFilter): string {
  const search = new URLSearchParams();
  for (const key of Object.keys(names) as (keyof LogFilter)[]) {
    const value = filter[key];
    if (value && !(key === 'sort' && value === 'newest')) search.set(names[key], value === 'true' ? yes : value);
  }
  const text = search.toString();
  return text === '' ? '/beslutninger' : `/beslutninger?${text}`;
}

/** The filters live in the address, so that a view can be shared and the back button leads to the one before. */
export function useLogFilter(): [LogFilter, (change: LogFilter) => void] {
  const [search, setSearch] = useSearchParams();
  const filter = readFilter(search);
  const change = (part: LogFilter) => {
    const next: LogFilter = { ...filter, ...part };
    setSearch(new URL(addressOf(next), window.location.origin).search);
  };
  return [filter, change];
}

/** Whether anything is left out. */
export const isFiltered = (filter: LogFilter) => (Object.keys(filter) as (keyof LogFilter)[]).some((key) => key !== 'sort' && filter[key]);

/** Where the filtered log is fetched as a file: without what is under embargo, which the page says and the file counts. */
export function exportAddress(filter: LogFilter, format: 'csv' | 'xlsx' | 'pdf'): string {
  const search = new URLSearchParams(format === 'pdf' ? {} : { format });
  for (const [key, value] of Object.entries(filter)) if (value) search.set(key, value);
  search.set('embargoed', 'omit');
  return `/api/v1/${format === 'pdf' ? 'decisions/export.pdf' : 'decision-log/export'}?${search.toString()}`;
}
