import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { meetingStates, recurrenceFrequencies, type MeetingState, type RecurrenceFrequency } from '@lib/contracts/enums.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { SeriesService } from '@lib/meetings/series.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { Asker } from './session.guard.js';
import { IdPipe, NoCpr, TrimmedOrNull } from './validation.js';
import { AuthorityRef, PersonRef } from './views.dto.js';

class RecurrenceChoice {
  @ApiProperty({ enum: recurrenceFrequencies, description: 'fortnightly: every second week, counted from the first meeting.' })
  @IsIn(recurrenceFrequencies)
  frequency!: RecurrenceFrequency;
}

export class NewSeriesBody {
  @ApiProperty({ example: 'section115HandoverMeeting' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  kindId!: string;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Neutral title; default the title of the kind.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(120)
  @NoCpr()
  title?: string | null;

  @ApiProperty({ example: '2026-12-07T13:00', description: 'First meeting, wall time in Europe/Copenhagen.' })
  @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)
  startLocal!: string;

  @ApiProperty({ type: RecurrenceChoice })
  @IsObject()
  @ValidateNested()
  @Type(() => RecurrenceChoice)
  recurrence!: RecurrenceChoice;

  @ApiProperty({ type: 'integer', minimum: 5, maximum: 720 })
  @IsInt()
  @Min(5)
  @Max(720)
  durationMinutes!: number;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @NoCpr()
  place?: string | null;

  @ApiProperty({ type: [String], description: 'Partners; the own authority is implied.' })
  @IsArray()
  @ArrayMaxSize(150)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  authorityIds!: string[];

  @ApiProperty({ type: [String], description: 'Memberships of those who take part; the coordinator herself is implied.' })
  @IsArray()
  @ArrayMaxSize(300)
  @IsUUID(undefined, { each: true })
  participantMembershipIds!: string[];
}

export class SeriesSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty()
  kindId!: string;

  @ApiProperty()
  kindTitle!: string;

  @ApiProperty({ example: 'Hver mandag kl. 13.00–14.00' })
  ruleInWords!: string;

  @ApiProperty({ type: [AuthorityRef] })
  authorities!: AuthorityRef[];

  @ApiProperty()
  startLocal!: string;

  @ApiProperty({ example: 'Europe/Copenhagen' })
  timeZone!: string;

  @ApiProperty({ example: 'FREQ=WEEKLY;BYDAY=MO' })
  rrule!: string;

  @ApiProperty({ type: 'integer' })
  durationMinutes!: number;

  @ApiProperty({ type: String, nullable: true })
  place!: string | null;

  @ApiProperty({ type: AuthorityRef })
  owner!: AuthorityRef;

  @ApiProperty({ type: [PersonRef] })
  participants!: PersonRef[];
}

class OccurrenceView {
  @ApiProperty({ description: 'Original wall start.' })
  recurrenceId!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;

  @ApiProperty({ format: 'date-time' })
  endInstant!: string;

  @ApiProperty()
  startLocal!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null beyond the horizon up to which meetings stand.' })
  meetingId!: string | null;

  @ApiProperty({ enum: meetingStates, enumName: 'MeetingState', nullable: true })
  state!: MeetingState | null;
}

export class SeriesView extends SeriesSummary {
  @ApiProperty({ type: [OccurrenceView], description: 'The next twelve.' })
  occurrences!: OccurrenceView[];
}

export class SeriesList {
  @ApiProperty({ type: [SeriesSummary] })
  series!: SeriesSummary[];
}

@ApiTags('series')
@Controller('series')
export class SeriesController {
  constructor(private readonly series: SeriesService) {}

  @Post()
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: SeriesView })
  async create(@Asker() session: Session, @Body() body: NewSeriesBody, @IdempotencyKey() request?: IdempotentRequest): Promise<SeriesView> {
    const id = await this.series.create(
      session,
      {
        kindId: body.kindId,
        title: body.title ?? null,
        startLocal: body.startLocal,
        frequency: body.recurrence.frequency,
        durationMinutes: body.durationMinutes,
        place: body.place ?? null,
        authorityIds: body.authorityIds,
        participantMembershipIds: body.participantMembershipIds,
      },
      request,
    );
    return this.series.get(session, id);
  }

  @Get()
  @ApiOkResponse({ type: SeriesList })
  async list(@Asker() session: Session): Promise<SeriesList> {
    return { series: await this.series.list(session) };
  }

  @Get(':id')
  @ApiOkResponse({ type: SeriesView })
  async get(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<SeriesView> {
    return this.series.get(session, id);
  }
}
