import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One row per authority or person that a narrowed item is open to. An item open to all has none. */
@Entity('item_audience')
export class ItemAudienceEntity {
  @PrimaryColumn('uuid')
  itemId!: string;

  @PrimaryColumn('text')
  subjectKind!: 'authority' | 'person';

  @PrimaryColumn('text')
  subjectId!: string;
}

/** The time that was set for an authority or a person at an item (AC50), besides her time in the meeting. */
@Entity('item_window')
export class ItemWindowEntity {
  @PrimaryColumn('uuid')
  itemId!: string;

  @PrimaryColumn('text')
  subjectKind!: 'authority' | 'person';

  @PrimaryColumn('text')
  subjectId!: string;

  @Column('timestamptz', { nullable: true })
  validFrom!: Date | null;

  /** Exclusive. */
  @Column('timestamptz', { nullable: true })
  validTo!: Date | null;
}

/**
 * Who may read an item at this moment, and by which membership: kept up to date in every transaction that changes an
 * audience or the participants, so that lists need one indexed join and no policy of their own.
 */
@Entity('item_reader')
@Index('item_reader_membership', ['membershipId', 'itemId'])
export class ItemReaderEntity {
  @PrimaryColumn('uuid')
  itemId!: string;

  @PrimaryColumn('uuid')
  membershipId!: string;

  /** The person of that membership. */
  @Column('uuid')
  personId!: string;

  /** From when on; null from the beginning. Whoever reads this table asks for the moment too (AC50). */
  @Column('timestamptz', { nullable: true })
  validFrom!: Date | null;

  /** Until when, exclusive; null without end. */
  @Column('timestamptz', { nullable: true })
  validTo!: Date | null;
}
