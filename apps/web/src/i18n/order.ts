import { inEachLanguage } from './language.js';

const collator = inEachLanguage((locale) => new Intl.Collator(locale));
const conjunction = inEachLanguage((locale) => new Intl.ListFormat(locale, { type: 'conjunction' }));
const disjunction = inEachLanguage((locale) => new Intl.ListFormat(locale, { type: 'disjunction' }));
const locale = inEachLanguage((name) => name);

/** Alphabetical order as the reader knows it: in Danish Å comes last, in English it is an A. */
export const inOrder = (a: string, b: string): number => collator().compare(a, b);

/** “politi, kommune og børnehus” */
export const allOf = (words: readonly string[]): string => conjunction().format(words);

/** “politi, kommune eller børnehus” */
export const anyOf = (words: readonly string[]): string => disjunction().format(words);

export const lowerCase = (text: string): string => text.toLocaleLowerCase(locale());
