import type { Block, ItemContent } from '@lib/contracts/rich-text.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';

/** What a new item's document begins with. */
export interface NewDocument {
  documentId: string;
  itemId: string;
  title: string;
  /** A string is a paragraph of plain words. */
  agendaParagraphs: readonly (string | Block)[];
  /** The authority whose readers of the item alone may open it [AC70]; absent for the item's own words. */
  side?: string;
}

/**
 * The words of items live in collaborative documents, which this lib does not know. Whoever assembles the process says
 * how they come into being.
 */
export abstract class ItemDocuments {
  abstract createIn(tx: Tx, documents: readonly NewDocument[]): Promise<void>;

  /** Of these documents those that somebody wrote in since they came into being. */
  abstract writtenIn(tx: Tx, documentIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** With the commit nobody can write in them any more (`frozen`), or everybody who may can again (`open`). */
  abstract setStateIn(tx: Tx, documentIds: readonly string[], state: 'open' | 'frozen'): Promise<void>;

  /** Destroys the words of items with the commit; whoever has them open is out. The keys are the caller's. */
  abstract shredIn(tx: Tx, itemIds: readonly string[]): Promise<void>;

  /** The committed words. Not to be called inside a transaction; the caller has checked access. @throws Problem `not-found` */
  abstract content(documentId: string): Promise<ItemContent>;

  /**
   * The words of a document that is frozen: all that was stored before, nothing of what came after. Not to be called
   * inside a transaction.
   *
   * @throws Error when it is not frozen
   */
  abstract frozenContent(documentId: string): Promise<ItemContent>;
}
