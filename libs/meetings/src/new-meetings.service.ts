import { Injectable } from '@nestjs/common';
import type { Member } from '@lib/access/directory.service.js';
import type { Window } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import type { PlannedOccurrence } from '@lib/scheduling/holidays.js';
import type { SeriesRule } from '@lib/scheduling/recurrence.js';
import { AgendaItems, firstOrderKeys } from './agenda-items.service.js';
import type { MeetingKind } from './meeting-kinds.data.js';
import { participation } from './participants.js';
import { instantOf } from './participation-changes.service.js';
import { inheritRepliesIn } from './series-replies.js';
import { StandingSubstitutes } from './standing-substitutes.service.js';

const meetingTable = 'meeting';

/** What new meetings have in common; `id` is that of their series, null for one by itself. */
export interface MeetingsFrame {
  id: string | null;
  kind: MeetingKind;
  ownerAuthorityId: string;
  title: string;
  place: string | null;
  videoLink: string | null;
  rule: SeriesRule;
}

/** Brings meetings into being: row, key, participants, answers given ahead and the agenda of the kind, in one transaction. */
@Injectable()
export class NewMeetings {
  constructor(
    private readonly keyring: Keyring,
    private readonly items: AgendaItems,
    private readonly substitutes: StandingSubstitutes,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * @param planned those that a holiday takes away are passed over
   * @param participants members who take part in every one of them
   * @returns the ids, in the order given
   */
  async createIn(
    tx: Tx,
    series: MeetingsFrame,
    planned: readonly PlannedOccurrence[],
    participants: readonly (Member & { window?: Window })[],
  ): Promise<string[]> {
    const meetings = planned.filter((one) => one.outcome !== 'skipped').map((occurrence) => ({ id: newId(), occurrence }));
    if (meetings.length === 0) return [];
    const sealers = await this.keyring.create(tx, series.ownerAuthorityId, meetings.map((meeting) => meeting.id));
    const seal = (id: string, text: string, column: string) => sealers.get(id)!.sealText(text, { table: meetingTable, rowId: id, column });
    const now = this.clock.now().toString();
    await tx.query(
      `INSERT INTO meeting (id, recurrence_id, start_local, start_instant, title, place, video_link, state, series_id, kind_id, owner_authority_id,
                            time_zone, duration_minutes, agenda_state, minutes_state, own_place, own_video_link, version, created_at)
       SELECT m.*, $9::uuid, $10::text, $11::text, $12::text, $13::int, 'building', 'draft', false, false, 1, $14::timestamptz
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::bytea[], $6::bytea[], $7::bytea[], $8::text[]) m`,
      [
        meetings.map((meeting) => meeting.id),
        meetings.map((meeting) => (series.id === null ? null : meeting.occurrence.recurrenceId)),
        meetings.map((meeting) => meeting.occurrence.startLocal),
        meetings.map((meeting) => meeting.occurrence.startInstant.toString()),
        meetings.map((meeting) => seal(meeting.id, series.title, 'title')),
        meetings.map((meeting) => (series.place === null ? null : seal(meeting.id, series.place, 'place'))),
        meetings.map((meeting) => (series.videoLink === null ? null : seal(meeting.id, series.videoLink, 'video_link'))),
        // [MT22] On a holiday that asks, nobody is called in before a person has decided.
        meetings.map((meeting) => (meeting.occurrence.outcome === 'undecided' ? 'draft' : 'proposed')),
        series.id,
        series.kind.id,
        series.ownerAuthorityId,
        series.rule.timeZone,
        series.rule.durationMinutes,
        now,
      ],
    );
    await tx.query(
      `INSERT INTO meeting_participant (meeting_id, membership_id, added_at, valid_from, valid_to)
       SELECT m, p.id, $3::timestamptz, p.valid_from, p.valid_to FROM unnest($1::uuid[]) m CROSS JOIN unnest($2::uuid[], $4::timestamptz[], $5::timestamptz[]) p(id, valid_from, valid_to)`,
      [meetings.map((meeting) => meeting.id), participants.map((one) => one.membershipId), now, participants.map((one) => instantOf(one.window?.fromMs)), participants.map((one) => instantOf(one.window?.toMs))],
    );
    if (series.id !== null) await inheritRepliesIn(tx, series.id, meetings.map((meeting) => meeting.id));
    const orderKeys = firstOrderKeys(series.kind.agendaItems.length);
    const basis = series.kind.legalBasisIds[0] ?? null;
    await this.items.createIn(
      tx,
      series.ownerAuthorityId,
      meetings.flatMap((meeting) =>
        series.kind.agendaItems.map((item, n) => ({
          meetingId: meeting.id,
          title: item.title,
          agendaParagraphs: item.purpose === '' ? [] : [item.purpose],
          plannedMinutes: item.minutes,
          ledBy: item.ledBy,
          outputType: item.outputType,
          confidentiality: item.confidentiality,
          mandatory: item.mandatory,
          perPerson: item.perPerson,
          section: item.section ?? null,
          fromTemplate: true,
          // Only items that may hold personal data need a basis to share them on.
          legalBasisId: item.confidentiality === 'confidential' || item.confidentiality === 'restricted' ? basis : null,
          audience: { kind: 'all' as const },
          orderKey: orderKeys[n]!,
        })),
      ),
      participants.map(participation),
    );
    if (series.id !== null) await this.substitutes.sendToNewIn(tx, series.id, meetings.map((meeting) => ({ id: meeting.id, startLocal: meeting.occurrence.startLocal })));
    for (const meeting of meetings) this.events.emitIn(tx, 'meeting.changed', { meetingId: meeting.id });
    return meetings.map((meeting) => meeting.id);
  }
}
