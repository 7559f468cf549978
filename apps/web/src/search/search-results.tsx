import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SearchAnswer, SearchHit, SearchKind, SearchSegment } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { EmbargoWord } from '../embargo/embargo-banner.js';
import { Icon, type IconName } from '../shell/icon.js';

const icons: Record<SearchKind, IconName> = { meeting: 'calendar', item: 'bullets', preparation: 'quote', decision: 'check', followUp: 'flag' };

interface SearchResultsProps {
  answer: SearchAnswer;
  kind: SearchKind | null;
  onKind: (kind: SearchKind | null) => void;
}

/** What was found, by kind, the best first. */
export function SearchResults({ answer: { groups, pending }, kind, onKind }: SearchResultsProps) {
  const { t } = useTranslation();
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  return (
    <>
      <p role="status" className="search-count">
        {t('search.found', { count: total })}
        {pending > 0 && ` ${t('search.pending', { count: pending })}`}
      </p>
      {kind && (
        <p>
          <button type="button" className="link-button" onClick={() => onKind(null)}>
            {t('search.allKinds')}
          </button>
        </p>
      )}
      {total === 0 && pending === 0 && <p className="empty">{t('search.none')}</p>}
      {groups.map((group) => (
        <section key={group.kind} aria-labelledby={`found-${group.kind}`}>
          <h2 id={`found-${group.kind}`} className="h4 search-kind">
            <Icon name={icons[group.kind]} /> {t(`search.kind.${group.kind}`)} <span className="quiet">({group.total})</span>
          </h2>
          <ul className="rows unstyled-list no-max-width">
            {group.hits.map((hit) => (
              <Hit key={hit.id} hit={hit} />
            ))}
          </ul>
          {group.total > group.hits.length && kind === null && (
            <p>
              <button type="button" className="button button-secondary" onClick={() => onKind(group.kind)}>
                {t('search.more', { kind: t(`search.kind.${group.kind}`).toLowerCase(), count: group.total })}
              </button>
            </p>
          )}
          {group.total > group.hits.length && kind !== null && <p className="quiet">{t('search.cut', { count: group.hits.length })}</p>}
        </section>
      ))}
    </>
  );
}

function Hit({ hit }: { hit: SearchHit }) {
  const { t } = useTranslation();
  return (
    <li className="row-item row-item-stacked search-hit">
      <Link to={placeOf(hit)} className="row-title" lang="da">
        {hit.title.length > 0 ? <Segments of={hit.title} /> : t('item.untitled')}
      </Link>
      {hit.isUnderEmbargo && <EmbargoWord />}
      {hit.excerpt.length > 0 && (
        <p lang="da">
          <Segments of={hit.excerpt} />
        </p>
      )}
      <p className="quiet">
        {hit.kind !== 'meeting' && <span lang="da">{`${hit.meeting.title}, `}</span>}
        {dayAndTime(hit.meeting.startInstant)}
      </p>
    </li>
  );
}

const Segments = ({ of }: { of: readonly SearchSegment[] }) => of.map(({ text, hit }, at) => (hit ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>));

/** Where a hit leads its reader; not everybody who reads a decision or a follow-up may open its item. */
function placeOf({ kind, id, itemId, meeting }: SearchHit): string {
  if (kind === 'decision') return `/beslutninger/${id}`;
  if (kind === 'followUp' && (itemId === null || meeting.id === null)) return '/opfoelgning';
  return itemId === null ? `/moeder/${meeting.id}` : `/moeder/${meeting.id}/punkt/${itemId}`;
}
