import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import da from './da.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    // Keys are checked by the compiler: a text that does not exist does not build.
    resources: { translation: typeof da };
  }
}

void i18next.use(initReactI18next).init({
  lng: 'da',
  fallbackLng: 'da',
  resources: { da: { translation: da } },
  // React escapes already.
  interpolation: { escapeValue: false },
});
