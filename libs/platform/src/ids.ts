import { v7 } from 'uuid';
import { fillFromPool } from './random-pool.js';

const clock = { ms: -Infinity, seq: 0 };
// Made for every word that somebody types: nothing is allocated but the text.
const random = Buffer.alloc(16);
const bytes = Buffer.alloc(16);
const text = Buffer.from('00000000-0000-0000-0000-000000000000');
const digits = Buffer.from('0123456789abcdef');
const places = Array.from(text.toString('latin1'), (character, place) => (character === '-' ? -1 : place)).filter((place) => place >= 0);

/**
 * A fresh row id: UUID version 7 (RFC 9562 §5.7), chosen by the process before the row is sealed, because the id is
 * part of what the encryption authenticates. Ids sort by the time they were made; those of one millisecond by a counter that begins
 * at random (§6.2, method 1).
 */
export function newId(): string {
  fillFromPool(random);
  const now = Date.now();
  if (now > clock.ms) {
    clock.ms = now;
    clock.seq = random.readUInt32BE(6) & 0x7fff_ffff;
  } else if ((clock.seq = (clock.seq + 1) | 0) === 0) clock.ms += 1;
  v7({ random, msecs: clock.ms, seq: clock.seq }, bytes);
  for (let n = 0; n < 16; n++) {
    text[places[2 * n]!] = digits[bytes[n]! >> 4]!;
    text[places[2 * n + 1]!] = digits[bytes[n]! & 15]!;
  }
  return text.toString('latin1');
}
