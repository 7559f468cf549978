// What somebody writes in a long document over weeks: a seeded generator of typing, moving back, deleting and pasting.
import * as Y from 'yjs';
import { random } from './random.mjs';

export const seedClient = 1;
/** The clock of the text in the minutes: the seed is always made in the same order by the same client. */
export const minutesTextClock = 1;

/** The first words of every document of the benchmark: an empty paragraph in the minutes, as the product seeds it. */
export function seedUpdate(text = '') {
  const doc = new Y.Doc();
  doc.clientID = seedClient;
  doc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph');
    const inner = new Y.XmlText();
    doc.getXmlFragment('minutes').insert(0, [paragraph]);
    paragraph.insert(0, [inner]);
    if (text !== '') inner.insert(0, text);
    doc.getXmlFragment('agenda').insert(0, [new Y.XmlElement('paragraph')]);
  });
  return Y.encodeStateAsUpdate(doc);
}

export const textOf = (doc) => doc.getXmlFragment('minutes').get(0).get(0);

/**
 * @param edits how many; each is one update of one client
 * @returns the updates in order, the seed first, and the text that they make
 */
export function history(edits, seed = 2026) {
  const next = random(seed);
  const doc = new Y.Doc();
  const updates = [seedUpdate()];
  Y.applyUpdate(doc, updates[0]);
  doc.clientID = 7;
  doc.on('update', (update) => updates.push(update));
  const text = textOf(doc);
  const letters = 'etaonrisldhgmkufvbpjcyxæøå';
  let at = 0;
  const word = () => Array.from({ length: 1 + Math.floor(next() * 9) }, () => letters[Math.floor(next() ** 2 * letters.length)]).join('');
  let coming = '';
  while (updates.length <= edits) {
    const chance = next();
    if (coming === '' && chance < 0.06 && text.length > 50) {
      // Moves back, mostly near.
      at = Math.max(0, Math.min(text.length, next() < 0.7 ? at - Math.floor(next() * 200) : Math.floor(next() * text.length)));
    } else if (coming === '' && chance < 0.2 && at > 0) {
      // Deletes what was just written, letter by letter; at times a whole passage.
      const one = next() < 0.03 ? Math.min(at, Math.floor(next() * 80) + 1) : 1;
      for (let n = next() < 0.2 ? 1 : 1 + Math.floor(next() * 8); n > 0 && at >= one && updates.length <= edits; n--) text.delete((at -= one), one);
    } else if (coming === '' && chance < 0.203 && text.length > 400) {
      const from = Math.floor(next() * (text.length - 200));
      const pasted = text.toString().slice(from, from + 40 + Math.floor(next() * 160));
      text.insert(at, pasted);
      at += pasted.length;
    } else {
      if (coming === '') coming = `${word()} `;
      text.insert(at, coming[0]);
      at++;
      coming = coming.slice(1);
    }
  }
  return { updates, text: text.toString() };
}
