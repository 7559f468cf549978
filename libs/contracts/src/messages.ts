import type { Language } from './language.js';
import { english } from './messages.en.js';

/** Texts with a hole, `{0}`: what stands there is carried over as it is. The longest first, so that the closest fits. */
const patterns = Object.entries(english)
  .filter(([danish]) => danish.includes('{0}'))
  .toSorted(([a], [b]) => b.length - a.length)
  .map(([danish, words]) => ({ pattern: patternOf(danish), words }));
const exact = new Map(Object.entries(english));

/**
 * A sentence of the server in the language of its reader. The Danish sentence is the name of the message, so that the
 * code reads as it speaks; `messages.en.ts` has the English one. What is not there stays Danish, and a test
 * (`test/i18n/messages.spec.ts`) fails for it.
 */
export function inLanguage(danish: string, language: Language): string {
  if (language === 'da') return danish;
  const whole = exact.get(danish);
  if (whole !== undefined) return whole;
  for (const { pattern, words } of patterns) {
    const found = pattern.exec(danish);
    if (found !== null) return words.replace(/\{(\d)\}/g, (hole, number: string) => found[Number(number) + 1] ?? hole);
  }
  return danish;
}

function patternOf(danish: string): RegExp {
  const escaped = danish.split(/\{\d\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('(.*)')}$`, 's');
}
