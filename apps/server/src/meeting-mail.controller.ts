import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { mailOutcomes, mailStates, type MailOutcome, type MailState } from '@lib/contracts/enums.js';
import type { Session } from '@lib/access/sessions.service.js';
import { MeetingMailViews } from '@lib/calendar/meeting-mail-views.service.js';
import { PersonRef } from './views.dto.js';
import { Asker } from './session.guard.js';

export class MailChoiceView {
  @ApiProperty({ description: 'Whether the operator has set up mail.' })
  isSetUp!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Where the authority she acts for says that she reads mail; null where it has not.' })
  address!: string | null;

  @ApiProperty()
  wanted!: boolean;
}

export class MailChoiceBody {
  @ApiProperty()
  @IsBoolean()
  wanted!: boolean;
}

class UndeliveredMail {
  @ApiProperty({ type: PersonRef })
  member!: PersonRef;

  @ApiProperty({ enum: mailStates, enumName: 'MailState' })
  state!: MailState;

  @ApiProperty({ format: 'date-time' })
  since!: string;
}

class ProposedTime {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: PersonRef })
  member!: PersonRef;

  @ApiProperty({ format: 'date-time' })
  start!: string;

  @ApiProperty({ format: 'date-time' })
  end!: string;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

class RefusedMail {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: PersonRef, nullable: true, description: 'Whose invitation it answers; null where that is not known.' })
  member!: PersonRef | null;

  @ApiProperty({ enum: mailOutcomes, enumName: 'MailOutcome' })
  outcome!: MailOutcome;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

export class MeetingMailAnswer {
  @ApiProperty({ type: [UndeliveredMail] })
  undelivered!: UndeliveredMail[];

  @ApiProperty({ type: [ProposedTime] })
  proposals!: ProposedTime[];

  @ApiProperty({ type: [RefusedMail] })
  refused!: RefusedMail[];
}

export class SettleMailBody {
  @ApiProperty({ enum: ['declined', 'seen'], description: '`declined` answers a proposed time with no, by mail.' })
  @IsIn(['declined', 'seen'])
  how!: 'declined' | 'seen';
}

/** Invitations by mail: whether one wants them, and for coordinators how they fare. */
@ApiTags('calendar')
@Controller()
export class MeetingMailController {
  constructor(private readonly views: MeetingMailViews) {}

  @Get('mail-invitations')
  @ApiOkResponse({ type: MailChoiceView })
  own(@Asker() session: Session): Promise<MailChoiceView> {
    return this.views.own(session);
  }

  /** The person's own choice, in all her memberships. */
  @Put('mail-invitations')
  @ApiOkResponse({ type: MailChoiceView })
  async choose(@Asker() session: Session, @Body() { wanted }: MailChoiceBody): Promise<MailChoiceView> {
    await this.views.choose(session, wanted);
    return this.views.own(session);
  }

  @Get('meetings/:id/mail')
  @ApiOkResponse({ type: MeetingMailAnswer })
  of(@Asker() session: Session, @Param('id', ParseUUIDPipe) meetingId: string): Promise<MeetingMailAnswer> {
    return this.views.of(session, meetingId);
  }

  /** What came in by mail is put aside, or a proposed time declined. */
  @Post('meetings/:id/mail/:receivedId')
  @HttpCode(204)
  @ApiNoContentResponse()
  async settle(@Asker() session: Session, @Param('id', ParseUUIDPipe) meetingId: string, @Param('receivedId', ParseUUIDPipe) receivedId: string, @Body() { how }: SettleMailBody): Promise<void> {
    await this.views.settle(session, meetingId, receivedId, how);
  }
}
