import type { Subject } from '@lib/access/policy.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { DocumentKind, SearchDocument } from './text-index.js';

/** Ids by the authority that owns the meeting they belong to, each a list without repetition. */
export type Visible = Map<string, string[]>;

/** Where the documents of one kind come from. Whoever assembles the process names them; this lib knows none. */
export interface SearchSource {
  readonly kind: DocumentKind;

  /** What `subject` may read now. */
  visibleIn(tx: Tx, subject: Subject): Promise<Visible>;

  /** The words of documents, whoever may read them, outside any transaction. Those that are gone are missing. */
  load(ids: readonly string[]): Promise<SearchDocument[]>;
}

export abstract class SearchSources {
  abstract readonly all: readonly SearchSource[];

  /** Titles and starts of meetings that the asker may know of, since she reads something of them. */
  abstract headlinesIn(tx: Tx, meetingIds: readonly string[]): Promise<Map<string, { title: string; startInstant: string }>>;
}
