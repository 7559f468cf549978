import { useTranslation } from 'react-i18next';
import type { StandingEmbargo } from '../api/types.js';
import { dayAndTime } from '../dates.js';
import { Icon } from '../shell/icon.js';
import './embargo.css';

type Shown = Pick<StandingEmbargo, 'towards' | 'setBy' | 'reviewAt'> & { isOverdue?: boolean };

/** What nobody may overlook: who must not know yet. Says nothing where nothing is in force. */
export function EmbargoBanner({ embargoes = [] }: { embargoes?: readonly Shown[] | undefined }) {
  const { t } = useTranslation();
  if (embargoes.length === 0) return null;
  return (
    <div className="embargo-banner" role="note" aria-label={t('embargo.title')}>
      {embargoes.map((one, n) => (
        <div key={n}>
          <p className="embargo-words">
            <Icon name="warning" />
            <span>
              {t('embargo.title')}: {t('embargo.mustNot')} <span lang="da">{one.towards}</span>, {t('embargo.until')}
            </span>
          </p>
          <p>
            {t('embargo.setByWhom', { who: one.setBy })} · {t('embargo.reviewed', { when: dayAndTime(one.reviewAt) })}
            {one.isOverdue && <strong> ({t('embargo.overdue')})</strong>}
          </p>
        </div>
      ))}
    </div>
  );
}

/** The same in a list: a word and an icon. */
export function EmbargoMark({ embargoes }: { embargoes: readonly Shown[] }) {
  const { t } = useTranslation();
  if (embargoes.length === 0) return null;
  return (
    <p className="embargo-mark">
      <Icon name="warning" /> {t('embargo.title')}: <span lang="da">{embargoes.map((one) => one.towards).join('; ')}</span>
    </p>
  );
}

/** That there is one, where it is not said towards whom. */
export function EmbargoWord() {
  const { t } = useTranslation();
  return (
    <p className="embargo-mark">
      <Icon name="warning" /> {t('embargo.title')}
    </p>
  );
}
