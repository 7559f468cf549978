import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { TrailCheckpoints } from '@lib/trail/trail-checkpoints.service.js';
import { RecordedDisclosures } from '@lib/trail/recorded-disclosures.service.js';
import { TrailReader } from '@lib/trail/trail-reader.service.js';
import { TrailSamples } from '@lib/trail/trail-samples.service.js';
import { disclosureCsv } from './audit-csv.js';
import { AuditCaseBody, AuditedDisclosurePage, AuditedItemList, AuditedItemView, AuditedPeople, AuditPageQuery, CitizensOverviewBody, LastCheckpoint, NewSampleBody, SampleList, SampleView, TrailEntryPage, VerdictBody } from './audit.dto.js';
import { IdempotencyKey } from './idempotency-key.js';
import { Limited } from './rate-limit.guard.js';
import { RunningFiles } from './running-files.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';

/** [AC90–AC96] The access trail, for the auditor of an authority: who was shown what, never what it said. */
@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(
    private readonly reader: TrailReader,
    private readonly samples: TrailSamples,
    private readonly recorded: RecordedDisclosures,
    private readonly checkpoints: TrailCheckpoints,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly files: RunningFiles,
  ) {}

  /** The items of the own meetings that are about a case. The reference travels in the body: addresses are kept in histories. */
  @Post('cases')
  @HttpCode(200)
  @ApiOkResponse({ type: AuditedItemList })
  async ofCase(@Asker() session: Session, @Body() body: AuditCaseBody): Promise<AuditedItemList> {
    return { items: await this.reader.itemsOfCase(session, body.caseReference) };
  }

  /** For a citizen's request: when, by which authority and for what the items of a case were shown. Nobody is named. */
  @Limited('export')
  @Post('disclosures')
  @HttpCode(200)
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async disclosures(@Asker() session: Session, @Body() body: CitizensOverviewBody, @Res() response: Response): Promise<void> {
    this.reader.assertAuditor(session);
    const { caseReference } = body;
    // [AC77] To the parents of a child it would say just what the police hold back.
    if (body.embargoed !== 'omit') {
      const held = await this.reader.embargoed(session, caseReference);
      if (held > 0) throw new Problem('embargo-in-force', held === 1 ? 'Ét punkt er under orienteringsspærre. Hent udgaven uden det, eller vent, til politiet har ophævet spærren.' : `${held} punkter er under orienteringsspærre. Hent udgaven uden dem, eller vent, til politiet har ophævet spærren.`);
    }
    const lines = disclosureCsv({ caseReference, authority: session.authorityName, madeAt: this.clock.now().toString(), months: this.config.TRAIL_MONTHS }, this.reader.disclosures(session, caseReference));
    // [AC13] It breaks off when the session ends; what fails before the first line is answered as a problem.
    await this.files.send(session, lines, response, { 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': `attachment; filename="videregivelser-${caseReference.replace(/\D+/g, '-').replace(/^-/, '')}.csv"` });
  }

  @Get('items/:id')
  @ApiOkResponse({ type: AuditedItemView })
  async item(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<AuditedItemView> {
    return this.reader.item(session, id);
  }

  /** Who was shown an item, newest first. */
  @Get('items/:id/entries')
  @ApiOkResponse({ type: TrailEntryPage })
  async ofItem(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: AuditPageQuery): Promise<TrailEntryPage> {
    return this.reader.ofItem(session, id, query);
  }

  /** What was recorded of showing an item to more people, newest first. */
  @Get('items/:id/disclosures')
  @ApiOkResponse({ type: AuditedDisclosurePage })
  async disclosuresOfItem(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: AuditPageQuery): Promise<AuditedDisclosurePage> {
    return this.recorded.page(session, id, query);
  }

  /** Who chose to show what to whom: at the own meetings, and elsewhere what the own people showed or were shown. Newest first. */
  @Get('disclosures')
  @ApiOkResponse({ type: AuditedDisclosurePage })
  async recordedDisclosures(@Asker() session: Session, @Query() query: AuditPageQuery): Promise<AuditedDisclosurePage> {
    return this.recorded.page(session, null, query);
  }

  /** Who works, or worked, in the own authority. */
  @Get('people')
  @ApiOkResponse({ type: AuditedPeople })
  async people(@Asker() session: Session): Promise<AuditedPeople> {
    return { people: await this.reader.people(session) };
  }

  /** What somebody of the own authority was shown, newest first. */
  @Get('people/:id/entries')
  @ApiOkResponse({ type: TrailEntryPage })
  async ofPerson(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: AuditPageQuery): Promise<TrailEntryPage> {
    return this.reader.ofPerson(session, id, query);
  }

  /** What people of the own authority were refused, newest first. */
  @Get('refusals')
  @ApiOkResponse({ type: TrailEntryPage })
  async refusals(@Asker() session: Session, @Query() query: AuditPageQuery): Promise<TrailEntryPage> {
    return this.reader.refusals(session, query);
  }

  @Get('samples')
  @ApiOkResponse({ type: SampleList })
  async list(@Asker() session: Session): Promise<SampleList> {
    return { samples: await this.samples.list(session) };
  }

  /** Draws a random sample of a period. */
  @Post('samples')
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'UUID; a repeated request answers with what the first one made.' })
  @ApiCreatedResponse({ type: SampleView })
  async draw(@Asker() session: Session, @Body() body: NewSampleBody, @IdempotencyKey() request?: IdempotentRequest): Promise<SampleView> {
    return this.samples.draw(session, body, request);
  }

  @Get('samples/:id')
  @ApiOkResponse({ type: SampleView })
  async sample(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<SampleView> {
    return this.samples.get(session, id);
  }

  /** What the auditor found of one drawn entry. */
  @Put('samples/:id/entries/:position')
  @ApiOkResponse({ type: SampleView })
  async judge(@Asker() session: Session, @Param('id', IdPipe) id: string, @Param('position', ParseIntPipe) position: number, @Body() body: VerdictBody): Promise<SampleView> {
    return this.samples.judge(session, id, Math.min(Math.max(position, 0), 1_000), body.verdict, body.note ?? null);
  }

  /** The hash that holds everything before it fast; kept outside, it shows whether the trail was touched. */
  @Get('checkpoint')
  @ApiOkResponse({ type: LastCheckpoint })
  async checkpoint(@Asker() session: Session): Promise<LastCheckpoint> {
    this.reader.assertAuditor(session);
    return { checkpoint: await this.checkpoints.last(), check: this.checkpoints.lastCheck, months: this.config.TRAIL_MONTHS };
  }
}
