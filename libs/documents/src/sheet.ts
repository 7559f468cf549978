import type { Inline } from '@lib/contracts/rich-text.js';

/**
 * A document as it is set: every word that is printed and what kind of thing it is, nothing about fonts or pages. PDF and
 * HTML are made from it, so that both say the same. All of it is plain text, printed and never interpreted.
 */
export interface Sheet {
  /** Of the file, for its window and for screen readers. */
  title: string;
  /** “Referat” */
  kind: string;
  /** “Udkast”; null on what is final. */
  mark: string | null;
  heading: string;
  /** “Udskrift til Eksempelby Kommune, 7. december 2026 kl. 14.12” */
  madeFor: string;
  confidentiality: string;
  facts: readonly Fact[];
  blocks: readonly SheetBlock[];
  /** What nobody may overlook: at the head of every page. */
  warning?: string;
  /** Pages lie down, for wide tables. */
  landscape?: boolean;
}

export interface Fact {
  label: string;
  value: string;
}

export type SheetBlock =
  /** Levels below the document's own heading: 1 for a part, 2 for an item, 3 and 4 within. */
  | { type: 'heading'; level: 1 | 2 | 3 | 4; text: string }
  | { type: 'facts'; facts: readonly Fact[] }
  /** `caption` is for those who hear the table, beside its heading. */
  | { type: 'table'; caption: string; columns: readonly Column[]; rows: readonly (readonly string[])[] }
  /** What people wrote. */
  | { type: 'words'; words: readonly Words[] }
  | { type: 'note'; text: string }
  /** Set apart: a decision, an addendum; `strong` when its words are what was decided. */
  | { type: 'box'; label: string; state: string | null; strong: boolean; words: readonly Words[]; facts: readonly Fact[] };

export interface Column {
  title: string;
  /** Share of the width beside the other columns; 0 for as wide as its words. */
  share: number;
}

export type Words =
  | { type: 'paragraph'; content: readonly Inline[] }
  | { type: 'heading'; level: 3 | 4; text: string }
  | { type: 'list'; start: number | null; items: readonly (readonly Words[])[] }
  | { type: 'quote'; words: readonly Words[] };

/** Lines of plain text as words; a blank line separates paragraphs no more than a line break does. */
export const wordsOf = (text: string): Words[] => text.split(/\r?\n/).map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line }] }));

/** All the words of a sheet in the order they are set, one string for each run of them: what comparisons look at. */
export function sheetText(sheet: Sheet): string[] {
  const facts = (all: readonly Fact[]) => all.flatMap(({ label, value }) => [label, value]);
  const blocks = sheet.blocks.flatMap((block): string[] => {
    switch (block.type) {
      case 'heading':
      case 'note':
        return [block.text];
      case 'facts':
        return facts(block.facts);
      case 'table':
        return [...block.columns.map(({ title }) => title), ...block.rows.flat()];
      case 'words':
        return block.words.flatMap(wordsText);
      case 'box':
        return [block.label, ...(block.state === null ? [] : [block.state]), ...block.words.flatMap(wordsText), ...facts(block.facts)];
    }
  });
  return [...(sheet.warning === undefined ? [] : [sheet.warning]), sheet.kind, ...(sheet.mark === null ? [] : [sheet.mark]), sheet.heading, sheet.confidentiality, ...facts(sheet.facts), ...blocks];
}

function wordsText(words: Words): string[] {
  switch (words.type) {
    case 'heading':
      return [words.text];
    case 'paragraph':
      return [words.content.map((inline) => (inline.type === 'text' ? inline.text : '\n')).join('')];
    case 'list':
      return words.items.flatMap((item) => item.flatMap(wordsText));
    case 'quote':
      return words.words.flatMap(wordsText);
  }
}
