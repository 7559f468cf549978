import { Injectable } from '@nestjs/common';
import type { ItemState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import type { Member } from '@lib/access/directory.service.js';
import { ItemAccess } from '@lib/access/item-access.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring, type Sealer } from '@lib/platform/keyring.service.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { ItemDocuments } from './item-documents.js';
import { isSeenByGuests, type MeetingChangeKind } from './meeting.js';
import { meetingKind } from './meeting-kinds.data.js';
import { NewMeetings } from './new-meetings.service.js';
import { instantOf, ParticipationChanges } from './participation-changes.service.js';
import { SeriesNotices } from './series-notices.service.js';
import { minutesOf, type SeriesMeeting, type TimeStep } from './series-change.js';
import type { SeriesRow, SeriesTimes, Standing } from './series-row.js';
import { StandingSubstitutes } from './standing-substitutes.service.js';

/** A decided change of a series, whose row and meetings are locked. */
export interface Rewrite {
  series: SeriesRow;
  /** As they are from now on. */
  times: SeriesTimes;
  timesChange: boolean;
  steps: readonly TimeStep[];
  /** The coming meetings that it is about. */
  scope: readonly SeriesMeeting[];
  words: { title?: string; place?: string | null; videoLink?: string | null };
  /** The standing participants before, and who joins and leaves. */
  members: readonly Standing[];
  added: readonly Standing[];
  removed: readonly Member[];
}

/** Writes a change of a series into its row and its meetings. */
@Injectable()
export class SeriesRewrite {
  constructor(
    private readonly documents: ItemDocuments,
    private readonly meetings: NewMeetings,
    private readonly participation: ParticipationChanges,
    private readonly substitutes: StandingSubstitutes,
    private readonly notices: SeriesNotices,
    private readonly access: ItemAccess,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * [MT33] Of these meetings those in whose agenda somebody wrote, as far as the asker may know: a closed item must not show
   * that it is being written. And those with items that are closed to her, written in or not, of which the outline tells
   * her the time (MT38): what she cannot look at she cannot throw away.
   */
  async workIn(tx: Tx, subject: Subject, meetingIds: readonly string[]): Promise<{ written: Set<string>; closed: Set<string> }> {
    const all = await tx.query<{ id: string; meeting_id: string; document_id: string; parent_id: string | null; state: ItemState }>(
      'SELECT id, meeting_id, document_id, parent_id, state FROM agenda_item WHERE meeting_id = ANY($1::uuid[])',
      [meetingIds],
    );
    const readable: ReadonlySet<string> = await this.access.readableOfIn(tx, subject, all.map((item) => item.id));
    const items = all.filter((item) => readable.has(item.id));
    // What her own authority prepared beside an item, and what others released, she may know of as well [AC71].
    const prepared = await tx.query<{ id: string; meeting_id: string }>(
      `SELECT p.id, i.meeting_id FROM preparation p JOIN agenda_item i ON i.id = p.item_id WHERE p.item_id = ANY($1::uuid[]) AND (p.authority_id = $2 OR p.answer = 'released')`,
      [items.map((item) => item.id), subject.authorityId],
    );
    const worded = [...items.map((item) => ({ documentId: item.document_id, meetingId: item.meeting_id })), ...prepared.map((row) => ({ documentId: row.id, meetingId: row.meeting_id }))];
    const written = await this.documents.writtenIn(tx, worded.map((one) => one.documentId));
    const isTold = (item: (typeof all)[number]) => !['withdrawn', 'omitted'].includes(item.state) && (item.parent_id === null || readable.has(item.parent_id));
    return {
      written: new Set(worded.filter((one) => written.has(one.documentId)).map((one) => one.meetingId)),
      closed: new Set(all.filter((item) => !readable.has(item.id) && isTold(item)).map((item) => item.meeting_id)),
    };
  }

  async applyIn(tx: Tx, subject: Subject, change: Rewrite, reason: string | null): Promise<void> {
    const record = new Ledger(subject, this.clock.now().toString(), change.scope);
    await this.seriesIn(tx, subject, change, record.at);
    await this.timesIn(tx, change.steps, record, reason);
    await this.wordsIn(tx, change, record);
    await this.peopleIn(tx, change, record);
    await this.keepIn(tx, record);
    const added = await this.addIn(tx, change);
    await this.notices.tellIn(tx, subject, change, added);
    this.events.emitIn(tx, 'series.changed', { seriesId: change.series.id });
    const seen = new Set(record.entries.filter(({ kind }) => isSeenByGuests(kind)).map(({ meetingId }) => meetingId));
    for (const meetingId of record.touched) this.events.emitIn(tx, 'meeting.changed', { meetingId, ...(seen.has(meetingId) ? { guests: 'all' } : {}) });
  }

  /** The row of the series, and what it was until now. */
  private async seriesIn(tx: Tx, subject: Subject, { series, times, timesChange, scope, words }: Rewrite, at: string): Promise<void> {
    const sealer = await this.keyring.sealerIn(tx, series.id);
    if (timesChange || words.title !== undefined) {
      const id = newId();
      const formerTitle = words.title === undefined ? null : sealer.sealText(sealer.openText(series.title, { table: 'series', rowId: series.id, column: 'title' }), { table: 'series_change', rowId: id, column: 'title' });
      await tx.query(
        `INSERT INTO series_change (id, series_id, version, from_recurrence_id, start_local, rrule, week_parity, excluded_dates, added_dates, last_date, holiday_policy, duration_minutes, title, membership_id, at)
         SELECT $1, s.id, s.version + 1, $3, s.start_local, s.rrule, s.week_parity, s.excluded_dates, s.added_dates, s.last_date, s.holiday_policy, s.duration_minutes, $6, $4, $5 FROM series s WHERE s.id = $2`,
        [id, series.id, scope[0]?.recurrenceId ?? null, subject.membershipId, at, formerTitle],
      );
    }
    const seal = (text: string | null, column: string) => (text === null ? null : sealer.sealText(text, { table: 'series', rowId: series.id, column }));
    const { rule } = times;
    await tx.query(
      `UPDATE series SET start_local = $2, rrule = $3, week_parity = $4, excluded_dates = $5, added_dates = $6, last_date = $7, holiday_policy = $8, duration_minutes = $9,
              title = $10, place = $11, video_link = $12, version = version + 1 WHERE id = $1`,
      [
        series.id,
        rule.startLocal,
        rule.rrule,
        rule.weekParity ?? null,
        rule.excludedDates ?? [],
        rule.addedDates ?? [],
        times.lastDate,
        times.policy,
        rule.durationMinutes,
        words.title === undefined ? series.title : seal(words.title, 'title'),
        words.place === undefined ? series.place : seal(words.place, 'place'),
        words.videoLink === undefined ? series.video_link : seal(words.videoLink, 'video_link'),
      ],
    );
    // [PE7] What was answered for all coming meetings was answered to other days.
    if (rule.startLocal !== series.start_local) await tx.query('DELETE FROM series_reply WHERE series_id = $1', [series.id]);
  }

  /** [MT30] [MT33] Moves meetings with their agendas, brings back and takes away. */
  private async timesIn(tx: Tx, steps: readonly TimeStep[], record: Ledger, reason: string | null): Promise<void> {
    const named = steps.flatMap((step) => (step.action === 'isAdded' ? [] : [{ id: step.meeting.id, was: step.meeting.recurrenceId, is: 'to' in step ? step.to.recurrenceId : step.recurrenceId }])).filter((one) => one.was !== one.is);
    // Names are unique at every moment, and may go round among the meetings: first nobody has one.
    await tx.query('UPDATE meeting SET recurrence_id = NULL WHERE id = ANY($1::uuid[])', [named.map((one) => one.id)]);
    await tx.query('UPDATE meeting m SET recurrence_id = n.name FROM unnest($1::uuid[], $2::text[]) n(id, name) WHERE m.id = n.id', [named.map((one) => one.id), named.map((one) => one.is)]);
    for (const step of steps) {
      if (step.action === 'fallsAway') {
        await tx.query(`UPDATE meeting SET state = 'cancelled' WHERE id = $1`, [step.meeting.id]);
        await this.documentsIn(tx, step.meeting.id, 'frozen');
        record.add(step.meeting.id, 'dropped', { reason });
      }
      if (step.action !== 'moves' && step.action !== 'returns') continue;
      const { meeting, to } = step;
      const otherTime = to.startLocal !== meeting.startLocal;
      const state = to.outcome === 'undecided' ? 'draft' : otherTime || meeting.state === 'draft' || step.action === 'returns' ? 'proposed' : meeting.state;
      await tx.query('UPDATE meeting SET start_local = $2, start_instant = $3, duration_minutes = $4, state = $5 WHERE id = $1', [meeting.id, to.startLocal, to.startInstant.toString(), minutesOf(to), state]);
      if (step.action === 'returns') {
        await this.documentsIn(tx, meeting.id, 'open');
        record.add(meeting.id, 'restored', {});
      }
      record.add(meeting.id, 'rescheduled', { reason, ...(otherTime ? { movedFromLocal: meeting.startLocal } : {}) });
    }
  }

  /** [MT29] Title, place and link of the coming meetings; what a meeting has of its own it keeps. */
  private async wordsIn(tx: Tx, { words, scope }: Rewrite, record: Ledger): Promise<void> {
    const { title, place, videoLink } = words;
    if (title === undefined && place === undefined && videoLink === undefined) return;
    const sealers = await this.keyring.sealersIn(tx, scope.map((meeting) => meeting.id));
    for (const meeting of scope) {
      const seal = (text: string | null, column: string) => (text === null ? null : (sealers.get(meeting.id) as Sealer).sealText(text, { table: 'meeting', rowId: meeting.id, column }));
      if (title !== undefined) {
        await tx.query('UPDATE meeting SET title = $2 WHERE id = $1', [meeting.id, seal(title, 'title')]);
        record.add(meeting.id, 'renamed', {});
      }
      const placed = place !== undefined && !meeting.ownPlace;
      const linked = videoLink !== undefined && !meeting.ownVideoLink;
      if (placed) await tx.query('UPDATE meeting SET place = $2 WHERE id = $1', [meeting.id, seal(place, 'place')]);
      if (linked) await tx.query('UPDATE meeting SET video_link = $2 WHERE id = $1', [meeting.id, seal(videoLink, 'video_link')]);
      if (placed || linked) record.add(meeting.id, 'placed', {});
    }
  }

  /** [MT35] Who joins and leaves, in the series and in its coming meetings, readers of items included. */
  private async peopleIn(tx: Tx, { series, scope, added, removed }: Rewrite, record: Ledger): Promise<void> {
    if (added.length === 0 && removed.length === 0) return;
    const out = removed.map((one) => one.membershipId);
    await tx.query('DELETE FROM series_participant WHERE series_id = $1 AND membership_id = ANY($2::uuid[])', [series.id, out]);
    await tx.query('DELETE FROM series_reply WHERE series_id = $1 AND membership_id = ANY($2::uuid[])', [series.id, out]);
    await this.substitutes.endIn(tx, record.subject, series.id, out);
    await tx.query('INSERT INTO series_participant (series_id, membership_id, valid_from, valid_to) SELECT $1, * FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[])', [
      series.id,
      added.map((one) => one.membershipId),
      added.map((one) => instantOf(one.window?.fromMs)),
      added.map((one) => instantOf(one.window?.toMs)),
    ]);

    const ids = scope.map((meeting) => meeting.id);
    const closedBefore = await this.readByNobodyIn(tx, ids);
    const rows = await tx.query<{ meeting_id: string; membership_id: string; stands_in_for_membership_id: string | null }>(
      'SELECT meeting_id, membership_id, stands_in_for_membership_id FROM meeting_participant WHERE meeting_id = ANY($1::uuid[])',
      [ids],
    );
    for (const { id } of scope) {
      const there = rows.filter((row) => row.meeting_id === id);
      // Her substitute stood in for her and goes with her.
      const leave = there.filter((row) => (out.includes(row.membership_id) && row.stands_in_for_membership_id === null) || out.includes(row.stands_in_for_membership_id ?? '')).map((row) => row.membership_id);
      const join = added.filter((one) => !there.some((row) => row.membership_id === one.membershipId && !leave.includes(row.membership_id)));
      if (leave.length === 0 && join.length === 0) continue;
      await this.participation.changeIn(tx, id, { out: leave, in: join.map((one) => ({ membershipId: one.membershipId, standsInFor: null, ...(one.window === undefined ? {} : { window: one.window }) })) });
      record.add(id, 'invited', {});
    }
    const closedNow = await this.readByNobodyIn(tx, ids);
    if ([...closedNow].some((item) => !closedBefore.has(item))) {
      throw new Problem('invalid-input', undefined, [{ field: 'remove', message: 'Nogle punkter på kommende møder ville ingen længere kunne læse. Lad den, der kan se dem, åbne dem for andre først.' }]);
    }
  }

  /** What nobody reads is lost to all. */
  private async readByNobodyIn(tx: Tx, meetingIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(
      `SELECT i.id FROM agenda_item i WHERE i.meeting_id = ANY($1::uuid[]) AND i.audience_kind = 'restricted' AND NOT EXISTS (SELECT 1 FROM item_reader r JOIN membership m ON m.id = r.membership_id AND m.role <> 'guest' WHERE r.item_id = i.id)`,
      [meetingIds],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** [MT28] A version and an entry for every change of every meeting. */
  private async keepIn(tx: Tx, record: Ledger): Promise<void> {
    const ids = [...record.touched];
    const sealers = await this.keyring.sealersIn(tx, ids);
    for (const [meetingId, version] of record.versions()) await tx.query('UPDATE meeting SET version = $2 WHERE id = $1', [meetingId, version]);
    for (const entry of record.entries) {
      const id = newId();
      await tx.query('INSERT INTO meeting_event (id, meeting_id, version, kind, membership_id, reason, moved_from_local, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
        id,
        entry.meetingId,
        entry.version,
        entry.kind,
        record.subject.membershipId,
        entry.reason ? sealers.get(entry.meetingId)!.sealText(entry.reason, { table: 'meeting_event', rowId: id, column: 'reason' }) : null,
        entry.movedFromLocal ?? null,
        record.at,
      ]);
    }
  }

  /** @returns the new meetings */
  private async addIn(tx: Tx, { series, times, steps, words, members, added, removed }: Rewrite): Promise<string[]> {
    const planned = steps.flatMap((step) => (step.action === 'isAdded' ? [step.to] : []));
    const kind = meetingKind(series.kind_id);
    if (planned.length === 0 || kind === undefined) return [];
    const sealer = await this.keyring.sealerIn(tx, series.id);
    const open = (column: 'title' | 'place' | 'video_link') => (series[column] === null ? null : sealer.openText(series[column], { table: 'series', rowId: series.id, column }));
    const title = words.title ?? open('title')!;
    const place = words.place === undefined ? open('place') : words.place;
    const videoLink = words.videoLink === undefined ? open('video_link') : words.videoLink;
    const participants = [...members.filter((one) => !removed.includes(one)), ...added];
    return this.meetings.createIn(tx, { id: series.id, kind, ownerAuthorityId: series.owner_authority_id, title, place, videoLink, rule: times.rule }, planned, participants);
  }

  private async documentsIn(tx: Tx, meetingId: string, state: 'open' | 'frozen'): Promise<void> {
    const items = await tx.query<{ document_id: string }>(`SELECT document_id FROM agenda_item WHERE meeting_id = $1 AND state NOT IN ('withdrawn', 'moved') ORDER BY document_id`, [meetingId]);
    await this.documents.setStateIn(tx, items.map((item) => item.document_id), state);
  }
}

interface Entry {
  meetingId: string;
  version: number;
  kind: MeetingChangeKind;
  reason?: string | null;
  movedFromLocal?: string;
}

/** What one command did to which meeting, in order. */
class Ledger {
  readonly entries: Entry[] = [];
  readonly touched = new Set<string>();
  private readonly now: Map<string, number>;

  constructor(
    readonly subject: Subject,
    readonly at: string,
    scope: readonly SeriesMeeting[],
  ) {
    this.now = new Map(scope.map((meeting) => [meeting.id, meeting.version]));
  }

  add(meetingId: string, kind: MeetingChangeKind, more: Pick<Entry, 'reason' | 'movedFromLocal'>): void {
    const version = this.now.get(meetingId)! + 1;
    this.now.set(meetingId, version);
    this.touched.add(meetingId);
    this.entries.push({ meetingId, version, kind, ...more });
  }

  versions(): [string, number][] {
    return [...this.now].filter(([meetingId]) => this.touched.has(meetingId));
  }
}
