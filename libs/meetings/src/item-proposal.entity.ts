import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { OutputType, ProposalState, Sector } from '@lib/contracts/enums.js';

/**
 * An item that a participant wants on the agenda. Its id, and the key it is sealed with, are those of the item that it
 * becomes; from then on its words are there and nowhere else.
 */
@Entity('item_proposal')
@Check('item_proposal_state_known', `state IN ('waiting','accepted','declined','withdrawn')`)
@Check('item_proposal_words_once', `(state = 'accepted') = (title IS NULL)`)
export class ItemProposalEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('item_proposal_meeting')
  @Column('uuid')
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  proposedByMembershipId!: string;

  /** Sealed; null once it is an item. */
  @Column('bytea', { nullable: true })
  title!: Buffer | null;

  @Column('int')
  plannedMinutes!: number;

  @Column('text')
  outputType!: OutputType;

  @Column('text', { nullable: true })
  legalBasisId!: string | null;

  /** What the basis admitted when it was proposed: coordinators of other sectors are not shown it. Null: all. */
  @Column('text', { array: true, nullable: true })
  admittedSectors!: Sector[] | null;

  @Column('text')
  state!: ProposalState;

  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  answeredByMembershipId!: string | null;

  /** Sealed: the word to the proposer with which it was declined. */
  @Column('bytea', { nullable: true })
  answer!: Buffer | null;

  @Column('timestamptz')
  proposedAt!: Date;

  @Column('timestamptz', { nullable: true })
  answeredAt!: Date | null;
}
