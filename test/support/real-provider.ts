import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Traveller } from './identity.js';

/** What the real provider knows of a client. */
export interface RealClient {
  clientId: string;
  /** The product's own address. */
  origin: string;
  providerId: string;
  authentication: { token_endpoint_auth_method: 'private_key_jwt'; token_endpoint_auth_signing_alg: 'ES256'; jwks: { keys: Record<string, unknown>[] } } | { token_endpoint_auth_method: 'client_secret_basic'; client_secret: string };
}

/** `oidc-provider`, running. */
export class RealProvider {
  private constructor(
    readonly issuer: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(port: number, { clientId, origin, providerId, authentication }: RealClient): Promise<RealProvider> {
    const client = {
      client_id: clientId,
      redirect_uris: [`${origin}/api/v1/sign-in/${providerId}/callback`],
      post_logout_redirect_uris: [`${origin}/log-ind`],
      backchannel_logout_uri: `${origin}/oidc/${providerId}/backchannel-logout`,
      ...authentication,
    };
    const child = fork(resolve('test/support/real-provider-process.mjs'), [JSON.stringify({ port, client })], { execArgv: [], env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const [said] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(() => ['ended'])])) as [unknown];
    if (said !== 'ready') throw new Error('the provider did not start');
    return new RealProvider(`http://localhost:${port}`, child);
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await once(this.child, 'exit');
  }

  /** Walks through the provider's pages as `subject`, and answers where it leads back to. */
  async signIn(traveller: Traveller, authorization: URL, subject: string): Promise<string> {
    let address = authorization;
    for (let steps = 0; address.origin === this.issuer && steps < 6; steps += 1) {
      const { location, text } = await traveller.go(address.href, {}, address.pathname.startsWith('/interaction/') ? { login: subject } : undefined);
      if (location === null) throw new Error(`the provider leads nowhere: ${text}`);
      address = new URL(location, this.issuer);
    }
    return address.href;
  }
}
