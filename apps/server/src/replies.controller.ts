import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength, ValidateIf } from 'class-validator';
import type { Session } from '@lib/access/sessions.service.js';
import { MeetingsService } from '@lib/meetings/meetings.service.js';
import { Replies } from '@lib/meetings/replies.service.js';
import { MeetingView } from './meetings.controller.js';
import { Asker } from './session.guard.js';
import { IdPipe, NoCpr, TrimmedOrNull } from './validation.js';

class NoteBody {
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 500, description: 'Read by oneself and the coordinators.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  note?: string | null;
}

const answers = ['accepted', 'tentative', 'declined', 'delegated'] as const;

export class ReplyBody extends NoteBody {
  @ApiProperty({ enum: answers })
  @IsIn(answers)
  partStat!: (typeof answers)[number];

  @ApiProperty({ type: String, format: 'uuid', required: false, description: 'Of a colleague; needed for `delegated`.' })
  @ValidateIf((body: ReplyBody) => body.partStat === 'delegated')
  @IsUUID()
  substituteMembershipId?: string;
}

const seriesAnswers = ['accepted', 'tentative', 'declined'] as const;

export class SeriesReplyBody extends NoteBody {
  @ApiProperty({ enum: seriesAnswers })
  @IsIn(seriesAnswers)
  partStat!: (typeof seriesAnswers)[number];
}

export class SeriesReplyResult {
  @ApiProperty({ type: 'integer' })
  answered!: number;

  @ApiProperty({ type: 'integer', description: 'Meetings left to their substitutes.' })
  withSubstitute!: number;
}

@ApiTags('meetings')
@Controller()
export class RepliesController {
  constructor(
    private readonly replies: Replies,
    private readonly meetings: MeetingsService,
  ) {}

  /** One's own answer to one meeting; until the meeting is held it may be given anew. */
  @Put('meetings/:id/reply')
  @ApiOkResponse({ type: MeetingView })
  async reply(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ReplyBody): Promise<MeetingView> {
    const note = body.note ?? null;
    const { partStat } = body;
    await this.replies.reply(session, id, partStat === 'delegated' ? { partStat, note, substituteMembershipId: body.substituteMembershipId!.toLowerCase() } : { partStat, note });
    return this.meetings.get(session, id);
  }

  /** One's own answer to all coming meetings of a series, those that are planned later included. */
  @Put('series/:id/reply')
  @ApiOkResponse({ type: SeriesReplyResult })
  async replyToSeries(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: SeriesReplyBody): Promise<SeriesReplyResult> {
    return this.replies.replyToSeries(session, id, { partStat: body.partStat, note: body.note ?? null });
  }
}
