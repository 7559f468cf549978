import { CollabStore, type DocumentRow, type NewUpdate, type StoredDocument, type TicketRow } from './collab-store.js';
import type { DocumentState } from './protocol.js';

/** The store of the tests and of benchmarks without a database. A commit can be held back or made to fail. */
export class MemoryStore extends CollabStore {
  /** Runs before a commit takes effect: wait in it to hold the commit back, throw in it to make the commit fail. */
  beforeCommit: (rows: readonly NewUpdate[]) => Promise<void> | void = () => undefined;
  /** How many rows each commit had. */
  readonly commits: number[] = [];
  private readonly documents = new Map<string, StoredDocument & { rowIds: Set<string>; wantsCompaction: boolean }>();
  private readonly tickets: (TicketRow & { expiresAt: number })[] = [];

  constructor(private readonly nowMs: () => number = Date.now) {
    super();
  }

  create(row: Omit<DocumentRow, 'state'>, seed: Uint8Array): void {
    this.documents.set(row.documentId, { ...row, state: 'open', updates: [seed], bindings: [], rowIds: new Set(), wantsCompaction: false });
  }

  override async find(documentId: string): Promise<DocumentRow | null> {
    const found = this.documents.get(documentId);
    return found === undefined ? null : { documentId, itemId: found.itemId, epoch: found.epoch, state: found.state };
  }

  override async load(documentId: string): Promise<StoredDocument | null> {
    const found = this.documents.get(documentId);
    if (found === undefined) return null;
    const { itemId, epoch, state, updates, bindings } = found;
    return { documentId, itemId, epoch, state, updates: [...updates], bindings: [...bindings] };
  }

  override async append(rows: readonly NewUpdate[]): Promise<ReadonlySet<string>> {
    await this.beforeCommit(rows);
    const refused = new Set<string>();
    for (const { documentId, clientIds, personId } of rows) {
      const document = this.documents.get(documentId);
      if (document === undefined || document.state !== 'open') refused.add(documentId);
      else if (document.bindings.some((known) => clientIds.includes(known.clientId) && known.personId !== personId)) throw new Error('client id of another person');
    }
    for (const row of rows) {
      const document = this.documents.get(row.documentId);
      if (document === undefined || refused.has(row.documentId) || document.rowIds.has(row.rowId)) continue;
      document.rowIds.add(row.rowId);
      if (row.payload !== null) document.updates.push(row.payload);
      for (const clientId of row.clientIds) {
        if (row.personId !== null && !document.bindings.some((known) => known.clientId === clientId)) document.bindings.push({ clientId, personId: row.personId });
      }
    }
    this.commits.push(rows.length);
    return refused;
  }

  override async setState(documentId: string, state: DocumentState): Promise<void> {
    const found = this.documents.get(documentId);
    if (found !== undefined) found.state = state;
  }

  override async wantCompaction(documentId: string): Promise<void> {
    const found = this.documents.get(documentId);
    if (found !== undefined) found.wantsCompaction = true;
  }

  override async wantingCompaction(): Promise<{ documentId: string; itemId: string }[]> {
    return [...this.documents.values()].filter(({ wantsCompaction }) => wantsCompaction).map(({ documentId, itemId }) => ({ documentId, itemId }));
  }

  override async compact(documentId: string, merge: (updates: readonly Uint8Array[]) => Promise<Uint8Array>): Promise<boolean> {
    const found = this.documents.get(documentId);
    if (found === undefined || !found.wantsCompaction) return false;
    const covered = [...found.updates];
    const merged = await merge(covered);
    found.updates.splice(0, covered.length, merged);
    found.wantsCompaction = false;
    return true;
  }

  override async addTicket(ticket: TicketRow, validMs: number): Promise<void> {
    this.tickets.push({ ...ticket, expiresAt: this.nowMs() + validMs });
  }

  override async findTicket(tokenHash: Uint8Array, documentId: string): Promise<TicketRow | null> {
    const hash = Buffer.from(tokenHash);
    const found = this.tickets.find((ticket) => ticket.expiresAt > this.nowMs() && ticket.documentId === documentId && hash.equals(ticket.tokenHash));
    if (found === undefined) return null;
    return { tokenHash: found.tokenHash, documentId, sessionId: found.sessionId, personId: found.personId, clientId: found.clientId };
  }

  override async isClientIdTaken(documentId: string, clientId: number): Promise<boolean> {
    const used = this.documents.get(documentId)?.bindings.some((binding) => binding.clientId === clientId) ?? false;
    return used || this.tickets.some((ticket) => ticket.documentId === documentId && ticket.clientId === clientId);
  }
}
