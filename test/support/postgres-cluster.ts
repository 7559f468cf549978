import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { programs } from './postgres-programs.js';
import { freePort } from './product.js';

/** Whom PostgreSQL, which refuses to run as root, runs as when the tests do. */
const accountName = 'postgres';

/** Why no cluster can be made here; null when one can. */
export const noCluster: string | null = (() => {
  if (programs() === null) return 'there is no initdb';
  if (process.getuid?.() === 0 && accountId() === null) return `the tests run as root, and there is no account ${accountName}`;
  return null;
})();

function accountId(): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${accountName}:`))
    ?.split(':');
  return line === undefined ? null : { uid: Number(line[2]), gid: Number(line[3]) };
}

/** A PostgreSQL of the test's own, on a free port of this machine, that may be killed. */
export class PostgresCluster {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly identity: { uid?: number; gid?: number },
  ) {}

  static async create(): Promise<PostgresCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'samraad-cluster-'));
    const account = process.getuid?.() === 0 ? accountId() : null;
    if (account !== null) chownSync(folder, account.uid, account.gid);
    const identity = account ?? {};
    chmodSync(folder, 0o700);
    const made = spawnSync(join(programs()!, 'initdb'), ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { ...identity, cwd: folder, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(made.stderr);
    const cluster = new PostgresCluster(folder, await freePort(), identity);
    await cluster.start();
    return cluster;
  }

  get url(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** Resolves when it takes connections, after a crash when it has recovered. */
  async start(): Promise<void> {
    for (const end = Date.now() + 60_000; ; ) {
      if (this.child === null || this.child.exitCode !== null || this.child.signalCode !== null) {
        // What is left of a killed one may hold the folder for a moment.
        this.child = spawn(join(programs()!, 'postgres'), ['-D', join(this.folder, 'data'), '-p', String(this.port), '-h', '127.0.0.1', '-k', this.folder], { ...this.identity, cwd: this.folder, stdio: 'ignore' });
      }
      const client = new pg.Client({ connectionString: this.url });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query('SELECT 1');
        await client.end();
        return;
      } catch (error) {
        await client.end().catch(() => undefined);
        if (Date.now() > end) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }

  /** Without a word to anybody: what was not written to disk is gone. */
  async kill(): Promise<void> {
    const child = this.child!;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async dispose(): Promise<void> {
    if (this.child !== null && this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGINT');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
