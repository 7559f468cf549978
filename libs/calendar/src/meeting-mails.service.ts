import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Temporal } from 'temporal-polyfill';
import type { MailState, MeetingState, PartStat } from '@lib/contracts/enums.js';
import type { Language } from '@lib/contracts/language.js';
import { openAt } from '@lib/access/item-access.service.js';
import { contentRoles } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { Config } from '@lib/platform/config.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { log } from '@lib/platform/log.js';
import { forNobody } from '@lib/platform/openings.js';
import type { Sealer } from '@lib/platform/sealing.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { placeIsTold } from './feed-event.js';
import { answerAddress, answerToken, tokenHash } from './mail-token.js';
import { mailOf, type MailMessage } from './mail-message.js';
import { MailSetup } from './mail-setup.js';
import type { Mailer, SendResult } from './mailer.js';

interface MeetingFacts {
  id: string;
  series_id: string | null;
  kind_id: string;
  place: Uint8Array | null;
  own_place: boolean;
  start_instant: Date;
  duration_minutes: number;
  state: MeetingState;
  version: number;
  authority_name: string;
  authority_alias: string | null;
}

interface Recipient {
  membership_id: string;
  email: string;
  language: Language | null;
  part_stat: PartStat;
  wanted: boolean;
}

interface MailRow {
  id: string;
  meeting_id: string;
  membership_id: string;
  method: 'request' | 'cancel';
  sequence: number;
  start_instant: Date;
  duration_minutes: number;
  said: Uint8Array;
  stamped_at: Date;
  state: MailState;
  sent_at: Date | null;
  failures: number;
  declines_counter: boolean;
}

/** [MA6] A meeting of a series is mailed when it is so near; a single one at once. */
const daysAhead = 56;
const daysUnseen = 14;
/** [MA7] After a failure, doubled each time. */
const firstRetryMinutes = 2;
const mostMinutesBetween = 120;
const triedForHours = 72;
const aRun = 200;
const atOnce = 2;

/** [MA4] One person's mail by one membership at a meeting, the one she was told by already, if any. $1 meeting, $2 now, $3 roles. */
const recipients = `
  SELECT DISTINCT ON (m.person_id) p.membership_id, ac.email, pe.language, COALESCE(r.part_stat, 'needsAction') AS part_stat,
         COALESCE(c.wanted, NOT EXISTS (SELECT 1 FROM notification_mute u WHERE u.person_id = m.person_id AND u.kind = 'meetingInvited')) AS wanted
  FROM meeting_participant p JOIN meeting e ON e.id = p.meeting_id JOIN membership m ON m.id = p.membership_id JOIN authority a ON a.id = m.authority_id JOIN person pe ON pe.id = m.person_id
  JOIN account ac ON ac.person_id = m.person_id AND ac.authority_id = m.authority_id AND ac.active AND ac.removed_at IS NULL AND ac.email IS NOT NULL
  LEFT JOIN mail_choice c ON c.person_id = m.person_id
  LEFT JOIN meeting_mail t ON t.meeting_id = p.meeting_id AND t.membership_id = p.membership_id
  LEFT JOIN meeting_reply r ON r.meeting_id = p.meeting_id AND r.membership_id = p.membership_id AND (r.start_instant = e.start_instant OR r.part_stat = 'delegated')
  WHERE p.meeting_id = $1 AND ${openAt('p', '$2')} AND m.role = ANY ($3::text[]) AND ${openAt('m', '$2')}
    AND (a.valid_to IS NULL OR (a.valid_to + 1)::timestamp AT TIME ZONE 'Europe/Copenhagen' > $2::timestamptz)
  ORDER BY m.person_id, t.method = 'request' DESC NULLS LAST, COALESCE(r.part_stat, 'needsAction') IN ('declined', 'delegated'), p.membership_id`;

/** Where somebody reads mail who may take part no longer, as long as she is in that authority. $1 membership, $2 now. */
const formerRecipient = `
  SELECT m.id AS membership_id, ac.email, pe.language, 'needsAction' AS part_stat, true AS wanted
  FROM membership m JOIN person pe ON pe.id = m.person_id
  JOIN account ac ON ac.person_id = m.person_id AND ac.authority_id = m.authority_id AND ac.active AND ac.removed_at IS NULL AND ac.email IS NOT NULL
  WHERE m.id = $1 AND ${openAt('m', '$2')}`;

/** [MA1–MA8] Invitations by mail: what each participant's calendar was told, is to be told, and the telling of it (SPEC.md, docs/adr/0090). */
@Injectable()
export class MeetingMails implements OnModuleDestroy {
  private isEnding = false;
  private lookedAt: Temporal.Instant | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly config: Config,
    @Inject(MailSetup) private readonly setup: MailSetup | null,
  ) {}

  onModuleDestroy(): void {
    this.isEnding = true;
    this.setup?.mailer.close();
  }

  /**
   * [MA1] The job: makes of what changed what is to be told, and tells it.
   *
   * @param address of the product, for the links to its pages
   */
  async run(address: string): Promise<void> {
    if (this.setup === null) return void (await this.work((tx) => tx.query('DELETE FROM mail_due')));
    const { mailer, address: own } = this.setup;
    await this.markByTime();
    await this.settleAll();
    await this.sendAll(mailer, own, address);
  }

  /**
   * What becomes due by the clock alone: a meeting of a series comes near, somebody's time in a meeting begins or ends [AC50]. Since
   * this process looked last; the first time for as long as nobody may have looked.
   */
  private async markByTime(): Promise<void> {
    const now = this.clock.now();
    const from = this.lookedAt ?? now.subtract({ hours: 24 * daysUnseen });
    const ahead = { hours: 24 * daysAhead };
    await this.work((tx) =>
      tx.query(
        `INSERT INTO mail_due (meeting_id, marks)
         SELECT m.id, 1 FROM meeting m WHERE m.state IN ('proposed', 'confirmed') AND m.start_instant > $2 AND (
           (m.series_id IS NOT NULL AND m.start_instant > $3 AND m.start_instant <= $4)
           OR EXISTS (SELECT 1 FROM meeting_participant p WHERE p.meeting_id = m.id AND ((p.valid_from > $1 AND p.valid_from <= $2) OR (p.valid_to > $1 AND p.valid_to <= $2))))
         ON CONFLICT (meeting_id) DO NOTHING`,
        [from, now, from.add(ahead), now.add(ahead)].map((at) => at.toString()),
      ),
    );
    this.lookedAt = now;
  }

  private async settleAll(): Promise<void> {
    for (let after = '00000000-0000-0000-0000-000000000000'; !this.isEnding; ) {
      const due = await this.work((tx) => tx.query<{ meeting_id: string }>('SELECT meeting_id FROM mail_due WHERE meeting_id > $1 ORDER BY meeting_id LIMIT 100', [after]));
      if (due.length === 0) return;
      for (const { meeting_id } of due) await this.work((tx) => this.settleIn(tx, meeting_id)).catch((error: unknown) => log.error({ error }, 'mail of a meeting not settled'));
      after = due.at(-1)!.meeting_id;
    }
  }

  /** [MA5] Only those are told whose own view changed. */
  private async settleIn(tx: Tx, meetingId: string): Promise<void> {
    // The mark first: what is committed before it was locked is seen by what is read after, and what comes later marks again.
    const [mark] = await tx.query('SELECT 1 FROM mail_due WHERE meeting_id = $1 FOR UPDATE SKIP LOCKED', [meetingId]);
    if (mark === undefined) return;
    await tx.query('DELETE FROM mail_due WHERE meeting_id = $1', [meetingId]);
    const now = this.clock.now();
    const meeting = await this.meetingIn(tx, meetingId);
    if (meeting === null || meeting.start_instant.getTime() + meeting.duration_minutes * 60_000 <= now.epochMilliseconds) return;
    const isOff = meeting.state === 'cancelled' || meeting.state === 'draft';
    if (!isOff && meeting.state !== 'proposed' && meeting.state !== 'confirmed') return;
    const sealer = await this.keyring.sealerIn(tx, meetingId);
    if (sealer.isShredded) return;
    const people = isOff ? [] : await tx.query<Recipient>(recipients, [meetingId, now.toString(), contentRoles]);
    const told = new Map((await tx.query<MailRow>('SELECT * FROM meeting_mail WHERE meeting_id = $1', [meetingId])).map((row) => [row.membership_id, row]));
    const isNear = meeting.series_id === null || meeting.start_instant.getTime() <= now.add({ hours: 24 * daysAhead }).epochMilliseconds;
    for (const one of people) {
      const row = told.get(one.membership_id);
      const said = sealer.fingerprint(JSON.stringify([meeting.start_instant, meeting.duration_minutes, meeting.kind_id, nameOf(meeting, this.config), this.placeOf(meeting, sealer), one.email]), 'mail said');
      const wasTold = row !== undefined && row.method === 'request' && row.sent_at !== null;
      told.delete(one.membership_id);
      // Whoever wants none any more is still told that what stands in her calendar is not true.
      if (!(wasTold || (one.wanted && isNear))) await this.withdrawIn(tx, row, meeting.version);
      else if (row === undefined) await this.insertIn(tx, meeting, sealer, one.membership_id, said);
      else if (row.method === 'cancel' || !Buffer.from(row.said).equals(said)) await this.requestIn(tx, meeting, row, said);
    }
    for (const row of told.values()) await this.withdrawIn(tx, row, meeting.version);
  }

  private async insertIn(tx: Tx, meeting: MeetingFacts, sealer: Sealer, membershipId: string, said: Buffer): Promise<void> {
    await tx.query(
      `INSERT INTO meeting_mail (id, meeting_id, membership_id, token_hash, method, sequence, start_instant, duration_minutes, said, stamped_at, state, next_at, failures)
       VALUES ($1, $2, $3, $9, 'request', $4, $5, $6, $7, $8, 'waiting', $8, 0)`,
      [newId(), meeting.id, membershipId, meeting.version, meeting.start_instant, meeting.duration_minutes, said, this.clock.now().toString(), tokenHash(answerToken(sealer, membershipId))],
    );
  }

  private async requestIn(tx: Tx, meeting: MeetingFacts, row: MailRow, said: Buffer): Promise<void> {
    await tx.query(
      `UPDATE meeting_mail SET method = 'request', sequence = GREATEST($2::int, sequence + 1), start_instant = $3, duration_minutes = $4, said = $5, stamped_at = $6, state = 'waiting', next_at = $6, failures = 0, declines_counter = false WHERE id = $1`,
      [row.id, meeting.version, meeting.start_instant, meeting.duration_minutes, said, this.clock.now().toString()],
    );
  }

  /** What reached nobody needs no cancelling. */
  private async withdrawIn(tx: Tx, row: MailRow | undefined, version: number): Promise<void> {
    if (row === undefined || row.method === 'cancel') return;
    const now = this.clock.now().toString();
    if (row.sent_at === null) await tx.query(`UPDATE meeting_mail SET method = 'cancel', state = 'expired', next_at = NULL WHERE id = $1`, [row.id]);
    else await tx.query(`UPDATE meeting_mail SET method = 'cancel', sequence = GREATEST($2::int, sequence + 1), stamped_at = $3, state = 'waiting', next_at = $3, failures = 0, declines_counter = false WHERE id = $1`, [row.id, version, now]);
  }

  private async sendAll(mailer: Mailer, own: string, address: string): Promise<void> {
    const due = await this.work((tx) => tx.query<MailRow>('SELECT * FROM meeting_mail WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2', [this.clock.now().toString(), aRun]));
    let isAway = false;
    const work = async () => {
      for (let row = due.shift(); row !== undefined && !isAway && !this.isEnding; row = due.shift()) {
        const result = await this.sendOne(mailer, own, address, row).catch((error: unknown) => {
          log.error({ error }, 'mail of a meeting not sent');
          return 'later' as const;
        });
        // Nobody's mail would be taken now: all of it stays due, and nobody's is counted as failed.
        if (result === 'away') isAway = true;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (isAway) log.error({}, 'the mail server takes no mail; what is to be sent waits');
  }

  /** Outside of any transaction but for its first and its last statement: the network may take its time. */
  private async sendOne(mailer: Mailer, own: string, address: string, row: MailRow): Promise<SendResult> {
    const message = await this.work((tx) => this.messageIn(tx, row, own, address));
    if (message === 'changed') return 'later';
    if (message === null) {
      await this.recordAs(row, 'expired', null);
      return 'later';
    }
    const result = await mailer.send(message);
    if (result === 'sent') await this.recordAs(row, 'sent', null);
    else if (result === 'refused') await this.recordAs(row, 'refused', null);
    else if (result === 'later') {
      const now = this.clock.now();
      const isOver = now.epochMilliseconds - row.stamped_at.getTime() > triedForHours * 3_600_000;
      const minutes = Math.min(firstRetryMinutes * 2 ** row.failures, mostMinutesBetween);
      await this.recordAs(row, isOver ? 'expired' : 'waiting', isOver ? null : now.add({ minutes }).toString());
    }
    return result;
  }

  /** Something newer may be to be told meanwhile; then that is what is due. */
  private async recordAs(row: MailRow, state: MailState, nextAt: string | null): Promise<void> {
    const now = this.clock.now().toString();
    await this.work((tx) =>
      tx.query(
        `UPDATE meeting_mail SET sent_at = CASE WHEN $3 = 'sent' THEN $4::timestamptz ELSE sent_at END,
           state = CASE WHEN sequence = $2 THEN $3 ELSE state END, next_at = CASE WHEN sequence = $2 THEN $5::timestamptz ELSE next_at END, failures = CASE WHEN sequence = $2 AND $3 <> 'sent' THEN failures + 1 ELSE failures END, declines_counter = declines_counter AND $3 = 'waiting'
         WHERE id = $1`,
        [row.id, row.sequence, state, now, nextAt],
      ),
    );
  }

  /** null: it can or need not be told any more; `changed`: it is to be told otherwise, which is marked. */
  private async messageIn(tx: Tx, row: MailRow, own: string, address: string): Promise<MailMessage | null | 'changed'> {
    const now = this.clock.now();
    const meeting = await this.meetingIn(tx, row.meeting_id);
    if (meeting === null || row.start_instant.getTime() + row.duration_minutes * 60_000 <= now.epochMilliseconds) return null;
    const isRequest = row.method === 'request';
    if (isRequest && (meeting.start_instant.getTime() !== row.start_instant.getTime() || meeting.duration_minutes !== row.duration_minutes || (meeting.state !== 'proposed' && meeting.state !== 'confirmed'))) return 'changed';
    const found = isRequest ? await tx.query<Recipient>(recipients, [row.meeting_id, now.toString(), contentRoles]) : await tx.query<Recipient>(formerRecipient, [row.membership_id, now.toString()]);
    const to = found.find((one) => one.membership_id === row.membership_id);
    const sealer = await this.keyring.sealerIn(tx, row.meeting_id);
    if (to === undefined || sealer.isShredded) return null;
    return mailOf(
      {
        meetingId: row.meeting_id,
        method: row.declines_counter ? 'declineCounter' : row.method,
        sequence: row.sequence,
        stampedAt: row.stamped_at,
        kindId: meeting.kind_id,
        authorityName: nameOf(meeting, this.config),
        start: row.start_instant,
        durationMinutes: row.duration_minutes,
        place: isRequest ? this.placeOf(meeting, sealer) : null,
        partStat: to.part_stat,
        language: to.language ?? 'da',
      },
      answerAddress(own, sealer, row.membership_id),
      to.email,
      address,
    );
  }

  private async meetingIn(tx: Tx, meetingId: string): Promise<MeetingFacts | null> {
    const [row] = await tx.query<MeetingFacts>(
      `SELECT m.id, m.series_id, m.kind_id, m.place, m.own_place, m.start_instant, m.duration_minutes, m.state, m.version, a.name AS authority_name, a.alias AS authority_alias
       FROM meeting m JOIN authority a ON a.id = m.owner_authority_id WHERE m.id = $1`,
      [meetingId],
    );
    return row ?? null;
  }

  /** [CF4] */
  private placeOf(meeting: MeetingFacts, sealer: Sealer): string | null {
    return placeIsTold({ kindId: meeting.kind_id, inSeries: meeting.series_id !== null, ownPlace: meeting.own_place }) ? sealer.openOrNull(meeting.place, { table: 'meeting', rowId: meeting.id, column: 'place' }) : null;
  }

  /** As the role of the database that may do this; what is opened is shown to nobody here. */
  private work<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return forNobody(() => this.unitOfWork.run(work, { lane: 'job', as: 'mail' }));
  }
}

const nameOf = (meeting: MeetingFacts, config: Config): string => (config.demo ? meeting.authority_alias : null) ?? meeting.authority_name;
