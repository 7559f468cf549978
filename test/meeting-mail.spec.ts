import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import { MailInbox } from '@lib/calendar/mail-inbox.service.js';
import { MeetingMails } from '@lib/calendar/meeting-mails.service.js';
import { answerMail, bounceMail, calendarOf, lineOf, type Dialect, type Invited } from './support/itip-samples.js';
import { SmtpSink, type Delivered } from './support/mail-servers.js';
import { meetingOf, section115 } from './support/story.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

const own = 'samraad@mail.example';
const secret = randomBytes(32).toString('hex');

let folder: string;
let sink: SmtpSink;
let server: TestServer;
let coordinator: Browser;
let officer: Browser;
let caseworker: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'samraad-mail-'));
  writeFileSync(join(folder, 'secret'), `${secret}\n`);
  sink = await SmtpSink.start();
  server = await TestServer.start({ SAMRAAD_SMTP_URL: sink.url, SAMRAAD_MAIL_ADDRESS: own, SAMRAAD_INBOUND_MAIL_SECRET_FILE: join(folder, 'secret') });
}, 60_000);
afterAll(async () => {
  await server.stop();
  await sink.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  sink.refusal = () => undefined;
  // The clock goes on by days, and sessions end.
  coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
  caseworker = await server.signIn({ authorityId: eksempelby, role: 'participant' });
  officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
  await addressed(officer, 'betjent@politi.example');
  await addressed(caseworker, null);
  await addressed(coordinator, null);
  await officer.put('/api/v1/mail-invitations', { wanted: true });
  await mailed();
});

/** As user management says it. */
const addressed = (who: Browser, email: string | null) => server.unitOfWork.run((tx) => tx.query('UPDATE account SET email = $3 WHERE person_id = $1 AND authority_id = $2', [who.person.id, who.person.authority.id, email]));
/** What leaves when the job has run. */
async function mailed(): Promise<Delivered[]> {
  await server.running.app.get(MeetingMails).run(server.origin);
  return sink.taken();
}
const done = async <T>(answer: Promise<{ status: number; body: T }>): Promise<T> => {
  const { status, body } = await answer;
  expect([status < 300, body]).toEqual([true, body]);
  return body;
};
let day = 0;
/** A meeting of its own each time: 11 December 2026 and the days after. */
const single = async (participants: Browser[], changes: object = {}): Promise<string> => {
  day += 1;
  const frame = { kindId: 'section115HandoverMeeting', startLocal: `2026-12-${String(10 + (day % 12)).padStart(2, '0')}T09:00`, durationMinutes: 60, place: 'Hjemme hos familien', title: 'Kanariefugl', authorityIds: [nordsjaelland], participantMembershipIds: participants.map((one) => one.person.membershipId), ...changes };
  return (await done(coordinator.post<{ id: string }>('/api/v1/meetings', frame))).id;
};
const changed = async (id: string, verb: 'POST' | 'PUT', what: string, body: object) => done(coordinator.send(verb, `/api/v1/meetings/${id}/${what}`, body, { 'if-match': `"${(await meetingOf(coordinator, id)).version}"` }));
const moved = (id: string, startLocal: string) => changed(id, 'POST', 'move', { startLocal, durationMinutes: 60, reason: 'Kanariefugl' });

/** The one event of a message, as another library reads it. */
function eventIn(one: Delivered) {
  const calendar = new ICAL.Component(ICAL.parse(calendarOf(one)) as unknown[]);
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const [event, ...others] = calendar.getAllSubcomponents('vevent');
  expect(others).toEqual([]);
  const { uid, sequence, summary, location, startDate, endDate } = new ICAL.Event(event!);
  const attendees = event!.getAllProperties('attendee').map((attendee) => [String(attendee.getFirstValue()), attendee.getParameter('partstat'), attendee.getParameter('rsvp')]);
  return { method: String(calendar.getFirstPropertyValue('method')), uid, sequence, summary, location, start: startDate.toJSDate().toISOString(), end: endDate.toJSDate().toISOString(), attendees, organizer: String(event!.getFirstPropertyValue('organizer')), status: String(event!.getFirstPropertyValue('status')) };
}
const utc = (iso: string) => iso.replaceAll(/[-:]|\.\d+/g, '');
/** What the participant's program knows by the mail. */
function invited(one: Delivered): Invited {
  const { uid, sequence, organizer, start, end } = eventIn(one);
  return { uid, sequence, organizer: organizer.replace('mailto:', ''), attendee: one.to[0]!, start: utc(start), end: utc(end) };
}
const now = () => server.clock.now().toString();
/** As a mail server hands it on. */
async function handedOn(message: Buffer, changes: { at?: number; key?: string; body?: Buffer } = {}) {
  const at = changes.at ?? Math.floor(server.clock.now().epochMilliseconds / 1000);
  const signature = createHmac('sha256', changes.key ?? secret).update(`${at}.`).update(message).digest('hex');
  const answer = await fetch(`${server.origin}/inbound-mail`, { method: 'POST', headers: { 'content-type': 'message/rfc822', 'x-samraad-signature': `t=${at},v1=${signature}` }, body: new Uint8Array(changes.body ?? message) });
  return { status: answer.status, body: (await answer.json()) as { outcome?: string; code?: string } };
}
const outcome = async (message: Buffer) => (await handedOn(message)).body.outcome;
const replyOf = async (who: Browser, id: string) => (await meetingOf(who, id) as unknown as { participants: { membershipId: string; partStat: string; note: string | null }[] }).participants.find((one) => one.membershipId === who.person.membershipId)!;
interface MailView {
  undelivered: { member: { name: string }; state: string }[];
  proposals: { id: string; member: { name: string }; start: string; end: string }[];
  refused: { id: string; member: { name: string } | null; outcome: string }[];
}
const viewOf = async (id: string) => (await coordinator.get<MailView>(`/api/v1/meetings/${id}/mail`)).body;

describe('invitations by mail', () => {
  it('[MA2] [MA3] say kind, authority, time and link, to one participant alone, as words and for a calendar', async () => {
    await addressed(coordinator, 'koordinator@eksempelby.example');
    const id = await single([officer, caseworker]);
    const all = await mailed();
    expect(all.map((one) => one.to).sort()).toEqual([['betjent@politi.example'], ['koordinator@eksempelby.example']]);
    const one = all.find(({ to }) => to[0] === 'betjent@politi.example')!;
    const event = eventIn(one);
    const meeting = await meetingOf(officer, id);
    expect(event).toMatchObject({ method: 'REQUEST', uid: id, summary: '§ 115-møde: overleveringsmøde', location: null, start: new Date(meeting.startInstant).toISOString(), attendees: [['mailto:betjent@politi.example', 'NEEDS-ACTION', 'TRUE']], status: 'CONFIRMED' });
    expect(eventIn(all.find((other) => other !== one)!).attendees).toEqual([['mailto:koordinator@eksempelby.example', 'ACCEPTED', 'FALSE']]);
    // The MIME parameter says what METHOD says, lines are short, the zone is there, and the address of the answer is the sender's.
    expect(one.raw.toString()).toMatch(/Content-Type: text\/calendar; charset=utf-8;\s*method=REQUEST/);
    expect(calendarOf(one).split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(calendarOf(one)).toContain('BEGIN:VTIMEZONE');
    expect(event.organizer).toMatch(/^mailto:samraad\+[a-z2-7]{26}@mail\.example$/);
    expect([one.from, one.mail.from?.value[0]?.address, one.mail.replyTo?.value[0]?.address]).toEqual(Array.from({ length: 3 }, () => event.organizer.replace('mailto:', '')));
    expect(one.mail.subject).toMatch(/^§ 115-møde: overleveringsmøde, .* 2026 kl\. 09\.00–10\.00$/);
    expect(one.mail.text).toContain(`${server.origin}/moeder/${id}`);
    const whole = `${one.mail.subject}${one.mail.text}${calendarOf(one).replaceAll('\r\n ', '')}${[...one.mail.headerLines].map(({ line }) => line).join('\n')}`;
    for (const secretWord of ['Kanariefugl', 'familien', 'eksempelby.example', coordinator.person.name, officer.person.name, caseworker.person.name]) expect([secretWord, whole.includes(secretWord)]).toEqual([secretWord, false]);
  });

  it('[MA5] go again to those whose own view changed, with a sequence that rises, and to nobody twice', async () => {
    const id = await single([officer]);
    const [first] = await mailed();
    expect(await mailed()).toEqual([]);
    await done(officer.put(`/api/v1/meetings/${id}/reply`, { partStat: 'accepted' }));
    await changed(id, 'PUT', 'place', { place: 'Et andet hemmeligt sted' });
    // Neither an answer nor a place that is not told is anything new.
    expect(await mailed()).toEqual([]);
    await moved(id, '2027-01-20T13:00');
    const [second, ...rest] = await mailed();
    expect(rest).toEqual([]);
    expect(eventIn(second!)).toMatchObject({ method: 'REQUEST', uid: id, start: '2027-01-20T12:00:00.000Z', organizer: eventIn(first!).organizer, attendees: [['mailto:betjent@politi.example', 'NEEDS-ACTION', 'TRUE']] });
    expect(eventIn(second!).sequence).toBeGreaterThan(eventIn(first!).sequence);
    await changed(id, 'POST', 'cancel', { reason: 'Kanariefugl' });
    const [third] = await mailed();
    expect(eventIn(third!)).toMatchObject({ method: 'CANCEL', uid: id, status: 'CANCELLED', start: '2027-01-20T12:00:00.000Z' });
    expect(third!.mail.subject).toMatch(/^Udgår: § 115-møde/);
    expect(eventIn(third!).sequence).toBeGreaterThan(eventIn(second!).sequence);
    expect(`${third!.mail.text}${calendarOf(third!)}`).not.toContain('Kanariefugl');
    await changed(id, 'POST', 'restore', {});
    const [fourth] = await mailed();
    expect(eventIn(fourth!).method).toBe('REQUEST');
    expect(eventIn(fourth!).sequence).toBeGreaterThan(eventIn(third!).sequence);
  });

  it('[MA5] tell whoever leaves a meeting that it is no longer hers, at the time she knew, and a substitute that it is', async () => {
    const substitute = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    await addressed(substitute, 'stedfortraeder@politi.example');
    const id = await single([officer]);
    const [first] = await mailed();
    await done(officer.put(`/api/v1/meetings/${id}/reply`, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Hun er syg.' }));
    const [asked, ...none] = await mailed();
    expect([none, asked!.to, eventIn(asked!).method]).toEqual([[], ['stedfortraeder@politi.example'], 'REQUEST']);
    await moved(id, '2027-01-21T13:00');
    await mailed();
    await done(officer.put(`/api/v1/meetings/${id}/reply`, { partStat: 'accepted' }));
    await moved(id, '2027-01-22T13:00');
    const gone = (await mailed()).find(({ to }) => to[0] === 'stedfortraeder@politi.example')!;
    expect(eventIn(gone)).toMatchObject({ method: 'CANCEL', start: '2027-01-21T12:00:00.000Z' });
    expect(eventIn(first!).uid).toBe(id);
    await addressed(substitute, null);
  });

  it('[MA4] go to nobody who does not want them, except that what stands in her calendar is kept true', async () => {
    const id = await single([officer]);
    await mailed();
    expect((await officer.put<{ wanted: boolean; address: string; isSetUp: boolean }>('/api/v1/mail-invitations', { wanted: false })).body).toEqual({ isSetUp: true, address: 'betjent@politi.example', wanted: false });
    const other = await single([officer]);
    expect(await mailed()).toEqual([]);
    await moved(id, '2027-01-25T13:00');
    expect((await mailed()).map((one) => eventIn(one).uid)).toEqual([id]);
    await officer.put('/api/v1/mail-invitations', { wanted: true });
    expect((await mailed()).map((one) => eventIn(one).uid)).toEqual([other]);
    // Who wants to hear of no invitation wants none by mail either, until she says so.
    await server.unitOfWork.run((tx) => tx.query('DELETE FROM mail_choice'));
    await officer.put('/api/v1/notifications/choices', { muted: ['meetingInvited'] });
    expect((await officer.get<{ wanted: boolean }>('/api/v1/mail-invitations')).body.wanted).toBe(false);
    await officer.put('/api/v1/notifications/choices', { muted: [] });
    expect((await officer.get<{ wanted: boolean }>('/api/v1/mail-invitations')).body.wanted).toBe(true);
  });

  it('[MA6] of a series are sent as its meetings come near', async () => {
    const { series } = await section115(server, { recurrence: { kind: 'weekly', ends: { count: 12 } } });
    const sent = async () => (await mailed()).map((one) => eventIn(one).uid).sort();
    const near = () => series.occurrences.filter((one) => Date.parse(one.startInstant) <= server.clock.now().epochMilliseconds + 56 * 86_400_000).map((one) => one.meetingId!);
    const first = near();
    expect([first.length > 3, first.length < series.occurrences.length, await sent()]).toEqual([true, true, [...first].sort()]);
    server.clock.advance({ hours: 24 * 8 });
    const next = near().filter((id) => !first.includes(id));
    expect([next.length > 0, await sent()]).toEqual([true, [...next].sort()]);
  });

  it('[MA7] [MA8] wait for a server that is away, try again, and say to coordinators whom they did not reach', async () => {
    const id = await single([officer]);
    sink.refusal = () => 451;
    expect(await mailed()).toEqual([]);
    sink.refusal = () => undefined;
    // Not before its time.
    expect(await mailed()).toEqual([]);
    server.clock.advance({ minutes: 3 });
    expect((await mailed()).map((one) => eventIn(one).uid)).toEqual([id]);
    sink.refusal = (address) => (address === 'betjent@politi.example' ? 550 : undefined);
    const other = await single([officer]);
    await mailed();
    sink.refusal = () => undefined;
    server.clock.advance({ hours: 5 });
    expect(await mailed()).toEqual([]);
    expect(await viewOf(other)).toMatchObject({ undelivered: [{ member: { name: officer.person.name }, state: 'refused' }] });
    expect(JSON.stringify(await viewOf(other))).not.toContain('politi.example');
    expect((await officer.get(`/api/v1/meetings/${other}/mail`)).status).toBe(403);
    expect((await viewOf(id)).undelivered).toEqual([]);
  });

  (hasKhal() ? it : it.skip)('[MA3] are read by khal, a calendar program', async () => {
    const id = await single([officer], { startLocal: '2027-02-03T10:00' });
    const place = mkdtempSync(join(tmpdir(), 'samraad-khal-'));
    try {
      const config = join(place, 'config');
      writeFileSync(config, `[calendars]\n[[work]]\npath = ${join(place, 'calendar')}\n[locale]\nlocal_timezone = Europe/Copenhagen\ndefault_timezone = Europe/Copenhagen\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\npath = ${join(place, 'khal.db')}\n`);
      const khal = (...args: string[]) => execFileSync('khal', ['-c', config, ...args], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: place } });
      const imported = async () => {
        const [one] = await mailed();
        writeFileSync(join(place, 'invite.ics'), calendarOf(one!));
        khal('import', '-a', 'work', '--batch', join(place, 'invite.ics'));
        return khal('list', '--format', '{start-end-time-style} {title}', '2027-02-03', '2d');
      };
      expect(await imported()).toContain('10:00-11:00 § 115-møde: overleveringsmøde');
      await moved(id, '2027-02-04T14:00');
      const listed = await imported();
      expect(listed).toContain('14:00-15:00 § 115-møde: overleveringsmøde');
      expect(listed).not.toContain('10:00-11:00');
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });
});

describe('answers by mail', () => {
  const asked = async (): Promise<{ id: string; one: Invited }> => {
    const id = await single([officer]);
    const [first] = await mailed();
    server.clock.advance({ minutes: 5 });
    return { id, one: invited(first!) };
  };

  it.each<Dialect>(['outlook', 'google', 'apple'])('[MA12] [MA13] are taken in as %s writes them, as if given on the page', async (dialect) => {
    const { id, one } = await asked();
    for (const [partStat, expected] of [['TENTATIVE', 'tentative'], ['ACCEPTED', 'accepted'], ['DECLINED', 'declined']] as const) {
      server.clock.advance({ minutes: 1 });
      expect([partStat, await outcome(answerMail(dialect, one, { partStat, at: now() }))]).toEqual([partStat, 'taken']);
      expect((await replyOf(officer, id)).partStat).toBe(expected);
    }
    // A mail server that keeps the token off the address; the calendar still names it.
    if (dialect === 'outlook') return;
    server.clock.advance({ minutes: 1 });
    expect(await outcome(answerMail(dialect, one, { partStat: 'ACCEPTED', at: now() }, own))).toBe('taken');
  });

  it('[MA9] [MA13] are refused, with a reason that coordinators see, when they are forged, forwarded, stale or too late', async () => {
    const { id, one } = await asked();
    const other = await asked();
    const forged = `samraad+${'a'.repeat(26)}@mail.example`;
    // 128 bits, of which the hash alone is kept.
    const [, token] = /samraad\+([a-z2-7]{26})@/.exec(one.organizer)!;
    const kept = await server.unitOfWork.run((tx) => tx.query(`SELECT encode(token_hash, 'hex') AS hash, to_jsonb(m)::text AS row FROM meeting_mail m WHERE meeting_id = $1`, [id]));
    for (const stored of [token!, Buffer.from(token!).toString('hex')]) expect([kept.length > 0, JSON.stringify(kept).includes(stored)]).toEqual([true, false]);
    expect(await outcome(answerMail('google', { ...one, organizer: forged }, { at: now() }))).toBe('forged');
    expect(await outcome(answerMail('google', { ...one, organizer: own }, { at: now() }))).toBe('forged');
    // The token of another meeting of hers.
    expect(await outcome(answerMail('google', { ...one, organizer: other.one.organizer }, { at: now() }))).toBe('forged');
    expect(await outcome(answerMail('google', { ...one, attendee: 'kollega@politi.example' }, { at: now() }))).toBe('otherAttendee');
    expect(await outcome(answerMail('google', { ...one, uid: '01890000-0000-7000-8000-000000000000' }, { at: now() }))).toBe('unknown');
    expect((await replyOf(officer, id)).partStat).toBe('needsAction');
    const early = now();
    server.clock.advance({ minutes: 10 });
    expect(await outcome(answerMail('google', one, { partStat: 'DECLINED', at: now() }))).toBe('taken');
    // Sent before, and overtaken on its way.
    expect(await outcome(answerMail('google', one, { partStat: 'ACCEPTED', at: early }))).toBe('stale');
    server.clock.advance({ minutes: 10 });
    const meanwhile = now();
    server.clock.advance({ minutes: 10 });
    await done(officer.put(`/api/v1/meetings/${id}/reply`, { partStat: 'tentative', note: 'Kommer måske for sent' }));
    expect(await outcome(answerMail('google', one, { partStat: 'ACCEPTED', at: meanwhile }))).toBe('stale');
    expect((await replyOf(officer, id)).partStat).toBe('tentative');
    server.clock.advance({ minutes: 10 });
    await moved(id, '2027-02-10T13:00');
    const [again] = await mailed();
    // To the time that the meeting no longer has.
    expect(await outcome(answerMail('outlook', one, { at: now() }))).toBe('stale');
    expect((await replyOf(officer, id)).partStat).toBe('needsAction');
    expect((await viewOf(id)).refused.map((entry) => [entry.outcome, entry.member?.name ?? null])).toEqual(
      expect.arrayContaining([
        ['forged', null],
        ['otherAttendee', officer.person.name],
        ['stale', officer.person.name],
      ]),
    );
    await changed(id, 'POST', 'cancel', { reason: 'Ferie' });
    await mailed();
    expect(await outcome(answerMail('google', invited(again!), { at: now() }))).toBe('notThere');
  });

  it('[MA13] an answer to an earlier sequence of the same time is one to this time, and a note of hers stays', async () => {
    const { id, one } = await asked();
    await done(officer.put(`/api/v1/meetings/${id}/reply`, { partStat: 'tentative', note: 'Måske for sent' }));
    server.clock.advance({ minutes: 5 });
    await server.unitOfWork.run((tx) => tx.query('UPDATE meeting_mail SET sequence = sequence + 3 WHERE meeting_id = $1', [id]));
    expect(await outcome(answerMail('outlook', one, { at: now() }))).toBe('taken');
    const view = (await meetingOf(coordinator, id)) as unknown as { participants: { membershipId: string; partStat: string; note: string | null }[] };
    expect(view.participants.find((entry) => entry.membershipId === officer.person.membershipId)).toMatchObject({ partStat: 'accepted', note: 'Måske for sent' });
  });

  it('[MA13] give nobody access and take nobody’s: a substitute that was sent stays, one that is wished for is only said', async () => {
    const { id, one } = await asked();
    expect(await outcome(answerMail('google', one, { partStat: 'DELEGATED', at: now() }))).toBe('wantsSubstitute');
    expect((await replyOf(officer, id)).partStat).toBe('needsAction');
    const substitute = await server.signIn({ authorityId: nordsjaelland, role: 'participant', nth: 1 });
    server.clock.advance({ minutes: 5 });
    await done(officer.put(`/api/v1/meetings/${id}/reply`, { partStat: 'delegated', substituteMembershipId: substitute.person.membershipId, disclosureReason: 'Hun er syg.' }));
    server.clock.advance({ minutes: 5 });
    expect(await outcome(answerMail('google', one, { partStat: 'ACCEPTED', at: now() }))).toBe('represented');
    expect((await substitute.get(`/api/v1/meetings/${id}`)).status).toBe(200);
    expect((await viewOf(id)).refused.map((entry) => entry.outcome).sort()).toEqual(['represented', 'wantsSubstitute']);
  });

  it('[MA14] with another time are a proposal, which the coordinator takes by moving the meeting, or declines by mail', async () => {
    const { id, one } = await asked();
    const counter = (start: string, end: string) => answerMail('outlook', { ...one, start, end }, { method: 'COUNTER', partStat: 'TENTATIVE', at: now() });
    expect(await outcome(counter('20270301T090000Z', '20270301T100000Z'))).toBe('proposed');
    server.clock.advance({ minutes: 1 });
    expect(await outcome(counter('20270302T090000Z', '20270302T103000Z'))).toBe('proposed');
    // The last one stands; the meeting is where it was.
    const { proposals } = await viewOf(id);
    expect(proposals).toEqual([expect.objectContaining({ start: '2027-03-02T09:00:00.000Z', end: '2027-03-02T10:30:00.000Z', member: expect.objectContaining({ name: officer.person.name }) })]);
    expect(await mailed()).toEqual([]);
    expect((await officer.post(`/api/v1/meetings/${id}/mail/${proposals[0]!.id}`, { how: 'declined' })).status).toBe(403);
    await done(coordinator.post(`/api/v1/meetings/${id}/mail/${proposals[0]!.id}`, { how: 'declined' }));
    const [declined, ...rest] = await mailed();
    expect([rest, eventIn(declined!)]).toEqual([[], expect.objectContaining({ method: 'DECLINECOUNTER', uid: id, sequence: one.sequence })]);
    expect((await viewOf(id)).proposals).toEqual([]);
    expect(await mailed()).toEqual([]);
    server.clock.advance({ minutes: 1 });
    expect(await outcome(counter('20270303T090000Z', '20270303T100000Z'))).toBe('proposed');
    await moved(id, '2027-03-03T10:00');
    expect((await viewOf(id)).proposals).toEqual([]);
    // Not with hours that nobody can hold, nor in the past.
    server.clock.advance({ minutes: 1 });
    const [again] = await mailed();
    const later = invited(again!);
    for (const [start, end] of [['20200301T090000Z', '20200301T100000Z'], ['20270301T100000Z', '20270301T090000Z'], ['20270301T000000Z', '20270302T090000Z']])
      expect(await outcome(answerMail('google', { ...later, start: start!, end: end! }, { method: 'COUNTER', at: now() }))).toBe('noAnswer');
  });

  it('[MA15] that ask for it again are sent it again, once in a while', async () => {
    const { id, one } = await asked();
    server.clock.advance({ minutes: 10 });
    expect(await outcome(answerMail('google', one, { method: 'REFRESH', at: now() }))).toBe('refreshed');
    const [again] = await mailed();
    expect(eventIn(again!)).toMatchObject({ method: 'REQUEST', uid: id, sequence: one.sequence });
    server.clock.advance({ minutes: 1 });
    expect(await outcome(answerMail('google', one, { method: 'REFRESH', at: now() }))).toBe('refreshed');
    expect(await mailed()).toEqual([]);
  });

  it('[MA8] that are no answers but bounces mark the mail as undelivered; a warning does not', async () => {
    const { id, one } = await asked();
    expect(await outcome(bounceMail(one.organizer, 'delayed'))).toBe('noAnswer');
    expect((await viewOf(id)).undelivered).toEqual([]);
    expect(await outcome(bounceMail(one.organizer, 'failed'))).toBe('bounced');
    expect((await viewOf(id)).undelivered).toMatchObject([{ member: { name: officer.person.name }, state: 'refused' }]);
  });

  it('[MA10] come in by a signature of now alone, and the same one twice is one', async () => {
    const { id, one } = await asked();
    const message = answerMail('google', one, { partStat: 'ACCEPTED', at: now() });
    const seconds = Math.floor(server.clock.now().epochMilliseconds / 1000);
    for (const wrong of [{ key: 'x'.repeat(64) }, { at: seconds - 301 }, { at: seconds + 301 }, { body: Buffer.concat([message, Buffer.from(' ')]) }]) expect((await handedOn(message, wrong)).status).toBe(401);
    expect((await fetch(`${server.origin}/inbound-mail`, { method: 'POST', body: 'x' })).status).toBe(401);
    expect((await fetch(`${server.origin}/inbound-mail`)).status).toBe(404);
    expect((await replyOf(officer, id)).partStat).toBe('needsAction');
    expect([await outcome(message), await outcome(message)]).toEqual(['taken', 'taken']);
    const [{ n }] = (await server.unitOfWork.run((tx) => tx.query<{ n: number }>('SELECT count(*)::int AS n FROM mail_received WHERE meeting_id = $1', [id]))) as [{ n: number }];
    expect(n).toBe(1);
  });

  it('[MA11] that are too large, broken, or of a wrong zone end in a clear word, and change nothing', async () => {
    const { id, one } = await asked();
    const large = Buffer.concat([answerMail('google', one, { at: now() }), Buffer.alloc(6 * 1024 * 1024, 'x')]);
    expect((await handedOn(large)).status).toBe(413);
    expect(await server.running.app.get(MailInbox).takeIn(large)).toBe('unreadable');
    const text = answerMail('google', one, { at: now() }).toString();
    const zipped = await fetch(`${server.origin}/inbound-mail`, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: new Uint8Array(randomBytes(100)) });
    expect(zipped.status).toBe(415);
    const withCalendar = (calendar: string, type = 'text/calendar; method=REPLY') => Buffer.from([`To: ${one.organizer}`, `Message-ID: <${randomBytes(8).toString('hex')}@x>`, `Content-Type: ${type}`, '', calendar].join('\r\n'));
    const event = (...lines: string[]) => ['BEGIN:VCALENDAR', 'METHOD:REPLY', 'BEGIN:VEVENT', `UID:${one.uid}`, ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
    expect(await outcome(withCalendar('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n'))).toBe('noAnswer');
    expect(await outcome(withCalendar('x'.repeat(1024 * 1024)))).toBe('noAnswer');
    expect(await outcome(withCalendar(event('SEQUENCE:0', `ATTENDEE;PARTSTAT=UNSINN:mailto:${one.attendee}`, `DTSTART:${one.start}`)))).toBe('noAnswer');
    // A zone that nobody knows says no time; without a sequence nobody knows what is answered.
    expect(await outcome(withCalendar(event(`ATTENDEE;PARTSTAT=ACCEPTED:mailto:${one.attendee}`, 'DTSTART;TZID=Månens bagside:20261210T090000')))).toBe('stale');
    expect(await outcome(withCalendar(event(`ATTENDEE;PARTSTAT=ACCEPTED:mailto:${one.attendee}`, `DTSTART:${one.start}`, `DTSTAMP:${utc(now())}`).replace(/^UID/m, 'UID').replace('END:VEVENT', 'END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT')))).toBe('noAnswer');
    expect((await replyOf(officer, id)).partStat).toBe('needsAction');
    expect(text).toContain('text/calendar');
    expect(lineOf(text, 'To')).toContain(one.organizer);
  });

  it('[MA16] keep nothing of what was written, and are forgotten after ninety days', async () => {
    const { id, one } = await asked();
    await outcome(answerMail('google', one, { at: now() }));
    const rows = await server.unitOfWork.run((tx) => tx.query<Record<string, unknown>>('SELECT * FROM mail_received WHERE meeting_id = $1', [id]));
    expect(rows).toHaveLength(1);
    const bytes = JSON.stringify(rows) + JSON.stringify(await server.unitOfWork.run((tx) => tx.query('SELECT * FROM meeting_mail WHERE meeting_id = $1', [id])));
    for (const word of ['Jeg kommer', 'politi.example', one.organizer.slice(8, 34)]) expect([word, bytes.includes(word)]).toEqual([word, false]);
    server.clock.advance({ hours: 24 * 91 });
    await server.running.app.get(MailInbox).removeOld();
    expect(await server.unitOfWork.run((tx) => tx.query('SELECT 1 FROM mail_received'))).toEqual([]);
  });
});

describe('without a mail server', () => {
  it('[MA1] nothing is kept to be mailed, nobody is promised any, and the address for answers is closed', async () => {
    const bare = await TestServer.start();
    try {
      const { coordinator: convener, officer: police, meetingId } = await section115(bare);
      await bare.unitOfWork.run((tx) => tx.query(`UPDATE account SET email = 'x@y.example' WHERE person_id = $1`, [police.person.id]));
      await bare.running.app.get(MeetingMails).run(bare.origin);
      expect(await bare.unitOfWork.run((tx) => tx.query('SELECT 1 FROM mail_due'))).toEqual([]);
      expect((await police.get<{ isSetUp: boolean }>('/api/v1/mail-invitations')).body.isSetUp).toBe(false);
      expect((await convener.get<MailView>(`/api/v1/meetings/${meetingId}/mail`)).body).toEqual({ undelivered: [], proposals: [], refused: [] });
      expect((await fetch(`${bare.origin}/inbound-mail`, { method: 'POST', body: 'x' })).status).toBe(404);
    } finally {
      await bare.stop();
    }
  }, 60_000);
});

function hasKhal(): boolean {
  try {
    execFileSync('khal', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
