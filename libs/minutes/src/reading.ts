import { digest } from './canonical.js';
import type { PartFact } from './minutes.js';

/**
 * [MI6] What somebody reads of minutes that are for approval, in 32 bytes: an approval names them, so that it is known
 * what was approved, and nothing is approved that had changed under its giver. Reopened parts are not in it.
 */
export function readingDigest(meetingId: string, round: number, visible: readonly PartFact[], stamps: ReadonlyMap<string, { commitment: Buffer }>): Buffer {
  const parts = visible
    .filter((part) => part.state === 'frozen')
    .map((part) => ({ partId: part.partId, version: part.version, commitment: stamps.get(part.partId)!.commitment.toString('hex') }))
    .sort((a, b) => (a.partId < b.partId ? -1 : 1));
  return digest({ schema: 'samraad/minutes-reading/1', meetingId, round, parts });
}
