import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import type { ItemFacts, Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { lacksBasis } from './item-basis.js';
import { meetingKind } from './meeting-kinds.data.js';
import { MeetingPeople } from './meeting-people.service.js';
import { nobody, type ItemRow, type MeetingRow } from './meeting-rows.js';
import { memberOf, participation, type Participant } from './participants.js';

/** Meetings and items as facts, for commands of this lib and of others: each asks here first, in its own transaction. */
@Injectable()
export class MeetingAccess {
  constructor(
    private readonly people: MeetingPeople,
    private readonly keyring: Keyring,
    private readonly access: ItemAccess,
    private readonly policy: Policy,
  ) {}

  /** @throws Problem `not-found` for those who take no part */
  async readableMeetingIn(tx: Tx, subject: Subject, meetingId: string): Promise<{ row: MeetingRow; participants: Participant[] }> {
    const [row] = await tx.query<MeetingRow>('SELECT * FROM meeting WHERE id = $1', [meetingId]);
    if (row === undefined) throw new Problem('not-found');
    const participants = (await this.people.ofIn(tx, [meetingId])).get(meetingId) ?? [];
    if (!this.policy.may(subject, 'meeting.read', {}, { participants: participants.map(participation) })) throw new Problem('not-found');
    return { row, participants };
  }

  /**
   * A meeting that the asker coordinates, for commands that change its frame.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async coordinatedMeetingIn(tx: Tx, subject: Subject, meetingId: string): Promise<MeetingRow> {
    const { row, participants } = await this.readableMeetingIn(tx, subject, meetingId);
    if (!this.policy.may(subject, 'meeting.coordinate', {}, { participants: participants.map(participation) })) throw new Problem('not-allowed', 'Mødet ændres af dets koordinatorer.');
    return row;
  }

  /**
   * A meeting for whose participants a time may be looked for, with them.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async meetingToPlaceIn(tx: Tx, subject: Subject, meetingId: string): Promise<{ row: MeetingRow; participants: Participant[] }> {
    const { row, participants } = await this.readableMeetingIn(tx, subject, meetingId);
    const object = { meetingState: row.state, startMs: row.start_instant.getTime() };
    if (!this.policy.may(subject, 'availability.ask', object, { participants: participants.map(participation) })) throw new Problem('not-allowed', 'Tidspunkter findes af mødets koordinatorer, indtil mødet begynder.');
    return { row, participants };
  }

  /** @throws Problem `not-found` for those who take no part */
  async assertParticipantIn(tx: Tx, subject: Subject, meetingId: string): Promise<void> {
    await this.readableMeetingIn(tx, subject, meetingId);
  }

  /** Whoever adds items or changes who takes part does it one after the other: readers follow from both. */
  async lockIn(tx: Tx, meetingId: string): Promise<void> {
    await tx.query('SELECT 1 FROM meeting WHERE id = $1 FOR NO KEY UPDATE', [meetingId]);
  }

  /**
   * As {@link lockIn}, for the command of somebody. Asked before the lock, so that nobody who takes no part can wait for
   * those who do, or make them wait; the caller asks again behind it, because who takes part may have changed.
   *
   * @throws Problem `not-found`
   */
  async lockForIn(tx: Tx, subject: Subject, meetingId: string): Promise<void> {
    await this.assertParticipantIn(tx, subject, meetingId);
    await this.lockIn(tx, meetingId);
  }

  /**
   * Facts about an item for the commands of other libs (decisions), and the proof that it may be read.
   *
   * @param lock holds the audience still until the end of the transaction: `SHARE` for what depends on it, `UPDATE` for
   *   what changes it
   * @throws Problem `not-found`
   */
  async itemFactsIn(tx: Tx, subject: Subject, itemId: string, lock?: 'SHARE' | 'UPDATE') {
    const { participants, ...all } = await this.itemWithPeopleIn(tx, subject, itemId, lock);
    return { ...all, participants: participants.map(memberOf) };
  }

  /** As {@link itemFactsIn}, with what the participants answered. */
  async itemWithPeopleIn(tx: Tx, subject: Subject, itemId: string, lock?: 'SHARE' | 'UPDATE') {
    let readable = await this.access.readableIn(tx, subject, itemId);
    if (readable !== null && lock !== undefined) {
      // Asked before the lock, so that nobody can tell by waiting that a closed item exists; and again behind it,
      // because the audience may have changed in between.
      await tx.query(`SELECT 1 FROM agenda_item WHERE id = $1 FOR ${lock}`, [readable]);
      readable = await this.access.readableIn(tx, subject, itemId);
    }
    if (readable === null) throw new Problem('not-found');
    const [item] = await this.itemRowsIn(tx, 'id = $1', readable);
    if (item === undefined) throw new Problem('not-found');
    const { row: meeting, participants } = await this.readableMeetingIn(tx, subject, item.meeting_id);
    const audience = (await this.access.audiencesIn(tx, [itemId])).get(itemId) ?? nobody;
    const facts: ItemFacts = { participants: participants.map(participation), audience, minutesState: meeting.minutes_state, meetingState: meeting.state, itemState: item.state, isReopened: item.minutes_reopened, lacksBasis: lacksBasis(meetingKind(meeting.kind_id), item) };
    return { readable, item, meeting, participants, facts };
  }

  /** Rows in the order of the agenda; whether they may be read is for the caller to ask. */
  async itemRowsIn(tx: Tx, condition: string, parameter: string): Promise<ItemRow[]> {
    return tx.query<ItemRow>(`SELECT * FROM agenda_item WHERE ${condition} ORDER BY order_key, id`, [parameter]);
  }

  /**
   * The whole agenda of a meeting, for places and times. Where the database itself shows the asker only her own items
   * (docs/rls.md), the others are rows that tell their place, under an id that is nobody's, and nothing else.
   */
  async agendaIn(tx: Tx, meetingId: string): Promise<ItemRow[]> {
    if (tx.role !== 'request') return this.itemRowsIn(tx, 'meeting_id = $1', meetingId);
    return tx.query<ItemRow>('SELECT * FROM agenda_item WHERE meeting_id = $1 UNION ALL SELECT * FROM closed_items($1) ORDER BY order_key, id', [meetingId]);
  }

  /** Titles and starts of meetings for those who may know of them; the caller has decided that. */
  async headlinesIn(tx: Tx, meetingIds: readonly string[]) {
    const rows = await tx.query<MeetingRow>('SELECT * FROM meeting WHERE id = ANY($1::uuid[])', [[...new Set(meetingIds)]]);
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.id));
    return new Map(
      rows.map((row) => [
        row.id,
        { id: row.id, title: sealers.get(row.id)!.openText(row.title, { table: 'meeting', rowId: row.id, column: 'title' }), startInstant: row.start_instant.toISOString() },
      ]),
    );
  }
}
