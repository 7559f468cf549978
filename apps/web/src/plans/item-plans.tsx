import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.js';
import type { Plan } from '../api/types.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { PlanSteps } from './plan-steps.js';
import { StepForm } from './step-form.js';
import './plans.css';

/** What a joint consultation ends with, on the item where it is agreed. Says nothing on meetings that end otherwise. */
export function ItemPlans({ itemId }: { itemId: string }) {
  const { t } = useTranslation();
  const answer = useQuery(queries.itemPlans(itemId));
  const [adding, setAdding] = useState<Plan | null>(null);
  const [said, setSaid] = useState('');
  const openers = useRef<HTMLParagraphElement>(null);
  const added = useRef<Plan>('sequence');
  // On to the next step, whose button stands there again.
  const focusBack = useFocusBack(() => openers.current?.querySelector<HTMLElement>(`[data-plan=${added.current}]`));
  if (!answer.data) return null;
  const { plans, canWrite } = answer.data;

  return (
    <>
      {plans.map(({ plan, steps }) => {
        const isAdding = adding === plan && canWrite;
        if (steps.length === 0 && !isAdding) return null;
        return (
          <section key={plan} className="plan" aria-labelledby={`plan-${plan}`}>
            <h3 id={`plan-${plan}`} className="h4">
              {t(`plan.${plan}`)}
            </h3>
            <p className="quiet">{t(`plan.${plan}Lead`)}</p>
            {steps.length > 0 && <PlanSteps itemId={itemId} plan={plan} steps={steps} canWrite={canWrite} say={setSaid} />}
            {isAdding && (
              <StepForm
                itemId={itemId}
                plan={plan}
                onDone={(isSaved) => {
                  setAdding(null);
                  added.current = plan;
                  focusBack();
                  if (isSaved) setSaid(t('plan.saved'));
                }}
              />
            )}
          </section>
        );
      })}
      {canWrite && plans.length > 0 && (
        <p ref={openers} className="button-line">
          {plans
            .filter(({ plan }) => plan !== adding)
            .map(({ plan }) => (
              <button key={plan} type="button" data-plan={plan} className="button button-secondary" onClick={() => setAdding(plan)}>
                <Icon name="plus" /> {t(`plan.new_${plan}`)}
              </button>
            ))}
        </p>
      )}
      <p className="sr-only" role="status">
        {said}
      </p>
    </>
  );
}
