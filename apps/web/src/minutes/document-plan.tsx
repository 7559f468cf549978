import { useTranslation } from 'react-i18next';
import type { DocumentPlan as Plan } from '@lib/contracts/meeting-document.js';
import { plainDate } from '../dates.js';
import { useStepTitle } from '../plans/step-title.js';
import { Icon } from '../shell/icon.js';

/** The steps of a plan in their order, to be read and printed. */
export function DocumentPlan({ plan, steps }: Plan) {
  const { t } = useTranslation();
  const title = useStepTitle();
  return (
    <>
      <h4 className="h5">{t(`plan.${plan}`)}</h4>
      <ol className="records">
        {steps.map((step) => (
          <li key={step.id}>
            <p>
              <strong>{title(plan, step.kind.id)}:</strong> <span lang="da">{step.text}</span> <span className="quiet">({t(`followUpState.${step.state}`)})</span>
            </p>
            <p className="quiet">
              {plainDate(step.day)}
              {step.time && ` kl. ${step.time.replace(':', '.')}`} · {step.who.name}, {step.who.authority}
              {step.place && ` · ${step.place}`}
              {step.trustedAdult && ` · ${t('plan.with', { who: step.trustedAdult })}`}
              {step.caseReference && ` · ${step.caseReference}`}
            </p>
            {step.awaits && step.state === 'open' && (
              <p>
                <Icon name="warning" /> {t('plan.awaitsNotice', { who: t(`planGate.${step.awaits.id}`) })}
              </p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
