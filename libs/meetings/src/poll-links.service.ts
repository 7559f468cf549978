import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { askingAs } from '@lib/platform/asking.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { said } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { choicesOf, storedChoices, type BallotRow, type PollRow } from './poll-rows.js';
import { instantOfSlot, mostOutsiders, type Choices } from './poll.js';
import { nextBallot, Polls } from './polls.service.js';
import { holidayAt } from './series-plan.js';

/** What a coordinator is shown once, to pass on. */
export interface PollLink {
  outsiderId: string;
  /** 256 bits, base64url; stands behind the # of the address. */
  token: string;
}

/** 256 bits in base64url. */
const tokenForm = /^[A-Za-z0-9_-]{43}$/;
const table = 'poll_outsider';
const keptDays = 30;
const removedAtOnce = 500;

/** [PO7] Links by which people without an account answer a poll, and answering by them. */
@Injectable()
export class PollLinks {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly polls: Polls,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a link for somebody. Repeated, it is a new one for the same.
   *
   * @param name by whom the coordinators know her; no one else is shown it, she herself neither
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `idempotency-conflict`
   */
  async invite(subject: Subject, meetingId: string, pollId: string, name: string, request?: IdempotentRequest): Promise<PollLink> {
    return this.unitOfWork.run(async (tx) => {
      const poll = await this.ledIn(tx, subject, meetingId, pollId);
      const invited = await this.idempotency.recallIn(tx, subject.personId, request);
      if (invited !== null) return this.renewIn(tx, poll, invited);
      const rows = await tx.query<{ id: string }>('SELECT id FROM poll_outsider WHERE poll_id = $1', [poll.id]);
      if (rows.length >= mostOutsiders) throw new Problem('transition-refused', 'Der kan højst gives halvtreds links til en afstemning.');
      const [id, token] = [newId(), newToken()];
      const sealed = (await this.keyring.sealerIn(tx, meetingId)).sealText(name, { table, rowId: id, column: 'name' });
      await tx.query('INSERT INTO poll_outsider (id, poll_id, meeting_id, name, token_hash, invited_by_membership_id, invited_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [id, poll.id, meetingId, sealed, hashOf(token), subject.membershipId, this.clock.now().toString()]);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      this.events.emitIn(tx, 'poll.changed', { meetingId });
      return { outsiderId: id, token };
    });
  }

  /** The link anew, to be passed on: the former opens nothing any more. @throws Problem as {@link invite} */
  async renew(subject: Subject, meetingId: string, pollId: string, outsiderId: string): Promise<PollLink> {
    return this.unitOfWork.run(async (tx) => {
      const link = await this.renewIn(tx, await this.ledIn(tx, subject, meetingId, pollId), outsiderId);
      this.events.emitIn(tx, 'poll.changed', { meetingId });
      return link;
    });
  }

  /** Takes a link back, with the name it was given to and what was answered by it. Taking it twice changes nothing. @throws Problem as {@link invite} */
  async revoke(subject: Subject, meetingId: string, pollId: string, outsiderId: string) {
    return this.unitOfWork.run(async (tx) => {
      const poll = await this.ledIn(tx, subject, meetingId, pollId);
      const removed = await tx.query('DELETE FROM poll_outsider WHERE id = $1 AND poll_id = $2 RETURNING id', [outsiderId, poll.id]);
      if (removed.length > 0) this.events.emitIn(tx, 'poll.changed', { meetingId });
      return this.polls.viewIn(tx, subject, await this.meetings.readableMeetingIn(tx, subject, meetingId));
    });
  }

  /**
   * All that a link shows: the kind of the meeting, the times, and what was answered by it. The meeting's own title was written
   * for those who take part in it.
   *
   * @param token as it was sent; anything
   * @throws Problem `not-found` for what is no living link of a poll that goes on
   */
  async read(token: string) {
    return this.byLink(token, (tx, poll) => this.viewIn(tx, poll));
  }

  /**
   * @param expectedVersion as in `Polls.answer`
   * @throws Problem `not-found`, `precondition-failed`, `invalid-input`
   */
  async answer(token: string, choices: Choices, expectedVersion: number | null) {
    return this.byLink(token, async (tx, poll) => {
      const last = await this.ballotIn(tx);
      const ballot = nextBallot(poll, last, choices, expectedVersion, this.clock.now().epochMilliseconds);
      if (ballot !== null) {
        // Of two at once by the same link the second finds the number taken, and is told so.
        const stored = await tx.query(
          `INSERT INTO poll_ballot (id, poll_id, meeting_id, outsider_id, version, choices, at) VALUES ($1, $2, $3, outsider_of_link(), $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id`,
          [newId(), poll.id, poll.meeting_id, ballot.version, storedChoices(ballot.choices), this.clock.now().toString()],
        );
        if (stored.length === 0) throw new Problem('precondition-failed', 'Dit svar er ændret et andet sted. Se det, der står nu, før du gemmer.');
        this.events.emitIn(tx, 'poll.changed', { meetingId: poll.meeting_id });
      }
      return this.viewIn(tx, poll);
    });
  }

  /** [PO12] The job: who answered by a link, and what, thirty days after nobody could any more. The rule of the database says the same. */
  async removeOld(): Promise<void> {
    const before = this.clock.now().subtract({ hours: 24 * keptDays }).toString();
    for (let removed = removedAtOnce; removed === removedAtOnce; ) {
      removed = await this.unitOfWork.run(
        async (tx) =>
          (await tx.query(`DELETE FROM poll_outsider WHERE id IN (SELECT o.id FROM poll_outsider o JOIN poll p ON p.id = o.poll_id WHERE LEAST(p.closes_at, p.ended_at) <= $1 LIMIT ${removedAtOnce}) RETURNING id`, [before])).length,
        { lane: 'job', as: 'keeper' },
      );
    }
  }

  /** For whoever knows the secret, as the role that is bound to it. */
  private async byLink<T>(token: string, work: (tx: Tx, poll: PollRow) => Promise<T>): Promise<T> {
    if (!tokenForm.test(token)) throw new Problem('not-found');
    return askingAs({ token, as: 'request' }, () =>
      this.unitOfWork.run(
        async (tx) => {
          const [poll] = await tx.query<PollRow>('SELECT id, meeting_id, slots, duration_minutes, closes_at FROM poll WHERE id = poll_of_link()');
          if (poll === undefined) throw new Problem('not-found');
          return work(tx, poll);
        },
        { as: 'poll' },
      ),
    );
  }

  private async ballotIn(tx: Tx): Promise<BallotRow | undefined> {
    return (await tx.query<BallotRow>('SELECT version, choices, at FROM poll_ballot WHERE outsider_id = outsider_of_link() ORDER BY version DESC LIMIT 1'))[0];
  }

  private async viewIn(tx: Tx, poll: PollRow) {
    const [meeting] = await tx.query<{ kind_id: string }>('SELECT kind_id FROM meeting WHERE id = $1', [poll.meeting_id]);
    if (meeting === undefined) throw new Problem('not-found');
    const kind = meetingKind(meeting.kind_id);
    const own = await this.ballotIn(tx);
    const nowMs = this.clock.now().epochMilliseconds;
    return {
      kindTitle: kind === undefined ? said('Møde') : said(kind.title),
      durationMinutes: poll.duration_minutes,
      closesAt: poll.closes_at.toISOString(),
      slots: poll.slots.map((startLocal) => {
        const start = instantOfSlot(startLocal);
        return { startLocal, startInstant: start.toString(), endInstant: start.add({ minutes: poll.duration_minutes }).toString(), holiday: holidayAt(startLocal), isPassed: start.epochMilliseconds <= nowMs };
      }),
      own: own === undefined ? null : { version: own.version, choices: choicesOf(own.choices), at: own.at.toISOString() },
    };
  }

  /** Of a poll that goes on, held still with its meeting. */
  private async ledIn(tx: Tx, subject: Subject, meetingId: string, pollId: string): Promise<PollRow> {
    await this.meetings.lockForIn(tx, subject, meetingId);
    return this.polls.ledPollIn(tx, subject, await this.meetings.readableMeetingIn(tx, subject, meetingId), pollId);
  }

  private async renewIn(tx: Tx, poll: PollRow, outsiderId: string): Promise<PollLink> {
    const token = newToken();
    const renewed = await tx.query('UPDATE poll_outsider SET token_hash = $3, renewed_at = $4 WHERE id = $1 AND poll_id = $2 RETURNING id', [outsiderId, poll.id, hashOf(token), this.clock.now().toString()]);
    // Perhaps it was taken back meanwhile.
    if (renewed.length === 0) throw new Problem('not-found');
    return { outsiderId, token };
  }
}

const newToken = () => randomBytes(32).toString('base64url');

/** By which a secret is stored and counted. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
