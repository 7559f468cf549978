import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Modules } from './modules.mjs';
import { schemata } from './schemata.mjs';

/** What is changed clause by clause, and what must notice, the quickest first. */
const groups = [
  {
    targets: ['rules', 'rule-conditions', 'meeting-rules', 'item-rules', 'record-rules', 'office-rules', 'policy'].map((name) => ({ file: `libs/access/src/${name}.ts` })),
    specs: ['libs/access/src/clauses.spec.ts', 'libs/access/src/policy.spec.ts', 'libs/access/src/rules.spec.ts'],
  },
  {
    targets: [{ file: 'apps/server/src/session.guard.ts', only: ['SessionGuard'] }],
    specs: ['apps/server/src/session.guard.spec.ts'],
  },
  {
    targets: [
      { file: 'libs/access/src/acting.ts' },
      { file: 'libs/access/src/session-cookie.ts', only: ['readSessionToken'] },
      { file: 'apps/server/src/asking.ts', only: ['askAsSession'] },
      { file: 'apps/server/src/origins.ts', only: ['Origins.allows', 'Origins.guard'] },
      { file: 'apps/server/src/guest.interceptor.ts', only: ['GuestInterceptor'] },
      { file: 'apps/server/src/rate-limit.guard.ts', only: ['RateLimitGuard'] },
      { file: 'libs/platform/src/rate-limits.service.ts', only: ['RateLimits', 'take', 'takeAll', 'assertLeft', 'addressKey'] },
      { file: 'apps/server/src/rate-refusals.service.ts', only: ['RateRefusals'] },
      { file: 'apps/server/src/socket-limits.service.ts', only: ['SocketLimits'] },
      { file: 'apps/server/src/live.adapter.ts', only: ['admitted'] },
      { file: 'apps/server/src/scim.controller.ts', only: ['ScimGuard'] },
      { file: 'libs/provisioning/src/tokens.service.ts', only: ['ProvisioningTokens.clientOf'] },
      { file: 'libs/provisioning/src/pace.ts' },
    ],
    specs: ['apps/server/src/guards.spec.ts'],
  },
  {
    targets: [
      { file: 'libs/collab/src/hub.ts', only: ['Hub.whoAsks', 'Hub.identify', 'Hub.letIn'] },
      { file: 'libs/collab/src/members.ts', only: ['Members.isBarred', 'Members.reserve', 'Members.connectionsOf'] },
      { file: 'libs/collab/src/yjs-sockets.gateway.ts', only: ['YjsSockets.attach', 'YjsSockets.upgrade', 'readRequest'] },
      { file: 'libs/collab/src/tickets.service.ts', only: ['Tickets.issue'] },
    ],
    specs: ['libs/collab/src/door.spec.ts', 'libs/collab/src/client-ids.spec.ts'],
  },
];
/** Always the same, so that what a property notices today it notices tomorrow. */
const seeds = Array.from({ length: 20 }, (_, n) => n + 1);
/** Longer than any of the tests takes by far. */
const testMs = 20_000;

/**
 * Mutants of the sources, each with `survives()`: false where it is noticed, else true.
 *
 * @param everySeed where properties alone notice it, each of the seeds must: else it survives, and is told by how many it was not
 */
export async function sourceMutants(everySeed = false) {
  const replaced = new Map();
  const made = groups.map(({ specs }) => ({ specs, mutants: [] }));
  let count = 0;
  for (const [n, { targets }] of groups.entries()) {
    for (const { file, only } of targets) {
      const changed = schemata(file, readFileSync(file, 'utf8'), count + 1, only);
      replaced.set(resolve(file), changed.text);
      made[n].mutants.push(...changed.mutants);
      count += changed.mutants.length;
    }
  }
  const modules = new Modules(replaced);
  globalThis.__mutant = 0;

  const run = async (test) => {
    let timer;
    const late = new Promise((_, fail) => (timer = setTimeout(() => fail(new Error('takes too long')), testMs)));
    try {
      await Promise.race([test.run(), late]);
      return null;
    } catch (error) {
      return error;
    } finally {
      clearTimeout(timer);
    }
  };
  /** The first of the tests that fails; null where all pass. */
  const failing = async (tests, seed) => {
    modules.seed = seed;
    for (const test of tests) {
      const error = await run(test);
      if (error === null) continue;
      // What noticed one notices the next one, more often than not.
      tests.splice(tests.indexOf(test), 1);
      tests.unshift(test);
      return { test, error };
    }
    return null;
  };

  const all = [];
  for (const { specs, mutants } of made) {
    modules.tests.length = 0;
    for (const spec of specs) await modules.import(spec);
    const tests = [...modules.tests];
    const random = [];
    for (const test of tests) {
      const before = modules.properties;
      modules.seed = seeds[0];
      const error = await run(test);
      if (error !== null) throw new Error(`the tests fail without a change: ${test.title}: ${error.message.slice(0, 400)}`);
      if (modules.properties > before) random.push(test);
    }
    const noticed = async () => {
      if ((await failing(tests, null)) !== null) return true;
      let by = 0;
      for (const seed of random.length === 0 ? [] : seeds) {
        if ((await failing(random, seed)) !== null) by += 1;
        if (by > 0 && !everySeed) return true;
      }
      return by === 0 || by === seeds.length ? by > 0 : `noticed by chance, with ${by} of ${seeds.length} seeds`;
    };
    for (const { number, name } of mutants) {
      const survives = async () => {
        globalThis.__mutant = number;
        try {
          const answer = await noticed();
          return typeof answer === 'string' ? answer : !answer;
        } finally {
          globalThis.__mutant = 0;
        }
      };
      all.push({ name, survives });
    }
  }
  return all;
}
