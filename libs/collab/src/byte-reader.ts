/** What a reader throws when bytes do not say what they promise. Never reaches a person; the gate turns it into a code. */
export class MalformedBytes extends Error {}

// As lib0 decodes strings: strict UTF-8, the byte order mark kept. Anything looser here would let through what throws
// in a colleague's browser.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A letter, a word, a name of an element: to ask the decoder costs more than all else that is read of most updates. */
function shortAscii(bytes: Uint8Array): string | undefined {
  if (bytes.length > 16) return undefined;
  let text = '';
  for (const byte of bytes) {
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Reads lib0 encodings strictly: within bounds, shortest form only, and without allocating by a declared length. */
export class ByteReader {
  position = 0;

  constructor(readonly bytes: Uint8Array) {}

  get left(): number {
    return this.bytes.length - this.position;
  }

  byte(): number {
    if (this.position >= this.bytes.length) throw new MalformedBytes('truncated');
    return this.bytes[this.position++] as number;
  }

  skip(count: number): void {
    if (count > this.left) throw new MalformedBytes('length exceeds the bytes left');
    this.position += count;
  }

  /** A lib0 varUint, at most 2^53 − 1. */
  uint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedBytes('number too large');
      if (byte < 128) {
        if (byte === 0 && factor > 1) throw new MalformedBytes('number not in its shortest form');
        return value;
      }
      factor *= 128;
    }
  }

  /** A lib0 varInt. */
  int(): number {
    let byte = this.byte();
    const sign = byte & 64 ? -1 : 1;
    let value = byte & 63;
    let factor = 64;
    while (byte >= 128) {
      byte = this.byte();
      value += (byte & 127) * factor;
      if (value > Number.MAX_SAFE_INTEGER) throw new MalformedBytes('number too large');
      factor *= 128;
    }
    return sign * value;
  }

  /**
   * A declared count of things that follow.
   *
   * @param bytesEach the least number of bytes one of them takes (≥ 1)
   */
  count(bytesEach: number): number {
    const count = this.uint();
    if (count * bytesEach > this.left) throw new MalformedBytes('count exceeds the bytes left');
    return count;
  }

  /** A view, not a copy. */
  block(): Uint8Array {
    const length = this.count(1);
    const start = this.position;
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }

  string(): string {
    const bytes = this.block();
    const short = shortAscii(bytes);
    if (short !== undefined) return short;
    try {
      return utf8.decode(bytes);
    } catch {
      throw new MalformedBytes('invalid UTF-8');
    }
  }

  end(): void {
    if (this.left !== 0) throw new MalformedBytes('trailing bytes');
  }
}
