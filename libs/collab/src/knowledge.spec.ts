import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { seedUpdate } from './document-content.js';
import { adding } from './gate.js';
import { Knowledge } from './knowledge.js';
import { defaultLimits } from './limits.js';
import { finished, type Steps } from './steps.js';

/** A title that was typed forwards and backwards, with gaps, so that it is many things. */
function long(characters: number): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, seedUpdate({ title: '', agendaParagraphs: [] }));
  const title = doc.getText('title');
  doc.transact(() => {
    for (let n = 0; n < characters; n++) title.insert(n % 3 === 0 ? 0 : title.length, 'x');
  });
  for (let n = 0; n < characters / 10; n++) title.delete(n, 1);
  return Y.encodeStateAsUpdate(doc);
}

describe('[CO47] what is read when somebody asks', () => {
  const update = long(9_000);

  it('is the same as what is read at once, bit by bit or when somebody asks in the middle', () => {
    const atOnce = new Knowledge();
    atOnce.add(finished(adding(update, atOnce, defaultLimits)));
    const facts = (known: Knowledge) => [known.stateVector(), known.deletes(), known.structs, known.titleLength, known.deletedCount, known.crowd, known.racePrice];
    for (const stepsBefore of [0, 1, 3, Number.POSITIVE_INFINITY]) {
      const later = new Knowledge();
      later.bind({ clientId: 7, personId: 'anna' });
      later.addLater([adding(update, later, defaultLimits)], update.length);
      let steps = 0;
      while (steps < stepsBefore && !later.readSome()) steps++;
      // Known without reading.
      expect([later.owner(7), later.clientIdsOf('anna'), later.bytes]).toEqual(['anna', 1, update.length]);
      expect(later.isRead).toBe(stepsBefore === Number.POSITIVE_INFINITY);
      if (stepsBefore === Number.POSITIVE_INFINITY) expect(steps).toBeGreaterThan(5);
      expect(facts(later)).toEqual(facts(atOnce));
      expect([later.isRead, later.bytes]).toEqual([true, update.length]);
    }
  });

  it('is not believed in part: what cannot be read fails for everybody who asks', () => {
    function* failing(): Steps<never> {
      yield;
      throw new Error('no update');
    }
    const known = new Knowledge();
    known.addLater([failing()], 5);
    expect(known.readSome()).toBe(false);
    for (let n = 0; n < 3; n++) expect(() => known.clock(1)).toThrow('no update');
    expect(() => new Knowledge(known).stateVector()).toThrow('no update');
  });
});
