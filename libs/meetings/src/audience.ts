import { inAudience, readersOf, type Audience, type AudienceLimits, type Participation } from '@lib/access/policy.js';

/**
 * The audience that lets in just `wanted`, said the way `scope` says it: an authority is named where the scope names it
 * (or is open to all) and everybody who takes part for it is wanted; the others by their names.
 */
export function audienceOf(wanted: readonly Participation[], participants: readonly Participation[], scope: Audience): Audience {
  const ids = new Set(wanted.map((one) => one.membershipId));
  if (scope.kind === 'all' && participants.every((one) => ids.has(one.membershipId))) return { kind: 'all' };
  const whole = [...new Set(wanted.map((one) => one.authorityId))].filter(
    (id) => (scope.kind === 'all' || scope.authorityIds.includes(id)) && participants.every((one) => one.authorityId !== id || ids.has(one.membershipId)),
  );
  const persons = wanted.filter((one) => !whole.includes(one.authorityId)).map((one) => one.personId);
  return { kind: 'restricted', authorityIds: whole, personIds: [...new Set(persons)] };
}

/**
 * [MT37] What of `child` lies inside `list`, also for those who are yet to come: a name that only one of the two lets in
 * by its authority stays a name, so that no colleague who joins later reads a child whose list is closed to her.
 *
 * @returns the same when all of it lies inside
 */
export function within(child: Audience, list: Audience, participants: readonly Participation[]): Audience {
  if (list.kind === 'all') return timed(child, list);
  if (child.kind === 'all') return timed({ ...child, ...list }, child);
  const authorityIds = child.authorityIds.filter((id) => list.authorityIds.includes(id));
  // Somebody whom one of the two names is let in where the other lets her in as well, by whatever it names.
  const named = new Set([...child.personIds, ...list.personIds]);
  const agreed = participants
    .filter((one) => named.has(one.personId) && inAudience(one, child) && inAudience(one, list))
    .filter((one) => !authorityIds.includes(one.authorityId) || child.personIds.includes(one.personId))
    .map((one) => one.personId);
  const personIds = [...new Set([...child.personIds.filter((id) => list.personIds.includes(id)), ...agreed])];
  const same = authorityIds.length === child.authorityIds.length && personIds.length === child.personIds.length && personIds.every((id) => child.personIds.includes(id));
  return timed(same ? child : { ...child, authorityIds, personIds }, list);
}

/** [AC50] Whoever may read the list in her time only reads its children in that time only. */
function timed(child: Audience, { windows }: AudienceLimits): Audience {
  const known = new Set((child.windows ?? []).map((one) => JSON.stringify(one)));
  const more = (windows ?? []).filter((one) => !known.has(JSON.stringify(one)));
  return more.length === 0 ? child : { ...child, windows: [...(child.windows ?? []), ...more] };
}

/**
 * [MT37] The audience of a child after its list was narrowed to `list`: what of it lies inside.
 *
 * @returns the same when nothing of it lies outside, and when nobody would be left: then it stays with those who have it
 */
export function narrowedWith(child: Audience, list: Audience, participants: readonly Participation[]): Audience {
  const narrowed = within(child, list, participants);
  return readersOf(participants, narrowed).length === 0 ? child : narrowed;
}
