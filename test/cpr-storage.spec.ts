import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket, type RawData } from 'ws';
import * as Y from 'yjs';
import { CollabHub } from '@lib/collab/collab-hub.service.js';
import { step1Frame } from '@lib/collab/protocol.js';
import { cprDigits } from '@lib/contracts/cpr.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { meetingOf, openItems, section115 } from './support/story.js';
import { TestServer, type Browser } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

/**
 * [CO46, CO52, CO83, CO87] A CPR number that was typed and deleted is, after compaction, in no byte that a newcomer receives and,
 * decrypted, in no row: looked at from outside, by the bytes of a socket and the rows of the database.
 */
let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let documentId: string;
let itemId: string;
const writers: Writer[] = [];
/** Ten digits of each number that was written, by how. */
const numbers = new Map<string, string>();

beforeAll(async () => {
  server = await TestServer.start();
  story = await section115(server);
  const { item } = openItems(await meetingOf(story.coordinator, story.meetingId))[2]!;
  [documentId, itemId] = [item.documentId, item.id];
}, 60_000);
afterAll(async () => {
  for (const writer of writers) writer.close();
  await server.stop();
});

async function write(browser: Browser): Promise<Writer> {
  const writer = await Writer.open(browser, documentId, 'minutes');
  writers.push(writer);
  return writer;
}
const settled = (writer: Writer) => until('all stored', () => writer.acknowledged === writer.sent);
/** A number that is written nowhere else. */
function number(how: string): string {
  const digits = `${String(11 + numbers.size)}0583${4117 + 613 * numbers.size}`;
  numbers.set(how, digits);
  return digits;
}
/** Deletes what stands between two words. */
function cut(writer: Writer, from: string, to: string): void {
  const text = writer.text.toString();
  const [start, end] = [text.indexOf(from) + from.length, text.indexOf(to)];
  expect(start >= from.length && end > start).toBe(true);
  writer.text.delete(start, end - start);
}

/** All words that an update carries, deleted or not, whatever divides them. */
function wordsIn(update: Uint8Array): string {
  const { structs } = Y.decodeUpdate(update);
  const words = structs.map((struct) => ('content' in struct ? JSON.stringify((struct.content as { str?: string; arr?: unknown; embed?: unknown; value?: unknown; type?: { nodeName?: string } }).str ?? (struct.content as { arr?: unknown }).arr ?? (struct.content as { value?: unknown }).value ?? '') : ''));
  return words.join('').replaceAll('""', '').replaceAll('"', '');
}
/** Which of the numbers stand in what was read, as text in any spelling or among other bytes. */
function foundIn(text: string): string[] {
  // Read by its digits alone, whatever stands between them: who typed it letter by letter left it in as many pieces.
  const digits = cprDigits(text);
  return [...numbers].filter(([, one]) => digits.includes(one)).map(([how]) => how);
}
function foundInBytes(bytes: Buffer): string[] {
  return [...numbers].filter(([, one]) => [one.slice(0, 6), one].some((part) => [Buffer.from(part), Buffer.from(part, 'utf16le'), Buffer.from(part, 'utf16le').swap16(), Buffer.from(Buffer.from(part).toString('hex'))].some((form) => bytes.includes(form)))).map(([how]) => how);
}

/** Everything that a fresh socket receives until it has the whole document. */
async function received(browser: Browser): Promise<Buffer[]> {
  const { body } = await browser.post<{ ticket: string }>(`/api/v1/documents/${documentId}/ticket`);
  const socket = new WebSocket(`${browser.origin.replace('http', 'ws')}/yjs/${documentId}?ticket=${body.ticket}&ack=1`);
  const frames: Buffer[] = [];
  let isAsked = false;
  socket.on('message', (data: RawData) => {
    const frame = data as Buffer;
    frames.push(frame);
    // The server's own question comes behind the content.
    if (frame[0] === 0 && frame[1] === 0) isAsked = true;
  });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(step1Frame(new Map()));
  await until('all of it', () => isAsked);
  socket.terminate();
  return frames;
}

const contentOf = (frame: Buffer): Uint8Array => {
  let at = 2;
  while (frame[at]! >= 128) at++;
  return frame.subarray(at + 1);
};

interface Opened {
  /** As table.column. */
  column: string;
  bytes: Buffer;
}

/** Every value of every row of every table, sealed ones opened; and the columns in which something stayed closed. */
async function rows(): Promise<{ values: Opened[]; closed: Set<string>; opened: Set<string>; documents: string[] }> {
  const keyring = server.running.app.get(Keyring);
  const tables = await server.unitOfWork.run((tx) => tx.query<{ name: string }>(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`));
  const scopes = await server.unitOfWork.run((tx) => tx.query<{ scope_id: string }>('SELECT scope_id FROM content_key'));
  const sealers = await server.unitOfWork.run((tx) => keyring.sealersIn(tx, scopes.map((row) => row.scope_id)));
  const values: Opened[] = [];
  const [closed, opened] = [new Set<string>(), new Set<string>()];
  const updates = new Map<string, Uint8Array[]>();
  for (const { name } of tables) {
    const order = name === 'yjs_update' ? ' ORDER BY seq' : '';
    for (const row of await server.unitOfWork.run((tx) => tx.query<Record<string, unknown>>(`SELECT * FROM "${name}"${order}`))) {
      // Most are sealed for their own row, under the scope that one of its columns names.
      const ids = Object.values(row).filter((value): value is string => typeof value === 'string' && value.length === 36);
      const places = [...ids, ...ids.map((id) => `${id} released`)];
      const likely = [...new Set([...ids.flatMap((id) => sealers.get(id) ?? []), ...sealers.values()])];
      for (const [column, value] of Object.entries(row)) {
        if (value === null) continue;
        if (!(value instanceof Uint8Array)) {
          values.push({ column: `${name}.${column}`, bytes: Buffer.from(typeof value === 'object' ? JSON.stringify(value) : String(value)) });
          continue;
        }
        const bytes = openedBy(likely, value, name, column, places);
        if (bytes === null) {
          closed.add(`${name}.${column}`);
          values.push({ column: `${name}.${column}`, bytes: Buffer.from(value) });
          continue;
        }
        opened.add(`${name}.${column}`);
        values.push({ column: `${name}.${column}`, bytes });
        if (name === 'yjs_update') updates.set(row.document_id as string, [...(updates.get(row.document_id as string) ?? []), bytes]);
      }
    }
  }
  return { values, closed, opened, documents: [...updates.values()].map((all) => all.map(wordsIn).join('')) };
}

function openedBy(sealers: readonly { open(value: Uint8Array, at: { table: string; rowId: string; column: string }): Buffer; isShredded: boolean }[], value: Uint8Array, table: string, column: string, rowIds: readonly string[]): Buffer | null {
  if (value.length < 29 || ![1, 2].includes(value[0]!)) return null;
  for (const sealer of sealers) {
    for (const rowId of rowIds) {
      try {
        return sealer.open(value, { table, rowId, column });
      } catch {
        // Sealed for another place.
      }
    }
  }
  return null;
}

const inRows = async () => {
  const { values, documents } = await rows();
  return [...new Set([...values.flatMap(({ bytes }) => [...foundInBytes(bytes), ...foundIn(bytes.toString('utf8'))]), ...documents.flatMap(foundIn)])].sort();
};

describe('a CPR number that was typed and deleted', () => {
  it('by the digit, in two updates, by two people, in a long text, or so that only a reader sees it', async () => {
    const [anna, bo] = [await write(story.officer), await write(story.coordinator)];
    anna.type('Begyndt. ');
    await settled(anna);

    for (const digit of `fra ${number('digit by digit')} til`) anna.type(digit);
    await settled(anna);
    for (let n = 0; n < 10; n++) anna.text.delete(anna.text.length - 5, 1);
    await settled(anna);

    const twice = number('in two updates');
    anna.type(` en ${twice.slice(0, 6)}-`);
    anna.type(`${twice.slice(6)} to`);
    cut(anna, ' en ', ' to');
    await settled(anna);

    const both = number('by two people');
    anna.type(` tre ${both.slice(0, 6)}`);
    await settled(anna);
    await until('seen', () => bo.text.toString().endsWith(both.slice(0, 6)));
    bo.type(`-${both.slice(6)} fire`);
    await settled(bo);
    await until('shown, or masked already', () => anna.text.toString().endsWith(' fire'));
    cut(bo, ' tre ', ' fire');
    await settled(bo);
    await until('gone for both', () => anna.text.toString() === bo.text.toString());

    const long = 'Barnet er set af to læger. '.repeat(700);
    anna.type(` fem ${long}${number('pasted in a long text').replace(/^.{6}/, '$& ')}. ${long} seks`);
    await settled(anna);
    cut(anna, ' fem ', ' seks');
    await settled(anna);

    anna.type(` syv ${[...number('in full width')].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('')} otte`);
    cut(anna, ' syv ', ' otte');
    anna.type(` ni ${[...number('as surrogate pairs')].map((digit) => String.fromCodePoint(0x1d7ce + Number(digit))).join('')} tiende`);
    cut(anna, ' ni ', ' tiende');
    anna.type(` elleve ${[...number('with zero width characters')].join('\u200b')} tolv`);
    cut(anna, ' elleve ', ' tolv');
    await settled(anna);

    // Each was found, in the words or in what was deleted again, however it was written.
    const sealer = await server.running.app.get(Keyring).sealerFor(itemId);
    const written = [...numbers].map(([how, digits]) => ({ how, print: sealer.fingerprint(digits, 'cpr').toString('hex') }));
    const unfound = async () => {
      const rows = await server.unitOfWork.run((tx) => tx.query<{ fingerprint: Uint8Array }>('SELECT fingerprint FROM cpr_finding WHERE document_id = $1', [documentId]));
      const found = new Set(rows.map((row) => Buffer.from(row.fingerprint).toString('hex')));
      return written.filter(({ print }) => !found.has(print)).map(({ how }) => how);
    };
    for (const end = Date.now() + 10_000; (await unfound()).length > 0 && Date.now() < end; ) await new Promise((done) => setTimeout(done, 20));
    expect(await unfound()).toEqual([]);

    // Of this one somebody said that it is none: nobody looks for it, and it leaves with the next compaction.
    const dismissed = number('dismissed');
    expect((await story.officer.post(`/api/v1/documents/${documentId}/not-cpr`, { number: dismissed })).status).toBe(204);
    for (const digit of ` tretten ${dismissed} fjorten`) anna.type(digit);
    cut(anna, ' tretten ', ' fjorten');
    await settled(anna);
    expect(numbers.size).toBe(8);
    await until('both have the same', () => anna.text.toString() === bo.text.toString());
    expect([anna.text.toString().replace(/\[CPR-nummer fjernet\]/g, ''), anna.closes, bo.closes]).toEqual(['Begyndt. fra  til en  to tre  fire fem  seks syv  otte ni  tiende elleve  tolv tretten  fjorten', [], []]);
  }, 60_000);

  it('is found by this test where it still is: in the rows, before the compaction that answers it', async () => {
    expect(await inRows()).toContain('dismissed');
    const update = new Y.Doc();
    for (const digit of numbers.get('digit by digit')!) update.getText('title').insert(update.getText('title').length, digit);
    expect(foundIn(wordsIn(Y.encodeStateAsUpdate(update)))).toEqual(['digit by digit']);
    expect(foundInBytes(Buffer.from(`x${numbers.get('by two people')}y`))).toEqual(['by two people']);
  });

  it('is, after compaction, decrypted, in no row of no table, and all that is sealed was opened', async () => {
    await server.running.app.get(CollabHub).compactor.fulfil(documentId);
    expect(await inRows()).toEqual([]);
    const { opened, closed } = await rows();
    for (const column of ['yjs_update.payload', 'agenda_item.title', 'meeting.title', 'series.title']) expect(opened).toContain(column);
    // What stays closed is no text: hashes, fingerprints, keys that are wrapped, and what only a key outside the database opens.
    expect([...closed].filter((column) => !/(_hash|fingerprint|wrapped_key|hash|mac|salt|nonce)$/.test(column)).sort()).toEqual([]);
  }, 60_000);

  it('is in no byte that a newcomer receives, who gets all the rest', async () => {
    const frames = await received(story.caseworker);
    expect(foundInBytes(Buffer.concat(frames))).toEqual([]);
    const updates = frames.filter((frame) => frame[0] === 0 && frame[1]! > 0).map(contentOf);
    expect(updates.length).toBeGreaterThan(0);
    expect(updates.map(wordsIn).flatMap(foundIn)).toEqual([]);
    const doc = new Y.Doc();
    for (const update of updates) Y.applyUpdate(doc, update);
    expect(doc.getXmlFragment('minutes').toString()).toContain('Begyndt.');
    expect([doc.store.pendingStructs, itemId.length]).toEqual([null, 36]);
  });
});
