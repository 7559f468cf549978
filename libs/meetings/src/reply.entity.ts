import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { PartStat } from '@lib/contracts/enums.js';

/** What a participant answered; no row means that she has not. `note` is sealed (scope: meeting). */
@Entity('meeting_reply')
@Index('meeting_reply_participant', ['meetingId', 'membershipId'], { unique: true })
@Check('meeting_reply_known', `part_stat IN ('accepted','tentative','declined','delegated')`)
export class MeetingReplyEntity {
  /** Another with every answer, since the note is sealed for it. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('text')
  partStat!: Exclude<PartStat, 'needsAction'>;

  /** The start that was answered for. When the meeting is moved, the answer is to another question. */
  @Column('timestamptz')
  startInstant!: Date;

  @Column('bytea', { nullable: true })
  note!: Buffer | null;

  @Column('timestamptz')
  repliedAt!: Date;
}

/** What somebody answered for all coming meetings of a series; meetings that are added later begin with it. */
@Entity('series_reply')
@Check('series_reply_known', `part_stat IN ('accepted','tentative','declined')`)
export class SeriesReplyEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('SeriesEntity', { onDelete: 'CASCADE' })
  seriesId!: string;

  @PrimaryColumn('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('text')
  partStat!: 'accepted' | 'tentative' | 'declined';

  @Column('timestamptz')
  repliedAt!: Date;
}
