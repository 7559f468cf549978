import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { PollChoice } from '@lib/contracts/enums.js';

/** When a meeting could be held: its coordinators ask those who take part, and others by a link. */
@Entity('poll')
@Index('poll_open', ['meetingId'], { unique: true, where: `state = 'open'` })
@Check('poll_state_known', `state IN ('open','chosen','withdrawn')`)
@Check('poll_chosen_once', `(state = 'chosen') = (chosen_local IS NOT NULL)`)
export class PollEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('poll_meeting')
  @Column('uuid')
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  openedByMembershipId!: string;

  /** Danish wall times, `2026-12-07T13:00`, the earliest first. */
  @Column('text', { array: true })
  slots!: string[];

  @Column('int')
  durationMinutes!: number;

  /** Exclusive. */
  @Column('timestamptz')
  closesAt!: Date;

  @Column('text')
  state!: 'open' | 'chosen' | 'withdrawn';

  @Column('text', { nullable: true })
  chosenLocal!: string | null;

  @Column('timestamptz')
  openedAt!: Date;

  @Column('timestamptz', { nullable: true })
  remindedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;
}

/** Somebody without an account who is asked, too, by a link of her own. Only the hash of its secret is stored. */
@Entity('poll_outsider')
export class PollOutsiderEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Index('poll_outsider_poll')
  @Column('uuid')
  @ForeignKey('PollEntity', { onDelete: 'CASCADE' })
  pollId!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string;

  /** Sealed (scope: meeting): by whom the coordinators know her. */
  @Column('bytea')
  name!: Buffer;

  @Index('poll_outsider_token', { unique: true })
  @Column('bytea')
  tokenHash!: Buffer;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  invitedByMembershipId!: string;

  @Column('timestamptz')
  invitedAt!: Date;

  @Column('timestamptz', { nullable: true })
  renewedAt!: Date | null;
}

/** An answer to all times of a poll. The last version counts; those before it stay. */
@Entity('poll_ballot')
@Index('poll_ballot_member', ['pollId', 'membershipId', 'version'], { unique: true })
@Index('poll_ballot_outsider', ['outsiderId', 'version'], { unique: true })
@Check('poll_ballot_of_one', `(membership_id IS NULL) <> (outsider_id IS NULL)`)
@Check('poll_ballot_known', `choices <@ ARRAY['yes','ifNeedBe','no','none']`)
export class PollBallotEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('PollEntity', { onDelete: 'CASCADE' })
  pollId!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  membershipId!: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('PollOutsiderEntity', { onDelete: 'CASCADE' })
  outsiderId!: string | null;

  /** From 1. */
  @Column('int')
  version!: number;

  /** One for each slot, in their order; `none` where she said nothing. */
  @Column('text', { array: true })
  choices!: (PollChoice | 'none')[];

  @Column('timestamptz')
  at!: Date;
}
