import type { AdministeredMembership } from '../api/types.js';
import { dateAt, plainDate } from '../dates.js';

/** The Danish day of an instant, `2026-12-31`. */
export const dayOf = (instant: string) => dateAt(new Date(instant));

/** The last day: validity ends with its last instant. */
export const lastDayOf = (validTo: string) => dateAt(new Date(Date.parse(validTo) - 1));

export const inWords = (date: string) => plainDate(date);

/** “SSP-koordinator, Familieafdelingen”: what is known of it, of what people wrote. */
export const wordsOf = ({ functionTitle, unitTitle }: Pick<AdministeredMembership, 'functionTitle' | 'unitTitle'>) => [functionTitle, unitTitle].filter((one) => one !== '').join(', ');
