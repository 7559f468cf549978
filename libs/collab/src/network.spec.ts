import { describe, expect, it } from '@jest/globals';
import { simulate } from './spec-network.js';

/** `npm run simulate:collab -- --runs=5000 --seed=1` runs more of them, or one again. */
const first = Number(process.env.COLLAB_SEED ?? 1);
const runs = Number(process.env.COLLAB_RUNS ?? 60);

describe('[CO37] people who write over a network that delays, cuts and comes back', () => {
  it(
    `come to have what is stored, and everything they saw or were told is stored (seeds ${first} to ${first + runs - 1})`,
    async () => {
      for (let seed = first; seed < first + runs; seed++) {
        await simulate(seed).catch((error: unknown) => {
          throw new Error(`seed ${seed} (npm run simulate:collab -- --seed=${seed} --runs=1): ${(error as Error).stack}`);
        });
      }
      expect(runs).toBeGreaterThan(0);
    },
    Math.max(60_000, runs * 1_000),
  );
});
