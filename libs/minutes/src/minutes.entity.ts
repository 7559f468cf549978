import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { MinutesEventKind, PartState, RoundPhase } from './minutes.js';

/**
 * The minutes of a meeting, sent for approval once. `part` is an item, or the meeting itself for its frame (when, where,
 * who was there); the id of a part is the scope of the key that its content is sealed with.
 */
@Entity('minutes_round')
@Index('minutes_round_number', ['meetingId', 'number'], { unique: true })
@Check('minutes_round_phase_known', `phase IN ('open','withdrawn','approved')`)
export class MinutesRoundEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  /** From 1. */
  @Column('int')
  number!: number;

  @Column('text')
  phase!: RoundPhase;

  /** The day until which the coordinator asks for answers, Danish time. */
  @Column('date', { nullable: true })
  due!: string | null;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  sentByMembershipId!: string;

  @Column('timestamptz')
  sentAt!: Date;

  @Column('timestamptz', { nullable: true })
  endedAt!: Date | null;

  /** Once approved: the leaves of the tree, 32 bytes each, in order (docs/minutes.md). */
  @Column('bytea', { nullable: true })
  leaves!: Buffer | null;

  @Column('bytea', { nullable: true })
  root!: Buffer | null;
}

/** How far a part has come in a round. */
@Entity('minutes_part')
@Index('minutes_part_meeting', ['meetingId'])
@Index('minutes_part_freezing', ['meetingId'], { where: `state = 'freezing'` })
@Check('minutes_part_state_known', `state IN ('freezing','frozen','reopened')`)
export class MinutesPartEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('MinutesRoundEntity')
  roundId!: string;

  @PrimaryColumn('uuid')
  partId!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Column('text')
  state!: PartState;

  /** The snapshot that counts; 0 before the first. */
  @Column('int')
  version!: number;

  /** Which freezing this is: what was read for an earlier one is not taken for it. */
  @Column('uuid', { nullable: true })
  freezeId!: string | null;

  /** The request was withdrawn: with the same words the old version counts again. */
  @Column('boolean')
  isRestore!: boolean;
}

/** What a part said when it was frozen. Append-only. `content` is sealed JSON with its salt (scope: the part). */
@Entity('minutes_snapshot')
@Index('minutes_snapshot_version', ['roundId', 'partId', 'version'], { unique: true })
export class MinutesSnapshotEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MinutesRoundEntity')
  roundId!: string;

  @Column('uuid')
  partId!: string;

  @Column('int')
  version!: number;

  @Column('bytea')
  content!: Buffer;

  /** SHA-256; says nothing without salt and content (docs/minutes.md). */
  @Column('bytea')
  commitment!: Buffer;

  @Column('timestamptz')
  takenAt!: Date;
}

/** The append-only timeline, from which approvals and requests are read. `text` is sealed (scope: the first part). */
@Entity('minutes_event')
@Index('minutes_event_meeting', ['meetingId', 'id'])
@Check('minutes_event_kind_known', `kind IN ('sent','approved','changeRequested','requestWithdrawn','resent','reminded','withdrawn','completed','addendum')`)
export class MinutesEventEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Column('uuid')
  @ForeignKey('MinutesRoundEntity')
  roundId!: string;

  @Column('text')
  kind!: MinutesEventKind;

  /** What it is about; whoever reads none of them does not hear of it. */
  @Column('uuid', { array: true })
  partIds!: string[];

  /** Their versions, in the same order. */
  @Column('int', { array: true })
  versions!: number[];

  /** In whose name, or who is reminded. */
  @Column('text', { nullable: true })
  @ForeignKey('AuthorityEntity')
  authorityId!: string | null;

  /** null: nobody in particular, the last approval did it. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  membershipId!: string | null;

  /** The request that is withdrawn. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MinutesEventEntity')
  aboutId!: string | null;

  @Column('bytea', { nullable: true })
  text!: Buffer | null;

  /** Of an approval: SHA-256 over exactly what its giver could read (docs/minutes.md). */
  @Column('bytea', { nullable: true })
  digest!: Buffer | null;

  @Column('timestamptz')
  at!: Date;
}

/** Added to approved minutes; append-only. `content` is sealed JSON with its salt (scope: the part). */
@Entity('minutes_addendum')
@Index('minutes_addendum_meeting', ['meetingId', 'id'])
export class MinutesAddendumEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Column('uuid')
  partId!: string;

  @Column('bytea')
  content!: Buffer;

  @Column('bytea')
  commitment!: Buffer;

  @Column('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('timestamptz')
  at!: Date;
}
