import { Body, Controller, Delete, Get, HttpCode, Post, Put, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import type { Request } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import { BusyCalendars, type OwnCalendar } from '@lib/calendar/busy-calendars.service.js';
import { BusyFault, busyFaults } from '@lib/calendar/busy-faults.js';
import { BusySources, mostBytes } from '@lib/calendar/busy-sources.js';
import { busySources, type BusySource } from '@lib/meetings/busy-calendar.entity.js';
import { said } from '@lib/platform/speaking.js';
import { Limited } from './rate-limit.guard.js';
import { Asker } from './session.guard.js';

class OwnCalendarView {
  @ApiProperty({ enum: busySources, enumName: 'BusySource' })
  source!: BusySource;

  @ApiProperty({ format: 'date-time' })
  connectedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'The last good reading.' })
  readAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Until when that counts.' })
  knownUntil!: string | null;

  @ApiProperty({ description: 'Whether “Find tid” knows by it when its person can come.' })
  isKnown!: boolean;

  @ApiProperty({ type: 'integer', description: 'Events that were not understood; their time is unknown to colleagues and taken to others.' })
  unread!: number;

  @ApiProperty({ format: 'date-time' })
  triedAt!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last try failed, as a sentence; null when it did not.' })
  fault!: string | null;
}

export class OwnCalendarAnswer {
  @ApiProperty({ type: OwnCalendarView, nullable: true })
  calendar!: OwnCalendarView | null;
}

export class CalendarLinkBody {
  @ApiProperty({ maxLength: 4000, description: 'The secret link of the calendar in iCalendar form, https:// or webcal://.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  url!: string;
}

export class CaldavBody extends CalendarLinkBody {
  @ApiProperty({ maxLength: 200 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  user!: string;

  @ApiProperty({ maxLength: 500, description: 'Sealed, and never shown again; one for this alone is best.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  password!: string;
}

const answerOf = (calendar: OwnCalendar | null): OwnCalendarAnswer => ({
  calendar: calendar === null ? null : { ...calendar, connectedAt: calendar.connectedAt.toISOString(), readAt: calendar.readAt?.toISOString() ?? null, knownUntil: calendar.knownUntil?.toISOString() ?? null, triedAt: calendar.triedAt.toISOString(), fault: calendar.fault === null ? null : said(calendar.fault) },
});

/** [BT1] One's own calendar, of which Samråd keeps when one is taken and nothing else. */
@ApiTags('calendar')
@Controller('own-calendar')
export class OwnCalendarController {
  constructor(
    private readonly calendars: BusyCalendars,
    private readonly sources: BusySources,
  ) {}

  @Get()
  @ApiOkResponse({ type: OwnCalendarAnswer })
  async own(@Asker() session: Session): Promise<OwnCalendarAnswer> {
    return answerOf(await this.calendars.own(session));
  }

  /** Reads a file, once. What was connected before ends with it. */
  @Put('file')
  @Limited('ownCalendar')
  @ApiConsumes('text/calendar')
  @ApiBody({ schema: { type: 'string', format: 'binary' }, description: `An iCalendar file of at most ${mostBytes / 1024 / 1024} MB.` })
  @ApiOkResponse({ type: OwnCalendarAnswer })
  async file(@Asker() session: Session, @Req() request: Request): Promise<OwnCalendarAnswer> {
    this.calendars.assertMay(session);
    if (request.is('text/calendar') === false) throw new Problem('unsupported-media', 'Send kalenderen som text/calendar.');
    return answerOf(await this.calendars.connectFile(session, () => bodyOf(request)));
  }

  /** Reads the calendar behind a link, and again every half hour. What was connected before ends with it. */
  @Put('link')
  @Limited('ownCalendar')
  @ApiOkResponse({ type: OwnCalendarAnswer })
  async link(@Asker() session: Session, @Body() { url }: CalendarLinkBody): Promise<OwnCalendarAnswer> {
    this.calendars.assertMay(session);
    return answerOf(await this.calendars.connectAccess(session, { source: 'link', url: this.address(url) }, 'url'));
  }

  /** Reads the calendars of a person on a CalDAV server, and again every half hour. What was connected before ends with it. */
  @Put('caldav')
  @Limited('ownCalendar')
  @ApiOkResponse({ type: OwnCalendarAnswer })
  async caldav(@Asker() session: Session, @Body() { url, user, password }: CaldavBody): Promise<OwnCalendarAnswer> {
    this.calendars.assertMay(session);
    return answerOf(await this.calendars.connectAccess(session, { source: 'caldav', url: this.address(url), user, password }, 'url'));
  }

  /** Reads it again now. Whether that went well stands in the answer; a file stays as it was read. */
  @Post('refresh')
  @Limited('ownCalendar')
  @HttpCode(200)
  @ApiOkResponse({ type: OwnCalendarAnswer })
  async refresh(@Asker() session: Session): Promise<OwnCalendarAnswer> {
    return answerOf(await this.calendars.refresh(session));
  }

  /** Ends it. What was read is removed at once. */
  @Delete()
  @HttpCode(204)
  @ApiNoContentResponse()
  async disconnect(@Asker() session: Session): Promise<void> {
    await this.calendars.disconnect(session);
  }

  private address(text: string): string {
    try {
      return this.sources.address(text);
    } catch (error) {
      throw error instanceof BusyFault ? new Problem('invalid-input', undefined, [{ field: 'url', message: busyFaults[error.fault] }]) : error;
    }
  }
}

/** Read as far as is allowed; what is packed is refused, so that nothing grows here. */
async function bodyOf(request: Request): Promise<Buffer> {
  const refusal = (message: string) => new Problem('invalid-input', undefined, [{ field: 'file', message }]);
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw new Problem('unsupported-media', 'Send kalenderen upakket.');
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw refusal(busyFaults.tooLarge);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw refusal(busyFaults.tooLarge);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
