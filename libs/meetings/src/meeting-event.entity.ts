import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { MeetingChangeKind } from './meeting.js';

/** What was changed about a meeting's time, place or being held; only grows. `reason` is sealed (scope: meeting). */
@Entity('meeting_event')
@Index('meeting_event_order', ['meetingId', 'version'], { unique: true })
@Check('meeting_event_kind_known', `kind IN ('cancelled','restored','moved','kept','placed','rescheduled','renamed','invited','dropped','published','started','agendaClosed')`)
export class MeetingEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  /** The version that the meeting got by it. */
  @Column('int')
  version!: number;

  @Column('text')
  kind!: MeetingChangeKind;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('bytea', { nullable: true })
  reason!: Buffer | null;

  /** Wall time it was moved from. */
  @Column('text', { nullable: true })
  movedFromLocal!: string | null;

  @Column('timestamptz')
  at!: Date;
}
