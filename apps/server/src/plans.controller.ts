import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { informedParties, planGates, plans, sequenceSteps, type InformedParty, type Plan, type PlanGate, type SequenceStep } from '@lib/contracts/enums.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { PlansService, type NewPlanStep } from '@lib/decisions/plans.service.js';
import { FollowUpView } from './follow-ups.controller.js';
import { IdempotencyKey } from './idempotency-key.js';
import { Asker } from './session.guard.js';
import { IdPipe, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';

const stepKinds = [...new Set([...sequenceSteps, ...informedParties])];

export class NewPlanStepBody {
  @ApiProperty({ enum: plans, enumName: 'Plan' })
  @IsIn(plans)
  plan!: Plan;

  @ApiProperty({ enum: stepKinds, enumName: 'PlanStepKind', description: 'Of a sequence plan what is done; of an informing plan who is told.' })
  @IsIn(stepKinds)
  kind!: SequenceStep | InformedParty;

  @ApiProperty({ description: 'What is done, or what may be told.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1500)
  @NoCpr()
  text!: string;

  @ApiProperty({ format: 'uuid', description: 'A person who can read the item.' })
  @IsUUID()
  ownerPersonId!: string;

  @ApiProperty({ format: 'date', example: '2026-12-14' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  day!: string;

  @ApiProperty({ type: String, required: false, nullable: true, example: '09:30', description: 'Danish wall time.' })
  @IsOptional()
  @IsString()
  @MaxLength(5)
  time?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @NoCpr()
  place?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'The adult whom the child trusts and who is with it.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @NoCpr()
  trustedAdult?: string | null;

  @ApiProperty({ type: String, enum: planGates, enumName: 'PlanGate', required: false, nullable: true, description: 'Nothing happens before this authority has said so.' })
  @IsOptional()
  @IsIn(planGates)
  awaits?: PlanGate | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Sag 2026-014' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(40)
  @NoCpr()
  caseReference?: string | null;
}

export class PlanStepPositionBody {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The step it comes after; null: to the front.' })
  @IsOptional()
  @IsUUID()
  afterStepId!: string | null;
}

export class WithdrawStepBody {
  @ApiProperty()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1500)
  @NoCpr()
  reason!: string;
}

export class PlanStepView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: stepKinds, enumName: 'PlanStepKind' })
  kind!: SequenceStep | InformedParty;

  @ApiProperty()
  text!: string;

  @ApiProperty({ type: String, nullable: true })
  time!: string | null;

  @ApiProperty({ type: String, nullable: true })
  place!: string | null;

  @ApiProperty({ type: String, nullable: true })
  trustedAdult!: string | null;

  @ApiProperty({ type: String, enum: planGates, enumName: 'PlanGate', nullable: true })
  awaits!: PlanGate | null;

  @ApiProperty({ type: FollowUpView, description: 'Who does it, by when, and what became of it.' })
  followUp!: FollowUpView;
}

export class PlanView {
  @ApiProperty({ enum: plans, enumName: 'Plan' })
  plan!: Plan;

  @ApiProperty({ type: [PlanStepView] })
  steps!: PlanStepView[];
}

export class PlansView {
  @ApiProperty({ type: [PlanView], description: 'The plans that this kind of meeting ends with.' })
  plans!: PlanView[];

  @ApiProperty()
  canWrite!: boolean;
}

@ApiTags('plans')
@Controller()
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Get('items/:id/plans')
  @ApiOkResponse({ type: PlansView })
  async ofItem(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<PlansView> {
    return this.plans.ofItem(session, id);
  }

  /** Adds a step at the end of its plan; it is a follow-up of whoever does it. */
  @Post('items/:id/plan-steps')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: PlansView })
  async add(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewPlanStepBody, @IdempotencyKey() request?: IdempotentRequest): Promise<PlansView> {
    return this.plans.add(session, id, stepOf(body), request);
  }

  /** Another step in its place; refused with 412 when somebody else changed it first. */
  @Put('plan-steps/:id')
  @ApiOkResponse({ type: PlansView })
  async replace(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewPlanStepBody): Promise<PlansView> {
    return this.plans.replace(session, id, stepOf(body));
  }

  @Post('plan-steps/:id/position')
  @HttpCode(200)
  @ApiOkResponse({ type: PlansView })
  async place(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: PlanStepPositionBody): Promise<PlansView> {
    return this.plans.place(session, id, body.afterStepId);
  }

  @Post('plan-steps/:id/withdraw')
  @HttpCode(200)
  @ApiOkResponse({ type: PlansView })
  async withdraw(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: WithdrawStepBody): Promise<PlansView> {
    return this.plans.withdraw(session, id, body.reason);
  }
}

const stepOf = (body: NewPlanStepBody): NewPlanStep => ({
  ...body,
  time: body.time ?? null,
  place: body.place ?? null,
  trustedAdult: body.trustedAdult ?? null,
  awaits: body.awaits ?? null,
  caseReference: body.caseReference ?? null,
});
