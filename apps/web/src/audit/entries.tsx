import { useInfiniteQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { queries } from '../api/queries.js';
import type { AuditedItem, TrailEntry } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { MoreButton } from '../shell/more-button.js';

/** A number, a kind of meeting, a date and a case reference: all that an auditor is told of an item. */
export function itemName(item: AuditedItem, t: TFunction): string {
  const place = item.number === null ? t('audit.itemWithoutNumber') : t('audit.item', { number: item.number });
  return [place, item.meetingKind, dayAndTime(item.meetingStart), item.caseReference].filter((part) => part !== null).join(' · ');
}

interface EntriesProps {
  query: ReturnType<typeof queries.auditRefusals>;
  heading: string;
  empty: string;
  /** Every entry is about the same item: it need not be said again. */
  isOneItem?: boolean;
}

/** Entries of the trail, newest first. */
export function Entries({ query, heading, empty, isOneItem = false }: EntriesProps) {
  const entries = useInfiniteQuery(query);
  return (
    <section aria-labelledby="audit-entries">
      <h2 id="audit-entries" className="h3">
        {heading}
      </h2>
      <Answer query={entries} lines={6}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.entries);
          if (all.length === 0) return <p className="empty">{empty}</p>;
          return (
            <>
              <ul className="unstyled-list audit-entries no-max-width">
                {all.map((entry) => (
                  <li key={entry.id}>
                    <EntryLines entry={entry} isOneItem={isOneItem} />
                  </li>
                ))}
              </ul>
              <MoreButton query={entries} />
            </>
          );
        }}
      </Answer>
    </section>
  );
}

export function EntryLines({ entry, isOneItem = false }: { entry: TrailEntry; isOneItem?: boolean }) {
  const { t } = useTranslation();
  const bases = [...new Set(entry.items.flatMap((item) => item.legalBasis ?? []))];
  return (
    <>
      <p className="audit-who">
        {entry.person === null ? t('audit.somebodyOf', { authority: entry.authority.name }) : `${entry.person.name}, ${entry.person.functionTitle}`}
      </p>
      <p>
        <time dateTime={entry.at}>{dayAndTime(entry.at)}</time> · {t(`trailKind.${entry.kind}`)}
        {entry.rule !== null && <> · {t('audit.rule', { rule: entry.rule })}</>}
        {bases.length > 0 && <> · {bases.join(', ')}</>}
      </p>
      {!isOneItem && entry.items.length > 0 && (
        <ul className="audit-items">
          {entry.items.map((item) => (
            <li key={item.id}>{itemName(item, t)}</li>
          ))}
        </ul>
      )}
      {!isOneItem && entry.otherItems > 0 && <p className="quiet">{t('audit.otherItems', { count: entry.otherItems })}</p>}
    </>
  );
}
