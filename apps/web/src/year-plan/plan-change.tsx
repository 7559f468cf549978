import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import type { YearPlan, YearPlanPreview, YearPlanStep } from '../api/types.js';
import { ErrorSummary } from '../shell/form.js';
import { Loading } from '../shell/loading.js';
import { useGap } from './gap.js';

/** Typing passes through many values that nobody means. */
const restMs = 400;

interface PlanChangeProps {
  plan: YearPlan;
  heading: ReactNode;
  /** Null while it is not said yet. */
  step: YearPlanStep | null;
  form: string;
  fields: Readonly<Record<string, string>>;
  children?: (errorOf: (field: string) => string | undefined) => ReactNode;
  onDone: () => void;
  onClose: () => void;
}

/** What a change makes of the plan, in words, before it is stored. */
export function PlanChange({ plan, heading, step, form, fields, children, onDone, onClose }: PlanChangeProps) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const content = JSON.stringify(step);
  const [rested, setRested] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setRested(content), restMs);
    return () => clearTimeout(timer);
  }, [content]);
  const shownFor = JSON.parse(rested) as YearPlanStep | null;
  const preview = useQuery({ ...queries.yearPlanPreview(plan.id, plan.version, shownFor), enabled: shownFor !== null });
  const isShown = shownFor !== null && rested === content && preview.isSuccess && !preview.isFetching;
  const run = useMutation({
    mutationFn: () => api.changeYearPlan(plan.id, preview.data!.version, { ...shownFor!, digest: preview.data!.digest }),
    onSuccess: (changed) => {
      queryClient.setQueryData(queries.yearPlan(plan.id).queryKey, changed);
      void queryClient.invalidateQueries({ queryKey: ['yearPlans'] });
      onDone();
    },
    // What stands now is shown, and what the change would make of that.
    onError: (error) => (error instanceof ApiProblem && error.status === 412 ? queryClient.invalidateQueries({ queryKey: ['yearPlan', plan.id] }) : undefined),
  });
  const problem = run.error instanceof ApiProblem ? run.error : preview.error instanceof ApiProblem ? preview.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!run.isPending && isShown) run.mutate();
  };
  return (
    <form className="inline-form year-plan-change" onSubmit={submit} noValidate aria-labelledby={`${form}-heading`} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <h2 id={`${form}-heading`} className="h4" ref={title} tabIndex={-1}>
        {heading}
      </h2>
      <ErrorSummary form={form} problem={problem} fields={fields} />
      {children?.((field) => problem?.errors.find((error) => error.field === field)?.message)}
      <h3 className="h5">{t('yearPlan.preview')}</h3>
      <div aria-live="polite">{shownFor === null ? <p className="quiet">{t('yearPlan.sayWhat')}</p> : isShown ? <Differences plan={plan} preview={preview.data} /> : preview.isError ? null : <Loading lines={3} label={t('yearPlan.working')} />}</div>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={run.isPending || !isShown}>
          {t('yearPlan.store')}
        </button>
        <button type="button" className="button button-tertiary" onClick={onClose}>
          {t('form.cancel')}
        </button>
      </p>
      <p className="quiet">{t('yearPlan.storeEffect')}</p>
    </form>
  );
}

const shownAtFirst = 12;

function Differences({ plan, preview }: { plan: YearPlan; preview: YearPlanPreview }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const gap = useGap();
  const { differences } = preview;
  const shown = all ? differences : differences.slice(0, shownAtFirst);
  return (
    <>
      <p>{differences.length === 0 ? t('yearPlan.nothingElse') : t('yearPlan.differences', { count: differences.length })}</p>
      <ul className="year-plan-differences">
        {shown.map(({ words, because }) => (
          <li key={words}>
            {words}
            {because && <span className="quiet"> – {because}</span>}
          </li>
        ))}
      </ul>
      {shown.length < differences.length && (
        <p>
          <button type="button" className="link-button" onClick={() => setAll(true)}>
            {t('yearPlan.showAll', { count: differences.length })}
          </button>
        </p>
      )}
      <p className="quiet">
        {t('yearPlan.before')} {gap(plan)} {t('yearPlan.after')} {gap(preview)}
      </p>
    </>
  );
}
