import { describe, expect, it } from '@jest/globals';
import { excerpt, highlighted } from './excerpt.js';
import { fold, stem, words } from './danish.js';
import { queryWords, TextIndex, type SearchDocument } from './text-index.js';

const document = (id: string, title: string, text = ''): SearchDocument => ({ kind: 'item', id, meetingId: 'm', itemId: id, startMs: 0, title, text });

function indexOf(...documents: SearchDocument[]): TextIndex {
  const index = new TextIndex();
  for (const one of documents) index.set(one);
  return index;
}

const ids = (index: TextIndex, query: string, visible: string[]) =>
  index
    .search(queryWords(query), visible)
    .sort((a, b) => b.score - a.score)
    .map((hit) => hit.document.id);

describe('[SE3] Danish words', () => {
  it.each([
    ['børnehuset', 'børnehus'],
    ['boernehuset', 'Børnehuset'],
    ['underretninger', 'underretningen'],
    ['barn', 'børnene'],
    ['Aalborg', 'Ålborg'],
    ['samråd', 'samraadet'],
    ['sager', 'sagen'],
    ['drøftelse', 'DRØFTELSER'],
    // Decomposed, as a Mac writes it.
    ['samra\u030ad', 'samråd'],
  ])('“%s” finds “%s”', (asked, written) => {
    const index = indexOf(document('a', `Om ${written} i går`));
    expect(ids(index, asked, ['a'])).toEqual(['a']);
  });

  it.each([
    ['beginning', 'under', 'underretningen'],
    ['part of a compound', 'underretning', 'skoleunderretningen'],
    ['case number', '2026-014', 'Sag 2026-014'],
    ['part of a case number', '014', 'Sag 2026-014'],
  ])('a %s: “%s” finds “%s”', (_how, asked, written) => {
    expect(ids(indexOf(document('a', written)), asked, ['a'])).toEqual(['a']);
  });

  it.each([
    ['ret', 'underretning'],
    ['politi', 'kommune'],
    ['bil', 'mobilen'],
  ])('“%s” does not find “%s”', (asked, written) => {
    expect(ids(indexOf(document('a', written)), asked, ['a'])).toEqual([]);
  });

  it('are folded and stemmed the same way every time', () => {
    expect(fold('Ærø')).toBe('aeroe');
    expect(stem(fold('håndteringen'))).toBe(stem(fold('haandtering')));
    expect([...words('Sag 2026-014, “børn”')].map((word) => word.folded)).toEqual(['sag', '2026-014', 'boern']);
  });
});

describe('[SE2] an index', () => {
  it('wants every word of the question, fillers aside', () => {
    const index = indexOf(document('a', 'Politiet og kommunen'), document('b', 'Politiet'));
    expect(ids(index, 'politiet og kommunen', ['a', 'b'])).toEqual(['a']);
    expect(ids(index, 'og', ['a', 'b'])).toEqual(['a']);
  });

  it('puts a title before a text, the word itself before its beginning', () => {
    const index = indexOf(document('text', 'Andet', 'skole'), document('title', 'Skole'), document('beginning', 'Skolegang'));
    expect(ids(index, 'skole', ['text', 'title', 'beginning'])).toEqual(['title', 'beginning', 'text']);
  });

  it('[SE1] answers the same, to the last digit of a score, whatever stands in documents that are not named', () => {
    const open = [document('a', 'Skolegang', 'En drøftelse af skolen'), document('b', 'Skole')];
    const alone = indexOf(...open);
    const among = indexOf(...open, ...Array.from({ length: 50 }, (_, n) => document(`hidden${n}`, `Skole skole kanariefugl ${n}`, 'skolen '.repeat(n))));
    for (const query of ['skole', 'skolen drøftelse', 'kanariefugl']) expect(among.search(queryWords(query), ['a', 'b'])).toEqual(alone.search(queryWords(query), ['a', 'b']));
  });

  it('forgets what was changed or taken out, words and all', () => {
    const index = indexOf(document('a', 'kanariefugl'), document('b', 'skole'));
    index.set(document('a', 'solsort'));
    expect(ids(index, 'kanariefugl', ['a', 'b'])).toEqual([]);
    index.delete('a');
    expect(ids(index, 'solsort', ['a', 'b'])).toEqual([]);
    expect(index.size).toBe(1);
    expect(index.characters).toBe('skole'.length);
    expect(JSON.stringify(Object.values(index), (_key, value: unknown) => (value instanceof Map ? [...value] : value))).not.toMatch(/kanariefugl|solsort/);
    index.set(document('c', 'drossel'));
    expect(ids(index, 'skole', ['b', 'c'])).toEqual(['b']);
    expect(ids(index, 'drossel', ['b', 'c'])).toEqual(['c']);
  });

  it('takes a question of any kind', () => {
    const index = indexOf(document('a', 'Skole'));
    for (const query of ['', ' ', '…', 'a', '*', '\u0000', '.*', 'x'.repeat(200), 'og i at det', Array.from({ length: 40 }, (_, n) => `ord${n}`).join(' ')]) expect(ids(index, query, ['a'])).toEqual([]);
  });
});

describe('[SE4] an excerpt', () => {
  it('shows the words around the first hit, as text', () => {
    const text = `${'indledning '.repeat(40)}her er <b>underretningen</b> om drengen ${'slutning '.repeat(40)}`;
    const shown = excerpt(text, queryWords('underretning'));
    expect(shown.filter((run) => run.hit)).toEqual([{ text: 'underretningen', hit: true }]);
    const whole = shown.map((run) => run.text).join('');
    expect(whole).toMatch(/^… .*her er <b>underretningen<\/b> om drengen.* …$/);
    expect(whole.length).toBeLessThan(230);
  });

  it('is the beginning when the hit stands in the title alone, and empty without a text', () => {
    expect(excerpt('Kort tekst.', queryWords('skole'))).toEqual([{ text: 'Kort tekst.', hit: false }]);
    expect(excerpt(' \n', queryWords('skole'))).toEqual([]);
    expect(highlighted('Ny skole', queryWords('skolen'))).toEqual([
      { text: 'Ny ', hit: false },
      { text: 'skole', hit: true },
    ]);
  });
});
