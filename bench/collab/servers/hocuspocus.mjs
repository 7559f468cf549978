// Hocuspocus as it is; with BENCH_DATABASE its database extension, which keeps the state of a document as one row.
import { Server } from '@hocuspocus/server';
import { Database } from '@hocuspocus/extension-database';
import * as Y from 'yjs';
import { history, seedUpdate } from '../history.mjs';
import { pool, serve } from './child.mjs';

const database = process.env.BENCH_DATABASE === undefined ? null : await pool('CREATE TABLE IF NOT EXISTS hocuspocus (name text PRIMARY KEY, state bytea NOT NULL)');
const put = (name, state) =>
  database.query('INSERT INTO hocuspocus (name, state) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET state = EXCLUDED.state', [name, Buffer.from(state)]);
const inMemory = new Map();
const server = new Server({
  port: 0,
  address: '127.0.0.1',
  quiet: true,
  stopOnSignals: false,
  extensions: [
    new Database(
      database === null
        ? { fetch: async ({ documentName }) => inMemory.get(documentName) ?? null, store: async () => undefined }
        : {
            fetch: async ({ documentName }) => (await database.query('SELECT state FROM hocuspocus WHERE name = $1', [documentName])).rows[0]?.state ?? null,
            store: async ({ documentName, state }) => void (await put(documentName, state)),
          },
    ),
  ],
});
await server.listen(0);

serve(server.httpServer.address().port, {
  create: async ({ names, characters }) => {
    const update = seedUpdate('x'.repeat(characters));
    for (const name of names) {
      if (database === null) inMemory.set(name, update);
      else await put(name, update);
    }
  },
  admit: async () => undefined,
  history: async ({ name, edits }) => {
    const doc = new Y.Doc();
    doc.transact(() => history(edits).updates.forEach((update) => Y.applyUpdate(doc, update)));
    await put(name, Y.encodeStateAsUpdate(doc));
  },
  stats: async () => ({ documents: server.hocuspocus.documents.size }),
});
