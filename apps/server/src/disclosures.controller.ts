import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Session } from '@lib/access/sessions.service.js';
import { AgendaService } from '@lib/meetings/agenda.service.js';
import { Invitations, type Invitation } from '@lib/meetings/invitations.service.js';
import { ItemDisclosures } from '@lib/meetings/item-disclosures.service.js';
import { MeetingsService } from '@lib/meetings/meetings.service.js';
import { OtherTrack } from '@lib/meetings/other-track.service.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { DisclosureView, groundOf, InvitationBody, InviteBody, OtherTrackBody, RecordedDisclosureList, TrackTargets } from './disclosures.dto.js';
import { IdempotencyKey } from './idempotency-key.js';
import { IfMatch } from './if-match.js';
import { AudienceBody, audienceOf, MeetingView } from './meetings.controller.js';
import { Asker } from './session.guard.js';
import { IdPipe, windowOf } from './validation.js';
import { ItemWithMeeting } from './views.dto.js';

/** What comes to be seen by more people, shown before it is done; and items that go on under another legal basis. */
@ApiTags('disclosure')
@Controller()
export class DisclosuresController {
  constructor(
    private readonly agenda: AgendaService,
    private readonly invitations: Invitations,
    private readonly tracks: OtherTrack,
    private readonly meetings: MeetingsService,
    private readonly recorded: ItemDisclosures,
  ) {}

  /** What another audience would show to whom. Stores nothing. */
  @Post('items/:id/audience/preview')
  @HttpCode(200)
  @ApiOkResponse({ type: DisclosureView })
  async previewAudience(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: AudienceBody): Promise<DisclosureView> {
    return this.agenda.previewAudience(session, id, audienceOf(body));
  }

  /** To whom the item was opened, when, by whom and on which basis, for the coordinators who read it. */
  @Get('items/:id/disclosures')
  @ApiOkResponse({ type: RecordedDisclosureList })
  async ofItem(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<RecordedDisclosureList> {
    return this.recorded.of(session, id);
  }

  /** What people would see who are invited to the meeting. Stores nothing. */
  @Post('meetings/:id/participants/preview')
  @HttpCode(200)
  @ApiOkResponse({ type: DisclosureView })
  async previewInvitation(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: InvitationBody): Promise<DisclosureView> {
    return this.invitations.preview(session, id, invitationOf(body));
  }

  /** Invites people to the meeting, to what the preview showed. */
  @Post('meetings/:id/participants')
  @HttpCode(200)
  @ApiOkResponse({ type: MeetingView })
  async invite(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: InviteBody): Promise<MeetingView> {
    await this.invitations.invite(session, id, invitationOf(body), groundOf(body));
    return this.meetings.get(session, id);
  }

  /** Where the item may go on under another legal basis. */
  @Get('items/:id/other-track')
  @ApiOkResponse({ type: TrackTargets })
  async targets(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<TrackTargets> {
    return this.tracks.targets(session, id);
  }

  /** Makes a new item under another legal basis, without the words of this one, and closes this one. */
  @Post('items/:id/other-track')
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: ItemWithMeeting })
  async move(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: OtherTrackBody, @IfMatch() expected: number | null, @IdempotencyKey() request?: IdempotentRequest): Promise<ItemWithMeeting> {
    return this.agenda.item(session, await this.tracks.move(session, id, { ...body, meetingId: body.meetingId.toLowerCase(), caseReference: body.caseReference ?? null }, expected, request));
  }
}

function invitationOf({ membershipIds, from, to }: InvitationBody): Invitation {
  return { membershipIds: [...new Set(membershipIds.map((one) => one.toLowerCase()))], ...(from == null && to == null ? {} : { window: windowOf(from, to, 'to') }) };
}
