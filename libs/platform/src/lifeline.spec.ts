import { describe, expect, it } from '@jest/globals';
import { Lifeline } from './lifeline.js';

function setUp() {
  let nowMs = 0;
  const told: string[] = [];
  const restores: ((isFine: boolean) => void)[] = [];
  const lifeline = new Lifeline(() => nowMs, { cutOffMs: 1_000, keptMs: 60_000 });
  lifeline.on({
    cut: () => told.push('cut'),
    restore: (isMuch) => {
      told.push(isMuch ? 'restore much' : 'restore');
      return new Promise((resolve, reject) => restores.push((isFine) => (isFine ? resolve() : reject(new Error('database gone')))));
    },
    current: () => told.push('current'),
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    lifeline,
    told,
    at: (ms: number) => (nowMs = ms),
    look: async (beganMs: number) => {
      lifeline.looked(beganMs, Promise.resolve());
      await turn();
    },
    restored: async (isFine = true) => {
      restores.shift()?.(isFine);
      await turn();
    },
  };
}

describe('Lifeline', () => {
  it('[PS3] is current for a second from the beginning of the last look, and not a moment longer', async () => {
    const { lifeline, told, at, look } = setUp();
    await look(0);
    at(900);
    await look(100);
    at(1_100);
    expect([lifeline.isCurrent(), told]).toEqual([true, []]);
    at(1_101);
    expect([lifeline.isCurrent(), told]).toEqual([false, ['cut']]);
  });

  it('[PS3] a gap that nobody noticed is one: rights are looked up before anything is sent', async () => {
    const { lifeline, told, at, look, restored } = setUp();
    await look(0);
    at(5_000);
    await look(4_990);
    expect([lifeline.isCurrent(), told]).toEqual([false, ['cut', 'restore']]);
    await restored();
    expect([lifeline.isCurrent(), told]).toEqual([true, ['cut', 'restore', 'current']]);
  });

  it('[PS3] what took too long, or failed, is begun anew with the next look', async () => {
    const { lifeline, told, at, look, restored } = setUp();
    await look(0);
    at(2_000);
    await look(2_000);
    await restored(false);
    expect(lifeline.isCurrent()).toBe(false);
    await look(2_100);
    at(4_000);
    await restored();
    expect(lifeline.isCurrent()).toBe(false);
    await look(4_000);
    // Looks go on meanwhile, so that it may take its time.
    at(4_900);
    await look(4_900);
    at(5_800);
    await restored();
    expect([lifeline.isCurrent(), told]).toEqual([true, ['cut', 'restore', 'restore', 'restore', 'current']]);
  });

  it('[PS3] says when more was missed than is kept', async () => {
    const { told, at, look } = setUp();
    await look(0);
    at(60_001);
    await look(60_001);
    expect(told).toEqual(['cut', 'restore much']);
  });
});
