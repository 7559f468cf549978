import type { AgendaState, MeetingState, MinutesState, PreparationAnswer, ProposalState, Sector } from '@lib/contracts/enums.js';
import type { Audience, DecisionFacts, FollowUpFacts, ItemFacts, Participation, Seat, Subject } from './policy.js';

/** What a rule of the table is made of: what is done to what, and what decides. The table itself is in `rules.ts`. */
export interface Takers {
  participants: readonly Participation[];
}

export type ItemState = Pick<ItemFacts, 'audience' | 'minutesState' | 'meetingState' | 'itemState' | 'isReopened' | 'lacksBasis'>;

/** An authority's preparation of an item. */
export type PreparationObject = Pick<ItemFacts, 'audience'> & { authorityId: string; answer: PreparationAnswer };

/** An item that a participant proposed; `sectors` are those that its basis admits, null all. */
export interface ProposalObject {
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
  'disclosure.read': { object: Pick<ItemFacts, 'audience'>; facts: Takers };
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
  'yearPlan.keep': { object: { authorityId: string }; facts: object };
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

export const objectNames = ['Møder og serier', 'Gæster', 'Punkter', 'Forberedelse', 'Orienteringsspærrer', 'Referater', 'Beslutninger', 'Opfølgninger', 'Ledelsestal', 'Hjemler', 'Kontakter', 'Årsplaner', 'Brugere', 'Adgangsspor', 'Opbevaring'] as const;
export type ObjectName = (typeof objectNames)[number];

/** The rows of some of the actions. */
export type RulesOf<A extends Action> = Pick<Rules, A>;
