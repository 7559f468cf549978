import { AsyncLocalStorage } from 'node:async_hooks';
import type { Language } from '@lib/contracts/language.js';
import { inLanguage } from '@lib/contracts/messages.js';

const reader = new AsyncLocalStorage<() => Language>();

/** Does `work`, and all that follows from it, for somebody who reads `language`; asked each time something is said. */
export const speakingTo = <T>(language: () => Language, work: () => T): T => reader.run(language, work);

/** The language of whoever asked. Jobs and sockets have no asker: Danish. What is stored is never in it. */
export const spokenLanguage = (): Language => reader.getStore()?.() ?? 'da';

/** A Danish sentence of the catalogue (`libs/contracts/src/messages.en.ts`) in the language of whoever asked. */
export const said = (danish: string): string => inLanguage(danish, spokenLanguage());
