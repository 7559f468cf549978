import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Modules } from './modules.mjs';

const who = [
  ['municipality:219', 'coordinator'],
  ['municipality:219', 'participant'],
  ['municipality:219', 'leader'],
  ['policeDistrict:nordsjaelland', 'participant'],
  ['policeDistrict:nordsjaelland', 'leader'],
  ['barnahus:boernehus-hovedstaden', 'coordinator'],
  ['region:1084', 'participant'],
  ['municipality:219', 'auditor'],
];
/** How many rows that may be put in are tried, and how many that may not. */
const samples = 6;

/**
 * Mutants that allow more: of the policies of `app_request` and `app_command` and of the functions that they are made of, on the embedded
 * database with the story of demo mode: each is put in place within a transaction, what every session then sees and may
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

  await db.exec(`SET samraad.owner = 'on'`);
  const rows = async (sql, parameters) => (await db.query(sql, parameters)).rows;
  const names = (await rows(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations' ORDER BY relname`)).map((row) => row.name);
  const ghosts = await furnish(db, rows, askers);
  askers.push(nobody('nobody'));
  // To the policies json and the driver's rows are the same; the oracles ask for ids and texts.
  const tables = new Map();
  for (const name of names) tables.set(name, await rows(`SELECT t.*, ${keyOf(name)} AS "row key", to_jsonb(t)::text AS "row json" FROM ${name} t`));
  const may = { request: [], command: [] };
  for (const asker of [...askers, ...ghosts]) {
    if (asker.membershipId === null) {
      const nothing = () => false;
      for (const kind of ['request', 'command']) may[kind].push(Object.fromEntries(names.map((name) => [name, { select: nothing, insert: nothing, update: nothing, delete: nothing }])));
      continue;
    }
    may.request.push(Object.fromEntries(Object.entries(oracle(tables, asker)).map(([table, select]) => [table, { select }])));
    may.command.push(commandOracle(tables, asker));
  }
  const policies = await rows(`SELECT tablename AS table, policyname AS name, lower(cmd) AS verb, coalesce(qual, with_check) AS condition FROM pg_policies WHERE schemaname = 'public' AND policyname ~ '^(request|command)_' ORDER BY 1, 2`);
  const functions = await rows(`SELECT proname AS name, pg_get_functiondef(oid) AS text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ '^(session_|in_|is_guest|carried_in_series|reads_item|answers_at|knows_|embargo_(line_)?concerns)' ORDER BY 1`);
  const uses = (policy, name, found = new Set()) => {
    const directly = functions.filter((one) => policy.includes(`${one.name}(`) && !found.has(one.name));
    for (const one of directly) uses(one.text, name, found.add(one.name));
    return found.has(name);
  };
  const granted = new Map();
  for (const { table, verb, name } of await rows(`SELECT table_name AS table, lower(privilege_type) AS verb, column_name AS name FROM information_schema.column_privileges WHERE grantee = 'app_command' ORDER BY table_name, column_name`))
    granted.set(`${verb} ${table}`, [...(granted.get(`${verb} ${table}`) ?? []), name]);
  const settable = await settableColumns(rows, tables, policies, granted);
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
  const keysSeen = async (kind, asker, table) => (await tried(() => inSession(kind, asker, () => rows(`SELECT ${keyOf(table)} AS key FROM ${table} t`))))?.map((row) => row.key).sort() ?? [];
  const quoted = (table, verb) => (granted.get(`${verb} ${table}`) ?? []).map((name) => `"${name}"`).join(', ');
  const touched = async (asker, sql) => (await tried(async () => {
    await db.exec('SET LOCAL session_replication_role = replica');
    return inSession('command', asker, async () => (await db.query(sql)).affectedRows ?? 0);
  })) ?? 0;
  const inserted = async (asker, table, row) => (await tried(async () => {
    await db.exec('SET LOCAL session_replication_role = replica');
    await db.query(`DELETE FROM ${table} t WHERE ${keyOf(table)} = $1`, [row['row key']]);
    return inSession('command', asker, async () => {
      await db.query(`INSERT INTO ${table} (${quoted(table, 'insert')}) OVERRIDING SYSTEM VALUE SELECT ${quoted(table, 'insert')} FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`, [row['row json']]);
      return true;
    });
  })) ?? false;

  /** Whether a command may give all rows that it may change, at once and without reading them, this value. */
  const misset = async (asker, table, column, value) => (await tried(async () => {
    await db.exec('SET LOCAL session_replication_role = replica');
    return inSession('command', asker, async () => (await db.query(`UPDATE ${table} SET "${column}" = $1`, [value])).affectedRows > 0);
  })) ?? false;

  // What the oracles say is the same for every mutant.
  const said = new Map();
  const once = (key, say) => {
    if (!said.has(key)) said.set(key, say());
    return said.get(key);
  };

  /** What is otherwise than an oracle says; null where nothing is. */
  const noticed = async ({ table, verb, kind }, among) => {
    for (const [index, asker] of among.entries()) {
      const rule = may[kind][index][table]?.[verb];
      if (rule === undefined) continue;
      const { allowed, refused, crafted } = once(`${kind} ${index} ${table} ${verb}`, () => {
        // By her own row among those who take part she would take part again.
        const among = tables.get(table).filter((row) => verb !== 'insert' || !table.endsWith('_participant') || row.membership_id !== asker.membershipId);
        const may = among.filter(rule);
        return { allowed: may, refused: among.filter((row) => !may.includes(row)), crafted: verb === 'insert' || verb === 'update' ? patterns(may).flatMap((row) => misplacements(tables, row, rule, asker)) : [] };
      });
      if (verb === 'select') {
        const expected = new Set(allowed.map((row) => row['row key']));
        const seen = new Set(await keysSeen(kind, asker, table));
        const [more, less] = [[...seen].filter((key) => !expected.has(key)), [...expected].filter((key) => !seen.has(key))];
        if (more.length + less.length > 0) return `${asker.name} sees ${more.length} rows too many of ${table}, ${less.length} too few`;
      } else if (verb === 'insert') {
        for (const row of spread(allowed)) if (!(await inserted(asker, table, row))) return `${asker.name} puts too few rows into ${table}`;
        for (const row of [...spread(refused), ...crafted.map((one) => one.row)]) if (await inserted(asker, table, row)) return `${asker.name} puts too many rows into ${table}`;
      } else {
        const column = settable.get(table);
        // Nothing in it, or nothing but keys that the rules ask for.
        if (verb === 'update' && column === undefined) continue;
        const count = await touched(asker, verb === 'delete' ? `DELETE FROM ${table}` : `UPDATE ${table} SET ${column.name} = ${column.value}`);
        if (count !== allowed.length) return `${asker.name} changes (${verb}) ${count} rows of ${table}, not ${allowed.length}`;
        if (verb === 'delete') continue;
        for (const { column: name, row } of crafted) {
          if (!granted.get(`update ${table}`)?.includes(name)) continue;
          if (await misset(asker, table, name, row[name])) return `${asker.name} gives rows of ${table} another ${name}`;
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
  const made = ['series', 'meeting'].map((table) => ({ ...asked.find((one) => one.table === table && one.name === 'command_select'), verb: 'made' }));
  const withMutant = async (sql, checks, among = askers) => {
    await db.exec('BEGIN');
    try {
      await db.exec(sql);
      for (const check of checks.filter((one) => one.verb !== 'made')) {
        const what = await noticed(check, among).catch((error) => `error: ${error.message}`);
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
  for (const one of [...asked, ...made]) {
    const difference = await withMutant('SELECT 1', [one], one.verb === 'select' ? [...askers, ...ghosts] : askers);
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
    const checks = [...asked, ...made].filter((policy) => uses(policy.condition, one.name));
    // Who has a session at all is asked of one function.
    const [selects, among] = one.name === 'session_found' ? [checks.filter((check) => check.verb === 'select'), [...askers, ...ghosts]] : [checks, askers];
    for (const { name, text } of [...withoutReturns(one.text), ...withoutClauses(one.text)]) mutants.push({ name: `function ${one.name}: ${name}`, survives: async () => (await withMutant(text, selects, among)) === null });
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

const nobody = (token) => ({ name: token, membershipId: null, personId: null, token });

const parentsOf = { item_id: 'agenda_item', part_id: 'agenda_item', part_ids: 'agenda_item', parent_id: 'agenda_item', carried_from_item_id: 'agenda_item', meeting_id: 'meeting', series_id: 'series', decision_id: 'decision', supersedes_id: 'decision', document_id: 'yjs_document', preparation_id: 'preparation', membership_id: 'membership', person_id: 'person', authority_id: 'authority' };

/** Of rows that may stand those of which others are made: one, and one that is about no meeting where most are. */
const patterns = (allowed) => [...new Set([allowed[0], allowed.find((row) => row.meeting_id === null)])];

/** The same row under parents that it may not be put under, in somebody else's name, or as somebody else's role. */
function misplacements(tables, row, rule, asker) {
  if (row === undefined) return [];
  const with_ = (column, value) => ({ column, row: { ...row, [column]: value, 'row json': JSON.stringify({ ...JSON.parse(row['row json']), [column]: value }) } });
  const crafted = [];
  for (const [column, parents] of Object.entries(parentsOf)) {
    if (!(column in row)) continue;
    const refused = (all) => all.map((parent) => with_(column, Array.isArray(row[column]) ? [parent.id] : parent.id)).filter((one) => !rule(one.row));
    // Of items those that she nearly reads, each in its way; of others some.
    if (parents === 'agenda_item') crafted.push(...nearnesses.flatMap((near) => refused(tables.get(parents).filter((one) => near(tables, asker, one.id)))[0] ?? []));
    else crafted.push(...spread(refused(spread(tables.get(parents), 40)), parents === 'preparation' ? 12 : 2));
  }
  if (row.role === 'guest') crafted.push(with_('role', 'participant'));
  return crafted;
}
const readerRow = (tables, asker, itemId) => tables.get('item_reader').find((one) => one.item_id === itemId && one.membership_id === asker.membershipId);
const attends = (tables, asker, itemId) => {
  const { meeting_id: meetingId } = tables.get('agenda_item').find((one) => one.id === itemId);
  return tables.get('meeting_participant').some((one) => one.meeting_id === meetingId && one.membership_id === asker.membershipId && one.valid_from === null && one.valid_to === null);
};
/** How an item is near to somebody who does not read it. */
const nearnesses = [
  () => true,
  (tables, asker, itemId) => attends(tables, asker, itemId) && readerRow(tables, asker, itemId) === undefined,
  (tables, asker, itemId) => attends(tables, asker, itemId) && (readerRow(tables, asker, itemId)?.valid_from ?? null) !== null,
  (tables, asker, itemId) => attends(tables, asker, itemId) && (readerRow(tables, asker, itemId)?.valid_to ?? null) !== null,
];

/** What the story has none of: a series without its meetings, and a few rows in tables that are empty. */
async function furnish(db, rows, askers) {
  await db.exec('SET session_replication_role = replica');
  const [[item], [strange], [meeting]] = [await rows('SELECT id FROM agenda_item ORDER BY id LIMIT 1'), await rows('SELECT id FROM agenda_item ORDER BY id DESC LIMIT 1'), await rows('SELECT id FROM meeting ORDER BY id LIMIT 1')];
  const series = await rows('SELECT id FROM series ORDER BY id');
  const people = askers.map(({ membershipId, personId }) => ({ membershipId, personId }));
  // In the circle by her series, and at no meeting of it.
  await db.query('INSERT INTO series_participant (series_id, membership_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [series.at(-1).id, people.at(-2).membershipId]);
  for (const { id } of [item, strange]) await db.query(`INSERT INTO item_window (item_id, subject_kind, subject_id) VALUES ($1, 'person', $2)`, [id, people[0].personId]);
  for (const { id } of series) {
    await db.query(`INSERT INTO series_change (id, series_id, version, start_local, rrule, excluded_dates, added_dates, holiday_policy, duration_minutes, membership_id, at) VALUES (gen_random_uuid(), $1, 99, '', '', '{}', '{}', 'keep', 60, $2, now())`, [id, people[0].membershipId]);
    await db.query(`INSERT INTO series_substitute (series_id, membership_id, substitute_membership_id, set_at) VALUES ($1, $2, $2, now())`, [id, people[0].membershipId]);
  }
  const documents = await rows('(SELECT id FROM yjs_document ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM yjs_document ORDER BY id DESC LIMIT 1)');
  for (const { membershipId, personId } of people) {
    const [view] = await rows(`INSERT INTO log_view (id, membership_id, content, created_at) VALUES (gen_random_uuid(), $1, '', now()) RETURNING id`, [membershipId]);
    await db.query(`INSERT INTO content_key SELECT (jsonb_populate_record(k, jsonb_build_object('scope_id', $1::uuid))).* FROM content_key k LIMIT 1`, [view.id]);
    await db.query(`INSERT INTO notification (id, membership_id, kind, at) VALUES (gen_random_uuid(), $1, 'calendarLinkMade', now())`, [membershipId]);
    await db.query(`INSERT INTO notification_mute (person_id, kind) VALUES ($1, 'meetingMoved') ON CONFLICT DO NOTHING`, [personId]);
    for (const { id } of documents) await db.query(`INSERT INTO cpr_dismissal (id, document_id, fingerprint, person_id, membership_id, at) VALUES (gen_random_uuid(), $1, '', $2, $3, now())`, [id, personId, membershipId]);
  }
  for (const authority of ['municipality:219', 'policeDistrict:nordsjaelland']) await db.query(`INSERT INTO legal_basis_setting (id, authority_id, basis_id, version, sectors, source, valid_from, set_by_membership_id, set_at) VALUES (gen_random_uuid(), $1, 'x', 1, '{}', '', now(), $2, now())`, [authority, people[0].membershipId]);
  for (const authority of ['municipality:219', 'policeDistrict:nordsjaelland']) {
    const [entry] = await rows(`INSERT INTO contact_entry (id, authority_id, function_name, made_at) VALUES (gen_random_uuid(), $1, 'keyPerson', now()) RETURNING id`, [authority]);
    await db.query(`INSERT INTO contact_version (id, entry_id, version, membership_id, substitutes, valid_from, withdrawn, set_by_membership_id, set_at)
      SELECT gen_random_uuid(), $1, 1, m.id, ARRAY[m.id], '2026-01-01', false, s.id, now() FROM membership m, membership s WHERE m.authority_id = $2 AND s.id = $3 LIMIT 1`, [entry.id, authority, people[0].membershipId]);
  }
  for (const { id } of [item, strange, meeting]) await db.query(`INSERT INTO shredded_scope (scope_id, owner_authority_id, at) VALUES ($1, 'municipality:219', now())`, [id]);
  // Of the readers who ask nothing here a few will do.
  await db.query(`DELETE FROM item_reader WHERE membership_id <> ALL ($1::uuid[]) AND right(membership_id::text, 1) NOT IN ('0', '7')`, [people.map((one) => one.membershipId)]);
  await narrowItems(db, rows);
  await narrowInTime(db, rows, people);
  await answerElsewhere(db, rows, people);
  await standIn(db, rows, people);
  await retain(db, rows, people);
  askers.push(...(await inviteGuests(db, rows, people)));
  // One who is none, but stands among them.
  await db.query(`INSERT INTO guest (membership_id, person_id, meeting_id, sector, purpose, may_write, valid_from, valid_to, invited_by_membership_id, invited_at)
    SELECT m.id, m.person_id, $1, 'other', 'other', false, now(), now() + interval '1 day', $2, now() FROM membership m WHERE m.person_id <> ALL ($3::uuid[]) AND m.role = 'participant' ORDER BY m.id LIMIT 1`, [meeting.id, people[0].membershipId, people.map((one) => one.personId)]);
  await prepare(db, rows, people);
  for (const { personId } of askers) await db.query(`INSERT INTO calendar_feed (person_id, token_hash, created_at) VALUES ($1, sha256(convert_to($2, 'UTF8')), now())`, [personId, personId]);
  for (const { membershipId } of askers) await db.query(`INSERT INTO busy_calendar (id, person_id, authority_id, source, connected_at, unread, tried_at, failures) SELECT gen_random_uuid(), person_id, authority_id, 'file', now(), 0, now(), 0 FROM membership WHERE id = $1 ON CONFLICT (person_id) DO NOTHING`, [membershipId]);
  for (const { id } of series) await db.query(`INSERT INTO series_reply (series_id, membership_id, part_stat, replied_at) VALUES ($1, $2, 'accepted', now()) ON CONFLICT DO NOTHING`, [id, people[0].membershipId]);
  const ghosts = await haunt(db, rows, people);
  await db.exec('SET session_replication_role = origin');
  return ghosts;
}

/** One item of every third meeting is open to one authority alone; what is told of its minutes is told of it alone. */
async function narrowItems(db, rows) {
  const items = await rows('SELECT DISTINCT ON (meeting_id) id, meeting_id AS meeting FROM agenda_item ORDER BY meeting_id, id DESC');
  const [round] = await rows('SELECT id FROM minutes_round LIMIT 1');
  for (const { id, meeting } of items.filter((_, n) => n % 3 === 0)) {
    await db.query(`UPDATE agenda_item SET audience_kind = 'restricted', admitted_sectors = NULL WHERE id = $1`, [id]);
    await db.query('DELETE FROM item_audience WHERE item_id = $1', [id]);
    await db.query(`INSERT INTO item_audience (item_id, subject_kind, subject_id) VALUES ($1, 'authority', 'municipality:219')`, [id]);
    await db.query(`DELETE FROM item_reader r USING membership m WHERE m.id = r.membership_id AND r.item_id = $1 AND m.authority_id <> 'municipality:219'`, [id]);
    await db.query(`INSERT INTO minutes_event (id, meeting_id, round_id, kind, part_ids, versions, at) VALUES (gen_random_uuid(), $1, $2, 'sent', ARRAY[$3::uuid], '{1}', now())`, [meeting, round.id, id]);
  }
  // Of a round of one meeting, and about another that has one too: nobody is shown it.
  await db.query(`INSERT INTO minutes_snapshot (id, round_id, part_id, version, content, commitment, taken_at) SELECT gen_random_uuid(), a.id, b.meeting_id, 90, '', '', now() FROM minutes_round a, minutes_round b WHERE a.meeting_id <> b.meeting_id`);
}

/**
 * Each answers for something at three meetings of series that are not hers: at one that she was never asked to, at one that she may
 * not enter yet, and at one that she might enter until yesterday. Others answer there too. Two more are closed to her in time.
 */
async function answerElsewhere(db, rows, people) {
  for (const [n, { membershipId, personId }] of people.entries()) {
    const meetings = await rows(
      `SELECT m.id FROM meeting m WHERE EXISTS (SELECT 1 FROM agenda_item i WHERE i.meeting_id = m.id) AND NOT EXISTS (SELECT 1 FROM series_participant s WHERE s.series_id = m.series_id AND s.membership_id = $1)
       ORDER BY EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = m.id AND p.membership_id = $1), m.series_id IS NULL, m.id`,
      [membershipId],
    );
    const [{ authority_id: authority, role }] = await rows('SELECT authority_id, role FROM membership WHERE id = $1', [membershipId]);
    const other = people[(n + 3) % 7];
    for (const [nth, { id: meeting }] of meetings.slice(0, 5).entries()) {
      if (nth > 0 && role !== 'auditor') {
        const bounds = nth % 2 === 1 ? `now() + interval '1 day', NULL::timestamptz` : `NULL::timestamptz, now() - interval '1 day'`;
        await db.query(`INSERT INTO meeting_participant (meeting_id, membership_id, added_at, valid_from, valid_to) SELECT $1, $2, now(), ${bounds} ON CONFLICT (meeting_id, membership_id) DO UPDATE SET (valid_from, valid_to) = (SELECT ${bounds})`, [meeting, membershipId]);
        await db.query('DELETE FROM item_reader r USING agenda_item i WHERE i.id = r.item_id AND i.meeting_id = $1 AND r.membership_id = $2', [meeting, membershipId]);
        await db.query(`INSERT INTO item_reader (item_id, membership_id, person_id, valid_from, valid_to) SELECT id, $2, $3, ${bounds} FROM agenda_item WHERE meeting_id = $1 AND audience_kind = 'all'`, [meeting, membershipId, personId]);
        await db.query(
          `INSERT INTO item_proposal (id, meeting_id, proposed_by_membership_id, title, planned_minutes, output_type, state, proposed_at) SELECT gen_random_uuid(), $1, m, '', 5, 'discussion', 'waiting', now() FROM unnest($2::uuid[]) m`,
          [meeting, [membershipId, other.membershipId]],
        );
      }
      if (nth > 2) continue;
      const [item] = await rows(`SELECT id FROM agenda_item WHERE meeting_id = $1 AND audience_kind = 'all' ORDER BY id LIMIT 1 OFFSET $2`, [meeting, n % 3]);
      for (const owner of [membershipId, other.membershipId])
        await db.query(`INSERT INTO follow_up (id, item_id, meeting_id, owner_membership_id, deadline, content, state, version, recorded_by_membership_id, recorded_at) VALUES (gen_random_uuid(), $1, $2, $3, now(), '', 'open', 1, $4, now())`, [item.id, meeting, owner, other.membershipId]);
      for (const deciding of [...(role === 'leader' ? [authority] : []), 'region:1085', 'barnahus:boernehus-hovedstaden'])
        await db.query(`INSERT INTO decision (id, item_id, meeting_id, deciding_authority_id, responsible_membership_id, deadline, content, state, version, recorded_by_membership_id, recorded_at) VALUES (gen_random_uuid(), $1, $2, $3, $4, now(), '', 'recorded', 1, $4, now())`, [item.id, meeting, deciding, other.membershipId]);
      const [round] = await rows('SELECT id FROM minutes_round ORDER BY meeting_id = $1 DESC LIMIT 1', [meeting]);
      await db.query(`INSERT INTO minutes_part (round_id, part_id, meeting_id, state, version, is_restore) VALUES ($1, $2, $3, 'frozen', 1, false) ON CONFLICT DO NOTHING`, [round.id, item.id, meeting]);
      await db.query(`INSERT INTO minutes_event (id, meeting_id, round_id, kind, part_ids, versions, at) VALUES (gen_random_uuid(), $1, $2, 'sent', ARRAY[$3::uuid], '{1}', now())`, [meeting, round.id, item.id]);
      await db.query(`INSERT INTO minutes_addendum (id, meeting_id, part_id, content, commitment, membership_id, at) VALUES (gen_random_uuid(), $1, $2, '', '', $3, now())`, [meeting, item.id, other.membershipId]);
    }
  }
}

/** A coordinator at a meeting in the place of somebody who does not coordinate. */
async function standIn(db, rows, people) {
  for (const { membershipId } of [people[0], people[5]]) {
    const [open] = await rows('SELECT meeting_id AS id FROM meeting_participant WHERE membership_id = $1 AND valid_from IS NULL AND valid_to IS NULL AND stands_in_for_membership_id IS NULL ORDER BY meeting_id LIMIT 1', [membershipId]);
    await db.query('UPDATE meeting_participant SET stands_in_for_membership_id = $3 WHERE meeting_id = $1 AND membership_id = $2', [open.id, membershipId, people[1].membershipId]);
    await db.query(`INSERT INTO item_proposal (id, meeting_id, proposed_by_membership_id, title, planned_minutes, output_type, state, proposed_at) VALUES (gen_random_uuid(), $1, $2, '', 5, 'discussion', 'waiting', now())`, [open.id, people[2].membershipId]);
  }
}

/**
 * Preparations, plans, holds and embargoes at items that somebody reads at another time, that are narrowed, that a guest reads,
 * or at which somebody answers without reading them.
 */
async function prepare(db, rows, people) {
  const some = async (sql, count, parameters) => spread(await rows(sql, parameters), count);
  const items = new Map(
    [
      ...(await some('SELECT DISTINCT item_id AS id FROM item_reader WHERE membership_id = ANY ($1::uuid[]) AND (valid_from > now() OR valid_to <= now()) ORDER BY 1', 16, [people.map((one) => one.membershipId)])),
      // Of meetings that she may enter: what is closed there is closed by its own window.
      ...(await rows('SELECT item_id AS id FROM item_window w JOIN agenda_item i ON i.id = w.item_id WHERE valid_from IS NOT NULL OR valid_to IS NOT NULL ORDER BY 1')),
      ...(await some(`SELECT id FROM agenda_item WHERE audience_kind = 'restricted' ORDER BY id`, 6)),
      ...(await some('SELECT DISTINCT r.item_id AS id FROM item_reader r JOIN guest g ON g.membership_id = r.membership_id ORDER BY 1', 8)),
      ...(await some('SELECT DISTINCT item_id AS id FROM follow_up ORDER BY 1', 8)),
    ].map(({ id }) => [id, id]),
  );
  let line = null;
  for (const [n, id] of [...items.keys()].entries()) {
    const [{ meeting_id: meeting }] = await rows('SELECT meeting_id FROM agenda_item WHERE id = $1', [id]);
    for (const [nth, authority] of ['municipality:219', 'policeDistrict:nordsjaelland', 'region:1084'].entries()) {
      const answer = [['open', 'open', 'nothing'], ['released', 'open', 'open'], ['open', 'released', 'nothing'], ['orally', 'released', 'open']][n % 4][nth];
      const [{ id: preparation }] = await rows('INSERT INTO preparation (id, item_id, authority_id, answer, version, created_at) VALUES (gen_random_uuid(), $1, $2, $3, 1, now()) ON CONFLICT (item_id, authority_id) DO UPDATE SET answer = $3 RETURNING id', [id, authority, answer]);
      await db.query(`INSERT INTO yjs_document (id, item_id, epoch, state, created_at, wants_compaction, authority_id) VALUES ($1, $2, gen_random_uuid(), 'open', now(), false, $3) ON CONFLICT DO NOTHING`, [preparation, id, authority]);
      await db.query('INSERT INTO preparation_event (id, preparation_id, version, answer, membership_id, at) VALUES (gen_random_uuid(), $1, 90, $2, $3, now())', [preparation, answer, people[(n + nth) % people.length].membershipId]);
    }
    await db.query(`INSERT INTO plan_step (id, item_id, plan, order_key, follow_up_id, content, recorded_by_membership_id, recorded_at) VALUES (gen_random_uuid(), $1, 'sequence', 'a', gen_random_uuid(), '', $2, now())`, [id, people[0].membershipId]);
    for (const authority of ['municipality:219', 'policeDistrict:nordsjaelland']) await db.query(`INSERT INTO legal_hold (id, meeting_id, item_id, authority_id, reason, set_by_membership_id, set_at) VALUES (gen_random_uuid(), $1, $2, $3, '', $4, now())`, [meeting, id, authority, people[0].membershipId]);
    // Carried on, two and two.
    const [{ id: embargo }] = await rows('INSERT INTO embargo (id, item_id, origin_id, set_by_membership_id, content, set_at, review_at, version) SELECT e, $1, coalesce($2, e), $3, $4, now(), now(), 1 FROM gen_random_uuid() e RETURNING id', [id, line, people[n % 2].membershipId, new Uint8Array()]);
    line = n % 2 === 0 ? embargo : null;
    await db.query(`INSERT INTO embargo_event (id, embargo_id, version, kind, membership_id, at) VALUES (gen_random_uuid(), $1, 1, 'set', $2, now())`, [embargo, people[n % 2].membershipId]);
  }
}

/** Sessions that are none any longer, or not yet: nobody's. */
async function haunt(db, rows, people) {
  const [{ id: strange, person_id: strangePerson }] = await rows('SELECT id, person_id FROM membership WHERE person_id <> ALL ($1::uuid[]) AND valid_to IS NULL LIMIT 1', [people.map((one) => one.personId)]);
  const { membershipId, personId } = people[0];
  const membershipIn = async (from, to) => {
    const [{ id }] = await rows(`INSERT INTO membership SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'valid_from', now() + $2::interval, 'valid_to', now() + $3::interval))).* FROM membership m WHERE m.id = $1 RETURNING id`, [membershipId, from, to]);
    return id;
  };
  const ghosts = [
    { token: 'a session that was ended', endedAt: '-1 minute' },
    { token: 'a session that has run out', expiresAt: '-1 minute' },
    { token: 'a session that was left unused', lastSeenAt: '-2 days' },
    { token: 'a session of a membership that has not begun', membership: await membershipIn('1 day', '2 days') },
    { token: 'a session of a membership that is over', membership: await membershipIn('-2 days', '-1 day') },
    { token: 'a session in a membership of somebody else', membership: strange },
    { token: 'a session of somebody else in a membership of hers', person: strangePerson },
  ];
  for (const { token, endedAt, expiresAt, lastSeenAt, membership, person } of ghosts)
    await db.query(`INSERT INTO session (id, token_hash, person_id, membership_id, created_at, last_seen_at, expires_at, ended_at) VALUES (gen_random_uuid(), sha256(convert_to($1, 'UTF8')), $2, $3, now(), now() + $4::interval, now() + $5::interval, now() + $6::interval)`, [token, person ?? personId, membership ?? membershipId, lastSeenAt ?? '0 minutes', expiresAt ?? '1 day', endedAt ?? null]);
  return ghosts.map(({ token }) => nobody(token));
}

/** Access windows that have not begun and that are over: of whole meetings, and of items that somebody reads besides. */
async function narrowInTime(db, rows, people) {
  for (const { membershipId, personId } of people.slice(0, 5)) {
    const own = await rows('SELECT meeting_id AS id FROM meeting_participant WHERE membership_id = $1 ORDER BY meeting_id', [membershipId]);
    for (const [nth, bounds] of [[1, `now() + interval '1 day', NULL::timestamptz`], [2, `NULL::timestamptz, now() - interval '1 day'`]]) {
      if (own[nth + 2] === undefined) continue;
      await db.query(`UPDATE meeting_participant SET (valid_from, valid_to) = (SELECT ${bounds}) WHERE meeting_id = $1 AND membership_id = $2`, [own[nth].id, membershipId]);
      await db.query(`UPDATE item_reader SET (valid_from, valid_to) = (SELECT ${bounds}) WHERE membership_id = $2 AND item_id IN (SELECT id FROM agenda_item WHERE meeting_id = $1)`, [own[nth].id, membershipId]);
      const [read] = await rows('SELECT r.item_id AS id FROM item_reader r JOIN agenda_item i ON i.id = r.item_id WHERE r.membership_id = $1 AND i.meeting_id = $2 ORDER BY r.item_id LIMIT 1 OFFSET $3', [membershipId, own[0].id, nth]);
      if (read === undefined) continue;
      await db.query(`INSERT INTO item_window (item_id, subject_kind, subject_id, valid_from, valid_to) SELECT $1, 'person', $2, ${bounds}`, [read.id, personId]);
      await db.query(`UPDATE item_reader SET (valid_from, valid_to) = (SELECT ${bounds}) WHERE membership_id = $2 AND item_id = $1`, [read.id, membershipId]);
    }
  }
}

/** Filing, deletion, holds, addenda and proposals of some meetings, of those who take part and of others. */
async function retain(db, rows, people) {
  const meetings = await rows(`SELECT m.id, m.owner_authority_id AS owner, (SELECT i.id FROM agenda_item i WHERE i.meeting_id = m.id ORDER BY i.audience_kind DESC, i.id LIMIT 1) AS item FROM meeting m WHERE EXISTS (SELECT 1 FROM agenda_item i WHERE i.meeting_id = m.id) ORDER BY m.id`);
  const states = ['announced', 'planned', 'firstConfirmed', 'confirmed', 'heldBack'];
  const sides = ['municipality:219', 'policeDistrict:nordsjaelland'];
  for (const authority of sides) await db.query(`INSERT INTO retention_rule (id, authority_id, kind_id, version, months, waiting_days, second_person, set_by_membership_id, set_at) VALUES (gen_random_uuid(), $1, 'x', 1, 12, 30, true, $2, now())`, [authority, people[0].membershipId]);
  for (const [n, { id, owner, item }] of spread(meetings, 15).entries()) {
    await db.query(`INSERT INTO retention_run (meeting_id, owner_authority_id, state, approved_on, due_on, months, waiting_days, second_person, version, changed_at) VALUES ($1, $2, $3, now(), now(), 12, 30, true, 1, now()) ON CONFLICT DO NOTHING`, [id, owner, states[n % states.length]]);
    for (const [nth, kind] of ['confirmed', 'firstConfirmed', 'announced'].entries()) await db.query(`INSERT INTO retention_event (id, meeting_id, version, kind, due_on, months, waiting_days, second_person, membership_id, at) VALUES (gen_random_uuid(), $1, $2, $3, now(), 12, 30, true, $4, now()) ON CONFLICT DO NOTHING`, [id, 90 + nth, kind, people[(n + nth) % people.length].membershipId]);
    for (const authority of sides) {
      await db.query(`INSERT INTO filing (id, meeting_id, authority_id, version, membership_id, at) VALUES (gen_random_uuid(), $1, $2, 90, $3, now())`, [id, authority, people[0].membershipId]);
      for (const held of [null, item]) await db.query(`INSERT INTO legal_hold (id, meeting_id, item_id, authority_id, reason, set_by_membership_id, set_at) VALUES (gen_random_uuid(), $1, $2, $3, '', $4, now())`, [id, held, authority, people[0].membershipId]);
    }
    for (const part of [id, item]) await db.query(`INSERT INTO minutes_addendum (id, meeting_id, part_id, content, commitment, membership_id, at) VALUES (gen_random_uuid(), $1, $2, '', '', $3, now())`, [id, part, people[0].membershipId]);
    for (const [nth, state] of ['waiting', 'declined', 'accepted', 'withdrawn'].entries()) {
      const [{ id: proposed }] = await rows(
        `INSERT INTO item_proposal (id, meeting_id, proposed_by_membership_id, title, planned_minutes, output_type, admitted_sectors, state, proposed_at) VALUES (gen_random_uuid(), $1, $2, $3, 5, 'discussion', $4, $5, now()) RETURNING id`,
        [id, people[(n + nth) % 4].membershipId, state === 'accepted' ? null : new Uint8Array(), [null, ['police'], ['municipality']][(n + nth) % 3], state],
      );
      await db.query(`INSERT INTO content_key SELECT (jsonb_populate_record(k, jsonb_build_object('scope_id', $1::uuid))).* FROM content_key k LIMIT 1`, [proposed]);
      await db.query(`INSERT INTO shredded_scope (scope_id, owner_authority_id, at) VALUES ($1, 'municipality:219', now())`, [proposed]);
    }
  }
}

/** Of meetings and of items, living, to come, over and taken back; answers those who have a session. */
async function inviteGuests(db, rows, people) {
  const meetings = await rows(`SELECT p.meeting_id AS id, (SELECT i.id FROM agenda_item i WHERE i.meeting_id = p.meeting_id ORDER BY i.audience_kind DESC, i.id LIMIT 1) AS item FROM meeting_participant p
    WHERE EXISTS (SELECT 1 FROM agenda_item i WHERE i.meeting_id = p.meeting_id) AND p.membership_id = ANY ($1::uuid[]) GROUP BY 1 ORDER BY 1`, [[people[0].membershipId, people[3].membershipId, people[5].membershipId]]);
  const guests = [];
  for (const [n, { id, item }] of spread(meetings, 6).entries()) {
    for (const [itemId, from, to, isRevoked] of [[null, '-1 day', '9 days', false], [item, '-1 day', '9 days', false], [null, '1 day', '9 days', false], [item, '-1 day', '9 days', true], [null, '-1 day', '9 days', true], [null, '-2 days', '-1 day', false]]) {
      const name = `guest ${n} ${itemId === null ? 'of a meeting' : 'of an item'} from ${from} to ${to}${isRevoked ? ', revoked' : ''}`;
      const [{ person_id: personId, membership_id: membershipId }] = await rows('SELECT gen_random_uuid() AS person_id, gen_random_uuid() AS membership_id');
      await db.query('INSERT INTO person (id, name, guest) VALUES ($1, $2, true)', [personId, name]);
      await db.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, unit_title, valid_from) VALUES ($1, $2, 'guest:school', 'guest', '', '', now() - interval '2 days')`, [membershipId, personId]);
      await db.query(`INSERT INTO guest (membership_id, person_id, meeting_id, item_id, sector, purpose, may_write, valid_from, valid_to, invited_by_membership_id, invited_at, revoked_at)
        VALUES ($1, $2, $3, $4, 'school', 'school', true, now() + $5::interval, now() + $8::interval, $6, now(), $7)`, [membershipId, personId, id, itemId, from, people[0].membershipId, isRevoked ? new Date() : null, to]);
      await db.query('INSERT INTO guest_link (membership_id, token_hash, code_hash) VALUES ($1, $2, $3)', [membershipId, Buffer.from(membershipId), Buffer.from('')]);
      await db.query(`INSERT INTO guest_event (id, membership_id, kind, at) VALUES (gen_random_uuid(), $1, 'invited', now())`, [membershipId]);
      await db.query(`INSERT INTO session (id, token_hash, person_id, membership_id, created_at, last_seen_at, expires_at) VALUES (gen_random_uuid(), sha256(convert_to($1, 'UTF8')), $2, $3, now(), now(), now() + interval '1 day')`, [name, personId, membershipId]);
      if (n === 0 || (n === 1 && itemId !== null && !isRevoked)) guests.push({ name, membershipId, personId, token: name });
      if (isRevoked) continue;
      if (itemId !== null) await db.query(`INSERT INTO item_audience (item_id, subject_kind, subject_id) VALUES ($1, 'person', $2)`, [itemId, personId]);
      await db.query(
        `INSERT INTO item_reader (item_id, membership_id, person_id, valid_from, valid_to) SELECT i.id, $2, $3, now() + $5::interval, now() + $6::interval FROM agenda_item i
         WHERE i.meeting_id = $1 AND ($4::uuid IS NULL OR i.id = $4) AND (i.admitted_sectors IS NULL OR 'school' = ANY (i.admitted_sectors)) AND (i.audience_kind = 'all' OR i.id = $4)`,
        [id, membershipId, personId, itemId, from, to],
      );
    }
  }
  return guests;
}

/** A few of many, from the beginning to the end. */
const spread = (rows, count = samples) => (rows.length <= count ? rows : Array.from({ length: count }, (_, n) => rows[Math.floor((n * (rows.length - 1)) / (count - 1))]));

/**
 * A condition or a function with one operand of an AND left out, each in turn. What an OR joins is not taken apart: without it
 * less is allowed, which harms nobody but is noticed by those who then may not.
 */
export function withoutClauses(text) {
  const found = [];
  const starts = [0];
  const groups = [];
  let quoted = false;
  // An apostrophe in a comment begins no text.
  const said = text.replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length));
  for (let at = 0; at < text.length; at += 1) {
    if (said[at] === "'") quoted = !quoted;
    if (quoted) continue;
    if (said[at] === '(') starts.push(at + 1);
    if (said[at] === ')' || at === text.length - 1) groups.push([starts.pop() ?? 0, said[at] === ')' ? at : at + 1]);
  }
  for (const [from, to] of groups) {
    const inner = text.slice(from, to);
    // The stretches at this depth that are joined by AND, each within its own clause of the statement.
    for (const piece of pieces(inner)) {
      const operands = split(piece.text);
      if (operands.length < 2) continue;
      operands.forEach((one, index) => {
        const rest = operands.filter((_, other) => other !== index).map((other) => other.text.trim()).join(' AND ');
        const begin = from + piece.at;
        found.push({ name: `without « ${one.text.trim().replace(/\s+/g, ' ').slice(0, 140)} »`, text: `${text.slice(0, begin)} ${rest} ${text.slice(begin + piece.text.length)}` });
      });
    }
  }
  return found;
}

const words = /\b(SELECT|FROM|WHERE|JOIN|ON|INTO|THEN|RETURN|IF|WHEN|END|AS|UNION|LIMIT|BEGIN|DECLARE|ELSE)\b|;|:=|\$\$|\$function\$/g;
/** What stands between the words of a statement, at the depth of the text itself. */
function pieces(text) {
  const flat = masked(text);
  const cuts = [...flat.matchAll(words)];
  const all = [];
  let from = 0;
  for (const cut of [...cuts, { index: flat.length, 0: '' }]) {
    all.push({ at: from, text: text.slice(from, cut.index) });
    from = cut.index + cut[0].length;
  }
  return all;
}
/** What an AND joins, which binds closer than an OR beside it: such a mixture is left to its parentheses. */
function split(text) {
  const flat = masked(text);
  if (/\bOR\b/.test(flat)) return [];
  const parts = [];
  let from = 0;
  for (const cut of flat.matchAll(/\bAND\b/g)) {
    parts.push({ text: text.slice(from, cut.index) });
    from = cut.index + 'AND'.length;
  }
  return [...parts, { text: text.slice(from) }];
}
/** The same length, with all that stands in parentheses, quotes and comments blotted out. */
function masked(text) {
  let depth = 0;
  let quoted = false;
  let result = '';
  for (const letter of text.replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length))) {
    if (letter === "'") quoted = !quoted;
    if (letter === '(') depth += 1;
    result += depth > 0 || quoted || letter === "'" ? '_' : letter;
    if (letter === ')') depth -= 1;
  }
  return result;
}

/** A function without one of its early refusals, or with yes for its last answer. */
function withoutReturns(text) {
  const early = [...text.matchAll(/IF [^;]*? THEN RETURN(?: false)?; END IF;/g)].map(([one]) => ({ name: `without « ${one.slice(0, 140)} »`, text: text.replace(one, '') }));
  const last = /RETURN (?!QUERY)([^;]*);(?=\s*END)/.exec(text.replace(/THEN RETURN [^;]*; END IF;/g, (all) => all.replaceAll('RETURN', 'return')));
  if (last === null || !/RETURNS boolean/.test(text)) return early;
  return [...early, { name: 'answers true', text: `${text.slice(0, last.index)}RETURN true;${text.slice(last.index + last[0].length)}` }];
}

/** Of each table a column that a command may give the value of one of its rows without anything else about it changing. */
async function settableColumns(rows, tables, policies, granted) {
  const columns = await rows(`SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type, EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey)) AS key
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum DESC`);
  const result = new Map();
  for (const [table, all] of tables) {
    if (all.length === 0) continue;
    const said = policies.filter((one) => one.table === table).map((one) => one.condition).join(' ');
    const own = columns.filter((one) => one.table === table && granted.get(`update ${table}`)?.includes(one.name) && !new RegExp(`\\b${one.name}\\b`).test(said));
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

/** The built product fills the folder with the story of demo mode and signs people in; answers their sessions. */
async function tellStory(folder) {
  const { build } = await import('../../scripts/build.mjs');
  await build({ ifStale: true, only: ['server'] });
  const of = (path) => import(new URL(`../../dist/apps/server/${path}`, import.meta.url).href);
  const { readConfig } = await of('libs/platform/src/config.js');
  const { startServer } = await of('apps/server/src/server.js');
  const { DemoStory } = await of('apps/server/src/demo/demo-story.service.js');
  const running = await startServer(readConfig({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DATA_DIR: folder }));
  try {
    await running.app.get(DemoStory).told;
    const origin = `http://localhost:${running.port}`;
    const { clusters } = await (await fetch(`${origin}/api/v1/demo/people`)).json();
    const groups = clusters.flatMap((cluster) => [...cluster.authorities, ...cluster.others]);
    const askers = [];
    for (const [authorityId, role] of who) {
      const one = groups.filter((group) => group.authority.id === authorityId).flatMap((group) => group.people).find((person) => person.person.role === role);
      const answer = await fetch(`${origin}/api/v1/demo/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json', origin }, body: JSON.stringify({ membershipId: one.membershipId }) });
      const cookie = answer.headers.getSetCookie()[0].split(';')[0];
      askers.push({ name: `${role} of ${authorityId}`, membershipId: one.membershipId, personId: one.person.id, token: cookie.slice(cookie.indexOf('=') + 1) });
    }
    return askers;
  } finally {
    await running.close();
  }
}
