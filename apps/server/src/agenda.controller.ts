import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import type { Target } from '@lib/meetings/agenda.js';
import { AgendaCases } from '@lib/meetings/agenda-cases.service.js';
import { AgendaFrame } from '@lib/meetings/agenda-frame.service.js';
import { AgendaOrder } from '@lib/meetings/agenda-order.service.js';
import { AgendaService } from '@lib/meetings/agenda.service.js';
import { AgendaSteps } from '@lib/meetings/agenda-steps.service.js';
import { CarryItems } from '@lib/meetings/carry-items.service.js';
import { MeetingsService } from '@lib/meetings/meetings.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { CarryAnswer, CarryBody, CarryTarget, ItemFrameBody, ItemStateBody, MoveItemBody, NewCaseBody } from './agenda.dto.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { MeetingView } from './meetings.controller.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';
import { ItemWithMeeting } from './views.dto.js';

const version = { name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' };

/** The work on an agenda: order, frames, children on lists, and its way from being built to being closed. */
@ApiTags('agenda')
@Controller()
export class AgendaController {
  constructor(
    private readonly agenda: AgendaService,
    private readonly order: AgendaOrder,
    private readonly frame: AgendaFrame,
    private readonly cases: AgendaCases,
    private readonly steps: AgendaSteps,
    private readonly carrying: CarryItems,
    private readonly meetings: MeetingsService,
  ) {}

  /** Puts an item beside another. Needs no version: of two at once both succeed. */
  @Post('items/:id/move')
  @HttpCode(200)
  @ApiOkResponse({ type: ItemWithMeeting })
  async move(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: MoveItemBody): Promise<ItemWithMeeting> {
    await this.order.move(session, id, targetOf(body));
    return this.agenda.item(session, id);
  }

  @Put('items/:id/frame')
  @ApiHeader(version)
  @ApiOkResponse({ type: ItemWithMeeting })
  async setFrame(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ItemFrameBody, @IfMatch() expected: number | null): Promise<ItemWithMeeting> {
    await this.frame.change(session, id, { ...body, leadMembershipId: body.leadMembershipId ?? null, section: body.section ?? null, legalBasisId: body.legalBasisId ?? null }, expected);
    return this.agenda.item(session, id);
  }

  @Put('items/:id/state')
  @ApiHeader(version)
  @ApiOkResponse({ type: ItemWithMeeting })
  async setState(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ItemStateBody, @IfMatch() expected: number | null): Promise<ItemWithMeeting> {
    await this.frame.setState(session, id, body.state, body.reason ?? null, expected);
    return this.agenda.item(session, id);
  }

  /** Puts a child on a list, by its pseudonymous reference. */
  @Post('items/:id/cases')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: ItemWithMeeting })
  async addCase(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewCaseBody, @IdempotencyKey() request?: IdempotentRequest): Promise<ItemWithMeeting> {
    return this.agenda.item(session, await this.cases.add(session, id, body, request));
  }

  /** Sends the agenda out. */
  @Post('meetings/:id/agenda/publish')
  @HttpCode(200)
  @ApiHeader(version)
  @ApiOkResponse({ type: MeetingView })
  async publish(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() expected: number | null): Promise<MeetingView> {
    await this.steps.publish(session, id, expected);
    return this.meetings.get(session, id);
  }

  /** Begins the meeting. */
  @Post('meetings/:id/agenda/start')
  @HttpCode(200)
  @ApiHeader(version)
  @ApiOkResponse({ type: MeetingView })
  async start(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() expected: number | null): Promise<MeetingView> {
    await this.steps.start(session, id, expected);
    return this.meetings.get(session, id);
  }

  /** Ends the meeting. */
  @Post('meetings/:id/agenda/close')
  @HttpCode(200)
  @ApiHeader(version)
  @ApiOkResponse({ type: MeetingView })
  async close(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() expected: number | null): Promise<MeetingView> {
    await this.steps.close(session, id, expected);
    return this.meetings.get(session, id);
  }

  /** Where unfinished items may go on. */
  @Get('meetings/:id/carry')
  @ApiOkResponse({ type: CarryTarget })
  async carryTarget(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<CarryTarget> {
    return this.carrying.target(session, id);
  }

  /** Carries unfinished items to the next meeting of the series; each once, however often it is asked for. */
  @Post('meetings/:id/carry')
  @HttpCode(200)
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ type: CarryAnswer })
  async carry(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: CarryBody, @IdempotencyKey() request?: IdempotentRequest): Promise<CarryAnswer> {
    return { items: await this.carrying.carry(session, id, body.itemIds, request) };
  }
}

/** @throws Problem `invalid-input` unless just one of the two places is given */
function targetOf({ afterItemId, beforeItemId }: MoveItemBody): Target {
  if (afterItemId !== undefined && beforeItemId === undefined) return { afterItemId };
  if (beforeItemId !== undefined && afterItemId === undefined) return { beforeItemId };
  throw new Problem('invalid-input', undefined, [{ field: 'afterItemId', message: 'Nævn ét punkt, som punktet skal stå efter eller før.' }]);
}
