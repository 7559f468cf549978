import { useTranslation } from 'react-i18next';
import { numberWords } from './number-words.js';

/** How much better a plan could be at most, in words; what is weighed is minutes of somebody's working time. */
export function useGap(): (of: { costMinutes: number; leastMinutes: number }) => string {
  const { t } = useTranslation();
  return ({ costMinutes, leastMinutes }) => {
    const left = costMinutes - leastMinutes;
    if (left <= 0) return t('yearPlan.gapNone');
    return t('yearPlan.gap', { hours: numberWords(left / 60), of: numberWords(costMinutes / 60), percent: numberWords((100 * left) / costMinutes) });
  };
}
