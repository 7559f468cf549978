import { useTranslation } from 'react-i18next';
import type { YearPlan, YearPlanSeries } from '../api/types.js';
import { plainDate } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { isMoved, partnersOf } from './plan-series.js';

interface PlanListProps {
  plan: YearPlan;
  onOpen: (series: YearPlanSeries) => void;
  onFree: (series: YearPlanSeries) => void;
  onApply: (series: YearPlanSeries) => void;
}

/** The plan in words: what the table shows, for whoever listens, has a small screen, or wants to read. */
export function PlanList({ plan, ...commands }: PlanListProps) {
  const groups = new Map<string, YearPlanSeries[]>();
  for (const one of plan.series) groups.set(partnersOf(one), [...(groups.get(partnersOf(one)) ?? []), one]);
  return [...groups].map(([who, series]) => (
    <section key={who} className="year-plan-group">
      <h3 className="h5">{who}</h3>
      <ul className="unstyled-list no-max-width">
        {series.map((one) => (
          <Entry key={one.seriesId} series={one} {...commands} />
        ))}
      </ul>
    </section>
  ));
}

function Entry({ series, onOpen, onFree, onApply }: { series: YearPlanSeries } & Omit<PlanListProps, 'plan'>) {
  const { t } = useTranslation();
  const { now, planned, leftOut, isPinned, isOutdated, refused, change, meetings, owner, isOwn } = series;
  const special = meetings.filter(({ words }) => words !== null);
  const about = (
    <span className="sr-only">
      : {partnersOf(series)}, <span lang="da">{series.kindTitle}</span>
    </span>
  );
  return (
    <li className="year-plan-entry">
      <p className="row-title" lang="da">
        {series.kindTitle}
      </p>
      {planned ? <p>{t(isMoved(series) ? 'yearPlan.movesTo' : 'yearPlan.stays', { words: planned.words })}</p> : null}
      {isMoved(series) && now && <p className="quiet">{t('yearPlan.now', { words: now.words })}</p>}
      {leftOut && (
        <p>
          <Icon name="warning" /> {leftOut}
        </p>
      )}
      {isPinned && (
        <p className="quiet">
          <Icon name="lock" /> {t(isOwn || isMoved(series) ? 'yearPlan.pinned' : 'yearPlan.keptForOthers', { owner: owner.name })}
        </p>
      )}
      {isOutdated && (
        <p>
          <Icon name="info" /> {t('yearPlan.outdated')}
        </p>
      )}
      {refused && isMoved(series) && (
        <p>
          <Icon name="info" /> {t(`yearPlan.refused.${refused}`, { owner: owner.name })}
        </p>
      )}
      {special.length > 0 && (
        <details>
          <summary>{t('yearPlan.exceptions', { count: special.length })}</summary>
          <p className="quiet">{t('yearPlan.exceptionsNote')}</p>
          <ul>
            {special.map(({ date, words }) => (
              <li key={date}>
                {plainDate(date)}: {words}
              </li>
            ))}
          </ul>
        </details>
      )}
      <p className="button-line">
        {change && isMoved(series) && (
          <button type="button" className="button button-secondary" data-apply={series.seriesId} onClick={() => onApply(series)}>
            {t('yearPlan.openApply')}
            {about}
          </button>
        )}
        <button type="button" className="link-button" data-move={series.seriesId} onClick={() => onOpen(series)}>
          {t('yearPlan.openMove')}
          {about}
        </button>
        {isPinned && (
          <button type="button" className="link-button" onClick={() => onFree(series)}>
            {t('yearPlan.free')}
            {about}
          </button>
        )}
      </p>
    </li>
  );
}
