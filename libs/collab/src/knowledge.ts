import { Intervals } from './intervals.js';
import { collected, title, type Container } from './shape.js';
import type { ClientRange, Reference } from './update-scan.js';
import type { Written } from './recent-text.js';
import { finished, slice, type Steps } from './steps.js';
import { withDeletes } from './update-write.js';

/** Who a client id belongs to. */
export interface Binding {
  clientId: number;
  personId: string;
}

/** From this clock on, what the client wrote stands in this list. */
export interface PlaceMark extends Reference {
  container: Container;
}

/** Where what one client wrote stands, as runs: typing stays in one list for long. */
export class PlaceRuns {
  private readonly clocks: number[] = [];
  private readonly containers: Container[] = [];

  /** Clocks come in ascending order. */
  push(clock: number, container: Container): void {
    if (this.containers.at(-1) === container) return;
    this.clocks.push(clock);
    this.containers.push(container);
  }

  /** Before it the run of the layer below goes on. */
  get first(): number {
    return this.clocks[0] ?? Number.POSITIVE_INFINITY;
  }

  /** Where what comes next would stand, unless it says otherwise. */
  get last(): Container | undefined {
    return this.containers.at(-1);
  }

  /** undefined before the first run. */
  at(clock: number): Container | undefined {
    return this.containers[this.indexOf(clock)];
  }

  /** How many of the clocks [from, to) stand in the container. */
  count(from: number, to: number, container: Container): number {
    let count = 0;
    for (let i = Math.max(0, this.indexOf(from)); i < this.clocks.length && (this.clocks[i] as number) < to; i++) {
      if (this.containers[i] === container) count += Math.min(to, this.clocks[i + 1] ?? to) - Math.max(from, this.clocks[i] as number);
    }
    return count;
  }

  private indexOf(clock: number): number {
    let low = 0;
    let high = this.clocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.clocks[middle] as number) <= clock) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** A place where several things were put: behind one character, or at the beginning of one list. */
export type Spot = Reference | Container;

/** Something that was put at a spot. */
export interface Put extends Reference {
  spot: Spot;
  right: Reference | undefined;
  /** Its author had not heard of all that stood there, or says so: Yjs will look for its place among the others. */
  isRaced: boolean;
  /** How many structs that may be, at most. */
  price: number;
}

/** Things by client and clock, or by list. */
class BySpot<Value> {
  private clients: Map<number, Map<number, Value>> | undefined;
  private lists: Map<Container, Value> | undefined;

  get(spot: Spot): Value | undefined {
    return 'clock' in spot ? this.clients?.get(spot.client)?.get(spot.clock) : this.lists?.get(spot);
  }

  set(spot: Spot, value: Value): void {
    if (!('clock' in spot)) {
      (this.lists ??= new Map()).set(spot, value);
      return;
    }
    this.clients ??= new Map();
    let clocks = this.clients.get(spot.client);
    if (clocks === undefined) this.clients.set(spot.client, (clocks = new Map()));
    clocks.set(spot.clock, value);
  }
}

/** How many things were put at each spot. What continues its own author's last word is not counted. */
export class Siblings {
  private readonly counts = new BySpot<number>();
  private readonly origins = new BySpot<Spot>();
  private readonly raced = new BySpot<true>();
  private readonly rights = new BySpot<true>();
  /** Of all spots, what is beyond `fewSiblings`. */
  crowd = 0;
  /** The price of all that was raced. */
  price = 0;

  at(spot: Spot): number {
    return this.counts.get(spot) ?? 0;
  }

  /** Where something was put; undefined for what continues its author's last word. */
  originOf(reference: Reference): Spot | undefined {
    return this.origins.get(reference);
  }

  isRaced(spot: Spot): boolean {
    return this.raced.get(spot) === true;
  }

  /** Something was put right before it, at the spot where it was put itself. */
  isTaken(right: Reference): boolean {
    return this.rights.get(right) === true;
  }

  /** @param already how many are there below this layer */
  add({ client, clock, spot, right, isRaced, price }: Put, already: number): void {
    const count = this.at(spot) + 1;
    if (already + count > fewSiblings) this.crowd++;
    this.counts.set(spot, count);
    this.origins.set({ client, clock }, spot);
    if (right !== undefined) this.rights.set(right, true);
    if (!isRaced) return;
    this.raced.set(spot, true);
    this.price += price;
  }
}

/** So many at one spot cost nobody anything. */
export const fewSiblings = 50;

/** What one stored update adds to what is known of a document. */
export interface Addition {
  ranges: readonly ClientRange[];
  deletes: readonly ClientRange[];
  bindings: readonly Binding[];
  places: readonly PlaceMark[];
  /** Elements and texts, with the list that each opens. */
  opened: readonly PlaceMark[];
  puts: readonly Put[];
  structs: number;
  /** Whether an element may be left without what our editor asks for in it. */
  mayLack: boolean;
  /** Words and marks, for whoever looks at what is written; of what was stored before, none. */
  written: readonly Written[];
  /** Characters by which the title grows; less than 0 when it shrinks. */
  titleGrowth: number;
  bytes: number;
}

export const nothingAdded: Addition = { ranges: [], deletes: [], bindings: [], places: [], opened: [], puts: [], structs: 0, mayLack: false, written: [], titleGrowth: 0, bytes: 0 };

/** What two updates in one row add, the second of which builds on the first. */
export function joined(one: Addition, other: Addition): Addition {
  return {
    ranges: [...one.ranges, ...other.ranges],
    deletes: [...one.deletes, ...other.deletes],
    bindings: [...one.bindings, ...other.bindings],
    places: [...one.places, ...other.places],
    opened: [...one.opened, ...other.opened],
    puts: [...one.puts, ...other.puts],
    structs: one.structs + other.structs,
    mayLack: false,
    written: [...one.written, ...other.written],
    titleGrowth: one.titleGrowth + other.titleGrowth,
    bytes: one.bytes + other.bytes,
  };
}

/** What one layer knows of words. */
interface Facts {
  readonly clocks: Map<number, number>;
  readonly places: Map<number, PlaceRuns>;
  // Made when there is something: typing makes a layer for every commit, and puts nothing here.
  deleted: Map<number, Intervals> | undefined;
  opened: Map<number, Map<number, Container>> | undefined;
  siblings: Siblings | undefined;
  deletedCount: number;
  structs: number;
  titleLength: number;
}

/**
 * What the gate must know of a document, without its words: how far each client has written, what is deleted, whose the
 * client ids are, and in which list things stand. Layers: the lower one is committed, the upper one holds what waits for
 * its commit and is thrown away and built again when something of it is dropped.
 */
export class Knowledge {
  private owners: Map<number, string> | undefined;
  private idsOfPerson: Map<string, number> | undefined;
  private ownBytes = 0;
  private readonly facts: Facts = { clocks: new Map(), places: new Map(), deleted: undefined, opened: undefined, siblings: undefined, deletedCount: 0, structs: 0, titleLength: 0 };
  private unread: Pick<Steps<undefined>, 'next'> | null = null;

  constructor(private readonly below?: Knowledge) {}

  /** Of this layer, with all that was left to be read. */
  private get own(): Facts {
    while (!this.readSome()) continue;
    return this.facts;
  }

  /**
   * What is read when somebody asks for it, or bit by bit before: who opens a long document need not wait for it. Whose the client
   * ids are, and how much it is, is known without.
   *
   * @param parts what is added, one behind the other; each is begun when all before it is known
   * @param bytes how much all of it counts
   */
  addLater(parts: Iterable<Steps<Addition>>, bytes: number): void {
    this.ownBytes += bytes;
    this.unread = this.addingAll(parts);
  }

  private *addingAll(parts: Iterable<Steps<Addition>>): Steps<undefined> {
    for (const part of parts) {
      const addition = yield* part;
      yield* this.adding({ ...addition, bytes: 0 });
      yield;
    }
  }

  get isRead(): boolean {
    return this.unread === null;
  }

  /**
   * Reads on in what was left.
   *
   * @returns whether all is read
   * @throws what reading throws, and again whenever somebody asks: it is not to be believed in part
   */
  readSome(): boolean {
    const { unread } = this;
    if (unread === null) return true;
    // What is read asks what is known before it.
    this.unread = null;
    let isRead: boolean;
    try {
      isRead = unread.next().done === true;
    } catch (error) {
      this.unread = {
        next: () => {
          throw error;
        },
      };
      throw error;
    }
    if (!isRead) this.unread = unread;
    return isRead;
  }

  /** The next clock expected of a client. */
  clock(client: number): number {
    return this.own.clocks.get(client) ?? this.below?.clock(client) ?? 0;
  }

  owner(client: number): string | undefined {
    return this.owners?.get(client) ?? this.below?.owner(client);
  }

  clientIdsOf(personId: string): number {
    return (this.idsOfPerson?.get(personId) ?? 0) + (this.below?.clientIdsOf(personId) ?? 0);
  }

  /** How many of a person's client ids have written something. */
  writtenBy(personId: string): number {
    return this.idsOf(personId).filter((clientId) => this.clock(clientId) > 0).length;
  }

  private idsOf(personId: string): number[] {
    const ids = this.below?.idsOf(personId) ?? [];
    for (const [clientId, owner] of this.owners ?? []) if (owner === personId) ids.push(clientId);
    return ids;
  }

  /** Clients that have written. */
  get clientCount(): number {
    if (this.below === undefined) return this.own.clocks.size;
    let count = this.below.clientCount;
    for (const client of this.own.clocks.keys()) if (this.below.clock(client) === 0) count++;
    return count;
  }

  /** Ranges that are deleted; those of two layers that touch count twice. */
  get deletedCount(): number {
    return this.own.deletedCount + (this.below?.deletedCount ?? 0);
  }

  get bytes(): number {
    return this.ownBytes + (this.below?.bytes ?? 0);
  }

  /** Characters of the title that are not deleted. */
  get titleLength(): number {
    return this.own.titleLength + (this.below?.titleLength ?? 0);
  }

  /** The parts of `range` that nobody has deleted yet. */
  notYetDeleted(range: ClientRange): ClientRange[] {
    const below = this.below?.notYetDeleted(range) ?? [range];
    const own = this.own.deleted?.get(range.client);
    if (own === undefined) return below;
    return below.flatMap((part) => own.missing(part.from, part.to).map(([from, to]) => ({ client: range.client, from, to })));
  }

  /** The list in which the thing with this id stands. */
  container({ client, clock }: Reference): Container {
    return this.own.places.get(client)?.at(clock) ?? this.below?.container({ client, clock }) ?? collected;
  }

  /** The list that the element or text with this id opens; undefined when it is none, or was collected. */
  inside({ client, clock }: Reference): Container | undefined {
    return this.own.opened?.get(client)?.get(clock) ?? this.below?.inside({ client, clock });
  }

  /** The elements and texts among the clocks, with the list that each opens. */
  openedIn({ client, from, to }: ClientRange): PlaceMark[] {
    const found = this.below?.openedIn({ client, from, to }) ?? [];
    const own = this.own.opened?.get(client);
    if (own === undefined) return found;
    if (own.size < to - from) {
      for (const [clock, container] of own) if (clock >= from && clock < to) found.push({ client, clock, container });
    } else {
      for (let clock = from; clock < to; clock++) {
        const container = own.get(clock);
        if (container !== undefined) found.push({ client, clock, container });
      }
    }
    return found;
  }

  isDeleted({ client, clock }: Reference): boolean {
    return this.notYetDeleted({ client, from: clock, to: clock + 1 }).length === 0;
  }

  siblingsAt(spot: Spot): number {
    return (this.own.siblings?.at(spot) ?? 0) + (this.below?.siblingsAt(spot) ?? 0);
  }

  get crowd(): number {
    return (this.own.siblings?.crowd ?? 0) + (this.below?.crowd ?? 0);
  }

  get racePrice(): number {
    return (this.own.siblings?.price ?? 0) + (this.below?.racePrice ?? 0);
  }

  get structs(): number {
    return this.own.structs + (this.below?.structs ?? 0);
  }

  originOf(reference: Reference): Spot | undefined {
    return this.own.siblings?.originOf(reference) ?? this.below?.originOf(reference);
  }

  isRaced(spot: Spot): boolean {
    return this.own.siblings?.isRaced(spot) === true || (this.below?.isRaced(spot) ?? false);
  }

  isTaken(right: Reference): boolean {
    return this.own.siblings?.isTaken(right) === true || (this.below?.isTaken(right) ?? false);
  }

  /** How many of the clocks stand in the title. */
  inTitle({ client, from, to }: ClientRange): number {
    const own = this.own.places.get(client);
    // A run of the layer below goes on in this one until the first run here.
    if (own === undefined) return this.below?.inTitle({ client, from, to }) ?? 0;
    const start = Math.min(to, Math.max(from, own.first));
    return (start > from ? (this.below?.inTitle({ client, from, to: start }) ?? 0) : 0) + (to > start ? own.count(start, to, title) : 0);
  }

  bind(binding: Binding): void {
    if (this.owner(binding.clientId) !== undefined) return;
    (this.owners ??= new Map()).set(binding.clientId, binding.personId);
    this.idsOfPerson ??= new Map();
    this.idsOfPerson.set(binding.personId, (this.idsOfPerson.get(binding.personId) ?? 0) + 1);
  }

  add(addition: Addition): void {
    if (addition.bytes === 0 && addition.ranges.length === 0 && addition.deletes.length === 0) {
      for (const binding of addition.bindings) this.bind(binding);
    } else if (addition.puts.length === 0) this.addWords(addition);
    else finished(this.adding(addition));
  }

  private *adding(addition: Addition): Steps<undefined> {
    this.addWords(addition);
    yield;
    let count = 0;
    for (const put of addition.puts) {
      (this.own.siblings ??= new Siblings()).add(put, this.below?.siblingsAt(put.spot) ?? 0);
      if (++count % slice === 0) yield;
    }
    return undefined;
  }

  private addWords(addition: Addition): void {
    const { own } = this;
    for (const binding of addition.bindings) this.bind(binding);
    for (const { client, to } of addition.ranges) if (to > this.clock(client)) own.clocks.set(client, to);
    if (addition.deletes.length > 0) this.addDeletes(addition.deletes);
    for (const { client, clock, container } of addition.places) {
      let runs = own.places.get(client);
      if (runs === undefined) {
        // It goes on in the run of the layer below.
        if (this.below?.lastPlace(client) === container) continue;
        own.places.set(client, (runs = new PlaceRuns()));
      }
      runs.push(clock, container);
    }
    for (const { client, clock, container } of addition.opened) {
      own.opened ??= new Map();
      let clocks = own.opened.get(client);
      if (clocks === undefined) own.opened.set(client, (clocks = new Map()));
      clocks.set(clock, container);
    }
    own.structs += addition.structs;
    own.titleLength += addition.titleGrowth;
    this.ownBytes += addition.bytes;
  }

  private lastPlace(client: number): Container | undefined {
    return this.own.places.get(client)?.last ?? this.below?.lastPlace(client);
  }

  private addDeletes(deletes: readonly ClientRange[]): void {
    const { own } = this;
    own.deleted ??= new Map();
    for (const [client, ranges] of byClient(deletes)) {
      let intervals = own.deleted.get(client);
      if (intervals === undefined) own.deleted.set(client, (intervals = new Intervals()));
      own.deletedCount -= intervals.size;
      intervals.addAll(ranges);
      own.deletedCount += intervals.size;
    }
  }

  /** So much less is stored than before, although nothing is known less. */
  shrink(bytes: number): void {
    this.ownBytes -= bytes;
  }

  /** Whether whoever is at this state vector lacks no word. */
  isWithin(stateVector: ReadonlyMap<number, number>): boolean {
    for (const [client, clock] of this.stateVector()) if ((stateVector.get(client) ?? 0) < clock) return false;
    return true;
  }

  /** What is deleted. Of this layer only. */
  deletes(): ClientRange[] {
    const deletes: ClientRange[] = [];
    for (const [client, intervals] of this.own.deleted ?? []) for (const [from, to] of intervals) deletes.push({ client, from, to });
    return deletes;
  }

  /** An update that brings no words and deletes what is deleted. Of this layer only. */
  deletesOnly(): Uint8Array {
    return withDeletes(new Uint8Array([0]), 1, this.deletes());
  }

  stateVector(): Map<number, number> {
    return new Map([...(this.below?.stateVector() ?? []), ...this.own.clocks]);
  }
}

function byClient(ranges: readonly ClientRange[]): Map<number, ClientRange[]> {
  const groups = new Map<number, ClientRange[]>();
  for (const range of ranges) {
    const group = groups.get(range.client);
    if (group === undefined) groups.set(range.client, [range]);
    else group.push(range);
  }
  return groups;
}
