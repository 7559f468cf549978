import { informedParties, sequenceSteps, type InformedParty, type SequenceStep } from '@lib/contracts/enums.js';
import { useTranslation } from 'react-i18next';
import type { Plan, PlanStepKind } from '../api/types.js';

export const kindsOf: Record<Plan, readonly PlanStepKind[]> = { sequence: sequenceSteps, informing: informedParties };

/** The name of a step; `other` means something else in each plan. */
export function useStepTitle(): (plan: Plan, kind: PlanStepKind) => string {
  const { t } = useTranslation();
  return (plan, kind) => (plan === 'sequence' ? t(`planStep.${kind as SequenceStep}`) : t(`planParty.${kind as InformedParty}`));
}
