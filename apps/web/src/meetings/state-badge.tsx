import { useTranslation } from 'react-i18next';
import type { MeetingState } from '../api/types.js';

const tone: Partial<Record<MeetingState, string>> = { confirmed: 'badge-success', proposed: 'badge-info', cancelled: 'badge-error' };

export function StateBadge({ state }: { state: MeetingState }) {
  const { t } = useTranslation();
  return <span className={`badge ${tone[state] ?? 'badge-plain'}`}>{t(`meetingState.${state}`)}</span>;
}
