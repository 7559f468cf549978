import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { mayCoordinate, type Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring, type Sealer } from '@lib/platform/keyring.service.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';

interface Placed {
  id: string;
  place: Uint8Array | null;
  video_link: Uint8Array | null;
  version: number;
}

export interface WhereHeld {
  place: string | null;
  videoLink: string | null;
}

/** Changing a series as a whole. */
@Injectable()
export class SeriesChanges {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [MT29] Where the series is held from now on: its coming meetings, and those that are made later. A meeting that was
   * given a place of its own keeps it.
   *
   * @param expectedVersion the version on the screen; null changes whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`
   */
  async place(subject: Subject, seriesId: string, at: WhereHeld, expectedVersion: number | null): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      // Lock first: the horizon job must not make meetings at the old place meanwhile.
      const [series] = await tx.query<Placed>('SELECT id, place, video_link, version FROM series WHERE id = $1 FOR UPDATE', [seriesId]);
      const rows = await tx.query<{ membership_id: string }>('SELECT membership_id FROM series_participant WHERE series_id = $1', [seriesId]);
      if (series === undefined || !rows.some((row) => row.membership_id === subject.membershipId)) throw new Problem('not-found');
      const members = [...(await this.directory.membersIn(tx, rows.map((row) => row.membership_id))).values()];
      const participants = members.map((one) => ({ membershipId: one.membershipId, personId: one.id, authorityId: one.authority.id }));
      if (!mayCoordinate(subject, { participants })) throw new Problem('not-allowed', 'Serien ændres af dens koordinatorer.');
      if (expectedVersion !== null && expectedVersion !== series.version) throw new Problem('precondition-failed', 'Serien er ændret, siden du åbnede den. Se, hvad der er ændret, før du går videre.');

      const sealer = await this.keyring.sealerIn(tx, seriesId);
      const before = opened(sealer, 'series', series);
      await tx.query('UPDATE series SET place = $2, video_link = $3, version = version + 1 WHERE id = $1', [seriesId, ...sealed(sealer, 'series', seriesId, at)]);

      const now = this.clock.now().toString();
      const meetings = await tx.query<Placed>(
        `SELECT id, place, video_link, version FROM meeting WHERE series_id = $1 AND start_instant > $2 AND state IN ('draft', 'proposed', 'confirmed', 'cancelled') ORDER BY id FOR UPDATE`,
        [seriesId, now],
      );
      const sealers = await this.keyring.sealersIn(tx, meetings.map((meeting) => meeting.id));
      for (const meeting of meetings) {
        const own = sealers.get(meeting.id)!;
        const was = opened(own, 'meeting', meeting);
        if (was.place !== before.place || was.videoLink !== before.videoLink) continue;
        await tx.query('UPDATE meeting SET place = $2, video_link = $3, version = version + 1 WHERE id = $1', [meeting.id, ...sealed(own, 'meeting', meeting.id, at)]);
        await tx.query(`INSERT INTO meeting_event (id, meeting_id, version, kind, membership_id, at) VALUES ($1, $2, $3, 'placed', $4, $5)`, [newId(), meeting.id, meeting.version + 1, subject.membershipId, now]);
        tx.afterCommit(() => this.events.emit('meeting.changed', { meetingId: meeting.id }));
      }
    });
  }
}

function opened(sealer: Sealer, table: string, row: Placed): WhereHeld {
  const open = (value: Uint8Array | null) => (value === null ? null : sealer.openText(value, { table, rowId: row.id }));
  return { place: open(row.place), videoLink: open(row.video_link) };
}

function sealed(sealer: Sealer, table: string, rowId: string, { place, videoLink }: WhereHeld) {
  return [place, videoLink].map((text) => (text === null ? null : sealer.sealText(text, { table, rowId })));
}
