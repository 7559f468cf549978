import { Injectable } from '@nestjs/common';
import { timeZone, type DecisionState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import { legalBasisView } from '@lib/access/legal-bases.data.js';
import { LegalBases } from '@lib/access/legal-bases.service.js';
import { openAt } from '@lib/access/item-access.service.js';
import type { Subject } from '@lib/access/policy.js';
import { embargoEffect } from '@lib/access/embargo.js';
import { Embargoes } from '@lib/meetings/embargoes.service.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { Clock } from '@lib/platform/clock.js';
import { readCursor, writeCursor } from '@lib/platform/cursor.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { forNobody } from '@lib/platform/openings.js';
import { said } from '@lib/platform/speaking.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { settledStates } from './decision.js';
import { columns, DecisionReader, mayRead, waitsFor, type DecisionLine, type DecisionRow } from './decision-reader.service.js';
import { itemsRead, logPage, mostItems, near } from './log-page.js';
import { endOfDay, sentenceOf, startOfDay, type FilterNames, type LogFilter, type LogOrder } from './log-filter.js';

export interface LogQuery extends LogOrder {
  limit: number;
  /** Where the page before ended. */
  cursor?: string;
}

/** What the heading of an export says. */
export interface ExportHead {
  madeBy: string;
  authority: string;
  /** ISO instant. */
  madeAt: string;
  /** The filters in words, Danish. */
  sentence: string;
  /** Decisions under embargo that were asked to be left out. */
  leftOut: number;
}

/** A decision as a line of an export: plain values for whoever renders them. Days are `YYYY-MM-DD`, instants ISO. */
export interface ExportRow {
  id: string;
  text: string;
  reasons: string;
  state: DecisionState;
  isOverdue: boolean;
  decidingAuthority: string;
  responsible: string;
  deadline: string;
  legalBasis: string | null;
  caseReference: string | null;
  meetingTitle: string;
  meetingKind: string;
  meetingStart: string;
  recordedAt: string;
  recordedBy: string;
  /** Of the leader's last answer, confirmed or returned. */
  answeredAt: string | null;
  answeredBy: string | null;
  comment: string | null;
  escalatedTo: string | null;
}

/** Opened per request when a sealed value is asked for; then the page ends and says where to go on. */
const mostOpened = 2000;
const pageToOpen = 200;
const exportPage = 200;
/** Counting further than this is waiting for a number that nobody reads. */
export const mostCounted = 1000;

/** The decision log across meetings (rules DE8, DE11–DE13). */
@Injectable()
export class DecisionLog {
  /** Tests try both ways with it. */
  mostItems = mostItems;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: DecisionReader,
    private readonly embargoes: Embargoes,
    private readonly meetings: MeetingAccess,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly bases: LegalBases,
  ) {}

  /**
   * [DE8, DE12] A page of the log.
   *
   * @returns `total`: how many there are, on the first page only; at most {@link mostCounted} + 1, which means more; null
   *   where telling would mean opening every decision
   * @throws Problem `invalid-input` for a cursor that is none
   */
  async list(subject: Subject, query: LogQuery) {
    const decisions: DecisionLine[] = [];
    let cursor = query.cursor;
    let opened = 0;
    do {
      const page = await this.unitOfWork.run(async (tx) => {
        const size = query.caseReference === undefined ? query.limit : pageToOpen;
        const { rows, hasMore } = await this.rowsIn(tx, subject, query, cursor, size);
        const matching = (await this.matchingIn(tx, query, rows)).slice(0, query.limit - decisions.length);
        const full = decisions.length + matching.length === query.limit;
        const last = full ? matching.at(-1) : rows.at(-1);
        const isEnd = !hasMore && last === rows.at(-1);
        opened += rows.length;
        return { lines: await this.reader.summariesIn(tx, subject, matching), next: last === undefined || isEnd ? undefined : positionOf(query, last), full };
      });
      decisions.push(...page.lines);
      cursor = page.next;
      if (page.full) break;
    } while (cursor !== undefined && opened < mostOpened);
    const total = query.cursor === undefined && query.caseReference === undefined ? await this.count(subject, query) : null;
    return { decisions, nextCursor: cursor ?? null, total };
  }

  /** [DE12] What the filters can be set to: only what occurs in decisions that the asker may read. */
  async options(subject: Subject) {
    return this.unitOfWork.run(async (tx) => {
      const { where, parameters } = await this.narrowedIn(tx, subject, {});
      const [found] = await tx.query<Record<'authorities' | 'people' | 'kinds' | 'bases' | 'series', (string | null)[] | null>>(
        `SELECT array_agg(DISTINCT d.deciding_authority_id) AS authorities, array_agg(DISTINCT d.responsible_membership_id::text) AS people,
           array_agg(DISTINCT m.kind_id) AS kinds, array_agg(DISTINCT d.legal_basis_id) AS bases,
           array_agg(DISTINCT m.series_id::text) FILTER (WHERE p.membership_id IS NOT NULL) AS series
         FROM decision d JOIN meeting m ON m.id = d.meeting_id LEFT JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $1 AND ${openAt('p', '$4')}
         WHERE ${where}`,
        parameters,
      );
      const ids = (name: keyof NonNullable<typeof found>) => (found?.[name] ?? []).filter((id) => id !== null);
      const authorities = await this.directory.authoritiesIn(tx, ids('authorities'));
      const people = await this.directory.pastMembersIn(tx, ids('people'));
      const basisOf = await this.bases.wordsIn(tx, ids('bases'));
      return {
        authorities: [...authorities.values()].sort(byName),
        people: [...new Map([...people.values()].map((one) => [one.id, one])).values()].sort(byName),
        kinds: ids('kinds').map((id) => ({ id, name: said(meetingKind(id)?.title ?? id) })).sort(byName),
        legalBases: ids('bases').flatMap((id) => basisOf(id, null) ?? []).map((one) => ({ id: one.id, name: legalBasisView(one).label })).sort(byName),
        series: (await this.seriesNamesIn(tx, subject, ids('series'))).sort(byName),
      };
    });
  }

  /**
   * [DE13] Who exports what: names and the filters in words.
   *
   * @throws Problem `embargo-in-force` when decisions among them are under embargo and were not asked to be left out [EM9]
   */
  async exportHead(subject: Subject, query: LogOrder, omitsEmbargoed: boolean): Promise<ExportHead> {
    const leftOut = await this.embargoed(subject, query);
    if (leftOut > 0 && !omitsEmbargoed) {
      throw new Problem(
        'embargo-in-force',
        leftOut === 1
          ? 'Én beslutning er under orienteringsspærre. Hent listen uden den, eller vent, til politiet har ophævet spærren.'
          : `${leftOut} beslutninger er under orienteringsspærre. Hent listen uden dem, eller vent, til politiet har ophævet spærren.`,
      );
    }
    const options = await this.options(subject);
    return this.unitOfWork.run(async (tx) => {
      const self = (await this.directory.pastMembersIn(tx, [subject.membershipId])).get(subject.membershipId)!;
      const name = (list: readonly { id: string; name: string }[], id: string | undefined) => list.find((one) => one.id === id)?.name;
      const names: FilterNames = Object.fromEntries(
        Object.entries({
          authority: name(options.authorities, query.authorityId),
          responsible: name(options.people, query.responsiblePersonId),
          kind: name(options.kinds, query.kindId),
          legalBasis: name(options.legalBases, query.legalBasisId),
          series: name(options.series, query.seriesId),
          meeting: query.meetingId === undefined ? undefined : await this.meetingNameIn(tx, subject, query.meetingId),
        }).filter(([, value]) => value !== undefined),
      );
      return { madeBy: self.name, authority: self.authority.name, madeAt: this.clock.now().toString(), sentence: sentenceOf(query, names), leftOut };
    });
  }

  /**
   * [DE13] Every decision that the filters leave, in their order, for whoever renders an export. Read in pages, a short
   * transaction each, so that nobody waits behind it; what is taken away meanwhile is in no later page.
   */
  async *exportRows(subject: Subject, query: LogOrder): AsyncGenerator<ExportRow> {
    const pages = this.unitOfWork.pages<ExportRow, string>(
      async (tx, cursor) => {
        const { rows, hasMore } = await this.rowsIn(tx, subject, query, cursor, exportPage);
        const last = rows.at(-1);
        // A page without a match must not look like the end.
        // [EM9] Also when an embargo was set since the file was begun.
        const held = await this.embargoes.standingIn(tx, rows.map((row) => row.item_id));
        const free = embargoEffect('decisionLogFile') === 'withheld' ? rows.filter((row) => !held.has(row.item_id)) : rows;
        return { rows: await this.exportedIn(tx, subject, await this.matchingIn(tx, query, free)), ...(hasMore && last !== undefined ? { next: positionOf(query, last) } : {}) };
      },
      { lane: 'job' },
    );
    for await (const page of pages) yield* page;
  }

  /** How many of the decisions that the filters leave are under embargo; 0 where files may hold them. */
  async embargoed(subject: Subject, query: LogOrder): Promise<number> {
    if (embargoEffect('decisionLogFile') !== 'withheld') return 0;
    return this.unitOfWork.run(
      async (tx) => {
        const { where, parameters } = await this.narrowedIn(tx, subject, query);
        const rows = await tx.query<DecisionRow>(
          `SELECT ${columns} FROM decision d WHERE ${where} AND d.item_id IN (SELECT embargoed_items())`,
          parameters,
        );
        return (await this.matchingIn(tx, query, rows)).length;
      },
      { lane: 'job' },
    );
  }

  /** Which of these decisions the asker may read at this moment. */
  async stillReadable(subject: Subject, ids: readonly string[]): Promise<Set<string>> {
    const { where, parameters } = this.conditions(subject, {});
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<{ id: string }>(`SELECT d.id, $4::timestamptz FROM decision d WHERE ${where} AND d.id = ANY($${parameters.length + 1}::uuid[])`, [...parameters, ids]);
      return new Set(rows.map((row) => row.id));
    });
  }

  private async exportedIn(tx: Tx, subject: Subject, rows: readonly DecisionRow[]): Promise<ExportRow[]> {
    const lines = await this.reader.summariesIn(tx, subject, rows);
    const contents = await this.reader.contentsIn(tx, rows);
    const sealers = await this.keyring.sealersIn(tx, rows.map((row) => row.item_id));
    const answers = await tx.query<{ id: string; decision_id: string; membership_id: string; comment: Uint8Array | null; at: Date }>(
      `SELECT DISTINCT ON (decision_id) id, decision_id, membership_id, comment, at FROM decision_event
       WHERE decision_id = ANY($1::uuid[]) AND kind IN ('confirmed', 'returned') ORDER BY decision_id, version DESC`,
      [rows.map((row) => row.id)],
    );
    const kinds = await tx.query<{ id: string; kind_id: string }>('SELECT id, kind_id FROM meeting WHERE id = ANY($1::uuid[])', [rows.map((row) => row.meeting_id)]);
    const people = await this.directory.pastMembersIn(tx, [...rows.map((row) => row.recorded_by_membership_id), ...answers.map((one) => one.membership_id)]);
    const basisOf = await this.bases.wordsIn(tx, rows.map((row) => row.legal_basis_id));
    const person = (membershipId: string) => personAndAuthority(people.get(membershipId)!);
    return rows.map((row, index) => {
      const line = lines[index]!;
      const answer = answers.find((one) => one.decision_id === row.id);
      const kindId = kinds.find((one) => one.id === row.meeting_id)!.kind_id;
      return {
        id: row.id,
        text: line.text,
        reasons: contents.get(row.id)!.reasons,
        state: row.state,
        isOverdue: line.overdue,
        decidingAuthority: line.decidingAuthority.name,
        responsible: personAndAuthority(line.responsible),
        deadline: row.deadline,
        legalBasis: basisOf(row.legal_basis_id, row.legal_basis_version)?.label ?? null,
        caseReference: line.caseReference,
        meetingTitle: line.meeting.title,
        meetingKind: meetingKind(kindId)?.title ?? kindId,
        meetingStart: line.meeting.startInstant,
        recordedAt: line.recordedAt,
        recordedBy: person(row.recorded_by_membership_id),
        answeredAt: answer?.at.toISOString() ?? null,
        answeredBy: answer === undefined ? null : person(answer.membership_id),
        comment: answer?.comment == null ? null : sealers.get(row.item_id)!.openText(answer.comment, { table: 'decision_event', rowId: answer.id, column: 'comment' }),
        escalatedTo: line.escalatedTo === null ? null : personAndAuthority(line.escalatedTo),
      };
    });
  }

  private async count(subject: Subject, query: LogFilter): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      const { where, parameters } = await this.narrowedIn(tx, subject, query);
      const [row] = await tx.query<{ total: number }>(`SELECT count(*)::int AS total FROM (SELECT $4::timestamptz FROM decision d WHERE ${where} LIMIT ${mostCounted + 1}) few`, parameters);
      return row!.total;
    });
  }

  /** Keyset page over the columns that are not sealed; `matchingIn` does the rest. */
  private async rowsIn(tx: Tx, subject: Subject, query: LogOrder, cursor: string | undefined, size: number): Promise<{ rows: DecisionRow[]; hasMore: boolean }> {
    const { where, parameters } = this.conditions(subject, query);
    const after = cursor === undefined ? null : readPosition(cursor);
    const placed = (value: unknown) => `$${parameters.push(value)}`;
    const tails = { newest: 'd.id DESC', oldest: 'd.id', deadline: 'd.deadline, d.id' };
    let seen = 'TRUE';
    if (after !== null) {
      const id = `${placed(after.id)}::uuid`;
      const tail = { newest: () => `d.id < ${id}`, oldest: () => `d.id > ${id}`, deadline: () => `(d.deadline, d.id) > (${placed(after.deadline)}::date, ${id})` }[query.sort]();
      seen = query.waiting ? `(${isRecorded} > ${placed(after.isRecorded)}::boolean OR (${isRecorded} = ${placed(after.isRecorded)}::boolean AND ${tail}))` : tail;
    }
    // What waits for a leader is all of her own authority, and has an index of its own.
    const items = query.waiting ? null : await this.fewItemsIn(tx, subject);
    const order = `${query.waiting ? `${isRecorded}, ` : ''}${tails[query.sort]}`;
    const sql = logPage({ where: `${where} AND ${seen}`, order, size: placed(size + 1), items: items === null ? null : placed(items), isLeader: subject.role === 'leader' });
    const rows = await tx.query<DecisionRow>(sql, parameters);
    return { rows: rows.slice(0, size), hasMore: rows.length > size };
  }

  /** [DE12] What is sealed is compared after opening. */
  private async matchingIn(tx: Tx, query: LogFilter, rows: readonly DecisionRow[]): Promise<DecisionRow[]> {
    if (query.caseReference === undefined) return [...rows];
    // Opened to be compared; what matches is opened again to be shown.
    const contents = await forNobody(() => this.reader.contentsIn(tx, rows));
    return rows.filter((row) => contents.get(row.id)!.caseReference === query.caseReference);
  }

  /** {@link conditions}, and for whoever reads few items where to look. */
  private async narrowedIn(tx: Tx, subject: Subject, query: LogFilter): Promise<{ where: string; parameters: unknown[] }> {
    const { where, parameters } = this.conditions(subject, query);
    const items = await this.fewItemsIn(tx, subject);
    return { where: items === null ? where : `${where} AND ${near(`$${parameters.push(items)}`)}`, parameters };
  }

  /** The items that the asker reads, where they are few; else null. */
  private async fewItemsIn(tx: Tx, subject: Subject): Promise<string[] | null> {
    const rows = await tx.query<{ item_id: string }>(itemsRead, [subject.membershipId, this.clock.now().toString(), this.mostItems + 1]);
    return rows.length > this.mostItems ? null : rows.map((row) => row.item_id);
  }

  private conditions(subject: Subject, query: LogFilter): { where: string; parameters: unknown[] } {
    const parameters: unknown[] = this.reader.asker(subject);
    const placed = (value: unknown) => `$${parameters.push(value)}`;
    const where = [`(${mayRead})`];
    if (query.waiting) where.push(waitsForAsker);
    if (query.state !== undefined) where.push(`d.state = ${placed(query.state)}`);
    if (query.authorityId !== undefined) where.push(`d.deciding_authority_id = ${placed(query.authorityId)}`);
    if (query.responsiblePersonId !== undefined) where.push(`d.responsible_membership_id IN (SELECT id FROM membership WHERE person_id = ${placed(query.responsiblePersonId)})`);
    if (query.overdue) where.push(`d.deadline < ${placed(this.today())}::date AND d.state <> ALL(${placed(settledStates)}::text[])`);
    const byDeadline = query.period === 'deadline';
    if (query.from !== undefined) where.push(byDeadline ? `d.deadline >= ${placed(query.from)}::date` : `d.recorded_at >= ${placed(startOfDay(query.from))}::timestamptz`);
    if (query.to !== undefined) where.push(byDeadline ? `d.deadline <= ${placed(query.to)}::date` : `d.recorded_at < ${placed(endOfDay(query.to))}::timestamptz`);
    if (query.kindId !== undefined) where.push(`EXISTS (SELECT 1 FROM meeting m WHERE m.id = d.meeting_id AND m.kind_id = ${placed(query.kindId)})`);
    if (query.legalBasisId !== undefined) where.push(`d.legal_basis_id = ${placed(query.legalBasisId)}`);
    // [DE8] Whoever may not know which meeting a decision comes from must not find out by asking for it.
    const ofOwn = (condition: string) => `EXISTS (SELECT 1 FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $1 AND ${openAt('p', '$4')} WHERE m.id = d.meeting_id AND ${condition})`;
    if (query.seriesId !== undefined) where.push(ofOwn(`m.series_id = ${placed(query.seriesId)}`));
    if (query.meetingId !== undefined) where.push(ofOwn(`m.id = ${placed(query.meetingId)}`));
    return { where: where.join(' AND '), parameters };
  }

  private async seriesNamesIn(tx: Tx, subject: Subject, seriesIds: readonly string[]): Promise<{ id: string; name: string }[]> {
    const latest = await tx.query<{ series_id: string; id: string }>(
      `SELECT DISTINCT ON (m.series_id) m.series_id, m.id FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id AND p.membership_id = $1 AND ${openAt('p', '$3')}
       WHERE m.series_id = ANY($2::uuid[]) ORDER BY m.series_id, m.start_instant DESC`,
      [subject.membershipId, seriesIds, this.clock.now().toString()],
    );
    const headlines = await this.meetings.headlinesIn(tx, latest.map((row) => row.id));
    return latest.map((row) => ({ id: row.series_id, name: headlines.get(row.id)!.title }));
  }

  private async meetingNameIn(tx: Tx, subject: Subject, meetingId: string): Promise<string | undefined> {
    try {
      await this.meetings.assertParticipantIn(tx, subject, meetingId);
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
    return (await this.meetings.headlinesIn(tx, [meetingId])).get(meetingId)?.title;
  }

  private today(): string {
    return this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().toString();
  }
}

/** [DE11] An escalated decision whose leader has gone waits for any of the others. The bench of row-level security asks for these too. */
export const waitsForAsker = `$3 = 'leader' AND d.deciding_authority_id = $2 AND (d.state = 'recorded' OR (d.state = 'escalated' AND COALESCE(${waitsFor('$4')}, $1::uuid) = $1::uuid))`;

/** False sorts first: what was escalated comes before what was recorded. */
export const isRecorded = `(d.state = 'recorded')`;

/** Where a page ended, whatever the order: the flag of {@link isRecorded}, deadline and id. */
const positionOf = (query: LogOrder, row: DecisionRow): string => `${query.waiting && row.state !== 'recorded' ? 'e' : 'r'}${writeCursor(row.deadline, row.id)}`;

function readPosition(cursor: string): { isRecorded: boolean; deadline: string; id: string } {
  const [deadline, id] = readCursor(cursor.slice(1));
  // The position of a list by instant is no day.
  if (!/^[er]/.test(cursor) || deadline.length !== 10) readCursor('');
  return { isRecorded: cursor.startsWith('r'), deadline, id };
}

const collator = new Intl.Collator('da');
const byName = (a: { name: string }, b: { name: string }) => collator.compare(a.name, b.name);
const personAndAuthority = (person: { name: string; authority: { name: string } }) => `${person.name}, ${person.authority.name}`;
