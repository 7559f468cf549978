import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { DomainEvents } from '@lib/platform/events.service.js';
import type { LifelineHooks } from '@lib/platform/lifeline.js';
import type { Outbox } from '@lib/platform/outbox.service.js';
import { DocumentFiles } from './document-files.js';
import { mostAtOnce, RunningFiles, stallMs } from './running-files.js';

/** A browser that takes so many bytes and then no more. */
class Taking extends Writable {
  headersSent = false;
  readonly sent: Record<string, string> = {};
  taken = 0;
  stalled: (() => void) | null = null;
  stalledAfterMs = 0;

  constructor(private readonly most: number) {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.taken += chunk.length;
    if (this.taken < this.most) done();
  }

  set(headers: Record<string, string>): void {
    Object.assign(this.sent, headers);
  }

  flushHeaders(): void {
    this.headersSent = true;
  }

  setTimeout(ms: number, stalled: () => void): void {
    Object.assign(this, { stalledAfterMs: ms, stalled });
  }
}

function files() {
  const events = new DomainEvents();
  const line = { isCurrent: true, hooks: null as LifelineHooks | null };
  const outbox = { isCurrent: () => line.isCurrent, watch: (hooks: LifelineHooks) => ((line.hooks = hooks), () => undefined) } as unknown as Outbox;
  const running = new RunningFiles(events, outbox);
  running.onApplicationBootstrap();
  const send = (personId: string, most = 1, parts: AsyncIterable<Uint8Array> = endless()) => {
    const browser = new Taking(most);
    const sending = running.send({ id: `s-${personId}`, personId, membershipId: `m-${personId}` }, parts, browser as unknown as Response, {});
    return { browser, sending, ended: sending.then(() => 'sent', (error: { code?: string }) => error.code ?? 'broken') };
  };
  return { events, line, running, send };
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(100);
}
const soon = () => new Promise((done) => setImmediate(done));
const begun = async (browser: Taking) => {
  while (browser.taken === 0) await soon();
};

describe('files on their way', () => {
  it('[V2.4.1] are three at once for one person, however long she takes, and end when she takes nothing for a minute', async () => {
    const { running, send } = files();
    const first = Array.from({ length: mostAtOnce }, () => send('a'));
    for (const { browser } of first) await begun(browser);
    // More are refused at once than can wait, the others when they have waited.
    const more = Array.from({ length: mostAtOnce + 1 }, () => send('a'));
    expect(await more.pop()!.ended).toBe('too-many-requests');
    first[1]!.browser.destroy();
    await begun(more[0]!.browser);
    running.patienceMs = 0;
    expect(await send('a').ended).toBe('too-many-requests');
    for (const { browser } of more) browser.destroy();
    await begun(send('b').browser);
    expect(first[0]!.browser.stalledAfterMs).toBe(stallMs);
    first[0]!.browser.stalled!();
    expect(await first[0]!.ended).toBe('ERR_STREAM_PREMATURE_CLOSE');
    await begun(send('a').browser);
  });

  it('[AC77] break off when an embargo is set, and what was not begun is refused', async () => {
    const { events, send } = files();
    const one = send('a');
    await begun(one.browser);
    let arrived: () => void = () => undefined;
    const waiting = send('b', 1, (async function* () {
      await new Promise<void>((done) => (arrived = done));
      yield new Uint8Array(100);
    })());
    events.emitHere('embargo.set', { itemId: 'i' });
    expect(await one.ended).toBe('ERR_STREAM_PREMATURE_CLOSE');
    arrived();
    expect([await waiting.ended, waiting.browser.taken]).toEqual(['conflict', 0]);
  });

  it('[AC13] are not begun while it cannot be known what was taken away, nor go on', async () => {
    const { events, line, running, send } = files();
    const before = send('a', Number.POSITIVE_INFINITY, (async function* () {
      yield new Uint8Array(100);
      line.isCurrent = false;
      yield new Uint8Array(100);
    })());
    expect([await before.ended, before.browser.taken]).toEqual(['not-ready', 100]);
    running.patienceMs = 0;
    const meanwhile = send('a');
    expect([await meanwhile.ended, meanwhile.browser.headersSent]).toEqual(['not-ready', false]);
    // For a moment it waits.
    running.patienceMs = 5_000;
    const patient = send('c');
    line.isCurrent = true;
    await begun(patient.browser);
    const cutOff = () => {
      line.isCurrent = false;
      line.hooks!.cut();
    };
    const late = () =>
      send('d', 1, (async function* () {
        cutOff();
        yield new Uint8Array(100);
      })());
    running.patienceMs = 0;
    const never = late();
    expect([await never.ended, never.browser.headersSent]).toEqual(['not-ready', false]);
    running.patienceMs = 5_000;
    // Cut off while it was made, it is sent when this process has caught up, unless something was taken from her meanwhile.
    for (const [missed, isMuch, taken] of [[null, false, 100], ['s-d', false, 0], [null, true, 0]] as const) {
      line.isCurrent = true;
      const waiting = late();
      while (line.isCurrent) await soon();
      if (missed !== null) events.emitHere('session.ended', { sessionId: missed });
      await line.hooks!.restore(isMuch);
      expect(waiting.browser.headersSent).toBe(false);
      line.isCurrent = true;
      if (taken > 0) await begun(waiting.browser);
      else expect(await waiting.ended).toBe('conflict');
      expect(waiting.browser.taken).toBe(taken);
      if (taken > 0) waiting.browser.destroy();
    }
    line.isCurrent = true;
    const sending = send('a');
    await begun(sending.browser);
    cutOff();
    expect(await sending.ended).toBe('ERR_STREAM_PREMATURE_CLOSE');
  });

  it('[AC13] made whole break off as well: no more than a little of them has been handed to the line', async () => {
    const { events, running } = files();
    const browser = new Taking(1);
    const pdf = new Uint8Array(4_000_000);
    const sending = new DocumentFiles(running).sendPdf({ id: 's', personId: 'a', membershipId: 'm' } as never, browser as unknown as Response, pdf, 'referat', async () => undefined).catch((error: { code: string }) => error.code);
    await begun(browser);
    events.emitHere('session.ended', { sessionId: 's' });
    expect(await sending).toBe('ERR_STREAM_PREMATURE_CLOSE');
    expect(browser.taken).toBeLessThanOrEqual(16 * 1024);
    expect(browser.sent).toMatchObject({ 'Content-Length': '4000000', 'X-Accel-Buffering': 'no', 'Cache-Control': 'no-store' });
  });
});
