import { useTranslation } from 'react-i18next';
import type { Minutes } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Disclosure } from '../shell/disclosure.js';

/** What happened to the minutes, the last first, as far as the reader may know. */
export function MinutesTimeline({ minutes }: { minutes: Minutes }) {
  const { t } = useTranslation();
  if (minutes.timeline.length === 0) return null;
  return (
    <Disclosure summary={t('minutes.timeline')} wideOpen>
      <ol className="unstyled-list minutes-timeline no-max-width">
        {minutes.timeline.toReversed().map((entry) => {
          const items = entry.parts.filter((part) => part.itemId !== null);
          // The whole is named by nothing, one item by its number.
          const isOne = entry.kind !== 'approved' && entry.kind !== 'reminded' && items.length === 1;
          return (
            <li key={entry.id}>
              <p>
                {t(`minutesEvent.${entry.kind}`, { authority: entry.authority?.name ?? '', part: isOne ? t('minutes.partNumber', { number: items[0]!.number ?? '' }) : t('minutes.frame') })}
              </p>
              <p className="quiet">
                {entry.by && `${entry.by.name}, `}
                {dayAndTime(entry.at)}
              </p>
              {entry.text && <blockquote lang="da">{entry.text}</blockquote>}
            </li>
          );
        })}
      </ol>
    </Disclosure>
  );
}
