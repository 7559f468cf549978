import { useTranslation } from 'react-i18next';
import type { MeetingState, MeetingSummary } from '../api/types.js';

const tone: Partial<Record<MeetingState, string>> = { confirmed: 'badge-success', proposed: 'badge-info', cancelled: 'badge-error' };

/** So long after its end an agenda that nobody closed was forgotten, and its meeting is over. */
const forgottenMs = 12 * 3_600_000;

/** Without `agendaState` and `endInstant`, of a place where only its state is known. */
export function StateBadge({ state, agendaState, endInstant }: { state: MeetingState; agendaState?: MeetingSummary['agendaState']; endInstant?: string }) {
  const { t } = useTranslation();
  // A meeting counts as held from its first minute; while its agenda runs, that would read as if it were over.
  const isRunning = state === 'held' && agendaState === 'inSession' && (endInstant === undefined || Date.now() < Date.parse(endInstant) + forgottenMs);
  return <span className={`badge ${tone[state] ?? 'badge-plain'}`}>{t(isRunning ? 'step.inSession' : `meetingState.${state}`)}</span>;
}
