import { useTranslation } from 'react-i18next';
import type { YearPlan, YearPlanSeries } from '../api/types.js';
import { dayAndMonth, dayOfMonth, week as weekNumber } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { dateIn, droppedAt, partnersOf, weekOf, type Place } from './plan-series.js';
import { usePlanDrag } from './use-plan-drag.js';

const weekdays = [1, 2, 3, 4, 5] as const;

interface PlanGridProps {
  plan: YearPlan;
  onOpen: (series: YearPlanSeries, place?: Place) => void;
}

/** Authorities against weeks. What is dragged here can also be typed; the list below the table says the same in words. */
export function PlanGrid({ plan, onOpen }: PlanGridProps) {
  const { t } = useTranslation();
  const { over, marker } = usePlanDrag(
    (series, target) => droppedAt(plan, series, target) !== null,
    (series, target) => onOpen(series, droppedAt(plan, series, target)!),
  );
  const weeks = Array.from({ length: plan.weeks }, (_, n) => n);
  const isOver = (seriesId: string, target: object) => over?.seriesId === seriesId && over.target !== null && JSON.stringify(over.target) === JSON.stringify(target);
  return (
    <section className="year-plan-scroll" tabIndex={0} aria-label={t('yearPlan.table')}>
      <table className="year-plan-grid">
        <caption className="sr-only">{t('yearPlan.tableCaption', { year: plan.year })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('yearPlan.series')}</th>
            {weekdays.map((day) => (
              <th key={day} scope="col" className="year-plan-day">
                <abbr title={t(`yearPlan.weekday.${day}`)}>{t(`yearPlan.weekdayShort.${day}`)}</abbr>
              </th>
            ))}
            {weeks.map((n) => (
              <th key={n} scope="col" title={dayAndMonth(dateIn(plan, n, 1))}>
                <span className="sr-only">{t('yearPlan.week')} </span>
                {weekNumber(`${dateIn(plan, n, 1)}T12:00:00Z`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.series.map((one) => {
            const byWeek = new Map(one.meetings.map((meeting) => [weekOf(plan, meeting.date), meeting]));
            return (
              <tr key={one.seriesId}>
                <th scope="row">
                  <button type="button" className="year-plan-name" data-open={one.seriesId} onClick={() => onOpen(one)}>
                    {one.isPinned && (
                      <>
                        <Icon name="lock" /> <span className="sr-only">{t('yearPlan.pinned')} </span>
                      </>
                    )}
                    {partnersOf(one)}
                    <span className="year-plan-kind" lang="da">
                      {one.kindTitle}
                    </span>
                  </button>
                </th>
                {weekdays.map((day) => (
                  <td key={day} data-series={one.seriesId} data-weekday={day} className={isOver(one.seriesId, { weekday: day }) ? 'year-plan-day year-plan-over' : 'year-plan-day'}>
                    {one.planned?.weekday === day && (
                      <span className="year-plan-mark" {...marker(one)}>
                        {one.planned.startTime.replace(':', t('yearPlan.clock'))}
                      </span>
                    )}
                  </td>
                ))}
                {weeks.map((n) => {
                  const meeting = byWeek.get(n);
                  return (
                    <td key={n} data-series={one.seriesId} data-week={n} className={isOver(one.seriesId, { week: n }) ? 'year-plan-over' : undefined}>
                      {meeting && (
                        <span className={`year-plan-mark year-plan-${meeting.outcome}`} title={meeting.words ?? undefined} {...marker(one)}>
                          {meeting.outcome === 'dropped' ? <s>{dayOfMonth(meeting.date)}</s> : dayOfMonth(meeting.date)}
                          {meeting.outcome !== 'held' && <span aria-hidden="true">*</span>}
                          {meeting.words && <span className="sr-only">{meeting.words}</span>}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
