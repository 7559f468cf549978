import { Injectable } from '@nestjs/common';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { said } from '@lib/platform/speaking.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { isPlanned } from './meeting.js';
import { MeetingPeople } from './meeting-people.service.js';
import { endOf, type MeetingRow } from './meeting-rows.js';
import { chairs, memberOf, participation, repliesOpen, replyCounts, windowView, type Participant } from './participants.js';
import { quorum } from './quorum.js';
import { uniqueAuthorities } from './series.service.js';

/** What people are shown of meetings and their participants. Whether they may see it has been decided before. */
@Injectable()
export class MeetingViews {
  constructor(
    private readonly people: MeetingPeople,
    private readonly clock: Clock,
    private readonly keyring: Keyring,
    private readonly directory: Directory,
    private readonly policy: Policy,
  ) {}

  async summariesIn(tx: Tx, subject: Subject, rows: readonly MeetingRow[]) {
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.id));
    const people = await this.people.ofIn(tx, rows.map((row) => row.id));
    const now = new Date(this.clock.now().epochMilliseconds);
    return rows.map((row) => {
      const participants = people.get(row.id) ?? [];
      const kind = meetingKind(row.kind_id);
      const own = participants.find((one) => one.membershipId === subject.membershipId);
      const at = { table: 'meeting', rowId: row.id };
      const sealer = sealers.get(row.id)!;
      return {
        id: row.id,
        seriesId: row.series_id,
        kindId: row.kind_id,
        kindTitle: kind === undefined ? row.kind_id : said(kind.title),
        title: sealer.openText(row.title, { ...at, column: 'title' }),
        startInstant: row.start_instant.toISOString(),
        endInstant: endOf(row).toISOString(),
        timeZone: row.time_zone,
        place: sealer.openOrNull(row.place, { ...at, column: 'place' }),
        videoLink: sealer.openOrNull(row.video_link, { ...at, column: 'video_link' }),
        state: row.state,
        agendaState: row.agenda_state,
        minutesState: row.minutes_state,
        authorities: uniqueAuthorities(participants),
        ownReply: own?.partStat ?? ('needsAction' as const),
        isSubstitute: own?.standsInFor != null,
        // While its time is still to be chosen there is nothing to say yes to but the poll (PO1).
        canReply: own !== undefined && !(row.state === 'draft' && row.series_id === null) && repliesOpen({ state: row.state, endInstant: endOf(row) }, now),
        replies: replyCounts(participants),
        quorum: kind === undefined ? { met: true, gaps: [] } : quorum(kind.quorum, chairs(participants)),
        version: row.version,
        startLocal: row.start_local,
        canMove: isPlanned(row.state) && row.start_instant > now && this.policy.may(subject, 'meeting.coordinate', {}, { participants: participants.map(participation) }),
      };
    });
  }

  /** What participants know of each other: who comes, and who comes instead of whom. */
  async participantsIn(tx: Tx, subject: Subject, meeting: MeetingRow, participants: readonly Participant[]) {
    const sealer = await this.keyring.sealerIn(tx, meeting.id);
    const facts = { participants: participants.map(participation) };
    const attendance = await this.people.attendanceIn(tx, meeting.id);
    return participants.map(({ note, standsInFor, repliedAt, partStat, window, ...one }) => ({
      ...memberOf(one),
      partStat,
      repliedAt: repliedAt?.toISOString() ?? null,
      note: note === null || !this.policy.may(subject, 'reply.readNote', { ofMembershipId: one.membershipId }, facts) ? null : sealer.openText(note.sealed, { table: 'meeting_reply', rowId: note.sealedFor, column: 'note' }),
      standsInForMembershipId: standsInFor?.membershipId ?? null,
      window: window === undefined ? null : windowView(window),
      attendance: attendance.get(one.membershipId) ?? [],
    }));
  }

  /** [PR5] Who took part and is no longer there. */
  formerIn(tx: Tx, meetingId: string) {
    return this.people.formerIn(tx, meetingId);
  }

  /** [MT41] When and by whom the agenda was sent out; null while it was not. */
  async publishedIn(tx: Tx, meetingId: string) {
    const [row] = await tx.query<{ membership_id: string; at: Date }>(`SELECT membership_id, at FROM meeting_event WHERE meeting_id = $1 AND kind = 'published' ORDER BY version DESC LIMIT 1`, [meetingId]);
    if (row === undefined) return null;
    return { at: row.at.toISOString(), by: (await this.directory.pastMembersIn(tx, [row.membership_id])).get(row.membership_id)! };
  }
}
