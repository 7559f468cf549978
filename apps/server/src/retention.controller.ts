import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Session } from '@lib/access/sessions.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { Deletions } from '@lib/retention/deletions.service.js';
import { Filings } from '@lib/retention/filings.service.js';
import { Holds } from '@lib/retention/holds.service.js';
import { RetentionRules } from '@lib/retention/retention-rules.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { ConfirmDeletionBody, DeletionList, DeletionsQuery, FilingBody, HoldBody, HoldReasonBody, MeetingRetentionView, RetentionRuleBody, RetentionRuleList, WaitingFilings } from './retention.dto.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';

const creation = { name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request does nothing more.' };
const words = { name: 'If-Match', required: false, description: 'The version of the own filing on the screen, in quotes.' };

/** That each authority has filed its copy of the minutes; and when, and whether, the content is deleted here. */
@ApiTags('retention')
@Controller()
export class RetentionController {
  constructor(
    private readonly filings: Filings,
    private readonly holds: Holds,
    private readonly deletions: Deletions,
    private readonly rules: RetentionRules,
  ) {}

  /** Approved minutes that the asker should file for her authority, the longest waiting first. */
  @Get('filings/waiting')
  @ApiOkResponse({ type: WaitingFilings })
  async waiting(@Asker() session: Session): Promise<WaitingFilings> {
    return { waiting: await this.filings.waiting(session) };
  }

  @Get('meetings/:id/retention')
  @ApiOkResponse({ type: MeetingRetentionView })
  async ofMeeting(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<MeetingRetentionView> {
    return this.deletions.ofMeeting(session, id);
  }

  /** Says that the asker's authority filed its copy; said again, it stands in the place of what was said before. */
  @Post('meetings/:id/filings')
  @ApiHeader(creation)
  @ApiHeader(words)
  @ApiCreatedResponse({ type: MeetingRetentionView })
  async file(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: FilingBody, @IfMatch() expected: number | null, @IdempotencyKey() request?: IdempotentRequest): Promise<MeetingRetentionView> {
    await this.filings.confirm(session, id, body, expected, request);
    return this.deletions.ofMeeting(session, id);
  }

  /** Takes back that it was filed. */
  @Post('meetings/:id/filings/retract')
  @HttpCode(200)
  @ApiHeader(words)
  @ApiOkResponse({ type: MeetingRetentionView })
  async retract(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() expected: number | null): Promise<MeetingRetentionView> {
    await this.filings.retract(session, id, expected);
    return this.deletions.ofMeeting(session, id);
  }

  /** Stops the deletion of the meeting, or of one item and with it of the meeting. */
  @Post('meetings/:id/holds')
  @ApiHeader(creation)
  @ApiCreatedResponse({ type: MeetingRetentionView })
  async hold(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: HoldBody, @IdempotencyKey() request?: IdempotentRequest): Promise<MeetingRetentionView> {
    await this.holds.set(session, id, body.itemId ?? null, body.reason, request);
    return this.deletions.ofMeeting(session, id);
  }

  @Post('meetings/:id/holds/:holdId/release')
  @HttpCode(200)
  @ApiOkResponse({ type: MeetingRetentionView })
  async release(@Asker() session: Session, @Param('id', IdPipe) id: string, @Param('holdId', IdPipe) holdId: string, @Body() body: HoldReasonBody): Promise<MeetingRetentionView> {
    await this.holds.release(session, id, holdId, body.reason);
    return this.deletions.ofMeeting(session, id);
  }

  /** Confirms an announced deletion, as a coordinator of the authority that owns the meeting. */
  @Post('meetings/:id/deletion/confirm')
  @HttpCode(200)
  @ApiOkResponse({ type: MeetingRetentionView })
  async confirm(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ConfirmDeletionBody): Promise<MeetingRetentionView> {
    await this.deletions.confirm(session, id, body.on);
    return this.deletions.ofMeeting(session, id);
  }

  /** How long each kind of the authority's meetings is kept, for its administrators. */
  @Get('administration/retention-rules')
  @ApiOkResponse({ type: RetentionRuleList })
  async ruleList(@Asker() session: Session): Promise<RetentionRuleList> {
    return this.rules.view(session);
  }

  /** Adds a version of one rule. */
  @Post('administration/retention-rules')
  @ApiHeader(creation)
  @ApiCreatedResponse({ type: RetentionRuleList })
  async setRule(@Asker() session: Session, @Body() { kindId, version, ...rule }: RetentionRuleBody, @IdempotencyKey() request?: IdempotentRequest): Promise<RetentionRuleList> {
    await this.rules.set(session, kindId, rule, version, request);
    return this.rules.view(session);
  }

  /** What is on its way to be deleted of the authority's meetings, the nearest day first. */
  @Get('administration/deletions')
  @ApiOkResponse({ type: DeletionList })
  async list(@Asker() session: Session, @Query() { done, cursor, limit }: DeletionsQuery): Promise<DeletionList> {
    return this.deletions.list(session, { isDone: done, limit, ...(cursor === undefined ? {} : { cursor }) });
  }

  /** Confirms an announced deletion, as an administrator of the authority that owns the meeting. The id is the meeting's. */
  @Post('administration/deletions/:id/confirm')
  @HttpCode(204)
  @ApiNoContentResponse()
  async confirmListed(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ConfirmDeletionBody): Promise<void> {
    await this.deletions.confirmListed(session, id, body.on);
  }
}
