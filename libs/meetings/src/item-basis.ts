import type { Confidentiality, Sector } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import type { BasisInForce } from '@lib/access/legal-bases.service.js';
import { isAdmitted, type Audience } from '@lib/access/policy.js';
import { said } from '@lib/platform/speaking.js';
import type { MeetingKind } from './meeting-kinds.data.js';

type PersonalFacts = { parent_id: string | null; confidentiality: Confidentiality };

/** [MT36] Whether an item asks for a legal basis: a child's own item, and whatever may name somebody in a kind of meeting that does. */
export const isAboutPerson = (kind: MeetingKind | undefined, item: PersonalFacts): boolean =>
  item.parent_id !== null || (kind?.personalData === 'identified' && ['confidential', 'restricted'].includes(item.confidentiality));

/** [AC61] */
export const lacksBasis = (kind: MeetingKind | undefined, item: PersonalFacts & { legal_basis_id: string | null }): boolean => item.legal_basis_id === null && isAboutPerson(kind, item);

/**
 * What is wrong with a basis, or null: one of the kind's own or of the authority's own, and one at all where a person is
 * named.
 *
 * @param bases those in force at the meetings of the owning authority
 */
export function basisError(kind: MeetingKind | undefined, aboutPerson: boolean, legalBasisId: string | null, bases: ReadonlyMap<string, BasisInForce>): FieldError | null {
  if (legalBasisId === null) return aboutPerson ? { field: 'legalBasisId', message: 'Vælg hjemlen for at tale om en person.' } : null;
  return basesOf(kind, bases).some((one) => one.id === legalBasisId) ? null : { field: 'legalBasisId', message: 'Vælg en hjemmel, som mødetypen kan bruge.' };
}

/** The bases that items of a kind of meeting may stand on; the first is the usual one. The authority's own only where personal data may occur. */
export function basesOf(kind: MeetingKind | undefined, bases: ReadonlyMap<string, BasisInForce>): BasisInForce[] {
  const usual = (kind?.legalBasisIds ?? []).flatMap((id) => bases.get(id) ?? []);
  return kind === undefined || kind.personalData === 'none' ? usual : [...usual, ...[...bases.values()].filter((one) => one.isOwn)];
}

/** Sectors as a sentence names them. */
export const sectorWords: Record<Sector, { message: string }> = {
  municipality: { message: 'kommunen' },
  police: { message: 'politiet' },
  barnahus: { message: 'børnehuset' },
  health: { message: 'sundhedsvæsenet' },
  forensic: { message: 'retsmedicinsk institut' },
  school: { message: 'skolen' },
  other: { message: 'andre myndigheder' },
};

/** Whoever would see it. */
interface Named {
  name: string;
  authority: { name: string; sector: Sector };
}

const ofList = { message: 'Listens hjemmel' };

/**
 * [AC60] What an audience names must lie within what the basis admits.
 *
 * @throws Problem `legal-basis-limit`, which names basis, sector, who it is about, and the limit
 */
export function assertAdmitted(audience: Audience, participants: readonly (Named & { id: string; authority: { id: string } })[], basis: Pick<BasisInForce, 'label' | 'limits'> | undefined): void {
  if (audience.kind === 'all') return;
  const outside = participants.find((one) => (audience.authorityIds.includes(one.authority.id) || audience.personIds.includes(one.id)) && !isAdmitted(one.authority, audience));
  if (outside !== undefined) throw notAdmitted(basis, outside, 'audience');
}

/** [AC60] Why somebody cannot see an item: basis, sector, who it is about, and the limit. */
export function notAdmitted(basis: Pick<BasisInForce, 'label' | 'limits'> | undefined, outside: Named, field: string): Problem {
  const { label, limits } = basis ?? { label: ofList.message, limits: '' };
  return new Problem(
    'legal-basis-limit',
    `${said(label)} omfatter ikke ${said(sectorWords[outside.authority.sector].message)} (${outside.name}, ${outside.authority.name}). ${said(limits)} Skal de se det, så flyt punktet til andet spor.`,
    [{ field, message: 'Hjemlen omfatter ikke alle, du har valgt.' }],
  );
}
