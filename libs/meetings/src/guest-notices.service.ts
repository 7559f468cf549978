import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { GuestRow } from '@lib/access/guests.js';
import { openAt } from '@lib/access/item-access.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';

/** [GU8] Tells the coordinators who answer for a guest that her link was locked by wrong codes. */
@Injectable()
export class GuestNotices implements OnModuleInit {
  constructor(
    private readonly events: DomainEvents,
    private readonly unitOfWork: UnitOfWork,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.onOwn('guest.locked', ({ membershipId }) => this.unitOfWork.run((tx) => this.tellIn(tx, membershipId), { lane: 'job', as: 'notices' }));
  }

  private async tellIn(tx: Tx, membershipId: string): Promise<void> {
    const [guest] = await tx.query<GuestRow>('SELECT * FROM guest WHERE membership_id = $1', [membershipId]);
    if (guest === undefined) return;
    const seers = guest.item_id === null ? 'meeting_participant s WHERE s.meeting_id = $1' : 'item_reader s WHERE s.item_id = $1';
    const rows = await tx.query<{ id: string }>(`SELECT m.id FROM membership m WHERE m.role = 'coordinator' AND m.id IN (SELECT s.membership_id FROM ${seers} AND ${openAt('s', '$2')})`, [
      guest.item_id ?? guest.meeting_id,
      this.clock.now().toString(),
    ]);
    await this.notifications.addIn(tx, null, [{ kind: 'guestLocked', membershipIds: rows.map((row) => row.id), meetingId: guest.meeting_id, ...(guest.item_id === null ? {} : { itemId: guest.item_id }) }]);
    this.events.emitIn(tx, 'guest.changed', { meetingId: guest.meeting_id, itemId: guest.item_id });
  }
}
