import { Injectable } from '@nestjs/common';
import type { ChosenNotificationKind } from '@lib/contracts/enums.js';
import type { Member } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { SeriesMeeting, TimeStep } from './series-change.js';
import { timesOfRow, type SeriesRow, type SeriesTimes } from './series-row.js';

/** What a change of a series did, with the row as it was before. */
interface Change {
  series: SeriesRow;
  times: SeriesTimes;
  steps: readonly TimeStep[];
  scope: readonly SeriesMeeting[];
  added: readonly Member[];
}

/** [MT48] What people are told of a change of a series: one line each, whatever the number of meetings. */
@Injectable()
export class SeriesNotices {
  constructor(private readonly notifications: Notifications) {}

  /** The change is written: who takes part now is told, and who left is not. */
  async tellIn(tx: Tx, subject: Subject, change: Change, newMeetingIds: readonly string[]): Promise<void> {
    const kinds = kindsOf(change, newMeetingIds);
    const coming = [...change.scope.map((one) => one.id), ...newMeetingIds];
    const places = await tx.query<{ membership_id: string; meeting_id: string; state: string }>(
      'SELECT p.membership_id, m.id AS meeting_id, m.state FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id WHERE m.id = ANY($1::uuid[]) ORDER BY m.start_instant, m.id',
      [coming],
    );
    const added = new Set(change.added.map((one) => one.membershipId));
    // Nothing but an end that lies beyond the planned meetings: everybody is told at her next one.
    const endsLater = kinds.size === 0 && change.times.lastDate !== timesOfRow(change.series).lastDate;
    const notices = [...new Set(places.map((one) => one.membership_id))].map((membershipId) => {
      const own = places.filter((one) => one.membership_id === membershipId);
      const changed = own.filter((one) => kinds.has(one.meeting_id));
      const next = own.find((one) => one.state !== 'cancelled');
      if (added.has(membershipId)) return next === undefined ? [] : [{ kind: 'seriesInvited' as const, membershipIds: [membershipId], meetingId: next.meeting_id }];
      if (changed.length === 0) return endsLater && next !== undefined ? [{ kind: 'seriesChanged' as const, membershipIds: [membershipId], meetingId: next.meeting_id }] : [];
      const among = new Set(changed.map((one) => kinds.get(one.meeting_id)!));
      return [{ kind: among.size === 1 ? [...among][0]! : ('seriesChanged' as const), membershipIds: [membershipId], meetingId: changed[0]!.meeting_id }];
    });
    await this.notifications.addIn(tx, subject.personId, notices.flat());
  }
}

/** What became of which meeting. */
function kindsOf({ steps }: Change, newMeetingIds: readonly string[]): Map<string, ChosenNotificationKind> {
  const kinds = new Map<string, ChosenNotificationKind>(newMeetingIds.map((id) => [id, 'seriesChanged']));
  for (const step of steps) {
    if (step.action === 'fallsAway') kinds.set(step.meeting.id, 'seriesCancelled');
    if (step.action === 'returns') kinds.set(step.meeting.id, 'seriesChanged');
    if (step.action === 'moves') kinds.set(step.meeting.id, step.to.startLocal === step.meeting.startLocal ? 'seriesChanged' : 'seriesMoved');
  }
  return kinds;
}
