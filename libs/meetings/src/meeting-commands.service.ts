import { Injectable } from '@nestjs/common';
import type { AgendaState, MeetingState, ChosenNotificationKind } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { isSeenByGuests, type MeetingChangeKind } from './meeting.js';
import { MeetingAccess } from './meeting-access.service.js';
import type { MeetingRow } from './meeting-rows.js';

/** What a command says of the change it makes. */
export interface MeetingChange {
  kind: MeetingChangeKind;
  state: MeetingState;
  /** Absent: as it is. */
  agendaState?: AgendaState;
  reason?: string | null;
  movedFromLocal?: string;
  /** What the participants are told; absent: what the kind says. */
  told?: ChosenNotificationKind;
}

/** What of a change the participants are told (NO1). */
const toldAs: Partial<Record<MeetingChangeKind, ChosenNotificationKind>> = {
  cancelled: 'meetingCancelled',
  restored: 'meetingRestored',
  moved: 'meetingMoved',
  kept: 'meetingInvited',
  published: 'agendaPublished',
};

/** What commands on one meeting have in common [MT28]: the lock, who may, the version, and the entry they leave. */
@Injectable()
export class MeetingCommands {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  /**
   * @param expectedVersion the version on the screen; null changes whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, and what `work` throws
   */
  async run(subject: Subject, meetingId: string, expectedVersion: number | null, work: (tx: Tx, row: MeetingRow) => Promise<MeetingChange>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.assertParticipantIn(tx, subject, meetingId);
      // Lock first: a cancellation and a move in the same second must see each other.
      await tx.query('SELECT 1 FROM meeting WHERE id = $1 FOR NO KEY UPDATE', [meetingId]);
      const row = await this.meetings.coordinatedMeetingIn(tx, subject, meetingId);
      if (expectedVersion !== null && expectedVersion !== row.version) throw new Problem('precondition-failed', 'Mødet er ændret, siden du åbnede det. Se, hvad der er ændret, før du går videre.');
      const change = await work(tx, row);
      const version = row.version + 1;
      await tx.query('UPDATE meeting SET state = $2, agenda_state = $3, version = $4 WHERE id = $1', [meetingId, change.state, change.agendaState ?? row.agenda_state, version]);
      const id = newId();
      const sealer = await this.keyring.sealerIn(tx, meetingId);
      await tx.query(
        'INSERT INTO meeting_event (id, meeting_id, version, kind, membership_id, reason, moved_from_local, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
        [
          id,
          meetingId,
          version,
          change.kind,
          subject.membershipId,
          change.reason ? sealer.sealText(change.reason, { table: 'meeting_event', rowId: id, column: 'reason' }) : null,
          change.movedFromLocal ?? null,
          this.clock.now().toString(),
        ],
      );
      const told = change.told ?? toldAs[change.kind];
      if (told !== undefined) {
        const participants = await tx.query<{ membership_id: string }>('SELECT membership_id FROM meeting_participant WHERE meeting_id = $1', [meetingId]);
        await this.notifications.addIn(tx, subject.personId, [{ kind: told, membershipIds: participants.map((one) => one.membership_id), meetingId }]);
      }
      this.events.emitIn(tx, 'meeting.changed', { meetingId, ...(isSeenByGuests(change.kind) ? { guests: 'all' } : {}) });
    });
  }
}
