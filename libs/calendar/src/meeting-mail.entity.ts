import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { MailOutcome, MailState } from '@lib/contracts/enums.js';

/** What one participant's calendar was last told of one meeting by mail, or is to be told. No address and no words. */
@Entity('meeting_mail')
@Index('meeting_mail_once', ['meetingId', 'membershipId'], { unique: true })
@Index('meeting_mail_next', ['nextAt'])
@Check('meeting_mail_method_known', `method IN ('request','cancel')`)
@Check('meeting_mail_state_known', `state IN ('waiting','sent','refused','expired')`)
export class MeetingMailEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  /** SHA-256 of the token that its answer proves itself by. */
  @Index('meeting_mail_token', { unique: true })
  @Column('bytea')
  tokenHash!: Buffer;

  @Column('text')
  method!: 'request' | 'cancel';

  /** SEQUENCE; never falls. */
  @Column('int')
  sequence!: number;

  /** The time that it says, which a cancellation names again: whoever is no longer there is not told of a new one. */
  @Column('timestamptz')
  startInstant!: Date;

  @Column('int')
  durationMinutes!: number;

  /** Keyed fingerprint of all that it says (scope: meeting). */
  @Column('bytea')
  said!: Buffer;

  /** DTSTAMP. */
  @Column('timestamptz')
  stampedAt!: Date;

  @Column('text')
  state!: MailState;

  /** When a mail server last took one over; null while none has. */
  @Column('timestamptz', { nullable: true })
  sentAt!: Date | null;

  /** When it is tried (again); null where nothing is to be sent. */
  @Column('timestamptz', { nullable: true })
  nextAt!: Date | null;

  @Column('int')
  failures!: number;

  /** DTSTAMP of the last answer that was taken in. */
  @Column('timestamptz', { nullable: true })
  answeredStamp!: Date | null;

  /** [MA14] What is to be sent is that the time she proposed is declined. */
  @Column('boolean', { default: false })
  declinesCounter!: boolean;
}

/** A meeting of which something changed that mail may have to tell; written by triggers, with the change. */
@Entity('mail_due')
export class MailDueEntity {
  /** No foreign key: a meeting may be deleted with the change. */
  @PrimaryColumn('uuid')
  meetingId!: string;

  @Column('int')
  marks!: number;
}

/** Whether a person wants invitations by mail, where she has said so. */
@Entity('mail_choice')
export class MailChoiceEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  @Column('boolean')
  wanted!: boolean;
}

/** What became of a message that came in. Of what it said, another time that it proposes is kept, and nothing else. */
@Entity('mail_received')
@Index('mail_received_digest', ['digest'], { unique: true })
@Index('mail_received_meeting', ['meetingId'])
@Index('mail_received_at', ['receivedAt'])
export class MailReceivedEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** SHA-256 of the message: the same one again is not taken in again. */
  @Column('bytea')
  digest!: Buffer;

  @Column('timestamptz')
  receivedAt!: Date;

  @Column('uuid', { nullable: true })
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string | null;

  /** Whose answer it says it is; null where that is not known. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  membershipId!: string | null;

  @Column('text')
  outcome!: MailOutcome;

  /** [MA14] The time that is proposed in place of the meeting's. */
  @Column('timestamptz', { nullable: true })
  proposedStart!: Date | null;

  @Column('int', { nullable: true })
  proposedMinutes!: number | null;

  /** When a coordinator had seen to it; null while she has not. */
  @Column('timestamptz', { nullable: true })
  settledAt!: Date | null;
}
