import { describe, expect, it } from '@jest/globals';
import { retentionStates, type RetentionState } from '@lib/contracts/enums.js';
import { needsSecondPerson, nextStep, plannedDay, retentionMayBecome, shippedRule, type RunFacts } from './retention.js';

const rule = { months: 12, waitingDays: 30, secondPerson: true };
/** Approved on 12 March 2027: the period ends on 12 March 2028, and it is announced from 11 February on. */
const facts = (changes: Partial<RunFacts>): RunFacts => ({ state: 'planned', approvedOn: '2027-03-12', dueOn: '2028-03-12', rule, inForce: rule, today: '2027-06-01', isStopped: false, isUnfinished: false, ...changes });
const step = (changes: Partial<RunFacts>) => {
  const next = nextStep(facts(changes));
  return next === null ? null : `${next.to} ${next.dueOn}`;
};

describe('the way of a meeting to its deletion', () => {
  it('[RE7] goes from state to state as the table says, and from what is destroyed nowhere but on', () => {
    const ways = (from: RetentionState) => retentionStates.filter((to) => retentionMayBecome(from, to));
    expect(Object.fromEntries(retentionStates.map((from) => [from, ways(from)]))).toEqual({
      planned: ['planned', 'announced'],
      announced: ['planned', 'firstConfirmed', 'heldBack', 'destroyed'],
      firstConfirmed: ['planned', 'confirmed', 'heldBack', 'destroyed'],
      confirmed: ['planned', 'heldBack', 'destroyed'],
      heldBack: ['planned', 'announced'],
      destroyed: ['completed'],
      completed: [],
    });
  });

  it.each<[string, Partial<RunFacts>, string | null]>([
    ['waits while nothing is due', {}, null],
    ['is announced so long before the day as people have to object', { today: '2028-02-11' }, 'announced 2028-03-12'],
    ['not a day earlier', { today: '2028-02-10' }, null],
    ['is announced late with the whole time before it', { today: '2028-04-01' }, 'announced 2028-05-01'],
    ['is not announced while a copy is not filed or the meeting is held', { today: '2028-04-01', isStopped: true }, null],
    ['is announced whatever is unfinished: nothing closed is told by it', { today: '2028-02-11', isUnfinished: true }, 'announced 2028-03-12'],
    ['is planned anew when its rule has changed, and not announced with it', { inForce: { ...rule, months: 1 }, today: '2027-06-01' }, 'planned 2027-04-12'],
    ['waits for its day once it is confirmed', { state: 'confirmed', today: '2028-03-11' }, null],
    ['is destroyed on its day when two have confirmed', { state: 'confirmed', today: '2028-03-12' }, 'destroyed 2028-03-12'],
    ['waits for the second', { state: 'firstConfirmed', today: '2028-06-01' }, null],
    ['waits for the first', { state: 'announced', today: '2028-06-01' }, null],
    ['asks nobody where the rule asks for nobody', { state: 'announced', today: '2028-03-12', rule: { ...rule, secondPerson: false }, inForce: { ...rule, secondPerson: false } }, 'destroyed 2028-03-12'],
    ['asks for two when the rule was made stricter since', { state: 'announced', today: '2028-03-12', rule: { ...rule, secondPerson: false } }, null],
    ['is held back on its day by a hold on the meeting', { state: 'confirmed', today: '2028-03-12', isStopped: true }, 'heldBack 2028-03-12'],
    ['and by what is unfinished', { state: 'confirmed', today: '2028-03-12', isUnfinished: true }, 'heldBack 2028-03-12'],
    ['stays held back', { state: 'heldBack', today: '2028-09-01', isUnfinished: true }, null],
    ['is announced anew when that has ended, however long it was announced', { state: 'heldBack', today: '2028-09-01' }, 'announced 2028-10-01'],
    ['is planned again when it gets more time', { state: 'confirmed', today: '2028-03-01', inForce: { ...rule, months: 24 } }, 'planned 2029-03-12'],
    ['keeps its day when it gets less', { state: 'announced', today: '2028-02-20', inForce: { ...rule, months: 6 } }, null],
    ['is over when the keys are gone', { state: 'destroyed', today: '2028-03-12' }, 'completed 2028-03-12'],
    ['and then nothing more', { state: 'completed', today: '2030-01-01' }, null],
  ])('%s', (_, changes, expected) => expect(step(changes)).toBe(expected));

  it('[RE5] counts months as the calendar does, and keeps what speaks of persons shorter', () => {
    expect(plannedDay('2027-01-31', { ...rule, months: 1 })).toBe('2027-02-28');
    expect([shippedRule('caseConsultation').months, shippedRule('policeDistrictMeeting').months]).toEqual([12, 60]);
    expect([needsSecondPerson({ ...rule, secondPerson: false }, { ...rule, secondPerson: false }), needsSecondPerson(rule, { ...rule, secondPerson: false })]).toEqual([false, true]);
  });
});
