import { ByteReader, MalformedBytes } from './byte-reader.js';
import type { Limits } from './limits.js';
import { finished, slice, type Steps } from './steps.js';

/** What an update names: one character, element or mark somebody made. */
export interface Reference {
  client: number;
  clock: number;
}

/** Content kinds of Yjs V1 that a document of ours can hold; the numbers are the wire's. */
export const contentKind = { collected: 0, deleted: 1, string: 4, embed: 5, format: 6, type: 7, any: 8, skip: 10 } as const;

/** Shared types a document of ours can nest; the numbers are the wire's. */
export const typeKind = { array: 0, map: 1, text: 2, xmlElement: 3, xmlFragment: 4, xmlHook: 5, xmlText: 6 } as const;

export interface Struct {
  client: number;
  clock: number;
  /** In clocks: UTF-16 units for text. */
  length: number;
  kind: number;
  /** Only for `contentKind.type`; the name only for elements. */
  type?: number;
  name?: string;
  /** Only for `contentKind.string`. */
  text?: string;
  /** Only for `contentKind.format`; the value is JSON. */
  mark?: { key: string; value: string };
  /** Only for `contentKind.any`: its last value, when it is a text or a number. What is no whole number is NaN. */
  value?: unknown;
  /** Neighbours and parent as the wire gives them; Yjs writes a parent only where there is no neighbour. */
  left?: Reference;
  right?: Reference;
  parent?: Reference;
  root?: string;
  /** Key of a map entry or attribute; present only together with `parent` or `root`. */
  key?: string;
}

/** Half-open clocks [from, to) of one client. */
export interface ClientRange {
  client: number;
  from: number;
  to: number;
}

export interface ScannedUpdate {
  structs: readonly Struct[];
  /** One entry per client, in the order of the update. */
  ranges: readonly ClientRange[];
  /** In the order of the update. */
  deletes: readonly ClientRange[];
  /** Per client the deletes ascend and are disjoint, as Yjs writes them. */
  deletesAscend: boolean;
  /** The update leaves out clocks on purpose. */
  skips: boolean;
  /** Where the delete set begins, so that it can be written anew behind the same structs. */
  deletesAt: number;
}

export type ScanLimits = Pick<Limits, 'maxStructs' | 'maxDeletes' | 'maxClients' | 'maxValueDepth' | 'maxDeletedLength'>;

/**
 * Reads a Yjs V1 update without trusting it and without building anything from it. It accepts what yjs 13.6 writes and
 * is stricter than what it reads: exact counts, shortest numbers, strict UTF-8 and JSON, clients in descending order
 * (mergeUpdates relies on it), no empty structs, no reference to one's own future, none of the content our documents
 * never hold. What passes cannot make `Y.applyUpdate` or `Y.mergeUpdates` throw, hang or allocate beyond its size.
 *
 * @throws MalformedBytes
 */
export function scanUpdate(update: Uint8Array, limits: ScanLimits): ScannedUpdate {
  return finished(scanning(update, limits));
}

/** As {@link scanUpdate}, resting after every `slice` things that it read. */
export function* scanning(update: Uint8Array, limits: ScanLimits): Steps<ScannedUpdate> {
  const reader = new ByteReader(update);
  const structs: Struct[] = [];
  const ranges: ClientRange[] = [];
  let skips = false;

  // A client with one struct takes at least five bytes, a struct two.
  const clients = reader.count(5);
  if (clients > limits.maxClients) throw new MalformedBytes('too many clients');
  let previous = Number.POSITIVE_INFINITY;
  for (let i = 0; i < clients; i++) {
    const count = reader.count(2);
    if (count === 0) throw new MalformedBytes('client without structs');
    if (structs.length + count > limits.maxStructs) throw new MalformedBytes('too many structs');
    const client = clientId(reader);
    if (client >= previous) throw new MalformedBytes('clients out of order');
    previous = client;
    const from = reader.uint();
    let clock = from;
    for (let j = 0; j < count; j++) {
      const struct = readStruct(reader, client, clock, limits);
      if (struct.kind === contentKind.skip) skips = true;
      else structs.push(struct);
      if (structs.length % slice === slice - 1) yield;
      clock += struct.length;
      if (clock > Number.MAX_SAFE_INTEGER) throw new MalformedBytes('clock overflow');
    }
    ranges.push({ client, from, to: clock });
  }

  const deletesAt = reader.position;
  const { deletes, ascend } = yield* readDeletes(reader, limits);
  reader.end();
  return { structs, ranges, deletes, deletesAscend: ascend, skips, deletesAt };
}

// Yjs draws 32-bit ids. Larger ones are legal on the wire, but nobody's.
function clientId(reader: ByteReader): number {
  const client = reader.uint();
  if (client > 0xffffffff) throw new MalformedBytes('client id too large');
  return client;
}

function* readDeletes(reader: ByteReader, limits: ScanLimits): Steps<{ deletes: ClientRange[]; ascend: boolean }> {
  const deletes: ClientRange[] = [];
  let ascend = true;
  const seen = new Set<number>();
  const clients = reader.count(4);
  if (clients > limits.maxClients) throw new MalformedBytes('too many clients');
  for (let i = 0; i < clients; i++) {
    const client = clientId(reader);
    if (seen.has(client)) throw new MalformedBytes('client twice in the delete set');
    seen.add(client);
    const count = reader.count(2);
    if (deletes.length + count > limits.maxDeletes) throw new MalformedBytes('too many deletions');
    let end = 0;
    for (let j = 0; j < count; j++) {
      const from = reader.uint();
      const length = reader.uint();
      if (length === 0) throw new MalformedBytes('empty deletion');
      if (from + length > Number.MAX_SAFE_INTEGER) throw new MalformedBytes('clock overflow');
      if (from < end) ascend = false;
      end = from + length;
      deletes.push({ client, from, to: end });
      if (deletes.length % slice === 0) yield;
    }
  }
  return { deletes, ascend };
}

const hasLeft = 0x80;
const hasRight = 0x40;
const hasKey = 0x20;

function readStruct(reader: ByteReader, client: number, clock: number, limits: ScanLimits): Struct {
  const info = reader.byte();
  // Yjs has two readers that disagree on flags beside these two kinds; it writes none.
  if (info === contentKind.collected || info === contentKind.skip) return { client, clock, kind: info, length: deletedLength(reader, limits) };

  const struct: Struct = { client, clock, kind: info & 0x1f, length: 1 };
  if (info & hasLeft) struct.left = reference(reader, struct);
  if (info & hasRight) struct.right = reference(reader, struct);
  if (!(info & (hasLeft | hasRight))) {
    const rooted = reader.uint();
    if (rooted > 1) throw new MalformedBytes('unknown parent');
    if (rooted === 1) struct.root = reader.string();
    else struct.parent = reference(reader, struct);
    if (info & hasKey) struct.key = reader.string();
  }
  readContent(reader, struct, limits);
  return struct;
}

function reference(reader: ByteReader, struct: Struct): Reference {
  const client = clientId(reader);
  const clock = reader.uint();
  // Yjs trusts references within one client and throws in every browser when they point ahead.
  if (client === struct.client && clock >= struct.clock) throw new MalformedBytes('reference to the own future');
  return { client, clock };
}

function deletedLength(reader: ByteReader, limits: ScanLimits): number {
  const length = reader.uint();
  if (length === 0) throw new MalformedBytes('empty struct');
  if (length > limits.maxDeletedLength) throw new MalformedBytes('claims more than an update can hold');
  return length;
}

function readContent(reader: ByteReader, struct: Struct, limits: ScanLimits): void {
  switch (struct.kind) {
    case contentKind.deleted:
      struct.length = deletedLength(reader, limits);
      return;
    case contentKind.string:
      struct.text = reader.string();
      struct.length = struct.text.length;
      if (struct.length === 0) throw new MalformedBytes('empty struct');
      return;
    case contentKind.embed:
      checkJson(reader.string(), limits.maxValueDepth);
      return;
    case contentKind.format:
      struct.mark = { key: reader.string(), value: reader.string() };
      checkJson(struct.mark.value, limits.maxValueDepth);
      return;
    case contentKind.type:
      struct.type = reader.uint();
      if (struct.type > typeKind.xmlText) throw new MalformedBytes('unknown type');
      if (struct.type === typeKind.xmlElement || struct.type === typeKind.xmlHook) struct.name = reader.string();
      return;
    case contentKind.any:
      struct.length = reader.count(1);
      if (struct.length === 0) throw new MalformedBytes('empty struct');
      for (let i = 0; i < struct.length; i++) struct.value = readAny(reader, limits.maxValueDepth);
      return;
    default:
      // JSON of old Yjs versions, binaries and sub-documents are not for our documents.
      throw new MalformedBytes('content of an unknown kind');
  }
}

/**
 * A lib0 “any” value. Byte strings and big integers have no place in attributes and break `JSON.stringify`.
 *
 * @returns a text or a number; undefined for anything else, NaN for what is no whole number
 */
function readAny(reader: ByteReader, depth: number): string | number | undefined {
  if (depth === 0) throw new MalformedBytes('nested too deeply');
  switch (reader.byte()) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return undefined;
    case 125:
      return reader.int();
    case 124:
      reader.skip(4);
      return Number.NaN;
    case 123:
      reader.skip(8);
      return Number.NaN;
    case 119:
      return reader.string();
    case 118: {
      const count = reader.count(2);
      for (let i = 0; i < count; i++) {
        if (reader.string() === '__proto__') throw new MalformedBytes('forbidden key');
        readAny(reader, depth - 1);
      }
      return undefined;
    }
    case 117: {
      const count = reader.count(1);
      for (let i = 0; i < count; i++) readAny(reader, depth - 1);
      return undefined;
    }
    default:
      throw new MalformedBytes('value of an unknown kind');
  }
}

/** Yjs parses this text in every browser: it must be JSON, and not so deep that somebody's recursion fails. */
function checkJson(text: string, maxDepth: number): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text[i];
    if (quoted) {
      if (unit === '\\') i++;
      else if (unit === '"') quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === '[' || unit === '{') {
      if (++depth > maxDepth) throw new MalformedBytes('nested too deeply');
    } else if (unit === ']' || unit === '}') depth--;
  }
  try {
    JSON.parse(text);
  } catch {
    throw new MalformedBytes('invalid JSON');
  }
}
