// Takes every clause of the access policy, of the guards of routes and sockets and of the rules of the database out in turn and sees
// whether the tests notice. Whole: `npm run mutate:access`. A sample of both kinds, mixed, that ends after so long with all that it
// prepares: `--minutes=5`, in an order that the printed seed gives (`--seed=…` repeats it). Three of each kind are tried however long
// it takes: a slow machine tries fewer, and fails nothing by that. `--only=sources` or `--only=policies` for one of the two.
// `--part=2/4` for the second quarter of them, so that a long run can be had in pieces; `--match=guest` for those whose names an
// expression finds. `--every-seed` takes what properties alone notice for noticed when each of twenty seeds does.
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
// From the start of the process on: what is prepared counts, too.
const until = option('minutes') === undefined ? Infinity : Number(option('minutes')) * 60_000;
const only = option('only');
const [part, parts] = (option('part') ?? '1/1').split('/').map(Number);

const reasons = new Map(JSON.parse(readFileSync('test/mutation/survivors.json', 'utf8')).flatMap(({ reason, mutants }) => mutants.map((name) => [name, reason])));
const unreasoned = [...reasons].filter(([, reason]) => typeof reason !== 'string' || reason.length < 20);
if (unreasoned.length > 0) {
  console.error(`Survivors without a reason:\n${unreasoned.map(([name]) => `  ${name}`).join('\n')}`);
  process.exit(1);
}

const sources = only === 'policies' ? [] : await sourceMutants(process.argv.includes('--every-seed'));
const { mutants: policies, close } = only === 'sources' ? { mutants: [], close: async () => undefined } : await policyMutants();
const kinds = [
  { kind: 'policy and guards', mutants: sources },
  { kind: 'rules of the database', mutants: policies },
].filter(({ mutants }) => mutants.length > 0);
const all = kinds.flatMap(({ kind, mutants }) => mutants.map((one) => ({ ...one, kind })));
const unknown = only === undefined ? [...reasons.keys()].filter((name) => !all.some((one) => one.name === name)) : [];
const match = new RegExp(option('match') ?? '');
const chosen = all.filter((one, index) => index % parts === part - 1 && match.test(one.name));
const order = until === Infinity ? chosen : shuffled(chosen, seed);
const preparedMs = performance.now();
console.log(`${kinds.map(({ kind, mutants }) => `${mutants.length} mutants of ${kind}`).join(', ')}; seed ${seed}; prepared in ${seconds(preparedMs)}`);

const survivors = [];
const caught = [];
const tried = new Map(kinds.map(({ kind }) => [kind, 0]));
/** So many of a kind are tried whatever the time. */
const atLeast = 3;
for (const { name, kind, survives } of order) {
  if (performance.now() > until && tried.get(kind) >= atLeast) continue;
  tried.set(kind, tried.get(kind) + 1);
  const answer = await survives();
  if (answer !== false && !reasons.has(name)) {
    survivors.push(typeof answer === 'string' ? `${name} (${answer})` : name);
    console.log(`SURVIVED ${survivors.at(-1)}`);
  } else if (answer === false && reasons.has(name)) caught.push(name);
}
await close();

const list = (names) => names.map((name) => `  ${name}`).join('\n');
if (caught.length > 0) console.log(`In the list, and noticed now; take them out:\n${list(caught)}`);
if (unknown.length > 0) console.log(`In the list, and no longer there; take them out:\n${list(unknown)}`);
if (survivors.length > 0) console.log(`Noticed by no test, and not in the list:\n${list(survivors)}`);
for (const { kind } of kinds) console.log(`${kind}: ${tried.get(kind)} of ${chosen.filter((one) => one.kind === kind).length} tried`);
const fails = survivors.length > 0 || unknown.length > 0;
console.log(`${fails ? 'FAILED' : 'passed'}: ${survivors.length} survived without a reason; seed ${seed}; ${seconds(performance.now())} in all, ${seconds(preparedMs)} of it to prepare`);
process.exit(fails ? 1 : 0);

function seconds(ms) {
  return `${Math.round(ms / 1_000)} s`;
}

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
