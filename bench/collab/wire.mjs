// Frames of y-websocket, and of Hocuspocus, which puts the name of the document before each.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { minutesTextClock, seedClient } from './history.mjs';

const frame = (write) => {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
};

/** @param name null for y-websocket, the document's name for Hocuspocus */
export const protocol = (name) => {
  const head = name === null ? new Uint8Array(0) : frame((encoder) => encoding.writeVarString(encoder, name));
  const sync = (type, payload) =>
    frame((encoder) => {
      encoding.writeUint8Array(encoder, head);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, type);
      encoding.writeVarUint8Array(encoder, payload);
    });
  return {
    /** Sent before anything else; only Hocuspocus asks for it. */
    hello:
      name === null
        ? null
        : frame((encoder) => {
            encoding.writeUint8Array(encoder, head);
            encoding.writeVarUint(encoder, 2);
            encoding.writeVarUint(encoder, 0);
            encoding.writeVarString(encoder, 'anybody');
          }),
    step1: (stateVector = new Uint8Array([0])) => sync(0, stateVector),
    step2: (update) => sync(1, update),
    update: (update) => sync(2, update),
    /** @returns {{ type: 'step1' | 'step2' | 'update', payload: Uint8Array } | { type: 'ack', count: number } | { type: 'other' }} */
    read(data) {
      const decoder = decoding.createDecoder(data);
      if (name !== null) decoding.readVarString(decoder);
      const kind = decoding.readVarUint(decoder);
      if (kind === 100 && name === null) return { type: 'ack', count: decoding.readVarUint(decoder) };
      // Hocuspocus: 8 is the status of an update that was taken.
      if (kind === 8 && name !== null) return { type: 'taken' };
      if (kind !== 0 && !(kind === 4 && name !== null)) return { type: 'other' };
      const type = ['step1', 'step2', 'update'][decoding.readVarUint(decoder)];
      return { type, payload: decoding.readVarUint8Array(decoder) };
    },
  };
};

/**
 * The update of somebody who types one character behind her last one, in the text of the minutes. Written by hand: a document
 * of Yjs in each of hundreds of clients would measure the clients.
 */
export function typed(client, clock, character = 'x') {
  return frame((encoder) => {
    for (const number of [1, 1, client, clock]) encoding.writeVarUint(encoder, number);
    if (clock > 0) {
      encoding.writeUint8(encoder, 4 | 0x80);
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock - 1);
    } else {
      encoding.writeUint8(encoder, 4);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, seedClient);
      encoding.writeVarUint(encoder, minutesTextClock);
    }
    encoding.writeVarString(encoder, character);
    encoding.writeVarUint(encoder, 0);
  });
}

/**
 * Which clocks of which clients an update brings. One character is read by hand; servers that join updates before they show
 * them are read by Yjs.
 */
export function authors(update) {
  if (update.length < 40 && update[0] === 1 && update[1] === 1) {
    const decoder = decoding.createDecoder(update);
    decoding.readVarUint(decoder);
    decoding.readVarUint(decoder);
    const client = decoding.readVarUint(decoder);
    const from = decoding.readVarUint(decoder);
    return [{ client, from, to: from + 1 }];
  }
  const { from, to } = Y.parseUpdateMeta(update);
  return [...to].map(([client, end]) => ({ client, from: from.get(client), to: end }));
}
