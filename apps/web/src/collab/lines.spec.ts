import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as Y from 'yjs';
import { linesOf, missingLines, withMore, type Lines } from './lines.js';

function docWith(title: string, minutes: readonly string[]): Y.Doc {
  const doc = new Y.Doc();
  doc.getText('title').insert(0, title);
  doc.getXmlFragment('minutes').insert(
    0,
    minutes.map((line) => {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText(line)]);
      return paragraph;
    }),
  );
  return doc;
}

describe('what a restored store does not have', () => {
  it('[CO92] is named line by line, in order; what stands there already is not', () => {
    const mine = linesOf(docWith('Titel', ['Før kopien', 'Efter', '', 'Ens', 'Ens', 'Sidst']));
    const stored = linesOf(docWith('Titel', ['Ens', 'Før kopien. Og videre', 'En kollega skrev']));
    expect(missingLines(mine, stored)).toEqual({ title: [], agenda: [], minutes: ['Efter', 'Ens', 'Sidst'] });
    expect(missingLines(stored, stored)).toEqual({ title: [], agenda: [], minutes: [] });
    expect(missingLines(mine, linesOf(docWith('Andet', [])))).toMatchObject({ title: ['Titel'] });
  });

  const minutes = (lines: readonly string[]): Lines => ({ title: [], agenda: [], minutes: lines });
  const missing = (mine: readonly string[], stored: readonly string[]) => missingLines(minutes(mine), minutes(stored)).minutes;

  it('[CO92] a short answer is not in a longer word, and nobody’s line is used up by another', () => {
    expect(missing(['Nej'], ['Nejsum kommer'])).toEqual(['Nej']);
    expect(missing(['enig', 'Alle er enige i planen'], ['Alle er enige i planen'])).toEqual(['enig']);
    expect(missing(['   ', 'Vi venter'], ['Vi venter'])).toEqual([]);
    expect(missing(['Politiet ringer', 'Politiet ringer igen'], ['Politiet ringer igen'])).toEqual(['Politiet ringer']);
    expect(missing(['Politiet ringer', 'Politiet ringer, når'], ['Politiet ringer, når de kan', 'Politiet ringer?'])).toEqual([]);
    expect(missing(['Politiet ringer'], ['I dag: Politiet ringer', 'Politiet ringere'])).toEqual(['Politiet ringer']);
  });

  it('[CO92] holds for all lines', () => {
    const word = fc.constantFrom('', ' ', 'Nej', 'enig', 'Vi venter', 'Politiet ringer', 'Politiet ringer igen', 'Politiet ringere', 'Alle er enige i planen');
    const text = fc.array(word, { maxLength: 8 });
    const words = (lines: readonly string[]) => lines.map((line) => line.trim()).filter((line) => line !== '');
    const count = (lines: readonly string[], line: string) => lines.filter((one) => one === line).length;
    fc.assert(
      fc.property(text, text, text, (mine, stored, more) => {
        const lost = words(missing(mine, stored));
        // Nothing that stands there word for word is offered, and nothing is offered twice.
        for (const line of new Set(words(mine))) expect(count(lost, line)).toBeLessThanOrEqual(Math.max(0, count(words(mine), line) - count(words(stored), line)));
        // What is not offered has a line of its own there.
        expect(words(mine).length - lost.length).toBeLessThanOrEqual(words(stored).length);
        for (const line of words(mine)) if (!lost.includes(line)) expect(words(stored).some((one) => one.startsWith(line))).toBe(true);
        // Short lines are there word for word or not at all.
        for (const line of ['Nej', 'enig']) expect(count(lost, line)).toBe(Math.max(0, count(words(mine), line) - count(words(stored), line)));
        // More lines in the store, wherever, never make more of them missing.
        expect(missing(mine, [...more, ...stored]).length).toBeLessThanOrEqual(lost.length);
        expect(missing(stored, [...more, ...stored])).toEqual([]);
        // What is kept stays kept, and what is added to it is in it.
        expect(missing(mine, withMore(minutes(mine), minutes(more)).minutes)).toEqual([]);
        expect(missing(more, withMore(minutes(mine), minutes(more)).minutes)).toEqual([]);
      }),
    );
  });
});
