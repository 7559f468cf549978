import type { Session } from '@lib/access/sessions.service.js';
import type { CollabStore } from './collab-store.js';
import type { Merge } from './contents.js';
import type { Repair } from './document-repair.js';
import type { FanOut } from './fan-out.js';

/** Who may come in, at this moment. */
export interface Door {
  byToken(token: string): Promise<Session | null>;
  bySession(sessionId: string): Promise<Session | null>;
  /**
   * Until when, epoch milliseconds; null when she may not now.
   *
   * @param side see {@link DocumentRow.side}
   */
  readsUntil(session: Session, itemId: string, side?: string): Promise<number | null>;
  /**
   * Puts on record that somebody opens a document; `itemId` is null for whoever is refused, whether or not there is one.
   * False when that cannot be written down: then nobody is let in.
   */
  record(session: Session, documentId: string, itemId: string | null): Promise<boolean>;
}

export interface HubPorts {
  store: CollabStore;
  /** The other processes. */
  fanOut: FanOut;
  /** Whether it is known until a second ago whose access was taken away; nothing leaves without. */
  isCurrent(): boolean;
  door: Door;
  /** Epoch milliseconds. */
  nowMs(): number;
  merge: Merge;
  /** What the content has beyond a state vector. */
  diff(content: Uint8Array, stateVector: Uint8Array): Promise<Uint8Array>;
  /** As `repairShape`. */
  repair(updates: readonly Uint8Array[], clientId: number): Promise<Repair | null>;
  /** The server put right what would have left our editor with an element that it does not know. */
  repaired(documentId: string, itemId: string, faults: readonly string[]): void;
  /**
   * What looks like CPR numbers stood in a document and was deleted again; it is still in what is stored.
   *
   * @param numbers ten digits each, with whose words they were
   */
  numbersGone(documentId: string, itemId: string, numbers: readonly { digits: string; personId: string | null }[]): void;
  /** The content of a document is new, after a commit; or may be newer than its projection, on opening. */
  changed(documentId: string, itemId: string): void;
  /** Another process has committed in a document, perhaps one that nobody here has open. */
  changedElsewhere(documentId: string, itemId: string): void;
  /** So many rows stand behind the snapshot of a document that a new one is due. */
  grown(documentId: string): void;
  failed(what: string, error: unknown, documentId?: string): void;
}

/** What a socket asks for. */
export interface AdmissionRequest {
  /** As in the address; anything. */
  documentId: string;
  ticket: string | null;
  /** Session token from the cookie; used only without a ticket. */
  token: string | null;
  acks: boolean;
  epoch: string | null;
  /** What it writes under, where that is not what its ticket says: a page that outlived its first ticket. */
  clientId?: number;
}

/** What a test decides by a seed, so that a run can be repeated. */
export interface Chance {
  /** A number from 0 to below 2³². */
  clientId(): number;
  later(work: () => void, ms: number): void;
}
