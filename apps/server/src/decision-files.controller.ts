import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { DecisionExtract } from '@lib/contracts/decision-extract.js';
import { Problem } from '@lib/contracts/problems.js';
import { embargoEffect } from '@lib/access/embargo.js';
import type { Session } from '@lib/access/sessions.service.js';
import { DecisionsService } from '@lib/decisions/decisions.service.js';
import { FollowUpsService } from '@lib/decisions/follow-ups.service.js';
import { dayOf } from '@lib/documents/danish.js';
import { decisionSheet } from '@lib/documents/decision-sheet.js';
import { PdfDocuments } from '@lib/documents/documents.service.js';
import { sheetHtml } from '@lib/documents/html.js';
import { Clock } from '@lib/platform/clock.js';
import { DocumentFiles } from './document-files.js';
import { StandardQuery } from './meeting-files.controller.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';
import { Limited } from './rate-limit.guard.js';

const schema = { type: 'object', description: 'A DecisionExtract (libs/contracts/src/decision-extract.ts), schema `samraad/decision-extract/1`.', additionalProperties: true };

/** [DO7] One decision as a file for a case. */
@ApiTags('decisions')
@Limited('export')
@Controller('decisions/:id')
export class DecisionFilesController {
  constructor(
    private readonly decisions: DecisionsService,
    private readonly followUps: FollowUpsService,
    private readonly pdfs: PdfDocuments,
    private readonly files: DocumentFiles,
    private readonly clock: Clock,
  ) {}

  @Get('extract.json')
  @ApiOkResponse({ schema })
  async json(@Asker() session: Session, @Param('id', IdPipe) id: string, @Res() response: Response): Promise<void> {
    await this.files.sendJson(session, response, () => this.extract(session, id));
  }

  @Get('extract.html')
  @ApiProduces('text/html')
  @ApiOkResponse({ schema: { type: 'string' } })
  async html(@Asker() session: Session, @Param('id', IdPipe) id: string, @Res() response: Response): Promise<void> {
    await this.files.sendHtml(session, response, async () => sheetHtml(decisionSheet(await this.extract(session, id), this.making(session))));
  }

  @Get('extract.pdf')
  @ApiProduces('application/pdf')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async pdf(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() { standard }: StandardQuery, @Res() response: Response): Promise<void> {
    const extract = await this.extract(session, id);
    const making = this.making(session);
    const pdf = await this.pdfs.make({ sheet: decisionSheet(extract, making), standard, madeAt: making.madeAt, data: JSON.stringify(extract) }, session.personId);
    await this.files.sendPdf(session, response, pdf, `beslutning-uddrag-moede-${dayOf(extract.meeting.startInstant)}`, async () => {
      // Setting it took its time: whoever lost the decision or its item meanwhile must not get it now.
      const now = await this.extract(session, id);
      if (now.followUps.length < extract.followUps.length) throw new Problem('conflict', 'Adgangen til punktet blev ændret imens. Hent uddraget igen.');
    });
  }

  private readonly making = (session: Session) => ({ reader: session.authorityName, madeAt: this.clock.now().toString() });

  private async extract(session: Session, id: string): Promise<DecisionExtract> {
    const decision = await this.decisions.get(session, id);
    // [EM9] There is nothing left of it to hand out without.
    if (decision.embargoes.length > 0 && embargoEffect('decisionExtract') === 'withheld') throw new Problem('embargo-in-force', 'Beslutningen er under orienteringsspærre. Den kan hentes som fil, når politiet har ophævet spærren.');
    const ofItem = decision.itemId === null ? [] : await this.followUps.ofItem(session, decision.itemId);
    return {
      schema: 'samraad/decision-extract/1',
      decision: {
        id: decision.id,
        text: decision.text,
        reasons: decision.reasons,
        caseReference: decision.caseReference,
        decidingAuthority: { id: decision.decidingAuthority.id, name: decision.decidingAuthority.name },
        responsible: named(decision.responsible),
        deadline: decision.deadline,
        legalBasis: decision.legalBasis === null ? null : { id: decision.legalBasis.id, label: decision.legalBasis.label },
        state: decision.state,
        recordedAt: decision.recordedAt,
        recordedBy: named(decision.recordedBy),
      },
      meeting: { title: decision.meeting.title, startInstant: decision.meeting.startInstant },
      supersedes: decision.supersedesId !== null,
      superseded: decision.supersededById !== null,
      timeline: decision.timeline.map(({ kind, by, at, comment }) => ({ kind, by: named(by), at, comment })),
      followUps: ofItem.filter((one) => one.decisionId === id).map((one) => ({ id: one.id, text: one.text, caseReference: one.caseReference, owner: named(one.owner), deadline: one.deadline, state: one.state })),
    };
  }
}

const named = ({ name, authority }: { name: string; authority: { name: string } }) => ({ name, authority: authority.name });
