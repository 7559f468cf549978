import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type MeetingState, type RecurrenceFrequency } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { mayCreateSeries, type Subject } from '@lib/access/policy.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { InvalidRule, occurrences, validateRule, type Occurrence, type RuleFault, type SeriesRule } from '@lib/scheduling/recurrence.js';
import { seriesFrom } from '@lib/scheduling/patterns.js';
import { weekdays } from '@lib/scheduling/rrule.js';
import { ruleInWords } from '@lib/scheduling/words.js';
import { AgendaItems, firstOrderKeys } from './agenda-items.service.js';
import { meetingKind, type MeetingKind } from './meeting-kinds.data.js';
import { participation } from './participants.js';
import { inheritRepliesIn } from './series-replies.js';

/** How far ahead meetings stand as rows, each with its agenda. */
const horizonWeeks = 13;
const seriesTable = 'series';
const meetingTable = 'meeting';

export interface NewSeries {
  kindId: string;
  title: string | null;
  /** Wall time of the first meeting, Europe/Copenhagen. */
  startLocal: string;
  frequency: RecurrenceFrequency;
  durationMinutes: number;
  place: string | null;
  /** Partners; the own authority is implied. */
  authorityIds: readonly string[];
  /** Participants; the coordinator herself is implied. */
  participantMembershipIds: readonly string[];
}

interface SeriesRow {
  id: string;
  kind_id: string;
  owner_authority_id: string;
  title: Uint8Array;
  place: Uint8Array | null;
  start_local: string;
  time_zone: string;
  rrule: string;
  duration_minutes: number;
  horizon_until: Date;
}

/** Series and the meetings that follow from them. */
@Injectable()
export class SeriesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly items: AgendaItems,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * [MT1] Sets up a series and its meetings up to the horizon, each with the agenda of its kind.
   *
   * @returns the id of the series
   * @throws Problem `not-allowed`, `invalid-input` (fields named as in {@link NewSeries}), `rule-invalid`
   */
  async create(subject: Subject, input: NewSeries, request?: IdempotentRequest): Promise<string> {
    if (!mayCreateSeries(subject)) throw new Problem('not-allowed', 'Mødeserier oprettes af koordinatorer.');
    const kind = meetingKind(input.kindId);
    if (kind === undefined) throw invalid('kindId', 'Vælg en mødetype fra listen.');
    const rule = this.ruleOf(input);

    return this.unitOfWork.run(async (tx) => {
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return earlier;
      const participants = await this.participantsOf(tx, subject, input);
      const id = newId();
      const sealer = (await this.keyring.create(tx, subject.authorityId, [id])).get(id)!;
      const at = { table: seriesTable, rowId: id };
      const horizon = this.horizonFrom(Temporal.PlainDateTime.from(rule.startLocal).toZonedDateTime(timeZone).toInstant());
      await tx.query(
        `INSERT INTO series (id, kind_id, owner_authority_id, title, place, start_local, time_zone, rrule, duration_minutes,
                             legal_basis_id, horizon_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          id,
          kind.id,
          subject.authorityId,
          sealer.sealText(input.title ?? kind.title, at),
          input.place === null ? null : sealer.sealText(input.place, at),
          rule.startLocal,
          rule.timeZone,
          rule.rrule,
          rule.durationMinutes,
          kind.legalBasisIds[0] ?? null,
          horizon.toString(),
          this.clock.now().toString(),
        ],
      );
      await tx.query('INSERT INTO series_participant (series_id, membership_id) SELECT $1, unnest($2::uuid[])', [id, participants.map((one) => one.membershipId)]);
      // Whoever calls a meeting comes to it, as the organizer of RFC 5546 does; she may answer otherwise.
      await tx.query(`INSERT INTO series_reply (series_id, membership_id, part_stat, replied_at) VALUES ($1, $2, 'accepted', $3)`, [id, subject.membershipId, this.clock.now().toString()]);
      const found = occurrences(rule, { start: Temporal.Instant.fromEpochMilliseconds(0), end: horizon });
      await this.createMeetings(tx, { id, kind, ownerAuthorityId: subject.authorityId, title: input.title ?? kind.title, place: input.place, rule }, found, participants);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return id;
    });
  }

  /** The series a person takes part in, by the membership she acts by. */
  async list(subject: Subject) {
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<SeriesRow>(
        `SELECT s.* FROM series s JOIN series_participant p ON p.series_id = s.id AND p.membership_id = $1 ORDER BY s.id`,
        [subject.membershipId],
      );
      return Promise.all(rows.map((row) => this.summaryIn(tx, row)));
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
        'SELECT s.* FROM series s JOIN series_participant p ON p.series_id = s.id AND p.membership_id = $2 WHERE s.id = $1',
        [seriesId, subject.membershipId],
      );
      if (row === undefined) throw new Problem('not-found');
      const summary = await this.summaryIn(tx, row);
      const now = this.clock.now();
      const next = occurrences(ruleOfRow(row), { start: now, end: now.add({ hours: 24 * 366 * 2 }) }, 12);
      const meetings = await tx.query<{ id: string; recurrence_id: string; state: MeetingState }>(
        'SELECT id, recurrence_id, state FROM meeting WHERE series_id = $1 AND recurrence_id = ANY($2)',
        [seriesId, next.map((one) => one.recurrenceId)],
      );
      const byRecurrence = new Map(meetings.map((meeting) => [meeting.recurrence_id, meeting]));
      return {
        ...summary,
        occurrences: next.map((one) => ({
          recurrenceId: one.recurrenceId,
          startInstant: one.startInstant.toString(),
          endInstant: one.endInstant.toString(),
          startLocal: one.startLocal,
          meetingId: byRecurrence.get(one.recurrenceId)?.id ?? null,
          state: byRecurrence.get(one.recurrenceId)?.state ?? null,
        })),
      };
    });
  }

  /** [MT2] Moves the horizon of every series on, a transaction each, so that the next meetings always stand. */
  async extendHorizons(): Promise<void> {
    const due = this.horizonFrom(this.clock.now());
    const series = await this.unitOfWork.run(
      (tx) => tx.query<{ id: string }>('SELECT id FROM series WHERE horizon_until < $1', [due.subtract({ hours: 24 }).toString()]),
      { lane: 'job' },
    );
    for (const { id } of series) await this.unitOfWork.run((tx) => this.extendIn(tx, id, due), { lane: 'job' });
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
    const found = occurrences(rule, { start: from, end: until }).filter((one) => Temporal.Instant.compare(one.startInstant, from) >= 0);
    await this.createMeetings(
      tx,
      { id: seriesId, kind, ownerAuthorityId: row.owner_authority_id, title: sealer.openText(row.title, at), place: row.place === null ? null : sealer.openText(row.place, at), rule },
      found,
      await this.membersOf(tx, seriesId),
    );
    await tx.query('UPDATE series SET horizon_until = $2 WHERE id = $1', [seriesId, until.toString()]);
  }

  private async createMeetings(
    tx: Tx,
    series: { id: string; kind: MeetingKind; ownerAuthorityId: string; title: string; place: string | null; rule: SeriesRule },
    found: readonly Occurrence[],
    participants: readonly Member[],
  ): Promise<void> {
    const meetings = found.map((occurrence) => ({ id: newId(), occurrence }));
    if (meetings.length === 0) return;
    const sealers = await this.keyring.create(tx, series.ownerAuthorityId, meetings.map((meeting) => meeting.id));
    const seal = (id: string, text: string) => sealers.get(id)!.sealText(text, { table: meetingTable, rowId: id });
    const now = this.clock.now().toString();
    await tx.query(
      `INSERT INTO meeting (id, recurrence_id, start_local, start_instant, title, place, series_id, kind_id, owner_authority_id,
                            time_zone, duration_minutes, state, agenda_state, minutes_state, created_at)
       SELECT m.*, $7::uuid, $8::text, $9::text, $10::text, $11::int, 'proposed', 'building', 'draft', $12::timestamptz
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::bytea[], $6::bytea[]) m`,
      [
        meetings.map((meeting) => meeting.id),
        meetings.map((meeting) => meeting.occurrence.recurrenceId),
        meetings.map((meeting) => meeting.occurrence.startLocal),
        meetings.map((meeting) => meeting.occurrence.startInstant.toString()),
        meetings.map((meeting) => seal(meeting.id, series.title)),
        meetings.map((meeting) => (series.place === null ? null : seal(meeting.id, series.place))),
        series.id,
        series.kind.id,
        series.ownerAuthorityId,
        series.rule.timeZone,
        series.rule.durationMinutes,
        now,
      ],
    );
    await tx.query(
      `INSERT INTO meeting_participant (meeting_id, membership_id, added_at)
       SELECT m, p, $3::timestamptz FROM unnest($1::uuid[]) m CROSS JOIN unnest($2::uuid[]) p`,
      [meetings.map((meeting) => meeting.id), participants.map((one) => one.membershipId), now],
    );
    await inheritRepliesIn(tx, series.id, meetings.map((meeting) => meeting.id));
    const orderKeys = firstOrderKeys(series.kind.agendaItems.length);
    const basis = series.kind.legalBasisIds[0] ?? null;
    await this.items.createIn(
      tx,
      series.ownerAuthorityId,
      meetings.flatMap((meeting) =>
        series.kind.agendaItems.map((item, n) => ({
          meetingId: meeting.id,
          title: item.title,
          purpose: item.purpose,
          plannedMinutes: item.minutes,
          ledBy: item.ledBy,
          outputType: item.outputType,
          confidentiality: item.confidentiality,
          mandatory: item.mandatory,
          perPerson: item.perPerson,
          // Only items that may hold personal data need a basis to share them on.
          legalBasisId: item.confidentiality === 'confidential' || item.confidentiality === 'restricted' ? basis : null,
          audience: { kind: 'all' as const },
          orderKey: orderKeys[n]!,
        })),
      ),
      participants.map(participation),
    );
    for (const meeting of meetings) tx.afterCommit(() => this.events.emit('meeting.changed', { meetingId: meeting.id }));
  }

  private ruleOf(input: NewSeries): SeriesRule {
    const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})$/.exec(input.startLocal);
    if (match === null) throw invalid('startLocal', 'Vælg dato og klokkeslæt for det første møde.');
    let rule: SeriesRule;
    try {
      const day = weekdays[Temporal.PlainDate.from(match[1]!).dayOfWeek - 1]!;
      const interval = input.frequency === 'weekly' ? 1 : 2;
      rule = seriesFrom({ fromDate: match[1]!, startTime: match[2]!, durationMinutes: input.durationMinutes }, { kind: 'weekly', interval, days: [day] });
    } catch (error) {
      if (error instanceof InvalidRule || error instanceof RangeError) throw invalid('startLocal', 'Datoen eller klokkeslættet findes ikke.');
      throw error;
    }
    const check = validateRule(rule);
    if (!check.ok) throw new Problem('rule-invalid', ruleFaultTexts[check.reason] ?? undefined, [{ field: 'startLocal', message: ruleFaultTexts[check.reason] ?? 'Gentagelsen kan ikke bruges.' }]);
    const today = this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const first = Temporal.PlainDate.from(match[1]!);
    if (Temporal.PlainDate.compare(first, today) < 0) throw invalid('startLocal', 'Det første møde kan ikke ligge før i dag.');
    if (Temporal.PlainDate.compare(first, today.add({ years: 2 })) > 0) throw invalid('startLocal', 'Det første møde kan højst ligge to år frem.');
    return rule;
  }

  private async participantsOf(tx: Tx, subject: Subject, input: NewSeries): Promise<Member[]> {
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

  private async membersOf(tx: Tx, seriesId: string): Promise<Member[]> {
    const rows = await tx.query<{ membership_id: string }>('SELECT membership_id FROM series_participant WHERE series_id = $1', [seriesId]);
    return [...(await this.directory.membersIn(tx, rows.map((row) => row.membership_id))).values()];
  }

  private async summaryIn(tx: Tx, row: SeriesRow) {
    const sealer = await this.keyring.sealerIn(tx, row.id);
    const at = { table: seriesTable, rowId: row.id };
    const participants = await this.membersOf(tx, row.id);
    const owner = (await this.directory.authoritiesIn(tx, [row.owner_authority_id])).get(row.owner_authority_id)!;
    return {
      id: row.id,
      title: sealer.openText(row.title, at),
      kindId: row.kind_id,
      kindTitle: meetingKind(row.kind_id)?.title ?? row.kind_id,
      ruleInWords: ruleInWords(ruleOfRow(row)),
      authorities: uniqueAuthorities(participants),
      startLocal: row.start_local,
      timeZone: row.time_zone,
      rrule: row.rrule,
      durationMinutes: row.duration_minutes,
      place: row.place === null ? null : sealer.openText(row.place, at),
      owner,
      participants,
    };
  }

  /** At least `horizonWeeks` from now, and as much from a start that lies ahead. */
  private horizonFrom(start: Temporal.Instant): Temporal.Instant {
    const now = this.clock.now();
    const base = Temporal.Instant.compare(start, now) > 0 ? start : now;
    return base.toZonedDateTimeISO(timeZone).add({ weeks: horizonWeeks }).toInstant();
  }
}

/** The authorities of these people, each once, in the order they first occur. */
export function uniqueAuthorities(members: readonly Member[]) {
  return [...new Map(members.map((member) => [member.authority.id, member.authority])).values()];
}

function ruleOfRow(row: SeriesRow): SeriesRule {
  return { startLocal: row.start_local, timeZone: row.time_zone, rrule: row.rrule, durationMinutes: row.duration_minutes };
}

function invalid(field: string, message: string): Problem {
  return new Problem('invalid-input', undefined, [{ field, message }]);
}

const ruleFaultTexts: Partial<Record<RuleFault, string>> = {
  startsInClockChange: 'Et møde kan ikke begynde mellem kl. 02.00 og 03.00: den time findes ikke, eller findes to gange, når uret stilles.',
  durationOutOfBounds: 'Varigheden skal være mellem et minut og en uge.',
  startMalformed: 'Datoen eller klokkeslættet findes ikke.',
  ruleNeverOccurs: 'Gentagelsen giver ingen møder.',
};
