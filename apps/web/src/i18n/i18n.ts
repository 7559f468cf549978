import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { languageOf, type Language } from '@lib/contracts/language.js';
import da from './da.json';
import en from './en.json';
import { currentLanguage, setCurrentLanguage } from './language.js';

declare module 'i18next' {
  interface CustomTypeOptions {
    // Keys are checked by the compiler: a text that does not exist does not build.
    resources: { translation: typeof da };
  }
}

// A text without English does not build either; test/i18n/texts.spec.ts says the rest.
const english: typeof da = en;

i18next.on('languageChanged', (language) => {
  setCurrentLanguage(language as Language);
  document.documentElement.lang = language;
});

void i18next.use(initReactI18next).init({
  // Until somebody chooses, and until the server says what she chose before.
  lng: languageOf(navigator.languages.join()),
  fallbackLng: 'da',
  resources: { da: { translation: da }, en: { translation: english } },
  // React escapes already.
  interpolation: { escapeValue: false },
});

/** `listener` runs when another language has come onto the screen. */
export function onLanguageChange(listener: () => void): void {
  i18next.on('languageChanged', listener);
}

/** Changes the language of the page where it stands: nothing is loaded again and nothing typed is lost. */
export function speak(language: Language): void {
  if (language !== currentLanguage()) void i18next.changeLanguage(language);
}
