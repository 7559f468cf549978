import { decisionStates } from '@lib/contracts/enums.js';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { queries } from '../api/queries.js';
import type { DecisionState } from '../api/types.js';
import { Answer } from '../shell/answer.js';
import { Choice } from '../shell/form.js';
import { MoreButton } from '../shell/more-button.js';
import { PageHeading } from '../shell/page-heading.js';
import { DecisionRows } from './decision-rows.js';
import './decisions.css';

const pageSize = 50;

export function DecisionLogPage() {
  const { t } = useTranslation();
  const [{ state, authorityId, overdue }, change] = useFilters();

  const related = useQuery(queries.relatedAuthorities());
  const decisions = useInfiniteQuery(
    queries.decisions({ ...(state ? { state } : {}), ...(authorityId ? { authorityId } : {}), ...(overdue ? { overdue: 'true' as const } : {}), limit: pageSize }),
  );
  const authorityName = related.data?.authorities.find(({ id }) => id === authorityId)?.name;

  return (
    <>
      <PageHeading title={t('log.title')} />
      <form className="filters" aria-label={t('log.filters')} onSubmit={(event) => event.preventDefault()}>
        <p>
          <label className="form-label" htmlFor="filter-state">
            {t('decision.state')}
          </label>
          <select id="filter-state" className="form-select" value={state ?? ''} onChange={(event) => change({ state: asState(event.target.value) })}>
            <option value="">{t('log.anyState')}</option>
            {decisionStates.map((choice) => (
              <option key={choice} value={choice}>
                {t(`decisionState.${choice}`)}
              </option>
            ))}
          </select>
        </p>
        <p>
          <label className="form-label" htmlFor="filter-authority">
            {t('decision.authority')}
          </label>
          <select id="filter-authority" className="form-select" value={authorityId} onChange={(event) => change({ authorityId: event.target.value })}>
            <option value="">{t('log.anyAuthority')}</option>
            {related.data?.authorities.map((authority) => (
              <option key={authority.id} value={authority.id}>
                {authority.name}
              </option>
            ))}
          </select>
        </p>
        <Choice id="filter-overdue" type="checkbox" checked={overdue} onChange={(on) => change({ overdue: on })}>
          {t('log.onlyOverdue')}
        </Choice>
      </form>
      <p className="filter-sentence" role="status">
        {sentence(t, state, authorityName, overdue)}
      </p>
      <Answer query={decisions} lines={8}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.decisions);
          if (all.length === 0) return <p className="empty">{t(state || authorityId || overdue ? 'log.noneFiltered' : 'log.none')}</p>;
          return (
            <>
              <DecisionRows decisions={all} />
              <MoreButton query={decisions} />
            </>
          );
        }}
      </Answer>
    </>
  );
}

interface Filters {
  state: DecisionState | undefined;
  authorityId: string;
  overdue: boolean;
}

const asState = (text: string | null) => decisionStates.find((candidate) => candidate === text);

/** The filters live in the address, so that a view can be shared; here they are at once, the address follows. */
function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [search, setSearch] = useSearchParams();
  const [filters, setFilters] = useState(() => readFilters(search));
  useEffect(() => setFilters(readFilters(search)), [search]);
  const change = (part: Partial<Filters>) => {
    const next = { ...filters, ...part };
    setFilters(next);
    setSearch(
      {
        ...(next.state ? { tilstand: next.state } : {}),
        ...(next.authorityId ? { myndighed: next.authorityId } : {}),
        ...(next.overdue ? { overskredet: 'ja' } : {}),
      },
      { replace: true },
    );
  };
  return [filters, change];
}

const readFilters = (search: URLSearchParams): Filters => ({
  state: asState(search.get('tilstand')),
  authorityId: search.get('myndighed') ?? '',
  overdue: search.get('overskredet') === 'ja',
});

/** The filters read aloud: “Viser beslutninger, der venter på bekræftelse, truffet af Eksempelby Kommune, over fristen.” */
function sentence(t: TFunction, state: DecisionState | undefined, authority: string | undefined, overdue: boolean): string {
  const parts: (string | false | undefined)[] = [
    state || authority || overdue ? t('log.showing') : t('log.showingAll'),
    state && t(`log.state.${state}`),
    authority && t('log.by', { authority }),
    overdue && t('log.pastDeadline'),
  ];
  return parts
    .filter(Boolean)
    .join(', ')
    .concat('.');
}
