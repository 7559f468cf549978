import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { agendaStates, itemStates, meetingStates, preparationAnswers, roles, type Role } from '@lib/contracts/enums.js';
import { answerers, authoritiesThatMayDecide, readersOf, type Audience, type DecisionFacts, type FollowUpFacts, type ItemFacts, type MeetingFacts, type Participation, type ReaderFacts, type Seat, type Subject } from './policy.js';
import { can, type Actions } from './rules.js';

const now = Temporal.Instant.from('2026-11-22T12:00Z');
const sectorOf = { kommune: 'municipality', politi: 'police', børnehus: 'barnahus', sygehus: 'health' } as const;
const mayReadMeeting = (who: Subject, meeting: MeetingFacts) => can(who, 'meeting.read', {}, meeting, now);
const mayCoordinate = (who: Subject, meeting: MeetingFacts) => can(who, 'meeting.coordinate', {}, meeting, now);
const mayCreateSeries = (who: Subject) => can(who, 'series.create', {}, {}, now);
const mayReadItem = (who: Subject, item: ReaderFacts) => can(who, 'item.read', item, item, now);
const mayWriteItem = (who: Subject, item: ItemFacts) => can(who, 'item.write', item, item, now);
const mayChangeAudience = (who: Subject, item: ItemFacts) => can(who, 'item.changeAudience', item, item, now);
const mayReadDecision = (who: Subject, decision: Pick<DecisionFacts, 'item' | 'decidingAuthorityId'>) => can(who, 'decision.read', decision, decision.item, now);
const mayReviewDecision = (who: Subject, decision: Pick<DecisionFacts, 'decidingAuthorityId' | 'escalatedToMembershipId'>) => can(who, 'decision.review', decision, {}, now);
const mayReceiveDecision = (who: Subject, asker: Subject, { decidingAuthorityId }: { decidingAuthorityId: string }) => can(who, 'decision.receive', { decidingAuthorityId, askerPersonId: asker.personId }, {}, now);
const mayReadFollowUp = (who: Subject, followUp: FollowUpFacts) => can(who, 'followUp.read', followUp, {}, now);
const mayAnswerFollowUp = (who: Subject, followUp: FollowUpFacts) => can(who, 'followUp.answer', followUp, {}, now);
const mayReadIndicators = (who: Subject) => can(who, 'indicators.read', { authorityId: who.authorityId }, {}, now);
const mayStandIn = (who: Subject, replaced: Participation, participants: readonly Participation[]) => can(who, 'meeting.standIn', { replaced }, { participants }, now);
const mayReadReplyNote = (who: Subject, meeting: MeetingFacts, ofMembershipId: string) => can(who, 'reply.readNote', { ofMembershipId }, meeting, now);
const mayTakeAttendance = (who: Subject, meeting: MeetingFacts, ofMembershipId: string) => can(who, 'attendance.take', { ofMembershipId }, meeting, now);
const mayAnswerMinutes = (who: Subject, item: { participants: readonly Seat[]; audience: Audience }) => can(who, 'minutes.answer', item, item, now);
type PreparationAt = Actions['preparation.answer']['object'] & { participants: readonly Participation[] };
const mayReadPreparation = (who: Subject, one: PreparationAt) => can(who, 'preparation.read', one, one, now);
const mayWritePreparation = (who: Subject, one: PreparationAt) => can(who, 'preparation.write', one, one, now);
const mayAnswerPreparation = (who: Subject, one: PreparationAt) => can(who, 'preparation.answer', one, one, now);

const authority = fc.constantFrom('kommune', 'politi', 'børnehus', 'sygehus');
const person = fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5');
const subject: fc.Arbitrary<Subject> = fc.record({ personId: person, authorityId: authority, role: fc.constantFrom(...roles) }).map((one) => ({ ...one, membershipId: `${one.personId}@${one.authorityId}` }));
const participations: fc.Arbitrary<Participation[]> = fc.uniqueArray(
  fc.record({ personId: person, authorityId: authority }).map((one) => ({ ...one, sector: sectorOf[one.authorityId], membershipId: `${one.personId}@${one.authorityId}` })),
  { selector: (one) => one.membershipId },
);
const audience: fc.Arbitrary<Audience> = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  fc.record({ kind: fc.constant('restricted' as const), authorityIds: fc.uniqueArray(authority), personIds: fc.uniqueArray(person) }),
);
const item = fc.record({ participants: participations, audience, minutesState: fc.constantFrom('draft' as const, 'forApproval' as const, 'approved' as const), meetingState: fc.constantFrom(...meetingStates), itemState: fc.constantFrom(...itemStates) });

describe('the policy', () => {
  it('[AC1] gives administrators and auditors nothing of content', () => {
    fc.assert(
      fc.property(subject, item, (who, what) => {
        fc.pre(who.role === 'administrator' || who.role === 'auditor');
        const facts = { participants: what.participants };
        expect([mayReadMeeting(who, facts), mayCoordinate(who, facts), mayReadItem(who, what), mayWriteItem(who, what), mayReadDecision(who, { item: what, decidingAuthorityId: who.authorityId })]).toEqual([false, false, false, false, false]);
      }),
    );
  });

  it('[AC2, AC6] lets an item be read by exactly the participations inside its audience', () => {
    fc.assert(
      fc.property(subject, item, (who, what) => {
        const own = what.participants.find((one) => one.membershipId === who.membershipId);
        const named = what.audience.kind === 'all' || what.audience.authorityIds.includes(who.authorityId) || what.audience.personIds.includes(who.personId);
        const works = ['coordinator', 'participant', 'leader'].includes(who.role);
        expect(mayReadItem(who, what)).toBe(own !== undefined && named && works);
        expect(readersOf(what.participants, what.audience).some((one) => one.membershipId === who.membershipId)).toBe(own !== undefined && named);
      }),
    );
  });

  it('[AC6] never lets an item be read by somebody who may not read its meeting', () => {
    fc.assert(fc.property(subject, item, (who, what) => void expect(!mayReadItem(who, what) || mayReadMeeting(who, what)).toBe(true)));
  });

  it('[AC6] shuts out more, never fewer, when an audience is narrowed', () => {
    fc.assert(
      fc.property(subject, item, fc.uniqueArray(authority), (who, what, removed) => {
        fc.pre(what.audience.kind === 'restricted');
        if (what.audience.kind !== 'restricted') return;
        const stays = (id: string) => !removed.some((one) => one === id);
        const narrowed = { ...what, audience: { ...what.audience, authorityIds: what.audience.authorityIds.filter(stays) } };
        expect(!mayReadItem(who, narrowed) || mayReadItem(who, what)).toBe(true);
        expect(!mayReadItem(who, what) || mayReadItem(who, { ...what, audience: { kind: 'all' } })).toBe(true);
      }),
    );
  });

  it('[AC7, AC8] writing needs reading and a draft or a reopened item, changing the audience needs a coordinator besides', () => {
    fc.assert(
      fc.property(subject, item, (who, what) => {
        const standing = what.meetingState !== 'cancelled' && what.itemState !== 'withdrawn' && what.itemState !== 'moved';
        expect(mayWriteItem(who, what)).toBe(mayReadItem(who, what) && what.minutesState === 'draft' && standing);
        // A leak is closed whenever it is found, also when the words have long been frozen.
        expect(mayChangeAudience(who, what)).toBe(mayReadItem(who, what) && what.meetingState !== 'cancelled' && who.role === 'coordinator');
        const reopened = { ...what, isReopened: true };
        expect(mayWriteItem(who, reopened)).toBe(mayReadItem(who, what) && what.minutesState !== 'approved' && standing);
      }),
    );
  });

  it('[AC4, AC5] leaves series and agenda to coordinators', () => {
    fc.assert(
      fc.property(subject, participations, (who, all) => {
        expect(mayCreateSeries(who)).toBe(who.role === 'coordinator');
        expect(mayCoordinate(who, { participants: all })).toBe(who.role === 'coordinator' && all.some((one) => one.membershipId === who.membershipId));
      }),
    );
  });

  it('[AC9, AC10] lets nobody read a decision but its item’s readers and the leaders of an authority inside the audience', () => {
    fc.assert(
      fc.property(subject, item, (who, what) => {
        for (const decidingAuthorityId of authoritiesThatMayDecide(what)) {
          expect(readersOf(what.participants, what.audience).some((one) => one.authorityId === decidingAuthorityId)).toBe(true);
          const reads = mayReadDecision(who, { item: what, decidingAuthorityId });
          expect(reads).toBe(mayReadItem(who, what) || (who.role === 'leader' && who.authorityId === decidingAuthorityId));
        }
      }),
    );
  });

  it('[AC20, AC21] shows a follow-up to its item’s readers, its owner and the owner’s leaders, and lets owner, leaders and coordinators answer', () => {
    fc.assert(
      fc.property(subject, fc.boolean(), fc.boolean(), authority, person, (who, readsItem, coordinates, ownerAuthorityId, owner) => {
        const facts = { readsItem, coordinates, ownerAuthorityId, ownerMembershipId: `${owner}@${ownerAuthorityId}` };
        const works = ['coordinator', 'participant', 'leader'].includes(who.role);
        const owes = who.membershipId === facts.ownerMembershipId || (who.role === 'leader' && who.authorityId === ownerAuthorityId);
        expect(mayReadFollowUp(who, facts)).toBe(works && (readsItem || owes));
        expect(mayAnswerFollowUp(who, facts)).toBe(works && (owes || (readsItem && coordinates)));
      }),
    );
  });

  it('[AC70, AC71, AC72] leaves a preparation to its own until it is released, and takes back nothing once the meeting has begun', () => {
    const preparation = fc.tuple(item, fc.record({ authorityId: authority, answer: fc.constantFrom(...preparationAnswers), agendaState: fc.constantFrom(...agendaStates) })).map(([of, more]) => ({ ...of, ...more }));
    fc.assert(
      fc.property(subject, preparation, (who, what) => {
        const own = who.authorityId === what.authorityId;
        const reads = mayReadItem(who, what);
        expect(mayReadPreparation(who, what)).toBe(reads && (own || what.answer === 'released'));
        expect(mayWritePreparation(who, what)).toBe(reads && own && what.answer !== 'released');
        const standing = what.answer === 'released' && ['inSession', 'closed'].includes(what.agendaState);
        expect(mayAnswerPreparation(who, what)).toBe(own && mayWriteItem(who, what) && what.minutesState === 'draft' && !standing);
      }),
    );
  });

  it('[AC40] lets an authority’s answer be given by its coordinators and leaders who read the item, by others only where there are none', () => {
    const role = fc.constantFrom<Role>('coordinator', 'participant', 'leader');
    fc.assert(
      fc.property(item, fc.array(role, { minLength: 12, maxLength: 12 }), fc.array(fc.option(role, { nil: undefined }), { minLength: 12, maxLength: 12 }), (what, is, chairs) => {
        const seats = what.participants.map((one, n) => ({ ...one, role: is[n % 12]!, ...(chairs[n % 12] === undefined ? {} : { standsInForRole: chairs[n % 12]! }) }));
        const facts = { participants: seats, audience: what.audience };
        for (const one of seats) {
          const who = { ...one, role: one.role };
          const peers = readersOf(seats, what.audience).map((reader) => seats.find((other) => other.membershipId === reader.membershipId)!).filter((other) => other.authorityId === one.authorityId);
          const speaks = (other: (typeof seats)[number]) => other.role !== 'participant' && other.standsInForRole !== 'participant';
          expect(mayAnswerMinutes(who, facts)).toBe(mayReadItem(who, facts) && (speaks(one) || !peers.some(speaks)));
        }
        // Whoever is asked has somebody who can answer.
        for (const id of authoritiesThatMayDecide(facts)) expect(answerers(facts, id).length).toBeGreaterThan(0);
      }),
    );
  });

  it('[AC11, AC22] lets only leaders of the deciding authority answer, and of an escalated decision only the one it was escalated to', () => {
    fc.assert(
      fc.property(subject, authority, fc.option(subject), (who, decidingAuthorityId, other) => {
        const leads = who.role === 'leader' && who.authorityId === decidingAuthorityId;
        expect(mayReviewDecision(who, { decidingAuthorityId, escalatedToMembershipId: null })).toBe(leads);
        expect(mayReviewDecision(who, { decidingAuthorityId, escalatedToMembershipId: who.membershipId })).toBe(leads);
        if (other !== null && other.membershipId !== who.membershipId) expect(mayReviewDecision(who, { decidingAuthorityId, escalatedToMembershipId: other.membershipId })).toBe(false);
      }),
    );
  });

  it('[AC23] lets a decision be escalated to somebody else who leads in the deciding authority', () => {
    fc.assert(
      fc.property(subject, subject, authority, (asker, candidate, decidingAuthorityId) => {
        const receives = candidate.role === 'leader' && candidate.authorityId === decidingAuthorityId && candidate.personId !== asker.personId;
        expect(mayReceiveDecision(candidate, asker, { decidingAuthorityId })).toBe(receives);
      }),
    );
  });

  it('[AC24] shows indicators to leaders', () => {
    fc.assert(fc.property(subject, (who) => void expect(mayReadIndicators(who)).toBe(who.role === 'leader')));
  });

  /** A meeting in which `candidate` was sent instead of one of the participants. */
  const substitution = fc
    .record({ candidate: subject, what: item, chair: fc.nat() })
    .filter(({ what }) => what.participants.length > 0)
    .map(({ candidate, what, chair }) => ({ candidate, what, replaced: what.participants[chair % what.participants.length]! }))
    .filter(({ candidate, what, replaced }) => mayStandIn(candidate, replaced, what.participants));
  const sent = (candidate: Subject, role: Subject['role']): Participation => ({ membershipId: candidate.membershipId, personId: candidate.personId, authorityId: candidate.authorityId, sector: sectorOf[candidate.authorityId as keyof typeof sectorOf], standsInForRole: role });

  it('[AC16] lets only a colleague with a content role stand in, who takes no part already', () => {
    fc.assert(
      fc.property(subject, participations, fc.nat(), (candidate, all, chair) => {
        fc.pre(all.length > 0);
        const replaced = all[chair % all.length]!;
        const free = !all.some((one) => one.personId === candidate.personId);
        const works = ['coordinator', 'participant', 'leader'].includes(candidate.role);
        expect(mayStandIn(candidate, replaced, all)).toBe(free && works && candidate.authorityId === replaced.authorityId);
        expect(mayStandIn(candidate, { ...replaced, standsInForRole: 'participant' }, all)).toBe(false);
      }),
    );
  });

  it('[AC16] shows a substitute what her authority or her own name opens, never what only the name of the replaced person does', () => {
    fc.assert(
      fc.property(substitution, fc.constantFrom(...roles), ({ candidate, what, replaced }, role) => {
        const after = { ...what, participants: [...what.participants, sent(candidate, role)] };
        const opens = what.audience.kind === 'all' || what.audience.authorityIds.includes(replaced.authorityId) || what.audience.personIds.includes(candidate.personId);
        expect(mayReadItem(candidate, after)).toBe(opens);
        const onlyTheReplaced: Audience = { kind: 'restricted', authorityIds: [], personIds: [replaced.personId] };
        expect(mayReadItem(candidate, { ...after, audience: onlyTheReplaced })).toBe(false);
        // Everybody else sees what they saw, and taking the chair back leaves the readers there were.
        const others = readersOf(after.participants, after.audience).filter((one) => one.membershipId !== candidate.membershipId);
        expect(others).toEqual(readersOf(what.participants, what.audience));
        expect(mayReadItem(candidate, what)).toBe(false);
      }),
    );
  });

  it('[AC17] gives a substitute no more than the sender had', () => {
    fc.assert(
      fc.property(substitution, fc.constantFrom(...roles), ({ candidate, what, replaced }, role) => {
        const after = { ...what, participants: [...what.participants, sent(candidate, role)] };
        const sender: Subject = { ...replaced, role };
        expect(!mayCoordinate(candidate, after) || mayCoordinate(sender, what)).toBe(true);
        expect(!mayChangeAudience(candidate, after) || role === 'coordinator').toBe(true);
        const bySubstituteAlone = what.audience.kind === 'restricted' && what.audience.personIds.includes(candidate.personId);
        fc.pre(!bySubstituteAlone);
        expect(authoritiesThatMayDecide(after).filter((one) => !authoritiesThatMayDecide(what).includes(one))).toEqual([]);
      }),
    );
  });

  it('[AC19] lets participants mark themselves, and only the coordinators among them others', () => {
    fc.assert(
      fc.property(subject, participations, person, authority, (who, all, marked, of) => {
        const own = all.some((one) => one.membershipId === who.membershipId);
        const works = ['coordinator', 'participant', 'leader'].includes(who.role);
        expect(mayTakeAttendance(who, { participants: all }, `${marked}@${of}`)).toBe(own && works && (who.membershipId === `${marked}@${of}` || who.role === 'coordinator'));
      }),
    );
  });

  it('[AC18] leaves what is written with an answer to the writer and the coordinators', () => {
    fc.assert(
      fc.property(subject, participations, person, authority, (who, all, writer, of) => {
        const own = all.some((one) => one.membershipId === who.membershipId);
        const works = ['coordinator', 'participant', 'leader'].includes(who.role);
        const membershipId = `${writer}@${of}`;
        expect(mayReadReplyNote(who, { participants: all }, membershipId)).toBe(own && works && (who.membershipId === membershipId || who.role === 'coordinator'));
      }),
    );
  });
});
