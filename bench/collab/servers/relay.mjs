// The limit from below: a bare `ws` relay that shows every frame to the others of the document. With BENCH_DATABASE it commits
// all that gathered to PostgreSQL first, in one statement, and answers a newcomer from there.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import * as Y from 'yjs';
import { history, seedUpdate } from '../history.mjs';
import { protocol } from '../wire.mjs';
import { pool, serve } from './child.mjs';

const wire = protocol(null);
const commits = process.env.BENCH_DATABASE !== undefined;
const database = commits ? await pool('CREATE TABLE IF NOT EXISTS relay (seq bigserial PRIMARY KEY, document text NOT NULL, payload bytea NOT NULL); CREATE INDEX IF NOT EXISTS relay_document ON relay (document, seq)') : null;
const rooms = new Map();
let queue = [];
let isCommitting = false;

const insert = (rows) =>
  database.query('INSERT INTO relay (document, payload) SELECT * FROM unnest($1::text[], $2::bytea[])', [rows.map(({ name }) => name), rows.map(({ update }) => Buffer.from(update))]);

async function commit() {
  if (isCommitting) return;
  isCommitting = true;
  while (queue.length > 0) {
    const batch = queue;
    queue = [];
    await insert(batch);
    for (const one of batch) show(one);
  }
  isCommitting = false;
}

function show({ room, sender, frame, update }) {
  if (!commits) room.updates.push(update);
  for (const socket of room.sockets) if (socket !== sender && socket.readyState === 1) socket.send(frame);
}

async function content(name, room) {
  if (!commits) return merge(room.updates);
  const { rows } = await database.query('SELECT payload FROM relay WHERE document = $1 ORDER BY seq', [name]);
  return merge(rows.map(({ payload }) => payload));
}

function merge(updates) {
  if (updates.length === 1) return updates[0];
  const doc = new Y.Doc();
  doc.transact(() => updates.forEach((update) => Y.applyUpdate(doc, update)));
  return Y.encodeStateAsUpdate(doc);
}

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket, request) => {
  const name = request.url.split('?')[0].split('/').at(-1);
  if (!rooms.has(name)) rooms.set(name, { sockets: new Set(), updates: [] });
  const room = rooms.get(name);
  socket.on('close', () => {
    room.sockets.delete(socket);
    if (room.sockets.size === 0 && commits) rooms.delete(name);
  });
  socket.on('error', () => undefined);
  socket.on('message', async (frame) => {
    const message = wire.read(frame);
    if (message.type === 'step1') {
      room.sockets.add(socket);
      socket.send(wire.step2(await content(name, room)));
    } else if (message.type === 'update') {
      const one = { name, room, sender: socket, frame: Buffer.from(frame), update: Uint8Array.from(message.payload) };
      if (!commits) return show(one);
      queue.push(one);
      void commit();
    }
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

serve(server.address().port, {
  create: async ({ names, characters }) => {
    const update = seedUpdate('x'.repeat(characters));
    if (commits) return void (await insert(names.map((name) => ({ name, update }))));
    for (const name of names) rooms.set(name, { sockets: new Set(), updates: [update] });
  },
  admit: async () => undefined,
  history: async ({ name, edits }) => {
    const { updates } = history(edits);
    for (let from = 0; from < updates.length; from += 5_000) await insert(updates.slice(from, from + 5_000).map((update) => ({ name, update })));
  },
});
