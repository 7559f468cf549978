import type { AttendanceState, FollowUpState, DecisionState, InformedParty, OutputType, PartStat, Plan, PlanGate, PreparationAnswer, Sector, SequenceStep } from './enums.js';
import type { RichText } from './rich-text.js';

/**
 * An agenda or minutes as one reader may see them: the one model that the page on the screen, PDF, HTML and JSON are
 * made from, so that all of them say the same. It is plain JSON; instants are ISO 8601 in UTC, days `YYYY-MM-DD`.
 */
export interface MeetingDocument {
  schema: 'samraad/meeting-document/1';
  kind: 'agenda' | 'minutes';
  /** In whose eyes; an extract for one authority holds what its audience rules open to that authority. */
  extractFor: { id: string; name: string } | null;
  meeting: {
    id: string;
    title: string;
    kindTitle: string;
    startInstant: string;
    endInstant: string;
    timeZone: string;
    place: string | null;
    owner: { id: string; name: string };
    authorities: readonly { id: string; name: string; sector: Sector }[];
  };
  participants: readonly DocumentParticipant[];
  /** Of the meeting, those who were there. Absent where none was. */
  guests?: readonly DocumentGuest[];
  /** What earlier meetings of the series left open, the most urgent first; in an agenda only, in no extract, and absent where there is nothing. */
  openFollowUps?: readonly DocumentOpenFollowUp[];
  /** How many more there are than those; absent where all are there. */
  openFollowUpsMore?: number;
  items: readonly DocumentEntry[];
  /** Minutes only. */
  approval: DocumentApproval | null;
}

export interface DocumentParticipant {
  membershipId: string;
  name: string;
  functionTitle: string;
  authority: { id: string; name: string };
  reply: PartStat;
  /** The last marking; null when nobody marked, and in an agenda. */
  attendance: AttendanceState | null;
  /** Name of the person whose chair it is. */
  standsInFor: string | null;
}

/** Somebody of no authority who was there. */
export interface DocumentGuest {
  membershipId: string;
  name: string;
  /** What she comes from, in words. */
  organisation: string;
  attendance: Extract<AttendanceState, 'present' | 'late'>;
}

/** What lies outside the reader's audience is only its time. */
export type DocumentEntry = { closed: true; startInstant: string; endInstant: string } | ({ closed: false } & DocumentItem);

export interface DocumentItem {
  id: string;
  /** `3`, or `4.2` for an item under another. */
  number: string;
  startInstant: string;
  endInstant: string;
  title: string;
  ledBy: string;
  outputType: OutputType;
  legalBasis: { id: string; label: string } | null;
  /** In words; null when open to all participants. */
  audience: { authorities: readonly string[]; persons: readonly string[] } | null;
  agenda: RichText;
  /** Empty in an agenda. */
  minutes: RichText;
  decisions: readonly DocumentDecision[];
  followUps: readonly DocumentFollowUp[];
  /** Who was there for this item alone; in minutes only, and absent where nobody was. */
  guests?: readonly DocumentGuest[];
  /** Those that hold a step. Absent where there is none, in an agenda, and in minutes frozen before documents told of plans. */
  plans?: readonly DocumentPlan[];
  /** What authorities said of their preparation; in an agenda only, and absent where none said anything. */
  preparations?: readonly DocumentPreparation[];
  /** In force at the moment the document was made; never part of what is frozen. Absent where there is none. */
  embargoes?: readonly DocumentEmbargo[];
}

/** An embargo on informing in force. */
export interface DocumentEmbargo {
  /** “begge forældre” */
  towards: string;
  setBy: string;
  reviewAt: string;
}

/** An authority's preparation as all readers of the item know it. */
export interface DocumentPreparation {
  authority: { id: string; name: string };
  answer: Exclude<PreparationAnswer, 'open'>;
  /** The released words; empty for every other answer. */
  text: RichText;
}

export interface DocumentDecision {
  id: string;
  text: string;
  reasons: string;
  caseReference: string | null;
  decidingAuthority: { id: string; name: string };
  responsible: { name: string; authority: string };
  deadline: string;
  legalBasis: { id: string; label: string } | null;
  state: DecisionState;
  recordedAt: string;
}

export interface DocumentFollowUp {
  id: string;
  text: string;
  caseReference: string | null;
  owner: { name: string; authority: string };
  deadline: string;
  state: FollowUpState;
}

/** One that an earlier meeting of the series left open. */
export interface DocumentOpenFollowUp extends DocumentFollowUp {
  meeting: { title: string; startInstant: string };
  /** In force at its item; absent where there is none. */
  embargoes?: readonly DocumentEmbargo[];
}

/** What a joint consultation ends with: who does what in which order, or who may know what when. */
export interface DocumentPlan {
  plan: Plan;
  steps: readonly DocumentPlanStep[];
}

/** A step in its place; by whom, by when and what became of it is its follow-up, which stands among those of the item too. */
export interface DocumentPlanStep {
  id: string;
  followUpId: string;
  kind: { id: SequenceStep | InformedParty; label: string };
  text: string;
  caseReference: string | null;
  day: string;
  /** `HH:MM`, Danish wall time. */
  time: string | null;
  place: string | null;
  /** The adult whom the child trusts and who is with it. */
  trustedAdult: string | null;
  who: { name: string; authority: string };
  /** Nothing happens before this authority has said so. */
  awaits: { id: PlanGate; label: string } | null;
  state: FollowUpState;
}

/** The follow-ups that no plan of the item tells of: printed once, in the plan. */
export function followUpsBesidePlans({ followUps, plans = [] }: Pick<DocumentItem, 'followUps' | 'plans'>): readonly DocumentFollowUp[] {
  const told = new Set(plans.flatMap(({ steps }) => steps.map((step) => step.followUpId)));
  return followUps.filter((one) => !told.has(one.id));
}

export interface DocumentApproval {
  state: 'draft' | 'forApproval' | 'approved';
  /** Rounds of approval; 1 for the first. */
  version: number;
  frozenAt: string | null;
  authorities: readonly { authority: { id: string; name: string }; state: 'pending' | 'approved' | 'changeRequested'; by: string | null; at: string | null }[];
  approvedAt: string | null;
  /** SHA-256 over the approved content, hexadecimal. */
  hash: string | null;
  addenda: readonly { itemId: string | null; number: string | null; text: RichText; by: string; at: string }[];
}
