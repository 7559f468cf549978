import { createHash, randomInt } from 'node:crypto';
import { endOf, type Session } from '@lib/access/sessions.service.js';
import { Commits } from './commits.js';
import { Connection, type Wire } from './connection.js';
import type { Contents } from './contents.js';
import { Elsewhere } from './elsewhere.js';
import type { CommitHint } from './fan-out.js';
import type { AdmissionRequest, Chance, HubPorts } from './hub-ports.js';
import type { Limits } from './limits.js';
import { Members, type Arrival } from './members.js';
import { OpenDocuments, type Queue } from './open-documents.js';
import type { CloseReason, DocumentState } from './protocol.js';
import type { Room } from './room.js';

export type { AdmissionRequest, Chance, Door, HubPorts } from './hub-ports.js';

export interface Admission {
  connection: Connection;
  room: Room;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Asked for in place of what does not exist, so that missing and forbidden take the same steps. */
const nothing = '00000000-0000-0000-0000-000000000000';

const documentIdOf = ({ documentId }: AdmissionRequest) => (uuid.test(documentId) ? documentId.toLowerCase() : nothing);

export const hashTicket = (ticket: string): Buffer => createHash('sha256').update(ticket).digest();

/**
 * All open documents of this process: who is let in, and what the server writes itself. Who is in (members.ts), what is open
 * (open-documents.ts), what is committed (commits.ts) and what others commit (elsewhere.ts) each have a place of their own.
 */
export class Hub {
  private readonly members: Members;
  private readonly documents: OpenDocuments;
  private readonly elsewhere: Elsewhere;
  private readonly commits: Commits;
  private isStopping = false;

  constructor(
    private readonly ports: HubPorts,
    private readonly limits: Limits,
    private readonly chance: Chance = { clientId: () => randomInt(2 ** 32), later: (work, ms) => void setTimeout(work, ms) },
  ) {
    // Documents put into the queue what it later tells them of.
    const queue: Queue = {
      add: (entry) => this.commits.queue.add(entry),
      withdraw: (documentId, which) => this.commits.queue.withdraw(documentId, which),
      hold: (documentId) => this.commits.queue.hold(documentId),
      release: (documentId) => this.commits.queue.release(documentId),
      rested: (documentId) => this.commits.queue.rested(documentId),
    };
    this.members = new Members(ports, limits, (room) => this.documents.closeIfIdle(room));
    this.documents = new OpenDocuments(ports, limits, chance, queue, this.members);
    this.elsewhere = new Elsewhere(ports, this.documents, queue);
    this.commits = new Commits(ports, limits, chance.later, this.documents, this.elsewhere, this.members);
  }

  get connectionCount(): number {
    return this.members.count;
  }

  get contents(): Contents {
    return this.documents.contents;
  }

  /** Lets a socket into its document, or says why not. Missing and forbidden get the same answer on the same way. */
  async admit(wire: Wire, request: AdmissionRequest): Promise<Admission | CloseReason> {
    const arrival = this.members.comes();
    try {
      return await this.letIn(wire, request, arrival);
    } finally {
      this.members.arrived(arrival);
    }
  }

  private async letIn(wire: Wire, request: AdmissionRequest, arrival: Arrival): Promise<Admission | CloseReason> {
    let isOnRecord = false;
    for (let attempt = 0; attempt < 5 && !this.isStopping; attempt++) {
      const seen = this.members.changes;
      const documentId = documentIdOf(request);
      const identified = await this.identify(documentId, request);
      if (identified === null) return 'not-signed-in';
      const { session } = identified;
      const clientId = request.clientId ?? identified.clientId;
      const row = await this.ports.store.find(documentId);
      const readsUntil = await this.ports.door.readsUntil(session, row?.itemId ?? nothing, row?.side);
      if (row === null || readsUntil === null) return (await this.ports.door.record(session, documentId, null)) ? 'not-found' : 'not-ready';
      if (request.epoch !== null && request.epoch !== row.epoch) return 'precondition-failed';
      if (this.members.isBarred(documentId, session.personId)) return 'cpr-number';
      if (!this.members.reserve(arrival, session.personId)) return 'too-many-requests';
      // On record before the first byte; once, however often the way in is tried.
      isOnRecord ||= await this.ports.door.record(session, documentId, row.itemId);
      if (!isOnRecord) return 'not-ready';
      const slot = this.documents.slotOf(documentId, true);
      const room = await slot.opening;
      if (room === null) return 'not-found';
      // What she heard from another process, before she came here, is known here before she is.
      if (this.ports.fanOut.isShared && room.seq < row.seq) await this.elsewhere.catchUp(documentId, slot, room);
      // A process that is cut off lets nobody in: it could not say who may be.
      if (!this.ports.isCurrent()) return 'not-ready';
      if (seen !== this.members.changes || this.isStopping || this.documents.slot(documentId) !== slot) {
        this.documents.closeIfIdle(room);
        continue;
      }
      const { personId, personName, authorityName } = session;
      const who = { personId, sessionId: session.id, user: { name: personName, authority: authorityName, color: room.colorOf(personId) } };
      const connection = new Connection(wire, who, { acks: request.acks, isReadOnly: session.isReadOnly, isOfUnknownEpoch: row.isRestored === true && request.epoch === null, isOfTicket: request.clientId === undefined, ...(clientId === undefined ? {} : { clientId }) }, this.limits, () => this.ports.isCurrent());
      this.members.enter(connection, room, Math.min(endOf(session), readsUntil));
      return { connection, room };
    }
    return 'not-ready';
  }

  /** Whose socket it would be, as it stands now; null for nobody who is known. Lets nobody in. */
  async whoAsks(request: AdmissionRequest): Promise<Session | null> {
    return (await this.identify(documentIdOf(request), request))?.session ?? null;
  }

  private async identify(documentId: string, { ticket, token }: AdmissionRequest): Promise<{ session: Session; clientId?: number } | null> {
    if (ticket !== null) {
      const row = await this.ports.store.findTicket(hashTicket(ticket), documentId);
      const session = row === null ? null : await this.ports.door.bySession(row.sessionId);
      if (row === null || session === null || session.personId !== row.personId) return null;
      return { session, clientId: row.clientId };
    }
    const session = token === null ? null : await this.ports.door.byToken(token);
    return session === null ? null : { session };
  }

  /** The socket of a connection is gone. */
  left(connection: Connection): void {
    this.members.left(connection);
  }

  // ---- the server's own edits

  /**
   * An edit of the server itself. Made from all that was received before: what is committed, with what waits for its commit
   * behind it. Stored and shown on the way that everybody's words take. The document is frozen meanwhile: what people write
   * waits for its commit, and nobody is sent away.
   *
   * @param make the update, under the client id that it is given; null when there is nothing to do
   * @param options.personId whose words they are; absent: the server's own
   * @param options.spares for what takes places away: not when somebody wrote there while it was made
   * @param options.isStill asks pages not to write meanwhile; what was on its way is in
   * @returns whether it is committed; false when the document is frozen or gone, or something is to be spared
   */
  async edit(
    documentId: string,
    make: (content: Uint8Array, clientId: number, ownerOf: (clientId: number) => string | undefined) => Promise<Uint8Array | null>,
    { personId = null, spares = false, isStill = false }: { personId?: string | null; spares?: boolean; isStill?: boolean } = {},
  ): Promise<boolean> {
    const room = await this.documents.slotOf(documentId, false).opening;
    if (room === null || this.isStopping) return false;
    if (isStill) {
      room.still();
      await new Promise<void>((resolve) => this.chance.later(resolve, this.limits.stillMs));
    }
    const meanwhile = room.watch();
    try {
      const { isStored } = await this.whileFrozen<{ isStored: boolean | Promise<boolean> }>(documentId, async () => {
        await this.commits.queue.rested(documentId);
        const committed = await this.documents.contents.read(documentId);
        if (committed === null) return { isStored: false };
        const { waiting } = room;
        const content = waiting.length === 0 ? committed : await this.ports.merge([committed, ...waiting]);
        const clientId = await this.documents.unusedClientId(room);
        const update = await make(content, clientId, (client) => room.ownerOf(client));
        // Whoever left last may have closed the room meanwhile; one that is not the document's any more must store nothing.
        if (update === null || this.documents.room(documentId) !== room) return { isStored: false };
        return { isStored: room.edit(update, personId === null ? null : { personId, clientId }, spares ? meanwhile : null) };
      });
      return await isStored;
    } finally {
      room.endWatch(meanwhile);
      if (isStill) room.unstill();
      this.documents.closeIfIdle(room);
    }
  }

  /** Nothing of the document starts a commit before the answer. */
  private async whileFrozen<Answer>(documentId: string, work: () => Promise<Answer>): Promise<Answer> {
    this.commits.queue.hold(documentId);
    try {
      return await work();
    } finally {
      this.commits.queue.release(documentId);
    }
  }

  /** Who made a number whole, as far as that was seen here: one who wrote its digits may not have. */
  makerOf(documentId: string, digits: string): string | undefined {
    return this.documents.makerOf(documentId, digits);
  }

  // ---- what takes access away

  /** Sends a person away from a document and keeps her out for a time; what was not acknowledged stays with her. */
  bar(documentId: string, personId: string, forMs: number): void {
    this.members.bar(documentId, personId, forMs);
  }

  /** Whoever is in the item's documents is silent from now on, until it is known who may stay. */
  audienceChanged(itemId: string): Promise<void> {
    return this.members.audienceChanged(itemId);
  }

  sessionEnded(sessionId: string): void {
    this.members.sessionEnded(sessionId);
  }

  /** Below the events: looks every connection up again. */
  recheckAll(): Promise<void> {
    return this.members.recheckAll();
  }

  /** Cut off from the others: nobody hears anything, and nothing of anybody is stored, until it is known who may stay. */
  cut(): void {
    this.members.cut();
  }

  /** What was missed is known: so is, after this, who may stay. `isMuch`: more was missed than can be known. */
  async restore(isMuch: boolean): Promise<void> {
    this.members.changes++;
    if (isMuch) {
      return this.documents.giveUpAll();
    }
    await this.elsewhere.sweep();
    await this.members.recheckAll();
  }

  /** Sending goes on. */
  current(): void {
    this.members.current();
  }

  // ---- other processes

  /** Something was committed elsewhere. */
  heard(hint: CommitHint): void {
    this.elsewhere.heard(hint);
  }

  /** Frozen, closed or opened elsewhere. */
  stateChangedElsewhere(documentId: string): void {
    this.elsewhere.stateChangedElsewhere(documentId);
  }

  /** Of documents that are open, or whose content is in memory: what others have committed until now is known here when it resolves. */
  freshen(documentIds: readonly string[]): Promise<void> {
    return this.elsewhere.freshen(documentIds);
  }

  /** The content as it is committed now, whichever process committed it; null when there is no such document. */
  contentNow(documentId: string): Promise<Uint8Array | null> {
    return this.elsewhere.contentNow(documentId);
  }

  /** Looks all open documents up: hints may have been lost. */
  sweep(): Promise<void> {
    return this.elsewhere.sweep();
  }

  // ---- states

  /** The stored state of a document changed. The store refuses by itself what comes between its commit and this. */
  stateChanged(documentId: string, state: DocumentState): void {
    this.documents.stateChanged(documentId, state);
  }

  /** The words of a document were destroyed: nobody keeps it open, and no copy stays in memory. */
  shredded(documentId: string): void {
    this.members.revokeAll(documentId);
    this.documents.drop(documentId);
  }

  /** Nobody can say whether the words of a document were destroyed: everybody keeps what is not stored yet, and is told when she comes back. */
  perhapsShredded(documentId: string): void {
    this.members.changes++;
    this.documents.giveUp(documentId, this.documents.room(documentId) ?? null, 'not-ready');
  }

  /** What is stored of a document was rewritten with fewer bytes. */
  compacted(documentId: string, savedBytes: number): void {
    this.documents.compacted(documentId, savedBytes);
  }

  /** Nobody new; what is queued is stored and acknowledged; then everybody goes, to come back elsewhere. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const connection of this.members.all()) connection.wire.pause();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.commits.queue.drain(), new Promise((resolve) => (timer = setTimeout(resolve, this.limits.shutdownMs)))]);
    clearTimeout(timer);
    for (const connection of this.members.all()) {
      connection.close('not-ready');
      this.members.left(connection);
    }
  }
}
