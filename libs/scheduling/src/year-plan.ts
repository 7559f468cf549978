// What a year plan is made of. Rules YP1 … in SPEC.md; what is weighed, and why, in docs/year-plan.md.

/** Monday to Friday: no series is placed on a weekend. */
export const planWeekdays = [1, 2, 3, 4, 5] as const;
/** ISO number of a weekday, Monday is 1. */
export type PlanWeekday = (typeof planWeekdays)[number];

/** `YYYY-MM-DD` */
export type PlanDate = string;

/** From and to are both included. */
export interface PlanStretch {
  from: PlanDate;
  to: PlanDate;
}

export type Cadence =
  /** Every n-th week, n from 1 to 8. */
  | { every: 'week'; interval: number }
  /** On the first to fourth weekday of its kind, every n-th month, n from 1 to 6. */
  | { every: 'month'; interval: number }
  /** One meeting between two dates, both included; `wished` is the date nobody would have to be asked about. */
  | { every: 'once'; from: PlanDate; to: PlanDate; wished?: PlanDate };

export interface PlanPlace {
  id: string;
  name: string;
}

export interface PlanPerson {
  id: string;
  name: string;
  /** Where the day begins and ends. */
  placeId: string;
  /** Whole days away: leave, courses, holidays of one's own. */
  absences?: readonly PlanStretch[];
  /** Hours of the week in which this person never meets; minutes after midnight, half-open. */
  partTime?: readonly { weekday: PlanWeekday; fromMinute: number; toMinute: number }[];
}

export interface PlanParticipant {
  personId: string;
  /** Who may stand in, the first one asked first. Without any, no meeting is held while the person is absent. */
  substituteIds?: readonly string[];
}

export interface PlanSeries {
  id: string;
  name: string;
  cadence: Cadence;
  durationMinutes: number;
  weekdays: readonly PlanWeekday[];
  /** Starting times that come into question, in minutes after midnight. */
  startMinutes: readonly number[];
  /** Where it may meet; a room is nobody else's meanwhile. */
  places: readonly { placeId: string; roomId?: string }[];
  people: readonly PlanParticipant[];
  /** When it has met until now; other weekdays and times are weighed against it. */
  usual?: { weekday?: PlanWeekday; startMinute?: number };
  /** Meetings lost to a closed day or an absence are moved within their week or month where possible; otherwise dropped. */
  moveLost?: boolean;
}

/** All that repeats of a series. */
export interface Placement {
  weekday: PlanWeekday;
  /** Minutes after midnight, wall time. */
  startMinute: number;
  placeId: string;
  /** Which week of the interval (0 is the first week of the plan), or which month of it; 0 for `once`. */
  phase: number;
  /** Monthly: the first to fourth weekday of its kind in the month. */
  ordinal?: number;
  /** Once: the date. */
  date?: PlanDate;
}

/** What a person decided: the given parts hold, the others are free. A time or weekday given here is allowed by that. */
export interface PlanPin extends Partial<Placement> {
  seriesId: string;
}

export interface PlanInput {
  /** A Monday. */
  firstDay: PlanDate;
  /** 1 to 64 */
  weeks: number;
  places: readonly PlanPlace[];
  /** Minutes between places, in their order; both directions are the same, and a detour is never shorter (it is closed by the engine). */
  travelMinutes: readonly (readonly number[])[];
  people: readonly PlanPerson[];
  series: readonly PlanSeries[];
  /** Days on which nothing is held. */
  closed?: readonly { date: PlanDate; name: string }[];
  /** Stretches in which people would rather not meet (school holidays). */
  unpopular?: readonly (PlanStretch & { name: string })[];
  pins?: readonly PlanPin[];
  weights?: Partial<PlanWeights>;
}

/** Exchange rates in minutes of somebody's working time over the year: docs/year-plan.md says what each counts. */
export interface PlanWeights {
  travel: number;
  otherWeekday: number;
  otherTime: number;
  offWishedDate: number;
  lost: number;
  substitute: number;
  unpopular: number;
  crowdedDay: number;
  unevenWeek: number;
  leftOut: number;
}

/** All are whole numbers, so that costs add up exactly in any order. */
export const usualWeights: PlanWeights = {
  travel: 1,
  otherWeekday: 20,
  otherTime: 10,
  offWishedDate: 30,
  lost: 120,
  substitute: 30,
  unpopular: 15,
  crowdedDay: 45,
  unevenWeek: 20,
  leftOut: 1_000_000,
};

export const exceptionReasons = ['closed', 'absence'] as const;

/** What differs from the placement on a single day, and why. */
export type PlanException = {
  seriesId: string;
  /** The date by the placement. */
  date: PlanDate;
  reason: (typeof exceptionReasons)[number];
  /** Who is absent, when that is the reason. */
  personIds: readonly string[];
} & (
  | { kind: 'substituted'; substitutes: readonly { personId: string; substituteId: string }[] }
  /** Held at another time, by substitutes if any are named. */
  | { kind: 'moved'; toDate: PlanDate; toStartMinute: number; substitutes: readonly { personId: string; substituteId: string }[] }
  | { kind: 'dropped' }
);

/** One meeting of a plan as people would go to it. */
export interface PlannedMeeting {
  seriesId: string;
  /** The date by the placement; with the series it names the meeting. */
  patternDate: PlanDate;
  date: PlanDate;
  startMinute: number;
  endMinute: number;
  placeId: string;
  roomId: string | null;
  /** Who comes: substitutes instead of those they stand in for. */
  personIds: readonly string[];
}

export const blockings = ['noPlacement', 'partTime', 'collision', 'pins'] as const;

/** A series that is not in the plan. */
export interface LeftOut {
  seriesId: string;
  /**
   * `noPlacement`: no weekday, time or date is possible; `partTime`: none outside part-time hours; `pins`: it collides
   * with what is pinned; `collision`: each is taken by other meetings of its people or rooms.
   */
  reason: (typeof blockings)[number];
  /** Other series in the way, those in the way most often first, at most five. */
  blockedBy: readonly string[];
}

export interface YearPlan {
  /** By id of the series; what is left out is not in it. */
  placements: Readonly<Record<string, Placement>>;
  exceptions: readonly PlanException[];
  leftOut: readonly LeftOut[];
  /** Minutes of working time over the year, by term. */
  cost: PlanCost;
}

export type PlanCost = { [term in keyof PlanWeights]: number } & { total: number };

/** How long the search may go on. The caller brings the clock, so that the engine has none. */
export type PlanBudget =
  /** Always the same plan for the same seed. */
  | { steps: number }
  /** Until `now()` reaches `untilMs`, in whatever milliseconds the caller counts. */
  | { now: () => number; untilMs: number };

export class InvalidPlanInput extends Error {
  override name = 'InvalidPlanInput';
}
