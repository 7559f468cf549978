import { LRUCache } from 'lru-cache';
import type { CollabStore, Head, KnownHead, StoredDocument } from './collab-store.js';
import type { Limits } from './limits.js';
import { deletesNothing } from './update-write.js';

/** What an array costs beside its bytes; most updates are smaller than that. */
const overheadBytes = 150;

const nothing: KnownHead = { seq: 0, rowId: null };
const headOf = ({ seq, lastRowId }: StoredDocument): KnownHead => (lastRowId === null ? nothing : { seq, rowId: lastRowId });

export type Merge = (updates: readonly Uint8Array[]) => Promise<Uint8Array>;

/** A content in two parts: most of it, and updates that build on it, in order. */
export interface Parts {
  base: Uint8Array;
  tail: readonly Uint8Array[];
}

interface Held {
  merged: Uint8Array | null;
  /** Committed since. What a load found as well does no harm: a merge takes everything once. */
  tail: Uint8Array[];
  bytes: number;
  /** The last update that it holds, or will after what waits. */
  head: KnownHead;
  /** Updates that ever came, and how many of them are merged. */
  came: number;
  done: number;
  merging: Promise<void> | null;
}

/** The committed content of documents as merged bytes, within a budget; what does not fit is loaded again. */
export class Contents {
  private readonly cache: LRUCache<string, Held>;
  private readonly hidden = new WeakSet<Uint8Array>();
  /** How often something was to be forgotten: what was read before it is not kept. */
  private forgotten = 0;

  constructor(
    private readonly store: Pick<CollabStore, 'load'>,
    private readonly merge: Merge,
    private readonly limits: Pick<Limits, 'contentCacheBytes' | 'contentTailUpdates'>,
  ) {
    this.cache = new LRUCache({ maxSize: limits.contentCacheBytes, sizeCalculation: ({ bytes }) => Math.max(1, bytes) });
  }

  /** Loads a document that nobody has open. Nothing is known of it until the answer. */
  async open(documentId: string): Promise<{ stored: StoredDocument; merged: Uint8Array } | null> {
    const { forgotten } = this;
    const stored = await this.store.load(documentId);
    if (stored === null) return null;
    const merged = await this.joined(stored);
    const held: Held = { merged, tail: [], bytes: 0, head: headOf(stored), came: 0, done: 0, merging: null };
    this.weigh(documentId, held);
    if (forgotten === this.forgotten) this.keep(documentId, held);
    return { stored, merged };
  }

  /** As {@link read}, without waiting until it is one, unless something was deleted since, or put where all is deleted: nobody new is sent what is gone (CO52). */
  async parts(documentId: string): Promise<Parts | null> {
    const held = this.cache.get(documentId);
    if (held !== undefined && held.merged !== null && held.tail.every((update) => deletesNothing(update) && !this.hidden.has(update))) return { base: held.merged, tail: [...held.tail] };
    const content = await this.read(documentId);
    return content === null ? null : { base: content, tail: [] };
  }

  /** Everything that was committed before the call, perhaps more. null when there is no such document. */
  async read(documentId: string): Promise<Uint8Array | null> {
    let held = this.cache.get(documentId);
    if (held === undefined) {
      // Put there before the load, so that a commit meanwhile is not missed.
      held = { merged: null, tail: [], bytes: 0, head: nothing, came: 0, done: 0, merging: null };
      this.keep(documentId, held);
      const loading = held;
      held.merging = this.load(documentId, loading).finally(() => (loading.merging = null));
    }
    const needed = held.came;
    while (held.merged === null || held.done < needed) {
      await (held.merging ??= this.mergeTail(documentId, held));
      if (held.merged === null) return null;
    }
    return held.merged;
  }

  /** Whether the content is in memory, so that reading it costs no load. */
  holds(documentId: string): boolean {
    return this.cache.has(documentId);
  }

  /** The last update of what is in memory; undefined when there is nothing, or nothing yet. */
  headOf(documentId: string): KnownHead | undefined {
    const held = this.cache.peek(documentId);
    return held === undefined || held.merged === null ? undefined : held.head;
  }

  /** An update was committed, here or elsewhere; `head` as in the store; `isHidden`: it brings words that nobody sees. */
  append(documentId: string, update: Uint8Array, head: Head, isHidden = false): void {
    if (isHidden) this.hidden.add(update);
    const held = this.cache.get(documentId);
    if (held === undefined) return;
    if (head.seq >= held.head.seq) held.head = head;
    held.tail.push(update);
    held.came++;
    held.bytes += update.length + overheadBytes;
    this.keep(documentId, held);
    // While people write and nobody comes, nobody asks for a merge.
    if (held.merging === null && held.tail.length >= this.limits.contentTailUpdates) held.merging = this.mergeTail(documentId, held).catch(() => undefined);
  }

  forget(documentId: string): void {
    this.forgotten++;
    this.cache.delete(documentId);
  }

  forgetAll(): void {
    this.forgotten++;
    this.cache.clear();
  }

  private keep(documentId: string, held: Held): void {
    // The cache asks for a size only when a key is new.
    this.cache.delete(documentId);
    this.cache.set(documentId, held);
  }

  /** What it holds became another; unless it had to give way meanwhile, it counts with its size from now on. */
  private weigh(documentId: string, held: Held): void {
    held.bytes = (held.merged?.length ?? 0) + held.tail.reduce((sum, update) => sum + update.length + overheadBytes, 0);
    if (this.cache.peek(documentId) === held) this.keep(documentId, held);
  }

  /** A snapshot alone is what it is; everything else is joined: whether anything behind it stands where nobody sees it is not known yet. */
  private async joined({ updates, hasSnapshot }: StoredDocument): Promise<Uint8Array> {
    return hasSnapshot && updates.length === 1 ? (updates[0] as Uint8Array) : this.merge(updates);
  }

  private async load(documentId: string, held: Held): Promise<void> {
    try {
      const stored = await this.store.load(documentId);
      if (stored === null) this.cache.delete(documentId);
      else {
        held.merged = await this.joined(stored);
        if (stored.seq > held.head.seq) held.head = headOf(stored);
        this.weigh(documentId, held);
      }
    } catch (error) {
      this.cache.delete(documentId);
      throw error;
    }
  }

  private async mergeTail(documentId: string, held: Held): Promise<void> {
    const count = held.tail.length;
    try {
      const merged = await this.merge([...(held.merged === null ? [] : [held.merged]), ...held.tail.slice(0, count)]);
      held.merged = merged;
      held.tail.splice(0, count);
      held.done += count;
      this.weigh(documentId, held);
    } finally {
      held.merging = null;
    }
  }
}
