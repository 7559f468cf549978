import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import type { CollabHub } from './collab-hub.service.js';
import { projectText } from './document-content.js';
import type { Repair } from './document-repair.js';
import { step1Frame, step2Frame } from './protocol.js';
import { ShapeGuard } from './shape-guard.service.js';
import { Page } from './spec-page.js';
import { SpecServer, until } from './spec-server.js';

function element(name: string, ...inside: (Y.XmlElement | Y.XmlText)[]): Y.XmlElement {
  const made = new Y.XmlElement(name);
  made.insert(0, inside);
  return made;
}

/** A document with an item of a list where none may stand, and somebody who writes each time the server looks at it. */
async function outOfShape(write: (page: Page) => void) {
  const server = new SpecServer({ stillMs: 1 });
  const anna = server.signIn('Anna');
  const row = { documentId: randomUUID(), itemId: randomUUID(), epoch: randomUUID() };
  const doc = new Y.Doc();
  doc.getXmlFragment('minutes').insert(0, [element('paragraph', new Y.XmlText('Først')), element('listItem', element('paragraph', new Y.XmlText('Barnets ord')))]);
  server.store.create(row, Y.encodeStateAsUpdate(doc));
  server.readable.add(`${anna.personId} ${row.itemId}`);
  const page = new Page();
  const states: (string | undefined)[] = [];
  const admission = await server.hub.admit(page, { documentId: row.documentId, ticket: null, token: anna.id, acks: true, epoch: null });
  if (typeof admission === 'string') throw new Error(admission);
  page.admission = admission;
  page.receive(step1Frame(new Map()));
  await until('asked', () => page.asked === 1);
  page.receive(step2Frame(new Uint8Array([0, 0])));
  let looks = 0;
  const heavyWork = {
    repair: async (updates: readonly Uint8Array[], clientId: number): Promise<Repair | null> => {
      looks++;
      states.push(page.state);
      write(page);
      const made = await server.heavyWork.repair(updates, clientId);
      write(page);
      return made;
    },
  };
  let compactions = 0;
  const guard = new ShapeGuard({ hub: server.hub, heavyWork, compactor: { fulfil: async () => void compactions++ } } as unknown as CollabHub, server.store);
  await guard.repair(row.documentId, row.itemId);
  await until('all is stored', () => page.admission.room.isIdle || page.admission.room.waiting.length === 0);
  const stored = new Y.Doc();
  for (const update of (await server.store.load(row.documentId))!.updates) Y.applyUpdate(stored, update);
  return { page, states, looks, compactions, failures: server.failures, text: projectText(Y.encodeStateAsUpdate(stored)), same: Y.equalSnapshots(Y.snapshot(page.doc), Y.snapshot(stored)) };
}

const textOf = (minutes: Y.XmlFragment, index: number) => {
  const block = minutes.get(index) as Y.XmlElement;
  return (block.nodeName === 'listItem' ? (block.get(0) as Y.XmlElement) : block).get(0) as Y.XmlText;
};

describe('a document out of shape in which somebody writes without a pause', () => {
  it('[CO75, CO77] is repaired at the first look, where she writes beside what is out of shape', async () => {
    const { looks, compactions, text, page, same, failures } = await outOfShape((one) => one.change((minutes) => textOf(minutes, 0).insert(0, 'x')));
    expect([looks, compactions, text.faults, text.minutesText, same, page.closed, failures]).toEqual([1, 1, [], 'xxFørst\nBarnets ord', true, undefined, []]);
  });

  it('[CO77] is repaired at the last, for which her page does not let her write, where she writes in what is to be taken away', async () => {
    const { looks, compactions, text, page, states, same, failures } = await outOfShape((one) => {
      if (one.state === 'open') one.change((minutes) => textOf(minutes, 1).insert(0, 'x'));
    });
    expect([looks, compactions, text.faults, text.minutesText, same, failures]).toEqual([3, 1, [], 'Først\nxxxxBarnets ord', true, []]);
    expect([states, page.state, page.closed]).toEqual([['open', 'open', 'frozen'], 'open', undefined]);
  });

  it('[CO77] is left for the next change where somebody writes there all the same: no word of it is taken away', async () => {
    const { looks, compactions, text, page, same } = await outOfShape((one) => one.change((minutes) => textOf(minutes, 1).insert(0, 'x')));
    expect([looks, compactions, text.faults.length, text.minutesText, same, page.state]).toEqual([3, 0, 1, 'Først\nxxxxxxBarnets ord', true, 'open']);
  });
});
