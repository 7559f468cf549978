import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { Response } from 'express';
import type { MeetingDocument } from '@lib/contracts/meeting-document.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import { dayOf } from '@lib/documents/danish.js';
import { PdfDocuments } from '@lib/documents/documents.service.js';
import { sheetHtml } from '@lib/documents/html.js';
import { meetingSheet } from '@lib/documents/meeting-sheet.js';
import { pdfStandards, type PdfStandard } from '@lib/documents/pdf-standards.js';
import { MeetingDocuments, type DocumentRequest } from '@lib/minutes/meeting-documents.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DocumentFiles } from './document-files.js';
import { DocumentQuery, documentRequest } from './meeting-documents.controller.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';
import { Limited } from './rate-limit.guard.js';

export class StandardQuery {
  @ApiProperty({ required: false, enum: pdfStandards, enumName: 'PdfStandard', default: 'ua-1', description: '`ua-1` to be read, `a-3a` to be kept, with the same content as JSON inside.' })
  @IsOptional()
  @IsIn(pdfStandards)
  standard: PdfStandard = 'ua-1';
}

export class PdfQuery extends DocumentQuery {
  @ApiProperty({ required: false, enum: pdfStandards, enumName: 'PdfStandard', default: 'ua-1', description: '`ua-1` to be read, `a-3a` to be kept, with the same content as JSON inside.' })
  @IsOptional()
  @IsIn(pdfStandards)
  standard: PdfStandard = 'ua-1';
}

type Kind = DocumentRequest['kind'];

/** [DO1] Agenda and minutes as files, made at this moment of what the asker may see at this moment. */
@ApiTags('minutes')
@Limited('export')
@Controller('meetings/:id/documents')
export class MeetingFilesController {
  constructor(
    private readonly documents: MeetingDocuments,
    private readonly pdfs: PdfDocuments,
    private readonly files: DocumentFiles,
    private readonly clock: Clock,
  ) {}

  @Get('agenda.pdf')
  @ApiProduces('application/pdf')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async agendaPdf(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: PdfQuery, @Res() response: Response): Promise<void> {
    await this.pdf(session, id, 'agenda', query, response);
  }

  @Get('minutes.pdf')
  @ApiProduces('application/pdf')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async minutesPdf(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: PdfQuery, @Res() response: Response): Promise<void> {
    await this.pdf(session, id, 'minutes', query, response);
  }

  @Get('agenda.html')
  @ApiProduces('text/html')
  @ApiOkResponse({ schema: { type: 'string' } })
  async agendaHtml(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: DocumentQuery, @Res() response: Response): Promise<void> {
    await this.html(session, id, 'agenda', query, response);
  }

  @Get('minutes.html')
  @ApiProduces('text/html')
  @ApiOkResponse({ schema: { type: 'string' } })
  async minutesHtml(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: DocumentQuery, @Res() response: Response): Promise<void> {
    await this.html(session, id, 'minutes', query, response);
  }

  private async html(session: Session, id: string, kind: Kind, query: DocumentQuery, response: Response): Promise<void> {
    await this.files.sendHtml(session, response, async () => sheetHtml(meetingSheet(await this.documents.documentFor(session, id, documentRequest(kind, query, 'readingCopy')), this.making(session))));
  }

  private async pdf(session: Session, id: string, kind: Kind, query: PdfQuery, response: Response): Promise<void> {
    const request = documentRequest(kind, query, query.standard === 'a-3a' ? 'filingCopy' : 'readingCopy');
    const document = await this.documents.documentFor(session, id, request);
    const making = this.making(session);
    const pdf = await this.pdfs.make({ sheet: meetingSheet(document, making), standard: query.standard, madeAt: making.madeAt, data: JSON.stringify(document) }, session.personId);
    await this.files.sendPdf(session, response, pdf, fileName(document), async () => {
      // Setting it took its time: what was closed to the asker meanwhile must not be handed out now.
      if (!stillOpen(document, await this.documents.documentFor(session, id, request))) throw new Problem('conflict', 'Adgangen til et punkt blev ændret imens. Hent dokumentet igen.');
    });
  }

  private readonly making = (session: Session) => ({ reader: session.authorityName, madeAt: this.clock.now().toString() });
}

function stillOpen(made: MeetingDocument, now: MeetingDocument): boolean {
  const [before, after] = [marksOf(made), marksOf(now)];
  return [...before].every(([id, marks]) => after.get(id) === marks);
}

/** What stands open in it, each with the embargoes on it: a mark that was set meanwhile, on whichever of them, belongs on it as well. */
const marksOf = ({ items, openFollowUps = [] }: MeetingDocument): Map<string, string> =>
  new Map([...items.flatMap((entry) => (entry.closed ? [] : [entry])), ...openFollowUps].map(({ id, embargoes = [] }) => [id, JSON.stringify(embargoes)]));

/** “referat-moede-2026-12-07.pdf”: no name, no case and nothing that anybody wrote. */
function fileName({ kind, extractFor, meeting }: MeetingDocument): string {
  return `${kind === 'agenda' ? 'dagsorden' : 'referat'}-${extractFor === null ? '' : 'uddrag-'}moede-${dayOf(meeting.startInstant)}`;
}
