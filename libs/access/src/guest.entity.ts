import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { guestPurposes, guestSectors, type AttendanceState, type GuestPurpose, type GuestSector } from '@lib/contracts/enums.js';

const words = (all: readonly string[]) => all.map((one) => `'${one}'`).join(',');

/**
 * Somebody of no authority, invited to one meeting or one item of it (AC100–AC106). She is a `person` and a
 * `membership` (role `guest`), so that sessions, readers, sockets and the access trail know her as they know everybody; what she is
 * called stands here alone.
 */
@Entity('guest')
@Index('guest_meeting', ['meetingId'])
@Index('guest_person', ['personId'])
@Check('guest_sector_known', `sector IN (${words(guestSectors)})`)
@Check('guest_purpose_known', `purpose IN (${words(guestPurposes)})`)
export class GuestEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  /** The one item; null for those of the meeting whose audience she is in. */
  @Column('uuid', { nullable: true })
  @ForeignKey('AgendaItemEntity')
  itemId!: string | null;

  /** What the basis of an item must admit (AC60). */
  @Column('text')
  sector!: GuestSector;

  @Column('text')
  purpose!: GuestPurpose;

  @Column('boolean')
  mayWrite!: boolean;

  @Column('timestamptz')
  validFrom!: Date;

  /** Exclusive; her membership ends then, and with it her sessions. */
  @Column('timestamptz')
  validTo!: Date;

  /** Sealed with the key of the item or the meeting she is invited to; null in a row from before, until a job has sealed it. */
  @Column('bytea', { nullable: true })
  name!: Buffer | null;

  /** What she comes from, in words; sealed likewise. */
  @Column('bytea', { nullable: true })
  organisation!: Buffer | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  invitedByMembershipId!: string;

  @Column('timestamptz')
  invitedAt!: Date;

  /** When she first came in. */
  @Column('timestamptz', { nullable: true })
  openedAt!: Date | null;

  /** Since when her link takes no more codes. */
  @Column('timestamptz', { nullable: true })
  lockedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;
}

/** The living link of a guest: hashes, and how often the code was wrong. Read by the sign-in alone. */
@Entity('guest_link')
@Index('guest_link_token', ['tokenHash'], { unique: true })
export class GuestLinkEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('GuestEntity')
  membershipId!: string;

  /** SHA-256 of the token behind the #. */
  @Column('bytea')
  tokenHash!: Buffer;

  /** SHA-256 of token and code together: without the token, six digits are not to be found by trying. */
  @Column('bytea')
  codeHash!: Buffer;

  @Column('int', { default: 0 })
  wrongCodes!: number;
}

/** What happened with a guest; only added to. */
@Entity('guest_event')
@Index('guest_event_guest', ['membershipId', 'at'])
@Check('guest_event_kind_known', `kind IN ('invited','opened','locked','renewed','revoked','marked')`)
export class GuestEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** The guest's. */
  @Column('uuid')
  @ForeignKey('GuestEntity')
  membershipId!: string;

  @Column('text')
  kind!: 'invited' | 'opened' | 'locked' | 'renewed' | 'revoked' | 'marked';

  /** Of `marked`: whether she was there. */
  @Column('text', { nullable: true })
  attendance!: AttendanceState | null;

  /** Who did it; null for what she did herself. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  byMembershipId!: string | null;

  @Column('timestamptz')
  at!: Date;
}
