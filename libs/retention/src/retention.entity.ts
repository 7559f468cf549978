import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { RetentionState } from '@lib/contracts/enums.js';

/**
 * That an authority filed its own copy of approved minutes. Only grows; the last version counts. `reference` is sealed
 * (scope: meeting), null with `filedOn` when it takes back what it said.
 */
@Entity('filing')
@Index('filing_version', ['meetingId', 'authorityId', 'version'], { unique: true })
@Check('filing_says_where', `(filed_on IS NULL) = (reference IS NULL)`)
export class FilingEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  /** From 1. */
  @Column('int')
  version!: number;

  @Column('date', { nullable: true })
  filedOn!: string | null;

  @Column('bytea', { nullable: true })
  reference!: Buffer | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('timestamptz')
  at!: Date;
}

/** How long an authority keeps one kind of its meetings. Only grows; the last version counts. */
@Entity('retention_rule')
@Index('retention_rule_version', ['authorityId', 'kindId', 'version'], { unique: true })
@Check('retention_rule_bounds', `months BETWEEN 1 AND 240 AND waiting_days BETWEEN 14 AND 365`)
export class RetentionRuleEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('text')
  kindId!: string;

  /** From 1; 0 is what ships with the product. */
  @Column('int')
  version!: number;

  /** After the approval of the minutes. */
  @Column('int')
  months!: number;

  /** Days at least between announcing and destroying. */
  @Column('int')
  waitingDays!: number;

  /** Two persons of the owning authority must confirm besides. */
  @Column('boolean')
  secondPerson!: boolean;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  setByMembershipId!: string;

  @Column('timestamptz')
  setAt!: Date;
}

/** How far a meeting has come on its way to deletion. The rule stands as it was when it was planned or announced. */
@Entity('retention_run')
@Index('retention_run_owner', ['ownerAuthorityId', 'dueOn', 'meetingId'])
@Check('retention_run_state_known', `state IN ('planned','announced','firstConfirmed','confirmed','heldBack','destroyed','completed')`)
export class RetentionRunEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  ownerAuthorityId!: string;

  @Column('text')
  state!: RetentionState;

  /** Danish days. */
  @Column('date')
  approvedOn!: string;

  /** The earliest day of its deletion. */
  @Column('date')
  dueOn!: string;

  @Column('int')
  months!: number;

  @Column('int')
  waitingDays!: number;

  @Column('boolean')
  secondPerson!: boolean;

  /** The person, whichever membership she did it by. */
  @Column('uuid', { nullable: true })
  @ForeignKey('PersonEntity')
  firstConfirmedBy!: string | null;

  @Column('int')
  version!: number;

  @Column('timestamptz')
  changedAt!: Date;
}

/** A step of a run. Only grows, holds no content, and stays when the content is gone. */
@Entity('retention_event')
@Index('retention_event_order', ['meetingId', 'version'], { unique: true })
@Check('retention_event_kind_known', `kind IN ('planned','announced','firstConfirmed','confirmed','heldBack','destroyed','completed')`)
export class RetentionEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  /** The version that the run got by it. */
  @Column('int')
  version!: number;

  @Column('text')
  kind!: RetentionState;

  @Column('date')
  dueOn!: string;

  @Column('int')
  months!: number;

  @Column('int')
  waitingDays!: number;

  @Column('boolean')
  secondPerson!: boolean;

  /** Who confirmed; null for what the product did by its rules. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  membershipId!: string | null;

  @Column('timestamptz')
  at!: Date;
}

/** An authority's stop of a deletion. Reasons are sealed (scope: the item, or the meeting). Released once, never rewritten. */
@Entity('legal_hold')
@Check('legal_hold_released_by_somebody', `(released_at IS NULL) = (released_by_membership_id IS NULL) AND (released_at IS NULL) = (release_reason IS NULL)`)
export class LegalHoldEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('legal_hold_meeting')
  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  /** Null holds the whole meeting. */
  @Column('uuid', { nullable: true })
  @ForeignKey('AgendaItemEntity')
  itemId!: string | null;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('bytea')
  reason!: Buffer;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  setByMembershipId!: string;

  @Column('timestamptz')
  setAt!: Date;

  @Column('timestamptz', { nullable: true })
  releasedAt!: Date | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  releasedByMembershipId!: string | null;

  @Column('bytea', { nullable: true })
  releaseReason!: Buffer | null;
}
