import { age, askByMail, askInPolls, feedCalendars, sendLinks } from './story-of-links.mjs';

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

/** The built product fills the folder with the story of demo mode and signs people in; answers their sessions. */
export async function tellStory(folder) {
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

/** Who has no session. */
export const nobody = (token) => ({ name: token, membershipId: null, personId: null, token });

/** How many rows that may be put in are tried, and how many that may not. */
const samples = 6;

/** A few of many, from the beginning to the end. */
export const spread = (rows, count = samples) => (rows.length <= count ? rows : Array.from({ length: count }, (_, n) => rows[Math.floor((n * (rows.length - 1)) / (count - 1))]));

/**
 * What the story has none of: a series without its meetings, and a few rows in tables that are empty; adds guests to those who ask.
 *
 * @returns besides them sessions that are none, feeds of calendars and links to polls, each with its secret
 */
export async function furnish(db, rows, askers) {
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
  await nameContacts(db, rows, people);
  for (const authority of ['municipality:219', 'policeDistrict:nordsjaelland']) {
    const [plan] = await rows(`INSERT INTO year_plan (id, authority_id, year, first_day, weeks, made_at) VALUES (gen_random_uuid(), $1, 2027, current_date, 52, now()) RETURNING id`, [authority]);
    // By two coordinators, in either: few enough that each is tried.
    for (const [n, { membershipId }] of [people[0], people[5]].entries()) await db.query(`INSERT INTO year_plan_version (plan_id, version, body, set_by_membership_id, set_at) VALUES ($1, $2, '{}', $3, now())`, [plan.id, n + 1, membershipId]);
  }
  // Of a year that is over.
  await db.query(`INSERT INTO year_plan (id, authority_id, year, first_day, weeks, made_at) VALUES (gen_random_uuid(), 'municipality:219', 2025, current_date - 380, 52, now())`);
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
  await askInPolls(db, rows, people, spread);
  const links = await sendLinks(db, rows, people);
  const feeds = await feedCalendars(db, rows, askers);
  await askByMail(db, askers);
  await age(db, rows, people);
  for (const { id } of series) await db.query(`INSERT INTO series_reply (series_id, membership_id, part_stat, replied_at) VALUES ($1, $2, 'accepted', now()) ON CONFLICT DO NOTHING`, [id, people[0].membershipId]);
  const ghosts = await haunt(db, rows, people);
  await db.exec('SET session_replication_role = origin');
  return { ghosts, feeds, links };
}

/** Contacts of two authorities, each named by a coordinator of one of them and by whoever may name none. */
async function nameContacts(db, rows, people) {
  for (const authority of ['municipality:219', 'policeDistrict:nordsjaelland']) {
    const [entry] = await rows(`INSERT INTO contact_entry (id, authority_id, function_name, made_at) VALUES (gen_random_uuid(), $1, 'keyPerson', now()) RETURNING id`, [authority]);
    for (const [n, { membershipId }] of people.entries())
      await db.query(
        `INSERT INTO contact_version (id, entry_id, version, membership_id, substitutes, valid_from, withdrawn, set_by_membership_id, set_at)
         SELECT gen_random_uuid(), $1, $2, m.id, ARRAY[m.id], '2026-01-01', false, $4, now() FROM membership m WHERE m.authority_id = $3 ORDER BY m.id LIMIT 1`,
        [entry.id, n + 1, authority, membershipId],
      );
  }
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
      // Lists, some of them, with a child of which something was decided.
      ...(await rows('SELECT DISTINCT i.parent_id AS id FROM agenda_item i JOIN decision d ON d.item_id = i.id WHERE i.parent_id IS NOT NULL ORDER BY 1')).filter((_, n) => n % 2 === 0),
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
  const places = spread(meetings, 6);
  // At one more a guest of an item alone: what the meeting is called is not hers to be told.
  const alone = meetings.find((one) => !places.includes(one));
  await db.query(`INSERT INTO shredded_scope (scope_id, owner_authority_id, at) VALUES ($1, 'municipality:219', now()) ON CONFLICT DO NOTHING`, [alone.id]);
  for (const [n, { id, item }] of [...places, alone].entries()) {
    const ofItem = [item, '-1 day', '9 days', false];
    for (const [itemId, from, to, isRevoked] of id === alone.id ? [ofItem] : [[null, '-1 day', '9 days', false], ofItem, [null, '1 day', '9 days', false], [item, '-1 day', '9 days', true], [null, '-1 day', '9 days', true], [null, '-2 days', '-1 day', false]]) {
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
