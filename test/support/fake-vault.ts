import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface TransitKey {
  secret: Buffer;
  deletionAllowed: boolean;
}

interface BatchItem {
  plaintext?: string;
  ciphertext?: string;
  context: string;
}

/** What Vault's documentation says of its transit engine, as far as the product uses it: derived AES-GCM keys, batches, deletion. */
export class FakeVault {
  readonly keys = new Map<string, TransitKey>();
  /** Method and path of every request, with its body. */
  readonly asked: { method: string; path: string; namespace: string | undefined; body: string }[] = [];
  /** Answers everything with this status, when set. */
  status: number | null = null;
  /** Takes requests and never answers. */
  isSilent = false;

  private constructor(
    private readonly server: Server,
    private readonly token: string,
  ) {}

  static async start(token: string): Promise<FakeVault> {
    const server = createServer();
    const vault = new FakeVault(server, token);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const path = request.url ?? '';
        vault.asked.push({ method: request.method ?? '', path, namespace: request.headers['x-vault-namespace'] as string | undefined, body });
        if (vault.isSilent) return;
        const [status, answer] = request.headers['x-vault-token'] === vault.token ? vault.answer(request.method ?? '', path, body) : [403, { errors: ['permission denied', token] }];
        response.writeHead(vault.status ?? status, { 'content-type': 'application/json' }).end(status === 204 ? '' : JSON.stringify(answer));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return vault;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private answer(method: string, path: string, body: string): [number, object] {
    const [, what, name, config] = /^\/v1\/transit\/(keys|encrypt|decrypt)\/([\w-]+)(\/config)?$/.exec(path) ?? [];
    if (what === undefined || name === undefined) return [404, { errors: ['no handler for route'] }];
    const key = this.keys.get(name);
    const sent = (body === '' ? {} : JSON.parse(body)) as { derived?: boolean; deletion_allowed?: boolean; batch_input?: BatchItem[] };
    if (what === 'keys' && method === 'POST' && config === undefined) {
      if (sent.derived !== true) return [400, { errors: ['this fake knows derived keys only'] }];
      if (key === undefined) this.keys.set(name, { secret: randomBytes(32), deletionAllowed: false });
      return [204, {}];
    }
    if (key === undefined) return what === 'keys' ? [404, { errors: [] }] : [400, { errors: ['encryption key not found'] }];
    if (what === 'keys' && method === 'GET') return [200, { data: { name, type: 'aes256-gcm96', derived: true, latest_version: 1 } }];
    if (what === 'keys' && method === 'POST') {
      key.deletionAllowed = sent.deletion_allowed ?? key.deletionAllowed;
      return [200, {}];
    }
    if (what === 'keys' && method === 'DELETE') {
      if (!key.deletionAllowed) return [400, { errors: ['deletion is not allowed for this key'] }];
      this.keys.delete(name);
      return [204, {}];
    }
    const results = (sent.batch_input ?? []).map((item) => (what === 'encrypt' ? encrypted(key, item) : decrypted(key, item)));
    return [results.some((one) => 'error' in one) ? 400 : 200, { data: { batch_results: results } }];
  }
}

const derived = (key: TransitKey, context: string) => Buffer.from(hkdfSync('sha256', key.secret, Buffer.alloc(0), Buffer.from(context, 'base64'), 32));

function encrypted(key: TransitKey, { plaintext, context }: BatchItem): object {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derived(key, context), nonce);
  return { ciphertext: `vault:v1:${Buffer.concat([nonce, cipher.update(Buffer.from(plaintext ?? '', 'base64')), cipher.final(), cipher.getAuthTag()]).toString('base64')}` };
}

function decrypted(key: TransitKey, { ciphertext, context }: BatchItem): object {
  try {
    const bytes = Buffer.from((ciphertext ?? '').replace('vault:v1:', ''), 'base64');
    const decipher = createDecipheriv('aes-256-gcm', derived(key, context), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    return { plaintext: Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64') };
  } catch {
    return { error: 'cipher: message authentication failed' };
  }
}
