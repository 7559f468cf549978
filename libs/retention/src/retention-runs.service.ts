import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { timeZone, type RetentionState } from '@lib/contracts/enums.js';
import { Notifications } from '@lib/notifications/notifications.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { newId } from '@lib/platform/ids.js';
import { KeyRotation } from '@lib/platform/key-rotation.service.js';
import { log } from '@lib/platform/log.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { Filings } from './filings.service.js';
import { RetentionRules } from './retention-rules.service.js';
import { nextStep, plannedDay, retentionMayBecome, type RetentionRule, type Step } from './retention.js';
import { Shredding } from './shredding.service.js';

export interface RunRow {
  meeting_id: string;
  owner_authority_id: string;
  state: RetentionState;
  approved_on: string;
  due_on: string;
  months: number;
  waiting_days: number;
  second_person: boolean;
  first_confirmed_by: string | null;
  version: number;
  kind_id: string;
}

/** What stands in the way of deletions, as far as the role of the transaction sees it. */
export interface Obstacles {
  /** Authorities that have not filed their copy, as far as all who take part may know. */
  unfiled: string[];
  /** How many besides have filed one that lacks an addendum to an item. */
  itemFilings: number;
  /** Holds on the whole meeting and on items, by authority. */
  holds: string[];
  itemHolds: number;
  followUps: number;
  decisions: number;
  embargoes: number;
}

const as = { lane: 'job', as: 'keeper' } as const;
const pageSize = 200;
export const runColumns = `d.meeting_id, d.owner_authority_id, d.state, d.approved_on::text AS approved_on, d.due_on::text AS due_on, d.months, d.waiting_days, d.second_person, d.first_confirmed_by, d.version, m.kind_id`;
export const ruleOfRun = (run: Pick<RunRow, 'months' | 'waiting_days' | 'second_person'>): RetentionRule => ({ months: run.months, waitingDays: run.waiting_days, secondPerson: run.second_person });

/** [RE4–RE12] Leads meetings with approved minutes to their deletion: one transaction a step, each as it stands then. */
@Injectable()
export class RetentionRuns implements OnModuleInit, OnModuleDestroy {
  private undo: () => void = () => undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly filings: Filings,
    private readonly rules: RetentionRules,
    private readonly shredding: Shredding,
    private readonly rotation: KeyRotation,
    private readonly notifications: Notifications,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.undo = this.events.on('minutes.approved', ({ meetingId }) => this.plan(meetingId));
  }

  onModuleDestroy(): void {
    this.undo();
  }

  /** The job: may be missed, run twice or end anywhere. What one meeting fails at hinders no other. */
  async run(): Promise<void> {
    await this.plan(null);
    for (const meetingId of await this.due()) await this.settle(meetingId).catch((error: unknown) => log.error({ job: 'retention', error }, 'job failed'));
  }

  /** [RE4] Plans every meeting whose minutes are approved, or (given) that one. */
  async plan(meetingId: string | null): Promise<void> {
    const pages = this.unitOfWork.pages<{ id: string }, string>(
      async (tx, cursor) => {
        const rows = await tx.query<{ id: string; kind_id: string; owner_authority_id: string; approved_on: string }>(
          `SELECT m.id, m.kind_id, m.owner_authority_id, (r.ended_at AT TIME ZONE '${timeZone}')::date::text AS approved_on
           FROM meeting m JOIN minutes_round r ON r.meeting_id = m.id AND r.phase = 'approved'
           WHERE m.minutes_state = 'approved' AND ($1::uuid IS NULL OR m.id = $1) AND ($2::uuid IS NULL OR m.id > $2)
             AND NOT EXISTS (SELECT 1 FROM retention_run d WHERE d.meeting_id = m.id) ORDER BY m.id LIMIT ${pageSize}`,
          [meetingId, cursor ?? null],
        );
        const inForce = await this.rules.inForceIn(tx, rows.map((row) => row.owner_authority_id));
        for (const row of rows) {
          const rule = inForce(row.owner_authority_id, row.kind_id);
          const made = await tx.query<{ meeting_id: string }>(
            `INSERT INTO retention_run (meeting_id, owner_authority_id, state, approved_on, due_on, months, waiting_days, second_person, version, changed_at)
             VALUES ($1, $2, 'planned', $3, $4, $5, $6, $7, 1, $8) ON CONFLICT (meeting_id) DO NOTHING RETURNING meeting_id`,
            [row.id, row.owner_authority_id, row.approved_on, plannedDay(row.approved_on, rule), rule.months, rule.waitingDays, rule.secondPerson, this.clock.now().toString()],
          );
          if (made.length === 0) continue;
          await this.recordIn(tx, row.id, 1, { to: 'planned', dueOn: plannedDay(row.approved_on, rule), rule }, null);
          this.events.emitIn(tx, 'meeting.changed', { meetingId: row.id });
        }
        return rows.length === pageSize ? { rows, next: rows.at(-1)!.id } : { rows };
      },
      as,
    );
    for await (const page of pages) void page;
  }

  /** Meetings that would go on were there nothing in their way; each is looked at again by itself. */
  async due(): Promise<string[]> {
    const found: string[] = [];
    const pages = this.unitOfWork.pages<RunRow, string>(async (tx, cursor) => {
      const rows = await tx.query<RunRow>(
        `SELECT ${runColumns} FROM retention_run d JOIN meeting m ON m.id = d.meeting_id WHERE d.state <> 'completed' AND ($1::uuid IS NULL OR d.meeting_id > $1) ORDER BY d.meeting_id LIMIT ${pageSize}`,
        [cursor ?? null],
      );
      const inForce = await this.rules.inForceIn(tx, rows.map((row) => row.owner_authority_id));
      const next = (row: RunRow, isStopped: boolean) => this.stepOf(row, inForce(row.owner_authority_id, row.kind_id), isStopped, false);
      found.push(...rows.filter((row) => next(row, false) !== null || next(row, true) !== null).map((row) => row.meeting_id));
      return rows.length === pageSize ? { rows, next: rows.at(-1)!.meeting_id } : { rows };
    }, as);
    for await (const page of pages) void page;
    return found;
  }

  /** Takes a meeting as far as it may go now. */
  async settle(meetingId: string): Promise<void> {
    for (;;) {
      const [row] = await this.unitOfWork.run((tx) => tx.query<{ state: RetentionState }>('SELECT state FROM retention_run WHERE meeting_id = $1', [meetingId]), as);
      // [RE12] It is over when the key that the keys were wrapped by is gone too.
      if (row?.state === 'destroyed') await this.rotation.finishAll();
      if (!(await this.unitOfWork.run((tx) => this.stepIn(tx, meetingId), as))) return;
    }
  }

  /** What stands in the way of these meetings; see {@link Obstacles}. */
  async obstaclesIn(tx: Tx, meetingIds: readonly string[]): Promise<Map<string, Obstacles>> {
    const filings = await this.filings.ofIn(tx, meetingIds);
    const rows = await tx.query<{ meeting_id: string; holds: string[]; item_holds: number; follow_ups: number; decisions: number; embargoes: number }>(
      `SELECT v.id AS meeting_id,
         ARRAY(SELECT DISTINCT h.authority_id FROM legal_hold h WHERE h.meeting_id = v.id AND h.item_id IS NULL AND h.released_at IS NULL ORDER BY 1) AS holds,
         (SELECT count(*)::int FROM legal_hold h WHERE h.meeting_id = v.id AND h.item_id IS NOT NULL AND h.released_at IS NULL) AS item_holds,
         (SELECT count(*)::int FROM follow_up f WHERE f.meeting_id = v.id AND f.state = 'open') AS follow_ups,
         (SELECT count(*)::int FROM decision d WHERE d.meeting_id = v.id AND d.state IN ('recorded', 'escalated', 'returned')) AS decisions,
         (SELECT count(*)::int FROM embargo e JOIN agenda_item i ON i.id = e.item_id WHERE i.meeting_id = v.id AND e.lifted_at IS NULL AND i.state NOT IN ('carried', 'moved')) AS embargoes
       FROM unnest($1::uuid[]) AS v (id)`,
      [meetingIds],
    );
    return new Map(
      rows.map((row) => [
        row.meeting_id,
        {
          unfiled: filings.filter((one) => one.meetingId === row.meeting_id && one.state !== 'filed' && !one.isOutdatedInside).map((one) => one.authorityId),
          itemFilings: filings.filter((one) => one.meetingId === row.meeting_id && one.isOutdatedInside).length,
          holds: row.holds,
          itemHolds: row.item_holds,
          followUps: row.follow_ups,
          decisions: row.decisions,
          embargoes: row.embargoes,
        },
      ]),
    );
  }

  /** [RE7] Writes a step, and that it was taken. The caller holds the meeting. */
  async moveIn(tx: Tx, run: RunRow, step: Step, by: { membershipId: string; personId: string } | null): Promise<void> {
    if (!retentionMayBecome(run.state, step.to)) throw new Error(`a deletion does not go from ${run.state} to ${step.to}`);
    const first = step.to === 'firstConfirmed' ? by!.personId : step.to === 'confirmed' ? run.first_confirmed_by : null;
    const at = this.clock.now().toString();
    // Somebody's confirmation changes who confirmed and nothing else; days and rules are the job's.
    if (by !== null) await tx.query('UPDATE retention_run SET state = $2, first_confirmed_by = $3, version = version + 1, changed_at = $4 WHERE meeting_id = $1', [run.meeting_id, step.to, first, at]);
    else
      await tx.query('UPDATE retention_run SET state = $2, first_confirmed_by = $3, version = version + 1, changed_at = $4, due_on = $5, months = $6, waiting_days = $7, second_person = $8 WHERE meeting_id = $1', [
        run.meeting_id,
        step.to,
        first,
        at,
        step.dueOn,
        step.rule.months,
        step.rule.waitingDays,
        step.rule.secondPerson,
      ]);
    await this.recordIn(tx, run.meeting_id, run.version + 1, step, by?.membershipId ?? null);
  }

  /** One step, decided behind the locks of everything that could stand in its way. @returns whether there was one */
  private async stepIn(tx: Tx, meetingId: string): Promise<boolean> {
    await tx.query('SELECT 1 FROM meeting WHERE id = $1 FOR NO KEY UPDATE', [meetingId]);
    await tx.query('SELECT 1 FROM agenda_item WHERE meeting_id = $1 ORDER BY id FOR UPDATE', [meetingId]);
    const [run] = await tx.query<RunRow>(`SELECT ${runColumns} FROM retention_run d JOIN meeting m ON m.id = d.meeting_id WHERE d.meeting_id = $1`, [meetingId]);
    if (run === undefined) return false;
    const inForce = (await this.rules.inForceIn(tx, [run.owner_authority_id]))(run.owner_authority_id, run.kind_id);
    const found = (await this.obstaclesIn(tx, [meetingId])).get(meetingId)!;
    const step = this.stepOf(run, inForce, isStopped(found), isUnfinished(found));
    if (step === null) return false;
    // [RE10] The keys go with the very commit that says so: the database refuses it while a hold is in force.
    await this.moveIn(tx, run, step, null);
    if (step.to === 'destroyed') await this.shredding.shredIn(tx, { meetingId });
    if (step.to === 'announced') await this.announceIn(tx, run, step);
    this.events.emitIn(tx, 'meeting.changed', { meetingId });
    return true;
  }

  private stepOf(run: RunRow, inForce: RetentionRule, stopped: boolean, unfinished: boolean): Step | null {
    const today = this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().toString();
    return nextStep({ state: run.state, approvedOn: run.approved_on, dueOn: run.due_on, rule: ruleOfRun(run), inForce, today, isStopped: stopped, isUnfinished: unfinished });
  }

  /** [RE8] Everybody who could object is told, in words that say nothing of the meeting. */
  private async announceIn(tx: Tx, run: RunRow, step: Step): Promise<void> {
    const sides = await this.filings.ofIn(tx, [run.meeting_id]);
    const membershipIds = (await this.filings.addresseesIn(tx, sides)).flat();
    await this.notifications.addIn(tx, null, [{ kind: 'deletionAnnounced', membershipIds, meetingId: run.meeting_id, once: `deletion ${run.meeting_id} ${step.dueOn}` }]);
  }

  private async recordIn(tx: Tx, meetingId: string, version: number, step: Step, membershipId: string | null): Promise<void> {
    await tx.query('INSERT INTO retention_event (id, meeting_id, version, kind, due_on, months, waiting_days, second_person, membership_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
      newId(),
      meetingId,
      version,
      step.to,
      step.dueOn,
      step.rule.months,
      step.rule.waitingDays,
      step.rule.secondPerson,
      membershipId,
      this.clock.now().toString(),
    ]);
  }
}

/** [RE8] What holds back the announcement already. */
export const isStopped = (found: Obstacles): boolean => found.unfiled.length > 0 || found.holds.length > 0;
/** [RE10] What holds back the deletion alone, so that nothing closed can be told from when it was announced. */
export const isUnfinished = (found: Obstacles): boolean => found.itemFilings + found.itemHolds + found.followUps + found.decisions + found.embargoes > 0;
