import type { ClockSet } from './clock-set.js';
import type { NewUpdate } from './collab-store.js';
import type { Connection } from './connection.js';
import type { Parts } from './contents.js';
import type { Repair } from './document-repair.js';
import type { Queued } from './group-commit.js';
import type { Addition } from './knowledge.js';
import type { GoneNumber } from './recent-text.js';

/**
 * What a document has queued for its commit.
 *
 * @typeParam In the room, which stands on this file
 */
export interface Entry<In> extends Queued {
  readonly room: In;
  /** null: the server's own edit. */
  readonly connection: Connection | null;
  /** Takes in what the server had to add so that our editor knows what the update leaves. */
  row: NewUpdate | null;
  addition: Addition | null;
  /** That part alone: the sender has the rest. */
  repair?: Uint8Array;
  /** It is being found out what it would leave incomplete, so many times over: its row may become another until then. */
  looks?: number;
  /** Of a server's edit that must take nothing away that it has not looked at: what it takes away. */
  takes?: ClockSet | undefined;
  /** Of the server's own edit: called when its fate is known. */
  settled?: ((isStored: boolean) => void) | undefined;
  /** Which update message of the connection it answers; null for a mere claim of a client id, and for what was dropped. */
  message: { ordinal: number; isStep2: boolean; update: Uint8Array } | null;
}

/** What the server had made is not stored; whoever made it makes it anew. */
export function drop(entry: Entry<unknown>): void {
  entry.settled?.(false);
  entry.settled = undefined;
  entry.row = null;
  entry.addition = null;
}

/** Something that is stored builds on what is not known here. */
export class OutOfStep extends Error {}

export interface RoomPorts<In> {
  enqueue(entry: Entry<In>): void;
  /** Takes back what has not started its commit. */
  withdraw(room: In): Entry<In>[];
  hold(): void;
  release(): void;
  /** What the content has beyond a state vector; elsewhere, because it is costly. */
  diff(content: Uint8Array, stateVector: Uint8Array): Promise<Uint8Array>;
  /** The committed content, at least as new as the call. */
  content(): Promise<Uint8Array>;
  /** The same, as it lies there. */
  parts(): Promise<Parts>;
  /** What the committed content with these updates behind it lacks for our editor; null when it lacks nothing. */
  repair(room: In, waiting: readonly Uint8Array[]): Promise<Repair | null>;
  repaired(itemId: string, faults: readonly string[]): void;
  /** Numbers that stood here and were deleted again, by people; they are still in what is stored. */
  numbersGone(itemId: string, numbers: readonly GoneNumber[]): void;
  /** A person's words or deletion made a number whole. */
  numberMade(digits: string, personId: string): void;
  /** An error that nobody foresaw. */
  failed(error: unknown): void;
}

export interface RoomIdentity {
  documentId: string;
  itemId: string;
  side?: string;
  epoch: string;
}
