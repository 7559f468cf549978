import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ChosenNotificationKind, NotificationKind } from '@lib/contracts/enums.js';

/** That something happened, for one membership. Ids only: what it says follows from what its reader may see. */
@Entity('notification')
@Index('notification_meeting', ['meetingId'])
@Index('notification_reader', ['membershipId', 'id'])
@Index('notification_once', ['membershipId', 'onceKey'], { unique: true })
@Check('notification_meeting_known', `meeting_id IS NOT NULL OR kind = 'calendarLinkMade'`)
export class NotificationEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('text')
  kind!: NotificationKind;

  /** [NO10] null in what is about the person herself. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('AgendaItemEntity', { onDelete: 'CASCADE' })
  itemId!: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('DecisionEntity', { onDelete: 'CASCADE' })
  decisionId!: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('FollowUpEntity', { onDelete: 'CASCADE' })
  followUpId!: string | null;

  /** What is told once at most carries the same key every time. */
  @Column('text', { nullable: true })
  onceKey!: string | null;

  @Column('timestamptz')
  at!: Date;

  @Column('timestamptz', { nullable: true })
  readAt!: Date | null;
}

/** A kind that a person does not want. [NO10] What she is told for her own safety is none. */
@Entity('notification_mute')
export class NotificationMuteEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('PersonEntity')
  personId!: string;

  @PrimaryColumn('text')
  kind!: ChosenNotificationKind;
}
