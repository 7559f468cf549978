import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutClauses, withoutReturns } from './clauses.mjs';
import { Modules } from './modules.mjs';
import { furnish, nobody, spread, tellStory } from './story.mjs';

/** Roles bound to a session, roles bound to the secret of a link, and jobs with a rule that asks something of a row. */
const ofSession = ['request', 'command', 'insight'];
const ofLink = ['calendar', 'poll'];
const jobs = ['availability', 'busy', 'keeper', 'mail', 'notices', 'signin', 'trail'];
/** A role of which the story tells nothing: that of demo mode itself. */
const untold = ['demo'];
/** [ID9] The first administrator: a rule that is about who is not there, with nobody to ask (test/identity/first-administrator.spec.ts). */
const leftOut = ['signin_insert'];

/**
 * Mutants that allow more: of the policies that ask something and of the functions that they are made of, on the embedded
 * database with the story of demo mode: each is put in place within a transaction, what every session, link and job then sees and may
 * change is compared with the oracles of the tests, and the transaction is taken back.
 */
export async function policyMutants() {
  const folder = mkdtempSync(join(tmpdir(), 'samraad-mutants-'));
  const askers = await tellStory(folder);
  const { PGlite } = await import('@electric-sql/pglite');
  const db = new PGlite(join(folder, 'pglite'));
  await db.waitReady;
  const modules = new Modules();
  const { keyOf, oracle } = await modules.import('test/support/rls-oracle.ts');
  const { commandOracle } = await modules.import('test/support/rls-command-oracle.ts');
  const { choicesTold, feedOracle, insightOracle, jobOracle, pollLinkOracle } = await modules.import('test/support/rls-bound-oracle.ts');

  await db.exec(`SET samraad.owner = 'on'`);
  const rows = async (sql, parameters) => (await db.query(sql, parameters)).rows;
  const names = (await rows(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations' ORDER BY relname`)).map((row) => row.name);
  const { ghosts, feeds, links } = await furnish(db, rows, askers);
  askers.push(nobody('nobody'));
  // To the policies json and the driver's rows are the same; the oracles ask for ids and texts.
  const tables = new Map();
  for (const name of names) tables.set(name, await rows(`SELECT t.*, ${keyOf(name)} AS "row key", to_jsonb(t)::text AS "row json" FROM ${name} t`));
  const nothing = Object.fromEntries(names.map((name) => [name, { select: never, insert: never, update: never, delete: never }]));
  const rulesOf = {
    request: (asker) => Object.fromEntries(Object.entries(oracle(tables, asker)).map(([table, select]) => [table, { select }])),
    command: (asker) => commandOracle(tables, asker),
    insight: (asker) => insightOracle(tables, asker),
    calendar: ({ token }) => feedOracle(tables, token),
    poll: ({ token }) => pollLinkOracle(tables, token),
    ...jobOracle(tables),
  };
  const job = [{ name: 'the job', token: '' }];
  /** Who asks as a role; of those with a session first the living ones. */
  const askersOf = Object.fromEntries([...ofSession.map((kind) => [kind, askers]), ['calendar', feeds], ['poll', links], ...jobs.map((kind) => [kind, job])]);
  const may = Object.fromEntries(
    Object.entries(askersOf).map(([kind, among]) => [kind, [...among, ...(ofSession.includes(kind) ? ghosts : [])].map((asker) => (jobs.includes(kind) ? rulesOf[kind] : asker.membershipId === null ? nothing : rulesOf[kind](asker)))]),
  );
  const policies = await rows(`SELECT tablename AS table, policyname AS name, lower(cmd) AS verb, coalesce(qual, with_check) AS condition FROM pg_policies WHERE schemaname = 'public' AND policyname ~ $1 AND coalesce(qual, with_check) <> 'true' AND policyname <> ALL ($2::text[]) ORDER BY 1, 2`, [`^(${[...ofSession, ...ofLink, ...jobs].join('|')})_`, leftOut]);
  const unasked = await rows(`SELECT tablename || ' ' || policyname AS name FROM pg_policies WHERE schemaname = 'public' AND policyname <> 'owner' AND policyname !~ $1 AND coalesce(qual, with_check) <> 'true'`, [`^(${[...ofSession, ...ofLink, ...jobs, ...untold].join('|')})_`]);
  if (unasked.length > 0) throw new Error(`rules of roles that are not tried: ${unasked.map((one) => one.name).join(', ')}`);
  const functions = await rows(`SELECT proname AS name, pg_get_functiondef(oid) AS text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ '^(session_|in_|is_guest|carried_in_series|reads_item|answers_at|knows_|embargo_(line_)?concerns|feed_|(outsider|poll|meeting)_of_link|poll_choices)' ORDER BY 1`);
  const uses = (policy, name, found = new Set()) => {
    const directly = functions.filter((one) => policy.includes(`${one.name}(`) && !found.has(one.name));
    for (const one of directly) uses(one.text, name, found.add(one.name));
    return found.has(name);
  };
  const granted = new Map();
  for (const { grantee, table, verb, name } of await rows(`SELECT grantee, table_name AS table, lower(privilege_type) AS verb, column_name AS name FROM information_schema.column_privileges WHERE grantee LIKE 'app\\_%' ORDER BY table_name, column_name`)) {
    const key = `${grantee.slice('app_'.length)} ${verb} ${table}`;
    granted.set(key, [...(granted.get(key) ?? []), name]);
  }
  const settable = new Map();
  for (const kind of ['command', ...ofLink, ...jobs]) {
    // What rules of others say of a column changes nothing for this role.
    const said = policies.filter((one) => one.name.startsWith(`${kind}_`) || (kind === 'command' && one.name.startsWith('request_')));
    settable.set(kind, await settableColumns(rows, tables, said, (table) => granted.get(`${kind} update ${table}`)));
  }
  const works = await rows(`SELECT id FROM membership WHERE role IN ('coordinator', 'participant', 'leader')`);

  /** Within `tried`, whose end takes the role off again. */
  const inSession = async (kind, asker, work) => {
    await db.exec(`SET LOCAL samraad.owner = 'off'; SET LOCAL samraad.session = '${asker.token}'; SET LOCAL ROLE app_${kind}`);
    return work();
  };
  const tried = async (work) => {
    await db.exec('SAVEPOINT attempt');
    try {
      return await work();
    } catch (error) {
      if (/permission denied|row-level security/.test(error.message)) return null;
      // Rules are asked before keys are looked at.
      if (/duplicate key/.test(error.message)) return true;
      throw error;
    } finally {
      await db.exec('ROLLBACK TO SAVEPOINT attempt');
    }
  };
  const columnCounts = new Map((await rows(`SELECT table_name AS table, count(*)::int AS count FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1`)).map((row) => [row.table, row.count]));
  /** By what a role tells rows apart: by what it may see of them, where that is some columns alone. */
  const keyFor = (kind, table) => {
    const seen = granted.get(`${kind} select ${table}`) ?? [];
    return ofSession.slice(0, 2).includes(kind) || seen.length === 0 || seen.length === columnCounts.get(table) ? keyOf(table) : `concat_ws(' ', ${seen.map((name) => `t."${name}"::text`).join(', ')})`;
  };
  const keys = new Map();
  const keysOf = async (kind, table) => {
    const key = keyFor(kind, table);
    if (key === keyOf(table)) return (row) => row['row key'];
    const name = `${table} ${key}`;
    if (!keys.has(name)) keys.set(name, new Map((await rows(`SELECT ${keyOf(table)} AS row, ${key} AS key FROM ${table} t`)).map((one) => [one.row, one.key])));
    return (row) => keys.get(name).get(row['row key']);
  };
  const keysSeen = async (kind, asker, table) => (await tried(() => inSession(kind, asker, () => rows(`SELECT ${keyFor(kind, table)} AS key FROM ${table} t`))))?.map((row) => row.key) ?? [];
  const touched = async (kind, asker, sql) => (await tried(async () => {
    await db.exec('SET LOCAL session_replication_role = replica');
    return inSession(kind, asker, async () => (await db.query(sql)).affectedRows ?? 0);
  })) ?? 0;
  const inserted = async (kind, asker, table, row) => (await tried(async () => {
    const columns = (granted.get(`${kind} insert ${table}`) ?? []).map((name) => `"${name}"`).join(', ');
    await db.exec('SET LOCAL session_replication_role = replica');
    await db.query(`DELETE FROM ${table} t WHERE ${keyOf(table)} = $1`, [row['row key']]);
    return inSession(kind, asker, async () => {
      await db.query(`INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`, [row['row json']]);
      return true;
    });
  })) ?? false;

  /** Whether a command may give all rows that it may change, at once and without reading them, this value. */
  const misset = async (kind, asker, table, column, value) => (await tried(async () => {
    await db.exec('SET LOCAL session_replication_role = replica');
    return inSession(kind, asker, async () => (await db.query(`UPDATE ${table} SET "${column}" = $1`, [value])).affectedRows > 0);
  })) ?? false;

  // What the oracles say is the same for every mutant.
  const said = new Map();
  const once = (key, say) => {
    if (!said.has(key)) said.set(key, say());
    return said.get(key);
  };

  /** What is otherwise than an oracle says; null where nothing is. */
  const noticed = async ({ table, verb, kind }, alsoGhosts) => {
    const among = alsoGhosts && ofSession.includes(kind) ? [...askers, ...ghosts] : askersOf[kind];
    for (const [index, asker] of among.entries()) {
      if (verb === 'told') {
        const told = (await tried(() => inSession(kind, asker, () => rows('SELECT p.id, c.is_outsider, c.choices FROM unnest($1::uuid[]) p(id), LATERAL poll_choices(p.id) c', [tables.get('poll').map((row) => row.id)])))) ?? [];
        const expected = once(`told ${index}`, () => tables.get('poll').flatMap(({ id }) => (asker.membershipId === null ? [] : choicesTold(tables, asker, id)).map((one) => `${id} ${one}`)).sort());
        if (told.map((one) => `${one.id} ${one.is_outsider} ${one.choices?.join() ?? 'none yet'}`).sort().join('; ') !== expected.join('; ')) return `${asker.name} is told otherwise of polls`;
        continue;
      }
      const rule = may[kind][index][table]?.[verb];
      if (rule === undefined) continue;
      const { allowed, refused, crafted } = once(`${kind} ${index} ${table} ${verb}`, () => {
        // By her own row among those who take part she would take part again.
        const among = tables.get(table).filter((row) => verb !== 'insert' || !table.endsWith('_participant') || row.membership_id !== asker.membershipId);
        const may = among.filter(rule);
        const allowed = new Set(may);
        return { allowed: may, refused: among.filter((row) => !allowed.has(row)), crafted: verb === 'insert' || verb === 'update' ? patterns(may).flatMap((row) => misplacements(tables, row, rule, asker)) : [] };
      });
      if (verb === 'select') {
        const expected = new Set(allowed.map(await keysOf(kind, table)));
        const seen = new Set(await keysSeen(kind, asker, table));
        const [more, less] = [[...seen].filter((key) => !expected.has(key)), [...expected].filter((key) => !seen.has(key))];
        if (more.length + less.length > 0) return `${asker.name} sees ${more.length} rows too many of ${table}, ${less.length} too few`;
      } else if (verb === 'insert') {
        for (const row of spread(allowed)) if (!(await inserted(kind, asker, table, row))) return `${asker.name} puts too few rows into ${table}`;
        // Of those that may not, some that bear her name: she comes nearest to them.
        const hers = refused.filter((row) => Object.values(row).some((value) => typeof value === 'string' && [asker.membershipId, asker.personId].includes(value)));
        for (const row of [...spread(refused), ...spread(hers, 2), ...crafted.map((one) => one.row)]) if (await inserted(kind, asker, table, row)) return `${asker.name} puts too many rows into ${table}`;
      } else {
        const column = settable.get(kind)?.get(table);
        // Nothing in it, or nothing but keys that the rules ask for.
        if (verb === 'update' && column === undefined) continue;
        const count = await touched(kind, asker, verb === 'delete' ? `DELETE FROM ${table}` : `UPDATE ${table} SET ${column.name} = ${column.value}`);
        if (count !== allowed.length) return `${asker.name} changes (${verb}) ${count} rows of ${table}, not ${allowed.length}`;
        if (verb === 'delete') continue;
        for (const { column: name, row } of crafted) {
          if (!granted.get(`${kind} update ${table}`)?.includes(name)) continue;
          if (await misset(kind, asker, table, name, row[name])) return `${asker.name} gives rows of ${table} another ${name}`;
        }
      }
    }
    return null;
  };

  /** What a command sees of what it has made itself, which a savepoint would hide: in transactions of its own. */
  const madeNoticed = async (sql, { table }) => {
    for (const [index, asker] of askers.entries()) {
      if (asker.membershipId === null) continue;
      await db.exec('BEGIN');
      try {
        await db.exec(`${sql}; SET LOCAL session_replication_role = replica`);
        const id = '00000000-0000-7000-8000-000000000001';
        const [owner] = await rows('SELECT authority_id AS id FROM membership WHERE id = $1', [asker.membershipId]);
        const [pattern] = await rows(`SELECT to_jsonb(t)::text AS json FROM ${table} t LIMIT 1`);
        await inSession('command', asker, () => db.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`, [JSON.stringify({ ...JSON.parse(pattern.json), id, series_id: null, owner_authority_id: owner.id })]));
        const seen = new Set((await rows(`SELECT id FROM ${table}`)).map((row) => row.id));
        const expected = new Set(tables.get(table).filter(may.command[index][table].select).map((row) => row.id));
        // [AC1] Who does not work with content sees nothing of it, not even what she has made.
        if (works.some((one) => one.id === asker.membershipId)) expected.add(id);
        if (seen.size !== expected.size || [...seen].some((one) => !expected.has(one))) return `${asker.name} sees ${seen.size} rows of ${table} when she has made one, not ${expected.size}`;
      } finally {
        await db.exec('ROLLBACK');
      }
    }
    return null;
  };
  const asked = policies.map((one) => ({ ...one, kind: one.name.split('_')[0] }));
  // What is told of polls by a function that pages ask by name.
  const told = { name: 'poll_choices', table: 'poll', kind: 'request', verb: 'told', condition: 'poll_choices()' };
  const made = ['series', 'meeting'].map((table) => ({ ...asked.find((one) => one.table === table && one.name === 'command_select'), verb: 'made' }));
  const withMutant = async (sql, checks, alsoGhosts = false) => {
    await db.exec('BEGIN');
    try {
      await db.exec(sql);
      for (const check of checks.filter((one) => one.verb !== 'made')) {
        const what = await noticed(check, alsoGhosts).catch((error) => `error: ${error.message}`);
        if (what !== null) return what;
      }
    } finally {
      await db.exec('ROLLBACK');
    }
    for (const check of checks.filter((one) => one.verb === 'made')) {
      const what = await madeNoticed(sql, check).catch((error) => `error: ${error.message}`);
      if (what !== null) return what;
    }
    return null;
  };

  const differences = [];
  // Several rules of one role for one verb are asked together.
  const together = (checks) => [...new Map(checks.map((one) => [`${one.kind} ${one.verb} ${one.table}`, one])).values()];
  for (const one of together([...asked, ...made, told])) {
    const difference = await withMutant('SELECT 1', [one], one.verb === 'select');
    if (difference !== null) differences.push(`${one.name} of ${one.table}: ${difference}`);
  }
  if (differences.length > 0) throw new Error(`the oracles differ without a change:\n${differences.join('\n')}`);
  const mutants = [];
  for (const policy of asked) {
    const clause = policy.verb === 'insert' ? (text) => `WITH CHECK (${text})` : policy.verb === 'update' ? (text) => `USING (${text}) WITH CHECK (${text})` : (text) => `USING (${text})`;
    for (const { name, text } of [{ name: 'always', text: 'true' }, ...withoutClauses(policy.condition)]) {
      const sql = `ALTER POLICY ${policy.name} ON ${policy.table} ${clause(text)}`;
      mutants.push({ name: `policy ${policy.name} of ${policy.table}: ${name}`, survives: async () => (await withMutant(sql, [policy])) === null });
    }
  }
  for (const one of functions) {
    const checks = together([...asked, ...made, told].filter((policy) => uses(policy.condition, one.name)));
    // Who has a session at all is asked of one function.
    const isSession = one.name === 'session_found';
    const chosen = isSession ? checks.filter((check) => check.verb === 'select') : checks;
    for (const { name, text } of [...withoutReturns(one.text), ...withoutClauses(one.text)]) mutants.push({ name: `function ${one.name}: ${name}`, survives: async () => (await withMutant(text, chosen, isSession)) === null });
  }
  const close = async () => {
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { mutants: distinct(mutants), close };
}

const distinct = (mutants) => {
  const seen = new Map();
  return mutants.map((one) => {
    const nth = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, nth);
    return nth === 1 ? one : { ...one, name: `${one.name} (${nth})` };
  });
};

const parentsOf = { item_id: 'agenda_item', part_id: 'agenda_item', part_ids: 'agenda_item', parent_id: 'agenda_item', carried_from_item_id: 'agenda_item', meeting_id: 'meeting', series_id: 'series', decision_id: 'decision', supersedes_id: 'decision', document_id: 'yjs_document', poll_id: 'poll', outsider_id: 'poll_outsider', preparation_id: 'preparation', membership_id: 'membership', person_id: 'person', authority_id: 'authority', entry_id: 'contact_entry', substitutes: 'membership', set_by_membership_id: 'membership' };

/** Of rows that may stand those of which others are made: one, and one that is about no meeting where most are. */
const patterns = (allowed) => [...new Set([allowed[0], allowed.find((row) => row.meeting_id === null)])];

/** Written out when it is put in: of most that are thought of a rule asks alone. */
const moved = (row, values) => ({
  row: {
    ...row,
    ...values,
    get 'row json'() {
      return JSON.stringify({ ...JSON.parse(row['row json']), ...values });
    },
  },
});

/** The same row under parents that it may not be put under, in somebody else's name, or as somebody else's role. */
function misplacements(tables, row, rule, asker) {
  if (row === undefined) return [];
  const with_ = (column, value) => ({ column, ...moved(row, { [column]: value }) });
  const crafted = [];
  for (const [column, parents] of Object.entries(parentsOf)) {
    if (!(column in row)) continue;
    const under = (parent) => with_(column, Array.isArray(row[column]) ? [parent.id] : parent.id);
    const isRefused = (one) => !rule(one.row);
    // Of items those that she nearly reads, each in its way; of others some.
    if (parents === 'agenda_item') {
      for (const near of nearnesses) {
        const found = tables.get(parents).find((parent) => near(tables, asker, parent) && isRefused(under(parent)));
        if (found !== undefined) crafted.push(under(found));
      }
    } else crafted.push(...spread(spread(tables.get(parents), 40).map(under).filter(isRefused), parents === 'preparation' ? 12 : 2));
  }
  // Under a poll elsewhere, and said to be of the meeting of that one.
  if ('poll_id' in row) crafted.push(...tables.get('poll').map(({ id, meeting_id }) => moved(row, { poll_id: id, meeting_id })).filter((one) => !rule(one.row)));
  if (row.role === 'guest') crafted.push(with_('role', 'participant'));
  // An answer by mail sends nobody else.
  if ('part_stat' in row) crafted.push(...[with_('part_stat', 'delegated')].filter((one) => !rule(one.row)));
  return crafted;
}
const hers = new WeakMap();
/** Her rows of a table, by what they are of. */
const rowsOf = (tables, asker, table, column) => {
  if (!hers.has(asker)) hers.set(asker, new Map());
  const known = hers.get(asker);
  if (!known.has(table)) known.set(table, new Map(tables.get(table).filter((one) => one.membership_id === asker.membershipId).map((one) => [one[column], one])));
  return known.get(table);
};
const readerRow = (tables, asker, item) => rowsOf(tables, asker, 'item_reader', 'item_id').get(item.id);
const attends = (tables, asker, item) => {
  const place = rowsOf(tables, asker, 'meeting_participant', 'meeting_id').get(item.meeting_id);
  return place !== undefined && place.valid_from === null && place.valid_to === null;
};
/** How an item is near to somebody who does not read it. */
const nearnesses = [
  () => true,
  (tables, asker, item) => attends(tables, asker, item) && readerRow(tables, asker, item) === undefined,
  (tables, asker, item) => attends(tables, asker, item) && (readerRow(tables, asker, item)?.valid_from ?? null) !== null,
  (tables, asker, item) => attends(tables, asker, item) && (readerRow(tables, asker, item)?.valid_to ?? null) !== null,
];

const never = () => false;

/** Of each table a column that a role may give the value of one of its rows without anything else about it changing. */
async function settableColumns(rows, tables, policies, grantedIn) {
  const columns = await rows(`SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type, EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey)) AS key
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum DESC`);
  const result = new Map();
  for (const [table, all] of tables) {
    if (all.length === 0) continue;
    const said = policies.filter((one) => one.table === table).map((one) => one.condition).join(' ');
    const own = columns.filter((one) => one.table === table && grantedIn(table)?.includes(one.name) && !new RegExp(`\\b${one.name}\\b`).test(said));
    const column = own.find((one) => !one.key && !one.name.endsWith('_id'));
    // Nothing but keys: each row is given another.
    const key = own.find((one) => one.key && one.type === 'text');
    if (column !== undefined) {
      const [row] = await rows(`SELECT quote_nullable("${column.name}"::text) AS value FROM ${table} LIMIT 1`);
      result.set(table, { name: `"${column.name}"`, value: `${row.value}::${column.type}` });
    } else if (key !== undefined) result.set(table, { name: `"${key.name}"`, value: 'gen_random_uuid()::text' });
  }
  return result;
}
