// What the access trail costs a read, against the same read without it in the same run, and how long an auditor waits at a million
// entries. Run with `TEST_DATABASE_URL=postgresql://… npm run bench:trail`: the user must be a superuser, who makes a database for it
// and drops it again. `ROUNDS` and `ENTRIES` are for trying it out; `EXPLAIN=1` shows what the database does. docs/performance.md.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { build } from '../../scripts/build.mjs';

const serverUrl = process.env.TEST_DATABASE_URL;
if (!serverUrl) {
  console.error('Set TEST_DATABASE_URL to a PostgreSQL server, as a superuser.');
  process.exit(1);
}
process.env.LOG_LEVEL ??= 'silent';
await build({ ifStale: true, only: ['server'] });
const of = (path) => import(`../../dist/apps/server/${path}`);
const { startServer } = await of('apps/server/src/server.js');
const { DemoStory } = await of('apps/server/src/demo/demo-story.service.js');
const { readConfig } = await of('libs/platform/src/config.js');
const { roleKinds, roleName } = await of('libs/platform/src/database-roles.js');
const { Opening } = await of('libs/platform/src/openings.js');
const { Trail } = await of('libs/trail/src/trail.service.js');
const { TrailCheckpoints } = await of('libs/trail/src/trail-checkpoints.service.js');

const entries = Number(process.env.ENTRIES ?? 1_000_000);
const rounds = Number(process.env.ROUNDS ?? 300);
/** A tenth of a hundred municipalities' entries, and of another authority that has few. */
const own = 'municipality:219';
const items = 50_000;
const meetings = 5_000;
/** What a read with the trail may take of the time it takes without it, and an auditor's question in the middle. */
const mostRatio = 2;
const mostMs = 1_000;

const name = `samraad_bench_${randomBytes(4).toString('hex')}`;
const url = new URL(serverUrl);
url.pathname = `/${name}`;
const id = (kind, n) => `(lpad('${kind}', 8, '0')::text || '-0000-7000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;

await onServer(`CREATE DATABASE ${name} TEMPLATE template0`);
let failed = false;
try {
  const config = readConfig({ PORT: '0', HOST: '127.0.0.1', DATABASE_URL: url.href });
  config.rateLimits = false;
  const running = await startServer(config, {});
  const owner = new pg.Client({ connectionString: url.href });
  await owner.connect();
  try {
    await running.app.get(DemoStory).told;
    const people = await signInAll(running.port);
    await reads(running.app, people.coordinator);
    const kept = await fill(owner);
    await questions(people.auditor, owner, kept);
    await chain(running.app);
  } finally {
    await owner.end();
    await running.close();
  }
} finally {
  await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, ...roleKinds.map((kind) => `DROP ROLE IF EXISTS ${roleName({ prefix: name }, kind)}`));
}
process.exit(failed ? 1 : 0);

async function signInAll(port) {
  const origin = `http://localhost:${port}`;
  const { clusters } = await (await fetch(`${origin}/api/v1/demo/people`)).json();
  const ofOwn = clusters.flatMap(({ authorities, others }) => [...authorities, ...others]).find(({ authority }) => authority.id === own).people;
  const as = async (role) => {
    const { membershipId } = ofOwn.find(({ person }) => person.role === role);
    const answer = await fetch(`${origin}/api/v1/demo/sign-in`, { method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify({ membershipId }) });
    const headers = { origin, 'content-type': 'application/json', cookie: answer.headers.getSetCookie()[0].split(';')[0] };
    return async (path, body) => {
      const said = await fetch(`${origin}/api/v1${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
      const text = await said.text();
      if (said.status >= 300) throw new Error(`${path}: ${said.status} ${text.slice(0, 200)}`);
      return said.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    };
  };
  return { coordinator: await as('coordinator'), auditor: await as('auditor') };
}

/** Each read in turn with the trail and without it, so that both meet the same moods of the machine. */
async function reads(app, ask) {
  const meeting = (await ask('/meetings?limit=50')).meetings[0].id;
  const shown = (await ask(`/meetings/${meeting}`)).outline.filter((entry) => !entry.closed);
  const item = shown[0].item.id;
  const [word] = shown.map((entry) => entry.item.title.split(' ')[0]);
  const all = {
    'an item opened': () => ask(`/items/${item}`),
    'a list: the agenda of a meeting': () => ask(`/meetings/${meeting}`),
    'a list: decisions, first page': () => ask('/decisions?limit=25'),
    'a search': () => ask('/search', { query: word }),
    'an export: the agenda as JSON': () => ask(`/meetings/${meeting}/documents/agenda.json`),
  };
  const trail = app.get(Trail);
  const open = trail.open.bind(trail);
  class Unwritten extends Opening {
    constructor() {
      super('never');
    }
    touch() {}
    async writeIn() {
      return false;
    }
  }
  console.log(`what the trail costs a read: whole requests over HTTP, medians of ${rounds}; ${shown.length} items on the agenda`);
  for (const [what, work] of Object.entries(all)) {
    const times = { with: [], without: [] };
    for (let round = -20; round < rounds; round += 1) {
      for (const way of round % 2 === 0 ? ['with', 'without'] : ['without', 'with']) {
        trail.open = way === 'with' ? open : async () => new Unwritten();
        const ms = await timed(work);
        if (round >= 0) times[way].push(ms);
      }
    }
    trail.open = open;
    const ratio = median(times.with) / median(times.without);
    failed ||= ratio > mostRatio;
    console.log(`${what.padEnd(34)} ${median(times.without).toFixed(2).padStart(8)} ms without ${median(times.with).toFixed(2).padStart(8)} ms with it   ratio ${ratio.toFixed(2)}${ratio > mostRatio ? `, at most ${mostRatio}: MISSED` : ''}`);
  }
}

/** Thirteen months of entries: seven in ten of one item, the others lists of twelve; each fiftieth a refusal. */
async function fill(owner) {
  await owner.query('SET session_replication_role = replica; SET jit = off');
  const { rows: members } = await owner.query(`SELECT id, person_id FROM membership WHERE authority_id = $1 AND role IN ('coordinator', 'participant', 'leader') ORDER BY id`, [own]);
  const began = performance.now();
  const statements = [
    `SELECT trail_open_month((date_trunc('month', now()) - n * interval '1 month')::date) FROM generate_series(0, 12) n`,
    `INSERT INTO meeting (id, kind_id, owner_authority_id, title, start_local, time_zone, start_instant, duration_minutes, state, agenda_state, minutes_state, created_at, version, own_place, own_video_link)
     SELECT ${id('c', 'n')}, 'caseConsultation', CASE WHEN n % 10 = 0 THEN '${own}' ELSE 'municipality:' || (101 + n % 90) END, '\\x00', '2026-12-07T13:00', 'Europe/Copenhagen', now() - n * interval '1 hour', 60, 'held', 'closed', 'draft', now(), 1, false, false FROM generate_series(1, ${meetings}) n`,
    `INSERT INTO agenda_item (id, meeting_id, document_id, order_key, planned_minutes, output_type, confidentiality, mandatory, per_person, audience_kind, title, led_by, created_at, state, version, from_template)
     SELECT ${id('d', 'n')}, ${id('c', `1 + n % ${meetings}`)}, ${id('d', 'n')}, 'a' || n, 10, 'decision', 'internal', false, false, 'all', '\\x00', '\\x00', now(), 'open', 1, false FROM generate_series(1, ${items}) n`,
    // One in ten is of the own authority, by its people in turn; of items some are looked at often and most seldom.
    `INSERT INTO trail_entry (id, "at", opening_id, person_id, membership_id, authority_id, role, kind, route, rule, object_kind, object_id, item_ids, legal_bases)
     SELECT ${id('e', 'n')}, at, ${id('e', 'n')},
       CASE WHEN is_own THEN persons[1 + (n / 10) % ${members.length}] ELSE ${id('a', 'n % 9000')} END, CASE WHEN is_own THEN memberships[1 + (n / 10) % ${members.length}] ELSE ${id('b', 'n % 9000')} END,
       CASE WHEN is_own THEN '${own}' ELSE 'municipality:' || (101 + n % 90) END, 'participant', CASE WHEN n % 50 = 0 THEN 'refused' WHEN n % 10 < 7 THEN 'read' ELSE 'list' END, 'GET /items/{id}', 'AC6', 'item', ${id('d', '1')},
       shown, array_fill('serviceloven49a'::text, ARRAY[cardinality(shown)])
     FROM (SELECT n, n % 10 = 0 AS is_own, now() - (n::float8 / ${entries}) * interval '12 months' AS at,
       (SELECT array_agg(${id('d', `1 + (floor(power(((n::bigint * 7919 + k * 104729) % 1000003)::float8 / 1000003, 3) * (${items} - 1)))::int`)}) FROM generate_series(1, CASE WHEN n % 10 < 7 THEN 1 ELSE 12 END) k) AS shown
       FROM generate_series(1, ${entries}) n) one,
       (SELECT array_agg(m.id ORDER BY m.id) AS memberships, array_agg(m.person_id ORDER BY m.id) AS persons FROM membership m WHERE m.id = ANY ($1::uuid[])) own`,
  ];
  for (const statement of statements) await owner.query(statement, statement.includes('$1') ? [members.map((one) => one.id)] : []);
  await owner.query('ANALYZE');
  console.log(`\n${entries} entries in thirteen months, a tenth of them of the auditor's authority with ${members.length} people; filled in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  const { rows: seen } = await owner.query(
    `SELECT i.id, (SELECT count(*) FROM trail_entry e WHERE e.item_ids @> ARRAY[i.id])::int AS times FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE m.owner_authority_id = $1 AND i.id IN (${Array.from({ length: 6 }, (_, n) => id('d', n === 0 ? 9 : 9 + n * 8_000)).join(', ')}) ORDER BY 2 DESC`,
    [own],
  );
  return { often: seen[0], seldom: seen.at(-1), personId: members[0].person_id };
}

/** Whole requests, each on record itself. */
async function questions(ask, owner, { often, seldom, personId }) {
  const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString();
  const deep = async (path) => {
    let page = await ask(path);
    for (let n = 0; n < 10 && page.nextCursor; n += 1) page = await ask(`${path}?cursor=${encodeURIComponent(page.nextCursor)}`);
    return page;
  };
  const tenth = async (path) => {
    const { nextCursor } = await deep(path);
    return nextCursor === null ? path : `${path}?cursor=${encodeURIComponent(nextCursor)}`;
  };
  const later = await tenth(`/audit/people/${personId}/entries`);
  const all = {
    [`who saw this item (${often.times} times)`]: () => ask(`/audit/items/${often.id}/entries`),
    [`who saw this item (${seldom.times} times)`]: () => ask(`/audit/items/${seldom.id}/entries`),
    'what did this person see': () => ask(`/audit/people/${personId}/entries`),
    'the same, the eleventh page': () => ask(later),
    'what was refused': () => ask('/audit/refusals'),
    'a sample of 50 of the last month': () => ask('/audit/samples', { from: day(30), to: day(0), size: 50 }),
    'a sample of 50 of the whole year': () => ask('/audit/samples', { from: day(364), to: day(0), size: 50 }),
    'the list of samples': () => ask('/audit/samples'),
  };
  const count = Math.max(10, Math.round(rounds / 10));
  console.log(`the auditor's questions: whole requests over HTTP, medians of ${count}`);
  for (const [what, work] of Object.entries(all)) {
    const times = [];
    for (let round = -2; round < count; round += 1) {
      const ms = await timed(work);
      if (round >= 0) times.push(ms);
    }
    const middle = median(times);
    failed ||= middle > mostMs;
    console.log(`${what.padEnd(34)} ${middle.toFixed(1).padStart(8)} ms in the middle ${Math.max(...times).toFixed(1).padStart(8)} ms at worst${middle > mostMs ? `, at most ${mostMs}: MISSED` : ''}`);
  }
  if (process.env.EXPLAIN) {
    for (const where of [`e.item_ids @> ARRAY['${often.id}'::uuid]`, `e.person_id = '${personId}' AND e.authority_id = '${own}'`])
      console.log((await owner.query(`EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM trail_entry e WHERE ${where} ORDER BY e."at" DESC, e.id DESC LIMIT 51`)).rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
}

/** Once an hour what was written is held fast, and once a day, and at the start, all of it is gone through. */
async function chain(app) {
  const checkpoints = app.get(TrailCheckpoints);
  const made = await timed(() => checkpoints.make());
  const checked = await timed(() => checkpoints.check());
  failed ||= checkpoints.lastCheck?.firstBroken !== null;
  console.log(`the chain: all held fast at once in ${(made / 1_000).toFixed(1)} s, gone through in ${(checked / 1_000).toFixed(1)} s, ${checkpoints.lastCheck?.firstBroken === null ? 'whole' : 'BROKEN'}`);
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function onServer(...statements) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
