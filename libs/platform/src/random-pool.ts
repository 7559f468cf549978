import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(8_192);
let used = pool.length;

/** As {@link randomBytesOfPool}, into memory of the caller's. */
export function fillFromPool(bytes: Buffer): void {
  const { length } = bytes;
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool.copy(bytes, 0, used, used + length);
  pool.fill(0, used, used + length);
  used += length;
}

/**
 * Random bytes of the operating system, fetched for many at once: each journey costs more than what else sealing a few bytes does.
 * None is given out twice, and what was given out is not kept.
 *
 * @param size at most a few hundred bytes
 */
export function randomBytesOfPool(size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  fillFromPool(bytes);
  return bytes;
}
