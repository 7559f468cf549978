import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** The link by which a person's calendar program fetches her meetings. Only the hash of its secret is stored. */
@Entity('calendar_feed')
export class CalendarFeedEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  @Index('calendar_feed_token', { unique: true })
  @Column('bytea')
  tokenHash!: Buffer;

  /** [AC82] The authorities that the sign-in it was made in speaks for; null in demo mode: all. */
  @Column('text', { array: true, nullable: true })
  authorityIds!: string[] | null;

  /** [AC82] The identity provider of that sign-in, with whose sessions the link ends; null in demo mode. */
  @Column('text', { nullable: true })
  providerId!: string | null;

  @Column('timestamptz')
  createdAt!: Date;

  /** At most a minute behind; null while nobody has asked. */
  @Column('timestamptz', { nullable: true })
  lastFetchedAt!: Date | null;

  /** The day of Denmark that its last entry in the access trail is of, `2026-12-07`. */
  @Column('text', { nullable: true })
  recordedOn!: string | null;
}
