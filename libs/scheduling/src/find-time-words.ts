import type { Language } from '@lib/contracts/language.js';
import { civilOf, readDate } from './civil.js';
import type { Reason } from './find-time-reasons.js';
import type { Change } from './find-time-relax.js';

/** Names of what reasons speak of. Who may not see a name gives another: “en deltager”. */
export interface Names {
  person: (id: string) => string;
  /** Of a one-of group: “politiets kontaktperson”. */
  group: (id: string) => string;
  room: (id: string) => string;
  /** Of a sector or an authority. */
  body: (id: string) => string;
}

interface Vocabulary {
  list: (names: readonly string[]) => string;
  reason: { [Code in Reason['code']]: (reason: Extract<Reason, { code: Code }>, names: Names) => string };
  change: { [Code in Change['code']]: (change: Extract<Change, { code: Code }>, names: Names) => string };
  /** Joins two changes in one sentence. */
  and: string;
}

function listOf(names: readonly string[], and: string): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${and} ${names.at(-1)}`;
}

const daClock = (text: string) => text.replace(':', '.');
const duration = (minutes: number, hour: string, hours: string, minute: string) => {
  const whole = Math.floor(minutes / 60);
  const rest = minutes - whole * 60;
  return [...(whole > 0 ? [`${whole} ${whole === 1 ? hour : hours}`] : []), ...(rest > 0 || whole === 0 ? [`${rest} ${minute}`] : [])].join(' ');
};
const daMinutes = (minutes: number) => duration(minutes, 'time', 'timer', 'min.');
const enMinutes = (minutes: number) => duration(minutes, 'hour', 'hours', 'min');
const daMonths = ['januar', 'februar', 'marts', 'april', 'maj', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'december'];
const enMonths = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** The last day before `text`, since `until` is the first that does not count. */
function lastDay(text: string, write: (day: number, month: number, year: number) => string): string {
  const days = readDate(text);
  if (days === null) return text;
  const { year, month, day } = civilOf(days - 1);
  return write(day, month, year);
}

const da: Vocabulary = {
  list: (names) => listOf(names, 'og'),
  and: 'og',
  reason: {
    allCan: ({ people }) => (people === 1 ? 'Den ene, der er spurgt, kan.' : people === 2 ? 'Begge kan.' : `Alle ${people} kan.`),
    requiredCan: ({ people }) => (people === 1 ? 'Den, der skal være med, kan.' : 'Alle, der skal være med, kan.'),
    room: ({ roomId }, { room }) => `${room(roomId)} er ledigt.`,
    mustAsk: ({ personIds }, { person }) => `${da.list(personIds.map(person))} skal spørges: kalenderen er ukendt.`,
    quorumMustAsk: ({ of, certain, least }, { body }) => `${body(of)}: ${certain} af ${least} kan med sikkerhed; de øvrige skal spørges.`,
    substitute: ({ personId, insteadOfId, groupId }, { person, group }) => `${group(groupId)} kan kun med stedfortræder: ${person(personId)} i stedet for ${person(insteadOfId)}.`,
    softPeriod: ({ name, authorityIds }, { body }) => `${name} i ${da.list(authorityIds.map(body))}.`,
    optionalMissing: ({ personIds }, { person }) => (personIds.length > 3 ? `${personIds.length} af dem, der gerne må være med, kan ikke.` : `${da.list(personIds.map(person))} kan ikke, men behøver ikke.`),
    tentative: ({ personIds }, { person }) => `${da.list(personIds.map(person))} har et forbehold i kalenderen.`,
    optionalUnknown: ({ personIds }, { person }) => (personIds.length > 3 ? `Om ${personIds.length} andre kan, er ukendt.` : `Om ${da.list(personIds.map(person))} kan, er ukendt.`),
    outsideCore: () => 'Uden for kl. 9.00–15.00.',
    fridayAfternoon: () => 'Fredag efter kl. 13.00.',
    lunch: () => 'Hen over frokost.',
    travel: ({ minutes }) => `${daMinutes(minutes)} transport i alt for dem, der skal være med.`,
    halfDay: ({ name }) => `${name}: kort dag.`,
  },
  change: {
    askUnknown: () => 'Spørg dem, hvis kalender er ukendt',
    tentativePasses: () => 'Se bort fra forbehold i kalenderne',
    substituteComes: ({ personId, substituteId }, { person }) => `Lad ${person(substituteId)} møde, når ${person(personId)} ikke kan`,
    lessBuffer: () => 'Undvær luft før og efter mødet',
    shorter: ({ minutes }) => `Afkort mødet til ${daMinutes(minutes)}`,
    later: ({ until }) => `Søg senere, til og med ${lastDay(until, (day, month, year) => `${day}. ${daMonths[month - 1]} ${year}`)}`,
    widerHours: ({ earliest, latest }) => `Søg mellem kl. ${daClock(earliest)} og ${daClock(latest)}`,
    withoutRoom: () => 'Mød uden lokale',
    personOptional: ({ personId }, { person }) => `Hold mødet uden ${person(personId)}`,
    groupOptional: ({ groupId }, { group }) => `Hold mødet uden ${group(groupId)}`,
    smallerQuorum: ({ of, least }, { body }) => (least === 0 ? `Hold mødet uden ${body(of)}` : `Nøjes med ${least} fra ${body(of)}`),
  },
};

const en: Vocabulary = {
  list: (names) => listOf(names, 'and'),
  and: 'and',
  reason: {
    allCan: ({ people }) => (people === 1 ? 'The one who was asked can come.' : people === 2 ? 'Both can come.' : `All ${people} can come.`),
    requiredCan: ({ people }) => (people === 1 ? 'The one who must attend can come.' : 'All who must attend can come.'),
    room: ({ roomId }, { room }) => `${room(roomId)} is free.`,
    mustAsk: ({ personIds }, { person }) => `${en.list(personIds.map(person))} must be asked: the calendar is unknown.`,
    quorumMustAsk: ({ of, certain, least }, { body }) => `${body(of)}: ${certain} of ${least} can come for certain; the others must be asked.`,
    substitute: ({ personId, insteadOfId, groupId }, { person, group }) => `${group(groupId)} can come only with a substitute: ${person(personId)} instead of ${person(insteadOfId)}.`,
    softPeriod: ({ name, authorityIds }, { body }) => `${name} in ${en.list(authorityIds.map(body))}.`,
    optionalMissing: ({ personIds }, { person }) => (personIds.length > 3 ? `${personIds.length} of those who are welcome cannot come.` : `${en.list(personIds.map(person))} cannot come, but need not.`),
    tentative: ({ personIds }, { person }) => `${en.list(personIds.map(person))} ${personIds.length === 1 ? 'has' : 'have'} something tentative then.`,
    optionalUnknown: ({ personIds }, { person }) => (personIds.length > 3 ? `Whether ${personIds.length} others can come is unknown.` : `Whether ${en.list(personIds.map(person))} can come is unknown.`),
    outsideCore: () => 'Outside 9:00–15:00.',
    fridayAfternoon: () => 'Friday after 13:00.',
    lunch: () => 'Across lunch.',
    travel: ({ minutes }) => `${enMinutes(minutes)} of travel in all for those who must attend.`,
    halfDay: ({ name }) => `${name}: a short day.`,
  },
  change: {
    askUnknown: () => 'Ask those whose calendars are unknown',
    tentativePasses: () => 'Disregard what is tentative',
    substituteComes: ({ personId, substituteId }, { person }) => `Let ${person(substituteId)} come when ${person(personId)} cannot`,
    lessBuffer: () => 'Do without time before and after the meeting',
    shorter: ({ minutes }) => `Shorten the meeting to ${enMinutes(minutes)}`,
    later: ({ until }) => `Look later, until ${lastDay(until, (day, month, year) => `${day} ${enMonths[month - 1]} ${year}`)} inclusive`,
    widerHours: ({ earliest, latest }) => `Look between ${earliest} and ${latest}`,
    withoutRoom: () => 'Meet without a room',
    personOptional: ({ personId }, { person }) => `Meet without ${person(personId)}`,
    groupOptional: ({ groupId }, { group }) => `Meet without ${group(groupId)}`,
    smallerQuorum: ({ of, least }, { body }) => (least === 0 ? `Meet without ${body(of)}` : `Make do with ${least} from ${body(of)}`),
  },
};

const vocabularies: Record<Language, Vocabulary> = { da, en };

/** A reason as a sentence: “Politiet kan kun med stedfortræder: …”. */
export function reasonInWords(reason: Reason, names: Names, language: Language = 'da'): string {
  const word = vocabularies[language].reason[reason.code] as (reason: Reason, names: Names) => string;
  return capital(word(reason, names));
}

/** The changes of a relaxation as a sentence: “Afkort mødet til 45 min. og mød uden lokale.” */
export function changesInWords(changes: readonly Change[], names: Names, language: Language = 'da'): string {
  const words = vocabularies[language];
  const clauses = changes.map((change) => (words.change[change.code] as (change: Change, names: Names) => string)(change, names));
  const text = clauses.map((clause, n) => (n === 0 ? clause : clause.charAt(0).toLowerCase() + clause.slice(1))).join(` ${words.and} `);
  return text.endsWith('.') ? text : `${text}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
