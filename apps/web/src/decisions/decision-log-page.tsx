import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.js';
import { download } from '../documents/download.js';
import { Answer } from '../shell/answer.js';
import { Icon } from '../shell/icon.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { useConfirmMany } from './confirm-many.js';
import { DecisionRows } from './decision-rows.js';
import { FilterSentence } from './filter-sentence.js';
import { exportAddress, isFiltered, useLogFilter, type LogFilter } from './filters.js';
import { SavedViews } from './saved-views.js';
import './decisions.css';

const pageSize = 50;
/** The server counts no further. */
const mostCounted = 1000;

export function DecisionLogPage() {
  const { t } = useTranslation();
  const [filter, change] = useLogFilter();
  const options = useQuery(queries.filterOptions());
  const decisions = useInfiniteQuery(queries.decisions({ ...filter, limit: pageSize }));
  const all = decisions.data?.pages.flatMap((page) => page.decisions) ?? [];
  const { choosing, isPossible, bar, outcome } = useConfirmMany(all);
  return (
    <>
      <PageHeading title={t('log.title')} />
      <FilterSentence filter={filter} change={change} options={options.data} />
      <SavedViews filter={filter} />
      <div className="log-line">
        <p role="status" className="log-count">
          <Count total={decisions.data?.pages[0]?.total} />
        </p>
        {all.length > 0 && <Export filter={filter} omits={all.some((decision) => decision.embargoes.length > 0)} />}
      </div>
      {outcome}
      <Answer query={decisions} lines={8}>
        {() => {
          const empty = decisions.hasNextPage ? 'log.noneYet' : isFiltered(filter) ? 'log.noneFiltered' : 'log.none';
          return (
            <>
              {isPossible && bar}
              {all.length === 0 ? <p className="empty">{t(empty)}</p> : <DecisionRows decisions={all} choosing={isPossible ? choosing : undefined} />}
              <MoreButton query={decisions} />
            </>
          );
        }}
      </Answer>
    </>
  );
}

function Count({ total }: { total: number | null | undefined }) {
  const { t } = useTranslation();
  if (total == null || total === 0) return null;
  return total > mostCounted ? t('log.countMore', { count: mostCounted }) : t('log.count', { count: total });
}

/** Tables are links, so that the browser fetches the file while the server still reads. A PDF takes its time and may be refused. */
function Export({ filter, omits }: { filter: LogFilter; omits: boolean }) {
  const { t } = useTranslation();
  const pdf = useMutation({ mutationFn: download });
  const address = exportAddress(filter, 'pdf');
  return (
    <div className="log-export">
      {t('log.export')}:{' '}
      <a href={exportAddress(filter, 'xlsx')} download>
        {t('log.xlsx')}
      </a>{' '}
      <a href={exportAddress(filter, 'csv')} download>
        {t('log.csv')}
      </a>{' '}
      <button type="button" className="link-button" aria-disabled={pdf.isPending} onClick={() => !pdf.isPending && pdf.mutate(address)}>
        {t('log.pdf')}
      </button>
      <span role="status" className="quiet">
        {pdf.isPending && (
          <>
            {' '}
            <Icon name="sync" /> {t('documents.making')}
          </>
        )}
        {pdf.isSuccess && (
          <>
            {' '}
            <Icon name="check" /> {t('documents.made')}
          </>
        )}
      </span>
      {omits && <p className="quiet">{t('embargo.notInFiles')}</p>}
      {pdf.isError && <ProblemNotice error={pdf.error} onRetry={() => pdf.mutate(pdf.variables)} />}
    </div>
  );
}
