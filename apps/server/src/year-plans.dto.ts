import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, IsUUID, Matches, Max, Min, ValidateIf } from 'class-validator';
import { Problem } from '@lib/contracts/problems.js';
import type { SeriesPlan } from '@lib/meetings/series-plan.js';
import { applyRefusals, plannedOutcomes, type ApplyRefusal, type PlacementView, type PlannedSeriesView, type YearPlanView } from '@lib/meetings/year-plan-views.service.js';
import { isPlanWeekday, minuteOf, outsideReasons, type Decided, type OutsideReason } from '@lib/meetings/year-plan.js';
import type { PlanPreview, WantedStep } from '@lib/meetings/year-plans.service.js';
import type { RecurrenceBody } from './recurrence.dto.js';
import { SeriesChangeBody } from './series-changes.controller.js';
import { IsDay } from './validation.js';
import { AuthorityRef } from './views.dto.js';

export class NewYearPlanBody {
  @ApiProperty({ type: 'integer', description: 'ISO year: this one, from next Monday on, or the next.' })
  @IsInt()
  @Min(2000)
  @Max(2200)
  year!: number;
}

const steps = ['renewed', 'pinned', 'unpinned', 'absence', 'absenceWithdrawn'] as const;
const ofSeries = ({ kind }: YearPlanStepBody) => kind === 'pinned' || kind === 'unpinned';
const ofPerson = ({ kind }: YearPlanStepBody) => kind === 'absence' || kind === 'absenceWithdrawn';
/** Null is no way to leave a part of a pin out. */
const isGiven = (_: YearPlanStepBody, value: unknown) => value !== undefined;

export class YearPlanStepBody {
  @ApiProperty({
    enum: steps,
    enumName: 'YearPlanStep',
    description: 'renewed: made again from the series as they are. pinned: the series is at what is said, and free in the rest; unpinned: it is free. absence: somebody of the own authority is away; absenceWithdrawn: is not, exactly as it was said.',
  })
  @IsIn(steps)
  kind!: (typeof steps)[number];

  @ApiProperty({ required: false, format: 'uuid', description: 'pinned, unpinned' })
  @ValidateIf(ofSeries)
  @IsUUID()
  seriesId?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 5, description: 'pinned; Monday is 1' })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(1)
  @Max(5)
  weekday?: number;

  @ApiProperty({ required: false, example: '13:00', description: 'pinned' })
  @ValidateIf(isGiven)
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/)
  startTime?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 0, maximum: 1, description: 'pinned, every second week: 0 the first week of the plan, 1 the other' })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(1)
  phase?: number;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 4, description: 'pinned, monthly: the first to fourth weekday of its kind' })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(1)
  @Max(4)
  ordinal?: number;

  @ApiProperty({ required: false, format: 'date', description: 'pinned, yearly' })
  @ValidateIf(isGiven)
  @IsDay()
  date?: string;

  @ApiProperty({ required: false, format: 'uuid', description: 'absence, absenceWithdrawn: of the own authority' })
  @ValidateIf(ofPerson)
  @IsUUID()
  membershipId?: string;

  @ApiProperty({ required: false, format: 'date', description: 'absence, absenceWithdrawn: the first day' })
  @ValidateIf(ofPerson)
  @IsDay()
  from?: string;

  @ApiProperty({ required: false, format: 'date', description: 'absence, absenceWithdrawn: the last day' })
  @ValidateIf(ofPerson)
  @IsDay()
  to?: string;
}

export class YearPlanChangeBody extends YearPlanStepBody {
  @ApiProperty({ description: 'Of the preview that was shown: what it did not show is not done.' })
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  digest!: string;
}

/** @throws Problem `invalid-input` for a pin of nothing */
export function stepOf({ kind, seriesId, weekday, startTime, phase, ordinal, date, membershipId, from, to }: YearPlanStepBody): WantedStep {
  switch (kind) {
    case 'renewed':
      return { kind };
    case 'unpinned':
      return { kind, seriesId: seriesId!.toLowerCase() };
    case 'pinned': {
      const pin: Decided = {
        ...(weekday === undefined || !isPlanWeekday(weekday) ? {} : { weekday }),
        ...(startTime === undefined ? {} : { startMinute: minuteOf(startTime) }),
        ...(phase === undefined ? {} : { phase }),
        ...(ordinal === undefined ? {} : { ordinal }),
        ...(date === undefined ? {} : { date }),
      };
      if (Object.keys(pin).length === 0) throw new Problem('invalid-input', undefined, [{ field: 'weekday', message: 'Vælg, hvad der skal låses.' }]);
      return { kind, seriesId: seriesId!.toLowerCase(), pin };
    }
    default:
      return { kind, membershipId: membershipId!.toLowerCase(), absence: { from: from!, to: to! } };
  }
}

class YearPlanRef {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: 'integer' })
  year!: number;

  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  changedAt!: string;
}

export class YearPlanList {
  @ApiProperty({ type: [YearPlanRef], description: 'Of the own authority, the last changed first.' })
  plans!: YearPlanRef[];

  @ApiProperty({ type: [Number], description: 'Years that a plan can be made of.' })
  years!: number[];
}

class YearPlanPlacement implements PlacementView {
  @ApiProperty({ type: 'integer', description: 'Monday is 1.' })
  weekday!: number;

  @ApiProperty({ example: '13:00' })
  startTime!: string;

  @ApiProperty({ type: 'integer', description: 'Which week of its interval, or month of it, counted from the first of the plan.' })
  phase!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Monthly: the first to fourth weekday of its kind.' })
  ordinal!: number | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Yearly.' })
  date!: string | null;

  @ApiProperty()
  words!: string;
}

const rhythms = ['week', 'month', 'once'] as const;

class YearPlanRhythm {
  @ApiProperty({ enum: rhythms, enumName: 'YearPlanEvery' })
  every!: (typeof rhythms)[number];

  @ApiProperty({ type: 'integer' })
  interval!: number;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'Of `once`: the days it can be moved to.' })
  from!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  to!: string | null;
}

class YearPlanMeeting {
  @ApiProperty({ format: 'date' })
  date!: string;

  @ApiProperty({ enum: plannedOutcomes, enumName: 'YearPlanOutcome' })
  outcome!: (typeof plannedOutcomes)[number];

  @ApiProperty({ type: String, nullable: true, description: 'What is otherwise than the series says, and why.' })
  words!: string | null;
}

class YearPlanOutside {
  @ApiProperty({ format: 'uuid' })
  seriesId!: string;

  @ApiProperty()
  kindTitle!: string;

  @ApiProperty({ type: AuthorityRef })
  owner!: AuthorityRef;

  @ApiProperty({ type: [AuthorityRef] })
  partners!: AuthorityRef[];

  @ApiProperty()
  ruleInWords!: string;

  @ApiProperty({ enum: outsideReasons, enumName: 'YearPlanOutsideReason' })
  reason!: OutsideReason;
}

class YearPlanSeries {
  @ApiProperty({ format: 'uuid' })
  seriesId!: string;

  @ApiProperty()
  kindTitle!: string;

  @ApiProperty({ type: AuthorityRef })
  owner!: AuthorityRef;

  @ApiProperty({ type: [AuthorityRef], description: 'Whose people take part besides those of the own authority.' })
  partners!: AuthorityRef[];

  @ApiProperty({ description: 'The own authority owns it; others are changed by theirs alone.' })
  isOwn!: boolean;

  @ApiProperty({ type: YearPlanRhythm })
  rhythm!: YearPlanRhythm;

  @ApiProperty({ type: YearPlanPlacement, nullable: true, description: 'Where it is today.' })
  now!: YearPlanPlacement | null;

  @ApiProperty({ type: YearPlanPlacement, nullable: true, description: 'Null: it found no place.' })
  planned!: YearPlanPlacement | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it found none.' })
  leftOut!: string | null;

  @ApiProperty()
  isPinned!: boolean;

  @ApiProperty({ description: 'It was changed since the plan was made of it.' })
  isOutdated!: boolean;

  @ApiProperty({ type: SeriesChangeBody, nullable: true, description: 'What takes it to where it is planned, for `POST /series/{id}/changes`.' })
  change!: SeriesChangeBody | null;

  @ApiProperty({ enum: applyRefusals, enumName: 'YearPlanRefusal', nullable: true, description: 'Why it cannot be taken there from here.' })
  refused!: ApplyRefusal | null;

  @ApiProperty({ type: [YearPlanMeeting] })
  meetings!: YearPlanMeeting[];
}

class YearPlanPerson {
  @ApiProperty({ format: 'uuid' })
  membershipId!: string;

  @ApiProperty()
  name!: string;
}

class YearPlanAbsence extends YearPlanPerson {
  @ApiProperty({ format: 'date' })
  from!: string;

  @ApiProperty({ format: 'date' })
  to!: string;
}

class YearPlanHistoryEntry {
  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty()
  words!: string;

  @ApiProperty()
  setBy!: string;

  @ApiProperty({ format: 'date-time' })
  setAt!: string;
}

export class YearPlanDetails {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ type: 'integer' })
  year!: number;

  @ApiProperty({ format: 'date', description: 'A Monday.' })
  firstDay!: string;

  @ApiProperty({ type: 'integer' })
  weeks!: number;

  @ApiProperty({ type: [YearPlanSeries] })
  series!: YearPlanSeries[];

  @ApiProperty({ type: [YearPlanOutside], description: 'What cannot be planned, a hundred at most; the own first.' })
  outside!: YearPlanOutside[];

  @ApiProperty({ type: 'integer', description: 'Series that came since; in the plan when it is renewed.' })
  newSeries!: number;

  @ApiProperty({ type: 'integer', description: 'Series of other authorities that a plan had no room for; the own come first.' })
  beyond!: number;

  @ApiProperty({ type: [String], description: 'What collides as the series are today.' })
  collisions!: string[];

  @ApiProperty({ type: [YearPlanPerson], description: 'Of the own authority.' })
  people!: YearPlanPerson[];

  @ApiProperty({ type: [YearPlanAbsence] })
  absences!: YearPlanAbsence[];

  @ApiProperty({ type: 'integer', description: 'Minutes of working time over the year that the plan is weighed at.' })
  costMinutes!: number;

  @ApiProperty({ type: 'integer', description: 'No plan is weighed at less.' })
  leastMinutes!: number;

  @ApiProperty({ type: [YearPlanHistoryEntry], description: 'The last first.' })
  history!: YearPlanHistoryEntry[];
}

class YearPlanDifference {
  @ApiProperty()
  words!: string;

  @ApiProperty({ type: String, nullable: true })
  because!: string | null;
}

export class YearPlanPreview implements PlanPreview {
  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ description: 'To be sent along, so that nothing else is done than was shown.' })
  digest!: string;

  @ApiProperty({ type: [YearPlanDifference], description: 'All that would be otherwise.' })
  differences!: YearPlanDifference[];

  @ApiProperty({ type: 'integer' })
  costMinutes!: number;

  @ApiProperty({ type: 'integer' })
  leastMinutes!: number;
}

export function detailsOf(view: YearPlanView): YearPlanDetails {
  return { ...view, series: view.series.map((one) => ({ ...one, change: one.change === null ? null : bodyOf(one.change) })) };
}

function bodyOf({ fromMeetingId, times }: NonNullable<PlannedSeriesView['change']>): SeriesChangeBody {
  const { startTime, durationMinutes, policy, ...plan } = times!;
  return { fromMeetingId, times: { startTime, durationMinutes, holidayPolicy: policy, recurrence: recurrenceOf(plan) } };
}

function recurrenceOf({ pattern, excludedDates, addedDates }: Pick<SeriesPlan, 'pattern' | 'excludedDates' | 'addedDates'>): RecurrenceBody {
  if (pattern.kind === 'once') throw new Error('a series repeats');
  return { ...pattern, excludedDates: [...excludedDates], addedDates: [...addedDates] };
}
