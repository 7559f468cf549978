import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { outputTypes, proposalStates, sectors, type OutputType, type ProposalState, type Sector } from '@lib/contracts/enums.js';
import type { Session } from '@lib/access/sessions.service.js';
import { ItemProposals } from '@lib/meetings/item-proposals.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { Asker } from './session.guard.js';
import { IdPipe, NoCpr, Trimmed } from './validation.js';
import { PersonRef } from './views.dto.js';

export class NewProposalBody {
  @ApiProperty({ description: 'Neutral: no name.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @NoCpr()
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 480 })
  @IsInt()
  @Min(1)
  @Max(480)
  plannedMinutes!: number;

  @ApiProperty({ enum: outputTypes, enumName: 'OutputType' })
  @IsIn(outputTypes)
  outputType!: OutputType;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'The usual one when absent.' })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  legalBasisId?: string | null;
}

export class AcceptProposalBody {
  @ApiProperty({ type: String, required: false, nullable: true, format: 'uuid', description: 'The item it comes after; last when absent.' })
  @IsOptional()
  @IsUUID()
  afterItemId?: string | null;

  @ApiProperty({ type: [String], required: false, nullable: true, description: 'The authorities it is open to; all who take part when absent.' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(120)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  authorityIds?: string[] | null;
}

export class DeclineProposalBody {
  @ApiProperty({ description: 'A word to the proposer.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @NoCpr()
  word!: string;
}

export class ProposalView {
  @ApiProperty({ format: 'uuid', description: 'Also that of the item it becomes.' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'null once it is an item: its title stands there.' })
  title!: string | null;

  @ApiProperty({ type: 'integer' })
  plannedMinutes!: number;

  @ApiProperty({ enum: outputTypes, enumName: 'OutputType' })
  outputType!: OutputType;

  @ApiProperty({ type: String, nullable: true })
  legalBasisId!: string | null;

  @ApiProperty({ enum: sectors, enumName: 'Sector', isArray: true, nullable: true, description: 'Those that the basis admits; null where it names none.' })
  admittedSectors!: Sector[] | null;

  @ApiProperty({ enum: proposalStates, enumName: 'ProposalState' })
  state!: ProposalState;

  @ApiProperty({ type: PersonRef })
  proposedBy!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  proposedAt!: string;

  @ApiProperty({ type: PersonRef, nullable: true })
  answeredBy!: PersonRef | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  answeredAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The word with which it was declined.' })
  answer!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The item that it became, to those who may read it.' })
  itemId!: string | null;

  @ApiProperty()
  canAnswer!: boolean;

  @ApiProperty()
  canWithdraw!: boolean;
}

export class ProposalsView {
  @ApiProperty()
  canPropose!: boolean;

  @ApiProperty({ type: [ProposalView], description: 'The asker’s own; to coordinators also those that wait or were declined. The oldest first.' })
  proposals!: ProposalView[];
}

/** Items that participants propose for the agenda. */
@ApiTags('agenda')
@Controller('meetings/:id/proposals')
export class ProposalsController {
  constructor(private readonly proposals: ItemProposals) {}

  @Get()
  @ApiOkResponse({ type: ProposalsView })
  async list(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<ProposalsView> {
    return this.proposals.ofMeeting(session, id);
  }

  @Post()
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: ProposalsView })
  async propose(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewProposalBody, @IdempotencyKey() request?: IdempotentRequest): Promise<ProposalsView> {
    return this.proposals.propose(session, id, body, request);
  }

  /** It becomes an item of the agenda. */
  @Post(':proposalId/accept')
  @HttpCode(200)
  @ApiOkResponse({ type: ProposalsView })
  async accept(@Asker() session: Session, @Param('id', IdPipe) id: string, @Param('proposalId', IdPipe) proposalId: string, @Body() body: AcceptProposalBody): Promise<ProposalsView> {
    return this.proposals.accept(session, id, proposalId, { afterItemId: body.afterItemId ?? null, authorityIds: body.authorityIds ?? null });
  }

  @Post(':proposalId/decline')
  @HttpCode(200)
  @ApiOkResponse({ type: ProposalsView })
  async decline(@Asker() session: Session, @Param('id', IdPipe) id: string, @Param('proposalId', IdPipe) proposalId: string, @Body() { word }: DeclineProposalBody): Promise<ProposalsView> {
    return this.proposals.decline(session, id, proposalId, word);
  }

  @Post(':proposalId/withdraw')
  @HttpCode(200)
  @ApiOkResponse({ type: ProposalsView })
  async withdraw(@Asker() session: Session, @Param('id', IdPipe) id: string, @Param('proposalId', IdPipe) proposalId: string): Promise<ProposalsView> {
    return this.proposals.withdraw(session, id, proposalId);
  }
}
