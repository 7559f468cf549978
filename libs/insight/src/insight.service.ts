import { Injectable } from '@nestjs/common';
import { timeZone, type Sector } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory, type Authority } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { settledStates } from '@lib/decisions/decision.js';
import { mayRead, readsAs } from '@lib/decisions/decision-reader.service.js';
import { startOfDay } from '@lib/decisions/log-filter.js';
import { meetingKind } from '@lib/meetings/meeting-kinds.data.js';
import { Clock } from '@lib/platform/clock.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import { indicator, twelveMonths, type Counted, type Indicator } from './indicators.js';

export interface Insight {
  /** [IN6] The asker's own authority first. */
  overdue: { authority: Authority; decisions: number }[];
  overdueFollowUps: number;
  indicators: Indicator[];
}

/** Since when, until when, as the queries need it. */
interface Span {
  authorityId: string;
  /** Danish day, the first of the twelve months. */
  from: string;
  /** Danish day. */
  today: string;
  /** ISO instant. */
  now: string;
}

const month = (at: string) => `to_char(${at} AT TIME ZONE '${timeZone}', 'YYYY-MM')`;

/** What leaders see of their own authority in numbers (rules IN1–IN6, AC24). */
@Injectable()
export class InsightService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly clock: Clock,
    private readonly policy: Policy,
  ) {}

  /** @throws Problem `not-allowed` for those who do not lead */
  async read(subject: Subject): Promise<Insight> {
    if (!this.policy.may(subject, 'indicators.read', { authorityId: subject.authorityId }, {})) throw new Problem('not-allowed');
    const now = this.clock.now();
    const months = twelveMonths(now);
    const span: Span = { authorityId: subject.authorityId, from: `${months[0]}-01`, today: now.toZonedDateTimeISO(timeZone).toPlainDate().toString(), now: now.toString() };
    // Each in a transaction of its own, so that nobody who writes waits for all of them.
    const confirmed = await this.unitOfWork.run((tx) => confirmedIn(tx, span));
    const followUps = await this.unitOfWork.run((tx) => followUpsIn(tx, span));
    const meetings = await this.unitOfWork.run((tx) => meetingsIn(tx, span), { as: 'insight' });
    const overdue = await this.unitOfWork.run((tx) => this.overdueIn(tx, subject, span));
    return {
      ...overdue,
      indicators: [indicator('confirmedInTime', months, confirmed), indicator('followUpsInTime', months, followUps), indicator('sectorsPresent', months, meetings)],
    };
  }

  private async overdueIn(tx: Tx, subject: Subject, { today, now }: Span) {
    const rows = await tx.query<{ authority_id: string; decisions: number }>(
      `SELECT d.deciding_authority_id AS authority_id, count(*)::int AS decisions FROM decision d
       WHERE (${mayRead}) AND d.deadline < $5::date AND d.state <> ALL($6::text[]) GROUP BY d.deciding_authority_id`,
      [...readsAs(subject, now), today, settledStates],
    );
    const authorities = await this.directory.authoritiesIn(tx, rows.map((row) => row.authority_id));
    const [followUps] = await tx.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM follow_up f JOIN membership o ON o.id = f.owner_membership_id WHERE o.authority_id = $1 AND f.state = 'open' AND f.deadline < $2::date`,
      [subject.authorityId, today],
    );
    const isOwn = (id: string) => Number(id === subject.authorityId);
    return {
      overdue: rows.toSorted((a, b) => isOwn(b.authority_id) - isOwn(a.authority_id) || b.decisions - a.decisions).map((row) => ({ authority: authorities.get(row.authority_id)!, decisions: row.decisions })),
      overdueFollowUps: followUps!.total,
    };
  }
}

/** [IN3] */
async function confirmedIn(tx: Tx, { authorityId, from, now }: Span): Promise<Counted[]> {
  const confirmed = (more: string) => `EXISTS (SELECT 1 FROM decision_event e WHERE e.decision_id = d.id AND e.kind = 'confirmed' ${more})`;
  return tx.query<Counted & Record<string, unknown>>(
    `SELECT ${month('d.recorded_at')} AS month, count(*)::int AS total, count(*) FILTER (WHERE ${confirmed(`AND e.at <= d.recorded_at + interval '168 hours'`)})::int AS reached
     FROM decision d
     WHERE d.deciding_authority_id = $1 AND d.recorded_at >= $2::timestamptz AND d.recorded_at <= $3::timestamptz - interval '168 hours'
       AND (d.state <> 'superseded' OR ${confirmed('')})
     GROUP BY 1`,
    [authorityId, startOfDay(from), now],
  );
}

/** [IN4] */
async function followUpsIn(tx: Tx, { authorityId, from, today }: Span): Promise<Counted[]> {
  return tx.query<Counted & Record<string, unknown>>(
    `SELECT to_char(f.deadline, 'YYYY-MM') AS month, count(*)::int AS total,
       count(*) FILTER (WHERE f.state = 'done' AND (e.at AT TIME ZONE '${timeZone}')::date <= f.deadline)::int AS reached
     FROM follow_up f JOIN membership o ON o.id = f.owner_membership_id JOIN follow_up_event e ON e.follow_up_id = f.id AND e.version = f.version
     WHERE o.authority_id = $1 AND f.deadline >= $2::date AND f.deadline < $3::date AND f.state IN ('open', 'done', 'notDone')
     GROUP BY 1`,
    [authorityId, from, today],
  );
}

/** [IN5] Which sectors were there is asked of the rows, whether they were enough of the kind. */
async function meetingsIn(tx: Tx, { authorityId, from, now }: Span): Promise<Counted[]> {
  const rows = await tx.query<{ month: string; kind_id: string; sectors: Sector[] | null }>(
    `SELECT ${month('m.start_instant')} AS month, m.kind_id, array_agg(DISTINCT a.sector) FILTER (WHERE l.state IN ('present', 'late')) AS sectors
     FROM meeting m
     JOIN LATERAL (SELECT DISTINCT ON (t.membership_id) t.membership_id, t.state FROM attendance_entry t WHERE t.meeting_id = m.id
                   ORDER BY t.membership_id, t.at DESC, t.id DESC) l ON TRUE
     JOIN membership s ON s.id = l.membership_id JOIN authority a ON a.id = s.authority_id
     WHERE m.start_instant >= $2::timestamptz AND m.start_instant + m.duration_minutes * interval '1 minute' <= $3::timestamptz AND m.state <> 'cancelled'
       AND EXISTS (SELECT 1 FROM meeting_participant p JOIN membership o ON o.id = p.membership_id WHERE p.meeting_id = m.id AND o.authority_id = $1)
     GROUP BY m.id, m.start_instant, m.kind_id`,
    [authorityId, startOfDay(from), now],
  );
  return rows.flatMap((row) => {
    const required = meetingKind(row.kind_id)?.quorum.sectors ?? [];
    const reached = required.every((sector) => row.sectors?.includes(sector) ?? false);
    return required.length === 0 ? [] : [{ month: row.month, total: 1, reached: Number(reached) }];
  });
}
