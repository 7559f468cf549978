import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { assuranceLevels, type AssuranceLevel } from '@lib/contracts/enums.js';

/** An identity provider that authorities trust with the sign-in of their people. docs/sign-in.md has an example of each kind. */
export interface Provider {
  /** In addresses and in the table of sessions; must stay what it is. */
  id: string;
  /** What people call it, in Danish. */
  label: string;
  /** As it stands in its tokens, to the letter. */
  issuer: string;
  clientId: string;
  authentication: ClientKey | ClientSecret;
  scope: string;
  /** Whether claims are to be fetched from the userinfo endpoint too. */
  userInfo: boolean;
  /** The authorities it speaks for. It signs nobody in for another. */
  authorities: readonly PinnedAuthority[];
  assurance: Assurance;
  claims: { name: string; externalId: string | null; cvr: string | null };
  /** Claims without which nobody is let in, such as a role given in KOMBIT's administration. */
  require: readonly { claim: string; value: string }[];
}

export interface PinnedAuthority {
  id: string;
  /** Eight digits; null where the provider names no company. */
  cvr: string | null;
}

export interface ClientKey {
  method: 'private_key_jwt';
  key: KeyObject;
  keyId: string | undefined;
  algorithm: string;
}

export interface ClientSecret {
  method: 'client_secret_basic' | 'client_secret_post';
  secret: string;
}

/** How sure the provider is, in its words and in ours. */
export interface Assurance {
  claim: string;
  /** Its values, and the level that each of them is. */
  levels: ReadonlyMap<string, AssuranceLevel>;
  /** The lowest level that is let in. */
  floor: AssuranceLevel;
  /** The lowest level by which administrators and auditors may act. */
  administrationFloor: AssuranceLevel;
  /** Whether the wanted levels are sent as `acr_values`. */
  ask: boolean;
}

export const reaches = (level: AssuranceLevel, floor: AssuranceLevel): boolean => assuranceLevels.indexOf(level) >= assuranceLevels.indexOf(floor);

interface ReadOptions {
  /** The ids of the directory. */
  authorityIds: ReadonlySet<string>;
  /** Tests run their providers without TLS; no setting leads here. */
  insecureIssuers?: boolean;
}

/**
 * Reads and checks the file that SAMRAAD_SIGN_IN_FILE names. Files it names are relative to its folder.
 *
 * @throws Error with one line per fault, for the operator's console
 */
export function readProviders(path: string, options: ReadOptions): Provider[] {
  const faults: string[] = [];
  const reading = new Reading(faults, dirname(resolve(path)), options);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`Samråd cannot read its sign-in file ${path}: ${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'}.`);
  }
  const entries = reading.object(content, 'the file', ['providers'])?.providers;
  const providers = (reading.list(entries, 'providers') ?? []).map((entry, index) => provider(reading, entry, `providers[${index}]`));
  for (const name of ['id', 'issuer', 'label'] as const) {
    const values = providers.map((one) => one?.[name]).filter((one) => one !== undefined);
    for (const twice of values.filter((one, n) => values.indexOf(one) !== n)) faults.push(`two providers have the ${name} ${twice}`);
  }
  if (faults.length > 0) throw new Error(`Samråd cannot start with the sign-in file ${path}:\n- ${faults.join('\n- ')}`);
  return providers.filter((one) => one !== null);
}

function provider(read: Reading, entry: unknown, at: string): Provider | null {
  const one = read.object(entry, at, ['id', 'label', 'issuer', 'clientId', 'authentication', 'scope', 'userInfo', 'authorities', 'assurance', 'claims', 'require']);
  if (one === null) return null;
  const claims = read.object(one.claims ?? {}, `${at}.claims`, ['name', 'externalId', 'cvr']) ?? {};
  const cvrClaim = read.textOr(claims.cvr, `${at}.claims.cvr`, null);
  const authorities = (read.list(one.authorities, `${at}.authorities`) ?? []).map((each, n) => read.authority(each, `${at}.authorities[${n}]`, cvrClaim !== null));
  return {
    id: read.match(one.id, `${at}.id`, /^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens'),
    label: read.text(one.label, `${at}.label`),
    issuer: read.issuer(one.issuer, `${at}.issuer`),
    clientId: read.text(one.clientId, `${at}.clientId`),
    authentication: read.authentication(one.authentication, `${at}.authentication`),
    scope: read.match(one.scope ?? 'openid profile', `${at}.scope`, /(^| )openid( |$)/, 'a list of scopes with openid among them'),
    userInfo: read.yesNo(one.userInfo, `${at}.userInfo`, false),
    authorities,
    assurance: read.assurance(one.assurance, `${at}.assurance`),
    claims: { name: read.textOr(claims.name, `${at}.claims.name`, 'name'), externalId: read.textOr(claims.externalId, `${at}.claims.externalId`, null), cvr: cvrClaim },
    require: ((one.require === undefined ? [] : read.list(one.require, `${at}.require`)) ?? []).map((each, n) => {
      const needed = read.object(each, `${at}.require[${n}]`, ['claim', 'value']) ?? {};
      return { claim: read.text(needed.claim, `${at}.require[${n}].claim`), value: read.text(needed.value, `${at}.require[${n}].value`) };
    }),
  };
}

/** Reads values and writes down what is wrong with them, so that the operator sees every fault at once. */
class Reading {
  constructor(
    private readonly faults: string[],
    private readonly folder: string,
    private readonly options: ReadOptions,
  ) {}

  object(value: unknown, at: string, known: readonly string[]): Record<string, unknown> | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.fault(`${at} must be an object`, null);
    for (const key of Object.keys(value)) if (!known.includes(key)) this.faults.push(`${at} has an unknown member ${key}; known are ${known.join(', ')}`);
    return value as Record<string, unknown>;
  }

  list(value: unknown, at: string): unknown[] | null {
    return Array.isArray(value) && value.length > 0 ? value : this.fault(`${at} must be a list with something in it`, null);
  }

  text(value: unknown, at: string): string {
    return typeof value === 'string' && value.trim() !== '' && value.length <= 500 ? value : this.fault(`${at} must be text`, '');
  }

  textOr<Other>(value: unknown, at: string, other: Other): string | Other {
    return value === undefined ? other : this.text(value, at);
  }

  match(value: unknown, at: string, pattern: RegExp, words: string): string {
    return typeof value === 'string' && pattern.test(value) ? value : this.fault(`${at} must be ${words}`, '');
  }

  yesNo(value: unknown, at: string, other: boolean): boolean {
    return value === undefined ? other : typeof value === 'boolean' ? value : this.fault(`${at} must be true or false`, other);
  }

  issuer(value: unknown, at: string): string {
    const text = this.text(value, at);
    const url = URL.canParse(text) ? new URL(text) : null;
    const isSafe = url?.protocol === 'https:' || (this.options.insecureIssuers === true && url?.protocol === 'http:');
    if (text !== '' && (!isSafe || url?.search !== '' || url.hash !== '' || url.username !== '')) this.faults.push(`${at} must be an https:// address without query`);
    return text;
  }

  authority(value: unknown, at: string, needsCvr: boolean): PinnedAuthority {
    const one = this.object(typeof value === 'string' ? { id: value } : value, at, ['id', 'cvr']) ?? {};
    const id = this.text(one.id, `${at}.id`);
    if (id !== '' && !this.options.authorityIds.has(id)) this.faults.push(`${at}.id ${id} is not in the directory of authorities`);
    if (one.cvr === undefined && needsCvr) this.faults.push(`${at}.cvr is missing: claims.cvr says that the provider names companies`);
    return { id, cvr: one.cvr === undefined ? null : this.match(one.cvr, `${at}.cvr`, /^\d{8}$/, 'a CVR number, eight digits') };
  }

  authentication(value: unknown, at: string): ClientKey | ClientSecret {
    const one = this.object(value, at, ['method', 'keyFile', 'keyId', 'secretFile']) ?? {};
    if (one.method === 'client_secret_basic' || one.method === 'client_secret_post') {
      const secret = this.file(one.secretFile, `${at}.secretFile`)?.trim() ?? '';
      if (secret !== '' && secret.length < 16) this.faults.push(`${at}.secretFile holds fewer than 16 characters`);
      return { method: one.method, secret };
    }
    if (one.method !== 'private_key_jwt') this.faults.push(`${at}.method must be private_key_jwt, client_secret_basic or client_secret_post`);
    return this.key(this.file(one.keyFile, `${at}.keyFile`), this.textOr(one.keyId, `${at}.keyId`, undefined), `${at}.keyFile`);
  }

  assurance(value: unknown, at: string): Assurance {
    const one = this.object(value, at, ['claim', 'values', 'floor', 'administrationFloor', 'ask']) ?? {};
    const values = this.object(one.values, `${at}.values`, Object.keys((one.values as object | undefined) ?? {})) ?? {};
    const levels = new Map(Object.entries(values).map(([name, level]) => [name, this.level(level, `${at}.values.${name}`, 'low')]));
    if (levels.size === 0) this.faults.push(`${at}.values must name at least one value`);
    const floor = this.level(one.floor, `${at}.floor`, 'substantial');
    const administrationFloor = this.level(one.administrationFloor, `${at}.administrationFloor`, 'high');
    if (!reaches(administrationFloor, floor)) this.faults.push(`${at}.administrationFloor must not be below the floor`);
    return { claim: this.text(one.claim, `${at}.claim`), levels, floor, administrationFloor, ask: this.yesNo(one.ask, `${at}.ask`, true) };
  }

  private level(value: unknown, at: string, other: AssuranceLevel): AssuranceLevel {
    if (value === undefined) return other;
    return assuranceLevels.find((one) => one === value) ?? this.fault(`${at} must be ${assuranceLevels.join(', ')}`, other);
  }

  private file(value: unknown, at: string): string | null {
    const name = this.text(value, at);
    if (name === '') return null;
    try {
      return readFileSync(resolve(this.folder, name), 'utf8');
    } catch (error) {
      return this.fault(`${at} cannot be read (${(error as NodeJS.ErrnoException).code})`, null);
    }
  }

  /** A private key as JWK (RFC 7517) or PEM. */
  private key(text: string | null, keyId: string | undefined, at: string): ClientKey {
    const none = { method: 'private_key_jwt', keyId, algorithm: '' } as ClientKey;
    if (text === null) return none;
    try {
      const jwk = text.trimStart().startsWith('{') ? (JSON.parse(text) as { kid?: string; alg?: string }) : null;
      const key = createPrivateKey(jwk === null ? text : { key: jwk, format: 'jwk' });
      const curve = key.asymmetricKeyDetails?.namedCurve;
      const algorithm = jwk?.alg ?? ({ ec: curve === 'prime256v1' ? 'ES256' : '', rsa: 'RS256', ed25519: 'EdDSA' } as Record<string, string>)[key.asymmetricKeyType ?? ''] ?? '';
      if (algorithm === '') return this.fault(`${at} must hold an RSA key, an EC key on P-256 or an Ed25519 key`, none);
      if ((key.asymmetricKeyDetails?.modulusLength ?? 2048) < 2048) return this.fault(`${at} holds an RSA key of fewer than 2048 bits`, none);
      return { method: 'private_key_jwt', key, keyId: keyId ?? jwk?.kid, algorithm };
    } catch {
      return this.fault(`${at} holds no private key, neither JWK nor PEM`, none);
    }
  }

  private fault<Other>(words: string, other: Other): Other {
    this.faults.push(words);
    return other;
  }
}
