import type { MemberFunction, Role } from '@lib/contracts/enums.js';
import type { Subject } from '@lib/access/policy.js';

/** Who changes people: an administrator by hand, or a client with its key. */
export type Actor = { kind: 'administrator'; subject: Subject } | { kind: 'client'; clientId: string; authorityId: string };

export const authorityOf = (actor: Actor): string => (actor.kind === 'client' ? actor.authorityId : actor.subject.authorityId);
export const personOf = (actor: Actor): string | null => (actor.kind === 'client' ? null : actor.subject.personId);

export interface AccountRow {
  id: string;
  authority_id: string;
  person_id: string;
  name: string;
  given_name: string | null;
  family_name: string | null;
  user_name: string | null;
  /** Where she reads mail; null where user management has not said. */
  email: string | null;
  active: boolean;
  removed_at: Date | null;
  version: number;
  created_at: Date;
  changed_at: Date;
}

export interface MembershipRow {
  id: string;
  person_id: string;
  role: Role;
  functions: MemberFunction[];
  function_title: string;
  unit_title: string;
  valid_from: Date;
  valid_to: Date | null;
  paused: boolean;
  resumes_to: Date | null;
}

export type MembershipState = 'current' | 'future' | 'paused' | 'ended';

/** Where a membership stands at an instant. */
export function stateOf(row: Pick<MembershipRow, 'valid_from' | 'valid_to' | 'paused' | 'resumes_to'>, nowMs: number): MembershipState {
  if (row.paused) return row.resumes_to !== null && row.resumes_to.getTime() <= nowMs ? 'ended' : 'paused';
  if (row.valid_to !== null && (row.valid_to.getTime() <= nowMs || row.valid_to.getTime() <= row.valid_from.getTime())) return 'ended';
  return row.valid_from.getTime() > nowMs ? 'future' : 'current';
}
