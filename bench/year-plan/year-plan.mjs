// The year plan beside first-come planning and beside the optimum that HiGHS proved, on published instances.
//   npm run bench:year-plan                      the table; some minutes; writes dist/bench/year-plan.json
//   npm run bench:year-plan -- --write           makes the instances anew from the seed
//   npm run bench:year-plan -- --prove=NAME      lets HiGHS prove an optimum and records it (minutes to hours)
// Budgets are seconds of processor time of this process, so that other work on the machine does not change the figures.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../scripts/build.mjs';
import { firstDay, instance, weeks } from './generate.mjs';
import { components, program } from './program.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const lib = (path) => import(join(root, 'dist/apps/server/libs', path));
const seed = 2027;
const instances = {
  'one-district': { what: 'one district, every cadence', districts: ['oestjylland'] },
  'three-districts': { what: 'three districts, weekly to monthly', districts: ['nordjylland', 'oestjylland', 'fyn'], cadences: ['week', 'month'] },
  'country-weekly': { what: 'the country, weekly and fortnightly', cadences: ['week'] },
};
const flags = Object.fromEntries(process.argv.slice(2).map((flag) => { const [name, value = ''] = flag.replace(/^--/, '').split('='); return [name, value]; }));
const optimaFile = join(here, 'instances/optima.json');
const optima = JSON.parse(readFileSync(optimaFile, 'utf8'));
const instanceFile = (name) => join(here, `instances/${name}.json`);

await build({ ifStale: true, only: ['server'] });
const { planModel } = await lib('scheduling/src/year-plan-model.js');
const { beginning, firstCome, improve, restore } = await lib('scheduling/src/year-plan-search.js');
const { PlanState } = await lib('scheduling/src/year-plan-state.js');
const { planOf } = await lib('scheduling/src/year-plan-solve.js');
const { lowerBound } = await lib('scheduling/src/year-plan-bound.js');
const { repair } = await lib('scheduling/src/year-plan-repair.js');
const { violations } = await lib('scheduling/src/year-plan-check.js');

if (flags.write !== undefined) for (const [name, options] of Object.entries(instances)) writeFileSync(instanceFile(name), published(await generated(options)));
else if (flags.prove !== undefined) await prove(flags.prove);
else await compare();

async function generated(options) {
  const { authorities, relations } = await lib('access/src/directory.data.js');
  const { holidaysBetween } = await lib('scheduling/src/holidays.js');
  const { Temporal } = await import('temporal-polyfill');
  const from = Temporal.PlainDate.from(firstDay);
  return instance({ authorities, relations }, holidaysBetween(from, from.add({ days: weeks * 7 })), seed, options);
}

/** JSON with a line for each person, series and row, so that a change can be read. */
function published(input) {
  const parts = Object.entries(input).map(([key, value]) => `"${key}": ${Array.isArray(value) ? `[\n${value.map((one) => JSON.stringify(one)).join(',\n')}\n]` : JSON.stringify(value)}`);
  return `{\n${parts.join(',\n')}\n}\n`;
}

/** Proves every part that shares nobody with the others; their sum is the optimum of the whole. */
async function prove(name) {
  const { default: loadHighs } = await import('highs');
  const model = planModel(JSON.parse(readFileSync(instanceFile(name), 'utf8')));
  const seconds = Number(flags.seconds ?? 3600);
  const from = process.cpuUsage();
  let [optimum, variables, rows] = [0, 0, 0];
  let proved = true;
  for (const part of components(model)) {
    const { text, binaries, continuous, rows: count } = program(model, part);
    const highs = await loadHighs();
    const solution = highs.solve(text, { output_flag: flags.verbose !== undefined, time_limit: seconds, mip_rel_gap: 0, mip_abs_gap: 0.9 });
    proved &&= solution.Status === 'Optimal';
    console.log(`${part.length} series, ${binaries + continuous} variables, ${count} rows: ${solution.Status}, ${solution.ObjectiveValue}`);
    // Costs are whole numbers; HiGHS adds them up in floating point.
    [optimum, variables, rows] = [optimum + Math.round(solution.ObjectiveValue), variables + binaries + continuous, rows + count];
  }
  if (!proved) throw new Error('not proved: nothing is recorded');
  // Read anew: another proof may have ended meanwhile.
  const all = JSON.parse(readFileSync(optimaFile, 'utf8'));
  all[name] = { optimum, by: 'HiGHS (npm highs 1.15.3)', variables, rows, processorSeconds: Math.round(processorSeconds(from)), command: `npm run bench:year-plan -- --prove=${name}` };
  writeFileSync(optimaFile, `${JSON.stringify(all, null, 2)}\n`);
}

async function compare() {
  const table = [];
  for (const [name, { what }] of Object.entries(instances)) table.push(measure(name, what, JSON.parse(readFileSync(instanceFile(name), 'utf8')), optima[name]?.optimum ?? null));
  table.push(measure('country-everything', 'the country, every cadence', await generated({}), null));
  console.table(Object.fromEntries(table.map((row) => [row.name, {
    series: row.series, optimum: row.optimum ?? 'not proved', 'first come': percent(row.firstComeAbove), ...Object.fromEntries(row.searches.map((one) => [`${one.seconds} s`, row.optimum === null ? `${one.cost} min` : percent(one.above)])),
    'of what can be chosen': row.optimum === null ? '–' : percent(row.searches.at(-1).aboveOfWhatCanBeChosen), 'bound says at most': percent(row.boundGap), 'repair, s': row.repair.slowestSeconds,
  }])));
  console.log('Above the optimum in percent; where none is proved, first come is above the best that was found. Seconds are processor time; the wall took longer on a busy machine.');
  mkdirSync(join(root, 'dist/bench'), { recursive: true });
  writeFileSync(join(root, 'dist/bench/year-plan.json'), `${JSON.stringify({ seed, table }, null, 2)}\n`);
}

function measure(name, what, input, optimum) {
  const model = planModel(input);
  const costOf = (chosen) => { const state = new PlanState(model); restore(state, chosen); return state.cost; };
  const firstComeCost = costOf(firstCome(model));
  const searches = [];
  let best = null;
  for (const seconds of (flags.seconds ?? '5,30').split(',').map(Number)) {
    // What is already the optimum after 5 s needs no 30.
    if (best !== null && best.cost === optimum) { searches.push({ ...searches.at(-1), seconds, note: 'was the optimum before' }); continue; }
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    const now = () => processorSeconds(cpu) * 1000;
    let foundAfter = 0;
    const found = improve(beginning(model), { seed: 1, budget: { now, untilMs: seconds * 1000 }, onBetter: () => { foundAfter = processorSeconds(cpu); } });
    searches.push({ seconds, cost: found.cost, steps: found.steps, bestFoundAfterSeconds: foundAfter, wallSeconds: (performance.now() - wall) / 1000 });
    if (best === null || found.cost < best.cost) best = found;
  }
  const least = optimum ?? best.cost;
  // What no plan avoids: each series where it costs least by itself, with its people's ways not counted.
  const fixed = input.series.reduce((sum, _, s) => sum + (model.alone[model.first[s]] ?? 0), 0);
  for (const one of searches) Object.assign(one, { above: above(one.cost, least), aboveOfWhatCanBeChosen: above(one.cost - fixed, least - fixed) });
  const cpu = process.cpuUsage();
  const bound = lowerBound(model, 6, best.cost);
  const boundSeconds = processorSeconds(cpu);
  const plan = planOf(model, best.chosen);
  if (violations(input, plan).length > 0) throw new Error(`${name}: a plan with a collision`);
  return { name, what, series: input.series.length, people: input.people.length, optimum, firstComeCost, firstComeAbove: above(firstComeCost, least), searches, bound, boundGap: (best.cost - bound) / best.cost, boundSeconds, exceptions: plan.exceptions.length, leftOut: plan.leftOut.length, repair: repairs(input, plan) };
}

/** Leaves in March, closed days and dragged series, each on the same plan. */
function repairs(input, plan) {
  const busiest = input.people.map(({ id }) => ({ id, own: input.series.filter((one) => one.people.some((who) => who.personId === id)).length })).toSorted((a, b) => b.own - a.own || (a.id < b.id ? -1 : 1)).slice(0, 4);
  const changes = [
    ...busiest.map(({ id }) => ({ kind: 'absence', personId: id, absence: { from: '2027-03-01', to: '2027-03-24' } })),
    { kind: 'closed', date: '2027-05-07', name: 'closed' },
    ...input.series.slice(0, 3).map(({ id }) => ({ kind: 'pinned', pin: { seriesId: id, weekday: (plan.placements[id].weekday % 5) + 1 } })),
  ];
  const took = changes.map((change) => {
    const cpu = process.cpuUsage();
    const after = repair(input, plan, change, { seed: 1 });
    const seconds = processorSeconds(cpu);
    if (violations(after.input, after.plan).length > 0) throw new Error('a repair with a collision');
    return { kind: change.kind, seconds, differences: after.differences.length };
  });
  return { slowestSeconds: Math.max(...took.map(({ seconds }) => seconds)), took };
}

function above(cost, least) {
  return least === 0 ? 0 : cost / least - 1;
}

function percent(part) {
  return `${(part * 100).toFixed(2)} %`;
}

/** Processor time since then, of this process, in seconds. */
function processorSeconds(from) {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}
