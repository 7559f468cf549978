import type { ItemContent } from '@lib/contracts/rich-text.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';

/** What a new item's document begins with. */
export interface NewDocument {
  documentId: string;
  itemId: string;
  title: string;
  /** One string a paragraph. */
  agendaParagraphs: readonly string[];
}

/**
 * The words of items live in collaborative documents, which this lib does not know. Whoever assembles the process says
 * how they come into being.
 */
export abstract class ItemDocuments {
  abstract createIn(tx: Tx, documents: readonly NewDocument[]): Promise<void>;

  /** The agenda text as it stands, one string a paragraph. Not inside a transaction. */
  abstract agendaParagraphs(documentId: string): Promise<readonly string[]>;

  /** Of these documents those that somebody wrote in since they came into being. */
  abstract writtenIn(tx: Tx, documentIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** With the commit nobody can write in them any more (`frozen`), or everybody who may can again (`open`). */
  abstract setStateIn(tx: Tx, documentIds: readonly string[], state: 'open' | 'frozen'): Promise<void>;

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
