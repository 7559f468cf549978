import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KeyManagement, KeysUnavailable, type PlainKey, type WrappedKey } from './key-management.js';

export interface VaultOptions {
  /** Origin of Vault, e.g. https://vault.example:8200 */
  address: string;
  /** Read at every call: an agent that renews the token writes a new one there. */
  tokenFile: string;
  /** Path that the transit engine is mounted at. */
  mount: string;
  /** Of Vault Enterprise and HCP; absent elsewhere. */
  namespace?: string;
  timeoutMs: number;
}

interface BatchResult {
  ciphertext?: unknown;
  plaintext?: unknown;
  error?: unknown;
}

/** Keys in one call; a batch of Vault is one request body. */
const batchSize = 500;

/**
 * KEKs in the transit engine of HashiCorp Vault (its HTTP API, version 1), one transit key for each KEK, so that deleting it
 * is the end of it. The keys are `derived`: the scope is the context of the derivation, which binds a wrapped key to it.
 *
 * The policy of the token is in docs/keys.md. It gives no `create` on `encrypt/`: Vault would make a key that is gone anew.
 */
export class VaultKeyManagement extends KeyManagement {
  constructor(private readonly options: VaultOptions) {
    super();
  }

  override async createKek(): Promise<string> {
    const kekId = `samraad-${randomUUID()}`;
    await this.call('POST', `keys/${kekId}`, { type: 'aes256-gcm96', derived: true, exportable: false, allow_plaintext_backup: false });
    return kekId;
  }

  override async wrap(kekId: string, keys: readonly PlainKey[]): Promise<Buffer[]> {
    const items = keys.map(({ scopeId, key }) => ({ plaintext: key.toString('base64'), context: contextOf(scopeId) }));
    return this.batch(`encrypt/${checked(kekId)}`, items, ({ ciphertext }) => (typeof ciphertext === 'string' && ciphertext.startsWith('vault:') ? Buffer.from(ciphertext, 'utf8') : null));
  }

  override async unwrap(kekId: string, keys: readonly WrappedKey[]): Promise<Buffer[]> {
    const items = keys.map(({ scopeId, wrapped }) => ({ ciphertext: Buffer.from(wrapped).toString('utf8'), context: contextOf(scopeId) }));
    return this.batch(`decrypt/${checked(kekId)}`, items, ({ plaintext }) => {
      const key = typeof plaintext === 'string' ? Buffer.from(plaintext, 'base64') : null;
      return key?.length === 32 ? key : null;
    });
  }

  override async has(kekId: string): Promise<boolean> {
    return (await this.call('GET', `keys/${checked(kekId)}`, undefined, [404])) !== null;
  }

  override async destroyKek(kekId: string): Promise<void> {
    // A transit key is deleted only after it has been said that it may be.
    if (!(await this.has(kekId))) return;
    await this.call('POST', `keys/${checked(kekId)}/config`, { deletion_allowed: true });
    await this.call('DELETE', `keys/${checked(kekId)}`);
    if (await this.has(kekId)) throw new KeysUnavailable('Vault kept a key that it was told to delete.');
  }

  override forBackup(): null {
    return null;
  }

  private async batch(path: string, items: readonly object[], read: (result: BatchResult) => Buffer | null): Promise<Buffer[]> {
    const answer: Buffer[] = [];
    for (let from = 0; from < items.length; from += batchSize) {
      const asked = items.slice(from, from + batchSize);
      const body = (await this.call('POST', path, { batch_input: asked })) as { data?: { batch_results?: BatchResult[] } };
      const results = body.data?.batch_results;
      if (results?.length !== asked.length) throw new KeysUnavailable('Vault answered with another number of keys than it was asked for.');
      for (const result of results) {
        const bytes = result.error === undefined || result.error === '' ? read(result) : null;
        if (bytes === null) throw new KeysUnavailable('Vault did not give one of the keys.');
        answer.push(bytes);
      }
    }
    return answer;
  }

  /** @returns the body, {} when there is none, null for a status among `absent`; nothing of a refusal's text is repeated */
  private async call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object, absent: readonly number[] = []): Promise<object | null> {
    const { address, mount, namespace, timeoutMs } = this.options;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${address}/v1/${mount}/${path}`, {
        method,
        headers: {
          'X-Vault-Token': this.token(),
          // Refused by Vault's own agents and proxies when it is missing, as a guard against forged requests.
          'X-Vault-Request': 'true',
          ...(namespace === undefined ? {} : { 'X-Vault-Namespace': namespace }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would carry the token to another host.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (error) {
      if (error instanceof KeysUnavailable) throw error;
      throw new KeysUnavailable(error instanceof Error && error.name === 'TimeoutError' ? `Vault did not answer within ${timeoutMs} ms.` : 'Vault cannot be reached.');
    }
    if (absent.includes(response.status)) return null;
    if (!response.ok) throw new KeysUnavailable(refusals[response.status] ?? `Vault answered ${response.status}.`);
    if (text === '') return {};
    try {
      return JSON.parse(text) as object;
    } catch {
      throw new KeysUnavailable('Vault answered with something that is not JSON.');
    }
  }

  private token(): string {
    let token = '';
    try {
      token = readFileSync(this.options.tokenFile, 'utf8').trim();
    } catch {
      // Said below.
    }
    if (token === '' || /[^\x21-\x7e]/.test(token)) throw new KeysUnavailable('the file of VAULT_TOKEN_FILE holds no token.');
    return token;
  }
}

const refusals: Record<number, string> = {
  400: 'Vault did not accept the request (a key is gone, or a value was changed).',
  403: 'Vault refused the token (403): it has ended, or its policy does not allow this.',
  404: 'Vault does not know the path (404): is the transit engine mounted there?',
  503: 'Vault is sealed or in maintenance (503).',
};

const contextOf = (scopeId: string) => Buffer.from(scopeId, 'utf8').toString('base64');

/** Ids come out of the database; one that is not ours must not become a path. */
function checked(kekId: string): string {
  if (!/^samraad-[0-9a-f-]{36}$/.test(kekId)) throw new KeysUnavailable('a key of this database is not one of Vault’s.');
  return kekId;
}
