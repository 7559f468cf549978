import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Session } from '@lib/access/sessions.service.js';
import { Addenda } from '@lib/minutes/addenda.service.js';
import { MinutesService } from '@lib/minutes/minutes.service.js';
import { MinutesViews } from '@lib/minutes/minutes-views.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { DocumentFiles } from './document-files.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { AddendumBody, ApproveMinutesBody, ChangeRequestBody, MinutesProof, MinutesView, RemindBody, ResendBody, SendMinutesBody, WaitingMinutesList, WithdrawMinutesBody } from './minutes.dto.js';
import { Limited } from './rate-limit.guard.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';

const round = { name: 'If-Match', required: false, description: 'The round on the screen, in quotes.' };
const creation = { name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request does nothing more.' };

/** Minutes on their way from draft to approved, and what is added to them. Each command answers with what stands. */
@ApiTags('minutes')
@Controller()
export class MinutesController {
  constructor(
    private readonly minutes: MinutesService,
    private readonly views: MinutesViews,
    private readonly addenda: Addenda,
    private readonly files: DocumentFiles,
  ) {}

  /** Minutes that wait for the asker, the oldest first. */
  @Get('minutes/waiting')
  @ApiOkResponse({ type: WaitingMinutesList })
  async waiting(@Asker() session: Session): Promise<WaitingMinutesList> {
    return { waiting: await this.views.waiting(session) };
  }

  @Get('meetings/:id/minutes')
  @ApiOkResponse({ type: MinutesView })
  async view(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<MinutesView> {
    return this.views.view(session, id);
  }

  /** Freezes the minutes and sends them to the authorities. */
  @Post('meetings/:id/minutes/send')
  @HttpCode(200)
  @ApiHeader(round)
  @ApiOkResponse({ type: MinutesView })
  async send(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: SendMinutesBody, @IfMatch() expected: number | null): Promise<MinutesView> {
    await this.minutes.send(session, id, body.due ?? null, expected);
    return this.views.view(session, id);
  }

  /** Approves what the asker reads, in the name of her authority. */
  @Post('meetings/:id/minutes/approve')
  @HttpCode(200)
  @ApiOkResponse({ type: MinutesView })
  async approve(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ApproveMinutesBody): Promise<MinutesView> {
    await this.minutes.approve(session, id, body.digest);
    return this.views.view(session, id);
  }

  /** Asks for a change of one item, which is opened again. */
  @Post('meetings/:id/minutes/change-requests')
  @ApiHeader(creation)
  @ApiCreatedResponse({ type: MinutesView })
  async requestChange(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ChangeRequestBody, @IdempotencyKey() request?: IdempotentRequest): Promise<MinutesView> {
    await this.minutes.requestChange(session, id, body.itemId ?? null, body.version, body.text, request);
    return this.views.view(session, id);
  }

  @Post('meetings/:id/minutes/change-requests/:requestId/withdraw')
  @HttpCode(200)
  @ApiOkResponse({ type: MinutesView })
  async withdrawRequest(@Asker() session: Session, @Param('id', IdPipe) id: string, @Param('requestId', IdPipe) requestId: string): Promise<MinutesView> {
    await this.minutes.withdrawRequest(session, id, requestId);
    return this.views.view(session, id);
  }

  /** Sends one reopened item again, with an answer. */
  @Post('meetings/:id/minutes/resend')
  @HttpCode(200)
  @ApiOkResponse({ type: MinutesView })
  async resend(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ResendBody): Promise<MinutesView> {
    await this.minutes.resend(session, id, body.itemId ?? null, body.version, { outcome: body.outcome, text: body.text ?? null });
    return this.views.view(session, id);
  }

  @Post('meetings/:id/minutes/reminders')
  @HttpCode(200)
  @ApiOkResponse({ type: MinutesView })
  async remind(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: RemindBody): Promise<MinutesView> {
    await this.minutes.remind(session, id, body.authorityId);
    return this.views.view(session, id);
  }

  /** Takes the minutes back: a draft again, all approvals void. */
  @Post('meetings/:id/minutes/withdraw')
  @HttpCode(200)
  @ApiHeader(round)
  @ApiOkResponse({ type: MinutesView })
  async withdraw(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: WithdrawMinutesBody, @IfMatch() expected: number | null): Promise<MinutesView> {
    await this.minutes.withdraw(session, id, body.reason, expected);
    return this.views.view(session, id);
  }

  @Post('meetings/:id/minutes/addenda')
  @ApiHeader(creation)
  @ApiCreatedResponse({ type: MinutesView })
  async add(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: AddendumBody, @IdempotencyKey() request?: IdempotentRequest): Promise<MinutesView> {
    await this.addenda.add(session, id, body.itemId ?? null, body.text, request);
    return this.views.view(session, id);
  }

  /** What is needed to recompute the hash of approved minutes, for the items that the asker reads. */
  @Limited('export')
  @Get('meetings/:id/minutes/proof')
  @ApiOkResponse({ type: MinutesProof })
  async proof(@Asker() session: Session, @Param('id', IdPipe) id: string, @Res() response: Response): Promise<void> {
    await this.files.sendJson(session, response, () => this.views.proof(session, id));
  }
}
