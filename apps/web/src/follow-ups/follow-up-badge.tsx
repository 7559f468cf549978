import { useTranslation } from 'react-i18next';
import type { FollowUpState } from '../api/types.js';
import { Icon, type IconName } from '../shell/icon.js';

const looks: Record<FollowUpState, { tone: string; icon: IconName }> = {
  open: { tone: 'badge-plain', icon: 'time' },
  done: { tone: 'badge-success', icon: 'check' },
  notDone: { tone: 'badge-warning', icon: 'close' },
  overtaken: { tone: 'badge-plain', icon: 'minus' },
  handedOver: { tone: 'badge-plain', icon: 'reply' },
};

export function FollowUpBadge({ state }: { state: FollowUpState }) {
  const { t } = useTranslation();
  const { tone, icon } = looks[state];
  return (
    <span className={`badge ${tone}`}>
      <Icon name={icon} /> {t(`followUpState.${state}`)}
    </span>
  );
}
