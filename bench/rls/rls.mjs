// First pages of lists under row-level security, against the same SQL without it, at a million decisions on PostgreSQL. Run with `TEST_DATABASE_URL=postgresql://… npm run bench:rls`: the user must be a superuser, who makes a
// database for it and drops it again. The ratio is what counts.
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { build } from '../../scripts/build.mjs';

const serverUrl = process.env.TEST_DATABASE_URL;
if (!serverUrl) {
  console.error('Set TEST_DATABASE_URL to a PostgreSQL server, as a superuser.');
  process.exit(1);
}
await build({ ifStale: true, only: ['server'] });
const of = (path) => import(`../../dist/apps/server/libs/${path}`);
const { readConfig } = await of('platform/src/config.js');
const { openDatabase } = await of('platform/src/database.js');
const { roleKinds, roleName } = await of('platform/src/database-roles.js');
const { mayRead } = await of('decisions/src/decision-reader.service.js');
const { itemsRead, logPage, mostItems } = await of('decisions/src/log-page.js');
const { isRecorded, waitsForAsker } = await of('decisions/src/decision-log.service.js');
const { followUpsPage } = await of('decisions/src/follow-ups.service.js');
const { meetingsPage } = await of('meetings/src/meetings.service.js');

const decisions = 1_000_000;
const items = 50_000;
const meetings = 5_000;
const authorities = 100;
const followUps = 300_000;
/** Who reads hardly any decisions, from this number on: none, some of the oldest, some among all; then leaders by their authority. */
const sparse = 2_001;
const sparseAskers = ['none', 'ten of the oldest', 'a thousand of the oldest', 'a thousand among all', 'none', 'ten of the oldest', 'a thousand of the oldest'];
const rounds = Number(process.env.ROUNDS ?? 100);
const name = `samraad_bench_${randomBytes(4).toString('hex')}`;
const url = new URL(serverUrl);
url.pathname = `/${name}`;
const uuid = (kind, n) => `lpad('${kind}', 8, '0')::text || '-0000-7000-8000-' || lpad((${n})::text, 12, '0')`;
const id = (kind, n) => `(${uuid(kind, n)})::uuid`;

await onServer(`CREATE DATABASE ${name} TEMPLATE template0`);
let failed = false;
try {
  const database = await openDatabase(readConfig({ DATABASE_URL: url.href }), []);
  const owner = new pg.Client({ connectionString: url.href });
  await owner.connect();
  // Millions of foreign keys would be checked otherwise; every one of these holds.
  await owner.query('SET session_replication_role = replica; SET jit = off');
  const secrets = new Map([500, 7, ...sparseAskers.map((_, n) => sparse + n)].map((n) => [n, randomBytes(32).toString('base64url')]));
  const fill = [
    `INSERT INTO authority (id, kind, sector, name) SELECT 'municipality:' || n, 'municipality', 'municipality', 'Kommune ' || n FROM generate_series(1, ${authorities} + 3) n`,
    `INSERT INTO person (id, name) SELECT ${id('a', 'n')}, 'Person ' || n FROM generate_series(1, ${sparse + sparseAskers.length}) n`,
    `INSERT INTO membership (id, person_id, authority_id, role, function_title, valid_from)
     SELECT ${id('b', 'n')}, ${id('a', 'n')}, 'municipality:' || (CASE WHEN n < ${sparse + 4} THEN 1 + n % ${authorities} ELSE n - ${sparse + 3 - authorities} END), CASE WHEN n <= ${authorities} OR n >= ${sparse + 4} THEN 'leader' ELSE 'participant' END, '', now() - interval '1 year' FROM generate_series(1, ${sparse + sparseAskers.length - 1}) n`,
    `INSERT INTO meeting (id, kind_id, owner_authority_id, title, start_local, time_zone, start_instant, duration_minutes, state, agenda_state, minutes_state, created_at, version, own_place, own_video_link)
     SELECT ${id('c', 'n')}, 'caseConsultation', 'municipality:' || (1 + n % ${authorities}), '\\x00', '2026-12-07T13:00', 'Europe/Copenhagen', now() + n * interval '1 hour', 60, 'confirmed', 'building', 'draft', now(), 1, false, false FROM generate_series(1, ${meetings}) n`,
    `INSERT INTO agenda_item (id, meeting_id, document_id, order_key, planned_minutes, output_type, confidentiality, mandatory, per_person, audience_kind, title, led_by, created_at, state, version, from_template)
     SELECT ${id('d', 'n')}, ${id('c', `1 + n % ${meetings}`)}, ${id('d', 'n')}, 'a' || n, 10, 'decision', 'internal', false, false, 'all', '\\x00', '\\x00', now(), 'open', 1, false FROM generate_series(1, ${items + 60}) n`,
    `INSERT INTO item_reader (item_id, membership_id, person_id)
     SELECT ${id('d', 'n')}, ${id('b', `101 + (n + k * 7) % 1900`)}, ${id('a', `101 + (n + k * 7) % 1900`)} FROM generate_series(1, ${items}) n, generate_series(1, 8) k
     UNION ALL SELECT ${id('d', `${items} + n`)}, ${id('b', `${sparse} + CASE WHEN n <= 10 THEN 1 ELSE 2 END`)}, ${id('a', `${sparse} + CASE WHEN n <= 10 THEN 1 ELSE 2 END`)} FROM generate_series(1, 60) n
     UNION ALL SELECT ${id('d', `n * ${items / 50}`)}, ${id('b', sparse + 3)}, ${id('a', sparse + 3)} FROM generate_series(1, 50) n`,
    `INSERT INTO decision (id, item_id, meeting_id, deciding_authority_id, responsible_membership_id, deadline, content, state, version, recorded_by_membership_id, recorded_at)
     SELECT ${id('e', 'n')}, ${id('d', `CASE WHEN n <= 10 THEN ${items} + n WHEN n <= 1010 THEN ${items + 11} + n % 50 ELSE 1 + n % ${items} END`)}, ${id('c', `1 + (1 + n % ${items}) % ${meetings}`)},
       'municipality:' || (CASE WHEN n <= 10 THEN ${authorities + 2} WHEN n <= 1010 THEN ${authorities + 3} ELSE 1 + n % ${authorities} END), ${id('b', `1 + n % 2000`)}, current_date + n / ${authorities} % 400, '\\x00', CASE WHEN n / ${authorities} % 20 = 0 THEN 'recorded' ELSE 'confirmed' END, 1, ${id('b', `1 + n % 2000`)}, now()
     FROM generate_series(1, ${decisions}) n`,
    `INSERT INTO meeting_participant (meeting_id, membership_id, added_at)
     SELECT ${id('c', 'n')}, ${id('b', `101 + (n + k * 7) % 1900`)}, now() FROM generate_series(1, ${meetings}) n, generate_series(1, 8) k`,
    `INSERT INTO follow_up (id, item_id, meeting_id, owner_membership_id, deadline, content, state, version, recorded_by_membership_id, recorded_at)
     SELECT ${id('7', 'n')}, ${id('d', `1 + n % ${items}`)}, ${id('c', `1 + (1 + n % ${items}) % ${meetings}`)}, ${id('b', `1 + n % 2000`)}, current_date + n % 90, '\\x00', CASE WHEN n % 3 = 0 THEN 'open' ELSE 'done' END, 1, ${id('b', `1 + n % 2000`)}, now()
     FROM generate_series(1, ${followUps}) n`,
    `INSERT INTO notification (id, membership_id, kind, meeting_id, at) SELECT ${id('8', 'n')}, ${id('b', `1 + n % 2000`)}, 'meetingMoved', ${id('c', `1 + n % ${meetings}`)}, now() FROM generate_series(1, 200000) n`,
    ...[...secrets].map(([n, secret]) => `INSERT INTO session (id, token_hash, person_id, membership_id, created_at, last_seen_at, expires_at)
     SELECT ${id('f', n)}, '\\x${createHash('sha256').update(secret).digest('hex')}', ${id('a', n)}, ${id('b', n)}, now(), now(), now() + interval '1 hour'`),
  ];
  for (const statement of fill) await owner.query(statement);
  await owner.query('ANALYZE');
  const now = new Date().toISOString();
  const rowsOf = (sql, parametersOf) => async (on, member, role) => (await on.query(sql, parametersOf(member, role))).rows;
  // As the product asks for it: whoever reads few items is looked up by them.
  const log = (order, more) => async (on, member, role) => {
    const read = more === undefined ? (await on.query(itemsRead, [member.id, now, mostItems + 1])).rows.map((row) => row.item_id) : null;
    const few = read === null || read.length > mostItems ? [] : [read];
    const sql = logPage({ where: `(${mayRead}) ${more ?? ''}`, order, size: '26', items: few.length === 0 ? null : '$5', isLeader: role === 'leader' });
    return (await on.query(sql, [...asked(member, role), ...few])).rows;
  };
  const asked = (member, role) => [member.id, member.authority_id, role, now];
  const followUpsOf = (scope, role) => rowsOf(followUpsPage(scope, role), (member) => [...asked(member, role), scope, true, null, null, 26]);
  const lists = {
    participant: {
      'decisions, newest first': log('d.id DESC'),
      meetings: rowsOf(meetingsPage, (member) => [member.id, null, null, null, null, 26, true, now]),
      'own open follow-ups': followUpsOf('mine', 'participant'),
      notifications: rowsOf('SELECT id, kind, meeting_id, at, read_at FROM notification WHERE membership_id = $1 ORDER BY at DESC, id DESC LIMIT 26', (member) => [member.id]),
    },
    leader: {
      'decisions, newest first': log('d.id DESC'),
      'decisions, by deadline': log('d.deadline, d.id'),
      'decisions that wait for her': log(`${isRecorded}, d.deadline, d.id`, `AND ${waitsForAsker}`),
      'open follow-ups of her authority': followUpsOf('authority', 'leader'),
    },
  };
  console.log(`${decisions} decisions and ${followUps} follow-ups at ${items} items of ${meetings} meetings; first page of 25; medians of ${rounds}, each the quickest of three`);
  const asking = [
    ['participant', 500, lists.participant],
    ['leader', 7, lists.leader],
    ...sparseAskers.map((what, n) => [n < 4 ? 'participant' : 'leader', sparse + n, { [`decisions, ${what}`]: log('d.id DESC') }]),
  ];
  for (const [role, n, listsOf] of asking) {
    const secret = secrets.get(n);
    const { rows: [member] } = await owner.query(`SELECT id, authority_id FROM membership WHERE id = ${id('b', n)}`);
    for (const [what, ask] of Object.entries(listsOf)) {
      const held = await database.connections.take('request');
      const timed = async (on, begin) => {
        const began = performance.now();
        await on.query(begin);
        const rows = await ask(on, member, role);
        await on.query('COMMIT');
        return { rows, ms: performance.now() - began };
      };
      const under = () => timed(held, database.connections.begin({ role: 'request', token: secret, now: '' }));
      const plain = () => timed(owner, 'BEGIN');
      const [mine, all] = [(await under()).rows, (await plain()).rows];
      if ((mine.length === 0) !== what.endsWith('none') || JSON.stringify(mine) !== JSON.stringify(all)) throw new Error(`${role}, ${what}: ${mine.length} and ${all.length} rows, not the same`);
      const times = { under: [], plain: [] };
      // In turn, so that both meet the same moods of the machine, and the quickest of three, for what has nothing else to wait for.
      for (let round = 0; round < rounds; round += 1) {
        const three = { under: [], plain: [] };
        for (let time = 0; time < 3; time += 1) {
          three.plain.push((await plain()).ms);
          three.under.push((await under()).ms);
        }
        for (const half of ['plain', 'under']) times[half].push(Math.min(...three[half]));
      }
      const ratio = median(times.under) / median(times.plain);
      failed ||= ratio > 2;
      console.log(`${role.padEnd(11)} ${what.padEnd(33)} ${median(times.plain).toFixed(2).padStart(8)} ms without ${median(times.under).toFixed(2).padStart(8)} ms under it   ratio ${ratio.toFixed(2)}`);
      if (process.env.EXPLAIN) {
        for (const [on, begin] of [[held, database.connections.begin({ role: 'request', token: secret, now: '' })], [owner, 'BEGIN']]) {
          await on.query(begin);
          const explained = async (sql, parameters) => {
            console.log((await on.query(`EXPLAIN (ANALYZE, BUFFERS) ${sql}`, parameters)).rows.map((row) => row['QUERY PLAN']).join('\n'));
            return on.query(sql, parameters);
          };
          await ask({ query: explained }, member, role);
          await on.query('ROLLBACK');
        }
      }
      held.giveBack(false);
    }
  }
  await owner.end();
  await database.close();
} finally {
  await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, ...roleKinds.map((kind) => `DROP ROLE IF EXISTS ${roleName({ prefix: name }, kind)}`));
}
process.exit(failed ? 1 : 0);

async function onServer(...statements) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
