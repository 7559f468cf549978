import { useTranslation } from 'react-i18next';
import type { Quorum, ReplyCounts } from '../api/types.js';
import { allOf, anyOf } from '../i18n/order.js';
import { Icon } from '../shell/icon.js';
import './people.css';

const shown = ['accepted', 'tentative', 'declined', 'needsAction'] as const;

/** “4 deltager · 1 måske · 2 har ikke svaret”. Those who sent somebody are counted by whom they sent. */
export function ReplyNumbers({ replies }: { replies: ReplyCounts }) {
  const { t } = useTranslation();
  return (
    <p className="reply-numbers">
      {shown
        .filter((partStat) => partStat === 'accepted' || replies[partStat] > 0)
        .map((partStat) => t(`people.${partStat}`, { count: replies[partStat] }))
        .join(' · ')}
    </p>
  );
}

/** What is missing for certain, and what somebody who has not answered could still fill: “politi”, “2 kommuner mere”. */
export function useQuorumWords(quorum: Quorum): { missing: string; waiting: string } {
  const { t } = useTranslation();
  const words = (possible: boolean) => allOf(quorum.gaps.filter((gap) => gap.possible === possible).flatMap((gap) => gapInWords(gap)));
  const gapInWords = (gap: Quorum['gaps'][number]): string[] => {
    if (gap.kind === 'sector' && gap.sector) return [t(`sector.${gap.sector}`)];
    if (gap.kind === 'oneOf') return [anyOf((gap.sectors ?? []).map((sector) => t(`sector.${sector}`)))];
    if (gap.kind === 'municipalities') return [t('people.municipalities', { count: gap.count ?? 0 })];
    // Whoever fills another gap is one of the persons that are missing: only what is left over is said.
    const others = quorum.gaps.reduce((sum, one) => sum + (one.kind === 'participants' ? 0 : (one.count ?? 1)), 0);
    const left = (gap.count ?? 0) - others;
    return left > 0 ? [t('people.more', { count: left })] : [];
  };
  return { missing: words(false), waiting: words(true) };
}

/** “Mangler politi”, “Afventer børnehus”, or that everybody comes who must. */
export function QuorumLine({ quorum }: { quorum: Quorum }) {
  const { t } = useTranslation();
  const { missing, waiting } = useQuorumWords(quorum);
  if (quorum.met) {
    return (
      <p className="quorum">
        <Icon name="check" /> {t('people.everybodyNeeded')}
      </p>
    );
  }
  return (
    <>
      {missing && (
        <p className="quorum quorum-missing">
          <Icon name="warning" /> {t('people.missing', { what: missing })}
        </p>
      )}
      {waiting && (
        <p className="quorum">
          <Icon name="time" /> {t('people.waiting', { what: waiting })}
        </p>
      )}
    </>
  );
}
