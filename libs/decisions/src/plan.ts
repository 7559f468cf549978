import { informedParties, plans, sequenceSteps, type InformedParty, type Plan, type PlanGate, type SequenceStep } from '@lib/contracts/enums.js';

/** The plans that a kind of meeting ends with, by what its data says it puts out. */
export function plansOf(outputs: readonly string[]): Plan[] {
  return plans.filter((plan) => outputs.includes(`${plan}Plan`));
}

/** What a step of each plan can be. */
export const stepKinds: { sequence: readonly SequenceStep[]; informing: readonly InformedParty[] } = { sequence: sequenceSteps, informing: informedParties };

export function isStepOf(plan: Plan, kind: string): kind is SequenceStep | InformedParty {
  return (stepKinds[plan] as readonly string[]).includes(kind);
}

/** How a step stands in lists of follow-ups, where its plan is not seen. Content, so in Danish. */
const labels: Record<SequenceStep, string> = {
  childInterview: 'Børnesamtale',
  medicalExamination: 'Lægelig undersøgelse',
  forensicExamination: 'Retsmedicinsk undersøgelse',
  videoInterview: 'Videoafhøring',
  informing: 'Orientering',
  support: 'Støtte til barnet',
  other: 'Trin i fælles plan',
};

const parties: Record<InformedParty, string> = {
  child: 'barnet',
  custodyHolders: 'forældremyndighedens indehavere',
  otherFamily: 'øvrig familie',
  school: 'skole eller dagtilbud',
  notifier: 'underretter',
  other: 'andre',
};

/** How a step stands in its plan. */
export function stepLabel(plan: Plan, kind: SequenceStep | InformedParty): string {
  if (plan === 'sequence') return kind === 'other' ? 'Andet' : labels[kind as SequenceStep];
  const party = parties[kind as InformedParty];
  return party.charAt(0).toUpperCase() + party.slice(1);
}

export const gateLabels: Record<PlanGate, string> = { police: 'politiet', municipality: 'kommunen', barnahus: 'børnehuset' };

/** The follow-up itself, or the one that it was handed over into. */
export function newest<FollowUp extends { id: string; continuesId: string | null }>(all: readonly FollowUp[], id: string): FollowUp {
  const next = all.find((one) => one.continuesId === id);
  return next === undefined ? all.find((one) => one.id === id)! : newest(all, next.id);
}

export function followUpText(plan: Plan, kind: SequenceStep | InformedParty, text: string): string {
  return `${plan === 'sequence' ? labels[kind as SequenceStep] : `Orientering af ${parties[kind as InformedParty]}`}: ${text}`;
}

/** Steps of a police investigation. */
export const investigationSteps: readonly SequenceStep[] = ['forensicExamination', 'videoInterview'];
