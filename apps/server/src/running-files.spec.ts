import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import type { ItemAccess } from '@lib/access/item-access.service.js';
import type { Session, Sessions } from '@lib/access/sessions.service.js';
import type { Clock } from '@lib/platform/clock.js';
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
  const clock = { nowMs: 0, now: () => ({ epochMilliseconds: clock.nowMs }) };
  /** What stands of each session now; null when it is over. Those that are not here have no end. */
  const standing = new Map<string, Partial<Session> | null>();
  /** When a time that somebody was given ends, by membership. */
  const timesEnd = new Map<string, number>();
  const byId = async (id: string) => (standing.get(id) === null ? null : { membershipId: id.replace('s', 'm'), validUntilMs: Number.POSITIVE_INFINITY, unusedUntilMs: Number.POSITIVE_INFINITY, ...standing.get(id) });
  const nextEndOf = async (membershipId: string) => timesEnd.get(membershipId) ?? Number.POSITIVE_INFINITY;
  const running = new RunningFiles(events, outbox, { byId } as unknown as Sessions, { nextEndOf } as unknown as ItemAccess, clock as unknown as Clock);
  running.onApplicationBootstrap();
  const send = (personId: string, most = 1, parts: AsyncIterable<Uint8Array> = endless()) => {
    const browser = new Taking(most);
    const sending = running.send({ id: `s-${personId}`, personId, membershipId: `m-${personId}` }, parts, browser as unknown as Response, {});
    return { browser, sending, ended: sending.then(() => 'sent', (error: { code?: string }) => error.code ?? 'broken') };
  };
  return { events, line, running, send, clock, standing, timesEnd };
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
    const sending = new DocumentFiles(running).sendPdf({ id: 's-a', personId: 'a', membershipId: 'm-a' } as never, browser as unknown as Response, pdf, 'referat', async () => undefined).catch((error: { code: string }) => error.code);
    await begun(browser);
    events.emitHere('session.ended', { sessionId: 's-a' });
    expect(await sending).toBe('ERR_STREAM_PREMATURE_CLOSE');
    expect(browser.taken).toBeLessThanOrEqual(16 * 1024);
    expect(browser.sent).toMatchObject({ 'Content-Length': '4000000', 'X-Accel-Buffering': 'no', 'Cache-Control': 'no-store' });
  });

  it.each([
    ['[AC13] her session or membership', (of: ReturnType<typeof files>) => of.standing.set('s-a', { validUntilMs: 40 })],
    ['[AC50] her time at something', (of: ReturnType<typeof files>) => of.timesEnd.set('m-a', 40)],
  ])('%s ends by the clock: nothing more is sent from that instant on, to whoever takes it or lets it lie', async (_what, end) => {
    const of = files();
    end(of);
    const [still, other] = [of.send('a'), of.send('b')];
    let parts = 0;
    const flowing = of.send('a', Number.POSITIVE_INFINITY, (async function* () {
      for (;;) {
        await soon();
        of.clock.nowMs = ++parts < 4 ? 39 : 40;
        yield new Uint8Array(100);
      }
    })());
    for (const one of [still, other, flowing]) await begun(one.browser);
    expect([await flowing.ended, flowing.browser.taken]).toEqual(['not-ready', 300]);
    expect(await still.ended).toBe('ERR_STREAM_PREMATURE_CLOSE');
    expect(other.browser.destroyed).toBe(false);
    other.browser.destroy();
    // What was made meanwhile is not begun.
    expect([await of.send('a').ended]).toEqual(['conflict']);
  });

  it('[AC15] a session that nobody uses ends, and one that was used meanwhile goes on', async () => {
    const { send, clock, standing } = files();
    standing.set('s-a', { unusedUntilMs: 30 }).set('s-b', { unusedUntilMs: 30 });
    const [unused, used] = [send('a'), send('b')];
    for (const one of [unused, used]) await begun(one.browser);
    standing.set('s-a', null).set('s-b', { unusedUntilMs: 60 });
    clock.nowMs = 30;
    expect(await unused.ended).toBe('ERR_STREAM_PREMATURE_CLOSE');
    expect(used.browser.destroyed).toBe(false);
    standing.set('s-b', null);
    clock.nowMs = 60;
    expect(await used.ended).toBe('ERR_STREAM_PREMATURE_CLOSE');
  });

  it('[AC13] an end that is moved nearer counts, and so does what acts by another membership now', async () => {
    const { events, send, clock, standing } = files();
    const [nearer, another, untouched] = [send('a'), send('b'), send('c')];
    for (const one of [nearer, another, untouched]) await begun(one.browser);
    standing.set('s-a', { validUntilMs: 20 }).set('s-b', { membershipId: 'm-x' }).set('s-c', null);
    clock.nowMs = 20;
    for (const membershipId of ['m-a', 'm-b']) events.emitHere('membership.changed', { membershipId });
    expect([await nearer.ended, await another.ended]).toEqual(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_PREMATURE_CLOSE']);
    expect(untouched.browser.destroyed).toBe(false);
    untouched.browser.destroy();
  });

  it('[AC13] are not begun where the session ended while they were made', async () => {
    const { send, standing } = files();
    standing.set('s-a', null);
    const late = send('a');
    expect([await late.ended, late.browser.headersSent]).toEqual(['not-signed-in', false]);
  });

  it('[CF3] by a link break off when it ends, or what it reads by, and are not begun without it', async () => {
    const { events, running, clock } = files();
    const fetching = (personId: string, untilMs = Number.POSITIVE_INFINITY) => {
      const browser = new Taking(1);
      const look = async () => (personId === 'gone' ? null : { untilMs, askAtMs: untilMs });
      const reader = { who: `link of ${personId}`, sessionId: null, personId, membershipIds: [`m-${personId}`, `n-${personId}`], look };
      return { browser, ended: running.sendTo(reader, endless(), browser as unknown as Response, {}).then(() => 'sent', (error: { code?: string }) => error.code ?? 'broken') };
    };
    const [renewed, left, late, goesOn] = [fetching('a'), fetching('b'), fetching('c', 30), fetching('d')];
    for (const { browser } of [renewed, left, late, goesOn]) await begun(browser);
    events.emitHere('calendarLink.ended', { personId: 'a' });
    events.emitHere('meeting.left', { meetingId: 'x', membershipId: 'n-b' });
    clock.nowMs = 30;
    expect([await renewed.ended, await left.ended, await late.ended]).toEqual(Array(3).fill('ERR_STREAM_PREMATURE_CLOSE'));
    events.emitHere('session.ended', { sessionId: 's-d' });
    expect(goesOn.browser.destroyed).toBe(false);
    goesOn.browser.destroy();
    expect(await fetching('gone').ended).toBe('not-found');
  });

  it('[CF3] of a person who is signed in go on when her calendar link ends', async () => {
    const { events, send } = files();
    const one = send('a');
    await begun(one.browser);
    events.emitHere('calendarLink.ended', { personId: 'a' });
    expect(one.browser.destroyed).toBe(false);
    one.browser.destroy();
  });

  it('[AC13] made as data are made anew, once, where something was taken from her meanwhile', async () => {
    const { events, running, standing } = files();
    const ask = async (taken: number) => {
      let made = 0;
      const browser = new Taking(Number.POSITIVE_INFINITY);
      const make = async () => {
        if (++made <= taken) events.emitHere('item.audienceChanged', { meetingId: 'm', itemId: 'i', affected: ['m-a'] });
        return { made };
      };
      const answer = await new DocumentFiles(running).sendJson({ id: 's-a', personId: 'a', membershipId: 'm-a' } as never, browser as unknown as Response, make).then(() => 'sent', (error: { code: string }) => error.code);
      return [answer, made, browser.taken, browser.sent['Content-Type']];
    };
    expect(await ask(0)).toEqual(['sent', 1, '{"made":1}'.length, 'application/json; charset=utf-8']);
    expect(await ask(1)).toEqual(['sent', 2, '{"made":2}'.length, 'application/json; charset=utf-8']);
    expect(await ask(2)).toEqual(['conflict', 2, 0, undefined]);
    standing.set('s-a', null);
    expect(await ask(0)).toEqual(['not-signed-in', 0, 0, undefined]);
  });
});
