import { Injectable } from '@nestjs/common';
import { Clock } from '@lib/platform/clock.js';
import { Keyring, type Sealer } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { CollabStore, type DocumentRow, type NewUpdate, type StoredDocument, type TicketRow } from './collab-store.js';
import type { DocumentState } from './protocol.js';

const lane = { lane: 'collab' } as const;

/** Where a payload stands; part of what its encryption authenticates. */
export const payloadPlace = (rowId: string) => ({ table: 'yjs_update', rowId });

export interface NewDocumentRow extends Omit<DocumentRow, 'state'> {
  /** The server's own first update. */
  seed: { rowId: string; payload: Uint8Array };
}

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

  override find(documentId: string): Promise<DocumentRow | null> {
    return this.unitOfWork.run((tx) => this.findIn(tx, documentId), lane);
  }

  override async load(documentId: string): Promise<StoredDocument | null> {
    const rows = await this.unitOfWork.run(async (tx) => {
      const document = await this.findIn(tx, documentId);
      if (document === null) return null;
      const updates = await tx.query<{ id: string; payload: Uint8Array }>('SELECT id, payload FROM yjs_update WHERE document_id = $1 ORDER BY seq', [documentId]);
      const clients = await tx.query<{ client_id: string; person_id: string }>('SELECT client_id, person_id FROM yjs_client WHERE document_id = $1', [documentId]);
      return { document, updates, clients };
    }, lane);
    if (rows === null) return null;
    const sealer = await this.keyring.sealerFor(rows.document.itemId);
    return {
      ...rows.document,
      updates: rows.updates.map(({ id, payload }) => sealer.open(payload, payloadPlace(id))),
      bindings: rows.clients.map((row) => ({ clientId: Number(row.client_id), personId: row.person_id })),
    };
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
          if (sealer === undefined) continue;
          const updates = answer.get(document_id) ?? [];
          answer.set(document_id, updates);
          updates.push(sealer.open(payload, payloadPlace(id)));
        }
        return answer;
      },
      { lane: 'job' },
    );
  }

  override async append(rows: readonly NewUpdate[]): Promise<ReadonlySet<string>> {
    const sealers = new Map<string, Sealer>();
    for (const { itemId } of rows) if (!sealers.has(itemId)) sealers.set(itemId, await this.keyring.sealerFor(itemId));
    const sealed = rows.map((row) => (row.payload === null ? null : (sealers.get(row.itemId) as Sealer).seal(row.payload, payloadPlace(row.rowId))));
    const now = this.clock.now().toString();
    const documentIds = [...new Set(rows.map(({ documentId }) => documentId))];

    return this.unitOfWork.run(async (tx) => {
      const values: string[] = [];
      const parameters: unknown[] = [documentIds, now];
      rows.forEach(({ rowId, documentId, personId }, position) => {
        const payload = sealed[position];
        if (payload === null || payload === undefined) return;
        const first = parameters.push(rowId, documentId, personId, payload) - 3;
        values.push(`(${position}, $${first}::uuid, $${first + 1}::uuid, $${first + 2}::uuid, $${first + 3}::bytea)`);
      });
      // The lock makes a freeze wait for the commit, and what comes after the freeze find the document frozen.
      const open = 'SELECT id FROM yjs_document WHERE id = ANY($1::uuid[]) AND state = \'open\' FOR SHARE';
      const answer =
        values.length === 0
          ? await tx.query<{ id: string }>(open, [documentIds])
          : await tx.query<{ id: string }>(
              `WITH open AS (${open}),
               stored AS (
                 INSERT INTO yjs_update (id, document_id, person_id, payload, created_at)
                 SELECT v.id, v.document_id, v.person_id, v.payload, $2::timestamptz
                 FROM (VALUES ${values.join(', ')}) AS v (position, id, document_id, person_id, payload)
                 JOIN open ON open.id = v.document_id
                 ORDER BY v.position
                 ON CONFLICT (id) DO NOTHING)
               SELECT id FROM open`,
              parameters,
            );
      const takes = new Set(answer.map(({ id }) => id));
      await this.bindIn(tx, rows.filter(({ documentId }) => takes.has(documentId)), now);
      return new Set(documentIds.filter((id) => !takes.has(id)));
    }, lane);
  }

  /** @throws Error when another process gave one of the ids to somebody else */
  private async bindIn(tx: Tx, rows: readonly NewUpdate[], now: string): Promise<void> {
    const bindings = rows.flatMap((row) => (row.personId === null ? [] : row.clientIds.map((clientId) => ({ ...row, clientId }))));
    if (bindings.length === 0) return;
    const columns = [bindings.map(({ documentId }) => documentId), bindings.map(({ clientId }) => clientId), bindings.map(({ personId }) => personId)];
    await tx.query(
      `INSERT INTO yjs_client (document_id, client_id, person_id, session_id, created_at)
       SELECT v.document_id, v.client_id, v.person_id, v.session_id, $5::timestamptz
       FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[]) AS v (document_id, client_id, person_id, session_id)
       ON CONFLICT (document_id, client_id) DO NOTHING`,
      [...columns, bindings.map(({ sessionId }) => sessionId), now],
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

  override async wantCompaction(documentId: string): Promise<void> {
    await this.unitOfWork.run((tx) => tx.query('UPDATE yjs_document SET wants_compaction = true WHERE id = $1', [documentId]), lane);
  }

  override wantingCompaction(): Promise<{ documentId: string; itemId: string }[]> {
    return this.unitOfWork.run(
      (tx) => tx.query<{ documentId: string; itemId: string }>('SELECT id AS "documentId", item_id AS "itemId" FROM yjs_document WHERE wants_compaction'),
      { lane: 'job' },
    );
  }

  /**
   * Reads and merges outside the transaction that rewrites, which is thus as short as a commit. The rows that were merged
   * give way to one; only they are named, so that nothing committed since can be among them.
   *
   * @throws Error when one of them is gone: somebody else compacts the document
   */
  override async compact(documentId: string, merge: (updates: readonly Uint8Array[]) => Promise<Uint8Array>): Promise<boolean> {
    const read = await this.unitOfWork.run(async (tx) => {
      const [document] = await tx.query<{ item_id: string }>('SELECT item_id FROM yjs_document WHERE id = $1 AND wants_compaction', [documentId]);
      if (document === undefined) return null;
      return { itemId: document.item_id, rows: await tx.query<{ id: string; payload: Uint8Array }>('SELECT id, payload FROM yjs_update WHERE document_id = $1 ORDER BY seq', [documentId]) };
    }, lane);
    const last = read?.rows.at(-1);
    if (read === null || last === undefined) return false;
    const sealer = await this.keyring.sealerFor(read.itemId);
    const merged = await merge(read.rows.map(({ id, payload }) => sealer.open(payload, payloadPlace(id))));
    // In the row of the last one: the order of what follows stays, and a commit of it that is tried again finds it there.
    const sealed = sealer.seal(merged, payloadPlace(last.id));
    await this.unitOfWork.run(async (tx) => {
      // A commit and a freeze wait, and so does another compaction.
      await tx.query('SELECT id FROM yjs_document WHERE id = $1 FOR UPDATE', [documentId]);
      const earlier = read.rows.slice(0, -1).map(({ id }) => id);
      const gone = await tx.query('DELETE FROM yjs_update WHERE document_id = $1 AND id = ANY($2::uuid[]) RETURNING id', [documentId, earlier]);
      const kept = await tx.query('UPDATE yjs_update SET payload = $2, person_id = NULL WHERE id = $1 RETURNING id', [last.id, sealed]);
      if (gone.length !== earlier.length || kept.length !== 1) throw new Error('compacted by somebody else');
      await tx.query('UPDATE yjs_document SET wants_compaction = false WHERE id = $1', [documentId]);
    }, lane);
    return true;
  }

  /** Documents with their first update. The content keys of their items were made before, perhaps in this transaction. */
  async createIn(tx: Tx, documents: readonly NewDocumentRow[]): Promise<void> {
    if (documents.length === 0) return;
    const now = this.clock.now().toString();
    const sealers = await this.keyring.sealersIn(tx, documents.map(({ itemId }) => itemId));
    await tx.query(
      `INSERT INTO yjs_document (id, item_id, epoch, state, created_at)
       SELECT v.id, v.item_id, v.epoch, 'open', $4::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS v (id, item_id, epoch)`,
      [documents.map(({ documentId }) => documentId), documents.map(({ itemId }) => itemId), documents.map(({ epoch }) => epoch), now],
    );
    const parameters: unknown[] = [now];
    const values = documents.map(({ documentId, itemId, seed }) => {
      const sealer = sealers.get(itemId);
      if (sealer === undefined) throw new Error('the item has no content key');
      const first = parameters.push(seed.rowId, documentId, sealer.seal(seed.payload, payloadPlace(seed.rowId))) - 2;
      return `($${first}, $${first + 1}, NULL, $${first + 2}, $1)`;
    });
    await tx.query(`INSERT INTO yjs_update (id, document_id, person_id, payload, created_at) VALUES ${values.join(', ')}`, parameters);
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
    const [row] = await tx.query<{ item_id: string; epoch: string; state: DocumentState }>('SELECT item_id, epoch, state FROM yjs_document WHERE id = $1', [documentId]);
    return row === undefined ? null : { documentId, itemId: row.item_id, epoch: row.epoch, state: row.state };
  }
}
