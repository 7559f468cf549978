import { Injectable } from '@nestjs/common';
import type { MeetingState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject, Window } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Disclosures, type Ground, type Shown } from './disclosures.service.js';
import { MeetingPeople } from './meeting-people.service.js';
import { participation, repliesOpen } from './participants.js';
import { ParticipationChanges } from './participation-changes.service.js';
import { lockSeriesIn } from './series-row.js';

/** Days are Danish, `2026-12-28`, both within; null has no bound. */
export interface StandingSubstitute {
  substituteMembershipId: string;
  fromDate: string | null;
  toDate: string | null;
}

interface SubstituteRow {
  membership_id: string;
  substitute_membership_id: string;
  from_date: string | null;
  to_date: string | null;
  /** Sealed (scope: the series); null with those from before it was asked for. */
  reason: Uint8Array | null;
}

const table = 'series_substitute';

/** A meeting that she comes to, and who leaves it for that. */
interface Entrance {
  meetingId: string;
  startMs: number;
  out: readonly string[];
  window?: Window;
}

/** What becomes of the coming meetings of a series when somebody is sent to them. */
interface Plan {
  entrances: Entrance[];
  /** Meetings that she is at already. */
  there: number;
  /** Meetings that stay as they are. */
  left: number;
  /** Meetings that she is sent to no longer. */
  leaves: OpenMeeting[];
}

interface OpenMeeting {
  id: string;
  state: MeetingState;
  start_local: string;
  start_instant: Date;
  duration_minutes: number;
  substitute: string | null;
  marked: boolean;
}

/** One substitute for all meetings of a series, or for those of a period (rules PE8–PE10). */
@Injectable()
export class StandingSubstitutes {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly people: MeetingPeople,
    private readonly participation: ParticipationChanges,
    private readonly directory: Directory,
    private readonly notifications: Notifications,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly disclosures: Disclosures,
    private readonly policy: Policy,
    private readonly keyring: Keyring,
  ) {}

  /**
   * [MT71] [PE8] What a colleague would see who is sent to the coming meetings of the period. Stores nothing.
   *
   * @throws Problem as {@link send}
   */
  async preview(subject: Subject, seriesId: string, wanted: StandingSubstitute) {
    return this.unitOfWork.run(async (tx) => {
      const former = await this.lockIn(tx, subject, seriesId);
      await this.assertUsableIn(tx, subject, seriesId, wanted);
      const { entrances } = await this.planIn(tx, subject, seriesId, former, wanted);
      return this.disclosures.viewIn(tx, subject, await this.shownIn(tx, wanted.substituteMembershipId, entrances));
    });
  }

  /**
   * [PE8] Sends a colleague to every coming meeting of the period where she may stand in, in place of whom this person
   * sent so before. Meetings with another substitute stay as they are.
   *
   * @param ground why; asked for also where no meeting stands yet, since she comes to those that are planned later
   * @returns to how many meetings she is sent, and how many are left as they are
   * @throws Problem `not-found` for those who are no standing participants, `invalid-input`, `precondition-failed` when she would
   *   see something else than the preview said
   */
  async send(subject: Subject, seriesId: string, wanted: StandingSubstitute, ground: Ground): Promise<{ sent: number; left: number }> {
    return this.unitOfWork.run(async (tx) => {
      const former = await this.lockIn(tx, subject, seriesId);
      await this.assertUsableIn(tx, subject, seriesId, wanted);
      if (ground.reason === null) throw new Problem('invalid-input', undefined, [{ field: 'disclosureReason', message: 'Skriv, hvorfor de har brug for at se det.' }]);
      const { entrances, there, left, leaves } = await this.planIn(tx, subject, seriesId, former, wanted);
      // Audiences are changed under the lock of their items: what is shown is what is written down.
      await tx.query('SELECT id FROM agenda_item WHERE meeting_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [entrances.map((one) => one.meetingId)]);
      await this.disclosures.recordIn(tx, subject, 'substitute', await this.shownIn(tx, wanted.substituteMembershipId, entrances), ground);
      await tx.query(
        `INSERT INTO series_substitute (series_id, membership_id, substitute_membership_id, from_date, to_date, set_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (series_id, membership_id) DO UPDATE
           SET substitute_membership_id = excluded.substitute_membership_id, from_date = excluded.from_date, to_date = excluded.to_date, set_at = excluded.set_at, reason = excluded.reason`,
        [seriesId, subject.membershipId, wanted.substituteMembershipId, wanted.fromDate, wanted.toDate, this.clock.now().toString(), (await this.keyring.sealerIn(tx, seriesId)).sealText(ground.reason, { table, rowId: subject.membershipId, column: 'reason' })],
      );
      this.events.emitIn(tx, 'series.changed', { seriesId });
      for (const meeting of leaves) await this.takeBackIn(tx, subject.membershipId, meeting);
      for (const entrance of entrances) await this.enterIn(tx, subject.membershipId, wanted.substituteMembershipId, entrance);
      if (former !== null && former.substitute_membership_id !== wanted.substituteMembershipId) await this.tellEndIn(tx, subject, seriesId, [former.substitute_membership_id]);
      const [first] = entrances.toSorted((a, b) => a.startMs - b.startMs);
      if (first !== undefined) await this.notifications.addIn(tx, subject.personId, [{ kind: 'seriesSubstituteNamed', membershipIds: [wanted.substituteMembershipId], meetingId: first.meetingId }]);
      return { sent: there + entrances.length, left };
    });
  }

  /**
   * [PE9] Takes all these places back in one step: the person herself comes.
   *
   * @returns how many meetings
   * @throws Problem `not-found`
   */
  async takeBack(subject: Subject, seriesId: string): Promise<{ takenBack: number }> {
    return this.unitOfWork.run(async (tx) => {
      const former = await this.lockIn(tx, subject, seriesId);
      if (former === null) return { takenBack: 0 };
      await this.endIn(tx, subject, seriesId, [subject.membershipId]);
      const meetings = (await this.openMeetingsIn(tx, subject.membershipId, seriesId)).filter((one) => one.substitute === former.substitute_membership_id && !one.marked);
      for (const meeting of meetings) await this.takeBackIn(tx, subject.membershipId, meeting);
      return { takenBack: meetings.length };
    });
  }

  /** Nobody stands in for these any more. What it means for the meetings is up to the caller, who holds the series' row. */
  async endIn(tx: Tx, subject: Subject, seriesId: string, membershipIds: readonly string[]): Promise<void> {
    const rows = await tx.query<{ substitute_membership_id: string }>('DELETE FROM series_substitute WHERE series_id = $1 AND membership_id = ANY($2::uuid[]) RETURNING substitute_membership_id', [seriesId, membershipIds]);
    this.events.emitIn(tx, 'series.changed', { seriesId });
    await this.tellEndIn(tx, subject, seriesId, rows.map((row) => row.substitute_membership_id));
  }

  /** [NO9] She may read none of the meetings now, so the meeting that is noted is shown to nobody. */
  private async tellEndIn(tx: Tx, subject: Subject, seriesId: string, membershipIds: readonly string[]): Promise<void> {
    const [coming] = await tx.query<{ id: string }>('SELECT id FROM meeting WHERE series_id = $1 AND start_instant > $2 ORDER BY start_instant, id LIMIT 1', [seriesId, this.clock.now().toString()]);
    if (coming !== undefined) await this.notifications.addIn(tx, subject.personId, [{ kind: 'seriesSubstituteEnded', membershipIds, meetingId: coming.id }]);
  }

  /** Whom this person sends to the series, for her own eyes. */
  async ofIn(tx: Tx, subject: Subject, seriesId: string) {
    const [row] = await tx.query<SubstituteRow>('SELECT * FROM series_substitute WHERE series_id = $1 AND membership_id = $2', [seriesId, subject.membershipId]);
    if (row === undefined) return null;
    const person = (await this.directory.pastMembersIn(tx, [row.substitute_membership_id])).get(row.substitute_membership_id)!;
    return { person, fromDate: row.from_date, toDate: row.to_date };
  }

  /** [PE10] New meetings of a series begin with the substitutes that were named for it. */
  async sendToNewIn(tx: Tx, seriesId: string, meetings: readonly { id: string; startLocal: string }[]): Promise<void> {
    const rows = await tx.query<SubstituteRow>('SELECT * FROM series_substitute WHERE series_id = $1 ORDER BY membership_id', [seriesId]);
    const sealer = rows.length === 0 ? null : await this.keyring.sealerIn(tx, seriesId);
    for (const row of rows) {
      const reason = row.reason === null ? null : sealer!.openText(row.reason, { table, rowId: row.membership_id, column: 'reason' });
      for (const meeting of meetings) if (inPeriod(row, meeting.startLocal)) await this.sendToIn(tx, meeting.id, row, { reason, digest: null, isFromBefore: true });
    }
  }

  /** The series before its meetings, whatever takes both: one that is being added now must begin with what is decided here. */
  private async lockIn(tx: Tx, subject: Subject, seriesId: string): Promise<SubstituteRow | null> {
    await lockSeriesIn(tx, subject, seriesId, this.clock.now().toString());
    const [row] = await tx.query<SubstituteRow>('SELECT * FROM series_substitute WHERE series_id = $1 AND membership_id = $2', [seriesId, subject.membershipId]);
    return row ?? null;
  }

  private async assertUsableIn(tx: Tx, subject: Subject, seriesId: string, { substituteMembershipId: membershipId, fromDate, toDate }: StandingSubstitute): Promise<void> {
    if (fromDate !== null && toDate !== null && toDate < fromDate) throw new Problem('invalid-input', undefined, [{ field: 'toDate', message: 'Perioden slutter, før den begynder.' }]);
    const standing = await tx.query<{ membership_id: string }>('SELECT membership_id FROM series_participant WHERE series_id = $1', [seriesId]);
    const members = [...(await this.directory.membersIn(tx, standing.map((one) => one.membership_id))).values()].map(participation);
    const found = (await this.directory.membersIn(tx, [membershipId])).get(membershipId);
    const candidate = found && { personId: found.id, membershipId, authorityId: found.authority.id, role: found.role };
    const own = members.find((one) => one.membershipId === subject.membershipId);
    if (candidate === undefined || own === undefined || !this.policy.may(candidate, 'meeting.standIn', { replaced: own }, { participants: members })) {
      throw new Problem('invalid-input', undefined, [{ field: 'substituteMembershipId', message: 'Vælg en kollega fra din egen myndighed, som ikke deltager i forvejen.' }]);
    }
  }

  /** The coming meetings that this person was invited to herself and may still answer. Their rows are locked. */
  private async openMeetingsIn(tx: Tx, membershipId: string, seriesId: string): Promise<OpenMeeting[]> {
    const now = this.clock.now();
    const rows = await tx.query<OpenMeeting>(
      `SELECT m.id, m.state, m.start_local, m.start_instant, m.duration_minutes, s.membership_id AS substitute,
              EXISTS (SELECT 1 FROM attendance_entry e WHERE e.meeting_id = m.id AND e.membership_id = s.membership_id) AS marked
       FROM meeting m
       JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $2 AND p.stands_in_for_membership_id IS NULL
       LEFT JOIN meeting_participant s ON s.meeting_id = m.id AND s.stands_in_for_membership_id = $2
       WHERE m.series_id = $1 AND m.start_instant > $3 ORDER BY m.id FOR NO KEY UPDATE OF m`,
      [seriesId, membershipId, now.toString()],
    );
    return rows.filter((row) => repliesOpen({ state: row.state, endInstant: new Date(row.start_instant.getTime() + row.duration_minutes * 60_000) }, new Date(now.epochMilliseconds)));
  }

  /** What sending somebody means for each coming meeting. */
  private async planIn(tx: Tx, subject: Subject, seriesId: string, former: SubstituteRow | null, wanted: StandingSubstitute): Promise<Plan> {
    const plan: Plan = { entrances: [], there: 0, left: 0, leaves: [] };
    const period = { from_date: wanted.fromDate, to_date: wanted.toDate };
    for (const meeting of await this.openMeetingsIn(tx, subject.membershipId, seriesId)) {
      const wasSent = former !== null && meeting.substitute === former.substitute_membership_id;
      if (!inPeriod(period, meeting.start_local)) {
        if (wasSent && !meeting.marked) plan.leaves.push(meeting);
      } else if (meeting.marked || (meeting.substitute !== null && !wasSent && meeting.substitute !== wanted.substituteMembershipId)) plan.left += 1;
      else if (meeting.substitute === wanted.substituteMembershipId) plan.there += 1;
      else {
        const entrance = await this.entranceIn(tx, meeting.id, subject.membershipId, wanted.substituteMembershipId, wasSent ? [meeting.substitute!] : []);
        if (entrance === null) plan.left += 1;
        else plan.entrances.push({ ...entrance, startMs: meeting.start_instant.getTime() });
      }
    }
    return plan;
  }

  /** [AC16] [AC17] [AC50] How she would come in, in the time of whom she stands in for; null where she may not. */
  private async entranceIn(tx: Tx, meetingId: string, membershipId: string, substituteMembershipId: string, out: readonly string[]): Promise<Omit<Entrance, 'startMs'> | null> {
    const all = ((await this.people.ofIn(tx, [meetingId])).get(meetingId) ?? []).filter((one) => !out.includes(one.membershipId)).map(participation);
    const replaced = all.find((one) => one.membershipId === membershipId);
    const found = (await this.directory.membersIn(tx, [substituteMembershipId])).get(substituteMembershipId);
    if (replaced === undefined || found === undefined) return null;
    const candidate = { personId: found.id, membershipId: found.membershipId, authorityId: found.authority.id, role: found.role };
    if (!this.policy.may(candidate, 'meeting.standIn', { replaced }, { participants: all })) return null;
    return { meetingId, out, ...(replaced.window === undefined ? {} : { window: replaced.window }) };
  }

  private async shownIn(tx: Tx, substituteMembershipId: string, entrances: readonly Omit<Entrance, 'startMs'>[]): Promise<Shown[]> {
    const shown: Shown[] = [];
    for (const { meetingId, window } of entrances) shown.push(await this.disclosures.ofJoiningIn(tx, meetingId, await this.disclosures.joiningIn(tx, [substituteMembershipId], window)));
    return shown;
  }

  private async enterIn(tx: Tx, membershipId: string, substituteMembershipId: string, { meetingId, out, window }: Omit<Entrance, 'startMs'>): Promise<void> {
    await this.participation.changeIn(tx, meetingId, { out, in: [{ membershipId: substituteMembershipId, standsInFor: membershipId, ...(window === undefined ? {} : { window }) }] });
    await this.answerIn(tx, meetingId, membershipId, 'delegated');
  }

  /** [PE10] [MT73] To a meeting that has come to be, in the name of whoever sends her, and for the reason that was given then. */
  private async sendToIn(tx: Tx, meetingId: string, row: SubstituteRow, ground: Ground): Promise<void> {
    const entrance = await this.entranceIn(tx, meetingId, row.membership_id, row.substitute_membership_id, []);
    const sender = ((await this.people.ofIn(tx, [meetingId])).get(meetingId) ?? []).find((one) => one.membershipId === row.membership_id);
    if (entrance === null || sender === undefined) return;
    const { personId, membershipId, authorityId } = participation(sender);
    await this.disclosures.recordIn(tx, { personId, membershipId, authorityId, role: 'participant' }, 'substitute', await this.shownIn(tx, row.substitute_membership_id, [entrance]), ground);
    await this.enterIn(tx, row.membership_id, row.substitute_membership_id, entrance);
  }

  private async takeBackIn(tx: Tx, membershipId: string, meeting: OpenMeeting): Promise<void> {
    await this.participation.changeIn(tx, meeting.id, { out: [meeting.substitute!], in: [] });
    await this.answerIn(tx, meeting.id, membershipId, 'accepted');
  }

  private async answerIn(tx: Tx, meetingId: string, membershipId: string, partStat: 'accepted' | 'delegated'): Promise<void> {
    await tx.query(
      `INSERT INTO meeting_reply (id, meeting_id, membership_id, start_instant, part_stat, replied_at)
       SELECT $1, m.id, $3, m.start_instant, $4, $5::timestamptz FROM meeting m WHERE m.id = $2
       ON CONFLICT (meeting_id, membership_id) DO UPDATE
         SET id = excluded.id, start_instant = excluded.start_instant, note = NULL, part_stat = excluded.part_stat, replied_at = excluded.replied_at`,
      [newId(), meetingId, membershipId, partStat, this.clock.now().toString()],
    );
    this.events.emitIn(tx, 'meeting.changed', { meetingId });
  }
}

export function inPeriod({ from_date, to_date }: Pick<SubstituteRow, 'from_date' | 'to_date'>, startLocal: string): boolean {
  const day = startLocal.slice(0, 10);
  return (from_date === null || day >= from_date) && (to_date === null || day <= to_date);
}
