import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { FollowUpState } from '@lib/contracts/enums.js';

/**
 * What somebody promised at a meeting. `content` is sealed JSON {@link FollowUpContent} (scope: item); the database lets
 * only `state` and `version` change.
 */
@Entity('follow_up')
@Index('follow_up_owner', ['ownerMembershipId', 'deadline', 'id'])
@Index('follow_up_open', ['ownerMembershipId', 'deadline', 'id'], { where: `state = 'open'` })
@Check('follow_up_state_known', `state IN ('open','done','notDone','overtaken','handedOver')`)
export class FollowUpEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('follow_up_item')
  @Column('uuid')
  @ForeignKey('AgendaItemEntity')
  itemId!: string;

  @Index('follow_up_meeting')
  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Index('follow_up_decision')
  @Column('uuid', { nullable: true })
  @ForeignKey('DecisionEntity')
  decisionId!: string | null;

  /** The follow-up that was handed over into this one. */
  @Column('uuid', { nullable: true })
  @ForeignKey('FollowUpEntity')
  continuesId!: string | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  ownerMembershipId!: string;

  @Column('date')
  deadline!: string;

  @Column('bytea')
  content!: Buffer;

  @Column('text')
  state!: FollowUpState;

  /** Counts the entries of the timeline; guards two people who answer at once. */
  @Column('int')
  version!: number;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  recordedByMembershipId!: string;

  @Column('timestamptz')
  recordedAt!: Date;
}

/** What the sealed content of a follow-up holds. */
export interface FollowUpContent {
  text: string;
  caseReference: string | null;
}

/** What is shown of one whose key was destroyed. */
export const shreddedFollowUp = (sentence: string): FollowUpContent => ({ text: sentence, caseReference: null });

/** The append-only timeline of a follow-up. `reason` is sealed (scope: item). */
@Entity('follow_up_event')
@Index('follow_up_event_order', ['followUpId', 'version'], { unique: true })
export class FollowUpEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('FollowUpEntity')
  followUpId!: string;

  @Column('int')
  version!: number;

  @Column('text')
  kind!: FollowUpState;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('bytea', { nullable: true })
  reason!: Buffer | null;

  @Column('timestamptz')
  at!: Date;
}
