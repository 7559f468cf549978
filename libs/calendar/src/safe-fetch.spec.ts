import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { busyFaults } from './busy-faults.js';
import { isPublic, SafeFetch, type SafeFetchOptions } from './safe-fetch.js';

describe('[BT20] an address of the open network', () => {
  it.each(['8.8.8.8', '93.184.215.14', '172.32.0.1', '100.128.0.1', '2a00:1450:400f:80d::200e', '2606:4700::1111'])('%s is one', (address) => expect(isPublic(address)).toBe(true));
  it.each([
    '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::', 'fc00::1', 'fd12::1', 'fe80::1', 'fe80::1%eth0', '2606:4700::1111%eth0', 'fec0::1', 'ff02::1', '3fff::1', '', 'example.dk', '1.2.3',
  ])('%s is none', (address) => expect(isPublic(address)).toBe(false));
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let handler: Handler;
let server: Server;
let other: Server;
let port: number;
let otherPort: number;
let asked: IncomingMessage[];
const listening = (one: Server) => new Promise<number>((done) => one.listen(0, '127.0.0.1', () => done((one.address() as AddressInfo).port)));
beforeAll(async () => {
  [server, other] = [0, 1].map(() => createServer((request, response) => {
    asked.push(request);
    handler(request, response);
  })) as [Server, Server];
  [port, otherPort] = [await listening(server), await listening(other)];
});
afterAll(() => [server, other].forEach((one) => one.close()));
beforeEach(() => {
  asked = [];
  handler = (_, response) => response.end('BEGIN:VCALENDAR');
});

const fetcher = (options: Partial<SafeFetchOptions> = {}) => new SafeFetch({ allowsHttp: true, innerHosts: new Set([`calendar.test:${port}`, `other.test:${otherPort}`]), resolve: async () => [{ address: '127.0.0.1', family: 4 }], timeMs: 5_000, mostBytes: 1_000_000, ...options });
const calendar = () => new URL(`http://calendar.test:${port}/feed.ics`);
const fault = (name: string) => expect.objectContaining({ name: 'BusyFault', fault: name });
const redirect = (location: string, status = 302): Handler => (_, response) => response.writeHead(status, { location }).end();

describe('[BT20] fetching from where somebody says', () => {
  it('gives what is there, unpacked', async () => {
    handler = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('BEGIN:VCALENDAR'));
    const answer = await fetcher().fetch(calendar());
    expect([answer.status, answer.body.toString()]).toEqual([200, 'BEGIN:VCALENDAR']);
    handler = (_, response) => response.writeHead(404).end('no');
    expect((await fetcher().fetch(calendar())).status).toBe(404);
  });

  it.each(['http://127.0.0.1:PORT/', 'http://[::1]:PORT/', 'http://0x7f.1:PORT/', 'http://2130706433:PORT/', 'http://[::ffff:127.0.0.1]:PORT/', 'http://localhost:PORT/', 'http://169.254.169.254/latest/meta-data', 'http://[fe80::1]/', 'http://inner.test:PORT/'])('reaches nothing within the net by %s', async (text) => {
    const outside = new SafeFetch({ allowsHttp: true, innerHosts: new Set(), ...(text.includes('inner.test') ? { resolve: async () => [{ address: '127.0.0.1', family: 4 }] } : {}) });
    await expect(outside.fetch(outside.address(text.replace('PORT', `${port}`)))).rejects.toEqual(fault('inner'));
    expect(asked).toEqual([]);
  });

  it('judges every address of a name, once, and goes to one of those that were judged', async () => {
    const mixed = fetcher({ innerHosts: new Set(), resolve: async () => [{ address: '93.184.215.14', family: 4 }, { address: '127.0.0.1', family: 4 }] });
    await expect(mixed.fetch(calendar())).rejects.toEqual(fault('inner'));
    expect(asked).toEqual([]);
    // A name that changes its mind once it was judged: nothing asks it a second time.
    let times = 0;
    let reachedAt: string | undefined;
    handler = (request, response) => {
      reachedAt = request.socket.localAddress;
      response.end();
    };
    const changing = fetcher({ resolve: async () => [{ address: (times += 1) === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }] });
    expect((await changing.fetch(calendar())).status).toBe(200);
    expect([times, reachedAt]).toEqual([1, '127.0.0.1']);
    await expect(fetcher({ resolve: async () => { throw new Error('ENOTFOUND'); } }).fetch(calendar())).rejects.toEqual(fault('unknownHost'));
    await expect(fetcher({ resolve: async () => [] }).fetch(calendar())).rejects.toEqual(fault('unknownHost'));
    // Which names there are within the net is not told by what people read.
    expect(busyFaults.inner).toBe(busyFaults.unknownHost);
  });

  it.each([
    ['inner', () => `http://127.0.0.1:${port}/`],
    ['inner', () => `http://inner.test:${port}/`],
    ['redirects', () => 'file:///etc/passwd'],
    ['redirects', () => 'gopher://calendar.test/'],
    ['redirects', () => `http://somebody:secret@calendar.test:${port}/`],
    ['redirects', () => 'http://'],
    ['redirects', () => `http://calendar.test:${port}/again`],
  ])('judges where it is sent on to as it did the first address: %s', async (name, location) => {
    handler = redirect(location());
    await expect(fetcher().fetch(calendar())).rejects.toEqual(fault(name));
    expect(asked.length).toBe(location().endsWith('/again') ? 6 : 1);
  });

  it('goes on to another server without the name and password of the first, and from https to http not at all', async () => {
    handler = (request, response) => (request.headers.host === `calendar.test:${port}` ? response.writeHead(302, { location: `http://other.test:${otherPort}/there` }).end() : response.end('there'));
    const answer = await fetcher().fetch(calendar(), { authorization: 'Basic secret' });
    expect([answer.body.toString(), answer.url.host, asked.map(({ headers }) => headers.authorization)]).toEqual(['there', `other.test:${otherPort}`, ['Basic secret', undefined]]);
    await expect(fetcher().fetch(calendar(), { method: 'REPORT', body: '<x/>', authorization: 'Basic secret' })).rejects.toEqual(fault('redirects'));
    handler = redirect('/moved', 301);
    asked = [];
    await expect(fetcher().fetch(calendar(), { authorization: 'Basic secret' })).rejects.toEqual(fault('redirects'));
    expect(new Set(asked.map(({ headers }) => headers.authorization))).toEqual(new Set(['Basic secret']));
  });

  it('stops at too much, packed or not, at once', async () => {
    handler = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(200_000_000)));
    await expect(fetcher().fetch(calendar())).rejects.toEqual(fault('tooLarge'));
    handler = (_, response) => response.writeHead(200, { 'content-length': '50000000' }).write('x');
    await expect(fetcher().fetch(calendar())).rejects.toEqual(fault('tooLarge'));
    handler = (_, response) => {
      const more = (): void => void (response.write(Buffer.alloc(64_000)) ? setImmediate(more) : response.once('drain', more));
      response.on('error', () => undefined);
      more();
    };
    await expect(fetcher().fetch(calendar())).rejects.toEqual(fault('tooLarge'));
  });

  it('counts all requests of one reading together', async () => {
    handler = (_, response) => response.end(Buffer.alloc(400_000));
    const outside = fetcher();
    const allowance = outside.allowance();
    for (const fits of [true, true, false, false]) {
      const asking = outside.fetch(calendar(), { allowance });
      if (fits) expect((await asking).status).toBe(200);
      else await expect(asking).rejects.toEqual(fault('tooLarge'));
    }
    const hasty = fetcher({ timeMs: 300 });
    const late = hasty.allowance();
    handler = () => undefined;
    await expect(hasty.fetch(calendar(), { allowance: late })).rejects.toEqual(fault('noAnswer'));
    handler = (_, response) => response.end();
    await expect(hasty.fetch(calendar(), { allowance: late })).rejects.toEqual(fault('noAnswer'));
    expect((await hasty.fetch(calendar())).status).toBe(200);
  });

  it.each([
    ['noAnswer', 'never answers', (() => undefined) as Handler],
    ['noAnswer', 'never ends', ((_, response) => void response.writeHead(200).write('BEGIN:VCALENDAR')) as Handler],
    ['noAnswer', 'breaks off before it answers', ((request) => void request.socket.destroy()) as Handler],
    ['serverFault', 'breaks off half-way', ((request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('BEGIN');
      setImmediate(() => request.socket.destroy());
    }) as Handler],
    ['serverFault', 'is packed in a way nobody knows', ((_, response) => void response.writeHead(200, { 'content-encoding': 'zstd' }).end('x')) as Handler],
    ['serverFault', 'is packed by a name of ours', ((_, response) => void response.writeHead(200, { 'content-encoding': 'constructor' }).end('x')) as Handler],
    ['serverFault', 'says it is packed, and is not', ((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('BEGIN:VCALENDAR')) as Handler],
  ])('says %s for a server that %s', async (name, _, bad) => {
    handler = bad;
    await expect(fetcher({ timeMs: 300 }).fetch(calendar())).rejects.toEqual(fault(name));
  });

  it('takes https and webcal, in production no http, and nothing with a password in it', () => {
    const strict = new SafeFetch({ allowsHttp: false, innerHosts: new Set() });
    expect(['webcal://example.dk/a.ics#b', ' https://example.dk/a.ics '].map((text) => strict.address(text).href)).toEqual(['https://example.dk/a.ics', 'https://example.dk/a.ics']);
    for (const text of ['http://example.dk/', 'ftp://example.dk/', 'javascript:alert(1)', 'https://a:b@example.dk/', 'example.dk', '', `https://example.dk/${'a'.repeat(5000)}`]) expect(() => strict.address(text)).toThrow(fault('address'));
    // The certificate is not that of the name.
    return expect(new SafeFetch({ allowsHttp: false, innerHosts: new Set([`calendar.test:${port}`]), resolve: async () => [{ address: '127.0.0.1', family: 4 }] }).fetch(new URL(`https://calendar.test:${port}/`))).rejects.toEqual(fault('certificate'));
  });
});
