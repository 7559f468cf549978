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
import { Notifications } from '@lib/notifications/notifications.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Asker } from './session.guard.js';
import { ForGuests } from './guest.interceptor.js';
import { IdPipe, IsCpr } from './validation.js';
import { Limited } from './rate-limit.guard.js';

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

  @ForGuests()
  @Limited('ticket')
  @Post(':id/ticket')
  @HttpCode(200)
  @ApiOkResponse({ type: TicketView })
  async ticket(@Asker() session: Session, @Param('id', IdPipe) id: string): Promise<TicketView> {
    return { ...(await this.tickets.issue(session, id)), url: `/yjs/${id}` };
  }

  /** A false alarm: the number may stand in this document. Who said so is noted. */
  @ForGuests('writing')
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

  override async writtenIn(tx: Tx, documentIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.documents.writtenIn(tx, documentIds);
  }

  override async setStateIn(tx: Tx, documentIds: readonly string[], state: 'open' | 'frozen'): Promise<void> {
    // In order of their ids: two commands that lock the same documents must not wait for each other.
    for (const documentId of [...documentIds].sort()) await this.documents.setStateIn(tx, documentId, state);
  }

  override shredIn(tx: Tx, itemIds: readonly string[]): Promise<void> {
    return this.documents.shredIn(tx, itemIds);
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
    this.projector.onProjected = (documentId, itemId, { title }) => this.agenda.project(documentId, itemId, title);
  }
}

/** [CO85] Tells the coordinators who read an item that a CPR number was taken out of its words; of an authority's preparation only its own [AC71]. */
@Injectable()
export class CprReports implements OnModuleInit {
  constructor(
    private readonly cpr: CprGuard,
    private readonly notifications: Notifications,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  onModuleInit(): void {
    this.cpr.onFound = (itemId, side) => this.unitOfWork.run((tx) => this.tellIn(tx, itemId, side ?? null), { lane: 'job', as: 'notices' });
  }

  private async tellIn(tx: Tx, itemId: string, authorityId: string | null): Promise<void> {
    const rows = await tx.query<{ meeting_id: string; membership_id: string }>(
      `SELECT i.meeting_id, r.membership_id FROM agenda_item i JOIN item_reader r ON r.item_id = i.id JOIN membership m ON m.id = r.membership_id
       WHERE i.id = $1 AND m.role = 'coordinator' AND ($2::text IS NULL OR m.authority_id = $2)`,
      [itemId, authorityId],
    );
    const [first] = rows;
    if (first !== undefined) await this.notifications.addIn(tx, null, [{ kind: 'cprFound', membershipIds: rows.map((row) => row.membership_id), meetingId: first.meeting_id, itemId }]);
  }
}
