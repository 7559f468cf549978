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
  const { oracle } = await modules.import('test/support/rls-oracle.ts');
  const { commandOracle } = await modules.import('test/support/rls-command-oracle.ts');

  await db.exec(`SET samraad.owner = 'on'`);
  const rows = async (sql, parameters) => (await db.query(sql, parameters)).rows;
  const names = (await rows(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations' ORDER BY relname`)).map((row) => row.name);
  await furnish(db, rows, askers);
  askers.push({ name: 'nobody', membershipId: null, personId: null, token: 'nobody' });
  // To the policies json and the driver's rows are the same; the oracles ask for ids and texts.
  const keyOf = (table) => (table === 'person' ? 't.id::text' : 't::text');
  const tables = new Map();
  for (const name of names) tables.set(name, await rows(`SELECT t.*, ${keyOf(name)} AS "row key", to_jsonb(t)::text AS "row json" FROM ${name} t`));
  const may = { request: [], command: [] };
  for (const asker of askers) {
    if (asker.membershipId === null) {
      const nothing = () => false;
      for (const kind of ['request', 'command']) may[kind].push(Object.fromEntries(names.map((name) => [name, { select: nothing, insert: nothing, update: nothing, delete: nothing }])));
      continue;
    }
    may.request.push(Object.fromEntries(Object.entries(oracle(tables, asker)).map(([table, select]) => [table, { select }])));
    may.command.push(commandOracle(tables, asker));
  }
  const policies = await rows(`SELECT tablename AS table, policyname AS name, lower(cmd) AS verb, coalesce(qual, with_check) AS condition FROM pg_policies WHERE schemaname = 'public' AND policyname ~ '^(request|command)_' ORDER BY 1, 2`);
  const functions = await rows(`SELECT proname AS name, pg_get_functiondef(oid) AS text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ '^(session_|in_|reads_item|answers_at|knows_|embargo_(line_)?concerns)' ORDER BY 1`);
  const uses = (policy, name, found = new Set()) => {
    const directly = functions.filter((one) => policy.includes(`${one.name}(`) && !found.has(one.name));
    for (const one of directly) uses(one.text, name, found.add(one.name));
    return found.has(name);
  };
  const settable = await settableColumns(rows, tables, policies);

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
      throw error;
    } finally {
      await db.exec('ROLLBACK TO SAVEPOINT attempt');
    }
  };
  const keysSeen = async (kind, asker, table) => (await tried(() => inSession(kind, asker, () => rows(`SELECT ${keyOf(table)} AS key FROM ${table} t`))))?.map((row) => row.key).sort() ?? [];
  const touched = async (asker, sql) => (await tried(async () => {
    await db.exec('SET LOCAL session_replication_role = replica');
    return inSession('command', asker, async () => (await db.query(sql)).affectedRows ?? 0);
  })) ?? 0;
  const inserted = async (asker, table, row) => (await tried(async () => {
    await db.exec('SET LOCAL session_replication_role = replica');
    await db.query(`DELETE FROM ${table} t WHERE ${keyOf(table)} = $1`, [row['row key']]);
    return inSession('command', asker, async () => {
      await db.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`, [row['row json']]);
      return true;
    });
  })) ?? false;

  /** What is otherwise than an oracle says; null where nothing is. */
  const noticed = async ({ table, verb, kind }) => {
    for (const [index, asker] of askers.entries()) {
      const rule = may[kind][index][table]?.[verb];
      if (rule === undefined) continue;
      const all = tables.get(table);
      if (verb === 'select') {
        const expected = new Set(all.filter(rule).map((row) => row['row key']));
        const seen = new Set(await keysSeen(kind, asker, table));
        const [more, less] = [[...seen].filter((key) => !expected.has(key)), [...expected].filter((key) => !seen.has(key))];
        if (more.length + less.length > 0) return `${asker.name} sees ${more.length} rows too many of ${table}, ${less.length} too few`;
      } else if (verb === 'insert') {
        // By her own row among those who take part she would take part again.
        const others = table.endsWith('_participant') ? all.filter((row) => row.membership_id !== asker.membershipId) : all;
        const [allowed, refused] = [others.filter(rule), others.filter((row) => !rule(row))];
        for (const row of [...spread(allowed), ...spread(refused), ...misplaced(tables, allowed[0], rule)]) if ((await inserted(asker, table, row)) !== rule(row)) return `${asker.name} puts other rows into ${table}`;
      } else {
        const column = settable.get(table);
        // Nothing in it, or nothing but keys that the rules ask for.
        if (verb === 'update' && column === undefined) continue;
        const count = await touched(asker, verb === 'delete' ? `DELETE FROM ${table}` : `UPDATE ${table} SET ${column.name} = ${column.value}`);
        if (count !== all.filter(rule).length) return `${asker.name} changes (${verb}) ${count} rows of ${table}, not ${all.filter(rule).length}`;
      }
    }
    return null;
  };
  const asked = policies.map((one) => ({ ...one, kind: one.name.split('_')[0] })).filter((one) => !(one.table === 'yjs_update' && one.kind === 'command' && one.verb === 'select'));
  const withMutant = async (sql, checks) => {
    await db.exec('BEGIN');
    try {
      await db.exec(sql);
      for (const check of checks) {
        const what = await noticed(check).catch((error) => `error: ${error.message}`);
        if (what !== null) return what;
      }
      return null;
    } finally {
      await db.exec('ROLLBACK');
    }
  };

  const differences = [];
  for (const one of asked) {
    const difference = await withMutant('SELECT 1', [one]);
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
    const checks = asked.filter((policy) => uses(policy.condition, one.name));
    for (const { name, text } of [...withoutReturns(one.text), ...withoutClauses(one.text)]) mutants.push({ name: `function ${one.name}: ${name}`, survives: async () => (await withMutant(text, checks)) === null });
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

/** The same row under a parent that it may not be put under, or in somebody else's name. */
function misplaced(tables, row, rule) {
  if (row === undefined) return [];
  const crafted = [];
  for (const [column, parents] of Object.entries({ item_id: 'agenda_item', parent_id: 'agenda_item', carried_from_item_id: 'agenda_item', meeting_id: 'meeting', series_id: 'series', decision_id: 'decision', supersedes_id: 'decision', document_id: 'yjs_document', preparation_id: 'preparation', membership_id: 'membership', person_id: 'person', authority_id: 'authority' })) {
    if (!(column in row)) continue;
    const other = tables.get(parents).map((parent) => ({ ...row, [column]: parent.id, 'row json': JSON.stringify({ ...JSON.parse(row['row json']), [column]: parent.id }) })).find((one) => !rule(one));
    if (other !== undefined) crafted.push(other);
  }
  return crafted;
}

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
    await db.query(`INSERT INTO notification_mute (person_id, kind) VALUES ($1, 'meetingMoved') ON CONFLICT DO NOTHING`, [personId]);
    for (const { id } of documents) await db.query(`INSERT INTO cpr_dismissal (id, document_id, fingerprint, person_id, membership_id, at) VALUES (gen_random_uuid(), $1, '', $2, $3, now())`, [id, personId, membershipId]);
  }
  for (const authority of ['municipality:219', 'policeDistrict:nordsjaelland']) await db.query(`INSERT INTO legal_basis_setting (id, authority_id, basis_id, version, sectors, source, valid_from, set_by_membership_id, set_at) VALUES (gen_random_uuid(), $1, 'x', 1, '{}', '', now(), $2, now())`, [authority, people[0].membershipId]);
  for (const { id } of [item, strange, meeting]) await db.query(`INSERT INTO shredded_scope (scope_id, owner_authority_id, at) VALUES ($1, 'municipality:219', now())`, [id]);
  await narrowInTime(db, rows, people);
  await retain(db, rows, people);
  askers.push(...(await inviteGuests(db, rows, people)));
  await db.exec('SET session_replication_role = origin');
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

/** Of meetings and of items, living, to come and taken back; answers those who have a session. */
async function inviteGuests(db, rows, people) {
  const meetings = await rows(`SELECT p.meeting_id AS id, (SELECT i.id FROM agenda_item i WHERE i.meeting_id = p.meeting_id ORDER BY i.audience_kind DESC, i.id LIMIT 1) AS item FROM meeting_participant p
    WHERE EXISTS (SELECT 1 FROM agenda_item i WHERE i.meeting_id = p.meeting_id) AND p.membership_id = ANY ($1::uuid[]) GROUP BY 1 ORDER BY 1`, [[people[0].membershipId, people[3].membershipId, people[5].membershipId]]);
  const guests = [];
  for (const [n, { id, item }] of spread(meetings, 6).entries()) {
    for (const [itemId, from, isRevoked] of [[null, '-1 day', false], [item, '-1 day', false], [null, '1 day', false], [item, '-1 day', true]]) {
      const name = `guest ${n} ${itemId === null ? 'of a meeting' : 'of an item'} from ${from}${isRevoked ? ', revoked' : ''}`;
      const [{ person_id: personId, membership_id: membershipId }] = await rows('SELECT gen_random_uuid() AS person_id, gen_random_uuid() AS membership_id');
      await db.query('INSERT INTO person (id, name, guest) VALUES ($1, $2, true)', [personId, name]);
      await db.query(`INSERT INTO membership (id, person_id, authority_id, role, function_title, unit_title, valid_from) VALUES ($1, $2, 'guest:school', 'guest', '', '', now() - interval '2 days')`, [membershipId, personId]);
      await db.query(`INSERT INTO guest (membership_id, person_id, meeting_id, item_id, sector, purpose, may_write, valid_from, valid_to, invited_by_membership_id, invited_at, revoked_at)
        VALUES ($1, $2, $3, $4, 'school', 'school', true, now() + $5::interval, now() + interval '9 days', $6, now(), $7)`, [membershipId, personId, id, itemId, from, people[0].membershipId, isRevoked ? new Date() : null]);
      await db.query('INSERT INTO guest_link (membership_id, token_hash, code_hash) VALUES ($1, $2, $3)', [membershipId, Buffer.from(membershipId), Buffer.from('')]);
      await db.query(`INSERT INTO guest_event (id, membership_id, kind, at) VALUES (gen_random_uuid(), $1, 'invited', now())`, [membershipId]);
      await db.query(`INSERT INTO session (id, token_hash, person_id, membership_id, created_at, last_seen_at, expires_at) VALUES (gen_random_uuid(), sha256(convert_to($1, 'UTF8')), $2, $3, now(), now(), now() + interval '1 day')`, [name, personId, membershipId]);
      if (isRevoked) continue;
      if (itemId !== null) await db.query(`INSERT INTO item_audience (item_id, subject_kind, subject_id) VALUES ($1, 'person', $2)`, [itemId, personId]);
      await db.query(
        `INSERT INTO item_reader (item_id, membership_id, person_id, valid_from, valid_to) SELECT i.id, $2, $3, now() + $5::interval, now() + interval '9 days' FROM agenda_item i
         WHERE i.meeting_id = $1 AND ($4::uuid IS NULL OR i.id = $4) AND (i.admitted_sectors IS NULL OR 'school' = ANY (i.admitted_sectors)) AND (i.audience_kind = 'all' OR i.id = $4)`,
        [id, membershipId, personId, itemId, from],
      );
      if (n < 2) guests.push({ name, membershipId, personId, token: name });
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
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "'") quoted = !quoted;
    if (quoted) continue;
    if (text[at] === '(') starts.push(at + 1);
    if (text[at] === ')' || at === text.length - 1) groups.push([starts.pop() ?? 0, text[at] === ')' ? at : at + 1]);
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

/** Of each table a column that may be given the value of one of its rows without anything else about it changing. */
async function settableColumns(rows, tables, policies) {
  const columns = await rows(`SELECT c.relname AS table, a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey)) ORDER BY a.attnum DESC`);
  const result = new Map();
  for (const [table, all] of tables) {
    const said = policies.filter((one) => one.table === table).map((one) => one.condition).join(' ');
    const column = columns.find((one) => one.table === table && !new RegExp(`\\b${one.name}\\b`).test(said) && !one.name.endsWith('_id'));
    if (column === undefined) continue;
    const [row] = all.length === 0 ? [] : await rows(`SELECT quote_nullable("${column.name}"::text) AS value, format_type((SELECT atttypid FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attname = '${column.name}'), NULL) AS type FROM ${table} LIMIT 1`);
    if (row !== undefined) result.set(table, { name: `"${column.name}"`, value: `${row.value}::${row.type}` });
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
