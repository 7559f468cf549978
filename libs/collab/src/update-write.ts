import * as encoding from 'lib0/encoding';
import type { ClientRange } from './update-scan.js';

/** An update's structs as they came, behind them another delete set. Clients descend, as Yjs writes them. */
export function withDeletes(update: Uint8Array, deletesAt: number, deletes: readonly ClientRange[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8Array(encoder, update.subarray(0, deletesAt));
  writeDeletes(encoder, deletes);
  return encoding.toUint8Array(encoder);
}

function writeDeletes(encoder: encoding.Encoder, deletes: readonly ClientRange[]): void {
  const byClient = new Map<number, ClientRange[]>();
  for (const range of deletes) {
    const ranges = byClient.get(range.client);
    if (ranges === undefined) byClient.set(range.client, [range]);
    else ranges.push(range);
  }
  encoding.writeVarUint(encoder, byClient.size);
  for (const [client, ranges] of [...byClient].sort((a, b) => b[0] - a[0])) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const { from, to } of ranges) {
      encoding.writeVarUint(encoder, from);
      encoding.writeVarUint(encoder, to - from);
    }
  }
}

export function encodeStateVector(vector: ReadonlyMap<number, number>): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, vector.size);
  for (const [client, clock] of [...vector].sort((a, b) => b[0] - a[0])) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
  }
  return encoding.toUint8Array(encoder);
}

/**
 * Whether an update that passed the gate takes no word away: its delete set is then one zero at the end, and one that is not empty
 * ends with a length, which is none in its last byte.
 */
export function deletesNothing(update: Uint8Array): boolean {
  return update.at(-1) === 0;
}
