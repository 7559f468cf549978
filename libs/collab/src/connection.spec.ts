import { describe, expect, it } from '@jest/globals';
import { Connection, type Wire } from './connection.js';

/** A socket whose other end reads only when the test says so. */
class Lazy implements Wire {
  unreadBytes = 0;
  isCut = false;
  send(frame: Uint8Array): void {
    this.unreadBytes += frame.length;
  }
  close(): void {}
  cut(): void {
    this.isCut = true;
  }
  readonly isPaused = false;
  pause(): void {}
  resume(): void {}
}

const who = { personId: 'p', sessionId: 's', user: { name: '', authority: '', color: '' } };
const setUp = (mayLeave = () => true) => {
  const wire = new Lazy();
  return { wire, connection: new Connection(wire, who, { acks: false }, { maxUnreadBytes: 1_000 }, mayLeave) };
};

describe('[CO66] what a slow reader may leave unread', () => {
  it('is the bound; the content itself passes however large it is, as long as it is on its way', () => {
    const { wire, connection } = setUp();
    connection.send(new Uint8Array(50_000));
    connection.send(new Uint8Array(900));
    expect(wire.isCut).toBe(false);
    connection.send(new Uint8Array(200));
    expect(wire.isCut).toBe(true);
  });

  it('is the bound again when the content has left: it buys no more room afterwards', () => {
    const { wire, connection } = setUp();
    connection.send(new Uint8Array(50_000));
    wire.unreadBytes = 0;
    for (let n = 0; n < 10; n++) connection.send(new Uint8Array(100));
    expect([wire.isCut, wire.unreadBytes]).toEqual([false, 1_000]);
    connection.send(new Uint8Array(100));
    // The frame that comes last may be above it.
    connection.send(new Uint8Array(100));
    expect(wire.isCut).toBe(true);
  });

  it('counts what waits because nothing may leave', () => {
    const { wire, connection } = setUp(() => false);
    for (let n = 0; n < 11; n++) connection.send(new Uint8Array(100));
    expect(wire.isCut).toBe(false);
    connection.send(new Uint8Array(100));
    expect(wire.isCut).toBe(true);
    expect(wire.unreadBytes).toBe(0);
  });
});
