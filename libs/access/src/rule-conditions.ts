import { answerers, inAudience, isAdmitted, isOpenAt, windowOf, type Audience, type FollowUpFacts, type ItemFacts, type Participation, type Seat, type Subject } from './policy.js';
import type { ItemState, ProposalObject, Takers } from './rule.js';

/** What several rules ask, and the grounds that several give. */

export const own = (subject: Subject, { participants }: Takers): Participation | undefined => participants.find((one) => one.membershipId === subject.membershipId);

/** [AC3] [AC50] Takes part, by this membership, in her time. */
export const takesPart = (subject: Subject, facts: Takers, nowMs: number): boolean => {
  const one = own(subject, facts);
  return one !== undefined && isOpenAt(one.window, nowMs);
};

/** [AC5] [AC17] A coordinator, and where she was sent, in a coordinator's place. */
export const coordinates = (subject: Subject, facts: Takers, nowMs: number): boolean =>
  subject.role === 'coordinator' && takesPart(subject, facts, nowMs) && (own(subject, facts)!.standsInForRole ?? 'coordinator') === 'coordinator';

/** [AC6] [AC50] [AC60] Inside the audience, by this membership, in her time. */
export const reads = (subject: Subject, { audience }: Pick<ItemFacts, 'audience'>, facts: Takers, nowMs: number): boolean => {
  const one = own(subject, facts);
  return one !== undefined && inAudience(one, audience) && isOpenAt(windowOf(one, audience), nowMs);
};

/** [AC33] [AC60] Coordinates, for a sector that the basis of the proposal admits. */
export const coordinatesProposal = (subject: Subject, { sectors }: ProposalObject, facts: Takers, nowMs: number): boolean => coordinates(subject, facts, nowMs) && isAdmitted(own(subject, facts)!, { sectors });

/** [AC7] [AC61] */
export const writes = (subject: Subject, item: ItemState, facts: Takers, nowMs: number): boolean =>
  reads(subject, item, facts, nowMs) &&
  item.meetingState !== 'cancelled' &&
  item.itemState !== 'withdrawn' &&
  item.itemState !== 'moved' &&
  item.lacksBasis !== true &&
  (item.minutesState === 'draft' || (item.minutesState === 'forApproval' && item.isReopened === true));

/** [AC100] A guest, in her time; that she is one by her role decides {@link grounds}. */
export const isGuest = (subject: Subject, facts: Takers, nowMs: number): boolean => {
  const one = own(subject, facts);
  return one?.guest !== undefined && isOpenAt(one.window, nowMs);
};

export const leads = (subject: Pick<Subject, 'role' | 'authorityId'>, authorityId: string): boolean => subject.role === 'leader' && subject.authorityId === authorityId;

export const owes = (subject: Subject, followUp: FollowUpFacts): boolean => subject.membershipId === followUp.ownerMembershipId || leads(subject, followUp.ownerAuthorityId);

/** [AC112] Answers for her authority where she reads what is held. */
export const holds = (subject: Subject, { audience }: { audience: Audience }, facts: { participants: readonly Seat[] }, nowMs: number): boolean =>
  reads(subject, { audience }, facts, nowMs) && answerers({ audience, participants: facts.participants }, subject.authorityId).some((one) => one.membershipId === subject.membershipId);

export const needToKnow = 'Forvaltningslovens §§ 27 og 28; databeskyttelsesforordningens artikel 5, stk. 1, litra c (dataminimering).';
export const byBasis = 'Punktets hjemmel; forvaltningslovens §§ 27 og 28; databeskyttelsesforordningens artikel 5, stk. 1, litra b og c.';
export const security = 'Databeskyttelsesforordningens artikel 5, stk. 1, litra f, og artikel 32.';
export const noting = 'Offentlighedslovens § 13 (notatpligt).';
export const keeping = 'Databeskyttelsesforordningens artikel 5, stk. 1, litra e (opbevaringsbegrænsning); arkivlovens regler om bevaring.';
export const collaboration = 'Myndighederne skal kunne finde hinanden; oplysningerne er om ansatte i deres arbejde.';
export const leadership = 'Ledelsen svarer for sin egen myndigheds afgørelser og instruerer dens medarbejdere; myndighed for myndighed.';
