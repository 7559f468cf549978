import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { Response } from 'express';
import type { WayOut } from '@lib/access/embargo.js';
import type { Session } from '@lib/access/sessions.service.js';
import { MeetingDocuments, type DocumentRequest } from '@lib/minutes/meeting-documents.service.js';
import { DocumentFiles } from './document-files.js';
import { Limited } from './rate-limit.guard.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';

export class DocumentQuery {
  @ApiProperty({ required: false, example: 'municipality:219', description: 'Only what is open to this authority; never more than the asker reads.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  authority?: string;

  @ApiProperty({ required: false, enum: ['omit'], description: 'Leaves out what is under an embargo on informing, where the file would be refused with it.' })
  @IsOptional()
  @IsIn(['omit'])
  embargoed?: 'omit';
}

/** What is asked for, and on which way it leaves: an extract is made to be handed on, whatever its format. */
export const documentRequest = (kind: DocumentRequest['kind'], { authority, embargoed }: DocumentQuery, way: WayOut): DocumentRequest => ({
  kind,
  extractForAuthorityId: authority ?? null,
  way: authority === undefined ? way : 'extract',
  omitsEmbargoed: embargoed === 'omit',
});

const schema = { type: 'object', description: 'A MeetingDocument (libs/contracts/src/meeting-document.ts), schema `samraad/meeting-document/1`.', additionalProperties: true };

/** Agenda and minutes as one JSON model, as the asker may see them at this moment. */
@ApiTags('minutes')
@Limited('export')
@Controller('meetings/:id/documents')
export class MeetingDocumentsController {
  constructor(
    private readonly documents: MeetingDocuments,
    private readonly files: DocumentFiles,
  ) {}

  @Get('agenda.json')
  @ApiOkResponse({ schema })
  async agenda(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: DocumentQuery, @Res() response: Response): Promise<void> {
    await this.json(session, id, documentRequest('agenda', query, 'screen'), response);
  }

  @Get('minutes.json')
  @ApiOkResponse({ schema })
  async minutes(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: DocumentQuery, @Res() response: Response): Promise<void> {
    await this.json(session, id, documentRequest('minutes', query, 'screen'), response);
  }

  private async json(session: Session, id: string, request: DocumentRequest, response: Response): Promise<void> {
    await this.files.sendJson(session, response, () => this.documents.documentFor(session, id, request));
  }
}
