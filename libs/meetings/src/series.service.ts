import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type MeetingState } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { openAt } from '@lib/access/item-access.service.js';
import { contentRoles, type Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { log } from '@lib/platform/log.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { said, spokenLanguage } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { HolidayPolicy, PlannedOccurrence } from '@lib/scheduling/holidays.js';
import { ruleInWords } from '@lib/scheduling/words.js';
import { meetingKind, type MeetingKind } from './meeting-kinds.data.js';
import { NewMeetings } from './new-meetings.service.js';
import { participation } from './participants.js';
import { acceptForConvenerIn } from './series-replies.js';
import { holidayAt, horizonWeeks, lastDayOf, originalStart, plannedBetween, previewOf, ruleOfPlan, weekNotes, type SeriesPlan } from './series-plan.js';
import { plannedIn, ruleOfRow, standingIn, timesOfRow, type SeriesRow } from './series-row.js';
import { StandingSubstitutes } from './standing-substitutes.service.js';

const previewed = 8;
const shownOccurrences = 12;
const seriesTable = 'series';

/** What a meeting and a series of meetings have in common when they are set up. */
export interface NewMeeting {
  kindId: string;
  title: string | null;
  /** Wall time of the first meeting, Europe/Copenhagen. */
  startLocal: string;
  durationMinutes: number;
  place: string | null;
  /** https. */
  videoLink: string | null;
  /** Partners; the own authority is implied. */
  authorityIds: readonly string[];
  /** Participants; the coordinator herself is implied. */
  participantMembershipIds: readonly string[];
}

export interface NewSeries extends NewMeeting, SeriesPlan {
  holidayPolicy: HolidayPolicy;
}

/** Series and the meetings that follow from them. */
@Injectable()
export class SeriesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly meetings: NewMeetings,
    private readonly substitutes: StandingSubstitutes,
    private readonly notifications: Notifications,
    private readonly clock: Clock,
    private readonly idempotency: Idempotency,
    private readonly policy: Policy,
  ) {}

  /**
   * [MT1] Sets up a series and its meetings up to the horizon, each with the agenda of its kind.
   *
   * @returns the id of the series
   * @throws Problem `not-allowed`, `invalid-input` (fields named as in {@link NewSeries}), `rule-invalid`
   */
  async create(subject: Subject, input: NewSeries, request?: IdempotentRequest): Promise<string> {
    const kind = this.kindFor(subject, input);
    const rule = ruleOfPlan(input, this.today());

    return this.unitOfWork.run(async (tx) => {
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return earlier;
      const participants = await this.participantsOf(tx, subject, input);
      const id = newId();
      const sealer = (await this.keyring.create(tx, subject.authorityId, [id])).get(id)!;
      const at = { table: seriesTable, rowId: id };
      const start = originalStart(rule.startLocal, timeZone);
      const horizon = this.horizonFrom(start, rule.rrule!);
      await tx.query(
        `INSERT INTO series (id, kind_id, owner_authority_id, title, place, video_link, start_local, time_zone, rrule, week_parity, excluded_dates, added_dates,
                             holiday_policy, duration_minutes, legal_basis_id, horizon_until, created_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)`,
        [
          id,
          kind.id,
          subject.authorityId,
          sealer.sealText(input.title ?? kind.title, { ...at, column: 'title' }),
          input.place === null ? null : sealer.sealText(input.place, { ...at, column: 'place' }),
          input.videoLink === null ? null : sealer.sealText(input.videoLink, { ...at, column: 'video_link' }),
          rule.startLocal,
          rule.timeZone,
          rule.rrule,
          rule.weekParity ?? null,
          rule.excludedDates ?? [],
          rule.addedDates ?? [],
          input.holidayPolicy,
          rule.durationMinutes,
          kind.legalBasisIds[0] ?? null,
          horizon.toString(),
          this.clock.now().toString(),
        ],
      );
      await tx.query('INSERT INTO series_participant (series_id, membership_id) SELECT $1, unnest($2::uuid[])', [id, participants.map((one) => one.membershipId)]);
      // Whoever calls a meeting comes to it, as the organizer of RFC 5546 does; she may answer otherwise.
      await tx.query(`INSERT INTO series_reply (series_id, membership_id, part_stat, replied_at) VALUES ($1, $2, 'accepted', $3)`, [id, subject.membershipId, this.clock.now().toString()]);
      const planned = plannedBetween(rule, input.holidayPolicy, start, horizon);
      const [first] = await this.meetings.createIn(tx, { id, kind, ownerAuthorityId: subject.authorityId, title: input.title ?? kind.title, place: input.place, videoLink: input.videoLink, rule }, planned, participants);
      // One line for the whole series, at its first meeting; those planned later are no news.
      if (first !== undefined) await this.notifications.addIn(tx, subject.personId, [{ kind: 'seriesInvited', membershipIds: participants.map((one) => one.membershipId), meetingId: first }]);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return id;
    });
  }

  /**
   * [MT20] Sets up one meeting that belongs to no series, with the agenda of its kind.
   *
   * @returns the id of the meeting
   * @throws Problem as {@link create}
   */
  async createMeeting(subject: Subject, input: NewMeeting, request?: IdempotentRequest): Promise<string> {
    return this.unitOfWork.run(async (tx) => {
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return earlier;
      const { id, participants } = await this.createSingleIn(tx, subject, input, 'held');
      await this.notifications.addIn(tx, subject.personId, [{ kind: 'meetingInvited', membershipIds: participants.map((one) => one.membershipId), meetingId: id }]);
      await acceptForConvenerIn(tx, id, subject.membershipId, this.clock.now().toString());
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return id;
    });
  }

  /**
   * [PO1] As {@link createMeeting}, but calls nobody yet: its time is still to be chosen.
   *
   * @returns the id of the meeting
   * @throws Problem as {@link create}
   */
  async createDraftIn(tx: Tx, subject: Subject, input: NewMeeting): Promise<string> {
    return (await this.createSingleIn(tx, subject, input, 'undecided')).id;
  }

  private async createSingleIn(tx: Tx, subject: Subject, input: NewMeeting, outcome: 'held' | 'undecided'): Promise<{ id: string; participants: readonly Member[] }> {
    const kind = this.kindFor(subject, input);
    const rule = ruleOfPlan({ ...input, pattern: { kind: 'once' }, ends: null, excludedDates: [], addedDates: [] }, this.today());
    const participants = await this.participantsOf(tx, subject, input);
    const start = originalStart(rule.startLocal, timeZone);
    // Whoever names one day means that day.
    const planned = plannedBetween(rule, 'keep', start, start.add({ minutes: 1 })).map((one) => ({ ...one, outcome }));
    const [id] = await this.meetings.createIn(tx, { id: null, kind, ownerAuthorityId: subject.authorityId, title: input.title ?? kind.title, place: input.place, videoLink: input.videoLink, rule }, planned, participants);
    return { id: id!, participants };
  }

  /**
   * What a plan would give, before it is set up.
   *
   * @throws Problem `rule-invalid`, `invalid-input`
   */
  preview(plan: SeriesPlan, policy: HolidayPolicy) {
    const rule = ruleOfPlan(plan, this.today());
    return { ruleInWords: ruleInWords(rule, spokenLanguage()), notes: weekNotes(rule, this.today()), occurrences: previewOf(rule, policy, previewed) };
  }

  /** [AC1, AC3] The series a person takes part in, by the membership she acts by. */
  async list(subject: Subject) {
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<SeriesRow>(
        `SELECT s.* FROM series s JOIN series_participant p ON p.series_id = s.id AND p.membership_id = $1 AND ${openAt('p', '$3')} WHERE $2::boolean ORDER BY s.id`,
        [subject.membershipId, contentRoles.includes(subject.role), this.clock.now().toString()],
      );
      // One after the other: a transaction has one connection.
      const answer = [];
      for (const row of rows) answer.push(await this.summaryIn(tx, row));
      return answer;
    });
  }

  /**
   * One series with its next twelve occurrences.
   *
   * @throws Problem `not-found` for those who take no part in it
   */
  async get(subject: Subject, seriesId: string) {
    return this.unitOfWork.run(async (tx) => {
      const [row] = await tx.query<SeriesRow>(
        `SELECT s.* FROM series s JOIN series_participant p ON p.series_id = s.id AND p.membership_id = $2 AND ${openAt('p', '$4')} WHERE s.id = $1 AND $3::boolean`,
        [seriesId, subject.membershipId, contentRoles.includes(subject.role), this.clock.now().toString()],
      );
      if (row === undefined) throw new Problem('not-found');
      const summary = await this.summaryIn(tx, row);
      const canCoordinate = this.policy.may(subject, 'meeting.coordinate', {}, { participants: summary.participants.map(participation) });
      return { ...summary, version: row.version, canCoordinate, formerTitles: await this.formerTitlesIn(tx, seriesId), ownSubstitute: await this.substitutes.ofIn(tx, subject, seriesId), rule: ruleOfRow(row), lastOccurrence: lastDayOf(ruleOfRow(row)), occurrences: await this.nextOccurrencesIn(tx, row) };
    });
  }

  /**
   * [MT21] The next meetings of a series where they are held now, and those that a holiday takes away. A row says more than the
   * rule: it may have been moved or cancelled.
   */
  private async nextOccurrencesIn(tx: Tx, row: SeriesRow) {
    const now = this.clock.now();
    const rule = ruleOfRow(row);
    const years = rule.rrule!.startsWith('FREQ=YEARLY') ? shownOccurrences : 3;
    const ahead = plannedIn(timesOfRow(row), now.subtract({ hours: 24 * 31 }), now.add({ hours: 24 * 366 * years }));
    // By series, not by date: a meeting may have been moved to where the rule never put one.
    const meetings = await tx.query<{ id: string; recurrence_id: string; state: MeetingState; start_local: string; start_instant: Date; duration_minutes: number }>(
      `SELECT id, COALESCE(recurrence_id, start_local) AS recurrence_id, state, start_local, start_instant, duration_minutes FROM meeting
       WHERE series_id = $1 AND (recurrence_id = ANY($2::text[]) OR start_instant > $3::timestamptz - interval '7 days')`,
      [row.id, ahead.map((one) => one.recurrenceId), now.toString()],
    );
    const rows = new Set(meetings.map((meeting) => meeting.recurrence_id));
    const planned = ahead
      .filter((one) => !rows.has(one.recurrenceId))
      .map((one) => ({
        recurrenceId: one.recurrenceId,
        startInstant: one.startInstant.toString(),
        endInstant: one.endInstant.toString(),
        startLocal: one.startLocal,
        outcome: one.outcome,
        holiday: one.holiday === null ? null : holidayAt(one.recurrenceId),
        meetingId: null,
        state: null,
      }));
    const standing = meetings.map((meeting) => {
      const holiday = holidayAt(meeting.recurrence_id);
      const moved = meeting.start_local !== meeting.recurrence_id;
      return {
        recurrenceId: meeting.recurrence_id,
        startInstant: Temporal.Instant.fromEpochMilliseconds(meeting.start_instant.getTime()).toString(),
        endInstant: Temporal.Instant.fromEpochMilliseconds(meeting.start_instant.getTime()).add({ minutes: meeting.duration_minutes }).toString(),
        startLocal: meeting.start_local,
        outcome: moved ? ('moved' as const) : holiday !== null && meeting.state === 'draft' ? ('undecided' as const) : ('held' as const),
        holiday,
        meetingId: meeting.id,
        state: meeting.state,
      };
    });
    return [...standing, ...planned]
      .filter((one) => Temporal.Instant.compare(one.endInstant, now) > 0)
      .sort((a, b) => Temporal.Instant.compare(a.startInstant, b.startInstant))
      .slice(0, shownOccurrences);
  }

  /** [MT2] Moves the horizon of every series on, a transaction each, so that the next meetings always stand. */
  async extendHorizons(): Promise<void> {
    const now = this.clock.now();
    const due = (rrule: string) => this.horizonFrom(now, rrule);
    const series = await this.unitOfWork.run(
      (tx) => tx.query<{ id: string; rrule: string; horizon_until: Date }>('SELECT id, rrule, horizon_until FROM series WHERE horizon_until < $1', [due('FREQ=YEARLY').toString()]),
      { lane: 'job', as: 'series' },
    );
    for (const { id, rrule, horizon_until } of series) {
      if (horizon_until.getTime() >= due(rrule).subtract({ hours: 24 }).epochMilliseconds) continue;
      try {
        await this.unitOfWork.run((tx) => this.extendIn(tx, id, due(rrule)), { lane: 'job', as: 'series' });
      } catch (error) {
        // One series that cannot be opened must not leave all others without their next meetings.
        log.error({ seriesId: id, error }, 'series horizon failed');
      }
    }
  }

  private async extendIn(tx: Tx, seriesId: string, until: Temporal.Instant): Promise<void> {
    // The row lock makes two processes extend one after the other; the second finds nothing left to do.
    const [row] = await tx.query<SeriesRow>('SELECT * FROM series WHERE id = $1 FOR UPDATE', [seriesId]);
    if (row === undefined || row.horizon_until.getTime() >= until.epochMilliseconds) return;
    const kind = meetingKind(row.kind_id);
    if (kind === undefined) return;
    const sealer = await this.keyring.sealerIn(tx, seriesId);
    const at = { table: seriesTable, rowId: seriesId };
    const rule = ruleOfRow(row);
    const from = Temporal.Instant.fromEpochMilliseconds(row.horizon_until.getTime());
    const open = (column: 'place' | 'video_link') => sealer.openOrNull(row[column], { ...at, column });
    await this.meetings.createIn(
      tx,
      { id: seriesId, kind, ownerAuthorityId: row.owner_authority_id, title: sealer.openText(row.title, { ...at, column: 'title' }), place: open('place'), videoLink: open('video_link'), rule },
      await this.notYetMadeIn(tx, seriesId, plannedIn(timesOfRow(row), from, until)),
      await standingIn(tx, this.directory, seriesId),
    );
    await tx.query('UPDATE series SET horizon_until = $2 WHERE id = $1', [seriesId, until.toString()]);
  }

  /** [MT2] A change of the series may have brought a meeting beyond the horizon already. */
  private async notYetMadeIn(tx: Tx, seriesId: string, planned: readonly PlannedOccurrence[]): Promise<PlannedOccurrence[]> {
    const made = await tx.query<{ recurrence_id: string }>('SELECT recurrence_id FROM meeting WHERE series_id = $1 AND recurrence_id = ANY($2::text[])', [
      seriesId,
      planned.map((one) => one.recurrenceId),
    ]);
    const known = new Set(made.map((row) => row.recurrence_id));
    return planned.filter((one) => !known.has(one.recurrenceId));
  }

  private kindFor(subject: Subject, input: NewMeeting): MeetingKind {
    if (!this.policy.may(subject, 'series.create', {}, {})) throw new Problem('not-allowed', 'Møder og mødeserier oprettes af koordinatorer.');
    const kind = meetingKind(input.kindId);
    if (kind === undefined) throw new Problem('invalid-input', undefined, [{ field: 'kindId', message: 'Vælg en mødetype fra listen.' }]);
    return kind;
  }

  private today(): Temporal.PlainDate {
    return this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
  }

  private async participantsOf(tx: Tx, subject: Subject, input: NewMeeting): Promise<Member[]> {
    const errors: FieldError[] = [];
    const related = new Set((await this.directory.relatedIn(tx, subject.authorityId)).map((one) => one.id));
    if (input.authorityIds.some((id) => !related.has(id))) errors.push({ field: 'authorityIds', message: 'Vælg myndigheder, som jeres egen hører sammen med.' });
    const invited = new Set([subject.authorityId, ...input.authorityIds]);
    const members = await this.directory.membersIn(tx, [subject.membershipId, ...input.participantMembershipIds]);
    const asked = [...new Set([subject.membershipId, ...input.participantMembershipIds])].map((id) => members.get(id));
    const usable = asked.filter((one): one is Member => one !== undefined && ['coordinator', 'participant', 'leader'].includes(one.role) && invited.has(one.authority.id));
    if (usable.length !== asked.length) errors.push({ field: 'participantMembershipIds', message: 'En af deltagerne hører ikke til de valgte myndigheder.' });
    for (const id of input.authorityIds) {
      if (!usable.some((one) => one.authority.id === id)) errors.push({ field: 'participantMembershipIds', message: 'Vælg mindst én deltager fra hver myndighed.' });
    }
    if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
    return usable;
  }


  /** [MT34] What the series was called before, the latest name first. */
  private async formerTitlesIn(tx: Tx, seriesId: string) {
    const rows = await tx.query<{ id: string; title: Uint8Array; at: Date; name: string }>(
      `SELECT c.id, c.title, c.at, p.name FROM series_change c JOIN membership m ON m.id = c.membership_id JOIN person p ON p.id = m.person_id
       WHERE c.series_id = $1 AND c.title IS NOT NULL ORDER BY c.version DESC`,
      [seriesId],
    );
    const sealer = rows.length === 0 ? null : await this.keyring.sealerIn(tx, seriesId);
    return rows.map((row) => ({ title: sealer!.openText(row.title, { table: 'series_change', rowId: row.id, column: 'title' }), until: row.at.toISOString(), changedBy: row.name }));
  }

  private async summaryIn(tx: Tx, row: SeriesRow) {
    const sealer = await this.keyring.sealerIn(tx, row.id);
    const at = { table: seriesTable, rowId: row.id };
    const participants = await standingIn(tx, this.directory, row.id);
    const owner = (await this.directory.authoritiesIn(tx, [row.owner_authority_id])).get(row.owner_authority_id)!;
    return {
      id: row.id,
      title: sealer.openText(row.title, { ...at, column: 'title' }),
      kindId: row.kind_id,
      kindTitle: said(meetingKind(row.kind_id)?.title ?? row.kind_id),
      ruleInWords: ruleInWords(ruleOfRow(row), spokenLanguage()),
      notes: weekNotes(ruleOfRow(row), this.today()),
      authorities: uniqueAuthorities(participants),
      startLocal: row.start_local,
      timeZone: row.time_zone,
      rrule: row.rrule,
      durationMinutes: row.duration_minutes,
      weekParity: row.week_parity,
      excludedDates: row.excluded_dates,
      addedDates: row.added_dates,
      lastDate: row.last_date,
      holidayPolicy: row.holiday_policy,
      place: row.place === null ? null : sealer.openText(row.place, { ...at, column: 'place' }),
      videoLink: row.video_link === null ? null : sealer.openText(row.video_link, { ...at, column: 'video_link' }),
      owner,
      participants,
    };
  }

  /** At least so many weeks from now, and as much from a start that lies ahead. */
  private horizonFrom(start: Temporal.Instant, rrule: string): Temporal.Instant {
    const now = this.clock.now();
    const base = Temporal.Instant.compare(start, now) > 0 ? start : now;
    return base.toZonedDateTimeISO(timeZone).add({ weeks: horizonWeeks(rrule) }).toInstant();
  }
}

/** The authorities of these people, each once, in the order they first occur. */
export function uniqueAuthorities(members: readonly Member[]) {
  return [...new Map(members.map((member) => [member.authority.id, member.authority])).values()];
}
