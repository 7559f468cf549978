import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemWindow } from '../api/types.js';
import { dateAt, dayBefore, endOfDay, plainDate, startOfDay } from '../dates.js';
import { Field } from '../shell/form.js';
import { Icon } from '../shell/icon.js';

/** Whom a time may be set for: authorities and people at the meeting. */
export interface Timed {
  /** `authority:…` or `person:…` */
  key: string;
  name: string;
}

export const keyOf = (one: Pick<ItemWindow, 'authorityId' | 'personId'>): string => (one.authorityId ? `authority:${one.authorityId}` : `person:${one.personId}`);

/** A period in words; the last day is the one that it still holds on. */
export function usePeriod() {
  const { t } = useTranslation();
  return (who: string, from: string | null | undefined, to: string | null | undefined) => {
    const first = from ? plainDate(dateAt(new Date(from))) : null;
    const last = to ? plainDate(dayBefore(to)) : null;
    return first && last ? t('window.between', { who, from: first, to: last }) : first ? t('window.since', { who, from: first }) : t('window.until', { who, to: last ?? '' });
  };
}

/** Periods in which people or authorities have access, one line each. */
export function WindowFields({ windows, among, onChange }: { windows: readonly ItemWindow[]; among: readonly Timed[]; onChange: (windows: ItemWindow[]) => void }) {
  const { t } = useTranslation();
  const period = usePeriod();
  const [who, setWho] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [refused, setRefused] = useState(false);
  const nameOf = (one: ItemWindow) => among.find(({ key }) => key === keyOf(one))?.name ?? '';
  const add = () => {
    if (!who || (!from && !to)) return setRefused(true);
    const [kind, ...id] = who.split(':');
    const entry: ItemWindow = { authorityId: kind === 'authority' ? id.join(':') : null, personId: kind === 'person' ? id.join(':') : null, from: from ? startOfDay(from) : null, to: to ? endOfDay(to) : null };
    onChange([...windows.filter((one) => keyOf(one) !== who), entry]);
    setRefused(false);
    setWho('');
    setFrom('');
    setTo('');
  };
  return (
    <details className="window-fields">
      <summary>{t('window.heading')}</summary>
      {windows.length === 0 && <p className="quiet">{t('window.none')}</p>}
      <ul className="unstyled-list">
        {windows.map((one) => (
          <li key={keyOf(one)}>
            <Icon name="time" /> {period(nameOf(one), one.from, one.to)}{' '}
            <button type="button" className="link-button" onClick={() => onChange(windows.filter((other) => other !== one))} aria-label={t('window.remove', { who: nameOf(one) })}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      <Field id="window-who" label={t('window.who')} error={refused ? t('window.incomplete') : undefined}>
        {(control) => (
          <select {...control} className="form-select" value={who} onChange={(event) => setWho(event.target.value)}>
            <option value="">{t('window.choose')}</option>
            {among.map((one) => (
              <option key={one.key} value={one.key}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="field-row">
        <Field id="window-from" label={t('window.from')} optional>
          {(control) => <input {...control} type="date" className="form-input" value={from} onChange={(event) => setFrom(event.target.value)} />}
        </Field>
        <Field id="window-to" label={t('window.to')} optional>
          {(control) => <input {...control} type="date" className="form-input" min={from} value={to} onChange={(event) => setTo(event.target.value)} />}
        </Field>
      </div>
      <button type="button" className="button button-secondary" onClick={add}>
        <Icon name="plus" /> {t('window.add')}
      </button>
    </details>
  );
}
