import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Problem } from '@lib/contracts/problems.js';
import type { Session } from '@lib/access/sessions.service.js';
import { DecisionLog, type ExportRow } from '@lib/decisions/decision-log.service.js';
import { aboutExport, shown } from '@lib/decisions/export-columns.js';
import { tableOf } from '@lib/decisions/export-table.js';
import type { LogOrder } from '@lib/decisions/log-filter.js';
import { dayAndTime, dayOf } from '@lib/documents/danish.js';
import { PdfDocuments } from '@lib/documents/documents.service.js';
import { logSheet } from '@lib/documents/log-sheet.js';
import { filterOf, LogPdfParameters } from './decision-log.dto.js';
import { DocumentFiles } from './document-files.js';
import { Asker } from './session.guard.js';
import { Limited } from './rate-limit.guard.js';

/** More than anybody reads on paper, and set well within the time that a document has. */
export const mostPrinted = 500;

/** [DO11] The filtered log on paper; a file of it as a table is in {@link DecisionLogController}. */
@ApiTags('decisions')
@Limited('export')
@Controller('decisions')
export class DecisionLogFilesController {
  constructor(
    private readonly log: DecisionLog,
    private readonly pdfs: PdfDocuments,
    private readonly files: DocumentFiles,
  ) {}

  /** The filtered log, at most its first 500 decisions; it says so where there are more. */
  @Get('export.pdf')
  @ApiProduces('application/pdf')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async pdf(@Asker() session: Session, @Query() query: LogPdfParameters, @Res() response: Response): Promise<void> {
    const filter = filterOf(query);
    const head = await this.log.exportHead(session, filter, query.embargoed === 'omit');
    const { rows, isCut } = await this.rows(session, filter);
    const about = aboutExport(head, rows.length).map(([label, cell]) => ({ label, value: shown(cell) }));
    const sheet = logSheet(tableOf(rows), { reader: head.authority, madeAt: dayAndTime(head.madeAt), about, cutAt: isCut ? rows.length : null });
    const data = JSON.stringify({ schema: 'samraad/decision-log/1', ...head, isCut, decisions: rows });
    const pdf = await this.pdfs.make({ sheet, standard: query.standard, madeAt: head.madeAt, data }, session.personId);
    await this.files.sendPdf(session, response, pdf, `beslutningslog-${dayOf(head.madeAt)}`, async () => {
      // Setting it took its time: what was closed to the asker meanwhile must not be handed out now.
      const open = await this.log.stillReadable(session, rows.map((row) => row.id));
      const isEmbargoed = (await this.log.embargoed(session, filter)) > head.leftOut;
      if (isEmbargoed || rows.some((row) => !open.has(row.id))) throw new Problem('conflict', 'Adgangen til en beslutning blev ændret imens. Hent listen igen.');
    });
  }

  private async rows(session: Session, filter: LogOrder): Promise<{ rows: ExportRow[]; isCut: boolean }> {
    const rows: ExportRow[] = [];
    for await (const row of this.log.exportRows(session, filter)) {
      if (rows.length === mostPrinted) return { rows, isCut: true };
      rows.push(row);
    }
    return { rows, isCut: false };
  }
}
