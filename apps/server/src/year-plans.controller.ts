import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Session } from '@lib/access/sessions.service.js';
import { YearPlans } from '@lib/meetings/year-plans.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { ReadsOnly } from './asking.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { Limited } from './rate-limit.guard.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';
import { detailsOf, NewYearPlanBody, stepOf, YearPlanChangeBody, YearPlanDetails, YearPlanList, YearPlanPreview, YearPlanStepBody } from './year-plans.dto.js';

const ifMatch = { name: 'If-Match', required: false, description: 'The version on the screen.' };

/** The year plans of an authority, for its coordinators. A plan moves no meeting: a series is changed by `POST /series/{id}/changes`. */
@ApiTags('year plans')
@Controller('year-plans')
export class YearPlansController {
  constructor(private readonly plans: YearPlans) {}

  @Get()
  @ApiOkResponse({ type: YearPlanList })
  async list(@Asker() session: Session): Promise<YearPlanList> {
    return this.plans.list(session);
  }

  /** Made from the series as they are. Whoever hangs up stops it. */
  @Post()
  @Limited('yearPlan')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: YearPlanDetails })
  async make(@Asker() session: Session, @Body() { year }: NewYearPlanBody, @Res({ passthrough: true }) response: Response, @IdempotencyKey() request?: IdempotentRequest): Promise<YearPlanDetails> {
    return detailsOf(await this.plans.make(session, year, whileWaited(response), request));
  }

  @Get(':id')
  @ApiOkResponse({ type: YearPlanDetails })
  async get(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<YearPlanDetails> {
    return detailsOf(await this.plans.get(session, id));
  }

  /** What a change would make of the plan. Stores nothing. */
  @Post(':id/changes/preview')
  @Limited('yearPlan')
  @ReadsOnly()
  @HttpCode(200)
  @ApiOkResponse({ type: YearPlanPreview })
  async preview(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: YearPlanStepBody, @Res({ passthrough: true }) response: Response): Promise<YearPlanPreview> {
    return this.plans.preview(session, id, stepOf(body), whileWaited(response));
  }

  @Post(':id/changes')
  @Limited('yearPlan')
  @HttpCode(200)
  @ApiHeader(ifMatch)
  @ApiOkResponse({ type: YearPlanDetails })
  async change(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: YearPlanChangeBody, @IfMatch() version: number | null, @Res({ passthrough: true }) response: Response): Promise<YearPlanDetails> {
    return detailsOf(await this.plans.change(session, id, stepOf(body), { version, digest: body.digest }, whileWaited(response)));
  }

  /** Removes the plan with its history; no series is changed. */
  @Delete(':id')
  @HttpCode(204)
  @ApiHeader(ifMatch)
  @ApiNoContentResponse()
  async remove(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() version: number | null): Promise<void> {
    await this.plans.remove(session, id, version);
  }
}

/** Aborted when the connection closes before its answer was sent. */
function whileWaited(response: Response): AbortSignal {
  const waited = new AbortController();
  // Who hung up before she was known is told of no more.
  if (response.closed) waited.abort();
  response.once('close', () => {
    if (!response.writableFinished) waited.abort();
  });
  return waited.signal;
}
