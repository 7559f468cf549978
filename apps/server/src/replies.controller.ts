import { Body, Controller, Delete, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength, ValidateIf } from 'class-validator';
import type { Session } from '@lib/access/sessions.service.js';
import { MeetingsService } from '@lib/meetings/meetings.service.js';
import { Replies } from '@lib/meetings/replies.service.js';
import { StandingSubstitutes } from '@lib/meetings/standing-substitutes.service.js';
import { DisclosureView, groundOf } from './disclosures.dto.js';
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

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Why the substitute needs to see it; needed when one is sent.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  disclosureReason?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Of the preview: nothing else is shown than it said.' })
  @IsOptional()
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  disclosureDigest?: string | null;
}

export class SubstitutePreviewBody {
  @ApiProperty({ format: 'uuid', description: 'Of a colleague.' })
  @IsUUID()
  substituteMembershipId!: string;
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

const day = /^\d{4}-\d{2}-\d{2}$/;

export class StandingSubstituteBody {
  @ApiProperty({ format: 'uuid', description: 'Of a colleague who takes no part in the series.' })
  @IsUUID()
  substituteMembershipId!: string;

  @ApiProperty({ type: String, format: 'date', required: false, nullable: true, description: 'The first day; absent from now on.' })
  @IsOptional()
  @Matches(day)
  fromDate?: string | null;

  @ApiProperty({ type: String, format: 'date', required: false, nullable: true, description: 'The last day; absent without end.' })
  @IsOptional()
  @Matches(day)
  toDate?: string | null;
}

export class SendToSeriesBody extends StandingSubstituteBody {  @ApiProperty({ type: String, required: false, nullable: true, description: 'Why the substitute needs to see it; needed.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  disclosureReason?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, description: 'Of the preview: nothing else is shown than it said.' })
  @IsOptional()
  @IsString()
  @Matches(/^[0-9a-f]{64}$/)
  disclosureDigest?: string | null;
}

export class StandingSubstituteResult {
  @ApiProperty({ type: 'integer', description: 'Meetings she is sent to.' })
  sent!: number;

  @ApiProperty({ type: 'integer', description: 'Meetings left as they are.' })
  left!: number;
}

export class TakenBackResult {
  @ApiProperty({ type: 'integer' })
  takenBack!: number;
}

@ApiTags('meetings')
@Controller()
export class RepliesController {
  constructor(
    private readonly replies: Replies,
    private readonly substitutes: StandingSubstitutes,
    private readonly meetings: MeetingsService,
  ) {}

  /** What a colleague would see who is sent to the meeting. Stores nothing. */
  @Post('meetings/:id/reply/preview')
  @HttpCode(200)
  @ApiOkResponse({ type: DisclosureView })
  async previewSubstitute(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: SubstitutePreviewBody): Promise<DisclosureView> {
    return this.replies.previewSubstitute(session, id, body.substituteMembershipId.toLowerCase());
  }

  /** One's own answer to one meeting; until the meeting is held it may be given anew. */
  @Put('meetings/:id/reply')
  @ApiOkResponse({ type: MeetingView })
  async reply(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: ReplyBody): Promise<MeetingView> {
    const note = body.note ?? null;
    const { partStat } = body;
    await this.replies.reply(session, id, partStat === 'delegated' ? { partStat, note, substituteMembershipId: body.substituteMembershipId!.toLowerCase(), ground: groundOf(body) } : { partStat, note });
    return this.meetings.get(session, id);
  }

  /** One's own answer to all coming meetings of a series, those that are planned later included. */
  @Put('series/:id/reply')
  @ApiOkResponse({ type: SeriesReplyResult })
  async replyToSeries(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: SeriesReplyBody): Promise<SeriesReplyResult> {
    return this.replies.replyToSeries(session, id, { partStat: body.partStat, note: body.note ?? null });
  }

  /** One substitute for all coming meetings of a series, or for those of a period, and for those that are planned later. */
  @Put('series/:id/substitute')
  @ApiOkResponse({ type: StandingSubstituteResult })
  async sendToSeries(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: SendToSeriesBody): Promise<StandingSubstituteResult> {
    return this.substitutes.send(session, id, standing(body), groundOf(body));
  }

  /** What a colleague would see who is sent to the series. Stores nothing. */
  @Post('series/:id/substitute/preview')
  @HttpCode(200)
  @ApiOkResponse({ type: DisclosureView })
  async previewSeries(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: StandingSubstituteBody): Promise<DisclosureView> {
    return this.substitutes.preview(session, id, standing(body));
  }

  /** Takes all these places back: oneself comes. */
  @Delete('series/:id/substitute')
  @ApiOkResponse({ type: TakenBackResult })
  async takeBack(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<TakenBackResult> {
    return this.substitutes.takeBack(session, id);
  }
}

const standing = ({ substituteMembershipId, fromDate, toDate }: StandingSubstituteBody) => ({ substituteMembershipId: substituteMembershipId.toLowerCase(), fromDate: fromDate ?? null, toDate: toDate ?? null });
