import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export function hasDovecot(): boolean {
  try {
    execFileSync('dovecot', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Debian's dovecot with one mailbox, as whoever runs the tests. */
export class ImapServer {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<ImapServer> {
    const folder = mkdtempSync(join(tmpdir(), 'samraad-imap-'));
    chmodSync(folder, 0o755);
    for (const part of ['run', 'state', 'mail', 'mail/new', 'mail/cur', 'mail/tmp']) mkdirSync(join(folder, part));
    const port = await freePort();
    const { uid, gid, username } = userInfo();
    // Mail belongs to nobody where the tests run as root, for whom dovecot reads none.
    const [owner, group] = uid === 0 ? [65534, 65534] : [uid, gid];
    if (uid === 0) execFileSync('chown', ['-R', `${owner}:${group}`, join(folder, 'mail')]);
    writeFileSync(
      join(folder, 'dovecot.conf'),
      [
        'protocols = imap',
        `base_dir = ${join(folder, 'run')}`,
        `state_dir = ${join(folder, 'state')}`,
        `log_path = ${join(folder, 'log')}`,
        `mail_location = maildir:${join(folder, 'mail')}`,
        'listen = 127.0.0.1',
        'ssl = no',
        'disable_plaintext_auth = no',
        'first_valid_uid = 1',
        ...(uid === 0 ? [] : [`default_internal_user = ${username}`, `default_login_user = ${username}`, `default_internal_group = ${gid}`, 'service anvil {', '  chroot =', '}', 'service stats {', '  chroot =', '}']),
        'service imap-login {',
        ...(uid === 0 ? [] : ['  chroot =']),
        '  inet_listener imap {',
        `    port = ${port}`,
        '  }',
        '  inet_listener imaps {',
        '    port = 0',
        '  }',
        '}',
        'passdb {',
        '  driver = static',
        '  args = password=hemmelig',
        '}',
        'userdb {',
        '  driver = static',
        `  args = uid=${owner} gid=${group} home=${join(folder, 'mail')}`,
        '}',
        '',
      ].join('\n'),
    );
    const child = spawn('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
    const server = new ImapServer(port, folder, child);
    for (let tries = 0; tries < 200; tries += 1) {
      if (await answers(port)) return server;
      if (child.exitCode !== null) break;
      await new Promise((again) => setTimeout(again, 50));
    }
    throw new Error(`dovecot does not answer: ${readFileSync(join(folder, 'log'), 'utf8')}`);
  }

  get url(): string {
    return `imap://samraad:hemmelig@127.0.0.1:${this.port}/INBOX`;
  }

  /** As a mail server delivers it. */
  deliver(name: string, message: Buffer): void {
    writeFileSync(join(this.folder, 'mail/new', `${Date.now()}.${name}.test`), message, { mode: 0o644 });
    if (userInfo().uid === 0) execFileSync('chown', ['-R', '65534:65534', join(this.folder, 'mail/new')]);
  }

  /** How many have not been read. */
  unread(): number {
    return ['new', 'cur'].flatMap((part) => readdirSync(join(this.folder, 'mail', part))).filter((name) => !/:2,[A-Za-z]*S/.test(name)).length;
  }

  async stop(): Promise<void> {
    this.child.kill();
    if (this.child.exitCode === null) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((tell) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => (socket.destroy(), tell(true)));
    socket.once('error', () => tell(false));
  });
