import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { YearPlan, YearPlanSeries } from '../api/types.js';
import { week } from '../dates.js';
import { Field, fieldId } from '../shell/form.js';
import { PlanChange } from './plan-change.js';
import { partnersOf, pinTo, placeOf, type Place } from './plan-series.js';

const form = 'year-plan-move';
const id = (name: string) => fieldId(form, name);
const weekdays = [1, 2, 3, 4, 5] as const;
const ordinals = [1, 2, 3, 4] as const;

interface MoveSeriesProps {
  plan: YearPlan;
  series: YearPlanSeries;
  /** Where it was dropped. */
  to: Place | undefined;
  onDone: () => void;
  onClose: () => void;
}

/** Puts a series somewhere in the plan and keeps it there. */
export function MoveSeries({ plan, series, to, onDone, onClose }: MoveSeriesProps) {
  const { t } = useTranslation();
  const [place, setPlace] = useState<Place>(to ?? placeOf(series));
  const set = (part: Partial<Place>) => setPlace((before) => ({ ...before, ...part }));
  const { every, interval, from, to: last } = series.rhythm;
  const isWhole = /^\d{2}:\d{2}$/.test(place.startTime) && (every !== 'once' || /^\d{4}-\d{2}-\d{2}$/.test(place.date));
  const firstIsEven = week(`${plan.firstDay}T12:00:00Z`) % 2 === 0;
  const labels = { weekday: t('yearPlan.weekdayLabel'), startTime: t('newSeries.time'), phase: t('yearPlan.phase'), ordinal: t('yearPlan.ordinalLabel'), date: t('change.date') };
  return (
    <PlanChange plan={plan} form={form} heading={t('yearPlan.moveHeading', { who: partnersOf(series), kind: series.kindTitle })} fields={labels} step={isWhole ? pinTo(series, place) : null} onDone={onDone} onClose={onClose}>
      {(errorOf) => (
        <>
          {!series.isOwn && <p>{t('yearPlan.othersDecide', { owner: series.owner.name })}</p>}
          <div className="field-row">
            {every === 'month' && (
              <Field id={id('ordinal')} label={labels.ordinal} error={errorOf('ordinal')}>
                {(control) => (
                  <select {...control} className="form-select" value={place.ordinal} onChange={(event) => set({ ordinal: Number(event.target.value) })}>
                    {ordinals.map((one) => (
                      <option key={one} value={one}>
                        {t(`yearPlan.ordinal.${one}`)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            {every === 'once' ? (
              <Field id={id('date')} label={labels.date} error={errorOf('date')}>
                {(control) => <input {...control} type="date" className="form-input" min={from ?? undefined} max={last ?? undefined} value={place.date} onChange={(event) => set({ date: event.target.value })} />}
              </Field>
            ) : (
              <Field id={id('weekday')} label={labels.weekday} error={errorOf('weekday')}>
                {(control) => (
                  <select {...control} className="form-select" value={place.weekday} onChange={(event) => set({ weekday: Number(event.target.value) })}>
                    {weekdays.map((one) => (
                      <option key={one} value={one}>
                        {t(`yearPlan.weekday.${one}`)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            {every === 'week' && interval === 2 && (
              <Field id={id('phase')} label={labels.phase} error={errorOf('phase')}>
                {(control) => (
                  <select {...control} className="form-select" value={place.phase} onChange={(event) => set({ phase: Number(event.target.value) })}>
                    {[0, 1].map((one) => (
                      <option key={one} value={one}>
                        {t((one === 0) === firstIsEven ? 'yearPlan.evenWeeks' : 'yearPlan.oddWeeks')}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            <Field id={id('startTime')} label={labels.startTime} error={errorOf('startTime')}>
              {(control) => <input {...control} type="time" className="form-input" value={place.startTime} onChange={(event) => set({ startTime: event.target.value })} />}
            </Field>
          </div>
        </>
      )}
    </PlanChange>
  );
}
