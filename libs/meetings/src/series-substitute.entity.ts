import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Whom somebody sends to the meetings of a series instead of herself; of a period, or of all. */
@Entity('series_substitute')
export class SeriesSubstituteEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('SeriesEntity', { onDelete: 'CASCADE' })
  seriesId!: string;

  @PrimaryColumn('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  substituteMembershipId!: string;

  /** Danish days, `2026-12-28`, both within. */
  @Column('text', { nullable: true })
  fromDate!: string | null;

  @Column('text', { nullable: true })
  toDate!: string | null;

  @Column('timestamptz')
  setAt!: Date;

  /** Why she sees what she comes to see, for the meetings that come to be later too. Sealed (scope: the series). */
  @Column('bytea', { nullable: true })
  reason!: Buffer | null;
}
