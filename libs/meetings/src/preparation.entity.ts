import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { PreparationAnswer } from '@lib/contracts/enums.js';

/** What one authority prepares for an item. Its words are the document that has the same id. */
@Entity('preparation')
@Index('preparation_of_authority', ['itemId', 'authorityId'], { unique: true })
@Check('preparation_answer_known', `answer IN ('open','released','orally','nothing')`)
export class PreparationEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('AgendaItemEntity')
  itemId!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('text')
  answer!: PreparationAnswer;

  /** Counts its answers, not what is written; 0 until the first. */
  @Column('int')
  version!: number;

  @Column('timestamptz')
  createdAt!: Date;
}

/** Who answered what, and when; only grows. */
@Entity('preparation_event')
@Index('preparation_event_order', ['preparationId', 'version'], { unique: true })
@Check('preparation_event_answer_known', `answer IN ('open','released','orally','nothing')`)
export class PreparationEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('PreparationEntity')
  preparationId!: string;

  /** The version that the preparation got by it. */
  @Column('int')
  version!: number;

  @Column('text')
  answer!: PreparationAnswer;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('timestamptz')
  at!: Date;
}
