import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { answerers, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { mayBecome } from '@lib/meetings/meeting.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import type { MeetingRow } from '@lib/meetings/meeting-rows.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { AgendaRecord } from './agenda-record.service.js';
import { Approvals } from './approvals.service.js';
import { Freezing } from './freezing.service.js';
import { answerOf, openRequests, standingApproval } from './minutes.js';
import { MinutesStore, type Part, type Round, type Standing } from './minutes-store.service.js';
import { toAnswerers, toSettlers } from './notices.js';
import { readingDigest } from './reading.js';

type OpenStanding = Standing & { round: Round };

/** The way of minutes from draft to approved [MI3–MI12]. Each command locks the meeting: one after the other. */
@Injectable()
export class MinutesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly record: AgendaRecord,
    private readonly store: MinutesStore,
    private readonly freezing: Freezing,
    private readonly approvals: Approvals,
    private readonly idempotency: Idempotency,
    private readonly notifications: Notifications,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly policy: Policy,
  ) {}

  /**
   * [MI3] Freezes the minutes at one point and sends them to the authorities.
   *
   * @param due `YYYY-MM-DD`, today or later; null asks for no day
   * @param expectedRound how many rounds there were on the screen; null sends whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `invalid-input`
   */
  async send(subject: Subject, meetingId: string, due: string | null, expectedRound: number | null): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.lockForIn(tx, subject, meetingId);
      const row = await this.meetings.coordinatedMeetingIn(tx, subject, meetingId);
      const standing = (await this.store.standingIn(tx, meetingId))!;
      const number = standing.round?.number ?? 0;
      if (expectedRound !== null && expectedRound !== number) throw changed();
      this.assertMayBeSent(row);
      if (due !== null && !this.isFromToday(due)) throw new Problem('invalid-input', undefined, [{ field: 'due', message: 'Vælg i dag eller en senere dag.' }]);
      // Whoever is recording a decision now finishes first, and whoever comes after finds the minutes sent.
      await tx.query('SELECT 1 FROM agenda_item WHERE meeting_id = $1 ORDER BY id FOR UPDATE', [meetingId]);
      const { places } = await this.record.placesIn(tx, row);
      const roundId = newId();
      await tx.query(`INSERT INTO minutes_round (id, meeting_id, number, phase, due, sent_by_membership_id, sent_at) VALUES ($1, $2, $3, 'open', $4, $5, $6)`, [roundId, meetingId, number + 1, due, subject.membershipId, this.clock.now().toString()]);
      const parts = [{ partId: meetingId, documentId: null }, ...places.map((place) => ({ partId: place.itemId, documentId: place.documentId }))];
      await this.freezing.freezeIn(tx, meetingId, roundId, parts, false);
      // Minutes are of a meeting that was held, and its agenda is over.
      await tx.query(`UPDATE meeting SET minutes_state = 'forApproval', agenda_state = 'closed', state = $2, version = version + 1 WHERE id = $1`, [meetingId, heldState(row)]);
      await this.store.addEventIn(tx, { meetingId, roundId, kind: 'sent', parts: [{ partId: meetingId, version: 0 }], membershipId: subject.membershipId });
      const sent = (await this.store.standingIn(tx, meetingId))!;
      await this.notifications.addIn(tx, subject.personId, toAnswerers('minutesSent', meetingId, sent.seats, sent.parts));
      this.tellIn(tx, meetingId, [meetingId], true);
    });
    await this.freezing.complete(meetingId);
  }

  /**
   * [MI5, MI6] Approves, for the asker's authority, everything that the asker reads and may answer for.
   *
   * @param expectedDigest what she had on the screen, as the view says it
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`
   */
  async approve(subject: Subject, meetingId: string, expectedDigest: string): Promise<void> {
    await this.openIn(subject, meetingId, async (tx, standing) => {
      const visible = await this.store.visibleIn(tx, subject, standing);
      const own = visible.filter((part) => this.policy.may(subject, 'minutes.answer', part, { participants: standing.seats }));
      if (own.length === 0) throw new Problem('not-allowed', 'Din myndigheds svar gives af dens koordinator eller leder ved mødet.');
      const digest = readingDigest(meetingId, standing.round.number, visible, await this.store.stampsIn(tx, standing.round.id, visible));
      if (digest.toString('hex') !== expectedDigest) throw changed();
      const missing = own.filter((part) => part.state === 'frozen' && standingApproval(standing.timeline, part, subject.authorityId) === undefined);
      if (missing.length === 0) throw new Problem('transition-refused', 'Din myndighed har allerede godkendt det, der kan godkendes nu.');
      await this.store.addEventIn(tx, { meetingId, roundId: standing.round.id, kind: 'approved', parts: missing, authorityId: subject.authorityId, membershipId: subject.membershipId, digest });
      const partIds = missing.map((part) => part.partId);
      this.events.emitIn(tx, 'minutes.approvedByAuthority', { meetingId, partIds, authorityId: subject.authorityId });
      this.tellIn(tx, meetingId, partIds);
      await this.approvals.settleIn(tx, meetingId, subject.personId);
    });
  }

  /**
   * [MI7] Asks for a change of one item, or (null) of who was there; it can be written again with the commit.
   *
   * @param version of the item on the screen
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `idempotency-conflict`
   */
  async requestChange(subject: Subject, meetingId: string, itemId: string | null, version: number, text: string, request?: IdempotentRequest): Promise<void> {
    await this.openIn(subject, meetingId, async (tx, standing) => {
      const part = await this.partIn(tx, subject, standing, itemId);
      if (!this.policy.may(subject, 'minutes.answer', part, { participants: standing.seats })) throw new Problem('not-allowed', 'Din myndigheds svar gives af dens koordinator eller leder ved mødet.');
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return;
      if (version !== part.version) throw changed();
      if (part.state === 'freezing') throw new Problem('transition-refused', 'Punktet er ved at blive låst. Prøv igen om et øjeblik.');
      if (part.state === 'frozen') await this.freezing.reopenIn(tx, meetingId, standing.round.id, part);
      const id = await this.store.addEventIn(tx, { meetingId, roundId: standing.round.id, kind: 'changeRequested', parts: [part], authorityId: subject.authorityId, membershipId: subject.membershipId, text });
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      await this.notifications.addIn(tx, subject.personId, [toSettlers('minutesChangeAsked', meetingId, standing.seats, part, this.clock.now())]);
      this.events.emitIn(tx, 'minutes.changeRequested', { meetingId, itemId, authorityId: subject.authorityId });
      this.tellIn(tx, meetingId, [part.partId]);
    });
  }

  /**
   * [MI9] Takes a request back. When no other waits and nobody has written meanwhile, the item is again as it was approved.
   *
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`
   */
  async withdrawRequest(subject: Subject, meetingId: string, requestId: string): Promise<void> {
    await this.openIn(subject, meetingId, async (tx, standing) => {
      const open = openRequests(standing.timeline);
      const asked = standing.timeline.find((one) => one.id === requestId && one.kind === 'changeRequested');
      if (asked === undefined) throw new Problem('not-found');
      const part = await this.partIn(tx, subject, standing, asked.partIds[0] === meetingId ? null : asked.partIds[0]!);
      if (asked.authorityId !== subject.authorityId || !this.policy.may(subject, 'minutes.answer', part, { participants: standing.seats })) throw new Problem('not-allowed', 'En anmodning trækkes tilbage af den myndighed, der bad om ændringen.');
      if (!open.includes(asked)) throw new Problem('transition-refused', 'Anmodningen er allerede besvaret eller trukket tilbage.');
      await this.store.addEventIn(tx, { meetingId, roundId: standing.round.id, kind: 'requestWithdrawn', parts: [part], authorityId: subject.authorityId, membershipId: subject.membershipId, aboutId: requestId });
      const others = open.some((one) => one !== asked && one.partIds[0] === part.partId);
      if (!others && part.state === 'reopened') await this.freezeAgainIn(tx, meetingId, standing, part, true);
      this.tellIn(tx, meetingId, [part.partId]);
    });
    await this.freezing.complete(meetingId);
  }

  /**
   * [MI10] Sends one reopened item again, with the answer to those who asked for a change.
   *
   * @param answer.text needed when nothing was changed
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`, `invalid-input`
   */
  async resend(subject: Subject, meetingId: string, itemId: string | null, version: number, answer: { outcome: 'changed' | 'declined'; text: string | null }): Promise<void> {
    await this.openIn(subject, meetingId, async (tx, standing) => {
      const part = await this.partIn(tx, subject, standing, itemId);
      if (!this.policy.may(subject, 'minutes.settle', part, { participants: standing.seats })) throw new Problem('not-allowed', 'Punktet sendes igen af en koordinator, der selv kan se det.');
      if (version !== part.version) throw changed();
      if (part.state !== 'reopened') throw new Problem('transition-refused', 'Punktet er allerede sendt igen.');
      if (answer.outcome === 'declined' && answer.text === null) throw new Problem('invalid-input', undefined, [{ field: 'text', message: 'Skriv, hvorfor teksten ikke er ændret.' }]);
      await this.store.addEventIn(tx, { meetingId, roundId: standing.round.id, kind: 'resent', parts: [part], membershipId: subject.membershipId, text: answer.text });
      await this.freezeAgainIn(tx, meetingId, standing, part, false);
      await this.notifications.addIn(tx, subject.personId, toAnswerers('minutesResent', meetingId, standing.seats, [part]));
      this.tellIn(tx, meetingId, [part.partId]);
    });
    await this.freezing.complete(meetingId);
  }

  /**
   * [MI13] Reminds an authority of what it is asked for, at most once a day.
   *
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`
   */
  async remind(subject: Subject, meetingId: string, authorityId: string): Promise<void> {
    await this.openIn(subject, meetingId, async (tx, standing) => {
      if (!this.policy.may(subject, 'meeting.coordinate', {}, { participants: standing.seats })) throw new Problem('not-allowed', 'Mødets koordinatorer minder de andre om at svare.');
      const visible = await this.store.visibleIn(tx, subject, standing);
      if (!standing.seats.some((one) => one.authorityId === authorityId)) throw new Problem('not-found');
      const waiting = visible.filter((part) => part.state === 'frozen' && answerOf(standing.timeline, visible, authorityId).missing.includes(part.partId));
      if (waiting.length === 0) throw new Problem('transition-refused', 'Myndigheden mangler ikke at godkende noget nu.');
      const now = this.clock.now();
      // Only reminders that she may know of count, or the refusal would tell of the others.
      const seen = standing.timeline.filter((one) => one.kind === 'reminded' && one.authorityId === authorityId && one.partIds.some((id) => visible.some((part) => part.partId === id)));
      if (seen.some((one) => now.epochMilliseconds - one.at.getTime() < 24 * 3_600_000)) throw new Problem('transition-refused', 'De er mindet om det inden for det sidste døgn.');
      await this.store.addEventIn(tx, { meetingId, roundId: standing.round.id, kind: 'reminded', parts: waiting, authorityId, membershipId: subject.membershipId });
      const membershipIds = [...new Set(waiting.flatMap((part) => answerers({ participants: standing.seats, audience: part.audience }, authorityId).map((one) => one.membershipId)))];
      await this.notifications.addIn(tx, subject.personId, toAnswerers('minutesReminded', meetingId, standing.seats, waiting, authorityId));
      this.events.emitIn(tx, 'minutes.reminded', { meetingId, authorityId, membershipIds });
      this.tellIn(tx, meetingId, waiting.map((part) => part.partId));
    });
  }

  /**
   * [MI12] Takes the minutes back from approval: they are a draft again, and what was approved is void.
   *
   * @param reason read by all who take part
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`
   */
  async withdraw(subject: Subject, meetingId: string, reason: string, expectedRound: number | null): Promise<void> {
    await this.openIn(subject, meetingId, async (tx, standing) => {
      if (!this.policy.may(subject, 'meeting.coordinate', {}, { participants: standing.seats })) throw new Problem('not-allowed', 'Referatet trækkes tilbage af mødets koordinatorer.');
      if (expectedRound !== null && expectedRound !== standing.round.number) throw changed();
      const frame = standing.parts.find((part) => part.isFrame)!;
      await this.store.addEventIn(tx, { meetingId, roundId: standing.round.id, kind: 'withdrawn', parts: [frame], membershipId: subject.membershipId, text: reason });
      await tx.query(`UPDATE minutes_round SET phase = 'withdrawn', ended_at = $2 WHERE id = $1`, [standing.round.id, this.clock.now().toString()]);
      await tx.query(`UPDATE meeting SET minutes_state = 'draft', version = version + 1 WHERE id = $1`, [meetingId]);
      await this.freezing.releaseIn(tx, meetingId, standing.parts);
      // The reason is for all who take part, and so is that what was approved is void.
      await this.notifications.addIn(tx, subject.personId, [{ kind: 'minutesWithdrawn', meetingId, membershipIds: standing.seats.map((one) => one.membershipId) }]);
      this.tellIn(tx, meetingId, [meetingId], true);
    });
  }

  private async freezeAgainIn(tx: Tx, meetingId: string, standing: OpenStanding, part: Part, isRestore: boolean): Promise<void> {
    if (!part.isFrame) await tx.query('SELECT 1 FROM agenda_item WHERE id = $1 FOR UPDATE', [part.partId]);
    await this.freezing.freezeIn(tx, meetingId, standing.round.id, [part], isRestore);
  }

  /** A command on minutes that are for approval, by somebody who takes part. */
  private async openIn(subject: Subject, meetingId: string, work: (tx: Tx, standing: OpenStanding) => Promise<void>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.assertParticipantIn(tx, subject, meetingId);
      await this.approvals.lockIn(tx, meetingId);
      const standing = await this.store.standingIn(tx, meetingId);
      if (standing === null || !this.policy.may(subject, 'meeting.read', {}, { participants: standing.seats })) throw new Problem('not-found');
      const { round } = standing;
      if (round === null || round.phase !== 'open') throw new Problem('transition-refused', round?.phase === 'approved' ? 'Referatet er allerede godkendt.' : 'Referatet er ikke sendt til godkendelse.');
      await work(tx, { ...standing, round });
    });
  }

  /** @throws Problem `not-found` for what the asker may not read, as for what is not there */
  private async partIn(tx: Tx, subject: Subject, standing: Standing, itemId: string | null): Promise<Part> {
    const part = (await this.store.visibleIn(tx, subject, standing)).find((one) => (itemId === null ? one.isFrame : !one.isFrame && one.partId === itemId));
    if (part === undefined) throw new Problem('not-found');
    return part;
  }

  private tellIn(tx: Tx, meetingId: string, partIds: readonly string[], isStateNew = false): void {
    if (isStateNew) this.events.emitIn(tx, 'meeting.changed', { meetingId, guests: 'all' });
    this.events.emitIn(tx, 'minutes.changed', { meetingId, partIds });
  }

  private assertMayBeSent(row: MeetingRow): void {
    if (row.minutes_state === 'forApproval') throw new Problem('transition-refused', 'Referatet er allerede sendt til godkendelse.');
    if (row.minutes_state === 'approved') throw new Problem('transition-refused', 'Referatet er allerede godkendt.');
    if (row.state === 'cancelled') throw new Problem('transition-refused', 'Mødet er aflyst.');
    if (row.state === 'draft') throw new Problem('transition-refused', 'Mødet er ikke indkaldt endnu.');
    if (!hasBegun(row, this.clock.now())) throw new Problem('transition-refused', 'Referatet kan sendes til godkendelse, når mødet er begyndt.');
  }

  private isFromToday(day: string): boolean {
    try {
      const today = this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
      const asked = Temporal.PlainDate.from(day);
      return Temporal.PlainDate.compare(asked, today) >= 0 && Temporal.PlainDate.compare(asked, today.add({ years: 1 })) <= 0;
    } catch {
      return false;
    }
  }
}

/** [MI3] Minutes can be sent once the meeting's time has come, or it has begun before. */
export const hasBegun = (row: Pick<MeetingRow, 'agenda_state' | 'start_instant'>, now: Temporal.Instant): boolean =>
  ['inSession', 'closed'].includes(row.agenda_state) || row.start_instant.getTime() <= now.epochMilliseconds;

/** Sending minutes says that the meeting was held; one that was only proposed was confirmed by those who came. */
function heldState(row: MeetingRow) {
  const confirmed = mayBecome(row.state, 'confirmed') ? 'confirmed' : row.state;
  return mayBecome(confirmed, 'held') ? 'held' : row.state;
}

const changed = () => new Problem('precondition-failed', 'Referatet er ændret, siden du åbnede det. Se det igen, før du svarer.');
