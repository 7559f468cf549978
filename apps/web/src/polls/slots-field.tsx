import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FindTimeQuestion, FoundTime, PersonRef, TimesFound } from '../api/types.js';
import { localDayAndTime } from '../dates.js';
import { FindTimePanel } from '../find-time/find-time-panel.js';
import { Field, Fieldset } from '../shell/form.js';
import { Icon } from '../shell/icon.js';

export const mostSlots = 20;

interface SlotsFieldProps {
  id: string;
  slots: readonly string[];
  onChange: (slots: string[]) => void;
  people: readonly PersonRef[];
  durationMinutes: number;
  ask: (question: FindTimeQuestion) => Promise<TimesFound>;
  error: string | undefined;
}

/** The times that are asked about: typed, or chosen among those that “Find tid” proposes. It stands within a form. */
export function SlotsField({ id, slots, onChange, people, durationMinutes, ask, error }: SlotsFieldProps) {
  const { t } = useTranslation();
  const [date, setDate] = useState('');
  const [time, setTime] = useState('13:00');
  const [isFinding, setFinding] = useState(false);
  const [said, setSaid] = useState('');
  const add = (slot: string) => {
    if (slots.includes(slot) || slots.length >= mostSlots) return;
    onChange([...slots, slot].sort());
    setSaid(t('poll.added', { time: localDayAndTime(slot) }));
  };
  const typed = () => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(time)) return;
    add(`${date}T${time}`);
    setDate('');
    document.getElementById(`${id}-date`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    typed();
  };
  return (
    <Fieldset id={id} legend={t('poll.slots')} hint={t('poll.slotsHint')} error={error}>
      {slots.length > 0 && (
        <ul className="unstyled-list no-max-width slots-list" aria-label={t('poll.slots')}>
          {slots.map((slot) => (
            <li key={slot}>
              {localDayAndTime(slot)}
              <button
                type="button"
                className="quiet-command"
                onClick={() => {
                  onChange(slots.filter((one) => one !== slot));
                  setSaid(t('poll.removed', { time: localDayAndTime(slot) }));
                }}
              >
                <Icon name="close" /> {t('poll.remove')} <span className="sr-only">{localDayAndTime(slot)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="field-row">
        <Field id={`${id}-date`} label={t('poll.date')}>
          {(control) => <input {...control} type="date" className="form-input" value={date} onKeyDown={onKeyDown} onChange={(event) => setDate(event.target.value)} />}
        </Field>
        <Field id={`${id}-time`} label={t('newSeries.time')}>
          {(control) => <input {...control} type="time" className="form-input" value={time} onKeyDown={onKeyDown} onChange={(event) => setTime(event.target.value)} />}
        </Field>
        <p className="slots-add">
          <button type="button" className="button button-secondary" onClick={typed}>
            <Icon name="plus" /> {t('poll.add')}
          </button>
        </p>
      </div>
      <p role="status" className="quiet">
        {said}
      </p>
      {isFinding ? (
        <FindTimePanel people={people} durationMinutes={durationMinutes} ask={ask} onChoose={(found: FoundTime) => add(found.startLocal)} onClose={() => setFinding(false)} />
      ) : (
        <p>
          <button type="button" className="button button-secondary" onClick={() => setFinding(true)}>
            <Icon name="search" /> {t('poll.find')}
          </button>
        </p>
      )}
    </Fieldset>
  );
}
