import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { ItemAccess, openAt } from '@lib/access/item-access.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { basesOf } from './item-basis.js';
import { contentRoles, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { readCursor, writeCursor } from '@lib/platform/cursor.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { isTold, placed } from './agenda.js';
import { ItemViews, type ReadableItem } from './item-views.service.js';
import { MeetingGuests } from './meeting-guests.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { placeOf, type MeetingRow } from './meeting-rows.js';
import { MeetingViews } from './meeting-views.service.js';
import { attendanceOpen, participation } from './participants.js';
import { holidayAt } from './series-plan.js';

/** A page of the meetings that $1 takes part in; the bench of row-level security asks for it too. */
export const meetingsPage = `SELECT m.* FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $1 AND ${openAt('p', '$8')}
  WHERE $7::boolean AND ($2::timestamptz IS NULL OR m.start_instant + make_interval(mins => m.duration_minutes) > $2)
    AND ($3::timestamptz IS NULL OR m.start_instant < $3)
    AND ($4::timestamptz IS NULL OR (m.start_instant, m.id) > ($4, $5::uuid))
  ORDER BY m.start_instant, m.id LIMIT $6`;

/** A meeting and what of its agenda the asker may know. */
@Injectable()
export class MeetingsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly views: MeetingViews,
    private readonly itemViews: ItemViews,
    private readonly access: ItemAccess,
    private readonly bases: LegalBases,
    private readonly guests: MeetingGuests,
    private readonly clock: Clock,
    private readonly policy: Policy,
  ) {}

  /**
   * [AC1, AC3] The meetings a person takes part in, in order of start.
   *
   * @param query.from inclusive; `query.cursor` the `nextCursor` of the page before
   */
  async list(subject: Subject, query: { from?: string; to?: string; limit: number; cursor?: string }) {
    const after = query.cursor === undefined ? null : readCursor(query.cursor);
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<MeetingRow>(
        meetingsPage,
        [subject.membershipId, utc(query.from), utc(query.to), after?.[0] ?? null, after?.[1] ?? null, query.limit + 1, contentRoles.includes(subject.role), this.clock.now().toString()],
      );
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        meetings: await this.views.summariesIn(tx, subject, page),
        nextCursor: rows.length > query.limit && last !== undefined ? writeCursor(last.start_instant.toISOString(), last.id) : null,
      };
    });
  }

  /**
   * [MT3] One meeting with its outline: items inside whose audience the asker is, and of the others only their time.
   *
   * @throws Problem `not-found` for those who take no part
   */
  async get(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => {
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      const [summary] = await this.views.summariesIn(tx, subject, [row]);
      const items = await this.meetings.agendaIn(tx, meetingId);
      const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, items.map((item) => item.id));
      const published = await this.views.publishedIn(tx, meetingId);
      const bases = await this.bases.inForceIn(tx, row.owner_authority_id);
      const views = await this.itemViews.ofIn(tx, subject, items.filter((item): item is ReadableItem => readable.has(item.id)), row, participants, published?.at ?? null);
      const places = placed(
        Temporal.Instant.fromEpochMilliseconds(row.start_instant.getTime()),
        items.map(placeOf),
      );
      return {
        ...summary!,
        recurrenceId: row.recurrence_id,
        holiday: row.recurrence_id === null ? null : holidayAt(row.recurrence_id),
        participants: await this.views.participantsIn(tx, subject, row, participants),
        guests: await this.guests.viewsIn(tx, subject, row, participants),
        formerParticipants: await this.views.formerIn(tx, meetingId),
        attendanceOpen: attendanceOpen({ state: row.state, agendaState: row.agenda_state, minutesState: row.minutes_state, isReopened: row.minutes_reopened, startInstant: row.start_instant }, new Date(this.clock.now().epochMilliseconds)),
        canCoordinate: this.policy.may(subject, 'meeting.coordinate', {}, { participants: participants.map(participation) }),
        published,
        plannedMinutes: places.reduce((most, place) => Math.max(most, (place.endInstant.epochMilliseconds - row.start_instant.getTime()) / 60_000), 0),
        legalBases: basesOf(meetingKind(row.kind_id), bases).map((one) => ({ ...legalBasisView(one), version: one.version, sectors: [...one.sectors], source: one.source })),
        outline: places
          .map((place) => {
            const time = { startInstant: place.startInstant.toString(), endInstant: place.endInstant.toString() };
            const view = views.get(place.id);
            if (view !== undefined) return { closed: false as const, number: place.number, parentId: place.parentId, ...time, item: view };
            return isTold(place, (id) => views.has(id)) ? { closed: true as const, parentId: place.parentId, ...time } : null;
          })
          .filter((entry) => entry !== null),
        withdrawn: [...views.values()].filter((view) => view.state === 'withdrawn'),
      };
    });
  }
}

/** Offsets that Temporal reads and PostgreSQL does not are gone in UTC. */
const utc = (instant: string | undefined) => (instant === undefined ? null : Temporal.Instant.from(instant).toString());
