import { PassThrough, type Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import * as ws from 'ws';
import { SocketWire, type WebSocketBelow } from './socket-wire.js';

// Not among the types of `ws`.
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** What a browser makes of the bytes: the reader of `ws`. */
function browser(): { line: PassThrough; heard: Buffer[] } {
  const line = new PassThrough();
  const heard: Buffer[] = [];
  line.pipe(new Receiver({ isServer: false })).on('message', (data: Buffer) => heard.push(data));
  return { line, heard };
}

const frameOf = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 7 + length) % 256);

describe('frames on their way to a browser', () => {
  it.each([0, 100])('arrive whole and in order, whatever their lengths, with %s bytes before them that have not left', async (bufferedAmount) => {
    const { line, heard } = browser();
    const wire = new SocketWire({ readyState: 1, OPEN: 1, bufferedAmount } as WebSocketBelow, line, 0);
    const frames = [1, 125, 126, 1_024, 1_025, 30, 65_535, 65_536, 2, 3].map(frameOf);
    for (const frame of frames) wire.send(frame);
    expect(wire.unreadBytes).toBe(bufferedAmount + frames.reduce((sum, { length }) => sum + length, 0));
    await new Promise((done) => setImmediate(done));
    wire.send(frameOf(4));
    await new Promise((done) => setImmediate(done));
    const all = [...frames, frameOf(4)];
    expect(heard.map((data, n) => [data.length, data.equals(all[n]!)])).toEqual(all.map(({ length }) => [length, true]));
    expect(wire.unreadBytes).toBe(bufferedAmount);
  });

  it('leave before the farewell, and never behind one', async () => {
    const { line, heard } = browser();
    const told: number[] = [];
    const socket = { readyState: 1, OPEN: 1, bufferedAmount: 0, close: () => void told.push(line.readableLength), resume: () => undefined, once: () => undefined, terminate: () => undefined };
    const wire = new SocketWire(socket as unknown as WebSocketBelow, line, 0);
    wire.send(frameOf(5));
    wire.close(4423, 'document-frozen');
    wire.send(frameOf(6));
    // The other side hung up.
    socket.readyState = 2;
    await new Promise((done) => setImmediate(done));
    expect(told).toHaveLength(1);
    expect(heard.map(({ length }) => length)).toEqual([5]);
  });
});
