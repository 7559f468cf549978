import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Addenda } from './addenda.service.js';
import { AgendaRecord } from './agenda-record.service.js';
import { pathOf } from './commitment.js';
import { answerOf, openRequests, standingApproval } from './minutes.js';
import { hasBegun } from './minutes.service.js';
import { MinutesStore, type Part, type Standing, type TimelineEntry } from './minutes-store.service.js';
import { readingDigest } from './reading.js';

/** What somebody is shown of the way of minutes: only the parts she reads, and what follows from them [MI8]. */
@Injectable()
export class MinutesViews {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly record: AgendaRecord,
    private readonly store: MinutesStore,
    private readonly addenda: Addenda,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly policy: Policy,
  ) {}

  /** @throws Problem `not-found` for those who take no part */
  async view(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => {
      const standing = await this.standingIn(tx, subject, meetingId);
      const { meeting, round, seats, participants } = standing;
      const visible = await this.store.visibleIn(tx, subject, standing);
      const visibleIds = visible.map((part) => part.partId);
      const events = (await this.store.allEventsIn(tx, meetingId)).filter((event) => event.partIds.some((id) => id === meetingId || visibleIds.includes(id)));
      const places = await this.record.placesIn(tx, meeting);
      const numbers = new Map(places.places.map((place) => [place.itemId, place.number]));
      const items = await this.record.itemsIn(tx, places, new Set(visibleIds));
      const stamps = round === null ? new Map<string, never>() : await this.store.stampsIn(tx, round.id, visible);
      const people = await this.directory.pastMembersIn(tx, [...events.flatMap((event) => event.membershipId ?? []), ...(round === null ? [] : [round.sentByMembershipId])]);
      const authorities = await this.directory.authoritiesIn(tx, [...participants.map((one) => one.authority.id), ...events.flatMap((event) => event.authorityId ?? [])]);
      const isOpen = round?.phase === 'open';
      const canCoordinate = this.policy.may(subject, 'meeting.coordinate', {}, { participants: seats });
      const sealers = await this.keyring.sealersIn(tx, [meetingId, ...visibleIds]);
      const textOf = (event: TimelineEntry) => (event.text === null ? null : (sealers.get(event.partIds[0]!)?.openText(event.text, { table: 'minutes_event', rowId: event.id, column: 'text' }) ?? null));
      const refOf = (partId: string) => ({ itemId: partId === meetingId ? null : partId, number: numbers.get(partId) ?? null, title: items.get(partId)?.title ?? null });
      const mine = (part: Part) => this.policy.may(subject, 'minutes.answer', part, { participants: seats });
      const missing = visible.filter((part) => isOpen && part.state === 'frozen' && mine(part) && standingApproval(standing.timeline, part, subject.authorityId) === undefined);
      const requests = openRequests(standing.timeline).filter((one) => visibleIds.includes(one.partIds[0]!));
      return {
        meetingId,
        state: meeting.minutes_state,
        round: round?.number ?? 0,
        sentAt: isOpen || round?.phase === 'approved' ? round.sentAt.toISOString() : null,
        sentBy: isOpen || round?.phase === 'approved' ? people.get(round.sentByMembershipId)! : null,
        due: isOpen ? round.due : null,
        isFreezing: isOpen && visible.some((part) => part.state === 'freezing'),
        digest: isOpen ? readingDigest(meetingId, round.number, visible, stamps).toString('hex') : null,
        approvedAt: round?.phase === 'approved' ? round.endedAt!.toISOString() : null,
        hash: round?.phase === 'approved' ? round.root!.toString('hex') : null,
        canSend: canCoordinate && meeting.minutes_state === 'draft' && !['cancelled', 'draft'].includes(meeting.state) && hasBegun(meeting, this.clock.now()),
        canWithdraw: canCoordinate && isOpen,
        canApprove: missing.length > 0,
        parts: round === null || round.phase === 'withdrawn' ? [] : this.inOrder(visible, numbers).map((part) => ({
          ...refOf(part.partId),
          state: part.state,
          version: part.version,
          requests: requests
            .filter((one) => one.partIds[0] === part.partId)
            .map((one) => ({ id: one.id, authority: authorities.get(one.authorityId!)!, by: people.get(one.membershipId!)!, at: one.at.toISOString(), text: textOf(one)!, canWithdraw: isOpen && one.authorityId === subject.authorityId && mine(part) })),
          isMissingOwn: missing.includes(part),
          canRequestChange: isOpen && part.state !== 'freezing' && mine(part),
          canResend: isOpen && part.state === 'reopened' && this.policy.may(subject, 'minutes.settle', part, { participants: seats }),
          canAdd: round.phase === 'approved' && sealers.get(part.partId)?.isShredded !== true && this.policy.may(subject, 'minutes.settle', part, { participants: seats }),
        })),
        authorities: round === null || round.phase === 'withdrawn' ? [] : this.answers(standing, visible, stamps).map(({ authorityId, by, remindedAt, ...one }) => ({
          ...one,
          authority: authorities.get(authorityId)!,
          by: by === null ? null : people.get(by)!,
          missing: one.missing.map(refOf),
          canRemind: canCoordinate && isOpen && authorityId !== subject.authorityId && one.missing.some((id) => visible.some((part) => part.partId === id && part.state === 'frozen')) && (remindedAt === null || this.clock.now().epochMilliseconds - remindedAt.getTime() >= 24 * 3_600_000),
          remindedAt: remindedAt?.toISOString() ?? null,
        })),
        timeline: events.map((event) => ({
          id: event.id,
          kind: event.kind,
          at: event.at.toISOString(),
          by: event.membershipId === null ? null : people.get(event.membershipId)!,
          authority: event.authorityId === null ? null : authorities.get(event.authorityId)!,
          parts: event.partIds.filter((id) => id === meetingId || visibleIds.includes(id)).map(refOf),
          text: textOf(event),
        })),
      };
    });
  }

  /** What waits for the asker across meetings, oldest first: minutes to approve, and items to send again. */
  async waiting(subject: Subject) {
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<{ meeting_id: string }>(
        `SELECT r.meeting_id FROM minutes_round r JOIN meeting_participant p ON p.meeting_id = r.meeting_id AND p.membership_id = $1
         WHERE r.phase = 'open' ORDER BY r.sent_at, r.id LIMIT 100`,
        [subject.membershipId],
      );
      const headlines = await this.meetings.headlinesIn(tx, rows.map((row) => row.meeting_id));
      const answer = [];
      for (const { meeting_id: meetingId } of rows) {
        const standing = await this.store.standingIn(tx, meetingId);
        if (standing?.round?.phase !== 'open' || !this.policy.may(subject, 'meeting.read', {}, { participants: standing.seats })) continue;
        const visible = await this.store.visibleIn(tx, subject, standing);
        const approve = visible.filter((part) => part.state === 'frozen' && this.policy.may(subject, 'minutes.answer', part, { participants: standing.seats }) && standingApproval(standing.timeline, part, subject.authorityId) === undefined).length;
        const resend = visible.filter((part) => part.state === 'reopened' && this.policy.may(subject, 'minutes.settle', part, { participants: standing.seats })).length;
        if (approve + resend === 0) continue;
        const { title, startInstant } = headlines.get(meetingId)!;
        answer.push({ meetingId, title, startInstant, sentAt: standing.round.sentAt.toISOString(), due: standing.round.due, approve, resend });
      }
      return answer;
    });
  }

  /**
   * [MI11] What is needed to recompute the hash of approved minutes, for the parts that the asker reads.
   *
   * @throws Problem `not-found` also before they are approved
   */
  async proof(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => {
      const standing = await this.standingIn(tx, subject, meetingId);
      const { round } = standing;
      if (round?.phase !== 'approved') throw new Problem('not-found', 'Referatet er ikke godkendt endnu.');
      const visible = await this.store.visibleIn(tx, subject, standing);
      const numbers = new Map((await this.record.placesIn(tx, standing.meeting)).places.map((place) => [place.itemId, place.number]));
      const snapshots = await this.store.snapshotsIn<object>(tx, round.id, visible);
      const addenda = await this.addenda.ofIn(tx, meetingId, visible.map((part) => part.partId));
      return {
        schema: 'samraad/minutes-proof/1' as const,
        meetingId,
        hash: round.root!.toString('hex'),
        parts: this.inOrder(visible, numbers).flatMap((part) => {
          const snapshot = snapshots.get(part.partId);
          if (snapshot === undefined) return [];
          return [
            {
              partId: part.partId,
              version: part.version,
              salt: snapshot.salt,
              content: snapshot.content,
              commitment: snapshot.commitment.toString('hex'),
              path: pathOf(round.leaves!, snapshot.commitment).map(({ side, hash }) => ({ side, hash: hash.toString('hex') })),
            },
          ];
        }),
        addenda: addenda.map((one) => ({ id: one.id, partId: one.partId, version: 1, salt: one.salt, content: one.content, commitment: one.commitment.toString('hex') })),
      };
    });
  }

  /** The answers of the authorities as far as `visible` tells of them; those whose people read none of it are asked for the frame. */
  answers(standing: Standing, visible: readonly Part[], stamps: ReadonlyMap<string, { takenAt: Date }>) {
    const authorityIds = [...new Set(standing.participants.map((one) => one.authority.id))];
    return authorityIds.map((authorityId) => {
      const { state, missing } = answerOf(standing.timeline, visible, authorityId);
      const seen = (event: TimelineEntry) => event.authorityId === authorityId && event.partIds.some((id) => visible.some((part) => part.partId === id));
      const told =
        state === 'changeRequested'
          ? openRequests(standing.timeline).filter(seen).at(-1)
          : standing.timeline.filter((event) => event.kind === 'approved' && seen(event)).at(-1);
      const since = missing.flatMap((id) => stamps.get(id)?.takenAt ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
      return {
        authorityId,
        state,
        missing,
        by: state === 'pending' ? null : (told?.membershipId ?? null),
        at: state === 'pending' ? null : (told?.at.toISOString() ?? null),
        waitingSince: state === 'pending' ? (since?.toISOString() ?? null) : null,
        remindedAt: standing.timeline.filter((event) => event.kind === 'reminded' && seen(event)).at(-1)?.at ?? null,
      };
    });
  }

  private inOrder(parts: readonly Part[], numbers: ReadonlyMap<string, string>): Part[] {
    const order = [...numbers.keys()];
    return [...parts].sort((a, b) => order.indexOf(a.partId) - order.indexOf(b.partId));
  }

  private async standingIn(tx: Tx, subject: Subject, meetingId: string): Promise<Standing> {
    const standing = await this.store.standingIn(tx, meetingId);
    if (standing === null || !this.policy.may(subject, 'meeting.read', {}, { participants: standing.seats })) throw new Problem('not-found');
    return standing;
  }
}
