import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { api } from '../api/client.js';
import { queries, queryClient } from '../api/queries.js';
import type { YearPlan, YearPlanSeries, YearPlanStep } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { useFocusBack } from '../shell/keep-focus.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { AbsenceForm, Absences } from './absences.js';
import { ApplySeries } from './apply-series.js';
import { useGap } from './gap.js';
import { MoveSeries } from './move-series.js';
import { PlanChange } from './plan-change.js';
import { PlanGrid } from './plan-grid.js';
import { PlanList } from './plan-list.js';
import { isMoved, partnersOf, type Place } from './plan-series.js';
import './year-plan.css';

export function YearPlanPage() {
  const { planId = '' } = useParams();
  const plan = useQuery(queries.yearPlan(planId));
  return (
    <Answer query={plan} lines={12} wholePage>
      {(data) => <PlanView plan={data} />}
    </Answer>
  );
}

/** What is being done; one thing at a time. */
type Doing =
  | { kind: 'move'; seriesId: string; to?: Place }
  | { kind: 'apply'; seriesId: string }
  | { kind: 'absence' }
  | { kind: 'step'; heading: string; step: YearPlanStep };

function PlanView({ plan }: { plan: YearPlan }) {
  const { t } = useTranslation();
  const gap = useGap();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [done, setDone] = useState('');
  const [turn, setTurn] = useState(0);
  const focusBack = useFocusBack(() => document.querySelector<HTMLElement>('[data-plan-state]'));
  const open = (what: Doing) => {
    setDone('');
    setTurn((n) => n + 1);
    setDoing(what);
  };
  const close = (said = '') => {
    focusBack();
    setDoing(null);
    setDone(said);
  };
  const stored = () => close(t('yearPlan.stored'));
  const moving = plan.series.filter(isMoved).length;
  const series = (id: string) => plan.series.find(({ seriesId }) => seriesId === id);
  const opened = doing !== null && 'seriesId' in doing ? series(doing.seriesId) : undefined;
  const onOpen = (one: YearPlanSeries, to?: Place) => open({ kind: 'move', seriesId: one.seriesId, ...(to === undefined ? {} : { to }) });
  return (
    <>
      <p className="over-heading">
        <Link to="/aarsplan">{t('yearPlan.title')}</Link>
      </p>
      <PageHeading title={t('yearPlan.ofYear', { year: plan.year })} />
      <p className="font-lead">{moving === 0 ? t('yearPlan.nothingMoves') : t('yearPlan.moving', { count: moving })}</p>
      <p>{gap(plan)}</p>
      <p role="status" tabIndex={-1} data-plan-state className={done ? 'change-done' : ''}>
        {done}
      </p>
      {plan.collisions.length > 0 && (
        <details>
          <summary>{t('yearPlan.collisions', { count: plan.collisions.length })}</summary>
          <ul>
            {plan.collisions.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </details>
      )}
      {(plan.newSeries > 0 || plan.series.some(({ isOutdated }) => isOutdated)) && (
        <p>
          <Icon name="info" /> {plan.newSeries > 0 ? t('yearPlan.newSeries', { count: plan.newSeries }) : t('yearPlan.changedSince')}
        </p>
      )}
      {plan.beyond > 0 && (
        <p>
          <Icon name="info" /> {t('yearPlan.beyond', { count: plan.beyond })}
        </p>
      )}
      {doing?.kind === 'move' && opened && <MoveSeries key={turn} plan={plan} series={opened} to={doing.to} onDone={stored} onClose={() => close()} />}
      {doing?.kind === 'apply' && opened?.change && <ApplySeries key={turn} series={opened} onDone={() => close(t('yearPlan.applied'))} onClose={() => close()} />}
      {doing?.kind === 'absence' && <AbsenceForm key={turn} plan={plan} onDone={stored} onClose={() => close()} />}
      {doing?.kind === 'step' && <PlanChange key={turn} plan={plan} form="year-plan-step" heading={doing.heading} step={doing.step} fields={{}} onDone={stored} onClose={() => close()} />}
      <PlanGrid plan={plan} onOpen={onOpen} />
      <p className="quiet year-plan-hint">{t('yearPlan.dragHint')}</p>
      <h2 className="h3">{t('yearPlan.inWords')}</h2>
      <PlanList
        plan={plan}
        onOpen={onOpen}
        onFree={(one) => open({ kind: 'step', heading: t('yearPlan.freeHeading', { who: partnersOf(one), kind: one.kindTitle }), step: { kind: 'unpinned', seriesId: one.seriesId } })}
        onApply={(one) => open({ kind: 'apply', seriesId: one.seriesId })}
      />
      {plan.outside.length > 0 && (
        <>
          <h2 className="h3">{t('yearPlan.outside')}</h2>
          <ul className="unstyled-list no-max-width">
            {plan.outside.map((one) => (
              <li key={one.seriesId}>
                {partnersOf(one)}: <span lang="da">{one.kindTitle}</span>, {one.ruleInWords}. <span className="quiet">{t(`yearPlan.outsideReason.${one.reason}`)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2 className="h3">{t('yearPlan.away')}</h2>
      <Absences absences={plan.absences} onWithdraw={({ membershipId, name, from, to }) => open({ kind: 'step', heading: t('yearPlan.withdrawHeading', { name }), step: { kind: 'absenceWithdrawn', membershipId, from, to } })} />
      <p className="button-line">
        {plan.people.length > 0 && (
          <button type="button" className="button button-secondary" onClick={() => open({ kind: 'absence' })}>
            {t('yearPlan.addAbsence')}
          </button>
        )}
        <button type="button" className="button button-secondary" onClick={() => open({ kind: 'step', heading: t('yearPlan.renew'), step: { kind: 'renewed' } })}>
          {t('yearPlan.renew')}
        </button>
      </p>
      <details>
        <summary>{t('yearPlan.history')}</summary>
        <ol className="unstyled-list">
          {plan.history.map(({ version, words, setBy, setAt }) => (
            <li key={version}>
              {words} <span className="quiet">{t('yearPlan.by', { name: setBy, when: dayAndTime(setAt) })}</span>
            </li>
          ))}
        </ol>
      </details>
      <RemovePlan plan={plan} />
    </>
  );
}

function RemovePlan({ plan }: { plan: YearPlan }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [isAsked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.removeYearPlan(plan),
    onSuccess: () => {
      void navigate('/aarsplan');
      queryClient.removeQueries({ queryKey: ['yearPlan', plan.id] });
      void queryClient.invalidateQueries({ queryKey: ['yearPlans'] });
    },
  });
  if (!isAsked)
    return (
      <p>
        <button type="button" className="link-button" onClick={() => setAsked(true)}>
          {t('yearPlan.remove')}
        </button>
      </p>
    );
  return (
    <div className="inline-form">
      <p>{t('yearPlan.removeEffect')}</p>
      {remove.error && <ProblemNotice error={remove.error} />}
      <p className="button-line">
        <button type="button" autoFocus className="button button-primary" aria-disabled={remove.isPending} onClick={() => !remove.isPending && remove.mutate()}>
          {t('yearPlan.removeNow')}
        </button>
        <button type="button" className="button button-tertiary" onClick={() => setAsked(false)}>
          {t('form.cancel')}
        </button>
      </p>
    </div>
  );
}
