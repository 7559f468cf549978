import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isNotFound } from '../api/problem.js';
import { Loading } from './loading.js';
import { NotFound } from './not-found.js';
import { ProblemNotice } from './problem-notice.js';

/** What a query gives, as far as a page needs it. */
interface Answered<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface AnswerProps<T> {
  query: Answered<T>;
  lines?: number;
  /** The answer is the page itself: when it is missing, the page is. */
  wholePage?: boolean;
  children: (data: T) => ReactNode;
}

/** Shows an answer, or that it is on its way, or why it did not come. What was shown stays when a later try fails. */
export function Answer<T>({ query, lines = 4, wholePage = false, children }: AnswerProps<T>) {
  const { t } = useTranslation();
  // Taken away is not “failed to refresh”: what may no longer be seen goes.
  if (isNotFound(query.error) && wholePage) return <NotFound />;
  if (query.data !== undefined && !isNotFound(query.error)) return children(query.data);
  if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading lines={lines} label={t('shell.loading')} />;
}
