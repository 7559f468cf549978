import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { ItemAccess } from '@lib/access/item-access.service.js';
import { legalBasis, legalBasisView } from '@lib/access/legal-bases.data.js';
import { contentRoles, mayCoordinate, type Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { readCursor, writeCursor } from '@lib/platform/cursor.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { isTold, placed } from './agenda.js';
import { ItemViews, type ReadableItem } from './item-views.service.js';
import { MeetingAccess } from './meeting-access.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { placeOf, type MeetingRow } from './meeting-rows.js';
import { MeetingViews } from './meeting-views.service.js';
import { attendanceOpen, participation } from './participants.js';
import { holidayAt } from './series-plan.js';

/** A meeting and what of its agenda the asker may know. */
@Injectable()
export class MeetingsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly views: MeetingViews,
    private readonly itemViews: ItemViews,
    private readonly access: ItemAccess,
    private readonly clock: Clock,
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
        `SELECT m.* FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $1
         WHERE $7::boolean AND ($2::timestamptz IS NULL OR m.start_instant + make_interval(mins => m.duration_minutes) > $2)
           AND ($3::timestamptz IS NULL OR m.start_instant < $3)
           AND ($4::timestamptz IS NULL OR (m.start_instant, m.id) > ($4, $5::uuid))
         ORDER BY m.start_instant, m.id LIMIT $6`,
        [subject.membershipId, utc(query.from), utc(query.to), after?.[0] ?? null, after?.[1] ?? null, query.limit + 1, contentRoles.includes(subject.role)],
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
      const items = await this.meetings.itemRowsIn(tx, 'meeting_id = $1', meetingId);
      const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, items.map((item) => item.id));
      const published = await this.views.publishedIn(tx, meetingId);
      const views = await this.itemViews.ofIn(tx, subject, items.filter((item): item is ReadableItem => readable.has(item.id)), row, participants, published?.at ?? null);
      const places = placed(
        Temporal.Instant.fromEpochMilliseconds(row.start_instant.getTime()),
        items.map(placeOf),
      );
      return {
        ...summary!,
        version: row.version,
        recurrenceId: row.recurrence_id,
        holiday: row.recurrence_id === null ? null : holidayAt(row.recurrence_id),
        startLocal: row.start_local,
        participants: await this.views.participantsIn(tx, subject, row, participants),
        attendanceOpen: attendanceOpen({ state: row.state, agendaState: row.agenda_state, minutesState: row.minutes_state, isReopened: row.minutes_reopened, startInstant: row.start_instant }, new Date(this.clock.now().epochMilliseconds)),
        canCoordinate: mayCoordinate(subject, { participants: participants.map(participation) }),
        published,
        plannedMinutes: places.reduce((most, place) => Math.max(most, (place.endInstant.epochMilliseconds - row.start_instant.getTime()) / 60_000), 0),
        legalBases: (meetingKind(row.kind_id)?.legalBasisIds ?? []).flatMap((id) => legalBasis(id) ?? []).map(legalBasisView),
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
