import type { ItemState, MeetingState, MinutesState, Role } from '@lib/contracts/enums.js';

/**
 * The one place that decides who may do what. Pure: it knows nothing but the facts it is given, and answers yes only
 * where a rule below says so. The rules and their ids stand in libs/access/SPEC.md.
 */

/** Who asks: a person acting by one membership of one authority. */
export interface Subject {
  personId: string;
  membershipId: string;
  authorityId: string;
  role: Role;
}

/** A person who takes part in a meeting, for the authority of that membership. */
export interface Participation {
  membershipId: string;
  personId: string;
  authorityId: string;
  /** The role of the person this one stands in for; absent for everybody who was invited herself. */
  standsInForRole?: Role;
}

/** What a narrowed item is open to. `all` is all participants of the meeting. */
export type Audience = { kind: 'all' } | { kind: 'restricted'; authorityIds: readonly string[]; personIds: readonly string[] };

export interface MeetingFacts {
  ownerAuthorityId: string;
  participants: readonly Participation[];
}

export interface ItemFacts {
  participants: readonly Participation[];
  audience: Audience;
  minutesState: MinutesState;
  meetingState: MeetingState;
  itemState: ItemState;
  /** While its meeting's minutes are for approval: somebody asked for a change of this item. */
  isReopened?: boolean;
}

/** What reading an item depends on. */
export type ReaderFacts = Pick<ItemFacts, 'participants' | 'audience'>;

export interface DecisionFacts {
  item: ItemFacts;
  decidingAuthorityId: string;
  /** The leader whom it was escalated to, while she leads there; null when it waits for any of them. */
  escalatedToMembershipId: string | null;
}

/** Roles that work with content. Administrators and auditors do their work without reading it (AC1). */
export const contentRoles: readonly Role[] = ['coordinator', 'participant', 'leader'];

const takesPart = (subject: Subject, participants: readonly Participation[]): boolean =>
  contentRoles.includes(subject.role) && participants.some((one) => one.membershipId === subject.membershipId);

/** [AC2] Whether a participation lies inside an audience. */
export function inAudience(one: Participation, audience: Audience): boolean {
  return audience.kind === 'all' || audience.authorityIds.includes(one.authorityId) || audience.personIds.includes(one.personId);
}

/** [AC2] The participations that may read an item: what `item_reader` holds. */
export function readersOf(participants: readonly Participation[], audience: Audience): Participation[] {
  return participants.filter((one) => inAudience(one, audience));
}

/** [AC3] Reading a meeting: its own participants, whatever their authority. */
export const mayReadMeeting = (subject: Subject, meeting: Pick<MeetingFacts, 'participants'>): boolean => takesPart(subject, meeting.participants);

/** [AC4] Setting up a series: coordinators, for their own authority. */
export const mayCreateSeries = (subject: Subject): boolean => subject.role === 'coordinator';

/**
 * [AC5] Changing a meeting's frame and agenda: its participating coordinators. [AC17] A substitute only where the person
 * she stands in for could: being sent gives nobody more than the sender had.
 */
export const mayCoordinate = (subject: Subject, meeting: Pick<MeetingFacts, 'participants'>): boolean =>
  subject.role === 'coordinator' &&
  meeting.participants.some((one) => one.membershipId === subject.membershipId && (one.standsInForRole ?? 'coordinator') === 'coordinator');

/** [AC6] Reading an item: a participant inside its audience, acting by the membership that takes part. */
export const mayReadItem = (subject: Subject, item: ReaderFacts): boolean =>
  takesPart(subject, item.participants) &&
  item.participants.some((one) => one.membershipId === subject.membershipId && inAudience(one, item.audience));

/**
 * [AC7] Writing in an item: whoever reads it, until the minutes leave draft, and again while this item is reopened; neither
 * in a cancelled meeting nor in an item taken off the agenda.
 */
export const mayWriteItem = (subject: Subject, item: ItemFacts): boolean =>
  mayReadItem(subject, item) &&
  item.meetingState !== 'cancelled' &&
  item.itemState !== 'withdrawn' &&
  (item.minutesState === 'draft' || (item.minutesState === 'forApproval' && item.isReopened === true));

/** [AC8] Changing who sees an item: a coordinator who reads it, also when its words are frozen. */
export const mayChangeAudience = (subject: Subject, item: ItemFacts): boolean => mayCoordinate(subject, item) && mayReadItem(subject, item) && item.meetingState !== 'cancelled';

/** [AC30] Changing an item's place, frame and state: a coordinator who reads it, also to put it back on the agenda. */
export const mayChangeItem = (subject: Subject, item: ItemFacts): boolean => mayCoordinate(subject, item) && mayReadItem(subject, item) && item.minutesState === 'draft' && item.meetingState !== 'cancelled';

/** [AC31] Putting a child on a list of children: whoever may write in the list. */
export const mayAddCase = mayWriteItem;

/** [AC9] Deciding: only an authority that somebody inside the audience takes part for. */
export const authoritiesThatMayDecide = (item: ReaderFacts): string[] => [
  ...new Set(readersOf(item.participants, item.audience).map((one) => one.authorityId)),
];

/**
 * [AC10] Reading a decision: whoever reads its item, and the leaders of the deciding authority, who answer for it even
 * when they were not at the table.
 */
export const mayReadDecision = (subject: Subject, decision: Pick<DecisionFacts, 'item' | 'decidingAuthorityId'>): boolean =>
  mayReadItem(subject, decision.item) || leads(subject, decision.decidingAuthorityId);

export interface FollowUpFacts {
  /** What {@link mayReadItem} said of its item. */
  readsItem: boolean;
  /** What {@link mayCoordinate} said of its meeting. */
  coordinates: boolean;
  ownerMembershipId: string;
  ownerAuthorityId: string;
}

/**
 * [AC20] Reading a follow-up: whoever reads its item, whoever promised it, and the leaders of that person's authority,
 * who answer for its being done.
 */
export const mayReadFollowUp = (subject: Subject, followUp: FollowUpFacts): boolean =>
  contentRoles.includes(subject.role) && (followUp.readsItem || owesFollowUp(subject, followUp));

/** [AC21] Saying what became of it: its owner, the leaders of the owner's authority, and coordinators who read the item. */
export const mayAnswerFollowUp = (subject: Subject, followUp: FollowUpFacts): boolean =>
  mayReadFollowUp(subject, followUp) && (owesFollowUp(subject, followUp) || (followUp.readsItem && followUp.coordinates));

const owesFollowUp = (subject: Subject, followUp: FollowUpFacts): boolean =>
  subject.membershipId === followUp.ownerMembershipId || (subject.role === 'leader' && subject.authorityId === followUp.ownerAuthorityId);

const leads = (subject: Pick<Subject, 'role' | 'authorityId'>, authorityId: string): boolean => subject.role === 'leader' && subject.authorityId === authorityId;

/**
 * [AC11] Confirming, returning or escalating a decision: the leaders of the deciding authority. [AC22] One that was
 * escalated is answered by the leader whom it was escalated to; when she leads there no longer, by any of them again.
 */
export const mayReviewDecision = (subject: Subject, decision: Pick<DecisionFacts, 'decidingAuthorityId' | 'escalatedToMembershipId'>): boolean =>
  leads(subject, decision.decidingAuthorityId) && (decision.escalatedToMembershipId === null || decision.escalatedToMembershipId === subject.membershipId);

/** [AC23] Whom a decision may be escalated to: another leader of the deciding authority, never somebody outside it. */
export const mayReceiveDecision = (candidate: Pick<Subject, 'role' | 'authorityId' | 'personId'>, asker: Subject, decision: Pick<DecisionFacts, 'decidingAuthorityId'>): boolean =>
  leads(candidate, decision.decidingAuthorityId) && candidate.personId !== asker.personId;

/** [AC24] Looking at an authority's indicators: its leaders. */
export const mayReadIndicators = (subject: Subject): boolean => subject.role === 'leader';

/**
 * [AC16] Standing in for a participant: a colleague of the same authority with a role that works with content, who takes
 * no part already, for somebody who was invited herself. She then takes part by her own membership, so that an audience
 * lets her in by her authority or her own name, never by the name of the person she stands in for.
 */
export const mayStandIn = (candidate: Subject, replaced: Participation, participants: readonly Participation[]): boolean =>
  contentRoles.includes(candidate.role) &&
  candidate.authorityId === replaced.authorityId &&
  replaced.standsInForRole === undefined &&
  !participants.some((one) => one.personId === candidate.personId);

/** [AC18] Reading what somebody wrote with her answer: herself, and the meeting's coordinators. */
export const mayReadReplyNote = (subject: Subject, meeting: Pick<MeetingFacts, 'participants'>, ofMembershipId: string): boolean =>
  (takesPart(subject, meeting.participants) && subject.membershipId === ofMembershipId) || mayCoordinate(subject, meeting);

/** [AC19] Marking who is there: the meeting's coordinators for everybody, each participant for herself. */
export const mayTakeAttendance = (subject: Subject, meeting: Pick<MeetingFacts, 'participants'>, ofMembershipId: string): boolean =>
  (takesPart(subject, meeting.participants) && subject.membershipId === ofMembershipId) || mayCoordinate(subject, meeting);

/** A participation with what its person is there as. */
export interface Seat extends Participation {
  role: Role;
}

/** Coordinators and leaders answer for their authority; who sits in a participant's chair does not (AC17). */
const answersFor = (seat: Seat): boolean => [seat.role, seat.standsInForRole ?? seat.role].every((role) => role === 'coordinator' || role === 'leader');

/**
 * [AC40] Approving minutes, or asking for a change, in the name of an authority, item by item: its coordinators and
 * leaders who take part and read the item, and where none of them does, whoever takes part for it and reads it.
 */
export const mayAnswerMinutes = (subject: Subject, item: { participants: readonly Seat[]; audience: Audience }): boolean =>
  mayReadItem(subject, item) && answerers(item, subject.authorityId).some((one) => one.membershipId === subject.membershipId);

/** [AC40] Those of an authority who may; empty when nobody of it reads the item. */
export function answerers(item: { participants: readonly Seat[]; audience: Audience }, authorityId: string): Seat[] {
  const inside = item.participants.filter((one) => contentRoles.includes(one.role) && one.authorityId === authorityId && inAudience(one, item.audience));
  const seniors = inside.filter(answersFor);
  return seniors.length > 0 ? seniors : inside;
}

/** [AC41] Sending one item again, and adding to it after approval: a coordinator who reads it. */
export const maySettleItem = (subject: Subject, item: ReaderFacts): boolean => mayCoordinate(subject, item) && mayReadItem(subject, item);
