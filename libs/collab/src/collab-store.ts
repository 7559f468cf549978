import type { Binding } from './knowledge.js';
import type { DocumentState } from './protocol.js';

export interface DocumentRow {
  documentId: string;
  itemId: string;
  /** Changes when the store was put back to an earlier state: clients then hold text that it does not know. */
  epoch: string;
  state: DocumentState;
}

export interface StoredDocument extends DocumentRow {
  /** In the order of their commits. */
  updates: Uint8Array[];
  bindings: Binding[];
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
   * Stores all rows in one transaction, in order.
   *
   * @returns documents that take no updates (frozen, closed, gone): none of their rows were stored, all others were
   * @throws when nothing is known to be stored; the same rows may be tried again
   */
  abstract append(rows: readonly NewUpdate[]): Promise<ReadonlySet<string>>;

  /** From the answer on no update is stored unless the state is `open`. */
  abstract setState(documentId: string, state: DocumentState): Promise<void>;

  /** Says that rows of the document hold something that must leave storage, before it is taken out of the words. */
  abstract wantCompaction(documentId: string): Promise<void>;

  /** Documents of which that was said, and which have not been compacted since. */
  abstract wantingCompaction(): Promise<{ documentId: string; itemId: string }[]>;

  /**
   * Puts one merged update in the place of all that is stored now; what is committed meanwhile stays beside it.
   *
   * @param merge joins updates and leaves out what was deleted
   * @returns false when nothing had been asked for
   */
  abstract compact(documentId: string, merge: (updates: readonly Uint8Array[]) => Promise<Uint8Array>): Promise<boolean>;

  abstract addTicket(ticket: TicketRow, validMs: number): Promise<void>;

  /** A ticket of this document that has not expired. */
  abstract findTicket(tokenHash: Uint8Array, documentId: string): Promise<TicketRow | null>;

  /** Whether a client id was given out or used in the document. */
  abstract isClientIdTaken(documentId: string, clientId: number): Promise<boolean>;
}
