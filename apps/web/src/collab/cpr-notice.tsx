import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import type { DocumentField, HeldNumber } from './outbox.js';
import type { SamraadProvider } from './provider.js';

/** So many are shown one by one; a pasted list of fifty would push the text off the page. */
const shownAtMost = 5;

interface CprNoticeProps {
  provider: SamraadProvider;
  numbers: readonly HeldNumber[];
  /** The numbers of this field are dealt with: the caret goes back there. */
  onDone: (field: DocumentField) => void;
}

/** What is kept back and why, with both ways out, each one click. Stays in view wherever the text is scrolled to. */
export function CprNotice({ provider, numbers, onDone }: CprNoticeProps) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState<string | null>(null);

  const remove = (which: readonly HeldNumber[]) => {
    provider.removeHeld(which.map(({ digits }) => digits));
    const [first] = which;
    if (first) onDone(first.field);
  };
  const dismiss = async ({ digits, written, field }: HeldNumber) => {
    setError(null);
    setAsking(digits);
    try {
      await api.notCpr(provider.documentId, written);
      provider.dismissHeld(digits);
      onDone(field);
    } catch (problem) {
      // It stays kept back, and both buttons stay.
      setError(problem);
    } finally {
      setAsking(null);
    }
  };

  return (
    <section className="alert alert-warning cpr-notice" aria-labelledby="cpr-heading">
      <div role="alert">
        <h3 id="cpr-heading" className="alert-heading h5">
          {t('cpr.heading')}
        </h3>
        <p className="alert-text">{t('cpr.explanation')}</p>
      </div>
      {numbers.length > 1 && (
        <p className="alert-text">
          <button type="button" className="button button-primary" onClick={() => remove(numbers)}>
            {t('cpr.removeAll', { count: numbers.length })}
          </button>
        </p>
      )}
      <ul className="cpr-numbers nobullet-list">
        {numbers.slice(0, shownAtMost).map((number) => (
          <li key={number.digits}>
            <span className="cpr-number">{t('cpr.where', { number: number.written, field: t(`item.${number.field}`) })}</span>
            <span className="button-line">
              <button type="button" className="button button-primary" aria-label={t('cpr.removeThis', { number: number.written })} onClick={() => remove([number])}>
                {t('cpr.remove')}
              </button>
              <button
                type="button"
                className="button button-secondary"
                aria-label={t('cpr.dismissThis', { number: number.written })}
                aria-disabled={asking !== null}
                onClick={() => asking === null && void dismiss(number)}
              >
                {t('cpr.dismiss')}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {error !== null && <ProblemNotice error={error} />}
    </section>
  );
}
