import type { DecisionState } from './enums.js';
import type { DocumentDecision, DocumentFollowUp } from './meeting-document.js';

/**
 * One decision as one reader may see it, for a case file: what was decided, what has happened to it since, and the
 * follow-ups that carry it out. Plain JSON; instants are ISO 8601 in UTC, days `YYYY-MM-DD`.
 */
export interface DecisionExtract {
  schema: 'samraad/decision-extract/1';
  decision: DocumentDecision & { recordedBy: { name: string; authority: string } };
  meeting: { title: string; startInstant: string };
  /** Whether it stands in the place of another, or another in its place. */
  supersedes: boolean;
  superseded: boolean;
  timeline: readonly { kind: DecisionState; by: { name: string; authority: string }; at: string; comment: string | null }[];
  /** Empty where the reader may not read the item. */
  followUps: readonly DocumentFollowUp[];
}
