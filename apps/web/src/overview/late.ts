import type { MeetingSummary } from '../api/types.js';

const dayMs = 86_400_000;
/** So long before a meeting everybody should have answered and the agenda should be out, and after it the minutes. */
const dueDays = 7;

export type Late = 'holiday' | 'quorum' | 'replies' | 'agenda' | 'minutes';
type Facts = Partial<Pick<MeetingSummary, 'seriesId'>> & Pick<MeetingSummary, 'startInstant' | 'endInstant' | 'state' | 'agendaState' | 'minutesState'> & { replies: Pick<MeetingSummary['replies'], 'needsAction'>; quorum: { gaps: readonly { possible: boolean }[] } };

/** What a coordinator is late with at one meeting, the most urgent first. */
export function lateOf(meeting: Facts, now: number): Late[] {
  if (meeting.state === 'cancelled') return [];
  const start = Date.parse(meeting.startInstant);
  // On a holiday, and nobody is called before a person has said what becomes of it.
  // One by itself waits for a poll, which says by itself who is missing.
  if (meeting.state === 'draft') return now < start && meeting.seriesId !== null ? ['holiday'] : [];
  const end = Date.parse(meeting.endInstant);
  const isNear = now < start && start - now <= dueDays * dayMs;
  return [
    // No answer that is still out can mend it: somebody has to be found.
    ...(isNear && meeting.quorum.gaps.some(({ possible }) => !possible) ? (['quorum'] as const) : []),
    ...(isNear && meeting.agendaState === 'building' ? (['agenda'] as const) : []),
    ...(isNear && meeting.replies.needsAction > 0 ? (['replies'] as const) : []),
    ...(now - end > dueDays * dayMs && meeting.minutesState !== 'approved' ? (['minutes'] as const) : []),
  ];
}
