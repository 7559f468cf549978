import { followUpsBesidePlans, type DocumentApproval, type DocumentDecision, type DocumentEmbargo, type DocumentEntry, type DocumentFollowUp, type DocumentGuest, type DocumentItem, type DocumentOpenFollowUp, type DocumentParticipant, type DocumentPlan, type DocumentPlanStep, type DocumentPreparation, type MeetingDocument } from '@lib/contracts/meeting-document.js';
import { isBlank } from '@lib/contracts/rich-text.js';
import { attendanceWords, byDanish, dayAndTime, decisionWords, followUpWords, fullSpan, listed, outputWords, plainDay, planWords, replyWords, timeSpan, weekdayAndDay } from './danish.js';
import { wordsOf, type Fact, type Sheet, type SheetBlock } from './sheet.js';
import { wordsOfRichText } from './words.js';

/** For whom and when a document is made. `reader` is the person's authority; the instant is ISO 8601. */
export interface Making {
  reader: string;
  madeAt: string;
}

/** An agenda or minutes as they are set. [DO2, DO3] */
export function meetingSheet(document: MeetingDocument, making: Making): Sheet {
  const { meeting, approval } = document;
  const kind = document.kind === 'agenda' ? 'Dagsorden' : 'Referat';
  const closed = document.items.filter((entry) => entry.closed).length;
  return {
    title: `${kind}: ${meeting.title}, ${weekdayAndDay(meeting.startInstant)}`,
    kind: document.extractFor === null ? kind : `${kind}, uddrag for ${document.extractFor.name}`,
    ...warningOf(document),
    mark: draftMark(document),
    heading: meeting.title,
    madeFor: madeFor(making, document.extractFor?.name),
    confidentiality: confidentialityOf(document),
    facts: [
      { label: 'Tid', value: fullSpan(meeting.startInstant, meeting.endInstant) },
      ...(meeting.place === null || meeting.place === '' ? [] : [{ label: 'Sted', value: meeting.place }]),
      // A title of its own leaves open which kind of meeting this is.
      ...(meeting.kindTitle === meeting.title ? [] : [{ label: 'Mødetype', value: meeting.kindTitle }]),
      { label: 'Myndighed', value: meeting.owner.name },
      { label: 'Omfatter', value: extentWords(document.items.length, closed) },
    ],
    blocks: [
      ...participantBlocks(document.participants, document.kind),
      ...(document.kind === 'minutes' ? guestBlocks(document.guests ?? []) : []),
      ...openFollowUpBlocks(document.openFollowUps ?? [], document.openFollowUpsMore ?? 0),
      ...overviewBlocks(document.items),
      ...document.items.flatMap((entry) => itemBlocks(entry, document.kind)),
      ...(approval === null ? [] : approvalBlocks(approval)),
    ],
  };
}

function extentWords(all: number, closed: number): string {
  const count = (n: number) => (n === 1 ? '1 punkt' : `${n} punkter`);
  return closed === 0 ? `Hele dagsordenen, ${count(all)}` : `${count(all - closed)} ud af ${all}; resten er lukket i denne udgave`;
}

export const madeFor = ({ reader, madeAt }: Making, extractFor?: string): string => `Udskrift til ${extractFor ?? reader}, ${dayAndTime(madeAt)}`;

function draftMark({ kind, approval }: MeetingDocument): string | null {
  if (kind === 'agenda' || approval?.state === 'approved') return null;
  return approval?.state === 'forApproval' ? 'Udkast til godkendelse' : 'Udkast';
}

/** Items about people carry a legal basis or an audience of their own; what was promised at one does not say which. */
function confidentialityOf({ items, openFollowUps = [] }: MeetingDocument): string {
  const personal = openFollowUps.length > 0 || items.some((entry) => !entry.closed && (entry.legalBasis !== null || entry.audience !== null));
  return personal ? 'Fortroligt. Må kun ses af den, der har behov og hjemmel' : 'Til tjenstlig brug';
}

function participantBlocks(participants: readonly DocumentParticipant[], kind: MeetingDocument['kind']): SheetBlock[] {
  if (participants.length === 0) return [];
  const state = ({ attendance, reply }: DocumentParticipant) => (kind === 'minutes' ? (attendance === null ? 'Ikke markeret' : attendanceWords[attendance]) : replyWords[reply]);
  const rows = [...participants]
    .sort((a, b) => byDanish(a.authority.name, b.authority.name) || byDanish(a.name, b.name))
    .map((one) => [one.authority.name, one.standsInFor === null ? one.name : `${one.name} (for ${one.standsInFor})`, one.functionTitle, state(one)]);
  return [
    { type: 'heading', level: 1, text: 'Deltagere' },
    { type: 'table', caption: 'Deltagere efter myndighed', columns: columns({ Myndighed: 3, Navn: 3, Funktion: 3, [kind === 'minutes' ? 'Fremmøde' : 'Svar']: 2 }), rows },
  ];
}

function guestBlocks(guests: readonly DocumentGuest[]): SheetBlock[] {
  if (guests.length === 0) return [];
  const rows = guests.map((one) => [one.organisation, one.name, attendanceWords[one.attendance]]);
  return [
    { type: 'heading', level: 1, text: 'Gæster' },
    { type: 'table', caption: 'Gæster, der var til stede', columns: columns({ Fra: 4, Navn: 4, Fremmøde: 3 }), rows },
  ];
}

function overviewBlocks(items: readonly DocumentEntry[]): SheetBlock[] {
  if (items.length === 0) return [];
  const rows = items.map((entry) => [timeSpan(entry.startInstant, entry.endInstant), ...(entry.closed ? ['', 'Lukket punkt', ''] : [entry.number, entry.title, outputWords[entry.outputType]])]);
  return [
    { type: 'heading', level: 1, text: 'Dagsorden' },
    { type: 'table', caption: 'Punkter i rækkefølge', columns: columns({ Tid: 0, Nr: 0, Punkt: 1, Til: 0 }), rows },
    { type: 'heading', level: 1, text: 'Punkter' },
  ];
}

export const columns = (shares: Record<string, number>) => Object.entries(shares).map(([title, share]) => ({ title, share }));

/** “Lukket punkt, 13.20–13.40”: its time and nothing else. */
function itemBlocks(entry: DocumentEntry, kind: MeetingDocument['kind']): SheetBlock[] {
  if (entry.closed) return [{ type: 'note', text: `Lukket punkt, ${timeSpan(entry.startInstant, entry.endInstant)}` }];
  return [
    { type: 'heading', level: 2, text: `${entry.number} ${entry.title}` },
    ...(entry.embargoes ?? []).map(embargoBox),
    { type: 'facts', facts: itemFacts(entry) },
    ...(isBlank(entry.agenda) ? [] : [...label(kind, 'Oplæg'), { type: 'words' as const, words: wordsOfRichText(entry.agenda) }]),
    ...(entry.preparations ?? []).flatMap(preparationBlocks),
    ...(isBlank(entry.minutes) ? [] : [...label(kind, 'Referat'), { type: 'words' as const, words: wordsOfRichText(entry.minutes) }]),
    ...entry.decisions.map(decisionBox),
    ...(entry.plans ?? []).flatMap(planBlocks),
    ...followUpBlocks(followUpsBesidePlans(entry)),
  ];
}

/** [DO14] At the head of every page, since pages come apart. */
function warningOf({ items, openFollowUps = [] }: MeetingDocument): { warning?: string } {
  const held = [
    ...openFollowUps.flatMap((one, n) => (one.embargoes ?? []).map(({ towards }) => `åben opfølgning ${n + 1} til ${towards}`)),
    ...items.flatMap((entry) => (entry.closed ? [] : (entry.embargoes ?? []).map(({ towards }) => `punkt ${entry.number} til ${towards}`))),
  ];
  return held.length === 0 ? {} : { warning: `ORIENTERINGSSPÆRRE. Må ikke oplyses: ${held.join('; ')}` };
}

const embargoBox = ({ towards, setBy, reviewAt }: DocumentEmbargo): SheetBlock & { type: 'box' } => ({
  type: 'box',
  label: 'Orienteringsspærre',
  state: null,
  strong: true,
  words: wordsOf(`Må ikke oplyses til ${towards}, før politiet har ophævet spærren.`),
  facts: [
    { label: 'Sat af', value: setBy },
    { label: 'Gennemgås', value: dayAndTime(reviewAt) },
  ],
});

const unsharedWords: Record<Exclude<DocumentPreparation['answer'], 'released'>, string> = { orally: 'kun mundtligt', nothing: 'intet at dele' };

/** [DO13] What an authority released before the meeting; of the others that there is nothing in writing. */
function preparationBlocks({ authority, answer, text }: DocumentPreparation): SheetBlock[] {
  if (answer !== 'released') return [{ type: 'facts', facts: [{ label: 'Forberedelse', value: `${authority.name}: ${unsharedWords[answer]}` }] }];
  return [{ type: 'heading', level: 3, text: `Forberedelse, ${authority.name}` }, { type: 'words', words: wordsOfRichText(text) }];
}

/** What was sent out and what was said are told apart where both stand. */
const label = (kind: MeetingDocument['kind'], text: string): SheetBlock[] => (kind === 'agenda' ? [] : [{ type: 'heading', level: 3, text }]);

function itemFacts({ startInstant, endInstant, ledBy, outputType, legalBasis, audience, guests = [] }: DocumentItem): Fact[] {
  return [
    { label: 'Tid', value: timeSpan(startInstant, endInstant) },
    { label: 'Ansvarlig', value: ledBy },
    { label: 'Til', value: outputWords[outputType].toLowerCase() },
    { label: 'Må ses af', value: audienceWords(audience) },
    ...(guests.length === 0 ? [] : [{ label: 'Gæster', value: listed(guests.map(guestWords)) }]),
    ...(legalBasis === null ? [] : [{ label: 'Hjemmel', value: legalBasis.label }]),
  ];
}

const guestWords = ({ name, organisation, attendance }: DocumentGuest): string => `${name} (${[organisation, ...(attendance === 'late' ? [attendanceWords.late.toLowerCase()] : [])].join(', ')})`;

function audienceWords(audience: DocumentItem['audience']): string {
  if (audience === null) return 'alle deltagere i mødet';
  const all = [...audience.authorities, ...audience.persons];
  return all.length === 0 ? 'ingen andre end mødets koordinatorer' : `kun ${listed(all)}`;
}

export function decisionBox(decision: DocumentDecision): SheetBlock {
  return {
    type: 'box',
    label: 'Beslutning',
    state: decisionWords[decision.state],
    strong: true,
    words: wordsOf(decision.text),
    facts: [
      { label: 'Begrundelse', value: decision.reasons },
      { label: 'Besluttet af', value: decision.decidingAuthority.name },
      { label: 'Ansvarlig', value: `${decision.responsible.name}, ${decision.responsible.authority}` },
      { label: 'Frist', value: plainDay(decision.deadline) },
      ...(decision.legalBasis === null ? [] : [{ label: 'Hjemmel', value: decision.legalBasis.label }]),
      ...(decision.caseReference === null ? [] : [{ label: 'Sag', value: decision.caseReference }]),
      { label: 'Skrevet', value: dayAndTime(decision.recordedAt) },
    ],
  };
}

/** Nobody reads a plan for its order alone: number, day and doer stand apart, and what matters about the step with it. */
function planBlocks({ plan, steps }: DocumentPlan): SheetBlock[] {
  const rows = steps.map((step, n) => [String(n + 1), plannedFor(step), stepWords(step), `${step.who.name}, ${step.who.authority}`, followUpWords[step.state]]);
  return [
    { type: 'heading', level: 3, text: planWords[plan].title },
    { type: 'table', caption: planWords[plan].caption, columns: columns({ Nr: 0, Hvornår: 2, [planWords[plan].step]: 4, Ansvarlig: 2, Status: 0 }), rows },
  ];
}

const plannedFor = ({ day, time }: DocumentPlanStep): string => (time === null ? plainDay(day) : `${plainDay(day)} kl. ${time.replace(':', '.')}`);

const stepWords = ({ kind, text, caseReference, place, trustedAdult, awaits, state }: DocumentPlanStep): string =>
  [
    `${kind.label}: ${text}${caseReference === null ? '' : ` (${caseReference})`}`,
    ...(place === null ? [] : [`Sted: ${place}`]),
    ...(trustedAdult === null ? [] : [`Med: ${trustedAdult}`]),
    ...(awaits === null || state !== 'open' ? [] : [`Ikke før ${awaits.label} har givet besked`]),
  ].join('\n');

export function followUpBlocks(followUps: readonly DocumentFollowUp[], level: 1 | 3 = 3): SheetBlock[] {
  if (followUps.length === 0) return [];
  const rows = followUps.map(({ text, caseReference, owner, deadline, state }) => [caseReference === null ? text : `${text} (${caseReference})`, `${owner.name}, ${owner.authority}`, plainDay(deadline), followUpWords[state]]);
  return [
    { type: 'heading', level, text: 'Opfølgning' },
    { type: 'table', caption: 'Opfølgning på punktet', columns: columns({ Opgave: 3, Ansvarlig: 2, Frist: 0, Status: 0 }), rows },
  ];
}

/** [FU7, DO15] Before the items, as on the page of the meeting. */
function openFollowUpBlocks(followUps: readonly DocumentOpenFollowUp[], more: number): SheetBlock[] {
  if (followUps.length === 0 && more === 0) return [];
  const task = ({ text, caseReference }: DocumentOpenFollowUp) => (caseReference === null ? text : `${text} (${caseReference})`);
  const rows = followUps.map((one, n) => [String(n + 1), task(one), `${one.owner.name}, ${one.owner.authority}`, plainDay(one.deadline), weekdayAndDay(one.meeting.startInstant)]);
  const boxes = followUps.flatMap((one, n) => (one.embargoes ?? []).map(embargoBox).map((box) => ({ ...box, label: `Orienteringsspærre, åben opfølgning ${n + 1}` })));
  return [
    { type: 'heading', level: 1, text: 'Åbne opfølgninger fra tidligere møder' },
    ...boxes,
    ...(more === 0 ? [] : [{ type: 'note' as const, text: more === 1 ? 'Der er 1 åben opfølgning mere, som ikke står her.' : `Der er ${more} åbne opfølgninger mere, som ikke står her.` }]),
    ...(rows.length === 0 ? [] : [{ type: 'table' as const, caption: 'Åbne opfølgninger fra tidligere møder', columns: columns({ Nr: 0, Opgave: 4, Ansvarlig: 3, Frist: 2, 'Fra mødet': 2 }), rows }]),
  ];
}

const approvalWords = { pending: 'Har ikke svaret', approved: 'Godkendt', changeRequested: 'Beder om en ændring' };

function approvalBlocks(approval: DocumentApproval): SheetBlock[] {
  const facts: Fact[] = [
    { label: 'Referatet er', value: { draft: 'et udkast', forApproval: 'sendt til godkendelse', approved: 'godkendt' }[approval.state] },
    ...(approval.version > 1 ? [{ label: 'Udgave', value: String(approval.version) }] : []),
    ...(approval.frozenAt === null ? [] : [{ label: 'Låst', value: dayAndTime(approval.frozenAt) }]),
    ...(approval.approvedAt === null ? [] : [{ label: 'Godkendt af alle', value: dayAndTime(approval.approvedAt) }]),
    ...(approval.hash === null ? [] : [{ label: 'SHA-256', value: approval.hash }]),
  ];
  const rows = approval.authorities.map((one) => [one.authority.name, approvalWords[one.state], one.by ?? '', one.at === null ? '' : dayAndTime(one.at)]);
  return [
    { type: 'heading', level: 1, text: 'Godkendelse' },
    { type: 'facts', facts },
    ...(rows.length === 0 ? [] : [{ type: 'table' as const, caption: 'Myndighedernes godkendelse', columns: columns({ Myndighed: 3, Svar: 2, Ved: 3, Tidspunkt: 3 }), rows }]),
    ...addendumBlocks(approval.addenda),
  ];
}

function addendumBlocks(addenda: DocumentApproval['addenda']): SheetBlock[] {
  if (addenda.length === 0) return [];
  const boxes = addenda.map(({ number, text, by, at }): SheetBlock => ({
    type: 'box',
    label: number === null ? 'Tilføjelse' : `Tilføjelse til punkt ${number}`,
    state: null,
    strong: false,
    words: wordsOfRichText(text).map((one) => (one.type === 'heading' ? wordsOf(one.text)[0]! : one)),
    facts: [{ label: 'Skrevet af', value: `${by}, ${dayAndTime(at)}` }],
  }));
  return [{ type: 'heading', level: 1, text: 'Tilføjelser efter godkendelsen' }, ...boxes];
}
