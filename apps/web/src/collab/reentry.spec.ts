import { beforeAll, describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import type { Lines } from './lines.js';

let keptTexts: (typeof import('./reentry.js'))['keptTexts'];
let unsavedDocuments: (typeof import('./unsaved.js'))['unsavedDocuments'];
beforeAll(async () => {
  // What the two ask of a browser.
  Object.assign(globalThis, { window: new EventTarget() });
  ({ keptTexts } = await import('./reentry.js'));
  ({ unsavedDocuments } = await import('./unsaved.js'));
});

const lines = (minutes: readonly string[], title: readonly string[] = []): Lines => ({ title, agenda: [], minutes });

describe('[CO92] texts kept after a restore', () => {
  it('stay when the store is put back a second time, beside what was written since', () => {
    keptTexts.keep('d', '/a', lines(['Den første', 'Den anden'], ['Titel']), 'her');
    keptTexts.keep('d', '/a', lines(['Den anden', 'Den tredje'], ['Ny titel']), 'her');
    expect(keptTexts.get('d')).toEqual(lines(['Den første', 'Den anden', 'Den tredje'], ['Titel', 'Ny titel']));
    const doc = new Y.Doc();
    doc.getText('title').insert(0, 'Ny titel');
    expect(keptTexts.missingIn({ documentId: 'd', doc })).toEqual(['Titel', 'Den første', 'Den anden', 'Den tredje']);
    expect(keptTexts.missingIn({ documentId: 'another', doc })).toEqual([]);
  });

  it('a title is kept, and asked about, until its author has looked at it', () => {
    keptTexts.keep('e', '/b', lines(['Et afsnit'], ['Titel']), 'her');
    keptTexts.keepTitle('e', ['Titel']);
    expect(keptTexts.get('e')).toEqual(lines([], ['Titel']));
    expect(unsavedDocuments.get().some(({ path }) => path === '/b')).toBe(true);
    keptTexts.drop('e');
    expect(unsavedDocuments.get().some(({ path }) => path === '/b')).toBe(false);
  });
});
