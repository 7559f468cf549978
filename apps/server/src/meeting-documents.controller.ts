import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { MeetingDocument } from '@lib/contracts/meeting-document.js';
import type { Session } from '@lib/access/sessions.service.js';
import { MeetingDocuments } from '@lib/minutes/meeting-documents.service.js';
import { Asker } from './session.guard.js';
import { IdPipe } from './validation.js';

export class DocumentQuery {
  @ApiProperty({ required: false, example: 'municipality:219', description: 'Only what is open to this authority; never more than the asker reads.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  authority?: string;
}

const schema = { type: 'object', description: 'A MeetingDocument (libs/contracts/src/meeting-document.ts), schema `samraad/meeting-document/1`.', additionalProperties: true };

/** Agenda and minutes as one JSON model, as the asker may see them at this moment. */
@ApiTags('minutes')
@Controller('meetings/:id/documents')
export class MeetingDocumentsController {
  constructor(private readonly documents: MeetingDocuments) {}

  @Get('agenda.json')
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ schema })
  async agenda(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: DocumentQuery): Promise<MeetingDocument> {
    return this.documents.documentFor(session, id, { kind: 'agenda', extractForAuthorityId: query.authority ?? null });
  }

  @Get('minutes.json')
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ schema })
  async minutes(@Asker() session: Session, @Param('id', IdPipe) id: string, @Query() query: DocumentQuery): Promise<MeetingDocument> {
    return this.documents.documentFor(session, id, { kind: 'minutes', extractForAuthorityId: query.authority ?? null });
  }
}
