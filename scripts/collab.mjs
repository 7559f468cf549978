// Longer runs of three specs of the collaboration than the suite makes:
//   npm run simulate:collab -- --runs=5000 --seed=1     people over a network that delays, cuts and comes back
//   npm run fuzz:collab -- --frames=100000 --seed=1     mutated and hostile frames
//   npm run kill:collab -- --kills=100 --rate=50        kill -9 of the product in mid-typing (characters a second)
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5000' }, frames: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' }, kills: { type: 'string', default: '100' }, rate: { type: 'string', default: '50' } },
});
const work = {
  simulate: { argv: ['libs/collab/src/network.spec.ts'], env: { COLLAB_RUNS: values.runs, COLLAB_SEED: values.seed } },
  fuzz: { argv: ['libs/collab/src/fuzz.spec.ts'], env: { COLLAB_FRAMES: values.frames, COLLAB_SEED: values.seed } },
  kill: { argv: ['test/durability.spec.ts', '-t', 'in mid-typing'], env: { COLLAB_KILLS: values.kills, COLLAB_RATE: values.rate } },
}[positionals[0]];
if (work === undefined) throw new Error('simulate, fuzz or kill');
const postgres = process.env.TEST_DATABASE_URL === undefined ? [] : ['--postgres'];
const { status } = spawnSync(process.execPath, ['scripts/test.mjs', ...postgres, ...work.argv], { stdio: 'inherit', env: { ...process.env, ...work.env } });
process.exit(status ?? 1);
