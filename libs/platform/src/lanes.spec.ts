import { describe, expect, it } from '@jest/globals';
import { Lanes } from './lanes.js';

function gate() {
  let open!: () => void;
  const closed = new Promise<void>((resolve) => (open = resolve));
  return { closed, open };
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('lanes', () => {
  it('lets typing go before the reads that were already waiting', async () => {
    const lanes = new Lanes(1, 0);
    const order: string[] = [];
    const first = gate();
    const running = lanes.enter('request', () => first.closed);
    const waiting = [
      lanes.enter('job', async () => void order.push('job')),
      lanes.enter('request', async () => void order.push('request')),
      lanes.enter('collab', async () => void order.push('collab')),
    ];
    first.open();
    await Promise.all([running, ...waiting]);
    expect(order).toEqual(['collab', 'request', 'job']);
  });

  it('keeps reserved places free for typing while reads fill the rest', async () => {
    const lanes = new Lanes(3, 1);
    const hold = gate();
    const reads = [1, 2, 3, 4].map(() => lanes.enter('request', () => hold.closed));
    let typed = false;
    await lanes.enter('collab', async () => void (typed = true));
    expect(typed).toBe(true);
    hold.open();
    await Promise.all(reads);
  });

  it('gives the place back after a failure', async () => {
    const lanes = new Lanes(1, 0);
    await expect(lanes.enter('request', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(lanes.enter('request', async () => 7)).resolves.toBe(7);
  });

  it('never admits more than there are places', async () => {
    const lanes = new Lanes(2, 1);
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await settle();
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 40 }, (_, n) => lanes.enter((['collab', 'request', 'job'] as const)[n % 3]!, work)));
    expect(most).toBeLessThanOrEqual(2);
  });
});
