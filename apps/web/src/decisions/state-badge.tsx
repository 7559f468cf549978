import { useTranslation } from 'react-i18next';
import type { DecisionState } from '../api/types.js';
import { Icon, type IconName } from '../shell/icon.js';

const looks: Record<DecisionState, { tone: string; icon: IconName }> = {
  recorded: { tone: 'badge-plain', icon: 'time' },
  escalated: { tone: 'badge-warning', icon: 'flag' },
  confirmed: { tone: 'badge-success', icon: 'check' },
  returned: { tone: 'badge-warning', icon: 'reply' },
  superseded: { tone: 'badge-plain', icon: 'sync' },
};

export function DecisionBadge({ state }: { state: DecisionState }) {
  const { t } = useTranslation();
  const { tone, icon } = looks[state];
  return (
    <span className={`badge ${tone}`}>
      <Icon name={icon} /> {t(`decisionState.${state}`)}
    </span>
  );
}

export function Deadline({ deadline, overdue }: { deadline: string; overdue: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {deadline}
      {overdue && (
        <span className="overdue">
          <Icon name="warning" /> {t('decision.overdue')}
        </span>
      )}
    </>
  );
}
