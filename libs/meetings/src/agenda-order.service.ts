import { Injectable } from '@nestjs/common';
import { generateKeyBetween } from 'fractional-indexing';
import { Problem } from '@lib/contracts/problems.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { between, type Target } from './agenda.js';
import { assertAgendaOpen, ItemCommands } from './item-commands.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { watchOutlineIn } from './outline-news.js';

/** The order of the agenda. */
@Injectable()
export class AgendaOrder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: ItemCommands,
    private readonly meetings: MeetingAccess,
    private readonly access: ItemAccess,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [MT31] Puts an item beside another one of those it stands among. Of two coordinators at once both succeed: a place is
   * named by its neighbour, not by a number that the other one has just changed.
   *
   * @throws Problem `not-found` also for a neighbour that the mover cannot see, `not-allowed`, `transition-refused`,
   *   `invalid-input` for an item beside itself
   */
  async move(subject: Subject, itemId: string, target: Target): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const { item, meeting } = await this.commands.beginIn(tx, subject, itemId, null);
      assertAgendaOpen(meeting);
      if (item.state === 'withdrawn') throw new Problem('transition-refused', 'Punktet er taget af dagsordenen.');
      const neighbour = 'afterItemId' in target ? target.afterItemId : target.beforeItemId;
      if (neighbour === itemId) throw new Problem('invalid-input', undefined, [{ field: 'afterItemId', message: 'Et punkt kan ikke stå ved siden af sig selv.' }]);
      if (neighbour !== null && (await this.access.readableIn(tx, subject, neighbour)) === null) throw new Problem('not-found');
      const rows = await this.meetings.itemRowsIn(tx, 'meeting_id = $1', meeting.id);
      const siblings = rows.filter((row) => row.parent_id === item.parent_id && row.id !== itemId).map((row) => ({ id: row.id, orderKey: row.order_key }));
      const keys = between(siblings, target);
      if (keys === null) throw new Problem('not-found');
      const tell = await watchOutlineIn(tx, this.events, item);
      await tx.query('UPDATE agenda_item SET order_key = $2, changed_at = $3 WHERE id = $1', [itemId, generateKeyBetween(...keys), this.clock.now().toString()]);
      await tell();
    });
  }
}
