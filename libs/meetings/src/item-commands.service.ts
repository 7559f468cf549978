import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { ItemChangeKind } from './agenda.js';
import { MeetingAccess } from './meeting-access.service.js';

/** What commands on one item have in common: their locks, who may, the version, and the entry they leave. */
@Injectable()
export class ItemCommands {
  constructor(
    private readonly meetings: MeetingAccess,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly policy: Policy,
  ) {}

  /**
   * [MT32] Locks the meeting, then the item, and answers what stands.
   *
   * @param expectedVersion the version on the screen; null changes whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`
   */
  async beginIn(tx: Tx, subject: Subject, itemId: string, expectedVersion: number | null) {
    // Asked before any lock, so that nobody can tell by waiting that a closed item exists.
    const { meeting } = await this.meetings.itemFactsIn(tx, subject, itemId);
    await this.meetings.lockIn(tx, meeting.id);
    const all = await this.meetings.itemWithPeopleIn(tx, subject, itemId, 'UPDATE');
    if (!this.policy.may(subject, 'item.change', all.facts, all.facts)) throw new Problem('not-allowed', 'Punkter ændres af koordinatorer, der selv kan se dem, mens referatet er åbent.');
    if (expectedVersion !== null && expectedVersion !== all.item.version) {
      throw new Problem('precondition-failed', 'Punktet er ændret, siden du åbnede det. Vælg, hvad der skal stå.');
    }
    return all;
  }

  /** The item gets its next version, and the entry that tells of it [MT33]. */
  async recordIn(tx: Tx, subject: Subject, item: { id: string; version: number }, kind: ItemChangeKind, content?: object): Promise<void> {
    const now = this.clock.now().toString();
    const id = newId();
    const sealer = await this.keyring.sealerIn(tx, item.id);
    await tx.query('UPDATE agenda_item SET version = $2, changed_at = $3 WHERE id = $1', [item.id, item.version + 1, now]);
    await tx.query('INSERT INTO agenda_item_event (id, item_id, version, kind, membership_id, content, at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      id,
      item.id,
      item.version + 1,
      kind,
      subject.membershipId,
      content === undefined ? null : sealer.sealText(JSON.stringify(content), { table: 'agenda_item_event', rowId: id, column: 'content' }),
      now,
    ]);
  }
}

/** @throws Problem `transition-refused` once the agenda is closed */
export function assertAgendaOpen(meeting: { agenda_state: string; state: string }): void {
  if (meeting.state === 'cancelled') throw new Problem('transition-refused', 'Mødet er aflyst.');
  if (meeting.agenda_state === 'closed') throw new Problem('transition-refused', 'Dagsordenen er afsluttet.');
}
