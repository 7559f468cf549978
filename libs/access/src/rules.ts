import type { Temporal } from 'temporal-polyfill';
import type { AgendaState, MeetingState, MinutesState, PreparationAnswer, ProposalState, Sector } from '@lib/contracts/enums.js';
import {
  answerers,
  authoritiesThatMayDecide,
  contentRoles,
  filers,
  inAudience,
  isAdmitted,
  isOfSide,
  isOpenAt,
  readerRoles,
  windowOf,
  type Audience,
  type DecisionFacts,
  type FollowUpFacts,
  type ItemFacts,
  type Participation,
  type Seat,
  type Subject,
} from './policy.js';

/**
 * The one decision over access: a table of rules, and `can`, which answers yes only where one of them says so. Pure: it
 * knows nothing but what it is given. docs/access.md is written from this table (`npm run access-table`), for people who
 * read law and not code; its words are therefore Danish.
 */

interface Takers {
  participants: readonly Participation[];
}

type ItemState = Pick<ItemFacts, 'audience' | 'minutesState' | 'meetingState' | 'itemState' | 'isReopened' | 'lacksBasis'>;

/** An authority's preparation of an item. */
type PreparationObject = Pick<ItemFacts, 'audience'> & { authorityId: string; answer: PreparationAnswer };

/** An item that a participant proposed; `sectors` are those that its basis admits, null all. */
interface ProposalObject {
  byMembershipId: string;
  sectors: readonly Sector[] | null;
  proposalState: ProposalState;
}

/** What each action is done to (`object`), and what else decides (`facts`). */
export interface Actions {
  'series.create': { object: object; facts: object };
  'meeting.read': { object: object; facts: Takers };
  'meeting.coordinate': { object: object; facts: Takers };
  'availability.ask': { object: { meetingState: MeetingState; startMs: number }; facts: Takers };
  /** Her own, for her own time. */
  'calendar.connect': { object: object; facts: object };
  'poll.lead': { object: object; facts: Takers };
  /** `isOpen`: answers are still taken; `hasSent`: a substitute of hers comes. */
  'poll.answer': { object: { isOpen: boolean; hasSent: boolean }; facts: Takers };
  /** The subject is who would come. */
  'meeting.standIn': { object: { replaced: Participation }; facts: Takers };
  'reply.readNote': { object: { ofMembershipId: string }; facts: Takers };
  'attendance.take': { object: { ofMembershipId: string }; facts: Takers };
  /** `item`: the one that she is invited to; null for the meeting. */
  'guest.invite': { object: { item: Pick<ItemFacts, 'audience'> | null; meetingState: ItemFacts['meetingState'] }; facts: Takers };
  'guest.manage': { object: { item: Pick<ItemFacts, 'audience'> | null }; facts: Takers };
  'guest.meeting': { object: object; facts: Takers };
  'item.read': { object: Pick<ItemFacts, 'audience'>; facts: Takers };
  'item.write': { object: ItemState; facts: Takers };
  'item.change': { object: ItemState; facts: Takers };
  'item.changeAudience': { object: ItemState; facts: Takers };
  'item.move': { object: ItemState; facts: Takers };
  'item.addCase': { object: ItemState; facts: Takers };
  'proposal.make': { object: { agendaState: AgendaState; meetingState: MeetingState }; facts: Takers };
  'proposal.read': { object: ProposalObject; facts: Takers };
  'proposal.withdraw': { object: ProposalObject; facts: Takers };
  'proposal.answer': { object: ProposalObject & { agendaState: AgendaState; meetingState: MeetingState; minutesState: MinutesState }; facts: Takers };
  'preparation.read': { object: PreparationObject; facts: Takers };
  'preparation.write': { object: PreparationObject; facts: Takers };
  'preparation.answer': { object: PreparationObject & ItemState & { agendaState: AgendaState }; facts: Takers };
  'embargo.set': { object: ItemState; facts: Takers };
  'embargo.moveReview': { object: Pick<ItemFacts, 'audience'> & { setByAuthorityId: string; isLifted: boolean }; facts: Takers };
  'embargo.lift': { object: Pick<ItemFacts, 'audience'> & { isLifted: boolean }; facts: Takers };
  'minutes.answer': { object: { audience: Audience }; facts: { participants: readonly Seat[] } };
  'minutes.settle': { object: { audience: Audience }; facts: Takers };
  'decision.record': { object: ItemState & { decidingAuthorityId: string }; facts: Takers };
  'decision.read': { object: { item: Pick<ItemFacts, 'audience'>; decidingAuthorityId: string }; facts: Takers };
  'decision.review': { object: Pick<DecisionFacts, 'decidingAuthorityId' | 'escalatedToMembershipId'>; facts: object };
  /** The subject is who would answer. */
  'decision.receive': { object: { decidingAuthorityId: string; askerPersonId: string }; facts: object };
  'followUp.read': { object: FollowUpFacts; facts: object };
  'followUp.answer': { object: FollowUpFacts; facts: object };
  'indicators.read': { object: { authorityId: string }; facts: object };
  'legalBasis.set': { object: { authorityId: string }; facts: object };
  'contact.read': { object: object; facts: object };
  'contact.set': { object: { authorityId: string }; facts: object };
  'people.administer': { object: { authorityId: string }; facts: object };
  'trail.read': { object: { authorityId: string }; facts: object };
  'filing.confirm': { object: object; facts: { participants: readonly Seat[] } };
  /** The audience of what is held; of a whole meeting all who take part. */
  'hold.set': { object: { audience: Audience }; facts: { participants: readonly Seat[] } };
  'hold.release': { object: { audience: Audience; setByAuthorityId: string }; facts: { participants: readonly Seat[] } };
  'deletion.confirm': { object: { ownerAuthorityId: string }; facts: Takers };
  'retention.set': { object: { authorityId: string }; facts: object };
}

export type Action = keyof Actions;

/** One sentence of the table: who, when, why. Any one that holds allows the action. */
export interface Rule<A extends Action> {
  /** Of libs/access/SPEC.md. */
  ids: readonly string[];
  /** Danish. */
  who: string;
  when: string;
  /** Legal basis or principle. */
  why: string;
  /** Whether it is there for guests, for whom no other rule of the table counts. */
  forGuests?: true;
  holds(subject: Subject, object: Actions[A]['object'], facts: Actions[A]['facts'], nowMs: number): boolean;
}

/** Everything that can be done to one sort of object; `does` is an infinitive. */
export type Rules = { readonly [A in Action]: { object: ObjectName; does: string; administers?: true; rules: readonly Rule<A>[] } };

export const objectNames = ['Møder og serier', 'Gæster', 'Punkter', 'Forberedelse', 'Orienteringsspærrer', 'Referater', 'Beslutninger', 'Opfølgninger', 'Ledelsestal', 'Hjemler', 'Kontakter', 'Brugere', 'Adgangsspor', 'Opbevaring'] as const;
export type ObjectName = (typeof objectNames)[number];

const own = (subject: Subject, { participants }: Takers): Participation | undefined => participants.find((one) => one.membershipId === subject.membershipId);

/** [AC3] [AC50] Takes part, by this membership, in her time. */
const takesPart = (subject: Subject, facts: Takers, nowMs: number): boolean => {
  const one = own(subject, facts);
  return one !== undefined && isOpenAt(one.window, nowMs);
};

/** [AC5] [AC17] A coordinator, and where she was sent, in a coordinator's place. */
const coordinates = (subject: Subject, facts: Takers, nowMs: number): boolean =>
  subject.role === 'coordinator' && takesPart(subject, facts, nowMs) && (own(subject, facts)!.standsInForRole ?? 'coordinator') === 'coordinator';

/** [AC6] [AC50] [AC60] Inside the audience, by this membership, in her time. */
const reads = (subject: Subject, { audience }: Pick<ItemFacts, 'audience'>, facts: Takers, nowMs: number): boolean => {
  const one = own(subject, facts);
  return one !== undefined && inAudience(one, audience) && isOpenAt(windowOf(one, audience), nowMs);
};

/** [AC33] [AC60] Coordinates, for a sector that the basis of the proposal admits. */
const coordinatesProposal = (subject: Subject, { sectors }: ProposalObject, facts: Takers, nowMs: number): boolean => coordinates(subject, facts, nowMs) && isAdmitted(own(subject, facts)!, { sectors });

/** [AC7] [AC61] */
const writes = (subject: Subject, item: ItemState, facts: Takers, nowMs: number): boolean =>
  reads(subject, item, facts, nowMs) &&
  item.meetingState !== 'cancelled' &&
  item.itemState !== 'withdrawn' &&
  item.itemState !== 'moved' &&
  item.lacksBasis !== true &&
  (item.minutesState === 'draft' || (item.minutesState === 'forApproval' && item.isReopened === true));

/** [AC100] A guest, in her time; that she is one by her role decides {@link grounds}. */
const isGuest = (subject: Subject, facts: Takers, nowMs: number): boolean => {
  const one = own(subject, facts);
  return one?.guest !== undefined && isOpenAt(one.window, nowMs);
};

const leads = (subject: Pick<Subject, 'role' | 'authorityId'>, authorityId: string): boolean => subject.role === 'leader' && subject.authorityId === authorityId;

const owes = (subject: Subject, followUp: FollowUpFacts): boolean => subject.membershipId === followUp.ownerMembershipId || leads(subject, followUp.ownerAuthorityId);

/** [AC112] Answers for her authority where she reads what is held. */
const holds = (subject: Subject, { audience }: { audience: Audience }, facts: { participants: readonly Seat[] }, nowMs: number): boolean =>
  reads(subject, { audience }, facts, nowMs) && answerers({ audience, participants: facts.participants }, subject.authorityId).some((one) => one.membershipId === subject.membershipId);

const needToKnow = 'Forvaltningslovens §§ 27 og 28; databeskyttelsesforordningens artikel 5, stk. 1, litra c (dataminimering).';
const byBasis = 'Punktets hjemmel; forvaltningslovens §§ 27 og 28; databeskyttelsesforordningens artikel 5, stk. 1, litra b og c.';
const security = 'Databeskyttelsesforordningens artikel 5, stk. 1, litra f, og artikel 32.';
const noting = 'Offentlighedslovens § 13 (notatpligt).';
const keeping = 'Databeskyttelsesforordningens artikel 5, stk. 1, litra e (opbevaringsbegrænsning); arkivlovens regler om bevaring.';
const collaboration = 'Myndighederne skal kunne finde hinanden; oplysningerne er om ansatte i deres arbejde.';
const leadership = 'Ledelsen svarer for sin egen myndigheds afgørelser og instruerer dens medarbejdere; myndighed for myndighed.';

/** Every action, and who may do it when. What is not here may nobody. */
export const rules: Rules = {
  'series.create': {
    object: 'Møder og serier',
    does: 'Oprette et møde eller en mødeserie',
    rules: [{ ids: ['AC4'], who: 'Koordinatorer', when: 'For deres egen myndighed.', why: 'Myndigheden selv planlægger sit samarbejde.', holds: (subject) => subject.role === 'coordinator' }],
  },
  'meeting.read': {
    object: 'Møder og serier',
    does: 'Se mødet: tid, sted, deltagere og dagsordenens tider',
    rules: [{ ids: ['AC3', 'AC50'], who: 'Mødets deltagere', when: 'Med den ansættelse, de deltager ved, og i deres adgangsperiode.', why: needToKnow, holds: (subject, _meeting, facts, nowMs) => takesPart(subject, facts, nowMs) }],
  },
  'meeting.coordinate': {
    object: 'Møder og serier',
    does: 'Ændre mødet, tilføje punkter, invitere og sende ud',
    rules: [
      {
        ids: ['AC5', 'AC17', 'AC50'],
        who: 'Mødets koordinatorer',
        when: 'Når de deltager. En stedfortræder kun, når den, hun kommer for, selv er koordinator.',
        why: 'Den, der indkalder, svarer for mødets ramme; en stedfortræder får ikke mere end den, der sendte hende.',
        holds: (subject, _meeting, facts, nowMs) => coordinates(subject, facts, nowMs),
      },
    ],
  },
  'availability.ask': {
    object: 'Møder og serier',
    does: 'Spørge, hvornår mødets deltagere kan (Find tid)',
    rules: [
      {
        ids: ['AC120', 'AC5', 'AC17', 'AC50'],
        who: 'Mødets koordinatorer',
        when: 'Når de deltager, indtil mødet begynder, og mens det ikke er aflyst. Svaret er kun, om en deltager kan, ikke kan eller kan med stedfortræder: den, hun har sendt, eller en, som hendes myndighed nævner i kontaktregistret; aldrig hvilket møde, hvilken art eller hvilken myndighed der er i vejen.',
        why: needToKnow,
        holds: (subject, { meetingState, startMs }, facts, nowMs) => coordinates(subject, facts, nowMs) && ['draft', 'proposed', 'confirmed'].includes(meetingState) && startMs > nowMs,
      },
    ],
  },
  'calendar.connect': {
    object: 'Møder og serier',
    does: 'Forbinde sin egen kalender, så Find tid ved, hvornår hun er optaget',
    rules: [
      {
        ids: ['AC121'],
        who: 'Koordinatorer, deltagere og ledere',
        when: 'Kun deres egen. Der gemmes kun, hvornår de er optaget; aldrig hvad de er optaget af, og ingen anden ser kalenderen.',
        why: needToKnow,
        holds: (subject) => contentRoles.includes(subject.role),
      },
    ],
  },
  'poll.lead': {
    object: 'Møder og serier',
    does: 'Se, hvem der svarede hvad i en afstemning om tidspunktet, rykke for svar, give links til folk uden for Samråd og trække afstemningen tilbage',
    rules: [
      {
        ids: ['AC130', 'AC5', 'AC17', 'AC50'],
        who: 'Mødets koordinatorer',
        when: 'Når de deltager. Af hver person kun ja, hvis nødvendigt eller nej til hver tid.',
        why: 'De planlægger efter svarene.',
        holds: (subject, _poll, facts, nowMs) => coordinates(subject, facts, nowMs),
      },
    ],
  },
  'poll.answer': {
    object: 'Møder og serier',
    does: 'Svare i en afstemning om tidspunktet',
    rules: [
      {
        ids: ['AC131', 'AC50'],
        who: 'Mødets deltagere, hver for sig selv',
        when: 'Indtil svarfristen, mens afstemningen er i gang. Ikke den, der har sendt en stedfortræder: så svarer stedfortræderen. Andre deltagere ser kun, hvor mange der kan.',
        why: needToKnow,
        holds: (subject, { isOpen, hasSent }, facts, nowMs) => isOpen && !hasSent && takesPart(subject, facts, nowMs),
      },
    ],
  },
  'meeting.standIn': {
    object: 'Møder og serier',
    does: 'Møde som stedfortræder',
    rules: [
      {
        ids: ['AC16'],
        who: 'En kollega fra samme myndighed',
        when: 'Når hun ikke deltager i forvejen, og den, hun kommer for, selv er inviteret. Hun ser det, hendes myndighed eller hendes eget navn giver adgang til, aldrig det, som kun den andens navn giver.',
        why: needToKnow,
        holds: (subject, { replaced }, { participants }) =>
          subject.authorityId === replaced.authorityId && replaced.standsInForRole === undefined && !participants.some((one) => one.personId === subject.personId),
      },
    ],
  },
  'reply.readNote': {
    object: 'Møder og serier',
    does: 'Læse bemærkningen til et svar på en indkaldelse',
    rules: [
      { ids: ['AC18'], who: 'Den, der skrev den', when: 'Mens hun deltager.', why: needToKnow, holds: (subject, { ofMembershipId }, facts, nowMs) => takesPart(subject, facts, nowMs) && subject.membershipId === ofMembershipId },
      { ids: ['AC18'], who: 'Mødets koordinatorer', when: 'Når de deltager.', why: 'De planlægger efter svarene.', holds: (subject, _note, facts, nowMs) => coordinates(subject, facts, nowMs) },
    ],
  },
  'attendance.take': {
    object: 'Møder og serier',
    does: 'Notere fremmøde',
    rules: [
      { ids: ['AC19'], who: 'Hver deltager for sig selv', when: 'Mens hun deltager.', why: noting, holds: (subject, { ofMembershipId }, facts, nowMs) => takesPart(subject, facts, nowMs) && subject.membershipId === ofMembershipId },
      { ids: ['AC19'], who: 'Mødets koordinatorer for alle', when: 'Når de deltager.', why: noting, holds: (subject, _entry, facts, nowMs) => coordinates(subject, facts, nowMs) },
    ],
  },
  'guest.invite': {
    object: 'Gæster',
    does: 'Invitere en gæst til et møde eller et punkt',
    rules: [
      {
        ids: ['AC101'],
        who: 'Mødets koordinatorer; til et punkt dem, der selv kan læse det',
        when: 'Når de deltager, og mødet ikke er aflyst. Kun til punkter, hvis hjemmel omfatter gæstens sektor, i en periode med en slutning, og med en begrundelse.',
        why: byBasis,
        holds: (subject, { item, meetingState }, facts, nowMs) => coordinates(subject, facts, nowMs) && meetingState !== 'cancelled' && (item === null || reads(subject, item, facts, nowMs)),
      },
    ],
  },
  'guest.manage': {
    object: 'Gæster',
    does: 'Se en gæsts link, forny det og tage adgangen fra gæsten',
    rules: [
      {
        ids: ['AC104'],
        who: 'Mødets koordinatorer; ved et punkt dem, der selv kan læse det',
        when: 'Når som helst. Adgangen ophører med det samme.',
        why: security,
        holds: (subject, { item }, facts, nowMs) => coordinates(subject, facts, nowMs) && (item === null || reads(subject, item, facts, nowMs)),
      },
    ],
  },
  'guest.meeting': {
    object: 'Gæster',
    does: 'Se mødets art, titel, tid og sted som gæst',
    rules: [
      {
        ids: ['AC100', 'AC102'],
        who: 'Gæsten selv, med link og kode',
        when: 'I sin periode. Hverken deltagere, dagsorden eller andre møder.',
        why: needToKnow,
        forGuests: true,
        holds: (subject, _meeting, facts, nowMs) => isGuest(subject, facts, nowMs),
      },
    ],
  },
  'item.read': {
    object: 'Punkter',
    does: 'Læse punktet: titel, tekst, beslutninger og opfølgninger',
    rules: [
      {
        ids: ['AC2', 'AC6', 'AC50', 'AC60'],
        who: 'Deltagere i punktets kreds',
        when: 'Når punktet er åbent for alle, eller deres myndighed eller navn er nævnt; når punktets hjemmel omfatter deres sektor; og i deres adgangsperiode. Andre deltagere ser kun “Lukket punkt” og tiden, alle andre intet.',
        why: byBasis,
        holds: reads,
      },
      {
        ids: ['AC100', 'AC60'],
        who: 'En gæst i punktets kreds',
        when: 'I sin periode: titel, dagsorden og referat i det punkt, gæsten er inviteret til, eller i de punkter, mødets kreds omfatter gæsten ved. Hverken beslutninger, opfølgninger, forberedelse eller planer.',
        why: byBasis,
        forGuests: true,
        holds: (subject, item, facts, nowMs) => isGuest(subject, facts, nowMs) && reads(subject, item, facts, nowMs),
      },
    ],
  },
  'item.write': {
    object: 'Punkter',
    does: 'Skrive i punktet',
    rules: [
      {
        ids: ['AC7', 'AC61'],
        who: 'Alle, der kan læse punktet',
        when: 'Mens referatet er under udarbejdelse, og igen mens en rettelse af punktet er bedt om; ikke når mødet er aflyst, punktet taget af eller flyttet, eller når punktet handler om en person og mangler hjemmel.',
        why: `${byBasis} ${noting}`,
        holds: writes,
      },
      {
        ids: ['AC103', 'AC61'],
        who: 'En gæst i punktets kreds, når den, der inviterede, har givet lov til at skrive',
        when: 'Som for andre, i sin periode.',
        why: byBasis,
        forGuests: true,
        holds: (subject, item, facts, nowMs) => isGuest(subject, facts, nowMs) && own(subject, facts)!.guest!.mayWrite && writes(subject, item, facts, nowMs),
      },
    ],
  },
  'item.change': {
    object: 'Punkter',
    does: 'Ændre punktets plads, ramme og tilstand',
    rules: [
      {
        ids: ['AC30'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Mens referatet er under udarbejdelse, og mødet ikke er aflyst.',
        why: needToKnow,
        holds: (subject, item, facts, nowMs) => coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs) && item.minutesState === 'draft' && item.meetingState !== 'cancelled' && item.itemState !== 'moved',
      },
    ],
  },
  'item.changeAudience': {
    object: 'Punkter',
    does: 'Ændre, hvem der kan læse punktet, og hvornår',
    rules: [
      {
        ids: ['AC8', 'AC60'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Også når teksten er låst eller godkendt, fordi en fejl lukkes, når den opdages; ikke når mødet er aflyst. En sektor, som hjemlen ikke omfatter, kan ikke få adgang.',
        why: byBasis,
        holds: (subject, item, facts, nowMs) => coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs) && item.meetingState !== 'cancelled',
      },
    ],
  },
  'item.move': {
    object: 'Punkter',
    does: 'Flytte punktet til andet spor',
    rules: [
      {
        ids: ['AC62'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Mens referatet er under udarbejdelse, og mødet ikke er aflyst. Det nye punkt begynder uden ord og under sin egen hjemmel.',
        why: 'Retsplejelovens § 115, stk. 2; databeskyttelsesforordningens artikel 5, stk. 1, litra b (formålsbegrænsning).',
        holds: (subject, item, facts, nowMs) =>
          coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs) && item.minutesState === 'draft' && item.meetingState !== 'cancelled' && ['open', 'done', 'omitted'].includes(item.itemState),
      },
    ],
  },
  'item.addCase': {
    object: 'Punkter',
    does: 'Sætte et barn på en liste over børn',
    rules: [{ ids: ['AC31', 'AC61'], who: 'Alle, der kan skrive i listen', when: 'Som for at skrive i punktet.', why: byBasis, holds: (subject, item, facts, nowMs) => writes(subject, { ...item, lacksBasis: false }, facts, nowMs) }],
  },
  'proposal.make': {
    object: 'Punkter',
    does: 'Foreslå et punkt til dagsordenen',
    rules: [
      {
        ids: ['AC32'],
        who: 'Mødets deltagere',
        when: 'Indtil dagsordenen er sendt ud; ikke når mødet er aflyst.',
        why: 'Den, der skal bidrage til mødet, skal kunne bede om at få noget drøftet.',
        holds: (subject, { agendaState, meetingState }, facts, nowMs) => takesPart(subject, facts, nowMs) && agendaState === 'building' && meetingState !== 'cancelled',
      },
    ],
  },
  'proposal.read': {
    object: 'Punkter',
    does: 'Se et forslag til et punkt',
    rules: [
      { ids: ['AC33'], who: 'Den, der stillede det', when: 'Mens hun deltager.', why: needToKnow, holds: (subject, { byMembershipId }, facts, nowMs) => takesPart(subject, facts, nowMs) && subject.membershipId === byMembershipId },
      {
        ids: ['AC33', 'AC60'],
        who: 'Mødets koordinatorer, hvis sektor hjemlen omfatter',
        when: 'Mens det venter, og når det er afvist. Er det taget med, er det et punkt, og punktets kreds gælder.',
        why: byBasis,
        holds: (subject, proposal, facts, nowMs) => ['waiting', 'declined'].includes(proposal.proposalState) && coordinatesProposal(subject, proposal, facts, nowMs),
      },
    ],
  },
  'proposal.withdraw': {
    object: 'Punkter',
    does: 'Trække et forslag tilbage',
    rules: [{ ids: ['AC34'], who: 'Den, der stillede det', when: 'Indtil det er besvaret.', why: needToKnow, holds: (subject, { byMembershipId }, facts, nowMs) => takesPart(subject, facts, nowMs) && subject.membershipId === byMembershipId }],
  },
  'proposal.answer': {
    object: 'Punkter',
    does: 'Tage et forslag med på dagsordenen eller afvise det',
    rules: [
      {
        ids: ['AC34', 'AC60'],
        who: 'Mødets koordinatorer, hvis sektor hjemlen omfatter',
        when: 'Mens det venter, indtil dagsordenen er afsluttet; ikke når mødet er aflyst.',
        why: 'Den, der indkalder, svarer for mødets ramme.',
        holds: (subject, proposal, facts, nowMs) =>
          proposal.proposalState === 'waiting' && coordinatesProposal(subject, proposal, facts, nowMs) && proposal.agendaState !== 'closed' && proposal.meetingState !== 'cancelled' && proposal.minutesState === 'draft',
      },
    ],
  },
  'preparation.read': {
    object: 'Forberedelse',
    does: 'Læse en myndigheds forberedelse af punktet',
    rules: [
      {
        ids: ['AC70', 'AC71'],
        who: 'Myndighedens egne, der kan læse punktet',
        when: 'Fra den er begyndt. Andre myndigheder ser indtil da kun, at der ikke er svaret.',
        why: `Retsplejelovens § 115, stk. 4: ingen har pligt til at dele. ${needToKnow}`,
        holds: (subject, preparation, facts, nowMs) => isOfSide(subject, preparation.authorityId) && reads(subject, preparation, facts, nowMs),
      },
      { ids: ['AC71'], who: 'Alle, der kan læse punktet', when: 'Når myndigheden har frigivet den.', why: byBasis, holds: (subject, preparation, facts, nowMs) => preparation.answer === 'released' && reads(subject, preparation, facts, nowMs) },
    ],
  },
  'preparation.write': {
    object: 'Forberedelse',
    does: 'Skrive i en myndigheds forberedelse',
    rules: [
      {
        ids: ['AC70'],
        who: 'Myndighedens egne, der kan læse punktet',
        when: 'Indtil den er frigivet.',
        why: needToKnow,
        holds: (subject, preparation, facts, nowMs) => isOfSide(subject, preparation.authorityId) && preparation.answer !== 'released' && reads(subject, preparation, facts, nowMs),
      },
    ],
  },
  'preparation.answer': {
    object: 'Forberedelse',
    does: 'Frigive forberedelsen, svare “kun mundtligt” eller “intet at dele”, eller tage svaret tilbage',
    rules: [
      {
        ids: ['AC72'],
        who: 'Myndighedens egne, der kan skrive i punktet',
        when: 'Mens referatet er under udarbejdelse. Det frigivne tages kun tilbage, før mødet begynder.',
        why: 'Retsplejelovens § 115, stk. 4: der skal ingen begrundelse til.',
        holds: (subject, preparation, facts, nowMs) =>
          isOfSide(subject, preparation.authorityId) &&
          writes(subject, preparation, facts, nowMs) &&
          preparation.minutesState === 'draft' &&
          (preparation.answer !== 'released' || preparation.agendaState === 'building' || preparation.agendaState === 'published'),
      },
    ],
  },
  'embargo.set': {
    object: 'Orienteringsspærrer',
    does: 'Sætte en orienteringsspærre på et punkt',
    rules: [
      {
        ids: ['AC74'],
        who: 'Alle, der kan læse punktet',
        when: 'Når som helst, også når referatet er låst eller godkendt; ikke når mødet er aflyst. Med begrundelse og et tidspunkt, hvor den gennemgås.',
        why: 'Efter en anmeldelse afgør politiet, hvornår der orienteres; indtil da må ingen myndighed komme til at gøre det.',
        holds: (subject, item, facts, nowMs) => reads(subject, item, facts, nowMs) && item.meetingState !== 'cancelled',
      },
    ],
  },
  'embargo.moveReview': {
    object: 'Orienteringsspærrer',
    does: 'Flytte gennemgangen af en orienteringsspærre',
    rules: [
      {
        ids: ['AC75'],
        who: 'Den myndighed, der satte den, og politiet, når de kan læse punktet',
        when: 'Indtil den er ophævet, med begrundelse.',
        why: 'Den, der har sat spærren, og den, der kan ophæve den, svarer for, at den ikke står længere end nødvendigt.',
        holds: (subject, embargo, facts, nowMs) => !embargo.isLifted && reads(subject, embargo, facts, nowMs) && (subject.authorityId === embargo.setByAuthorityId || own(subject, facts)?.sector === 'police'),
      },
    ],
  },
  'embargo.lift': {
    object: 'Orienteringsspærrer',
    does: 'Ophæve en orienteringsspærre',
    rules: [
      {
        ids: ['AC76'],
        who: 'Politiet, når de kan læse punktet',
        when: 'Når som helst, med begrundelse. Ingen anden kan.',
        why: 'Efter en anmeldelse afgør politiet, hvornår der orienteres.',
        holds: (subject, embargo, facts, nowMs) => !embargo.isLifted && reads(subject, embargo, facts, nowMs) && own(subject, facts)?.sector === 'police',
      },
    ],
  },
  'minutes.answer': {
    object: 'Referater',
    does: 'Godkende et referat eller bede om en rettelse, punkt for punkt',
    rules: [
      {
        ids: ['AC40', 'AC17'],
        who: 'Myndighedens koordinatorer og ledere, der kan læse punktet',
        when: 'Hvor ingen af dem kan, den, der deltager for myndigheden og kan læse punktet.',
        why: `${noting} Hver myndighed godkender for sig selv.`,
        holds: (subject, item, facts, nowMs) =>
          reads(subject, item, facts, nowMs) && answerers({ audience: item.audience, participants: facts.participants }, subject.authorityId).some((one) => one.membershipId === subject.membershipId),
      },
    ],
  },
  'minutes.settle': {
    object: 'Referater',
    does: 'Sende et rettet punkt igen, og føje tillæg til efter godkendelsen',
    rules: [
      {
        ids: ['AC41'],
        who: 'Koordinatorer, der selv kan læse punktet',
        when: 'Når de deltager.',
        why: noting,
        holds: (subject, item, facts, nowMs) => coordinates(subject, facts, nowMs) && reads(subject, item, facts, nowMs),
      },
    ],
  },
  'decision.record': {
    object: 'Beslutninger',
    does: 'Skrive en beslutning',
    rules: [
      {
        ids: ['AC7', 'AC9'],
        who: 'Alle, der kan skrive i punktet',
        when: 'På vegne af en myndighed, som nogen i punktets kreds deltager for.',
        why: `${noting} Et samråd afgør intet på en anden myndigheds vegne.`,
        holds: (subject, item, facts, nowMs) => writes(subject, item, facts, nowMs) && authoritiesThatMayDecide({ audience: item.audience, participants: facts.participants }).includes(item.decidingAuthorityId),
      },
    ],
  },
  'decision.read': {
    object: 'Beslutninger',
    does: 'Læse en beslutning',
    rules: [
      { ids: ['AC6', 'AC10'], who: 'Alle, der kan læse punktet', when: 'Som for punktet.', why: byBasis, holds: (subject, { item }, facts, nowMs) => reads(subject, item, facts, nowMs) },
      { ids: ['AC10'], who: 'Ledere af den myndighed, der har besluttet', when: 'Også når de ikke deltog.', why: leadership, holds: (subject, { decidingAuthorityId }) => leads(subject, decidingAuthorityId) },
    ],
  },
  'decision.review': {
    object: 'Beslutninger',
    does: 'Bekræfte, sende tilbage eller løfte en beslutning',
    rules: [
      {
        ids: ['AC11', 'AC22'],
        who: 'Ledere af den myndighed, der har besluttet',
        when: 'Er den løftet til en bestemt leder, kun hun, så længe hun er leder dér.',
        why: leadership,
        holds: (subject, decision) => leads(subject, decision.decidingAuthorityId) && (decision.escalatedToMembershipId === null || decision.escalatedToMembershipId === subject.membershipId),
      },
    ],
  },
  'decision.receive': {
    object: 'Beslutninger',
    does: 'Få en beslutning løftet til sig',
    rules: [{ ids: ['AC23'], who: 'En anden leder af samme myndighed', when: 'Ingen ny kommer derved til at læse den.', why: leadership, holds: (subject, { decidingAuthorityId, askerPersonId }) => leads(subject, decidingAuthorityId) && subject.personId !== askerPersonId }],
  },
  'followUp.read': {
    object: 'Opfølgninger',
    does: 'Læse en opfølgning',
    rules: [
      { ids: ['AC20'], who: 'Alle, der kan læse punktet', when: 'Som for punktet.', why: byBasis, holds: (_subject, followUp) => followUp.readsItem },
      { ids: ['AC20'], who: 'Den ansvarlige og lederne af hendes myndighed', when: 'Også når de ikke deltog.', why: leadership, holds: (subject, followUp) => owes(subject, followUp) },
    ],
  },
  'followUp.answer': {
    object: 'Opfølgninger',
    does: 'Sige, hvad der blev af en opfølgning',
    rules: [
      { ids: ['AC21'], who: 'Den ansvarlige og lederne af hendes myndighed', when: 'Når som helst.', why: leadership, holds: (subject, followUp) => owes(subject, followUp) },
      { ids: ['AC21'], who: 'Mødets koordinatorer, der kan læse punktet', when: 'Når de deltager.', why: noting, holds: (_subject, followUp) => followUp.readsItem && followUp.coordinates },
    ],
  },
  'indicators.read': {
    object: 'Ledelsestal',
    does: 'Se ledelsestal',
    rules: [{ ids: ['AC24'], who: 'Ledere', when: 'For deres egen myndighed; tal uden indhold.', why: leadership, holds: (subject, { authorityId }) => leads(subject, authorityId) }],
  },
  'legalBasis.set': {
    object: 'Hjemler',
    does: 'Snævre en hjemmel ind, eller tilføje en egen, for myndighedens møder',
    administers: true,
    rules: [{ ids: ['AC63'], who: 'Administratorer', when: 'For deres egen myndighed. Det gælder fremad; punkter beholder den udgave, de er lavet under.', why: security, holds: (subject, { authorityId }) => subject.role === 'administrator' && subject.authorityId === authorityId }],
  },
  'contact.read': {
    object: 'Kontakter',
    does: 'Slå op i kontaktregistret: kontaktpersoner og nøglepersoner, deres stedfortrædere, telefon og e-mail',
    administers: true,
    rules: [{ ids: ['AC140'], who: 'Koordinatorer, deltagere, ledere og administratorer', when: 'For alle myndigheder.', why: collaboration, holds: (subject) => contentRoles.includes(subject.role) || subject.role === 'administrator' }],
  },
  'contact.set': {
    object: 'Kontakter',
    does: 'Ændre kontaktregistret og se, hvad der har stået i det',
    administers: true,
    rules: [{ ids: ['AC141'], who: 'Koordinatorer og administratorer', when: 'For deres egen myndighed, med dens egne medarbejdere. Det, der stod før, bevares.', why: collaboration, holds: (subject, { authorityId }) => ['coordinator', 'administrator'].includes(subject.role) && subject.authorityId === authorityId }],
  },
  'people.administer': {
    object: 'Brugere',
    does: 'Styre personer, roller og nøgler til brugerstyring',
    administers: true,
    rules: [{ ids: ['AC80'], who: 'Administratorer', when: 'For deres egen myndighed. Den sidste administrator kan ikke fjernes (AC82).', why: security, holds: (subject, { authorityId }) => subject.role === 'administrator' && subject.authorityId === authorityId }],
  },
  'trail.read': {
    object: 'Adgangsspor',
    does: 'Se, hvem der har set hvad, og tage stikprøver',
    administers: true,
    rules: [{ ids: ['AC90', 'AC91', 'AC95', 'AC96'], who: 'Revisorer', when: 'For deres egen myndighed: dens medarbejdere ved navn, andres på dens egne punkter kun ved myndighed. Aldrig titel eller indhold. Hvert opslag er selv i sporet.', why: security, holds: (subject, { authorityId }) => subject.role === 'auditor' && subject.authorityId === authorityId }],
  },
  'filing.confirm': {
    object: 'Opbevaring',
    does: 'Bekræfte, at ens myndighed har journaliseret sit eksemplar af et godkendt referat, eller rette det',
    rules: [
      {
        ids: ['AC110', 'AC17'],
        who: 'Myndighedens koordinatorer ved mødet',
        when: 'Når de deltager. Hvor ingen koordinator deltager for myndigheden, den, der gør. Andre myndigheder ser, at det er sket, men ikke journalnummeret.',
        why: 'Offentlighedslovens § 15 (journalisering). Hver myndighed for sig selv.',
        holds: (subject, _meeting, facts, nowMs) => takesPart(subject, facts, nowMs) && filers(facts.participants, subject.authorityId).some((one) => one.membershipId === subject.membershipId),
      },
    ],
  },
  'hold.set': {
    object: 'Opbevaring',
    does: 'Stoppe sletningen af et møde eller et punkt',
    rules: [
      {
        ids: ['AC112', 'AC17'],
        who: 'Koordinatorer og ledere for en myndighed, der deltager, når de kan læse det',
        when: 'Indtil indholdet er slettet, med begrundelse. Hvor ingen af dem deltager for myndigheden, den, der gør. Andre myndigheder ser, at sletningen er stoppet, men ikke hvorfor; et stop på et punkt ser kun de, der kan læse punktet.',
        why: keeping,
        holds,
      },
    ],
  },
  'hold.release': {
    object: 'Opbevaring',
    does: 'Ophæve et stop af sletningen',
    rules: [
      {
        ids: ['AC112', 'AC17'],
        who: 'De samme, for den myndighed, der satte det',
        when: 'Når som helst, med begrundelse. Ingen anden myndighed kan.',
        why: keeping,
        holds: (subject, hold, facts, nowMs) => subject.authorityId === hold.setByAuthorityId && holds(subject, hold, facts, nowMs),
      },
    ],
  },
  'deletion.confirm': {
    object: 'Opbevaring',
    does: 'Bekræfte en varslet sletning',
    administers: true,
    rules: [
      {
        ids: ['AC113'],
        who: 'Administratorer for den myndighed, der ejer mødet',
        when: 'Når sletningen er varslet. Den samme person kan ikke bekræfte to gange.',
        why: keeping,
        holds: (subject, { ownerAuthorityId }) => subject.role === 'administrator' && subject.authorityId === ownerAuthorityId,
      },
      {
        ids: ['AC113'],
        who: 'Mødets koordinatorer for den myndighed, der ejer mødet',
        when: 'Når de deltager, og sletningen er varslet. Den samme person kan ikke bekræfte to gange.',
        why: keeping,
        holds: (subject, { ownerAuthorityId }, facts, nowMs) => subject.authorityId === ownerAuthorityId && coordinates(subject, facts, nowMs),
      },
    ],
  },
  'retention.set': {
    object: 'Opbevaring',
    does: 'Sætte regler for opbevaring og se, hvilke møder der er på vej til at blive slettet',
    administers: true,
    rules: [
      {
        ids: ['AC114'],
        who: 'Administratorer',
        when: 'For deres egen myndigheds møder: art, dag og myndigheder, aldrig titel eller indhold. En regel gælder kun det, der ikke er varslet endnu.',
        why: keeping,
        holds: (subject, { authorityId }) => subject.role === 'administrator' && subject.authorityId === authorityId,
      },
    ],
  },
};

/**
 * [AC1] [AC13] Which rules let `subject` do this now; none where it may not.
 *
 * @param object what it is done to
 * @param facts who takes part, where that decides
 */
export function grounds<A extends Action>(subject: Subject, action: A, object: Actions[A]['object'], facts: Actions[A]['facts'], now: Temporal.Instant): readonly Rule<A>[] {
  const { rules: candidates, administers } = rules[action] as { administers?: true; rules: readonly Rule<A>[] };
  const nowMs = now.epochMilliseconds;
  if (subject.validUntilMs !== undefined && nowMs >= subject.validUntilMs) return [];
  if (administers !== true && !readerRoles.includes(subject.role)) return [];
  // [AC100] Of the whole table a guest has the few rules that name her.
  return candidates.filter((rule) => (subject.role === 'guest') === (rule.forGuests === true) && rule.holds(subject, object, facts, nowMs));
}

/** Whether `subject` may do this now; see {@link grounds}. */
export const can = <A extends Action>(subject: Subject, action: A, object: Actions[A]['object'], facts: Actions[A]['facts'], now: Temporal.Instant): boolean => grounds(subject, action, object, facts, now).length > 0;
