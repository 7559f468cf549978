import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Debounce } from './debounce.js';

describe('Debounce', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('[CO54] runs once after things have come to rest, and at the latest after the longest wait', async () => {
    const runs: number[] = [];
    const begin = Date.now();
    const debounce = new Debounce(async () => void runs.push(Date.now() - begin), 250, 2_000, () => Date.now());
    debounce.trigger('d');
    await jest.advanceTimersByTimeAsync(100);
    debounce.trigger('d');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toEqual([350]);
    for (let i = 0; i < 30; i++) {
      debounce.trigger('d');
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(runs[1]).toBe(1_100 + 2_000);
  });

  it('[CO54] never runs twice at a time, and forgets nothing that comes meanwhile', async () => {
    let running = 0;
    let runs = 0;
    const debounce = new Debounce(
      async () => {
        expect(++running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        running--;
        runs++;
      },
      100,
      1_000,
      () => Date.now(),
    );
    debounce.trigger('d');
    await jest.advanceTimersByTimeAsync(150);
    debounce.trigger('d');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(runs).toBe(2);
    debounce.trigger('d');
    const flushed = debounce.flush();
    await jest.advanceTimersByTimeAsync(2_000);
    await flushed;
    expect(runs).toBe(3);
  });
});
