import { ApiProperty } from '@nestjs/swagger';
import { attendanceStates, partStats, sectors, type AttendanceState, type PartStat, type Sector } from '@lib/contracts/enums.js';
import { PersonRef, WindowView } from './views.dto.js';

export class AttendanceView {
  @ApiProperty({ enum: attendanceStates, enumName: 'AttendanceState' })
  state!: AttendanceState;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ description: 'Name of who marked it.' })
  setBy!: string;
}

/** Somebody at a meeting, with what she answered. */
export class ParticipantView extends PersonRef {
  @ApiProperty({ enum: partStats, enumName: 'PartStat' })
  partStat!: PartStat;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  repliedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Written with the answer; null for everybody but the writer and the coordinators.' })
  note!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The participant whose substitute this is.' })
  standsInForMembershipId!: string | null;

  @ApiProperty({ type: WindowView, nullable: true, description: 'Her time in the meeting; null without bounds.' })
  window!: WindowView | null;

  @ApiProperty({ type: [AttendanceView], description: 'Every marking, the last, which counts, first.' })
  attendance!: AttendanceView[];
}

/** How many answered what. */
export class ReplyCountsView implements Record<PartStat, number> {
  @ApiProperty({ type: 'integer' })
  needsAction!: number;

  @ApiProperty({ type: 'integer' })
  accepted!: number;

  @ApiProperty({ type: 'integer' })
  tentative!: number;

  @ApiProperty({ type: 'integer' })
  declined!: number;

  @ApiProperty({ type: 'integer' })
  delegated!: number;
}

export class QuorumGapView {
  @ApiProperty({ enum: ['sector', 'oneOf', 'participants', 'municipalities'] })
  kind!: 'sector' | 'oneOf' | 'participants' | 'municipalities';

  @ApiProperty({ enum: sectors, enumName: 'Sector', required: false, description: 'Of `sector`.' })
  sector?: Sector;

  @ApiProperty({ enum: sectors, enumName: 'Sector', isArray: true, required: false, description: 'Of `oneOf`.' })
  sectors?: readonly Sector[];

  @ApiProperty({ type: 'integer', required: false, description: 'Of `participants` and `municipalities`: how many are missing.' })
  count?: number;

  @ApiProperty({ description: 'Whether those who have not decided would be enough.' })
  possible!: boolean;
}

export class QuorumView {
  @ApiProperty()
  met!: boolean;

  @ApiProperty({ type: [QuorumGapView] })
  gaps!: QuorumGapView[];
}
