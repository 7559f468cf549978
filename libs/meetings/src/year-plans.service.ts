import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { timeZone } from '@lib/contracts/enums.js';
import { Problem, type FieldError } from '@lib/contracts/problems.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { DomainEvents } from '@lib/platform/events.service.js';
import { Idempotency, type IdempotentRequest } from '@lib/platform/idempotency.service.js';
import { newId } from '@lib/platform/ids.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { PlanInput, PlanStretch } from '@lib/scheduling/year-plan.js';
import { samePlacement } from '@lib/scheduling/year-plan-model.js';
import type { PlanChange, PlanDifference } from '@lib/scheduling/year-plan-repair.js';
import { Contacts } from './contacts.service.js';
import { materialOf, mostSeries, pinOf, planYear, roomFor, yearsToPlan, type Decided, type PlanBody, type PlanStep, type PlanYear, type SeriesToPlan } from './year-plan.js';
import { mostShown, YearPlanViews, type VersionRow, type YearPlanView } from './year-plan-views.service.js';
import { YearPlanWork } from './year-plan-work.js';
import type { PlanResult, PlanTask } from './year-plan.worker.js';

/** What somebody wants to do to a plan. */
export type WantedStep =
  | { kind: 'renewed' }
  | { kind: 'pinned'; seriesId: string; pin: Decided }
  | { kind: 'unpinned'; seriesId: string }
  | { kind: 'absence' | 'absenceWithdrawn'; membershipId: string; absence: PlanStretch };

export interface PlanPreview {
  version: number;
  digest: string;
  differences: { words: string; because: string | null }[];
  costMinutes: number;
  leastMinutes: number;
}

const mostPlans = 10;
const mostVersions = 200;
const mostAbsences = 50;

/** The year plans of an authority: made of its series, changed after a preview, stored version upon version (rules YP13–YP21). */
@Injectable()
export class YearPlans {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly policy: Policy,
    private readonly views: YearPlanViews,
    private readonly contacts: Contacts,
    private readonly work: YearPlanWork,
    private readonly idempotency: Idempotency,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `not-allowed` */
  async list(subject: Subject): Promise<{ plans: { id: string; year: number; version: number; changedAt: string }[]; years: number[] }> {
    this.assertMayKeep(subject);
    return this.unitOfWork.run(async (tx) => {
      const rows = await tx.query<{ id: string; year: number; version: number; changed_at: Date }>(
        `SELECT p.id, p.year, v.version, v.set_at AS changed_at FROM year_plan p
         JOIN LATERAL (SELECT version, set_at FROM year_plan_version WHERE plan_id = p.id ORDER BY version DESC LIMIT 1) v ON true
         WHERE p.authority_id = $1 ORDER BY v.set_at DESC, p.id`,
        [subject.authorityId],
      );
      return { plans: rows.map((row) => ({ id: row.id, year: row.year, version: row.version, changedAt: row.changed_at.toISOString() })), years: yearsToPlan(this.today()) };
    });
  }

  /**
   * [YP13] Makes a plan of a year from the series as they are.
   *
   * @throws Problem `not-allowed`, `invalid-input`, `year-plan-stopped`; TooManyRequests
   */
  async make(subject: Subject, year: number, signal: AbortSignal, request?: IdempotentRequest): Promise<YearPlanView> {
    this.assertMayKeep(subject);
    const weeks = planYear(year, this.today());
    if (weeks === null || !yearsToPlan(this.today()).includes(year)) throw invalid('year', 'Der kan lægges en plan for resten af året og for det næste.');
    const begun = await this.unitOfWork.run(async (tx) => {
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      return earlier === null ? { material: await this.materialIn(tx, subject, weeks, {}, new Map()) } : { earlier };
    });
    if (begun.earlier !== undefined) return this.get(subject, begun.earlier);
    const { input, before, members } = begun.material;
    const { plan, lowerBound } = await this.work.run(subject.personId, { kind: 'make', input }, signal);
    return this.unitOfWork.run(async (tx) => {
      // Two at once would both see room for one more.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`year plans ${subject.authorityId}`]);
      const earlier = await this.idempotency.recallIn(tx, subject.personId, request);
      if (earlier !== null) return this.viewIn(tx, subject, earlier);
      const [{ count }] = (await tx.query<{ count: number }>('SELECT count(*)::int AS count FROM year_plan WHERE authority_id = $1', [subject.authorityId])) as [{ count: number }];
      if (count >= mostPlans) throw invalid('year', `En myndighed kan højst have ${mostPlans} årsplaner. Slet en først.`);
      const id = newId();
      await tx.query('INSERT INTO year_plan (id, authority_id, year, first_day, weeks, made_at) VALUES ($1, $2, $3, $4, $5, $6)', [id, subject.authorityId, year, weeks.firstDay, weeks.weeks, this.clock.now().toString()]);
      await this.storeIn(tx, subject, id, 1, { input, plan, lowerBound, decided: {}, members, before, change: { kind: 'made' } });
      await this.idempotency.rememberIn(tx, subject.personId, request, id);
      return this.viewIn(tx, subject, id);
    });
  }

  /** @throws Problem `not-found` */
  async get(subject: Subject, id: string): Promise<YearPlanView> {
    return this.unitOfWork.run((tx) => this.viewIn(tx, subject, id));
  }

  /**
   * [YP16] What a change would make of the plan. Stores nothing.
   *
   * @throws Problem `not-found`, `invalid-input`, `year-plan-stopped`; TooManyRequests
   */
  async preview(subject: Subject, id: string, wanted: WantedStep, signal: AbortSignal): Promise<PlanPreview> {
    const { version, before, body, digest, differences } = await this.draft(subject, id, wanted, signal);
    const words = await this.unitOfWork.run(async (tx) => this.views.wordsIn(tx, subject, await this.views.seriesIn(tx), body, before));
    return {
      version,
      digest,
      differences: differences.map((one) => ({ words: words.difference(one), because: wanted.kind === 'renewed' ? null : words.because(one.because) })),
      costMinutes: Math.round(body.plan.cost.total),
      leastMinutes: Math.max(0, Math.round(Math.min(body.lowerBound, body.plan.cost.total))),
    };
  }

  /**
   * [YP16] [YP21] Changes the plan, which moves no meeting. Worked out anew: what was shown is what is stored, or nothing is.
   *
   * @param digest of the preview that was shown
   * @throws Problem as {@link preview}, `precondition-failed`
   */
  async change(subject: Subject, id: string, wanted: WantedStep, { version: expected, digest }: { version: number | null; digest: string }, signal: AbortSignal): Promise<YearPlanView> {
    const { version, body, step, digest: found } = await this.draft(subject, id, wanted, signal);
    if ((expected !== null && expected !== version) || digest !== found) throw changedMeanwhile();
    return this.unitOfWork.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`year plans ${subject.authorityId}`]);
      const { versions } = await this.readIn(tx, subject, id);
      if (versions[0]!.version !== version) throw changedMeanwhile();
      if (version >= mostVersions) throw new Problem('invalid-input', `Planen er ændret ${mostVersions} gange. Læg en ny.`);
      await this.forgetIn(tx, id, step);
      await this.storeIn(tx, subject, id, version + 1, body);
      return this.viewIn(tx, subject, id);
    });
  }

  /**
   * [YP21] Removes a plan with all that was said of who is away. No series is changed by it.
   *
   * @throws Problem `not-found`, `precondition-failed`
   */
  async remove(subject: Subject, id: string, expected: number | null): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`year plans ${subject.authorityId}`]);
      const { versions } = await this.readIn(tx, subject, id);
      if (expected !== null && expected !== versions[0]!.version) throw changedMeanwhile();
      await tx.query('DELETE FROM year_plan_version WHERE plan_id = $1', [id]);
      await tx.query('DELETE FROM year_plan WHERE id = $1', [id]);
      this.events.emitIn(tx, 'yearPlan.changed', { authorityId: subject.authorityId });
    });
  }

  /** [YP21] The job: plans of weeks that are over, with all that was said of who was away. The rule of the database says the same. */
  async removeOld(): Promise<void> {
    await this.unitOfWork.run(
      async (tx) => {
        const gone = await tx.query<{ authority_id: string }>('DELETE FROM year_plan WHERE first_day + 7 * weeks <= $1::date RETURNING authority_id', [this.today().toString()]);
        for (const authorityId of new Set(gone.map((row) => row.authority_id))) this.events.emitIn(tx, 'yearPlan.changed', { authorityId });
      },
      { lane: 'job', as: 'keeper' },
    );
  }

  private async draft(subject: Subject, id: string, wanted: WantedStep, signal: AbortSignal): Promise<{ version: number; before: PlanBody; body: PlanBody; step: DoneStep; digest: string; differences: readonly PlanDifference[] }> {
    const found = await this.unitOfWork.run(async (tx) => {
      const { plan, versions } = await this.readIn(tx, subject, id);
      const all = await this.views.seriesIn(tx);
      const { body, version } = versions[0]!;
      const step = await this.stepIn(tx, subject, body, all, wanted);
      const renewed = step.kind === 'renewed' ? await this.materialIn(tx, subject, plan, body.decided, absencesOf(body.input)) : null;
      return { version, body, step, renewed, all };
    });
    const { version, body, step, renewed, all } = found;
    const decided = decidedAfter(body.decided, step);
    const task: PlanTask = renewed !== null ? { kind: 'make', input: renewed.input } : { kind: 'repair', input: body.input, plan: body.plan, change: changeOf(subject, body, step, all) };
    const result = await this.work.run(subject.personId, task, signal);
    const differences = renewed === null ? result.differences : compared(body, result);
    const change: PlanStep = step.kind === 'absenceWithdrawn' ? { kind: step.kind } : step;
    const next: PlanBody = { input: result.input, plan: result.plan, lowerBound: result.lowerBound, decided, members: renewed?.members ?? body.members, before: renewed?.before ?? body.before, change };
    return { version, before: body, differences, body: next, step, digest: digestOf(version, next, step) };
  }

  /** @throws Problem `invalid-input` */
  private async stepIn(tx: Tx, subject: Subject, body: PlanBody, all: readonly SeriesToPlan[], wanted: WantedStep): Promise<DoneStep> {
    switch (wanted.kind) {
      case 'renewed':
        return wanted;
      case 'pinned':
      case 'unpinned': {
        const series = body.input.series.find(({ id }) => id === wanted.seriesId);
        if (series === undefined || !all.some(({ id }) => id === wanted.seriesId)) throw invalid('seriesId', 'Vælg en serie fra planen.');
        if (wanted.kind === 'pinned') assertPossible(series, wanted.pin);
        return wanted;
      }
      case 'absence':
      case 'absenceWithdrawn': {
        const person = (await this.views.ownPeopleIn(tx, subject, all)).find(({ membershipId }) => membershipId === wanted.membershipId);
        const known = body.input.people.find(({ id }) => id === person?.personId);
        if (person === undefined || known === undefined) throw invalid('membershipId', 'Vælg en af jeres egne, som er med i planen.');
        const { absence } = wanted;
        if (absence.to < absence.from) throw invalid('to', 'Perioden slutter, før den begynder.');
        const isKnown = known.absences?.some(({ from, to }) => from === absence.from && to === absence.to) ?? false;
        if (wanted.kind === 'absence' && isKnown) throw invalid('from', 'Fraværet står allerede i planen.');
        if (wanted.kind === 'absence' && (known.absences?.length ?? 0) >= mostAbsences) throw invalid('from', 'Der står for mange perioder. Saml dem, der hænger sammen.');
        if (wanted.kind === 'absenceWithdrawn' && !isKnown) throw changedMeanwhile();
        return { kind: wanted.kind, personId: person.personId, absence };
      }
    }
  }

  private async materialIn(tx: Tx, subject: Subject, year: PlanYear, decided: PlanBody['decided'], absences: ReadonlyMap<string, readonly PlanStretch[]>) {
    const all = await this.views.seriesIn(tx);
    const { fitting } = roomFor(all, year, { today: this.today(), ownAuthorityId: subject.authorityId });
    if (fitting.length > mostSeries) throw invalid('year', `En plan kan højst rumme ${mostSeries} serier.`);
    const people = fitting.flatMap(({ one }) => one.people);
    const memberships = new Map(people.map(({ membershipId, personId }) => [membershipId, personId] as const));
    const found = await this.contacts.standInsIn(tx, [...memberships.keys()], year.firstDay);
    const standIns = new Map([...found].map(([membershipId, members]) => [memberships.get(membershipId)!, members.map(({ id }) => id).filter((id) => id !== memberships.get(membershipId))] as const));
    const material = materialOf(fitting, year, { ownAuthorityId: subject.authorityId, decided, standIns, absences });
    if (material.input.series.length === 0) throw invalid('year', 'Der er ingen mødeserier at lægge en plan for. Opret dem først.');
    // Who takes part is in it by that, also where she stands in for somebody; of several memberships by the own.
    const others = people.filter(({ authorityId }) => authorityId !== subject.authorityId);
    const own = people.filter(({ authorityId }) => authorityId === subject.authorityId);
    const members = Object.fromEntries([...[...found.values()].flat().map(({ id, membershipId }) => [id, membershipId] as const), ...[...others, ...own].map(({ personId, membershipId }) => [personId, membershipId] as const)]);
    return { ...material, members };
  }

  private async viewIn(tx: Tx, subject: Subject, id: string): Promise<YearPlanView> {
    const { plan, versions } = await this.readIn(tx, subject, id);
    return this.views.viewIn(tx, subject, plan, versions, await this.views.seriesIn(tx));
  }

  private async readIn(tx: Tx, subject: Subject, id: string): Promise<{ plan: PlanYear & { id: string }; versions: VersionRow[] }> {
    const [row] = await tx.query<{ authority_id: string; year: number; first_day: string; weeks: number }>('SELECT authority_id, year, first_day::text, weeks FROM year_plan WHERE id = $1', [id]);
    if (row === undefined || !this.policy.may(subject, 'yearPlan.keep', { authorityId: row.authority_id }, {})) throw new Problem('not-found');
    const versions = await tx.query<VersionRow>(`SELECT version, body, set_by_membership_id, set_at FROM year_plan_version WHERE plan_id = $1 ORDER BY version DESC LIMIT ${mostShown}`, [id]);
    if (versions.length === 0) throw new Problem('not-found');
    return { plan: { id, year: row.year, firstDay: row.first_day, weeks: row.weeks }, versions };
  }

  /** [YP21] Of the versions before nothing is kept but what was done; of an absence that is taken back not even who or when. */
  private async forgetIn(tx: Tx, planId: string, step: DoneStep): Promise<void> {
    await tx.query(`UPDATE year_plan_version SET body = jsonb_build_object('change', body->'change') WHERE plan_id = $1 AND body ? 'plan'`, [planId]);
    if (step.kind !== 'absenceWithdrawn') return;
    const forgotten: Pick<PlanBody, 'change'> = { change: { kind: 'absenceForgotten' } };
    await tx.query(`UPDATE year_plan_version SET body = $2 WHERE plan_id = $1 AND body->'change' @> $3`, [planId, JSON.stringify(forgotten), JSON.stringify({ kind: 'absence', personId: step.personId, absence: step.absence })]);
  }

  private async storeIn(tx: Tx, subject: Subject, planId: string, version: number, body: PlanBody): Promise<void> {
    await tx.query('INSERT INTO year_plan_version (plan_id, version, body, set_by_membership_id, set_at) VALUES ($1, $2, $3, $4, $5)', [planId, version, JSON.stringify(body), subject.membershipId, this.clock.now().toString()]);
    this.events.emitIn(tx, 'yearPlan.changed', { authorityId: subject.authorityId });
  }

  private assertMayKeep(subject: Subject): void {
    if (!this.policy.may(subject, 'yearPlan.keep', { authorityId: subject.authorityId }, {})) throw new Problem('not-allowed', 'Årsplaner lægges af koordinatorer.');
  }

  private today() {
    return this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
  }
}

/** What is done to a plan, before it is known what of it is kept. */
type DoneStep = Exclude<WantedStep, { membershipId: string }> | { kind: 'absence'; personId: string; absence: PlanStretch } | { kind: 'absenceWithdrawn'; personId: string; absence: PlanStretch };

/** @throws Problem `invalid-input` for what the rhythm of the series cannot be put to */
function assertPossible(series: PlanInput['series'][number], pin: Decided): void {
  const { cadence, durationMinutes } = series;
  const errors: FieldError[] = [];
  if (pin.startMinute !== undefined && pin.startMinute + durationMinutes > 24 * 60) errors.push({ field: 'startTime', message: 'Mødet skal slutte samme dag.' });
  if (pin.phase !== undefined && (cadence.every !== 'week' || cadence.interval !== 2 || pin.phase > 1)) errors.push({ field: 'phase', message: 'Kun serier hver anden uge kan skifte uge.' });
  if (pin.ordinal !== undefined && cadence.every !== 'month') errors.push({ field: 'ordinal', message: 'Kun månedlige serier lægges på første til fjerde ugedag.' });
  if (pin.date !== undefined && (cadence.every !== 'once' || pin.date < cadence.from || pin.date > cadence.to)) errors.push({ field: 'date', message: 'Datoen ligger uden for det tidsrum, mødet kan flyttes i.' });
  if (errors.length > 0) throw new Problem('invalid-input', undefined, errors);
}

function decidedAfter(decided: PlanBody['decided'], step: DoneStep): PlanBody['decided'] {
  if (step.kind === 'pinned') return { ...decided, [step.seriesId]: step.pin };
  return step.kind === 'unpinned' ? { ...decided, [step.seriesId]: {} } : decided;
}

function changeOf(subject: Subject, body: PlanBody, step: DoneStep, all: readonly SeriesToPlan[]): PlanChange {
  if (step.kind === 'absence' || step.kind === 'absenceWithdrawn') return step;
  if (step.kind !== 'pinned' && step.kind !== 'unpinned') throw new Error(`no repair: ${step.kind}`);
  const { seriesId } = step;
  const { cadence } = body.input.series.find(({ id }) => id === seriesId)!;
  const isOwn = all.find(({ id }) => id === seriesId)!.ownerAuthorityId === subject.authorityId;
  const pin = pinOf({ cadence, placement: body.before[seriesId]! }, isOwn, step.kind === 'pinned' ? step.pin : {});
  return pin === null ? { kind: 'unpinned', seriesId } : { kind: 'pinned', pin: { seriesId, ...pin } };
}

/** What a plan made anew has otherwise than the one before. */
function compared({ input, plan: before }: PlanBody, { input: next, plan: after }: PlanResult): PlanDifference[] {
  const ids = [...new Set([...input.series, ...next.series].map(({ id }) => id))];
  return ids.flatMap((seriesId): PlanDifference[] => {
    const [from, to] = [before.placements[seriesId] ?? null, after.placements[seriesId] ?? null];
    if (!next.series.some(({ id }) => id === seriesId)) return [{ kind: 'removed', seriesId, from, because: 'change' }];
    if (to === null) {
      const leftOut = after.leftOut.find((one) => one.seriesId === seriesId)!;
      return from === null && input.series.some(({ id }) => id === seriesId) ? [] : [{ kind: 'leftOut', seriesId, from, leftOut, because: 'change' }];
    }
    if (from === null) return [{ kind: 'placed', seriesId, to, because: 'change' }];
    return samePlacement(from, to) ? [] : [{ kind: 'replaced', seriesId, from, to, because: 'change' }];
  });
}

const absencesOf = ({ people }: PlanInput): Map<string, readonly PlanStretch[]> => new Map(people.flatMap(({ id, absences }) => (absences === undefined ? [] : [[id, absences] as const])));

/** Of all that is stored but what it is made of: that is read again, and the rest is worked out from it. */
const digestOf = (version: number, { plan, decided, before, lowerBound }: PlanBody, step: DoneStep): string =>
  createHash('sha256').update(JSON.stringify([version, step, plan.placements, plan.exceptions, plan.leftOut, decided, before, lowerBound])).digest('hex');

const invalid = (field: string, message: string) => new Problem('invalid-input', undefined, [{ field, message }]);
const changedMeanwhile = () => new Problem('precondition-failed', 'Planen eller dens serier er ændret, siden du så, hvad ændringen betyder. Se det igen, før du går videre.');
