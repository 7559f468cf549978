import { Injectable } from '@nestjs/common';
import { generateKeyBetween } from 'fractional-indexing';
import { Temporal } from 'temporal-polyfill';
import { cprRanges } from '@lib/contracts/cpr.js';
import type { AgendaState, Confidentiality, MeetingState, MinutesState, OutputType } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { ItemAccess, type ReadableItemId } from '@lib/access/item-access.service.js';
import { legalBasis, legalBasisView } from '@lib/access/legal-bases.data.js';
import { inAudience, mayChangeAudience, mayCoordinate, mayReadMeeting, mayReadReplyNote, mayWriteItem, type Audience, type ItemFacts, type Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { readCursor, writeCursor } from '@lib/platform/cursor.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { said } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { slots } from './agenda.js';
import { AgendaItems } from './agenda-items.service.js';
import { meetingKind } from './meeting-kinds.data.js';
import { MeetingPeople } from './meeting-people.service.js';
import { attendanceOpen, chairs, memberOf, participation, repliesOpen, replyCounts, type Participant } from './participants.js';
import { quorum } from './quorum.js';
import { holidayAt } from './series-plan.js';
import { uniqueAuthorities } from './series.service.js';

export interface NewAgendaItem {
  title: string;
  plannedMinutes: number;
  outputType: OutputType;
  /** The item it comes after; null puts it last. */
  afterItemId: string | null;
}

/** A meeting and what of its agenda the asker may know. */
@Injectable()
export class MeetingsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly people: MeetingPeople,
    private readonly clock: Clock,
    private readonly keyring: Keyring,
    private readonly access: ItemAccess,
    private readonly items: AgendaItems,
    private readonly events: DomainEvents,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * The meetings a person takes part in, in order of start.
   *
   * @param query.from inclusive; `query.cursor` the `nextCursor` of the page before
   */
  async list(subject: Subject, query: { from?: string; to?: string; limit: number; cursor?: string }) {
    const after = query.cursor === undefined ? null : readCursor(query.cursor);
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<MeetingRow>(
        `SELECT m.* FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $1
         WHERE ($2::timestamptz IS NULL OR m.start_instant + make_interval(mins => m.duration_minutes) > $2)
           AND ($3::timestamptz IS NULL OR m.start_instant < $3)
           AND ($4::timestamptz IS NULL OR (m.start_instant, m.id) > ($4, $5::uuid))
         ORDER BY m.start_instant, m.id LIMIT $6`,
        [subject.membershipId, utc(query.from), utc(query.to), after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
      );
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        meetings: await this.summariesIn(tx, subject, page),
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
      const { row, participants } = await this.readableMeetingIn(tx, subject, meetingId);
      const [summary] = await this.summariesIn(tx, subject, [row]);
      const items = await this.itemRowsIn(tx, 'meeting_id = $1', meetingId);
      const readable = await this.access.readableOfIn(tx, subject, items.map((item) => item.id));
      const views = await this.viewsIn(tx, subject, items.filter((item): item is ItemRow & { id: ReadableItemId } => readable.has(item.id as ReadableItemId)), row, participants);
      const times = slots(Temporal.Instant.fromEpochMilliseconds(row.start_instant.getTime()), items.map((item) => item.planned_minutes));
      return {
        ...summary!,
        version: row.version,
        recurrenceId: row.recurrence_id,
        holiday: row.recurrence_id === null ? null : holidayAt(row.recurrence_id),
        startLocal: row.start_local,
        agendaState: row.agenda_state,
        minutesState: row.minutes_state,
        participants: await this.participantViewsIn(tx, subject, row, participants),
        attendanceOpen: attendanceOpen({ state: row.state, agendaState: row.agenda_state, minutesState: row.minutes_state, startInstant: row.start_instant }, new Date(this.clock.now().epochMilliseconds)),
        canCoordinate: mayCoordinate(subject, { participants: participants.map(participation) }),
        outline: items.map((item, n) => {
          const time = { startInstant: times[n]!.startInstant.toString(), endInstant: times[n]!.endInstant.toString() };
          const view = views.get(item.id);
          return view === undefined ? { closed: true as const, ...time } : { closed: false as const, number: n + 1, ...time, item: view };
        }),
      };
    });
  }

  /** @throws Problem `not-found` for those outside the audience, and for none at all */
  async item(subject: Subject, itemId: string) {
    return this.unitOfWork.run((tx) => this.itemIn(tx, subject, itemId));
  }

  /**
   * Adds an item, open to all participants.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async addItem(subject: Subject, meetingId: string, input: NewAgendaItem, request?: IdempotentRequest) {
    return this.unitOfWork.run(async (tx) => {
      // Lock first: a participant who leaves meanwhile must not be made a reader, nor an item be added to a meeting being
      // cancelled, nor two items get the same order key.
      await this.lockIn(tx, meetingId);
      const { row, participants } = await this.readableMeetingIn(tx, subject, meetingId);
      if (!mayCoordinate(subject, { participants: participants.map(participation) })) throw new Problem('not-allowed', 'Punkter tilføjes af mødets koordinatorer.');
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return this.itemIn(tx, subject, earlier);
      if (row.state === 'cancelled') throw new Problem('transition-refused', 'Mødet er aflyst.');
      const items = await this.itemRowsIn(tx, 'meeting_id = $1', meetingId);
      // An item that the asker may not see cannot be named as the one before, or naming it would tell that it is there.
      if (input.afterItemId !== null && (await this.access.readableIn(tx, subject, input.afterItemId)) === null) throw new Problem('not-found');
      const at = input.afterItemId === null ? items.length - 1 : items.findIndex((item) => item.id === input.afterItemId);
      if (input.afterItemId !== null && at < 0) throw new Problem('not-found');
      const personal = meetingKind(row.kind_id)?.personalData === 'identified';
      const [id] = await this.items.createIn(
        tx,
        row.owner_authority_id,
        [
          {
            meetingId,
            title: input.title,
            purpose: '',
            plannedMinutes: input.plannedMinutes,
            ledBy: 'mødeleder',
            outputType: input.outputType,
            confidentiality: personal ? 'confidential' : 'internal',
            mandatory: false,
            perPerson: false,
            legalBasisId: personal ? (meetingKind(row.kind_id)?.legalBasisIds[0] ?? null) : null,
            audience: { kind: 'all' },
            orderKey: generateKeyBetween(items[at]?.order_key ?? null, items[at + 1]?.order_key ?? null),
          },
        ],
        participants.map(participation),
      );
      await this.idempotency.rememberIn(tx, subject.personId, request, id!);
      tx.afterCommit(() => this.events.emit('meeting.changed', { meetingId }));
      return this.itemIn(tx, subject, id!);
    });
  }

  /**
   * [MT4] Narrows or widens who sees an item. Whoever loses it loses it with this commit.
   *
   * @throws Problem `not-found`, `not-allowed`, `own-access-needed`, `invalid-input` for subjects who take no part
   */
  async setAudience(subject: Subject, itemId: string, audience: Audience) {
    return this.unitOfWork.run(async (tx) => {
      // Two changes at once would each compute readers from the other's past.
      const { item, meeting, participants, facts } = await this.itemWithPeopleIn(tx, subject, itemId, 'UPDATE');
      if (!mayChangeAudience(subject, facts)) throw new Problem('not-allowed', 'Adgangen til et punkt ændres af koordinatorer, der selv kan se det.');
      if (audience.kind === 'restricted') {
        const own = participants.find((one) => one.membershipId === subject.membershipId);
        if (own === undefined || !inAudience(participation(own), audience)) throw new Problem('own-access-needed', 'Tag din egen myndighed eller dig selv med.');
        // She goes when the one who sent her comes back: the item must not be left to nobody.
        const stays = participants.some((one) => one.role === 'coordinator' && one.standsInFor === null && inAudience(participation(one), audience));
        if (own.standsInFor !== null && !stays) throw new Problem('own-access-needed', 'Tag en koordinator med, som selv er inviteret.');
        const unknown = audience.authorityIds.some((id) => !participants.some((one) => one.authority.id === id)) || audience.personIds.some((id) => !participants.some((one) => one.id === id));
        if (unknown) throw new Problem('invalid-input', undefined, [{ field: 'audience', message: 'Kun mødets deltagere kan få adgang.' }]);
      }
      const before = await this.access.readersIn(tx, itemId);
      await tx.query('UPDATE agenda_item SET audience_kind = $2 WHERE id = $1', [itemId, audience.kind]);
      await this.access.setAudienceIn(tx, [{ itemId, audience }], participants.map(participation));
      const after = await this.access.readersIn(tx, itemId);
      const affected = [...new Set([...before, ...after])];
      tx.afterCommit(() => this.events.emit('item.audienceChanged', { meetingId: meeting.id, itemId, affected }));
      return this.itemIn(tx, subject, item.id);
    });
  }

  /**
   * Facts about an item for the commands of other libs (decisions), and the proof that it may be read.
   *
   * @param lock holds the audience still until the end of the transaction: `SHARE` for what depends on it, `UPDATE` for
   *   what changes it
   * @throws Problem `not-found`
   */
  async itemFactsIn(tx: Tx, subject: Subject, itemId: string, lock?: 'SHARE' | 'UPDATE') {
    const { participants, ...all } = await this.itemWithPeopleIn(tx, subject, itemId, lock);
    return { ...all, participants: participants.map(memberOf) };
  }

  private async itemWithPeopleIn(tx: Tx, subject: Subject, itemId: string, lock?: 'SHARE' | 'UPDATE') {
    let readable = await this.access.readableIn(tx, subject, itemId);
    if (readable !== null && lock !== undefined) {
      // Asked before the lock, so that nobody can tell by waiting that a closed item exists; and again behind it,
      // because the audience may have changed in between.
      await tx.query(`SELECT 1 FROM agenda_item WHERE id = $1 FOR ${lock}`, [readable]);
      readable = await this.access.readableIn(tx, subject, itemId);
    }
    if (readable === null) throw new Problem('not-found');
    const [item] = await this.itemRowsIn(tx, 'id = $1', readable);
    if (item === undefined) throw new Problem('not-found');
    const { row: meeting, participants } = await this.readableMeetingIn(tx, subject, item.meeting_id);
    const audience = item.audience_kind === 'all' ? ({ kind: 'all' } as const) : ((await this.access.audiencesIn(tx, [itemId])).get(itemId) ?? nobody);
    const facts: ItemFacts = { participants: participants.map(participation), audience, minutesState: meeting.minutes_state, meetingState: meeting.state };
    return { readable, item, meeting, participants, facts };
  }

  /** @throws Problem `not-found` for those who take no part */
  async assertParticipantIn(tx: Tx, subject: Subject, meetingId: string): Promise<void> {
    await this.readableMeetingIn(tx, subject, meetingId);
  }

  /** Titles and starts of meetings for those who may know of them; the caller has decided that. */
  async headlinesIn(tx: Tx, meetingIds: readonly string[]) {
    const rows = await tx.query<MeetingRow>('SELECT * FROM meeting WHERE id = ANY($1::uuid[])', [[...new Set(meetingIds)]]);
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.id));
    return new Map(
      rows.map((row) => [
        row.id,
        { id: row.id, title: sealers.get(row.id)!.openText(row.title, { table: 'meeting', rowId: row.id }), startInstant: row.start_instant.toISOString() },
      ]),
    );
  }

  /**
   * Takes over the title that the item's document has now, in the bounds that the form keeps: no line breaks, at most 200
   * characters, no CPR number. Says so only when it differs.
   */
  async project(itemId: string, written: string): Promise<void> {
    const title = listTitle(written);
    await this.unitOfWork.run(
      async (tx) => {
        const [row] = await tx.query<ItemRow>('SELECT * FROM agenda_item WHERE id = $1 FOR UPDATE', [itemId]);
        if (row === undefined) return;
        const sealer = await this.keyring.sealerIn(tx, itemId);
        const at = { table: 'agenda_item', rowId: itemId };
        if (sealer.openText(row.title, at) === title) return;
        await tx.query('UPDATE agenda_item SET title = $2 WHERE id = $1', [itemId, sealer.sealText(title, at)]);
        tx.afterCommit(() => this.events.emit('item.changed', { meetingId: row.meeting_id, itemId }));
      },
      { lane: 'job' },
    );
  }

  private async itemIn(tx: Tx, subject: Subject, itemId: string) {
    const { readable, item, meeting, participants } = await this.itemWithPeopleIn(tx, subject, itemId);
    const views = await this.viewsIn(tx, subject, [{ ...item, id: readable }], meeting, participants);
    return { ...views.get(itemId)!, meetingId: meeting.id };
  }

  /**
   * A meeting that the asker coordinates, for commands that change its frame.
   *
   * @throws Problem `not-found`, `not-allowed`
   */
  async coordinatedMeetingIn(tx: Tx, subject: Subject, meetingId: string): Promise<MeetingRow> {
    const { row, participants } = await this.readableMeetingIn(tx, subject, meetingId);
    if (!mayCoordinate(subject, { participants: participants.map(participation) })) throw new Problem('not-allowed', 'Mødet ændres af dets koordinatorer.');
    return row;
  }

  /** Whoever adds items or changes who takes part does it one after the other: readers follow from both. */
  async lockIn(tx: Tx, meetingId: string): Promise<void> {
    await tx.query('SELECT 1 FROM meeting WHERE id = $1 FOR NO KEY UPDATE', [meetingId]);
  }

  /** @throws Problem `not-found` for those who take no part */
  async readableMeetingIn(tx: Tx, subject: Subject, meetingId: string): Promise<{ row: MeetingRow; participants: Participant[] }> {
    const [row] = await tx.query<MeetingRow>('SELECT * FROM meeting WHERE id = $1', [meetingId]);
    if (row === undefined) throw new Problem('not-found');
    const participants = (await this.people.ofIn(tx, [meetingId])).get(meetingId) ?? [];
    if (!mayReadMeeting(subject, { participants: participants.map(participation) })) throw new Problem('not-found');
    return { row, participants };
  }

  /** What participants know of each other: who comes, and who comes instead of whom. */
  private async participantViewsIn(tx: Tx, subject: Subject, meeting: MeetingRow, participants: readonly Participant[]) {
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

  private async summariesIn(tx: Tx, subject: Subject, rows: readonly MeetingRow[]) {
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

  private async itemRowsIn(tx: Tx, condition: string, parameter: string): Promise<ItemRow[]> {
    return tx.query<ItemRow>(`SELECT * FROM agenda_item WHERE ${condition} ORDER BY order_key, id`, [parameter]);
  }

  /** Views of items that are proven readable. */
  private async viewsIn(tx: Tx, subject: Subject, items: readonly (ItemRow & { id: ReadableItemId })[], meeting: MeetingRow, participants: readonly Participant[]) {
    const ids = items.map((item) => item.id);
    const sealers = await this.keyring.sealersIn(tx, ids);
    const audiences = await this.access.audiencesIn(tx, ids);
    const all = participants.map(participation);
    return new Map(
      items.map((item) => {
        const at = { table: 'agenda_item', rowId: item.id };
        const sealer = sealers.get(item.id)!;
        const audience: Audience = item.audience_kind === 'all' ? { kind: 'all' } : (audiences.get(item.id) ?? nobody);
        const facts: ItemFacts = { participants: all, audience, minutesState: meeting.minutes_state, meetingState: meeting.state };
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

/** What of a title written in a document may stand in lists. */
function listTitle(written: string): string {
  const line = written.slice(0, 2000).replace(/\s+/g, ' ').trim();
  const masked = cprRanges(line).reduceRight((text, { start, end }) => `${text.slice(0, start)}[CPR-nummer fjernet]${text.slice(end)}`, line);
  const characters = [...masked];
  return characters.length > maxTitle ? `${characters.slice(0, maxTitle - 1).join('')}…` : masked;
}

const maxTitle = 200;

/** Offsets that Temporal reads and PostgreSQL does not are gone in UTC. */
const utc = (instant: string | undefined) => (instant === undefined ? null : Temporal.Instant.from(instant).toString());

/** An item that says it is narrowed but names nobody is open to nobody. */
const nobody: Audience = { kind: 'restricted', authorityIds: [], personIds: [] };

export const endOf = (row: Pick<MeetingRow, 'start_instant' | 'duration_minutes'>) => new Date(row.start_instant.getTime() + row.duration_minutes * 60_000);

export interface MeetingRow {
  id: string;
  series_id: string | null;
  kind_id: string;
  owner_authority_id: string;
  title: Uint8Array;
  place: Uint8Array | null;
  video_link: Uint8Array | null;
  recurrence_id: string | null;
  start_local: string;
  time_zone: string;
  start_instant: Date;
  duration_minutes: number;
  state: MeetingState;
  agenda_state: AgendaState;
  minutes_state: MinutesState;
  version: number;
}

interface ItemRow {
  id: string;
  meeting_id: string;
  document_id: string;
  order_key: string;
  planned_minutes: number;
  output_type: OutputType;
  confidentiality: Confidentiality;
  mandatory: boolean;
  per_person: boolean;
  audience_kind: 'all' | 'restricted';
  legal_basis_id: string | null;
  title: Uint8Array;
  led_by: Uint8Array;
}
