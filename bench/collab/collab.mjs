// Samråd's collaboration beside what others offer, in one run on one machine, on PostgreSQL: `npm run bench:collab`. The ratios
// count; the milliseconds are those of this machine. docs/performance.md says what each figure is and is not.
//
//   --scenario=latency,throughput,memory,coldLoad,storm,kills,slowReaders,hostile   some of them (default: all)
//   --servers=ours,relayCommit,…                                                    some of the servers
//   --quick                                                                         small numbers, to see that it runs
//   --runs=2                                                                        repetitions of latency and throughput
//   --json=file                                                                     where the figures go
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.mjs';
import { median, round } from './figures.mjs';
import { hostile } from './hostile.mjs';
import * as scenarios from './scenarios.mjs';
import { kinds, Server } from './server.mjs';

const { values: given } = parseArgs({
  options: { scenario: { type: 'string' }, servers: { type: 'string' }, quick: { type: 'boolean', default: false }, runs: { type: 'string' }, json: { type: 'string', default: 'dist/bench/collab.json' } },
});
const quick = given.quick;
const runs = Number(given.runs ?? (quick ? 1 : 2));
const rates = [4_000, 8_000, 12_000, 16_000, 20_000, 24_000, 28_000, 32_000];
const durable = ['relayCommit', 'hocuspocusPostgres', 'ours'];
const all = Object.keys(kinds);

/** What is run, with whom, how often, and how it is compared. */
const plan = {
  latency: { servers: all, runs, options: { seconds: quick ? 2 : 6 }, columns: { p50: 'edit → seen p50, ms', p95: 'p95, ms' } },
  throughput: { servers: ['relay', ...durable], runs, options: { seconds: quick ? 1 : 2, rates: quick ? rates.slice(0, 2) : rates }, columns: { perSecond: 'updates/s before p95 > 100 ms', at8000: 'p95 at 8,000/s, ms' } },
  memory: { servers: all.filter((kind) => kind !== 'relayCommit'), options: { documents: quick ? 40 : 400 }, columns: { kilobytesPerDocument: 'KB per idle open document', kilobytesLeft: 'KB left afterwards' } },
  coldLoad: {
    servers: ['relayCommit', 'yWebsocketLevel', 'hocuspocusPostgres', 'ours', 'oursBefore'],
    options: { edits: quick ? 20_000 : 260_000, tail: 0, rounds: quick ? 2 : 5 },
    columns: { ms: 'first opening, ms', timesSent: 'content sent, times', saidSyncedEarly: '“synced” said too early' },
  },
  storm: { servers: all.filter((kind) => kind !== 'relay'), options: { joining: quick ? 60 : 300 }, columns: { sync95: 'sync p95, ms', writers95: 'writers’ p95, ms' } },
  kills: { servers: [...durable, 'yWebsocketLevel'], options: { rounds: quick ? 3 : 100, perSecond: 50 }, peers: { rounds: quick ? 2 : 10 }, columns: { rounds: 'kills at 50/s', killsWithLoss: 'with loss', medianLost: 'characters lost, median' } },
  killsFast: { servers: [...durable, 'yWebsocketLevel'], scenario: 'kills', options: { rounds: quick ? 2 : 20, perSecond: 1_000 }, peers: { rounds: quick ? 2 : 5 }, columns: { rounds: 'kills at 1,000/s', killsWithLoss: 'with loss', medianLost: 'characters lost, median' } },
  slowReaders: { servers: all, options: { seconds: quick ? 2 : 6 }, columns: { cut: 'slow readers cut', growthMB: 'growth, MB', writtenMB: 'written, MB' } },
  hostile: { servers: ['ours'], options: { seconds: quick ? 5 : 60 }, columns: { others99: 'others’ p99, ms', growthMB: 'growth, MB', slowReadersCut: 'slow readers cut', frames: 'hostile frames' } },
};
// Behind the snapshot of the worst moment: what makes a compaction due, and what came while it ran.
const worstTail = 1_500;

await build({ ifStale: true, only: ['server'] });
process.env.SAMRAAD_ROOT ??= process.cwd();
const wanted = given.scenario?.split(',') ?? Object.keys(plan);
const chosen = given.servers?.split(',');
const results = {};
for (const name of Object.keys(plan).filter((one) => wanted.includes(one) || wanted.includes(plan[one].scenario))) {
  const { servers, runs: times = 1, options, peers = {}, scenario = name, columns } = plan[name];
  results[name] = {};
  for (const kind of servers.filter((one) => chosen === undefined || chosen.includes(one.replace('Before', '')))) {
    const figures = [];
    for (let n = 0; n < times; n++) {
      const server = await Server.start(kind.replace('Before', ''));
      try {
        const run = scenario === 'hostile' ? hostile : scenarios[scenario];
        figures.push(await run(server, kind === 'oursBefore' ? { ...options, tail: Math.min(worstTail, options.edits / 4) } : kind === 'ours' ? options : { ...options, ...peers }));
      } catch (error) {
        figures.push({ failed: error.message });
      } finally {
        await server.dispose();
      }
    }
    results[name][kind] = joined(figures);
  }
  print(name, columns, results[name]);
}
const targets = judge(results);
console.log('\nTargets');
for (const { what, value, target, holds } of targets) console.log(`${holds === null ? '–' : holds ? 'yes' : 'NO '}  ${what}: ${value} (target ${target})`);
mkdirSync(dirname(given.json), { recursive: true });
writeFileSync(given.json, `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cpus: cpus().length, model: cpus()[0]?.model, quick, results, targets }, null, 2)}\n`);
console.log(`\n${given.json}`);
// A run that does not count is a fault of the benchmark or of a server. What a quick one misses says nothing.
const isFailed = Object.values(results).some((rows) => Object.values(rows).some(({ failed }) => failed !== undefined));
process.exit(isFailed ? 1 : !quick && targets.some(({ holds }) => holds === false) ? 2 : 0);

/** The middle of several runs, and how far they lie apart. */
function joined(figures) {
  const counted = figures.filter(({ failed }) => failed === undefined);
  if (counted.length === 0) return { failed: figures[0].failed };
  const answer = {};
  for (const key of Object.keys(counted[0])) {
    const values = counted.map((one) => one[key]);
    if (typeof values[0] !== 'number') answer[key] = values[0];
    else {
      answer[key] = round(median(values), 2);
      if (values.length > 1) answer[`${key}Spread`] = round(Math.max(...values) - Math.min(...values), 2);
    }
  }
  return answer;
}

function print(name, columns, rows) {
  const titles = ['', ...Object.values(columns)];
  const lines = Object.entries(rows).map(([kind, figures]) => [
    kind === 'oursBefore' ? `${kinds.ours.title}, worst moment` : kinds[kind].title,
    ...(figures.failed === undefined ? Object.keys(columns).map((key) => `${figures[key] ?? '–'}${figures[`${key}Spread`] === undefined ? '' : ` ±${figures[`${key}Spread`]}`}`) : [`does not count: ${figures.failed}`]),
  ]);
  const widths = titles.map((title, column) => Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)));
  console.log(`\n${name}`);
  for (const line of [titles, ...lines]) console.log(line.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
}

/** The targets that this run can say something about. */
function judge({ latency = {}, throughput = {}, memory = {}, coldLoad = {}, storm = {}, kills = {}, killsFast = {}, slowReaders = {}, hostile: minute = {} }) {
  const answer = [];
  const ratio = (what, ours, theirs, most) => {
    if (ours === undefined || theirs === undefined) return;
    const value = ours === null || theirs === null ? null : round(ours / theirs, 2);
    answer.push({ what, value, target: `≤ ${most}`, holds: value === null ? null : value <= most });
  };
  const atMost = (what, value, most) => value !== undefined && answer.push({ what, value, target: `≤ ${most}`, holds: value <= most });
  ratio('1 latency p95 / relay + commit', latency.ours?.p95, latency.relayCommit?.p95, 1.5);
  if (throughput.ours?.perSecond !== undefined && throughput.hocuspocusPostgres?.perSecond !== undefined) {
    const lead = throughput.ours.perSecond - throughput.hocuspocusPostgres.perSecond;
    const spread = Math.max(throughput.ours.perSecondSpread ?? 0, throughput.hocuspocusPostgres.perSecondSpread ?? 0);
    answer.push({ what: '2 throughput above Hocuspocus + PostgreSQL, updates/s', value: lead, target: `> the spread ${spread}`, holds: lead > spread });
    const share = throughput.relayCommit === undefined ? null : round(throughput.ours.perSecond / throughput.relayCommit.perSecond, 2);
    if (share !== null) answer.push({ what: '2 throughput / relay + commit', value: share, target: '≥ 0.75', holds: share >= 0.75 });
  }
  ratio('2 p95 at 8,000/s / Hocuspocus + PostgreSQL', throughput.ours?.at8000, throughput.hocuspocusPostgres?.at8000, 0.33);
  ratio('3 memory per idle document / Hocuspocus', memory.ours?.kilobytesPerDocument, memory.hocuspocus?.kilobytesPerDocument, 0.25);
  // What the cache holds of them by right, and 4 MB. Of the process: what the allocator has not given back counts there.
  atMost('3 heap and buffers left after all have left, KB', memory.ours?.heapLeft, (memory.ours?.contentKilobytes ?? 0) + 4 * 1024);
  atMost('3 memory of the process left after all have left, KB', memory.ours?.kilobytesLeft, (memory.ours?.contentKilobytes ?? 0) + 24 * 1024);
  const fastest = Math.min(...['relayCommit', 'yWebsocketLevel', 'hocuspocusPostgres'].map((kind) => coldLoad[kind]?.ms ?? Number.POSITIVE_INFINITY));
  if (Number.isFinite(fastest)) {
    ratio('4 first opening, compacted / fastest durable peer', coldLoad.ours?.ms, fastest, 0.5);
    ratio('4 first opening, worst moment / fastest durable peer', coldLoad.oursBefore?.ms, fastest, 2);
  }
  for (const [when, figures] of [['compacted', coldLoad.ours], ['worst moment', coldLoad.oursBefore]]) {
    if (figures?.ms === undefined) continue;
    answer.push({ what: `4 “synced” not before the content, content sent once, ${when}`, value: `${figures.saidSyncedEarly ? 'early' : 'in time'}, ${figures.timesSent}`, target: 'in time, 1', holds: !figures.saidSyncedEarly && figures.timesSent === 1 });
  }
  const quickest = Math.min(...['relayCommit', 'yWebsocketLevel', 'hocuspocusPostgres'].map((kind) => storm[kind]?.sync95 ?? Number.POSITIVE_INFINITY));
  if (Number.isFinite(quickest)) ratio('5 joining: sync p95 / fastest durable peer', storm.ours?.sync95, quickest, 1);
  atMost('5 joining: writers’ p95, ms', storm.ours?.writers95, 50);
  atMost('6 kills with loss at 50/s', kills.ours?.killsWithLoss, 0);
  atMost('6 kills with loss at 1,000/s', killsFast.ours?.killsWithLoss, 0);
  const all = (what, value) => value !== undefined && answer.push({ what, value, target: 'all', holds: /^(\d+) of \1$/.test(value) });
  all('7 slow readers cut', slowReaders.ours?.cut);
  atMost('7 slow readers: growth, MB', slowReaders.ours?.growthMB, 64);
  atMost('7 hostile minute: others’ p99, ms', minute.ours?.others99, 100);
  atMost('7 hostile minute: growth, MB', minute.ours?.growthMB, 64);
  all('7 hostile minute: slow readers cut', minute.ours?.slowReadersCut);
  return answer;
}
