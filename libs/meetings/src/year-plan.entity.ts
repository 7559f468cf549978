import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { PlanBody } from './year-plan.js';

/** A plan of an authority's series for a year. What it says, say its versions. */
@Entity('year_plan')
export class YearPlanEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('year_plan_authority')
  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  /** ISO year. */
  @Column('int')
  year!: number;

  /** A Monday, `2027-01-04`. */
  @Column('date')
  firstDay!: string;

  @Column('int')
  weeks!: number;

  @Column('timestamptz')
  madeAt!: Date;
}

/** What a plan said from a moment on: never changed, and removed with the plan alone. The highest version counts. */
@Entity('year_plan_version')
export class YearPlanVersionEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('YearPlanEntity', { onDelete: 'CASCADE' })
  planId!: string;

  @PrimaryColumn('int')
  version!: number;

  /** Ids, dates and times of day; no words (docs/adr/0107). */
  @Column('jsonb')
  body!: PlanBody;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  setByMembershipId!: string;

  @Column('timestamptz')
  setAt!: Date;
}
