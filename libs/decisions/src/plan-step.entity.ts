import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { InformedParty, Plan, PlanGate, SequenceStep } from '@lib/contracts/enums.js';

/**
 * A step of a plan. Who does it, by when and what became of it is its follow-up; `content` is sealed JSON
 * {@link PlanStepContent} (scope: item). The database lets only `orderKey` and `withdrawnAt` change.
 */
@Entity('plan_step')
@Index('plan_step_order', ['itemId', 'plan', 'orderKey'], { unique: true, where: '(withdrawn_at IS NULL)' })
@Check('plan_step_plan_known', `plan IN ('sequence','informing')`)
export class PlanStepEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('AgendaItemEntity')
  itemId!: string;

  @Column('text')
  plan!: Plan;

  /** Fractional order key; compared byte by byte. */
  @Column({ type: 'text', collation: 'C' })
  orderKey!: string;

  @Index('plan_step_follow_up', { unique: true })
  @Column('uuid')
  @ForeignKey('FollowUpEntity')
  followUpId!: string;

  @Column('bytea')
  content!: Buffer;

  /** The step in whose place it stands. */
  @Index('plan_step_replaces', { unique: true })
  @Column('uuid', { nullable: true })
  @ForeignKey('PlanStepEntity')
  replacesId!: string | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  recordedByMembershipId!: string;

  @Column('timestamptz')
  recordedAt!: Date;

  @Column('timestamptz', { nullable: true })
  withdrawnAt!: Date | null;
}

/** What the sealed content of a step holds. */
export interface PlanStepContent {
  kind: SequenceStep | InformedParty;
  /** What is done, or what may be told. */
  text: string;
  /** `HH:MM`, Danish wall time on the day of the follow-up. */
  time: string | null;
  place: string | null;
  /** The adult whom the child trusts and who is with it; words like “mormor”, not a name. */
  trustedAdult: string | null;
  /** Nothing happens before this authority has said so. */
  awaits: PlanGate | null;
}
