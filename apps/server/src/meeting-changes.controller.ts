import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { Session } from '@lib/access/sessions.service.js';
import { meetingChangeKinds, type MeetingChangeKind } from '@lib/meetings/meeting.js';
import { MeetingChanges } from '@lib/meetings/meeting-changes.service.js';
import { MeetingsService } from '@lib/meetings/meetings.service.js';
import { IfMatch } from './if-match.js';
import { MeetingView } from './meetings.controller.js';
import { Asker } from './session.guard.js';
import { HttpsUrl, IdPipe, NoCpr, Trimmed, TrimmedOrNull } from './validation.js';
import { PersonRef } from './views.dto.js';

export class CancelBody {
  @ApiProperty({ description: 'Read by all who take part.' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @NoCpr()
  reason!: string;
}

export class MoveBody {
  @ApiProperty({ example: '2026-12-08T13:00', description: 'Wall time in Europe/Copenhagen.' })
  @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/)
  startLocal!: string;

  @ApiProperty({ type: 'integer', minimum: 5, maximum: 720 })
  @IsInt()
  @Min(5)
  @Max(720)
  durationMinutes!: number;

  @ApiProperty({ type: String, required: false, nullable: true })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @NoCpr()
  reason?: string | null;
}

/** What is absent stays as it is; null takes it away. */
export class PlaceBody {
  @ApiProperty({ type: String, required: false, nullable: true, description: 'Absent: as it is. Null: none.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @NoCpr()
  place?: string | null;

  @ApiProperty({ type: String, format: 'uri', required: false, nullable: true, description: 'https only. Absent: as it is. Null: none.' })
  @TrimmedOrNull()
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @HttpsUrl()
  @NoCpr()
  videoLink?: string | null;
}

class MeetingChange {
  @ApiProperty({ type: 'integer', description: 'The version that the meeting got by it.' })
  version!: number;

  @ApiProperty({ enum: meetingChangeKinds, enumName: 'MeetingChangeKind' })
  kind!: MeetingChangeKind;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: PersonRef })
  by!: PersonRef;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Wall start before a move.' })
  movedFromLocal!: string | null;
}

export class MeetingHistory {
  @ApiProperty({ type: [MeetingChange], description: 'Oldest first.' })
  changes!: MeetingChange[];
}

const version = { name: 'If-Match', required: false, description: 'The version on the screen, in quotes.' };

/** One meeting of a series, or by itself, is cancelled, moved or placed; those who take part see it at once. */
@ApiTags('meetings')
@Controller('meetings/:id')
export class MeetingChangesController {
  constructor(
    private readonly changes: MeetingChanges,
    private readonly meetings: MeetingsService,
  ) {}

  @Get('changes')
  @ApiOkResponse({ type: MeetingHistory })
  async history(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<MeetingHistory> {
    return { changes: await this.changes.history(session, id) };
  }

  @Post('cancel')
  @HttpCode(200)
  @ApiHeader(version)
  @ApiOkResponse({ type: MeetingView })
  async cancel(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: CancelBody, @IfMatch() expected: number | null): Promise<MeetingView> {
    await this.changes.cancel(session, id, body.reason, expected);
    return this.meetings.get(session, id);
  }

  /** Takes a cancellation back. */
  @Post('restore')
  @HttpCode(200)
  @ApiHeader(version)
  @ApiOkResponse({ type: MeetingView })
  async restore(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() expected: number | null): Promise<MeetingView> {
    await this.changes.restore(session, id, expected);
    return this.meetings.get(session, id);
  }

  @Post('move')
  @HttpCode(200)
  @ApiHeader(version)
  @ApiOkResponse({ type: MeetingView })
  async move(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: MoveBody, @IfMatch() expected: number | null): Promise<MeetingView> {
    await this.changes.move(session, id, { startLocal: body.startLocal, durationMinutes: body.durationMinutes, reason: body.reason ?? null }, expected);
    return this.meetings.get(session, id);
  }

  /** Decides that a meeting on a holiday is held all the same. */
  @Post('keep')
  @HttpCode(200)
  @ApiHeader(version)
  @ApiOkResponse({ type: MeetingView })
  async keep(@Asker() session: Session, @Param('id', IdPipe) id: string, @IfMatch() expected: number | null): Promise<MeetingView> {
    await this.changes.keep(session, id, expected);
    return this.meetings.get(session, id);
  }

  @Put('place')
  @ApiHeader(version)
  @ApiOkResponse({ type: MeetingView })
  async place(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() body: PlaceBody, @IfMatch() expected: number | null): Promise<MeetingView> {
    await this.changes.place(session, id, body, expected);
    return this.meetings.get(session, id);
  }
}
