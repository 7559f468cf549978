import { Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiExcludeController, ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import { CalendarFeeds, hashOf } from '@lib/calendar/calendar-feeds.service.js';
import { RateLimits } from '@lib/platform/rate-limits.service.js';
import { Trail } from '@lib/trail/trail.service.js';
import { chunksOf } from './document-files.js';
import { Origins } from './origins.js';
import { Limited } from './rate-limit.guard.js';
import { RunningFiles } from './running-files.js';
import { Asker, Public } from './session.guard.js';

/** Not under the pages: what is below `/kalender` is for people. */
export const feedPath = 'ical';

export class CalendarFeedView {
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'At most a minute behind; null while no program has asked.' })
  lastFetchedAt!: string | null;
}

export class OwnCalendarFeed {
  @ApiProperty({ type: CalendarFeedView, nullable: true })
  feed!: CalendarFeedView | null;
}

export class CalendarFeedLink {
  @ApiProperty({ description: 'Secret, and in this answer alone. Whoever has it reads the calendar.' })
  link!: string;
}

/** [CF1] One's own link for a calendar program. */
@ApiTags('calendar')
@Controller('calendar-feed')
export class CalendarFeedController {
  constructor(
    private readonly feeds: CalendarFeeds,
    private readonly origins: Origins,
  ) {}

  @Get()
  @ApiOkResponse({ type: OwnCalendarFeed })
  async own(@Asker() session: Session): Promise<OwnCalendarFeed> {
    const feed = await this.feeds.own(session);
    return { feed: feed === null ? null : { createdAt: feed.createdAt.toISOString(), lastFetchedAt: feed.lastFetchedAt?.toISOString() ?? null } };
  }

  /** Makes the link. One that was there shows nothing any more. */
  @Post()
  @Limited('calendarLinkMade')
  @ApiCreatedResponse({ type: CalendarFeedLink })
  async make(@Asker() session: Session): Promise<CalendarFeedLink> {
    return { link: `${this.origins.address}/${feedPath}/${await this.feeds.make(session)}.ics` };
  }

  /** From now on the link shows nothing. */
  @Delete()
  @HttpCode(204)
  @ApiNoContentResponse()
  async revoke(@Asker() session: Session): Promise<void> {
    await this.feeds.revoke(session);
  }
}

/** [CF2] What a calendar program fetches. A session counts for nothing here. */
@Public()
@ApiExcludeController()
@Limited('calendarAddress')
@Controller(feedPath)
export class CalendarFileController {
  constructor(
    private readonly feeds: CalendarFeeds,
    private readonly limits: RateLimits,
    private readonly trail: Trail,
    private readonly origins: Origins,
    private readonly files: RunningFiles,
  ) {}

  @Get(':file')
  async file(@Param('file') file: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const token = file.replace(/\.ics$/, '');
    await this.limits.spend('calendarLink', hashOf(token).toString('base64url'));
    const known = file === token ? null : await this.feeds.standing(token);
    if (known === null) throw new Problem('not-found');
    const look = async () => {
      const now = await this.feeds.standing(token);
      return now === null ? null : { untilMs: now.untilMs, askAtMs: now.untilMs };
    };
    // [CF3] It breaks off with what it shows. What a slow program is sent keeps none of its person's own files waiting.
    await this.files.sendTo({ who: `link of ${known.personId}`, sessionId: null, personId: known.personId, membershipIds: known.membershipIds, look }, this.parts(token, request, response), response, {});
  }

  private async *parts(token: string, request: Request, response: Response): AsyncGenerator<Uint8Array> {
    const answer = await this.feeds.read(token, this.origins.address);
    if (answer === null) throw new Problem('not-found');
    // [CF10] What cannot be recorded is not shown.
    for (const who of answer.unrecorded) await this.trail.settle(await this.trail.open(who, { kind: 'export', route: `GET /${feedPath}/{file}`, rule: 'AC3', object: null }));
    await answer.handedOut();
    const etag = `"${hashOf(answer.icalendar).toString('base64url')}"`;
    response.set({ 'Cache-Control': 'private, no-store', ETag: etag });
    if (hasIt(request.headers['if-none-match'], etag)) {
      response.status(304);
      return;
    }
    const file = Buffer.from(answer.icalendar);
    response.type('text/calendar; charset=utf-8').set({ 'Content-Disposition': 'attachment; filename="samraad.ics"', 'Content-Length': String(file.length) });
    yield* chunksOf(file, async () => undefined);
  }
}

/** RFC 9110 §13.1.2. Asked here since Express sends all again to programs that also say `no-cache`, which is meant for caches between. */
const hasIt = (header: string | undefined, etag: string): boolean => header?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false;
