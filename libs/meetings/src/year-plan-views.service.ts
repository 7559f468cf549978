import { Injectable } from '@nestjs/common';
import type { Temporal } from 'temporal-polyfill';
import { timeZone } from '@lib/contracts/enums.js';
import { Directory, type Authority } from '@lib/access/directory.service.js';
import type { Subject } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { said, spokenLanguage } from '@lib/platform/speaking.js';
import type { Tx } from '@lib/platform/unit-of-work.service.js';
import { patternOf, type SeriesPattern } from '@lib/scheduling/patterns.js';
import { ruleInWords } from '@lib/scheduling/words.js';
import type { Placement, PlanInput } from '@lib/scheduling/year-plan.js';
import { plannedMeetings, violations } from '@lib/scheduling/year-plan-check.js';
import { samePlacement } from '@lib/scheduling/year-plan-model.js';
import { PlanWords } from '@lib/scheduling/year-plan-words.js';
import { meetingKind } from './meeting-kinds.data.js';
import { participation } from './participants.js';
import type { SeriesChange } from './series-changes.service.js';
import { lastDayOf } from './series-plan.js';
import { standingIn, timesOfRow, type SeriesTimesRow } from './series-row.js';
import { clockOf, patternFor, placeOf, roomFor, sameRhythm, type OutsideReason, type PlanBody, type PlanStep, type PlanYear, type SeriesToPlan } from './year-plan.js';

/** Why a series is not changed from a plan by whoever looks at it. */
export const applyRefusals = ['otherAuthority', 'notCoordinator', 'noMeetingYet'] as const;
export type ApplyRefusal = (typeof applyRefusals)[number];

export const plannedOutcomes = ['held', 'substituted', 'moved', 'dropped'] as const;

export interface PlacementView {
  weekday: number;
  startTime: string;
  phase: number;
  ordinal: number | null;
  date: string | null;
  words: string;
}

export interface PlannedSeriesView {
  seriesId: string;
  kindTitle: string;
  owner: Authority;
  /** Whose people take part besides those of the plan's authority. */
  partners: Authority[];
  isOwn: boolean;
  rhythm: { every: 'week' | 'month' | 'once'; interval: number; from: string | null; to: string | null };
  /** Where it is today; null when it cannot be said of this year any more. */
  now: PlacementView | null;
  /** Null: it found no place. */
  planned: PlacementView | null;
  /** Why not. */
  leftOut: string | null;
  isPinned: boolean;
  /** It was changed since the plan was made of it. */
  isOutdated: boolean;
  /** What would change it to where it is planned: for the command that changes a series; null where it is there already or may not. */
  change: Pick<SeriesChange, 'fromMeetingId' | 'times'> | null;
  refused: ApplyRefusal | null;
  meetings: { date: string; outcome: (typeof plannedOutcomes)[number]; words: string | null }[];
}

export interface YearPlanView extends PlanYear {
  id: string;
  version: number;
  series: PlannedSeriesView[];
  /** What cannot be planned; the own first. */
  outside: { seriesId: string; kindTitle: string; owner: Authority; partners: Authority[]; ruleInWords: string; reason: OutsideReason }[];
  /** Series that came since; they are in the plan when it is renewed. */
  newSeries: number;
  /** Series of others that a plan had no room for. */
  beyond: number;
  /** What collides as the series are today. */
  collisions: string[];
  /** Those of the own authority, who can be said to be away. */
  people: { membershipId: string; name: string }[];
  absences: { membershipId: string; name: string; from: string; to: string }[];
  costMinutes: number;
  /** No plan costs less. */
  leastMinutes: number;
  history: { version: number; words: string; setBy: string; setAt: string }[];
}

export interface VersionRow {
  version: number;
  body: PlanBody;
  set_by_membership_id: string;
  set_at: Date;
}

/** How many changes are shown of a plan's history. */
export const mostShown = 30;
const mostCollisions = 20;
const mostOutside = 100;

/** [YP18] A plan in words, for a coordinator of its authority: kind, authorities and times; people of her own authority by name. */
@Injectable()
export class YearPlanViews {
  constructor(
    private readonly directory: Directory,
    private readonly policy: Policy,
    private readonly clock: Clock,
  ) {}

  /** [AC150] The series that the session may plan: those that go on, and of kinds that are known to be about no one person's case. */
  async seriesIn(tx: Tx): Promise<SeriesToPlan[]> {
    const rows = await tx.query<SeriesTimesRow & { id: string; kind_id: string; owner_authority_id: string; people: SeriesToPlan['people'] | null }>('SELECT * FROM series_to_plan()');
    const today = this.today().toString();
    return rows
      .filter((row) => meetingKind(row.kind_id)?.scope === 'forum')
      .map((row) => ({ id: row.id, kindId: row.kind_id, ownerAuthorityId: row.owner_authority_id, times: timesOfRow(row), people: row.people ?? [] }))
      .filter(({ times }) => (lastDayOf(times.rule) ?? today) >= today);
  }

  async viewIn(tx: Tx, subject: Subject, plan: PlanYear & { id: string }, versions: readonly VersionRow[], all: readonly SeriesToPlan[]): Promise<YearPlanView> {
    const { body, version } = versions[0]!;
    const known = new Map(all.map((one) => [one.id, one]));
    const words = await this.wordsIn(tx, subject, all, body);
    const authorities = await this.authoritiesOf(tx, all);
    const inPlan = body.input.series.filter(({ id }) => known.has(id));
    const meetings = bySeries(plannedMeetings(body.input, body.plan));
    const exceptions = bySeries(body.plan.exceptions);
    const leftOut = new Map(body.plan.leftOut.map((one) => [one.seriesId, one]));
    const placement = (seriesId: string, one: Placement | undefined): PlacementView | null =>
      one === undefined ? null : { weekday: one.weekday, startTime: clockOf(one.startMinute), phase: one.phase, ordinal: one.ordinal ?? null, date: one.date ?? null, words: words.placement(seriesId, one) };
    const nowPlaced = new Map(all.map((one) => [one.id, placeOf(one, plan, this.today())]));
    const cadences = new Map(body.input.series.map(({ id, cadence }) => [id, cadence]));
    /** Null where it meets more or less often than when the plan was made of it: then the plan speaks of another series. */
    const nowOf = (id: string): Placement | undefined => {
      const placed = nowPlaced.get(id);
      return placed == null || typeof placed === 'string' || !sameRhythm(cadences.get(id) ?? placed.cadence, placed.cadence) ? undefined : placed.placement;
    };
    const changes = await this.changesIn(tx, subject, plan, body, inPlan.flatMap(({ id }) => (nowOf(id) === undefined ? [] : [{ one: known.get(id)!, now: nowOf(id)! }])));
    const named = (one: SeriesToPlan) => ({ seriesId: one.id, kindTitle: kindOf(one), owner: authorities.get(one.ownerAuthorityId)!, partners: partnersOf(one, subject.authorityId).map((id) => authorities.get(id)!) });
    const series = inPlan.map(({ id, cadence }): PlannedSeriesView => {
      const one = known.get(id)!;
      const now = nowOf(id);
      const planned = body.plan.placements[id];
      const special = new Map((exceptions.get(id) ?? []).map((each) => [each.date, each]));
      const dates = (meetings.get(id) ?? []).map(({ date, patternDate }) => ({ date, exception: special.get(patternDate) ?? null }));
      const dropped = [...special.values()].filter(({ kind }) => kind === 'dropped').map((exception) => ({ date: exception.date, exception }));
      return {
        ...named(one),
        isOwn: one.ownerAuthorityId === subject.authorityId,
        rhythm: cadence.every === 'once' ? { every: 'once', interval: 1, from: cadence.from, to: cadence.to } : { ...cadence, from: null, to: null },
        now: placement(id, now),
        planned: placement(id, planned),
        leftOut: leftOut.has(id) ? words.leftOut(leftOut.get(id)!) : null,
        isPinned: body.input.pins?.some((pin) => pin.seriesId === id && (pin.weekday !== undefined || pin.startMinute !== undefined || pin.date !== undefined || pin.ordinal !== undefined)) ?? false,
        isOutdated: now === undefined || (!samePlacement(now, body.before[id]!) && (planned === undefined || !samePlacement(now, planned))),
        change: changes.get(id)?.change ?? null,
        refused: changes.get(id)?.refused ?? null,
        meetings: [...dates, ...dropped].toSorted((a, b) => (a.date < b.date ? -1 : 1)).map(({ date, exception }) => ({ date, outcome: exception?.kind ?? 'held', words: exception === null ? null : words.exception(exception) })),
      };
    });
    const own = await this.ownPeopleIn(tx, subject, all);
    const names = await this.directory.pastMembersIn(tx, versions.map((one) => one.set_by_membership_id));
    const { fitting, beyond } = roomFor(all, plan, { today: this.today(), ownAuthorityId: subject.authorityId });
    const isOwn = (one: SeriesToPlan) => one.ownerAuthorityId === subject.authorityId;
    return {
      ...plan,
      version,
      series: series.toSorted(byPartner),
      outside: [...all.filter(isOwn), ...all.filter((one) => !isOwn(one))]
        .flatMap((one) => {
          const reason = nowPlaced.get(one.id);
          return typeof reason === 'string' ? [{ one, reason }] : [];
        })
        .slice(0, mostOutside)
        .map(({ one, reason }) => ({ ...named(one), ruleInWords: ruleInWords(one.times.rule, spokenLanguage()), reason })),
      newSeries: fitting.filter(({ one }) => !cadences.has(one.id)).length,
      beyond,
      collisions: this.collisionsOf(body.input, new Map(inPlan.flatMap(({ id }) => (nowOf(id) === undefined ? [] : [[id, nowOf(id)!]]))), words),
      people: own.map(({ membershipId, name }) => ({ membershipId, name })),
      absences: body.input.people.flatMap(({ id, absences = [] }) => {
        const person = own.find(({ personId }) => personId === id);
        return person === undefined ? [] : absences.map(({ from, to }) => ({ membershipId: person.membershipId, name: person.name, from, to }));
      }),
      costMinutes: Math.round(body.plan.cost.total),
      leastMinutes: Math.max(0, Math.round(Math.min(body.lowerBound, body.plan.cost.total))),
      history: versions.map((one) => ({ version: one.version, words: this.stepInWords(one.body.change, words, own, known), setBy: names.get(one.set_by_membership_id)!.name, setAt: one.set_at.toISOString() })),
    };
  }

  /** @param also for the names of what is gone */
  async wordsIn(tx: Tx, subject: Subject, all: readonly SeriesToPlan[], { input, members }: PlanBody, also?: PlanBody): Promise<PlanWords> {
    const authorities = await this.authoritiesOf(tx, all);
    const known = new Map(all.map((one) => [one.id, one]));
    const people = await this.namesIn(tx, subject, { ...also?.members, ...members });
    const name = (of: PlanInput): PlanInput => ({
      ...of,
      people: of.people.map((one) => ({ ...one, name: people.get(one.id) ?? said('en deltager') })),
      series: of.series.map((one) => {
        const series = known.get(one.id);
        return { ...one, name: series === undefined ? said('En serie, som ikke er med længere') : nameOf(series, subject.authorityId, authorities) };
      }),
    });
    return new PlanWords(name(input), spokenLanguage(), also === undefined ? undefined : name(also.input));
  }

  /** [YP18] By the membership that somebody is in the plan by: who is of the own authority today by name, everybody else by the authority. */
  private async namesIn(tx: Tx, subject: Subject, members: PlanBody['members']): Promise<Map<string, string>> {
    const ids = Object.values(members);
    const [known, living] = [await this.directory.pastMembersIn(tx, ids), await this.directory.membersIn(tx, ids)];
    return new Map([...known.values()].map((one) => [one.id, one.authority.id === subject.authorityId && living.has(one.membershipId) ? one.name : one.authority.name]));
  }

  async ownPeopleIn(tx: Tx, subject: Subject, all: readonly SeriesToPlan[]): Promise<{ personId: string; membershipId: string; name: string }[]> {
    const own = all.flatMap(({ people }) => people).filter(({ authorityId }) => authorityId === subject.authorityId);
    const members = await this.directory.membersIn(tx, own.map(({ membershipId }) => membershipId));
    return [...members.values()].map(({ id, membershipId, name }) => ({ personId: id, membershipId, name }));
  }

  private async authoritiesOf(tx: Tx, all: readonly SeriesToPlan[]): Promise<Map<string, Authority>> {
    return this.directory.authoritiesIn(tx, all.flatMap((one) => [one.ownerAuthorityId, ...one.people.map(({ authorityId }) => authorityId)]));
  }

  /** [YP19] [YP20] What each series would be changed by, as far as whoever asks may. */
  private async changesIn(tx: Tx, subject: Subject, year: PlanYear, body: PlanBody, all: readonly { one: SeriesToPlan; now: Placement }[]): Promise<Map<string, { change: PlannedSeriesView['change']; refused: ApplyRefusal | null }>> {
    const moving = all.flatMap(({ one, now }) => {
      const planned = body.plan.placements[one.id];
      const pattern = patternOf(one.times.rule);
      return planned === undefined || pattern === null || samePlacement(planned, now) ? [] : [{ one, planned, now, pattern }];
    });
    const from = await this.firstMeetingsIn(tx, moving.map(({ one }) => one.id), year);
    const found = new Map<string, { change: PlannedSeriesView['change']; refused: ApplyRefusal | null }>();
    for (const { one, planned, now, pattern } of moving) {
      const refused = await this.refusalIn(tx, subject, one, from);
      found.set(one.id, { refused, change: refused === null ? changeTo(one, from.get(one.id)!, patternFor(pattern, now, planned, year), planned, year) : null });
    }
    return found;
  }

  private async refusalIn(tx: Tx, subject: Subject, one: SeriesToPlan, from: ReadonlyMap<string, string>): Promise<ApplyRefusal | null> {
    if (one.ownerAuthorityId !== subject.authorityId) return 'otherAuthority';
    const participants = one.people.some(({ membershipId }) => membershipId === subject.membershipId) ? (await standingIn(tx, this.directory, one.id)).map(participation) : [];
    if (!this.policy.may(subject, 'meeting.coordinate', {}, { participants })) return 'notCoordinator';
    return from.has(one.id) ? null : 'noMeetingYet';
  }

  /** The first meeting of each series in the plan that has not begun, as far as the session sees them. */
  private async firstMeetingsIn(tx: Tx, seriesIds: readonly string[], { firstDay }: PlanYear): Promise<Map<string, string>> {
    const rows = await tx.query<{ series_id: string; id: string }>(
      `SELECT DISTINCT ON (series_id) series_id, id FROM meeting
       WHERE series_id = ANY($1::uuid[]) AND COALESCE(recurrence_id, start_local) >= $2 AND start_instant > $3::timestamptz AND agenda_state NOT IN ('inSession', 'closed') AND minutes_state = 'draft' AND state NOT IN ('held', 'closed')
       ORDER BY series_id, COALESCE(recurrence_id, start_local), id`,
      [seriesIds, firstDay, this.clock.now().toString()],
    );
    return new Map(rows.map((row) => [row.series_id, row.id]));
  }

  private today(): Temporal.PlainDate {
    return this.clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
  }

  /** Who would have to be in two series at once as they are, holidays aside. */
  private collisionsOf(input: PlanInput, now: ReadonlyMap<string, Placement>, words: PlanWords): string[] {
    const { closed: _closed, pins: _pins, ...open } = input;
    const bare: PlanInput = { ...open, people: input.people.map(({ absences: _absences, ...one }) => one), series: input.series.filter(({ id }) => now.has(id)) };
    const found = violations(bare, { placements: Object.fromEntries(now), exceptions: [] }).filter(({ kind }) => kind === 'person');
    const first = new Map(found.map((one) => [`${one.who} ${[...one.seriesIds].sort().join(' ')}`, one]));
    return [...new Set([...first.values()].map((one) => words.violation(one)))].slice(0, mostCollisions);
  }

  private stepInWords(step: PlanStep, words: PlanWords, own: readonly { personId: string; name: string }[], known: ReadonlyMap<string, SeriesToPlan>): string {
    switch (step.kind) {
      case 'made':
        return said('Planen blev lagt.');
      case 'renewed':
        return said('Planen blev lagt igen af serierne, som de er nu.');
      case 'pinned':
      case 'unpinned': {
        const name = known.has(step.seriesId) ? words.seriesName(step.seriesId) : said('En serie, som ikke er med længere');
        return said(step.kind === 'pinned' ? `${name} blev låst.` : `${name} blev løst.`);
      }
      case 'absence': {
        const name = own.find(({ personId }) => personId === step.personId)?.name ?? said('en deltager');
        const when = words.stretch(step.absence);
        return said(`${name} er fraværende: ${when}.`);
      }
      case 'absenceForgotten':
        return said('Et fravær blev skrevet ind. Det er taget tilbage siden.');
      case 'absenceWithdrawn':
        return said('Et fravær blev taget tilbage.');
    }
  }
}

function bySeries<One extends { seriesId: string }>(all: readonly One[]): Map<string, One[]> {
  const found = new Map<string, One[]>();
  for (const one of all) found.set(one.seriesId, [...(found.get(one.seriesId) ?? []), one]);
  return found;
}

const kindOf = ({ kindId }: SeriesToPlan): string => said(meetingKind(kindId)?.title ?? kindId);

/** Whose people take part besides the own. */
function partnersOf(one: SeriesToPlan, ownAuthorityId: string): string[] {
  return [...new Set([one.ownerAuthorityId, ...one.people.map(({ authorityId }) => authorityId)])].filter((id) => id !== ownAuthorityId).sort();
}

function nameOf(one: SeriesToPlan, ownAuthorityId: string, authorities: ReadonlyMap<string, Authority>): string {
  const partners = partnersOf(one, ownAuthorityId).map((id) => authorities.get(id)!.name);
  return partners.length === 0 ? kindOf(one) : `${kindOf(one)} (${partners.join(', ')})`;
}

function changeTo(one: SeriesToPlan, fromMeetingId: string, pattern: SeriesPattern, planned: Placement, { firstDay }: PlanYear): PlannedSeriesView['change'] {
  const { rule, policy } = one.times;
  return {
    fromMeetingId,
    times: {
      startTime: clockOf(planned.startMinute),
      durationMinutes: rule.durationMinutes,
      pattern,
      ends: null,
      excludedDates: (rule.excludedDates ?? []).filter((date) => date >= firstDay),
      addedDates: (rule.addedDates ?? []).filter((date) => date >= firstDay),
      policy,
    },
  };
}

const collator = new Intl.Collator('da');
const heading = ({ partners, owner }: PlannedSeriesView) => partners.map(({ name }) => name).join(', ') || owner.name;
const byPartner = (a: PlannedSeriesView, b: PlannedSeriesView) => collator.compare(heading(a), heading(b)) || collator.compare(a.kindTitle, b.kindTitle) || (a.seriesId < b.seriesId ? -1 : 1);
