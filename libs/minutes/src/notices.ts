import type { Temporal } from 'temporal-polyfill';
import type { ChosenNotificationKind } from '@lib/contracts/enums.js';
import { answerers, type Seat } from '@lib/access/policy.js';
import { can } from '@lib/access/rules.js';
import type { Part } from './minutes-store.service.js';

type Told = Pick<Part, 'partId' | 'isFrame' | 'audience'>;

export interface MinutesNotice {
  kind: ChosenNotificationKind;
  membershipIds: string[];
  meetingId: string;
  itemId?: string;
}

/**
 * [MI15] Tells those who may answer for these parts, of all authorities or of one. Whoever answers for the frame hears of
 * the meeting in one line; whoever is asked for single items alone hears of those, so that it goes when they are closed to her.
 */
export function toAnswerers(kind: ChosenNotificationKind, meetingId: string, seats: readonly Seat[], parts: readonly Told[], authorityId?: string): MinutesNotice[] {
  const authorityIds = authorityId === undefined ? [...new Set(seats.map((one) => one.authorityId))] : [authorityId];
  const of = (part: Told) => authorityIds.flatMap((id) => answerers({ participants: seats, audience: part.audience }, id)).map((one) => one.membershipId);
  const whole = new Set(parts.filter((part) => part.isFrame).flatMap(of));
  return [
    { kind, meetingId, membershipIds: [...whole] },
    ...parts.filter((part) => !part.isFrame).map((part) => ({ kind, meetingId, itemId: part.partId, membershipIds: of(part).filter((id) => !whole.has(id)) })),
  ];
}

/** [MI15] Tells the coordinators who read this part: one of them sends it again. */
export const toSettlers = (kind: ChosenNotificationKind, meetingId: string, seats: readonly Seat[], part: Told, now: Temporal.Instant): MinutesNotice => ({
  kind,
  meetingId,
  ...(part.isFrame ? {} : { itemId: part.partId }),
  membershipIds: seats.filter((one) => can(one, 'minutes.settle', part, { participants: seats }, now)).map((one) => one.membershipId),
});
