import { useTranslation } from 'react-i18next';
import type { Weekday } from '../api/types.js';
import { monthNames, weekdayNames } from '../dates.js';
import { Choice, Field, Fieldset } from '../shell/form.js';
import { modes, monthSteps, ordinals, weekdayOf, weekdays, type Ordinal, type RecurrenceChoice } from './recurrence.js';

interface RecurrenceFieldProps {
  id: string;
  /** Of the first meeting, `2026-12-07`. */
  date: string;
  choice: RecurrenceChoice;
  onChange: (choice: RecurrenceChoice) => void;
  error: string | undefined;
}

const byWeekday = ['weekly', 'fortnightly', 'even', 'odd'];

/** How a series repeats: one choice, and below it only what that choice still needs. */
export function RecurrenceField({ id, date, choice, onChange, error }: RecurrenceFieldProps) {
  const { t } = useTranslation();
  const set = (change: Partial<RecurrenceChoice>) => onChange({ ...choice, ...change });
  const days = choice.days ?? [weekdayOf(date)];
  const toggle = (day: Weekday, on: boolean) => {
    const next = weekdays.filter((one) => (one === day ? on : days.includes(one)));
    // Without a day there is no rule: the last one stays, and the date decides again.
    set({ days: next.length === 0 ? null : next });
  };
  return (
    <Fieldset id={id} legend={t('newSeries.recurrence')} error={error}>
      <div className="choice-columns">
        {modes.map((mode) => (
          <Choice key={mode} id={`mode-${mode}`} type="radio" name="mode" checked={choice.mode === mode} onChange={() => set({ mode })}>
            {t(`newSeries.mode.${mode}`)}
          </Choice>
        ))}
      </div>
      {(choice.mode === 'fortnightly' || choice.mode === 'even' || choice.mode === 'odd') && (
        <p className="field-note">{t(choice.mode === 'fortnightly' ? 'newSeries.fortnightHint' : 'newSeries.parityHint')}</p>
      )}
      {byWeekday.includes(choice.mode) && (
        <fieldset className="weekdays">
          <legend className="form-label">{t('newSeries.days')}</legend>
          {weekdays.map((day, n) => (
            <Choice key={day} id={`day-${day}`} type="checkbox" checked={days.includes(day)} onChange={(on) => toggle(day, on)}>
              {weekdayNames()[n]}
            </Choice>
          ))}
        </fieldset>
      )}
      {(choice.mode === 'monthly' || choice.mode === 'yearly') && (
        <div className="field-row">
          {choice.mode === 'monthly' && (
            <Field id={`${id}-step`} label={t('newSeries.monthStep')}>
              {(control) => (
                <select {...control} className="form-select" value={choice.monthStep} onChange={(event) => set({ monthStep: Number(event.target.value) })}>
                  {monthSteps.map((step) => (
                    <option key={step} value={step}>
                      {t('newSeries.everyMonth', { count: step })}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <Field id={`${id}-ordinal`} label={t('newSeries.ordinal')}>
            {(control) => (
              <select {...control} className="form-select" value={choice.ordinal} onChange={(event) => set({ ordinal: Number(event.target.value) as Ordinal })}>
                {ordinals.map((ordinal) => (
                  <option key={ordinal} value={ordinal}>
                    {t(`newSeries.ordinals.${ordinal}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field id={`${id}-day`} label={t('newSeries.day')}>
            {(control) => (
              <select {...control} className="form-select" value={choice.day ?? weekdayOf(date)} onChange={(event) => set({ day: event.target.value as Weekday })}>
                {weekdays.map((day, n) => (
                  <option key={day} value={day}>
                    {weekdayNames()[n]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {choice.mode === 'yearly' && (
            <Field id={`${id}-month`} label={t('newSeries.month')}>
              {(control) => (
                <select {...control} className="form-select" value={choice.month ?? Number(date.slice(5, 7))} onChange={(event) => set({ month: Number(event.target.value) })}>
                  {monthNames().map((month, n) => (
                    <option key={month} value={n + 1}>
                      {month}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
        </div>
      )}
      {choice.mode !== 'once' && (
        <div className="field-row">
          <Field id={`${id}-ends`} label={t('newSeries.ends')}>
            {(control) => (
              <select {...control} className="form-select" value={choice.ends} onChange={(event) => set({ ends: event.target.value as RecurrenceChoice['ends'] })}>
                {(['never', 'count', 'lastDate'] as const).map((ends) => (
                  <option key={ends} value={ends}>
                    {t(`newSeries.endings.${ends}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {choice.ends === 'count' && (
            <Field id={`${id}-count`} label={t('newSeries.count')}>
              {(control) => (
                <input {...control} type="number" inputMode="numeric" min={1} max={500} className="form-input" value={choice.count} onChange={(event) => set({ count: event.target.value })} />
              )}
            </Field>
          )}
          {choice.ends === 'lastDate' && (
            <Field id={`${id}-last`} label={t('newSeries.lastDate')}>
              {(control) => <input {...control} type="date" className="form-input" value={choice.lastDate} onChange={(event) => set({ lastDate: event.target.value })} />}
            </Field>
          )}
        </div>
      )}
    </Fieldset>
  );
}
