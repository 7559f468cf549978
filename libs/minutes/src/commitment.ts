import { createHash, randomBytes } from 'node:crypto';
import { digest } from './canonical.js';

/**
 * How approved minutes are held fast; docs/minutes.md says it for those who recompute it. A commitment tells nothing
 * without its salt, so it may stand in the open, and it stays true when salt and content are destroyed.
 */

export interface Committed {
  meetingId: string;
  partId: string;
  version: number;
  /** 32 random bytes, hexadecimal. */
  salt: string;
  content: unknown;
}

export const newSalt = (): string => randomBytes(32).toString('hex');

export const commitmentOf = ({ meetingId, partId, version, salt, content }: Committed): Buffer =>
  digest({ schema: 'samraad/minutes-part/1', meetingId, partId, version, salt, content });

const sha256 = (...parts: Uint8Array[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
/** The prefixes of RFC 6962 §2.1: no leaf can be passed off as a node. */
const leafHash = (commitment: Uint8Array): Buffer => sha256(Buffer.of(0), commitment);
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right);

const leastLeaves = 32;

/**
 * The leaves of the tree: commitments, filled up with random ones to a power of two and put in the order of their bytes,
 * so that neither the size of the tree nor a place in it tells how many items there are or where.
 */
export function leavesOf(commitments: readonly Buffer[]): Buffer[] {
  let size = leastLeaves;
  while (size < commitments.length) size *= 2;
  const fill = Array.from({ length: size - commitments.length }, () => randomBytes(32));
  return [...commitments, ...fill].sort(Buffer.compare);
}

/** @param leaves a power of two of them */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  return levels(leaves).at(-1)![0]!;
}

/** The neighbours from leaf to root, with the side they stand on. */
export function pathOf(leaves: readonly Buffer[], commitment: Buffer): { side: 'left' | 'right'; hash: Buffer }[] {
  let at = leaves.findIndex((leaf) => leaf.equals(commitment));
  if (at < 0) throw new Error('no leaf of this tree');
  return levels(leaves)
    .slice(0, -1)
    .map((level) => {
      const isLeft = at % 2 === 0;
      const hash = level[isLeft ? at + 1 : at - 1]!;
      at = Math.floor(at / 2);
      return { side: isLeft ? ('right' as const) : ('left' as const), hash };
    });
}

function levels(leaves: readonly Buffer[]): Buffer[][] {
  const answer = [leaves.map(leafHash)];
  for (let level = answer[0]!; level.length > 1; answer.push(level)) {
    level = Array.from({ length: level.length / 2 }, (_, n) => nodeHash(level[2 * n]!, level[2 * n + 1]!));
  }
  return answer;
}
