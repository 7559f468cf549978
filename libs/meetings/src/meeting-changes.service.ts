import { Injectable } from '@nestjs/common';
import type { MeetingState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { ItemDocuments } from './item-documents.js';
import { isPlanned, mayBecome, type MeetingChangeKind } from './meeting.js';
import { movedTo } from './moved-to.js';
import { MeetingAccess } from './meeting-access.service.js';
import { MeetingCommands } from './meeting-commands.service.js';
import type { MeetingRow } from './meeting-rows.js';
import { endPollIn } from './poll-rows.js';
import { acceptForConvenerIn } from './series-replies.js';

const table = 'meeting';

/**
 * Cancelling, moving and placing one meeting [MT23–MT27]. Each command names the version it saw; those who take part
 * hear of it after the commit.
 */
@Injectable()
export class MeetingChanges {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: MeetingCommands,
    private readonly meetings: MeetingAccess,
    private readonly documents: ItemDocuments,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * [MT24] Cancels a meeting that has not begun. Its agenda stays readable and can no longer be written.
   *
   * @param expectedVersion the version on the screen; null cancels whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`
   */
  async cancel(subject: Subject, meetingId: string, reason: string, expectedVersion: number | null): Promise<void> {
    await this.commands.run(subject, meetingId, expectedVersion, async (tx, row) => {
      this.assertNext(row, 'cancelled');
      this.assertAhead(row);
      await this.setDocumentsIn(tx, meetingId, 'frozen');
      await endPollIn(tx, meetingId, this.clock.now().toString());
      return { kind: 'cancelled', state: 'cancelled', reason };
    });
  }

  /**
   * [MT25] Takes a cancellation back while the time of the meeting still lies ahead; its agenda is open again.
   *
   * @throws Problem as {@link cancel}
   */
  async restore(subject: Subject, meetingId: string, expectedVersion: number | null): Promise<void> {
    await this.commands.run(subject, meetingId, expectedVersion, async (tx, row) => {
      if (row.state !== 'cancelled') throw refused('Mødet er ikke aflyst.');
      this.assertAhead(row);
      if (row.minutes_state === 'draft') await this.setDocumentsIn(tx, meetingId, 'open');
      return { kind: 'restored', state: 'proposed' };
    });
  }

  /**
   * [MT26] Moves a meeting; its `recurrenceId` stays, so that the series knows which of its meetings it is.
   *
   * One by itself that was a draft, because its time was still to be chosen, is called by it [PO8].
   *
   * @param within done in the same transaction, behind the lock of the meeting, before it moves
   * @throws Problem as {@link cancel}, and `invalid-input`, `rule-invalid` for a time that cannot be held
   */
  async move(subject: Subject, meetingId: string, to: { startLocal: string; durationMinutes: number; reason: string | null }, expectedVersion: number | null, within?: (tx: Tx) => Promise<void>): Promise<void> {
    const now = this.clock.now();
    const { startLocal, start } = movedTo(to, now);
    await this.commands.run(subject, meetingId, expectedVersion, async (tx, row) => {
      if (!isPlanned(row.state)) throw refused(stateWords(row.state));
      this.assertAhead(row);
      await within?.(tx);
      // [PO9] Its time is decided: what was asked about it is over.
      await endPollIn(tx, meetingId, now.toString());
      await tx.query('UPDATE meeting SET start_local = $2, start_instant = $3, duration_minutes = $4 WHERE id = $1', [meetingId, startLocal, start.toString(), to.durationMinutes]);
      if (row.state !== 'draft' || row.series_id !== null) return { kind: 'moved', state: 'proposed', reason: to.reason, movedFromLocal: row.start_local };
      await acceptForConvenerIn(tx, meetingId, subject.membershipId, now.toString());
      return { kind: 'moved', state: 'proposed', reason: to.reason, told: 'meetingInvited' };
    });
  }

  /**
   * [MT22] Decides that a meeting on a holiday is held all the same.
   *
   * @throws Problem as {@link cancel}
   */
  async keep(subject: Subject, meetingId: string, expectedVersion: number | null): Promise<void> {
    await this.commands.run(subject, meetingId, expectedVersion, async (tx, row) => {
      if (row.state !== 'draft') throw refused('Mødet er allerede indkaldt.');
      this.assertAhead(row);
      await endPollIn(tx, meetingId, this.clock.now().toString());
      return { kind: 'kept', state: 'proposed' };
    });
  }

  /**
   * [MT27] Where one meeting is held, and its video link. What differs from the series is its own from now on; what is as
   * the series has it follows the series. What is not said stays as it is.
   *
   * @throws Problem as {@link cancel}
   */
  async place(subject: Subject, meetingId: string, at: { place?: string | null; videoLink?: string | null }, expectedVersion: number | null): Promise<void> {
    await this.commands.run(subject, meetingId, expectedVersion, async (tx, row) => {
      if (!isPlanned(row.state)) throw refused(stateWords(row.state));
      const sealer = await this.keyring.sealerIn(tx, meetingId);
      const seal = (text: string | null, column: string) => (text === null ? null : sealer.sealText(text, { table, rowId: meetingId, column }));
      const ofSeries = row.series_id === null ? null : await this.whereSeriesIsIn(tx, row.series_id);
      if (at.place !== undefined) await tx.query('UPDATE meeting SET place = $2, own_place = $3 WHERE id = $1', [meetingId, seal(at.place, 'place'), ofSeries !== null && at.place !== ofSeries.place]);
      if (at.videoLink !== undefined) await tx.query('UPDATE meeting SET video_link = $2, own_video_link = $3 WHERE id = $1', [meetingId, seal(at.videoLink, 'video_link'), ofSeries !== null && at.videoLink !== ofSeries.videoLink]);
      return { kind: 'placed', state: row.state };
    });
  }

  /**
   * What was changed, oldest first, for those who take part.
   *
   * @throws Problem `not-found`
   */
  async history(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => {
      const { participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      const rows = await tx.query<{ id: string; version: number; kind: MeetingChangeKind; membership_id: string; reason: Uint8Array | null; moved_from_local: string | null; at: Date }>(
        'SELECT * FROM meeting_event WHERE meeting_id = $1 ORDER BY version',
        [meetingId],
      );
      if (rows.length === 0 || participants.length === 0) return [];
      const sealer = await this.keyring.sealerIn(tx, meetingId);
      const members = await this.directory.pastMembersIn(tx, rows.map((row) => row.membership_id));
      return rows.map((row) => ({
        version: row.version,
        kind: row.kind,
        at: row.at.toISOString(),
        by: members.get(row.membership_id)!,
        reason: row.reason === null ? null : sealer.openText(row.reason, { table: 'meeting_event', rowId: row.id, column: 'reason' }),
        movedFromLocal: row.moved_from_local,
      }));
    });
  }

  private async whereSeriesIsIn(tx: Tx, seriesId: string) {
    const [row] = await tx.query<{ place: Uint8Array | null; video_link: Uint8Array | null }>('SELECT place, video_link FROM series WHERE id = $1', [seriesId]);
    const sealer = await this.keyring.sealerIn(tx, seriesId);
    const open = (value: Uint8Array | null | undefined, column: string) => (value ? sealer.openText(value, { table: 'series', rowId: seriesId, column }) : null);
    return { place: open(row?.place, 'place'), videoLink: open(row?.video_link, 'video_link') };
  }

  private assertNext(row: MeetingRow, to: MeetingState): void {
    if (!mayBecome(row.state, to)) throw refused(stateWords(row.state));
  }

  private assertAhead(row: MeetingRow): void {
    if (row.start_instant.getTime() <= this.clock.now().epochMilliseconds) throw refused('Mødets tidspunkt er passeret.');
  }

  private async setDocumentsIn(tx: Tx, meetingId: string, state: 'open' | 'frozen'): Promise<void> {
    const items = await tx.query<{ document_id: string }>(`SELECT document_id FROM agenda_item WHERE meeting_id = $1 AND state NOT IN ('withdrawn', 'moved') ORDER BY document_id`, [meetingId]);
    await this.documents.setStateIn(tx, items.map((item) => item.document_id), state);
  }
}

const refused = (detail: string) => new Problem('transition-refused', detail);

function stateWords(state: MeetingState): string {
  return state === 'cancelled' ? 'Mødet er aflyst.' : 'Mødet er afholdt.';
}
