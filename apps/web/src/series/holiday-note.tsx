import { useTranslation } from 'react-i18next';
import type { PlannedTime } from '../api/types.js';
import { localTime, plainDate } from '../dates.js';
import { Icon } from '../shell/icon.js';

/** What a holiday, or a person, did to a meeting, in words: “Flyttet fra Anden påskedag, mandag 29. marts 2027”. */
export function HolidayNote({ one }: { one: Pick<PlannedTime, 'recurrenceId' | 'startLocal' | 'outcome' | 'holiday'> }) {
  const { t } = useTranslation();
  const from = plainDate(one.recurrenceId.slice(0, 10));
  const sameDay = one.recurrenceId.slice(0, 10) === one.startLocal.slice(0, 10);
  const text =
    one.outcome === 'moved'
      ? one.holiday && !sameDay
        ? t('series.movedFromHoliday', { holiday: one.holiday, date: from })
        : t('series.movedFrom', { date: sameDay ? localTime(one.recurrenceId) : from })
      : one.holiday && t(`series.onHoliday.${one.outcome}`, { holiday: one.holiday });
  if (!text) return null;
  return (
    <span className="preview-note">
      <Icon name={one.outcome === 'undecided' ? 'warning' : 'calendar'} /> {text}
    </span>
  );
}
