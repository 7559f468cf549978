import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.js';

/** An error that belongs to no field: what happened, what was kept, what to do. It comes into view beside what was pressed. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const isAnswer = onRetry === undefined;
  useEffect(() => {
    // What is fetched by itself has no press to be near to, and must not move the page.
    if (isAnswer) box.current?.scrollIntoView({ block: 'nearest' });
  }, [error, isAnswer]);
  const problem = error instanceof ApiProblem ? error : null;
  const title = problem?.code === 'unreachable' ? t('problem.unreachable') : (problem?.title ?? t('problem.unknown'));
  const detail = problem?.code === 'unreachable' ? t('problem.unreachableDetail') : problem?.detail;
  return (
    <div ref={box} className="alert alert-error" role="alert">
      <p className="alert-heading">{title}</p>
      {detail && <p className="alert-text">{detail}</p>}
      {onRetry && (
        <p className="alert-text">
          <button type="button" className="button button-secondary" onClick={onRetry}>
            {t('problem.retry')}
          </button>
        </p>
      )}
    </div>
  );
}
