import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { queries } from '../api/queries.js';
import type { AuditedDisclosure } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { MoreButton } from '../shell/more-button.js';
import { personAndAuthority } from '../shell/people.js';

interface RecordedDisclosuresProps {
  query: ReturnType<typeof queries.auditDisclosures>;
  heading: string;
  /** Every one is about the same item: it need not be said again. */
  isOneItem?: boolean;
}

/** “Videregivelser”: who chose to show what to whom, on which basis and why; newest first. */
export function RecordedDisclosures({ query, heading, isOneItem = false }: RecordedDisclosuresProps) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(query);
  return (
    <section aria-labelledby="audit-disclosures">
      <h2 id="audit-disclosures" className="h3">
        {heading}
      </h2>
      <Answer query={found} lines={6}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.disclosures);
          if (all.length === 0) return <p className="empty">{t(isOneItem ? 'disclosed.none' : 'disclosed.nothing')}</p>;
          return (
            <>
              <ul className="unstyled-list audit-entries no-max-width">
                {all.map((one) => (
                  <li key={one.id}>
                    <Lines one={one} isOneItem={isOneItem} />
                  </li>
                ))}
              </ul>
              <MoreButton query={found} />
            </>
          );
        }}
      </Answer>
    </section>
  );
}

function Lines({ one, isOneItem }: { one: AuditedDisclosure; isOneItem: boolean }) {
  const { t } = useTranslation();
  const people = [...one.to.map(personAndAuthority), ...one.others.map(({ authority, count }) => t('disclosed.others', { count, authority: authority.name }))].join('; ');
  const bases = [...new Set(one.items.flatMap((item) => item.legalBasis ?? []))];
  return (
    <>
      <p className="audit-who">{t('disclosed.to', { people })}</p>
      <p>
        <time dateTime={one.at}>{dayAndTime(one.at)}</time> · {t(`disclosed.kind.${one.kind}`)} ·{' '}
        {t('disclosed.by', { person: one.person === null ? t('audit.somebodyOf', { authority: one.authority.name }) : personAndAuthority(one.person) })}
      </p>
      {!isOneItem && (
        <p>
          {one.meetingKind}, {dayAndTime(one.meetingStart)}
        </p>
      )}
      {!isOneItem && one.items.length === 0 && <p className="quiet">{t('disclosed.frameOnly')}</p>}
      {!isOneItem && one.items.length > 0 && (
        <ul className="audit-items">
          {one.items.map((item) => (
            <li key={item.id}>{[item.number === null ? t('audit.itemWithoutNumber') : t('audit.item', { number: item.number }), item.caseReference, item.legalBasis].filter((part) => part !== null).join(' · ')}</li>
          ))}
        </ul>
      )}
      {isOneItem && <p>{bases.length > 0 ? t('audience.basis', { basis: bases.join('; ') }) : t('disclosed.noBasis')}</p>}
      {one.reason !== null && (
        <p>
          {t('disclosed.reason')} <span lang="da">{one.reason}</span>
        </p>
      )}
    </>
  );
}
