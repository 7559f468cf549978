import { ByteReader, MalformedBytes } from './byte-reader.js';
import type { Addition, Knowledge } from './knowledge.js';
import type { Limits } from './limits.js';
import { contentKind, type Reference } from './update-scan.js';

const behindLeft = 0x80 | contentKind.string;
const hasRight = 0x40;

const none: readonly never[] = [];

/**
 * What nearly every update is: one client writes words behind her own last one, in a text, and deletes nothing. Such a one brings no
 * place that others compete for, opens nothing, takes nothing away and needs no owner, so that most of what the gate asks has its
 * answer here already.
 *
 * @returns what the gate would find; null for everything else, and for all that it would not let in
 */
export function judgeTyping(update: Uint8Array, known: Knowledge, personId: string, limits: Limits): Addition | null {
  // One client with one struct.
  if (update[0] !== 1 || update[1] !== 1 || update.at(-1) !== 0 || update.length > limits.maxUpdateBytes || known.bytes + update.length > limits.maxDocumentBytes) return null;
  const reader = new ByteReader(update);
  reader.position = 2;
  try {
    const client = reader.uint();
    const clock = reader.uint();
    if (clock === 0 || client > 0xffffffff || known.clock(client) !== clock || known.owner(client) !== personId) return null;
    const info = reader.byte();
    if ((info & ~hasRight) !== behindLeft) return null;
    const left = readReference(reader);
    if (left.client !== client || left.clock !== clock - 1) return null;
    const container = known.container(left);
    // A title counts its characters.
    if (container.kind !== 'text' || container.depth > limits.maxElementDepth) return null;
    let right: Reference | undefined;
    if (info & hasRight) {
      right = readReference(reader);
      if (right.client > 0xffffffff || right.clock >= known.clock(right.client) || known.container(right) !== container) return null;
    }
    const text = reader.string();
    // Behind it no deletions, and nothing else.
    if (text.length === 0 || reader.left !== 1) return null;
    const to = clock + text.length;
    if (to > Number.MAX_SAFE_INTEGER) return null;
    return { ranges: [{ client, from: clock, to }], deletes: none, bindings: none, places: [{ client, clock, container }], opened: none, puts: none, structs: 1, mayLack: false, written: [{ client, clock, left, right, text }], titleGrowth: 0, bytes: update.length };
  } catch (error) {
    if (error instanceof MalformedBytes) return null;
    throw error;
  }
}

function readReference(reader: ByteReader): Reference {
  return { client: reader.uint(), clock: reader.uint() };
}
