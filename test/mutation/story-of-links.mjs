const options = ['yes', 'ifNeedBe', 'no', 'none'];
const hash = (nth) => `sha256(convert_to($${nth}, 'UTF8'))`;

/**
 * Polls, running and ended, at meetings that somebody enters at another time or in another's place, and at some of all: each with
 * answers of everybody, also of who takes no part there, was sent home or is not employed any more, and of outsiders.
 *
 * @param some a few of many
 */
export async function askInPolls(db, rows, people, some) {
  const meetings = new Set(
    [
      ...(await rows(
        `SELECT DISTINCT ON (membership_id, valid_from IS NULL, valid_to IS NULL, stands_in_for_membership_id IS NULL) meeting_id AS id FROM meeting_participant WHERE membership_id = ANY ($1::uuid[])
         ORDER BY membership_id, valid_from IS NULL, valid_to IS NULL, stands_in_for_membership_id IS NULL, meeting_id`,
        [people.map((one) => one.membershipId)],
      )),
      ...some(await rows('SELECT id FROM meeting ORDER BY id'), 12),
    ].map(({ id }) => id),
  );
  const [{ id: gone }] = await rows(`INSERT INTO membership SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'valid_from', now() - interval '9 days', 'valid_to', now() - interval '1 day'))).* FROM membership m WHERE m.id = $1 RETURNING id`, [people[3].membershipId]);
  for (const [n, meeting] of [...meetings].entries()) {
    const voters = [...people.map((one) => one.membershipId), gone];
    const kinds = [
      { closes: '9 days' },
      { closes: '-1 day' },
      { closes: '9 days', state: 'chosen', ended: '-1 day' },
      { closes: '9 days', state: 'withdrawn', ended: '-31 days' },
      { closes: '-31 days' },
    ];
    const poll = await open(rows, meeting, people[n % people.length].membershipId, kinds[n % kinds.length]);
    await db.query('INSERT INTO meeting_participant (meeting_id, membership_id, added_at) VALUES ($1, $2, now())', [meeting, gone]);
    for (const [nth, membership] of voters.entries()) for (const version of nth % 3 === n % 3 ? [2, 1] : [1]) await vote(db, poll, meeting, membership, null, version, [options[(n + nth) % 4], options[(nth + version) % 4]]);
    await db.query(
      `INSERT INTO meeting_reply (id, meeting_id, membership_id, part_stat, start_instant, replied_at) VALUES (gen_random_uuid(), $1, $2, 'delegated', now(), now()) ON CONFLICT (meeting_id, membership_id) DO UPDATE SET part_stat = 'delegated'`,
      [meeting, people[(n + 1) % people.length].membershipId],
    );
    await invite(db, rows, poll, meeting, people, `somebody who has not answered ${n}`, 0);
    await invite(db, rows, poll, meeting, people, `somebody who has answered ${n}`, 2);
  }
  // [PO12] Of a meeting whose words were destroyed, and of one that stands.
  const [destroyed] = meetings;
  await db.query(`INSERT INTO shredded_scope (scope_id, owner_authority_id, at) VALUES ($1, 'municipality:219', now()) ON CONFLICT DO NOTHING`, [destroyed]);
}

/** Links to polls of meetings that have none yet: two to one that goes on, and one for each reason why a link answers nobody. */
export async function sendLinks(db, rows, people) {
  const meetings = await rows('SELECT id FROM meeting m WHERE NOT EXISTS (SELECT 1 FROM poll p WHERE p.meeting_id = m.id) ORDER BY id LIMIT 7');
  const scenes = [
    { names: ['a link of a poll', 'another link of it'] },
    { names: ['a link of a poll of which a time was chosen'], state: 'chosen', ended: '-1 day' },
    { names: ['a link of a poll that was withdrawn'], state: 'withdrawn', ended: '-1 day' },
    { names: ['a link after the last day'], closes: '-1 day' },
    { names: ['a link of a meeting that was cancelled'], meeting: 'cancelled' },
    { names: ['a link of a meeting that has begun'], starts: '-1 minute' },
    { names: ['a link of a poll elsewhere'] },
  ];
  for (const [n, { names, state, ended, closes = '9 days', meeting: meetingState = 'proposed', starts = '20 days' }] of scenes.entries()) {
    const { id: meeting } = meetings[n];
    await db.query('UPDATE meeting SET state = $2, start_instant = now() + $3::interval WHERE id = $1', [meeting, meetingState, starts]);
    const poll = await open(rows, meeting, people[0].membershipId, { state, ended, closes });
    for (const name of names) await invite(db, rows, poll, meeting, people, name, 2);
  }
  return [...scenes.flatMap(({ names }) => names), 'a link that nobody has'].map((name) => ({ name, token: name }));
}

/** Calendar feeds of everybody: one for some of her authorities only, one with a role that is over and one in an authority that is closed. */
export async function feedCalendars(db, rows, askers) {
  await db.query(`INSERT INTO authority SELECT (jsonb_populate_record(a, '{"id": "municipality:closed", "valid_to": "2020-01-01"}')).* FROM authority a WHERE id = 'municipality:219'`);
  const besides = [[askers[0], 'region:1085'], [askers[1], 'municipality:closed'], [askers[1], 'region:1085'], [askers[4], 'region:1085']];
  for (const [{ membershipId }, authority] of besides) {
    const [{ id }] = await rows(`INSERT INTO membership SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'authority_id', $2::text))).* FROM membership m WHERE m.id = $1 RETURNING id`, [membershipId, authority]);
    const meetings = await rows('SELECT id FROM meeting m WHERE NOT EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = m.id AND p.membership_id = $1) ORDER BY id LIMIT 2', [membershipId]);
    for (const meeting of meetings) await db.query('INSERT INTO meeting_participant (meeting_id, membership_id, added_at) VALUES ($1, $2, now())', [meeting.id, id]);
  }
  for (const [n, { personId }] of askers.entries()) await db.query(`INSERT INTO calendar_feed (person_id, token_hash, created_at, authority_ids) VALUES ($1, ${hash(2)}, now(), $3)`, [personId, personId, n === 0 ? ['municipality:219'] : null]);
  for (const { membershipId } of askers) {
    const [made] = await rows(`INSERT INTO busy_calendar (id, person_id, authority_id, source, connected_at, unread, tried_at, failures) SELECT gen_random_uuid(), person_id, authority_id, 'file', now(), 0, now(), 0 FROM membership WHERE id = $1 ON CONFLICT (person_id) DO NOTHING RETURNING id`, [membershipId]);
    if (made !== undefined) await db.query(`INSERT INTO content_key SELECT (jsonb_populate_record(k, jsonb_build_object('scope_id', $1::uuid))).* FROM content_key k LIMIT 1`, [made.id]);
  }
  return [...askers.map(({ name, personId }) => ({ name: `the calendar of ${name}`, token: personId })), { name: 'a calendar that nobody has', token: 'nobody' }];
}

/** Everybody's choice of mail, guests' among them; and every second of those who answered was asked by mail, also some who sent somebody else. */
export async function askByMail(db, askers) {
  for (const [n, { personId }] of askers.entries()) await db.query('INSERT INTO mail_choice (person_id, wanted) VALUES ($1, $2) ON CONFLICT DO NOTHING', [personId, n % 2 === 0]);
  await db.query(
    `INSERT INTO meeting_mail (id, meeting_id, membership_id, token_hash, method, sequence, start_instant, duration_minutes, said, stamped_at, state, failures)
     SELECT gen_random_uuid(), meeting_id, membership_id, sha256(id::text::bytea), 'request', 0, now(), 60, '', now(), 'sent', 0
     FROM (SELECT id, meeting_id, membership_id, row_number() OVER (PARTITION BY part_stat = 'delegated' ORDER BY meeting_id, membership_id) AS nth FROM meeting_reply) r WHERE nth % 2 = 0`,
  );
}

/** What jobs remove, and what is too young for it. */
export async function age(db, rows, people) {
  for (const hours of [1, 47, 49]) await db.query(`INSERT INTO idempotency_key (person_id, key, request_hash, resource_id, created_at) VALUES ($1, gen_random_uuid(), '', gen_random_uuid(), now() - $2 * interval '1 hour')`, [people[0].personId, hours]);
  for (const days of [29, 31])
    await db.query(`INSERT INTO session (id, token_hash, person_id, membership_id, created_at, last_seen_at, expires_at, ended_at) SELECT gen_random_uuid(), ${hash(1)}, $2, $3, now(), now(), now(), now() - $4 * interval '1 day'`, [`ended ${days} days ago`, people[0].personId, people[0].membershipId, days]);
  const [{ id: sample }] = await rows(
    `INSERT INTO trail_sample (id, authority_id, from_instant, to_instant, size, population, seed, membership_id, drawn_at) VALUES (gen_random_uuid(), 'municipality:219', now(), now(), 1, 1, '', $1, now()) RETURNING id`,
    [people[7].membershipId],
  );
  await db.query(`INSERT INTO idempotency_key (person_id, key, request_hash, resource_id, created_at) VALUES ($1, gen_random_uuid(), '', $2, now())`, [people[7].personId, sample]);
  const [{ scope_id: month }] = await rows(`INSERT INTO trail_key (scope_id, authority_id, month) VALUES (gen_random_uuid(), 'municipality:219', '2020-01-01') RETURNING scope_id`);
  await db.query(`INSERT INTO content_key SELECT (jsonb_populate_record(k, jsonb_build_object('scope_id', $1::uuid))).* FROM content_key k LIMIT 1`, [month]);
}

async function open(rows, meeting, membership, { closes, state = 'open', ended = null }) {
  const [{ id }] = await rows(
    `INSERT INTO poll (id, meeting_id, opened_by_membership_id, slots, duration_minutes, closes_at, state, chosen_local, opened_at, reminded_at, ended_at)
     VALUES (gen_random_uuid(), $1, $2, '{2027-01-11T09:00,2027-01-12T09:00}', 60, now() + $3::interval, $4, $5, now() - interval '40 days', now() - interval '2 days', now() + $6::interval) RETURNING id`,
    [meeting, membership, closes, state, state === 'chosen' ? '2027-01-11T09:00' : null, ended],
  );
  return id;
}
async function invite(db, rows, poll, meeting, people, name, answers) {
  const [{ id }] = await rows(`INSERT INTO poll_outsider (id, poll_id, meeting_id, name, token_hash, invited_by_membership_id, invited_at) VALUES (gen_random_uuid(), $1, $2, '', ${hash(3)}, $4, now()) RETURNING id`, [poll, meeting, name, people[0].membershipId]);
  for (let version = 1; version <= answers; version += 1) await vote(db, poll, meeting, null, id, version, [options[version], options[0]]);
}
const vote = (db, poll, meeting, membership, outsider, version, choices) =>
  db.query('INSERT INTO poll_ballot (id, poll_id, meeting_id, membership_id, outsider_id, version, choices, at) VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, now())', [poll, meeting, membership, outsider, version, choices]);
