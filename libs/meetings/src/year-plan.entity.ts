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

/** What was done to a plan, and what it says since: the highest version alone says all of it, those before what was done (YP21). Removed with the plan. */
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
