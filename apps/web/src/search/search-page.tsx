import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { containsCpr } from '@lib/contracts/cpr.js';
import { ApiProblem } from '../api/problem.js';
import { queries } from '../api/queries.js';
import type { SearchKind } from '../api/types.js';
import { Field, fieldErrors } from '../shell/form.js';
import { Icon } from '../shell/icon.js';
import { Loading } from '../shell/loading.js';
import { PageHeading } from '../shell/page-heading.js';
import { ProblemNotice } from '../shell/problem-notice.js';
import { searchFieldId } from './search-link.js';
import { SearchResults } from './search-results.js';
import { searchTerms } from './search-terms.js';
import './search.css';

const restMs = 200;
const shortest = 2;
const few = 5;
const all = 100;

/** “Søg”: meetings, items, decisions and follow-ups, of those that I may read now. */
export function SearchPage() {
  const { t } = useTranslation();
  const { key } = useLocation();
  const [term, setTerm] = useState(() => searchTerms.of(key));
  const [kind, setKind] = useState<SearchKind | null>(null);
  const [asked, setAsked] = useState(term.trim());
  useEffect(() => {
    searchTerms.keep(key, term);
    const timer = setTimeout(() => setAsked(term.trim()), restMs);
    return () => clearTimeout(timer);
  }, [key, term]);
  const isLong = asked.length >= shortest;
  // A CPR number does not even leave the browser.
  const isCpr = containsCpr(term) || containsCpr(asked);
  const search = useQuery({ ...queries.search({ query: asked, ...(kind ? { kind, limit: all } : { limit: few }) }), enabled: isLong && !isCpr, placeholderData: keepPreviousData });
  const problem = isLong && search.error instanceof ApiProblem ? search.error : null;
  const refused = isCpr ? t('search.cpr') : fieldErrors(problem)('query');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Asked again in the same words: the last answer was none.
    if (asked === term.trim() && problem !== null) void search.refetch();
    setAsked(term.trim());
  };

  return (
    <div className="narrow" onKeyDown={walk}>
      <PageHeading title={t('search.title')} takesFocus={false} />
      <form role="search" className="search-form" onSubmit={submit}>
        <Field id={searchFieldId} label={t('search.label')} hint={t('search.hint')} error={refused}>
          {(control) => (
            <input
              {...control}
              type="search"
              className="form-input"
              autoComplete="off"
              autoCorrect="off"
              spellCheck={false}
              maxLength={200}
              autoFocus
              value={term}
              onChange={(event) => {
                setTerm(event.target.value);
                setKind(null);
              }}
            />
          )}
        </Field>
      </form>
      {!isLong || isCpr ? (
        <Teaching />
      ) : problem !== null ? (
        refused === undefined && <ProblemNotice error={problem} onRetry={() => void search.refetch()} />
      ) : search.data === undefined ? (
        <Loading lines={6} label={t('shell.loading')} />
      ) : (
        <SearchResults answer={search.data} kind={kind} onKind={setKind} />
      )}
    </div>
  );
}

function Teaching() {
  const { t } = useTranslation();
  return (
    <div className="search-teaching">
      <p>{t('search.teach')}</p>
      <ul>
        <li>{t('search.teachForms')}</li>
        <li>{t('search.teachReference')}</li>
        <li>{t('search.teachAll')}</li>
      </ul>
      <p className="quiet">
        <Icon name="lock" /> {t('search.teachAccess')}
      </p>
    </div>
  );
}

/** Arrow keys walk from the field through the results and back; Tab does so too. */
function walk(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const stops = [document.getElementById(searchFieldId), ...event.currentTarget.querySelectorAll<HTMLElement>('.search-hit a')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? null : stops[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
