import { useTranslation } from 'react-i18next';
import { ProblemNotice } from './problem-notice.js';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: Error | null;
  fetchNextPage: () => unknown;
}

export function MoreButton({ query }: { query: Paged }) {
  const { t } = useTranslation();
  if (query.isFetchNextPageError) return <ProblemNotice error={query.error} onRetry={() => void query.fetchNextPage()} />;
  if (!query.hasNextPage) return null;
  return (
    <p>
      <button type="button" className="button button-secondary" aria-disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t(query.isFetchingNextPage ? 'shell.loading' : 'shell.more')}
      </button>
    </p>
  );
}
