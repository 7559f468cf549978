import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { DecisionState } from '@lib/contracts/enums.js';

/**
 * A decision, recorded by command from the minutes of an item. What is said once stays: the database refuses to change
 * or delete anything but `state`, `version` and whom it waits for. `content` is sealed JSON {@link DecisionContent} (scope: item).
 */
@Entity('decision')
@Index('decision_log', ['decidingAuthorityId', 'id'])
@Index('decision_meeting', ['meetingId', 'decidingAuthorityId'])
@Index('decision_by_deadline', ['decidingAuthorityId', 'deadline', 'id'])
@Index('decision_deadline', ['deadline', 'id'])
@Index('decision_waiting', ['decidingAuthorityId', 'deadline', 'id'], { where: `state IN ('recorded', 'escalated')` })
@Check('decision_state_known', `state IN ('recorded','escalated','confirmed','returned','superseded')`)
@Check('decision_escalated_to_somebody', `(state = 'escalated') = (escalated_to_membership_id IS NOT NULL)`)
export class DecisionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('decision_item')
  @Column('uuid')
  @ForeignKey('AgendaItemEntity')
  itemId!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  decidingAuthorityId!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  responsibleMembershipId!: string;

  @Column('date')
  deadline!: string;

  @Column('text', { nullable: true })
  legalBasisId!: string | null;

  /** The version of its words that was cited; null with decisions from before it was kept. */
  @Column('text', { nullable: true })
  legalBasisVersion!: string | null;

  /** The decision that this one corrects. */
  @Index('decision_supersedes', { unique: true })
  @Column('uuid', { nullable: true })
  @ForeignKey('DecisionEntity')
  supersedesId!: string | null;

  @Column('bytea')
  content!: Buffer;

  @Column('text')
  state!: DecisionState;

  /** While it is escalated: the leader it waits for. Follows from the last entry of the timeline. */
  @Index('decision_escalated')
  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  escalatedToMembershipId!: string | null;

  /** Counts the entries of the timeline; guards two leaders who answer at once. */
  @Column('int')
  version!: number;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  recordedByMembershipId!: string;

  @Column('timestamptz')
  recordedAt!: Date;
}

/** What the sealed content of a decision holds. */
export interface DecisionContent {
  text: string;
  reasons: string;
  caseReference: string | null;
}

/** What is shown of one whose key was destroyed. */
export const shreddedDecision = (sentence: string): DecisionContent => ({ text: sentence, reasons: '', caseReference: null });

/** The append-only timeline of a decision. `comment` is sealed (scope: item). */
@Entity('decision_event')
@Index('decision_event_order', ['decisionId', 'version'], { unique: true })
export class DecisionEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('DecisionEntity')
  decisionId!: string;

  @Column('int')
  version!: number;

  @Column('text')
  kind!: DecisionState;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  /** Of an escalation: whom to. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  toMembershipId!: string | null;

  @Column('bytea', { nullable: true })
  comment!: Buffer | null;

  @Column('timestamptz')
  at!: Date;
}
