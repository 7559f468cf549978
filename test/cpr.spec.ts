import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { TestServer, type Browser } from './support/test-server.js';
import { meetingOf, openItems, section115 } from './support/story.js';
import { until, Writer } from './support/writer.js';
import * as Y from 'yjs';

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let item: ReturnType<typeof openItems>[number]['item'];
const open: Writer[] = [];
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server);
  item = openItems(await meetingOf(story.coordinator, story.meetingId))[2]!.item;
});
afterEach(() => {
  for (const writer of open.splice(0)) writer.close();
});

const mask = '[CPR-nummer fjernet]';
/** The client of somebody who holds nothing back. */
async function write(browser: Parameters<typeof Writer.open>[0], field: 'title' | 'minutes' = 'title') {
  const writer = await Writer.open(browser, item.documentId, field);
  open.push(writer);
  return writer;
}

/** Everything that is stored of the document, opened: the words and whatever was deleted and is still there. */
async function storage(): Promise<{ bytes: string; rows: number }> {
  const sealer = await server.running.app.get(Keyring).sealerFor(item.id);
  const rows = await server.unitOfWork.run((tx) => tx.query<{ id: string; payload: Uint8Array }>('SELECT id, payload FROM yjs_update WHERE document_id = $1 ORDER BY seq', [item.documentId]));
  return { bytes: rows.map(({ id, payload }) => sealer.open(payload, { table: 'yjs_update', rowId: id, column: 'payload' }).toString('latin1')).join('\n'), rows: rows.length };
}

const findings = () =>
  server.unitOfWork.run((tx) => tx.query<{ person_id: string; outcome: string; fingerprint: Uint8Array }>('SELECT person_id, outcome, fingerprint FROM cpr_finding WHERE document_id = $1', [item.documentId]));

async function eventually<Value>(read: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> {
  for (const end = Date.now() + 20_000; ; ) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`waited in vain: ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

describe('[CO80] a CPR number that a foreign client sends', () => {
  it('[CO81] [CO85] is masked where it stands, in title and minutes, leaves storage, is noted without its digits, and told to who answers for it', async () => {
    const title = await write(story.officer);
    const minutes = await write(story.officer, 'minutes');
    const colleague = await write(story.coordinator, 'minutes');
    title.type(' om 010190-1234 og mere');
    minutes.type('Barnet 020290 5678 bor hos moren');
    await until('masked for everybody', () => colleague.text.toString().includes(mask) && colleague.doc.getText('title').toString().includes(mask));
    expect(colleague.text.toString()).toBe(`Barnet ${mask} bor hos moren`);
    expect(colleague.doc.getText('title').toString()).toBe(`Nye børn og unge på politiets liste om ${mask} og mere`);
    await until('masked for the author', () => minutes.text.toString() === colleague.text.toString());

    const stored = await eventually(storage, ({ bytes }) => !bytes.includes('010190') && !bytes.includes('020290'));
    expect(stored.bytes).toContain('bor hos moren');
    const noted = await eventually(findings, (rows) => rows.length === 2);
    expect(noted.map((row) => [row.person_id, row.outcome])).toEqual([
      [story.officer.person.id, 'masked'],
      [story.officer.person.id, 'masked'],
    ]);
    for (const row of noted) expect(Buffer.from(row.fingerprint)).toHaveLength(32);
    const told = async (who: Browser) => (await who.get<{ notifications: { kind: string; itemId?: string }[] }>('/api/v1/notifications')).body.notifications.filter((one) => one.kind === 'cprFound').length;
    await eventually(() => told(story.coordinator), (count) => count === 1);
    expect([await told(story.coordinator), await told(story.officer), await told(story.caseworker)]).toEqual([1, 0, 0]);

    // Who held the document all the time and who comes now go on together.
    const late = await write(story.coordinator, 'minutes');
    late.type(' – og går i skole');
    minutes.type('. Slut');
    await until('both have both', () => late.text.toString() === minutes.text.toString() && late.stored.length === 1 && minutes.stored.length === 2);
    expect(late.text.toString()).toContain('og går i skole');
    expect(late.text.toString()).toContain('. Slut');
    expect(minutes.closes).toEqual([]);
  });

  it('is seen across marks, in a list, and when two people wrote half of it each', async () => {
    const one = await write(story.officer, 'minutes');
    const other = await write(story.coordinator, 'minutes');
    const fragment = one.doc.getXmlFragment('minutes');
    one.doc.transact(() => {
      const text = new Y.XmlText('x 030390-1234 y');
      const paragraph = new Y.XmlElement('paragraph');
      const listItem = new Y.XmlElement('listItem');
      const list = new Y.XmlElement('bulletList');
      paragraph.insert(0, [text]);
      listItem.insert(0, [paragraph]);
      list.insert(0, [listItem]);
      fragment.insert(1, [list]);
      text.format(4, 4, { bold: {} });
    });
    one.type('040490-');
    await until('the first half is there', () => other.text.toString() === '040490-');
    other.type('4321 talte');
    await until('all of it is masked', () => other.text.toString() === `${mask} talte` && !other.doc.getXmlFragment('minutes').toString().includes('0390'));
    expect(other.doc.getXmlFragment('minutes').toString().replace(/<\/?bold>/g, '')).toContain(`x ${mask} y`);
    await eventually(storage, ({ bytes }) => !bytes.includes('030390') && !bytes.includes('4321'));
  });

  it('[CO87] and deletes again at once leaves storage, too, and is noted', async () => {
    const author = await write(story.officer, 'minutes');
    const colleague = await write(story.coordinator, 'minutes');
    author.type('Barnet 070790-1234');
    author.text.delete(7, 11);
    author.type('bor hos moren');
    await until('the colleague has what stands', () => colleague.text.toString() === 'Barnet bor hos moren');
    const noted = await eventually(findings, (rows) => rows.length === 1);
    expect(noted.map((row) => [row.person_id, row.outcome])).toEqual([[story.officer.person.id, 'deleted']]);
    expect((await storage()).bytes).not.toContain('070790');
    expect([colleague.text.toString(), author.closes]).toEqual(['Barnet bor hos moren', []]);
  });

  it('[CO82] stays when somebody has said that it is none; who said so is kept, the digits are not', async () => {
    const author = await write(story.officer, 'minutes');
    expect((await story.officer.post(`/api/v1/documents/${item.documentId}/not-cpr`, { number: '050590-1111' })).status).toBe(204);
    expect((await story.officer.post(`/api/v1/documents/${item.documentId}/not-cpr`, { number: '0505901111' })).status).toBe(204);
    author.type('Journal 050590 1111, barn 060690-2222');
    await until('only the other is masked', () => author.text.toString() === `Journal 050590 1111, barn ${mask}`);
    const rows = await server.unitOfWork.run((tx) => tx.query<Record<string, unknown>>('SELECT * FROM cpr_dismissal WHERE document_id = $1', [item.documentId]));
    expect(rows.map((row) => row.person_id)).toEqual([story.officer.person.id]);
    expect(Buffer.concat(Object.values(rows[0]!).map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))))).includes('0505901111')).toBe(false);
    await eventually(findings, (found) => found.length === 1);
  });

  it('[CO82] may be dismissed only by who may read the document, and only a number that looks like one', async () => {
    const path = `/api/v1/documents/${item.documentId}/not-cpr`;
    expect((await story.officer.post(path, { number: 'Sag 2026-014' })).status).toBe(400);
    expect((await story.officer.post(path, { number: '010190-1234 og 020290-1234' })).status).toBe(400);
    expect((await story.policeLeader.post(path, { number: '010190-1234' })).status).toBe(404);
    expect((await story.officer.post('/api/v1/documents/01890000-0000-7000-8000-000000000000/not-cpr', { number: '010190-1234' })).status).toBe(404);
    expect((await server.stranger().post(path, { number: '010190-1234' })).status).toBe(401);
  });
});

describe('[CO86] a CPR number in a document that takes no words', () => {
  it('is noted, and taken out when it does again, though nobody writes', async () => {
    expect((await story.coordinator.post(`/api/v1/meetings/${story.meetingId}/items`, { title: 'Til sidst', plannedMinutes: 5, outputType: 'discussion' })).status).toBe(201);
    item = openItems(await meetingOf(story.coordinator, story.meetingId)).at(-1)!.item;
    const author = await write(story.officer, 'minutes');
    expect((await story.officer.post(`/api/v1/documents/${item.documentId}/not-cpr`, { number: '050590-1111' })).status).toBe(204);
    author.type('Barn 050590-1111 her');
    await until('stored', () => author.stored.length === 1);
    const state = async (next: string) => expect((await story.coordinator.put(`/api/v1/items/${item.id}/state`, { state: next, reason: 'Ikke i dag.' })).status).toBe(200);
    await state('withdrawn');
    // What somebody said of it is no longer there: it is found.
    await server.unitOfWork.run(async (tx) => {
      await tx.query('ALTER TABLE cpr_dismissal DISABLE TRIGGER USER');
      await tx.query('DELETE FROM cpr_dismissal WHERE document_id = $1', [item.documentId]);
      await tx.query('ALTER TABLE cpr_dismissal ENABLE TRIGGER USER');
    });
    const events = server.running.app.get(DomainEvents);
    const look = async () => {
      events.emitHere('document.changed', { documentId: item.documentId, itemId: item.id });
      await events.idle();
    };
    await look();
    expect((await eventually(findings, (rows) => rows.length > 0)).map((row) => row.outcome)).toEqual(['locked']);
    expect([author.text.toString(), author.closes]).toEqual(['Barn 050590-1111 her', []]);
    await state('open');
    await until('masked', () => author.text.toString() === `Barn ${mask} her`);
    expect((await eventually(findings, (rows) => rows.length > 1)).map((row) => row.outcome).sort()).toEqual(['locked', 'masked']);
  });
});

describe('[CO83] while a number is taken out', () => {
  it('no word is lost that others type around it, nor in an offline browser', async () => {
    const author = await write(story.officer, 'minutes');
    const colleague = await write(story.coordinator, 'minutes');
    author.type('Start. ');
    await until('it begins', () => colleague.text.toString() === 'Start. ');
    const away = await write(story.caseworker, 'minutes');
    away.provider.disconnect();
    away.type('«offline»');
    const typed: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      // One number in each third: numbers again and again would have the author kept out.
      author.type(round % 3 === 0 && round < 12 ? `07079${round % 10}-1234 ` : `«a${round}»`);
      if (round % 3 !== 0) typed.push(`«a${round}»`);
      for (let n = 0; n < 10; n += 1) {
        const word = `«c${round}.${n}»`;
        const text = colleague.text;
        text.insert(Math.min(text.length, (round * 7 + n * 3) % (text.length + 1)), word);
        typed.push(word);
        await new Promise((done) => setTimeout(done, 3));
      }
      await until('what was typed arrived', () => author.stored.length === round + 2);
    }
    away.provider.connect();
    await eventually(storage, ({ bytes }) => !/07079\d-1234/.test(bytes));
    await until('all agree', () => {
      const texts = [author, colleague, away].map((writer) => writer.text.toString());
      return texts.every((text) => text === texts[0]) && !/07079\d-1234/.test(texts[0]!) && texts[0]!.includes('offline');
    });
    const fresh = await write(story.officer, 'minutes');
    const said = fresh.text.toString();
    // A word that was put inside another is still there, letter by letter: count each word's own characters.
    const letters = (text: string) => [...text].filter((letter) => letter === '«').length;
    expect(letters(said)).toBe(typed.length + 1);
    expect(author.closes).toEqual([]);
    expect(colleague.closes).toEqual([]);
  }, 60_000);

  it('survives a thousand numbers at once', async () => {
    const author = await write(story.officer, 'minutes');
    author.type(Array.from({ length: 1_000 }, (_, n) => `080890-${1_000 + n} ord${n}.`).join(' '));
    await until('all masked', () => !/080890/.test(author.text.toString()) && author.text.toString().includes('ord999.'), 30_000);
    expect(author.text.toString().split(mask)).toHaveLength(1_001);
    for (let n = 0; n < 1_000; n += 1) expect(author.text.toString()).toContain(` ord${n}.`);
    await eventually(storage, ({ bytes }) => !bytes.includes('080890'));
    await eventually(findings, (rows) => rows.length === 1_000);
  }, 60_000);
});

describe('[CO84] a client that puts numbers in again and again', () => {
  it('is sent away with its own code and kept out, while others go on', async () => {
    const stubborn = await write(story.officer, 'minutes');
    const colleague = await write(story.coordinator, 'minutes');
    for (let n = 0; n < 30 && !stubborn.closes.includes(4422); n += 1) {
      const before = colleague.text.toString().split(mask).length;
      stubborn.type(`090990-${1_000 + n} `);
      await until('masked or sent away', () => stubborn.closes.includes(4422) || colleague.text.toString().split(mask).length > before);
    }
    expect(stubborn.closes).toEqual([4422]);
    expect(colleague.text.toString().split(mask).length - 1).toBeLessThanOrEqual(7);
    await until('nothing is left of it', () => !colleague.text.toString().includes('090990'));
    const again = await story.officer.post<{ ticket: string }>(`/api/v1/documents/${item.documentId}/ticket`);
    expect(again.status).toBe(200);
    await expect(Writer.open(story.officer, item.documentId)).rejects.toThrow('closed with 4422');
    colleague.type('Vi fortsætter.');
    await until('stored', () => colleague.stored.length === 1);
    const elsewhere = await Writer.open(story.officer, openItems(await meetingOf(story.officer, story.meetingId))[0]!.item.documentId);
    open.push(elsewhere);
    expect(elsewhere.provider.synced).toBe(true);
  }, 90_000);

  it('is not whoever wrote the digits, where a colleague deletes what stood between them', async () => {
    const author = await write(story.officer, 'minutes');
    const colleague = await write(story.coordinator, 'minutes');
    for (let n = 0; n < 8; n += 1) {
      author.type(`090990 bord 1${100 + n} `);
      const there = () => colleague.text.toString().indexOf('090990 bord ');
      await until('seen', () => there() >= 0);
      const at = there();
      colleague.doc.transact(() => colleague.text.delete(at + 7, 'bord '.length));
      await until('masked', () => author.text.toString().split(mask).length === n + 2);
    }
    expect([author.closes, colleague.closes]).toEqual([[], []]);
  }, 60_000);
});
