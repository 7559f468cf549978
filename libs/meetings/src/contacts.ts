/** Who stands in for whom, for as long as an entry of the register says so; Danish days, both within. */
export interface StandIn {
  membershipId: string;
  substitutes: readonly string[];
  validFrom: string;
  validTo: string | null;
}

/**
 * [CO4] Whether somebody would come to stand in for herself by way of others: then nobody would be left to ask. Entries are followed
 * that have a day in common with `added`.
 *
 * @param others of the same authority and function, without the one that `added` takes the place of
 * @returns memberships, from her who is stood in for and back to her; null where there is no ring
 */
export function ringOf(added: StandIn, others: readonly StandIn[]): string[] | null {
  const beside = others.filter((one) => shareADay(one, added));
  const cameFrom = new Map<string, string>();
  const waiting = [...added.substitutes];
  for (const first of waiting) cameFrom.set(first, added.membershipId);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (next === added.membershipId) return wayTo(next, cameFrom);
    for (const one of beside) {
      if (one.membershipId !== next) continue;
      for (const substitute of one.substitutes) {
        if (cameFrom.has(substitute)) continue;
        cameFrom.set(substitute, next);
        waiting.push(substitute);
      }
    }
  }
  return null;
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end];
  for (let at = cameFrom.get(end)!; at !== end; at = cameFrom.get(at)!) way.unshift(at);
  return [end, ...way];
}

const shareADay = (one: StandIn, other: StandIn): boolean => (one.validTo === null || other.validFrom <= one.validTo) && (other.validTo === null || one.validFrom <= other.validTo);

/** [CO3] How it stands with a period on a day. */
export const periodOn = (day: string, { validFrom, validTo }: { validFrom: string; validTo: string | null }): 'coming' | 'current' | 'past' => (validFrom > day ? 'coming' : validTo !== null && validTo < day ? 'past' : 'current');
