import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { AgendaState, Confidentiality, ItemState, MeetingState, MinutesState, OutputType } from '@lib/contracts/enums.js';
import type { HolidayPolicy } from '@lib/scheduling/holidays.js';
import type { WeekParity } from '@lib/scheduling/recurrence.js';

/** A recurring meeting: wall time, zone and rule, never instants only. Title, place and link are sealed (scope: series). */
@Entity('series')
@Check('series_week_parity_known', `week_parity IN ('even','odd')`)
@Check('series_holiday_policy_known', `holiday_policy IN ('keep','skip','nextWorkingDay','ask')`)
export class SeriesEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  kindId!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  ownerAuthorityId!: string;

  @Column('bytea')
  title!: Buffer;

  @Column('bytea', { nullable: true })
  place!: Buffer | null;

  /** DTSTART, wall time in `timeZone`: `2026-12-07T13:00`. */
  @Column('text')
  startLocal!: string;

  @Column('text')
  timeZone!: string;

  /** RRULE value (RFC 5545 §3.3.10). */
  @Column('text')
  rrule!: string;

  /** Only ISO weeks with such a number; not the same as every second week. */
  @Column('text', { nullable: true })
  weekParity!: WeekParity | null;

  /** Local days left out, `2026-12-28`. */
  @Column('text', { array: true })
  excludedDates!: string[];

  /** Local days met besides those of the rule. */
  @Column('text', { array: true })
  addedDates!: string[];

  /** `2026-12-28`: no meeting after this day, whatever the rule says; the series has ended or will. */
  @Column('text', { nullable: true })
  lastDate!: string | null;

  @Column('text')
  holidayPolicy!: HolidayPolicy;

  /** Sealed. */
  @Column('bytea', { nullable: true })
  videoLink!: Buffer | null;

  @Column('int')
  durationMinutes!: number;

  @Column('text', { nullable: true })
  legalBasisId!: string | null;

  /** Meetings stand as rows up to here; the horizon job moves it on. */
  @Column('timestamptz')
  horizonUntil!: Date;

  /** Counts changes of the series as a whole; guards two coordinators at once. */
  @Column('int')
  version!: number;

  @Column('timestamptz')
  createdAt!: Date;
}

@Entity('series_participant')
export class SeriesParticipantEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('SeriesEntity', { onDelete: 'CASCADE' })
  seriesId!: string;

  @Index('series_participant_membership')
  @PrimaryColumn('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  /** Her time in the series, and in each of its meetings; null has no bound, the end is exclusive. */
  @Column('timestamptz', { nullable: true })
  validFrom!: Date | null;

  @Column('timestamptz', { nullable: true })
  validTo!: Date | null;
}

/** One occurrence, or a meeting by itself. Title, place and link are sealed (scope: meeting). */
@Entity('meeting')
@Index('meeting_occurrence', ['seriesId', 'recurrenceId'], { unique: true })
@Check('meeting_state_known', `state IN ('draft','proposed','confirmed','held','closed','cancelled')`)
export class MeetingEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey('SeriesEntity')
  seriesId!: string | null;

  /** Original wall start of the occurrence; stays when the meeting is moved. */
  @Column('text', { nullable: true })
  recurrenceId!: string | null;

  @Column('text')
  kindId!: string;

  @Column('text')
  @ForeignKey('AuthorityEntity')
  ownerAuthorityId!: string;

  @Column('bytea')
  title!: Buffer;

  @Column('bytea', { nullable: true })
  place!: Buffer | null;

  @Column('bytea', { nullable: true })
  videoLink!: Buffer | null;

  /** The place is the meeting's own: that of the series may change without it. */
  @Column('boolean')
  ownPlace!: boolean;

  @Column('boolean')
  ownVideoLink!: boolean;

  @Column('text')
  startLocal!: string;

  @Column('text')
  timeZone!: string;

  @Index('meeting_start')
  @Column('timestamptz')
  startInstant!: Date;

  @Column('int')
  durationMinutes!: number;

  @Column('text')
  state!: MeetingState;

  @Column('text')
  agendaState!: AgendaState;

  @Column('text')
  minutesState!: MinutesState;

  /** While the minutes are for approval: somebody asked for a change of who was there. */
  @Column('boolean', { default: false })
  minutesReopened!: boolean;

  /** Counts the changes of its time, place and being held; guards two coordinators at once. */
  @Column('int')
  version!: number;

  @Column('timestamptz')
  createdAt!: Date;
}

@Entity('meeting_participant')
@Index('meeting_participant_membership', ['membershipId', 'meetingId'])
@Index('meeting_participant_substitute', ['meetingId', 'standsInForMembershipId'], { unique: true })
export class MeetingParticipantEntity {
  @PrimaryColumn('uuid')
  @ForeignKey('MeetingEntity', { onDelete: 'CASCADE' })
  meetingId!: string;

  @PrimaryColumn('uuid')
  @ForeignKey('MembershipEntity')
  membershipId!: string;

  @Column('timestamptz')
  addedAt!: Date;

  /** The participant who sent this one instead; null for those who were invited themselves. */
  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  standsInForMembershipId!: string | null;

  /** From when on she takes part; null from the beginning. */
  @Column('timestamptz', { nullable: true })
  validFrom!: Date | null;

  /** Until when, exclusive; null without end. */
  @Column('timestamptz', { nullable: true })
  validTo!: Date | null;
}

/**
 * An agenda item, the unit of access. Order, minutes, audience and basis are rows; the words live in the Yjs document
 * `documentId`, of which `title` is the projection. Bytes are sealed (scope: item).
 */
@Entity('agenda_item')
@Index('agenda_item_meeting', ['meetingId'])
@Index('agenda_item_order', ['meetingId', 'orderKey'], { unique: true, where: 'parent_id IS NULL' })
@Index('agenda_item_child_order', ['parentId', 'orderKey'], { unique: true })
@Check('agenda_item_audience_known', `audience_kind IN ('all','restricted')`)
@Check('agenda_item_state_known', `state IN ('open','done','omitted','carried','withdrawn','moved')`)
export class AgendaItemEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  @ForeignKey('MeetingEntity')
  meetingId!: string;

  @Index('agenda_item_document', { unique: true })
  @Column('uuid')
  documentId!: string;

  /** The item it stands under: one child each under a list of children. */
  @Column('uuid', { nullable: true })
  @ForeignKey('AgendaItemEntity')
  parentId!: string | null;

  /** Fractional order key among its siblings; compared byte by byte. */
  @Column({ type: 'text', collation: 'C' })
  orderKey!: string;

  @Column('int')
  plannedMinutes!: number;

  @Column('text')
  outputType!: OutputType;

  @Column('text')
  confidentiality!: Confidentiality;

  @Column('boolean')
  mandatory!: boolean;

  @Column('boolean')
  perPerson!: boolean;

  @Column('text')
  audienceKind!: 'all' | 'restricted';

  @Column('text', { nullable: true })
  legalBasisId!: string | null;

  /** The version of the basis that it was made under. */
  @Column('text', { nullable: true })
  legalBasisVersion!: string | null;

  /** The sectors that this version admits, and the basis of its list; null where it names none. */
  @Column('text', { array: true, nullable: true })
  admittedSectors!: string[] | null;

  @Column('bytea')
  title!: Buffer;

  /** In free words. */
  @Column('bytea')
  ledBy!: Buffer;

  @Column('uuid', { nullable: true })
  @ForeignKey('MembershipEntity')
  leadMembershipId!: string | null;

  /** The heading that groups it with its neighbours. */
  @Column('bytea', { nullable: true })
  section!: Buffer | null;

  /** Pseudonymous, of the child that it is about. */
  @Column('bytea', { nullable: true })
  caseReference!: Buffer | null;

  @Column('text')
  state!: ItemState;

  /** Counts the changes of its frame and state; guards two coordinators at once. */
  @Column('int')
  version!: number;

  @Column('boolean')
  fromTemplate!: boolean;

  /** The item of an earlier meeting that it goes on with; each is carried once. */
  @Index('agenda_item_carried_from', { unique: true })
  @Column('uuid', { nullable: true })
  @ForeignKey('AgendaItemEntity')
  carriedFromItemId!: string | null;

  /** The item under another legal basis that it takes the place of; each is moved once. */
  @Index('agenda_item_moved_from', { unique: true })
  @Column('uuid', { nullable: true })
  @ForeignKey('AgendaItemEntity')
  movedFromItemId!: string | null;

  /** When its place, frame, state or title was last changed; null as it was made. */
  @Column('timestamptz', { nullable: true })
  changedAt!: Date | null;

  /** While the minutes are for approval: somebody asked for a change of this item, which can be written again. */
  @Column('boolean', { default: false })
  minutesReopened!: boolean;

  @Column('timestamptz')
  createdAt!: Date;
}
