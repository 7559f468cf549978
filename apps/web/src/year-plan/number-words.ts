import { inEachLanguage } from '../i18n/language.js';

const format = inEachLanguage((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));

/** “1,5”, “1.5” */
export const numberWords = (value: number): string => format().format(value);
