import * as encoding from 'lib0/encoding';
import type { ProblemCode } from '@lib/contracts/problems.js';
import { ByteReader, MalformedBytes } from './byte-reader.js';
import type { Limits } from './limits.js';
import { encodeStateVector } from './update-write.js';

/** Message types on the wire: y-websocket's, and behind 100 ours, which only clients get that ask for them. */
export const messageType = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3, acknowledgement: 100, refusal: 101, documentState: 102 } as const;
export const syncType = { step1: 0, step2: 1, update: 2 } as const;

/** Of what is ours in this protocol. A client that names none speaks y-websocket's alone. */
export const protocolVersion = '1';

export type DocumentState = 'open' | 'frozen' | 'closed';

/** y-websocket 3.1 gives up on 4400–4499 and tries again after anything else. The reason carries the problem code. */
export const closeCodes = {
  'malformed-request': 4400,
  'not-signed-in': 4401,
  'access-ended': 4403,
  'not-found': 4404,
  'update-refused': 4409,
  'client-id-taken': 4409,
  'clock-gap': 4409,
  conflict: 4410,
  'precondition-failed': 4412,
  'too-large': 4413,
  'cpr-number': 4422,
  'document-frozen': 4423,
  'version-unsupported': 4426,
  internal: 4500,
  'not-ready': 4503,
  'store-unavailable': 4504,
  'too-many-requests': 4529,
} as const satisfies Partial<Record<ProblemCode, number>>;

export type CloseReason = keyof typeof closeCodes;

export type ClientMessage =
  | { type: 'step1'; stateVector: Map<number, number> }
  | { type: 'step2' | 'update'; update: Uint8Array }
  | { type: 'awareness'; update: Uint8Array }
  | { type: 'queryAwareness' };

/** @throws MalformedBytes */
export function readClientMessage(frame: Uint8Array, limits: Pick<Limits, 'maxClients'>): ClientMessage {
  const reader = new ByteReader(frame);
  const message = readBody(reader, limits);
  reader.end();
  return message;
}

function readBody(reader: ByteReader, limits: Pick<Limits, 'maxClients'>): ClientMessage {
  switch (reader.uint()) {
    case messageType.sync:
      switch (reader.uint()) {
        case syncType.step1:
          return { type: 'step1', stateVector: readStateVector(reader.block(), limits) };
        case syncType.step2:
          return { type: 'step2', update: reader.block() };
        case syncType.update:
          return { type: 'update', update: reader.block() };
        default:
          throw new MalformedBytes('unknown sync message');
      }
    case messageType.awareness:
      return { type: 'awareness', update: reader.block() };
    case messageType.queryAwareness:
      return { type: 'queryAwareness' };
    default:
      throw new MalformedBytes('unknown message');
  }
}

function readStateVector(bytes: Uint8Array, limits: Pick<Limits, 'maxClients'>): Map<number, number> {
  const reader = new ByteReader(bytes);
  const count = reader.count(2);
  if (count > limits.maxClients) throw new MalformedBytes('too many clients');
  const vector = new Map<number, number>();
  for (let i = 0; i < count; i++) vector.set(reader.uint(), reader.uint());
  reader.end();
  return vector;
}

function frame(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

/** Written by hand: it is made for every update, and an encoder of any length is two arrays more. */
function syncFrame(type: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const lengthBytes = varUintBytes(length);
  const bytes = new Uint8Array(2 + lengthBytes + length);
  bytes[0] = messageType.sync;
  bytes[1] = type;
  let rest = length;
  for (let at = 2; at < 2 + lengthBytes; at++, rest = Math.floor(rest / 128)) bytes[at] = (rest % 128) | (at < 1 + lengthBytes ? 128 : 0);
  bytes.set(payload, 2 + lengthBytes);
  return bytes;
}

function varUintBytes(value: number): number {
  let count = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) count++;
  return count;
}

export const step1Frame = (stateVector: ReadonlyMap<number, number>) => syncFrame(syncType.step1, encodeStateVector(stateVector));
export const step2Frame = (update: Uint8Array) => syncFrame(syncType.step2, update);
export const updateFrame = (update: Uint8Array) => syncFrame(syncType.update, update);

/** @param count update messages of this connection that are stored, from its first one on */
export const acknowledgementFrame = (count: number) =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.acknowledgement);
    encoding.writeVarUint(encoder, count);
  });

/** @param ordinal which update message of this connection was refused; the first is 1 */
export const refusalFrame = (ordinal: number, code: ProblemCode) =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.refusal);
    encoding.writeVarUint(encoder, ordinal);
    encoding.writeVarString(encoder, code);
  });

export const documentStateFrame = (state: DocumentState) =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.documentState);
    encoding.writeVarString(encoder, state);
  });

export interface AwarenessEntry {
  clientId: number;
  clock: number;
  /** JSON; `null` for somebody who left. */
  state: string;
}

export const awarenessFrame = (entries: readonly AwarenessEntry[]) =>
  frame((encoder) => {
    encoding.writeVarUint(encoder, messageType.awareness);
    encoding.writeVarUint8Array(
      encoder,
      frame((inner) => {
        encoding.writeVarUint(inner, entries.length);
        for (const { clientId, clock, state } of entries) {
          encoding.writeVarUint(inner, clientId);
          encoding.writeVarUint(inner, clock);
          encoding.writeVarString(inner, state);
        }
      }),
    );
  });

/** An awareness message about nobody: tells y-websocket that the connection lives. */
export const keepAliveFrame = awarenessFrame([]);

/**
 * @returns one entry per client named; a state that is too long is passed over, and so are those of a message with too many
 * @throws MalformedBytes
 */
export function readAwareness(update: Uint8Array, limits: Pick<Limits, 'maxAwarenessStates' | 'maxAwarenessStateBytes'>): AwarenessEntry[] {
  const reader = new ByteReader(update);
  const count = reader.count(3);
  const entries: AwarenessEntry[] = [];
  // y-websocket repeats all that it heard in one message: where many are here, whoever repeats it means no harm.
  const read = Math.min(count, limits.maxAwarenessStates);
  for (let i = 0; i < read; i++) {
    const clientId = reader.uint();
    const clock = reader.uint();
    const bytes = reader.position;
    const state = reader.string();
    if (reader.position - bytes <= limits.maxAwarenessStateBytes) entries.push({ clientId, clock, state });
  }
  if (read === count) reader.end();
  return entries;
}
