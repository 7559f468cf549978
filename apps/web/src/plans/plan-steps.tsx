import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { Plan, PlanStep } from '../api/types.js';
import { plainDate } from '../dates.js';
import { FollowUpBadge } from '../follow-ups/follow-up-badge.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { personAndAuthority } from '../shell/people.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { useStepTitle } from './step-title.js';
import { StepForm } from './step-form.js';

interface PlanStepsProps {
  itemId: string;
  plan: Plan;
  steps: readonly PlanStep[];
  canWrite: boolean;
  /** To those who listen rather than look. */
  say: (text: string) => void;
}

/** The steps in order; each is moved with two buttons, which need neither a mouse nor steady hands. */
export function PlanSteps({ itemId, plan, steps, canWrite, say }: PlanStepsProps) {
  const { t } = useTranslation();
  const title = useStepTitle();
  const [open, setOpen] = useState<{ id: string; what: 'change' | 'withdraw' } | null>(null);
  const { queryKey } = queries.itemPlans(itemId);
  const move = useMutation({
    mutationFn: ({ from, to }: { from: number; to: number }) => {
      const others = steps.filter((_, n) => n !== from);
      return api.placePlanStep(steps[from]!.id, others[to - 1]?.id ?? null);
    },
    onSuccess: (plans, { to }) => {
      queryClient.setQueryData(queryKey, plans);
      say(t('plan.moved', { number: to + 1 }));
    },
    onError: () => void queryClient.invalidateQueries({ queryKey }),
  });
  const opener = useRef<HTMLElement>(null);
  const focusBack = useFocusBack(() => (opener.current?.isConnected ? opener.current : null));
  const close = (isSaved: boolean) => {
    setOpen(null);
    focusBack();
    if (isSaved) say(t('plan.saved'));
  };

  return (
    <>
      {move.error && <ProblemNotice error={move.error} />}
      <ol className="unstyled-list plan-steps">
        {steps.map((step, n) => {
          const { followUp } = step;
          const words = { number: n + 1 };
          return (
            <li key={step.id}>
              <div className="plan-step">
                <p className="plan-when">
                  <span className="plan-number" aria-hidden="true">
                    {n + 1}
                  </span>
                  {plainDate(followUp.deadline)}
                  {step.time && ` kl. ${step.time.replace(':', '.')}`}
                </p>
                <div>
                  <p className="plan-title">{title(plan, step.kind)}</p>
                  <p className="plan-text">{step.text}</p>
                  <p>
                    {personAndAuthority(followUp.owner)}
                    {step.place && ` · ${step.place}`}
                    {step.trustedAdult && ` · ${t('plan.with', { who: step.trustedAdult })}`}
                  </p>
                  {step.awaits && followUp.state === 'open' && (
                    <p className="plan-awaits">
                      <Icon name="warning" /> {t('plan.awaitsNotice', { who: t(`planGate.${step.awaits}`) })}
                    </p>
                  )}
                </div>
                <div className="plan-state">
                  <FollowUpBadge state={followUp.state} />
                </div>
              </div>
              {canWrite && (
                <p className="plan-tools">
                  <button type="button" className="button button-tertiary" aria-label={t('plan.up', words)} aria-disabled={n === 0 || move.isPending} onClick={() => n > 0 && !move.isPending && move.mutate({ from: n, to: n - 1 })}>
                    ↑
                  </button>
                  <button type="button" className="button button-tertiary" aria-label={t('plan.down', words)} aria-disabled={n === steps.length - 1 || move.isPending} onClick={() => n < steps.length - 1 && !move.isPending && move.mutate({ from: n, to: n + 1 })}>
                    ↓
                  </button>
                  {(['change', 'withdraw'] as const).map((what) => (
                    <button
                      key={what}
                      type="button"
                      className="button button-tertiary"
                      aria-expanded={open?.id === step.id && open.what === what}
                      onClick={({ currentTarget }) => {
                        opener.current = currentTarget;
                        setOpen({ id: step.id, what });
                      }}
                    >
                      {t(`plan.${what}`)}
                      <span className="sr-only">: {step.text}</span>
                    </button>
                  ))}
                </p>
              )}
              {open?.id === step.id && open.what === 'change' && <StepForm itemId={itemId} plan={plan} replaces={step} number={n + 1} onDone={close} />}
              {open?.id === step.id && open.what === 'withdraw' && <WithdrawForm itemId={itemId} step={step} onDone={close} />}
            </li>
          );
        })}
      </ol>
    </>
  );
}

function WithdrawForm({ itemId, step, onDone }: { itemId: string; step: PlanStep; onDone: (isSaved: boolean) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const withdraw = useMutation({
    mutationFn: () => api.withdrawPlanStep(step.id, reason.trim()),
    onSuccess: (plans) => {
      queryClient.setQueryData(queries.itemPlans(itemId).queryKey, plans);
      onDone(true);
    },
  });
  const problem = withdraw.error instanceof ApiProblem ? withdraw.error : null;
  const form = `withdraw-${step.id}`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!withdraw.isPending) withdraw.mutate();
  };
  return (
    <form className="inline-form" onSubmit={submit} noValidate>
      <ErrorSummary form={form} problem={problem} fields={{ reason: t('plan.withdrawWhy') }} />
      <Field id={fieldId(form, 'reason')} label={t('plan.withdrawWhy')} error={fieldErrors(problem)('reason')}>
        {(control) => <textarea {...control} rows={2} className="form-input" autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={withdraw.isPending}>
          {t('plan.withdrawSave')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => onDone(false)}>
          {t('form.cancel')}
        </button>
      </p>
    </form>
  );
}
