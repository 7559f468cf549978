import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { mayBecome } from '@lib/meetings/meeting.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { leavesOf, rootOf } from './commitment.js';
import { isApprovedByAll } from './minutes.js';
import { MinutesStore } from './minutes-store.service.js';

/** [MI11] Minutes are approved the moment nobody is missing, whether by an answer or because somebody is asked no longer. */
@Injectable()
export class Approvals implements OnModuleInit, OnModuleDestroy {
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly store: MinutesStore,
    private readonly notifications: Notifications,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.undo.push(
      this.events.onOwn('item.audienceChanged', ({ meetingId }) => this.settle(meetingId)),
      this.events.onOwn('meeting.left', ({ meetingId }) => this.settle(meetingId)),
    );
  }

  onModuleDestroy(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  /** The job: who is asked may change without a command, as when a membership ends. */
  async settleAll(): Promise<void> {
    const rows = await this.unitOfWork.run((tx) => tx.query<{ meeting_id: string }>(`SELECT meeting_id FROM minutes_round WHERE phase = 'open'`), { lane: 'job', as: 'minutes' });
    for (const row of rows) await this.settle(row.meeting_id);
  }

  private async settle(meetingId: string): Promise<void> {
    await this.unitOfWork.run(
      async (tx) => {
        const [open] = await tx.query(`SELECT 1 FROM minutes_round WHERE meeting_id = $1 AND phase = 'open'`, [meetingId]);
        if (open === undefined) return;
        await this.lockIn(tx, meetingId);
        await this.settleIn(tx, meetingId, null);
      },
      { lane: 'job', as: 'minutes' },
    );
  }

  /** Whoever answers or settles does it one after the other, and no audience changes meanwhile. */
  async lockIn(tx: Tx, meetingId: string): Promise<void> {
    await this.meetings.lockIn(tx, meetingId);
    await tx.query('SELECT 1 FROM agenda_item WHERE meeting_id = $1 ORDER BY id FOR SHARE', [meetingId]);
  }

  /**
   * Closes the round when nobody is missing. The caller holds {@link lockIn}.
   *
   * @param actorPersonId whose approval was the last one missing, and who is not told; null when nobody's was
   */
  async settleIn(tx: Tx, meetingId: string, actorPersonId: string | null): Promise<void> {
    const standing = await this.store.standingIn(tx, meetingId);
    if (standing?.round?.phase !== 'open' || !isApprovedByAll(standing.timeline, standing.parts)) return;
    const { round, parts, meeting } = standing;
    const stamps = await this.store.stampsIn(tx, round.id, parts);
    const leaves = leavesOf(parts.map((part) => stamps.get(part.partId)!.commitment));
    const frame = parts.find((part) => part.isFrame)!;
    await this.store.addEventIn(tx, { meetingId, roundId: round.id, kind: 'completed', parts: [frame], membershipId: null });
    await tx.query(`UPDATE minutes_round SET phase = 'approved', ended_at = $2, leaves = $3, root = $4 WHERE id = $1`, [round.id, this.clock.now().toString(), Buffer.concat(leaves), rootOf(leaves)]);
    await tx.query(`UPDATE meeting SET minutes_state = 'approved', state = $2, version = version + 1 WHERE id = $1`, [meetingId, mayBecome(meeting.state, 'closed') ? 'closed' : meeting.state]);
    await this.notifications.addIn(tx, actorPersonId, [{ kind: 'minutesApproved', meetingId, membershipIds: standing.seats.map((one) => one.membershipId) }]);
    this.events.emitIn(tx, 'meeting.changed', { meetingId, guests: 'all' });
    this.events.emitIn(tx, 'minutes.changed', { meetingId, partIds: [meetingId] });
    this.events.emitIn(tx, 'minutes.approved', { meetingId });
  }
}
