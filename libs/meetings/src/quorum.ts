import type { Sector } from '@lib/contracts/enums.js';

/** What a kind of meeting asks of those who come. Shape of `MeetingKind.quorum`. */
export interface QuorumRule {
  sectors: readonly Sector[];
  atLeastOneOf?: readonly Sector[];
  /** Persons. */
  minParticipants: number;
  /** Share of the invited municipalities, 0–1. */
  minMunicipalitiesShare?: number;
}

/** One chair at the table. `coming`: certainly, perhaps (not answered, tentative), or not. */
export interface Chair {
  personId: string;
  authorityId: string;
  sector: Sector;
  coming: 'yes' | 'maybe' | 'no';
}

/** What is still missing. `possible`: those who have not answered could still fill it. */
export type QuorumGap =
  | { kind: 'sector'; sector: Sector; possible: boolean }
  | { kind: 'oneOf'; sectors: readonly Sector[]; possible: boolean }
  | { kind: 'participants'; count: number; possible: boolean }
  | { kind: 'municipalities'; count: number; possible: boolean };

export interface Quorum {
  met: boolean;
  gaps: QuorumGap[];
}

/** So many of `invited` municipalities. Rounding first keeps a share such as 0.1 × 30 from asking for one more than it says. */
export const municipalitiesNeeded = (share: number, invited: number): number => Math.ceil(Number((share * invited).toFixed(9)));

/**
 * What a meeting still lacks to be held as its kind asks (rules QU1–QU6 in SPEC.md). Only those who certainly come
 * count; `possible` says whether the undecided would be enough.
 */
export function quorum(rule: QuorumRule, chairs: readonly Chair[]): Quorum {
  const certain = chairs.filter((one) => one.coming === 'yes');
  const possible = chairs.filter((one) => one.coming !== 'no');
  const has = (list: readonly Chair[], sectors: readonly Sector[]) => list.some((one) => sectors.includes(one.sector));
  const gaps: QuorumGap[] = [];

  // [QU1] Every sector that the kind names.
  for (const sector of rule.sectors) {
    if (!has(certain, [sector])) gaps.push({ kind: 'sector', sector, possible: has(possible, [sector]) });
  }
  // [QU2] One of those of which any will do.
  if (rule.atLeastOneOf !== undefined && !has(certain, rule.atLeastOneOf)) {
    gaps.push({ kind: 'oneOf', sectors: rule.atLeastOneOf, possible: has(possible, rule.atLeastOneOf) });
  }
  // [QU3] Municipalities are counted, not their people; half of five is three.
  if (rule.minMunicipalitiesShare !== undefined) {
    const municipalities = (list: readonly Chair[]) => new Set(list.filter((one) => one.sector === 'municipality').map((one) => one.authorityId)).size;
    const needed = municipalitiesNeeded(rule.minMunicipalitiesShare, municipalities(chairs));
    const count = needed - municipalities(certain);
    if (count > 0) gaps.push({ kind: 'municipalities', count, possible: municipalities(possible) >= needed });
  }
  // [QU4] Persons are counted, whatever the number of their memberships.
  const persons = (list: readonly Chair[]) => new Set(list.map((one) => one.personId)).size;
  const count = rule.minParticipants - persons(certain);
  if (count > 0) gaps.push({ kind: 'participants', count, possible: persons(possible) >= rule.minParticipants });

  return { met: gaps.length === 0, gaps };
}
