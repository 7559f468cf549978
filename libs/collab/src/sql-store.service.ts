import { Injectable } from '@nestjs/common';
import { Clock } from '@lib/platform/clock.js';
import { Keyring, type Sealer } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type RunOptions, type Statement, type Tx } from '@lib/platform/unit-of-work.service.js';
import { CollabStore, type Appended, type Compacted, type DocumentRow, type Head, type Known, type KnownHead, type News, type NewUpdate, type StoredDocument, type TicketRow } from './collab-store.js';
import type { Binding } from './knowledge.js';
import { seedUpdate } from './document-content.js';
import type { DocumentState } from './protocol.js';

const lane = { lane: 'collab' } as const;

/** Rows read in one transaction. A long history must not keep others from the one connection of the embedded database. */
const pageRows = 4_000;
/** Rows opened before others get their turn; each takes some microseconds. */
const openedAtOnce = 500;
/** Any number, the same in every release: the first half of the advisory lock of a compaction. */
const compactionLock = 728_112;

/** Where a payload stands; part of what its encryption authenticates. */
export const payloadPlace = (rowId: string) => ({ table: 'yjs_update', rowId, column: 'payload' });

export interface NewDocumentRow extends Omit<DocumentRow, 'state' | 'seq'> {
  /** The server's own first update. */
  seed: { rowId: string; payload: Uint8Array };
}

interface FoundDocument {
  item_id: string;
  epoch: string;
  state: DocumentState;
  authority_id: string | null;
  is_restored: boolean;
  seq: string;
}

const findStatement: Statement = {
  name: 'collab find',
  sql: 'SELECT d.item_id, d.epoch, d.state, d.authority_id, d.is_restored, (SELECT coalesce(max(u.seq), 0) FROM yjs_update u WHERE u.document_id = d.id) AS seq FROM yjs_document d WHERE d.id = $1',
};

const readDocument = (documentId: string, [row]: readonly FoundDocument[]): DocumentRow | null =>
  row === undefined ? null : { documentId, itemId: row.item_id, epoch: row.epoch, state: row.state, seq: Number(row.seq), ...(row.authority_id === null ? {} : { side: row.authority_id }), ...(row.is_restored ? { isRestored: true } : {}) };

interface UpdateRow {
  id: string;
  seq: string;
  payload: Uint8Array;
  is_snapshot: boolean;
}

async function openAll(rows: readonly UpdateRow[], sealer: Sealer): Promise<Buffer[]> {
  const opened: Buffer[] = [];
  for (const { id, payload } of rows) {
    if (opened.length % openedAtOnce === openedAtOnce - 1) await new Promise<void>((done) => setImmediate(done));
    opened.push(sealer.open(payload, payloadPlace(id)));
  }
  return opened;
}

interface SealedUpdate {
  row: NewUpdate;
  payload: Buffer | null;
}

const sealAll = (rows: readonly NewUpdate[], sealers: ReadonlyMap<string, Sealer>): SealedUpdate[] =>
  rows.map((row) => ({ row, payload: row.payload === null ? null : sealers.get(row.itemId)!.seal(row.payload, payloadPlace(row.rowId)) }));

const bindingsOf = (rows: readonly NewUpdate[]) => rows.flatMap((row) => (row.personId === null ? [] : row.clientIds.map((clientId) => ({ ...row, clientId }))));
const columnsOf = (bindings: ReturnType<typeof bindingsOf>) => [bindings.map(({ documentId }) => documentId), bindings.map(({ clientId }) => clientId), bindings.map(({ personId }) => personId)];

/** In the order in which they are locked, here and by every process: that in which the database sorts ids. */
const documentsOf = (rows: readonly NewUpdate[]) => [...new Set(rows.map(({ documentId }) => documentId))].sort();

/** What became of the documents and their rows. */
interface Stored {
  /** Others have committed there, or a client id is somebody else's: nothing of them was stored. */
  behind: Set<string>;
  /** They take no updates. */
  refused: Set<string>;
  /** Somebody else was at them. */
  busy: Set<string>;
  heads: Map<string, number>;
}

interface AppendAnswer {
  id: string;
  /** Of a document of which nothing was stored, why; of one in which updates were stored “at”, with the number of the last. */
  verdict: 'behind' | 'busy' | 'shut' | 'at';
  seq: string | null;
}

/** Ids and numbers as the server reads a list of them; the driver would look at each for what must be quoted. */
const listOf = (values: readonly (string | number | null)[]) => `{${values.map((value) => value ?? 'NULL').join(',')}}`;

function readAnswer(rows: readonly AppendAnswer[]): Stored {
  const idsOf = (which: AppendAnswer['verdict']) => new Set(rows.flatMap(({ id, verdict }) => (verdict === which ? [id] : [])));
  return { behind: idsOf('behind'), refused: idsOf('shut'), busy: idsOf('busy'), heads: new Map(rows.flatMap(({ id, seq }) => (seq === null ? [] : [[id, Number(seq)] as const]))) };
}

/**
 * Locks the documents and stores the rows of those that take some and of which all is known. The lock makes a freeze wait for this one,
 * and the commits of other processes try again behind it, and what comes after a freeze find the document frozen. Numbers are
 * given out behind it: within a document they rise in the order of the commits. One text however many rows, so that it is
 * planned once; the payloads come as one value, which costs half of what an array of them does. “All of which is known” is the very
 * last row: another one is that of a store that was put back to an earlier state, and what is given here may hang on what it lost.
 */
const appending = (binds: boolean): Statement => ({
  name: binds ? 'collab append and bind' : 'collab append',
  // Who holds one of them for long holds up that document and no other: it is passed over, and tried again. What is asked
  // of them by function is seen as of after the lock. Planned once for any number of documents, of which nothing is known then: so every
  // step is one walk through what was named, and nothing is joined. The last row is null where there is none; an empty list of them
  // asks nothing.
  sql: `WITH asked AS MATERIALIZED (
     SELECT k.id, k.n, d.has_tail FROM unnest($1::uuid[]) WITH ORDINALITY AS k (id, n)
     LEFT JOIN LATERAL (SELECT d.has_tail FROM yjs_document d WHERE d.id = k.id AND d.state = 'open' FOR NO KEY UPDATE SKIP LOCKED) AS d ON true),
   judged AS MATERIALIZED (
     SELECT a.id, a.n, CASE
       WHEN a.has_tail IS NULL THEN CASE WHEN EXISTS (SELECT 1 FROM yjs_document d WHERE d.id = a.id AND d.state = 'open') THEN 'busy' ELSE 'shut' END
       WHEN cardinality($2::uuid[]) > 0 AND (yjs_last(a.id) IS DISTINCT FROM ($2::uuid[])[a.n]${
         binds
           ? `
         OR EXISTS (SELECT 1 FROM unnest($10::int[], $11::bigint[], $12::uuid[]) AS b (n, client_id, person_id)
                    WHERE b.n = a.n AND yjs_owner(a.id, b.client_id) <> b.person_id)`
           : ''
       }) THEN 'behind'
       WHEN a.has_tail THEN 'stored' ELSE 'first' END AS verdict
     FROM asked a),
   verdicts AS MATERIALIZED (SELECT array_agg(j.verdict IN ('stored', 'first') ORDER BY j.n) AS is_current, array_agg(j.id) FILTER (WHERE j.verdict = 'first') AS firsts FROM judged j),
   stored AS (
     INSERT INTO yjs_update (id, document_id, person_id, payload, created_at)
     SELECT r.id, ($1::uuid[])[r.n], r.person_id, substr($7::bytea, r.start, r.length), $3::timestamptz
     FROM unnest($4::uuid[], $5::int[], $6::uuid[], $8::int[], $9::int[]) WITH ORDINALITY AS r (id, n, person_id, length, start, position), verdicts v
     WHERE v.is_current[r.n]
     ORDER BY r.position
     ON CONFLICT (id) DO NOTHING RETURNING document_id, seq),${
       binds
         ? `
   bound AS (
     INSERT INTO yjs_client (document_id, client_id, person_id, session_id, created_at)
     SELECT ($1::uuid[])[b.n], b.client_id, b.person_id, b.session_id, $3::timestamptz
     FROM unnest($10::int[], $11::bigint[], $12::uuid[], $13::uuid[]) AS b (n, client_id, person_id, session_id), verdicts v
     WHERE v.is_current[b.n]
     ON CONFLICT (document_id, client_id) DO NOTHING),`
         : ''
     }
   begun AS (UPDATE yjs_document d SET has_tail = true FROM verdicts v WHERE d.id = ANY(v.firsts) AND d.id IN (SELECT s.document_id FROM stored s))
   SELECT j.id, j.verdict, NULL::bigint AS seq FROM judged j WHERE j.verdict NOT IN ('stored', 'first')
   UNION ALL SELECT s.document_id, 'at', max(s.seq) FROM stored s GROUP BY s.document_id`,
});
/** Most of what is written is by those whose client ids are known. */
const appendStatement = appending(false);
const appendAndBindStatement = appending(true);

/** Documents as rows. Payloads are sealed with the key of their item before the transaction begins. */
@Injectable()
export class SqlStore extends CollabStore {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async find(documentId: string): Promise<DocumentRow | null> {
    return readDocument(documentId, await this.unitOfWork.once<FoundDocument>(findStatement, [documentId], lane));
  }

  override async load(documentId: string): Promise<StoredDocument | null> {
    const read = await this.unitOfWork.run(async (tx) => {
      const document = await this.findIn(tx, documentId);
      if (document === null) return null;
      // Whose the client ids are is read last: no update may be known without it.
      const rows = await this.pageIn(tx, documentId, '0');
      return { document, rows, bindings: await this.bindingsIn(tx, documentId) };
    }, lane);
    if (read === null) return null;
    const rows = await this.rest(documentId, read.rows);
    const bindings = rows.length === read.rows.length ? read.bindings : await this.unitOfWork.run((tx) => this.bindingsIn(tx, documentId), lane);
    const sealer = await this.keyring.sealerFor(read.document.itemId);
    return {
      ...read.document,
      // Whose key was destroyed has this one line left.
      updates: sealer.isShredded ? [seedUpdate({ title: sealer.openText(Buffer.alloc(0), payloadPlace(documentId)), agendaParagraphs: [] })] : await openAll(rows, sealer),
      hasSnapshot: sealer.isShredded || (rows[0]?.is_snapshot ?? false),
      bindings,
      seq: Number(rows.at(-1)?.seq ?? 0),
      lastRowId: rows.at(-1)?.id ?? null,
    };
  }

  private async bindingsIn(tx: Tx, documentId: string): Promise<Binding[]> {
    const rows = await tx.query<{ client_id: string; person_id: string }>('SELECT client_id, person_id FROM yjs_client WHERE document_id = $1', [documentId]);
    return rows.map((row) => ({ clientId: Number(row.client_id), personId: row.person_id }));
  }

  override async since(documentId: string, seq: number): Promise<News | null> {
    const document = await this.find(documentId);
    if (document === null) return null;
    const sealer = await this.keyring.sealerFor(document.itemId);
    return this.unitOfWork.run(async (tx) => {
      const news = await this.newsIn(tx, document, sealer, seq);
      // Read last: behind a freeze that is seen here no row can come.
      const now = await this.findIn(tx, documentId);
      return now === null ? null : { ...news, state: now.state };
    }, lane);
  }

  /** @throws Error when it is more than one page: whoever is so far behind begins anew */
  private async newsIn(tx: Tx, { documentId, state }: Pick<DocumentRow, 'documentId' | 'state'>, sealer: Sealer, seq: number): Promise<News> {
    // Read first: compacted before it, the rows begin with the snapshot; compacted after it, it was there.
    const [anchor] = await tx.query<{ id: string }>('SELECT id FROM yjs_update WHERE document_id = $1 AND seq = $2', [documentId, seq]);
    const rows = sealer.isShredded ? [] : await this.pageIn(tx, documentId, String(seq));
    if (rows.length === pageRows) throw new Error('too far behind');
    const updates = await openAll(rows, sealer);
    return {
      state,
      head: Number(rows.at(-1)?.seq ?? (await this.headIn(tx, documentId))),
      anchor: anchor?.id ?? null,
      rows: rows.map((row, n) => ({ rowId: row.id, seq: Number(row.seq), update: updates[n] as Uint8Array, isSnapshot: row.is_snapshot })),
      bindings: await this.bindingsIn(tx, documentId),
    };
  }

  override async heads(documentIds: readonly string[]): Promise<Map<string, Head>> {
    const rows = await this.unitOfWork.run(
      (tx) => tx.query<{ id: string; seq: string; row_id: string }>('SELECT d.id, h.seq, h.id AS row_id FROM unnest($1::uuid[]) AS d (id), LATERAL (SELECT u.id, u.seq FROM yjs_update u WHERE u.document_id = d.id ORDER BY u.seq DESC LIMIT 1) AS h', [documentIds]),
      lane,
    );
    return new Map(rows.map((row) => [row.id, { seq: Number(row.seq), rowId: row.row_id }]));
  }

  private async headIn(tx: Tx, documentId: string): Promise<string> {
    const [row] = await tx.query<{ head: string }>('SELECT coalesce(max(seq), 0) AS head FROM yjs_update WHERE document_id = $1', [documentId]);
    return row!.head;
  }

  private pageIn(tx: Tx, documentId: string, afterSeq: string): Promise<UpdateRow[]> {
    return tx.query<UpdateRow>(`SELECT id, seq, payload, is_snapshot FROM yjs_update WHERE document_id = $1 AND seq > $2 ORDER BY seq LIMIT ${pageRows}`, [documentId, afterSeq]);
  }

  /**
   * The rows behind the first page, each page in a transaction of its own. A compaction between two of them puts everything
   * that was read, and is gone, into a row behind it.
   */
  private async rest(documentId: string, first: UpdateRow[], options: RunOptions = lane): Promise<UpdateRow[]> {
    const rows = [...first];
    for (let page = first; page.length === pageRows; rows.push(...page)) {
      const { seq } = page.at(-1) as UpdateRow;
      page = await this.unitOfWork.run((tx) => this.pageIn(tx, documentId, seq), options);
    }
    return rows;
  }

  /**
   * The committed updates of many documents, for what nobody waits for: an index, an export. Those that are gone, or whose
   * key was destroyed, are missing.
   */
  async updatesAtRest(documentIds: readonly string[]): Promise<Map<string, Uint8Array[]>> {
    return this.unitOfWork.run(
      async (tx) => {
        const rows = await tx.query<{ id: string; document_id: string; item_id: string; payload: Uint8Array }>(
          'SELECT u.id, u.document_id, d.item_id, u.payload FROM yjs_update u JOIN yjs_document d ON d.id = u.document_id WHERE u.document_id = ANY($1::uuid[]) ORDER BY u.seq',
          [documentIds],
        );
        const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
        const answer = new Map<string, Uint8Array[]>();
        for (const { id, document_id, item_id, payload } of rows) {
          const sealer = sealers.get(item_id);
          if (sealer === undefined || sealer.isShredded) continue;
          const updates = answer.get(document_id) ?? [];
          answer.set(document_id, updates);
          updates.push(sealer.open(payload, payloadPlace(id)));
        }
        return answer;
      },
      { lane: 'job' },
    );
  }

  override async append(rows: readonly NewUpdate[], known?: Known): Promise<Appended> {
    const sealers = await this.keyring.sealersFor(new Set(rows.map(({ itemId }) => itemId)));
    // Whose the client ids are is asked where others could have bound them; where nobody else can, it is looked at behind the rows.
    if (known === undefined && rows.some(({ clientIds }) => clientIds.length > 0)) return this.appendIn(rows, sealers, known);
    const documentIds = documentsOf(rows);
    const { statement, parameters } = this.asked(documentIds, sealAll(rows, sealers), known?.heads);
    const { refused, busy, behind, heads } = readAnswer(await this.unitOfWork.once<AppendAnswer>(statement, parameters, lane));
    if (behind.size === 0) return { refused, busy, heads };
    // Nothing of these documents was stored. Should it fail, all are tried again, and those that are stored find that they are.
    const rest = await this.appendIn(rows.filter(({ documentId }) => behind.has(documentId)), sealers, known);
    return { refused: new Set([...refused, ...rest.refused]), busy: new Set([...busy, ...(rest.busy ?? [])]), heads: new Map([...heads, ...rest.heads]) };
  }

  private appendIn(rows: readonly NewUpdate[], sealers: ReadonlyMap<string, Sealer>, known: Known | undefined): Promise<Appended> {
    const documentIds = documentsOf(rows);
    const itemOf = new Map(rows.map(({ documentId, itemId }) => [documentId, itemId]));
    const sealed = sealAll(rows, sealers);
    return this.unitOfWork.run(async (tx) => {
      const first = await this.storeIn(tx, documentIds, sealed, known?.heads);
      const heads = new Map(first.heads);
      const isPassed = (documentId: string) => first.behind.has(documentId) || first.refused.has(documentId) || first.busy.has(documentId);
      const stored = sealed.filter(({ row }) => !isPassed(row.documentId));
      if (first.behind.size > 0) {
        const again: NewUpdate[] = [];
        for (const documentId of first.behind) {
          const news = await this.newsIn(tx, { documentId, state: 'open' }, sealers.get(itemOf.get(documentId)!)!, known!.heads.get(documentId)!.seq);
          again.push(...(await known!.behind(documentId, news)));
        }
        // Nobody else has committed since: the documents are locked.
        const resealed = sealAll(again, sealers);
        const second = await this.storeIn(tx, [...first.behind].sort(), resealed);
        for (const [documentId, seq] of second.heads) heads.set(documentId, seq);
        stored.push(...resealed);
      }
      await this.bindIn(tx, stored.map(({ row }) => row));
      return { refused: first.refused, busy: first.busy, heads };
    }, lane);
  }

  private async storeIn(tx: Tx, documentIds: readonly string[], sealed: readonly SealedUpdate[], heads?: ReadonlyMap<string, KnownHead>): Promise<Stored> {
    const { statement, parameters } = this.asked(documentIds, sealed, heads);
    return readAnswer(await tx.query<AppendAnswer>(statement.sql, parameters));
  }

  /** @param heads without them nobody asks what others have committed, or whose client ids are */
  private asked(documentIds: readonly string[], sealed: readonly SealedUpdate[], heads?: ReadonlyMap<string, KnownHead>): { statement: Statement; parameters: unknown[] } {
    const updates = sealed.filter((one): one is SealedUpdate & { payload: Buffer } => one.payload !== null);
    const bindings = heads === undefined ? [] : bindingsOf(sealed.map(({ row }) => row));
    const numbers = new Map(documentIds.map((id, n) => [id, n + 1]));
    let start = 1;
    const starts = updates.map(({ payload: { length } }) => (start += length) - length);
    const parameters = [
      listOf(documentIds),
      listOf(heads === undefined ? [] : documentIds.map((id) => heads.get(id)?.rowId ?? null)),
      // An instant as text takes Temporal longer than all else here.
      new Date(this.clock.now().epochMilliseconds).toISOString(),
      listOf(updates.map(({ row }) => row.rowId)),
      listOf(updates.map(({ row }) => numbers.get(row.documentId)!)),
      listOf(updates.map(({ row }) => row.personId)),
      Buffer.concat(updates.map(({ payload }) => payload)),
      listOf(updates.map(({ payload }) => payload.length)),
      listOf(starts),
    ];
    if (bindings.length === 0) return { statement: appendStatement, parameters };
    parameters.push(
      listOf(bindings.map(({ documentId }) => numbers.get(documentId)!)),
      listOf(bindings.map(({ clientId }) => clientId)),
      listOf(bindings.map(({ personId }) => personId)),
      listOf(bindings.map(({ sessionId }) => sessionId)),
    );
    return { statement: appendAndBindStatement, parameters };
  }

  /** @throws Error when one of the ids is somebody else's */
  private async bindIn(tx: Tx, rows: readonly NewUpdate[]): Promise<void> {
    const bindings = bindingsOf(rows);
    if (bindings.length === 0) return;
    const columns = columnsOf(bindings);
    await tx.query(
      `INSERT INTO yjs_client (document_id, client_id, person_id, session_id, created_at)
       SELECT v.document_id, v.client_id, v.person_id, v.session_id, $5::timestamptz
       FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[]) AS v (document_id, client_id, person_id, session_id)
       ON CONFLICT (document_id, client_id) DO NOTHING`,
      [...columns, bindings.map(({ sessionId }) => sessionId), this.clock.now().toString()],
    );
    const foreign = await tx.query(
      `SELECT 1 FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS v (document_id, client_id, person_id)
       JOIN yjs_client c ON c.document_id = v.document_id AND c.client_id = v.client_id
       WHERE c.person_id <> v.person_id LIMIT 1`,
      columns,
    );
    if (foreign.length > 0) throw new Error('client id of another person');
  }

  override async setState(documentId: string, state: DocumentState): Promise<void> {
    await this.unitOfWork.run((tx) => this.setStateIn(tx, documentId, state), lane);
  }

  async setStateIn(tx: Tx, documentId: string, state: DocumentState): Promise<void> {
    await tx.query('UPDATE yjs_document SET state = $2 WHERE id = $1', [documentId, state]);
  }

  async writtenIn(tx: Tx, documentIds: readonly string[]): Promise<Set<string>> {
    // The server fills a document when it is made; only people's updates carry a name, until they are compacted.
    const rows = await tx.query<{ document_id: string }>(
      `SELECT document_id FROM yjs_update WHERE document_id = ANY($1::uuid[]) AND person_id IS NOT NULL
       UNION SELECT document_id FROM yjs_client WHERE document_id = ANY($1::uuid[])`,
      [documentIds],
    );
    return new Set(rows.map((row) => row.document_id));
  }

  /**
   * The words of all documents of items are gone with this commit: frozen, without a row and without a ticket.
   *
   * @returns the ids of the documents
   */
  async shredIn(tx: Tx, itemIds: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(`UPDATE yjs_document SET state = 'frozen', wants_compaction = false, has_tail = false WHERE item_id = ANY($1::uuid[]) RETURNING id`, [itemIds]);
    const documentIds = rows.map(({ id }) => id);
    await tx.query('DELETE FROM yjs_ticket WHERE document_id = ANY($1::uuid[])', [documentIds]);
    await tx.query('DELETE FROM yjs_update WHERE document_id = ANY($1::uuid[])', [documentIds]);
    return documentIds;
  }

  override async wantCompaction(documentId: string): Promise<void> {
    await this.unitOfWork.run((tx) => tx.query('UPDATE yjs_document SET wants_compaction = true WHERE id = $1', [documentId]), lane);
  }

  override wantingCompaction(): Promise<{ documentId: string; itemId: string }[]> {
    return this.unitOfWork.run(
      (tx) => tx.query<{ documentId: string; itemId: string }>('SELECT id AS "documentId", item_id AS "itemId" FROM yjs_document WHERE wants_compaction'),
      { lane: 'job', as: 'collab' },
    );
  }

  /**
   * Reads and merges outside the transaction that rewrites, which is thus as short as a commit. In the row of the last one
   * that was merged: the order of what follows stays, and a commit of it that is tried again finds it there.
   */
  override async compact(documentId: string, merge: (updates: readonly Uint8Array[]) => Promise<Uint8Array>, fulfils: boolean): Promise<Compacted | null> {
    const read = await this.unitOfWork.run(
      async (tx) => {
        const [document] = await tx.query<{ item_id: string; wants_compaction: boolean }>('SELECT item_id, wants_compaction FROM yjs_document WHERE id = $1', [documentId]);
        return document === undefined ? null : { itemId: document.item_id, isWanted: document.wants_compaction, rows: await this.pageIn(tx, documentId, '0') };
      },
      { lane: 'job', as: 'collab' },
    );
    if (read === null) return null;
    const rows = await this.rest(documentId, read.rows, { lane: 'job', as: 'collab' });
    const last = rows.at(-1);
    if (last === undefined || (rows.length === 1 && last.is_snapshot && !(fulfils && read.isWanted))) return null;
    const sealer = await this.keyring.sealerFor(read.itemId);
    const updates = await openAll(rows, sealer);
    const merged = await merge(updates);
    const sealed = sealer.seal(merged, payloadPlace(last.id));
    const isDone = await this.unitOfWork.run(async (tx) => {
      const [lock] = await tx.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS taken', [compactionLock, documentId]);
      if (lock?.taken !== true) return false;
      // A commit and a freeze wait; a commit under way is waited for.
      await tx.query('SELECT id FROM yjs_document WHERE id = $1 FOR UPDATE', [documentId]);
      // Somebody else compacted meanwhile, or another process committed late under an earlier number.
      const [found] = await tx.query<{ count: number }>('SELECT count(*)::int AS count FROM yjs_update WHERE document_id = $1 AND seq <= $2', [documentId, last.seq]);
      if (found?.count !== rows.length) return false;
      const [kept] = await tx.query<{ payload: Uint8Array }>('UPDATE yjs_update SET payload = $2, person_id = NULL, is_snapshot = true WHERE id = $1 RETURNING payload', [last.id, sealed]);
      // What was written is read back before anything goes.
      if (kept === undefined || !sealer.open(kept.payload, payloadPlace(last.id)).equals(merged)) throw new Error('the snapshot does not read back');
      await tx.query('DELETE FROM yjs_update WHERE document_id = $1 AND seq < $2', [documentId, last.seq]);
      const [tail] = await tx.query('SELECT 1 FROM yjs_update WHERE document_id = $1 AND seq > $2 LIMIT 1', [documentId, last.seq]);
      await tx.query('UPDATE yjs_document SET has_tail = $3, wants_compaction = wants_compaction AND NOT $2 WHERE id = $1', [documentId, fulfils, tail !== undefined]);
      return true;
    }, lane);
    return isDone ? { savedBytes: updates.reduce((sum, { length }) => sum + length, 0) - merged.length } : null;
  }

  override async resting(before: number, limit: number): Promise<string[]> {
    const rows = await this.unitOfWork.run(
      (tx) =>
        tx.query<{ document_id: string }>(
          `SELECT d.id AS document_id FROM yjs_document d, LATERAL (SELECT u.created_at FROM yjs_update u WHERE u.document_id = d.id ORDER BY u.seq DESC LIMIT 1) AS last
           WHERE d.has_tail AND last.created_at <= $1 LIMIT $2`,
          [new Date(before).toISOString(), limit],
        ),
      { lane: 'job', as: 'collab' },
    );
    return rows.map((row) => row.document_id);
  }

  /** Documents with their first update. The content keys of their items were made before, perhaps in this transaction. */
  async createIn(tx: Tx, documents: readonly NewDocumentRow[]): Promise<void> {
    if (documents.length === 0) return;
    const now = this.clock.now().toString();
    const sealers = await this.keyring.sealersIn(tx, documents.map(({ itemId }) => itemId));
    await tx.query(
      `INSERT INTO yjs_document (id, item_id, epoch, authority_id, state, created_at)
       SELECT v.id, v.item_id, v.epoch, v.authority_id, 'open', $5::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) AS v (id, item_id, epoch, authority_id)`,
      [documents.map(({ documentId }) => documentId), documents.map(({ itemId }) => itemId), documents.map(({ epoch }) => epoch), documents.map(({ side }) => side ?? null), now],
    );
    const parameters: unknown[] = [now];
    const values = documents.map(({ documentId, itemId, seed }) => {
      const sealer = sealers.get(itemId);
      if (sealer === undefined) throw new Error('the item has no content key');
      const first = parameters.push(seed.rowId, documentId, sealer.seal(seed.payload, payloadPlace(seed.rowId))) - 2;
      return `($${first}, $${first + 1}, NULL, $${first + 2}, $1, true)`;
    });
    await tx.query(`INSERT INTO yjs_update (id, document_id, person_id, payload, created_at, is_snapshot) VALUES ${values.join(', ')}`, parameters);
  }

  override async addTicket({ tokenHash, documentId, sessionId, personId, clientId }: TicketRow, validMs: number): Promise<void> {
    const now = this.clock.now();
    await this.unitOfWork.run(async (tx) => {
      await tx.query('DELETE FROM yjs_ticket WHERE session_id = $1 AND expires_at <= $2', [sessionId, now.toString()]);
      await tx.query(
        `INSERT INTO yjs_ticket (token_hash, document_id, session_id, person_id, client_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [Buffer.from(tokenHash), documentId, sessionId, personId, clientId, now.toString(), now.add({ milliseconds: validMs }).toString()],
      );
    }, lane);
  }

  override async findTicket(tokenHash: Uint8Array, documentId: string): Promise<TicketRow | null> {
    const [row] = await this.unitOfWork.run(
      (tx) =>
        tx.query<{ session_id: string; person_id: string; client_id: string }>(
          `SELECT session_id, person_id, client_id FROM yjs_ticket
           WHERE token_hash = $1 AND document_id = $2 AND expires_at > $3 AND revoked_at IS NULL`,
          [Buffer.from(tokenHash), documentId, this.clock.now().toString()],
        ),
      lane,
    );
    return row === undefined ? null : { tokenHash, documentId, sessionId: row.session_id, personId: row.person_id, clientId: Number(row.client_id) };
  }

  override async isClientIdTaken(documentId: string, clientId: number): Promise<boolean> {
    const rows = await this.unitOfWork.run(
      (tx) =>
        tx.query(
          `SELECT 1 FROM yjs_client WHERE document_id = $1 AND client_id = $2
           UNION ALL SELECT 1 FROM yjs_ticket WHERE document_id = $1 AND client_id = $2 LIMIT 1`,
          [documentId, clientId],
        ),
      lane,
    );
    return rows.length > 0;
  }

  private async findIn(tx: Tx, documentId: string): Promise<DocumentRow | null> {
    return readDocument(documentId, await tx.query<FoundDocument>(findStatement.sql, [documentId]));
  }
}
