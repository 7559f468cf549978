import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { embargoEventKinds, embargoParties, type EmbargoEventKind, type EmbargoParty } from '@lib/contracts/enums.js';
import type { Session } from '@lib/access/sessions.service.js';
import { EmbargoReviews } from '@lib/meetings/embargo-reviews.service.js';
import { Embargoes } from '@lib/meetings/embargoes.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { StandingEmbargoView } from './embargo.dto.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { Asker } from './session.guard.js';
import { IdPipe, IsInstant, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { PersonRef } from './views.dto.js';

export class EmbargoReasonBody {
  @ApiProperty()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1500)
  @NoCpr()
  reason!: string;
}

export class EmbargoReviewBody extends EmbargoReasonBody {
  @ApiProperty({ format: 'date-time', description: 'When it is looked at again.' })
  @IsInstant()
  reviewAt!: string;
}

export class NewEmbargoBody extends EmbargoReviewBody {
  @ApiProperty({ enum: embargoParties, enumName: 'EmbargoParty', isArray: true, description: 'Who must not be informed yet.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(embargoParties.length)
  @ArrayUnique()
  @IsIn(embargoParties, { each: true })
  parties!: EmbargoParty[];

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Who the other party is; no name.', example: 'mormor' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(120)
  @NoCpr()
  other?: string | null;
}

export class EmbargoEntryView {
  @ApiProperty({ enum: embargoEventKinds, enumName: 'EmbargoEventKind' })
  kind!: EmbargoEventKind;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'The review that was agreed then.' })
  reviewAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
}

export class EmbargoView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: embargoParties, enumName: 'EmbargoParty', isArray: true })
  parties!: EmbargoParty[];

  @ApiProperty({ type: String, nullable: true })
  other!: string | null;

  @ApiProperty({ example: 'begge forældre', description: 'The parties in words.' })
  towards!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty({ type: PersonRef })
  setBy!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  setAt!: string;

  @ApiProperty({ format: 'date-time' })
  reviewAt!: string;

  @ApiProperty()
  isOverdue!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  liftedAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version!: number;

  @ApiProperty()
  canMoveReview!: boolean;

  @ApiProperty()
  canLift!: boolean;

  @ApiProperty({ type: [EmbargoEntryView], description: 'The oldest first.' })
  timeline!: EmbargoEntryView[];
}

export class EmbargoesView {
  @ApiProperty({ type: [EmbargoView], description: 'In force first, then those that were lifted.' })
  embargoes!: EmbargoView[];

  @ApiProperty()
  canSet!: boolean;
}

export class WaitingReviewView {
  @ApiProperty({ format: 'uuid' })
  meetingId!: string;

  @ApiProperty({ format: 'uuid' })
  itemId!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ type: StandingEmbargoView })
  embargo!: StandingEmbargoView;
}

export class WaitingReviews {
  @ApiProperty({ type: [WaitingReviewView] })
  reviews!: WaitingReviewView[];
}

/** Embargoes on informing: who must not know yet, until when that is looked at again, and who lifted it. */
@ApiTags('embargoes')
@Controller()
export class EmbargoesController {
  constructor(
    private readonly embargoes: Embargoes,
    private readonly reviews: EmbargoReviews,
  ) {}

  /** Reviews that wait for the asker: of embargoes that she set, and for the police, of all that they read. */
  @Get('embargoes/waiting')
  @ApiOkResponse({ type: WaitingReviews })
  async waiting(@Asker() session: Session): Promise<WaitingReviews> {
    return { reviews: await this.reviews.waiting(session) };
  }

  @Get('items/:id/embargoes')
  @ApiOkResponse({ type: EmbargoesView })
  async ofItem(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<EmbargoesView> {
    return this.embargoes.ofItem(session, id);
  }

  @Post('items/:id/embargoes')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: EmbargoesView })
  async set(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewEmbargoBody, @IdempotencyKey() request?: IdempotentRequest): Promise<EmbargoesView> {
    return this.embargoes.set(session, id, { ...body, other: body.other ?? null }, request);
  }

  @Post('embargoes/:id/review')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiOkResponse({ type: EmbargoesView })
  async moveReview(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: EmbargoReviewBody, @IfMatch() expected: number | null): Promise<EmbargoesView> {
    return this.embargoes.moveReview(session, id, body.reviewAt, body.reason, expected);
  }

  /** Only by the police. */
  @Post('embargoes/:id/lift')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiOkResponse({ type: EmbargoesView })
  async lift(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: EmbargoReasonBody, @IfMatch() expected: number | null): Promise<EmbargoesView> {
    return this.embargoes.lift(session, id, body.reason, expected);
  }
}
