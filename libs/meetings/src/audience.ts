import { inAudience, readersOf, type Audience, type Participation } from '@lib/access/policy.js';

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
 * [MT37] The audience of a child after its list was narrowed to `list`: those of its readers who still see the list.
 *
 * @returns the same when nobody loses it, and when nobody would be left: then it stays with those who have it
 */
export function narrowedWith(child: Audience, list: Audience, participants: readonly Participation[]): Audience {
  const readers = readersOf(participants, child);
  const left = readers.filter((one) => inAudience(one, list));
  if (left.length === readers.length || left.length === 0) return child;
  return child.kind === 'all' ? list : audienceOf(left, participants, child);
}
