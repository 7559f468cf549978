import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';
import { timeZone, type AgendaState, type MeetingState, type MinutesState } from '@lib/contracts/enums.js';
import { Problem } from '@lib/contracts/problems.js';
import { Directory, type Member } from '@lib/access/directory.service.js';
import { openAt } from '@lib/access/item-access.service.js';
import type { Subject, Window } from '@lib/access/policy.js';
import { Policy } from '@lib/access/policy.service.js';
import { Clock } from '@lib/platform/clock.js';
import { spokenLanguage } from '@lib/platform/speaking.js';
import { Keyring, type Sealer } from '@lib/platform/keyring.service.js';
import { UnitOfWork, type Tx } from '@lib/platform/unit-of-work.service.js';
import type { HolidayPolicy } from '@lib/scheduling/holidays.js';
import { recurrenceIdAt, type SeriesRule } from '@lib/scheduling/recurrence.js';
import { ruleInWords } from '@lib/scheduling/words.js';
import { anchorOf, matchOccurrences, minutesOf, stepsOf, type KeptReason, type SeriesMeeting, type TimeStep } from './series-change.js';
import { Disclosures, type Shown } from './disclosures.service.js';
import { SeriesRewrite, type Rewrite } from './series-rewrite.service.js';
import { participation } from './participants.js';
import { originalStart, ruleOfPlan, type SeriesPlan } from './series-plan.js';
import { lockSeriesIn, plannedIn, ruleOfRow, standingIn, timesOfRow, type Standing, type SeriesRow, type SeriesTimes } from './series-row.js';

/** What is to be changed; what is absent stays. */
export interface SeriesChange {
  /** The first meeting it is about; null is the first coming one, that is: all. */
  fromMeetingId: string | null;
  /** When it meets; `startTime` is `HH:mm` on the wall. */
  times?: Omit<SeriesPlan, 'startLocal'> & { startTime: string; policy: HolidayPolicy };
  /** The last day it meets on; null takes an end back. Only without `times`. */
  lastDate?: string | null;
  place?: string | null;
  videoLink?: string | null;
  title?: string;
  /** Memberships that take part from there on. */
  add: readonly string[];
  remove: readonly string[];
  /** [AC50] The time of those who join; absent without bounds. */
  addWindow?: Window;
}

export interface PreviewedStep {
  action: TimeStep['action'];
  meetingId: string | null;
  /** Wall start before; null for an added one. */
  fromLocal: string | null;
  startLocal: string;
  startInstant: string;
  endInstant: string;
  /** The length changes. */
  lengthChanges: boolean;
  because: KeptReason | null;
  holiday: string | null;
  /** Nobody is called in before a person has decided about the holiday. */
  undecided: boolean;
  /** It gets the new place; false also where it has its own. */
  placeChanges: boolean;
}

/** Where a series is, locked or not, and what a change would make of it. */
interface Draft extends Rewrite {
  preview: PreviewedStep[];
  digest: string;
  keepsOwnPlace: number;
  /** What its meetings show to those who join. */
  shown: Shown[];
  /** The same for the eyes of the asker. */
  disclosure: Awaited<ReturnType<Disclosures['viewIn']>>;
}

/** Changing a series from one of its meetings on, after showing exactly what that changes (rules MT30–MT35). */
@Injectable()
export class SeriesChanges {
  /**
   * Of these meetings those in which decisions or follow-ups are recorded that the asker may read. This lib does not know
   * them; whoever assembles the process says.
   */
  recordedIn: (tx: Tx, subject: Subject, meetingIds: readonly string[]) => Promise<ReadonlySet<string>> = async () => new Set();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: Directory,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly rewrite: SeriesRewrite,
    private readonly policy: Policy,
    private readonly disclosures: Disclosures,
  ) {}

  /**
   * [MT32] What the change would do to each meeting. Stores nothing.
   *
   * @throws Problem `not-found`, `not-allowed`, `rule-invalid`, `invalid-input`
   */
  async preview(subject: Subject, seriesId: string, change: SeriesChange) {
    return this.unitOfWork.run(async (tx) => {
      const draft = await this.draftIn(tx, subject, seriesId, change, false);
      return {
        version: draft.series.version,
        digest: draft.digest,
        ruleInWords: ruleInWords(draft.times.rule, spokenLanguage()),
        steps: draft.preview,
        meetings: draft.scope.length,
        keepsOwnPlace: draft.keepsOwnPlace,
        added: [...draft.added],
        removed: [...draft.removed],
        disclosure: draft.disclosure,
      };
    });
  }

  /**
   * [MT30] Makes the change, to series and meetings in one transaction.
   *
   * @param digest of the preview that was shown; null changes whatever stands
   * @param expectedVersion the version on the screen; null changes whatever stands
   * @throws Problem as {@link preview}, `precondition-failed`, `invalid-input` when a cancellation lacks its reason
   */
  async apply(subject: Subject, seriesId: string, change: SeriesChange & { reason: string | null; digest: string | null; disclosureReason: string | null }, expectedVersion: number | null): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const draft = await this.draftIn(tx, subject, seriesId, change, true);
      if (expectedVersion !== null && expectedVersion !== draft.series.version) throw new Problem('precondition-failed', 'Serien er ændret, siden du åbnede den. Se, hvad der er ændret, før du går videre.');
      if (change.digest !== null && change.digest !== draft.digest) throw new Problem('precondition-failed', 'Seriens møder er ændret, siden du så, hvad ændringen betyder. Se det igen, før du går videre.');
      if (change.reason === null && draft.steps.some((step) => step.action === 'fallsAway')) {
        throw new Problem('invalid-input', undefined, [{ field: 'reason', message: 'Skriv, hvorfor møder aflyses. Alle deltagere kan læse det.' }]);
      }
      await this.disclosures.recordIn(tx, subject, 'series', draft.shown, { reason: change.disclosureReason, digest: null });
      await this.rewrite.applyIn(tx, subject, draft, change.reason);
    });
  }

  private async draftIn(tx: Tx, subject: Subject, seriesId: string, change: SeriesChange, lock: boolean): Promise<Draft> {
    // Lock first: the horizon job must not make meetings by the old rule meanwhile.
    if (lock) await lockSeriesIn(tx, subject, seriesId, this.clock.now().toString());
    const [series] = await tx.query<SeriesRow>('SELECT * FROM series WHERE id = $1', [seriesId]);
    const members = await standingIn(tx, this.directory, seriesId);
    const participants = members.map(participation);
    if (series === undefined || !this.policy.may(subject, 'meeting.read', {}, { participants })) throw new Problem('not-found');
    if (!this.policy.may(subject, 'meeting.coordinate', {}, { participants })) throw new Problem('not-allowed', 'Serien ændres af dens koordinatorer.');

    const all = await this.meetingsIn(tx, subject, seriesId, lock);
    const { scope, before } = this.scopeOf(all, change.fromMeetingId);
    const { times, steps } = this.stepsOf(series, scope, before, change);
    const sealer = await this.keyring.sealerIn(tx, seriesId);
    const words = this.changedWords(sealer, series, change);
    const coming = scope.filter((meeting) => !meeting.begun);
    const placed = new Set(coming.filter((one) => (words.place !== undefined && !one.ownPlace) || (words.videoLink !== undefined && !one.ownVideoLink)).map((one) => one.id));
    const { added, removed } = await this.peopleIn(tx, subject, members, change);
    const joining = added.map(participation);
    const shown = [];
    for (const meeting of joining.length === 0 ? [] : coming) shown.push(await this.disclosures.ofJoiningIn(tx, meeting.id, await this.disclosures.newcomersIn(tx, meeting.id, joining)));
    const disclosure = await this.disclosures.viewIn(tx, subject, shown);
    const preview = steps.map((step) => previewed(step, placed));
    // [MT71] Of what she sees: another digest would tell her that something became of items that are closed to her.
    const digest = createHash('sha256').update(JSON.stringify([preview, disclosure.digest, coming.map((one) => [one.id, one.version]), words, added.map((one) => [one.membershipId, one.window]), removed.map((one) => one.membershipId)])).digest('hex');
    const keepsOwnPlace = words.place === undefined && words.videoLink === undefined ? 0 : coming.length - placed.size;
    return { series, times, timesChange: change.times !== undefined || change.lastDate !== undefined, steps, scope: coming, words, added, removed, members, preview, digest, keepsOwnPlace, shown, disclosure };
  }

  /** From the chosen meeting on, in the order of the rule, whatever was moved; and the one before it. */
  private scopeOf(all: readonly SeriesMeeting[], fromMeetingId: string | null): { scope: SeriesMeeting[]; before: SeriesMeeting | null } {
    const first = fromMeetingId === null ? all.findIndex((one) => !one.begun) : all.findIndex((one) => one.id === fromMeetingId);
    if (fromMeetingId !== null && first < 0) throw new Problem('not-found');
    if (first < 0) return { scope: [], before: all.at(-1) ?? null };
    if (all[first]!.begun) throw new Problem('invalid-input', undefined, [{ field: 'fromMeetingId', message: 'Mødet er allerede begyndt. Vælg et kommende møde.' }]);
    return { scope: all.slice(first), before: all[first - 1] ?? null };
  }

  private stepsOf(series: SeriesRow, scope: readonly SeriesMeeting[], before: SeriesMeeting | null, change: SeriesChange): { times: SeriesTimes; steps: TimeStep[] } {
    const old = timesOfRow(series);
    if (change.times === undefined && change.lastDate === undefined) return { times: old, steps: [] };
    const now = this.clock.now();
    const first = scope[0]?.recurrenceId ?? now.toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
    const { times, firstLocal } = change.times === undefined ? { times: { ...old, lastDate: change.lastDate ?? null }, firstLocal: first } : this.newTimes(series, scope, before, change.times);
    const recurrenceIds = scope.map((one) => one.recurrenceId);
    const matched = change.times === undefined ? new Map(recurrenceIds.map((one) => [one, one])) : matchOccurrences(old.rule, times.rule, recurrenceIds, firstLocal);
    const horizon = Temporal.Instant.fromEpochMilliseconds(series.horizon_until.getTime());
    const from = originalStart(firstLocal, timeZone);
    const furthest = [...matched.values()].map((one) => originalStart(one, timeZone)).reduce((last, one) => (Temporal.Instant.compare(one, last) > 0 ? one : last), horizon);
    return { times, steps: stepsOf(scope, matched, plannedIn(times, from, furthest.add({ minutes: 1 })), horizon) };
  }

  private newTimes(series: SeriesRow, scope: readonly SeriesMeeting[], before: SeriesMeeting | null, wanted: NonNullable<SeriesChange['times']>): { times: SeriesTimes; firstLocal: string } {
    const now = this.clock.now().toZonedDateTimeISO(timeZone);
    const tooLate = Temporal.PlainTime.compare(readTime(wanted.startTime), now.toPlainTime()) <= 0;
    if (tooLate && scope[0]?.recurrenceId.slice(0, 10) === now.toPlainDate().toString()) {
      throw new Problem('invalid-input', undefined, [{ field: 'startTime', message: 'Klokkeslættet er passeret i dag. Vælg det næste møde, eller et senere klokkeslæt.' }]);
    }
    const earliest = now.toPlainDate().add({ days: tooLate ? 1 : 0 });
    const from = anchorOf(wanted.pattern.kind, scope[0]?.recurrenceId ?? null, before?.recurrenceId ?? null, earliest);
    const rule = ruleOfPlan({ ...wanted, startLocal: `${from.toString()}T${wanted.startTime}` }, now.toPlainDate());
    const old = ruleOfRow(series);
    const startLocal = sameRhythm(old, rule) ? old.startLocal : rule.startLocal;
    return { times: { rule: { ...rule, startLocal }, policy: wanted.policy, lastDate: null }, firstLocal: rule.startLocal };
  }

  private changedWords(sealer: Sealer, series: SeriesRow, change: SeriesChange): Rewrite['words'] {
    const open = (column: 'title' | 'place' | 'video_link') => (series[column] === null ? null : sealer.openText(series[column], { table: 'series', rowId: series.id, column }));
    return {
      ...(change.title !== undefined && change.title !== open('title') ? { title: change.title } : {}),
      ...(change.place !== undefined && change.place !== open('place') ? { place: change.place } : {}),
      ...(change.videoLink !== undefined && change.videoLink !== open('video_link') ? { videoLink: change.videoLink } : {}),
    };
  }

  /** [MT35] Who joins and who leaves; nobody is added from an authority that has nothing to do with the series. */
  private async peopleIn(tx: Tx, subject: Subject, members: readonly Member[], change: SeriesChange): Promise<{ added: Standing[]; removed: Member[] }> {
    const known = new Map(members.map((one) => [one.membershipId, one]));
    const wanted = [...new Set(change.add)].filter((id) => !known.has(id));
    const found = await this.directory.membersIn(tx, wanted);
    const usual = new Set([...(await this.directory.relatedIn(tx, subject.authorityId)).map((one) => one.id), ...members.map((one) => one.authority.id)]);
    const window = change.addWindow === undefined ? {} : { window: change.addWindow };
    const added = wanted.map((id) => found.get(id)).filter((one): one is Member => one !== undefined && ['coordinator', 'participant', 'leader'].includes(one.role) && usual.has(one.authority.id)).map((one) => ({ ...one, ...window }));
    if (added.length !== wanted.length) throw new Problem('invalid-input', undefined, [{ field: 'add', message: 'En af deltagerne hører ikke til myndigheder, som jeres egen hører sammen med.' }]);
    if (change.remove.includes(subject.membershipId)) throw new Problem('invalid-input', undefined, [{ field: 'remove', message: 'Du kan ikke tage dig selv ud af serien.' }]);
    const removed = [...new Set(change.remove)].map((id) => known.get(id)).filter((one): one is Member => one !== undefined);
    return { added, removed };
  }

  private async meetingsIn(tx: Tx, subject: Subject, seriesId: string, lock: boolean): Promise<SeriesMeeting[]> {
    // In order of their ids: two commands that lock the same meetings must not wait for each other.
    if (lock) await tx.query('SELECT 1 FROM meeting WHERE series_id = $1 ORDER BY id FOR NO KEY UPDATE', [seriesId]);
    const rows = await tx.query<MeetingFacts>(
      `SELECT m.id, COALESCE(m.recurrence_id, m.start_local) AS recurrence_id, m.start_local, m.start_instant, m.duration_minutes, m.state, m.agenda_state, m.minutes_state, m.own_place, m.own_video_link, m.version,
              EXISTS (SELECT 1 FROM meeting_event e WHERE e.meeting_id = m.id AND e.kind IN ('moved', 'kept')) AS moved_by_hand,
              (SELECT e.kind = 'dropped' FROM meeting_event e WHERE e.meeting_id = m.id AND e.kind IN ('cancelled', 'dropped') ORDER BY e.version DESC LIMIT 1) AS dropped,
              -- The agenda that a meeting begins with is one statement, with one instant.
              -- [MT33] Only what the asker reads, or is told the time of (MT38): a child put on a closed list is neither.
              EXISTS (SELECT 1 FROM agenda_item i WHERE i.meeting_id = m.id AND i.created_at > (SELECT min(f.created_at) FROM agenda_item f WHERE f.meeting_id = m.id)
                AND (EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = i.id AND r.membership_id = $2 AND ${openAt('r', '$3')})
                  OR (i.state NOT IN ('withdrawn', 'omitted') AND (i.parent_id IS NULL OR EXISTS (SELECT 1 FROM item_reader r WHERE r.item_id = i.parent_id AND r.membership_id = $2 AND ${openAt('r', '$3')}))))) AS has_new_items
       FROM meeting m WHERE m.series_id = $1 ORDER BY 2, m.id`,
      [seriesId, subject.membershipId, this.clock.now().toString()],
    );
    const now = this.clock.now().epochMilliseconds;
    const ids = rows.map((row) => row.id);
    const recorded = await this.recordedIn(tx, subject, ids);
    const { written, closed } = await this.rewrite.workIn(tx, subject, ids);
    return rows.map((row) => ({
      id: row.id,
      recurrenceId: row.recurrence_id,
      startLocal: row.start_local,
      startInstant: row.start_instant,
      durationMinutes: row.duration_minutes,
      state: row.state,
      begun: row.start_instant.getTime() <= now || ['held', 'closed'].includes(row.state) || ['inSession', 'closed'].includes(row.agenda_state) || row.minutes_state !== 'draft',
      movedByHand: row.moved_by_hand,
      ownPlace: row.own_place,
      ownVideoLink: row.own_video_link,
      decided: recorded.has(row.id),
      worked: written.has(row.id) || row.has_new_items || row.agenda_state !== 'building',
      hasClosed: closed.has(row.id),
      dropped: row.state === 'cancelled' && row.dropped === true,
      version: row.version,
    }));
  }
}

interface MeetingFacts {
  id: string;
  recurrence_id: string;
  start_local: string;
  start_instant: Date;
  duration_minutes: number;
  state: MeetingState;
  agenda_state: AgendaState;
  minutes_state: MinutesState;
  own_place: boolean;
  own_video_link: boolean;
  version: number;
  moved_by_hand: boolean;
  dropped: boolean | null;
  has_new_items: boolean;
}

function previewed(step: TimeStep, placed: ReadonlySet<string>): PreviewedStep {
  const meeting = 'meeting' in step ? step.meeting : null;
  const to = 'to' in step ? step.to : null;
  const start = to?.startInstant ?? originalStart(meeting!.startLocal, timeZone);
  return {
    action: step.action,
    meetingId: meeting?.id ?? null,
    fromLocal: meeting?.startLocal ?? null,
    startLocal: to?.startLocal ?? meeting!.startLocal,
    startInstant: start.toString(),
    endInstant: (to?.endInstant ?? start.add({ minutes: meeting!.durationMinutes })).toString(),
    lengthChanges: meeting !== null && to !== null && minutesOf(to) !== meeting.durationMinutes,
    because: step.action === 'keeps' ? step.because : null,
    holiday: to?.holiday ?? (step.action === 'fallsAway' ? step.holiday : null),
    undecided: to?.outcome === 'undecided',
    placeChanges: meeting !== null && placed.has(meeting.id),
  };
}

/** The same weeks and days at the same time: then the series goes on counting from where it always did. */
function sameRhythm(old: SeriesRule, next: SeriesRule): boolean {
  const bare = (rrule: string | null) => rrule?.replace(/;(COUNT|UNTIL)=[^;]*/, '');
  if (bare(old.rrule) !== bare(next.rrule) || /COUNT=/.test(`${old.rrule}${next.rrule}`)) return false;
  if ((old.weekParity ?? null) !== (next.weekParity ?? null) || old.startLocal.slice(11) !== next.startLocal.slice(11)) return false;
  return recurrenceIdAt({ ...old, rrule: bare(old.rrule)!, addedDates: [] }, originalStart(next.startLocal, timeZone)) === next.startLocal;
}

const readTime = (text: string) => Temporal.PlainTime.from(/^([01]\d|2[0-3]):[0-5]\d$/.test(text) ? text : '00:00');
