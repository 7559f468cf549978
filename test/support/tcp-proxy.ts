import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What becomes of bytes on their way. `cut`: they are gone, and with them the line, at both ends. */
export type Fate = 'pass' | 'swallow' | 'cut';

/** One line through the proxy; what a test wants to remember of it. */
export interface Link {
  note: string;
}

/** A TCP line through the test, which looks at what passes, swallows it or cuts it. */
export class TcpProxy {
  /** What comes from those who connect, and what is answered. */
  up: (bytes: Buffer, link: Link) => Fate = () => 'pass';
  down: (bytes: Buffer, link: Link) => Fate = () => 'pass';
  private readonly ends = new Set<Socket>();
  private readonly deaf = new Set<Link>();
  private readonly links = new Set<Link>();

  private constructor(private readonly server: Server) {}

  static async to(port: number, host = '127.0.0.1'): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (near) => proxy.join(near, connect(port, host)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The same address, through here. */
  through(url: string): string {
    const here = new URL(url);
    here.hostname = '127.0.0.1';
    here.port = String(this.port);
    return here.href;
  }

  /** From now on nothing passes on the lines that are there, and neither end is told, whatever becomes of the other: half-open. */
  swallow(): void {
    for (const link of this.links) this.deaf.add(link);
  }

  async close(): Promise<void> {
    for (const end of this.ends) end.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket, far: Socket): void {
    const link: Link = { note: '' };
    this.links.add(link);
    const carry = (from: Socket, to: Socket, look: (bytes: Buffer, link: Link) => Fate) => {
      this.ends.add(from);
      from.setNoDelay(true);
      from.on('error', () => undefined);
      from.on('data', (bytes: Buffer) => {
        if (this.deaf.has(link)) return;
        const fate = look(bytes, link);
        if (fate === 'pass') to.write(bytes);
        if (fate !== 'cut') return;
        near.destroy();
        far.destroy();
      });
      from.on('end', () => {
        if (!this.deaf.has(link)) to.end();
      });
      from.on('close', () => {
        this.ends.delete(from);
        if (!this.deaf.has(link)) to.destroy();
      });
    };
    carry(near, far, (bytes, one) => this.up(bytes, one));
    carry(far, near, (bytes, one) => this.down(bytes, one));
  }
}
