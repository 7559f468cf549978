import { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';

export const indicatorIds = ['confirmedInTime', 'followUpsInTime', 'sectorsPresent'] as const;
export type IndicatorId = (typeof indicatorIds)[number];

/** One thing that counts: its Danish month `YYYY-MM`, and how many of how many reached the goal. */
export interface Counted {
  month: string;
  total: number;
  reached: number;
}

/** `reached` is null where there are too few to tell (IN2). */
export interface Rate {
  total: number;
  reached: number | null;
}

export interface Indicator extends Rate {
  id: IndicatorId;
  /** Twelve, the current one last. */
  months: (Rate & { month: string })[];
}

/** [IN2] Fewer than this make no rate. */
export const fewest = 3;

/** [IN1] The twelve Danish months that end with the current one, `YYYY-MM`. */
export function twelveMonths(now: Temporal.Instant): string[] {
  const current = now.toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth();
  return Array.from({ length: 12 }, (_, n) => current.subtract({ months: 11 - n }).toString());
}

/** [IN1, IN2] Sums what was counted, month by month and over all. */
export function indicator(id: IndicatorId, months: readonly string[], counted: readonly Counted[]): Indicator {
  const sum = (rows: readonly Counted[]): Rate => {
    const total = rows.reduce((all, row) => all + row.total, 0);
    return { total, reached: total < fewest ? null : rows.reduce((all, row) => all + row.reached, 0) };
  };
  const told = months.map((month) => ({ month, ...sum(counted.filter((row) => row.month === month)) }));
  return { id, ...sum(counted.filter((row) => months.includes(row.month))), months: withoutDifference(told) };
}

/**
 * [IN2] The rate of all less those of the months would be the rate of what is withheld: as long as that is fewer than
 * {@link fewest}, the smallest month that is told is withheld with it.
 */
function withoutDifference<Month extends Rate>(months: readonly Month[]): Month[] {
  const answer = [...months];
  for (;;) {
    const withheld = answer.filter((one) => one.reached === null).reduce((all, one) => all + one.total, 0);
    const [smallest] = answer.filter((one) => one.reached !== null).sort((a, b) => a.total - b.total);
    if (withheld === 0 || withheld >= fewest || smallest === undefined) return answer;
    answer[answer.indexOf(smallest)] = { ...smallest, reached: null };
  }
}
