import type { Role } from '@lib/contracts/enums.js';
import { readerRoles } from './policy.js';

/** What a session proves about whom it belongs to. */
export interface SessionFacts {
  /** Whether its sign-in reached the level that its provider asks for of administrators and auditors. */
  mayAdminister: boolean;
  /** The authorities that its provider speaks for; null: all (demo mode). */
  authorityIds: readonly string[] | null;
}

/**
 * [AC81] Acting by a membership as administrator or auditor: only after a sign-in that was sure enough. [AC82] Acting for an
 * authority: only after a sign-in by a provider that speaks for it; otherwise the membership is as good as not there.
 */
export function mayActBy(membership: { authorityId: string; role: Role }, session: SessionFacts): 'yes' | 'not-found' | 'assurance-too-low' {
  if (session.authorityIds !== null && !session.authorityIds.includes(membership.authorityId)) return 'not-found';
  return readerRoles.includes(membership.role) || session.mayAdminister ? 'yes' : 'assurance-too-low';
}
