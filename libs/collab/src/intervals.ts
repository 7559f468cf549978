/** Sorted, disjoint, half-open intervals in one flat array: from, to, from, to, … */
export class Intervals {
  private readonly ends: number[] = [];

  get isEmpty(): boolean {
    return this.ends.length === 0;
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
