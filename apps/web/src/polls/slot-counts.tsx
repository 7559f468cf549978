import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Poll } from '../api/types.js';
import { fullSpan } from '../dates.js';
import { QuorumLine } from '../people/reply-summary.js';
import { Icon } from '../shell/icon.js';

type Slot = Poll['slots'][number];

/** The times, each with how many can; what stands below each is for the caller. */
export function SlotCounts({ poll, children }: { poll: Poll; children?: (slot: Slot) => ReactNode }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="poll-counts">
      <h2 id="poll-counts" className="h3" tabIndex={-1}>
        {t('poll.counts')}
      </h2>
      <ol className="unstyled-list no-max-width poll-slots">
        {poll.slots.map((slot) => (
          <li key={slot.startLocal} className={slot.isBest ? 'poll-slot poll-slot-best' : 'poll-slot'}>
            <p className="poll-slot-when">
              {fullSpan(slot.startInstant, slot.endInstant)}
              {slot.isBest && <span className="badge badge-success">{t('poll.best')}</span>}
              {slot.isPassed && <span className="badge badge-plain">{t('poll.passed')}</span>}
              {slot.holiday && (
                <span className="ballot-holiday">
                  <Icon name="flag" /> {slot.holiday}
                </span>
              )}
            </p>
            <p className="poll-slot-counts">
              {t('poll.canYes', { count: slot.yes })} · {t('poll.canIfNeedBe', { count: slot.ifNeedBe })} · {t('poll.cannot', { count: slot.no })}
              {slot.missing > 0 && ` · ${t('poll.unsaid', { count: slot.missing })}`}
            </p>
            <Bar slot={slot} />
            {slot.isRefused && (
              <p className="quorum quorum-missing">
                <Icon name="warning" /> {t('poll.refused')}
              </p>
            )}
            {slot.quorum && !slot.isPassed && <QuorumLine quorum={slot.quorum} />}
            {children?.(slot)}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The same as the numbers beside it, for the eye alone. */
function Bar({ slot }: { slot: Slot }) {
  return (
    <span className="poll-bar" aria-hidden="true">
      {(['yes', 'ifNeedBe', 'no', 'missing'] as const).map((part) => slot[part] > 0 && <span key={part} className={`poll-bar-${part}`} style={{ flexGrow: slot[part] }} />)}
    </span>
  );
}
