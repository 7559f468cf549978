import { Body, Controller, HttpCode, Injectable, Param, Post, type OnModuleInit } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Session } from '@lib/access/sessions.service.js';
import { CprGuard } from '@lib/collab/cpr-guard.service.js';
import { CollabDocuments } from '@lib/collab/documents.service.js';
import { Projector } from '@lib/collab/projector.service.js';
import { Tickets } from '@lib/collab/tickets.service.js';
import type { ItemContent } from '@lib/contracts/rich-text.js';
import { ItemDocuments, type NewDocument } from '@lib/meetings/item-documents.js';
import { AgendaService } from '@lib/meetings/agenda.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { Asker } from './session.guard.js';
import { IdPipe, IsCpr } from './validation.js';

export class TicketView {
  @ApiProperty({ description: 'For `/yjs/{id}?ticket=…`; good for every reconnect of this page until it expires.' })
  ticket!: string;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'The Yjs client id to write under.' })
  clientId!: number;

  @ApiProperty({ format: 'uuid', description: 'Changes when the store was restored from a backup.' })
  epoch!: string;

  @ApiProperty({ example: '/yjs/0192…' })
  url!: string;
}

export class NotCprBody {
  @ApiProperty({ example: '010190-1234', maxLength: 20, description: 'The number as it is written. Only a keyed fingerprint of its digits is kept.' })
  @IsCpr()
  number!: string;
}

/** Sign-in to the collaborative document of an item. The words themselves travel on the socket. */
@ApiTags('documents')
@Controller('documents')
export class DocumentsController {
  constructor(
    private readonly tickets: Tickets,
    private readonly cpr: CprGuard,
  ) {}

  @Post(':id/ticket')
  @HttpCode(200)
  @ApiOkResponse({ type: TicketView })
  async ticket(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<TicketView> {
    return { ...(await this.tickets.issue(session, id)), url: `/yjs/${id}` };
  }

  /** A false alarm: the number may stand in this document. Who said so is noted. */
  @Post(':id/not-cpr')
  @HttpCode(204)
  @ApiNoContentResponse()
  async notCpr(@Asker() session: Session, @Param('id', IdPipe) id: string, @Body() { number }: NotCprBody): Promise<void> {
    await this.cpr.dismiss(session, id, number);
  }
}

/** The documents that new agenda items ask for: the seam between meetings and collaboration. */
@Injectable()
export class CollabItemDocuments extends ItemDocuments {
  constructor(private readonly documents: CollabDocuments) {
    super();
  }

  override async createIn(tx: Tx, documents: readonly NewDocument[]): Promise<void> {
    await this.documents.createAll(tx, documents);
  }

  override async agendaParagraphs(documentId: string): Promise<readonly string[]> {
    const { agendaText } = await this.documents.text(documentId);
    return agendaText === '' ? [] : agendaText.split('\n');
  }

  override async writtenIn(tx: Tx, documentIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.documents.writtenIn(tx, documentIds);
  }

  override async setStateIn(tx: Tx, documentIds: readonly string[], state: 'open' | 'frozen'): Promise<void> {
    // In order of their ids: two commands that lock the same documents must not wait for each other.
    for (const documentId of [...documentIds].sort()) await this.documents.setStateIn(tx, documentId, state);
  }

  override content(documentId: string): Promise<ItemContent> {
    return this.documents.content(documentId);
  }

  override frozenContent(documentId: string): Promise<ItemContent> {
    return this.documents.frozenContent(documentId);
  }
}

/** Carries the title that people write together into the lists. */
@Injectable()
export class TitleProjection implements OnModuleInit {
  constructor(
    private readonly projector: Projector,
    private readonly agenda: AgendaService,
  ) {}

  onModuleInit(): void {
    this.projector.onProjected = (_documentId, itemId, { title }) => this.agenda.project(itemId, title);
  }
}
