import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sectors } from '@lib/contracts/enums.js';
import { meetingKind, meetingKinds } from './meeting-kinds.data.js';
import { quorum, type Chair } from './quorum.js';

let next = 0;
const chair = (sector: Chair['sector'], coming: Chair['coming'], authorityId: string = sector): Chair => ({ personId: `p${(next += 1)}`, authorityId, sector, coming });
const section115 = meetingKind('section115HandoverMeeting')!.quorum;
const consultation = meetingKind('caseConsultation')!.quorum;
const district = meetingKind('policeDistrictMeeting')!.quorum;

const chairs: fc.Arbitrary<Chair[]> = fc.array(
  fc.record({ personId: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5', 'p6'), authorityId: fc.constantFrom('a', 'b', 'c', 'd'), sector: fc.constantFrom(...sectors), coming: fc.constantFrom('yes' as const, 'maybe' as const, 'no' as const) }),
  { maxLength: 12 },
);
const rule = fc.constantFrom(...meetingKinds.map((kind) => kind.quorum));

describe('the quorum', () => {
  it('[QU1] names each sector that does not come', () => {
    expect(quorum(section115, [chair('municipality', 'yes'), chair('municipality', 'yes'), chair('police', 'no')])).toEqual({ met: false, gaps: [{ kind: 'sector', sector: 'police', possible: false }] });
    expect(quorum(section115, [chair('municipality', 'yes'), chair('police', 'yes')])).toEqual({ met: true, gaps: [] });
  });

  it('[QU2] is content with one of several sectors', () => {
    const base = [chair('municipality', 'yes'), chair('barnahus', 'yes'), chair('barnahus', 'yes')];
    expect(quorum(consultation, [...base, chair('health', 'yes')]).met).toBe(true);
    expect(quorum(consultation, [...base, chair('school', 'yes'), chair('police', 'maybe')]).gaps).toEqual([{ kind: 'oneOf', sectors: ['police', 'health', 'forensic'], possible: true }]);
  });

  it('[QU3] counts municipalities by authority, rounding the share up', () => {
    const others = [chair('police', 'yes'), chair('police', 'yes'), chair('barnahus', 'yes'), chair('barnahus', 'yes')];
    const municipalities = (yes: number, no: number) => [...Array.from({ length: yes }, (_, n) => chair('municipality', 'yes', `k${n}`)), ...Array.from({ length: no }, (_, n) => chair('municipality', 'no', `n${n}`))];
    expect(quorum(district, [...others, ...municipalities(3, 2)]).met).toBe(true);
    expect(quorum(district, [...others, ...municipalities(2, 3)]).gaps).toEqual([{ kind: 'municipalities', count: 1, possible: false }]);
    // Two people of one municipality are one municipality.
    expect(quorum(district, [...others, chair('municipality', 'yes', 'k0'), chair('municipality', 'yes', 'k0'), chair('municipality', 'no', 'k1'), chair('municipality', 'no', 'k2')]).gaps).toEqual([{ kind: 'municipalities', count: 1, possible: false }]);
  });

  it('[QU4] counts a person once', () => {
    const twice = { ...chair('municipality', 'yes'), personId: 'same' };
    expect(quorum(section115, [twice, { ...twice, sector: 'police', authorityId: 'police' }]).gaps).toEqual([{ kind: 'participants', count: 1, possible: false }]);
  });

  it('[QU5] counts the undecided as possible, never as certain', () => {
    expect(quorum(section115, [chair('municipality', 'yes'), chair('police', 'maybe')]).gaps).toEqual([
      { kind: 'sector', sector: 'police', possible: true },
      { kind: 'participants', count: 1, possible: true },
    ]);
  });

  it('[QU1, QU2, QU3, QU4] is never lost by somebody else coming, nor reached by somebody staying away', () => {
    fc.assert(
      fc.property(rule, chairs, fc.nat(), (asked, all, nth) => {
        fc.pre(all.length > 0);
        const turned = (coming: Chair['coming']) => all.map((one, n) => (n === nth % all.length ? { ...one, coming } : one));
        expect(!quorum(asked, turned('maybe')).met || quorum(asked, turned('yes')).met).toBe(true);
        expect(!quorum(asked, turned('no')).met || quorum(asked, turned('maybe')).met).toBe(true);
      }),
    );
  });

  it('[QU5] says “possible” of every gap exactly when all the undecided coming would close it', () => {
    fc.assert(
      fc.property(rule, chairs, (asked, all) => {
        const best = quorum(asked, all.map((one) => (one.coming === 'maybe' ? { ...one, coming: 'yes' } : one)));
        expect(quorum(asked, all).gaps.every((gap) => gap.possible)).toBe(best.met);
      }),
    );
  });
});
