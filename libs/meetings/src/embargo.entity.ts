import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { EmbargoEventKind, EmbargoParty } from '@lib/contracts/enums.js';

/**
 * An embargo on informing. `content` is sealed JSON {@link EmbargoContent} (scope: item). The database lets only review,
 * version and, once, the lifting change.
 */
@Entity('embargo')
export class EmbargoEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('embargo_item')
  @Column('uuid')
  @ForeignKey('AgendaItemEntity')
  itemId!: string;

  /** The embargo that it goes on with in the item of a later meeting; its own id for the first. They are lifted as one. */
  @Index('embargo_origin')
  @Column('uuid')
  originId!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  setByMembershipId!: string;

  @Column('bytea')
  content!: Buffer;

  @Column('timestamptz')
  setAt!: Date;

  /** When somebody looks at it again. */
  @Index('embargo_review', { where: '(lifted_at IS NULL)' })
  @Column('timestamptz')
  reviewAt!: Date;

  @Column('timestamptz', { nullable: true })
  liftedAt!: Date | null;

  @Column('int')
  version!: number;
}

/** What happened to an embargo, and why; only grows. `reason` is sealed (scope: item). */
@Entity('embargo_event')
@Index('embargo_event_order', ['embargoId', 'version'], { unique: true })
@Check('embargo_event_kind_known', `kind IN ('set','reviewMoved','lifted')`)
export class EmbargoEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('EmbargoEntity')
  embargoId!: string;

  /** The version that the embargo got by it. */
  @Column('int')
  version!: number;

  @Column('text')
  kind!: EmbargoEventKind;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  /** What was agreed then; null for a lifting. */
  @Column('timestamptz', { nullable: true })
  reviewAt!: Date | null;

  @Column('bytea', { nullable: true })
  reason!: Buffer | null;

  @Column('timestamptz')
  at!: Date;
}

/** What the sealed content of an embargo holds. */
export interface EmbargoContent {
  parties: EmbargoParty[];
  /** Who the other party is, in words. */
  other: string | null;
  /** On what the embargo stands. */
  reason: string;
}
