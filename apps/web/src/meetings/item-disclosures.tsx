import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queries } from '../api/queries.js';
import type { RecordedDisclosure } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Answer } from '../shell/answer.js';
import { personAndAuthority } from '../shell/people.js';

/** “Videregivelser”: to whom the item was opened, when, by whom, on which basis and why. Each look is on record. */
export function ItemDisclosures({ itemId }: { itemId: string }) {
  const { t } = useTranslation();
  const query = useQuery(queries.itemDisclosures(itemId));
  return (
    <Answer query={query} lines={3}>
      {({ disclosures }) =>
        disclosures.length === 0 ? (
          <p className="quiet">{t('disclosed.none')}</p>
        ) : (
          <ul className="unstyled-list disclosed no-max-width">
            {disclosures.map((one) => (
              <li key={one.id}>
                <DisclosedLines one={one} />
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

function DisclosedLines({ one }: { one: RecordedDisclosure }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="disclosed-to">{t('disclosed.to', { people: one.to.map(personAndAuthority).join('; ') })}</p>
      <p>
        <time dateTime={one.at}>{dayAndTime(one.at)}</time> · {t(`disclosed.kind.${one.kind}`)} · {t('disclosed.by', { person: personAndAuthority(one.by) })}
      </p>
      <p>{one.legalBasis ? t('audience.basis', { basis: one.legalBasis.label }) : t('disclosed.noBasis')}</p>
      {one.reason && (
        <p>
          {t('disclosed.reason')} <span lang="da">{one.reason}</span>
        </p>
      )}
    </>
  );
}
