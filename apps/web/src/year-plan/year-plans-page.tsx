import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api } from '../api/client.js';
import { creationKeys } from '../api/creation-key.js';
import { ApiProblem } from '../api/problem.js';
import { queries, queryClient } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { ErrorSummary, Field, fieldErrors, fieldId } from '../shell/form.js';
import { NotFound } from '../shell/not-found.js';
import { PageHeading } from '../shell/page-heading.js';
import './year-plan.css';

/** “Årsplan”: the plans of the own authority, and a new one. */
export function YearPlansPage() {
  const { t } = useTranslation();
  const isCoordinator = useSession().acting.role === 'coordinator';
  const list = useQuery({ ...queries.yearPlans(), enabled: isCoordinator });
  if (!isCoordinator) return <NotFound />;
  return (
    <>
      <PageHeading title={t('yearPlan.title')} />
      <p>{t('yearPlan.intro')}</p>
      <Answer query={list} lines={4}>
        {({ plans, years }) => (
          <>
            <MakePlan years={years} />
            <h2 className="h3">{t('yearPlan.plans')}</h2>
            {plans.length === 0 ? (
              <p className="empty">{t('yearPlan.empty')}</p>
            ) : (
              <ul className="rows unstyled-list no-max-width">
                {plans.map(({ id, year, changedAt }) => (
                  <li key={id} className="row-item row-item-stacked">
                    <Link to={`/aarsplan/${id}`} className="row-title">
                      {t('yearPlan.ofYear', { year })}
                    </Link>
                    <span className="quiet">{t('yearPlan.changedAt', { when: dayAndTime(changedAt) })}</span>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Answer>
    </>
  );
}

const form = 'year-plan';

function MakePlan({ years }: { years: readonly number[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // Whoever plans in November plans the next year.
  const [year, setYear] = useState(years.at(-1) ?? 0);
  const [keyOf] = useState(creationKeys);
  const [stopper, setStopper] = useState<AbortController | null>(null);
  const make = useMutation({
    mutationFn: async () => {
      const stop = new AbortController();
      setStopper(stop);
      return api.makeYearPlan({ year }, keyOf({ year }), stop.signal);
    },
    onSuccess: (plan) => {
      queryClient.setQueryData(queries.yearPlan(plan.id).queryKey, plan);
      void queryClient.invalidateQueries({ queryKey: ['yearPlans'] });
      void navigate(`/aarsplan/${plan.id}`);
    },
    onSettled: () => setStopper(null),
  });
  const wasStopped = make.isError && stopper === null && make.error instanceof ApiProblem && make.error.code === 'year-plan-stopped';
  const problem = make.error instanceof ApiProblem && !wasStopped ? make.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!make.isPending) make.mutate();
  };
  return (
    <form className="year-plan-make" onSubmit={submit} noValidate>
      <ErrorSummary form={form} problem={problem} fields={{ year: t('yearPlan.year') }} />
      <Field id={fieldId(form, 'year')} label={t('yearPlan.year')} error={fieldErrors(problem)('year')}>
        {(control) => (
          <select {...control} className="form-select" value={year} onChange={(event) => setYear(Number(event.target.value))}>
            {years.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
      </Field>
      <p className="button-line">
        <button type="submit" className="button button-primary" aria-disabled={make.isPending}>
          {t('yearPlan.make')}
        </button>
        {make.isPending && (
          <button type="button" className="button button-tertiary" onClick={() => stopper?.abort()}>
            {t('yearPlan.stop')}
          </button>
        )}
      </p>
      <p role="status">{make.isPending ? t('yearPlan.making') : wasStopped ? t('yearPlan.stopped') : ''}</p>
    </form>
  );
}
