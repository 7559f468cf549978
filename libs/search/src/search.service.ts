import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { cprRanges } from '@lib/contracts/cpr.js';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { log } from '@lib/platform/log.js';
import { currentOpening, forNobody } from '@lib/platform/openings.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { excerpt, highlighted, type Segment } from './excerpt.js';
import { SearchSources, type SearchSource, type Visible } from './search-source.js';
import { documentKinds, queryWords, TextIndex, type DocumentKind, type Hit, type QueryWord, type SearchDocument } from './text-index.js';

export interface SearchQuery {
  text: string;
  /** Only this kind. */
  kind?: DocumentKind;
  /** Of each kind at most so many. */
  limit: number;
}

export interface SearchHit {
  kind: DocumentKind;
  id: string;
  title: Segment[];
  excerpt: Segment[];
  /** `id` is null for those who read the decision or the follow-up but take no part in the meeting. */
  meeting: { id: string | null; title: string; startInstant: string };
  /** null when the asker may not open the item. */
  itemId: string | null;
  /** [AC77] An embargo on informing stands over what it is of: who finds it must not tell it. */
  isUnderEmbargo: boolean;
}

export interface SearchAnswer {
  groups: { kind: DocumentKind; total: number; hits: SearchHit[] }[];
  /** Of what the asker may read, so many documents are not in the index yet: the same question later finds more. */
  pending: number;
}

/** How long a question waits for what is not in the index yet. */
const patienceMs = 1_500;
/** A page of documents for the index: one short transaction, and a few milliseconds of the event loop. */
const pageSize = 25;
/** Of one document so much is searched; a longer one is found by its beginning. */
const maxCharacters = 200_000;
/** Text held at most over all authorities; the authority that was searched longest ago gives way. */
const budgetCharacters = 100_000_000;

/**
 * [SE1–SE7] Search in what a person may read. The words stand decrypted in memory, an index for each owning authority,
 * filled when somebody who may read them asks, and gone with the process.
 */
@Injectable()
export class Search implements OnModuleInit, OnModuleDestroy {
  /** By owning authority, the one searched longest ago first. */
  private readonly indexes = new Map<string, TextIndex>();
  /** Changed since they were taken in, or since they were read for it. */
  private readonly stale = new Set<string>();
  private readonly loading = new Set<string>();
  private readonly queue = new Map<string, { source: SearchSource; authorityId: string }>();
  private filling: Promise<void> | null = null;
  private stopped = false;
  private undo: (() => void)[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sources: SearchSources,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.undo = [
      this.events.on('meeting.changed', ({ meetingId }) => this.changed(meetingId)),
      this.events.on('item.changed', ({ itemId }) => this.changed(itemId)),
      this.events.on('content.shredded', ({ ids }) => this.purge(new Set(ids))),
      this.events.on('list.changed', ({ meetingId }) => this.changed(meetingId)),
      this.events.on('document.changed', ({ documentId, itemId }) => {
        this.changed(itemId);
        // A preparation is found by itself, under the id of its document.
        this.changed(documentId);
      }),
      this.events.on('elsewhere.missed', () => this.doubtAll()),
    ];
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    for (const undo of this.undo) undo();
    await this.filling;
  }

  /**
   * What answers every word of the question, best first, by kind. Who may read what is decided in the transaction that
   * answers: no result, number or order follows from anything else.
   */
  async find(subject: Subject, query: SearchQuery): Promise<SearchAnswer> {
    const asked = queryWords(query.text);
    const first = await this.unitOfWork.run(async (tx) => {
      const visible = await this.visibleIn(tx, subject, query.kind);
      const missing = this.missing(visible);
      return missing.length === 0 ? { answer: await this.answerIn(tx, asked, query, visible, 0) } : { missing };
    });
    if (first.answer !== undefined) return first.answer;
    await this.fetch(first.missing);
    return this.unitOfWork.run(async (tx) => {
      const visible = await this.visibleIn(tx, subject, query.kind);
      return this.answerIn(tx, asked, query, visible, this.missing(visible).length);
    });
  }

  private async visibleIn(tx: Tx, subject: Subject, kind: DocumentKind | undefined): Promise<Map<SearchSource, Visible>> {
    const answer = new Map<SearchSource, Visible>();
    // Meetings and items in any case: whether a link to them may be shown depends on it.
    const needed = this.sources.all.filter((source) => kind === undefined || source.kind === kind || source.kind === 'meeting' || source.kind === 'item');
    for (const source of needed) answer.set(source, await source.visibleIn(tx, subject));
    return answer;
  }

  private missing(visible: Map<SearchSource, Visible>): { id: string; source: SearchSource; authorityId: string }[] {
    const found: { id: string; source: SearchSource; authorityId: string }[] = [];
    for (const [source, byAuthority] of visible) {
      for (const [authorityId, ids] of byAuthority) {
        const index = this.indexes.get(authorityId);
        for (const id of ids) if (index === undefined || !index.has(id) || this.stale.has(id)) found.push({ id, source, authorityId });
      }
    }
    return found;
  }

  private async answerIn(tx: Tx, asked: readonly QueryWord[], query: SearchQuery, visible: Map<SearchSource, Visible>, pending: number): Promise<SearchAnswer> {
    const now = this.clock.now().epochMilliseconds;
    const found = new Map<DocumentKind, Hit[]>(documentKinds.map((kind) => [kind, []]));
    const readable = new Set<string>();
    for (const [source, byAuthority] of visible) {
      for (const [authorityId, ids] of byAuthority) {
        const index = this.touched(authorityId);
        if (source.kind === 'meeting' || source.kind === 'item') for (const id of ids) readable.add(id);
        if (query.kind === undefined || source.kind === query.kind) for (const hit of index?.search(asked, ids) ?? []) found.get(source.kind)!.push(hit);
      }
    }
    const distance = ({ document }: Hit) => Math.abs((this.document(document.meetingId) ?? document).startMs - now);
    // As good answers: what lies nearest in time, before or after; then the id, so that the order stands still.
    const order = (a: Hit, b: Hit) => b.score - a.score || distance(a) - distance(b) || (a.document.id < b.document.id ? -1 : 1);
    const best = [...found].filter(([, hits]) => hits.length > 0).map(([kind, hits]) => ({ kind, total: hits.length, hits: hits.sort(order).slice(0, query.limit) }));
    // [AC93] The words stand in memory and need no key any more.
    currentOpening()?.touch(best.flatMap(({ hits }) => hits.flatMap(({ document }) => document.itemId ?? [])));
    const headlines = await this.sources.headlinesIn(tx, best.flatMap(({ hits }) => hits.map((hit) => hit.document.meetingId)));
    const held = await heldIn(tx, [...new Set(best.flatMap(({ hits }) => hits.flatMap(({ document }) => document.itemId ?? [])))]);
    const groups = best.map(({ kind, total, hits }) => ({
      kind,
      total,
      hits: hits.flatMap(({ document }) => {
        const meeting = headlines.get(document.meetingId);
        if (meeting === undefined) return [];
        return [
          {
            kind,
            id: document.id,
            title: highlighted(document.title, asked),
            excerpt: excerpt(document.text, asked),
            meeting: { id: readable.has(document.meetingId) ? document.meetingId : null, title: meeting.title, startInstant: meeting.startInstant },
            itemId: document.itemId !== null && readable.has(document.itemId) ? document.itemId : null,
            isUnderEmbargo: document.itemId !== null && held.has(document.itemId),
          },
        ];
      }),
    }));
    return { groups, pending };
  }

  /** The index of an authority, now the one searched last. */
  private touched(authorityId: string): TextIndex | undefined {
    const index = this.indexes.get(authorityId);
    if (index === undefined) return undefined;
    this.indexes.delete(authorityId);
    this.indexes.set(authorityId, index);
    return index;
  }

  private document(id: string): SearchDocument | undefined {
    for (const index of this.indexes.values()) {
      const found = index.get(id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** At once, also what was decided there: nothing may be found any more, and no word of it stays in memory. */
  private purge(gone: ReadonlySet<string>): void {
    for (const index of this.indexes.values())
      for (const { id, itemId, meetingId } of index.all()) if (gone.has(id) || gone.has(meetingId) || (itemId !== null && gone.has(itemId))) index.delete(id);
    // What is just being loaded was read before.
    for (const id of this.loading) this.stale.add(id);
  }

  /** Other processes may have changed anything: what is in memory is read again when it is asked for. */
  private doubtAll(): void {
    for (const index of this.indexes.values()) for (const { id } of index.all()) this.stale.add(id);
    for (const id of this.loading) this.stale.add(id);
  }

  private changed(id: string): void {
    if (this.loading.has(id) || this.document(id) !== undefined) this.stale.add(id);
  }

  /** Puts documents at the front of what is to be taken in, and waits for them a while. */
  private async fetch(missing: readonly { id: string; source: SearchSource; authorityId: string }[]): Promise<void> {
    for (const { id, source, authorityId } of missing) this.queue.set(id, { source, authorityId });
    // What is taken in is shown to nobody yet, and may have been asked for by others.
    this.filling ??= forNobody(() => this.fill()).finally(() => (this.filling = null));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.filling, new Promise<void>((done) => (timer = setTimeout(done, patienceMs)))]);
    clearTimeout(timer);
  }

  private async fill(): Promise<void> {
    while (this.queue.size > 0 && !this.stopped) {
      // What was asked for last first: somebody waits for it.
      const last = [...this.queue.keys()].slice(-pageSize * 4).reverse();
      const { source, authorityId } = this.queue.get(last[0]!)!;
      const page = last.filter((id) => this.queue.get(id)!.source === source && this.queue.get(id)!.authorityId === authorityId).slice(0, pageSize);
      for (const id of page) {
        this.queue.delete(id);
        // Before the load: what changes while it runs is stale again.
        this.stale.delete(id);
        this.loading.add(id);
      }
      try {
        this.take(authorityId, page, await source.load(page));
      } catch (error) {
        // The next question tries again.
        log.error({ kind: source.kind, error }, 'search index');
        for (const id of page) this.changed(id);
      } finally {
        for (const id of page) this.loading.delete(id);
      }
      await new Promise((next) => setImmediate(next));
    }
  }

  private take(authorityId: string, page: readonly string[], documents: Awaited<ReturnType<SearchSource['load']>>): void {
    const index = this.indexes.get(authorityId) ?? new TextIndex();
    this.indexes.set(authorityId, index);
    const loaded = new Map(documents.map((document) => [document.id, document]));
    for (const id of page) {
      const document = loaded.get(id);
      if (document === undefined) index.delete(id);
      else index.set({ ...document, title: masked(document.title), text: masked(document.text.slice(0, maxCharacters)) });
    }
    let held = [...this.indexes.values()].reduce((sum, one) => sum + one.characters, 0);
    for (const [id, one] of this.indexes) {
      if (held <= budgetCharacters || id === authorityId) break;
      held -= one.characters;
      this.indexes.delete(id);
    }
  }
}

/** What slipped into a text is not found, nor shown. */
function masked(text: string): string {
  return cprRanges(text).reduceRight((rest, { start, end }) => `${rest.slice(0, start)}[CPR-nummer fjernet]${rest.slice(end)}`, text);
}

/** [AC77] Of these items those over which an embargo stands that the asker may know of. */
async function heldIn(tx: Tx, itemIds: readonly string[]): Promise<Set<string>> {
  if (itemIds.length === 0) return new Set();
  return new Set((await tx.query<{ id: string }>('SELECT DISTINCT for_id AS id FROM items_under_embargo($1::uuid[])', [itemIds])).map((row) => row.id));
}
