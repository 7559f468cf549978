import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { AttendanceState } from '@lib/contracts/enums.js';

/** One marking of one participant; the last counts, and the database keeps them all. */
@Entity('attendance_entry')
@Index('attendance_entry_participant', ['meetingId', 'membershipId', 'at'])
@Check('attendance_entry_known', `state IN ('present','late','excused','absent')`)
export class AttendanceEntryEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('text')
  state!: AttendanceState;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  setByMembershipId!: string;

  @Column('timestamptz')
  at!: Date;
}
