import { newId } from '@lib/platform/ids.js';
import { CollabStore, type Appended, type Compacted, type DocumentRow, type Head, type Known, type News, type NewUpdate, type StoredDocument, type StoredUpdate, type TicketRow } from './collab-store.js';
import type { Binding } from './knowledge.js';
import type { DocumentState } from './protocol.js';

interface MemoryDocument extends Omit<DocumentRow, 'seq'> {
  rows: StoredUpdate[];
  bindings: Binding[];
  rowIds: Set<string>;
  wantsCompaction: boolean;
  writtenMs: number;
}

/** The store of the tests and of benchmarks without a database. A commit can be held back or made to fail. */
export class MemoryStore extends CollabStore {
  /** Runs before a commit takes effect: wait in it to hold the commit back, throw in it to make the commit fail. */
  beforeCommit: (rows: readonly NewUpdate[]) => Promise<void> | void = () => undefined;
  /** Waited for when a commit has taken effect and is not answered yet. */
  beforeAnswer: () => Promise<void> | void = () => undefined;
  /** How many rows each commit had. */
  readonly commits: number[] = [];
  private readonly documents = new Map<string, MemoryDocument>();
  /** By their hash, in hexadecimal. */
  private readonly tickets = new Map<string, TicketRow & { expiresAt: number }>();

  private seq = 0;
  private committing: Promise<void> = Promise.resolve();

  constructor(private readonly nowMs: () => number = Date.now) {
    super();
  }

  create(row: Omit<DocumentRow, 'state' | 'seq'>, seed: Uint8Array): void {
    this.documents.set(row.documentId, { ...row, state: 'open', rows: [{ rowId: newId(), seq: ++this.seq, update: seed, isSnapshot: true }], bindings: [], rowIds: new Set(), wantsCompaction: false, writtenMs: this.nowMs() });
  }

  /** Nothing is left of it. */
  remove(documentId: string): void {
    this.documents.delete(documentId);
    // The product's tickets are removed by a job; a long run would count ours as memory of the server.
    for (const [hash, ticket] of this.tickets) if (ticket.documentId === documentId) this.tickets.delete(hash);
  }

  /** As a copy of before does that takes the place of the store under running processes; its numbers are given out again. */
  forgetLast(documentId: string): void {
    const { rowId, seq } = this.documents.get(documentId)!.rows.pop()!;
    this.documents.get(documentId)!.rowIds.delete(rowId);
    this.seq = Math.min(this.seq, seq - 1);
  }

  override async find(documentId: string): Promise<DocumentRow | null> {
    const found = this.documents.get(documentId);
    return found === undefined ? null : { documentId, itemId: found.itemId, epoch: found.epoch, state: found.state, seq: found.rows.at(-1)?.seq ?? 0, ...sideOf(found) };
  }

  override async load(documentId: string): Promise<StoredDocument | null> {
    const found = this.documents.get(documentId);
    if (found === undefined) return null;
    const { itemId, epoch, state, rows, bindings } = found;
    return { documentId, itemId, epoch, state, ...sideOf(found), updates: rows.map(({ update }) => update), hasSnapshot: rows[0]?.isSnapshot ?? false, bindings: [...bindings], seq: rows.at(-1)?.seq ?? 0, lastRowId: rows.at(-1)?.rowId ?? null };
  }

  override async append(rows: readonly NewUpdate[], known?: Known): Promise<Appended> {
    // Commits come one after the other, as they do where rows are locked.
    const run = this.committing.then(() => this.commit(rows, known));
    this.committing = run.then(
      () => undefined,
      () => undefined,
    );
    return run;
  }

  private async commit(rows: readonly NewUpdate[], known: Known | undefined): Promise<Appended> {
    await this.beforeCommit(rows);
    const refused = new Set<string>();
    let all: NewUpdate[] = [];
    for (const documentId of new Set(rows.map((row) => row.documentId))) {
      const document = this.documents.get(documentId);
      const own = rows.filter((row) => row.documentId === documentId);
      const head = known?.heads.get(documentId);
      if (document === undefined || document.state !== 'open') refused.add(documentId);
      else if (known !== undefined && head !== undefined && ((document.rows.at(-1)?.seq ?? 0) !== head.seq || (document.rows.at(-1)?.rowId ?? null) !== head.rowId || isForeign(document, own))) all.push(...(await known.behind(documentId, this.newsOf(document, head.seq))));
      else all.push(...own);
    }
    // Frozen while it was looked at what others had committed.
    for (const { documentId } of all) if (this.documents.get(documentId)?.state !== 'open') refused.add(documentId);
    all = all.filter((row) => !refused.has(row.documentId));
    for (const row of all) if (isForeign(this.documents.get(row.documentId)!, [row])) throw new Error('client id of another person');
    const heads = new Map<string, number>();
    for (const row of all) {
      const document = this.documents.get(row.documentId)!;
      if (document.rowIds.has(row.rowId)) continue;
      document.rowIds.add(row.rowId);
      if (row.payload !== null) {
        document.rows.push({ rowId: row.rowId, seq: ++this.seq, update: row.payload, isSnapshot: false });
        document.writtenMs = this.nowMs();
        heads.set(row.documentId, this.seq);
      }
      for (const clientId of row.clientIds) {
        if (row.personId !== null && !document.bindings.some((one) => one.clientId === clientId)) document.bindings.push({ clientId, personId: row.personId });
      }
    }
    this.commits.push(rows.length);
    await this.beforeAnswer();
    return { refused, heads };
  }

  override async since(documentId: string, seq: number): Promise<News | null> {
    const found = this.documents.get(documentId);
    return found === undefined ? null : this.newsOf(found, seq);
  }

  private newsOf({ state, rows, bindings }: MemoryDocument, seq: number): News {
    return { state, head: rows.at(-1)?.seq ?? 0, anchor: rows.find((row) => row.seq === seq)?.rowId ?? null, rows: rows.filter((row) => row.seq > seq), bindings: [...bindings] };
  }

  override async heads(documentIds: readonly string[]): Promise<Map<string, Head>> {
    const heads = new Map<string, Head>();
    for (const id of documentIds) {
      const last = this.documents.get(id)?.rows.at(-1);
      if (last !== undefined) heads.set(id, { seq: last.seq, rowId: last.rowId });
    }
    return heads;
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

  override async compact(documentId: string, merge: (updates: readonly Uint8Array[]) => Promise<Uint8Array>, fulfils: boolean): Promise<Compacted | null> {
    const found = this.documents.get(documentId);
    if (found === undefined || (found.rows.length === 1 && found.rows[0]?.isSnapshot === true && !(fulfils && found.wantsCompaction))) return null;
    const covered = [...found.rows];
    const last = covered.at(-1)!;
    const merged = await merge(covered.map(({ update }) => update));
    if (found.rows[0] !== covered[0] || found.rows.length < covered.length) return null;
    found.rows.splice(0, covered.length, { ...last, update: merged, isSnapshot: true });
    if (fulfils) found.wantsCompaction = false;
    return { savedBytes: covered.reduce((sum, { update }) => sum + update.length, 0) - merged.length };
  }

  override async resting(before: number, limit: number): Promise<string[]> {
    return [...this.documents.values()]
      .filter(({ rows, writtenMs }) => rows.length > 1 && writtenMs <= before)
      .slice(0, limit)
      .map(({ documentId }) => documentId);
  }

  override async addTicket(ticket: TicketRow, validMs: number): Promise<void> {
    this.tickets.set(hexOf(ticket.tokenHash), { ...ticket, expiresAt: this.nowMs() + validMs });
  }

  override async findTicket(tokenHash: Uint8Array, documentId: string): Promise<TicketRow | null> {
    const found = this.tickets.get(hexOf(tokenHash));
    if (found === undefined || found.expiresAt <= this.nowMs() || found.documentId !== documentId) return null;
    return { tokenHash: found.tokenHash, documentId, sessionId: found.sessionId, personId: found.personId, clientId: found.clientId };
  }

  override async isClientIdTaken(documentId: string, clientId: number): Promise<boolean> {
    const used = this.documents.get(documentId)?.bindings.some((binding) => binding.clientId === clientId) ?? false;
    return used || [...this.tickets.values()].some((ticket) => ticket.documentId === documentId && ticket.clientId === clientId);
  }
}

const sideOf = ({ side, isRestored }: Pick<DocumentRow, 'side' | 'isRestored'>): Pick<DocumentRow, 'side' | 'isRestored'> => ({ ...(side === undefined ? {} : { side }), ...(isRestored === undefined ? {} : { isRestored }) });

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const isForeign = ({ bindings }: MemoryDocument, rows: readonly NewUpdate[]) => rows.some(({ clientIds, personId }) => bindings.some((known) => clientIds.includes(known.clientId) && known.personId !== personId));
