import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Session } from '@lib/access/sessions.service.js';
import { hashOf, PollLinks, type PollLink } from '@lib/meetings/poll-links.service.js';
import { Polls } from '@lib/meetings/polls.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { RateLimits } from '@lib/platform/rate-limits.service.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { Origins } from './origins.js';
import { ChooseSlotBody, PollHoldList, HoldsQuery, LinkedPollView, NewMeetingPollBody, NewMeetingPollView, NewPollBody, PollAnswerBody, PollLinkAnswerBody, PollLinkView, PollOutsiderBody, PollRef, PollTokenBody, PollView } from './polls.dto.js';
import { Limited } from './rate-limit.guard.js';
import { Asker, Public } from './session.guard.js';
import { IdPipe } from './validation.js';

const repeated = { name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' };
const ownVersion = { name: 'If-Match', required: false, description: 'The version of the own answer on the screen, in quotes; "0" for none.' };

/** When a meeting can be held: asking those who take part, and choosing. */
@ApiTags('polls')
@Controller()
export class PollsController {
  constructor(
    private readonly polls: Polls,
    private readonly links: PollLinks,
    private readonly origins: Origins,
  ) {}

  /** The last poll on a meeting: to who takes part how many can when, to its coordinators also who. */
  @Get('meetings/:id/poll')
  @ApiOkResponse({ type: PollView })
  async ofMeeting(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<PollView> {
    return { poll: await this.polls.ofMeeting(session, id) };
  }

  /** Asks when a meeting could be held instead. */
  @Post('meetings/:id/poll')
  @ApiHeader(repeated)
  @ApiCreatedResponse({ type: PollView })
  async open(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: NewPollBody, @IdempotencyKey() request?: IdempotentRequest): Promise<PollView> {
    return { poll: await this.polls.open(session, id, body, request) };
  }

  /** Asks when a new meeting can be held. It is a draft until a time is chosen. */
  @Post('polls')
  @ApiHeader(repeated)
  @ApiCreatedResponse({ type: NewMeetingPollView })
  async openForNew(@Asker() session: Session, @Body() body: NewMeetingPollBody, @IdempotencyKey() request?: IdempotentRequest): Promise<NewMeetingPollView> {
    const { slots, durationMinutes, answerBy, kindId, title, place, videoLink, authorityIds, participantMembershipIds } = body;
    const frame = { kindId, title: title ?? null, place: place ?? null, videoLink: videoLink ?? null, authorityIds, participantMembershipIds };
    return { meetingId: await this.polls.openForNew(session, frame, { slots, durationMinutes, answerBy }, request) };
  }

  /** Answers for oneself. */
  @Put('meetings/:id/poll/answer')
  @ApiHeader(ownVersion)
  @ApiOkResponse({ type: PollView })
  async answer(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { pollId, choices }: PollAnswerBody, @IfMatch() expected: number | null): Promise<PollView> {
    return { poll: await this.polls.answer(session, id, { pollId: pollId.toLowerCase(), choices }, expected) };
  }

  /** Reminds those who take part and have not answered. */
  @Post('meetings/:id/poll/remind')
  @HttpCode(200)
  @ApiOkResponse({ type: PollView })
  async remind(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { pollId }: PollRef): Promise<PollView> {
    return { poll: await this.polls.remind(session, id, pollId.toLowerCase()) };
  }

  /** Holds the meeting at one of the times: it is moved, or called, and the poll ends. */
  @Post('meetings/:id/poll/choose')
  @HttpCode(200)
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version of the meeting on the screen, in quotes.' })
  @ApiOkResponse({ type: PollView })
  async choose(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { pollId, startLocal, reason }: ChooseSlotBody, @IfMatch() expected: number | null): Promise<PollView> {
    return { poll: await this.polls.choose(session, id, { pollId: pollId.toLowerCase(), startLocal, reason: reason ?? null }, expected) };
  }

  /** Ends it without a time. */
  @Post('meetings/:id/poll/withdraw')
  @HttpCode(200)
  @ApiOkResponse({ type: PollView })
  async withdraw(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { pollId }: PollRef): Promise<PollView> {
    return { poll: await this.polls.withdraw(session, id, pollId.toLowerCase()) };
  }

  /** A link for somebody without an account, to be passed on. It is in this answer alone. */
  @Post('meetings/:id/poll/outsiders')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request gives a new link for the same person, and the first one opens nothing.' })
  @ApiCreatedResponse({ type: PollLinkView })
  async invite(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { pollId, name }: PollOutsiderBody, @IdempotencyKey() request?: IdempotentRequest): Promise<PollLinkView> {
    return this.linkOf(await this.links.invite(session, id, pollId.toLowerCase(), name, request));
  }

  /** The link anew; the former opens nothing any more. */
  @Post('meetings/:id/poll/outsiders/:outsiderId/renew')
  @HttpCode(200)
  @ApiOkResponse({ type: PollLinkView })
  async renew(@Asker() session: Session, @Param('id', IdPipe) id: string, @Param('outsiderId', IdPipe) outsiderId: string, @Body() { pollId }: PollRef): Promise<PollLinkView> {
    return this.linkOf(await this.links.renew(session, id, pollId.toLowerCase(), outsiderId));
  }

  /** Takes a link back, with what was answered by it. */
  @Post('meetings/:id/poll/outsiders/:outsiderId/revoke')
  @HttpCode(200)
  @ApiOkResponse({ type: PollView })
  async revoke(@Asker() session: Session, @Param('id', IdPipe) id: string, @Param('outsiderId', IdPipe) outsiderId: string, @Body() { pollId }: PollRef): Promise<PollView> {
    return { poll: await this.links.revoke(session, id, pollId.toLowerCase(), outsiderId) };
  }

  /** What is held in one's own calendar while polls go on. */
  @Get('holds')
  @ApiOkResponse({ type: PollHoldList })
  async holds(@Asker() session: Session, @Query() { from, to }: HoldsQuery): Promise<PollHoldList> {
    return { holds: await this.polls.holds(session, from, to) };
  }

  private linkOf({ outsiderId, token }: PollLink): PollLinkView {
    return { outsiderId, link: `${this.origins.address}/afstemning#${token}` };
  }
}

/** [PO7] Answering by a link. Its secret travels in bodies only: an address ends up in logs. A session counts for nothing here. */
@ApiTags('polls')
@Public()
@Limited('pollAddress')
@Controller('poll-links')
export class PollLinksController {
  constructor(
    private readonly links: PollLinks,
    private readonly limits: RateLimits,
  ) {}

  @Post('read')
  @HttpCode(200)
  @ApiOkResponse({ type: LinkedPollView })
  async read(@Body() { token }: PollTokenBody): Promise<LinkedPollView> {
    await this.limits.spend('pollLink', hashOf(token).toString('base64url'));
    return this.links.read(token);
  }

  @Put('answer')
  @ApiHeader(ownVersion)
  @ApiOkResponse({ type: LinkedPollView })
  async answer(@Body() { token, choices }: PollLinkAnswerBody, @IfMatch() expected: number | null): Promise<LinkedPollView> {
    await this.limits.spend('pollLink', hashOf(token).toString('base64url'));
    return this.links.answer(token, choices, expected);
  }
}
