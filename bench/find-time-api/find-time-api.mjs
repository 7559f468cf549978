// How long “Find tid” takes as a whole request, at 600 people with two hundred meetings each, beside a request that does next to
// nothing in the same run. Run with `npm run bench:find-time-api`. docs/performance.md says what each figure is.
import { build } from '../../scripts/build.mjs';

await build({ ifStale: true, only: ['server'] });
const of = (path) => import(`../../dist/apps/server/${path}`);
const { startServer } = await of('apps/server/src/server.js');
const { readConfig } = await of('libs/platform/src/config.js');
const { DataSource } = await import('typeorm');

const people = 600;
const meetings = 12_000;
const each = 10;
const limitMs = 25;
const own = 'municipality:219';
const police = 'policeDistrict:nordsjaelland';

const config = readConfig({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: 'memory:' });
config.rateLimits = false;
const running = await startServer(config, {});
let failed = false;
try {
  await fill(running.app.get(DataSource));
  const origin = `http://localhost:${running.port}`;
  const { clusters } = await (await fetch(`${origin}/api/v1/demo/people`)).json();
  const coordinator = clusters.flatMap(({ authorities }) => authorities).find(({ authority }) => authority.id === own).people.find(({ person }) => person.role === 'coordinator');
  const signedIn = await fetch(`${origin}/api/v1/demo/sign-in`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify({ membershipId: coordinator.membershipId }) });
  const headers = { origin, 'content-type': 'application/json', cookie: signedIn.headers.getSetCookie()[0].split(';')[0] };
  const day = (count) => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10);
  const idOf = (n) => `0000000b-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const ids = (count, from) => Array.from({ length: count }, (_, n) => idOf(1 + ((from * 7 + n) % people)));
  const ask = async (body) => {
    const answer = await fetch(`${origin}/api/v1/find-time`, { method: 'POST', headers, body: JSON.stringify({ kindId: 'section115HandoverMeeting', durationMinutes: 60, fromDate: day(1), ...body }) });
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const small = (n) => ask({ required: ids(5, n), toDate: day(13 * 7) });
  const large = (n) => ask({ required: ids(5, n), optional: ids(60, n).slice(5), toDate: day(52 * 7) });
  const hopeless = (n) => ask({ required: ids(60, n), toDate: day(14), durationMinutes: 480 });

  const first = await timed(() => large(0));
  const all = await timed(async () => {
    for (let n = 0; n < people / 60; n += 1) await ask({ required: ids(60, Math.round((n * 60) / 7)), quorate: false, toDate: day(14) });
  });
  for (let n = 0; n < 40; n += 1) await Promise.all([small(n), large(n)]);
  const bare = await p95(200, () => fetch(`${origin}/api/v1/session`, { headers }).then((answer) => answer.json()));
  report('a request that does next to nothing (GET /session)', bare, null, bare);
  report('5 people, 13 weeks', await p95(200, small), limitMs, bare);
  report('60 people, 52 weeks', await p95(200, large), limitMs, bare);
  report('60 people, nothing fits: what would give', await p95(60, hopeless), null, bare);
  console.log(`the first question about 60 people: ${first.toFixed(0)} ms; about 600, sixty at a time: ${all.toFixed(0)} ms`);
} finally {
  await running.close();
}
process.exit(failed ? 1 : 0);

function report(name, took, limit, bare) {
  const holds = limit === null || took <= limit;
  failed ||= !holds;
  console.log(`${name}: p95 ${took.toFixed(1)} ms, ${(took / bare).toFixed(1)} × the bare request${limit === null ? '' : ` (at most ${limit} ms${holds ? '' : ': MISSED'})`}`);
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function p95(count, work) {
  const took = [];
  for (let n = 0; n < count; n += 1) took.push(await timed(() => work(n)));
  return took.sort((a, b) => a - b)[Math.floor(count * 0.95)];
}

/** Behind the product: people of two authorities that belong together, and meetings over a year that ten of them are called to. */
async function fill(dataSource) {
  const runner = dataSource.createQueryRunner();
  const id = (kind, n) => `(lpad('${kind}', 8, '0') || '-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
  await runner.startTransaction();
  for (const statement of [
    `SELECT set_config('samraad.owner', 'on', true)`,
    `INSERT INTO person (id, name) SELECT ${id('a', 'n')}, 'Person ' || n FROM generate_series(1, ${people}) n`,
    `INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from)
     SELECT ${id('b', 'n')}, ${id('a', 'n')}, CASE WHEN n % 2 = 0 THEN '${own}' ELSE '${police}' END, 'participant', '', now() - interval '1 year' FROM generate_series(1, ${people}) n`,
    `INSERT INTO meeting (id, kind_id, owner_authority_id, title, start_local, time_zone, start_instant, duration_minutes, state, agenda_state, minutes_state, created_at, version, own_place, own_video_link)
     SELECT ${id('c', 'n')}, 'caseConsultation', '${own}', '\\x00', '2026-12-07T13:00', 'Europe/Copenhagen', date_trunc('day', now()) + (n % 360) * interval '1 day' + (7 + n % 8) * interval '1 hour', 60, 'confirmed', 'building', 'draft', now(), 1, false, false FROM generate_series(1, ${meetings}) n`,
    `INSERT INTO meeting_participant (meeting_id, membership_id, added_at) SELECT ${id('c', 'n')}, ${id('b', `1 + (n * 11 + k * 53) % ${people}`)}, now() FROM generate_series(1, ${meetings}) n, generate_series(1, ${each}) k`,
  ])
    await runner.query(statement);
  await runner.commitTransaction();
  await runner.release();
}
