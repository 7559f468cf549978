import type { DecisionExtract } from '@lib/contracts/decision-extract.js';
import type { DocumentItem, DocumentPlan, MeetingDocument } from '@lib/contracts/meeting-document.js';
import type { Block, RichText } from '@lib/contracts/rich-text.js';
import { squeezed } from '../../libs/documents/src/spec-pdf.js';

/**
 * What a document says as data against what is printed of it. Every leaf of the JSON has a rule here, and one without a
 * rule fails: whoever adds a field says whether it is printed, and as which words. The Danish words and the way of writing
 * a day are written anew here, not taken from the product.
 */

/** The objects around a leaf, the nearest first; the document itself is the last. */
type Around = readonly object[];
interface Printed {
  words: string;
  /** Several leaves that are printed as one, such as the name of an authority that several rows bear. */
  isShared: boolean;
}
type Rule = (value: never, around: Around) => Printed | null;

const own = (words: string): Printed => ({ words, isShared: false });
const shared = (words: string): Printed => ({ words, isShared: true });
/** Stands on paper as it stands in the data. */
const asIs: Rule = (value: string) => own(value);
const asShared: Rule = (value: string) => shared(value);
const word = (words: Record<string, string>): Rule => (value: string) => own(words[value] ?? `no word for ${value}`);
/** Of no use to whoever reads on paper; each with its reason where it is named. */
const notPrinted: Rule = () => null;

const months = ['januar', 'februar', 'marts', 'april', 'maj', 'juni', 'juli', 'august', 'september', 'oktober', 'november', 'december'];
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Copenhagen', year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const wall = (instant: string) => Object.fromEntries(clock.formatToParts(new Date(instant)).map(({ type, value }) => [type, value])) as Record<'year' | 'month' | 'day' | 'hour' | 'minute', string>;
const hours = (instant: string) => `${wall(instant).hour}.${wall(instant).minute}`;
const dayOfInstant = (instant: string) => `${Number(wall(instant).day)}. ${months[Number(wall(instant).month) - 1]} ${wall(instant).year}`;
const plainDay = (day: string) => `${Number(day.slice(8))}. ${months[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
const moment: Rule = (instant: string) => own(`${dayOfInstant(instant)} kl. ${hours(instant)}`);
const day: Rule = (value: string) => own(plainDay(value));

const reply = { needsAction: 'Har ikke svaret', accepted: 'Deltager', tentative: 'Måske', declined: 'Deltager ikke', delegated: 'Har sendt stedfortræder' };
const attendance = { present: 'Til stede', late: 'Kom senere', excused: 'Afbud', absent: 'Udeblevet' };
const output = { information: 'orientering', discussion: 'drøftelse', decision: 'beslutning' };
const decisionState = { recorded: 'Venter på bekræftelse', confirmed: 'Bekræftet', returned: 'Returneret', superseded: 'Erstattet', escalated: 'Eskaleret' };
const followUpState = { open: 'Åben', done: 'Udført', notDone: 'Ikke udført', overtaken: 'Overhalet', handedOver: 'Givet videre' };

const isAgenda = (around: Around) => (around.at(-1) as MeetingDocument).kind === 'agenda';
const inAgenda = (rule: Rule): Rule => (value, around) => (isAgenda(around) ? rule(value, around) : null);
/** A follow-up that is a step of a plan stands there, and not once more among the follow-ups. */
const besidePlans = (rule: Rule): Rule => (value, around) => {
  const item = around.find((one): one is DocumentItem => 'followUps' in one)!;
  const followUp = around.find((one): one is { id: string } => 'deadline' in one)!;
  const planned = (item.plans ?? []).flatMap((plan: DocumentPlan) => plan.steps.map((step) => step.followUpId));
  return planned.includes(followUp.id) ? null : rule(value, around);
};

const decision = {
  id: notPrinted, // of the product
  text: asIs,
  reasons: asIs,
  caseReference: asIs,
  'decidingAuthority.id': notPrinted, // its name is printed
  'decidingAuthority.name': asIs,
  'responsible.name': asIs,
  'responsible.authority': asIs,
  deadline: day,
  'legalBasis.id': notPrinted, // its label is printed
  'legalBasis.label': asIs,
  state: word(decisionState),
  recordedAt: moment,
};
const followUp = { id: notPrinted /* of the product */, text: asIs, caseReference: asIs, 'owner.name': asIs, 'owner.authority': asIs, deadline: day, state: word(followUpState) };
const guest = {
  membershipId: notPrinted, // of the product
  name: asIs,
  organisation: asIs,
};

const under = (prefix: string, rules: Record<string, Rule>, change: (rule: Rule) => Rule = (rule) => rule) => Object.fromEntries(Object.entries(rules).map(([name, rule]) => [`${prefix}${name}`, rule === notPrinted ? rule : change(rule)]));

const meetingRules: Record<string, Rule> = {
  schema: notPrinted, // says how to read the data
  kind: (value: MeetingDocument['kind']) => shared({ agenda: 'Dagsorden', minutes: 'Referat' }[value]),
  'extractFor.id': notPrinted, // its name is printed
  'extractFor.name': (name: string) => own(`uddrag for ${name}`),
  'meeting.id': notPrinted, // of the product
  'meeting.title': asShared, // the title of a kind is that of a meeting without its own
  'meeting.kindTitle': asShared,
  'meeting.startInstant': (instant: string) => own(`${dayOfInstant(instant)} kl. ${hours(instant)}`),
  'meeting.endInstant': (instant: string) => shared(`–${hours(instant)}`),
  'meeting.timeZone': notPrinted, // every time on paper is Danish
  'meeting.place': asIs,
  'meeting.owner.id': notPrinted, // its name is printed
  'meeting.owner.name': asIs,
  'meeting.authorities[].id': notPrinted, // its name is printed
  'meeting.authorities[].name': asShared, // on the rows of those who come from it
  'meeting.authorities[].sector': notPrinted, // follows from the authority; what the quorum counts by
  'participants[].membershipId': notPrinted, // of the product
  'participants[].name': asIs,
  'participants[].functionTitle': asIs,
  'participants[].authority.id': notPrinted, // its name is printed
  'participants[].authority.name': asIs,
  'participants[].reply': inAgenda(word(reply)), // minutes tell who came, not who meant to
  'participants[].attendance': word(attendance),
  'participants[].standsInFor': (name: string) => own(`(for ${name})`),
  ...under('guests[].', { ...guest, attendance: word(attendance) }),
  'items[].closed': (closed: boolean) => (closed ? own('Lukket punkt') : null),
  'items[].id': notPrinted, // of the product
  'items[].number': asShared, // before the title, where each section is looked for
  'items[].startInstant': (instant: string) => own(`${hours(instant)}–`),
  'items[].endInstant': (instant: string) => own(`–${hours(instant)}`),
  'items[].title': asIs,
  'items[].ledBy': asIs,
  'items[].outputType': word(output),
  'items[].legalBasis.id': notPrinted, // its label is printed
  'items[].legalBasis.label': asIs,
  'items[].audience.authorities[]': asIs,
  'items[].audience.persons[]': asIs,
  'items[].agenda': asIs,
  'items[].minutes': asIs,
  ...under('items[].decisions[].', decision),
  ...under('items[].followUps[].', followUp, besidePlans),
  ...under('items[].guests[].', { ...guest, attendance: (value: string) => (value === 'late' ? own('kom senere') : null) /* whoever is named was there */ }),
  'items[].plans[].plan': word({ sequence: 'Rækkefølgeplan', informing: 'Orienteringsplan' }),
  ...under('items[].plans[].steps[].', {
    id: notPrinted, // of the product
    followUpId: notPrinted, // of the product
    'kind.id': notPrinted, // its label is printed
    'kind.label': asIs,
    text: asIs,
    caseReference: asIs,
    day,
    time: (value: string) => own(`kl. ${value.replace(':', '.')}`),
    place: asIs,
    trustedAdult: asIs,
    'who.name': asIs,
    'who.authority': asIs,
    'awaits.id': notPrinted, // its label is printed
    'awaits.label': (label: string, [, step]: Around) => ((step as { state: string }).state === 'open' ? own(`Ikke før ${label}`) : null), // what is over waits for nobody
    state: word(followUpState),
  }),
  'items[].preparations[].authority.id': notPrinted, // its name is printed
  'items[].preparations[].authority.name': asIs,
  'items[].preparations[].answer': (answer: string) => (answer === 'released' ? null : own({ orally: 'kun mundtligt', nothing: 'intet at dele' }[answer]!)), // what was released says so itself
  'items[].preparations[].text': asIs,
  'items[].embargoes[].towards': asIs,
  'items[].embargoes[].setBy': asIs,
  'items[].embargoes[].reviewAt': moment,
  'approval.state': word({ draft: 'et udkast', forApproval: 'sendt til godkendelse', approved: 'godkendt' }),
  'approval.version': (version: number) => (version > 1 ? own(`Udgave ${version}`) : null), // there is no talk of editions while there is one
  'approval.frozenAt': (instant: string) => own(`Låst ${dayOfInstant(instant)} kl. ${hours(instant)}`),
  'approval.authorities[].authority.id': notPrinted, // its name is printed
  'approval.authorities[].authority.name': asIs,
  'approval.authorities[].state': word({ pending: 'Har ikke svaret', approved: 'Godkendt', changeRequested: 'Beder om en ændring' }),
  'approval.authorities[].by': asIs,
  'approval.authorities[].at': moment,
  'approval.approvedAt': (instant: string) => own(`Godkendt af alle ${dayOfInstant(instant)} kl. ${hours(instant)}`),
  'approval.hash': asIs,
  'approval.addenda[].itemId': notPrinted, // its number is printed
  'approval.addenda[].number': (number: string) => own(`Tilføjelse til punkt ${number}`),
  'approval.addenda[].text': asIs,
  'approval.addenda[].by': asIs,
  'approval.addenda[].at': moment,
};

const decisionRules: Record<string, Rule> = {
  schema: notPrinted, // says how to read the data
  ...under('decision.', decision),
  'decision.recordedBy.name': asIs,
  'decision.recordedBy.authority': asIs,
  'meeting.title': asIs,
  'meeting.startInstant': (instant: string) => own(dayOfInstant(instant)),
  supersedes: (value: boolean) => (value ? own('en tidligere beslutning') : null),
  superseded: (value: boolean) => (value ? own('ikke længere; en anden beslutning er trådt i stedet') : null),
  'timeline[].kind': word({ ...decisionState, recorded: 'Skrevet' }),
  'timeline[].by.name': asIs,
  'timeline[].by.authority': asIs,
  'timeline[].at': moment,
  'timeline[].comment': asIs,
  ...under('followUps[].', followUp),
};

/** What a decision log carries as data. */
export interface LogData {
  schema: 'samraad/decision-log/1';
  decisions: readonly Record<string, string | boolean | null>[];
}
type Document = MeetingDocument | DecisionExtract | LogData;

const dashed = ([year, month, date]: string[]) => `${date}-${month}-${year}`;
const logDay: Rule = (value: string) => own(dashed(value.split('-')));
const logMoment: Rule = (instant: string) => own(`${dashed([wall(instant).year, wall(instant).month.padStart(2, '0'), wall(instant).day.padStart(2, '0')])} ${wall(instant).hour}:${wall(instant).minute}`);

const logRules: Record<string, Rule> = {
  schema: notPrinted, // says how to read the data
  madeBy: asIs,
  authority: asIs,
  madeAt: logMoment,
  sentence: asIs,
  leftOut: (count: number) => (count > 0 ? own(`Ikke med i denne udgave ${count}`) : null),
  isCut: (value: boolean) => (value ? own('Der er flere beslutninger, end en PDF kan rumme.') : null), // test/decision-log-pdf.spec.ts
  ...under('decisions[].', {
    id: asIs,
    text: asIs,
    reasons: asIs,
    state: word(decisionState),
    isOverdue: (value: boolean) => own(`Over fristen: ${value ? 'Ja' : 'Nej'}`),
    decidingAuthority: asIs,
    responsible: asIs,
    deadline: logDay,
    legalBasis: asIs,
    caseReference: asIs,
    meetingTitle: asIs,
    meetingKind: asIs,
    meetingStart: logMoment,
    recordedAt: logMoment,
    recordedBy: asIs,
    answeredAt: logMoment,
    answeredBy: asIs,
    comment: asIs,
    escalatedTo: asIs,
  }),
};

const isRichText = (value: unknown): value is RichText => Array.isArray(value) && value.some((one) => typeof one === 'object' && one !== null && ['paragraph', 'heading', 'bulletList', 'orderedList', 'blockquote'].includes((one as { type?: string }).type ?? ''));

/** Each paragraph of what people wrote, with the number that its list gives it. */
function paragraphs(blocks: RichText): string[] {
  return blocks.flatMap((block: Block): string[] => {
    switch (block.type) {
      case 'paragraph':
      case 'heading':
        return [block.content.map((inline) => (inline.type === 'text' ? inline.text : '\n')).join('')];
      case 'blockquote':
        return paragraphs(block.blocks);
      case 'bulletList':
        return block.items.flatMap(paragraphs);
      case 'orderedList':
        return block.items.flatMap((item, n) => paragraphs(item).map((text, m) => (m === 0 ? `${block.start + n}.${text}` : text)));
    }
  });
}

interface Leaf {
  path: string;
  /** The same without the places in lists. */
  pattern: string;
  value: string | number | boolean;
  around: Around;
}

function leavesOf(value: unknown, path = '', pattern = '', around: Around = []): Leaf[] {
  if (value === null || value === undefined || value === '') return [];
  if (isRichText(value)) return paragraphs(value).filter((text) => text.trim() !== '').map((text) => ({ path, pattern, value: text, around }));
  if (Array.isArray(value)) return value.flatMap((one, n) => leavesOf(one, `${path}[${n}]`, `${pattern}[]`, around));
  if (typeof value !== 'object') return [{ path, pattern, value: value as string, around }];
  const below = (base: string, key: string) => (base === '' ? key : `${base}.${key}`);
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, below(path, key), below(pattern, key), [value, ...around]));
}

/** The leaves that have no rule: fields nobody has said of whether they are printed. */
export const unruled = (document: Document): string[] => [...new Set(leavesOf(document).map(({ pattern }) => pattern).filter((pattern) => !(pattern in rulesOf(document))))];

const allRules = { 'samraad/meeting-document/1': meetingRules, 'samraad/decision-extract/1': decisionRules, 'samraad/decision-log/1': logRules };
const rulesOf = (document: Document): Record<string, Rule> => allRules[document.schema];

/** The names of the rules that no leaf of these documents had anything printed for. */
export function unused(documents: readonly (Document)[]): string[] {
  const [first] = documents;
  if (first === undefined) return [];
  const rules = rulesOf(first);
  const used = new Set(documents.flatMap((document) => leavesOf(document)).filter(({ pattern, value, around }) => rules[pattern]?.(value as never, around) != null).map(({ pattern }) => pattern));
  return Object.entries(rules).filter(([name, rule]) => rule !== notPrinted && !used.has(name)).map(([name]) => name);
}

/** A part of the print, and the leaves that are to stand in it. */
interface Section {
  name: string;
  print: string;
  leaves: Leaf[];
}

/**
 * What the JSON says and the print does not, leaf by leaf, as “path: words”. What belongs to an item is looked for under
 * that item's own heading; words that several leaves say must stand there as often as they are said.
 *
 * @param print the text of a PDF or HTML, without what stands on every page
 */
export function missingIn(print: string, document: Document): string[] {
  const rules = rulesOf(document);
  const sections = document.schema === 'samraad/meeting-document/1' ? sectionsOf(squeezed(print), document) : [{ name: 'all', print: squeezed(print), leaves: leavesOf(document) }];
  return sections.flatMap(({ name, print: words, leaves }) => {
    const said = new Map<string, { times: number; paths: string[] }>();
    for (const { path, pattern, value, around } of leaves) {
      const printed = rules[pattern]?.(value as never, around) ?? null;
      if (printed === null) continue;
      const key = squeezed(printed.words);
      const { times, paths } = said.get(key) ?? { times: 0, paths: [] };
      said.set(key, { times: times + (printed.isShared ? 0 : 1), paths: [...paths, path] });
    }
    return [...said].flatMap(([key, { times, paths }]) => {
      const found = words.split(key).length - 1;
      return found >= Math.max(1, times) ? [] : [`${name}: ${paths.join(', ')}: “${key}” ${found} of ${Math.max(1, times)}`];
    });
  });
}

function sectionsOf(print: string, document: MeetingDocument): Section[] {
  const leaves = leavesOf(document);
  const index = (path: string) => /^items\[(\d+)\]/.exec(path)?.[1];
  // Behind the overview each item has its own heading, in the order of the agenda.
  let at = document.items.length === 0 ? print.length : print.indexOf('Punkter', print.indexOf('TidNrPunktTil'));
  const starts = document.items.map((entry) => {
    const heading = squeezed(entry.closed ? 'Lukket punkt,' : `${entry.number} ${entry.title}`);
    const start = at < 0 ? -1 : print.indexOf(heading, at);
    at = start < 0 ? -1 : start + heading.length;
    return start;
  });
  const approval = document.approval === null ? print.length : print.lastIndexOf('GodkendelseReferateter');
  const overview = document.items.length === 0 ? approval : print.indexOf('TidNrPunktTil');
  const cut = (from: number, to: number) => (from < 0 || to < 0 ? '' : print.slice(from, to));
  return [
    { name: 'head', print: cut(0, overview), leaves: leaves.filter(({ path }) => !/^(items|approval)\b/.test(path)) },
    { name: 'overview', print: cut(overview, starts[0] ?? approval), leaves: leaves.filter(({ pattern }) => ['items[].closed', 'items[].title', 'items[].number', 'items[].startInstant', 'items[].endInstant'].includes(pattern)) },
    ...document.items.map((_, n) => ({ name: `item ${n}`, print: cut(starts[n]!, starts[n + 1] ?? approval), leaves: leaves.filter(({ path }) => index(path) === String(n)) })),
    { name: 'approval', print: cut(approval, print.length), leaves: leaves.filter(({ path }) => path.startsWith('approval')) },
  ];
}
