import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { guestCovers, type GuestCover } from '@lib/contracts/enums.js';
import type { Session } from '@lib/access/sessions.service.js';
import { availabilities, FindTime, leastMinutes, longestMinutes, mostAsked, mostTimes, type AvailabilityWord, type TimeQuestion } from '@lib/meetings/find-time.service.js';
import { MovePreview } from '@lib/meetings/move-preview.service.js';
import { ReadsOnly } from './asking.js';
import { Limited } from './rate-limit.guard.js';
import { Asker } from './session.guard.js';
import { QuorumView } from './people.dto.js';
import { IdPipe, IsDay } from './validation.js';
import { GuestRef, PersonRef } from './views.dto.js';

const clock = /^([01]\d|2[0-3]):[0-5]\d$/;

export class FindTimeBody {
  @ApiProperty({ type: [String], maxItems: mostAsked, description: 'Memberships of those without whom it is not held.' })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(mostAsked)
  @IsUUID(undefined, { each: true })
  required!: string[];

  @ApiProperty({ type: [String], maxItems: mostAsked, required: false, nullable: true, description: 'Memberships of those who are welcome.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(mostAsked)
  @IsUUID(undefined, { each: true })
  optional?: string[] | null;

  @ApiProperty({ type: [String], maxItems: mostAsked, required: false, nullable: true, description: 'Of `required`, those in whose place somebody may come whom the contact register names.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(mostAsked)
  @IsUUID(undefined, { each: true })
  orSubstitute?: string[] | null;

  @ApiProperty({ type: 'integer', minimum: 5, maximum: longestMinutes, description: 'No longer than the hours allow.' })
  @IsInt()
  @Min(5)
  @Max(longestMinutes)
  durationMinutes!: number;

  @ApiProperty({ type: String, format: 'date', description: 'From tomorrow on.' })
  @IsDay()
  fromDate!: string;

  @ApiProperty({ type: String, format: 'date', description: 'The last day; at most a year ahead.' })
  @IsDay()
  toDate!: string;

  @ApiProperty({ type: String, required: false, nullable: true, example: '08:00', description: `No earlier than this; 08:00 when absent. Of the usual day, 8 to 16, the hours hold ${leastMinutes / 60} hours and twice the meeting at least, or all of it.` })
  @IsOptional()
  @Matches(clock)
  earliest?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: '16:00', description: 'Over by then; 16:00 when absent.' })
  @IsOptional()
  @Matches(clock)
  latest?: string | null;

  @ApiProperty({ type: Boolean, required: false, nullable: true, description: 'Yes when absent: whether so many must be able to come as the kind of meeting asks.' })
  @IsOptional()
  @IsBoolean()
  quorate?: boolean | null;
}

export class FindTimeForNewBody extends FindTimeBody {
  @ApiProperty({ example: 'section115HandoverMeeting' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  kindId!: string;
}

class AvailabilityView {
  @ApiProperty({ format: 'uuid' })
  membershipId!: string;

  @ApiProperty({ enum: availabilities, enumName: 'Availability', description: '`unsettled`: could give up what is not settled; told of colleagues only.' })
  availability!: AvailabilityWord;
}

class FoundTimeView {
  @ApiProperty({ example: '2026-12-08T13:00', description: 'Wall time in Europe/Copenhagen.' })
  startLocal!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;

  @ApiProperty({ type: 'integer' })
  durationMinutes!: number;

  @ApiProperty({ type: [String], description: 'Sentences, the good ones first.' })
  reasons!: string[];

  @ApiProperty({ type: [AvailabilityView] })
  people!: AvailabilityView[];
}

class AskedPersonView {
  @ApiProperty({ type: PersonRef })
  person!: PersonRef;

  @ApiProperty()
  isRequired!: boolean;

  @ApiProperty({ type: PersonRef, nullable: true, description: 'Whom she sent to the meeting.' })
  substitute!: PersonRef | null;

  @ApiProperty({ type: [PersonRef], description: 'Who may come in her place as the contact register has it, where that was asked for.' })
  standIns!: readonly PersonRef[];
}

class RelaxationView {
  @ApiProperty({ description: 'What would have to give, as a sentence.' })
  words!: string;

  @ApiProperty({ type: FoundTimeView, description: 'The best time that it gives.' })
  time!: FoundTimeView;
}

export class FindTimeView {
  @ApiProperty({ type: [AskedPersonView] })
  people!: AskedPersonView[];

  @ApiProperty({ type: [FoundTimeView], description: `Of each day the best time, the best day first; at most ${mostTimes}.` })
  times!: FoundTimeView[];

  @ApiProperty({ type: [RelaxationView], description: 'When there is none: the smallest changes that would give one.' })
  relaxations!: RelaxationView[];
}

export class MovePreviewBody {
  @ApiProperty({ example: '2026-12-08T13:00', description: 'Wall time in Europe/Copenhagen; at most a year ahead.' })
  @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)
  startLocal!: string;

  @ApiProperty({ type: 'integer', minimum: 5, maximum: 720 })
  @IsInt()
  @Min(5)
  @Max(720)
  durationMinutes!: number;
}

class SpanView {
  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;
}

class NewSpanView extends SpanView {
  @ApiProperty({ example: '2026-12-08T13:00', description: 'Wall time in Europe/Copenhagen.' })
  startLocal!: string;

  @ApiProperty({ type: 'integer' })
  durationMinutes!: number;
}

class SeatView {
  @ApiProperty({ type: PersonRef })
  person!: PersonRef;

  @ApiProperty({ type: PersonRef, nullable: true, description: 'Whom she sent to the meeting.' })
  substitute!: PersonRef | null;

  @ApiProperty({ enum: availabilities, enumName: 'Availability' })
  availability!: AvailabilityWord;
}

class MovedGuestView extends GuestRef {
  @ApiProperty({ enum: guestCovers, enumName: 'GuestCover', description: 'How much of the new time lies within hers.' })
  cover!: GuestCover;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time', description: 'Exclusive.' })
  to!: string;
}

export class MovePreviewView {
  @ApiProperty({ type: 'integer', description: 'The version of the meeting that this is said of; for If-Match of the move.' })
  version!: number;

  @ApiProperty({ type: SpanView })
  from!: SpanView;

  @ApiProperty({ type: NewSpanView })
  to!: NewSpanView;

  @ApiProperty({ type: String, nullable: true, description: 'Name of the holiday on the new day.' })
  holiday!: string | null;

  @ApiProperty({ description: 'False outside of usual hours and on closed days: then nobody is asked about.' })
  isKnown!: boolean;

  @ApiProperty({ type: [SeatView], description: 'Who was invited, and whether she can.' })
  people!: SeatView[];

  @ApiProperty({ type: QuorumView, nullable: true, description: 'Whether so many can come then as the kind of meeting asks; null where it is not known.' })
  quorum!: QuorumView | null;

  @ApiProperty({ type: [MovedGuestView], description: 'Guests who could be at less of it then, or at nothing.' })
  guests!: MovedGuestView[];
}

const questionOf = ({ required, optional, orSubstitute, durationMinutes, fromDate, toDate, earliest, latest, quorate }: FindTimeBody): TimeQuestion => ({
  required: required.map((id) => id.toLowerCase()),
  optional: (optional ?? []).map((id) => id.toLowerCase()),
  orSubstitute: (orSubstitute ?? []).map((id) => id.toLowerCase()),
  durationMinutes,
  fromDate,
  toDate,
  earliest: earliest ?? '08:00',
  latest: latest ?? '16:00',
  quorate: quorate ?? true,
});

/** When people can come. Of nobody more is told than that she can, cannot, or can with a substitute. */
@ApiTags('meetings')
@Limited('findTime')
@Controller()
export class FindTimeController {
  constructor(
    private readonly find: FindTime,
    private readonly preview: MovePreview,
  ) {}

  /** What it would mean to move a meeting to a time; it stays where it is. */
  @Post('meetings/:id/move-preview')
  @ReadsOnly()
  @HttpCode(200)
  @ApiOkResponse({ type: MovePreviewView })
  async movePreview(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { startLocal, durationMinutes }: MovePreviewBody): Promise<MovePreviewView> {
    return this.preview.of(session, id, { startLocal, durationMinutes });
  }

  /** Where a meeting can be moved to. */
  @Post('meetings/:id/find-time')
  @ReadsOnly()
  @HttpCode(200)
  @ApiOkResponse({ type: FindTimeView })
  async forMeeting(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: FindTimeBody): Promise<FindTimeView> {
    return this.find.forMeeting(session, id, questionOf(body));
  }

  /** When a new meeting can be held, for people whom one could call to it. */
  @Post('find-time')
  @ReadsOnly()
  @HttpCode(200)
  @ApiOkResponse({ type: FindTimeView })
  async forNewMeeting(@Asker() session: Session, @Body() body: FindTimeForNewBody): Promise<FindTimeView> {
    return this.find.forNewMeeting(session, body.kindId, questionOf(body));
  }
}
