// Longer runs of three specs of the collaboration than the suite makes:
//   npm run simulate:collab -- --runs=5000 --seed=1     people over a network that delays, cuts and comes back
//   npm run fuzz:collab -- --frames=100000 --seed=1     mutated and hostile frames; --minutes=5 in place of a number of them
//   npm run kill:collab -- --kills=100 --rate=50        kill -9 of the product in mid-typing (characters a second)
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5000' }, frames: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' }, kills: { type: 'string', default: '100' }, rate: { type: 'string', default: '50' } },
});
// What is drawn anew at each run is said, so that it can be run again.
const seed = values.seed ?? (positionals[0] === 'fuzz' ? String(randomInt(2 ** 31)) : '1');
const howMany = values.minutes === undefined ? { COLLAB_FRAMES: values.frames ?? '100000' } : { COLLAB_MINUTES: values.minutes };
if (positionals[0] === 'fuzz') console.log(`npm run fuzz:collab -- ${values.minutes === undefined ? `--frames=${howMany.COLLAB_FRAMES}` : `--minutes=${values.minutes}`} --seed=${seed}`);
const work = {
  simulate: { argv: ['libs/collab/src/network.spec.ts'], env: { COLLAB_RUNS: values.runs, COLLAB_SEED: seed } },
  fuzz: { argv: ['libs/collab/src/fuzz.spec.ts'], env: { ...howMany, COLLAB_SEED: seed } },
  kill: { argv: ['test/durability.spec.ts', '-t', 'in mid-typing'], env: { COLLAB_KILLS: values.kills, COLLAB_RATE: values.rate } },
}[positionals[0]];
if (work === undefined) throw new Error('simulate, fuzz or kill');
const postgres = process.env.TEST_DATABASE_URL === undefined ? [] : ['--postgres'];
const { status } = spawnSync(process.execPath, ['scripts/test.mjs', ...postgres, ...work.argv], { stdio: 'inherit', env: { ...process.env, ...work.env } });
process.exit(status ?? 1);
