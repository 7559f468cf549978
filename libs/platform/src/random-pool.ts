import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(8_192);
let used = pool.length;

/**
 * Random bytes of the operating system, fetched for many at once: each journey costs more than what else sealing a few bytes does.
 * None is given out twice, and what was given out is not kept.
 *
 * @param size at most a few hundred bytes
 */
export function randomBytesOfPool(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + size));
  pool.fill(0, used, used + size);
  used += size;
  return bytes;
}
