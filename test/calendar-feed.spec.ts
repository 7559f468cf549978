import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import type { Temporal } from 'temporal-polyfill';
import { notificationKinds } from '@lib/contracts/enums.js';
import { embargoEffect } from '@lib/access/embargo.js';
import { meetingKinds } from '@lib/meetings/meeting-kinds.data.js';
import { askingAs } from '@lib/platform/asking.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { RunningFiles } from '../apps/server/src/running-files.js';
import { meetingOf, newDecision, openItems, section115 } from './support/story.js';
import { testDatabaseUrl } from './support/test-database.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

const api = '/api/v1/calendar-feed';
const unknown = randomBytes(32).toString('base64url');

let server: TestServer;
let story: Awaited<ReturnType<typeof section115>>;
let substitute: Browser;
beforeAll(async () => void (server = await TestServer.start()), 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  story = await section115(server);
  substitute = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
});

/** The path of a fresh link of somebody. */
async function linkOf(who: Browser): Promise<string> {
  const { status, body } = await who.post<{ link: string }>(api);
  expect([status, body.link.startsWith(`${who.origin}/ical/`)]).toEqual([201, true]);
  return body.link.slice(who.origin.length);
}
/** As a calendar program asks: no cookie, no Origin. */
const ask = (path: string, init: RequestInit = {}, origin = server.origin) => fetch(origin + path, { headers: { accept: '*/*' }, ...init });
const fetched = async (path: string): Promise<string> => {
  const answer = await ask(path);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  return answer.text();
};
/** Its events as another library reads them, by UID. */
function eventsIn(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  return new Map(
    calendar.getAllSubcomponents('vevent').map((one) => {
      const { uid, sequence, summary, description, location, startDate, endDate } = new ICAL.Event(one);
      const said = (name: string) => String(one.getFirstPropertyValue(name));
      return [uid, { sequence, summary, description, location, start: startDate.toJSDate().toISOString(), wall: startDate.toString(), end: endDate.toJSDate().toISOString(), status: said('status'), transp: said('transp'), changed: said('last-modified'), url: said('url') }] as const;
    }),
  );
}
const seenBy = async (path: string) => eventsIn(await fetched(path));
const ids = () => story.series.occurrences.flatMap((one) => one.meetingId ?? []);
const versioned = async (id: string) => ({ 'if-match': `"${(await meetingOf(story.coordinator, id)).version}"` });
const done = async (answer: Promise<{ status: number; body: unknown }>) => {
  const { status, body } = await answer;
  expect([status < 300, body]).toEqual([true, body]);
};

describe('a calendar feed', () => {
  it('[CF1] [CF2] [CF4] shows the meetings one takes part in by kind, authority, time and link, and nothing else', async () => {
    const { officer, coordinator, meetingId } = story;
    const path = await linkOf(officer);
    const items = openItems(await meetingOf(coordinator, meetingId));
    await done(coordinator.post(`/api/v1/items/${items[1]!.item.id}/decisions`, newDecision(officer, { text: 'Kanariefugl' })));
    await done(coordinator.send('PUT', `/api/v1/meetings/${ids()[1]}/place`, { place: 'Hjemme hos familien', videoLink: 'https://video.example/hemmelig' }, await versioned(ids()[1]!)));
    const text = await fetched(path);
    const seen = eventsIn(text);
    const { body: listed } = await officer.get<{ meetings: { id: string; startInstant: string; endInstant: string }[] }>('/api/v1/meetings?limit=50');
    expect(new Map([...seen].map(([uid, one]) => [uid, [one.start, one.end]]))).toEqual(new Map(listed.meetings.map((one) => [one.id, [new Date(one.startInstant).toISOString(), new Date(one.endInstant).toISOString()]])));
    expect(seen.get(meetingId)).toMatchObject({ summary: '§ 115-møde: overleveringsmøde', location: 'Rådhuset, lokale 2', status: 'TENTATIVE', transp: 'OPAQUE', wall: '2026-12-07T13:00:00', url: `${server.origin}/moeder/${meetingId}` });
    // A place of its own may be a child's.
    expect(seen.get(ids()[1]!)!.location).toBeNull();
    const names = [officer, coordinator, story.caseworker].map((one) => one.person.name);
    const plain = text.replaceAll('\r\n ', '');
    for (const secret of ['Kanariefugl', 'familien', 'video.example', 'Sag 2026', ...names, ...items.map(({ item }) => item.title)]) expect([secret, plain.includes(secret)]).toEqual([secret, false]);
  });

  it('[CF5] [CF6] keeps the UID of a meeting that is moved, answered, cancelled and taken back, and counts up', async () => {
    const { officer, coordinator, meetingId } = story;
    const path = await linkOf(officer);
    const before = (await seenBy(path)).get(meetingId)!;
    server.clock.advance({ minutes: 5 });
    await done(officer.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'accepted' }));
    const accepted = (await seenBy(path)).get(meetingId)!;
    expect(accepted).toEqual({ ...before, status: 'CONFIRMED', changed: accepted.changed });
    expect(accepted.changed > before.changed).toBe(true);
    server.clock.advance({ minutes: 5 });
    await done(coordinator.send('POST', `/api/v1/meetings/${meetingId}/move`, { startLocal: '2027-03-30T09:30', durationMinutes: 45, reason: null }, await versioned(meetingId)));
    const moved = (await seenBy(path)).get(meetingId)!;
    // Her answer was to another time.
    expect(moved).toMatchObject({ status: 'TENTATIVE', wall: '2027-03-30T09:30:00', start: '2027-03-30T07:30:00.000Z', end: '2027-03-30T08:15:00.000Z' });
    expect([moved.sequence > accepted.sequence, moved.changed > accepted.changed]).toEqual([true, true]);
    await done(officer.put(`/api/v1/meetings/${meetingId}/reply`, { partStat: 'declined' }));
    expect((await seenBy(path)).get(meetingId)).toMatchObject({ summary: 'Afbud: § 115-møde: overleveringsmøde', transp: 'TRANSPARENT', sequence: moved.sequence });
    await done(coordinator.send('POST', `/api/v1/meetings/${meetingId}/cancel`, { reason: 'Kanariefugl' }, await versioned(meetingId)));
    const cancelled = await fetched(path);
    expect(eventsIn(cancelled).get(meetingId)).toMatchObject({ summary: 'Aflyst: § 115-møde: overleveringsmøde', status: 'CANCELLED', transp: 'TRANSPARENT' });
    expect(cancelled).not.toContain('Kanariefugl');
    await done(coordinator.send('POST', `/api/v1/meetings/${meetingId}/restore`, {}, await versioned(meetingId)));
    expect((await seenBy(path)).get(meetingId)!.status).toBe('TENTATIVE');
    await done(officer.put('/api/v1/session/language', { language: 'en' }));
    expect((await seenBy(path)).get(meetingId)!.description).toMatch(/^Called by /);
    await done(officer.put('/api/v1/session/language', { language: 'da' }));
  });

  it('[CF2] [CF3] shows a substitute the meetings she was sent to, for as long as she is', async () => {
    const { officer } = story;
    const [own, sent] = [await linkOf(officer), await linkOf(substitute)];
    const before = [...(await seenBy(sent)).keys()];
    const [, second] = ids();
    await done(officer.put(`/api/v1/meetings/${second}/reply`, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Jeg er forhindret.' }));
    const seen = await seenBy(sent);
    expect([...seen.keys()].filter((uid) => !before.includes(uid))).toEqual([second]);
    expect(seen.get(second!)!.description).toContain('Du deltager som stedfortræder.');
    expect((await seenBy(own)).get(second!)).toMatchObject({ summary: 'Stedfortræder sendt: § 115-møde: overleveringsmøde', transp: 'TRANSPARENT' });
    await done(officer.put(`/api/v1/meetings/${second}/reply`, { partStat: 'accepted' }));
    expect([...(await seenBy(sent)).keys()]).toEqual(before);
  });

  it('[CF2] [CF7] has every kind of meeting at its wall time, on both sides of the changes of the clock', async () => {
    const { coordinator, officer } = story;
    const path = await linkOf(coordinator);
    const made = new Map<string, string>();
    for (const kind of meetingKinds) {
      for (const day of ['2026-12-08', '2027-03-24', '2027-03-30', '2027-10-29', '2027-11-02']) {
        const { status, body } = await coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: kind.id, startLocal: `${day}T13:00`, durationMinutes: kind.defaultDurationMinutes, authorityIds: [nordsjaelland], participantMembershipIds: [officer.person.membershipId], place: 'Salen' });
        if (status === 201) made.set(body.id, `${day} ${kind.id}`);
      }
    }
    expect(new Set([...made.values()].map((one) => one.split(' ')[1])).size).toBeGreaterThan(3);
    const seen = await seenBy(path);
    for (const [id, name] of made) {
      const kind = meetingKinds.find((one) => name.endsWith(` ${one.id}`))!;
      expect([name, seen.get(id)]).toEqual([name, expect.objectContaining({ summary: kind.title, wall: `${name.slice(0, 10)}T13:00:00`, location: kind.personalData === 'none' ? 'Salen' : null })]);
    }
  });

  it.each([
    ['it was revoked', async (who: Browser) => (await who.delete(api)).status],
    ['another took its place', async (who: Browser) => (await who.post(api)).status],
    ['the membership ended', async (who: Browser) => (await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1 RETURNING id', [who.person.membershipId, server.clock.now().toString()]))).length + 200],
  ])('[CF3] answers as an unknown one once %s', async (_, end) => {
    const who = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    const path = await linkOf(who);
    expect((await ask(path)).status).toBe(200);
    expect(await end(who)).toBeLessThan(300);
    const told = async (asked: string) => {
      const answer = await ask(asked);
      const headers = [...answer.headers].filter(([name]) => name !== 'date');
      return [answer.status, headers, await answer.text()];
    };
    expect(await told(path)).toEqual(await told(`/ical/${unknown}.ics`));
    expect((await told(path))[0]).toBe(404);
    await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = NULL WHERE id = $1', [who.person.membershipId]));
  });

  it('[CF3] a fetch that is under way breaks off with the link, with the participation, and at the end of a time in a meeting', async () => {
    const running = server.running.app.get(RunningFiles);
    const sendTo = running.sendTo;
    let begun: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    // Its line takes one byte, and the rest only when it is said.
    running.sendTo = (reader, parts, response, headers) => {
      const gone = new Promise<void>((resolve) => (goOn = resolve));
      const slow = async function* () {
        for await (const part of parts) {
          const bytes = Buffer.from(part as Uint8Array);
          yield bytes.subarray(0, 1);
          begun();
          await gone;
          yield bytes.subarray(1);
        }
      };
      return sendTo.call(running, reader, slow(), response, headers);
    };
    const { coordinator, series } = story;
    const membershipId = substitute.person.membershipId;
    const change = (body: object) => coordinator.post(`/api/v1/series/${series.id}/changes`, body);
    const until = server.clock.now().add({ milliseconds: 400 }).toString();
    await done(change({ add: [membershipId], addTo: until, disclosureReason: 'De skal bruge det på mødet.' }));
    const ways: [string, (path: string) => Promise<unknown>][] = [
      ['made anew', () => linkOf(substitute)],
      ['taken back', () => substitute.delete(api)],
      ['her time in a meeting', async () => server.clock.advance({ milliseconds: 400 })],
      ['the participation', () => done(change({ remove: [membershipId], reason: 'Fejl' }))],
    ];
    try {
      for (const [way, take] of ways) {
        const path = await linkOf(substitute);
        const isBegun = new Promise<void>((resolve) => (begun = resolve));
        const ended = ask(path).then(async (answer) => [answer.status, await answer.text().then(() => 'whole', () => 'broken off')]);
        await Promise.race([isBegun, ended]);
        await take(path);
        expect([way, await ended]).toEqual([way, [200, 'broken off']]);
        goOn();
      }
    } finally {
      running.sendTo = sendTo;
    }
  });

  it('[CF3] has nothing of a meeting that one has left, nor of a meeting outside one’s time in it', async () => {
    const { officer, meetingId } = story;
    const path = await linkOf(officer);
    expect((await seenBy(path)).has(meetingId)).toBe(true);
    await server.unitOfWork.run((tx) => tx.query('UPDATE meeting_participant SET valid_to = $3 WHERE meeting_id = $1 AND membership_id = $2', [meetingId, officer.person.membershipId, server.clock.now().toString()]));
    await server.unitOfWork.run((tx) => tx.query('DELETE FROM meeting_participant WHERE meeting_id = $1 AND membership_id = $2', [ids()[1], officer.person.membershipId]));
    const seen = await seenBy(path);
    expect([seen.has(meetingId), seen.has(ids()[1]!), seen.has(ids()[2]!)]).toEqual([false, false, true]);
  });

  it('[CF8] has what ended in the last 92 days or begins within two years, and of many the earliest thousand', async () => {
    const { officer, meetingId } = story;
    const path = await linkOf(officer);
    const at = (days: number, minutes = 0) => server.clock.now().add({ minutes: 24 * 60 * days + minutes }).toString();
    // It ends an hour after it begins: a minute before and after both edges.
    const edges = [at(-92, -61), at(-92, -59), at(730, -1), at(730, 1)];
    for (const [n, start] of edges.entries()) await server.unitOfWork.run((tx) => tx.query('UPDATE meeting SET start_instant = $2, duration_minutes = 60 WHERE id = $1', [ids()[n], start]));
    const seen = await seenBy(path);
    expect(ids().slice(0, 4).map((id) => seen.has(id))).toEqual([false, true, true, false]);
    await server.unitOfWork.run(async (tx) => {
      await tx.query(
        `INSERT INTO meeting SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'series_id', NULL, 'recurrence_id', NULL, 'start_instant', $2::timestamptz + n * interval '1 minute'))).* FROM meeting m, generate_series(1, 1000) n WHERE m.id = $1`,
        [meetingId, at(1)],
      );
      await tx.query(`INSERT INTO meeting_participant (meeting_id, membership_id, added_at) SELECT m.id, $1, $2 FROM meeting m WHERE m.series_id IS NULL AND NOT EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = m.id)`, [officer.person.membershipId, at(0)]);
    });
    const many = await seenBy(path);
    expect([many.size, many.has(ids()[1]!), many.has(ids()[2]!)]).toEqual([1000, true, false]);
    await server.unitOfWork.run(async (tx) => {
      for (const table of ['meeting_participant', 'meeting']) await tx.query(`DELETE FROM ${table} WHERE ${table === 'meeting' ? 'id' : 'meeting_id'} IN (SELECT id FROM meeting WHERE series_id IS NULL AND kind_id = 'section115HandoverMeeting' AND start_instant BETWEEN $1 AND $2)`, [at(1), at(2)]);
    });
  });

  it('[CF2] is no other way in: a cookie counts for nothing, and its secret is no session', async () => {
    const path = await linkOf(story.officer);
    const answer = await ask(path, { headers: { cookie: story.coordinator.cookie } });
    expect([answer.headers.get('set-cookie'), (await answer.text()) === (await fetched(path))]).toEqual([null, true]);
    expect((await ask(`/ical/${unknown}.ics`, { headers: { cookie: story.officer.cookie } })).status).toBe(404);
    const token = path.slice('/ical/'.length, -'.ics'.length);
    const name = story.officer.cookie.split('=')[0]!;
    expect((await ask('/api/v1/meetings', { headers: { cookie: `${name}=${token}` } })).status).toBe(401);
    const session = story.officer.cookie.split('=')[1]!;
    expect((await ask(`/ical/${session}.ics`)).status).toBe(404);
  });

  it('answers HEAD, and 304 to who has it already, and keeps out of caches', async () => {
    const path = await linkOf(story.officer);
    const first = await ask(path);
    const etag = first.headers.get('etag')!;
    expect([first.headers.get('cache-control'), /^"[\w-]{43}"$/.test(etag)]).toEqual(['private, no-store', true]);
    const head = await ask(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), head.headers.get('content-length'), await head.text()]).toEqual([200, etag, String(Buffer.byteLength(await first.text())), '']);
    const again = await ask(path, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await done(story.officer.put(`/api/v1/meetings/${story.meetingId}/reply`, { partStat: 'accepted' }));
    expect((await ask(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('[CF3] takes any secret and any method calmly', async () => {
    const path = await linkOf(story.officer);
    for (const method of ['POST', 'PUT', 'DELETE', 'PROPFIND']) expect([method, (await ask(path, { method })).status]).toEqual([method, 404]);
    for (const secret of ['x', 'x.ics', '%2e%2e%2fsession.ics', `${unknown}.ics.ics`, `${unknown}`, `${"'".repeat(43)}.ics`, `${'a'.repeat(4000)}.ics`, '%F0%9D%84%9E.ics']) expect([secret, (await ask(`/ical/${secret}`)).status]).toEqual([secret, 404]);
    expect((await ask('/ical/%00.ics')).status).toBe(400);
    expect((await ask(`/ical/${'a'.repeat(1_000_000)}.ics`).catch(() => ({ status: 431 }))).status).toBe(431);
    expect((await ask(path)).status).toBe(200);
  });

  it('[CF10] shows when it was last fetched, and is in the access trail once a day and when it is made and taken back', async () => {
    const { officer } = story;
    const entries = () => server.unitOfWork.run((tx) => tx.query<{ kind: string; route: string; authority_id: string }>(`SELECT kind, route, authority_id FROM trail_entry WHERE person_id = $1 AND route ~ 'ical|calendar-feed' ORDER BY at, id`, [officer.person.id]));
    const before = (await entries()).length;
    const path = await linkOf(officer);
    expect((await officer.get(api)).body).toEqual({ feed: { createdAt: new Date(server.clock.now().epochMilliseconds).toISOString(), lastFetchedAt: null } });
    for (let n = 0; n < 3; n += 1) await fetched(path);
    server.clock.advance({ hours: 24 });
    await fetched(path);
    const back = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    expect((await back.get<{ feed: { lastFetchedAt: string } }>(api)).body.feed.lastFetchedAt).toBe(new Date(server.clock.now().epochMilliseconds).toISOString());
    expect((await back.delete(api)).status).toBe(204);
    server.clock.advance({ hours: -24 });
    const shown = { kind: 'export', route: 'GET /ical/{file}', authority_id: nordsjaelland };
    const kinds = (await entries()).slice(before).sort((a, b) => a.route.localeCompare(b.route));
    expect(kinds).toEqual([{ kind: 'change', route: 'DELETE /calendar-feed', authority_id: nordsjaelland }, shown, shown, { kind: 'change', route: 'POST /calendar-feed', authority_id: nordsjaelland }]);
    expect((await officer.get(api)).body).toEqual({ feed: null });
  });

  it('[CF11] [NO10] is told of to its person, in each of her roles, whenever it is made, and that cannot be turned off', async () => {
    const { officer } = story;
    const choices = '/api/v1/notifications/choices';
    const told = async (who: Browser) => (await who.get<{ notifications: object[] }>('/api/v1/notifications')).body.notifications.filter((one) => (one as { kind: string }).kind === 'calendarLinkMade');
    const unread = async (who: Browser) => (await who.get<{ unread: number }>('/api/v1/notifications/unread')).body.unread;
    const second = '01890000-0000-7000-8000-0000000000cf';
    await server.unitOfWork.run((tx) => tx.query(`INSERT INTO membership SELECT (jsonb_populate_record(m, jsonb_build_object('id', $2::uuid, 'role', 'leader'))).* FROM membership m WHERE id = $1`, [officer.person.membershipId, second]));
    try {
      const muted = (await officer.get<{ muted: string[] }>(choices)).body.muted;
      expect((await officer.put(choices, { muted: ['calendarLinkMade'] })).status).toBe(400);
      expect((await officer.get(choices)).body).toEqual({ muted });
      const everything = notificationKinds.filter((kind) => kind !== 'calendarLinkMade');
      expect((await officer.put(choices, { muted: everything })).status).toBe(200);
      const [before, others, waiting] = [await told(officer), await told(substitute), await unread(officer)];
      await linkOf(officer);
      server.clock.advance({ minutes: 5 });
      // What she was told of her own link stays beside what another makes of it.
      await linkOf(officer);
      await officer.delete(api);
      const line = (at: Temporal.Instant) => expect.objectContaining({ kind: 'calendarLinkMade', at: new Date(at.epochMilliseconds).toISOString(), read: false, about: null, meeting: null, itemId: null });
      const now = server.clock.now();
      const two = [line(now), line(now.subtract({ minutes: 5 }))];
      expect(await told(officer)).toEqual([...two, ...before]);
      expect(await unread(officer)).toBe(waiting + 2);
      expect(await told(substitute)).toEqual(others);
      expect((await officer.put('/api/v1/session/acting', { membershipId: second })).status).toBe(200);
      expect(await told(officer)).toEqual(two);
      await officer.post('/api/v1/notifications/all-read');
      expect([await unread(officer), (await told(officer)).length]).toEqual([0, 2]);
    } finally {
      await officer.put('/api/v1/session/acting', { membershipId: officer.person.membershipId });
      await officer.put(choices, { muted: [] });
      await server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [second, server.clock.now().toString()]));
    }
  });

  it('[CF4] is the same bytes whatever is written, narrowed or put under an embargo in the items of its meetings', async () => {
    expect(embargoEffect('calendarFeed')).toBe('neutral');
    const { officer, coordinator, caseworker, meetingId } = story;
    const path = await linkOf(officer);
    const before = await fetched(path);
    const items = openItems(await meetingOf(coordinator, meetingId)).map(({ item }) => item);
    await done(coordinator.post(`/api/v1/items/${items[2]!.id}/embargoes`, { parties: ['parentOne'], reason: 'Anmeldt', reviewAt: '2026-12-01T11:00:00Z' }));
    await done(coordinator.put(`/api/v1/items/${items[1]!.id}/audience`, { kind: 'restricted', authorityIds: [eksempelby], personIds: [] }));
    await done(coordinator.post(`/api/v1/items/${items[1]!.id}/decisions`, newDecision(caseworker)));
    expect(await fetched(path)).toBe(before);
  });

  it('[CF2] is asked for as a role that sees the rows of its link and no others', async () => {
    const [path] = [await linkOf(story.officer), await linkOf(substitute)];
    const token = path.slice('/ical/'.length, -'.ics'.length);
    const counts = (secret: string | null) =>
      askingAs({ token: secret, as: 'request' }, () =>
        server.running.app.get(UnitOfWork).run(
          async (tx) => {
            const one = async (sql: string) => (await tx.query<{ id: string }>(sql)).map((row) => row.id).sort();
            return {
              people: await one('SELECT id FROM person'),
              feeds: await one('SELECT person_id AS id FROM calendar_feed'),
              memberships: await one('SELECT id FROM membership'),
              meetings: await one('SELECT id FROM meeting'),
              others: await one('SELECT membership_id AS id FROM meeting_participant WHERE membership_id NOT IN (SELECT id FROM membership)'),
              replies: await one('SELECT membership_id AS id FROM meeting_reply WHERE membership_id NOT IN (SELECT id FROM membership)'),
              keys: await one('SELECT scope_id AS id FROM content_key WHERE scope_id NOT IN (SELECT id FROM meeting)'),
              events: await one('SELECT meeting_id AS id FROM meeting_event WHERE meeting_id NOT IN (SELECT id FROM meeting)'),
            };
          },
          { as: 'calendar' },
        ),
      );
    const nothing = { people: [], feeds: [], memberships: [], meetings: [], others: [], replies: [], keys: [], events: [] };
    const own = await server.unitOfWork.run((tx) => tx.query<{ id: string }>('SELECT meeting_id AS id FROM meeting_participant WHERE membership_id = $1 AND (valid_to IS NULL OR valid_to > $2)', [story.officer.person.membershipId, server.clock.now().toString()]));
    expect(await counts(token)).toEqual({ ...nothing, people: [story.officer.person.id], feeds: [story.officer.person.id], memberships: [story.officer.person.membershipId], meetings: own.map((row) => row.id).sort() });
    for (const other of [null, unknown, story.officer.cookie.split('=')[1]!]) expect(await counts(other)).toEqual(nothing);
    for (const table of ['agenda_item', 'session', 'notification', 'decision', 'yjs_update'])
      await expect(askingAs({ token, as: 'request' }, () => server.running.app.get(UnitOfWork).run((tx) => tx.query(`SELECT 1 FROM ${table}`), { as: 'calendar' }))).rejects.toThrow('permission denied');
    const stored = await server.unitOfWork.run((tx) => tx.query<{ row: string }>('SELECT f::text AS row FROM calendar_feed f'));
    expect(stored.some(({ row }) => row.includes(token))).toBe(false);
  });

  (hasKhal() ? it : it.skip)('[CF5] [CF7] is read by khal, a calendar program', async () => {
    const text = await fetched(await linkOf(story.officer));
    const folder = mkdtempSync(join(tmpdir(), 'samraad-khal-'));
    try {
      const [config, file] = [join(folder, 'config'), join(folder, 'feed.ics')];
      writeFileSync(config, `[calendars]\n[[work]]\npath = ${join(folder, 'calendar')}\n[locale]\nlocal_timezone = Europe/Copenhagen\ndefault_timezone = Europe/Copenhagen\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\npath = ${join(folder, 'khal.db')}\n`);
      writeFileSync(file, text);
      const khal = (...args: string[]) => execFileSync('khal', ['-c', config, ...args], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: folder } });
      khal('import', '-a', 'work', '--batch', file);
      const listed = khal('list', '--format', '{start-end-time-style} {title}', '2026-12-07', '2d');
      expect(listed).toContain('13:00-14:00 § 115-møde: overleveringsmøde');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function hasKhal(): boolean {
  try {
    execFileSync('khal', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

(testDatabaseUrl === undefined ? describe.skip : describe)('a calendar feed asked of another process', () => {
  it('[CF3] has what was taken away on this one no more at the next fetch', async () => {
    const [one, two] = await TestServer.startTwo();
    try {
      const who = await one.signIn({ authorityId: nordsjaelland, role: 'participant' });
      const path = await linkOf(who);
      const there = async () => (await ask(path, {}, two.origin)).status;
      expect(await there()).toBe(200);
      await who.delete(api);
      expect(await there()).toBe(404);
    } finally {
      await two.stop();
      await one.stop();
    }
  }, 120_000);
});
