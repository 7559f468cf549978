import type { Language } from '@lib/contracts/language.js';

let current: Language = 'da';

/** The language on the screen. Components learn of a change through `useTranslation`. */
export const currentLanguage = (): Language => current;

/** Set by i18n.ts alone, so that words, dates and order always speak the same language. */
export function setCurrentLanguage(language: Language): void {
  current = language;
}

/** Something made once for each language; gives that of the language on the screen. */
export function inEachLanguage<Made>(make: (locale: string, language: Language) => Made): () => Made {
  // English as in Europe: the day before the month, 24 hours.
  const made = { da: make('da-DK', 'da'), en: make('en-GB', 'en') };
  return () => made[current];
}
