import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Product } from './support/product.js';
import { stageItem } from './support/real-product.js';
import { createTestDatabase, testDatabaseUrl } from './support/test-database.js';
import { TcpProxy, type Link } from './support/tcp-proxy.js';
import { until, Writer } from './support/writer.js';

/** The embedded database commits in the process itself: no answer can be lost, and who is killed in it is durability.spec.ts. */
(testDatabaseUrl === undefined ? describe.skip : describe)('a database whose commits fail', () => {
  let product: Product;
  let line: TcpProxy;
  let lineUrl: string;
  let owner: pg.Client;
  let staged: Awaited<ReturnType<typeof stageItem>>;

  beforeAll(async () => {
    const database = await createTestDatabase();
    const url = new URL(database.url);
    line = await TcpProxy.to(Number(url.port || 5432), url.hostname);
    lineUrl = line.through(database.url);
    product = await Product.create(database);
    owner = new pg.Client({ connectionString: database.url });
    owner.on('error', () => undefined);
    await owner.connect();
    await start();
    staged = await stageItem(product);
  }, 120_000);
  afterAll(async () => {
    await owner?.end();
    await product?.dispose();
    await line?.close();
  });

  const start = () => product.start({ DATABASE_URL: lineUrl });
  const lookNoFurther = () => {
    line.up = () => 'pass';
    line.down = () => 'pass';
  };
  const wordsOf = (writer: Writer) => writer.text.toString().match(/«[^»]*»/g) ?? [];

  /** Two people type in turns, each word a message, until `enough` says so; in the end everybody has every word once. */
  const typeThrough = async (name: string, enough: () => boolean) => {
    const { coordinator, officer, documentId } = staged;
    const writers = [await Writer.open(coordinator, documentId, 'minutes'), await Writer.open(officer, documentId, 'minutes')];
    const before = wordsOf(writers[0]!).length;
    let n = 0;
    const typing = setInterval(() => {
      writers.forEach((writer, w) => writer.type(`«${name}.${w}.${n}»`));
      n += 1;
    }, 5);
    await until('enough of them', enough, 30_000);
    clearInterval(typing);
    await until('every word is acknowledged', () => writers.every((writer) => writer.provider.synced && writer.sent > 0 && writer.acknowledged === writer.sent), 30_000);
    const written = before + writers.reduce((sum, { typed }) => sum + typed.length, 0);
    await until('everybody has all', () => writers.every((writer) => wordsOf(writer).length === written));
    const fresh = await Writer.open(officer, documentId, 'minutes');
    expect(new Set([...writers, fresh].map((writer) => writer.text.toString())).size).toBe(1);
    expect([wordsOf(fresh).length, new Set(wordsOf(fresh)).size]).toEqual([written, written]);
    const said = writers.flatMap(({ closes, refusals }) => [...closes, ...refusals]);
    for (const writer of [...writers, fresh]) writer.close();
    return said;
  };

  it('[CO12] at the commit itself, now and then: nothing is lost, nothing comes twice, nobody is sent away with it', async () => {
    // Raised when everything was stored and the transaction ends: by its number, so that the next try has another.
    await owner.query(`
      CREATE SEQUENCE fault_count;
      CREATE FUNCTION fault_now_and_then() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
        BEGIN
          IF pg_current_xact_id()::text::bigint % 3 = 0 THEN
            PERFORM nextval('fault_count');
            RAISE EXCEPTION 'no commit this time';
          END IF;
          RETURN NULL;
        END $$;
      CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON yjs_update DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fault_now_and_then();`);
    let failed = 0;
    const counting = setInterval(() => void owner.query<{ n: string }>('SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS n FROM fault_count').then(({ rows }) => (failed = Number(rows[0]!.n))), 50);
    try {
      const said = await typeThrough('fejl', () => failed >= 12);
      expect(said.filter((one) => typeof one === 'string' || (one >= 4400 && one < 4500))).toEqual([]);
    } finally {
      clearInterval(counting);
      await owner.query('DROP TRIGGER fault ON yjs_update');
    }
  }, 60_000);

  it('[CO12, CO41] that are not answered, although they were made: each word is stored once, and sockets stay', async () => {
    let commits = 0;
    let lost = 0;
    const owing = new Set<Link>();
    line.up = (bytes, link) => {
      // Of typing, one statement; with a new client id, a transaction.
      if (bytes.includes('INSERT INTO yjs_client')) link.note = 'binds';
      const isCommit = bytes.includes('collab append') || (link.note === 'binds' && bytes.includes('COMMIT'));
      if (isCommit) {
        link.note = '';
        commits += 1;
        if (commits % 4 === 0) owing.add(link);
      }
      return 'pass';
    };
    line.down = (_bytes, link) => {
      if (!owing.delete(link)) return 'pass';
      lost += 1;
      return 'cut';
    };
    try {
      expect(await typeThrough('svar', () => lost >= 12)).toEqual([]);
    } finally {
      lookNoFurther();
    }
  }, 60_000);

  it('[CO46] with the process killed at every step of a compaction no word is lost, and the next process compacts', async () => {
    const { coordinator, officer, documentId } = staged;
    const rows = async () => (await owner.query<{ is_snapshot: boolean }>('SELECT is_snapshot FROM yjs_update WHERE document_id = $1 ORDER BY seq', [documentId])).rows;
    const writer = await Writer.open(coordinator, documentId, 'minutes');
    const steps = ['pg_try_advisory_xact_lock', 'UPDATE yjs_update SET payload', 'DELETE FROM yjs_update', 'COMMIT'];
    const before = wordsOf(writer).length;
    let reached = false;
    /** The compaction gets as far as this statement, and no answer. Of the last one only the answer is lost. */
    const stopAt = (step: string) => {
      reached = false;
      line.up = (bytes, link) => {
        if (bytes.includes(steps[0]!)) link.note = 'compacts';
        if (link.note !== 'compacts' || !bytes.includes(step)) return 'pass';
        reached = true;
        return step === 'COMMIT' ? 'pass' : 'swallow';
      };
      line.down = (_bytes, link) => (reached && link.note === 'compacts' ? 'swallow' : 'pass');
    };
    stopAt(steps[0]!);
    for (let n = 0; n < 520; n += 1) writer.type(`«${n}»`);
    await until('all stored', () => writer.stored.length === 520);
    writer.close();
    for (const step of steps) {
      if (step !== steps[0]) stopAt(step);
      // Who opens it finds so many rows that it is compacted at once.
      const reader = await Writer.open(officer, documentId, 'minutes');
      expect([step, wordsOf(reader).length]).toEqual([step, before + 520]);
      await until(`it is compacted as far as ${step}`, () => reached);
      await product.stop('SIGKILL');
      reader.close();
      lookNoFurther();
      // Whoever was killed did not say goodbye: its transaction ends when the line does.
      const end = async () => (await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = 728112`)).rows[0]!.n;
      while ((await end()) > 0) await new Promise((done) => setImmediate(done));
      const left = await rows();
      if (step === 'COMMIT') expect(left.length).toBeLessThan(500);
      else expect(left.length).toBeGreaterThan(500);
      await start();
    }
    const reader = await Writer.open(officer, documentId, 'minutes');
    expect(wordsOf(reader).length).toBe(before + 520);
    expect(wordsOf(reader).slice(before)).toEqual(Array.from({ length: 520 }, (_, n) => `«${n}»`));
    expect((await rows())[0]!.is_snapshot).toBe(true);
    reader.close();
  }, 120_000);
});
