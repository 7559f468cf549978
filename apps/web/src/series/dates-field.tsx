import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { plainDate } from '../dates.js';
import { Icon } from '../shell/icon.js';

interface DatesFieldProps {
  id: string;
  label: string;
  add: string;
  dates: readonly string[];
  onChange: (dates: readonly string[]) => void;
}

/** Some days, one after the other: chosen, shown in full, and taken out again. */
export function DatesField({ id, label, add, dates, onChange }: DatesFieldProps) {
  const { t } = useTranslation();
  const [day, setDay] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const take = () => {
    if (!day) return input.current?.focus();
    if (!dates.includes(day)) onChange([...dates, day].toSorted());
    setDay('');
    input.current?.focus();
  };
  return (
    <div className="form-group dates-field">
      <label className="form-label" htmlFor={id}>
        {label}
      </label>
      {dates.length > 0 && (
        <ul className="unstyled-list">
          {dates.map((one) => (
            <li key={one}>
              {plainDate(one)}
              <button
                type="button"
                className="link-button"
                aria-label={t('newSeries.removeDate', { date: plainDate(one) })}
                onClick={() => {
                  onChange(dates.filter((other) => other !== one));
                  input.current?.focus();
                }}
              >
                <Icon name="close" /> {t('newSeries.remove')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className="dates-add">
        <input
          ref={input}
          id={id}
          type="date"
          className="form-input"
          value={day}
          onChange={(event) => setDay(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // Enter would send the form.
            event.preventDefault();
            take();
          }}
        />
        <button type="button" className="button button-secondary" onClick={take}>
          {add}
        </button>
      </p>
    </div>
  );
}
