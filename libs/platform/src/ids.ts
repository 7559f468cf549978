import { v7 } from 'uuid';
import { randomBytesOfPool } from './random-pool.js';

const clock = { ms: -Infinity, seq: 0 };

/**
 * A fresh row id: UUID version 7 (RFC 9562 §5.7), chosen by the process before the row is sealed, because the id is
 * part of what the encryption authenticates. Ids sort by the time they were made; those of one millisecond by a counter that begins
 * at random (§6.2, method 1).
 */
export function newId(): string {
  const random = randomBytesOfPool(16);
  const now = Date.now();
  if (now > clock.ms) Object.assign(clock, { ms: now, seq: random.readUInt32BE(6) & 0x7fff_ffff });
  else if ((clock.seq = (clock.seq + 1) | 0) === 0) clock.ms += 1;
  return v7({ random, msecs: clock.ms, seq: clock.seq });
}
