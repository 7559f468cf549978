import { inflateSync } from 'node:zlib';

/** What of a font file documents need: the file as the typesetter wants it, and which characters it can show. */

/** A WOFF 1.0 file (W3C recommendation of 2012) as the TrueType file that was packed into it. @throws RangeError, zlib errors when damaged */
export function unpackWoff(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12);
  const exponent = Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  [count, 16 * 2 ** exponent, exponent, 16 * (count - 2 ** exponent)].forEach((value, n) => head.writeUInt16BE(value, 4 + 2 * n));
  const parts: Buffer[] = [head];
  let at = head.length;
  for (let n = 0; n < count; n++) {
    const [tag, offset, packed, length, checksum] = Array.from({ length: 5 }, (_, field) => woff.readUInt32BE(44 + 20 * n + 4 * field)) as [number, number, number, number, number];
    const stored = woff.subarray(offset, offset + packed);
    const table = packed < length ? inflateSync(stored, { maxOutputLength: length }) : stored;
    [tag, checksum, at, length].forEach((value, field) => head.writeUInt32BE(value, 12 + 16 * n + 4 * field));
    const padding = Buffer.alloc((4 - (table.length % 4)) % 4);
    parts.push(table, padding);
    at += table.length + padding.length;
  }
  return Buffer.concat(parts);
}

/** The code points that a TrueType file has a glyph for: its `cmap`, formats 4 and 12 (OpenType 1.9). */
export function coverage(font: Buffer): Set<number> {
  const covered = new Set<number>();
  const cmap = tableAt(font, 'cmap');
  for (let n = 0; n < font.readUInt16BE(cmap + 2); n++) {
    const at = cmap + font.readUInt32BE(cmap + 4 + 8 * n + 4);
    const format = font.readUInt16BE(at);
    if (format === 4) addFormat4(font, at, covered);
    if (format === 12) addFormat12(font, at, covered);
  }
  return covered;
}

function tableAt(font: Buffer, tag: string): number {
  for (let n = 0; n < font.readUInt16BE(4); n++) {
    const at = 12 + 16 * n;
    if (font.toString('latin1', at, at + 4) === tag) return font.readUInt32BE(at + 8);
  }
  throw new Error(`the font has no table ${tag}`);
}

function addFormat4(font: Buffer, at: number, covered: Set<number>): void {
  const segments = font.readUInt16BE(at + 6) / 2;
  const ends = at + 14;
  const [starts, deltas, ranges] = [1, 2, 3].map((n) => ends + 2 + 2 * segments * n) as [number, number, number];
  for (let n = 0; n < segments; n++) {
    const start = font.readUInt16BE(starts + 2 * n);
    const end = font.readUInt16BE(ends + 2 * n);
    const delta = font.readUInt16BE(deltas + 2 * n);
    const range = font.readUInt16BE(ranges + 2 * n);
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const glyph = range === 0 ? code + delta : font.readUInt16BE(ranges + 2 * n + range + 2 * (code - start));
      if ((glyph & 0xffff) !== 0) covered.add(code);
    }
  }
}

function addFormat12(font: Buffer, at: number, covered: Set<number>): void {
  for (let n = 0; n < font.readUInt32BE(at + 12); n++) {
    const group = at + 16 + 12 * n;
    for (let code = font.readUInt32BE(group); code <= font.readUInt32BE(group + 4); code++) covered.add(code);
  }
}
