import type { Language } from '@lib/contracts/language.js';
import type { LeftOut, Placement, PlanDate, PlanException, PlanInput, PlanSeries, PlanStretch } from './year-plan.js';
import { PlanCalendar } from './year-plan-calendar.js';
import { patternDates, weekdayOf, type PlanViolation } from './year-plan-check.js';
import type { DifferenceReason, PlanDifference } from './year-plan-repair.js';

interface Vocabulary {
  days: readonly string[];
  months: readonly string[];
  ordinals: readonly string[];
  time: (hour: number, minute: string) => string;
  date: (weekday: string, day: number, month: string) => string;
  weekly: (n: number, weekday: string) => string;
  monthly: (n: number, ordinal: string, weekday: string) => string;
  firstOn: (text: string, date: string) => string;
  at: (when: string, time: string, place: string) => string;
  and: string;
  held: string;
  dropped: string;
  moved: (to: string) => string;
  substituted: (pairs: string) => string;
  standsIn: (substitute: string, person: string) => string;
  because: Record<'closed', string> & { absence: (who: string) => string };
  leftOut: Record<LeftOut['reason'], (names: string) => string>;
  placed: (name: string, to: string) => string;
  gone: (name: string, why: string) => string;
  replaced: (name: string, to: string, from: string) => string;
  removed: (name: string) => string;
  meeting: (name: string, date: string, what: string) => string;
  reasons: Record<DifferenceReason, string>;
  violation: Record<PlanViolation['kind'], (names: string, who: string) => string>;
}

const da: Vocabulary = {
  days: ['mandag', 'tirsdag', 'onsdag', 'torsdag', 'fredag', 'lørdag', 'søndag'],
  months: ['januar', 'februar', 'marts', 'april', 'maj', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'december'],
  ordinals: ['første', 'anden', 'tredje', 'fjerde'],
  time: (hour, minute) => `kl. ${hour}.${minute}`,
  date: (weekday, day, month) => `${weekday} den ${day}. ${month}`,
  weekly: (n, weekday) => (n === 1 ? `hver ${weekday}` : `hver ${n}. uge, ${weekday}`),
  monthly: (n, ordinal, weekday) => `den ${ordinal} ${weekday} ${n === 1 ? 'i måneden' : `hver ${n}. måned`}`,
  firstOn: (text, date) => `${text}, første gang ${date}`,
  at: (when, time, place) => (place === '' ? `${when} ${time}` : `${when} ${time} i ${place}`),
  and: 'og',
  held: 'holdes som planlagt',
  dropped: 'falder bort',
  moved: (to) => `flyttes til ${to}`,
  substituted: (pairs) => `holdes med stedfortræder: ${pairs}`,
  standsIn: (substitute, person) => `${substitute} for ${person}`,
  because: { closed: 'dagen er lukket', absence: (who) => `${who} er fraværende` },
  leftOut: {
    noPlacement: () => 'der er ingen ugedag, dato eller tid, den kan ligge på',
    partTime: () => 'alle tider ligger i deltageres faste fritid',
    collision: (names) => `alle tider er optaget af ${names}`,
    pins: (names) => `alle tider er optaget af det, der er låst: ${names}`,
  },
  placed: (name, to) => `${name} får plads: ${to}`,
  gone: (name, why) => `${name} har ingen plads: ${why}`,
  replaced: (name, to, from) => `${name} flyttes til ${to} (før: ${from})`,
  removed: (name) => `${name} udgår af planen`,
  meeting: (name, date, what) => `${name}, ${date}: ${what}`,
  reasons: {
    change: 'følger direkte af ændringen',
    collision: 'den gamle tid kolliderer nu med et andet møde',
    madeRoom: 'gør plads til en række, der ellers ikke kunne være der',
    followed: 'følger af, at andre møder ændres',
  },
  violation: {
    person: (names, who) => `${who} kan ikke nå både ${names}`,
    room: (names) => `Lokalet er optaget: ${names}`,
    closed: (names) => `${names}: dagen er lukket`,
    absent: (names, who) => `${names}: ${who} er fraværende`,
    partTime: (names, who) => `${names}: ${who} har fast fri`,
    weekday: (names) => `${names}: ugedagen er ikke blandt de mulige`,
    time: (names) => `${names}: tiden er ikke blandt de mulige`,
    place: (names) => `${names}: stedet er ikke blandt de mulige`,
    pin: (names) => `${names} ligger ikke der, hvor den er låst`,
    substitute: (names) => `${names}: stedfortræderen kan ikke bruges`,
    twice: (names) => `${names} mødes to gange samme dag`,
  },
};

const en: Vocabulary = {
  days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
  months: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  ordinals: ['first', 'second', 'third', 'fourth'],
  time: (hour, minute) => `at ${hour}:${minute}`,
  date: (weekday, day, month) => `${weekday} ${day} ${month}`,
  weekly: (n, weekday) => (n === 1 ? `every ${weekday}` : n === 2 ? `every second ${weekday}` : `every ${n} weeks, ${weekday}`),
  monthly: (n, ordinal, weekday) => `the ${ordinal} ${weekday} ${n === 1 ? 'of the month' : n === 2 ? 'of every second month' : `of every ${n} months`}`,
  firstOn: (text, date) => `${text}, first on ${date}`,
  at: (when, time, place) => (place === '' ? `${when} ${time}` : `${when} ${time} in ${place}`),
  and: 'and',
  held: 'is held as planned',
  dropped: 'is not held',
  moved: (to) => `moves to ${to}`,
  substituted: (pairs) => `is held with a substitute: ${pairs}`,
  standsIn: (substitute, person) => `${substitute} for ${person}`,
  because: { closed: 'the day is closed', absence: (who) => `${who} is away` },
  leftOut: {
    noPlacement: () => 'there is no weekday, date or time it could be at',
    partTime: () => 'all its times are in hours that participants never work',
    collision: (names) => `all its times are taken by ${names}`,
    pins: (names) => `all its times are taken by what is pinned: ${names}`,
  },
  placed: (name, to) => `${name} gets a place: ${to}`,
  gone: (name, why) => `${name} has no place: ${why}`,
  replaced: (name, to, from) => `${name} moves to ${to} (before: ${from})`,
  removed: (name) => `${name} leaves the plan`,
  meeting: (name, date, what) => `${name}, ${date}: ${what}`,
  reasons: {
    change: 'follows directly from the change',
    collision: 'its former time now collides with another meeting',
    madeRoom: 'makes room for a series that could not be there otherwise',
    followed: 'follows from other meetings changing',
  },
  violation: {
    person: (names, who) => `${who} cannot make it to both ${names}`,
    room: (names) => `The room is taken: ${names}`,
    closed: (names) => `${names}: the day is closed`,
    absent: (names, who) => `${names}: ${who} is away`,
    partTime: (names, who) => `${names}: ${who} never works then`,
    weekday: (names) => `${names}: the weekday is not among those possible`,
    time: (names) => `${names}: the time is not among those possible`,
    place: (names) => `${names}: the place is not among those possible`,
    pin: (names) => `${names} is not where it is pinned`,
    substitute: (names) => `${names}: the substitute cannot be used`,
    twice: (names) => `${names} meets twice on one day`,
  },
};

const vocabularies: Record<Language, Vocabulary> = { da, en };

/** Puts plans and their changes into sentences (rule YP12). Names are those of the input; nothing else about people is said. */
export class PlanWords {
  private readonly words: Vocabulary;
  private readonly calendar: PlanCalendar;
  private readonly names: Map<string, string>;

  /** @param input after the change; `also` before it, for the names of what is gone */
  constructor(input: PlanInput, language: Language, also?: PlanInput) {
    this.words = vocabularies[language];
    this.calendar = new PlanCalendar(input.firstDay, input.weeks);
    this.names = new Map([also, input].flatMap((one) => (one === undefined ? [] : [
      ...one.series.map((item): [string, string] => [`series ${item.id}`, item.name]),
      ...one.people.map((item): [string, string] => [`person ${item.id}`, item.name]),
      ...one.places.map((item): [string, string] => [`place ${item.id}`, item.name]),
    ])));
    this.series = new Map([...(also?.series ?? []), ...input.series].map((one) => [one.id, one]));
  }

  private readonly series: Map<string, PlanSeries>;

  /** “hver 2. uge, tirsdag kl. 9.00 i Odense, første gang tirsdag den 12. januar” */
  placement(seriesId: string, placement: Placement): string {
    const { words } = this;
    const series = this.series.get(seriesId)!;
    const { cadence } = series;
    const weekday = words.days[placement.weekday - 1]!;
    const time = this.time(placement.startMinute);
    const place = this.name('place', placement.placeId);
    if (placement.date !== undefined) return words.at(this.date(placement.date), time, place);
    const text = cadence.every === 'month' ? words.monthly(cadence.interval, words.ordinals[(placement.ordinal ?? 1) - 1]!, weekday) : words.weekly(cadence.every === 'week' ? cadence.interval : 1, weekday);
    const [first] = patternDates(this.calendar, series, placement);
    const full = words.at(text, time, place);
    return first === undefined || (cadence.every !== 'once' && cadence.interval === 1) ? full : words.firstOn(full, this.date(first));
  }

  /** What became of one meeting, and why; null is held as planned. */
  exception(one: PlanException | null): string {
    const { words } = this;
    if (one === null) return words.held;
    const why = one.reason === 'closed' ? words.because.closed : words.because.absence(this.list(one.personIds.map((id) => this.name('person', id))));
    const pairs = one.kind === 'dropped' ? '' : this.list(one.substitutes.map(({ personId, substituteId }) => words.standsIn(this.name('person', substituteId), this.name('person', personId))));
    if (one.kind === 'dropped') return `${words.dropped} (${why})`;
    if (one.kind === 'substituted') return `${words.substituted(pairs)} (${why})`;
    const to = words.moved(`${this.date(one.toDate)} ${this.time(one.toStartMinute)}`);
    return `${to}${pairs === '' ? '' : `, ${words.substituted(pairs)}`} (${why})`;
  }

  leftOut(one: LeftOut): string {
    const names = this.list(one.blockedBy.map((id) => this.name('series', id)));
    return this.words.gone(this.name('series', one.seriesId), this.words.leftOut[one.reason](names));
  }

  /** What is different, in one sentence. */
  difference(one: PlanDifference): string {
    const { words } = this;
    const name = this.name('series', one.seriesId);
    if (one.kind === 'removed') return words.removed(name);
    if (one.kind === 'leftOut') return this.leftOut(one.leftOut);
    if (one.kind === 'placed') return words.placed(name, this.placement(one.seriesId, one.to));
    if (one.kind === 'replaced') return words.replaced(name, this.placement(one.seriesId, one.to), this.placement(one.seriesId, one.from));
    return words.meeting(name, this.date(one.date), this.exception(one.to));
  }

  /** Why it is different. */
  because(reason: DifferenceReason): string {
    return this.words.reasons[reason];
  }

  violation(one: PlanViolation): string {
    const who = one.who === null ? '' : (this.names.get(`person ${one.who}`) ?? one.who);
    return this.words.violation[one.kind](this.list(one.seriesIds.map((id) => this.name('series', id))), who);
  }

  seriesName(id: string): string {
    return this.name('series', id);
  }

  /** “mandag den 1. marts – fredag den 5. marts” */
  stretch({ from, to }: PlanStretch): string {
    return from === to ? this.date(from) : `${this.date(from)} – ${this.date(to)}`;
  }

  private name(kind: 'series' | 'person' | 'place', id: string): string {
    return this.names.get(`${kind} ${id}`) ?? id;
  }

  private time(minute: number): string {
    return this.words.time(Math.floor(minute / 60), String(minute % 60).padStart(2, '0'));
  }

  private date(date: PlanDate): string {
    return this.words.date(this.words.days[weekdayOf(date) - 1]!, Number(date.slice(8)), this.words.months[Number(date.slice(5, 7)) - 1]!);
  }

  private list(parts: readonly string[]): string {
    return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} ${this.words.and} ${parts.at(-1)}`;
  }
}
