// The servers of the comparison, each a process of its own on a database or folder of its own.
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Client } from './client.mjs';

const adminUrl = process.env.TEST_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

export const kinds = {
  relay: { title: 'relay', script: 'relay' },
  relayCommit: { title: 'relay + commit', script: 'relay', database: true, durable: true },
  yWebsocket: { title: '@y/websocket-server', script: 'y-websocket' },
  yWebsocketLevel: { title: '@y/websocket-server + LevelDB', script: 'y-websocket', level: true, durable: true },
  hocuspocus: { title: 'Hocuspocus', script: 'hocuspocus', named: true },
  hocuspocusPostgres: { title: 'Hocuspocus + PostgreSQL', script: 'hocuspocus', database: true, durable: true, named: true },
  ours: { title: 'Samråd', script: 'ours', database: true, durable: true, tickets: true },
};

const onServer = async (sql) => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

let nextClient = 1_000;

export class Server {
  #asked = new Map();
  #id = 0;

  static async start(kind, limits = {}) {
    const server = new Server();
    Object.assign(server, { kind, ...kinds[kind], limits });
    server.folder = mkdtempSync(join(tmpdir(), 'samraad-bench-'));
    server.environment = { ...process.env, BENCH_FOLDER: server.folder, BENCH_LIMITS: JSON.stringify(limits), LOG_LEVEL: 'error' };
    delete server.environment.BENCH_DATABASE;
    delete server.environment.NODE_OPTIONS;
    if (server.database) {
      server.databaseName = `samraad_bench_${randomBytes(5).toString('hex')}`;
      await onServer(`CREATE DATABASE ${server.databaseName} TEMPLATE template0`);
      const url = new URL(adminUrl);
      url.pathname = `/${server.databaseName}`;
      server.environment.BENCH_DATABASE = url.href;
    }
    if (server.level) server.environment.BENCH_LEVEL = join(server.folder, 'level');
    await server.run();
    return server;
  }

  async run() {
    this.child = fork(fileURLToPath(new URL(`servers/${this.script}.mjs`, import.meta.url)), [], {
      env: this.environment,
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const child = this.child;
    child.on('message', (message) => {
      if (message.id === undefined) return;
      const { resolve, reject } = this.#asked.get(message.id);
      this.#asked.delete(message.id);
      if (message.error === undefined) resolve(message.answer);
      else reject(new Error(message.error));
    });
    const [{ port }] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => Promise.reject(new Error(`${this.title} ended at its start`)))]);
    this.port = port;
  }

  ask(ask, given = {}) {
    const id = this.#id++;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.child.send({ id, ask, ...given });
    });
  }

  async kill(signal = 'SIGKILL') {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  async dispose() {
    await this.kill();
    if (this.databaseName !== undefined) await onServer(`DROP DATABASE IF EXISTS ${this.databaseName} WITH (FORCE)`);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async documents(count, characters) {
    const names = Array.from({ length: count }, () => randomUUID());
    await this.ask('create', { names, characters });
    return names;
  }

  /** @returns clients that have not asked for the content yet */
  async clients(names, { listens = () => true, acks = false } = {}) {
    const given = names.map((name) => ({ name, client: nextClient++, ticket: randomUUID() }));
    if (this.tickets) await this.ask('admit', { clients: given });
    return given.map(({ name, client, ticket }, index) => this.client(name, client, ticket, listens(index), acks));
  }

  client(name, client, ticket, listens = true, acks = false) {
    const path = this.tickets ? `/yjs/${name}?ticket=${ticket}${acks ? '&ack=1' : ''}` : this.named ? '/' : `/${name}`;
    return Object.assign(new Client({ port: this.port, path, name: this.named ? name : null, client, listens }), { document: name, ticket });
  }
}
