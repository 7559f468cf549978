import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createTestDatabase, testDatabaseUrl, type OwnDatabase } from './test-database.js';

/** The built product in a process of its own, on a folder and database of its own, as an operator runs it. */
export class Product {
  private child: ChildProcess | null = null;
  output = '';
  private readonly copies: string[] = [];
  private readonly beside: Product[] = [];

  private constructor(
    readonly port: number,
    readonly folder: string,
    private readonly database: OwnDatabase | null,
  ) {}

  /** @param database instead of one on the server under test */
  static async create(database?: OwnDatabase): Promise<Product> {
    const folder = mkdtempSync(join(tmpdir(), 'samraad-product-'));
    return new Product(await freePort(), folder, database ?? (testDatabaseUrl === undefined ? null : await createTestDatabase()));
  }

  /** Another process on the same folder and database; it goes when this one is disposed of. */
  async another(): Promise<Product> {
    const other = new Product(await freePort(), this.folder, this.database);
    this.beside.push(other);
    return other;
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  /** @param environment added to the product's own */
  spawn(environment: Record<string, string> = {}, script = 'dist/apps/server/apps/server/src/main.js'): ChildProcess {
    const { NODE_OPTIONS: _jestOnly, DATABASE_URL: _foreign, ...inherited } = process.env;
    const child = spawn(process.execPath, [resolve(script)], {
      env: {
        ...inherited,
        PORT: String(this.port),
        SAMRAAD_DATA_DIR: this.folder,
        SAMRAAD_ROOT: process.cwd(),
        SAMRAAD_DEMO_STORY: 'no',
        LOG_LEVEL: 'warn',
        ...(this.database === null ? {} : { DATABASE_URL: this.database.url }),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
    return child;
  }

  /** Runs one of the operator's commands on its folder and database; answers what it printed. */
  async command(script: string): Promise<string> {
    const child = this.spawn({}, script);
    this.output = '';
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`${script} ended with ${code}: ${this.output}`);
    return this.output;
  }

  /**
   * Does nothing while it runs.
   *
   * @param environment added to the product's own
   */
  async start(environment: Record<string, string> = {}): Promise<void> {
    if (this.child !== null) return;
    this.output = '';
    const child = this.spawn(environment);
    this.child = child;
    while (!this.output.includes('Samråd kører på')) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the product ended: ${this.output}`);
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Stands still as if hung: sockets stay open, nobody answers. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** A copy of everything stored, taken while it is stopped; `restore`, while it is stopped, puts it back. */
  async backUp(): Promise<{ restore(): Promise<void> }> {
    if (this.database !== null) return this.database.backUp();
    const copy = mkdtempSync(join(tmpdir(), 'samraad-backup-'));
    this.copies.push(copy);
    cpSync(this.folder, copy, { recursive: true });
    return {
      restore: async () => {
        rmSync(this.folder, { recursive: true, force: true });
        cpSync(copy, this.folder, { recursive: true });
      },
    };
  }

  async dispose(): Promise<void> {
    await Promise.all([this, ...this.beside].map((one) => one.stop('SIGKILL')));
    await this.database?.drop();
    for (const folder of [this.folder, ...this.copies]) rmSync(folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
