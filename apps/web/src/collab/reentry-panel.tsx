import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { linesOf, missingLines, type Lines } from './lines.js';
import type { DocumentField } from './outbox.js';
import type { SamraadProvider } from './provider.js';
import { keptTexts } from './reentry.js';

interface ReentryPanelProps {
  provider: SamraadProvider;
  editable: boolean;
  /** Adds paragraphs at the end of a field, as if they were typed there. */
  append: (field: 'agenda' | 'minutes', lines: readonly string[]) => void;
}

const fields: readonly DocumentField[] = ['title', 'agenda', 'minutes'];

/** After a restore from backup: the paragraphs that stood here and that the store does not have, for writing in again. */
export function ReentryPanel({ provider, editable, append }: ReentryPanelProps) {
  const { t } = useTranslation();
  const [missing, setMissing] = useState<Lines | null>(() => {
    const mine = keptTexts.get(provider.documentId);
    return mine === null ? null : missingLines(mine, linesOf(provider.doc));
  });
  if (missing === null) return null;
  const found = fields.filter((field) => missing[field].length > 0);
  const done = () => {
    keptTexts.drop(provider.documentId);
    setMissing(null);
  };
  const insert = () => {
    append('agenda', missing.agenda);
    append('minutes', missing.minutes);
    if (missing.title.length === 0) return done();
    keptTexts.keepTitle(provider.documentId, missing.title);
    setMissing({ ...missing, agenda: [], minutes: [] });
  };
  const insertable = missing.agenda.length + missing.minutes.length > 0;

  return (
    <section className="alert alert-warning rescue" aria-labelledby="reentry-heading">
      <h3 id="reentry-heading" className="h5">
        {t(found.length > 0 ? 'reentry.heading' : 'reentry.nothing')}
      </h3>
      {found.length > 0 && <p>{t(!editable ? 'reentry.locked' : insertable ? 'reentry.explanation' : 'reentry.titleOnly')}</p>}
      {found.map((field) => (
        <div key={field} className="reentry-field">
          <h4 className="h6">{t(`item.${field}`)}</h4>
          {missing[field].map((line, index) => (
            <p key={index} lang="da">
              {line}
            </p>
          ))}
        </div>
      ))}
      <p className="button-line">
        {editable && insertable && (
          <button type="button" className="button button-primary" onClick={insert}>
            {t('reentry.insert')}
          </button>
        )}
        <button type="button" className="button button-secondary" onClick={done}>
          {t(found.length > 0 ? 'reentry.skip' : 'reentry.close')}
        </button>
      </p>
    </section>
  );
}
