import { stemmer } from '@orama/stemmers/danish';

/** A word of a text: folded, and where it stands, half-open in UTF-16 units. */
export interface Word {
  folded: string;
  start: number;
  end: number;
}

/**
 * One spelling for what Danes write in several: case, æ/ae, ø/oe, å/aa, ä, ö and accents. Applied to texts and questions
 * alike, so that “Børnehus” is found by “boernehus” and the other way round.
 */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  // Most words of a text need nothing more, and an index folds millions.
  if (plain.test(lower)) return lower;
  let answer = '';
  for (const letter of lower) answer += spelled[letter] ?? letter;
  return plain.test(answer) ? answer : answer.normalize('NFD').replace(/\p{M}/gu, '');
}

const plain = /^[a-z0-9-]*$/;

const spelled: Record<string, string> = { æ: 'ae', ø: 'oe', å: 'aa', ä: 'ae', ö: 'oe', ü: 'y', ß: 'ss' };

/** The words of a text in order. A number keeps its hyphen: “2026-014” is one word. */
export function* words(text: string): Generator<Word> {
  for (const match of text.normalize('NFC').matchAll(/\p{N}+(?:-\p{N}+)+|[\p{L}\p{N}]+/gu)) {
    yield { folded: fold(match[0]), start: match.index, end: match.index + match[0].length };
  }
}

/** The stem of a folded word: Snowball’s Danish, and the few vowel changes that a child’s case is full of. */
export function stem(folded: string): string {
  const found = stemmer(folded);
  return changed[found] ?? found;
}

/** Plurals with another vowel, by their stem. Snowball takes off endings only. */
const changed: Record<string, string> = {
  boern: 'barn',
  maend: 'mand',
  maendene: 'mand',
  broedr: 'bror',
  broder: 'bror',
  soestr: 'soest',
  moedr: 'mor',
  moder: 'mor',
  faedr: 'far',
  fader: 'far',
  doetr: 'dat',
  boeg: 'bog',
  foedd: 'fod',
  haend: 'haand',
  taend: 'tand',
  naett: 'nat',
};

/** Words that say nothing about what is looked for; left out of a question that has others. */
export const fillers: ReadonlySet<string> = new Set(
  ['og', 'i', 'at', 'det', 'en', 'et', 'den', 'til', 'er', 'som', 'paa', 'de', 'med', 'af', 'for', 'der', 'var', 'om', 'har', 'ikke', 'vi', 'fra', 'ved', 'eller', 'jeg', 'han', 'hun'],
);
