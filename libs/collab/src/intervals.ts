/** Sorted, disjoint, half-open intervals in one flat array: from, to, from, to, … */
export class Intervals {
  private ends: number[] = [];

  get size(): number {
    return this.ends.length >> 1;
  }

  /** Index of the first interval that ends after `point`. */
  private firstEndingAfter(point: number): number {
    let low = 0;
    let high = this.ends.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ends[2 * middle + 1] as number) > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Adds [from, to); neighbours that touch become one. */
  add(from: number, to: number): void {
    if (from >= to) return;
    // An interval that ends exactly at `from` touches and is taken in.
    const first = this.firstEndingAfter(from - 1);
    let last = first;
    let start = from;
    let end = to;
    while (2 * last < this.ends.length && (this.ends[2 * last] as number) <= to) {
      start = Math.min(start, this.ends[2 * last] as number);
      end = Math.max(end, this.ends[2 * last + 1] as number);
      last++;
    }
    this.ends.splice(2 * first, 2 * (last - first), start, end);
  }

  /** Adds many at the price of one walk, in whatever order they come: one by one, each would move all behind it. */
  addAll(ranges: readonly { from: number; to: number }[]): void {
    if (ranges.length < 16) {
      for (const { from, to } of ranges) this.add(from, to);
      return;
    }
    const sorted = [...ranges].sort((a, b) => a.from - b.from);
    const merged: number[] = [];
    const push = (from: number, to: number) => {
      const last = merged.length - 1;
      if (last > 0 && from <= (merged[last] as number)) merged[last] = Math.max(merged[last] as number, to);
      else if (from < to) merged.push(from, to);
    };
    let old = 0;
    for (const { from, to } of sorted) {
      for (; old < this.ends.length && (this.ends[old] as number) <= from; old += 2) push(this.ends[old] as number, this.ends[old + 1] as number);
      push(from, to);
    }
    for (; old < this.ends.length; old += 2) push(this.ends[old] as number, this.ends[old + 1] as number);
    this.ends = merged;
  }

  /** The parts of [from, to) that are not in here. */
  missing(from: number, to: number): [number, number][] {
    const parts: [number, number][] = [];
    let at = from;
    for (let i = this.firstEndingAfter(from); at < to && 2 * i < this.ends.length; i++) {
      const start = this.ends[2 * i] as number;
      if (start >= to) break;
      if (start > at) parts.push([at, start]);
      at = Math.max(at, this.ends[2 * i + 1] as number);
    }
    if (at < to) parts.push([at, to]);
    return parts;
  }

  *[Symbol.iterator](): Generator<[number, number]> {
    for (let i = 0; i < this.ends.length; i += 2) yield [this.ends[i] as number, this.ends[i + 1] as number];
  }
}
