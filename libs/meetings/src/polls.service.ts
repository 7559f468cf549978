import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type PollChoice } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { openAt } from '@lib/access/item-access.service.js';
import { contentRoles, isOpenAt, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { MeetingChanges } from './meeting-changes.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import type { MeetingRow } from './meeting-rows.js';
import { memberOf, participation, type Participant } from './participants.js';
import { choicesOf, endPollIn, heldSlots, storedChoices, type BallotRow, type OutsiderRow, type PollRow } from './poll-rows.js';
import { closingOf, counted, farthestDays, fewestSlots, instantOfSlot, isMissing, mostSlots, quorumAt, stateOfPoll, type Choices, type PollTimes } from './poll.js';
import { holidayAt, ruleOfPlan } from './series-plan.js';
import { SeriesService, type NewMeeting } from './series.service.js';

export interface NewPoll extends PollTimes {
  /** The last day on which answers are taken, `2026-12-04`. */
  answerBy: string;
}

/** A meeting whose time is not known yet. */
export type MeetingWithoutTime = Omit<NewMeeting, 'startLocal' | 'durationMinutes'>;

interface At {
  row: MeetingRow;
  participants: Participant[];
}

const outsiderTable = 'poll_outsider';

/** Polls on when a meeting is held (rules PO1–PO11). Whoever answers by a link does it in `PollLinks`. */
@Injectable()
export class Polls {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly changes: MeetingChanges,
    private readonly series: SeriesService,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly policy: Policy,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** [PO6] The last poll of a meeting, as the asker may see it; null when there was none. @throws Problem `not-found` */
  async ofMeeting(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => this.viewIn(tx, subject, await this.meetings.readableMeetingIn(tx, subject, meetingId)));
  }

  /**
   * [PO1] Asks those who take part in a meeting when else it could be held.
   *
   * @throws Problem `not-found`, `not-allowed`, `invalid-input` (fields as in {@link NewPoll}), `transition-refused` while another goes on, `idempotency-conflict`
   */
  async open(subject: Subject, meetingId: string, input: NewPoll, request?: IdempotentRequest) {
    return this.unitOfWork.run(async (tx) => {
      await this.meetings.lockForIn(tx, subject, meetingId);
      const at = await this.meetings.meetingToPlaceIn(tx, subject, meetingId);
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) === null) await this.idempotency.rememberIn(tx, subject.personId, request, await this.openIn(tx, subject, at, this.questionOf(input)));
      return this.viewIn(tx, subject, at);
    });
  }

  /**
   * [PO1] Asks when a new meeting can be held. The meeting is there from now on as a draft, which calls nobody, at the last of
   * the times.
   *
   * @returns the id of the meeting
   * @throws Problem as {@link open} and `SeriesService.createMeeting`
   */
  async openForNew(subject: Subject, frame: MeetingWithoutTime, input: NewPoll, request?: IdempotentRequest): Promise<string> {
    return this.unitOfWork.run(async (tx) => {
      const made = await this.idempotency.recallIn(tx, subject.personId, request);
      if (made !== null) return made;
      const question = this.questionOf(input);
      const meetingId = await this.series.createDraftIn(tx, subject, { ...frame, startLocal: question.slots.at(-1)!, durationMinutes: question.durationMinutes });
      await this.openIn(tx, subject, await this.meetings.readableMeetingIn(tx, subject, meetingId), question);
      await this.idempotency.rememberIn(tx, subject.personId, request, meetingId);
      return meetingId;
    });
  }

  /**
   * [PO4] Answers for oneself. About a time that has passed what was said before stays.
   *
   * @param expectedVersion of the answer on the screen, 0 for none; null writes over whatever stands
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `precondition-failed`, `invalid-input`
   */
  async answer(subject: Subject, meetingId: string, { pollId, choices }: { pollId: string; choices: Choices }, expectedVersion: number | null) {
    return this.unitOfWork.run(async (tx) => {
      const at = await this.lockedIn(tx, subject, meetingId);
      const poll = await this.openPollIn(tx, at, pollId);
      if (!this.policy.may(subject, 'poll.answer', { isOpen: true, hasSent: hasSent(at, subject) }, takers(at))) throw new Problem('not-allowed', 'Du har sendt en stedfortræder til mødet. Hun svarer.');
      const [last] = await tx.query<BallotRow>('SELECT * FROM poll_ballot WHERE poll_id = $1 AND membership_id = $2 ORDER BY version DESC LIMIT 1', [poll.id, subject.membershipId]);
      const ballot = nextBallot(poll, last, choices, expectedVersion, this.clock.now().epochMilliseconds);
      if (ballot === null) return this.viewIn(tx, subject, at);
      await tx.query('INSERT INTO poll_ballot (id, poll_id, meeting_id, membership_id, version, choices, at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
        newId(),
        poll.id,
        meetingId,
        subject.membershipId,
        ballot.version,
        storedChoices(ballot.choices),
        this.clock.now().toString(),
      ]);
      this.events.emitIn(tx, 'poll.changed', { meetingId });
      return this.viewIn(tx, subject, at);
    });
  }

  /** [PO5] Reminds those members who have not answered, and nobody else. @throws Problem as {@link withdraw} */
  async remind(subject: Subject, meetingId: string, pollId: string) {
    return this.unitOfWork.run(async (tx) => {
      const at = await this.lockedIn(tx, subject, meetingId);
      const poll = await this.ledPollIn(tx, subject, at, pollId);
      const ballots = await this.ballotsIn(tx, poll.id);
      const isPassed = this.passed(poll);
      const missing = this.voters(at).filter((one) => isMissing(ballots.get(one.membershipId)?.choices ?? null, poll.slots, isPassed));
      await tx.query('UPDATE poll SET reminded_at = $2 WHERE id = $1', [poll.id, this.clock.now().toString()]);
      await this.notifications.addIn(tx, subject.personId, [{ kind: 'pollReminded', membershipIds: missing.map((one) => one.membershipId), meetingId }]);
      this.events.emitIn(tx, 'poll.changed', { meetingId });
      return this.viewIn(tx, subject, at);
    });
  }

  /** [PO9] Ends it without a time. @throws Problem `not-found`, `not-allowed`, `transition-refused` for one that has ended */
  async withdraw(subject: Subject, meetingId: string, pollId: string) {
    return this.unitOfWork.run(async (tx) => {
      const at = await this.lockedIn(tx, subject, meetingId);
      await this.ledPollIn(tx, subject, at, pollId, true);
      await endPollIn(tx, meetingId, this.clock.now().toString());
      await this.notifications.addIn(tx, subject.personId, [{ kind: 'pollWithdrawn', membershipIds: this.voters(at).map((one) => one.membershipId), meetingId }]);
      this.events.emitIn(tx, 'poll.changed', { meetingId });
      return this.viewIn(tx, subject, at);
    });
  }

  /**
   * [PO8] Holds the meeting at one of the times: it is moved there, or called, by the command there is for it, and the poll ends with
   * the same commit. Also after the last day for answers.
   *
   * @param expectedVersion of the meeting
   * @throws Problem as `MeetingChanges.move`, `transition-refused` for a poll that has ended, `invalid-input` for another time
   */
  async choose(subject: Subject, meetingId: string, { pollId, startLocal, reason }: { pollId: string; startLocal: string; reason: string | null }, expectedVersion: number | null) {
    const poll = await this.unitOfWork.run(async (tx) => this.ledPollIn(tx, subject, await this.meetings.readableMeetingIn(tx, subject, meetingId), pollId, true));
    if (!poll.slots.includes(startLocal)) throw new Problem('invalid-input', undefined, [{ field: 'startLocal', message: 'Vælg en af afstemningens tider.' }]);
    await this.changes.move(subject, meetingId, { startLocal, durationMinutes: poll.duration_minutes, reason }, expectedVersion, async (tx) => {
      // Asked again behind the lock: of two who choose at once the second finds that it has ended.
      await this.ledPollIn(tx, subject, await this.meetings.readableMeetingIn(tx, subject, meetingId), pollId, true);
      await endPollIn(tx, meetingId, this.clock.now().toString(), startLocal);
    });
    return this.ofMeeting(subject, meetingId);
  }

  /**
   * [PO11] What is held in one's own calendar until a time is chosen, in order of start.
   *
   * @param from `to` instants, half-open
   */
  async holds(subject: Subject, from: string, to: string) {
    if (!contentRoles.includes(subject.role)) return [];
    return this.unitOfWork.run(async (tx) => {
      const polls = await tx.query<PollRow & { kind_id: string; title: Uint8Array; valid_to: Date | null; choices: BallotRow['choices'] | null }>(heldFor, [subject.membershipId, this.clock.now().toString()]);
      const sealers = await this.keyring.sealersIn(tx, polls.map((poll) => poll.meeting_id));
      const [fromMs, toMs] = [Temporal.Instant.from(from).epochMilliseconds, Temporal.Instant.from(to).epochMilliseconds];
      return polls
        .flatMap((poll) => {
          const title = sealers.get(poll.meeting_id)!.openText(poll.title, { table: 'meeting', rowId: poll.meeting_id, column: 'title' });
          const held = heldSlots(poll).filter(({ start }) => poll.valid_to === null || start.epochMilliseconds < poll.valid_to.getTime());
          return held.map(({ startLocal, start }) => ({ meetingId: poll.meeting_id, kindId: poll.kind_id, title, startLocal, startInstant: start.toString(), endInstant: start.add({ minutes: poll.duration_minutes }).toString() }));
        })
        .filter((one) => Date.parse(one.endInstant) > fromMs && Date.parse(one.startInstant) < toMs)
        .sort((a, b) => Date.parse(a.startInstant) - Date.parse(b.startInstant));
    });
  }

  private async openIn(tx: Tx, subject: Subject, at: At, { slots, durationMinutes, closesAt }: Question): Promise<string> {
    const { row } = at;
    const [former] = await tx.query<PollRow>(`SELECT * FROM poll WHERE meeting_id = $1 AND state = 'open'`, [row.id]);
    if (former !== undefined && stateOfPoll(former, row, this.clock.now().epochMilliseconds) === 'open') throw new Problem('transition-refused', 'Der er allerede en afstemning om mødets tid. Træk den tilbage, før du begynder en ny.');
    // One whose time is over makes room.
    await endPollIn(tx, row.id, this.clock.now().toString());
    const id = newId();
    await tx.query(`INSERT INTO poll (id, meeting_id, opened_by_membership_id, slots, duration_minutes, closes_at, state, opened_at) VALUES ($1, $2, $3, $4, $5, $6, 'open', $7)`, [
      id,
      row.id,
      subject.membershipId,
      slots,
      durationMinutes,
      closesAt.toString(),
      this.clock.now().toString(),
    ]);
    await this.notifications.addIn(tx, subject.personId, [{ kind: 'pollOpened', membershipIds: this.voters(at).map((one) => one.membershipId), meetingId: row.id }]);
    this.events.emitIn(tx, 'poll.changed', { meetingId: row.id });
    return id;
  }

  /** [PO2] [PO3] */
  private questionOf({ slots, durationMinutes, answerBy }: NewPoll): Question {
    const now = this.clock.now();
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
    if (slots.length < fewestSlots || slots.length > mostSlots) throw invalid('slots', 'Vælg mindst to og højst tyve tider.');
    slots.forEach((startLocal, n) => {
      try {
        ruleOfPlan({ startLocal, durationMinutes, pattern: { kind: 'once' }, ends: null, excludedDates: [], addedDates: [] }, today);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        throw new Problem('invalid-input', undefined, error.errors.map((one) => ({ ...one, field: one.field === 'startLocal' ? `slots.${n}` : one.field })));
      }
      if (Temporal.Instant.compare(instantOfSlot(startLocal), now) <= 0) throw invalid(`slots.${n}`, 'Tidspunktet er allerede passeret.');
      if (Temporal.PlainDate.compare(startLocal.slice(0, 10), today.add({ days: farthestDays })) > 0) throw invalid(`slots.${n}`, 'Vælg tider højst et år frem.');
      if (slots.indexOf(startLocal) !== n) throw invalid(`slots.${n}`, 'Tiden er der to gange.');
    });
    const sorted = [...slots].sort();
    if (Temporal.PlainDate.compare(answerBy, today) < 0) throw invalid('answerBy', 'Vælg en dag fra i dag og frem.');
    if (answerBy > sorted.at(-1)!.slice(0, 10)) throw invalid('answerBy', 'Svarfristen ligger efter den sidste tid.');
    return { slots: sorted, durationMinutes, closesAt: closingOf(sorted, answerBy) };
  }

  /** Held still with its meeting: who answers and who chooses at once do it one after the other. */
  private async lockedIn(tx: Tx, subject: Subject, meetingId: string): Promise<At> {
    await this.meetings.lockForIn(tx, subject, meetingId);
    return this.meetings.readableMeetingIn(tx, subject, meetingId);
  }

  private async pollIn(tx: Tx, at: At, pollId: string): Promise<PollRow> {
    const [poll] = await tx.query<PollRow>('SELECT * FROM poll WHERE id = $1 AND meeting_id = $2', [pollId, at.row.id]);
    if (poll === undefined) throw new Problem('not-found');
    return poll;
  }

  private async openPollIn(tx: Tx, at: At, pollId: string): Promise<PollRow> {
    const poll = await this.pollIn(tx, at, pollId);
    if (stateOfPoll(poll, at.row, this.clock.now().epochMilliseconds) !== 'open') throw over();
    return poll;
  }

  /**
   * A poll that the asker leads.
   *
   * @param alsoOver whether one counts that nobody answers any more
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`
   */
  async ledPollIn(tx: Tx, subject: Subject, at: At, pollId: string, alsoOver = false): Promise<PollRow> {
    const poll = await this.pollIn(tx, at, pollId);
    if (!this.policy.may(subject, 'poll.lead', {}, takers(at))) throw new Problem('not-allowed', 'Afstemninger ledes af mødets koordinatorer.');
    const state = stateOfPoll(poll, at.row, this.clock.now().epochMilliseconds);
    if (state !== 'open' && !(alsoOver && state === 'over')) throw over();
    return poll;
  }

  /** Those who answer for a chair, while it is theirs: whoever has sent a substitute leaves it to her. */
  private voters({ participants }: At): Participant[] {
    const nowMs = this.clock.now().epochMilliseconds;
    return participants.filter((one) => one.partStat !== 'delegated' && isOpenAt(one.window, nowMs));
  }

  private passed({ slots }: Pick<PollRow, 'slots'>): (slot: number) => boolean {
    const nowMs = this.clock.now().epochMilliseconds;
    return (slot) => instantOfSlot(slots[slot]!).epochMilliseconds <= nowMs;
  }

  /** The last ones that the asker may see, by membership or outsider. */
  private async ballotsIn(tx: Tx, pollId: string): Promise<Map<string, { version: number; choices: Choices; at: string }>> {
    const rows = await tx.query<BallotRow>('SELECT DISTINCT ON (membership_id, outsider_id) * FROM poll_ballot WHERE poll_id = $1 ORDER BY membership_id, outsider_id, version DESC', [pollId]);
    return new Map(rows.map((row) => [row.membership_id ?? row.outsider_id!, { version: row.version, choices: choicesOf(row.choices), at: row.at.toISOString() }]));
  }

  async viewIn(tx: Tx, subject: Subject, at: At) {
    const { row } = await this.meetings.readableMeetingIn(tx, subject, at.row.id);
    const [poll] = await tx.query<PollRow>('SELECT * FROM poll WHERE meeting_id = $1 ORDER BY opened_at DESC, id DESC LIMIT 1', [row.id]);
    if (poll === undefined) return null;
    const state = stateOfPoll(poll, row, this.clock.now().epochMilliseconds);
    const leads = this.policy.may(subject, 'poll.lead', {}, takers(at));
    const isPassed = this.passed(poll);
    const asked = this.voters(at);
    const all = await tx.query<{ is_outsider: boolean; choices: BallotRow['choices'] | null }>('SELECT is_outsider, choices FROM poll_choices($1)', [poll.id]);
    const given = all.flatMap(({ choices }) => (choices === null ? [] : [choicesOf(choices)]));
    const count = asked.length + all.filter((one) => one.is_outsider).length;
    const ballots = await this.ballotsIn(tx, poll.id);
    const own = ballots.get(subject.membershipId);
    const kind = meetingKind(row.kind_id);
    const people = asked.map((one) => ({ personId: one.id, authorityId: one.authority.id, sector: one.authority.sector, choices: ballots.get(one.membershipId)?.choices ?? null }));
    const counts = counted(poll.slots.length, count, given, isPassed);
    return {
      id: poll.id,
      state,
      durationMinutes: poll.duration_minutes,
      closesAt: poll.closes_at.toISOString(),
      openedAt: poll.opened_at.toISOString(),
      openedBy: (await this.directory.pastMembersIn(tx, [poll.opened_by_membership_id])).get(poll.opened_by_membership_id)!,
      remindedAt: leads ? (poll.reminded_at?.toISOString() ?? null) : null,
      chosenLocal: poll.chosen_local,
      asked: count,
      answered: given.filter((choices) => !isMissing(choices, poll.slots, isPassed)).length,
      slots: poll.slots.map((startLocal, slot) => {
        const start = instantOfSlot(startLocal);
        return {
          startLocal,
          startInstant: start.toString(),
          endInstant: start.add({ minutes: poll.duration_minutes }).toString(),
          holiday: holidayAt(startLocal),
          isPassed: isPassed(slot),
          ...counts[slot]!,
          // Who of which sector can is told by name to those who lead it, and to nobody else.
          quorum: leads && kind !== undefined ? quorumAt(kind.quorum, people, slot) : null,
        };
      }),
      own: own === undefined ? null : { version: own.version, choices: own.choices, at: own.at },
      canAnswer: this.policy.may(subject, 'poll.answer', { isOpen: state === 'open', hasSent: hasSent(at, subject) }, takers(at)),
      canLead: leads,
      people: leads ? asked.map((one) => ({ person: memberOf(one), choices: ballots.get(one.membershipId)?.choices ?? null, isMissing: isMissing(ballots.get(one.membershipId)?.choices ?? null, poll.slots, isPassed) })) : null,
      outsiders: leads ? await this.outsidersIn(tx, poll, ballots, isPassed) : null,
    };
  }

  private async outsidersIn(tx: Tx, poll: PollRow, ballots: ReadonlyMap<string, { choices: Choices }>, isPassed: (slot: number) => boolean) {
    const rows = await tx.query<OutsiderRow>('SELECT id, name, invited_at, renewed_at FROM poll_outsider WHERE poll_id = $1 ORDER BY invited_at, id', [poll.id]);
    if (rows.length === 0) return [];
    const sealer = await this.keyring.sealerIn(tx, poll.meeting_id);
    return rows.map((one) => {
      const choices = ballots.get(one.id)?.choices ?? null;
      return { id: one.id, name: sealer.openText(one.name, { table: outsiderTable, rowId: one.id, column: 'name' }), linkAt: (one.renewed_at ?? one.invited_at).toISOString(), choices, isMissing: isMissing(choices, poll.slots, isPassed) };
    });
  }
}

interface Question extends PollTimes {
  closesAt: Temporal.Instant;
}

const invalid = (field: string, message: string) => new Problem('invalid-input', undefined, [{ field, message } satisfies FieldError]);
const over = () => new Problem('transition-refused', 'Afstemningen er slut.');

const takers = ({ participants }: At) => ({ participants: participants.map(participation) });
const hasSent = ({ participants }: At, subject: Subject) => participants.some((one) => one.membershipId === subject.membershipId && one.partStat === 'delegated');

/**
 * What is to be stored after the last ballot; null when nothing changes. Shared with those who answer by a link.
 *
 * @throws Problem `precondition-failed`, `invalid-input`
 */
export function nextBallot(poll: Pick<PollRow, 'slots'>, last: Pick<BallotRow, 'version' | 'choices'> | undefined, choices: Choices, expectedVersion: number | null, nowMs: number): { version: number; choices: (PollChoice | null)[] } | null {
  if (choices.length !== poll.slots.length) throw invalid('choices', 'Svar til hver af afstemningens tider.');
  const before = last === undefined ? null : choicesOf(last.choices);
  const next = poll.slots.map((slot, n) => (instantOfSlot(slot).epochMilliseconds <= nowMs ? (before?.[n] ?? null) : (choices[n] ?? null)));
  // The same once more is no other answer, whoever was quicker.
  if (before !== null && next.every((one, n) => one === before[n])) return null;
  if (expectedVersion !== null && expectedVersion !== (last?.version ?? 0)) throw new Problem('precondition-failed', 'Dit svar er ændret et andet sted. Se det, der står nu, før du gemmer.');
  return { version: (last?.version ?? 0) + 1, choices: next };
}

/** [PO11] Polls that go on about meetings that a membership ($1) takes part in, with her last answer. $2 now. */
const heldFor = /* sql */ `
  SELECT p.*, m.kind_id, m.title, a.valid_to, b.choices FROM meeting_participant a JOIN poll p ON p.meeting_id = a.meeting_id JOIN meeting m ON m.id = p.meeting_id
  LEFT JOIN LATERAL (SELECT choices FROM poll_ballot b WHERE b.poll_id = p.id AND b.membership_id = a.membership_id ORDER BY b.version DESC LIMIT 1) b ON true
  WHERE a.membership_id = $1 AND ${openAt('a', '$2')} AND p.state = 'open' AND p.closes_at > $2::timestamptz AND m.state IN ('draft', 'proposed', 'confirmed') AND m.start_instant > $2::timestamptz
    AND NOT EXISTS (SELECT 1 FROM meeting_reply r WHERE r.meeting_id = m.id AND r.membership_id = a.membership_id AND r.part_stat = 'delegated')`;
