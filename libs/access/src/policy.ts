import type { ItemState, MeetingState, MinutesState, Role, Sector } from '@lib/contracts/enums.js';

/**
 * What decisions about access are made of: who asks, who takes part, whom an item is open to. Pure. The decision itself
 * is `can` in `rules.ts`; the rules and their ids stand in libs/access/SPEC.md, and in words in docs/access.md.
 */

/** Who asks: a person acting by one membership of one authority. */
export interface Subject {
  personId: string;
  membershipId: string;
  authorityId: string;
  role: Role;
  /** When session or membership end at the latest, epoch milliseconds; absent where the caller has just read that they live. */
  validUntilMs?: number;
}

/** When access is given, epoch milliseconds: from inclusive, to exclusive; null has no bound. */
export interface Window {
  fromMs: number | null;
  toMs: number | null;
}

/** A person who takes part in a meeting, for the authority of that membership. */
export interface Participation {
  membershipId: string;
  personId: string;
  authorityId: string;
  /** Of her authority: what the basis of an item speaks of. */
  sector: Sector;
  /** The role of the person this one stands in for; absent for everybody who was invited herself. */
  standsInForRole?: Role;
  /** That person: what her time at an item is narrowed by holds for whoever comes in her place (AC17). */
  standsInForPersonId?: string;
  /** Her time in the meeting; absent when it has no bounds. */
  window?: Window;
  /** What a guest was invited to; absent for everybody who acts for an authority. */
  guest?: GuestGrant;
}

/** What a guest may see (AC100). */
export interface GuestGrant {
  /** The one item; null for those of the meeting whose audience she is in. */
  itemId: string | null;
  mayWrite: boolean;
}

/** What the names of an audience are narrowed by besides. */
export interface AudienceLimits {
  /** Whose audience it is; where it is not said, guests of a single item are not in it. */
  itemId?: string;
  /** The sectors that the item's basis admits; absent where it names none. */
  sectors?: readonly Sector[] | null;
  /** Times that were set for a person or an authority at this item. */
  windows?: readonly ({ authorityId: string; window: Window } | { personId: string; window: Window })[];
}

/** What an item is open to. `all` is all participants of the meeting whose sector its basis admits. */
export type Audience = ({ kind: 'all' } | { kind: 'restricted'; authorityIds: readonly string[]; personIds: readonly string[] }) & AudienceLimits;

export interface MeetingFacts {
  participants: readonly Participation[];
}

export interface ItemFacts {
  participants: readonly Participation[];
  audience: Audience;
  minutesState: MinutesState;
  meetingState: MeetingState;
  itemState: ItemState;
  /** While its meeting's minutes are for approval: somebody asked for a change of this item. */
  isReopened?: boolean;
  /** It speaks of a person and nobody said on what legal basis. */
  lacksBasis?: boolean;
}

/** What reading an item depends on. */
export type ReaderFacts = Pick<ItemFacts, 'participants' | 'audience'>;

export interface DecisionFacts {
  item: ItemFacts;
  decidingAuthorityId: string;
  /** The leader whom it was escalated to, while she leads there; null when it waits for any of them. */
  escalatedToMembershipId: string | null;
}

export interface FollowUpFacts {
  /** Whether the asker reads its item. */
  readsItem: boolean;
  /** Whether the asker coordinates its meeting. */
  coordinates: boolean;
  ownerMembershipId: string;
  ownerAuthorityId: string;
}

/** A participation with what its person is there as. */
export interface Seat extends Participation {
  role: Role;
}

/** Roles that work with content. Administrators and auditors do their work without reading it (AC1). */
export const contentRoles: readonly Role[] = ['coordinator', 'participant', 'leader'];

/** Roles that may be readers of items: guests besides (AC100). */
export const readerRoles: readonly Role[] = [...contentRoles, 'guest'];

/** [AC50] Whether an instant lies within a window. */
export const isOpenAt = (window: Window | undefined, nowMs: number): boolean =>
  window === undefined || ((window.fromMs === null || window.fromMs <= nowMs) && (window.toMs === null || nowMs < window.toMs));

/** [AC50] The time that lies within all of them. */
export function common(...windows: readonly (Window | undefined)[]): Window {
  const bounds = (of: (window: Window) => number | null) => windows.flatMap((one) => (one === undefined ? [] : (of(one) ?? [])));
  const from = bounds((one) => one.fromMs);
  const to = bounds((one) => one.toMs);
  return { fromMs: from.length === 0 ? null : Math.max(...from), toMs: to.length === 0 ? null : Math.min(...to) };
}

/** [AC60] Whether the basis of an item admits the sector of this participation. */
export const isAdmitted = (one: Pick<Participation, 'sector'>, { sectors }: AudienceLimits): boolean => sectors === undefined || sectors === null || sectors.includes(one.sector);

/** [AC2] [AC60] Whether a participation lies inside an audience: it is named there, and its sector admitted. When, says {@link windowOf}. */
export function inAudience(one: Participation, audience: Audience): boolean {
  if (!isAdmitted(one, audience) || !isWithinGrant(one, audience)) return false;
  return audience.kind === 'all' || audience.personIds.includes(one.personId) || (one.guest === undefined && audience.authorityIds.includes(one.authorityId));
}

/** [AC100] A guest of one item is in the audience of no other. */
const isWithinGrant = ({ guest }: Participation, { itemId }: AudienceLimits): boolean => guest === undefined || guest.itemId === null || guest.itemId === itemId;

/**
 * [AC50] When a participation may read an item that it lies inside the audience of: in the time of the meeting and all of the
 * item; a substitute [AC17] in that of whoever sent her as well.
 */
export function windowOf(one: Participation, { windows }: AudienceLimits): Window {
  const own = (windows ?? []).filter((entry) => ('authorityId' in entry ? entry.authorityId === one.authorityId : entry.personId === one.personId || entry.personId === one.standsInForPersonId));
  return common(one.window, ...own.map((entry) => entry.window));
}

/** [AC2] [AC60] The participations that may read an item, some of them in their time only: what `item_reader` holds. */
export function readersOf<One extends Participation>(participants: readonly One[], audience: Audience): One[] {
  return participants.filter((one) => inAudience(one, audience));
}

/** [AC9] Deciding: only an authority that somebody inside the audience takes part for. */
export const authoritiesThatMayDecide = (item: ReaderFacts): string[] => [
  ...new Set(readersOf(item.participants, item.audience).flatMap((one) => (one.guest === undefined ? [one.authorityId] : []))),
];

/** Coordinators and leaders answer for their authority; who sits in a participant's chair does not (AC17). */
const answersFor = (seat: Seat): boolean => [seat.role, seat.standsInForRole ?? seat.role].every((role) => role === 'coordinator' || role === 'leader');

/** [AC40] Those of an authority who may answer for its minutes; empty when nobody of it reads the item. */
export function answerers(item: { participants: readonly Seat[]; audience: Audience }, authorityId: string): Seat[] {
  const inside = item.participants.filter((one) => contentRoles.includes(one.role) && one.authorityId === authorityId && inAudience(one, item.audience));
  const seniors = inside.filter(answersFor);
  return seniors.length > 0 ? seniors : inside;
}

/** [AC110] Those of an authority who may say that it filed its copy: its coordinators, and where none takes part, whoever does. */
export function filers(participants: readonly Seat[], authorityId: string): Seat[] {
  const all = participants.filter((one) => contentRoles.includes(one.role) && one.authorityId === authorityId);
  const coordinators = all.filter((one) => one.role === 'coordinator' && (one.standsInForRole ?? 'coordinator') === 'coordinator');
  return coordinators.length > 0 ? coordinators : all;
}

/** [AC85] Roles that the user management of an authority gives; the others are given by an administrator, by hand. */
export const provisionedRoles: readonly Role[] = contentRoles;

/** [AC70] A document of one authority's own beside an item is for those who act for that authority. */
export const isOfSide = (subject: Pick<Subject, 'authorityId'>, authorityId: string): boolean => subject.authorityId === authorityId;
