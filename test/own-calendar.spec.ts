import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BusyCalendars } from '@lib/calendar/busy-calendars.service.js';
import { BusySources } from '@lib/calendar/busy-sources.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { CalendarServer, icsOf, taken } from './support/calendar-server.js';
import { freePort } from './support/product.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

const api = '/api/v1/own-calendar';
const secret = 'Kanariefugl';

interface Calendar {
  source: string;
  readAt: string;
  knownUntil: string;
  isKnown: boolean;
  unread: number;
  triedAt: string;
  fault: string | null;
}
interface Answered {
  calendar: Calendar | null;
  code?: string;
  errors?: { field: string; message: string }[];
}
interface Found {
  times: { startLocal: string; reasons: string[]; people: { membershipId: string; availability: string }[] }[];
}

let server: TestServer;
let outside: CalendarServer;
let coordinator: Browser;
let caseworker: Browser;
let officer: Browser;
const signIn = async () => {
  coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
  caseworker = await server.signIn({ authorityId: eksempelby, role: 'participant' });
  officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
};
beforeAll(async () => {
  outside = await CalendarServer.start();
  server = await TestServer.start({ SAMRAAD_CALENDAR_HOSTS: outside.host });
  await signIn();
}, 60_000);
afterAll(async () => {
  await server.stop();
  await outside.stop();
});

const id = (who: Browser) => who.person.membershipId;
const upload = async (who: Browser, text: string | Buffer, headers: Record<string, string> = {}) => {
  const response = await fetch(`${server.origin}${api}/file`, { method: 'PUT', headers: { cookie: who.cookie, origin: server.origin, 'content-type': 'text/calendar', ...headers }, body: text });
  return { status: response.status, body: (await response.json()) as Answered };
};
const connect = (who: Browser, url = outside.link()) => who.put<Answered>(`${api}/link`, { url });
const own = async (who: Browser) => (await who.get<Answered>(api)).body.calendar;
const refresh = async (who: Browser) => (await who.post<Answered>(`${api}/refresh`)).body.calendar!;
const job = () => server.running.app.get(BusyCalendars);
const morning = { durationMinutes: 60, earliest: '09:00', latest: '12:00', quorate: false };
/** When somebody can come on a day, to whoever asks: the word, and the best time of it. */
const found = async (asker: Browser, who: Browser, date: string, more: object = {}) => {
  const { status, body } = await asker.post<Found>('/api/v1/find-time', { kindId: 'section115HandoverMeeting', required: [id(who)], fromDate: date, toDate: date, ...morning, ...more });
  expect(status).toBe(200);
  const [time] = body.times;
  return time === undefined ? null : `${time.startLocal.slice(11)} ${time.people.find(({ membershipId }) => membershipId === id(who))!.availability}`;
};
const rows = () => server.unitOfWork.run((tx) => tx.query<{ id: string; person_id: string; access: Uint8Array | null; times: Uint8Array | null }>('SELECT id, person_id, access, times FROM busy_calendar'));
const keys = async (scopes: string[]) => (await server.unitOfWork.run((tx) => tx.query('SELECT scope_id FROM content_key WHERE scope_id = ANY ($1::uuid[])', [scopes]))).length;

describe('one’s own calendar', () => {
  it('[FT12] [BT2] is what “Find tid” knows somebody’s time by, and without it nobody does', async () => {
    expect(await own(officer)).toBeNull();
    expect(await found(coordinator, officer, '2026-12-08')).toBe('09:00 unknown');
    const { body } = await coordinator.post<Found>('/api/v1/find-time', { kindId: 'section115HandoverMeeting', required: [id(officer)], fromDate: '2026-12-08', toDate: '2026-12-08', ...morning });
    expect(body.times[0]!.reasons).toContain(`${officer.person.name} skal spørges: kalenderen er ukendt.`);
    const { status, body: connected } = await upload(officer, icsOf([...taken('20261208T080000', '20261208T103000'), `SUMMARY:${secret}`, `LOCATION:${secret}`], taken('20261209T080000', '20261209T160000')));
    expect([status, connected.calendar]).toEqual([200, expect.objectContaining({ source: 'file', isKnown: true, unread: 0, fault: null })]);
    expect([await found(coordinator, officer, '2026-12-08'), await found(coordinator, officer, '2026-12-09'), await found(coordinator, officer, '2026-12-10')]).toEqual(['10:30 can', null, '09:00 can']);
    // A known time comes before one that has to be asked for.
    const both = await coordinator.post<Found>('/api/v1/find-time', { kindId: 'section115HandoverMeeting', required: [id(officer)], optional: [id(caseworker)], fromDate: '2026-12-10', toDate: '2026-12-10', ...morning });
    expect(both.body.times[0]!.people.map(({ availability }) => availability).sort()).toEqual(['can', 'unknown']);
  });

  it('[FT2] [FT12] tells others nothing but that she can and cannot, and colleagues what is not settled', async () => {
    await upload(officer, icsOf([...taken('20261215T090000', '20261215T120000'), 'STATUS:TENTATIVE'], [...taken('20261216T090000', '20261216T120000')], [...taken('20261217T090000', '20261217T120000'), 'X-MICROSOFT-CDO-BUSYSTATUS:OOF']));
    for (const date of ['2026-12-15', '2026-12-16', '2026-12-17']) expect([date, await found(coordinator, officer, date)]).toEqual([date, null]);
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
    expect([await found(police, officer, '2026-12-15'), await found(police, officer, '2026-12-16')]).toEqual(['09:00 unsettled', null]);
  });

  it('[BT8] does not take a meeting of Samråd for another one, so that it can be moved', async () => {
    const { body: meeting } = await coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: '2027-01-12T09:00', durationMinutes: 180, authorityIds: [nordsjaelland], participantMembershipIds: [id(officer)] });
    const { body: feed } = await officer.post<{ link: string }>('/api/v1/calendar-feed');
    const copied = await (await fetch(`${server.origin}${feed.link.slice(officer.origin.length)}`)).text();
    expect(copied).toContain(`UID:${meeting.id}`);
    await upload(officer, copied);
    const moved = async () => (await coordinator.post<Found>(`/api/v1/meetings/${meeting.id}/find-time`, { required: [id(officer)], fromDate: '2027-01-12', toDate: '2027-01-12', ...morning })).body.times.map(({ startLocal, people }) => `${startLocal.slice(11)} ${people[0]!.availability}`);
    expect([await moved(), await found(coordinator, officer, '2027-01-12')]).toEqual([['09:00 can'], null]);
    // Of somebody else's meeting, or with another id, it is an event like any other.
    await upload(officer, copied.replaceAll(meeting.id, '01890000-0000-7000-8000-000000000000'));
    expect(await moved()).toEqual([]);
    await upload(caseworker, copied);
    expect(await found(coordinator, caseworker, '2027-01-12')).toBe('09:00 unsettled');
    await caseworker.delete(api);
  });

  it('[BT1] [BT14] keeps when she is busy, sealed, and nothing else; nobody else sees it', async () => {
    outside.gives(icsOf([...taken('20261208T090000', '20261208T100000'), `SUMMARY:${secret}`, `ATTENDEE;CN=${secret}:mailto:${secret}@example.dk`]));
    const { status } = await connect(officer, outside.link(`${secret}.ics`));
    expect(status).toBe(200);
    const all = await server.unitOfWork.run((tx) => tx.query('SELECT * FROM busy_calendar'));
    const held = JSON.stringify(all, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value));
    for (const word of [secret, 'ics', '127.0.0.1', outside.host]) expect([word, held.includes(word)]).toEqual([word, false]);
    expect(await own(coordinator)).toBeNull();
    const answer = JSON.stringify((await officer.get(api)).body);
    for (const word of [secret, '127.0.0.1', '09:00']) expect([word, answer.includes(word)]).toEqual([word, false]);
  });

  it.each([
    ['nothing', () => '', 'Det er ikke en kalender'],
    ['a page', () => '<html><body>Log ind</body></html>', 'Det er ikke en kalender'],
    ['half a calendar', () => icsOf(taken('20261208T090000', '20261208T100000')).slice(0, -20), 'ikke hel'],
    ['an archive', () => Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100)]), 'zip-arkiv'],
    ['twenty-one megabytes', () => Buffer.alloc(21 * 1024 * 1024, 0x20), 'mere end 20 MB'],
    ['more than can be reckoned with', () => icsOf(...Array.from({ length: 60 }, (_, n) => [`UID:${n}`, 'DTSTART:20260101T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'])), 'flere aftaler'],
  ])('[BT9] refuses a file of %s, and keeps what was there', async (_, text, words) => {
    await upload(officer, icsOf(taken('20261208T080000', '20261208T103000')));
    const { status, body } = await upload(officer, text());
    expect([status, body.code, body.errors?.map(({ field }) => field)]).toEqual([400, 'invalid-input', ['file']]);
    expect(body.errors![0]!.message).toContain(words);
    expect(await found(coordinator, officer, '2026-12-08')).toBe('10:30 can');
  });

  it('[BT9] refuses what is packed, and what is no calendar by its own word', async () => {
    expect((await upload(officer, gzipSync('BEGIN:VCALENDAR'), { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await upload(officer, 'BEGIN:VCALENDAR', { 'content-type': 'text/plain' })).status).toBe(415);
    // A rule of a billion occurrences takes no time; what nobody can follow is unknown, and she is told.
    const { body } = await upload(officer, icsOf(['DTSTART:20261214T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=SECONDLY;COUNT=1000000000']));
    expect(body.calendar).toMatchObject({ unread: 1, isKnown: true });
    const police = await server.signIn({ authorityId: nordsjaelland, role: 'coordinator' });
    expect([await found(police, officer, '2026-12-08'), await found(police, officer, '2026-12-15')]).toEqual(['09:00 can', '09:00 unknown']);
    // [BT14] Elsewhere a stretch of its own would tell of the event.
    expect([await found(coordinator, officer, '2026-12-08'), await found(coordinator, officer, '2026-12-15')]).toEqual(['09:00 can', null]);
  });

  it.each([
    ['it is not there', (() => undefined), 'Der er ingen kalender på adressen'],
    ['it is not for us', (() => void (outside.answer = (_, response) => response.writeHead(403).end())), 'gav ikke adgang'],
    ['it is a page to sign in at', (() => outside.gives('<html>')), 'Det er ikke en kalender'],
    ['it leads into the net', (() => void (outside.answer = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end())), 'findes ikke på det åbne net'],
  ])('[BT20] is not connected by a link when %s; what was there stays', async (_, prepare, words) => {
    await upload(officer, icsOf(taken('20261208T080000', '20261208T103000')));
    outside.answer = (_request, response) => response.writeHead(404).end();
    prepare();
    const { status, body } = await connect(officer);
    expect([status, body.errors?.map(({ field }) => field)]).toEqual([400, ['url']]);
    expect(body.errors![0]!.message).toContain(words);
    expect([await found(coordinator, officer, '2026-12-08'), (await own(officer))!.source]).toEqual(['10:30 can', 'file']);
  });

  it.each(['http://127.0.0.1:1/', 'http://localhost:22/', 'http://[::1]/', 'http://169.254.169.254/', 'ftp://example.dk/', 'https://a:b@example.dk/', 'example'])('[BT20] is not fetched from %s', async (url) => {
    const { status, body } = await connect(officer, url);
    expect([status, body.errors?.map(({ field }) => field)]).toEqual([400, ['url']]);
  });

  it('[BT9] is read once at a time, by hand and by the job', async () => {
    outside.gives(icsOf(taken('20261208T080000', '20261208T103000')));
    expect((await connect(officer)).status).toBe(200);
    let answer = () => {};
    const asked = new Promise<void>((reached) => (outside.answer = (_, response) => {
      answer = () => response.writeHead(200).end(icsOf(taken('20261208T080000', '20261208T110000')));
      reached();
    }));
    const first = connect(officer);
    await asked;
    server.clock.advance({ minutes: 30 });
    const before = outside.asked.length;
    await job().refreshDue();
    const refused = await officer.post<Answered & { detail: string }>(`${api}/refresh`);
    expect([refused.status, refused.body.code, refused.body.detail, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, 'too-many-requests', 'Kalenderen læses allerede. Prøv igen om et øjeblik.', true]);
    expect([(await upload(officer, icsOf())).status, (await connect(officer)).status, outside.asked.length]).toEqual([429, 429, before]);
    answer();
    expect([(await first).status, await found(coordinator, officer, '2026-12-08')]).toEqual([200, '11:00 can']);
  });

  it('[BT11] is tried less often by whatever it fails, also by what nobody foresaw', async () => {
    outside.gives(icsOf());
    await connect(officer);
    const read = jest.spyOn(server.running.app.get(BusySources), 'read').mockRejectedValue(new TypeError('dest.on is not a function'));
    server.clock.advance({ minutes: 30 });
    for (let n = 0; n < 2; n += 1) await job().refreshDue();
    expect([read.mock.calls.length, (await own(officer))!.fault]).toEqual([1, 'Kalenderens server svarede med en fejl.']);
    read.mockRestore();
    expect((await refresh(officer)).fault).toBeNull();
  });

  it('[BT10] [BT11] [BT12] is read again by itself, less often while that fails, and counts until it is too old', async () => {
    outside.gives(icsOf(taken('20261208T080000', '20261208T103000')));
    expect((await connect(officer)).status).toBe(200);
    const asked = () => outside.asked.length;
    const before = asked();
    await job().refreshDue();
    expect(asked()).toBe(before);
    server.clock.advance({ minutes: 30 });
    outside.gives(icsOf(taken('20261208T080000', '20261208T110000')));
    await job().refreshDue();
    expect([asked(), await found(coordinator, officer, '2026-12-08')]).toEqual([before + 1, '11:00 can']);
    const good = (await own(officer))!;
    outside.answer = (_, response) => response.writeHead(500).end();
    const tries: number[] = [];
    for (let minutes = 0; minutes < 7 * 60; minutes += 30) {
      server.clock.advance({ minutes: 30 });
      await job().refreshDue();
      tries.push(asked() - before - 1);
    }
    expect(tries).toEqual([1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4]);
    const failing = (await own(officer))!;
    expect(failing).toMatchObject({ readAt: good.readAt, isKnown: true, fault: 'Kalenderens server svarede med en fejl.' });
    expect(failing.triedAt > good.readAt).toBe(true);
    expect(await found(coordinator, officer, '2026-12-08')).toBe('11:00 can');
    expect((await officer.get<Answered>(api)).body.calendar!.fault).toBe('Kalenderens server svarede med en fejl.');
    server.clock.advance({ hours: 66 });
    await signIn();
    // A reading ends by itself: no command says so, and no job need have run.
    expect([await found(coordinator, officer, '2026-12-08'), (await own(officer))!.isKnown]).toEqual(['09:00 unknown', false]);
    await job().forgetLeft();
    expect((await rows()).find(({ person_id }) => person_id === officer.person.id)).toMatchObject({ times: null });
    // Asked for by hand it is tried at once, and is as new when it goes well.
    expect((await refresh(officer)).fault).not.toBeNull();
    outside.gives(icsOf(taken('20261208T080000', '20261208T100000')));
    expect(await refresh(officer)).toMatchObject({ fault: null, isKnown: true });
    expect(await found(coordinator, officer, '2026-12-08')).toBe('10:00 can');
  });

  it('[BT13] ends when she says so, when she is deactivated and when her membership ends, and nothing is left of it', async () => {
    outside.gives(icsOf(taken('20261208T080000', '20261208T103000')));
    const scopes = async () => (await rows()).filter(({ person_id }) => person_id === officer.person.id).map((row) => row.id);
    await connect(officer);
    const first = await scopes();
    // Another takes its place, key and all.
    await upload(officer, icsOf());
    const second = await scopes();
    expect([first.length, second.length, await keys(first), await keys(second)]).toEqual([1, 1, 0, 1]);
    expect((await officer.delete(api)).status).toBe(204);
    expect([await scopes(), await keys(second), await own(officer), await found(coordinator, officer, '2026-12-08')]).toEqual([[], 0, null, '09:00 unknown']);
    expect((await officer.delete(api)).status).toBe(204);
    await connect(officer);
    const third = await scopes();
    const end = (at: string | null) => server.unitOfWork.run((tx) => tx.query('UPDATE membership SET valid_to = $2 WHERE id = $1', [id(officer), at]));
    await end(server.clock.now().add({ hours: 1 }).toString());
    await job().forgetLeft();
    expect(await scopes()).toEqual(third);
    server.clock.advance({ hours: 2 });
    server.running.app.get(DomainEvents).emitHere('membership.changed', { membershipId: id(officer) });
    await server.running.app.get(DomainEvents).idle();
    expect([await scopes(), await keys(third)]).toEqual([[], 0]);
    await end(null);
    // Where it was connected: its colleagues and its keys are those of that authority.
    await connect(officer);
    const fourth = await scopes();
    const elsewhere = '01890000-0000-7000-8000-0000000000bd';
    const more = (authorityId: string) => server.unitOfWork.run((tx) => tx.query(`INSERT INTO membership SELECT (jsonb_populate_record(m, jsonb_build_object('id', $2::uuid, 'authority_id', $3::text, 'valid_to', NULL))).* FROM membership m WHERE id = $1`, [id(officer), elsewhere, authorityId]));
    const less = () => server.unitOfWork.run((tx) => tx.query('DELETE FROM membership WHERE id = $1', [elsewhere]));
    await more(nordsjaelland);
    await end(server.clock.now().toString());
    await job().forgetLeft();
    expect(await scopes()).toEqual(fourth);
    await less();
    await more(eksempelby);
    await job().forgetLeft();
    expect([await scopes(), await keys(fourth)]).toEqual([[], 0]);
    await less();
    await end(null);
  });

  it('[AC121] is connected by whoever takes part in meetings, and one’s own alone', async () => {
    for (const role of ['administrator', 'auditor'] as const) {
      const who = await server.signIn({ authorityId: eksempelby, role });
      expect([(await connect(who)).status, (await upload(who, icsOf())).status, (await who.get<Answered>(api)).body]).toEqual([403, 403, { calendar: null }]);
    }
    expect((await server.stranger().get(api)).status).toBe(401);
  });
});

/** Debian's `radicale`. */
function hasRadicale(): boolean {
  try {
    execFileSync('radicale', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('[BT30] a calendar on a CalDAV server', () => {
  (hasRadicale() ? it : it.skip)('is read from Radicale as it stands there, by the address of the server, of her, and of the calendar', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'samraad-radicale-'));
    writeFileSync(join(folder, 'users'), 'hende:hemmeligt æøå\n');
    const port = await freePort();
    const radicale = spawn('radicale', ['--config', '', `--hosts=127.0.0.1:${port}`, '--auth-type=htpasswd', `--auth-htpasswd-filename=${join(folder, 'users')}`, '--auth-htpasswd-encryption=plain', '--auth-delay=0', '--logging-level=info', `--storage-filesystem-folder=${join(folder, 'collections')}`], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    const other = await TestServer.start({ SAMRAAD_CALENDAR_HOSTS: `127.0.0.1:${port}` });
    try {
      await new Promise<void>((ready, failed) => {
        let said = '';
        radicale.stderr.on('data', (data: Buffer) => ((said += data.toString()), /server ready/.test(said) ? ready() : undefined));
        radicale.once('exit', () => failed(new Error(said)));
      });
      const origin = `http://127.0.0.1:${port}`;
      const authorization = `Basic ${Buffer.from('hende:hemmeligt æøå').toString('base64')}`;
      const dav = async (method: string, path: string, body: string, type: string) => {
        const { status } = await fetch(origin + path, { method, body, headers: { authorization, 'content-type': type } });
        expect([method, path, status]).toEqual([method, path, 201]);
      };
      const kind = '<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop><resourcetype><collection/><C:calendar/></resourcetype></prop></set></mkcol>';
      await dav('MKCOL', '/hende/arbejde/', kind, 'application/xml');
      await dav('MKCOL', '/hende/privat/', kind, 'application/xml');
      await dav('PUT', '/hende/arbejde/1.ics', icsOf(['UID:1', ...taken('20261124T080000', '20261124T103000'), 'RRULE:FREQ=WEEKLY', `SUMMARY:${secret} æøå`]), 'text/calendar');
      await dav('PUT', '/hende/privat/2.ics', icsOf(['UID:2', ...taken('20261209T080000', '20261209T160000')]), 'text/calendar');
      const who = await other.signIn({ authorityId: nordsjaelland, role: 'participant' });
      const asker = await other.signIn({ authorityId: eksempelby, role: 'coordinator' });
      const put = (path: string, password = 'hemmeligt æøå') => who.put<Answered>(`${api}/caldav`, { url: origin + path, user: 'hende', password });
      for (const [path, wednesday] of [['/', null], ['/hende/', null], ['/hende/arbejde/', '09:00 can']] as const) {
        const { status, body } = await put(path);
        expect([path, status, body.calendar]).toEqual([path, 200, expect.objectContaining({ source: 'caldav', isKnown: true, unread: 0, fault: null })]);
        expect([path, await found(asker, who, '2026-12-08'), await found(asker, who, '2026-12-09')]).toEqual([path, '10:30 can', wednesday]);
      }
      expect((await put('/hende/arbejde/', 'forkert')).body.errors?.[0]?.message).toContain('gav ikke adgang');
      expect((await put('/hende/ingen/')).status).toBe(400);
      // What changes there is seen at the next reading.
      await fetch(`${origin}/hende/arbejde/1.ics`, { method: 'DELETE', headers: { authorization } });
      expect((await refresh(who)).fault).toBeNull();
      expect(await found(asker, who, '2026-12-08')).toBe('09:00 can');
    } finally {
      radicale.kill();
      await other.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
