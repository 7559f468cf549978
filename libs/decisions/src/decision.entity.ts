import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { DecisionState } from '@lib/contracts/enums.js';

/**
 * A decision, recorded by command from the minutes of an item. What is said once stays: the database refuses to change
 * or delete anything but `state` and `version`. `content` is sealed JSON {@link DecisionContent} (scope: item).
 */
@Entity('decision')
@Index('decision_log', ['decidingAuthorityId', 'id'])
@Check('decision_state_known', `state IN ('recorded','confirmed','returned','superseded')`)
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

  /** The decision that this one corrects. */
  @Index('decision_supersedes', { unique: true })
  @Column('uuid', { nullable: true })
  @ForeignKey('DecisionEntity')
  supersedesId!: string | null;

  @Column('bytea')
  content!: Buffer;

  @Column('text')
  state!: DecisionState;

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

  @Column('bytea', { nullable: true })
  comment!: Buffer | null;

  @Column('timestamptz')
  at!: Date;
}
