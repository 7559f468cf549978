import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { Block, ItemContent } from '@lib/contracts/rich-text.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { log } from '@lib/platform/log.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { CollabHub } from './collab-hub.service.js';
import { addParagraphs, seedUpdate, type DocumentText, type ProjectedText } from './document-content.js';
import type { DocumentState } from './protocol.js';
import { SqlStore } from './sql-store.service.js';

export interface NewDocument {
  documentId: string;
  itemId: string;
  title: string;
  agendaParagraphs: readonly (string | Block)[];
  /** The authority whose readers of the item alone may open it; absent for the item's own words. */
  side?: string;
}

/** Documents for the rest of the product: made with the item, read as plain text, frozen with the minutes. */
@Injectable()
export class CollabDocuments {
  constructor(
    private readonly service: CollabHub,
    private readonly store: SqlStore,
    private readonly events: DomainEvents,
  ) {}

  /**
   * Makes and fills the documents of new items, whose content keys were made before, in this transaction or earlier.
   * Only the server fills a document, and only here: two first updates would both stay.
   */
  async createAll(tx: Tx, documents: readonly NewDocument[]): Promise<void> {
    await this.store.createIn(
      tx,
      documents.map(({ documentId, itemId, title, agendaParagraphs, side }) => ({
        documentId,
        itemId,
        ...(side === undefined ? {} : { side }),
        epoch: newId(),
        seed: { rowId: newId(), payload: seedUpdate({ title, agendaParagraphs }) },
      })),
    );
  }

  /**
   * Adds a person's paragraphs to a document, on the way that everybody's words take. What stands there already is not
   * added twice. Not to be called inside a transaction. The caller has checked that she may write.
   *
   * @throws Error when the document takes no updates
   */
  async write(documentId: string, personId: string, words: { agenda: readonly string[]; minutes: readonly string[] }): Promise<void> {
    let isThere = false;
    const isStored = await this.service.hub.edit(
      documentId,
      async (content, clientId) => {
        const update = addParagraphs(content, words, clientId);
        isThere = update === null;
        return update;
      },
      { personId },
    );
    if (!isStored && !isThere) throw new Error('the document takes no words');
  }

  /**
   * The committed words as plain text. Not to be called inside a transaction. The caller has checked access.
   *
   * @throws Problem `not-found`
   */
  async text(documentId: string): Promise<DocumentText> {
    const { title, agendaText, minutesText } = await this.projection(documentId);
    return { title, agendaText, minutesText };
  }

  /** The same with the numbers that look like CPR numbers, for the projector. */
  async projection(documentId: string): Promise<ProjectedText> {
    const content = await this.service.hub.contentNow(documentId);
    if (content === null) throw new Problem('not-found');
    return this.service.heavyWork.project(content);
  }

  /** Of these documents those that a person wrote in. */
  async writtenIn(tx: Tx, documentIds: readonly string[]): Promise<Set<string>> {
    return this.store.writtenIn(tx, documentIds);
  }

  /**
   * The committed words of many documents, for an index. What is in memory is read there; the rest is read as rows, in a
   * job's turn and past the memory kept for those who write. Documents that are gone are missing.
   */
  async texts(documentIds: readonly string[]): Promise<Map<string, DocumentText>> {
    const { hub, heavyWork } = this.service;
    await hub.freshen(documentIds);
    const answer = new Map<string, DocumentText>();
    const read = async (id: string, work: () => Promise<DocumentText>) => {
      try {
        answer.set(id, await work());
      } catch (error) {
        // One document that cannot be read must not keep the others out.
        log.error({ documentId: id, error }, 'text of a document');
      }
    };
    for (const id of documentIds.filter((one) => hub.contents.holds(one))) await read(id, () => this.text(id));
    const rest = documentIds.filter((id) => !answer.has(id));
    const stored = rest.length === 0 ? [] : await this.store.updatesAtRest(rest);
    for (const [id, updates] of stored) await read(id, async () => heavyWork.project(updates.length === 1 ? updates[0]! : await heavyWork.merge(updates)));
    return answer;
  }

  /**
   * The committed words with their structure, for minutes and documents. Not to be called inside a transaction. The
   * caller has checked access.
   *
   * @throws Problem `not-found`
   */
  async content(documentId: string): Promise<ItemContent> {
    const bytes = await this.service.hub.contentNow(documentId);
    if (bytes === null) throw new Problem('not-found');
    return this.service.heavyWork.content(bytes);
  }

  /**
   * The words of a frozen document: every update that was committed before the freeze, none that came after. Read past
   * the memory of this process, which may not have heard yet of the last commit. Not to be called inside a transaction.
   *
   * @throws Problem `not-found`; Error when the document is open
   */
  async frozenContent(documentId: string): Promise<ItemContent> {
    // Its state is read before its updates: once it is seen frozen, no more can come, and those before it are all there.
    const stored = await this.store.load(documentId);
    if (stored === null) throw new Problem('not-found');
    if (stored.state === 'open') throw new Error('the document is not frozen');
    return this.service.heavyWork.content(await this.service.heavyWork.merge(stored.updates));
  }

  /** The words of these items are destroyed with the command that decides it: whoever has them open is out, and nothing stays in memory. */
  async shredIn(tx: Tx, itemIds: readonly string[]): Promise<void> {
    const documentIds = await this.store.shredIn(tx, itemIds);
    for (const documentId of documentIds) this.events.tellIn(tx, 'document.shredded', { documentId });
    const { hub } = this.service;
    tx.afterCommit((isKnown) => documentIds.forEach((documentId) => (isKnown ? hub.shredded(documentId) : hub.perhapsShredded(documentId))));
  }

  /**
   * Freezes, closes or opens a document with the command that decides it. What was acknowledged before the commit is in
   * the document; whoever sends more gets `document-frozen`.
   */
  async setStateIn(tx: Tx, documentId: string, state: DocumentState): Promise<void> {
    await this.store.setStateIn(tx, documentId, state);
    this.events.tellIn(tx, 'document.stateChanged', { documentId });
    const { hub } = this.service;
    tx.afterCommit((isKnown) => (isKnown ? hub.stateChanged(documentId, state) : hub.stateChangedElsewhere(documentId)));
  }
}
