import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { agendaStates, itemStates, meetingStates, minutesStates, preparationAnswers, proposalStates, roles, sectors } from '@lib/contracts/enums.js';
import { accessTable } from './access-table.js';
import { common, isOpenAt, readersOf, windowOf, type Audience, type Participation, type Subject, type Window } from './policy.js';
import { can, grounds, objectNames, rules, type Action } from './rules.js';

const at = Temporal.Instant.from('2026-11-22T12:00Z');
const nowMs = at.epochMilliseconds;
const authorities = { kommune: 'municipality', politi: 'police', børnehus: 'barnahus', sygehus: 'health' } as const;
const authority = fc.constantFrom(...(Object.keys(authorities) as (keyof typeof authorities)[]));
const person = fc.constantFrom('p1', 'p2', 'p3', 'p4');
const instant = fc.option(fc.integer({ min: nowMs - 3, max: nowMs + 3 }));
const window: fc.Arbitrary<Window> = fc.record({ fromMs: instant, toMs: instant });
const subject: fc.Arbitrary<Subject> = fc.record({ personId: person, authorityId: authority, role: fc.constantFrom(...roles) }).map((one) => ({ ...one, membershipId: `${one.personId}@${one.authorityId}` }));
const participants: fc.Arbitrary<(Participation & { role: (typeof roles)[number] })[]> = fc.uniqueArray(
  fc.record({ personId: person, authorityId: authority, role: fc.constantFrom(...roles), window: fc.option(window, { nil: undefined }) }).map(({ window: own, ...one }) => ({
    ...one,
    sector: authorities[one.authorityId],
    membershipId: `${one.personId}@${one.authorityId}`,
    ...(own === undefined ? {} : { window: own }),
  })),
  { selector: (one) => one.membershipId },
);
const limits = fc.record({
  sectors: fc.option(fc.subarray([...sectors])),
  windows: fc.array(fc.oneof(fc.record({ authorityId: authority, window }), fc.record({ personId: person, window })), { maxLength: 3 }),
});
const audience: fc.Arbitrary<Audience> = fc
  .tuple(fc.oneof(fc.constant({ kind: 'all' as const }), fc.record({ kind: fc.constant('restricted' as const), authorityIds: fc.uniqueArray(authority), personIds: fc.uniqueArray(person) })), limits)
  .map(([names, more]) => ({ ...names, ...more }));
const world = fc.record({
  participants,
  audience,
  minutesState: fc.constantFrom(...minutesStates),
  meetingState: fc.constantFrom(...meetingStates),
  itemState: fc.constantFrom(...itemStates),
  isReopened: fc.boolean(),
  lacksBasis: fc.boolean(),
  decidingAuthorityId: authority,
  escalatedToMembershipId: fc.option(person.map((one) => `${one}@kommune`)),
  ownerMembershipId: person.map((one) => `${one}@politi`),
  ownerAuthorityId: authority,
  startMs: fc.integer({ min: nowMs - 2, max: nowMs + 2 }),
  ofMembershipId: person.map((one) => `${one}@kommune`),
  askerPersonId: person,
  authorityId: authority,
  setByAuthorityId: authority,
  isLifted: fc.boolean(),
  answer: fc.constantFrom(...preparationAnswers),
  agendaState: fc.constantFrom(...agendaStates),
  byMembershipId: person.map((one) => `${one}@kommune`),
  proposalState: fc.constantFrom(...proposalStates),
  isOpen: fc.boolean(),
  hasSent: fc.boolean(),
  sectors: fc.option(fc.subarray([...sectors])),
});
type World = typeof world extends fc.Arbitrary<infer One> ? One : never;

const actions = Object.keys(rules) as Action[];

/** Asks for any action in one world, where what follows from rules is not given but worked out. */
function ask(who: Subject, action: Action, one: World, now = at): boolean {
  const object = {
    ...one,
    item: one,
    replaced: one.participants[0] ?? { personId: 'nobody', membershipId: 'nobody', authorityId: 'nowhere', sector: 'other' },
    readsItem: can(who, 'item.read', one, one, now),
    coordinates: can(who, 'meeting.coordinate', {}, one, now),
  };
  return can(who, action, object as never, one as never, now);
}

/** What depends on the meeting or the item and not on leading an authority. */
const throughMeeting = actions.filter((action) => /^(meeting\.(read|coordinate)|availability|poll|reply|attendance|item|disclosure|proposal|preparation|embargo|minutes|decision\.record)/.test(action));

describe('the table of rules', () => {
  it('[AC1] gives administrators and auditors no action on content', () => {
    fc.assert(
      fc.property(subject, world, (who, one) => {
        fc.pre(who.role === 'administrator' || who.role === 'auditor');
        expect(actions.filter((action) => !['legalBasis.set', 'people.administer', 'trail.read', 'deletion.confirm', 'retention.set', 'contact.read', 'contact.set'].includes(action) && ask(who, action, one))).toEqual([]);
      }),
    );
  });

  it('[AC84] leaves people to the administrators of the authority', () => {
    fc.assert(fc.property(subject, world, (who, one) => void expect(ask(who, 'people.administer', one)).toBe(who.role === 'administrator' && who.authorityId === one.authorityId)));
  });

  it('[AC140] [AC141] opens the contact register to all but auditors and guests, and leaves each to its authority', () => {
    fc.assert(fc.property(subject, world, (who, one) => void expect(ask(who, 'contact.read', one)).toBe(['coordinator', 'participant', 'leader', 'administrator'].includes(who.role))));
    fc.assert(fc.property(subject, world, (who, one) => void expect(ask(who, 'contact.set', one)).toBe(['coordinator', 'administrator'].includes(who.role) && who.authorityId === one.authorityId)));
  });

  it('[AC150] leaves year plans to the coordinators of the authority', () => {
    fc.assert(fc.property(subject, world, (who, one) => void expect(ask(who, 'yearPlan.keep', one)).toBe(who.role === 'coordinator' && who.authorityId === one.authorityId)));
  });

  it('[AC63] leaves legal bases to the administrators of the authority', () => {
    fc.assert(fc.property(subject, world, (who, one) => void expect(ask(who, 'legalBasis.set', one)).toBe(who.role === 'administrator' && who.authorityId === one.authorityId)));
    fc.assert(fc.property(subject, world, (who, one) => void expect(ask(who, 'trail.read', one)).toBe(who.role === 'auditor' && who.authorityId === one.authorityId)));
  });

  it('[AC13] gives nothing from the instant at which session or membership end', () => {
    fc.assert(
      fc.property(subject, world, fc.integer({ min: nowMs - 2, max: nowMs + 2 }), (who, one, validUntilMs) => {
        const ending = { ...who, validUntilMs };
        for (const action of actions) expect(ask(ending, action, one)).toBe(nowMs < validUntilMs && ask(who, action, one));
      }),
    );
  });

  it('[AC3] gives nothing of a meeting to those who take no part', () => {
    fc.assert(
      fc.property(subject, world, (who, one) => {
        const without = { ...one, participants: one.participants.filter((other) => other.membershipId !== who.membershipId) };
        expect(throughMeeting.filter((action) => ask(who, action, without))).toEqual([]);
      }),
    );
  });

  it('[AC3] grants nobody else anything of the words when a participation is removed', () => {
    fc.assert(
      fc.property(subject, world, fc.nat(), (who, one, n) => {
        fc.pre(one.participants.length > 0);
        const without = { ...one, participants: one.participants.filter((_, index) => index !== n % one.participants.length) };
        // Who answers and files for an authority passes on when its last coordinator leaves; who stands in may come where somebody left.
        const monotone = actions.filter((action) => action !== 'minutes.answer' && action !== 'filing.confirm' && action !== 'meeting.standIn');
        for (const action of monotone) expect([action, ask(who, action, without) && !ask(who, action, one)]).toEqual([action, false]);
      }),
    );
  });

  it('[AC120] lets coordinators ask for the time of participants until the meeting begins, to the millisecond, and while it is planned', () => {
    fc.assert(
      fc.property(subject, world, (who, one) => {
        const isPlanned = ['draft', 'proposed', 'confirmed'].includes(one.meetingState);
        expect(ask(who, 'availability.ask', one)).toBe(ask(who, 'meeting.coordinate', one) && isPlanned && one.startMs > nowMs);
      }),
    );
  });

  it('[AC50] gives nothing of a meeting outside the participant’s time, at either end to the millisecond', () => {
    fc.assert(
      fc.property(subject, world, window, (who, one, own) => {
        const timed = { ...one, participants: one.participants.map((other) => (other.membershipId === who.membershipId ? { ...other, window: own } : other)) };
        fc.pre(!isOpenAt(own, nowMs));
        expect(throughMeeting.filter((action) => ask(who, action, timed))).toEqual([]);
      }),
    );
    expect([-1, 0, 1].map((ms) => isOpenAt({ fromMs: nowMs, toMs: null }, nowMs + ms))).toEqual([false, true, true]);
    expect([-1, 0, 1].map((ms) => isOpenAt({ fromMs: null, toMs: nowMs }, nowMs + ms))).toEqual([true, false, false]);
  });

  it('[AC50] never grants by setting one more time at an item', () => {
    fc.assert(
      fc.property(subject, world, fc.oneof(fc.record({ authorityId: authority, window }), fc.record({ personId: person, window })), (who, one, added) => {
        const timed = { ...one, audience: { ...one.audience, windows: [...(one.audience.windows ?? []), added] } };
        for (const action of actions) expect([action, ask(who, action, timed) && !ask(who, action, one)]).toEqual([action, false]);
      }),
    );
  });

  it('[AC50] reads in the time that all windows have in common', () => {
    fc.assert(
      fc.property(fc.array(window), fc.integer({ min: nowMs - 4, max: nowMs + 4 }), (all, ms) => {
        expect(isOpenAt(common(...all), ms)).toBe(all.every((one) => isOpenAt(one, ms)));
      }),
    );
  });

  it('[AC60] counts nobody among the readers whose sector the basis does not admit, however she is named', () => {
    fc.assert(
      fc.property(subject, world, (who, one) => {
        const admitted = one.audience.sectors;
        const readers = readersOf(one.participants, one.audience);
        expect(readers.filter((other) => admitted !== null && admitted !== undefined && !admitted.includes(other.sector))).toEqual([]);
        const own = one.participants.find((other) => other.membershipId === who.membershipId);
        fc.pre(own !== undefined && admitted !== null && admitted !== undefined && !admitted.includes(own.sector));
        const ofWords = actions.filter((action) => /^(item|minutes|decision\.record)/.test(action));
        expect(ofWords.filter((action) => ask(who, action, one))).toEqual([]);
      }),
    );
  });

  it('[AC60] never grants by a basis that admits fewer sectors', () => {
    fc.assert(
      fc.property(subject, world, fc.subarray([...sectors]), (who, one, fewer) => {
        const narrowed = { ...one, audience: { ...one.audience, sectors: (one.audience.sectors ?? sectors).filter((sector) => fewer.includes(sector)) } };
        const monotone = actions.filter((action) => action !== 'minutes.answer');
        for (const action of monotone) expect([action, ask(who, action, narrowed) && !ask(who, action, one)]).toEqual([action, false]);
      }),
    );
  });

  it('[AC61] lets nobody write about a person without a basis, and reads as before', () => {
    fc.assert(
      fc.property(subject, world, (who, one) => {
        expect(ask(who, 'item.write', { ...one, lacksBasis: true })).toBe(false);
        expect(ask(who, 'item.read', { ...one, lacksBasis: true })).toBe(ask(who, 'item.read', { ...one, lacksBasis: false }));
      }),
    );
  });

  it('[AC62] lets nobody write in, change or move what was moved', () => {
    fc.assert(
      fc.property(subject, world, (who, one) => {
        const moved = { ...one, itemState: 'moved' as const };
        expect((['item.write', 'item.change', 'item.move', 'decision.record'] as const).filter((action) => ask(who, action, moved))).toEqual([]);
      }),
    );
  });

  it('says which rules it follows, and follows none where it says no', () => {
    const coordinator: Subject = { personId: 'p1', membershipId: 'm1', authorityId: 'kommune', role: 'coordinator' };
    const seats = { participants: [{ ...coordinator, sector: 'municipality' as const }] };
    expect(grounds(coordinator, 'reply.readNote', { ofMembershipId: 'm1' }, seats, at).map((rule) => rule.who)).toEqual(['Den, der skrev den', 'Mødets koordinatorer']);
    expect(grounds({ ...coordinator, role: 'auditor' }, 'reply.readNote', { ofMembershipId: 'm1' }, seats, at)).toEqual([]);
  });

  it('says for every action what it does, to what, who may, when and why, under rules that stand in the SPEC', () => {
    const spec = readFileSync('libs/access/SPEC.md', 'utf8');
    for (const action of actions) {
      const { object, does, rules: own } = rules[action];
      expect([action, objectNames.includes(object), does.length > 5, own.length > 0]).toEqual([action, true, true, true]);
      for (const rule of own) {
        expect([action, rule.who.length > 3, rule.when.endsWith('.'), rule.why.endsWith('.'), rule.ids.length > 0]).toEqual([action, true, true, true, true]);
        for (const id of rule.ids) expect([action, id, spec.includes(`**${id}**`)]).toEqual([action, id, true]);
      }
    }
  });

  it('stands in docs/access.md as it is', () => {
    expect(readFileSync('docs/access.md', 'utf8')).toBe(accessTable());
  });

  it('reads the time of an item from the participant, her authority and her name', () => {
    const one: Participation = { personId: 'p1', membershipId: 'm1', authorityId: 'politi', sector: 'police', window: { fromMs: 1, toMs: null } };
    const windows = [{ authorityId: 'politi', window: { fromMs: null, toMs: 9 } }, { personId: 'p1', window: { fromMs: 4, toMs: 20 } }, { personId: 'p2', window: { fromMs: 100, toMs: 1 } }];
    expect(windowOf(one, { windows })).toEqual({ fromMs: 4, toMs: 9 });
  });
});
