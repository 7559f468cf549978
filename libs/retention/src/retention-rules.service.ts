import { Injectable } from '@nestjs/common';
import { Problem } from '@lib/contracts/problems.js';
import { Directory } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { meetingKind, meetingKinds } from '@lib/meetings/meeting-kinds.data.js';
import { Clock } from '@lib/platform/clock.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { shippedRule, type RetentionRule } from './retention.js';

interface RuleRow {
  authority_id: string;
  kind_id: string;
  version: number;
  months: number;
  waiting_days: number;
  second_person: boolean;
  set_by_membership_id: string;
  set_at: Date;
}

const ruleOf = (row: RuleRow): RetentionRule => ({ months: row.months, waitingDays: row.waiting_days, secondPerson: row.second_person });

/** How long each authority keeps each kind of its meetings, version upon version [RE5, RE6]. */
@Injectable()
export class RetentionRules {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly policy: Policy,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** What holds now, by authority and kind. */
  async inForceIn(tx: Tx, authorityIds: readonly string[]): Promise<(authorityId: string, kindId: string) => RetentionRule> {
    const rows = await this.rowsIn(tx, authorityIds);
    const last = new Map(rows.map((row) => [`${row.authority_id} ${row.kind_id}`, ruleOf(row)]));
    return (authorityId, kindId) => last.get(`${authorityId} ${kindId}`) ?? shippedRule(kindId);
  }

  /**
   * Every kind with what holds for it, and all that was ever set.
   *
   * @throws Problem `not-allowed`
   */
  async view(subject: Subject) {
    this.assertMaySet(subject);
    return this.unitOfWork.run(async (tx) => {
      const rows = await this.rowsIn(tx, [subject.authorityId]);
      const people = await this.directory.pastMembersIn(tx, rows.map((row) => row.set_by_membership_id));
      return {
        rules: meetingKinds.map((kind) => {
          const own = rows.filter((row) => row.kind_id === kind.id);
          const last = own.at(-1);
          return {
            kindId: kind.id,
            kindTitle: kind.title,
            ...(last === undefined ? shippedRule(kind.id) : ruleOf(last)),
            version: last?.version ?? 0,
            history: own.map((row) => ({ version: row.version, ...ruleOf(row), setAt: row.set_at.toISOString(), setBy: people.get(row.set_by_membership_id)!.name })),
          };
        }),
      };
    });
  }

  /**
   * [RE6] Adds a version. It holds for all that has not been announced; what has been keeps its day, unless it gets a later one.
   *
   * @param expected the version on the screen
   * @throws Problem `not-allowed`, `not-found`, `precondition-failed`, `idempotency-conflict`
   */
  async set(subject: Subject, kindId: string, rule: RetentionRule, expected: number, request?: IdempotentRequest): Promise<void> {
    this.assertMaySet(subject);
    if (meetingKind(kindId) === undefined) throw new Problem('not-found');
    await this.unitOfWork.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`retention ${subject.authorityId}`]);
      if ((await this.idempotency.recallIn(tx, subject.personId, request)) !== null) return;
      const version = (await this.rowsIn(tx, [subject.authorityId])).filter((row) => row.kind_id === kindId).at(-1)?.version ?? 0;
      if (version !== expected) throw new Problem('precondition-failed', 'En kollega har ændret reglen, siden du åbnede den. Se, hvad der gælder nu.');
      const id = newId();
      await tx.query('INSERT INTO retention_rule (id, authority_id, kind_id, version, months, waiting_days, second_person, set_by_membership_id, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
        id,
        subject.authorityId,
        kindId,
        version + 1,
        rule.months,
        rule.waitingDays,
        rule.secondPerson,
        subject.membershipId,
        this.clock.now().toString(),
      ]);
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
    });
  }

  private assertMaySet(subject: Subject): void {
    if (!this.policy.may(subject, 'retention.set', { authorityId: subject.authorityId }, {})) throw new Problem('not-allowed', 'Opbevaring styres af myndighedens administratorer.');
  }

  private rowsIn(tx: Tx, authorityIds: readonly string[]): Promise<RuleRow[]> {
    return tx.query<RuleRow>('SELECT * FROM retention_rule WHERE authority_id = ANY($1) ORDER BY authority_id, kind_id, version', [[...new Set(authorityIds)]]);
  }
}
