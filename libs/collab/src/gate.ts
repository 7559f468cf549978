import * as Y from 'yjs';
import { MalformedBytes } from './byte-reader.js';
import { ClockSet } from './clock-set.js';
import { judgeTyping } from './gate-typing.js';
import { fewSiblings, PlaceRuns, Siblings, type Addition, type Binding, type Knowledge, type PlaceMark, type Put, type Spot } from './knowledge.js';
import type { Limits } from './limits.js';
import type { Written } from './recent-text.js';
import { collected, rootContainer, title, type Container } from './shape.js';
import { contentKind, scanning, scanUpdate, type ClientRange, type Reference, type ScannedUpdate, type Struct } from './update-scan.js';
import { finished, slice, type Steps } from './steps.js';
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

/**
 * Decides what becomes of an update. Pure: it looks at bytes and at what is known of the document, changes nothing, and
 * never builds a Y.Doc. Rules CO1–CO8 and CO70–CO74 of SPEC.md.
 *
 * @param known    what is stored and what waits for its commit
 * @param personId who sends it; null: it is stored already, and was judged then
 */
export function judge(update: Uint8Array, known: Knowledge, personId: string | null, limits: Limits): Verdict {
  const typed = personId === null ? null : judgeTyping(update, known, personId, limits);
  return typed === null ? judgeAny(update, known, personId, limits) : { kind: 'store', update, addition: typed };
}

/** As {@link judge}, by looking at everything that an update may hold. */
export function judgeAny(update: Uint8Array, known: Knowledge, personId: string | null, limits: Limits): Verdict {
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
    if (personId !== null) {
      if (owner === undefined ? clock > 0 : owner !== personId) return refuse('client-id-taken', 'writes under an id of somebody else');
      if (owner === undefined) bindings.push({ clientId: client, personId });
    }
    if (from > clock) gap = true;
    added.push({ client, from: Math.max(from, clock), to });
  }
  const tooMany = (count: number) => count + bindings.length > limits.maxClientIdsPerPerson;
  if (personId !== null && bindings.length > 0 && tooMany(known.clientIdsOf(personId)) && tooMany(known.writtenBy(personId))) {
    return refuse('update-refused', 'too many client ids of one person');
  }

  if (added.length > limits.maxNewClients) return refuse('update-refused', 'too many clients at once');
  const newClients = added.filter(({ client }) => known.clock(client) === 0).length;
  if (newClients > 0 && known.clientCount + newClients > limits.maxDocumentClients) return refuse('too-large', 'too many clients in one document');

  const reach = new Map(added.map(({ client, to }) => [client, to]));
  for (const { client, to } of scanned.deletes) if (to > (reach.get(client) ?? known.clock(client))) gap = true;
  if (gap) return { kind: 'gap', needs: needsOf(scanned) };

  let deletes = scanned.deletes.flatMap((range) => known.notYetDeleted(range));
  if (added.length === 0 && deletes.length === 0) return { kind: 'known' };

  let stored = update;
  let structs = scanned;
  if (strip) {
    // Yjs cuts a struct that is known in part: what is left refers to its own beginning. Safe on scanned bytes.
    stored = Y.diffUpdate(update, encodeStateVector(known.stateVector()));
    structs = scanUpdate(stored, limits);
  }
  // In another order than its own, Yjs would cut up its list of structs from the front, in every browser.
  if (!scanned.deletesAscend) deletes = ascending(deletes);
  if (!scanned.deletesAscend || totalLength(deletes) !== totalLength(scanned.deletes)) stored = withDeletes(stored, structs.deletesAt, deletes);
  // Out of a full document words may still be taken.
  if (added.length > 0 && known.bytes + stored.length > limits.maxDocumentBytes) return refuse('too-large', 'document full');
  const parts = deletionGrowth(deletes, known);
  if (parts > 0 && known.deletedCount + parts > limits.maxDocumentDeletes) return refuse('too-large', 'too many deletions in one document');

  const placed = place(structs.structs, known, personId === null ? null : limits);
  if (placed === 'gap') return { kind: 'gap', needs: needsOf(scanned) };
  if ('reason' in placed) return refuse('update-refused', placed.reason);
  const titleGrowth = growth(placed, deletes, known);
  if (titleGrowth > 0 && known.titleLength + titleGrowth > limits.maxTitleLength) return refuse('too-large', 'title too long');
  const { places, opened, puts } = placed;
  return { kind: 'store', update: stored, addition: { ranges: added, deletes, bindings, places, opened, puts, structs: structs.structs.length, mayLack: mayLack(structs.structs, placed, deletes, known), written: writtenIn(structs.structs), titleGrowth, bytes: stored.length } };
}

/** How many more ranges are deleted then: what lies between two that are deleted makes one of them, so that a document can be emptied. */
function deletionGrowth(deletes: readonly ClientRange[], known: Knowledge): number {
  const isDeleted = (client: number, clock: number) => clock >= 0 && known.isDeleted({ client, clock });
  return deletes.reduce((sum, { client, from, to }) => sum + 1 - Number(isDeleted(client, from - 1)) - Number(isDeleted(client, to)), 0);
}

/**
 * The server's own edit, under a client id that nobody has used: judged like all others, without the bounds that are
 * meant for people, and the id stays without an owner, so that nobody can ever write under it.
 */
export function judgeOwn(update: Uint8Array, known: Knowledge, limits: Limits): Verdict {
  const verdict = judge(update, known, serverItself, withoutBounds(limits));
  return verdict.kind === 'store' ? { ...verdict, addition: { ...verdict.addition, bindings: [] } } : verdict;
}

/**
 * What another process has committed: what of it is new here. It was judged there by all that was committed before, so that
 * nothing of it is refused; a gap says that something before it is missing here.
 */
export function judgeStored(update: Uint8Array, known: Knowledge, limits: Limits): Verdict {
  return judge(update, known, null, withoutBounds(limits));
}

function withoutBounds(limits: Limits): Limits {
  const any = Number.MAX_SAFE_INTEGER;
  return {
    ...limits, maxUpdateBytes: any, maxDocumentBytes: any, maxStructs: any, maxDeletes: any, maxDocumentDeletes: any, maxClients: any, maxDocumentClients: any, maxNewClients: any, maxDeletedLength: any, maxSiblings: any, maxCrowd: any, maxRacePrice: any, maxTitleLength: any,
  };
}

/** Whether everything that is known stands in an update, as words or as deletions: a snapshot of all that was stored has it. */
export function holds(update: Uint8Array, known: Knowledge, limits: Limits): boolean {
  const { ranges, deletes } = scanUpdate(update, withoutBounds(limits));
  const reach = new Map(ranges.map(({ client, to }) => [client, to]));
  for (const [client, clock] of known.stateVector()) if ((reach.get(client) ?? 0) < clock) return false;
  const gone = new ClockSet(deletes);
  return known.deletes().every((range) => gone.covers(range));
}

/** What an update deletes; with what was deleted before it, as Yjs writes it. */
export function deletedBy(update: Uint8Array, limits: Limits): ClockSet {
  return new ClockSet(scanUpdate(update, withoutBounds(limits)).deletes);
}

/** Whether something is written into what is taken away, or taken away there, too. Where nobody can say, it is. */
export function touches({ places, deletes }: Addition, taken: ClockSet): boolean {
  return places.some(({ container }) => container === collected || (container.element !== undefined && taken.has(container.element))) || deletes.some((range) => taken.touches(range));
}

/** Owns nothing: no person has this id. */
const serverItself = '';

/** What the stored content makes known, for opening a document. All of it was judged when it was stored. */
export function* adding(update: Uint8Array, known: Knowledge, limits: Limits): Steps<Addition> {
  const any = Number.MAX_SAFE_INTEGER;
  // Merged, it may hold more than any one update.
  const scanned = yield* scanning(update, { ...limits, maxStructs: any, maxDeletes: any, maxClients: any, maxDeletedLength: any });
  const placed = yield* placing(scanned.structs, known, null);
  const found = placed === 'gap' || 'reason' in placed ? { places: [], opened: [], puts: [], runsOf: () => undefined, titleLength: 0 } : placed;
  const { places, opened, puts } = found;
  yield;
  const titleGrowth = growth(found, ascending(scanned.deletes), known);
  return { ranges: scanned.ranges, deletes: scanned.deletes, bindings: [], places, opened, puts, structs: scanned.structs.length, mayLack: false, written: [], titleGrowth, bytes: update.length };
}

/** Characters by which a title grows, less those that are deleted in it. */
function growth({ titleLength, runsOf }: Pick<Placed, 'titleLength' | 'runsOf'>, deletes: readonly ClientRange[], known: Knowledge): number {
  let growth = titleLength;
  for (const { client, from, to } of deletes) {
    const start = Math.min(to, Math.max(from, known.clock(client)));
    growth -= known.inTitle({ client, from, to: start }) + (to > start ? (runsOf(client)?.count(start, to, title) ?? 0) : 0);
  }
  return growth;
}

/** Per client in ascending order, without what is named twice. */
function ascending(ranges: readonly ClientRange[]): ClientRange[] {
  const result: ClientRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.client - b.client || a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || last.client !== range.client || range.from > last.to) result.push({ ...range });
    else last.to = Math.max(last.to, range.to);
  }
  return result;
}

/**
 * Whether the update may leave an element without what the editor asks for in it: a list item without its paragraph in
 * front, a list or quotation with nothing in it. The editor of whoever sees such a thing deletes it with all words in it.
 * Words and whole elements that are put in or taken out as the editor does it are told apart from the update alone; for
 * the rest the document must be looked at.
 */
function mayLack(structs: readonly Struct[], placed: Placed, deletes: readonly ClientRange[], known: Knowledge): boolean {
  const taken = new ClockSet(deletes);
  const isTaken = (reference: Reference) => taken.has(reference);
  const isGone = (reference: Reference) => isTaken(reference) || known.isDeleted(reference);
  const lacking = new Set(placed.opened.flatMap(({ container }) => (container.needsContent && container.element !== undefined && !isGone(container.element) ? [container] : [])));
  for (const struct of structs) {
    if (struct.kind !== contentKind.type) continue;
    const container = placed.containerOf(struct);
    if (!container.needsContent || isGone(struct)) continue;
    const isFirst = struct.left === undefined;
    if (container.kind !== 'listItem') lacking.delete(container);
    else if (struct.name === 'paragraph') {
      if (isFirst) lacking.delete(container);
    } else if (isFirst || isGone(struct.left as Reference)) return true;
  }
  if (lacking.size > 0) return true;
  for (const one of [...placed.opened.filter(isTaken), ...deletes.flatMap((range) => known.openedIn(range))]) {
    const { element, needsContent } = placed.containerOf(one);
    if (needsContent && element !== undefined && !isGone(element)) return true;
  }
  return false;
}

function writtenIn(structs: readonly Struct[]): Written[] {
  return structs.flatMap(({ client, clock, left, right, kind, text }) => (kind === contentKind.string || kind === contentKind.format ? [{ client, clock, left, right, text: text ?? '' }] : []));
}

/** A message that waits until everything it carried is known. What is known stays so: it is not asked for twice. */
export class Awaited {
  private ranges = 0;
  private deletes = 0;

  constructor(
    readonly ordinal: number,
    private readonly needs: Needs,
  ) {}

  /** How many ranges it names. */
  get size(): number {
    return this.needs.ranges.length + this.needs.deletes.length;
  }

  isKnown(known: Knowledge): boolean {
    const { ranges, deletes } = this.needs;
    for (; this.ranges < ranges.length; this.ranges++) if (ranges[this.ranges]!.to > known.clock(ranges[this.ranges]!.client)) return false;
    for (; this.deletes < deletes.length; this.deletes++) if (known.notYetDeleted(deletes[this.deletes]!).length > 0) return false;
    return true;
  }
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

/** Where the structs of an update stand, and what they open. */
interface Placed {
  places: PlaceMark[];
  opened: PlaceMark[];
  puts: Put[];
  /** Characters in the title, deleted ones included. */
  titleLength: number;
  runsOf(client: number): PlaceRuns | undefined;
  containerOf(reference: Reference): Container;
}

/**
 * Finds for every struct in which list it stands, in an order in which Yjs could integrate them: a struct whose neighbour
 * or parent is nowhere (or only behind itself) would stay pending in every browser, for ever and at a growing price.
 *
 * @param limits null for what is stored: nothing of it is refused
 */
function place(structs: readonly Struct[], known: Knowledge, limits: Limits | null): Placed | 'gap' | { reason: string } {
  return finished(placing(structs, known, limits));
}

function* placing(structs: readonly Struct[], known: Knowledge, limits: Limits | null): Steps<Placed | 'gap' | { reason: string }> {
  const places: PlaceMark[] = [];
  const opened: PlaceMark[] = [];
  const puts: Put[] = [];
  let structCount = known.structs;
  const siblings = new Siblings();
  let titleLength = 0;
  const authors = new Map<number, Author>();
  for (const struct of structs) {
    const author = authors.get(struct.client);
    if (author !== undefined) author.queue.push(struct);
    else authors.set(struct.client, { queue: [struct], next: 0, reach: known.clock(struct.client), runs: new PlaceRuns(), opened: new Map(), container: undefined });
  }
  const isKnown = ({ client, clock }: Reference) => clock < (authors.get(client)?.reach ?? known.clock(client));
  const at: Lookup = {
    container: (reference) => authors.get(reference.client)?.runs.at(reference.clock) ?? known.container(reference),
    inside: (reference) => authors.get(reference.client)?.opened.get(reference.clock) ?? known.inside(reference),
  };
  const originOf = (reference: Reference) => siblings.originOf(reference) ?? known.originOf(reference);

  /**
   * Two that stand side by side: when anything was put behind the left one, the right one is the last of it. Whoever puts
   * something at such a spot and names another neighbour, or one that was named before, had not heard of all (or says so),
   * and Yjs walks through everything between the two that are named.
   */
  const isRaced = (spot: Spot, right: Reference | undefined, container: Container, others: number) => {
    const next = 'clock' in spot ? { client: spot.client, clock: spot.clock + 1 } : undefined;
    const goesOn = next !== undefined && isKnown(next) && originOf(next) === undefined && at.container(next) === container;
    if (!goesOn && others === 0) return false;
    if (right === undefined || siblings.isRaced(spot) || known.isRaced(spot) || siblings.isTaken(right) || known.isTaken(right)) return true;
    const origin = originOf(right);
    if (origin === undefined) return next === undefined || right.client !== next.client || right.clock !== next.clock;
    return 'clock' in origin && 'clock' in spot ? origin.client !== spot.client || origin.clock !== spot.clock : origin !== spot;
  };

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
        let container = containerOf(struct, at);
        if (typeof container === 'string') {
          if (limits !== null) return { reason: container };
          container = collected;
        }
        if (limits !== null) {
          if (container.depth > limits.maxElementDepth) return { reason: 'nested too deeply' };
          const fault = container.fault(struct);
          if (fault !== undefined) return { reason: fault };
        }
        structCount++;
        const inner = container.opens(struct);
        if (inner !== undefined) {
          author.opened.set(clock, inner);
          opened.push({ client, clock, container: inner });
        }
        const spot = spotOf(struct, container);
        if (spot !== undefined) {
          const already = known.siblingsAt(spot);
          const put = { client, clock, spot, right, isRaced: isRaced(spot, right, container, already + siblings.at(spot)), price: structCount };
          siblings.add(put, already);
          puts.push(put);
          const count = already + siblings.at(spot);
          const isTooMuch =
            limits !== null &&
            (count > limits.maxSiblings ||
              (count > fewSiblings && known.crowd + siblings.crowd > limits.maxCrowd) ||
              (put.isRaced && known.racePrice + siblings.price > limits.maxRacePrice));
          if (isTooMuch) return { reason: 'too much at one spot' };
        }
        if (container === title) titleLength += struct.length;
        if (container !== author.container) {
          author.container = container;
          runs.push(clock, container);
          places.push({ client, clock, container });
        }
        author.reach = Math.max(author.reach, clock + struct.length);
        progress = true;
        if (author.next % slice === slice - 1) yield;
      }
      if (author.next === queue.length) open--;
    }
  }
  return open === 0 ? { places, opened, puts, titleLength, runsOf: (client) => authors.get(client)?.runs, containerOf: at.container } : 'gap';
}

/** What one client wrote in the update that is judged, and how far it is placed. */
interface Author {
  queue: Struct[];
  next: number;
  /** The next clock that is not yet there. */
  reach: number;
  runs: PlaceRuns;
  opened: Map<number, Container>;
  container: Container | undefined;
}

interface Lookup {
  container(reference: Reference): Container;
  inside(reference: Reference): Container | undefined;
}

/** The list in which a struct stands, or what is wrong with it. Yjs takes parent and key from the neighbours. */
function containerOf({ kind, left, right, parent, root, key }: Struct, at: Lookup): Container | string {
  if (kind === contentKind.collected) return collected;
  if (root !== undefined) {
    const container = rootContainer(root);
    if (container === undefined) return 'unknown root';
    return key === undefined ? container : 'attribute on a root';
  }
  if (parent !== undefined) {
    const container = at.inside(parent);
    // What Yjs no longer knows as an element it collects together with all that is put into it.
    if (container === undefined) return collected;
    return key === undefined ? container : (container.attribute(key) ?? 'attribute that the editor does not know');
  }
  const one = left && at.container(left);
  const other = right && at.container(right);
  if (one === collected || other === collected) return collected;
  if (one !== undefined && other !== undefined && one !== other) return 'neighbours that do not stand together';
  return one ?? other ?? collected;
}

/** Where a struct competes with others for its place; undefined for what goes on behind its own author's last word. */
function spotOf({ client, clock, left, kind }: Struct, container: Container): Spot | undefined {
  if (kind === contentKind.collected || container === collected) return undefined;
  if (left === undefined) return container;
  return left.client === client && left.clock === clock - 1 ? undefined : left;
}
