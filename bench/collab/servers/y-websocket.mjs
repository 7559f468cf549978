// @y/websocket-server as it is; with BENCH_LEVEL its persistence (y-leveldb).
import { createServer } from 'node:http';
import { docs, getYDoc, setPersistence, setupWSConnection } from '@y/websocket-server/utils';
import { WebSocketServer } from 'ws';
import * as Y from 'yjs';
import { history, seedUpdate } from '../history.mjs';
import { serve } from './child.mjs';

const folder = process.env.BENCH_LEVEL;
let level = null;
if (folder !== undefined) {
  const { LeveldbPersistence } = await import('y-leveldb');
  level = new LeveldbPersistence(folder);
  // As the package itself binds it.
  setPersistence({
    provider: level,
    bindState: async (name, doc) => {
      const stored = await level.getYDoc(name);
      const mine = Y.encodeStateAsUpdate(doc);
      void level.storeUpdate(name, mine);
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(stored));
      doc.on('update', (update) => void level.storeUpdate(name, update));
    },
    writeState: async () => undefined,
  });
}
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket, request) => setupWSConnection(socket, request, { docName: request.url.split('?')[0].split('/').at(-1) }));
await new Promise((done) => server.listen(0, '127.0.0.1', done));

serve(server.address().port, {
  create: async ({ names, characters }) => {
    const update = seedUpdate('x'.repeat(characters));
    for (const name of names) {
      if (level !== null) await level.storeUpdate(name, update);
      else Y.applyUpdate(getYDoc(name), update);
    }
  },
  admit: async () => undefined,
  history: async ({ name, edits }) => {
    for (const update of history(edits).updates) await level.storeUpdate(name, update);
  },
  stats: async () => ({ documents: docs.size }),
});
