import { Injectable } from '@nestjs/common';
import { ItemAccess, type ReadableItemId } from '@lib/access/item-access.service.js';
import { legalBasis, legalBasisView } from '@lib/access/legal-bases.data.js';
import { mayChangeAudience, mayReadReplyNote, mayWriteItem, type Audience, type ItemFacts, type Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { said } from '@lib/platform/speaking.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { MeetingPeople } from './meeting-people.service.js';
import { endOf, nobody, type ItemRow, type MeetingRow } from './meeting-rows.js';
import { chairs, memberOf, participation, repliesOpen, replyCounts, type Participant } from './participants.js';
import { quorum } from './quorum.js';
import { uniqueAuthorities } from './series.service.js';

/** What people are shown of meetings, their participants and items. Whether they may see it has been decided before. */
@Injectable()
export class MeetingViews {
  constructor(
    private readonly people: MeetingPeople,
    private readonly clock: Clock,
    private readonly keyring: Keyring,
    private readonly access: ItemAccess,
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
        title: sealer.openText(row.title, at),
        startInstant: row.start_instant.toISOString(),
        endInstant: endOf(row).toISOString(),
        timeZone: row.time_zone,
        place: row.place === null ? null : sealer.openText(row.place, at),
        videoLink: row.video_link === null ? null : sealer.openText(row.video_link, at),
        state: row.state,
        authorities: uniqueAuthorities(participants),
        ownReply: own?.partStat ?? ('needsAction' as const),
        isSubstitute: own?.standsInFor != null,
        canReply: own !== undefined && repliesOpen({ state: row.state, endInstant: endOf(row) }, now),
        replies: replyCounts(participants),
        quorum: kind === undefined ? { met: true, gaps: [] } : quorum(kind.quorum, chairs(participants)),
      };
    });
  }

  /** What participants know of each other: who comes, and who comes instead of whom. */
  async participantsIn(tx: Tx, subject: Subject, meeting: MeetingRow, participants: readonly Participant[]) {
    const sealer = await this.keyring.sealerIn(tx, meeting.id);
    const facts = { participants: participants.map(participation) };
    const attendance = await this.people.attendanceIn(tx, meeting.id);
    return participants.map(({ note, standsInFor, repliedAt, partStat, ...one }) => ({
      ...memberOf(one),
      partStat,
      repliedAt: repliedAt?.toISOString() ?? null,
      note: note === null || !mayReadReplyNote(subject, facts, one.membershipId) ? null : sealer.openText(note.sealed, { table: 'meeting_reply', rowId: note.sealedFor }),
      standsInForMembershipId: standsInFor?.membershipId ?? null,
      attendance: attendance.get(one.membershipId) ?? [],
    }));
  }

  /** Views of items that are proven readable. */
  async itemsIn(tx: Tx, subject: Subject, items: readonly (ItemRow & { id: ReadableItemId })[], meeting: MeetingRow, participants: readonly Participant[]) {
    const ids = items.map((item) => item.id);
    const sealers = await this.keyring.sealersIn(tx, ids);
    const audiences = await this.access.audiencesIn(tx, ids);
    const all = participants.map(participation);
    return new Map(
      items.map((item) => {
        const at = { table: 'agenda_item', rowId: item.id };
        const sealer = sealers.get(item.id)!;
        const audience: Audience = item.audience_kind === 'all' ? { kind: 'all' } : (audiences.get(item.id) ?? nobody);
        const facts: ItemFacts = { participants: all, audience, minutesState: meeting.minutes_state, meetingState: meeting.state, isReopened: item.minutes_reopened };
        const basis = legalBasis(item.legal_basis_id);
        return [
          item.id as string,
          {
            id: item.id as string,
            documentId: item.document_id,
            title: sealer.openText(item.title, at),
            ledBy: sealer.openText(item.led_by, at),
            plannedMinutes: item.planned_minutes,
            outputType: item.output_type,
            confidentiality: item.confidentiality,
            mandatory: item.mandatory,
            perPerson: item.per_person,
            audience:
              audience.kind === 'all'
                ? ({ kind: 'all', authorities: [], persons: [] } as const)
                : {
                    kind: 'restricted' as const,
                    authorities: uniqueAuthorities(participants).filter((one) => audience.authorityIds.includes(one.id)),
                    persons: participants.filter((one) => audience.personIds.includes(one.id)).map(memberOf),
                  },
            legalBasis: basis === undefined ? null : legalBasisView(basis),
            canWrite: mayWriteItem(subject, facts),
            canChangeAudience: mayChangeAudience(subject, facts),
          },
        ] as const;
      }),
    );
  }
}
