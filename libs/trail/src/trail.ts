import type { Subject } from '@lib/access/policy.js';

/** What an entry of the access trail tells of (SPEC.md). */
export const trailKinds = ['read', 'list', 'search', 'export', 'change', 'open', 'refused', 'audit'] as const;
export type TrailKind = (typeof trailKinds)[number];

export const objectKinds = ['item', 'meeting', 'decision', 'followUp', 'document', 'series', 'planStep', 'person', 'sample'] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** What somebody is about to do. */
export interface Act {
  kind: Exclude<TrailKind, 'refused'>;
  /** Which door: `GET /items/{id}`, `socket /yjs/{id}`. */
  route: string;
  /** The rule that lets her (libs/access/SPEC.md). */
  rule: string | null;
  /** What the address names, whether or not it exists. */
  object: { kind: ObjectKind; id: string } | null;
  /** What is looked for; sealed before it is stored. */
  criterion?: string | null;
}

export type Who = Pick<Subject, 'personId' | 'membershipId' | 'authorityId' | 'role'>;

/** The first day of the month of an ISO instant, in UTC. */
export const monthOf = (instant: string): string => `${instant.slice(0, 7)}-01`;

/** @param count may be negative */
export function addMonths(month: string, count: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number - 1 + count, 1)).toISOString().slice(0, 10);
}
