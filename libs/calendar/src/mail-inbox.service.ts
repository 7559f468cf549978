import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { MailOutcome, MeetingState, PartStat } from '@lib/contracts/enums.js';
import { openAt } from '@lib/access/item-access.service.js';
import { contentRoles } from '@lib/access/policy.js';
import { repliesOpen } from '@lib/meetings/participants.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { log } from '@lib/platform/log.js';
import { forNobody } from '@lib/platform/openings.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { ItipAnswer } from './itip-answer.js';
import { tokenHash, tokensIn } from './mail-token.js';
import { MailWork } from './mail-work.js';
import type { MailReading } from './mail.worker.js';
import { MailSetup } from './mail-setup.js';

interface Settled {
  outcome: MailOutcome;
  meetingId?: string;
  membershipId?: string;
  proposed?: { start: Date; minutes: number };
}

/** Whom an invitation went to, and how her meeting and her answer stand. */
interface AskedRow {
  id: string;
  meeting_id: string;
  membership_id: string;
  method: 'request' | 'cancel';
  sequence: number;
  answered_stamp: Date | null;
  next_at: Date | null;
  sent_at: Date | null;
  start_instant: Date;
  duration_minutes: number;
  state: MeetingState;
  email: string | null;
  is_there: boolean;
  is_represented: boolean;
  part_stat: PartStat;
  replied_at: Date | null;
}

const partStats: Readonly<Record<string, 'accepted' | 'tentative' | 'declined'>> = { ACCEPTED: 'accepted', TENTATIVE: 'tentative', DECLINED: 'declined' };
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** [MA11] */
export const mostMailBytes = 5 * 1024 * 1024;
const keptDays = 90;
const refreshMinutes = 10;
const longestMinutes = 12 * 60;

/** $1 hash of the token, $2 now, $3 roles. */
const askedBy = `
  SELECT t.id, t.meeting_id, t.membership_id, t.method, t.sequence, t.answered_stamp, t.next_at, t.sent_at, m.start_instant, m.duration_minutes, m.state, lower(ac.email) AS email,
         EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = t.meeting_id AND p.membership_id = t.membership_id AND ${openAt('p', '$2')}) AND s.role = ANY ($3::text[]) AND ${openAt('s', '$2')} AS is_there,
         EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = t.meeting_id AND p.stands_in_for_membership_id = t.membership_id) AS is_represented,
         COALESCE(r.part_stat, 'needsAction') AS part_stat, r.replied_at
  FROM meeting_mail t JOIN meeting m ON m.id = t.meeting_id JOIN membership s ON s.id = t.membership_id
  LEFT JOIN account ac ON ac.person_id = s.person_id AND ac.authority_id = s.authority_id AND ac.active AND ac.removed_at IS NULL
  LEFT JOIN meeting_reply r ON r.meeting_id = t.meeting_id AND r.membership_id = t.membership_id AND (r.start_instant = m.start_instant OR r.part_stat = 'delegated')
  WHERE t.token_hash = $1 FOR UPDATE OF t`;

/** [MA10–MA16] Answers that come by mail, whichever way: matched, or refused with a reason that is kept (SPEC.md, docs/adr/0091). */
@Injectable()
export class MailInbox {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly reader: MailWork,
    @Inject(MailSetup) private readonly setup: MailSetup | null,
  ) {}

  /**
   * Takes a message in. The same one again changes nothing, and answers the same.
   *
   * @param message as it came over the net; anything
   */
  async takeIn(message: Uint8Array): Promise<MailOutcome> {
    const digest = createHash('sha256').update(message).digest();
    const [known] = await this.work((tx) => tx.query<{ outcome: MailOutcome }>('SELECT outcome FROM mail_received WHERE digest = $1', [digest]));
    if (known !== undefined) return known.outcome;
    const reading = message.byteLength > mostMailBytes ? null : await this.reader.read(message);
    return this.keep(digest, (tx) => (reading === null ? Promise.resolve({ outcome: 'unreadable' as const }) : this.settleIn(tx, reading)));
  }

  /** [MA11] One that is too large to be fetched: that it came is kept. @param name that its mailbox knows it by */
  async passOver(name: string): Promise<MailOutcome> {
    return this.keep(createHash('sha256').update(`not fetched ${name}`).digest(), async () => ({ outcome: 'unreadable' }));
  }

  /** The job: what came in is forgotten after ninety days. */
  async removeOld(): Promise<void> {
    await this.work((tx) => tx.query('DELETE FROM mail_received WHERE received_at < $1', [this.clock.now().subtract({ hours: 24 * keptDays }).toString()]));
  }

  private async keep(digest: Buffer, settle: (tx: Tx) => Promise<Settled>): Promise<MailOutcome> {
    const { outcome } = await this.work(async (tx) => {
      // The same message twice at once: the second waits, and finds what became of the first.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 3))', [digest.toString('hex')]);
      const [known] = await tx.query<{ outcome: MailOutcome }>('SELECT outcome FROM mail_received WHERE digest = $1', [digest]);
      if (known !== undefined) return known;
      const settled = await settle(tx);
      await tx.query('INSERT INTO mail_received (id, digest, received_at, meeting_id, membership_id, outcome, proposed_start, proposed_minutes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
        newId(),
        digest,
        this.clock.now().toString(),
        settled.meetingId ?? null,
        settled.membershipId ?? null,
        settled.outcome,
        settled.proposed?.start ?? null,
        settled.proposed?.minutes ?? null,
      ]);
      // What anybody may send must not keep pages busy.
      if (settled.meetingId !== undefined && settled.outcome !== 'forged') this.events.emitIn(tx, 'meeting.changed', { meetingId: settled.meetingId });
      return settled;
    });
    log.info({ what: outcome }, 'mail taken in');
    return outcome;
  }

  private async settleIn(tx: Tx, { recipients, answer, isBounce }: MailReading): Promise<Settled> {
    if (this.setup === null) return { outcome: 'unknown' };
    const named = answer === null || !uuid.test(answer.uid) ? undefined : await this.mailedMeetingIn(tx, answer.uid);
    const tokens = new Set(tokensIn(this.setup.address, [...recipients, ...(answer?.organizer == null ? [] : [answer.organizer])]));
    const rows: AskedRow[] = [];
    // Who writes to many at once answers for nobody.
    for (const token of [...tokens].slice(0, 5)) rows.push(...(await tx.query<AskedRow>(askedBy, [tokenHash(token), this.clock.now().toString(), contentRoles])));
    const row = answer === null ? rows[0] : rows.find((one) => one.meeting_id === answer.uid);
    if (row === undefined) return named === undefined ? { outcome: 'unknown' } : { outcome: 'forged', meetingId: named };
    const of = { meetingId: row.meeting_id, membershipId: row.membership_id };
    if (isBounce) {
      // Of one that was sent before the one that waits now it says nothing.
      await tx.query(`UPDATE meeting_mail SET state = 'refused' WHERE id = $1 AND state = 'sent' AND next_at IS NULL`, [row.id]);
      return { outcome: 'bounced', ...of };
    }
    if (answer === null) return { outcome: 'noAnswer', ...of };
    return { ...of, ...(await this.answerIn(tx, row, answer)) };
  }

  /** [MA13] */
  private async answerIn(tx: Tx, row: AskedRow, answer: ItipAnswer): Promise<Pick<Settled, 'outcome' | 'proposed'>> {
    // Whoever has the invitation by a forwarded mail has its token too, and is still not who was asked.
    const own = answer.attendees.find((one) => one.address === row.email);
    if (own === undefined) return { outcome: 'otherAttendee' };
    if (!row.is_there || row.method === 'cancel') return { outcome: 'notThere' };
    const now = this.clock.now();
    if (!repliesOpen({ state: row.state, endInstant: new Date(row.start_instant.getTime() + row.duration_minutes * 60_000) }, new Date(now.epochMilliseconds))) return { outcome: 'closed' };
    if (answer.method === 'REFRESH') return this.refreshIn(tx, row);
    // A clock that is ahead must not make all later answers old.
    const stampedMs = Math.min(answer.stampedMs ?? now.epochMilliseconds, now.epochMilliseconds);
    const isOlder = stampedMs < wholeSeconds(row.answered_stamp) || stampedMs < wholeSeconds(row.replied_at);
    const isBehind = answer.sequence !== null && answer.sequence < row.sequence;
    if (answer.method === 'COUNTER') return isOlder || isBehind ? { outcome: 'stale' } : this.counterIn(tx, row, answer, stampedMs);
    if (answer.method !== 'REPLY') return { outcome: 'noAnswer' };
    // It is the time that is answered for: what changed beside it asks nobody anew (PE7).
    const isSameTime = answer.startMs === row.start_instant.getTime();
    if (isOlder || (answer.startMs === null ? isBehind || answer.sequence === null : !isSameTime)) return { outcome: 'stale' };
    if (own.partStat === 'DELEGATED') return this.noteIn(tx, row, stampedMs, { outcome: 'wantsSubstitute' });
    const partStat = partStats[own.partStat];
    if (partStat === undefined) return { outcome: 'noAnswer' };
    if (row.is_represented || row.part_stat === 'delegated') return { outcome: 'represented' };
    const written = await tx.query(
      `INSERT INTO meeting_reply (id, meeting_id, start_instant, note, membership_id, part_stat, replied_at) VALUES ($1, $2, $3, NULL, $4, $5, $6)
       ON CONFLICT (meeting_id, membership_id) DO UPDATE
         SET note = CASE WHEN meeting_reply.start_instant = excluded.start_instant THEN meeting_reply.note END, start_instant = excluded.start_instant, part_stat = excluded.part_stat, replied_at = excluded.replied_at
         WHERE meeting_reply.part_stat <> 'delegated'
       RETURNING id`,
      [newId(), row.meeting_id, row.start_instant, row.membership_id, partStat, now.toString()],
    );
    return written.length === 0 ? { outcome: 'represented' } : this.noteIn(tx, row, stampedMs, { outcome: 'taken' });
  }

  private async noteIn<T>(tx: Tx, row: AskedRow, stampedMs: number, settled: T): Promise<T> {
    await tx.query('UPDATE meeting_mail SET answered_stamp = $2 WHERE id = $1', [row.id, new Date(stampedMs)]);
    return settled;
  }

  /** [MA14] Another time is a proposal: nothing changes until a coordinator moves the meeting. */
  private async counterIn(tx: Tx, row: AskedRow, { startMs, endMs }: ItipAnswer, stampedMs: number): Promise<Pick<Settled, 'outcome' | 'proposed'>> {
    if (startMs === null || endMs === null || startMs <= this.clock.now().epochMilliseconds || endMs <= startMs || endMs - startMs > longestMinutes * 60_000) return { outcome: 'noAnswer' };
    // Of what one person proposes the last stands.
    await tx.query(`UPDATE mail_received SET settled_at = $3 WHERE meeting_id = $1 AND membership_id = $2 AND outcome = 'proposed' AND settled_at IS NULL`, [row.meeting_id, row.membership_id, this.clock.now().toString()]);
    return this.noteIn(tx, row, stampedMs, { outcome: 'proposed' as const, proposed: { start: new Date(startMs), minutes: Math.round((endMs - startMs) / 60_000) } });
  }

  /** [MA15] What she has is sent once more, and not again and again. */
  private async refreshIn(tx: Tx, row: AskedRow): Promise<Pick<Settled, 'outcome'>> {
    const now = this.clock.now();
    const isRecent = row.sent_at !== null && now.epochMilliseconds - row.sent_at.getTime() < refreshMinutes * 60_000;
    if (row.next_at === null && !isRecent) await tx.query(`UPDATE meeting_mail SET state = 'waiting', next_at = $2, stamped_at = $2, failures = 0 WHERE id = $1`, [row.id, now.toString()]);
    return { outcome: 'refreshed' };
  }

  private async mailedMeetingIn(tx: Tx, uid: string): Promise<string | undefined> {
    const [found] = await tx.query<{ meeting_id: string }>('SELECT meeting_id FROM meeting_mail WHERE meeting_id = $1 LIMIT 1', [uid]);
    return found?.meeting_id;
  }

  /** As the role of the database that may do this; nobody is shown anything by it. */
  private work<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return forNobody(() => this.unitOfWork.run(work, { lane: 'job', as: 'mail' }));
  }
}

/** DTSTAMP has no parts of a second. */
const wholeSeconds = (at: Date | null): number => (at === null ? Number.NEGATIVE_INFINITY : Math.floor(at.getTime() / 1000) * 1000);
