import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecurrenceFrequency } from '../api/types.js';
import { fullSpan } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { previewSeries } from './preview.js';

interface PreviewListProps {
  date: string;
  time: string;
  frequency: RecurrenceFrequency;
  durationMinutes: number;
}

export default function PreviewList({ date, time, frequency, durationMinutes }: PreviewListProps) {
  const { t } = useTranslation();
  const rows = useMemo(
    () => (date && time ? previewSeries({ startLocal: `${date}T${time}`, frequency, durationMinutes }) : null),
    [date, time, frequency, durationMinutes],
  );
  return (
    <section className="preview" aria-labelledby="preview-heading">
      <h2 id="preview-heading" className="h4">
        {t('newSeries.preview')}
      </h2>
      {rows ? (
        <ol className="unstyled-list">
          {rows.map(({ startInstant, endInstant, clocks }) => (
            <li key={startInstant}>
              {fullSpan(startInstant, endInstant)}
              {clocks && (
                <span className="preview-note">
                  <Icon name="time" /> {t(`newSeries.clocks.${clocks}`)}
                </span>
              )}
            </li>
          ))}
        </ol>
      ) : (
        <p className="quiet">{t('newSeries.previewEmpty')}</p>
      )}
    </section>
  );
}
