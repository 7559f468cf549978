import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { timeZone } from '@lib/contracts/enums.js';
import type { IdempotentRequest } from '@lib/platform/idempotency.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { DecisionLog } from '@lib/decisions/decision-log.service.js';
import { csvOf } from '@lib/decisions/export-csv.js';
import { xlsxOf } from '@lib/decisions/export-xlsx.js';
import { LogViews } from '@lib/decisions/log-views.service.js';
import { DecisionLogView, ExportParameters, FilterOptions, filterOf, LogQueryParameters, LogViewList, LogViewView, NewLogViewBody, parametersOf } from './decision-log.dto.js';
import { IdempotencyKey } from './idempotency-key.js';
import { RunningFiles } from './running-files.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';
import { Limited } from './rate-limit.guard.js';

const formats = {
  csv: { type: 'text/csv; charset=utf-8', render: csvOf },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', render: xlsxOf },
};

@ApiTags('decisions')
@Controller()
export class DecisionLogController {
  constructor(
    private readonly log: DecisionLog,
    private readonly views: LogViews,
    private readonly files: RunningFiles,
  ) {}

  /** The decision log: what one's own items decided, and for leaders what their authority decided. */
  @Get('decisions')
  @ApiOkResponse({ type: DecisionLogView })
  async list(@Asker() session: Session, @Query() query: LogQueryParameters): Promise<DecisionLogView> {
    return this.log.list(session, { ...filterOf(query), limit: query.limit, ...(query.cursor === undefined ? {} : { cursor: query.cursor }) });
  }

  /** What the filters can be set to. */
  @Get('decision-log/options')
  @ApiOkResponse({ type: FilterOptions })
  async options(@Asker() session: Session): Promise<FilterOptions> {
    return this.log.options(session);
  }

  /** The filtered log as a file, sent while it is read. */
  @Limited('export')
  @Get('decision-log/export')
  @ApiProduces('text/csv', formats.xlsx.type)
  @ApiOkResponse({ description: 'The file.', schema: { type: 'string', format: 'binary' } })
  async export(@Asker() session: Session, @Query() query: ExportParameters, @Res() response: Response): Promise<void> {
    const filter = filterOf(query);
    const head = await this.log.exportHead(session, filter, query.embargoed === 'omit');
    const { type, render } = formats[query.format];
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(head.madeAt));
    const name = `Beslutningslog, ${head.authority.replace(/[\\/:*?"<>|]/g, ' ')}, ${day}.${query.format}`;
    await this.files.send(session, render(head, this.log.exportRows(session, filter)), response, {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="beslutningslog-${day}.${query.format}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    });
  }

  /** One's own saved views. */
  @Get('decision-log/views')
  @ApiOkResponse({ type: LogViewList })
  async savedViews(@Asker() session: Session): Promise<LogViewList> {
    return { views: (await this.views.list(session)).map((view) => ({ ...view, filter: parametersOf(view.filter) })) };
  }

  @Post('decision-log/views')
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: LogViewView })
  async saveView(@Asker() session: Session, @Body() body: NewLogViewBody, @IdempotencyKey() request?: IdempotentRequest): Promise<LogViewView> {
    const view = await this.views.save(session, body.name, filterOf(body.filter), request);
    return { ...view, filter: parametersOf(view.filter) };
  }

  @Delete('decision-log/views/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async removeView(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<void> {
    await this.views.remove(session, id);
  }
}
