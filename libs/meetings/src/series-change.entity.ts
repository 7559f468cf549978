import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { HolidayPolicy } from '@lib/scheduling/holidays.js';
import type { WeekParity } from '@lib/scheduling/recurrence.js';

/**
 * What a series was before one of its changes; only grows. With the row of the series, which holds the rule in force,
 * these are its segments: each stood until `fromRecurrenceId` of the change.
 */
@Entity('series_change')
@Index('series_change_order', ['seriesId', 'version'], { unique: true })
export class SeriesChangeEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('SeriesEntity')
  seriesId!: string;

  /** The version that the series got by it. */
  @Column('int')
  version!: number;

  /** The first meeting that the change was about; null when none stood. */
  @Column('text', { nullable: true })
  fromRecurrenceId!: string | null;

  @Column('text')
  startLocal!: string;

  @Column('text')
  rrule!: string;

  @Column('text', { nullable: true })
  weekParity!: WeekParity | null;

  @Column('text', { array: true })
  excludedDates!: string[];

  @Column('text', { array: true })
  addedDates!: string[];

  @Column('text', { nullable: true })
  lastDate!: string | null;

  @Column('text')
  holidayPolicy!: HolidayPolicy;

  @Column('int')
  durationMinutes!: number;

  /** Sealed under the key of the series: what it was called until then; null when it kept its name. */
  @Column('bytea', { nullable: true })
  title!: Buffer | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('timestamptz')
  at!: Date;
}
