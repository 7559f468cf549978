import { describe, expect, it } from '@jest/globals';
import { lateOf } from './late.js';

const now = Date.parse('2026-12-01T12:00:00Z');
const meeting = { startInstant: '2026-12-07T12:00:00Z', endInstant: '2026-12-07T13:00:00Z', state: 'proposed' as const, agendaState: 'building' as const, minutesState: 'draft' as const, replies: { needsAction: 2 }, quorum: { gaps: [{ possible: true }] } };

describe('what is late', () => {
  it.each([
    { name: 'both within a week', changes: {}, late: ['agenda', 'replies'] },
    { name: 'neither when the agenda is out and all have answered', changes: { agendaState: 'published' as const, replies: { needsAction: 0 } }, late: [] },
    { name: 'first of all who is needed and does not come', changes: { quorum: { gaps: [{ possible: true }, { possible: false }] } }, late: ['quorum', 'agenda', 'replies'] },
    { name: 'nothing eight days ahead', changes: { startInstant: '2026-12-09T12:01:00Z', endInstant: '2026-12-09T13:00:00Z' }, late: [] },
    { name: 'nothing of a meeting that is cancelled', changes: { state: 'cancelled' as const }, late: [] },
    { name: 'what becomes of a meeting on a holiday, and nothing else while nobody is called to it', changes: { state: 'draft' as const }, late: ['holiday'] },
    { name: 'nothing of one by itself, whose time is being asked for', changes: { state: 'draft' as const, seriesId: null }, late: [] },
    { name: 'nothing of one that was left undecided until it was over', changes: { state: 'draft' as const, startInstant: '2026-11-24T10:00:00Z', endInstant: '2026-11-24T11:00:00Z' }, late: [] },
    { name: 'the minutes a week after', changes: { startInstant: '2026-11-24T10:00:00Z', endInstant: '2026-11-24T11:00:00Z' }, late: ['minutes'] },
    { name: 'no minutes that wait less', changes: { startInstant: '2026-11-24T11:30:00Z', endInstant: '2026-11-24T12:30:00Z' }, late: [] },
    { name: 'no minutes that are approved', changes: { startInstant: '2026-11-04T10:00:00Z', endInstant: '2026-11-04T11:00:00Z', minutesState: 'approved' as const }, late: [] },
  ])('$name', ({ changes, late }) => expect(lateOf({ ...meeting, ...changes }, now)).toEqual(late));
});
