import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, IsObject, IsOptional, Matches, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { Temporal } from 'temporal-polyfill';
import { Problem } from '@lib/contracts/problems.js';
import { timeZone } from '@lib/contracts/enums.js';
import { ordinals, patternOf, type Ordinal, type SeriesPattern } from '@lib/scheduling/patterns.js';
import type { SeriesRule } from '@lib/scheduling/recurrence.js';
import { weekdays, type Weekday } from '@lib/scheduling/rrule.js';
import type { SeriesPlan } from '@lib/meetings/series-plan.js';

const kinds = ['weekly', 'isoWeeks', 'monthly', 'yearly'] as const;
const date = /^\d{4}-\d{2}-\d{2}$/;

class EndsBody {
  @ApiProperty({ type: 'integer', required: false, minimum: 1, maximum: 500, description: 'So many meetings, those left out counted.' })
  @ValidateIf((body: EndsBody) => body.lastDate === undefined)
  @IsInt()
  @Min(1)
  @Max(500)
  count?: number;

  @ApiProperty({ required: false, format: 'date', description: 'Still part of the series.' })
  @ValidateIf((body: EndsBody) => body.count === undefined || body.lastDate !== undefined)
  @Matches(date)
  lastDate?: string;
}

/** How a series repeats. Which fields belong to which kind, each says; what is not said is taken from the first day. */
export class RecurrenceBody {
  @ApiProperty({
    enum: kinds,
    description: 'weekly: every `interval` weeks, counted from the first meeting. isoWeeks: even or odd ISO weeks, which is not the same as every second week. monthly and yearly: by weekday, e.g. the first Monday.',
  })
  @IsIn(kinds)
  kind!: (typeof kinds)[number];

  @ApiProperty({ type: 'integer', required: false, minimum: 1, maximum: 24, description: 'weekly, monthly; 1 when absent' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(24)
  interval?: number;

  @ApiProperty({ enum: weekdays, enumName: 'Weekday', isArray: true, required: false, description: 'weekly, isoWeeks; default the weekday of the first day' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(7)
  @ArrayUnique()
  @IsIn(weekdays, { each: true })
  days?: readonly Weekday[];

  @ApiProperty({ enum: ['even', 'odd'], required: false, description: 'isoWeeks' })
  @ValidateIf((body: RecurrenceBody) => body.kind === 'isoWeeks' || body.parity !== undefined)
  @IsIn(['even', 'odd'])
  parity?: 'even' | 'odd';

  @ApiProperty({ enum: ordinals, type: 'integer', required: false, description: 'monthly, yearly; −1 is the last' })
  @ValidateIf((body: RecurrenceBody) => body.kind === 'monthly' || body.kind === 'yearly' || body.ordinal !== undefined)
  @IsIn(ordinals)
  ordinal?: Ordinal;

  @ApiProperty({ enum: weekdays, enumName: 'Weekday', required: false, description: 'monthly, yearly; default the weekday of the first day' })
  @IsOptional()
  @IsIn(weekdays)
  day?: Weekday;

  @ApiProperty({ type: 'integer', required: false, minimum: 1, maximum: 12, description: 'yearly; default the month of the first day' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(12)
  month?: number;

  @ApiProperty({ type: EndsBody, required: false, nullable: true, description: 'Default never.' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => EndsBody)
  ends?: EndsBody | null;

  @ApiProperty({ type: [String], required: false, description: 'Local days left out, `2026-12-28`.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @Matches(date, { each: true })
  excludedDates?: string[];

  @ApiProperty({ type: [String], required: false, description: 'Local days met besides, `2026-12-29`; none before the first meeting.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @Matches(date, { each: true })
  addedDates?: string[];
}

/** Which fields say something in which kind. */
const spoken: Record<RecurrenceBody['kind'], readonly (keyof RecurrenceBody)[]> = {
  weekly: ['interval', 'days'],
  isoWeeks: ['days', 'parity'],
  monthly: ['interval', 'ordinal', 'day'],
  yearly: ['ordinal', 'day', 'month'],
};

/**
 * @throws Problem `invalid-input` for a field that the kind does not know: leaving it out of account would make another
 * series than was asked for
 */
export function planOf(body: { startLocal: string; durationMinutes: number; recurrence?: RecurrenceBody | null }): SeriesPlan {
  const { startLocal, durationMinutes, recurrence } = body;
  if (!recurrence) return { startLocal, durationMinutes, pattern: { kind: 'once' }, ends: null, excludedDates: [], addedDates: [] };
  const strange = (['interval', 'days', 'parity', 'ordinal', 'day', 'month'] as const).filter((field) => recurrence[field] !== undefined && !spoken[recurrence.kind].includes(field));
  if (strange.length > 0) {
    throw new Problem('invalid-input', undefined, strange.map((field) => ({ field: `recurrence.${field}`, message: 'Hører ikke til denne gentagelse.' })));
  }
  const { ends } = recurrence;
  return {
    startLocal,
    durationMinutes,
    pattern: patternFrom(recurrence, startLocal),
    ends: !ends ? null : ends.lastDate !== undefined ? { lastDate: ends.lastDate } : { count: ends.count! },
    excludedDates: recurrence.excludedDates ?? [],
    addedDates: recurrence.addedDates ?? [],
  };
}

function patternFrom(recurrence: RecurrenceBody, startLocal: string): SeriesPattern {
  let first: Temporal.PlainDate;
  try {
    first = Temporal.PlainDate.from(startLocal.slice(0, 10));
  } catch {
    throw new Problem('invalid-input', undefined, [{ field: 'startLocal', message: 'Datoen eller klokkeslættet findes ikke.' }]);
  }
  const { interval = 1, ordinal = 1, month = first.month } = recurrence;
  const ownDay = weekdays[first.dayOfWeek - 1]!;
  const days = recurrence.days ?? [ownDay];
  const day = recurrence.day ?? ownDay;
  switch (recurrence.kind) {
    case 'weekly':
      return { kind: 'weekly', interval, days };
    case 'isoWeeks':
      return { kind: 'isoWeeks', parity: recurrence.parity!, days };
    case 'monthly':
      return { kind: 'monthly', interval, ordinal, day };
    case 'yearly':
      return { kind: 'yearly', month, ordinal, day };
  }
}

/** The form's words for an RRULE that a kind of meeting comes with; null for none, and for more than the form can say. */
export function recurrenceOf(rrule: string | null): RecurrenceBody | null {
  const pattern = patternOf({ startLocal: '2026-01-05T13:00', timeZone, rrule, durationMinutes: 60 });
  return pattern === null || pattern.kind === 'once' ? null : pattern;
}

/**
 * A stored rule in the form's words, its own days named.
 *
 * @param lastDate of its last occurrence, for a rule that ends
 */
export function recurrenceOfRule(rule: SeriesRule, lastDate: string | null): RecurrenceBody | null {
  const pattern = patternOf(rule);
  if (pattern === null || pattern.kind === 'once') return null;
  return { ...pattern, ...(lastDate === null ? {} : { ends: { lastDate } }), excludedDates: [...(rule.excludedDates ?? [])], addedDates: [...(rule.addedDates ?? [])] };
}
