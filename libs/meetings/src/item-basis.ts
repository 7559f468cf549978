import type { Confidentiality } from '@lib/contracts/enums.js';
import type { FieldError } from '@lib/contracts/problems.js';
import type { MeetingKind } from './meeting-kinds.data.js';

/** [MT36] Whether an item asks for a legal basis: a child's own item, and whatever may name somebody in a kind of meeting that does. */
export const isAboutPerson = (kind: MeetingKind | undefined, item: { parent_id: string | null; confidentiality: Confidentiality }): boolean =>
  item.parent_id !== null || (kind?.personalData === 'identified' && ['confidential', 'restricted'].includes(item.confidentiality));

/** What is wrong with a basis, or null: one of the kind's own, and one at all where a person is named. */
export function basisError(kind: MeetingKind | undefined, aboutPerson: boolean, legalBasisId: string | null): FieldError | null {
  if (legalBasisId === null) return aboutPerson ? { field: 'legalBasisId', message: 'Vælg hjemlen for at tale om en person.' } : null;
  return kind?.legalBasisIds.includes(legalBasisId) ? null : { field: 'legalBasisId', message: 'Vælg en hjemmel, som mødetypen kan bruge.' };
}
