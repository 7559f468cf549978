import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Problem } from '@lib/contracts/problems.js';
import { spokenLanguage } from '@lib/platform/speaking.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { DecisionsService } from '@lib/decisions/decisions.service.js';
import { FollowUpsService } from '@lib/decisions/follow-ups.service.js';
import { ConfirmBody, ConfirmManyBody, ConfirmResults, CorrectionBody, DecisionList, DecisionOptions, DecisionView, EscalateBody, NewDecisionBody, ReturnBody } from './decisions.dto.js';
import { FollowUpList } from './follow-ups.controller.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';

/** Why something was refused, in the language of whoever asked. */
function inWords(problem: Problem): string {
  const { detail, title } = problem.body(spokenLanguage());
  return detail ?? title;
}

@ApiTags('decisions')
@Controller()
export class DecisionsController {
  constructor(
    private readonly decisions: DecisionsService,
    private readonly followUps: FollowUpsService,
  ) {}

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

  @Get('decisions/:id')
  @ApiOkResponse({ type: DecisionView })
  async get(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<DecisionView> {
    return this.decisions.get(session, id);
  }

  /** The follow-ups that carry it out, as far as the asker may read them. */
  @Get('decisions/:id/follow-ups')
  @ApiOkResponse({ type: FollowUpList })
  async followUpsOf(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<FollowUpList> {
    await this.decisions.get(session, id);
    return { followUps: await this.followUps.ofDecision(session, id) };
  }

  /** Confirms several decisions, each for itself: one that cannot be confirmed hinders no other. */
  @Post('decisions/confirm')
  @HttpCode(200)
  @ApiOkResponse({ type: ConfirmResults })
  async confirmMany(@Asker() session: Session, @Body() body: ConfirmManyBody): Promise<ConfirmResults> {
    const results = await this.decisions.confirmAll(session, body.decisions);
    return { results: results.map(({ id, problem }) => ({ id, confirmed: problem === null, reason: problem === null ? null : inWords(problem) })) };
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

  /** Hands it on to another leader of the deciding authority, who then answers. */
  @Post('decisions/:id/escalate')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiOkResponse({ type: DecisionView })
  async escalate(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: EscalateBody, @IfMatch() expectedVersion: number | null): Promise<DecisionView> {
    return this.decisions.escalate(session, id, body.toMembershipId, body.reason, expectedVersion);
  }
}
