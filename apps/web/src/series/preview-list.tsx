import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import type { PlannedTime, PreviewBody } from '../api/types.js';
import { fullSpan } from '../dates.js';
import { Icon } from '../shell/icon.js';
import { Loading } from '../shell/loading.js';
import { HolidayNote } from './holiday-note.js';

/** Typing a time in passes through many values that nobody means. */
const restMs = 300;

/** The first meetings of what the form says, by the same engine that will make them, or why there are none. */
export function PreviewList({ body }: { body: PreviewBody | null }) {
  const { t } = useTranslation();
  const content = JSON.stringify(body);
  const [rested, setRested] = useState(content);
  useEffect(() => {
    const timer = setTimeout(() => setRested(content), restMs);
    return () => clearTimeout(timer);
  }, [content]);
  const asked = JSON.parse(rested) as PreviewBody | null;
  const preview = useQuery({ ...queries.seriesPreview(asked), enabled: asked !== null, placeholderData: keepPreviousData });
  const problem = preview.error instanceof ApiProblem ? preview.error : null;
  return (
    <section className="preview" aria-labelledby="preview-heading">
      <h2 id="preview-heading" className="h4">
        {t('newSeries.preview')}
      </h2>
      {asked === null ? (
        <p className="quiet">{t('newSeries.previewEmpty')}</p>
      ) : problem ? (
        <p className="preview-refusal" role="status">
          <Icon name="warning" /> {problem.errors[0]?.message ?? problem.title ?? t('problem.unreachable')}
        </p>
      ) : !preview.data ? (
        <Loading lines={8} label={t('shell.loading')} />
      ) : (
        <>
          <p role="status" className="preview-rule">
            {preview.data.ruleInWords}.
          </p>
          {preview.data.notes.map((note) => (
            <p key={note} className="preview-note">
              <Icon name="info" /> {note}
            </p>
          ))}
          <ol className="unstyled-list">
            {preview.data.occurrences.map((one) => (
              <PreviewRow key={one.recurrenceId} one={one} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function PreviewRow({ one }: { one: PlannedTime }) {
  const { t } = useTranslation();
  const span = fullSpan(one.startInstant, one.endInstant);
  return (
    <li>
      {one.outcome === 'skipped' ? <s>{span}</s> : span}
      <HolidayNote one={one} />
      {one.clocks && (
        <span className="preview-note">
          <Icon name="time" /> {t(`newSeries.clocks.${one.clocks}`)}
        </span>
      )}
    </li>
  );
}
