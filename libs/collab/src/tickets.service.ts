import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ItemAccess } from '@lib/access/item-access.service.js';
import type { Session } from '@lib/access/sessions.service.js';
import { Problem } from '@lib/contracts/problems.js';
import { CollabStore } from './collab-store.js';
import { hashTicket } from './hub.js';
import { defaultLimits } from './limits.js';

export interface Ticket {
  /** Known to the browser alone; only its hash is stored, and it is never logged. */
  ticket: string;
  /** The Yjs client id this page must write under. */
  clientId: number;
  epoch: string;
}

/** Sign-in to one document for one session, checked again on every connect. */
@Injectable()
export class Tickets {
  constructor(
    private readonly store: CollabStore,
    private readonly access: ItemAccess,
  ) {}

  /**
   * A ticket for one opened page: usable for every reconnect of that page until it expires.
   *
   * @throws Problem `not-found` when the document does not exist or may not be read
   */
  async issue(session: Session, documentId: string): Promise<Ticket> {
    const row = await this.store.find(documentId);
    const readable = await this.access.readable(session, row?.itemId ?? '00000000-0000-0000-0000-000000000000', row?.side);
    if (row === null || readable === null) throw new Problem('not-found');
    const ticket = randomBytes(32).toString('base64url');
    let clientId = randomClientId();
    while (await this.store.isClientIdTaken(documentId, clientId)) clientId = randomClientId();
    await this.store.addTicket({ tokenHash: hashTicket(ticket), documentId, sessionId: session.id, personId: session.personId, clientId }, defaultLimits.ticketMs);
    return { ticket, clientId, epoch: row.epoch };
  }
}

/** As Yjs draws them: 32 bits. */
function randomClientId(): number {
  return randomBytes(4).readUInt32LE();
}
