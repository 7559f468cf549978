import { createHmac, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK } from 'jose';
import type { MovableClock } from './identity.js';
import { nsisClaim } from './identity.js';

export interface Misbehaviour {
  /** Put over the ID token's claims; undefined takes one away. */
  claims?: Record<string, unknown>;
  /** How the ID token is signed. */
  signing?: 'own key' | 'none' | 'hmac with the public key' | 'foreign key';
  /** Put over the parameters that the browser brings back; undefined takes one away. */
  callback?: Record<string, string | undefined>;
  idToken?: 'missing';
}

/** An identity provider that follows the rules until it is told not to. */
export class HostileProvider {
  private readonly codes = new Map<string, { nonce: string; challenge: string; redirectUri: string; subject: string; misbehaviour: Misbehaviour }>();
  private key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private keyId = randomUUID();
  /** Everything that the token endpoint was sent. */
  readonly tokenRequests: URLSearchParams[] = [];
  discoveries = 0;
  isDown = false;
  /** Changes the discovery document. */
  metadata: Record<string, unknown> = {};

  private constructor(
    private readonly server: Server,
    private clock: Pick<MovableClock, 'now'>,
  ) {}

  static async start(clock: Pick<MovableClock, 'now'>): Promise<HostileProvider> {
    const server = createServer();
    const provider = new HostileProvider(server, clock);
    server.on('request', (request, response) => {
      void provider.answer(request).then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return provider;
  }

  get issuer(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  keepTime(clock: Pick<MovableClock, 'now'>): void {
    this.clock = clock;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Signs by another key from now on, and publishes that one alone. */
  rotate(): void {
    this.key = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.keyId = randomUUID();
  }

  /** As if somebody had signed in here: the path on which the browser goes back to the product. */
  signIn(authorization: URL, subject: string, misbehaviour: Misbehaviour = {}): string {
    const asked = authorization.searchParams;
    const code = randomUUID();
    const redirectUri = asked.get('redirect_uri')!;
    this.codes.set(code, { nonce: asked.get('nonce')!, challenge: asked.get('code_challenge')!, redirectUri, subject, misbehaviour });
    const back = Object.entries({ code, state: asked.get('state')!, iss: this.issuer, ...misbehaviour.callback }).filter((one): one is [string, string] => one[1] !== undefined);
    return `${new URL(redirectUri).pathname}?${new URLSearchParams(back)}`;
  }

  /** A logout token (OpenID Connect Back-Channel Logout 1.0 § 2.4), with `claims` put over it. */
  logoutToken(clientId: string, claims: Record<string, unknown>, signing: Misbehaviour['signing'] = 'own key', typ = 'logout+jwt'): Promise<string> {
    const now = this.nowSeconds();
    return this.sign({ iss: this.issuer, aud: clientId, iat: now, exp: now + 120, jti: randomUUID(), events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, ...claims }, signing, typ);
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    if (this.isDown) return { status: 503, body: {} };
    const path = new URL(request.url ?? '/', this.issuer).pathname;
    if (path === '/.well-known/openid-configuration') {
      this.discoveries += 1;
      const at = (name: string) => `${this.issuer}/${name}`;
      return {
        status: 200,
        body: {
          issuer: this.issuer, authorization_endpoint: at('authorize'), token_endpoint: at('token'), jwks_uri: at('jwks'), end_session_endpoint: at('end'), response_types_supported: ['code'], subject_types_supported: ['public'],
          // All that it might try; the product has its own list.
          id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'], code_challenge_methods_supported: ['S256'], authorization_response_iss_parameter_supported: true, ...this.metadata,
        },
      };
    }
    if (path === '/jwks') return { status: 200, body: { keys: [{ ...(await exportJWK(this.key.publicKey)), kid: this.keyId, use: 'sig' }] } };
    if (path !== '/token') return { status: 404, body: {} };
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    this.tokenRequests.push(form);
    const grant = this.codes.get(form.get('code') ?? '');
    if (grant === undefined) return { status: 400, body: { error: 'invalid_grant' } };
    this.codes.delete(form.get('code')!);
    return { status: 200, body: { access_token: randomUUID(), token_type: 'Bearer', ...(grant.misbehaviour.idToken === 'missing' ? {} : { id_token: await this.idToken(request, grant) }) } };
  }

  private idToken(request: IncomingMessage, grant: { nonce: string; subject: string; misbehaviour: Misbehaviour }): Promise<string> {
    const clientId = decodeURIComponent(Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString().split(':')[0]!);
    const now = this.nowSeconds();
    const claims = { iss: this.issuer, sub: grant.subject, aud: clientId, iat: now, exp: now + 300, nonce: grant.nonce, sid: `session-of-${grant.subject}`, name: 'Prøve Personsen', professional_id: grant.subject, [nsisClaim]: 'Substantial' };
    return this.sign({ ...claims, ...grant.misbehaviour.claims }, grant.misbehaviour.signing ?? 'own key', 'JWT');
  }

  private async sign(claims: Record<string, unknown>, signing: Misbehaviour['signing'], typ: string): Promise<string> {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    if (signing === 'none') return `${part({ alg: 'none', typ })}.${part(claims)}.`;
    if (signing === 'hmac with the public key') {
      const text = `${part({ alg: 'HS256', typ, kid: this.keyId })}.${part(claims)}`;
      return `${text}.${createHmac('sha256', this.key.publicKey.export({ type: 'spki', format: 'pem' })).update(text).digest('base64url')}`;
    }
    const key: KeyObject = signing === 'foreign key' ? this.foreignKey.privateKey : this.key.privateKey;
    return new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ alg: 'RS256', typ, kid: this.keyId }).sign(key);
  }

  private nowSeconds(): number {
    return Math.floor(this.clock.now().epochMilliseconds / 1000);
  }
}
