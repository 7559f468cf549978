import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.js';

/** An error that belongs to no field: what happened, what was kept, what to do. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const problem = error instanceof ApiProblem ? error : null;
  const title = problem?.code === 'unreachable' ? t('problem.unreachable') : (problem?.title ?? t('problem.unknown'));
  const detail = problem?.code === 'unreachable' ? t('problem.unreachableDetail') : problem?.detail;
  return (
    <div className="alert alert-error" role="alert">
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
