import { Injectable } from '@nestjs/common';
import type { AgendaState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { agendaMayBecome, mayBecome } from './meeting.js';
import { MeetingCommands } from './meeting-commands.service.js';
import type { MeetingRow } from './meeting-rows.js';

const hourMs = 3_600_000;

/** The agenda of one meeting, from being built to being closed [MT40]. */
@Injectable()
export class AgendaSteps {
  constructor(
    private readonly commands: MeetingCommands,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [MT41] Sends the agenda out. It may still be changed; what was changed since shows.
   *
   * @param expectedVersion the version on the screen; null changes whatever stands
   * @throws Problem `not-found`, `not-allowed`, `precondition-failed`, `transition-refused`
   */
  async publish(subject: Subject, meetingId: string, expectedVersion: number | null): Promise<void> {
    await this.commands.run(subject, meetingId, expectedVersion, async (tx, row) => {
      assertNext(row, 'published');
      if (row.state === 'draft') throw refused('Mødet er ikke indkaldt endnu.');
      const [item] = await tx.query(`SELECT 1 FROM agenda_item WHERE meeting_id = $1 AND state <> 'withdrawn' LIMIT 1`, [meetingId]);
      if (item === undefined) throw refused('Dagsordenen har ingen punkter.');
      this.events.emitIn(tx, 'agenda.published', { meetingId });
      return { kind: 'published', state: row.state, agendaState: 'published' };
    });
  }

  /**
   * [MT42] Begins the meeting, from an hour before its time. Holding a meeting that was only proposed confirms it.
   *
   * @throws Problem as {@link publish}
   */
  async start(subject: Subject, meetingId: string, expectedVersion: number | null): Promise<void> {
    await this.commands.run(subject, meetingId, expectedVersion, async (_tx, row) => {
      assertNext(row, 'inSession');
      const confirmed = row.state === 'proposed' && mayBecome('proposed', 'confirmed') ? 'confirmed' : row.state;
      if (!mayBecome(confirmed, 'held')) throw refused('Mødet er ikke indkaldt endnu.');
      if (this.clock.now().epochMilliseconds < row.start_instant.getTime() - hourMs) throw refused('Mødet kan begynde fra en time før sin tid.');
      return { kind: 'started', state: 'held', agendaState: 'inSession' };
    });
  }

  /**
   * [MT43] Closes the agenda when the meeting is over; its minutes are still written.
   *
   * @throws Problem as {@link publish}
   */
  async close(subject: Subject, meetingId: string, expectedVersion: number | null): Promise<void> {
    await this.commands.run(subject, meetingId, expectedVersion, async (_tx, row) => {
      assertNext(row, 'closed');
      return { kind: 'agendaClosed', state: row.state, agendaState: 'closed' };
    });
  }
}

function assertNext(row: MeetingRow, to: AgendaState): void {
  if (row.state === 'cancelled') throw refused('Mødet er aflyst.');
  if (!agendaMayBecome(row.agenda_state, to)) throw refused(words[row.agenda_state]);
}

const words: Record<AgendaState, string> = {
  building: 'Mødet er ikke begyndt.',
  published: 'Dagsordenen er allerede udsendt.',
  inSession: 'Mødet er allerede begyndt.',
  closed: 'Dagsordenen er afsluttet.',
};

const refused = (detail: string) => new Problem('transition-refused', detail);
