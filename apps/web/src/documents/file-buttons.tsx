import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../api/problem.js';
import { Icon } from '../shell/icon.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { download } from './download.js';
import './documents.css';

/** The forms in which one document can be had. `path` is its address without ending, `query` what belongs after it. */
export function FileButtons({ path, query = {}, name }: { path: string; query?: Record<string, string>; name: string }) {
  const { t } = useTranslation();
  const fetching = useMutation({ mutationFn: download });
  const at = (ending: string, more: Record<string, string> = {}) => {
    const search = new URLSearchParams({ ...query, ...more }).toString();
    return `${path}.${ending}${search === '' ? '' : `?${search}`}`;
  };
  const pdfs = [
    { label: t('documents.toRead'), hint: 'PDF/UA', address: at('pdf', { standard: 'ua-1' }) },
    { label: t('documents.toArchive'), hint: 'PDF/A-3', address: at('pdf', { standard: 'a-3a' }) },
  ];
  return (
    <div className="file-buttons">
      <div className="file-list" role="group" aria-label={name}>
        {pdfs.map(({ label, hint, address }) => (
          <button key={hint} type="button" className="button button-secondary" aria-disabled={fetching.isPending} onClick={() => !fetching.isPending && fetching.mutate(address)}>
            {label} <span className="weight-normal">({hint})</span>
          </button>
        ))}
        <a href={at('html')} target="_blank" rel="noreferrer">
          {t('documents.html')}
        </a>
        <a href={at('json')} target="_blank" rel="noreferrer">
          {t('documents.json')}
        </a>
      </div>
      <p role="status" className="quiet">
        {fetching.isPending && (
          <>
            <Icon name="sync" /> {t('documents.making')}
          </>
        )}
        {fetching.isSuccess && (
          <>
            <Icon name="check" /> {t('documents.made')}
          </>
        )}
      </p>
      {fetching.error instanceof ApiProblem && fetching.error.code === 'embargo-in-force' && !path.startsWith('/api/v1/decisions/') && (
        <p className="button-line">
          <button type="button" className="button button-secondary" onClick={() => fetching.mutate(without(fetching.variables))}>
            {t('embargo.fetchWithout')}
          </button>
        </p>
      )}
      {fetching.isError && <ProblemNotice error={fetching.error} onRetry={() => fetching.mutate(fetching.variables)} />}
    </div>
  );
}

const without = (address = '') => `${address}${address.includes('?') ? '&' : '?'}embargoed=omit`;
