import type { Binding } from './knowledge.js';
import type { DocumentState } from './protocol.js';

export interface DocumentRow {
  documentId: string;
  itemId: string;
  /** Changes when the store was put back to an earlier state: clients then hold text that it does not know. */
  epoch: string;
  state: DocumentState;
  /** The number of its last update; 0 when there is none. */
  seq: number;
  /** The authority whose readers of the item alone may open it; absent for the item's own words. */
  side?: string;
  /** The store was put back to an earlier state once: somebody may hold words that it lost. */
  isRestored?: boolean;
}

export interface StoredDocument extends DocumentRow {
  /** In the order of their commits. */
  updates: Uint8Array[];
  /** Whether the first of them is a snapshot: everything before it in one update, without what was deleted. */
  hasSnapshot: boolean;
  bindings: Binding[];
  /** The row of its last update; null when there is none. */
  lastRowId: string | null;
}

/** What is known of a document: nothing is number 0. */
export type KnownHead = Head | { seq: 0; rowId: null };

/** The last update that is stored of a document. A compaction leaves both as they are. */
export interface Head {
  seq: number;
  rowId: string;
}

/** A committed update. Within a document numbers rise in the order of the commits, whichever process made them. */
export interface StoredUpdate {
  rowId: string;
  seq: number;
  update: Uint8Array;
  /** Everything up to its number, and not what was deleted. */
  isSnapshot: boolean;
}

/** What a process has not heard yet of a document. */
export interface News {
  state: DocumentState;
  /** The number of the last update that is stored; lower than that asked by where the store was put back to an earlier state. */
  head: number;
  /** The row that has the number asked by; null where none has: a compaction put it into one behind it, or the store was put back. */
  anchor: string | null;
  /** In order. */
  rows: StoredUpdate[];
  /** All that the document has. */
  bindings: Binding[];
}

/** What whoever appends goes by. */
export interface Known {
  /** Of each document the last update that the new rows were judged by; of one that is missing it is not asked. */
  heads: ReadonlyMap<string, KnownHead>;
  /**
   * Others have committed since, the store was put back, or a client id is somebody else's: called before anything of the document is stored, while
   * nobody can commit in it, with what is new.
   *
   * @returns the rows to store in place of those given
   */
  behind(documentId: string, news: News): Promise<readonly NewUpdate[]>;
}

/** What became of rows. */
export interface Appended {
  /** Documents that take no updates (frozen, closed, gone): none of their rows were stored, all others were. */
  refused: ReadonlySet<string>;
  /** Documents that somebody else is at, who holds up all who wait for them: none of their rows were stored, and they are to be tried again. */
  busy?: ReadonlySet<string>;
  /** Of documents in which updates were stored, the number of the last. */
  heads: ReadonlyMap<string, number>;
}

/** What a compaction did. */
export interface Compacted {
  /** Plain bytes that are stored less than before; negative when deleted runs cost more than they saved. */
  savedBytes: number;
}

/** One line of a group commit. */
export interface NewUpdate {
  /** Chosen by the process; a second attempt with the same id stores nothing twice. */
  rowId: string;
  documentId: string;
  itemId: string;
  /** null: the server itself. */
  personId: string | null;
  sessionId: string | null;
  /** null: only the bindings are new. */
  payload: Uint8Array | null;
  /** Client ids that this person uses from now on. */
  clientIds: readonly number[];
}

export interface TicketRow {
  tokenHash: Uint8Array;
  documentId: string;
  sessionId: string;
  personId: string;
  clientId: number;
}

/** Rows in, rows out; every decision is made above. Implementations pass `storeContract`. */
export abstract class CollabStore {
  abstract find(documentId: string): Promise<DocumentRow | null>;

  abstract load(documentId: string): Promise<StoredDocument | null>;

  /**
   * Stores all rows in one transaction, in order. Commits in one document come one after the other, also from several processes.
   *
   * @throws when nothing is known to be stored; the same rows may be tried again
   */
  abstract append(rows: readonly NewUpdate[], known?: Known): Promise<Appended>;

  /** What is stored of a document behind the number `seq`; null when there is no such document. */
  abstract since(documentId: string, seq: number): Promise<News | null>;

  /** Of those of the documents in which something is stored, the last update. */
  abstract heads(documentIds: readonly string[]): Promise<Map<string, Head>>;

  /** From the answer on no update is stored unless the state is `open`. */
  abstract setState(documentId: string, state: DocumentState): Promise<void>;

  /** Says that rows of the document hold something that must leave storage, before it is taken out of the words. */
  abstract wantCompaction(documentId: string): Promise<void>;

  /** Documents of which that was said, and which have not been compacted since. */
  abstract wantingCompaction(): Promise<{ documentId: string; itemId: string }[]>;

  /**
   * Puts one snapshot in the place of all that is stored now; what is committed meanwhile stays beside it. Two at once do
   * no harm: one of them gives way. Killed at any moment it leaves the rows of before or the snapshot, never less.
   *
   * @param merge joins updates, leaves out what was deleted, and throws unless the outcome says the same
   * @param fulfils whether this is the compaction that `wantCompaction` asked for, begun after the reason was taken out
   * @returns null when there was nothing to do, or somebody else was at it
   */
  abstract compact(documentId: string, merge: (updates: readonly Uint8Array[]) => Promise<Uint8Array>, fulfils: boolean): Promise<Compacted | null>;

  /** Some documents that nobody wrote in since `before` (epoch milliseconds) and that have more than their snapshot. */
  abstract resting(before: number, limit: number): Promise<string[]>;

  abstract addTicket(ticket: TicketRow, validMs: number): Promise<void>;

  /** A ticket of this document that has not expired. */
  abstract findTicket(tokenHash: Uint8Array, documentId: string): Promise<TicketRow | null>;

  /** Whether a client id was given out or used in the document. */
  abstract isClientIdTaken(documentId: string, clientId: number): Promise<boolean>;
}
