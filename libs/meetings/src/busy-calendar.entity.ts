import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const busySources = ['file', 'link', 'caldav'] as const;
/** Where somebody's busy times come from. */
export type BusySource = (typeof busySources)[number];

/** A person's own calendar, of which nothing is kept but when she is taken (libs/calendar/SPEC.md, BT). */
@Entity('busy_calendar')
@Check('busy_calendar_source_known', `source IN ('file', 'link', 'caldav')`)
@Check('busy_calendar_times_read', 'times IS NULL OR (read_at IS NOT NULL AND known_until IS NOT NULL)')
export class BusyCalendarEntity {
  /** Also the scope of its key. A calendar that takes the place of another is another. */
  @PrimaryColumn('uuid')
  id!: string;

  @Index('busy_calendar_person', { unique: true })
  @Column('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  /** By whose membership it was connected: its colleagues are told what is not settled; its KEK wraps the key. */
  @Column('text')
  @ForeignKey('AuthorityEntity')
  authorityId!: string;

  @Column('text')
  source!: BusySource;

  /** How it is fetched, sealed JSON: link, name, password. Null for a file. */
  @Column('bytea', { nullable: true })
  access!: Buffer | null;

  /** The last good reading, sealed (busy-times.ts). Null before the first, and once it is too old. */
  @Column('bytea', { nullable: true })
  times!: Buffer | null;

  @Column('timestamptz')
  connectedAt!: Date;

  @Column('timestamptz', { nullable: true })
  readAt!: Date | null;

  /** Until when what was read counts. */
  @Column('timestamptz', { nullable: true })
  knownUntil!: Date | null;

  /** Events of the last good reading that were not understood; of their time nobody can say. */
  @Column('int')
  unread!: number;

  @Column('timestamptz')
  triedAt!: Date;

  /** Null for what is not fetched. */
  @Index('busy_calendar_next')
  @Column('timestamptz', { nullable: true })
  nextAt!: Date | null;

  /** In a row. */
  @Column('int')
  failures!: number;

  /** Why the last try failed, by its name; null when it did not. */
  @Column('text', { nullable: true })
  fault!: string | null;
}
