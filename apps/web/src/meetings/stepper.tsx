import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.js';
import type { Meeting } from '../api/types.js';
import { Icon } from '../shell/icon.js';
import { currentStep, steps } from './steps.js';

export function Stepper({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const retention = useQuery({ ...queries.meetingRetention(meeting.id), enabled: meeting.minutesState === 'approved' });
  const current = currentStep(meeting.state, meeting.agendaState, meeting.minutesState, retention.data?.isFiledByAll ?? false);
  const at = current === null ? -1 : steps.indexOf(current);
  return (
    <ol className="stepper unstyled-list no-max-width" aria-label={t('meeting.steps')}>
      {steps.map((step, index) => (
        <li key={step} className={index < at ? 'step-done' : index === at ? 'step-current' : 'step-ahead'} aria-current={index === at ? 'step' : undefined}>
          {index < at && <Icon name="check" />}
          {t(`step.${step}`)}
          {index < at && <span className="sr-only"> {t('meeting.stepDone')}</span>}
        </li>
      ))}
    </ol>
  );
}
