import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { decisionStates, type DecisionState } from '@lib/contracts/enums.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { DecisionsService } from '@lib/decisions/decisions.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { Asker } from './session.guard.js';
import { IdPipe, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { AuthorityRef, LegalBasisRef, LegalBasisView, PersonRef } from './views.dto.js';

export class NewDecisionBody {
  @ApiProperty()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  @NoCpr()
  text!: string;

  @ApiProperty({ description: 'Why; a decision without reasons is not recorded.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(8000)
  @NoCpr()
  reasons!: string;

  @ApiProperty({ example: 'municipality:219' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  decidingAuthorityId!: string;

  @ApiProperty({ format: 'uuid', description: 'A person of the deciding authority who can read the item.' })
  @IsUUID()
  responsiblePersonId!: string;

  @ApiProperty({ format: 'date', example: '2026-12-14' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  deadline!: string;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  legalBasisId?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Sag 2026-014' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @NoCpr()
  caseReference?: string | null;
}

export class ConfirmBody {
  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  @NoCpr()
  comment?: string | null;
}

export class CorrectionBody extends NewDecisionBody {
  @ApiProperty({ description: 'What was wrong with the decision that this one replaces.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  @NoCpr()
  why!: string;
}

export class ReturnBody {
  @ApiProperty({ description: 'What must be looked at again.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  @NoCpr()
  comment!: string;
}

export class LogQueryParameters {
  @ApiProperty({ required: false, enum: decisionStates, enumName: 'DecisionState' })
  @IsOptional()
  @IsIn(decisionStates)
  state?: DecisionState;

  @ApiProperty({ required: false, description: 'The deciding authority.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  authorityId?: string;

  @ApiProperty({ required: false, enum: ['true', 'false'] })
  @IsOptional()
  @IsIn(['true', 'false'])
  overdue?: 'true' | 'false';

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 100, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsUUID()
  cursor?: string;
}

class DecisionMeeting {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null when the asker takes no part in the meeting.' })
  id!: string | null;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  startInstant!: string;
}

export class DecisionSummary {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  text!: string;

  @ApiProperty({ type: String, nullable: true })
  caseReference!: string | null;

  @ApiProperty({ type: AuthorityRef })
  decidingAuthority!: AuthorityRef;

  @ApiProperty({ type: PersonRef })
  responsible!: PersonRef;

  @ApiProperty({ format: 'date' })
  deadline!: string;

  @ApiProperty()
  overdue!: boolean;

  @ApiProperty({ enum: decisionStates, enumName: 'DecisionState' })
  state!: DecisionState;

  @ApiProperty({ format: 'date-time' })
  recordedAt!: string;

  @ApiProperty({ type: DecisionMeeting })
  meeting!: DecisionMeeting;
}

class TimelineEntry {
  @ApiProperty({ enum: decisionStates, enumName: 'DecisionState' })
  kind!: DecisionState;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, nullable: true })
  comment!: string | null;
}

export class DecisionView extends DecisionSummary {
  @ApiProperty()
  reasons!: string;

  @ApiProperty({ type: LegalBasisRef, nullable: true })
  legalBasis!: LegalBasisRef | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'null when the asker may not read the item.' })
  itemId!: string | null;

  @ApiProperty({ type: PersonRef })
  recordedBy!: PersonRef;

  @ApiProperty({ description: 'Whether the asker may confirm it now.' })
  canReview!: boolean;

  @ApiProperty({ description: 'Whether the asker may return it now.' })
  canReturn!: boolean;

  @ApiProperty({ description: 'Whether the asker may put a corrected decision in its place now.' })
  canCorrect!: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The decision that this one corrects.' })
  supersedesId!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The decision that stands in its place.' })
  supersededById!: string | null;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty({ type: [TimelineEntry] })
  timeline!: TimelineEntry[];
}

export class DecisionList {
  @ApiProperty({ type: [DecisionSummary] })
  decisions!: DecisionSummary[];
}

export class DecisionLog extends DecisionList {
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class DecisionOptions {
  @ApiProperty({ type: [AuthorityRef] })
  authorities!: AuthorityRef[];

  @ApiProperty({ type: [PersonRef] })
  people!: PersonRef[];

  @ApiProperty({ type: [LegalBasisView] })
  legalBases!: LegalBasisView[];

  @ApiProperty({ type: String, nullable: true })
  suggestedLegalBasisId!: string | null;
}

@ApiTags('decisions')
@Controller()
export class DecisionsController {
  constructor(private readonly decisions: DecisionsService) {}

  @Get('items/:id/decision-options')
  @ApiOkResponse({ type: DecisionOptions })
  async options(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<DecisionOptions> {
    return this.decisions.options(session, id);
  }

  @Get('items/:id/decisions')
  @ApiOkResponse({ type: DecisionList })
  async ofItem(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<DecisionList> {
    return { decisions: await this.decisions.ofItem(session, id) };
  }

  @Post('items/:id/decisions')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: DecisionView })
  async record(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewDecisionBody, @IdempotencyKey() request?: IdempotentRequest): Promise<DecisionView> {
    return this.decisions.record(session, id, { ...body, legalBasisId: body.legalBasisId ?? null, caseReference: body.caseReference ?? null }, request);
  }

  /** The decision log, newest first: what one's own items decided, and for leaders what their authority decided. */
  @Get('decisions')
  @ApiOkResponse({ type: DecisionLog })
  async log(@Asker() session: Session, @Query() query: LogQueryParameters): Promise<DecisionLog> {
    return this.decisions.log(session, { ...query, overdue: query.overdue === 'true' });
  }

  @Get('decisions/:id')
  @ApiOkResponse({ type: DecisionView })
  async get(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<DecisionView> {
    return this.decisions.get(session, id);
  }

  @Post('decisions/:id/confirm')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiOkResponse({ type: DecisionView })
  async confirm(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ConfirmBody, @IfMatch() expectedVersion: number | null): Promise<DecisionView> {
    return this.decisions.review(session, id, 'confirmed', body.comment ?? null, expectedVersion);
  }

  /** Puts a corrected decision in its place; both stay, and the new one waits for its leader. */
  @Post('decisions/:id/correction')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiCreatedResponse({ type: DecisionView })
  async correct(
    @Asker() session: Session,
    @Param('id', IdPipe) id: string,
    @Body() { why, ...body }: CorrectionBody,
    @IfMatch() expectedVersion: number | null,
    @IdempotencyKey() request?: IdempotentRequest,
  ): Promise<DecisionView> {
    return this.decisions.correct(session, id, { ...body, legalBasisId: body.legalBasisId ?? null, caseReference: body.caseReference ?? null }, why, expectedVersion, request);
  }

  @Post('decisions/:id/return')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiOkResponse({ type: DecisionView })
  async return(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ReturnBody, @IfMatch() expectedVersion: number | null): Promise<DecisionView> {
    return this.decisions.review(session, id, 'returned', body.comment, expectedVersion);
  }
}
