import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { defaultLimits } from './limits.js';
import { awarenessFrame, step1Frame, step2Frame, updateFrame } from './protocol.js';
import { randomEdit } from './spec-random.js';

const bytes = (write: (encoder: encoding.Encoder) => void) => {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
};
const varUints = (...numbers: number[]) => bytes((encoder) => numbers.forEach((number) => encoding.writeVarUint(encoder, number)));

function nested(levels: number): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = 77;
  let inner: Y.XmlElement = new Y.XmlElement('bulletList');
  doc.getXmlFragment('minutes').insert(0, [inner]);
  doc.transact(() => {
    for (let depth = 0; depth < levels; depth++) {
      const next = new Y.XmlElement('listItem');
      inner.insert(0, [next]);
      inner = next;
    }
  });
  return doc;
}

/** Maps in maps, written as bytes: Yjs overflows its own stack with them. */
function nestedMaps(client: number, levels: number): Uint8Array {
  return bytes((encoder) => {
    for (const number of [1, levels, client, 0]) encoding.writeVarUint(encoder, number);
    for (let clock = 0; clock < levels; clock++) {
      encoding.writeUint8(encoder, 0x27);
      encoding.writeVarUint(encoder, clock === 0 ? 1 : 0);
      if (clock === 0) encoding.writeVarString(encoder, 'minutes');
      else [client, clock - 1].forEach((number) => encoding.writeVarUint(encoder, number));
      encoding.writeVarString(encoder, 'k');
      encoding.writeVarUint(encoder, 1);
    }
    encoding.writeVarUint(encoder, 0);
  });
}

function words(text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = 80;
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  doc.getXmlFragment('minutes').insert(0, [paragraph]);
  doc.getText('title').insert(0, text);
  return Y.encodeStateAsUpdate(doc);
}

const deep = nested(300);
const maps = updateFrame(nestedMaps(79, 20_000));
const states = awarenessFrame(Array.from({ length: 50_000 }, (_, n) => ({ clientId: n, clock: 1, state: '{}' })));
const vector = step1Frame(new Map(Array.from({ length: 5_000 }, (_, n) => [n, n])));
const tooLarge = [new Uint8Array(defaultLimits.maxFrameBytes + 1), new Uint8Array(50 * 2 ** 20)] as const;
const elsewhere = words('hemmeligt');
const secret = new Y.Doc();
secret.clientID = 78;
secret.getMap('secret').set('x', new Uint8Array(3));
const word = (client: number, clock: number) => Uint8Array.from([1, 1, ...varUints(client, clock), 4, 1, 1, 116, 1, 97, 0]);

/** What has broken other servers, and what ours is asked to bear. */
const known: readonly ((colleague: number, own: number, pick: (below: number) => number) => Uint8Array)[] = [
  // Under a colleague's client id, ahead of her, and as her deletion.
  (colleague) => updateFrame(word(colleague, 0)),
  (colleague, _own, pick) => updateFrame(word(colleague, pick(500))),
  (colleague) => step2Frame(word(colleague, 0)),
  (colleague) => updateFrame(varUints(0, 1, colleague, 1, 0, 2 ** 31)),
  // Gaps, counts without bytes, clocks at their end.
  (_colleague, own, pick) => updateFrame(word(own, 1 + pick(5_000))),
  (_colleague, own) => updateFrame(varUints(1, 33_000_000, own, 0, 0)),
  (_colleague, own) => updateFrame(word(own, 2 ** 53 - 2)),
  () => updateFrame(Uint8Array.from([0, 0, 1, 0, 0])),
  // The last byte is missing; numbers that never end.
  (_colleague, own) => updateFrame(word(own, 0).subarray(0, -1)),
  (_colleague, own) => updateFrame(word(own, 0)).subarray(0, -1),
  () => Uint8Array.from([0, 2, 255, 255, 255, 255, 255, 255, 255, 127]),
  () => Uint8Array.from([0, 2, 128, 128, 128]),
  // Nesting, foreign types, the other encoding (yjs#687 hangs in it), and the words of another document.
  () => updateFrame(Y.encodeStateAsUpdate(deep)),
  () => maps,
  () => updateFrame(Y.encodeStateAsUpdate(secret)),
  () => updateFrame(Y.encodeStateAsUpdateV2(deep)),
  () => updateFrame(elsewhere),
  () => step2Frame(elsewhere),
  // Presence and state vectors in masses.
  () => vector,
  () => states,
  (colleague) => awarenessFrame([{ clientId: colleague, clock: 2 ** 40, state: 'null' }]),
  (_colleague, own) => awarenessFrame([{ clientId: own, clock: 2 ** 53 - 1, state: '{}' }]),
  (_colleague, own, pick) => awarenessFrame(Array.from({ length: 255 }, (_, n) => ({ clientId: own + n, clock: 2 ** (32 + pick(22)) - 1, state: '{"cursor":null}' }))),
  () => awarenessFrame([{ clientId: 5, clock: 1, state: `"${'x'.repeat(100_000)}"` }]),
  // Larger than a frame may be, and what only the server says.
  (_colleague, _own, pick) => tooLarge[pick(20) === 0 ? 1 : 0],
  () => Uint8Array.from([100, 5]),
  // As Hocuspocus frames it: the name of a document comes first.
  (_colleague, own) => Buffer.concat([Buffer.from([7]), Buffer.from('another'), updateFrame(word(own, 0))]),
  () => new Uint8Array(0),
];

function mutated(frame: Uint8Array, random: () => number): Uint8Array {
  const pick = (below: number) => Math.floor(random() * below);
  const copy = Uint8Array.from(frame);
  switch (pick(7)) {
    case 0:
      return copy.subarray(0, pick(copy.length));
    case 1:
      for (let n = 1 + pick(4); n > 0 && copy.length > 0; n--) copy[pick(copy.length)] = pick(256);
      return copy;
    case 2:
      if (copy.length > 0) copy[pick(copy.length)]! ^= 1 << pick(8);
      return copy;
    case 3: {
      const at = pick(copy.length + 1);
      return Buffer.concat([copy.subarray(0, at), Buffer.from(Array.from({ length: 1 + pick(8) }, () => (random() < 0.5 ? 255 : pick(256)))), copy.subarray(at)]);
    }
    case 4:
      return Buffer.concat([copy, copy]);
    case 5: {
      const at = pick(copy.length);
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + pick(4))]);
    }
    default:
      return Buffer.from(Array.from({ length: pick(60) }, () => pick(256)));
  }
}

/** Hostile frames for one document; which they are is decided by the numbers drawn for each alone. */
export class HostileFrames {
  private readonly seeds: Uint8Array[];

  /** @param content what the document begins with */
  constructor(content: Uint8Array, random: () => number) {
    this.seeds = [step1Frame(new Map([[1, 2]])), awarenessFrame([{ clientId: 5, clock: 1, state: '{"cursor":null}' }])];
    // What a well-behaved page sends; the mutations are made from it.
    const page = new Y.Doc();
    page.clientID = 1 + Math.floor(random() * 2 ** 31);
    Y.applyUpdate(page, content);
    page.on('update', (update: Uint8Array) => void this.seeds.push(updateFrame(update), step2Frame(update)));
    for (let n = 0; n < 40; n++) randomEdit(page, random);
    page.destroy();
  }

  next(random: () => number, colleague: number, own: number): Uint8Array {
    const pick = (below: number) => Math.floor(random() * below);
    if (random() < 0.15) return known[pick(known.length)]!(colleague, own, pick);
    return mutated(this.seeds[pick(this.seeds.length)]!, random);
  }
}

/** Three thousand updates that each leave one letter out. */
export const gaps = (own: number) => Array.from({ length: 3_000 }, (_, n) => updateFrame(word(own, 2 * n + 1)));
