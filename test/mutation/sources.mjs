import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Modules } from './modules.mjs';
import { schemata } from './schemata.mjs';

/** What is changed clause by clause: the policy, and what lets a request in. */
const targets = [
  { file: 'libs/access/src/rules.ts' },
  { file: 'libs/access/src/policy.ts' },
  { file: 'apps/server/src/session.guard.ts', only: ['SessionGuard'] },
];
/** What must notice. In this order, the quickest first. */
const specs = ['libs/access/src/clauses.spec.ts', 'libs/access/src/policy.spec.ts', 'libs/access/src/rules.spec.ts', 'apps/server/src/session.guard.spec.ts'];

/** Mutants of the sources, each with `survives()`: whether every test still passes with it. */
export async function sourceMutants() {
  const replaced = new Map();
  const mutants = [];
  for (const { file, only } of targets) {
    const made = schemata(file, readFileSync(file, 'utf8'), mutants.length + 1, only);
    replaced.set(resolve(file), made.text);
    mutants.push(...made.mutants);
  }
  const modules = new Modules(replaced);
  globalThis.__mutant = 0;
  for (const spec of specs) await modules.import(spec);
  const { tests } = modules;
  const fails = async () => {
    for (const test of tests) {
      try {
        await test.run();
      } catch (error) {
        // What noticed one notices the next one, more often than not.
        tests.splice(tests.indexOf(test), 1);
        tests.unshift(test);
        return { test: test.title, error };
      }
    }
    return null;
  };
  const sound = await fails();
  if (sound !== null) throw new Error(`the tests fail without a change: ${sound.test}: ${sound.error.message.slice(0, 400)}`);
  return mutants.map(({ number, name }) => ({
    name,
    survives: async () => {
      globalThis.__mutant = number;
      try {
        return (await fails()) === null;
      } finally {
        globalThis.__mutant = 0;
      }
    },
  }));
}
