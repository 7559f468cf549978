import { importPKCS8, jwtVerify, type JSONWebKeySet } from 'jose';
import * as oidc from 'openid-client';
import type { AssuranceLevel } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Clock } from '@lib/platform/clock.js';
import { log } from '@lib/platform/log.js';
import { KeySet } from './key-set.js';
import { reaches, type Provider } from './providers.js';
import type { SignInSecret } from './sign-in-secret.js';

const timeoutSeconds = 5;
const discoveryFreshMs = 60 * 60_000;
/** Seconds that two clocks may differ. */
const toleranceSeconds = 30;
/** Signatures by a key that only the provider has: neither “none” nor a shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** Verified claims of an ID token, with those of the userinfo endpoint where the provider is configured so. */
export type Claims = Record<string, unknown> & { iss: string; sub: string };

export interface Returned {
  claims: Claims;
  /** For the provider's sign-out (`id_token_hint`). */
  idToken: string;
}

/** Whom a provider signed out: a session of its own, a subject, or both. */
export interface LogoutToken {
  issuer: string;
  jti: string;
  sessionId: string | null;
  subject: string | null;
}

/** Speaks OpenID Connect with one provider: authorization code with PKCE, and the logout that comes from its side. */
export class ProviderClient {
  private metadata: { value: oidc.ServerMetadata; atMs: number } | null = null;
  private asking: Promise<oidc.ServerMetadata> | null = null;
  private readonly keys: KeySet;

  /** @param insecure tests run their providers without TLS */
  constructor(
    readonly provider: Provider,
    private readonly clock: Clock,
    private readonly insecure: boolean,
  ) {
    this.keys = new KeySet(clock, () => this.fetchKeys());
  }

  /**
   * Where the browser is sent to sign in.
   *
   * @param level the lowest level that is wanted
   * @throws Problem `provider-unavailable`
   */
  async authorizationUrl(redirectUri: string, secret: SignInSecret, level: AssuranceLevel): Promise<URL> {
    return this.asked(async (configuration) => {
      const { assurance, scope } = this.provider;
      const wanted = [...assurance.levels].filter(([, one]) => reaches(one, level)).map(([name]) => name);
      return oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope,
        response_type: 'code',
        state: secret.state,
        nonce: secret.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(secret.verifier),
        code_challenge_method: 'S256',
        ...(assurance.ask && wanted.length > 0 ? { acr_values: wanted.join(' ') } : {}),
      });
    });
  }

  /**
   * Takes what the browser brought back to the provider's end and answers who signed in.
   *
   * @param callback the address with its query, as the browser asked for it
   * @throws Problem `provider-unavailable`, `sign-in-declined`, `sign-in-failed`
   */
  async complete(callback: URL, secret: SignInSecret): Promise<Returned> {
    return this.asked(async (configuration) => {
      const tokens = await oidc.authorizationCodeGrant(configuration, callback, { expectedState: secret.state, expectedNonce: secret.nonce, pkceCodeVerifier: secret.verifier, idTokenExpected: true });
      const idToken = tokens.id_token!;
      // The line to the provider is TLS, which OpenID Connect lets stand for the signature. It is checked all the same.
      const { payload } = await jwtVerify(idToken, this.keys.keyFor, { issuer: this.provider.issuer, audience: this.provider.clientId, algorithms, currentDate: this.now(), clockTolerance: toleranceSeconds, requiredClaims: ['sub', 'iat', 'exp'] });
      const more = this.provider.userInfo ? await oidc.fetchUserInfo(configuration, tokens.access_token, payload.sub!) : {};
      return { claims: { ...more, ...payload } as Claims, idToken };
    });
  }

  /** Where the browser is sent to sign out there too; null where the provider has no such place, or does not answer. */
  async endSessionUrl(idToken: string, returnTo: string): Promise<URL | null> {
    try {
      const configuration = await this.configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return oidc.buildEndSessionUrl(configuration, { id_token_hint: idToken, post_logout_redirect_uri: returnTo });
    } catch {
      return null;
    }
  }

  /**
   * OpenID Connect Back-Channel Logout 1.0 § 2.6, except that the token was not seen before.
   *
   * @throws Problem `malformed-request` for a token that is not to be obeyed
   */
  async readLogoutToken(token: string): Promise<LogoutToken> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.keys.keyFor, {
        issuer: this.provider.issuer,
        audience: this.provider.clientId,
        algorithms,
        currentDate: this.now(),
        clockTolerance: toleranceSeconds,
        maxTokenAge: '10 minutes',
        requiredClaims: ['iat', 'exp', 'jti', 'events'],
      });
      const { events, sub, sid, jti, nonce } = payload as Record<string, unknown>;
      const isLogout = typeof events === 'object' && events !== null && Object.hasOwn(events, logoutEvent);
      const names = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
      if (!isLogout || nonce !== undefined || !/^(logout\+jwt|jwt)$/i.test(protectedHeader.typ ?? 'jwt')) throw new Problem('malformed-request');
      if (names(jti) === null || (names(sub) === null && names(sid) === null)) throw new Problem('malformed-request');
      return { issuer: this.provider.issuer, jti: names(jti)!, subject: names(sub), sessionId: names(sid) };
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (isUnreachable(error)) throw new Problem('provider-unavailable');
      this.note('logout token refused', error);
      throw new Problem('malformed-request');
    }
  }

  private async asked<T>(work: (configuration: oidc.Configuration) => Promise<T>): Promise<T> {
    try {
      return await work(await this.configuration());
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (error instanceof oidc.AuthorizationResponseError && error.error === 'access_denied') throw new Problem('sign-in-declined');
      const isDown = isUnreachable(error) || (error instanceof oidc.AuthorizationResponseError && ['temporarily_unavailable', 'server_error'].includes(error.error));
      this.note(isDown ? 'identity provider unavailable' : 'sign-in refused', error);
      throw new Problem(isDown ? 'provider-unavailable' : 'sign-in-failed');
    }
  }

  /** Fresh each time: it carries how far our clock is from that of the machine. */
  private async configuration(): Promise<oidc.Configuration> {
    const { clientId, authentication } = this.provider;
    const server = await this.discovered();
    const auth =
      authentication.method === 'private_key_jwt'
        ? oidc.PrivateKeyJwt({ key: await importPKCS8(authentication.key.export({ type: 'pkcs8', format: 'pem' }).toString(), authentication.algorithm), ...(authentication.keyId === undefined ? {} : { kid: authentication.keyId }) })
        : authentication.method === 'client_secret_post'
          ? oidc.ClientSecretPost(authentication.secret)
          : oidc.ClientSecretBasic(authentication.secret);
    const skewSeconds = Math.round((this.clock.now().epochMilliseconds - Date.now()) / 1000);
    const configuration = new oidc.Configuration(server, clientId, { [oidc.clockSkew]: skewSeconds, [oidc.clockTolerance]: toleranceSeconds }, auth);
    configuration.timeout = timeoutSeconds;
    if (this.insecure) oidc.allowInsecureRequests(configuration);
    return configuration;
  }

  private async discovered(): Promise<oidc.ServerMetadata> {
    const nowMs = this.clock.now().epochMilliseconds;
    if (this.metadata !== null && nowMs - this.metadata.atMs < discoveryFreshMs) return this.metadata.value;
    this.asking ??= oidc
      .discovery(new URL(this.provider.issuer), this.provider.clientId, undefined, undefined, { timeout: timeoutSeconds, ...(this.insecure ? { execute: [oidc.allowInsecureRequests] } : {}) })
      .then((found) => {
        const value = found.serverMetadata();
        // The library makes exceptions for some large providers; ours are told apart by this name, to the letter.
        if (value.issuer !== this.provider.issuer) throw new Error('the provider calls itself otherwise');
        this.metadata = { value, atMs: nowMs };
        return value;
      })
      .finally(() => (this.asking = null));
    try {
      return await this.asking;
    } catch (error) {
      // What was learnt an hour ago is as good as ever while the provider is only slow to tell it again.
      if (this.metadata !== null && isUnreachable(error)) return this.metadata.value;
      throw error;
    }
  }

  private async fetchKeys(): Promise<JSONWebKeySet> {
    const { jwks_uri: address } = await this.discovered();
    if (address === undefined || !(address.startsWith('https:') || (this.insecure && address.startsWith('http:')))) throw new Error('the provider has no place for its keys');
    const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutSeconds * 1000), headers: { accept: 'application/json' } });
    if (!answer.ok) throw Object.assign(new Error('the provider does not tell its keys'), { code: 'OAUTH_RESPONSE_IS_NOT_CONFORM' });
    return (await answer.json()) as JSONWebKeySet;
  }

  private now(): Date {
    return new Date(this.clock.now().epochMilliseconds);
  }

  /** Codes only: a message may quote claims or the code of the sign-in. */
  private note(what: string, error: unknown): void {
    const { name, code, error: oauthError } = error as { name?: string; code?: string; error?: string };
    log.warn({ provider: this.provider.id, name, code, oauthError }, what);
  }
}

/** Nobody answered in time, or nothing that a provider would say. */
function isUnreachable(error: unknown): boolean {
  for (let one = error as { cause?: unknown; code?: unknown; name?: unknown; message?: unknown; status?: unknown } | undefined, depth = 0; one !== undefined && one !== null && depth < 5; one = one.cause as typeof one, depth += 1) {
    if (['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'UND_ERR_SOCKET'].includes(String(one.code))) return true;
    if (one.name === 'TimeoutError' || (one.name === 'TypeError' && one.message === 'fetch failed')) return true;
    if (typeof one.status === 'number' && one.status >= 500) return true;
  }
  return false;
}
