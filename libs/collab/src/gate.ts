import * as Y from 'yjs';
import { MalformedBytes } from './byte-reader.js';
import { DepthRuns, inTitle, type Knowledge, type Addition, type Binding, type DepthMark } from './knowledge.js';
import type { Limits } from './limits.js';
import { contentKind, scanUpdate, typeKind, type ClientRange, type Reference, type ScannedUpdate, type Struct } from './update-scan.js';
import { encodeStateVector, withDeletes } from './update-write.js';

/** What an update needs to be stored by whoever sends it, so that its own message counts as stored. */
export interface Needs {
  ranges: readonly ClientRange[];
  deletes: readonly ClientRange[];
}

export type RefusalCode = 'update-refused' | 'client-id-taken' | 'too-large';

export type Verdict =
  /** Something new: these bytes, and no others, are to be stored and shown. */
  | { kind: 'store'; update: Uint8Array; addition: Addition }
  /** Nothing new: all of it is stored, or waits for its commit. */
  | { kind: 'known' }
  /** It builds on something the server lacks; the sender must send everything the server lacks. */
  | { kind: 'gap'; needs: Needs }
  | { kind: 'refuse'; code: RefusalCode; reason: string };

/** Roots of our documents, and the depth at which what stands directly in them counts as standing. */
const rootDepth: Readonly<Record<string, number>> = { title: inTitle, agenda: 1, minutes: 1 };

/**
 * Decides what becomes of an update. Pure: it looks at bytes and at what is known of the document, changes nothing, and
 * never builds a Y.Doc. Rules CO1–CO9 of SPEC.md.
 *
 * @param known    what is stored and what waits for its commit
 * @param personId who sends it
 */
export function judge(update: Uint8Array, known: Knowledge, personId: string, limits: Limits): Verdict {
  if (update.length > limits.maxUpdateBytes) return refuse('too-large', 'update too large');
  let scanned: ScannedUpdate;
  try {
    scanned = scanUpdate(update, limits);
  } catch (error) {
    if (error instanceof MalformedBytes) return refuse('update-refused', error.message);
    throw error;
  }

  const bindings: Binding[] = [];
  const added: ClientRange[] = [];
  let gap = scanned.skips;
  let strip = false;
  for (const { client, from, to } of scanned.ranges) {
    const clock = known.clock(client);
    if (from < clock) strip = true;
    if (to <= clock) continue;
    const owner = known.owner(client);
    // A client id without an owner that has written before is the server's own.
    if (owner === undefined ? clock > 0 : owner !== personId) return refuse('client-id-taken', 'writes under an id of somebody else');
    if (owner === undefined) bindings.push({ clientId: client, personId });
    if (from > clock) gap = true;
    added.push({ client, from: Math.max(from, clock), to });
  }
  if (bindings.length > 0 && known.clientIdsOf(personId) + bindings.length > limits.maxClientIdsPerPerson) {
    return refuse('update-refused', 'too many client ids of one person');
  }

  if (added.length > limits.maxNewClients) return refuse('update-refused', 'too many clients at once');

  const reach = new Map(added.map(({ client, to }) => [client, to]));
  for (const { client, to } of scanned.deletes) if (to > (reach.get(client) ?? known.clock(client))) gap = true;
  if (gap) return { kind: 'gap', needs: needsOf(scanned) };

  const deletes = scanned.deletes.flatMap((range) => known.notYetDeleted(range));
  if (added.length === 0 && deletes.length === 0) return { kind: 'known' };

  let stored = update;
  let structs = scanned;
  if (strip) {
    // Yjs cuts a struct that is known in part: what is left refers to its own beginning. Safe on scanned bytes.
    stored = Y.diffUpdate(update, encodeStateVector(known.stateVector()));
    structs = scanUpdate(stored, limits);
  }
  if (totalLength(deletes) !== totalLength(scanned.deletes)) stored = withDeletes(stored, structs.deletesAt, deletes);
  if (known.bytes + stored.length > limits.maxDocumentBytes) return refuse('too-large', 'document full');

  const placed = place(structs.structs, known, limits.maxElementDepth);
  if (placed === 'gap') return { kind: 'gap', needs: needsOf(scanned) };
  if (!Array.isArray(placed)) return refuse('update-refused', placed.reason);
  return { kind: 'store', update: stored, addition: { ranges: added, deletes, bindings, depths: placed, bytes: stored.length } };
}

/** What the stored content makes known, for opening a document. All of it was judged when it was stored. */
export function additionOf(update: Uint8Array, known: Knowledge, limits: Limits): Addition {
  // Merged, it may hold more than any one update.
  const wide = { ...limits, maxStructs: Number.MAX_SAFE_INTEGER, maxClients: Number.MAX_SAFE_INTEGER, maxDeletedLength: Number.MAX_SAFE_INTEGER };
  const scanned = scanUpdate(update, wide);
  const placed = place(scanned.structs, known, Number.MAX_SAFE_INTEGER);
  return {
    ranges: scanned.ranges,
    deletes: scanned.deletes,
    bindings: [],
    depths: Array.isArray(placed) ? placed : [],
    bytes: update.length,
  };
}

/** Whether everything a message carried is known by now. */
export function covers(known: Knowledge, needs: Needs): boolean {
  return needs.ranges.every(({ client, to }) => to <= known.clock(client)) && needs.deletes.every((range) => known.notYetDeleted(range).length === 0);
}

function needsOf({ ranges, deletes }: ScannedUpdate): Needs {
  return { ranges, deletes };
}

function refuse(code: RefusalCode, reason: string): Verdict {
  return { kind: 'refuse', code, reason };
}

function totalLength(ranges: readonly ClientRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/**
 * Finds for every struct how deep it stands, in an order in which Yjs could integrate them: a struct whose neighbour or
 * parent is nowhere (or only behind itself) would stay pending in every browser, for ever and at a growing price.
 */
function place(structs: readonly Struct[], known: Knowledge, maxDepth: number): DepthMark[] | 'gap' | { reason: string } {
  const marks: DepthMark[] = [];
  const authors = new Map<number, Author>();
  for (const struct of structs) {
    const author = authors.get(struct.client);
    if (author !== undefined) author.queue.push(struct);
    else authors.set(struct.client, { queue: [struct], next: 0, reach: known.clock(struct.client), runs: new DepthRuns(), depth: undefined });
  }
  const isKnown = ({ client, clock }: Reference) => clock < (authors.get(client)?.reach ?? known.clock(client));
  const depthAt = ({ client, clock }: Reference) => authors.get(client)?.runs.at(clock) ?? known.depth(client, clock);

  let open = authors.size;
  for (let progress = true; open > 0 && progress; ) {
    progress = false;
    for (const author of authors.values()) {
      const { queue, runs } = author;
      if (author.next === queue.length) continue;
      for (; author.next < queue.length; author.next++) {
        const struct = queue[author.next] as Struct;
        const { left, right, parent, client, clock } = struct;
        if ((left && !isKnown(left)) || (right && !isKnown(right)) || (parent && !isKnown(parent))) break;
        const depth = depthOf(struct, depthAt);
        if (depth > maxDepth) return { reason: 'nested too deeply' };
        const fault = schemaFault(struct, depth);
        if (fault !== undefined) return { reason: fault };
        if (depth !== author.depth) {
          author.depth = depth;
          runs.push(clock, depth);
          marks.push({ client, clock, depth });
        }
        author.reach = Math.max(author.reach, clock + struct.length);
        progress = true;
      }
      if (author.next === queue.length) open--;
    }
  }
  return open === 0 ? marks : 'gap';
}

/** What one client wrote in the update that is judged, and how far it is placed. */
interface Author {
  queue: Struct[];
  next: number;
  /** The next clock that is not yet there. */
  reach: number;
  runs: DepthRuns;
  depth: number | undefined;
}

function depthOf({ kind, left, right, parent, root }: Struct, depthAt: (reference: Reference) => number): number {
  if (kind === contentKind.collected) return 0;
  if (root !== undefined) return rootDepth[root] ?? 0;
  if (parent !== undefined) return depthAt(parent) + 1;
  const neighbour = left ?? right;
  return neighbour === undefined ? 0 : depthAt(neighbour);
}

/** Foreign content could hide words from everybody who looks at the page, or break the editor of a colleague. */
function schemaFault({ kind, type, root, key }: Struct, depth: number): string | undefined {
  if (root !== undefined && !Object.hasOwn(rootDepth, root)) return 'unknown root';
  if (root !== undefined && key !== undefined) return 'attribute on a root';
  if (kind === contentKind.type && type !== typeKind.xmlElement && type !== typeKind.xmlText) return 'type that our documents do not hold';
  if (kind === contentKind.deleted) return undefined;
  if (depth === inTitle && kind !== contentKind.string && kind !== contentKind.format) return 'more than text in the title';
  if (depth === 1 && kind !== contentKind.type) return 'text outside a paragraph';
  return undefined;
}
