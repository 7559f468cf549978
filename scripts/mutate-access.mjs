// Takes every clause of the access policy, of the guard of routes and of the rules of the database out in turn and sees
// whether the tests notice. Whole: `npm run mutate:access`. A part of it, as long as there is time: `--minutes=4`, in an order
// that the printed seed gives (`--seed=…` repeats it). `--only=sources` or `--only=policies` for one of the two. `--part=2/4` for
// the second quarter of them, so that a long run can be had in pieces; `--match=guest` for those whose names hold a word.
// Survivors stand in test/mutation/survivors.json, each with its reason; one that does not fails the run.
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyMutants } from '../test/mutation/policies.mjs';
import { sourceMutants } from '../test/mutation/sources.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));
process.env.SAMRAAD_ROOT ??= process.cwd();
process.env.LOG_LEVEL ??= 'silent';
const option = (name) => process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1];
const seed = Number(option('seed') ?? randomInt(1, 1_000_000));
const until = option('minutes') === undefined ? Infinity : performance.now() + Number(option('minutes')) * 60_000;
const only = option('only');
const [part, parts] = (option('part') ?? '1/1').split('/').map(Number);

const reasons = new Map(JSON.parse(readFileSync('test/mutation/survivors.json', 'utf8')).flatMap(({ reason, mutants }) => mutants.map((name) => [name, reason])));
const unreasoned = [...reasons].filter(([, reason]) => typeof reason !== 'string' || reason.length < 20);
if (unreasoned.length > 0) {
  console.error(`Survivors without a reason:\n${unreasoned.map(([name]) => `  ${name}`).join('\n')}`);
  process.exit(1);
}

const sources = only === 'policies' ? [] : await sourceMutants();
const { mutants: policies, close } = only === 'sources' ? { mutants: [], close: async () => undefined } : await policyMutants();
const all = [...sources, ...policies];
const unknown = only === undefined ? [...reasons.keys()].filter((name) => !all.some((one) => one.name === name)) : [];
const match = option('match') ?? '';
const chosen = all.filter((one, index) => index % parts === part - 1 && one.name.includes(match));
const order = until === Infinity ? chosen : shuffled(chosen, seed);
console.log(`${sources.length} mutants of the policy and the guard, ${policies.length} of the database; seed ${seed}`);

const survivors = [];
const caught = [];
let tried = 0;
for (const mutant of order) {
  if (performance.now() > until) break;
  tried += 1;
  const survives = await mutant.survives();
  if (survives && !reasons.has(mutant.name)) {
    survivors.push(mutant.name);
    console.log(`SURVIVED ${mutant.name}`);
  } else if (!survives && reasons.has(mutant.name)) caught.push(mutant.name);
}
await close();

console.log(`${tried} of ${chosen.length} tried; ${survivors.length} survived without standing in the list`);
if (caught.length > 0) console.log(`In the list, and noticed now; take them out:\n${caught.map((name) => `  ${name}`).join('\n')}`);
if (unknown.length > 0) console.error(`In the list, and no longer there; take them out:\n${unknown.map((name) => `  ${name}`).join('\n')}`);
process.exit(survivors.length > 0 || unknown.length > 0 ? 1 : 0);

/** The same order for the same seed (mulberry32). */
function shuffled(values, from) {
  const copy = [...values];
  let state = from;
  const chance = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(chance() * (last + 1));
    [copy[last], copy[other]] = [copy[other], copy[last]];
  }
  return copy;
}
