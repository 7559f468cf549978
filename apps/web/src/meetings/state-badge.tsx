import { useTranslation } from 'react-i18next';
import type { MeetingState, MeetingSummary } from '../api/types.js';

const tone: Partial<Record<MeetingState, string>> = { confirmed: 'badge-success', proposed: 'badge-info', cancelled: 'badge-error' };

export function StateBadge({ state, agendaState }: { state: MeetingState; agendaState?: MeetingSummary['agendaState'] }) {
  const { t } = useTranslation();
  // A meeting counts as held from its first minute; while its agenda runs, that would read as if it were over.
  const isRunning = state === 'held' && agendaState === 'inSession';
  return <span className={`badge ${tone[state] ?? 'badge-plain'}`}>{t(isRunning ? 'step.inSession' : `meetingState.${state}`)}</span>;
}
