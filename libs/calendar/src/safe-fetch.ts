import { lookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Agent as HttpAgent } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Readable, Transform } from 'node:stream';
import { BusyFault } from './busy-faults.js';

/**
 * Addresses that are nobody's on the open network: the special-purpose registries of IANA (RFC 6890), multicast, and what
 * carries an IPv4 address within an IPv6 one, which would be a way around the first list.
 */
const closed = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.31.196.0', 24],
  ['192.52.193.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['192.175.48.0', 24], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3],
] as const) closed.addSubnet(net, bits, 'ipv4');
const open6 = new BlockList();
open6.addSubnet('2000::', 3, 'ipv6');
const closed6 = new BlockList();
for (const [net, bits] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['2620:4f:8000::', 48], ['3fff::', 20]] as const) closed6.addSubnet(net, bits, 'ipv6');

/** Whether an address belongs to the open network. Anything that is no address does not. */
export function isPublic(address: string): boolean {
  const plain = address.split('%')[0]!;
  const family = isIP(plain);
  if (family === 4) return !closed.check(plain, 'ipv4');
  return family === 6 && plain === address && open6.check(plain, 'ipv6') && !closed6.check(plain, 'ipv6');
}

export interface SafeFetchOptions {
  /** http:// as well; outside production alone. */
  allowsHttp: boolean;
  /** `host:port` that may be within one's own net: what the operator named. */
  innerHosts: ReadonlySet<string>;
  /** All addresses of a name, asked once. */
  resolve?: (host: string) => Promise<LookupAddress[]>;
  /** For all of one reading: names, connections, redirects, the last byte of the last answer. A person waits for it. */
  timeMs?: number;
  /** Of all bodies of one reading, unpacked. */
  mostBytes?: number;
}

/** What everything that is fetched for one reading may take together. */
export class Allowance {
  readonly ended: AbortSignal;

  constructor(
    timeMs: number,
    private left: number,
    signal?: AbortSignal,
  ) {
    const deadline = AbortSignal.timeout(timeMs);
    this.ended = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  }

  has(bytes: number): boolean {
    return bytes <= this.left;
  }

  /** @returns whether there was as much left */
  take(bytes: number): boolean {
    this.left -= bytes;
    return this.left >= 0;
  }
}

export interface SafeRequest {
  method?: 'GET' | 'POST' | 'PROPFIND' | 'REPORT';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Sent to the origin that was asked for, and to no other. */
  authorization?: string;
  /** Of the reading that this is a part of; one of its own where it is all of it. */
  allowance?: Allowance;
}

export interface SafeAnswer {
  status: number;
  /** Where it came from, after redirects. */
  url: URL;
  body: Buffer;
}

/** @throws BusyFault for any answer that gives nothing */
export function assertGiven({ status }: Pick<SafeAnswer, 'status'>): void {
  if (status >= 200 && status < 300) return;
  throw new BusyFault(status === 401 || status === 403 ? 'denied' : status === 404 || status === 410 ? 'gone' : 'serverFault');
}

const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * [BT20] Fetches from an address that a person gave. A name is resolved once and every address it has must be of the open
 * network; the connection goes to one of those and to no other, so that a name that changes its mind in between
 * changes nothing. Each redirect is judged as the first address was.
 */
export class SafeFetch {
  private readonly timeMs: number;
  private readonly mostBytes: number;

  constructor(private readonly options: SafeFetchOptions) {
    this.timeMs = options.timeMs ?? 10_000;
    this.mostBytes = options.mostBytes ?? 20 * 1024 * 1024;
  }

  /** For one reading, of however many requests. */
  allowance(signal?: AbortSignal): Allowance {
    return new Allowance(this.timeMs, this.mostBytes, signal);
  }

  /**
   * The address as it can be fetched, without what no calendar needs.
   *
   * @param text as somebody wrote it; `webcal:` is read as `https:`
   * @throws BusyFault `address`
   */
  address(text: string): URL {
    let url: URL;
    try {
      url = new URL(text.trim().replace(/^webcals?:/i, 'https:'));
    } catch {
      throw new BusyFault('address');
    }
    this.assertUsable(url, 'address');
    url.hash = '';
    return url;
  }

  private assertUsable(url: URL, fault: 'address' | 'redirects'): void {
    const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && this.options.allowsHttp);
    // A name and a password in an address would stand in every log on the way.
    if (!isAllowed || url.username !== '' || url.password !== '' || url.hostname === '' || url.href.length > 4000) throw new BusyFault(fault);
  }

  /** @throws BusyFault, also for what came too late, from nowhere, or was too much; any status is an answer */
  async fetch(address: URL, { method = 'GET', headers = {}, body, authorization, allowance = this.allowance() }: SafeRequest = {}): Promise<SafeAnswer> {
    const { ended } = allowance;
    let url = address;
    for (let hop = 0; ; hop += 1) {
      this.assertUsable(url, hop === 0 ? 'address' : 'redirects');
      const own = url.origin === address.origin ? { ...headers, ...(authorization === undefined ? {} : { authorization }) } : headers;
      const response = await this.ask(url, { method, headers: own, body, signal: ended });
      const { location } = response.headers;
      if (!redirects.has(response.statusCode!) || location === undefined) return { status: response.statusCode!, url, body: await bodyOf(response, allowance) };
      response.destroy();
      // What was asked with a body is not asked of another by it.
      const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
      if (hop >= mostRedirects || next === null || (url.protocol === 'https:' && next.protocol !== 'https:') || (body !== undefined && next.origin !== address.origin)) throw new BusyFault('redirects');
      next.hash = '';
      url = next;
    }
  }

  private async ask(url: URL, { method, headers, body, signal }: { method: string; headers: Record<string, string>; body: string | undefined; signal: AbortSignal }): Promise<IncomingMessage> {
    const addresses = await this.addressesOf(url, signal);
    const isSecure = url.protocol === 'https:';
    const options: RequestOptions = {
      method,
      headers: { 'user-agent': 'Samraad', 'accept-encoding': 'gzip, deflate', accept: '*/*', ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
      // A connection of its own: one that is kept was made to an address of another moment.
      agent: isSecure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }),
      // The addresses that were judged, whatever the name says by now.
      lookup: (_host, { all }, done) => (all === true ? done(null, addresses) : done(null, addresses[0]!.address, addresses[0]!.family)),
      signal,
      maxHeaderSize: 32 * 1024,
    };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const request = (isSecure ? httpsRequest : httpRequest)(url, options, resolve);
      request.on('error', (error: NodeJS.ErrnoException) => reject(new BusyFault(faultOf(error))));
      request.end(body);
    });
  }

  private async addressesOf(url: URL, signal: AbortSignal): Promise<LookupAddress[]> {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const isInner = this.options.innerHosts.has(`${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`);
    const literal = isIP(host);
    const found = literal !== 0 ? [{ address: host, family: literal }] : await this.resolved(host, signal);
    if (found.length === 0) throw new BusyFault('unknownHost');
    // One that is closed among many would be tried when the others do not answer.
    if (!isInner && !found.every(({ address }) => isPublic(address))) throw new BusyFault('inner');
    return found;
  }

  private resolved(host: string, signal: AbortSignal): Promise<LookupAddress[]> {
    const resolve = this.options.resolve ?? resolveAll;
    return new Promise((done, reject) => {
      const late = () => reject(new BusyFault('noAnswer'));
      if (signal.aborted) return late();
      signal.addEventListener('abort', late, { once: true });
      resolve(host).then(done, () => reject(new BusyFault('unknownHost'))).finally(() => signal.removeEventListener('abort', late));
    });
  }
}

const resolveAll = (host: string): Promise<LookupAddress[]> => new Promise((done, reject) => lookup(host, { all: true, verbatim: true }, (error, found) => (error === null ? done(found) : reject(error))));

/** By names that a stranger sends: of an object `constructor` would be one too. */
const unpackers = new Map([['gzip', createGunzip], ['x-gzip', createGunzip], ['deflate', createInflate], ['br', createBrotliDecompress]] as [string, () => Transform][]);

/** Read as far as is allowed, packed and unpacked alike: a bomb is put down at its first byte too many. */
function bodyOf(response: IncomingMessage, allowance: Allowance): Promise<Buffer> {
  const { ended: signal } = allowance;
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const unpack = unpackers.get(encoding);
  return new Promise((resolve, reject) => {
    const stream: Readable = unpack === undefined ? response : response.pipe(unpack());
    const fail = (error: Error) => {
      // The first reason is the reason: what is put down complains.
      reject(error);
      signal.removeEventListener('abort', late);
      response.destroy();
      stream.destroy();
    };
    const late = () => fail(new BusyFault('noAnswer'));
    signal.addEventListener('abort', late, { once: true });
    if (unpack === undefined && encoding !== 'identity' && encoding !== '') return fail(new BusyFault('serverFault'));
    if (!allowance.has(Number(response.headers['content-length'] ?? 0))) return fail(new BusyFault('tooLarge'));
    let size = 0;
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (!allowance.take(chunk.length)) fail(new BusyFault('tooLarge'));
      else chunks.push(chunk);
    });
    const broken = () => fail(new BusyFault(signal.aborted ? 'noAnswer' : 'serverFault'));
    response.on('error', broken);
    response.on('aborted', broken);
    stream.on('error', broken);
    stream.on('end', () => {
      signal.removeEventListener('abort', late);
      resolve(Buffer.concat(chunks, size));
    });
  });
}

function faultOf({ code, name }: NodeJS.ErrnoException): 'unknownHost' | 'certificate' | 'noAnswer' {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknownHost';
  const isOfCertificate = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/.test(code ?? '');
  return isOfCertificate && name !== 'AbortError' ? 'certificate' : 'noAnswer';
}
