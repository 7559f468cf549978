import { Intervals } from './intervals.js';
import type { ClientRange } from './update-scan.js';

/** Who a client id belongs to. */
export interface Binding {
  clientId: number;
  personId: string;
}

/** Depth of what stands directly in the title, where nothing nests. */
export const inTitle = -1;

/** From this clock on, what the client wrote stands this deep below its root. */
export interface DepthMark {
  client: number;
  clock: number;
  depth: number;
}

/** Depths of what one client wrote, as runs: typing stays at one depth for long. */
export class DepthRuns {
  private readonly clocks: number[] = [];
  private readonly depths: number[] = [];

  /** Clocks come in ascending order. */
  push(clock: number, depth: number): void {
    if (this.depths.at(-1) === depth) return;
    this.clocks.push(clock);
    this.depths.push(depth);
  }

  /** undefined before the first run. */
  at(clock: number): number | undefined {
    let low = 0;
    let high = this.clocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.clocks[middle] as number) <= clock) low = middle + 1;
      else high = middle;
    }
    return this.depths[low - 1];
  }
}

/** What one stored update adds to what is known of a document. */
export interface Addition {
  ranges: readonly ClientRange[];
  deletes: readonly ClientRange[];
  bindings: readonly Binding[];
  depths: readonly DepthMark[];
  bytes: number;
}

/**
 * What the gate must know of a document, without its words: how far each client has written, what is deleted, whose the
 * client ids are, and how deep things stand. Layers: the lower one is committed, the upper one holds what waits for its
 * commit and is thrown away and built again when something of it is dropped.
 */
export class Knowledge {
  private readonly clocks = new Map<number, number>();
  private readonly deleted = new Map<number, Intervals>();
  private readonly owners = new Map<number, string>();
  private readonly idsOfPerson = new Map<string, number>();
  private readonly depths = new Map<number, DepthRuns>();
  private ownBytes = 0;

  constructor(private readonly below?: Knowledge) {}

  /** The next clock expected of a client. */
  clock(client: number): number {
    return this.clocks.get(client) ?? this.below?.clock(client) ?? 0;
  }

  owner(client: number): string | undefined {
    return this.owners.get(client) ?? this.below?.owner(client);
  }

  clientIdsOf(personId: string): number {
    return (this.idsOfPerson.get(personId) ?? 0) + (this.below?.clientIdsOf(personId) ?? 0);
  }

  get bytes(): number {
    return this.ownBytes + (this.below?.bytes ?? 0);
  }

  /** The parts of `range` that nobody has deleted yet. */
  notYetDeleted(range: ClientRange): ClientRange[] {
    const below = this.below?.notYetDeleted(range) ?? [range];
    const own = this.deleted.get(range.client);
    if (own === undefined) return below;
    return below.flatMap((part) => own.missing(part.from, part.to).map(([from, to]) => ({ client: range.client, from, to })));
  }

  /** Depth at which the thing with this id stands: 1 directly in a root of paragraphs, 0 when it was collected or is unknown. */
  depth(client: number, clock: number): number {
    return this.depths.get(client)?.at(clock) ?? this.below?.depth(client, clock) ?? 0;
  }

  bind(binding: Binding): void {
    if (this.owner(binding.clientId) !== undefined) return;
    this.owners.set(binding.clientId, binding.personId);
    this.idsOfPerson.set(binding.personId, (this.idsOfPerson.get(binding.personId) ?? 0) + 1);
  }

  add(addition: Addition): void {
    for (const binding of addition.bindings) this.bind(binding);
    for (const { client, to } of addition.ranges) if (to > this.clock(client)) this.clocks.set(client, to);
    for (const { client, from, to } of addition.deletes) {
      let intervals = this.deleted.get(client);
      if (intervals === undefined) this.deleted.set(client, (intervals = new Intervals()));
      intervals.add(from, to);
    }
    for (const { client, clock, depth } of addition.depths) {
      let runs = this.depths.get(client);
      if (runs === undefined) this.depths.set(client, (runs = new DepthRuns()));
      runs.push(clock, depth);
    }
    this.ownBytes += addition.bytes;
  }

  stateVector(): Map<number, number> {
    return new Map([...(this.below?.stateVector() ?? []), ...this.clocks]);
  }
}
