// How fast a time is found for many people, against a bare AND and scan over the same prepared bits and against a sweep
// over what is busy; and how fast rules are expanded. Run with `npm run bench:find-time`. Ratios count; the milliseconds
// are those of this machine. docs/performance.md says what each figure is.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { build } from '../../scripts/build.mjs';

await build({ ifStale: true, only: ['server'] });
const { Temporal } = await import('temporal-polyfill');
const { Availability } = await import('../../dist/apps/server/libs/scheduling/src/availability.js');
const { findTime } = await import('../../dist/apps/server/libs/scheduling/src/find-time.js');
const { occurrences, startsMs } = await import('../../dist/apps/server/libs/scheduling/src/recurrence.js');
const { readDate } = await import('../../dist/apps/server/libs/scheduling/src/civil.js');
const { startsPlane } = await import('../../dist/apps/server/libs/scheduling/src/slots.js');
const { days, from, makeInstance, makeQuery, random, ruleOf } = await import('./instance.mjs');

const shownReasons = 20;
const seed = 2027;
const instance = makeInstance(600, seed);
const figures = {};

const index = figure('index of 600 people, ms of CPU', { target: 1000 }, [1, 2, 3].map(() => computed(buildIndex)), 'median');
figure('one person’s change, ms', { target: 2 }, Array.from({ length: 300 }, (_, n) => timed(() => index.setPerson(instance.people[n]))), 'p95');

measure('5 people, 13 weeks', { asked: 5, weeks: 13, durationMinutes: 60 }, 400, 1);
measure('60 people, 52 weeks', { asked: 60, weeks: 52, durationMinutes: 60 }, 200, 5);
measure('60 people, 52 weeks, 3 hours', { asked: 60, weeks: 52, durationMinutes: 180 }, 200, 5);
travelling();
relaxing();
rules();
report();

function buildIndex() {
  const made = new Availability({ from, days, travelMinutes: instance.travelMinutes, softPeriods: instance.softPeriods });
  for (const person of instance.people) made.setPerson(person);
  for (const room of instance.rooms) made.setRoom(room);
  return made;
}

/** The whole answer: every start, ranked, the first twenty with their reasons; then the bare and the naive one. */
function measure(name, shape, count, target) {
  const chance = random(seed + count);
  const queries = Array.from({ length: count }, () => makeQuery(instance, chance, shape));
  for (const query of [...queries.slice(0, 50), ...queries.slice(0, 50), ...queries.slice(0, 50)]) {
    ask(query);
    bare(query);
  }
  // Side by side, so that what else the machine does falls on both.
  const [whole, ranked, alone, all, starts] = [[], [], [], [], []];
  for (const query of queries) {
    whole.push(best(() => ask(query)));
    alone.push(best(() => bare(query)));
    ranked.push(best(() => findTime(index, query)));
    all.push(computed(() => findTime(index, query).candidates()));
    starts.push(findTime(index, query).length);
  }
  figure(`${name}: whole answer, ms`, { target }, whole, 'p95');
  figure(`${name}: the same, typical, ms`, {}, whole, 'median');
  figure(`${name}: reasons for every start, ms of CPU`, {}, all, 'p95');
  figure(`${name}: bare AND + scan, ms`, {}, alone, 'p95');
  figure(`${name}: every start, ranked / bare, of the sums`, { target: 3 }, [sum(ranked) / sum(alone)], 'median');
  figure(`${name}: whole answer with ${shownReasons} reasoned / bare, of the sums`, {}, [sum(whole) / sum(alone)], 'median');
  figure(`${name}: starts found`, {}, starts, 'median');
  figure(`${name}: a sweep over what is busy, ms`, {}, queries.slice(0, 5).map((query) => timed(() => sweep(query))), 'median');
}

function ask(query) {
  return findTime(index, query).candidates(0, shownReasons);
}

/**
 * The limit: the planes of all who are asked joined, for the words of the window, and every run of the length written down. It knows
 * neither who may be missing, nor a rank or a reason.
 */
function bare({ from: first, until, durationMinutes, required, optional = [], oneOf = [] }) {
  const begin = (readDate(first) - index.firstDay) * 3;
  const end = (readDate(until) - index.firstDay) * 3;
  const joined = new Int32Array(end - begin + 1).fill(-1);
  for (const id of new Set([...required, ...oneOf.flatMap(({ people }) => people), ...optional])) {
    const plane = index.person(id).free;
    for (let word = begin; word < end; word += 1) joined[word - begin] &= plane[word];
  }
  joined[end - begin] = 0;
  const starts = startsPlane(joined, Math.ceil(durationMinutes / 15));
  const found = [];
  for (let word = 0; word < starts.length; word += 1) {
    for (let rest = starts[word]; rest !== 0; rest &= rest - 1) found.push((begin + word) * 32 + 31 - Math.clz32(rest & -rest));
  }
  return found;
}

/** What one writes without an index: each start, each person, each thing she has. No reasons, no rank. */
function sweep({ from: first, until, durationMinutes, required, oneOf }) {
  const zone = 'Europe/Copenhagen';
  const byId = new Map(instance.people.map((person) => [person.id, person]));
  const isFree = (id, startMs, endMs) => !byId.get(id).busy.some((time) => time.state !== 'tentative' && time.startMs < endMs && time.endMs > startMs);
  const found = [];
  for (let day = Temporal.PlainDate.from(first); day.toString() < until; day = day.add({ days: 1 })) {
    if (day.dayOfWeek > 5) continue;
    const midnight = day.toZonedDateTime(zone).epochMilliseconds;
    for (let minute = 480; minute + durationMinutes <= 960; minute += 15) {
      const startMs = midnight + minute * 60_000;
      const endMs = startMs + durationMinutes * 60_000;
      if (required.every((id) => isFree(id, startMs, endMs)) && oneOf.every(({ people }) => people.some((id) => isFree(id, startMs, endMs)))) found.push(startMs);
    }
  }
  return found;
}

/** Three rooms in three places, travel between what else people have, a quarter of an hour between meetings. */
function travelling() {
  const chance = random(seed + 7);
  const queries = Array.from({ length: 40 }, () => makeQuery(instance, chance, { asked: 60, weeks: 52, durationMinutes: 60, withRooms: true }));
  // A change of a person forgets what was prepared for her places.
  const first = queries.map((query) => {
    for (const person of instance.people) index.setPerson(person);
    return computed(() => ask(query));
  });
  figure('60 people, 52 weeks, 3 places with travel: first question, ms of CPU', {}, first, 'p95');
  figure('60 people, 52 weeks, 3 places with travel: asked again, ms', { target: 5 }, queries.map((query) => best(() => ask(query))), 'p95');
}

/** Four hours for sixty people, most of whom must come: there is none, and what would give one is looked for. */
function relaxing() {
  const chance = random(seed + 9);
  const queries = Array.from({ length: 60 }, () => {
    const query = makeQuery(instance, chance, { asked: 5, weeks: 13, durationMinutes: 240 });
    return { ...query, required: [...query.required, ...chance.some(instance.people, 3).map(({ id }) => id)] };
  }).filter((query) => findTime(index, query).length === 0);
  const took = queries.map((query) => computed(() => findTime(index, query).relaxations));
  figure(`no start for 8 people in 13 weeks (${queries.length} questions): what would give one, ms of CPU`, {}, took, 'p95');
  figure('of these, answered by some change, share', {}, [queries.filter((query) => findTime(index, query).relaxations.length > 0).length / queries.length], 'median');
}

function rules() {
  const chance = random(seed + 11);
  const mixed = Array.from({ length: 1000 }, (_, n) => ruleOf(chance, n));
  const window = { start: Temporal.Instant.from('2026-01-01T00:00Z'), end: Temporal.Instant.from('2036-01-01T00:00Z') };
  let total = 0;
  const expand = (by) => computed(() => {
    total = 0;
    for (const rule of mixed) total += by(rule, window, 20_000).length;
  });
  for (let n = 0; n < 3; n += 1) expand(occurrences);
  figure('10 years of 1,000 mixed rules as occurrences, ms of CPU', { target: 150 }, Array.from({ length: 7 }, () => expand(occurrences)), 'median');
  figure('10 years of 1,000 mixed rules as numbers, ms of CPU', {}, Array.from({ length: 7 }, () => expand(startsMs)), 'median');
  figure('occurrences in these', {}, [total], 'median');
  const near = { start: Temporal.Instant.from('1970-03-01T00:00Z'), end: Temporal.Instant.from('1970-06-01T00:00Z') };
  const far = { start: Temporal.Instant.from('2249-03-01T00:00Z'), end: Temporal.Instant.from('2249-06-01T00:00Z') };
  const old = mixed.filter(({ rrule }) => !rrule.includes('COUNT') && !rrule.includes('UNTIL')).map((rule) => ({ ...rule, startLocal: `1970-01-05T${rule.startLocal.slice(11)}` }));
  const all = (at) => timed(() => old.forEach((rule) => occurrences(rule, at)));
  all(near);
  all(far);
  const pairs = Array.from({ length: 15 }, () => [all(near), all(far)]);
  figure('three months of 800 rules from 1970: in 2249 / in 1970', { target: 1.5 }, pairs.map(([a, b]) => b / a), 'median');
}

function timed(work) {
  const start = performance.now();
  const result = work();
  const took = performance.now() - start;
  timed.last = result;
  return took;
}

/** What the process used: for what is long enough that on a busy machine the clock tells of others. */
function computed(work) {
  const start = process.cpuUsage();
  timed.last = work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The best of three: what the question costs, without what else the machine does. */
function best(work) {
  return Math.min(timed(work), timed(work), timed(work));
}

function sum(values) {
  return values.reduce((total, one) => total + one, 0);
}

function figure(name, { target }, values, kind) {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * (kind === 'p95' ? 0.95 : 0.5)) - 1)];
  figures[name] = { value: Number(value.toPrecision(3)), kind, ...(target === undefined ? {} : { target, holds: value <= target }) };
  return timed.last;
}

function report() {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  for (const [name, { value, kind, target, holds }] of Object.entries(figures)) {
    console.log(`${name.padEnd(width)}  ${String(value).padStart(8)}  ${kind.padEnd(6)}  ${target === undefined ? '' : `≤ ${target}: ${holds ? 'holds' : 'DOES NOT HOLD'}`}`);
  }
  mkdirSync('dist/bench', { recursive: true });
  writeFileSync('dist/bench/find-time.json', `${JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, seed, figures }, null, 2)}\n`);
  if (Object.values(figures).some(({ holds }) => holds === false)) process.exitCode = 1;
}
