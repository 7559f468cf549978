import type { Temporal } from 'temporal-polyfill';
import { Problem } from '@lib/contracts/problems.js';
import type { Directory, Member } from '@lib/access/directory.service.js';
import { openAt, windowOfRow } from '@lib/access/item-access.service.js';
import { contentRoles, type Subject, type Window } from '@lib/access/policy.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { HolidayPolicy, PlannedOccurrence } from '@lib/scheduling/holidays.js';
import type { SeriesRule, WeekParity } from '@lib/scheduling/recurrence.js';
import { plannedBetween } from './series-plan.js';

/** A row of `series`. Title, place and link are sealed for it. */
export interface SeriesRow {
  id: string;
  kind_id: string;
  owner_authority_id: string;
  title: Uint8Array;
  place: Uint8Array | null;
  video_link: Uint8Array | null;
  start_local: string;
  time_zone: string;
  rrule: string;
  week_parity: WeekParity | null;
  excluded_dates: string[];
  added_dates: string[];
  last_date: string | null;
  holiday_policy: HolidayPolicy;
  duration_minutes: number;
  horizon_until: Date;
  version: number;
}

/** The columns that decide when the meetings of a series are. */
export type SeriesTimesRow = Pick<SeriesRow, 'start_local' | 'time_zone' | 'rrule' | 'duration_minutes' | 'week_parity' | 'excluded_dates' | 'added_dates' | 'last_date' | 'holiday_policy'>;

export function ruleOfRow(row: SeriesTimesRow): SeriesRule {
  return {
    startLocal: row.start_local,
    timeZone: row.time_zone,
    rrule: row.rrule,
    durationMinutes: row.duration_minutes,
    weekParity: row.week_parity,
    excludedDates: row.excluded_dates,
    addedDates: row.added_dates,
  };
}

/** What decides when the meetings of a series are. */
export interface SeriesTimes {
  rule: SeriesRule;
  policy: HolidayPolicy;
  /** No meeting after this day, whatever the rule says (rule MT33). */
  lastDate: string | null;
}

export const timesOfRow = (row: SeriesTimesRow): SeriesTimes => ({ rule: ruleOfRow(row), policy: row.holiday_policy, lastDate: row.last_date });

/** The meetings that the series first puts into [from, until), each with what a holiday does to it. */
export function plannedIn({ rule, policy, lastDate }: SeriesTimes, from: Temporal.Instant, until: Temporal.Instant): PlannedOccurrence[] {
  return plannedBetween(rule, policy, from, until).filter((one) => lastDate === null || one.recurrenceId.slice(0, 10) <= lastDate);
}

/** Somebody who stands in a series, with her time in it. */
export type Standing = Member & { window?: Window };

/** The standing participants with a living membership, in order of names. */
export async function standingIn(tx: Tx, directory: Directory, seriesId: string): Promise<Standing[]> {
  const rows = await tx.query<{ membership_id: string; valid_from: Date | null; valid_to: Date | null }>('SELECT membership_id, valid_from, valid_to FROM series_participant WHERE series_id = $1', [seriesId]);
  const members = await directory.membersIn(tx, rows.map((row) => row.membership_id));
  const windows = new Map(rows.map((row) => [row.membership_id, windowOfRow(row)]));
  return [...members.values()].map((one) => ({ ...one, ...(windows.get(one.membershipId) === undefined ? {} : { window: windows.get(one.membershipId)! }) }));
}

/**
 * Holds a series still for the command of somebody who stands in it; before its meetings, whatever takes both. Asked also
 * before the lock, so that nobody outside can wait for those inside, or make them wait.
 *
 * @throws Problem `not-found`
 */
export async function lockSeriesIn(tx: Tx, subject: Pick<Subject, 'membershipId' | 'role'>, seriesId: string, now: string): Promise<void> {
  // [AC1] Whoever became an administrator or auditor works here no longer, although she still stands on the list.
  if (!contentRoles.includes(subject.role)) throw new Problem('not-found');
  const assertStandingIn = async () => {
    const standing = await tx.query(`SELECT 1 FROM series_participant p WHERE p.series_id = $1 AND p.membership_id = $2 AND ${openAt('p', '$3')}`, [seriesId, subject.membershipId, now]);
    if (standing.length === 0) throw new Problem('not-found');
  };
  await assertStandingIn();
  await tx.query('SELECT 1 FROM series WHERE id = $1 FOR UPDATE', [seriesId]);
  await assertStandingIn();
}
