import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { followUpStates, type FollowUpState } from '@lib/contracts/enums.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { FollowUpsService, followUpScopes, type FollowUpScope } from '@lib/decisions/follow-ups.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { StandingEmbargoView } from './embargo.dto.js';
import { Asker } from './session.guard.js';
import { IdPipe, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { PersonRef } from './views.dto.js';

export class NewFollowUpBody {
  @ApiProperty()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(2000)
  @NoCpr()
  text!: string;

  @ApiProperty({ format: 'uuid', description: 'A person who can read the item.' })
  @IsUUID()
  ownerPersonId!: string;

  @ApiProperty({ format: 'date', example: '2026-12-14' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  deadline!: string;

  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'The decision of the same item that it carries out.' })
  @IsOptional()
  @IsUUID()
  decisionId?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Sag 2026-014' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @NoCpr()
  caseReference?: string | null;
}

export class FollowUpAnswerBody {
  @ApiProperty({ enum: followUpStates, enumName: 'FollowUpState' })
  @IsIn(followUpStates)
  state!: FollowUpState;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Needed for notDone, overtaken and handedOver.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  @NoCpr()
  reason?: string | null;

  @ApiProperty({ type: String, format: 'uuid', required: false, nullable: true, description: 'When handing over: somebody else who can read the item.' })
  @IsOptional()
  @IsUUID()
  newOwnerPersonId?: string | null;

  @ApiProperty({ type: String, format: 'date', required: false, nullable: true, description: 'When handing over: a later deadline.' })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  newDeadline?: string | null;
}

export class FollowUpQueryParameters {
  @ApiProperty({ required: false, enum: followUpScopes, default: 'mine', description: 'unit: everybody in the asker’s unit, as far as she may read it. authority: everybody in the authority, for its leaders.' })
  @IsOptional()
  @IsIn(followUpScopes)
  scope: FollowUpScope = 'mine';

  @ApiProperty({ required: false, enum: ['true', 'false'], description: 'Open ones, or closed ones.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  open?: 'true' | 'false';

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

class FollowUpMeeting {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null when the asker may not read the item.' })
  id!: string | null;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;
}

class FollowUpTimelineEntry {
  @ApiProperty({ enum: followUpStates, enumName: 'FollowUpState' })
  kind!: FollowUpState;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
}

export class FollowUpView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  text!: string;

  @ApiProperty({ type: String, nullable: true })
  caseReference!: string | null;

  @ApiProperty({ type: PersonRef })
  owner!: PersonRef;

  @ApiProperty({ description: 'The owner acts by this membership no longer; the leaders of her authority see to it.' })
  ownerHasLeft!: boolean;

  @ApiProperty({ format: 'date' })
  deadline!: string;

  @ApiProperty({ enum: followUpStates, enumName: 'FollowUpState' })
  state!: FollowUpState;

  @ApiProperty()
  overdue!: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  decisionId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The follow-up that was handed over into this one.' })
  continuesId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  itemId!: string | null;

  @ApiProperty({ type: FollowUpMeeting })
  meeting!: FollowUpMeeting;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ type: [StandingEmbargoView], description: 'Embargoes on informing in force at its item.' })
  embargoes!: StandingEmbargoView[];

  @ApiProperty({ description: 'Whether the asker may say what became of it.' })
  canAnswer!: boolean;

  @ApiProperty({ type: [FollowUpTimelineEntry] })
  timeline!: FollowUpTimelineEntry[];
}

export class FollowUpList {
  @ApiProperty({ type: [FollowUpView] })
  followUps!: FollowUpView[];
}

export class FollowUpPage extends FollowUpList {
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

@ApiTags('follow-ups')
@Controller()
export class FollowUpsController {
  constructor(private readonly followUps: FollowUpsService) {}

  @Get('items/:id/follow-ups')
  @ApiOkResponse({ type: FollowUpList })
  async ofItem(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<FollowUpList> {
    return { followUps: await this.followUps.ofItem(session, id) };
  }

  @Post('items/:id/follow-ups')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: FollowUpView })
  async record(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewFollowUpBody, @IdempotencyKey() request?: IdempotentRequest): Promise<FollowUpView> {
    return this.followUps.record(session, id, { ...body, decisionId: body.decisionId ?? null, caseReference: body.caseReference ?? null }, request);
  }

  /** The open follow-ups of earlier meetings of the series, for the top of this one's agenda. */
  @Get('meetings/:id/open-follow-ups')
  @ApiOkResponse({ type: FollowUpList })
  async carriedTo(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<FollowUpList> {
    return { followUps: await this.followUps.carriedTo(session, id) };
  }

  /** Follow-ups across meetings, by deadline. */
  @Get('follow-ups')
  @ApiOkResponse({ type: FollowUpPage })
  async list(@Asker() session: Session, @Query() query: FollowUpQueryParameters): Promise<FollowUpPage> {
    return this.followUps.list(session, {
      scope: query.scope,
      limit: query.limit,
      ...(query.open === undefined ? {} : { isOpen: query.open === 'true' }),
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    });
  }

  @Get('follow-ups/:id')
  @ApiOkResponse({ type: FollowUpView })
  async get(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<FollowUpView> {
    return this.followUps.get(session, id);
  }

  /** Says what became of it. */
  @Post('follow-ups/:id/state')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiOkResponse({ type: FollowUpView })
  async answer(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: FollowUpAnswerBody, @IfMatch() expectedVersion: number | null): Promise<FollowUpView> {
    return this.followUps.answer(session, id, { state: body.state, reason: body.reason ?? null, newOwnerPersonId: body.newOwnerPersonId ?? null, newDeadline: body.newDeadline ?? null, expectedVersion });
  }
}
