import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import { Sessions } from '@lib/access/sessions.service.js';
import { randomOf } from '@lib/collab/spec-random.js';
import { livePath } from '@lib/contracts/live.js';
import { Config, readConfig } from '@lib/platform/config.js';
import { askingAs } from '@lib/platform/asking.js';
import { roleKinds, type RoleKind } from '@lib/platform/database-roles.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { DemoStory } from '../apps/server/src/demo/demo-story.service.js';
import { startServer, type RunningServer } from '../apps/server/src/server.js';
import { choicesTold, feedOracle, jobOracle, pollLinkOracle } from './support/rls-bound-oracle.js';
import { commandOracle, type CommandRules } from './support/rls-command-oracle.js';
import { keyOf, oracle, type Row, type Tables } from './support/rls-oracle.js';
import { meetingOf, openItems } from './support/story.js';
import { TestClock } from './support/test-clock.js';
import { connectEmptyCalendar } from './support/calendar-server.js';
import { createTestDatabase, testDatabaseUrl, type OwnDatabase } from './support/test-database.js';
import { boernehusHovedstaden, eksempelby, nordsjaelland, regionHovedstaden, TestServer, type Browser, type Who } from './support/test-server.js';
import { until, Writer } from './support/writer.js';

/** Tables without policies, each with the reason. */
const withoutPolicies: Record<string, string> = { migrations: 'which migrations have run; no role is granted it' };

const who: Who[] = [
  { authorityId: eksempelby, role: 'coordinator' },
  { authorityId: eksempelby, role: 'participant' },
  { authorityId: eksempelby, role: 'leader' },
  { authorityId: nordsjaelland, role: 'participant' },
  { authorityId: nordsjaelland, role: 'leader' },
  { authorityId: boernehusHovedstaden, role: 'coordinator' },
  { authorityId: regionHovedstaden, role: 'participant' },
];
/** Another one on each run; SAMRAAD_SEED repeats it. */
const seed = Number(process.env.SAMRAAD_SEED ?? Date.now() % 1_000_000);
const random = randomOf(seed);
const pick = (below: number) => Math.floor(random() * below);
const some = <T>(from: readonly T[], count: number): T[] => {
  const rest = [...from];
  return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(pick(rest.length), 1)[0]!);
};
const onPostgres = testDatabaseUrl === undefined ? it.skip : it;

let database: OwnDatabase | null = null;
let running: RunningServer;
let server: TestServer;
let askers: Browser[];
let relations: { name: string; kind: string; rls: boolean; forced: boolean; partition: boolean; granted: boolean; options: string[] | null }[];
let tables: Tables;
let readInRegion: { id: string; documentId: string };
let changedByChance = 0;
let links: { poll: string; goesOn: string; ended: string; feed: string };

const asOwner = <R = Row>(sql: string, parameters?: unknown[]) => server.unitOfWork.run((tx) => tx.query<R>(sql, parameters));
const tokenOf = (browser: Browser) => browser.cookie.slice(browser.cookie.indexOf('=') + 1);
/** As a request of this session reaches the database, with SQL of one's own. */
const asking = <T>(token: string | null, as: 'request' | 'command', work: (tx: Tx) => Promise<T>) => askingAs({ token, as }, () => running.app.get(UnitOfWork).run(work));
const seen = async (tx: Tx, table: string) => (await tx.query<{ key: string }>(`SELECT ${keyOf(table)} AS key FROM ${table} t`)).map((row) => row.key).sort();
const refusal = (work: Promise<unknown>) => work.then(() => 'done', (error: Error) => error.message);

/** What a role may not read at all is nothing to see either. */
async function visible(token: string | null, table: string, before: string[] = [], as: 'request' | 'command' = 'request'): Promise<string[]> {
  return asking(token, as, async (tx) => {
    for (const statement of before) await tx.query(statement);
    return seen(tx, table);
  }).catch((error: Error) => {
    if (error.message.startsWith('permission denied for table')) return [];
    throw error;
  });
}

const made = async <T>(answer: Promise<{ status: number; body: T }>): Promise<T> => {
  const { status, body } = await answer;
  expect([status < 300, body]).toEqual([true, body]);
  return body;
};
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/**
 * [AC60] A meeting with a sector that the basis of its items leaves out, though they are open to all, and [AC17] with somebody who
 * stands in for one to whom an item opens later.
 *
 * @returns an item that the last of the invited reads
 */
async function tangled(coordinator: Browser, sender: Browser, substitute: Browser, ...invited: Browser[]): Promise<{ id: string; documentId: string }> {
  const frame = { kindId: 'section115HandoverMeeting', startLocal: inDays(9).slice(0, 16), durationMinutes: 60, authorityIds: [nordsjaelland, boernehusHovedstaden, regionHovedstaden], participantMembershipIds: [sender, ...invited].map((one) => one.person.membershipId) };
  const { id } = await made(coordinator.post<{ id: string }>('/api/v1/meetings', frame));
  const [item, later] = openItems(await meetingOf(coordinator, id)).map((entry) => entry.item).filter((one) => one.legalBasis !== null);
  await made(sender.put(`/api/v1/meetings/${id}/reply`, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er forhindret.' }));
  await made(coordinator.put(`/api/v1/items/${later!.id}/audience`, { kind: 'all', windows: [{ personId: sender.person.id, from: inDays(2) }], disclosureReason: 'Til mødet' }));
  return item!;
}

/** Audiences and times by chance, at items that the coordinator may close and open; what is refused stays as it is. */
async function byChance(coordinator: Browser, count: number, keptItemId: string): Promise<number> {
  const items = await asOwner<{ id: string; people: { person: string; authority: string }[] }>(
    `SELECT i.id, (SELECT json_agg(json_build_object('person', m.person_id, 'authority', m.authority_id) ORDER BY m.id) FROM meeting_participant p JOIN membership m ON m.id = p.membership_id WHERE p.meeting_id = i.meeting_id AND m.role <> 'guest') AS people
     FROM agenda_item i JOIN meeting_participant c ON c.meeting_id = i.meeting_id AND c.membership_id = $1
     WHERE i.parent_id IS NULL AND i.meeting_id <> (SELECT meeting_id FROM agenda_item WHERE id = $2) ORDER BY i.id`,
    [coordinator.person.membershipId, keptItemId],
  );
  let changed = 0;
  for (const { id, people } of some(items, count)) {
    const others = people.filter((one) => one.person !== coordinator.person.id);
    const narrowed = { kind: 'restricted', authorityIds: [...new Set(some(others, 2).map((one) => one.authority))], personIds: [coordinator.person.id, ...some(others, 2).map((one) => one.person)] };
    const windows = some(others, 2).map((one) => {
      const from = 1 + pick(5);
      const [bound] = some([{ from: inDays(from) }, { to: inDays(from) }, { from: inDays(-from), to: inDays(-from / 2) }], 1);
      return { ...(random() < 0.3 && one.authority !== coordinator.person.authority.id ? { authorityId: one.authority } : { personId: one.person }), ...bound };
    });
    const { status } = await coordinator.put(`/api/v1/items/${id}/audience`, { ...(random() < 0.5 ? { kind: 'all' } : narrowed), windows, disclosureReason: 'Ved tilfældet' });
    if (status === 200) changed += 1;
  }
  return changed;
}

/** [AC100] A guest of a meeting, one of an item of it that is narrowed, and one whose access was taken back. */
async function guests(coordinator: Browser, ...invited: Browser[]): Promise<Browser[]> {
  const frame = { kindId: 'section115HandoverMeeting', startLocal: inDays(7).slice(0, 16), durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: invited.map((one) => one.person.membershipId) };
  const meeting = await made(coordinator.post<{ id: string; outline: { item: { id: string } }[] }>('/api/v1/meetings', frame));
  const narrowed = meeting.outline[1]!.item.id;
  await made(coordinator.put(`/api/v1/items/${narrowed}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] }));
  const answers: Browser[] = [];
  for (const itemId of [null, narrowed, null]) {
    const keys = await made(coordinator.post<{ membershipId: string; link: string; code: string }>(`/api/v1/meetings/${meeting.id}/guests`, { name: 'Gæst', organisation: 'Skole', sector: 'school', purpose: 'school', mayWrite: false, itemId, to: inDays(8), disclosureReason: 'Skolen' }));
    const guest = server.stranger();
    await made(guest.post('/api/v1/guest/sign-in', { token: keys.link.split('#')[1], code: keys.code }));
    const [row] = await asOwner<{ person_id: string }>('SELECT person_id FROM guest WHERE membership_id = $1', [keys.membershipId]);
    guest.person = { id: row!.person_id, membershipId: keys.membershipId, name: `guest ${answers.length}`, role: 'guest', authority: { id: 'guest:school', name: '' } };
    answers.push(guest);
  }
  const gone = answers.pop()!;
  await made(coordinator.post(`/api/v1/guests/${gone.person.membershipId}/revoke`));
  return answers;
}

/** [PO1, PO7] A poll that goes on and one that was withdrawn, each with an answer of somebody who takes part and one of an outsider by her link. */
async function polls(coordinator: Browser, ...invited: Browser[]): Promise<{ id: string; token: string }[]> {
  const day = (days: number) => inDays(days).slice(0, 10);
  const answers: { id: string; token: string }[] = [];
  for (const isOver of [false, true]) {
    const frame = { kindId: 'section115HandoverMeeting', startLocal: inDays(12).slice(0, 16), durationMinutes: 60, authorityIds: [nordsjaelland, regionHovedstaden], participantMembershipIds: invited.map((one) => one.person.membershipId) };
    const path = `/api/v1/meetings/${(await made(coordinator.post<{ id: string }>('/api/v1/meetings', frame))).id}/poll`;
    const { poll } = await made(coordinator.post<{ poll: { id: string } }>(path, { slots: [`${day(30)}T09:00`, `${day(31)}T13:00`], durationMinutes: 60, answerBy: day(20) }));
    const { link } = await made(coordinator.post<{ link: string }>(`${path}/outsiders`, { pollId: poll.id, name: 'Skoleleder Prøve' }));
    const token = link.split('#')[1]!;
    for (const one of invited) await made(one.put(`${path}/answer`, { pollId: poll.id, choices: ['yes', 'no'] }));
    await made(server.stranger().put('/api/v1/poll-links/answer', { token, choices: ['no', 'yes'] }));
    if (isOver) await made(coordinator.post(`${path}/withdraw`, { pollId: poll.id }));
    answers.push({ id: poll.id, token });
  }
  return answers;
}

beforeAll(async () => {
  database = testDatabaseUrl === undefined ? null : await createTestDatabase({ plainOwner: true });
  // The clock of the world: what the database itself goes by.
  running = await startServer(readConfig({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DATA_DIR: 'memory:', ...(database === null ? {} : { DATABASE_URL: database.url }) }));
  server = TestServer.of(running, new TestClock());
  await running.app.get(DemoStory).told;
  askers = [];
  for (const one of who) askers.push(await server.signIn(one));
  let feed = '';
  for (const one of askers.slice(0, 4)) {
    feed = (await made(one.post<{ link: string }>('/api/v1/calendar-feed'))).link.split('/').at(-1)!.replace('.ics', '');
    expect(await connectEmptyCalendar(one)).toBe(200);
  }
  askers.push(...(await guests(askers[0]!, askers[1]!, askers[3]!)));
  const substitute = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
  readInRegion = await tangled(askers[0]!, askers[3]!, substitute, askers[5]!, askers[6]!);
  askers.push(substitute);
  const [goesOn, ended] = await polls(askers[0]!, askers[3]!, askers[6]!);
  links = { poll: goesOn!.id, goesOn: goesOn!.token, ended: ended!.token, feed };
  changedByChance = await byChance(askers[0]!, 24, readInRegion.id);
  relations = await asOwner(`SELECT relname AS name, relkind AS kind, relrowsecurity AS rls, relforcerowsecurity AS forced, reloptions AS options,
      relispartition AS partition, EXISTS (SELECT 1 FROM aclexplode(relacl) g WHERE g.grantee <> relowner) AS granted
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY relname`);
  tables = new Map();
  for (const { name } of relations) tables.set(name, await asOwner(`SELECT t.*, ${keyOf(name)} AS "row key" FROM ${name} t`));
}, 180_000);
afterAll(async () => {
  await running?.close();
  await database?.drop();
});

describe('row-level security', () => {
  it('is on and forced on every table, by rules of its own, and no view goes around it', async () => {
    const policies = await asOwner<{ table: string; roles: string; verb: string; using: string }>(
      `SELECT tablename AS table, roles::text AS roles, cmd AS verb, coalesce(qual, with_check) AS using FROM pg_policies WHERE schemaname = 'public'`,
    );
    for (const { name, kind, rls, forced, options, partition, granted } of relations) {
      if (name in withoutPolicies) continue;
      // Reached through its table alone, whose rules hold then.
      if (partition) expect([name, granted]).toEqual([name, false]);
      else if (kind === 'v') expect([name, options]).toEqual([name, expect.arrayContaining(['security_invoker=true'])]);
      else expect([name, rls, forced]).toEqual([name, true, true]);
    }
    // Open to whoever asks: no rule at all.
    expect(policies.filter((one) => /_(request|command|insight)\b/.test(one.roles) && one.using === 'true').map((one) => [one.table, one.roles, one.verb])).toEqual([]);
    const definers = await asOwner<{ name: string; settings: string[] }>(`SELECT proname AS name, proconfig AS settings FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`);
    expect(definers.length).toBeGreaterThan(5);
    for (const { name, settings } of definers) expect([name, settings]).toEqual([name, expect.arrayContaining(['search_path=pg_catalog, public, pg_temp'])]);
    expect(await asOwner(`SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proleakproof`)).toEqual([]);
  });

  it('shows nothing at all without a session, whatever a request says of itself', async () => {
    const victim = askers[0]!;
    const [session] = await asOwner<{ hash: string }>(`SELECT encode(token_hash, 'hex') AS hash FROM session WHERE membership_id = $1`, [victim.person.membershipId]);
    const forgeries = [
      [],
      [`SELECT set_config('samraad.session', '${session!.hash}', true)`],
      [`SELECT set_config('samraad.person', '${victim.person.id}', true)`, `SELECT set_config('samraad.membership', '${victim.person.membershipId}', true)`],
      [`SELECT set_config('samraad.owner', 'on', true)`],
      [`SELECT set_config('samraad.now', '2020-01-01T00:00:00Z', true)`, `SET LOCAL search_path = pg_temp, public`],
      ['SET LOCAL row_security = on'],
    ];
    for (const { name } of relations) for (const forged of forgeries) expect([name, forged, await visible(null, name, forged)]).toEqual([name, forged, []]);
  });

  onPostgres('leaves no way to another role', async () => {
    const own = server.running.app.get(UnitOfWork);
    const [{ name: database } = { name: '' }] = await asOwner<{ name: string }>('SELECT current_database() AS name');
    const attempts = [...roleKinds.map((kind) => `SET ROLE "${database}_${kind}"`), `SET ROLE "${database}_owner"`, 'SET ROLE postgres', `SET SESSION AUTHORIZATION "${database}_owner"`, 'RESET ROLE', 'RESET SESSION AUTHORIZATION', 'SET ROLE NONE'];
    for (const kind of ['request', 'command', 'collab'] as const) {
      for (const attempt of attempts) {
        const rows = await own.run(async (tx) => { await tx.query(attempt); return tx.query(`SELECT current_user AS me, (SELECT count(*)::int FROM session) AS sessions`); }, { as: kind }).catch((error: Error) => error.message);
        // Either refused, or still oneself, who without a session reads nothing there.
        const unchanged = [{ me: `${database}_${kind}`, sessions: 0 }];
        expect([kind, attempt, rows]).toEqual([kind, attempt, typeof rows === 'string' ? expect.stringMatching(/permission denied|must be|cannot set/) : unchanged]);
      }
    }
    const off = await refusal(asking(tokenOf(askers[0]!), 'request', async (tx) => { await tx.query('SET LOCAL row_security = off'); return tx.query('SELECT id FROM meeting'); }));
    expect(off).toMatch(/would be affected by row-level security/);
  });

  onPostgres('is kept by roles that own nothing, are members of nothing and may make nothing', async () => {
    const roles = await asOwner<Row & { name: string }>(
      `SELECT r.rolname AS name, rolcanlogin AS login, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit AS mighty,
         (SELECT count(*)::int FROM pg_auth_members m WHERE m.member = r.oid) AS memberships,
         (SELECT count(*)::int FROM pg_shdepend d WHERE d.refobjid = r.oid AND d.deptype = 'o') AS owned,
         has_schema_privilege(r.oid, 'public', 'CREATE') OR has_database_privilege(r.oid, current_database(), 'CREATE, TEMPORARY') AS makes
       FROM pg_roles r WHERE r.rolname LIKE current_database() || '_%' AND r.rolname <> current_user`,
    );
    expect(roles.map((one) => one.name.split('_').at(-1)).sort()).toEqual([...roleKinds].sort());
    for (const { name, ...role } of roles) expect([name, role]).toEqual([name, { login: true, mighty: false, memberships: 0, owned: 0, makes: false }]);
  });

  it('shows each session exactly the rows that its person may read', async () => {
    const counts = { shown: 0, hidden: 0 };
    for (const browser of askers) {
      // Documents at rest are compacted meanwhile, on a slow machine between two askers.
      for (const name of ['yjs_document', 'yjs_update']) tables.set(name, await asOwner(`SELECT t.*, ${keyOf(name)} AS "row key" FROM ${name} t`));
      const may = oracle(tables, { membershipId: browser.person.membershipId, personId: browser.person.id });
      for (const { name } of relations.filter((one) => !(one.name in withoutPolicies || one.partition))) {
        expect([name, typeof may[name]]).toEqual([name, 'function']);
        // Compaction goes on in the background, and writes these rows anew.
        const rows = name === 'yjs_update' || name === 'yjs_document' ? await asOwner(`SELECT t.*, ${keyOf(name)} AS "row key" FROM ${name} t`) : tables.get(name)!;
        const expected = rows.filter(may[name]!).map((row) => row['row key'] as string).sort();
        counts.shown += expected.length;
        counts.hidden += rows.length - expected.length;
        const label = `${name} for ${browser.person.name}`;
        expect([label, await visible(tokenOf(browser), name)]).toEqual([label, expected]);
      }
    }
    expect(Math.min(counts.shown, counts.hidden)).toBeGreaterThan(1000);
  }, 120_000);

  it('[AC60] [AC17] leaves out a sector that the basis does not admit, and a substitute until her sender’s time', async () => {
    const seenBy = async (browser: Browser, meetingId: unknown) => new Set((await asking(tokenOf(browser), 'request', (tx) => tx.query<{ id: string }>('SELECT id FROM agenda_item WHERE meeting_id = $1', [meetingId]))).map(({ id }) => id));
    const item = tables.get('agenda_item')!.find((row) => row.id === readInRegion.id)!;
    const [later] = await asOwner<{ id: string }>(`SELECT i.id FROM agenda_item i JOIN item_window w ON w.item_id = i.id WHERE i.meeting_id = $1 AND w.subject_id = $2 AND i.audience_kind = 'all'`, [item.meeting_id, askers[3]!.person.id]);
    const [barnahus, region, substitute] = await Promise.all([askers[5]!, askers[6]!, askers.at(-1)!].map((one) => seenBy(one, item.meeting_id)));
    expect([barnahus!.has(readInRegion.id), region!.has(readInRegion.id), substitute!.has(readInRegion.id)]).toEqual([false, true, true]);
    expect([region!.has(later!.id), substitute!.has(later!.id)]).toEqual([true, false]);
  });

  it(`shows members and tables that chance picks what the oracle says, with audiences and times set by chance (SAMRAAD_SEED=${seed})`, async () => {
    expect([seed, changedByChance > 4]).toEqual([seed, true]);
    const living = await asOwner<{ id: string; person_id: string }>(`SELECT id, person_id FROM membership WHERE role <> 'guest' AND valid_from <= now() AND (valid_to IS NULL OR valid_to > now()) ORDER BY id`);
    const names = relations.filter((one) => !(one.name in withoutPolicies || one.partition || one.name.startsWith('yjs_'))).map((one) => one.name);
    const content = ['agenda_item', 'item_reader', 'item_window', 'meeting', 'decision', 'follow_up'];
    let pairs = 0;
    // Half of them somewhere at a meeting; of the others most see little.
    const attending = new Set(tables.get('meeting_participant')!.map((row) => row.membership_id));
    const chosen = some(living.filter(({ id }) => attending.has(id)), 20);
    for (const { id, person_id } of [...chosen, ...some(living.filter((one) => !chosen.includes(one)), 20)]) {
      const token = await running.app.get(Sessions).create(id);
      const may = oracle(tables, { membershipId: id, personId: person_id });
      for (const name of new Set([...content, ...some(names, 4)])) {
        const expected = tables.get(name)!.filter(may[name]!).map((row) => row['row key'] as string).sort();
        const label = `${name} for ${id}, seed ${seed}`;
        expect([label, await visible(token, name)]).toEqual([label, expected]);
        pairs += 1;
      }
    }
    expect(pairs).toBeGreaterThan(240);
  }, 120_000);

  it('shows a command what its person reads and her meetings, and nothing else', async () => {
    // One who coordinates, one who leads, one who takes part elsewhere.
    for (const browser of [askers[0]!, askers[2]!, askers[6]!]) {
      for (const name of ['yjs_document', 'yjs_update']) tables.set(name, await asOwner(`SELECT t.*, ${keyOf(name)} AS "row key" FROM ${name} t`));
      const may = commandOracle(tables, { membershipId: browser.person.membershipId, personId: browser.person.id });
      for (const [name, { select }] of Object.entries(may)) {
        if (select === undefined) continue;
        const rows = name === 'yjs_update' || name === 'yjs_document' ? await asOwner(`SELECT t.*, ${keyOf(name)} AS "row key" FROM ${name} t`) : tables.get(name)!;
        const expected = rows.filter(select).map((row) => row['row key'] as string).sort();
        const label = `${name} for ${browser.person.name}`;
        expect([label, await visible(tokenOf(browser), name, [], 'command')]).toEqual([label, expected]);
      }
    }
  }, 120_000);

  it('[PO7, CF2] shows links what they are for, and jobs that are bound their rows, exactly', async () => {
    const ofJobs = jobOracle(tables);
    const bound: [string, RoleKind, string | null, Record<string, CommandRules>][] = [
      ['a poll that goes on', 'poll', links.goesOn, pollLinkOracle(tables, links.goesOn)],
      ['a poll that was withdrawn', 'poll', links.ended, pollLinkOracle(tables, links.ended)],
      ['a calendar', 'calendar', links.feed, feedOracle(tables, links.feed)],
      ['nobody’s link', 'poll', 'nobody’s', pollLinkOracle(tables, 'nobody’s')],
      ['nobody’s calendar', 'calendar', 'nobody’s', feedOracle(tables, 'nobody’s')],
      ...(['busy', 'availability', 'mail', 'signin'] as const).map((kind): [string, RoleKind, null, Record<string, CommandRules>] => [kind, kind, null, ofJobs[kind]!]),
    ];
    const shown = new Map<string, number>();
    for (const [whose, as, token, may] of bound) {
      for (const [table, { select }] of Object.entries(may)) {
        if (select === undefined) continue;
        // Of some tables the id is not among what a calendar may see.
        const column = ['meeting_id', 'scope_id', 'id', 'person_id'].find((one) => one in (tables.get(table)![0] ?? { scope_id: '' }))!;
        const expected = tables.get(table)!.filter(select).map((row) => String(row[column])).sort();
        const rows = await askingAs({ token, as: 'request' }, () => running.app.get(UnitOfWork).run((tx) => tx.query<{ key: string }>(`SELECT ${column}::text AS key FROM ${table}`), { as }));
        expect([whose, table, rows.map((row) => row.key).sort()]).toEqual([whose, table, expected]);
        shown.set(whose, (shown.get(whose) ?? 0) + expected.length);
      }
    }
    // Her poll, its meeting and her one answer.
    expect([shown.get('a poll that goes on'), shown.get('a poll that was withdrawn'), shown.get('nobody’s link'), shown.get('nobody’s calendar')]).toEqual([3, 0, 0, 0]);
    expect(Math.min(shown.get('a calendar')!, shown.get('busy')!)).toBeGreaterThan(0);
  });

  it('[PO6] tells who takes part what was chosen, of everybody and naming nobody, and others nothing', async () => {
    const told = (asker: Browser) => asking(tokenOf(asker), 'request', (tx) => tx.query<{ is_outsider: boolean; choices: string[] | null }>('SELECT is_outsider, choices FROM poll_choices($1)', [links.poll]));
    for (const [asker, count] of [[askers[0]!, 3], [askers[3]!, 3], [askers[6]!, 3], [askers[1]!, 0], [askers[2]!, 0]] as const) {
      const expected = choicesTold(tables, { membershipId: asker.person.membershipId, personId: asker.person.id }, links.poll);
      expect([asker.person.name, expected.length]).toEqual([asker.person.name, count]);
      expect((await told(asker)).map((one) => `${one.is_outsider} ${one.choices?.join() ?? 'none yet'}`).sort()).toEqual(expected);
    }
  });

  it('[AC130, AC131] puts no link and no answer into a poll of another meeting than it says', async () => {
    const [leading, answering] = [askers[5]!, askers[6]!];
    const poll = tables.get('poll')!.find((row) => row.id === links.poll)!;
    const coordinated = tables.get('meeting_participant')!.find((row) => row.membership_id === leading.person.membershipId && row.meeting_id !== poll.meeting_id && row.stands_in_for_membership_id === null)!;
    const attended = tables.get('meeting_participant')!.find((row) => row.membership_id === answering.person.membershipId && row.meeting_id !== poll.meeting_id && row.valid_from === null && row.valid_to === null)!;
    const id = '00000000-0000-7000-8000-000000000002';
    const link = `INSERT INTO poll_outsider (id, poll_id, meeting_id, name, token_hash, invited_by_membership_id, invited_at) VALUES ($1, $2, $3, '', '', $4, now())`;
    const ballot = `INSERT INTO poll_ballot (id, poll_id, meeting_id, membership_id, version, choices, at) VALUES ($1, $2, $3, $4, 99, '{yes,yes}', now())`;
    // Under her own meeting, of a poll elsewhere: its times would be shown by the link, and its outsiders counted one more.
    const attempts: [Browser, string, unknown[]][] = [
      [leading, link, [id, poll.id, coordinated.meeting_id, leading.person.membershipId]],
      [leading, link, [id, poll.id, poll.meeting_id, leading.person.membershipId]],
      [answering, ballot, [id, poll.id, attended.meeting_id, answering.person.membershipId]],
      [leading, ballot, [id, poll.id, poll.meeting_id, leading.person.membershipId]],
    ];
    for (const [who, sql, parameters] of attempts) expect([sql, parameters, await refusal(asking(tokenOf(who), 'command', (tx) => tx.query(sql, parameters)))]).toEqual([sql, parameters, expect.stringContaining('violates row-level security policy')]);
    expect(await refusal(asking(tokenOf(answering), 'command', (tx) => tx.query(ballot, [id, poll.id, poll.meeting_id, answering.person.membershipId])))).toBe('done');
  });

  it('is asked before anything that could tell by failing', async () => {
    for (const { name } of relations) {
      // Divides by zero on every row that it is asked of.
      const probe = await refusal(asking(null, 'request', (tx) => tx.query(`SELECT 1 FROM ${name} t WHERE 1 / (length(${keyOf(name)}) - length(${keyOf(name)})) = 1`)));
      expect([name, probe]).toEqual([name, expect.stringMatching(/^done$|^permission denied/)]);
    }
  });

  it('refuses children of parents that the command may not see, which foreign keys would take', async () => {
    const stranger = askers[6]!;
    const may = oracle(tables, { membershipId: stranger.person.membershipId, personId: stranger.person.id });
    const foreign = (table: string) => tables.get(table)!.find((row) => !may[table]!(row))!;
    const [item, decision, followUp, meeting] = [foreign('agenda_item'), foreign('decision'), foreign('follow_up'), foreign('meeting')];
    const id = '00000000-0000-7000-8000-000000000001';
    const me = stranger.person.membershipId;
    const attended = tables.get('meeting_participant')!.find((row) => row.membership_id === me)!;
    const attempts: [string, unknown[]][] = [
      [`INSERT INTO agenda_item_event (id, item_id, version, kind, membership_id, at) VALUES ($1, $2, 999, 'done', $3, now())`, [id, item.id, me]],
      [`INSERT INTO decision_event (id, decision_id, version, kind, membership_id, at) VALUES ($1, $2, 999, 'confirmed', $3, now())`, [id, decision.id, me]],
      [`INSERT INTO follow_up_event (id, follow_up_id, version, kind, membership_id, at) VALUES ($1, $2, 999, 'done', $3, now())`, [id, followUp.id, me]],
      [`INSERT INTO meeting_participant (meeting_id, membership_id, added_at) VALUES ($1, $2, now())`, [meeting.id, me]],
      [`INSERT INTO item_reader (item_id, membership_id, person_id) VALUES ($1, $2, $3)`, [item.id, me, stranger.person.id]],
      [`INSERT INTO notification (id, membership_id, kind, meeting_id, at) VALUES ($1, $2, 'meetingMoved', $3, now())`, [id, me, meeting.id]],
      // [AC6] Under her own meeting, of an item of another.
      [`INSERT INTO minutes_addendum (id, meeting_id, part_id, content, commitment, membership_id, at) VALUES ($1, $2, $3, '', '', $4, now())`, [id, attended.meeting_id, item.id, me]],
      [`INSERT INTO minutes_event (id, meeting_id, round_id, kind, part_ids, versions, at) VALUES ($1, $2, $1, 'addendum', ARRAY[$3::uuid], '{1}', now())`, [id, attended.meeting_id, item.id]],
    ];
    for (const [sql, parameters] of attempts) expect([sql, await refusal(asking(tokenOf(stranger), 'command', (tx) => tx.query(sql, parameters)))]).toEqual([sql, expect.stringContaining('violates row-level security policy')]);
  });

  it('[AC100] takes nobody for a guest who is none, whose sessions it would then reach, and puts no guest at an item elsewhere', async () => {
    const [attacker, victim] = [askers[1]!, askers[4]!];
    const me = attacker.person.membershipId;
    const [guest] = await asOwner<{ id: string; meeting: string }>(
      `SELECT g.membership_id AS id, g.meeting_id AS meeting FROM guest g JOIN meeting_participant p ON p.meeting_id = g.meeting_id AND p.membership_id = $1 WHERE g.revoked_at IS NULL LIMIT 1`,
      [me],
    );
    const [elsewhere] = await asOwner<{ id: string }>(
      `SELECT i.id FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE NOT EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = m.id AND p.membership_id = $1)
         AND NOT EXISTS (SELECT 1 FROM series_participant s WHERE s.series_id = m.series_id AND s.membership_id = $1) LIMIT 1`,
      [me],
    );
    const attempts: [string, unknown[]][] = [
      [
        `INSERT INTO guest (membership_id, person_id, meeting_id, sector, purpose, may_write, valid_from, valid_to, invited_by_membership_id, invited_at) VALUES ($1, $2, $3, 'other', 'other', false, now(), now() + interval '1 day', $4, now())`,
        [victim.person.membershipId, victim.person.id, guest!.meeting, me],
      ],
      [`UPDATE guest SET membership_id = $2, person_id = $3 WHERE membership_id = $1`, [guest!.id, victim.person.membershipId, victim.person.id]],
      [`UPDATE guest SET person_id = $2 WHERE membership_id = $1`, [guest!.id, victim.person.id]],
      [`UPDATE guest SET item_id = $2 WHERE membership_id = $1`, [guest!.id, elsewhere!.id]],
    ];
    for (const [sql, parameters] of attempts) expect([sql, await refusal(asking(tokenOf(attacker), 'command', (tx) => tx.query(sql, parameters)))]).toEqual([sql, expect.stringContaining('violates row-level security policy')]);
    // What may be changed of her can be.
    expect(await refusal(asking(tokenOf(attacker), 'command', (tx) => tx.query('UPDATE guest SET locked_at = NULL WHERE membership_id = $1', [guest!.id])))).toBe('done');
    const reached = await asking(tokenOf(attacker), 'command', (tx) => tx.query<{ id: string }>('SELECT id FROM session WHERE membership_id = $1', [victim.person.membershipId]));
    expect(reached).toEqual([]);
  });

  it('[AC50] shows a command what its person answers for at an item that she read until yesterday, and no more of it', async () => {
    const answering = askers[6]!;
    const { id: personId, membershipId } = answering.person;
    const [item] = await asOwner<{ id: string; meeting: string }>(
      `SELECT i.id, i.meeting_id AS meeting FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE EXISTS (SELECT 1 FROM decision d WHERE d.item_id = i.id)
         AND NOT EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = m.id AND p.membership_id = $1) AND NOT EXISTS (SELECT 1 FROM series_participant s WHERE s.series_id = m.series_id AND s.membership_id = $1) LIMIT 1`,
      [membershipId],
    );
    const [own] = await asOwner<{ id: string }>(
      `INSERT INTO follow_up (id, item_id, meeting_id, owner_membership_id, deadline, content, state, version, recorded_by_membership_id, recorded_at)
       VALUES (gen_random_uuid(), $1, $2, $3, now(), '', 'open', 1, $4, now()) RETURNING id`,
      [item!.id, item!.meeting, membershipId, askers[0]!.person.membershipId],
    );
    await asOwner(`INSERT INTO meeting_participant (meeting_id, membership_id, added_at, valid_to) VALUES ($1, $2, now() - interval '2 days', now() - interval '1 day')`, [item!.meeting, membershipId]);
    await asOwner(`INSERT INTO item_reader (item_id, membership_id, person_id, valid_to) VALUES ($1, $2, $3, now() - interval '1 day')`, [item!.id, membershipId, personId]);
    const shown = async () => {
      const ids = (table: string, column = 'item_id') => asking(tokenOf(answering), 'command', (tx) => tx.query<{ id: string }>(`SELECT id FROM ${table} WHERE ${column} = $1`, [item!.id]));
      return { items: (await ids('agenda_item', 'id')).length, decisions: (await ids('decision')).length > 0, followUps: (await ids('follow_up')).some((one) => one.id === own!.id) };
    };
    expect(await shown()).toEqual({ items: 0, decisions: false, followUps: true });
    await asOwner(`UPDATE meeting_participant SET valid_to = NULL WHERE meeting_id = $1 AND membership_id = $2`, [item!.meeting, membershipId]);
    await asOwner(`UPDATE item_reader SET valid_to = NULL WHERE item_id = $1 AND membership_id = $2`, [item!.id, membershipId]);
    expect(await shown()).toEqual({ items: 1, decisions: true, followUps: true });
  });

  it('ends with the session, at once', async () => {
    const leaving = await server.signIn(who[0]!);
    expect((await visible(tokenOf(leaving), 'meeting')).length).toBeGreaterThan(0);
    await leaving.delete('/api/v1/session');
    expect(await visible(tokenOf(leaving), 'meeting')).toEqual([]);
    // [AC15] And when it was unused for as long as the operator says, which the database learns with the session.
    const config = running.app.get(Config);
    const configured = config.SAMRAAD_SESSION_IDLE_MINUTES;
    config.SAMRAAD_SESSION_IDLE_MINUTES = 30;
    const idle = await server.signIn(who[0]!);
    config.SAMRAAD_SESSION_IDLE_MINUTES = configured;
    const seenAfter = async (minutes: number) => {
      await asOwner(`UPDATE session SET last_seen_at = now() - $2 * interval '1 minute' WHERE membership_id = $1`, [idle.person.membershipId, minutes]);
      return (await visible(tokenOf(idle), 'meeting')).length > 0;
    };
    expect([await seenAfter(29), await seenAfter(31)]).toEqual([true, false]);
  });

  it('[AC13] ends both sockets at once when an authority is closed, whoever closes it', async () => {
    const nurse = askers[6]!;
    const writer = await Writer.open(nurse, readInRegion.documentId);
    const live = io(server.origin, { path: livePath, transports: ['websocket'], extraHeaders: { cookie: nurse.cookie, origin: server.origin }, reconnection: false });
    try {
      await until('listens', () => live.connected);
      await asOwner(`UPDATE authority SET valid_to = (now() AT TIME ZONE 'Europe/Copenhagen')::date - 1 WHERE id = $1`, [regionHovedstaden]);
      expect((await nurse.get('/api/v1/session')).status).toBe(401);
      // Within how much of a second, bench/revocation measures.
      await until('both are closed', () => writer.closes.length > 0 && !live.connected, 3_000);
      expect(writer.closes[0]).toBe(4401);
    } finally {
      writer.close();
      live.close();
    }
  });
});
