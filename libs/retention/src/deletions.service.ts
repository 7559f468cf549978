import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type RetentionObstacle, type RetentionState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import { MeetingAccess } from '@lib/meetings/meeting-access.service.js';
import { participation, seat } from '@lib/meetings/participants.js';
import { readCursor, writeCursor } from '@lib/platform/cursor.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Keyring } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Filings } from './filings.service.js';
import { Holds } from './holds.service.js';
import { RetentionRules } from './retention-rules.service.js';
import { isUnfinished, ruleOfRun, RetentionRuns, runColumns, type Obstacles, type RunRow } from './retention-runs.service.js';
import { needsSecondPerson } from './retention.js';

const open: readonly RetentionState[] = ['announced', 'firstConfirmed'];
const deleted: readonly RetentionState[] = ['destroyed', 'completed'];

/** What all who take part may know of a run [AC111]: neither who confirmed, nor that something closed holds it back. */
export const seenState = (state: RetentionState): 'planned' | 'announced' | 'deleted' => (deleted.includes(state) ? 'deleted' : state === 'planned' ? 'planned' : 'announced');

/** Deletions as people see and confirm them. */
@Injectable()
export class Deletions {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly meetings: MeetingAccess,
    private readonly filings: Filings,
    private readonly holds: Holds,
    private readonly rules: RetentionRules,
    private readonly runs: RetentionRuns,
    private readonly directory: Directory,
    private readonly policy: Policy,
    private readonly keyring: Keyring,
    private readonly events: DomainEvents,
  ) {}

  /** Filing, holds and the coming deletion of a meeting, of what the asker may know. @throws Problem `not-found` */
  async ofMeeting(subject: Subject, meetingId: string) {
    return this.unitOfWork.run(async (tx) => {
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      const run = await this.runIn(tx, meetingId);
      const isDeleted = run !== undefined && deleted.includes(run.state);
      const isApproved = row.minutes_state === 'approved';
      const filings = isApproved ? await this.filings.ofIn(tx, [meetingId]) : [];
      const holds = await this.holds.viewIn(tx, subject, meetingId, participants);
      const people = await this.directory.pastMembersIn(tx, [...filings.flatMap((one) => one.last?.membershipId ?? []), ...holds.flatMap(({ row: hold }) => [hold.set_by_membership_id, ...(hold.released_by_membership_id === null ? [] : [hold.released_by_membership_id])])]);
      const authorities = await this.directory.authoritiesIn(tx, [row.owner_authority_id, ...filings.map((one) => one.authorityId), ...holds.map(({ row: hold }) => hold.authority_id)]);
      const canFile = isApproved && !isDeleted && this.policy.may(subject, 'filing.confirm', {}, { participants: participants.map(seat) });
      const found = (await this.runs.obstaclesIn(tx, [meetingId])).get(meetingId)!;
      const sealer = filings.some((one) => one.authorityId === subject.authorityId && one.last !== null) ? await this.keyring.sealerIn(tx, meetingId) : null;
      return {
        meetingId,
        isFiledByAll: isApproved && filings.every((one) => one.state === 'filed'),
        // The asker's own first: it is what she came for.
        filings: filings.toSorted((a, b) => Number(b.authorityId === subject.authorityId) - Number(a.authorityId === subject.authorityId)).map((one) => {
          const isOwn = one.authorityId === subject.authorityId;
          return {
            authority: authorities.get(one.authorityId)!,
            state: one.state,
            version: one.version,
            filedOn: one.last?.filedOn ?? null,
            by: one.last === null || one.state === 'missing' ? null : people.get(one.last.membershipId)!,
            at: one.last === null || one.state === 'missing' ? null : one.last.at.toISOString(),
            // [AC110] Where the others keep theirs is no business of anybody else's.
            reference: isOwn && one.last !== null ? sealer!.openOrNull(one.last.reference, { table: 'filing', rowId: one.last.id, column: 'reference' }) : null,
            isOwn,
            canFile: isOwn && canFile,
          };
        }),
        deletion: run === undefined ? null : { state: seenState(run.state), on: isDeleted ? await this.deletedOnIn(tx, meetingId) : run.due_on, owner: authorities.get(run.owner_authority_id)!, ...(await this.confirmationIn(tx, subject, run, participants.map(participation))) },
        holds: holds.map(({ row: hold, reason, releaseReason, canRelease }) => ({
          id: hold.id,
          itemId: hold.item_id,
          authority: authorities.get(hold.authority_id)!,
          by: people.get(hold.set_by_membership_id)!,
          setAt: hold.set_at.toISOString(),
          reason,
          releasedAt: hold.released_at?.toISOString() ?? null,
          releasedBy: hold.released_by_membership_id === null ? null : people.get(hold.released_by_membership_id)!,
          releaseReason,
          canRelease,
        })),
        canHold: isApproved && !isDeleted && this.holds.maySet(subject, participants),
        unfinished: isDeleted ? { followUps: 0, decisions: 0, embargoes: 0 } : { followUps: found.followUps, decisions: found.decisions, embargoes: found.embargoes },
      };
    });
  }

  /**
   * [RE9] Confirms an announced deletion, as a coordinator who takes part; the second time by another person.
   *
   * @param dueOn the day on the screen
   * @throws Problem `not-found`, `not-allowed`, `transition-refused`, `precondition-failed`
   */
  async confirm(subject: Subject, meetingId: string, dueOn: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.meetings.lockForIn(tx, subject, meetingId);
      const { row, participants } = await this.meetings.readableMeetingIn(tx, subject, meetingId);
      await this.confirmIn(tx, subject, { meetingId, ownerAuthorityId: row.owner_authority_id }, dueOn, participants.map(participation));
    });
  }

  /**
   * [RE9] The same as an administrator, who sees no meeting but the line of her list.
   *
   * @throws Problem as {@link confirm}; `not-found` also for meetings of other authorities
   */
  async confirmListed(subject: Subject, meetingId: string, dueOn: string): Promise<void> {
    this.assertOversees(subject);
    await this.unitOfWork.run(
      async (tx) => {
        if ((await this.runIn(tx, meetingId))?.owner_authority_id !== subject.authorityId) throw new Problem('not-found');
        await tx.query('SELECT 1 FROM meeting WHERE id = $1 FOR NO KEY UPDATE', [meetingId]);
        await this.confirmIn(tx, subject, { meetingId, ownerAuthorityId: subject.authorityId }, dueOn, []);
      },
      { as: 'keeper' },
    );
  }

  private async confirmIn(tx: Tx, subject: Subject, { meetingId, ownerAuthorityId }: { meetingId: string; ownerAuthorityId: string }, dueOn: string, participants: ReturnType<typeof participation>[]): Promise<void> {
    if (!this.policy.may(subject, 'deletion.confirm', { ownerAuthorityId }, { participants })) throw new Problem('not-allowed', 'Sletningen bekræftes af den myndighed, der ejer mødet.');
    const run = await this.runIn(tx, meetingId);
    if (run === undefined || !open.includes(run.state) || !(await this.needsSecondIn(tx, run))) throw new Problem('transition-refused', 'Sletningen venter ikke på at blive bekræftet.');
    if (run.due_on !== dueOn) throw new Problem('precondition-failed', 'Dagen er ændret, siden du åbnede siden. Se, hvad der gælder nu.');
    if (run.first_confirmed_by === subject.personId) throw new Problem('transition-refused', 'Du har allerede bekræftet. En anden skal også bekræfte.');
    await this.runs.moveIn(tx, run, { to: run.state === 'announced' ? 'firstConfirmed' : 'confirmed', dueOn: run.due_on, rule: ruleOfRun(run) }, subject);
    this.events.emitIn(tx, 'meeting.changed', { meetingId });
  }

  private assertOversees(subject: Subject): void {
    if (!this.policy.may(subject, 'retention.set', { authorityId: subject.authorityId }, {})) throw new Problem('not-allowed', 'Opbevaring styres af myndighedens administratorer.');
  }

  /**
   * [AC114] What is on its way to be deleted of an administrator's authority, by day; or (`isDone`) what was. Kinds, days and
   * authorities, never a title.
   *
   * @throws Problem `not-allowed`, `invalid-input`
   */
  async list(subject: Subject, query: { isDone: boolean; cursor?: string; limit: number }) {
    this.assertOversees(subject);
    const after = query.cursor === undefined ? null : readCursor(query.cursor);
    return this.unitOfWork.run(
      async (tx) => {
        const rows = await tx.query<RunRow & { start_instant: Date }>(
          `SELECT ${runColumns}, m.start_instant FROM retention_run d JOIN meeting m ON m.id = d.meeting_id
           WHERE d.owner_authority_id = $1 AND (d.state IN ('destroyed', 'completed')) = $2 AND ($3::date IS NULL OR (d.due_on, d.meeting_id) > ($3, $4::uuid))
           ORDER BY d.due_on, d.meeting_id LIMIT $5`,
          [subject.authorityId, query.isDone, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
        );
        const page = rows.slice(0, query.limit);
        const ids = page.map((row) => row.meeting_id);
        const found = await this.runs.obstaclesIn(tx, ids);
        const sides = await this.filings.ofIn(tx, ids);
        const authorities = await this.directory.authoritiesIn(tx, sides.map((one) => one.authorityId));
        const inForce = await this.rules.inForceIn(tx, [subject.authorityId]);
        const persons = await this.namesIn(tx, page.flatMap((row) => row.first_confirmed_by ?? []));
        const last = page.at(-1);
        const named = (ids: readonly string[]) => ids.map((id) => authorities.get(id)!);
        return {
          nextCursor: rows.length > page.length && last !== undefined ? writeCursor(last.due_on, last.meeting_id) : null,
          deletions: page.map((row) => {
            const facts = found.get(row.meeting_id)!;
            const needsSecond = needsSecondPerson(ruleOfRun(row), inForce(subject.authorityId, row.kind_id));
            return {
              meetingId: row.meeting_id,
              kindTitle: meetingKind(row.kind_id)?.title ?? row.kind_id,
              startInstant: row.start_instant.toISOString(),
              state: row.state,
              approvedOn: row.approved_on,
              dueOn: row.due_on,
              months: row.months,
              authorities: named(sides.filter((one) => one.meetingId === row.meeting_id).map((one) => one.authorityId)),
              needsSecond,
              firstConfirmedBy: row.first_confirmed_by === null ? null : persons.get(row.first_confirmed_by)!,
              obstacles: query.isDone ? [] : obstaclesOf(facts, row, needsSecond),
              unfiled: query.isDone ? [] : named(facts.unfiled),
              holders: query.isDone ? [] : named(facts.holds),
              canConfirm: needsSecond && open.includes(row.state) && row.first_confirmed_by !== subject.personId,
            };
          }),
        };
      },
      { as: 'keeper' },
    );
  }

  /** Who has confirmed is known to those who may confirm. */
  private async confirmationIn(tx: Tx, subject: Subject, run: RunRow, participants: ReturnType<typeof participation>[]) {
    const may = this.policy.may(subject, 'deletion.confirm', { ownerAuthorityId: run.owner_authority_id }, { participants });
    if (!may || deleted.includes(run.state) || run.state === 'planned') return { confirmation: null, canConfirm: false };
    if (!(await this.needsSecondIn(tx, run))) return { confirmation: null, canConfirm: false };
    const first = run.first_confirmed_by === null ? null : ((await this.namesIn(tx, [run.first_confirmed_by])).get(run.first_confirmed_by) ?? null);
    return { confirmation: { firstBy: first, isConfirmed: run.state === 'confirmed' }, canConfirm: open.includes(run.state) && run.first_confirmed_by !== subject.personId };
  }

  private async needsSecondIn(tx: Tx, run: RunRow): Promise<boolean> {
    return needsSecondPerson(ruleOfRun(run), (await this.rules.inForceIn(tx, [run.owner_authority_id]))(run.owner_authority_id, run.kind_id));
  }

  private async deletedOnIn(tx: Tx, meetingId: string): Promise<string> {
    const [row] = await tx.query<{ at: Date }>(`SELECT at FROM retention_event WHERE meeting_id = $1 AND kind = 'destroyed'`, [meetingId]);
    return Temporal.Instant.fromEpochMilliseconds(row!.at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
  }

  private async runIn(tx: Tx, meetingId: string): Promise<RunRow | undefined> {
    const [row] = await tx.query<RunRow>(`SELECT ${runColumns} FROM retention_run d JOIN meeting m ON m.id = d.meeting_id WHERE d.meeting_id = $1`, [meetingId]);
    return row;
  }

  private async namesIn(tx: Tx, personIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ id: string; name: string }>('SELECT id, name FROM person WHERE id = ANY($1::uuid[])', [personIds]);
    return new Map(rows.map((row) => [row.id, row.name]));
  }
}

/** What an administrator may know of what holds a deletion back: a hold on an item, or what is open on it, without saying which. */
function obstaclesOf(facts: Obstacles, run: RunRow, needsSecond: boolean): RetentionObstacle[] {
  return [
    ...(facts.unfiled.length > 0 ? (['filing'] as const) : []),
    ...(facts.holds.length > 0 ? (['hold'] as const) : []),
    ...(isUnfinished(facts) ? (['unfinished'] as const) : []),
    ...(needsSecond && open.includes(run.state) ? (['confirmation'] as const) : []),
  ];
}
