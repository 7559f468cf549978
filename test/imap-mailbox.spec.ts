import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImapMailbox } from '@lib/calendar/imap-mailbox.js';
import { MailInbox } from '@lib/calendar/mail-inbox.service.js';
import { MeetingMails } from '@lib/calendar/meeting-mails.service.js';
import { hasDovecot, ImapServer } from './support/imap-server.js';
import { answerMail, calendarOf, lineOf, type Invited } from './support/itip-samples.js';
import { SmtpSink } from './support/mail-servers.js';
import { meetingOf } from './support/story.js';
import { eksempelby, nordsjaelland, TestServer, type Browser } from './support/test-server.js';

let sink: SmtpSink;
let mailbox: ImapServer;
let server: TestServer;
let coordinator: Browser;
let officer: Browser;

// Where CI runs, dovecot is there.
(hasDovecot() || process.env.SAMRAAD_CI === '1' ? describe : describe.skip)('the mailbox', () => {
  beforeAll(async () => {
    [sink, mailbox] = await Promise.all([SmtpSink.start(), ImapServer.start()]);
    server = await TestServer.start({ SAMRAAD_SMTP_URL: sink.url, SAMRAAD_MAIL_ADDRESS: 'samraad@mail.example', SAMRAAD_IMAP_URL: mailbox.url });
    coordinator = await server.signIn({ authorityId: eksempelby, role: 'coordinator' });
    officer = await server.signIn({ authorityId: nordsjaelland, role: 'participant' });
    await server.unitOfWork.run((tx) => tx.query(`UPDATE account SET email = 'betjent@politi.example' WHERE person_id = $1`, [officer.person.id]));
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await mailbox?.stop();
    await sink?.stop();
  });

  const collect = () => server.running.app.get(ImapMailbox).collect(server.running.app.get(MailInbox));
  const partStat = async (id: string) => ((await meetingOf(officer, id)) as unknown as { participants: { membershipId: string; partStat: string }[] }).participants.find((one) => one.membershipId === officer.person.membershipId)!.partStat;

  it('[MA10] [MA11] is read to its end, each message once; what is too large is passed over, and what fails stays unread', async () => {
    const { body } = await coordinator.post<{ id: string }>('/api/v1/meetings', { kindId: 'section115HandoverMeeting', startLocal: '2026-12-10T09:00', durationMinutes: 60, authorityIds: [nordsjaelland], participantMembershipIds: [officer.person.membershipId] });
    await server.running.app.get(MeetingMails).run(server.origin);
    const [sent] = sink.taken();
    const calendar = calendarOf(sent!);
    const one: Invited = { uid: body.id, sequence: Number(lineOf(calendar, 'SEQUENCE').slice(9)), organizer: sent!.from, attendee: 'betjent@politi.example', start: '20261210T080000Z', end: '20261210T090000Z' };
    const at = () => server.clock.now().toString();
    server.clock.advance({ minutes: 5 });
    mailbox.deliver('1', answerMail('outlook', one, { partStat: 'ACCEPTED', at: at() }));
    mailbox.deliver('2', Buffer.concat([answerMail('google', one, { partStat: 'DECLINED', at: at() }), Buffer.alloc(6 * 1024 * 1024, 'x')]));
    mailbox.deliver('3', Buffer.from('Subject: Hej\r\n\r\nEn almindelig mail.\r\n'));
    expect(await collect()).toBe(3);
    expect([mailbox.unread(), await partStat(body.id)]).toEqual([0, 'accepted']);
    expect(await collect()).toBe(0);
    const outcomes = async () => (await server.unitOfWork.run((tx) => tx.query<{ outcome: string }>('SELECT outcome FROM mail_received'))).map((row) => row.outcome).sort();
    expect(await outcomes()).toEqual(['taken', 'unknown', 'unreadable']);
    // A process that ends between the two: it is unread still, and counts once.
    server.clock.advance({ minutes: 5 });
    const declined = answerMail('apple', one, { partStat: 'DECLINED', at: at() });
    expect(await server.running.app.get(MailInbox).takeIn(declined)).toBe('taken');
    mailbox.deliver('4', declined);
    expect([await collect(), mailbox.unread(), await partStat(body.id)]).toEqual([1, 0, 'declined']);
    expect(await outcomes()).toEqual(['taken', 'taken', 'unknown', 'unreadable']);
    // While the database does not answer nothing is lost.
    mailbox.deliver('5', answerMail('google', one, { partStat: 'TENTATIVE', at: at() }));
    const failing = { takeIn: () => Promise.reject(new Error('no database')) } as unknown as MailInbox;
    expect(await server.running.app.get(ImapMailbox).collect(failing)).toBe(0);
    expect(mailbox.unread()).toBe(1);
    expect([await collect(), mailbox.unread(), await partStat(body.id)]).toEqual([1, 0, 'tentative']);
  }, 60_000);
});
