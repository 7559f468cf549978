import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import type { Role, Sector } from '@lib/contracts/enums.js';
import { answerers, authoritiesThatMayDecide, filers, inAudience, isAdmitted, isOpenAt, windowOf, type Audience, type Participation, type Seat, type Subject } from './policy.js';
import { can, type Action } from './rules.js';

/** Each rule where it says yes; then one thing after the other is otherwise, and it must say no. A clause that is lost shows. */
const at = Temporal.Instant.from('2026-11-29T12:00Z');
const me: Subject = { personId: 'p1', membershipId: 'm1', authorityId: 'kommune', role: 'coordinator' };
const mine: Participation = { personId: 'p1', membershipId: 'm1', authorityId: 'kommune', sector: 'municipality' };
const officer: Participation = { personId: 'p2', membershipId: 'm2', authorityId: 'politi', sector: 'police' };
const others: Audience = { kind: 'restricted', authorityIds: ['politi'], personIds: [] };

/** Everything that any action asks of its object and of who takes part. */
const world = {
  participants: [mine, officer],
  audience: { kind: 'all' } as Audience,
  minutesState: 'draft',
  meetingState: 'confirmed',
  /** The meeting begins in a millisecond. */
  startMs: at.epochMilliseconds + 1,
  itemState: 'open',
  agendaState: 'building',
  isReopened: false,
  lacksBasis: false,
  authorityId: 'kommune',
  answer: 'open',
  setByAuthorityId: 'kommune',
  isLifted: false,
  decidingAuthorityId: 'kommune',
  byMembershipId: 'm1',
  proposalState: 'waiting',
  isOpen: true,
  hasSent: false,
  sectors: null as readonly Sector[] | null,
  ownerAuthorityId: 'kommune',
  ownerMembershipId: 'm2',
  readsItem: false,
  coordinates: false,
  /** Where an action may concern a meeting as well as an item of it. */
  item: null as { audience: Audience } | null,
  /** Whose chair it is. */
  replaced: mine,
};
type World = Omit<typeof world, 'participants' | 'audience'> & { participants: readonly Participation[]; audience: Audience };
const may = (action: Action, changes: Partial<World> = {}, who: Partial<Subject> = {}) => {
  const one = { ...world, ...changes };
  return can({ ...me, ...who }, action, one as never, one as never, at);
};

const participant = { who: { role: 'participant' as Role } };
const outside = { audience: others };
const away = { participants: [officer] };
const chair = { participants: [{ ...mine, standsInForRole: 'participant' as Role }, officer] };
const cancelled = { meetingState: 'cancelled' };
const moved = { itemState: 'moved' };
const forApproval = { minutesState: 'forApproval' };
const reopened = { minutesState: 'forApproval', isReopened: true };
const police = { who: { personId: 'p2', membershipId: 'm2', authorityId: 'politi' } };

const seated = (one: Participation, role: Role, changes: Partial<Seat> = {}): Seat => ({ ...one, role, ...changes });
const colleague: Participation = { personId: 'p3', membershipId: 'm3', authorityId: 'kommune', sector: 'municipality' };
const leader = { who: { role: 'leader' as Role } };
const administrator = { who: { role: 'administrator' as Role } };
const grant = { itemId: null, mayWrite: true };
const visitor: Participation = { ...mine, authorityId: 'guest:school', sector: 'school', guest: grant };
const asGuest = { who: { role: 'guest' as Role, authorityId: 'guest:school' } };
const newcomer = { who: { personId: 'p9', membershipId: 'm9', role: 'participant' as Role } };
const visiting = { ...asGuest, participants: [visitor, officer] };
const over = { ...asGuest, participants: [{ ...visitor, window: { fromMs: null, toMs: 1 } }, officer] };

type Case = Partial<World> & { who?: Partial<Subject> };
const table: Partial<Record<Action, { yes: Case[]; no: Case[] }>> = {
  'item.write': { yes: [{}, participant, reopened], no: [outside, away, cancelled, moved, { itemState: 'withdrawn' }, { lacksBasis: true }, forApproval, { minutesState: 'approved', isReopened: true }] },
  'item.change': { yes: [{}, { lacksBasis: true }, { itemState: 'withdrawn' }], no: [participant, chair, outside, away, forApproval, reopened, cancelled, moved] },
  'item.changeAudience': { yes: [{}, forApproval, { minutesState: 'approved' }, moved], no: [participant, chair, outside, away, cancelled] },
  'disclosure.read': { yes: [{}, cancelled, moved, { minutesState: 'approved' }], no: [participant, chair, outside, away] },
  'item.move': { yes: [{}, { itemState: 'done' }, { itemState: 'omitted' }], no: [participant, chair, outside, away, forApproval, reopened, cancelled, moved, { itemState: 'withdrawn' }, { itemState: 'carried' }] },
  'item.addCase': { yes: [{}, participant, { lacksBasis: true }, reopened], no: [outside, away, cancelled, moved, forApproval] },
  'availability.ask': { yes: [{}, { meetingState: 'draft' }, { meetingState: 'proposed' }], no: [participant, chair, away, cancelled, { meetingState: 'held' }, { startMs: at.epochMilliseconds }] },
  'poll.lead': { yes: [{}], no: [participant, chair, away] },
  'poll.answer': { yes: [{}, participant, chair], no: [away, { isOpen: false }, { hasSent: true }] },
  'proposal.make': { yes: [{}, participant], no: [away, cancelled, { agendaState: 'published' }] },
  'proposal.read': {
    yes: [participant, { byMembershipId: 'm2' }, { byMembershipId: 'm2', proposalState: 'declined' }, { proposalState: 'accepted' }],
    no: [away, { ...participant, byMembershipId: 'm2' }, { byMembershipId: 'm2', proposalState: 'accepted' }, { ...chair, byMembershipId: 'm2' }, { byMembershipId: 'm2', sectors: ['police'] }],
  },
  'proposal.withdraw': { yes: [participant], no: [away, { byMembershipId: 'm2' }] },
  'proposal.answer': {
    yes: [{ byMembershipId: 'm2' }, { agendaState: 'published' }, { sectors: ['municipality'] }],
    no: [participant, chair, away, { proposalState: 'declined' }, { sectors: ['police'] }, { agendaState: 'closed' }, cancelled, forApproval],
  },
  'preparation.read': { yes: [{}, { authorityId: 'politi', answer: 'released' }], no: [{ authorityId: 'politi' }, outside, away, { ...outside, answer: 'released' }] },
  'preparation.write': { yes: [{}, { answer: 'orally' }], no: [{ authorityId: 'politi' }, { answer: 'released' }, outside, away] },
  'preparation.answer': {
    yes: [{}, { answer: 'released' }, { answer: 'released', agendaState: 'published' }, { answer: 'orally', agendaState: 'inSession' }],
    no: [{ authorityId: 'politi' }, outside, away, reopened, cancelled, moved, { answer: 'released', agendaState: 'inSession' }, { answer: 'released', agendaState: 'closed' }],
  },
  'embargo.set': { yes: [{}, participant, moved, forApproval], no: [outside, away, cancelled] },
  'embargo.moveReview': { yes: [{}, { ...police, setByAuthorityId: 'kommune' }], no: [{ isLifted: true }, outside, away, { setByAuthorityId: 'børnehus' }] },
  'embargo.lift': { yes: [police], no: [{}, { ...police, isLifted: true }, { ...police, audience: { kind: 'restricted', authorityIds: ['kommune'], personIds: [] } }, { ...police, participants: [mine] }] },
  'minutes.settle': { yes: [{}], no: [participant, chair, outside, away] },
  'decision.record': { yes: [{}, { decidingAuthorityId: 'politi' }], no: [{ decidingAuthorityId: 'børnehus' }, outside, away, cancelled, moved, forApproval, { audience: { kind: 'restricted', authorityIds: ['kommune'], personIds: [] }, decidingAuthorityId: 'politi' }] },
  'guest.invite': { yes: [{}, { item: { audience: { kind: 'all' } } }], no: [participant, chair, away, cancelled, { item: { audience: others } }] },
  'guest.manage': { yes: [{}, cancelled, { item: { audience: { kind: 'all' } } }], no: [participant, chair, away, { item: { audience: others } }] },
  'guest.meeting': { yes: [visiting], no: [over, { ...asGuest, participants: [officer] }, { ...asGuest, participants: [mine] }, {}] },
  'item.read': { yes: [{}, participant, visiting], no: [outside, away, over, { ...visiting, audience: others }, { ...asGuest, participants: [mine] }] },
  'filing.confirm': {
    yes: [{ participants: [seated(mine, 'coordinator')] }, { ...participant, participants: [seated(mine, 'participant')] }, { ...participant, participants: [seated(mine, 'participant'), seated(colleague, 'coordinator', { standsInForRole: 'participant' })] }],
    no: [
      { participants: [seated(officer, 'coordinator')] },
      { ...participant, participants: [seated(mine, 'participant'), seated(colleague, 'coordinator')] },
      { participants: [seated({ ...mine, window: { fromMs: null, toMs: 1 } }, 'coordinator')] },
    ],
  },
  'hold.set': { yes: [{ participants: [seated(mine, 'coordinator')] }], no: [{ participants: [seated(mine, 'coordinator')], ...outside }, { participants: [seated({ ...mine, window: { fromMs: null, toMs: 1 } }, 'coordinator')] }, { ...participant, participants: [seated(mine, 'participant'), seated(colleague, 'leader')] }] },
  'hold.release': { yes: [{ participants: [seated(mine, 'coordinator')] }], no: [{ participants: [seated(mine, 'coordinator')], setByAuthorityId: 'politi' }, { participants: [seated(mine, 'coordinator')], ...outside }] },
  'deletion.confirm': { yes: [{}, { ...administrator, ...away }], no: [{ ownerAuthorityId: 'politi' }, { ...administrator, ownerAuthorityId: 'politi' }, participant, chair, away] },
  'followUp.read': { yes: [{ ...participant, readsItem: true }, { ...participant, ownerMembershipId: 'm1' }, leader], no: [{}, participant, { ...leader, ownerAuthorityId: 'politi' }] },
  'followUp.answer': { yes: [{ readsItem: true, coordinates: true }, { ...participant, ownerMembershipId: 'm1' }, leader], no: [{ readsItem: true }, { coordinates: true }, participant, { ...leader, ownerAuthorityId: 'politi' }] },
  'meeting.standIn': { yes: [newcomer], no: [{}, { ...newcomer, replaced: officer }, { ...newcomer, replaced: { ...mine, standsInForRole: 'participant' } }, { ...newcomer, participants: [mine, colleague, { ...colleague, personId: 'p9' }] }] },
  'retention.set': { yes: [administrator], no: [{}, { ...administrator, authorityId: 'politi' }] },
};

table['item.write']!.yes.push(visiting);
table['item.write']!.no.push(over, { ...visiting, participants: [{ ...visitor, guest: { ...grant, mayWrite: false } }, officer] }, { ...visiting, ...cancelled }, { ...asGuest, participants: [mine] });

describe('each clause of a rule', () => {
  it.each(Object.entries(table))('of %s is missed when it is not there', (action, { yes, no }) => {
    for (const { who, ...changes } of yes) expect([action, who, changes, may(action as Action, changes, who)]).toEqual([action, who, changes, true]);
    for (const { who, ...changes } of no) expect([action, who, changes, may(action as Action, changes, who)]).toEqual([action, who, changes, false]);
  });

  it('[AC50] of a time without a beginning or an end: it goes on', () => {
    const one = (fromMs: number | null, toMs: number | null, nowMs: number) => isOpenAt({ fromMs, toMs }, nowMs);
    // Times before 1970 are negative: no beginning is not the beginning of time.
    expect([one(null, null, -5), one(null, 3, -5), one(-9, null, -5), one(-4, null, -5), one(null, -5, -5), one(-5, null, -5)]).toEqual([true, true, true, false, false, true]);
  });

  it('[AC60] of a basis that names no sectors: it admits all', () => {
    expect([isAdmitted(mine, {}), isAdmitted(mine, { sectors: null }), isAdmitted(mine, { sectors: [] }), isAdmitted(mine, { sectors: ['municipality'] }), isAdmitted(mine, { sectors: ['police'] })]).toEqual([true, true, false, true, false]);
  });

  it('[AC17] of the times of whoever sent a substitute: they hold for her', () => {
    const substitute: Participation = { ...mine, standsInForPersonId: 'p9' };
    expect(windowOf(substitute, { windows: [{ personId: 'p9', window: { fromMs: 1, toMs: 2 } }] })).toEqual({ fromMs: 1, toMs: 2 });
    expect(windowOf(mine, { windows: [{ personId: 'p9', window: { fromMs: 1, toMs: 2 } }, { authorityId: 'politi', window: { fromMs: 1, toMs: 2 } }] })).toEqual({ fromMs: null, toMs: null });
  });

  it('[AC100] of what a guest was invited to: the meeting, or one item and no other; never by the name of an authority', () => {
    const invited = (itemId: string | null, audience: Audience) => inAudience({ ...visitor, guest: { itemId, mayWrite: false } }, audience);
    const named: Audience = { kind: 'restricted', authorityIds: ['guest:school'], personIds: [] };
    expect([invited(null, { kind: 'all', itemId: 'i1' }), invited('i1', { kind: 'all', itemId: 'i1' }), invited('i2', { kind: 'all', itemId: 'i1' }), invited('i1', { kind: 'all' })]).toEqual([true, true, false, false]);
    expect([invited(null, named), invited(null, { ...named, personIds: ['p1'] }), inAudience(mine, { ...named, authorityIds: ['kommune'] })]).toEqual([false, true, true]);
    expect(authoritiesThatMayDecide({ participants: [mine, visitor], audience: { kind: 'all' } } as never)).toEqual(['kommune']);
  });

  it('[AC110] of who files for an authority: who works with content, of it, and its coordinators before others', () => {
    const filing = (...participants: Seat[]) => filers(participants, 'kommune').map((one) => one.personId);
    expect(filing(seated(mine, 'auditor'), seated(officer, 'coordinator'))).toEqual([]);
    expect(filing(seated(mine, 'participant'), seated(colleague, 'leader'))).toEqual(['p1', 'p3']);
    expect(filing(seated(mine, 'participant'), seated(colleague, 'coordinator'))).toEqual(['p3']);
    expect(filing(seated(mine, 'coordinator', { standsInForRole: 'coordinator' }), seated(colleague, 'coordinator', { standsInForRole: 'participant' }))).toEqual(['p1']);
  });

  it('[AC40] of who answers for an authority: who works with content, of it, inside', () => {
    const seat = (personId: string, changes: Partial<Seat> = {}): Seat => ({ ...mine, personId, membershipId: personId, role: 'participant', ...changes });
    const answering = (participants: Seat[], audience: Audience = { kind: 'all' }) => answerers({ participants, audience }, 'kommune').map((one) => one.personId);
    expect(answering([seat('a'), seat('b', { role: 'auditor' }), seat('c', { authorityId: 'politi' })])).toEqual(['a']);
    expect(answering([seat('a'), seat('b')], { kind: 'restricted', authorityIds: [], personIds: ['b'] })).toEqual(['b']);
    expect(answering([seat('a'), seat('b', { role: 'leader' }), seat('c', { role: 'leader', standsInForRole: 'participant' })])).toEqual(['b']);
  });

  it('[AC121] her own calendar is connected by whoever works with content, and by nobody else', () => {
    const roles: Role[] = ['coordinator', 'participant', 'leader', 'guest', 'administrator', 'auditor'];
    expect(roles.filter((role) => can({ ...me, role }, 'calendar.connect', {} as never, {} as never, at))).toEqual(['coordinator', 'participant', 'leader']);
  });
});
