import { useTranslation } from 'react-i18next';
import type { Contact, ContactChange } from '../api/types.js';

/** What an entry is called: “Nøgleperson, Vestbyen”. */
export function useContactName(): (contact: Pick<Contact, 'function' | 'kindTitle' | 'area'>) => string {
  const { t } = useTranslation();
  return ({ function: name, kindTitle, area }) => [t(`contacts.function.${name}`), kindTitle, area].filter(Boolean).join(', ');
}

/** What an entry says, as a form sends it. */
export const bodyOf = (contact: Contact): Required<ContactChange> => ({
  kindId: contact.kindId,
  area: contact.area,
  membershipId: contact.holder?.membershipId ?? null,
  substituteMembershipIds: contact.substitutes.map((one) => one.membershipId),
  telephone: contact.telephone,
  email: contact.email,
  validFrom: contact.validFrom,
  validTo: contact.validTo,
});

/** Entries that can be asked for now, by the membership that holds them: contact persons for this kind of meeting, or for all. */
export function contactsOf(contacts: readonly Contact[], kindId: string | null): Map<string, Contact[]> {
  const held = new Map<string, Contact[]>();
  for (const one of contacts) {
    if (one.holder === null || one.period !== 'current' || (one.kindId !== null && kindId !== null && one.kindId !== kindId)) continue;
    held.set(one.holder.membershipId, [...(held.get(one.holder.membershipId) ?? []), one]);
  }
  return held;
}
