import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { browserFamilies, platformFamilies, type BrowserFamily, type PlatformFamily } from '@lib/contracts/enums.js';
import { OwnSessions } from '@lib/access/own-sessions.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { IdPipe } from './validation.js';
import { Asker } from './session.guard.js';

export class OwnSessionView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'Whether it is the one that asks.' })
  isThis!: boolean;

  @ApiProperty({ enum: browserFamilies, enumName: 'BrowserFamily', nullable: true })
  browser!: BrowserFamily | null;

  @ApiProperty({ enum: platformFamilies, enumName: 'PlatformFamily', nullable: true })
  platform!: PlatformFamily | null;

  @ApiProperty({ description: 'The authority it acts for.' })
  authorityName!: string;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'At most a minute behind.' })
  lastSeenAt!: string;
}

export class OwnSessionList {
  @ApiProperty({ type: [OwnSessionView] })
  sessions!: OwnSessionView[];
}

export class EndedSessions {
  @ApiProperty({ type: 'integer' })
  ended!: number;
}

/** [AC83] Where one is signed in. */
@ApiTags('session')
@Controller('sessions')
export class OwnSessionsController {
  constructor(private readonly own: OwnSessions) {}

  @Get()
  @ApiOkResponse({ type: OwnSessionList })
  async list(@Asker() session: Session): Promise<OwnSessionList> {
    const sessions = await this.own.list(session);
    return { sessions: sessions.map((one) => ({ ...one, startedAt: one.startedAt.toISOString(), lastSeenAt: one.lastSeenAt.toISOString() })) };
  }

  /** All but this one. */
  @Delete()
  @ApiOkResponse({ type: EndedSessions })
  async endOthers(@Asker() session: Session): Promise<EndedSessions> {
    return { ended: await this.own.endOthers(session) };
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async end(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<void> {
    await this.own.end(session, id);
  }
}
